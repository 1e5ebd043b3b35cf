"""How far a figure moved, and that the printed change follows from what is printed beside it."""

from __future__ import annotations

import random

import pytest

from reportgen.analysis.figures import Figure
from reportgen.analysis.moves import agreeing, move
from reportgen.arithmetic import derive
from reportgen.language import LANGS, Text
from reportgen.quantity import Quantity, Quoted
from reportgen.units import MONTHS, PERCENT, PRICE, RENT, Unit
from reportgen.wording import as_printed, printed_decimals, quantity_text


def quoted(id_: str, low: float, high: float, unit: Unit, decimals: int) -> Quantity:
    said = Quoted(id_, (), f"{low}–{high}", quote=f"{id_}: {low}–{high}")
    return Quantity(unit, low, low if low == high else None, high, said, 2, decimals)


def payback(cost: tuple[float, float], rent: tuple[float, float], issue: str) -> Figure:
    """The cost is one row of both issues where it is the same; each issue has a rent."""
    inputs = {"C": quoted("C", *cost, PRICE, 0), "R": quoted(f"R{issue}", *rent, RENT, 1)}
    months = derive("C ÷ R", MONTHS, lambda C, R: C / R, inputs)
    return Figure("payback.h100", months, Text.same("payback"))


def told(old: Figure, new: Figure) -> str:
    change = move(old, new)
    assert change is not None
    said = agreeing(old, new, change)
    texts = [quantity_text(one.quantity, "en", signed=one.signed) for one in said]
    return f"{texts[0]} → {texts[1]}, {texts[2]}"


@pytest.mark.parametrize(
    ("cost", "rents", "expected"),
    [
        # 210 ÷ 6 = 35, 210 ÷ 7 = 30: −14.3%, and of 35 and 30 too
        ((210, 210), ((6.0, 6.0), (7.0, 7.0)), "35 months → 30 months, −14%"),
        # 34.43 and 33.33: −3.2%, but of 34 and 33 it is −2.9%; both are −3%
        ((210, 210), ((6.1, 6.1), (6.3, 6.3)), "34 months → 33 months, −3%"),
        # 33.87 and 33.33: −1.6%, but of 34 and 33 it is −3%; of 33.9 and 33.3 it is −1.8%
        ((210, 210), ((6.2, 6.2), (6.3, 6.3)), "33.9 months → 33.3 months, −2%"),
        # 35.0–35.8 (220–225 ÷ 6.286…) moves as its rent does, at either end
        ((220, 230), ((6.2, 6.2), (6.3, 6.3)), "35.5–37.1 months → 34.9–36.5 months, −2%"),
        # 36.67–38.33 → 27.5–29.49: what each end allows holds the −25% to −23% of the rent
        ((220, 230), ((6.0, 6.0), (7.8, 8.0)), "37–38 months → 28–29 months, −25% to −23%"),
    ],
)
def test_a_reader_who_reckons_finds_the_printed_change(
    cost: tuple[float, float], rents: tuple[tuple[float, float], ...], expected: str
) -> None:
    assert told(payback(cost, rents[0], "1"), payback(cost, rents[1], "2")) == expected


def test_percentages_differ_by_what_is_printed_of_them() -> None:
    def margin(issue: str, value: float) -> Figure:
        share = derive("m", PERCENT, lambda R: R, {"R": quoted(issue, value, value, PERCENT, 3)})
        return Figure("margin.x", share, Text.same("margin"))

    assert told(margin("1", 9.5), margin("2", 12.3)) == "9.5% → 12%, +3 points"


def test_quoted_values_stay_as_quoted() -> None:
    def rent(issue: str, low: float, high: float) -> Figure:
        return Figure("rent.h200.1y", quoted(issue, low, high, RENT, 1), Text.same("rent"))

    old, new = rent("1", 6.0, 6.3), rent("2", 8.0, 8.0)
    change = move(old, new)
    assert change is not None
    was, is_now, moved = agreeing(old, new, change)
    assert (was, is_now) == (old, new)
    assert quantity_text(moved.quantity, "zh", signed=True) == "+27% 至 +33%"


def test_an_open_end_holds_nothing_against_anything() -> None:
    floor = Quantity(MONTHS, 30.0, None, None, Quoted("F", (), "≥30"), 2)
    old, new = payback((210, 210), (6.2, 6.2), "1"), Figure("payback.h100", floor, Text.same("p"))
    change = payback((210, 210), (6.3, 6.3), "3")
    assert agreeing(old, new, change) == (old, new, change)


def test_over_many_pairs_what_is_left_is_one_in_the_last_place() -> None:
    draw = random.Random(11)
    for _ in range(400):
        cost, rents = draw.randrange(200, 400, 5), [draw.randrange(45, 90) / 10 for _ in range(2)]
        old = payback((cost, cost), (rents[0], rents[0]), "1")
        new = payback((cost, cost), (rents[1], rents[1]), "2")
        change = move(old, new)
        assert change is not None
        said = [one.quantity for one in agreeing(old, new, change)]
        for lang in LANGS:
            a, b, moved = (as_printed(one, lang).bound for one in said)
            last_place = 10.0 ** -printed_decimals(said[2], lang)
            assert abs((b - a) / a * 100 - moved) < 1.5 * last_place
            assert printed_decimals(said[0], lang) <= 1  # one digit more than the evidence has
