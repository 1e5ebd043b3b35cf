"""Exhibits of the purchase-price section."""

from __future__ import annotations

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.changes import Change
from reportgen.analysis.names import choice_label, config_label, model_label
from reportgen.analysis.prices import PriceSeries
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
from reportgen.note.model import Bars, Levels, Line, Mark, TableData, TableRow
from reportgen.note.signs import LOOSE_MARK
from reportgen.note.text import figure_run, plain
from reportgen.units import PERCENT, PRICE
from reportgen.wording import unit_header
from reportgen.workbook.tables import Row, Table

_CURRENT_DAYS = 62
_STATED_PREMIUM = "spot_premium_over_forward"
_KIND_ORDER = ("spot", "forward", "cost")


def purchase_levels(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: current purchase prices by model and configuration; spot, forward and cost apart."""
    current = _current(analysis.prices)
    if len(current) < FEWEST_DRAWN:
        return None
    categories = list(dict.fromkeys(_thing(one, desk) for one in current))
    kinds = sorted({_kind(one) for one in current}, key=_kind_order)
    series: list[tuple[str, tuple[Mark | None, ...]]] = []
    told: list[tuple[str, str]] = []
    for kind in kinds:
        by_thing = {_thing(one, desk): one for one in current if _kind(one) == kind}
        drawn = tuple(
            mark(desk.figures[by_thing[name].key.name], desk) if name in by_thing else None
            for name in categories
        )
        label = kind_label(kind, desk)
        series.append((label, drawn))
        told += [
            (f"{name} {label}", one.text)
            for name, one in zip(categories, drawn, strict=True)
            if one
        ]
    title = plain(desk.say("整机采购价：现货、期货与成本", "Server prices: spot, forward and cost"))
    unit = unit_header(PRICE, desk.lang)
    return Draft(
        "purchase-levels",
        title,
        plain(
            desk.say(
                f"八卡整机，按内存配置，{unit}；期货为原厂远期订货",
                f"8-GPU servers by memory; {unit}; forward means a forward order",
            )
        ),
        Levels(tuple(categories), tuple(series), ""),
        tuple(one.latest.quantity for one in current),
        alt=describe(desk, title, told, unit),
        notes=conditions(
            desk,
            (
                (f"{_thing(one, desk)} {kind_label(_kind(one), desk)}", one.latest.quantity)
                for one in current
            ),
        ),
    )


def purchase_table(analysis: Analysis, survey: Table, desk: Desk) -> Draft | None:
    """Table: every purchase price with its history and change; a lone premium is a note."""
    if not analysis.prices:
        return None
    changes = {one.series.key: one for one in analysis.changes}
    rows = []
    loose = False
    for one in analysis.prices:
        change = changes.get(one.key)
        loose = loose or (change is not None and not change.matched)
        rows.append(_price_row(one, change, desk))
    notes: tuple[Line, ...] = ()
    if loose:
        notes = (
            plain(
                desk.say(
                    f"{LOOSE_MARK} 早期报价未说明现货或期货，与最新价不完全同口径，不是严格配对。",
                    f"{LOOSE_MARK} The earlier quote states neither spot nor forward; "
                    "not a matched pair.",
                )
            ),
        )
    if _is_lone_premium(analysis, survey):
        notes += (_premium_note(analysis, desk),)
    return Draft(
        "purchase-table",
        plain(
            desk.say("整机采购价：按型号、配置与现期货", "Server prices by model, memory and tenor")
        ),
        plain(desk.say("变化自各自基准时点起算", "Changes run from each row's own baseline")),
        TableData(
            (
                column(desk, "型号", "Model"),
                column(desk, "内存", "Memory", "short"),
                column(desk, "性质", "Kind", "short"),
                column(desk, "基准", "Baseline", "range", PRICE),
                column(desk, "基准时点", "Baseline date", "short"),
                column(desk, "最新", "Latest", "range", PRICE),
                column(desk, "时点", "As of", "short"),
                column(desk, "变化", "Change", "range", PERCENT),
            ),
            tuple(rows),
        ),
        tuple(one.latest.quantity for one in analysis.prices),
        notes=notes,
    )


def purchase_change(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: how far purchase prices moved, each from its own baseline date."""
    changes = [one for one in analysis.changes if one.series.key.market == "purchase"]
    if len(changes) < FEWEST_DRAWN:
        return None
    names = tuple(_dated_name(one, desk) for one in changes)
    marks = tuple(mark(one.figure, desk, hollow=not one.matched) for one in changes)
    title = plain(
        desk.say("采购价涨幅：基准各不相同", "Purchase prices: rises from unlike baselines")
    )
    unit = unit_header(PERCENT, desk.lang)
    return Draft(
        "purchase-change",
        title,
        plain(
            desk.say(
                "括号内为各自基准时点；空心为非严格配对",
                "Each from the date in brackets; hollow: not a strict pair",
            )
        ),
        Bars(names, marks, unit, signed=True),
        tuple(one.figure.quantity for one in changes),
        alt=describe(desk, title, ((n, m.text) for n, m in zip(names, marks, strict=True)), unit),
        half_width=len(names) <= MOST_HALF,
    )


def premium_table(analysis: Analysis, survey: Table, desk: Desk) -> Draft | None:
    """Table: spot over forward for like configurations, and what sources say of it."""
    if not analysis.premia or _is_lone_premium(analysis, survey):
        return None
    rows = [
        TableRow(
            (
                plain(_thing(one.spot, desk)),
                cell(desk.figures[one.spot.key.name], desk),
                cell(desk.figures[one.forward.key.name], desk),
                cell(one.figure, desk),
            )
        )
        for one in analysis.premia
    ]
    stated = _stated_premia(survey)
    rows += [
        TableRow(
            (
                plain(desk.say("受访者所述（未指明型号）", "As stated, no model named")),
                NOTHING,
                NOTHING,
                cell(desk.figures[f"claim.{row.id}"], desk),
            )
        )
        for row in stated
    ]
    rests = [one.figure.quantity for one in analysis.premia]
    rests += [row.quantity for row in stated if row.quantity]
    return Draft(
        "premium-table",
        plain(desk.say("现货较期货的溢价", "Spot premium over forward orders")),
        plain(desk.say("只比较同型号、同内存配置", "Like models and memory only")),
        TableData(
            (
                column(desk, "型号与内存", "Model and memory", wide=True),
                column(desk, "现货", "Spot", "range", PRICE),
                column(desk, "期货", "Forward", "range", PRICE),
                column(desk, "溢价", "Premium", "range", PERCENT),
            ),
            tuple(rows),
        ),
        tuple(rests),
        half_width=True,
    )


def _stated_premia(survey: Table) -> list[Row]:
    return [row for row in survey if row.text("metric") == _STATED_PREMIUM and row.quantity]


def _is_lone_premium(analysis: Analysis, survey: Table) -> bool:
    """Whether there is nothing to set a premium against: both its prices stand side by side."""
    return len(analysis.premia) == 1 and not _stated_premia(survey)


def _premium_note(analysis: Analysis, desk: Desk) -> Line:
    (only,) = analysis.premia
    figure = desk.figures[only.figure.id]
    label = f"{figure.label[desk.lang]}{desk.say('：', ': ')}"
    return (*plain(label), figure_run(figure, desk.lang), *plain(desk.say("。", ".")))


def _current(prices: tuple[PriceSeries, ...]) -> list[PriceSeries]:
    if not prices:
        return []
    newest = max(one.latest.when.end for one in prices)
    return [one for one in prices if (newest - one.latest.when.end).days <= _CURRENT_DAYS]


def _kind(one: PriceSeries) -> str:
    return one.key.tenor or one.key.basis


def _kind_order(kind: str) -> tuple[int, str]:
    place = _KIND_ORDER.index(kind) if kind in _KIND_ORDER else len(_KIND_ORDER)
    return (place, kind)


def kind_label(kind: str, desk: Desk) -> str:
    """Spot, forward, cost …, or that it was not stated."""
    if not kind:
        return desk.say("未说明", "not stated")
    column_key = "tenor" if kind in ("spot", "forward") else "basis"
    return choice_label(column_key, kind)[desk.lang]


def _thing(one: PriceSeries, desk: Desk) -> str:
    config = config_label(one.key.config)[desk.lang] if one.key.config else ""
    return f"{model_label(one.key.model)[desk.lang]} {config}".strip()


def _dated_name(change: Change, desk: Desk) -> str:
    kind = kind_label(_kind(change.series), desk)
    since = change.old.when.text(desk.lang)
    thing = _thing(change.series, desk)
    return f"{thing} {kind}（{since}）" if desk.lang == "zh" else f"{thing} {kind} ({since})"


def _price_row(one: PriceSeries, change: Change | None, desk: Desk) -> TableRow:
    latest = desk.figures[one.key.name]
    kind = _kind(one)
    return TableRow(
        (
            words(model_label(one.key.model), desk),
            words(config_label(one.key.config), desk) if one.key.config else NOTHING,
            plain(kind_label(kind, desk)) if kind else NOTHING,
            _old_value(change, desk),
            when_cell(change.old.when if change else None, desk),
            cell(latest, desk),
            when_cell(latest.as_of, desk),
            cell(change.figure, desk) if change else NOTHING,
        ),
        direction=change.figure.quantity.way if change else "",
    )


def _old_value(change: Change | None, desk: Desk) -> Line:
    if change is None:
        return NOTHING
    return cell(desk.figures[change.old_name], desk)
