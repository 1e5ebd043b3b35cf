"""Exhibits of the leasing-economics section."""

from __future__ import annotations

from collections.abc import Collection

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.figures import Figure
from reportgen.analysis.names import config_label, model_label, term_label
from reportgen.analysis.payback import MOST_KINDS, Payback, at_shortest_term, unpaired
from reportgen.analysis.prices import PriceKey
from reportgen.note.exhibits.base import (
    FEWEST_DRAWN,
    MOST_HALF,
    Desk,
    Draft,
    cell,
    column,
    describe,
    mark,
    shared,
    words,
)
from reportgen.note.exhibits.purchases import kind_label
from reportgen.note.model import Bars, Line, Mark, Run, Stacks, TableData, TableRow
from reportgen.note.text import figure_run, join, plain, time_run
from reportgen.quantity import Quantity
from reportgen.units import MONTHS, PER_MONTH, PERCENT, PRICE, RENT, YEARS
from reportgen.wording import quantity_text, unit_header
from reportgen.workbook.tables import Table

_MONTHS_A_YEAR = 12
_MOST_PAIRS = 40  # a longer table is of use to nobody on paper
_WHOLE = 100.0


def payback_chart(analysis: Analysis, economics: Table, desk: Desk) -> Draft | None:
    """Chart: gross payback in months of each current pair, against the stated payback."""
    pairs = at_shortest_term(_shown(analysis.paybacks))
    if not pairs:
        return None
    stated = _stated_payback(economics)
    if stated is None and len(pairs) < FEWEST_DRAWN:
        return None
    names = tuple(_case(pair, desk) for pair in pairs)
    marks = tuple(mark(pair.payback, desk) for pair in pairs)
    title = plain(desk.say("毛回本期：购置价 ÷ 月租", "Gross payback: price over monthly rent"))
    unit = unit_header(MONTHS, desk.lang)
    reference = None
    if stated is not None and stated.low is not None and stated.high is not None:
        said = quantity_text(stated, desk.lang)
        scale = _MONTHS_A_YEAR if stated.unit == YEARS else 1
        reference = (
            stated.low * scale,
            stated.high * scale,
            desk.say(f"受访者：{said}", f"stated: {said}"),
        )
    rests = [pair.payback.quantity for pair in pairs] + ([stated] if stated else [])
    return Draft(
        "payback-chart",
        title,
        plain(
            desk.say(
                f"按各型号最短租期，未计任何费用，{unit}；灰带为所述回本期",
                f"At each model's shortest term, before any cost; {unit}; band: as stated",
            )
        ),
        Bars(names, marks, "", reference=reference),
        tuple(rests),
        alt=describe(desk, title, ((n, m.text) for n, m in zip(names, marks, strict=True)), unit),
        half_width=len(names) <= MOST_HALF,
    )


def payback_table(analysis: Analysis, desk: Desk) -> Draft | None:
    """Table: price, rent, gross payback and rent yield of every pair that is shown."""
    if not analysis.paybacks:
        return None
    current = _shown(analysis.paybacks)
    baseline = [pair for pair in analysis.paybacks if "@" in pair.payback.id]
    renewed = {pair.rent_key for pair in current if pair.price_key.tenor}
    historic = [
        pair
        for pair in analysis.paybacks
        if not pair.current and "@" not in pair.payback.id and not _superseded(pair, renewed)
    ]
    notes: tuple[Line, ...] = ()
    every = len(current) + len(historic) + len(baseline)
    if every > _MOST_PAIRS:
        current, historic, baseline = map(at_shortest_term, (current, historic, baseline))
        told = desk.say(
            "组合较多，只列各型号最短租期，其余在数据包中。",
            "There are many pairs: each model's shortest term is listed, the rest are in the data.",
        )
        notes = (plain(told),)
    notes = (*notes, *unpaired_note(analysis, desk))
    rows: list[TableRow] = []
    shown = (*current, *historic, *baseline)
    yields = shared((pair.rent_yield for pair in shown), desk, more_digits=1)
    for heading, pairs in (
        (desk.say("当前租金，当前购置价", "Current rent, current price"), current),
        (desk.say("当前租金，历史购置价", "Current rent, historic price"), historic),
        (desk.say("基准租金，基准购置价", "Baseline rent, baseline price"), baseline),
    ):
        if pairs:
            rows.append(TableRow((plain(heading),), group=True))
            rows += [_pair_row(pair, yields, desk) for pair in pairs]
    return Draft(
        "payback-table",
        plain(desk.say("毛回本期与月租收益率", "Gross payback and monthly rent yield")),
        plain(
            desk.say(
                "毛回本期 = 购置价 ÷ 月租；月收益率 = 月租 ÷ 购置价",
                "Gross payback is price over monthly rent; yield is its inverse",
            )
        ),
        TableData(
            (
                column(desk, "型号", "Model"),
                column(desk, "购置", "Purchase"),
                column(desk, "租期", "Term", "short"),
                column(desk, "购置价", "Price", "range", PRICE),
                column(desk, "月租", "Rent", "range", RENT),
                column(desk, "毛回本期", "Gross payback", "range", MONTHS),
                column(desk, "月收益率", "Monthly yield", "range", PER_MONTH),
            ),
            tuple(rows),
        ),
        tuple(pair.payback.quantity for pair in shown),
        notes=notes,
    )


