"""Leasing economics by case: the table that a lender would ask for."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.economics import Case, LeftOut, case_label
from reportgen.analysis.figures import Figure
from reportgen.analysis.names import term_months
from reportgen.language import Lang, Text
from reportgen.note.exhibits.base import Desk, Draft, cell, column, words
from reportgen.note.exhibits.economics import unpaired_note
from reportgen.note.model import Column, Line, Run, TableData, TableRow
from reportgen.note.text import figure_run, join, plain, time_run
from reportgen.quantity import Quantity
from reportgen.units import MONTHS, PER_MONTH, PERCENT, PRICE, RENT, Unit
from reportgen.wording import unit_header
from reportgen.workbook.schema import sheet

_PARAMETER_LABELS = {
    choice.key: choice.label for choice in sheet("Economics").column("parameter").choices
}
_LISTED = (
    "peak_power", "load", "pue", "tariff", "colocation", "staff", "spares", "network", "life",
    "residual", "utilisation", "debt_cost",
)  # fmt: skip


def unit_economics(analysis: Analysis, desk: Desk) -> Draft | None:
    """Table: price, rent, costs, break-even, margin, paybacks, yield and IRR of each case."""
    economics = analysis.leasing.economics
    shown = _shown(economics.cases)
    if not shown:
        return None
    current = [case for case in shown if case.pair.current]
    baseline = [case for case in shown if "@" in case.tail]
    historic = [case for case in shown if case not in current and case not in baseline]
    listed = [*current, *historic, *baseline]
    rates = [one.rate for one in listed[0].net][:2]
    rows: list[TableRow] = []
    for heading, cases in (
        (desk.say("当前租金，当前购置价", "Current rent, current price"), current),
        (desk.say("当前租金，历史购置价", "Current rent, historic price"), historic),
        (desk.say("基准租金，基准购置价", "Baseline rent, baseline price"), baseline),
    ):
        if cases:
            rows.append(TableRow((plain(heading),), group=True))
            rows += [_row(case, len(rates), desk) for case in cases]
    rests = [case.break_even.quantity for case in listed] + [case.inputs.rent for case in listed]
    return Draft(
        "unit-economics",
        _title(current or listed, desk),
        plain(
            desk.say(
                "单台服务器，含税，直线折旧；利润率未计利息与所得税；内部收益率为不含税、年化、税前",
                "Per server with VAT, rent and costs a month; margin before interest and tax; "
                "IRR annual, pre-tax, without VAT",
            )
        ),
        TableData(
            (
                column(desk, "情形", "Case", wide=True),
                _money(desk, Text("购置价", "Price"), PRICE),
                _money(desk, Text("月租", "Rent"), RENT),
                _money(desk, Text("运营费", "Running"), RENT),
                _money(desk, Text("盈亏平衡", "Break-even"), RENT),
                column(desk, "利润率", "Margin", "range", PERCENT),
                column(desk, "毛回本", "Gross payback", "range", MONTHS),
                column(desk, "现金回本", "Cash payback", "range", MONTHS),
                column(desk, "月收益率", "Yield", "range", PER_MONTH),
                *(_irr_column(rate, desk) for rate in rates),
            ),
            tuple(rows),
            compact=True,
        ),
        tuple(rests),
        notes=(
            _assumptions(listed, desk),
            *_absent(economics.left_out, desk),
            *unpaired_note(analysis, desk),
        ),
    )


def covers_paybacks(analysis: Analysis) -> bool:
    """Whether every pair stands in `unit_economics`, so that paybacks need no own table."""
    economics = analysis.leasing.economics
    return bool(economics.cases) and not economics.left_out


def _shown(cases: tuple[Case, ...]) -> list[Case]:
    """Of each purchase and date the shortest lease, and of each model's first one the longest."""
    groups: dict[object, list[Case]] = {}
    for case in cases:
        key = (case.pair.price_key, case.pair.rent_key.config, case.pair.rent.when.key)
        groups.setdefault(key, []).append(case)
    kept: list[Case] = []
    for group in groups.values():
        ordered = sorted(group, key=lambda one: term_months(one.pair.rent_key.term))
        known = any(one.pair.rent_key.model == ordered[0].pair.rent_key.model for one in kept)
        kept += ordered[:1] if known or len(ordered) == 1 else [ordered[0], ordered[-1]]
    return kept


