"""Supply and demand scenarios against every worked number of DOMAIN (d)."""

from __future__ import annotations

import math
import random

import pytest

from reportgen.analysis.analyse import Analysis, analyse
from reportgen.quantity import Quantity
from tests.books import book
from tests.test_analysis import DEMAND, NOTE, SOURCES
from tests.test_economics import MORE, PARAMETERS, SURVEY

CHIPS = "F052 | supply | chips_total | | 750000 | | 张 | 2026-05 | EC1 | high\n"
SCENARIOS = """
id | name_zh | name_en | supply_change | demand_change | elasticity | lead_time | source
S1 | 放行，需求不变 | Release, D flat | 35 | 0 | 2.3 | 3 | OWN
S2 | 放行，需求温和 | Release, moderate | 35 | 33 | 2.3 | 3 | OWN
S3 | 放行，需求较快 | Release, brisk | 35 | 64 | 2.3 | 3 | OWN
S4 | 放行，需求翻倍 | Release, D doubles | 35 | 100 | 2.3 | 3 | OWN
S5 | 不放行，需求温和 | No release, moderate | 0 | 33 | 2.3 | | OWN
S6 | 不放行，需求较快 | No release, brisk | 0 | 64 | 2.3 | | OWN
S7 | 弹性自定 | Own elasticity | 35 | 0 | 1.2 | 3 | OWN
"""


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(
        book(Note=NOTE, Sources=SOURCES, Prices=MORE, Demand=DEMAND, Economics=PARAMETERS,
             Survey=SURVEY + CHIPS, Scenarios=SCENARIOS)
    )  # fmt: skip


def of(analysis: Analysis, name: str) -> Quantity:
    return analysis.figures[name].quantity


def three(quantity: Quantity, decimals: int = 0) -> tuple[float | None, ...]:
    ends = (quantity.low, quantity.middle, quantity.high)
    return tuple(None if end is None else round(end, decimals) for end in ends)


def test_the_stock_that_750k_cards_are_a_share_of(analysis: Analysis) -> None:
    assert of(analysis, "supply.servers").bound == 93_750
    assert three(of(analysis, "stock.F056"), -3)[::2] == (234_000, 312_000)  # 312,500
    assert three(of(analysis, "stock.F055"), -3)[::2] == (312_000, 469_000)


def test_elasticity_implied_by_the_fall_at_flat_demand(analysis: Analysis) -> None:
    """ln 1.3 ÷ −ln 0.85 = 1.61, ln 1.4 ÷ −ln 0.9 = 3.19; at 35% and −12.5% it is 2.25.

    DOMAIN's middle of 2.3 is the geometric mean of the ends, √(1.614 × 3.194) = 2.27.
    """
    assert three(of(analysis, "elasticity.implied"), 2) == (1.61, 2.25, 3.19)
    assert round((1.614361 * 3.193533) ** 0.5, 1) == 2.3


def test_demand_implied_by_the_shift_to_inference(analysis: Analysis) -> None:
    assert three(of(analysis, "demand.growth.implied")) == (33, 64, 100)


def test_rents_hold_when_demand_grows_as_supply_does(analysis: Analysis) -> None:
    assert three(of(analysis, "demand.growth.breakeven")) == (30, 35, 40)


@pytest.mark.parametrize(
    ("scenario", "change", "low", "high", "h100"),
    [
        ("S1", -12, -17, -9, 5.9),
        ("S2", -1, -1, 0, 6.7),
        ("S3", 9, 6, 13, 7.3),  # DOMAIN prints 7.4; 6.75 × (1.64 ÷ 1.35)^(1 ÷ 2.3) = 7.346
        ("S4", 19, 13, 28, 8.0),
        ("S5", 13, 9, 19, 7.6),  # DOMAIN prints +20 at 1.6; at 1.614 it is +19.3
        ("S6", 24, 17, 36, 8.4),
    ],
)
def test_the_table_of_scenarios(
    analysis: Analysis, scenario: str, change: float, low: float, high: float, h100: float
) -> None:
    assert three(of(analysis, f"scenario.{scenario}.rent")) == (low, change, high)
    assert three(of(analysis, f"scenario.{scenario}.rent.h100"), 1)[1] == h100


def test_domain_rounds_its_elasticities_first() -> None:
    assert round((1.33 ** (1 / 1.6) - 1) * 100) == 20
    assert round((1.33 ** (1 / 1.614361) - 1) * 100) == 19


def test_an_elasticity_outside_the_implied_range_stands_alone(analysis: Analysis) -> None:
    assert three(of(analysis, "scenario.S2.elasticity"), 1) == (1.6, 2.3, 3.2)
    assert of(analysis, "scenario.S7.elasticity").is_single
    assert of(analysis, "scenario.S7.rent").is_single


def test_rents_after_the_stated_fall(analysis: Analysis) -> None:
    """DOMAIN (d): H100 at 5.7–6.1, above 4.73; H200 at 6.8–7.2, at or below 7.24."""
    assert three(of(analysis, "rent.after.h100.1y"), 1)[::2] == (5.7, 6.1)
    assert three(of(analysis, "rent.after.h200.1y.spot"), 1)[::2] == (6.8, 7.2)
    assert three(of(analysis, "margin.after.h200.1y.spot"), 1) == (-6.4, -3.4, -0.5)
    assert (of(analysis, "margin.after.h100.1y").low or 0) > 0
    first = analysis.leasing.response.exposed[0]
    assert first.case.tail == "h200.1y.spot"


def test_the_margin_is_the_fall_that_a_case_can_bear(analysis: Analysis) -> None:
    margin = of(analysis, "margin.h200.1y.spot").bound
    assert 8 * (1 - margin / 100) == pytest.approx(of(analysis, "breakeven.h200.1y.spot").bound)


@pytest.mark.parametrize("name", ["scenario.S1.rent.h100", "scenario.S6.rent.b300",
                                  "margin.after.h200.1y.cost", "elasticity.implied"])  # fmt: skip
def test_ranges_hold_every_sample(analysis: Analysis, name: str) -> None:
    random_ = random.Random(11)

    def draw(low: float, high: float) -> float:
        return random_.choice((low, high, random_.uniform(low, high)))

    def sample() -> float:
        fall, share = draw(-15, -10), draw(30, 40)
        if name == "elasticity.implied":
            return -math.log(1 + share / 100) / math.log(1 + fall / 100)
        if name.startswith("margin"):
            capex, rent = draw(270, 280), 8 * (1 + fall / 100)
            even = capex / 60 + 0.40655 + 0.459 + 0.1 + 0.015 * capex / 12
            return (1 - even / rent) * 100
        elasticity = draw(1.6143612641, 3.1935325536)
        if name.startswith("scenario.S1"):
            return draw(6.7, 6.8) * float(1.35 ** (-1 / elasticity))
        return draw(16, 19) * float(1.64 ** (1 / elasticity))

    found = [sample() for _ in range(3000)]
    stated = of(analysis, name)
    assert stated.low == pytest.approx(min(found), rel=1e-3)
    assert stated.high == pytest.approx(max(found), rel=1e-3)
    assert min(found) >= (stated.low or 0) - 1e-3
    assert max(found) <= (stated.high or 0) + 1e-3


def test_without_survey_and_demand_scenarios_still_stand() -> None:
    found = analyse(book(Note=NOTE, Sources=SOURCES, Prices=MORE, Scenarios=SCENARIOS))
    assert found.leasing.response.elasticity is None
    assert found.figures["scenario.S1.rent"].quantity.is_single
    assert found.figures["scenario.S1.rent.h200"].quantity.bound == pytest.approx(7.02, abs=0.005)
