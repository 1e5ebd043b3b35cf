"""The rent index against hand-worked numbers, brute force, and gaps, entries and weights."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from reportgen.analysis.index import PriceIndex, price_index
from reportgen.analysis.periods import collect_periods
from reportgen.analysis.prices import collect_series
from reportgen.dates import When, parse_when
from reportgen.quantity import Quantity
from tests.books import book

BASELINE = parse_when("before 2026-02-17")
SOURCES = """
id | kind | date | title_en | group | grade | publish
EC1 | expert_call | 2026-05 | Call | a | c | yes
OWN | own | 2026-06 | House | house | c | yes
"""
# The call's usable rents as quoted, with the garbled and the back-solved ones beside them.
CALL = """
id | date | market | model | config | term | basis | low | point | high | unit | source | speaker | unread
F012 | before 2026-02-17 | rent | h100 | | 1y | | | | | 万元/台/月 | EC1 | expert | 5万到5万
F014 | before 2026-02-17 | rent | h200 | | 1y | | 6.0 | 6.1 | 6.3 | 万元/台/月 | EC1 | expert |
F122 | before 2026-02-17 | rent | b300 | | 5y | | | 12 | | 万元/台/月 | EC1 | expert |
F027 | 2026-05 | rent | h100 | | 1y | | 6.7 | | 6.8 | 万元/台/月 | EC1 | expert |
F034 | 2026-05 | rent | h100 | | 3y | | 6.4 | | 6.5 | 万元/台/月 | EC1 | expert |
F035 | 2026-05 | rent | h100 | | 5y | | | 6 | | 万元/台/月 | EC1 | expert |
F015 | 2026-05 | rent | h200 | | 1y | | | 8 | | 万元/台/月 | EC1 | expert |
F030 | 2026-05 | rent | h800 | | 1y | | 6.3 | | 6.4 | 万元/台/月 | EC1 | expert |
F031 | 2026-05 | rent | h20 | 141g | 1y | | | 4 | | 万元/台/月 | EC1 | expert |
F121 | 2026-05 | rent | b300 | | 5y | | 16 | | 19 | 万元/台/月 | EC1 | expert |
F123 | 2026-05 | rent | b300 | | 5y | ask | 19 | | | 万元/台/月 | EC1 | expert |
"""  # noqa: E501 - a sheet as a table


def index_of(
    prices: str, baseline: When | None = BASELINE, market: str = "rent"
) -> PriceIndex | None:
    tables = book(Sources=SOURCES, Prices=prices)
    series = collect_series(tables["Prices"], tables["Sources"])
    return price_index(series, tables["Sources"], baseline, market)


def found(prices: str, baseline: When | None = BASELINE) -> PriceIndex:
    index = index_of(prices, baseline)
    assert index is not None
    return index


def chain(*rows: str) -> PriceIndex:
    """The index of rows of `table`, without a declared baseline."""
    return found(table(*rows), None)


def ends(quantity: Quantity, places: int = 1) -> tuple[float | None, ...]:
    values = (quantity.low, quantity.point, quantity.high)
    return tuple(None if value is None else round(value, places) for value in values)


def table(*rows: str) -> str:
    """Rows of date, model, term, low, point, high; 万元 a server and month, one source."""
    lines = ["id | date | market | model | term | low | point | high | unit | source | weight"]
    for number, row in enumerate(rows):
        parts = [part.strip() for part in row.split("|")]
        date, model, term, low, point, high, *weight = parts
        weighed = weight[0] if weight else ""
        lines.append(
            f"R{number} | {date} | rent | {model} | {term} | {low} | {point} | {high} "
            f"| 万元/台/月 | EC1 | {weighed}"
        )
    return "\n".join(lines)


def levels(index: PriceIndex) -> dict[str, float]:
    return {level.when.key: round(level.index.quantity.bound, 3) for level in index.levels}


# ---- the call -------------------------------------------------------------------------------


def test_the_call_s_usable_pairs_rise_while_the_simple_mean_falls() -> None:
    index = found(CALL)
    # √(8/6.1 × 17.5/12) = 1.38296; low √(8/6.3 × 16/12), high √(8/6.0 × 19/12)
    assert ends(index.change.quantity) == (30.1, 38.3, 45.3)
    # (6.1 + 12)/2 = 9.05 to (6.75 + 8 + 6.35 + 4 + 17.5)/5 = 8.52
    assert round(index.levels[0].mean.quantity.bound, 3) == 9.05
    assert round(index.mean.quantity.bound, 3) == 8.52
    assert ends(index.mean_change.quantity) == (-10.4, -5.9, -1.8)
    assert [pair.key.name for pair in index.pairs] == ["rent.h200.1y", "rent.b300.5y"]
    assert ends(index.pairs[0].figure.quantity) == (27.0, 31.1, 33.3)
    assert ends(index.pairs[1].figure.quantity) == (33.3, 45.8, 58.3)
    assert index.count.quantity.point == 2
    assert levels(index) == {"before-2026-02-17": 100, "2026-05": 138.296}


def test_the_simple_mean_takes_the_shortest_term_of_each_model() -> None:
    quoted = [key.name for key in found(CALL).levels[-1].quoted]
    assert sorted(quoted) == [
        "rent.b300.5y", "rent.h100.1y", "rent.h20.141g.1y", "rent.h200.1y", "rent.h800.1y",
    ]  # fmt: skip


def test_changes_state_both_dates_and_every_figure_has_its_name() -> None:
    index = found(CALL)
    assert index.change.since == BASELINE
    assert index.change.as_of == parse_when("2026-05")
    names = [figure.id for figure in index.figures()]
    assert len(set(names)) == len(names)
    assert {"index.rent", "index.rent.change", "mean.rent.change", "index.rent.pairs"} <= set(names)
    assert {"index.rent@before-2026-02-17", "index.rent@2026-05"} <= set(names)


@pytest.mark.parametrize(
    "row",
    [
        "X | before 2026-02-17 | rent | h100 | | 1y | | | 5.2 | | 万元/台/月 | OWN | |",
        "X | before 2026-02-17 | rent | h100 | | 1y | | | 5.2 | | 万元/台/月 | EC1 | interviewer |",
        "X | before 2026-02-17 | rent | h100 | | 1y | | 5.2 | | | 万元/台/月 | EC1 | expert |",
        "X | before 2026-02-17 | rent | h100 | | 1y | | | | 5.2 | 万元/台/月 | EC1 | expert |",
    ],
    ids=["back-solved by the house", "interviewer", "floor", "ceiling"],
)
def test_values_that_are_no_evidence_never_enter(row: str) -> None:
    index = found(f"{CALL}{row}\n")
    assert ends(index.change.quantity) == (30.1, 38.3, 45.3)
    assert index.count.quantity.point == 2


def test_with_a_back_solved_base_the_index_would_be_the_circular_one_of_the_brief() -> None:
    row = "X | before 2026-02-17 | rent | h100 | | 1y | | | 5.2 | | 万元/台/月 | EC1 | expert |"
    index = found(f"{CALL}{row}\n")  # as if it were evidence: +29.8% for H100, +35.4% for all
    assert round(index.pairs[0].figure.quantity.bound, 1) == 29.8
    assert round(index.change.quantity.bound, 1) == 35.4


def test_purchase_prices_have_an_index_of_their_own() -> None:
    rows = """
        id | date | market | model | config | tenor | low | point | high | unit | source
        A | 2025-11 | purchase | b300 | 4t | forward | 450 | | 460 | 万元/台 | EC1
        B | 2026-05 | purchase | b300 | 4t | forward | | 520 | | 万元/台 | EC1
        C | 2026-05 | purchase | b300 | 4t | spot | | 700 | | 万元/台 | EC1
    """
    index = index_of(rows, parse_when("2025-11"), "purchase")
    assert index is not None
    assert ends(index.change.quantity) == (13.0, 14.3, 15.6)
    assert index.change.id == "index.price.change"


# ---- chains ---------------------------------------------------------------------------------


def test_links_multiply_and_a_stable_sample_needs_only_its_ends() -> None:
    index = chain("2026-01 | h100 | 1y | | 5 |", "2026-01 | h200 | 1y | | 6 |",
                        "2026-02 | h100 | 1y | 5 | | 9", "2026-02 | h200 | 1y | | 7 |",
                        "2026-03 | h100 | 1y | | 6 |", "2026-03 | h200 | 1y | | 8 |")  # fmt: skip
    # √(6/5 × 8/6); February's wide range cancels
    assert levels(index) == {"2026-01": 100, "2026-02": 127.802, "2026-03": 126.491}
    assert ends(index.change.quantity) == (26.5, 26.5, 26.5)
    assert index.levels[1].index.quantity.low == pytest.approx(100 * math.sqrt(5 / 5 * 7 / 6))


def test_a_new_model_enters_by_overlap() -> None:
    index = chain("2026-01 | h100 | 1y | | 5 |", "2026-02 | h100 | 1y | | 5.5 |",
                        "2026-02 | b300 | 1y | | 20 |", "2026-03 | h100 | 1y | | 5.5 |",
                        "2026-03 | b300 | 1y | | 22 |")  # fmt: skip
    # its first price moves nothing: 1.1, then √(1 × 1.1)
    assert levels(index) == {"2026-01": 100, "2026-02": 110, "2026-03": 115.369}
    assert index.count.quantity.point == 2


def test_a_missing_price_is_imputed_and_not_carried_forward() -> None:
    index = chain("2026-01 | h100 | 1y | | 5 |", "2026-01 | h200 | 1y | | 8 |",
                        "2026-02 | h100 | 1y | | 6 |",
                        "2026-03 | h100 | 1y | | 6 |", "2026-03 | h200 | 1y | | 9.6 |")  # fmt: skip
    # February: H100 alone, +20%. H200 returns at just its imputed 8 × 1.2 = 9.6: no further move.
    assert levels(index) == {"2026-01": 100, "2026-02": 120, "2026-03": 120}
    # Both rose by 20% in all; carrying 8 forward would say √1.2 and then +9.5% again.


def test_a_cell_away_for_more_than_half_a_year_is_new() -> None:
    months = [f"2025-{number:02} | h100 | 1y | | 5 |" for number in range(1, 11)]
    away = ["2025-01 | h200 | 1y | | 8 |", "2025-10 | h200 | 1y | | 16 |"]
    assert levels(chain(*months, *away))["2025-10"] == 100
    short = ["2025-05 | h200 | 1y | | 8 |", "2025-10 | h200 | 1y | | 16 |"]
    assert levels(chain(*months, *short))["2025-10"] == 141.421  # √2


def test_one_pair_of_dates_works_however_far_apart() -> None:
    index = chain("2023 | h100 | 1y | | 9 |", "2026-05-28 | h100 | 1y | | 6.75 |")
    assert levels(index) == {"2023": 100, "2026-05-28": 75}


def test_the_latest_stretch_that_links_join_is_the_index() -> None:
    index = chain("2023-01 | a100 | 1y | | 4 |", "2023-06 | a100 | 1y | | 3 |",
                        "2025-11 | h200 | 1y | | 6 |", "2026-05 | h200 | 1y | | 9 |")  # fmt: skip
    assert levels(index) == {"2025-11": 100, "2026-05": 150}


def test_a_period_without_a_known_cell_has_no_level() -> None:
    index = chain("2026-01 | h100 | 1y | | 5 |", "2026-02 | h200 | 1y | | 8 |",
                        "2026-03 | h100 | 1y | | 6 |", "2026-03 | h200 | 1y | | 9 |")  # fmt: skip
    assert levels(index) == {"2026-01": 100, "2026-03": 120}


def test_without_a_pair_there_is_no_index() -> None:
    assert index_of(table("2026-05 | h100 | 1y | | 5 |")) is None
    assert index_of(table("2026-01 | h100 | 1y | | 5 |", "2026-05 | h200 | 1y | | 5 |")) is None
    assert index_of("") is None


def test_weights_count_where_every_cell_of_a_link_has_one() -> None:
    rows = ["2026-01 | h100 | 1y | | 5 | | 300", "2026-01 | h200 | 1y | | 8 | | 100",
            "2026-02 | h100 | 1y | | 5.5 | |", "2026-02 | h200 | 1y | | 8 | | 900"]  # fmt: skip
    index = chain(*rows)  # the earlier period's weights: 1.1 ** 0.75
    assert index.levels[-1].weighted
    assert levels(index)["2026-02"] == 107.41
    rows[0] = "2026-01 | h100 | 1y | | 5 | |"  # one cell without: equal weights, √1.1
    index = chain(*rows)
    assert not index.levels[-1].weighted
    assert levels(index)["2026-02"] == 104.881


def test_the_change_since_the_baseline_stands_beside_that_since_the_first_period() -> None:
    rows = table("2025-06 | h100 | 1y | | 8 |", "2025-11 | h100 | 1y | | 5 |",
                 "2026-05 | h100 | 1y | | 6 |")  # fmt: skip
    index = found(rows, parse_when("2025-11"))
    assert ends(index.change.quantity) == (-25, -25, -25)
    assert index.since_baseline is not None
    assert ends(index.since_baseline.quantity) == (20, 20, 20)
    assert [ends(pair.figure.quantity) for pair in index.pairs] == [(20, 20, 20)]
    assert index.pairs[0].figure.label.en == "H100 1-year, change from Nov 2025 to May 2026"
    assert ends(index.mean_moved.quantity) == (20, 20, 20)
    assert found(rows, parse_when("2026-05")).moved.id == "index.rent.change"
    assert found(CALL).since_baseline is None


# ---- periods --------------------------------------------------------------------------------


def periods_of(prices: str, baseline: When | None) -> list[tuple[str, list[float]]]:
    tables = book(Sources=SOURCES, Prices=prices)
    series = collect_series(tables["Prices"], tables["Sources"])
    return [
        (one.when.key, sorted(round(price.bound, 3) for price in one.prices.values()))
        for one in collect_periods(series, tables["Sources"], baseline)
    ]


def test_periods_are_months_named_by_their_one_date_where_they_have_one() -> None:
    rows = table("before 2026-02-17 | h100 | 1y | | 5 |", "2026-05-04 | h100 | 1y | | 8 |",
                 "2026-05-28 | h100 | 1y | | 2 |", "2026-07 | h100 | 1y | | 7 |")  # fmt: skip
    # May is the geometric mean √(8 × 2)
    assert periods_of(rows, BASELINE) == [
        ("before-2026-02-17", [5]), ("2026-05", [4]), ("2026-07", [7]),
    ]  # fmt: skip


def test_the_baseline_cuts_its_month() -> None:
    rows = table("2026-02-03 | h100 | 1y | | 5 |", "before 2026-02-17 | h100 | 1y | | 5 |",
                 "2026-02-25 | h100 | 1y | | 6 |", "2026-02 | h100 | 1y | | 6 |")  # fmt: skip
    assert periods_of(rows, BASELINE) == [("before-2026-02-17", [5]), ("2026-02", [6])]


def test_dates_of_one_month_are_periods_of_a_day() -> None:
    rows = table("2026-05-04 | h100 | 1y | | 8 |", "2026-05-28 | h100 | 1y | | 9 |")
    assert periods_of(rows, None) == [("2026-05-04", [8]), ("2026-05-28", [9])]


def test_a_year_counts_only_where_nothing_finer_is_known() -> None:
    rows = table("2025 | h100 | 1y | | 8 |", "2025-12-05 | h100 | 1y | | 6 |",
                 "2025 | h200 | 1y | | 7 |", "2026-05 | h100 | 1y | | 9 |")  # fmt: skip
    assert periods_of(rows, None) == [("2025-12", [6, 7]), ("2026-05", [9])]


# ---- ranges ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_ranges_hold_every_sample_and_are_reached_at_corners(seed: int) -> None:
    """Cells come, go and return; the index is recomputed from its definition at drawn prices."""
    rng = random.Random(seed)
    cells = ["h100", "h200", "h800", "b300"]
    quoted = {
        (cell, number): (low, low * rng.uniform(1, 1.2))
        for number in range(1, 5)
        for cell in cells
        if rng.random() < 0.7 and (low := rng.uniform(4, 9))
    }
    quoted |= {("a100", number): (3.0, 3.3) for number in (1, 4)}
    quoted |= {("h20", number): (4.0, 4.0 + number / 10) for number in range(1, 5)}
    rows = [
        f"2026-{n:02} | {cell} | 1y | {lo!r} | | {hi!r}" for (cell, n), (lo, hi) in quoted.items()
    ]
    index = chain(*rows)
    least, most = index.change.quantity.low, index.change.quantity.high
    assert least is not None
    assert most is not None
    middles = {node: sum(pair) / 2 for node, pair in quoted.items()}
    assert index.change.quantity.bound == pytest.approx(by_definition(middles))
    samples = [
        by_definition({node: rng.uniform(*pair) for node, pair in quoted.items()})
        for _ in range(300)
    ]
    assert least <= min(samples)
    assert max(samples) <= most
    reached = corners(quoted, rng)
    assert [min(reached), max(reached)] == pytest.approx([least, most])


def by_definition(prices: dict[tuple[str, int], float]) -> float:
    """The change in percent, imputing in full the prices of cells that are away."""
    log_level = [0.0]
    basket = {cell: math.log(price) for (cell, number), price in prices.items() if number == 1}
    for number in range(2, 5):
        now = {cell: math.log(price) for (cell, at), price in prices.items() if at == number}
        matched = [cell for cell in now if cell in basket]
        move = sum(now[cell] - basket[cell] for cell in matched) / len(matched)
        log_level.append(log_level[-1] + move)
        basket = {cell: price + move for cell, price in basket.items()} | now
    return (math.exp(log_level[-1]) - 1) * 100


def corners(quoted: dict[tuple[str, int], tuple[float, float]], rng: random.Random) -> list[float]:
    """The best and worst corner, climbed one price at a time: ln I is linear in each ln p."""
    results = []
    for better in (min, max):
        chosen = {node: rng.choice(pair) for node, pair in quoted.items()}
        for node, pair in itertools.chain(quoted.items(), quoted.items()):
            chosen[node] = better(pair, key=lambda end: by_definition(chosen | {node: end}))
        results.append(by_definition(chosen))
    return results


def test_an_open_end_opens_the_index_only_where_it_counts() -> None:
    rows = ["2026-01 | h100 | 1y | | 5 |", "2026-02 | h100 | 1y | 6 | 6 |",
            "2026-03 | h100 | 1y | | 7 |"]  # fmt: skip
    index = chain(*rows)
    assert ends(index.levels[1].index.quantity) == (120, 120, None)
    assert ends(index.latest.quantity) == (140, 140, 140)


def test_levels_are_printed_as_finely_as_their_changes() -> None:
    index = found(CALL)
    assert index.change.quantity.digits == 2
    assert index.latest.quantity.digits == 3
