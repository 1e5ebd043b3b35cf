"""Exhibits of the rents section."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.changes import Change
from reportgen.analysis.names import (
    choice_label,
    config_label,
    model_label,
    term_label,
    term_months,
)
from reportgen.analysis.prices import Observed, PriceSeries
from reportgen.dates import When, month
from reportgen.note.exhibits.base import (
    FEWEST_DRAWN,
    MOST_HALF,
    NOTHING,
    Desk,
    Draft,
    cell,
    column,
    conditions,
    describe,
    mark,
    when_cell,
    words,
)
from reportgen.note.model import Curve, Levels, Line, Moves, Run, TableData, TableRow
from reportgen.note.text import join, plain, time_run
from reportgen.units import PERCENT, RENT
from reportgen.wording import unit_header
from reportgen.workbook.tables import Row

_HISTORY_POINTS = 4  # with fewer dates a table says it better than a line
_MOST_LINES = 6
_HALF_LINES = 3  # more of them are too close for half the width
_FEW_LINES = 2
_MOST_DATES = 40  # beyond these a chart draws months
_MOST_MOVES = 10
_MOST_BASES = 2
_MONTH_LABELS = 12


def rents_by_model(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: the latest rent of each model at its shortest term, with its range."""
    chosen = _shortest_terms(analysis.rents)
    if len(chosen) < FEWEST_DRAWN:
        return None
    names = tuple(_name(one, desk, with_term=True) for one in chosen)
    marks = tuple(mark(desk.figures[one.key.name], desk) for one in chosen)
    title = plain(desk.say("各型号整机月租", "Rent by model"))
    unit = unit_header(RENT, desk.lang)
    return Draft(
        "rents-by-model",
        title,
        _subtitle(
            desk,
            "八卡整机月租，误差线为报价区间，",
            "8-GPU servers; bars show the quoted range; ",
            unit,
        ),
        Levels(names, (("", marks),), ""),  # the subtitle states the unit
        tuple(one.latest.quantity for one in chosen),
        alt=describe(desk, title, zip(names, (one.text for one in marks), strict=True), unit),
        notes=conditions(
            desk, ((name, one.latest.quantity) for name, one in zip(names, chosen, strict=True))
        ),
        half_width=len(names) <= MOST_HALF,
    )


def rent_table(analysis: Analysis, desk: Desk) -> Draft | None:
    """Table: each rent at the baseline and now, with the change of matched pairs."""
    if not analysis.rents:
        return None
    changes = {change.series.key: change for change in analysis.changes}
    rows = []
    garbled: dict[str, None] = {}
    for one in analysis.rents:
        change = changes.get(one.key)
        unread = _unread_before(one, analysis.unread) if change is None else None
        if unread is not None:
            garbled[unread.unread] = None
        rows.append(_rent_row(one, change, unread, desk))
    return Draft(
        "rent-table",
        plain(desk.say("整机月租：基准与最新", "Rents: baseline and latest")),
        plain(desk.say("变化只计同型号、同租期的配对", "Changes are of matched pairs only")),
        TableData(
            (
                column(desk, "型号", "Model"),
                column(desk, "租期", "Term", "short"),
                column(desk, "基准", "Baseline", "range", RENT),
                column(desk, "基准时点", "Baseline date", "short"),
                column(desk, "最新", "Latest", "range", RENT),
                column(desk, "时点", "As of", "short"),
                column(desk, "变化", "Change", "range", PERCENT),
            ),
            tuple(rows),
        ),
        tuple(one.latest.quantity for one in analysis.rents),
        notes=(*_garbled_note(garbled, desk), *_condition_notes(analysis.rents, desk)),
    )


