"""Quantities as text in both languages; every expectation is written by hand."""

from __future__ import annotations

import pytest

from reportgen.analysis.figures import Figure
from reportgen.arithmetic import derive, relative_change
from reportgen.language import Lang, Text
from reportgen.note.text import figure_run
from reportgen.quantity import Quantity, Quoted
from reportgen.units import (
    CARDS,
    MONTHS,
    PERCENT,
    PRICE,
    RENT,
    RENT_USD,
    SERVERS,
    TIMES,
    YEARS,
    Unit,
)
from reportgen.wording import Form, full_range, number_text, quantity_text, unit_header


def q(
    low: float | None,
    point: float | None,
    high: float | None,
    unit: Unit,
    decimals: int | None,
    digits: int = 2,
) -> Quantity:
    return Quantity(unit, low, point, high, Quoted(f"{low}{point}{high}", ()), digits, decimals)


RANGE = q(6.7, None, 6.8, RENT, 1)
EIGHT = q(8, 8, 8, RENT, 0, 1)
BEFORE = q(6.0, 6.1, 6.3, RENT, 1)


@pytest.mark.parametrize(
    ("quantity", "zh", "en"),
    [
        (RANGE, "6.7–6.8 万元/台/月", "CNY 67–68k per server-month"),
        (EIGHT, "8 万元/台/月", "CNY 80k per server-month"),
        (q(8, None, None, RENT, 0, 1), "≥8 万元/台/月", "≥CNY 80k per server-month"),
        (q(None, None, 9, RENT, 0, 1), "≤9 万元/台/月", "≤CNY 90k per server-month"),
        (q(4, 4, None, RENT, 0, 1), "4+ 万元/台/月", "CNY 40k+ per server-month"),
        (q(640, None, 660, PRICE, 0, 3), "640–660 万元/台", "CNY 6.40–6.60m per server"),
        (q(30, None, 40, PERCENT, 0), "30%–40%", "30–40%"),
        (q(3, None, 4, TIMES, 0, 1), "3–4 倍", "3–4x"),
        (q(1.69, 1.69, 1.69, RENT_USD, 2, 3), "1.69 美元/卡/小时", "$1.69 per GPU-hour"),
        (q(750000, 750000, 750000, CARDS, 0), "75 万张", "750k cards"),
        (q(1024, 1024, 1024, SERVERS, 0, 4), "1,024 台", "1,024 servers"),
        (q(7.5, None, None, TIMES, 1), "≥7.5 倍", "≥7.5x"),
        (q(1, 1, 1, YEARS, 0, 1), "1 年", "1 year"),
        (q(1, None, 2, YEARS, 0, 1), "1–2 年", "1–2 years"),
    ],
)
def test_quoted_values_print_as_quoted(quantity: Quantity, zh: str, en: str) -> None:
    assert quantity_text(quantity, "zh") == zh
    assert quantity_text(quantity, "en") == en


def test_computed_values_round_once_to_the_coarsest_input() -> None:
    change = relative_change(EIGHT, BEFORE)
    assert quantity_text(change, "zh", signed=True) == "+27% 至 +33%"
    assert quantity_text(change, "en", signed=True) == "+27% to +33%"
    assert quantity_text(change, "zh", form="full") == "31%（27%–33%）"
    assert quantity_text(change, "en", form="full") == "31% (27–33%)"
    payback = derive(
        "C ÷ R", MONTHS, lambda C, R: C / R, {"C": q(350, 350, 350, PRICE, 0, 3), "R": EIGHT}
    )
    assert quantity_text(payback, "en") == "44 months"
    assert number_text(payback, "zh", more_digits=1) == "43.8"
    servers = derive("n ÷ 8", SERVERS, lambda n: n / 8, {"n": q(750000, 750000, 750000, CARDS, 0)})
    assert quantity_text(servers, "zh") == "9.4 万台"
    assert quantity_text(servers, "en") == "94k servers"


def test_falls_have_a_true_minus_and_a_word_between() -> None:
    fall = q(-15, None, -10, PERCENT, 0)
    assert quantity_text(fall, "zh", signed=True) == "−15% 至 −10%"
    assert quantity_text(fall, "en", signed=True) == "−15% to −10%"
    assert quantity_text(q(-3, None, 4, PERCENT, 0), "en", signed=True) == "−3% to +4%"
    assert quantity_text(q(0, 0, 0, PERCENT, 0), "en", signed=True) == "0%"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(30, "三成", "three tenths"), (31.1, "三成", "three tenths"), (10, "一成", "one tenth")],
)
def test_tenths_are_words_made_from_the_figure(value: float, zh: str, en: str) -> None:
    quantity = q(value, value, value, PERCENT, 1)
    assert quantity_text(quantity, "zh", form="tenths") == zh
    assert quantity_text(quantity, "en", form="tenths") == en


@pytest.mark.parametrize(
    ("form", "lang", "text"),
    [
        ("point", "zh", "6.75 万元/台/月"),
        ("full", "zh", "6.75 万元/台/月（6.70–6.80）"),
        ("point", "en", "CNY 67.5k per server-month"),
    ],
)
def test_a_made_middle_takes_one_more_decimal(form: Form, lang: Lang, text: str) -> None:
    assert quantity_text(RANGE, lang, form=form) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "zh", "en"),
    [
        (30.88, 31.34, MONTHS, "30.9–31.3 个月", "30.9–31.3 months"),
        (4.6712, 4.6748, RENT, "4.671–4.675 万元/台/月", "CNY 46.71–46.75k per server-month"),
        (1152.0, 1248.0, PRICE, "1,150–1,250 万元/台", "CNY 11.5–12.5m per server"),
        (31.0, 31.0, MONTHS, "", ""),
        (30.0, 34.0, MONTHS, "", ""),  # prints as a range anyway
        (31.0, None, MONTHS, "", ""),
    ],
)  # fmt: skip
def test_a_range_that_prints_as_one_number_can_be_told_in_full(
    low: float, high: float | None, unit: Unit, zh: str, en: str
) -> None:
    computed = Quantity(unit, low, None, high, Quoted("x", ()), digits=2)
    assert (full_range(computed, "zh"), full_range(computed, "en")) == (zh, en)


def test_units_stand_once_above_a_column() -> None:
    assert unit_header(RENT, "zh") == "万元/台/月"
    assert unit_header(PRICE, "en") == "CNY m per server"
    assert number_text(RANGE, "en") == "67–68"


def test_two_significant_digits_may_mean_tens() -> None:
    value = derive(
        "a × b",
        TIMES,
        lambda a, b: a * b,
        {"a": q(115, 115, 115, TIMES, 0), "b": q(1, 1, 1, TIMES, 0)},
    )
    assert number_text(value, "en") == "120"


def test_a_fall_without_its_sign_is_its_size_and_a_range_across_zero_keeps_its_signs() -> None:
    def size(low: float | None, point: float | None, high: float | None) -> str:
        fall = Figure("change.x", q(low, point, high, PERCENT, 1), Text("", ""), signed=True)
        return figure_run(fall, "en", signed=False).text

    assert size(-4.2, -4.2, -4.2) == "4.2%"
    assert size(-2.5, None, -1.6) == "1.6–2.5%"
    assert size(1.6, None, 2.5) == "1.6–2.5%"
    assert size(-1.0, None, 3.0) == "−1.0% to +3.0%"
    assert size(None, None, -2.0) == "≥2.0%"
    assert size(-2.0, None, None) == "≥−2.0%"