def _results(case: Case, rates: int) -> tuple[Figure | None, ...]:
    return (
        case.margin, case.pair.payback, case.cash_payback, case.pair.rent_yield,
        *(one.irr for one in case.net[:rates]),
    )  # fmt: skip


def _row(case: Case, rates: int, desk: Desk) -> TableRow:
    pair = case.pair
    dated: Line = () if pair.current else (time_run(pair.price.when, desk.lang),)
    return TableRow(
        (
            join((words(case.label, desk), dated), desk.say("，", ", ")),
            _input(pair.price.quantity, f"{pair.price_key.name}@{pair.price.when.key}", desk),
            _input(pair.rent.quantity, f"{pair.rent_key.name}@{pair.rent.when.key}", desk),
            (figure_run(case.opex, desk.lang, bare=True, more_digits=1),),
            (figure_run(case.break_even, desk.lang, bare=True, more_digits=1),),
            *(cell(figure, desk) for figure in _results(case, rates)),
        )
    )


def _input(quantity: Quantity, name: str, desk: Desk) -> Line:
    """An input under the name it has among all figures."""
    known = desk.figures.get(name) or Figure(name, quantity, Text("", ""))
    return (figure_run(known, desk.lang, bare=True),)


def _irr_column(rate: Quantity, desk: Desk) -> Column:
    vat = Run(f"{rate.bound:g}%", "const")
    under = (Run(desk.say("%，税 ", "%, VAT ")), vat)
    return Column(desk.say("内部收益率", "IRR"), "range", under)


def _money(desk: Desk, title: Text, unit: Unit) -> Column:
    """A column of amounts; that they are per server, the subtitle says."""
    return Column(title[desk.lang], "range", plain(short_unit(unit, desk.lang)))


def short_unit(unit: Unit, lang: Lang) -> str:
    """The unit of an amount without its server: 万元/月, CNY k."""
    return unit_header(unit, lang).split(" per ", maxsplit=1)[0].replace("/台", "")


def _title(cases: Iterable[Case], desk: Desk) -> Line:
    """The thinnest and the fattest margin."""
    ranked = sorted(
        (case for case in cases if case.margin),
        key=lambda case: case.margin.quantity.bound if case.margin else 0.0,
    )
    if len(ranked) < 2 or not ranked[0].margin or not ranked[-1].margin:
        return plain(desk.say("单台经济性", "Unit economics"))
    thin, fat = ranked[0], ranked[-1]
    return (
        *plain(desk.say("利润率：", "Margin: ")),
        *words(thin.short_label, desk),
        Run(" "),
        figure_run(ranked[0].margin, desk.lang),
        Run(desk.say("，", ", ")),
        *words(fat.short_label, desk),
        Run(" "),
        figure_run(ranked[-1].margin, desk.lang),
    )


def _assumptions(cases: list[Case], desk: Desk) -> Line:
    """Every parameter with its value and range, each row of Economics once."""
    parts: list[Line] = []
    for name in _LISTED:
        found: dict[str, Quantity] = {}
        for case in cases:
            quantity: Quantity | None = getattr(case.inputs, name)
            for quote in quantity.quotes() if quantity is not None else ():
                if quote.kind != "constant" and f"claim.{quote.row_id}" in desk.figures:
                    found.setdefault(quote.row_id, desk.figures[f"claim.{quote.row_id}"].quantity)
        values = [
            (figure_run(desk.figures[f"claim.{row_id}"], desk.lang, form="full"),)
            for row_id in found
        ]
        if values:
            label = _PARAMETER_LABELS[name][desk.lang]
            parts.append((*plain(f"{label} "), *join(values, desk.say("、", " and "))))
    return (Run(desk.say("参数：", "Parameters: ")), *join(parts, desk.say("；", "; ")))


def _absent(left_out: tuple[LeftOut, ...], desk: Desk) -> tuple[Line, ...]:
    """Which pairs have no economics, and for want of what."""
    reasons: dict[tuple[str, ...], dict[str, None]] = {}
    for one in left_out:
        reasons.setdefault(one.missing, {})[case_label(one.pair)[desk.lang]] = None
    lines = []
    for missing, names in reasons.items():
        lacks = desk.say("、", ", ").join(_PARAMETER_LABELS[name][desk.lang] for name in missing)
        listed = desk.say("；", "; ").join(names)
        text = desk.say(f"未计算：{listed}（缺{lacks}）", f"Not computed: {listed} (no {lacks})")
        lines.append(plain(text))
    return tuple(lines)