def rent_change(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: matched rents at the baseline and now."""
    changes = _drawn_changes(analysis)
    if len(changes) < FEWEST_DRAWN:
        return None
    names = tuple(_name(one.series, desk, with_term=True) for one in changes)
    old = tuple(mark(desk.figures[one.old_name], desk, hollow=True) for one in changes)
    new = tuple(mark(desk.figures[one.series.key.name], desk, emphasis=True) for one in changes)
    title = plain(
        desk.say("配对样本：基准以来的月租变化", "Matched pairs: rents since the baseline")
    )
    unit = unit_header(RENT, desk.lang)
    bases = list(dict.fromkeys(one.old.when for one in changes))
    latest = max((one.new.when for one in changes), key=lambda when: when.order)
    dated: list[Run] = []
    old_name = "、".join(base.text(desk.lang) for base in bases)
    if len(bases) > _MOST_BASES:
        old_name = desk.say("基准时点", "baseline")
        dated += [Run(desk.say("各自最近一次，见表", "the latest quote by then, see the table"))]
        bases = []
    for place, base in enumerate(bases):
        dated += [Run(desk.say("、", ", "))] if place else []
        dated.append(time_run(base, desk.lang))
    return Draft(
        "rent-change",
        title,
        (
            Run(desk.say("空心为基准（", "Hollow: baseline (")),
            *dated,
            Run(desk.say("），实心为", "); solid: ")),
            time_run(latest, desk.lang),
            Run(desk.say("，", "; ")),
            *plain(unit),
        ),
        Moves(names, old, new, old_name, latest.text(desk.lang), ""),
        tuple(one.figure.quantity for one in changes),
        alt=describe(
            desk,
            title,
            ((name, f"{a.text} → {b.text}") for name, a, b in zip(names, old, new, strict=True)),
            unit,
        ),
        half_width=True,
    )  # fmt: skip


def _drawn_changes(analysis: Analysis) -> list[Change]:
    """Matched rent changes; of very many the shortest term of each model, the largest first."""
    changes = [one for one in analysis.changes if one.matched and one.series.key.market == "rent"]
    if len(changes) <= _MOST_MOVES:
        return changes
    best: dict[tuple[str, ...], Change] = {}
    for one in changes:  # ordered by term
        key = one.series.key
        best.setdefault((key.model, key.config), one)
    largest = sorted(best.values(), key=lambda one: -abs(one.figure.quantity.bound))
    drawn = {one.series.key for one in largest[:_MOST_MOVES]}
    return [one for one in changes if one.series.key in drawn]


def term_curve(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: rent by length of lease, for models quoted at two terms or more."""
    models: dict[tuple[str, ...], list[PriceSeries]] = {}
    for one in analysis.rents:
        if one.key.term:
            key = (one.key.model, one.key.config, one.key.basis, one.key.vat)
            models.setdefault(key, []).append(one)
    curves = {key: found for key, found in models.items() if len(found) > 1}
    fullest = sorted(curves, key=lambda key: -len(curves[key]))[:_MOST_LINES]
    curves = {key: found for key, found in curves.items() if key in fullest}
    if not curves:
        return None
    terms = sorted({one.key.term for found in curves.values() for one in found}, key=term_months)
    labels = tuple(term_label(term)[desk.lang] for term in terms)
    series = []
    told = []
    for found in curves.values():
        by_term = {one.key.term: one for one in found}
        drawn = tuple(
            mark(desk.figures[by_term[term].key.name], desk) if term in by_term else None
            for term in terms
        )
        name = _name(found[0], desk, with_term=False)
        series.append((name, drawn))
        named = [(f"{name} {label}", one.text)
                 for label, one in zip(labels, drawn, strict=True) if one]  # fmt: skip
        # lines that cross leave no room for every label; the last value always stands
        told += named if len(curves) <= _FEW_LINES else named[-1:]
    title = plain(desk.say("租期越长，月租越低", "Longer leases are cheaper"))
    if not all(_falls(found) for found in curves.values()):
        title = plain(desk.say("月租与租期", "Rent by length of lease"))
    unit = unit_header(RENT, desk.lang)
    used = [one for found in curves.values() for one in found]
    return Draft(
        "term-curve",
        title,
        _subtitle(desk, "按租约期限的月租，", "Rent by lease term; ", unit),
        Curve(labels, tuple(float(term_months(term)) for term in terms), tuple(series), ""),
        tuple(one.latest.quantity for one in used),
        alt=describe(desk, title, told, unit),
        half_width=len(series) <= _HALF_LINES,
    )


def rent_history(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: rents through time, a line a model at its shortest term with several dates.

    Many dates are thinned to the last quote of each month.
    """
    long = _histories(analysis.rents)
    if not long:
        return None
    dates = {point.when for one in long for point in one.points}
    thin = len(dates) > _MOST_DATES
    lines = [(one, _thinned(one.points) if thin else one.points) for one in long]
    whens = sorted(
        {point.when for _, points in lines for point in points}, key=lambda when: when.order
    )
    places = {when: (_month_end(when) if thin else when.end).toordinal() for when in whens}
    at = sorted(set(places.values()))
    series = []
    for one, points in lines:
        drawn = {
            places[point.when]: mark(desk.figures[f"{one.key.name}@{point.when.key}"], desk)
            for point in points
        }
        series.append((_name(one, desk, with_term=True), tuple(drawn.get(place) for place in at)))
    title = plain(desk.say("月租走势", "Rents through time"))
    unit = unit_header(RENT, desk.lang)
    ends = []
    for name, marks in series:
        ends.append((name, next(one.text for one in reversed(marks) if one)))
    by_place = {places[when]: when for when in whens}
    many = len(at) > _MONTH_LABELS
    labels = tuple(
        f"{by_place[place].end:%Y-%m}" if many else by_place[place].text(desk.lang) for place in at
    )
    zh, en = "同型号、同租期的月租，", "Rents of one model and term; "
    if thin:
        zh, en = (
            "同型号、同租期，每月最后一次报价，",
            "One model and term, last quote of each month; ",
        )
    return Draft(
        "rent-history",
        title,
        _subtitle(desk, zh, en, unit),
        Curve(labels, tuple(float(place) for place in at), tuple(series), "", joined=thin),
        tuple(one.latest.quantity for one in long),
        alt=describe(desk, title, ends, unit),
    )


def _histories(rents: tuple[PriceSeries, ...]) -> list[PriceSeries]:
    """The series to draw: of each model the shortest term with a history, the longest first."""
    best: dict[tuple[str, ...], PriceSeries] = {}
    for one in rents:  # ordered by term
        if len(one.points) >= _HISTORY_POINTS:
            best.setdefault((one.key.model, one.key.config, one.key.basis, one.key.vat), one)
    longest = sorted(best.values(), key=lambda one: -len(one.points))[:_MOST_LINES]
    return sorted(longest, key=lambda one: one.key.order)


def _thinned(points: tuple[Observed, ...]) -> tuple[Observed, ...]:
    """The last point of each month."""
    return tuple({(point.when.end.year, point.when.end.month): point for point in points}.values())


def _month_end(when: When) -> date:
    return month(when.end.year, when.end.month).end


def _name(series: PriceSeries, desk: Desk, *, with_term: bool) -> str:
    key = series.key
    name = model_label(key.model)[desk.lang]
    if key.config:
        name = f"{name} {config_label(key.config)[desk.lang]}"
    if key.basis:
        name = f"{name} {choice_label('basis', key.basis)[desk.lang]}"
    if with_term and key.term:
        term = term_label(key.term)[desk.lang]
        name = f"{name}（{term}）" if desk.lang == "zh" else f"{name}, {term}"
    return name


def _shortest_terms(rents: tuple[PriceSeries, ...]) -> tuple[PriceSeries, ...]:
    best: dict[tuple[str, ...], PriceSeries] = {}
    # Series come ordered by term; a bare floor stands only where nothing fuller is known.
    for one in sorted(rents, key=lambda one: one.latest.quantity.is_floor):
        best.setdefault((one.key.model, one.key.config, one.key.vat), one)
    return tuple(sorted(best.values(), key=lambda one: one.latest.quantity.bound))


def _falls(found: list[PriceSeries]) -> bool:
    ordered = sorted(found, key=lambda one: term_months(one.key.term))
    values = [one.latest.quantity.bound for one in ordered]
    return values == sorted(values, reverse=True)


def _subtitle(desk: Desk, zh: str, en: str, unit: str) -> Line:
    return plain(f"{desk.say(zh, en)}{unit}")


def _rent_row(one: PriceSeries, change: Change | None, unread: Row | None, desk: Desk) -> TableRow:
    latest = desk.figures[one.key.name]
    if change is not None and change.matched:
        old: Line = cell(desk.figures[change.old_name], desk)
        old_when = when_cell(change.old.when, desk)
        moved = cell(change.figure, desk)
    else:
        old = plain(desk.say("记录含混", "garbled")) if unread else NOTHING
        old_when = when_cell(unread.when() if unread else None, desk)
        moved = NOTHING
    return TableRow(
        (
            plain(_name(one, desk, with_term=False)),
            words(term_label(one.key.term), desk) if one.key.term else NOTHING,
            old,
            old_when,
            cell(latest, desk),
            when_cell(latest.as_of, desk),
            moved,
        ),
        direction=change.figure.quantity.way if change and change.matched else "",
    )


def _unread_before(one: PriceSeries, unread: tuple[Row, ...]) -> Row | None:
    """A row for the same model and term whose value could not be read, before the latest date."""
    for row in unread:
        when = row.when()
        same = row.text("model") == one.key.model and row.text("term") in ("", one.key.term)
        if same and when and when.end < one.latest.when.end:
            return row
    return None


def _garbled_note(texts: Iterable[str], desk: Desk) -> tuple[Line, ...]:
    notes: list[Line] = []
    for text in texts:
        opening = desk.say("原始记录为“", "The record reads “")
        closing = desk.say(
            "”，无法复原，不推算、不入图。",
            "”; it cannot be recovered and is neither guessed nor drawn.",
        )
        notes.append((Run(opening), Run(text, "quote"), Run(closing)))
    return tuple(notes)


def _condition_notes(series: tuple[PriceSeries, ...], desk: Desk) -> tuple[Line, ...]:
    """Conditions of the latest rows, those that several share said once."""
    by_condition: dict[str, list[str]] = {}
    for one in series:
        for row in one.latest.rows:
            if condition := desk.condition(row).rstrip("。."):
                by_condition.setdefault(condition, []).append(_name(one, desk, with_term=False))
    told = [
        plain(f"{desk.say('、', ', ').join(dict.fromkeys(names))}{desk.say('：', ': ')}{condition}")
        for condition, names in by_condition.items()
    ]
    return ((*join(told, desk.say("；", "; ")), Run(desk.say("。", "."))),) if told else ()
