"""Exhibits of the supply section: what a release would bring, and the scenarios."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.figures import Figure
from reportgen.analysis.prices import PriceKey
from reportgen.analysis.scenarios import Scenario
from reportgen.note.exhibits.base import NOTHING, Desk, Draft, cell, column, shared
from reportgen.note.exhibits.evidence import claim_line
from reportgen.note.exhibits.leasing import short_unit
from reportgen.note.model import Column, Line, Run, TableData, TableRow
from reportgen.note.text import figure_run, plain, ref_run
from reportgen.units import MONTHS, PERCENT, RENT
from reportgen.workbook.tables import Table

_CHAIN = (
    "approved_firms",
    "chips_per_firm",
    "chips_total",
    "servers_equivalent",
    "share_of_domestic_stock",
    "time_to_arrive",
)


def release_supply(analysis: Analysis, survey: Table, desk: Desk) -> Draft | None:
    """Table: the supply chain of a release, from approvals to a share of the installed stock.

    The words behind each row are in the evidence, by its id.
    """
    if analysis.release is None:
        return None
    rows: list[TableRow] = []
    rests = []
    for metric in _CHAIN:
        for row in survey:
            if row.text("metric") != metric or row.quantity is None:
                continue
            rests.append(row.quantity)
            rows.append(
                TableRow(
                    (
                        claim_line(row, desk),
                        (figure_run(desk.figures[f"claim.{row.id}"], desk.lang),),
                        (ref_run(row.id),),
                    )
                )
            )
        if metric == "chips_total":
            servers = analysis.release[1]
            rows.append(_computed(servers.label[desk.lang], servers, desk))
    for row, figure in analysis.stocks:
        label = desk.say("隐含存量 = 折合整机 ÷ 占比", "Implied stock = servers ÷ share")
        named = f"{label}（{row.id}）" if desk.lang == "zh" else f"{label} ({row.id})"
        rows.append(_computed(named, figure, desk))
    return Draft(
        "release-supply",
        plain(desk.say("若放开，供给增加多少", "What a release would add to supply")),
        plain(
            desk.say("从获批家数到占国内高端存量", "From approvals to a share of domestic stock")
        ),
        TableData(
            (
                column(desk, "环节", "Step"),
                column(desk, "数值", "Value", "short"),
                column(desk, "条目", "Row", "short"),
            ),
            tuple(rows),
        ),
        tuple(rests),
    )


def scenarios(analysis: Analysis, desk: Desk) -> Draft | None:
    """Table: each scenario's changes, the rent change its elasticity implies, and the rents."""
    if not analysis.scenarios:
        return None
    shown = _models(analysis)
    common = _common_elasticity(analysis.scenarios)
    decimals = shared((one.rent_change for one in analysis.scenarios), desk)
    places = {key: _places((_rent(one, key) for one in analysis.scenarios), desk) for key in shown}
    rows = []
    for one in analysis.scenarios:
        change = one.rent_change
        rows.append(
            TableRow(
                (
                    plain(one.name[desk.lang]),
                    cell(one.supply, desk),
                    cell(one.demand, desk),
                    *(() if common else (_full(one.elasticity, desk, None),)),
                    cell(one.lead_time, desk),
                    *(_point(_rent(one, key), desk, places[key]) for key in shown),
                    _full(change, desk, decimals),
                ),
                direction=change.quantity.way if change else "",
            )
        )
    return Draft(
        "scenarios",
        plain(desk.say("供需情景与租金", "Supply and demand scenarios and rents")),
        (*_formula(desk), *_at_elasticity(common, desk)),
        TableData(
            (
                column(desk, "情景", "Scenario"),
                column(desk, "供给变化", "Supply", "number", PERCENT),
                column(desk, "需求变化", "Demand", "number", PERCENT),
                *(() if common else (column(desk, "弹性", "Elasticity", "short"),)),
                column(desk, "到货", "Lead time", "number", MONTHS),
                *(
                    Column(key.label[desk.lang], "number", plain(short_unit(RENT, desk.lang)))
                    for key in shown
                ),
                column(desk, "租金变化", "Rent change", "range", PERCENT),
            ),
            tuple(rows),
        ),
        tuple(figure.quantity for one in analysis.scenarios for figure in one.figures()),
    )


def _models(analysis: Analysis) -> list[PriceKey]:
    """The rents to show: of models with a break-even if there are any, three at most."""
    costed = {case.pair.rent_key.model for case in analysis.leasing.economics.cases}
    found = dict.fromkeys(base.key for one in analysis.scenarios for base, _ in one.rents)
    return [key for key in found if not costed or key.model in costed][:3]


def _rent(scenario: Scenario, key: PriceKey) -> Figure | None:
    return next((figure for base, figure in scenario.rents if base.key == key), None)


def _common_elasticity(found: tuple[Scenario, ...]) -> Figure | None:
    """The one elasticity of all rows, which then need not be a column."""
    known = [one.elasticity for one in found if one.elasticity is not None]
    if len(known) < len(found):
        return None
    ends = {(one.quantity.low, one.quantity.point, one.quantity.high) for one in known}
    return known[0] if len(ends) == 1 else None


def _full(figure: Figure | None, desk: Desk, decimals: int | None) -> Line:
    if figure is None:
        return NOTHING
    return (figure_run(figure, desk.lang, form="full", bare=True, decimals=decimals),)


def _point(figure: Figure | None, desk: Desk, decimals: int | None) -> Line:
    if figure is None:
        return NOTHING
    return (figure_run(figure, desk.lang, form="point", bare=True, decimals=decimals),)


def _places(rents: Iterable[Figure | None], desk: Desk) -> int | None:
    """The decimals of a column of rents: one more than all can show, at most one."""
    found = shared(rents, desk, more_digits=1)
    return None if found is None else min(found, 1)


def _at_elasticity(common: Figure | None, desk: Desk) -> Line:
    if common is None:
        return ()
    lead = desk.say("；弹性 ", "; elasticity ")
    return (Run(lead), figure_run(common, desk.lang, form="full", bare=True))


def _formula(desk: Desk) -> Line:
    formula = desk.say(
        "((1 + 需求变化) ÷ (1 + 供给变化))^(1 ÷ 弹性) − 1",
        "((1 + demand) ÷ (1 + supply))^(1 ÷ elasticity) − 1",
    )
    lead = desk.say("假设情景，不是预测；租金变化 = ", "Hypotheses, not forecasts; rent change = ")
    return (Run(lead), Run(formula, "const"))


def _computed(label: str, figure: Figure, desk: Desk) -> TableRow:
    computed = plain(desk.say("计算", "computed"))
    value = (figure_run(figure, desk.lang),)
    return TableRow((plain(label), value, computed), emphasis=True)
