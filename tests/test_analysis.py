"""The first analysis against hand-worked numbers of the call."""

from __future__ import annotations

import pytest

from reportgen.analysis.analyse import Analysis, analyse
from reportgen.analysis.prices import collect_series
from tests.books import book

NOTE = """
key | value
title_zh | 租金
date | 2026-06-01
rent_baseline | before 2026-02-17
purchase_baseline | 2025-11
"""
SOURCES = """
id | kind | date | title_en | group | grade | publish
EC1 | expert_call | 2026-05 | Call | a | c | yes
BR1 | broker | 2026-05 | Broker | b | b | yes
"""
PRICES = """
id | date | market | model | config | term | tenor | basis | low | point | high | unit | source | confidence | unread
F012 | before 2026-02-17 | rent | h100 | | 1y | | | | | | 万元/台/月 | EC1 | low | 5万到5万
F014 | before 2026-02-17 | rent | h200 | | 1y | | | 6.0 | 6.1 | 6.3 | 万元/台/月 | EC1 | medium |
F015 | 2026-05 | rent | h200 | | 1y | | | | 8 | | 万元/台/月 | EC1 | high |
F028 | 2026-05 | rent | h200 | | 1y | | | 8 | | | 万元/台/月 | EC1 | high |
F027 | 2026-05 | rent | h100 | | 1y | | | 6.7 | | 6.8 | 万元/台/月 | EC1 | high |
F034 | 2026-05 | rent | h100 | | 3y | | | 6.4 | | 6.5 | 万元/台/月 | EC1 | medium |
F035 | 2026-05 | rent | h100 | | 5y | | | 6.0 | 6 | | 万元/台/月 | EC1 | medium |
F122 | before 2026-02-17 | rent | b300 | | 5y | | | | 12 | | 万元/台/月 | EC1 | medium |
F121 | 2026-05 | rent | b300 | | 5y | | | 16 | | 19 | 万元/台/月 | EC1 | high |
F017 | before 2025-09-01 | purchase | h200 | | | | | 220 | | 230 | 万元/台 | EC1 | high |
F019 | 2026-05 | purchase | h200 | | | spot | | | 350 | | 万元/台 | EC1 | high |
F062 | 2026-05 | purchase | h200 | | | | cost | 270 | | 280 | 万元/台 | EC1 | medium |
F021 | 2025-11 | purchase | b300 | 4T | | forward | | 450 | | 460 | 万元/台 | EC1 | high |
F022 | 2026-05 | purchase | b300 | 4T | | forward | | | 520 | | 万元/台 | EC1 | high |
F008 | 2026-05 | purchase | b300 | 4T | | spot | | | 700 | | 万元/台 | EC1 | high |
F127 | 2023 | purchase | h100 | | | | | | 210 | | 万元/台 | EC1 | medium |
"""  # noqa: E501 - a sheet as a table
DEMAND = """
id | segment | segment_en | metric | period | low | point | high | unit | basis | source | confidence
F087 | 大厂 | big tech | share | 2026-05 | | 60 | | % | owned | EC1 | medium
F088 | 初创 | start-ups | share | 2026-05 | | 15 | | % | owned | EC1 | medium
F089 | 政企 | public | share | 2026-05 | 20 | | 30 | % | owned | EC1 | medium
F079 | 推理 | inference | inference_ratio | 2025 | 1.5 | | 2 | 倍 | | EC1 | medium
F078 | 推理 | inference | inference_ratio | 2026-05 | 3 | | 4 | 倍 | | EC1 | medium
"""  # noqa: E501 - a sheet as a table
ECONOMICS = """
id | parameter | low | point | high | unit | date | kind | source | confidence
F057 | memory_share | | 10 | | % | before 2025-09-01 | quoted | EC1 | medium
F058 | memory_share | 30 | | 40 | % | 2026-05 | quoted | EC1 | medium
F113 | payback | 3 | | 5 | 年 | 2026-05 | quoted | EC1 | medium
"""
SURVEY = """
id | topic | metric | low | point | high | unit | as_of | source | confidence
F052 | supply | chips_total | | 750000 | | 张 | 2026-05 | EC1 | high
F056 | supply | share_of_domestic_stock | 30 | | 40 | % | 2026-05 | EC1 | medium
"""
SCENARIOS = """
id | name_zh | name_en | supply_change | demand_change | elasticity | source
S1 | 放开，需求不变 | Release, D flat | 35 | 0 | 2.3 | EC1
S2 | 放开，需求翻倍 | Release, D doubles | 35 | 100 | 2.3 | EC1
"""


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(
        book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Demand=DEMAND, Economics=ECONOMICS,
             Survey=SURVEY, Scenarios=SCENARIOS)
    )  # fmt: skip