def unpaired_note(analysis: Analysis, desk: Desk) -> tuple[Line, ...]:
    """The line about pairs that were not computed; nothing where all were."""
    more = unpaired(analysis.series)
    if not more:
        return ()
    opening = desk.say("每一型号只以最近报出的各 ", "Each model's ")
    between = desk.say(" 种租金与购置价配对，另有 ", " rents and prices quoted last are paired; ")
    closing = desk.say(" 对未计算。", " more pairs are not computed.")
    counted = (Run(f"{MOST_KINDS}", "const"), Run(between), Run(f"{more:,}", "const"))
    return ((Run(opening), *counted, Run(closing)),)


def memory_share(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: memory against the rest of a server's cost, as stated and as prices imply."""
    cases: list[tuple[str, Figure]] = [
        (
            _dated(desk.say("所述", "stated"), estimate.figure, desk),
            desk.figures[estimate.figure.id],
        )
        for estimate in analysis.memory
    ]
    cases += [(_implied_name(figure, desk), figure) for figure in analysis.implied]
    if not cases:
        return None
    names = tuple(name for name, _ in cases)
    marks = []
    for _, figure in cases:
        memory = mark(figure, desk, text=quantity_text(figure.quantity, desk.lang))
        rest = _WHOLE - figure.quantity.bound
        marks.append((memory, Mark(rest, rest, rest, "", hollow=True)))
    title = plain(desk.say("内存占整机成本的比重", "Memory as a share of server cost"))
    unit = unit_header(PERCENT, desk.lang)
    return Draft(
        "memory-share",
        title,
        plain(
            desk.say(
                "所述为受访者口径；推算假设涨价全部来自内存",
                "Stated by the source; implied if memory made the whole rise",
            )
        ),
        Stacks(names, (desk.say("内存", "Memory"), desk.say("其他", "Other")), tuple(marks), unit),
        tuple(figure.quantity for _, figure in cases),
        alt=describe(
            desk, title, ((n, m[0].text) for n, m in zip(names, marks, strict=True)), unit
        ),
        half_width=True,
    )


def _shown(pairs: tuple[Payback, ...]) -> list[Payback]:
    return [pair for pair in pairs if pair.current]


def _superseded(pair: Payback, renewed: Collection[PriceKey]) -> bool:
    """An old price of a model that also has a current price of a stated kind, unless dated so."""
    has_plain = not pair.price_key.tenor and not pair.price_key.basis
    return has_plain and pair.rent_key in renewed


def _stated_payback(economics: Table) -> Quantity | None:
    for row in economics:
        if row.text("parameter") == "payback" and row.quantity is not None:
            return row.quantity
    return None


def _purchase(pair: Payback, desk: Desk) -> str:
    key = pair.price_key
    words_ = [config_label(key.config)[desk.lang]] if key.config else []
    words_ += [kind_label(key.tenor or key.basis, desk)] if key.tenor or key.basis else []
    return " ".join(words_) or desk.say("原始购置", "original purchase")


def _case(pair: Payback, desk: Desk) -> str:
    """The model and what was bought; all of a model's bars share its shortest term."""
    return f"{model_label(pair.rent_key.model)[desk.lang]} {_purchase(pair, desk)}"


def _pair_row(pair: Payback, yields: int | None, desk: Desk) -> TableRow:
    price = Figure("", pair.price.quantity, pair.payback.label)
    rent = Figure("", pair.rent.quantity, pair.payback.label)
    return TableRow(
        (
            words(model_label(pair.rent_key.model), desk),
            join((plain(_purchase(pair, desk)), _price_date(pair, desk)), desk.say("，", ", ")),
            words(term_label(pair.rent_key.term), desk),
            _input(price, pair.price_key.name, pair.price.when.key, desk),
            _input(rent, pair.rent_key.name, pair.rent.when.key, desk),
            cell(pair.payback, desk),  # printed as on page one and in the chart
            cell(pair.rent_yield, desk, decimals=yields),
        )
    )


def _price_date(pair: Payback, desk: Desk) -> Line:
    if pair.current:
        return ()
    return (time_run(pair.price.when, desk.lang),)


def _input(figure: Figure, name: str, when: str, desk: Desk) -> Line:
    """An input of the pair under the name it has among all figures."""
    known = desk.figures.get(f"{name}@{when}") or figure
    return (figure_run(known, desk.lang, bare=True),)


def _dated(word: str, figure: Figure, desk: Desk) -> str:
    when = figure.as_of.text(desk.lang) if figure.as_of else ""
    return f"{when}（{word}）" if desk.lang == "zh" else f"{when} ({word})"


def _implied_name(figure: Figure, desk: Desk) -> str:
    return figure.label[desk.lang].split(desk.say("：", ":"))[0] + desk.say(
        "（推算）", " (implied)"
    )
