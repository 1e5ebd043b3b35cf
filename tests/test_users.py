"""Users: shares on two bases, running use, domestic value, token margins, lead times."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from reportgen.analysis.analyse import Analysis, analyse
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.note.model import Bars, TableData
from reportgen.note.text import as_text
from reportgen.wording import quantity_text
from reportgen.workbook.tables import Workbook
from tests.books import book

NOTE = "key | value\ntitle_zh | 算力\ndate | 2026-06-01"
SOURCES = "id | kind | date | title_en | group | grade\nEC1 | expert_call | 2026-05 | Call | a | c"
PRICES = """
id | date | market | model | term | point | unit | source
P1 | 2026-05 | rent | h200 | 1y | 8 | 万元/台/月 | EC1
"""
DEMAND = """
id | segment | segment_en | metric | period | low | point | high | unit | basis | source | confidence
F083 | 互联网大厂 | Platforms | share | 2026-05 | 60 | | | % | owned | EC1 | medium
F087 | 互联网大厂 | Platforms | share | 2026-05 | | 60 | | % | owned | EC1 | medium
F088 | 初创 | Start-ups | share | 2026-05 | | 15 | | % | owned | EC1 | medium
F089 | 政企及其他 | Public sector | share | 2026-05 | 20 | | 30 | % | owned | EC1 | medium
F074 | 互联网大厂公有云 | Public cloud | share | 2026-05 | 60 | | 65 | % | used | EC1 | medium
F092 | 进口 GPU | Imported GPUs | utilisation | 2026-05 | 80 | | 85 | % | | EC1 | medium
F090 | 国内算力 | All compute | utilisation | 2026-05 | 90 | | 95 | % | | EC1 | medium
F079 | 推理 | Inference | inference_ratio | 2025 | 1.5 | | 2 | 倍 | | EC1 | medium
F078 | 推理 | Inference | inference_ratio | 2026-05 | 3 | | 4 | 倍 | | EC1 | medium
"""  # noqa: E501 - a sheet as a table
SURVEY = """
id | topic | subject | metric | low | point | high | unit | as_of | claim_zh | claim_en | condition | source | confidence | contradicts
F091 | utilization | 政企项目 | occupied_not_running | | | | | 2026-05 | 占满不跑 | Held, not run. | | EC1 | medium | F090
F094 | domestic_gpu | 国产整机 | price_ratio | 1.5 | | 2 | 倍 | 2026-05 | | | | EC1 | medium |
F102 | domestic_gpu | 国产 | performance_vs_h100_claimed | 80 | | 90 | % | 2026-05 | | | | EC1 | medium | F103
F103 | domestic_gpu | 国产 | performance_vs_h100 | | | 60 | % | 2026-05 | | | | EC1 | medium |
F129 | token_economics | 平台 | platform_margin | 2 | | 5 | % | 2026-05 | | | | EC1 | medium |
F130 | token_economics | 转售商 | reseller_margin | 20 | | 30 | % | 2026-05 | | | | EC1 | medium | F131
F131 | token_economics | 转售商 | reseller_markup | | 100 | | % | 2026-05 | | | | EC1 | medium |
F068 | token_economics | 模型 | token_price_ratio | | 0.1 | | 倍 | 2026-05 | | | | EC1 | medium | F132
F132 | token_economics | 模型 | token_price_ratio | 0.1 | | 0.2 | 倍 | 2026-05 | | | | EC1 | medium |
F072 | token_economics | 订阅 | price_low_tier | | 60 | | 元/月 | 2026-05 | | | | EC1 | medium |
F032 | lead_time | 整机租赁 | minimum_lease_term | | 1 | | 年 | 2026-05 | | | | EC1 | high |
F040 | lead_time | 订单 | order_wait_time | 2 | | 3 | 个月 | 2026-05 | | | 寻找 H100 或 H200 集群 | EC1 | medium |
F046 | lead_time | H200 放行 | time_to_arrive | 3 | | 4 | 个月 | 2026-05 | | | | EC1 | medium | F134
F134 | lead_time | H200 放行 | time_to_arrive | 2 | | 3 | 个月 | 2026-05 | | | | EC1 | low |
"""  # noqa: E501 - a sheet as a table


def whole() -> Workbook:
    return book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Demand=DEMAND, Survey=SURVEY)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(whole())


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("share.sum", 95, 105),  # 60 + 15 + 20–30
        ("share.sum.widest", 95, 110),  # 60–65 in place of 60; the floor F083 stays out
        ("utilisation.ceiling", 70, 80),  # 100 − 20–30
        ("utilisation.effective", 63, 76),  # 90 × 0.7 to 95 × 0.8; F090, which F091 contradicts
        ("domestic.value", 30, 40),  # 60 ÷ 2 to 60 ÷ 1.5
        ("domestic.value.claimed", 40, 60),  # 80 ÷ 2 to 90 ÷ 1.5
        ("token.margin.implied", 50, 50),  # 100 ÷ 200
        ("token.markup.implied", 25, 42.857142857),  # 20 ÷ 80 to 30 ÷ 70
        ("token.price.ratio", 0.1, 0.2),
        ("token.resale.ratio", 0.2, 0.4),  # doubled
        ("lead.arrival", 2, 4),
        ("inference.share@2025", 60, 66.666666667),
        ("inference.share", 75, 80),
    ],
)
def test_figure_matches_hand_work(analysis: Analysis, name: str, low: float, high: float) -> None:
    quantity = analysis.figures[name].quantity
    assert [quantity.low, quantity.high] == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("name", "ranges", "formula"),
    [
        ("utilisation.effective", ((90, 95), (20, 30)), lambda u, s: u * (1 - s / 100)),
        ("domestic.value", ((60, 60), (1.5, 2)), lambda p, r: p / r),
        ("domestic.value.claimed", ((80, 90), (1.5, 2)), lambda p, r: p / r),
        ("token.markup.implied", ((20, 30),), lambda g: g / (100 - g) * 100),
        ("token.resale.ratio", ((0.1, 0.2), (100, 100)), lambda p, m: p * (1 + m / 100)),
        ("share.sum.widest", ((60, 65), (15, 15), (20, 30)), lambda a, b, c: a + b + c),
    ],
)
def test_ranges_hold_every_sample_and_are_reached(
    analysis: Analysis,
    name: str,
    ranges: tuple[tuple[float, float], ...],
    formula: Callable[..., float],
) -> None:
    rng = random.Random(7)
    quantity = analysis.figures[name].quantity
    assert quantity.low is not None
    assert quantity.high is not None
    samples = [formula(*(rng.uniform(*ends) for ends in ranges)) for _ in range(20_000)]
    width = max(quantity.high - quantity.low, 1e-9)
    assert quantity.low - 1e-9 <= min(samples) <= quantity.low + 0.05 * width
    assert quantity.high - 0.05 * width <= max(samples) <= quantity.high + 1e-9


def test_figures_print_no_finer_than_they_are_known(analysis: Analysis) -> None:
    said = {
        name: quantity_text(analysis.figures[name].quantity, "en")
        for name in ("utilisation.effective", "domestic.value", "token.margin.implied")
    }
    assert said == {
        "utilisation.effective": "63–76%",
        "domestic.value": "30–40%",
        "token.margin.implied": "50%",
    }


def test_an_idle_share_of_its_own_goes_before_the_customers_share() -> None:
    survey = """
        id | topic | subject | metric | low | high | unit | as_of | source
        U1 | utilization | 政企项目 | occupied_not_running | 10 | 20 | % | 2026-05 | EC1
    """
    found = analyse(book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Demand=DEMAND, Survey=survey))
    ceiling = found.figures["utilisation.ceiling"].quantity
    assert (ceiling.low, ceiling.high) == (80, 90)


def test_nothing_is_made_of_missing_rows() -> None:
    found = analyse(book(Note=NOTE, Sources=SOURCES, Prices=PRICES))
    assert list(found.users.figures()) == []
    note = build_note(book(Note=NOTE, Sources=SOURCES, Prices=PRICES), found, "zh", "client")
    gone = {"customer-shares", "utilisation", "domestic", "token-economics", "lead-times"}
    assert gone.isdisjoint(one.id for one in note.exhibits())


@pytest.mark.parametrize("lang", LANGS)
def test_exhibits_show_claims_and_then_what_follows(analysis: Analysis, lang: Lang) -> None:
    exhibits = {one.id: one for one in build_note(whole(), analysis, lang, "client").exhibits()}
    for name, claims, computed in (
        ("utilisation", 3, 2),
        ("domestic", 3, 2),
        ("token-economics", 5, 3),  # the subscription fee is no margin
        ("lead-times", 4, 1),
    ):
        body = exhibits[name].body
        assert isinstance(body, TableData)
        assert [row.emphasis for row in body.rows] == [False] * claims + [True] * computed, name
    shares = exhibits["customer-shares"]
    assert isinstance(shares.body, Bars)
    assert [mark.hollow for mark in shares.body.marks] == [False, False, False, True]
    assert "110" in as_text(shares.notes[0])


def test_waits_name_the_models_they_are_for(analysis: Analysis) -> None:
    exhibits = {one.id: one for one in build_note(whole(), analysis, "en", "client").exhibits()}
    body = exhibits["lead-times"].body
    assert isinstance(body, TableData)
    assert [as_text(row.cells[0]) for row in body.rows] == [
        "Shortest lease",
        "Wait for an order (H100/H200)",
        "Arrival after a release (H200)",
        "Arrival after a release (H200)",
        "Arrival after a release",
    ]
