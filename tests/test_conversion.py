"""Rents in USD against the brief's worked numbers, each recomputed by hand here."""

from __future__ import annotations

import random

import pytest

from reportgen.analysis.conversion import Conversion, UsdRents, find_conversion, usd_rents
from reportgen.analysis.figures import Figure
from reportgen.analysis.prices import collect_series
from reportgen.quantity import Quantity, Quoted, constant
from reportgen.units import CARDS, RENT, RENT_USD
from reportgen.wording import number_text
from reportgen.workbook.tables import Workbook
from tests.books import book

CARDS_PER_SERVER = constant("cards_per_server", 8, CARDS)
NOTE = """
key | value
title_zh | 租金
date | 2026-06-01
fx | 6.8375
fx_date | 2026-05-19
fx_source | PBOC
"""
SOURCES = """
id | kind | date | title_en | group | grade | publish
EC1 | expert_call | 2026-05 | Call | a | c | yes
"""
PRICES = """
id | date | market | model | config | term | vat | low | point | high | unit | source
A | 2026-05 | rent | h100 | | 1y | | 6.7 | | 6.8 | 万元/台/月 | EC1
B | 2026-05 | rent | h200 | | 1y | | | 8 | | 万元/台/月 | EC1
C | 2026-05 | rent | h800 | | 1y | | 6.3 | | 6.4 | 万元/台/月 | EC1
D | 2026-05 | rent | h20 | 141g | 1y | | 4 | 4 | | 万元/台/月 | EC1
E | 2026-05 | rent | b300 | | 5y | | 16 | | 19 | 万元/台/月 | EC1
F | 2026-05 | rent | b200 | | 1y | excl | | 9 | | 万元/台/月 | EC1
G | 2026-05 | purchase | h100 | | | | | 210 | | 万元/台 | EC1
"""
VAT = """
id | case | parameter | low | point | high | unit | date | kind | source
A015 | 裸机租赁 | vat | | 13 | | % | 2026-06-01 | assumption | EC1
A016 | 算力服务 | vat | | 6 | | % | 2026-06-01 | assumption | EC1
"""


def tables(**sheets: str) -> Workbook:
    return book("en", (), **{"Note": NOTE, "Sources": SOURCES, "Prices": PRICES, **sheets})


def conversion_of(workbook: Workbook) -> Conversion:
    found = find_conversion(workbook, CARDS_PER_SERVER)
    assert found is not None
    return found


def converted(workbook: Workbook) -> UsdRents:
    series = collect_series(workbook["Prices"], workbook["Sources"])
    found = usd_rents(series, conversion_of(workbook))
    assert found is not None
    return found


def figures(workbook: Workbook) -> dict[str, Figure]:
    return {figure.id: figure for figure in converted(workbook).figures()}


@pytest.mark.parametrize("economics", ["", VAT], ids=["rates of the brief", "rates of the sheet"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # 6.75 × 10,000 ÷ 5,840 = CNY 11.558; ÷ 6.8375 = 1.6904
        ("usd.rent.h100.1y", (1.678, 1.690, 1.703)),
        ("usd.rent.h100.1y.ex6", (1.583, 1.595, 1.607)),
        ("usd.rent.h100.1y.ex13", (1.485, 1.496, 1.507)),
        ("usd.rent.h200.1y", (2.003, 2.003, 2.003)),
        ("usd.rent.h200.1y.ex6", (1.890, 1.890, 1.890)),
        ("usd.rent.h800.1y", (1.578, 1.590, 1.603)),
        ("usd.rent.h800.1y.ex6", (1.488, 1.500, 1.512)),
        ("usd.rent.h20.141g.1y", (1.002, 1.002, None)),
        ("usd.rent.h20.141g.1y.ex6", (0.945, 0.945, None)),
        ("usd.rent.b300.5y", (4.007, 4.383, 4.758)),
        ("usd.rent.b300.5y.ex6", (3.780, 4.134, 4.489)),
        ("usd.rent.b200.1y.excl", (2.254, 2.254, 2.254)),
    ],
)
def test_conversions_match_the_brief(
    name: str, expected: tuple[float | None, ...], economics: str
) -> None:
    quantity = figures(tables(Economics=economics))[name].quantity
    ends = (quantity.low, quantity.point, quantity.high)
    assert tuple(None if end is None else round(end, 3) for end in ends) == expected
    assert quantity.unit == RENT_USD