def ends(analysis: Analysis, name: str) -> tuple[float | None, float | None, float | None]:
    quantity = analysis.figures[name].quantity
    low, point, high = (
        None if value is None else round(value, 2)
        for value in (quantity.low, quantity.point, quantity.high)
    )
    return low, point, high


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rent.h100.1y", (6.7, None, 6.8)),
        ("rent.h200.1y", (8, 8, 8)),  # F015; the floor F028 stays out
        ("rent.h200.1y@before-2026-02-17", (6.0, 6.1, 6.3)),
        ("change.rent.h200.1y", (26.98, 31.15, 33.33)),
        ("change.rent.b300.5y", (33.33, 45.83, 58.33)),
        ("change.price.b300.4t.forward", (13.04, 14.29, 15.56)),  # 520 on 450–460
        ("compare.price.h200.spot", (52.17, 55.56, 59.09)),  # 350 on 220–230
        ("compare.price.h200.cost", (17.39, 22.22, 27.27)),  # 270–280 on 220–230
        ("premium.b300.4t", (34.62, 34.62, 34.62)),  # 700 / 520
        ("termdiscount.h100.5y", (-11.76, -11.11, None)),  # 6.0 / 6.7–6.8
        ("payback.h200.1y.spot", (43.75, 43.75, 43.75)),
        ("payback.h200.1y.cost", (33.75, 34.38, 35.0)),
        ("payback.h100.1y", (30.88, 31.11, 31.34)),  # 210 / 6.7–6.8
        ("payback.b300.5y.4t.forward", (27.37, 29.71, 32.5)),  # 520 / 16–19
        ("yield.h100.1y", (3.19, 3.21, 3.24)),
        ("yield.h200.1y.spot", (2.29, 2.29, 2.29)),
        ("payback.h200.1y@before-2026-02-17", (34.92, 36.89, 38.33)),  # 220–230 / 6.0–6.3
        ("share.sum", (95, 100, 105)),
        ("inference.ratio", (3, None, 4)),
        ("inference.ratio@2025", (1.5, None, 2)),
        ("inference.share", (75, 77.78, 80)),
        ("memory.share@before-2025-09-01", (10, 10, 10)),
        ("memory.implied.h200.cost", (23.33, 26.36, 29.29)),  # DOMAIN: 26% at 275
        ("memory.implied.h200.spot", (40.86, 42.14, 43.43)),  # DOMAIN: 42% at 350
        ("supply.servers", (93750, 93750, 93750)),
        ("stock.F056", (234375, 267857.14, 312500)),  # DOMAIN: 234–313k
        ("scenario.S1.rent", (-12.23, -12.23, -12.23)),  # DOMAIN: −12%
        ("scenario.S2.rent", (18.64, 18.64, 18.64)),  # DOMAIN: +19%
        ("claim.F058", (30, None, 40)),
    ],
)
def test_figure_matches_hand_work(
    analysis: Analysis, name: str, expected: tuple[float | None, ...]
) -> None:
    assert ends(analysis, name) == expected


def test_garbled_rents_make_no_figure(analysis: Analysis) -> None:
    assert "rent.h100.1y@before-2026-02-17" not in analysis.figures
    assert "change.rent.h100.1y" not in analysis.figures
    assert [row.id for row in analysis.unread] == ["F012"]


def test_loose_comparisons_are_marked_and_matched_ones_are_not(analysis: Analysis) -> None:
    assert analysis.figures["compare.price.h200.spot"].loose
    assert not analysis.figures["change.rent.h200.1y"].loose
    assert "change.price.h200.spot" not in analysis.figures


def test_every_change_states_both_dates(analysis: Analysis) -> None:
    for change in analysis.changes:
        assert change.figure.as_of is not None
        assert change.figure.since is not None
        assert change.figure.since.end < change.figure.as_of.end


def test_independent_sources_of_one_date_make_an_envelope() -> None:
    tables = book(Note=NOTE, Sources=SOURCES, Prices="""
        id | date | market | model | term | low | point | high | unit | source | confidence
        A | 2026-05 | rent | h100 | 1y | 6.7 | | 6.8 | 万元/台/月 | EC1 | high
        B | 2026-05 | rent | h100 | 1y | | 6.5 | | 万元/台/月 | BR1 | medium
    """)  # fmt: skip
    quantity = collect_series(tables["Prices"], tables["Sources"])[0].latest.quantity
    assert (quantity.low, quantity.point, quantity.high) == (6.5, 6.5, 6.8)  # grade B's point


def test_of_one_source_the_confident_row_wins_then_the_later() -> None:
    tables = book(Note=NOTE, Sources=SOURCES, Prices="""
        id | date | market | model | low | point | high | unit | source | confidence
        A | 2025-07 | purchase | h200 | 240 | | 250 | 万元/台 | EC1 | low
        B | 2025-07 | purchase | h200 | 220 | | 230 | 万元/台 | EC1 | high
        C | 2025-08 | purchase | h200 | | 231 | | 万元/台 | EC1 | medium
        D | 2025-08 | purchase | h200 | | 232 | | 万元/台 | EC1 | medium
    """)  # fmt: skip
    (series,) = collect_series(tables["Prices"], tables["Sources"])
    assert [[row.id for row in point.rows] for point in series.points] == [["B"], ["D"]]


def test_a_floor_is_the_figure_only_when_nothing_fuller_is_known() -> None:
    tables = book(Note=NOTE, Sources=SOURCES, Prices="""
        id | date | market | model | term | low | unit | source
        A | 2026-05 | rent | h200 | 1y | 8 | 万元/台/月 | EC1
    """)  # fmt: skip
    (series,) = collect_series(tables["Prices"], tables["Sources"])
    assert series.latest.quantity.is_floor


def test_only_prices_and_sources_still_analyse() -> None:
    found = analyse(book(Note=NOTE, Sources=SOURCES, Prices=PRICES))
    assert found.shares is None
    assert found.release is None
    assert "rent.h100.1y" in found.figures
