"""Units: how they are written, what they measure and how they are normalised.

A price unit is an amount {元, 万元, 亿元, USD} per {card, server} and, for rents,
per {hour, month, year}. All rents become 万元/台/月 and all prices 万元/台; the
factors used are kept as steps, so that a passport can print them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from reportgen.language import Text

HOURS_PER_MONTH = 730  # 8,760 hours a year ÷ 12


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its key ("CNY10k/server/month") and the dimension it measures."""

    key: str
    dimension: str

    def __str__(self) -> str:
        return self.key


RENT = Unit("CNY10k/server/month", "rent")
PRICE = Unit("CNY10k/server", "price")
RENT_USD = Unit("USD/card/hour", "rent")
AMOUNT = Unit("CNY10k", "amount")
PERCENT = Unit("%", "percent")
POINTS = Unit("pp", "percentage points")
TIMES = Unit("x", "ratio")
PER_MONTH = Unit("%/month", "percent rate")
MONTHS = Unit("month", "duration")
YEARS = Unit("year", "duration")
CARDS = Unit("card", "cards")
SERVERS = Unit("server", "servers")
PLAIN = Unit("", "number")

_OTHER = (
    Unit("firm", "firms"),
    Unit("customer", "customers"),
    Unit("person", "people"),
    Unit("day", "duration"),
    Unit("week", "duration"),
    Unit("kW", "power"),
    Unit("CNY/kWh", "tariff"),
    Unit("CNY/kW/month", "colocation"),
    Unit("CNY/month", "subscription"),
    Unit("CNY10k/person/year", "salary"),
    Unit("TB", "memory"),
    Unit("nm", "length"),
    Unit("date", "date"),
    Unit("CNY/USD", "fx"),
)

_AMOUNTS = {
    "元": "CNY", "人民币": "CNY", "cny": "CNY", "rmb": "CNY", "yuan": "CNY", "块": "CNY",
    "块钱": "CNY", "¥": "CNY",
    "万": "CNY10k", "万元": "CNY10k", "cny10k": "CNY10k", "cny_10k": "CNY10k", "rmb10k": "CNY10k",
    "10kcny": "CNY10k", "10krmb": "CNY10k",
    "亿": "CNY100m", "亿元": "CNY100m", "cny100m": "CNY100m", "cny_100m": "CNY100m",
    "cnyk": "CNY1k", "千元": "CNY1k", "cny1k": "CNY1k", "cnym": "CNY1m", "cny1m": "CNY1m",
    "百万元": "CNY1m",
    "usd": "USD", "$": "USD", "us$": "USD", "美元": "USD", "美金": "USD", "刀": "USD",
}  # fmt: skip
_HOLDERS = {
    "卡": "card", "张": "card", "张卡": "card", "gpu": "card", "card": "card", "片": "card",
    "台": "server", "服务器": "server", "server": "server", "node": "server", "机": "server",
    "整机": "server", "box": "server", "八卡整机": "server", "8卡整机": "server", "节点": "server",
}  # fmt: skip
_TIMES = {
    "时": "hour", "小时": "hour", "hour": "hour", "h": "hour", "hr": "hour", "hours": "hour",
    "月": "month", "month": "month", "mo": "month", "m": "month",
    "年": "year", "year": "year", "yr": "year", "y": "year",
}  # fmt: skip
_ALIASES = {
    "%": "%", "百分比": "%", "percent": "%", "pct": "%",
    "x": "x", "倍": "x", "times": "x", "ratio": "x",
    "张": "card", "卡": "card", "片": "card", "cards": "card", "gpu": "card", "gpus": "card",
    "台": "server", "服务器": "server", "servers": "server",
    "家": "firm", "firms": "firm", "个客户": "customer", "户": "customer", "customers": "customer",
    "人": "person", "people": "person", "persons": "person",
    "天": "day", "日": "day", "days": "day", "周": "week", "weeks": "week",
    "月": "month", "个月": "month", "months": "month", "年": "year", "years": "year",
    "千瓦": "kW", "kw": "kW", "元/kwh": "CNY/kWh", "元/度": "CNY/kWh", "cny/kwh": "CNY/kWh",
    "元/千瓦时": "CNY/kWh", "元/kw/月": "CNY/kW/month", "cny/kw/month": "CNY/kW/month",
    "元/千瓦/月": "CNY/kW/month", "元/月": "CNY/month", "cny/month": "CNY/month",
    "万元/人/年": "CNY10k/person/year", "cny10k/person/year": "CNY10k/person/year",
    "tb": "TB", "nm": "nm", "纳米": "nm", "日期": "date", "cny/usd": "CNY/USD",
    "元/美元": "CNY/USD",
    "万元": "CNY10k", "万": "CNY10k", "cny10k": "CNY10k", "cny_10k": "CNY10k",
    "%/月": "%/month", "%/month": "%/month",
}  # fmt: skip
_KNOWN = {
    unit.key: unit
    for unit in (RENT, PRICE, RENT_USD, AMOUNT, PERCENT, POINTS, TIMES, PER_MONTH, MONTHS, YEARS,
                 CARDS, SERVERS, PLAIN, *_OTHER)
}  # fmt: skip
_TO_WAN = {
    "CNY": 1e-4, "CNY1k": 0.1, "CNY10k": 1.0, "CNY1m": 100.0, "CNY100m": 1e4, "USD": 1e-4,
}  # fmt: skip
_PRICE_KEY = re.compile(
    r"(CNY|CNY1k|CNY10k|CNY1m|CNY100m|USD)/(card|server)(?:/(hour|month|year))?"
)