def test_usd_comes_back_as_rent() -> None:
    conversion = conversion_of(tables())
    usd = Quantity(RENT_USD, 2.35, 2.35, 2.35, Quoted("U", ()), 3, 2)
    # 2.35 × 6.8375 × 5,840 ÷ 10,000 = 9.384, without VAT; with 6% on top 9.947
    assert conversion.to_rent(usd).bound == pytest.approx(9.384, abs=0.001)
    assert number_text(conversion.to_rent(usd), "zh") == "9.38"
    assert conversion.to_rent(usd, conversion.rates[0].rate).bound == pytest.approx(
        9.947, abs=0.001
    )
    rent = Quantity(RENT, 6.7, None, 6.8, Quoted("A", ()), 2, 1)
    for vat in (None, conversion.rates[1].rate):
        again = conversion.to_rent(conversion.to_usd(rent, vat), vat)
        assert [again.low, again.high] == pytest.approx([6.7, 6.8])
        assert again.unit == RENT


def test_the_scarce_h100_is_three_tenths_below_the_american_contract() -> None:
    ex_vat = figures(tables())["usd.rent.h100.1y.ex6"].quantity.bound
    assert ex_vat / 2.35 - 1 == pytest.approx(-0.32, abs=0.005)


def test_the_rate_of_exchange_names_its_cell_and_is_held() -> None:
    found = converted(tables())
    lineage = found.conversion.fx.lineage
    assert isinstance(lineage, Quoted)
    assert [str(cell) for cell in lineage.cells] == ["Note!B4"]
    assert number_text(found.conversion.fx, "en") == "6.8375"
    assert found.conversion.fx_date is not None
    assert found.conversion.fx_date.key == "2026-05-19"
    assert found.conversion.fx_source == "PBOC"


def test_vat_rates_come_from_the_sheet_or_else_from_the_brief() -> None:
    other = VAT.replace("13 |", "9 |").replace("裸机租赁", "其他")
    assert [vat.tail for vat in conversion_of(tables(Economics=other)).rates] == ["ex6", "ex9"]
    plain = conversion_of(tables()).rates
    assert [(vat.tail, vat.label.en) for vat in plain] == [
        ("ex6", "compute service"), ("ex13", "bare-server leasing"),
    ]  # fmt: skip
    quoted = {quote.row_id for vat in conversion_of(tables(Economics=VAT)).rates
              for quote in vat.rate.quotes()}  # fmt: skip
    assert quoted == {"A015", "A016"}


def test_a_rent_quoted_without_vat_is_not_taxed_again() -> None:
    found = figures(tables())
    assert [name for name in found if "b200" in name] == ["usd.rent.b200.1y.excl"]


def test_without_a_rate_of_exchange_nothing_is_converted() -> None:
    bare = tables(Note="key | value\ntitle_zh | 租金\ndate | 2026-06-01")
    assert find_conversion(bare, CARDS_PER_SERVER) is None
    assert usd_rents(collect_series(bare["Prices"], bare["Sources"]), None) is None


def test_ranges_hold_every_sample() -> None:
    rng = random.Random(3)
    quantity = figures(tables())["usd.rent.b300.5y.ex13"].quantity
    samples = [rng.uniform(16, 19) * 1e4 / 1.13 / (8 * 730) / 6.8375 for _ in range(500)]
    assert quantity.low is not None
    assert quantity.high is not None
    assert quantity.low <= min(samples)
    assert max(samples) <= quantity.high
    assert quantity.high - quantity.low == pytest.approx(3e4 / 1.13 / 5840 / 6.8375)
