"""Scenarios: a supply and a demand change, the rent change and the rents that result.

A row gives one elasticity. Where it lies within the range that the sources' own
claims imply (elasticity.implied), that range is carried beside it; outside that
range it is the analyst's own and stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reportgen.analysis.figures import Figure
from reportgen.analysis.names import term_months
from reportgen.analysis.prices import PriceSeries
from reportgen.arithmetic import combine, derive
from reportgen.language import Text
from reportgen.quantity import Quantity, Quoted, significant
from reportgen.units import MONTHS, PERCENT, PLAIN, Unit
from reportgen.workbook.tables import Row, Table


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of Scenarios. A figure is None where the row leaves the cell blank.

    `rents` are the resulting monthly rents by model, at its shortest lease.
    """

    id: str
    name: Text
    supply: Figure | None
    demand: Figure | None
    elasticity: Figure | None
    lead_time: Figure | None
    rent_change: Figure | None
    rents: tuple[tuple[PriceSeries, Figure], ...] = ()

    def figures(self) -> Iterator[Figure]:
        """The figures there are."""
        every = (self.supply, self.demand, self.elasticity, self.lead_time, self.rent_change)
        yield from (figure for figure in every if figure is not None)
        yield from (figure for _, figure in self.rents)


def scenario_outcomes(
    table: Table, rents: tuple[PriceSeries, ...] = (), implied: Figure | None = None
) -> tuple[Scenario, ...]:
    """Scenarios with their implied rent change in percent and the rents that follow.

    P1 / P0 = (D / S) ** (1 / elasticity), source: DOMAIN (d). Left out where the
    row gives no elasticity or neither change. `rents` are the rent series,
    `implied` the elasticity that the sources' claims imply.
    """
    bases = shortest_leases(rents)
    return tuple(_scenario(row, bases, implied) for row in table)


def shortest_leases(rents: tuple[PriceSeries, ...]) -> tuple[PriceSeries, ...]:
    """One rent a model and configuration: the shortest lease, no bids, asks or mere bounds."""
    found: dict[tuple[str, str], PriceSeries] = {}
    for one in rents:
        latest, key = one.latest.quantity, (one.key.model, one.key.config)
        if latest.middle is None or one.key.basis in ("bid", "ask"):
            continue
        held = found.get(key)
        if held is None or term_months(one.key.term) < term_months(held.key.term):
            found[key] = one
    return tuple(found.values())


def _scenario(row: Row, bases: tuple[PriceSeries, ...], implied: Figure | None) -> Scenario:
    name = Text(row.text("name_zh"), row.text("name_en") or row.text("name_zh"))
    supply = _figure(row, "supply_change", "supply", PERCENT, name, signed=True)
    demand = _figure(row, "demand_change", "demand", PERCENT, name, signed=True)
    elasticity = _with_range(_figure(row, "elasticity", "elasticity", PLAIN, name), implied)
    lead_time = _figure(row, "lead_time", "lead", MONTHS, name)
    outcome = None
    if supply and demand and elasticity and _possible(supply, demand, elasticity):
        value = derive(
            "((1 + D) ÷ (1 + S))^(1 ÷ ε) − 1",
            PERCENT,
            _rent_change,
            {"S": supply.quantity, "D": demand.quantity, "e": elasticity.quantity},
        )
        label = Text(f"{name.zh}：租金变化", f"{name.en}: rent change")
        outcome = Figure(f"scenario.{row.id}.rent", value, label, signed=True)
    after = () if outcome is None else _rents(row.id, name, outcome, bases)
    return Scenario(row.id, name, supply, demand, elasticity, lead_time, outcome, after)


def _rents(
    scenario: str, name: Text, outcome: Figure, bases: tuple[PriceSeries, ...]
) -> tuple[tuple[PriceSeries, Figure], ...]:
    """R × (1 + change) by model. Source: DOMAIN (d), scenario table, last column."""
    found = []
    for base in bases:
        rent = derive(
            "R × (1 + ΔP)",
            base.latest.quantity.unit,
            lambda R, x: R * (1 + x / 100),  # noqa: N803 - DOMAIN's symbols
            {"R": base.latest.quantity, "x": outcome.quantity},
        )
        what = base.key.called(Text("月租", "rent"))
        label = Text(f"{name.zh}：{what.zh}", f"{name.en}: {what.en}")
        cell = ".".join(part for part in (base.key.model, base.key.config) if part)
        found.append((base, Figure(f"scenario.{scenario}.rent.{cell}", rent, label)))
    return tuple(found)


def _with_range(own: Figure | None, implied: Figure | None) -> Figure | None:
    """The row's elasticity with the implied range around it, if it lies within."""
    if own is None or implied is None:
        return own
    low, high = implied.quantity.low, implied.quantity.high
    if low is None or high is None or not low <= own.quantity.bound <= high:
        return own
    rule = "the row's elasticity within the range that the sources' claims imply"
    return replace(own, quantity=combine((own.quantity, implied.quantity), own.quantity, rule))


def _rent_change(S: float, D: float, e: float) -> float:  # noqa: N803 - DOMAIN's symbols
    change: float = ((1 + D / 100) / (1 + S / 100)) ** (1 / e) - 1
    return change * 100


def _possible(supply: Figure, demand: Figure, elasticity: Figure) -> bool:
    changes_hold = supply.quantity.bound > -100 and demand.quantity.bound > -100
    return changes_hold and elasticity.quantity.bound > 0


def _figure(
    row: Row, column: str, short: str, unit: Unit, name: Text, *, signed: bool = False
) -> Figure | None:
    value = row.number_of(column)
    if value is None:
        return None
    cell = row.cell(column)
    decimals = max(0, len(f"{value:g}".partition(".")[2]))
    lineage = Quoted(
        row.id,
        (cell,) if cell else (),
        f"{value:g}",
        source_id=row.text("source"),
        kind="assumption",
    )
    digits = max(2, significant(value, decimals))
    quantity = Quantity(unit, value, value, value, lineage, digits, decimals)
    return Figure(f"scenario.{row.id}.{short}", quantity, name, signed=signed)
