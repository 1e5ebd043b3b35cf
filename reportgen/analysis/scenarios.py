"""Scenarios: a supply and a demand change, and the rent change that an elasticity implies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.analysis.figures import Figure
from reportgen.language import Text
from reportgen.quantity import Quantity, Quoted, derive, significant
from reportgen.units import MONTHS, PERCENT, PLAIN, Unit
from reportgen.workbook.tables import Row, Table


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of Scenarios. A figure is None where the row leaves the cell blank."""

    id: str
    name: Text
    supply: Figure | None
    demand: Figure | None
    elasticity: Figure | None
    lead_time: Figure | None
    rent_change: Figure | None

    def figures(self) -> Iterator[Figure]:
        """The figures there are."""
        every = (self.supply, self.demand, self.elasticity, self.lead_time, self.rent_change)
        yield from (figure for figure in every if figure is not None)


def scenario_outcomes(table: Table) -> tuple[Scenario, ...]:
    """Scenarios with their implied rent change in percent.

    P1 / P0 = (D / S) ** (1 / elasticity), source: DOMAIN (d). Left out where the
    row gives no elasticity or neither change.
    """
    return tuple(_scenario(row) for row in table)


def _scenario(row: Row) -> Scenario:
    name = Text(row.text("name_zh"), row.text("name_en") or row.text("name_zh"))
    supply = _figure(row, "supply_change", "supply", PERCENT, name, signed=True)
    demand = _figure(row, "demand_change", "demand", PERCENT, name, signed=True)
    elasticity = _figure(row, "elasticity", "elasticity", PLAIN, name)
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
    return Scenario(row.id, name, supply, demand, elasticity, lead_time, outcome)


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
