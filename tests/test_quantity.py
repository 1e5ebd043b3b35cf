"""Quantities: hand-worked ranges, open ends, units, and bounds against brute force."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.arithmetic import (
    UnitMismatchError,
    combine,
    derive,
    difference,
    ratio,
    relative_change,
    total,
)
from reportgen.quantity import CellRef, Quantity, Quoted, constant, single
from reportgen.units import MONTHS, PERCENT, PRICE, RENT, TIMES, Unit


def quoted(
    name: str,
    low: float | None,
    point: float | None,
    high: float | None,
    unit: Unit = RENT,
    digits: int = 2,
    decimals: int = 1,
    kind: str = "quoted",
) -> Quantity:
    lineage = Quoted(name, (CellRef("Prices", f"H{len(name)}"),), kind=kind)  # type: ignore[arg-type]
    return Quantity(unit, low, point, high, lineage, digits, decimals)


def ends(quantity: Quantity) -> tuple[float | None, float | None, float | None]:
    return tuple(
        None if v is None else round(v, 4) for v in (quantity.low, quantity.point, quantity.high)
    )  # type: ignore[return-value]


def test_h200_rent_rose_by_27_to_33_percent() -> None:
    old = quoted("F014", 6.0, 6.1, 6.3)
    new = quoted("F015", 8, 8, 8, digits=1, decimals=0)
    assert ends(relative_change(new, old)) == (26.9841, 31.1475, 33.3333)


def test_a_variable_that_appears_twice_is_bounded_as_one() -> None:
    # margin = (R - B) / R at R 16..19, B 13.5: 15.6% to 28.9%, not (16-13.5)/19 = 13.2%.
    rent = quoted("R", 16, None, 19)
    cost = quoted("B", 13.5, 13.5, 13.5)
    margin = derive(
        "(R − B) ÷ R × 100", PERCENT, lambda R, B: (R - B) / R * 100, {"R": rent, "B": cost}
    )
    assert ends(margin) == (15.625, 22.8571, 28.9474)


def test_the_same_leaf_through_two_paths_moves_together() -> None:
    rent = quoted("R", 16, None, 19)
    cost = quoted("B", 13.5, 13.5, 13.5)
    gap = difference(rent, cost)
    margin = derive("gap ÷ R", PERCENT, lambda gap, R: gap / R * 100, {"gap": gap, "R": rent})
    assert ends(margin) == (15.625, 22.8571, 28.9474)


def test_assumptions_are_held_at_their_point() -> None:
    rent = quoted("R", 6.7, None, 6.8)
    life = quoted("N", 3, 5, 7, kind="assumption")
    value = derive("R × N", TIMES, lambda R, N: R * N, {"R": rent, "N": life})
    assert ends(value) == (33.5, 33.75, 34.0)


def test_a_floor_makes_a_ceiling_of_its_payback() -> None:
    price = quoted("C", 350, 350, 350, PRICE, 3, 0)
    floor = quoted("R", 8, None, None)
    payback = derive("C ÷ R", MONTHS, lambda C, R: C / R, {"C": price, "R": floor})
    assert ends(payback) == (None, None, 43.75)
    assert payback.is_ceiling


def test_an_open_top_keeps_its_point() -> None:
    price = quoted("C", 350, 350, 350, PRICE, 3, 0)
    rent = quoted("R", 8, 8, None)
    payback = derive("C ÷ R", MONTHS, lambda C, R: C / R, {"C": price, "R": rent})
    assert ends(payback) == (None, 43.75, 43.75)
    assert ends(relative_change(rent, quoted("old", 6, 6.1, 6.3))) == (26.9841, 31.1475, None)


def test_a_range_has_a_made_point_and_says_so() -> None:
    rent = quoted("R", 6.7, None, 6.8)
    assert rent.has_made_point
    assert rent.middle == pytest.approx(6.75)
    assert not quoted("R", 6.0, 6.1, 6.3).has_made_point


def test_search_finds_an_extreme_inside_the_range() -> None:
    x = quoted("x", 0, None, 4)
    parabola = derive("(x − 1)²", TIMES, lambda x: (x - 1) ** 2, {"x": x}, bounds="search")
    assert parabola.low == pytest.approx(0, abs=1e-3)
    assert parabola.high == pytest.approx(9)


def test_shares_add_up_to_95_to_105_percent() -> None:
    parts = {
        "big": quoted("F087", 60, 60, 60, PERCENT),
        "small": quoted("F088", 15, 15, 15, PERCENT),
        "public": quoted("F089", 20, None, 30, PERCENT),
    }
    assert ends(total(parts)) == (95, 100, 105)


def test_the_envelope_of_two_sources_takes_the_better_point() -> None:
    a, b = quoted("a", 6.7, None, 6.8), quoted("b", 6.5, 6.6, 6.7)
    both = combine((a, b), b, "envelope")
    assert ends(both) == (6.5, 6.6, 6.8)
    assert [quote.row_id for quote in both.quotes()] == ["a", "b"]


def test_units_do_not_mix() -> None:
    with pytest.raises(UnitMismatchError):
        difference(quoted("R", 8, 8, 8), quoted("p", 30, 30, 30, PERCENT))
    with pytest.raises(UnitMismatchError):
        ratio(quoted("R", 8, 8, 8), quoted("C", 350, 350, 350, PRICE))


def test_ends_out_of_order_or_missing_are_misuse() -> None:
    with pytest.raises(ValueError, match="low <= point <= high"):
        quoted("R", 9, None, 8)
    with pytest.raises(ValueError, match="needs a value"):
        quoted("R", None, None, None)
    with pytest.raises(ValueError, match="finite"):
        quoted("R", 8, 8, math.inf)


def test_digits_follow_the_least_precise_input_but_never_below_two() -> None:
    coarse = derive(
        "C ÷ R",
        MONTHS,
        lambda C, R: C / R,
        {"C": quoted("C", 350, 350, 350, PRICE, 3), "R": quoted("R", 8, 8, 8, digits=1)},
    )
    assert coarse.digits == 2
    fine = derive(
        "a × b",
        TIMES,
        lambda a, b: a * b,
        {"a": single(6.75, TIMES, Quoted("a", ()), decimals=2), "b": constant("c", 730, TIMES)},
    )
    assert fine.digits == 3


def test_lineage_names_its_cells() -> None:
    change = relative_change(quoted("F015", 8, 8, 8), quoted("F014", 6, 6.1, 6.3))
    assert [str(cell) for quote in change.quotes() for cell in quote.cells] == [
        "Prices!H4",
        "Prices!H4",
    ]


ranges = st.tuples(st.floats(0.5, 500), st.floats(0, 300)).map(
    lambda pair: (round(pair[0], 3), round(pair[0] + pair[1], 3))
)


@given(ranges, ranges, ranges)
def test_bounds_contain_brute_force_samples(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    """(R - B) / R × u over a grid of each range never leaves the bounds."""
    inputs = {
        "R": quoted("R", a[0], None, a[1]),
        "B": quoted("BB", b[0], None, b[1]),
        "u": quoted("uuu", c[0], None, c[1]),
    }
    value = derive("(R − B) ÷ R × u", TIMES, lambda R, B, u: (R - B) / R * u, inputs)
    assert value.low is not None
    assert value.high is not None
    samples = [
        (r - k) / r * u
        for r, k, u in itertools.product(
            *([low + (high - low) * step / 4 for step in range(5)] for low, high in (a, b, c))
        )
    ]
    slack = 1e-9 * max(1, abs(value.low), abs(value.high))
    assert min(samples) >= value.low - slack
    assert max(samples) <= value.high + slack
    assert min(samples) == pytest.approx(value.low)
    assert max(samples) == pytest.approx(value.high)


def test_many_leaves_follow_each_direction() -> None:
    parts = {f"x{place}": quoted(f"x{'i' * place}", 1, None, 2) for place in range(14)}
    assert ends(total(parts)) == (14, 21, 28)


def test_dividing_by_zero_in_the_middle_is_misuse() -> None:
    with pytest.raises(ZeroDivisionError):
        ratio(quoted("a", 1, 1, 1), quoted("bb", 0, 0, 0))


def test_a_corner_at_zero_is_an_open_end() -> None:
    value = ratio(quoted("a", 1, 1, 1), quoted("bb", 0, 1, 2))
    assert ends(value) == (0.5, 1, None)
