"""How rents answer supply and demand: the implied elasticity, implied demand, who loses first.

P1 / P0 = (D / S) ** (1 / elasticity). Source: DOMAIN (d), model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.analysis.economics import Case, main_cases
from reportgen.analysis.estimates import Estimate
from reportgen.analysis.figures import Figure
from reportgen.arithmetic import derive
from reportgen.language import Text
from reportgen.quantity import Quantity
from reportgen.units import MONTHS, PERCENT, PLAIN
from reportgen.workbook.tables import Row, Table

_CONFIDENCE = {"high": 3, "medium": 2, "": 1, "low": 0}


@dataclass(frozen=True, slots=True)
class Exposure:
    """A case after the rent change that the sources expect: its rent and its margin."""

    case: Case
    rent: Figure
    margin: Figure


@dataclass(frozen=True, slots=True)
class Response:
    """What the claims about a release imply. Each part is None or empty without its rows.

    `rent_change` and `supply` are the claims, `wait` the months until supply
    arrives; `elasticity` what they imply at unchanged demand; `break_even_demand`
    the growth of demand at which rents hold; `exposed` the current cases, the
    first loser first.
    """

    rent_change: Figure | None = None
    supply: Figure | None = None
    wait: Quantity | None = None
    elasticity: Figure | None = None
    demand: Figure | None = None
    break_even_demand: Figure | None = None
    exposed: tuple[Exposure, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """The computed figures; the claims are figures already."""
        for figure in (self.elasticity, self.demand, self.break_even_demand):
            if figure is not None:
                yield figure
        for one in self.exposed:
            yield from (one.rent, one.margin)


def release_response(
    survey: Table, ratios: tuple[Estimate, ...], cases: tuple[Case, ...]
) -> Response:
    """What the Survey's fall of rents and rise of supply imply, and the shift to inference."""
    change, supply = (
        _claim(survey, "rent_change_scenario"),
        _claim(survey, "share_of_domestic_stock"),
    )
    if change is not None and change.quantity.bound >= 0:
        change = None
    wait = _claim(survey, "time_to_arrive", MONTHS)
    return Response(
        change,
        supply,
        wait.quantity if wait else None,
        _elasticity(change, supply),
        _demand(ratios),
        _break_even_demand(supply),
        _exposed(cases, change) if change else (),
    )


def _elasticity(change: Figure | None, supply: Figure | None) -> Figure | None:
    """−ln(1 + S) ÷ ln(1 + P) at unchanged demand. DOMAIN (d): 1.6 to 3.2."""
    if change is None or supply is None:
        return None
    try:
        value = derive(
            "−ln(1 + S) ÷ ln(1 + P)",
            PLAIN,
            lambda S, P: -math.log(1 + S / 100) / math.log(1 + P / 100),  # noqa: N803 - DOMAIN's symbols
            {"S": supply.quantity, "P": change.quantity},
        )
    except (ValueError, ArithmeticError):
        return None
    label = Text("隐含的价格弹性（需求不变）", "Implied price elasticity at unchanged demand")
    return Figure("elasticity.implied", value, label, as_of=change.as_of)


def _demand(ratios: tuple[Estimate, ...]) -> Figure | None:
    """(1 + r1) ÷ (1 + r0) − 1 with flat training. DOMAIN (d): +33% to +100%, mid +64%."""
    if len(ratios) < 2:
        return None
    old, new = ratios[-2], ratios[-1]
    value = derive(
        "(1 + r1) ÷ (1 + r0) − 1",
        PERCENT,
        lambda r1, r0: ((1 + r1) / (1 + r0) - 1) * 100,
        {"r1": new.quantity, "r0": old.quantity},
    )
    label = Text("训练不变时隐含的需求增长", "Implied growth of demand, training flat")
    return Figure(
        "demand.growth.implied", value, label,
        as_of=new.figure.as_of, since=old.figure.as_of, signed=True,
    )  # fmt: skip


def _break_even_demand(supply: Figure | None) -> Figure | None:
    """Rents hold when demand grows as supply does, whatever the elasticity. DOMAIN (d)."""
    if supply is None:
        return None
    value = derive("D = S", PERCENT, lambda S: S, {"S": supply.quantity})  # noqa: N803
    label = Text("租金不跌所需的需求增长", "Growth of demand at which rents hold")
    return Figure("demand.growth.breakeven", value, label, as_of=supply.as_of, signed=True)


def _exposed(cases: tuple[Case, ...], change: Figure) -> tuple[Exposure, ...]:
    """Current cases by their margin after the change, the lowest first. DOMAIN (d), implications.

    (R (1 + P) u − depreciation − opex) ÷ (R (1 + P) u): below zero the owner loses.
    """
    current = tuple(case for case in cases if "@" not in case.tail)
    found = []
    for case in main_cases(current):
        inputs = {"R": case.inputs.rent, "P": change.quantity}
        rent = derive("R × (1 + P)", case.inputs.rent.unit, _moved, inputs)
        margin = derive(
            "(R (1 + P) − R*) ÷ (R (1 + P)) × 100",
            PERCENT,
            lambda R, P, B: (1 - B / _moved(R, P)) * 100,  # noqa: N803 - DOMAIN's symbols
            inputs | {"B": case.break_even.quantity},
        )
        label = case.label
        found.append(
            Exposure(
                case,
                Figure(
                    f"rent.after.{case.tail}",
                    rent,
                    Text(f"{label.zh}：放行后月租", f"{label.en}: rent after a release"),
                    as_of=case.pair.rent.when,
                ),
                Figure(
                    f"margin.after.{case.tail}",
                    margin,
                    Text(f"{label.zh}：放行后利润率", f"{label.en}: margin after a release"),
                    as_of=case.pair.rent.when,
                ),
            )
        )
    return tuple(sorted(found, key=lambda one: one.margin.quantity.bound))


def _moved(R: float, P: float) -> float:  # noqa: N803 - DOMAIN's symbols
    return R * (1 + P / 100)


def _claim(survey: Table, metric: str, unit: object = PERCENT) -> Figure | None:
    """The row of a metric that is most confident, of equals the later one."""
    best: Row | None = None
    for row in survey:
        known = row.quantity
        if row.text("metric") != metric or known is None or known.unit != unit:
            continue
        if known.middle is None:
            continue
        if best is None or _weight(row) >= _weight(best):
            best = row
    if best is None or best.quantity is None:
        return None
    label = Text(best.text("claim_zh"), best.text("claim_en"))
    when = best.when("as_of") or best.when("date")
    return Figure(f"claim.{best.id}", best.quantity, label, as_of=when, signed=True)


def _weight(row: Row) -> int:
    return _CONFIDENCE.get(row.text("confidence"), 1)
