"""Units as analysts write them, and what a rent or a price becomes."""

from __future__ import annotations

import itertools

import pytest

from reportgen.units import (
    PRICE,
    RENT,
    MissingRateError,
    Rates,
    normalise,
    parse_unit,
    unit_of,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("万元/台/月", "CNY10k/server/month"),
        ("万/月/台", "CNY10k/server/month"),
        ("万元 / 台 / 月", "CNY10k/server/month"),
        ("万元每台每月", "CNY10k/server/month"),
        ("CNY10k/server/month", "CNY10k/server/month"),
        ("CNY 10k per server-month", "CNY10k/server/month"),
        ("万元/台", "CNY10k/server"),
        ("元/卡/小时", "CNY/card/hour"),
        ("ＵＳＤ／卡／小时", "USD/card/hour"),
        ("USD/GPU-hour", "USD/card/hour"),
        ("$/gpu/hr", "USD/card/hour"),
        ("亿元/台", "CNY100m/server"),
        ("%", "%"),
        ("倍", "x"),
        ("台", "server"),
        ("个月", "month"),
        ("元/kWh", "CNY/kWh"),
    ],
)
def test_units_are_read_in_either_language(text: str, key: str) -> None:
    unit = parse_unit(text)
    assert unit is not None
    assert unit.key == key
    assert unit_of(key) == unit


@pytest.mark.parametrize("text", ["", "万圆/台/月", "元", "台/月", "apples", "元/元/台"])
def test_what_is_no_unit_is_not_guessed(text: str) -> None:
    assert parse_unit(text) is None


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("元/台/月", 67_500, 6.75),
        ("万元/卡/月", 1, 8),
        ("万元/台/年", 96, 8),
        ("万元/卡/年", 35, 35 * 8 / 12),  # 23.3, DOMAIN.md's slip check
        ("元/卡/小时", 11.56, 11.56 * 8 * 730 / 1e4),  # 6.75 万元/台/月
        ("USD/卡/小时", 1.69, 1.69 * 6.8375 * 8 * 730 / 1e4),
    ],
)
def test_rents_become_wan_per_server_month(text: str, value: float, expected: float) -> None:
    unit = parse_unit(text)
    assert unit is not None
    conversion = normalise(unit, Rates(6.8375))
    assert conversion.unit == RENT
    assert value * conversion.factor == pytest.approx(expected)


def test_the_domain_example_comes_out_right() -> None:
    unit = parse_unit("元/卡/小时")
    assert unit is not None
    assert round(11.56 * normalise(unit, Rates()).factor, 2) == 6.75


def test_prices_become_wan_per_server() -> None:
    unit = parse_unit("USD/server")
    assert unit is not None
    conversion = normalise(unit, Rates(6.8))
    assert conversion.unit == PRICE
    assert 1_000_000 * conversion.factor == pytest.approx(680)
    assert [step.text.en for step in conversion.steps] == [
        "× 6.8 CNY/USD",
        "× 0.0001 (CNY to 10k CNY)",
    ]


def test_dollars_need_a_rate() -> None:
    unit = parse_unit("USD/卡/小时")
    assert unit is not None
    with pytest.raises(MissingRateError):
        normalise(unit, Rates())


def test_the_factor_is_the_product_of_its_steps() -> None:
    amounts = ("CNY", "CNY1k", "CNY10k", "CNY1m", "CNY100m", "USD")
    times = ("", "/hour", "/month", "/year")
    for amount, holder, time in itertools.product(amounts, ("card", "server"), times):
        conversion = normalise(unit_of(f"{amount}/{holder}{time}"), Rates(6.8, 10))
        product = 1.0
        for step in conversion.steps:
            product *= step.factor
        assert conversion.factor == pytest.approx(product)
        assert conversion.unit == (RENT if time else PRICE)


def test_other_units_stay_as_they_are() -> None:
    conversion = normalise(unit_of("%"), Rates())
    assert (conversion.unit.key, conversion.factor, conversion.steps) == ("%", 1, ())
