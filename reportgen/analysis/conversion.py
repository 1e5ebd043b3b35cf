"""Rents in USD per GPU-hour, and back, as one named conversion. Source: DOMAIN (b).

USD per GPU-hour = R × 10,000 ÷ (1 + VAT) ÷ (cards × 730) ÷ FX, with R in 万元 per
server and month and 730 = 8,760 hours ÷ 12. FX and the cards of a server come from
the Note sheet, VAT rates from the `vat` rows of Economics; without such rows the two
rates of DOMAIN (b) hold: 6% for compute or cloud service, 13% for bare-server leasing.

A rent whose VAT basis is not stated is read as including VAT. One quoted without VAT
is converted once, as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reportgen.analysis.figures import Figure
from reportgen.analysis.prices import PriceKey, PriceSeries
from reportgen.arithmetic import derive
from reportgen.dates import When, parse_when
from reportgen.language import Text
from reportgen.quantity import Quantity, Quoted, constant, significant
from reportgen.units import HOURS_PER_MONTH, PERCENT, RENT, RENT_USD, Unit
from reportgen.workbook.tables import Row, Table, Workbook

FX = Unit("CNY/USD", "fx")
_HOURS = Unit("hour/month", "hours")
_YUAN = 10_000
_RATES = (
    (6.0, Text("算力服务", "compute service")),
    (13.0, Text("裸机租赁", "bare-server leasing")),
)
_EXCLUDED = "excl"


@dataclass(frozen=True, slots=True)
class VatRate:
    """A rate of value-added tax in percent and what it is charged on."""

    rate: Quantity
    label: Text

    @property
    def tail(self) -> str:
        """The end of a figure's name: ex6, ex13."""
        return f"ex{self.rate.bound:g}"


@dataclass(frozen=True, slots=True)
class Conversion:
    """万元/台/月 ↔ USD per GPU-hour, with everything it rests on."""

    fx: Quantity
    fx_date: When | None
    fx_source: str
    cards: Quantity
    hours: Quantity
    rates: tuple[VatRate, ...]

    def to_usd(self, rent: Quantity, vat: Quantity | None = None) -> Quantity:
        """A rent in USD per GPU-hour; with `vat` (in percent) the tax is taken out of it."""
        inputs = {"R": rent, "cards": self.cards, "hours": self.hours, "FX": self.fx}
        if vat is None:
            return derive("R × 10,000 ÷ (cards × hours) ÷ FX", RENT_USD, _to_usd, inputs)
        formula = "R × 10,000 ÷ (1 + VAT) ÷ (cards × hours) ÷ FX"
        return derive(formula, RENT_USD, _to_usd, {**inputs, "VAT": vat})

    def to_rent(self, usd: Quantity, vat: Quantity | None = None) -> Quantity:
        """USD per GPU-hour in 万元 per server and month; with `vat` the tax is put on top."""
        inputs = {"USD": usd, "cards": self.cards, "hours": self.hours, "FX": self.fx}
        if vat is None:
            return derive("USD × FX × cards × hours ÷ 10,000", RENT, _to_rent, inputs)
        formula = "USD × FX × cards × hours × (1 + VAT) ÷ 10,000"
        return derive(formula, RENT, _to_rent, {**inputs, "VAT": vat})


@dataclass(frozen=True, slots=True)
class UsdRent:
    """A latest rent in USD. `without` has a figure for each rate, in the order of the rates.

    `stated` is the conversion as quoted; for a rent quoted without VAT it is already
    without, and `without` is empty.
    """

    key: PriceKey
    stated: Figure
    without: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class UsdRents:
    """All latest rents in USD under one conversion."""

    conversion: Conversion
    rents: tuple[UsdRent, ...]

    def figures(self) -> Iterator[Figure]:
        """usd.rent.<rent> and usd.rent.<rent>.ex<rate>, and the rate of exchange itself."""
        fx = self.conversion.fx
        yield Figure("fx", fx, Text("汇率", "Exchange rate"), as_of=self.conversion.fx_date)
        for one in self.rents:
            yield one.stated
            yield from one.without


def find_conversion(workbook: Workbook, cards: Quantity) -> Conversion | None:
    """The workbook's conversion; None when its Note gives no rate of exchange."""
    row = workbook.note.get("fx")
    value = row.number_of("value") if row else None
    if row is None or value is None or value <= 0:
        return None
    cell = row.cell("value")
    written = f"{value:.12g}"
    lineage = Quoted("fx", (cell,) if cell else (), written, kind="assumption")
    decimals = len(written.partition(".")[2])
    fx = Quantity(FX, value, value, value, lineage, significant(value, decimals), decimals)
    source = workbook.setting("fx_source")
    return Conversion(
        fx,
        _when(workbook.setting("fx_date")),
        source if isinstance(source, str) else "",
        cards,
        constant("hours", HOURS_PER_MONTH, _HOURS),
        vat_rates(workbook["Economics"]),
    )


def vat_rates(economics: Table) -> tuple[VatRate, ...]:
    """The rates of the `vat` rows, one a rate, lowest first; without rows those of DOMAIN (b)."""
    stated: dict[float, VatRate] = {}
    for row in economics:
        quantity = row.quantity
        if row.text("parameter") == "vat" and quantity is not None and quantity.unit == PERCENT:
            exact = replace(quantity, digits=15)  # a rate set by law does not limit precision
            stated[quantity.bound] = VatRate(exact, _label(row))
    if not stated:
        stated = {rate: VatRate(constant("vat", rate, PERCENT), label) for rate, label in _RATES}
    return tuple(stated[rate] for rate in sorted(stated))


def usd_rents(series: tuple[PriceSeries, ...], conversion: Conversion | None) -> UsdRents | None:
    """Every latest rent in USD; None without a conversion or without rents."""
    rents = [one for one in series if one.key.market == "rent"]
    if conversion is None or not rents:
        return None
    return UsdRents(conversion, tuple(_usd_rent(one, conversion) for one in rents))


def _usd_rent(one: PriceSeries, conversion: Conversion) -> UsdRent:
    rent, what = one.latest.quantity, one.key.untaxed
    name = f"usd.{one.key.name}"
    label = Text(f"{what.zh}月租，折美元", f"{what.en} rent in USD")
    called = one.key.called(Text("月租，折美元", "rent in USD"))
    stated = Figure(name, conversion.to_usd(rent), called, as_of=one.latest.when)
    if one.key.vat == _EXCLUDED:
        return UsdRent(one.key, stated, ())
    without = tuple(
        Figure(
            f"{name}.{vat.tail}",
            conversion.to_usd(rent, vat.rate),
            Text(f"{label.zh}，不含税（{vat.label.zh}）", f"{label.en}, ex VAT ({vat.label.en})"),
            as_of=one.latest.when,
        )
        for vat in conversion.rates
    )
    return UsdRent(one.key, stated, without)


def _to_usd(R: float, cards: float, hours: float, FX: float, VAT: float = 0.0) -> float:  # noqa: N803 - DOMAIN's symbols
    return R * _YUAN / (1 + VAT / 100) / (cards * hours) / FX


def _to_rent(USD: float, cards: float, hours: float, FX: float, VAT: float = 0.0) -> float:  # noqa: N803 - DOMAIN's symbols
    return USD * FX * cards * hours * (1 + VAT / 100) / _YUAN


def _label(row: Row) -> Text:
    known = {label.zh: label for _, label in _RATES}
    case = row.text("case")
    return known.get(case) or Text(case or "其他税率", "other rate")


def _when(value: object) -> When | None:
    if isinstance(value, When):
        return value
    return parse_when(value) if isinstance(value, str) else None