_LONGEST = 100  # characters; more is prose


def parse_unit(text: str) -> Unit | None:
    """Read a written unit in Chinese or English; None when it is not known.

    Order and separators do not matter: 万元/台/月, 万/月/台, CNY 10k per server-month.
    """
    return _parsed(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Unit | None:
    """The same, remembered: a column says its few units in every row."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = re.sub(r"\bper\b|每|·|•|\*", "/", plain)
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", "/", plain)
    plain = re.sub(r"\s+", "", plain)
    plain = re.sub(r"/+", "/", plain).strip("/")
    if plain in _ALIASES:
        return _KNOWN[_ALIASES[plain]]
    found: dict[str, str] = {}
    for part in plain.split("/"):
        for kind, words in (("amount", _AMOUNTS), ("holder", _HOLDERS), ("time", _TIMES)):
            if part in words and kind not in found:
                found[kind] = words[part]
                break
        else:
            return None
    if "amount" not in found or "holder" not in found:
        return None
    key = "/".join(found[kind] for kind in ("amount", "holder", "time") if kind in found)
    return unit_of(key)


def unit_of(key: str) -> Unit:
    """The unit with that key. KeyError when there is none."""
    if key in _KNOWN:
        return _KNOWN[key]
    if found := _PRICE_KEY.fullmatch(key):
        return Unit(key, "rent" if found[3] else "price")
    raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Step:
    """One factor of a conversion, in words."""

    text: Text
    factor: float


@dataclass(frozen=True, slots=True)
class Rates:
    """What a conversion needs beyond the unit: FX (CNY per USD, None if not given) and cards."""

    fx: float | None = None
    cards_per_server: float = 8


@dataclass(frozen=True, slots=True)
class Conversion:
    """Multiply by `factor` to come from the written unit to `unit`; `steps` explain it."""

    unit: Unit
    factor: float
    steps: tuple[Step, ...]


class MissingRateError(ValueError):
    """A USD amount was written and the workbook gives no FX rate."""


def normalise(unit: Unit, rates: Rates) -> Conversion:
    """The conversion of a price unit to 万元/台(/月); other units stay as they are.

    Raises MissingRateError for USD without an FX rate.
    """
    found = _PRICE_KEY.fullmatch(unit.key)
    if not found:
        return Conversion(unit, 1.0, ())
    amount, holder, time = found.groups()
    steps: list[Step] = []
    if amount == "USD":
        if rates.fx is None:
            raise MissingRateError(unit.key)
        steps.append(Step(Text(f"× {rates.fx:g} 元/美元", f"× {rates.fx:g} CNY/USD"), rates.fx))
    if amount != "CNY10k":
        names = {"CNY": ("元", "CNY"), "USD": ("元", "CNY"), "CNY1k": ("千元", "CNY k"),
                 "CNY1m": ("百万元", "CNY m"), "CNY100m": ("亿元", "CNY 100m")}[amount]  # fmt: skip
        factor = _TO_WAN[amount]
        steps.append(
            Step(
                Text(f"× {factor:g}（{names[0]}→万元）", f"× {factor:g} ({names[1]} to 10k CNY)"),
                factor,
            )
        )
    if holder == "card":
        cards = rates.cards_per_server
        steps.append(Step(Text(f"× {cards:g} 卡/台", f"× {cards:g} cards per server"), cards))
    if time == "hour":
        steps.append(
            Step(
                Text(f"× {HOURS_PER_MONTH} 小时/月", f"× {HOURS_PER_MONTH} hours per month"),
                HOURS_PER_MONTH,
            )
        )
    if time == "year":
        steps.append(Step(Text("÷ 12 月/年", "÷ 12 months per year"), 1 / 12))
    factor = 1.0
    for step in steps:
        factor *= step.factor
    return Conversion(RENT if time else PRICE, factor, tuple(steps))
