"""Quantities as text: the one place where a number is rounded.

A quoted value is printed exactly as precisely as it was quoted. A computed value
gets no more significant digits than its least precise input (never fewer than
two); a table of method may ask for one more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from reportgen.language import Lang
from reportgen.quantity import Quantity
from reportgen.units import PERCENT, POINTS, Unit

MINUS = "−"
RANGE = "–"
Form = Literal["range", "point", "full", "tenths"]


@dataclass(frozen=True, slots=True)
class Display:
    """How a unit is printed: value × 10**shift between `before` and `after`.

    `header` is the unit as it stands once above a column or axis.
    """

    shift: int
    before: str
    after: str
    header: str


_RENT_EN = Display(1, "CNY ", "k per server-month", "CNY k per server-month")
_DISPLAY: dict[str, tuple[Display, Display]] = {
    "CNY10k/server/month": (Display(0, "", " 万元/台/月", "万元/台/月"), _RENT_EN),
    "CNY10k/server": (
        Display(0, "", " 万元/台", "万元/台"),
        Display(-2, "CNY ", "m per server", "CNY m per server"),
    ),
    "CNY10k": (Display(0, "", " 万元", "万元"), Display(1, "CNY ", "k", "CNY k")),
    "USD/card/hour": (
        Display(0, "", " 美元/卡/小时", "美元/卡/小时"),
        Display(0, "$", " per GPU-hour", "USD per GPU-hour"),
    ),
    "%": (Display(0, "", "%", "%"), Display(0, "", "%", "%")),
    "pp": (Display(0, "", " 个百分点", "百分点"), Display(0, "", " points", "percentage points")),
    "%/month": (Display(0, "", "%/月", "%/月"), Display(0, "", "% a month", "% a month")),
    "x": (Display(0, "", " 倍", "倍"), Display(0, "", "x", "x")),
    "month": (Display(0, "", " 个月", "月"), Display(0, "", " months", "months")),
    "year": (Display(0, "", " 年", "年"), Display(0, "", " years", "years")),
    "week": (Display(0, "", " 周", "周"), Display(0, "", " weeks", "weeks")),
    "day": (Display(0, "", " 天", "天"), Display(0, "", " days", "days")),
    "card": (Display(0, "", " 张", "张"), Display(0, "", " cards", "cards")),
    "server": (Display(0, "", " 台", "台"), Display(0, "", " servers", "servers")),
    "firm": (Display(0, "", " 家", "家"), Display(0, "", " firms", "firms")),
    "customer": (Display(0, "", " 个客户", "个"), Display(0, "", " customers", "customers")),
    "person": (Display(0, "", " 人", "人"), Display(0, "", " people", "people")),
    "CNY/month": (Display(0, "", " 元/月", "元/月"), Display(0, "CNY ", " a month", "CNY a month")),
    "CNY/kWh": (Display(0, "", " 元/千瓦时", "元/千瓦时"), Display(0, "CNY ", "/kWh", "CNY/kWh")),
    "CNY/kW/month": (
        Display(0, "", " 元/千瓦/月", "元/千瓦/月"),
        Display(0, "CNY ", "/kW a month", "CNY/kW/month"),
    ),
    "CNY10k/person/year": (
        Display(0, "", " 万元/人/年", "万元/人/年"),
        Display(1, "CNY ", "k per head a year", "CNY k per head a year"),
    ),
    "hour/month": (
        Display(0, "", " 小时/月", "小时/月"),
        Display(0, "", " hours a month", "hours a month"),
    ),
    "CNY/USD": (
        Display(0, "", " 元/美元", "元/美元"),
        Display(0, "CNY ", " per USD", "CNY per USD"),
    ),
    "": (Display(0, "", "", ""), Display(0, "", "", "")),
}
_COUNTED = {"card", "server"}  # large counts read better in 万 and k
_MANY = 10_000
_MOST_MORE = 4  # digits that tell two ends apart; what agrees in more is one number
_ABOUT: dict[Lang, str] = {"zh": "约", "en": "c. "}
_COUNT_SHIFTS: dict[Lang, int] = {"zh": -4, "en": -3}


def unit_header(unit: Unit, lang: Lang) -> str:
    """The unit as it stands once above a column or axis."""
    return _display(unit, lang).header


def display_shift(unit: Unit, lang: Lang) -> int:
    """Power of ten between the stored unit and the one that `lang` prints."""
    return _display(unit, lang).shift


def number_text(
    quantity: Quantity,
    lang: Lang,
    *,
    form: Form = "range",
    signed: bool = False,
    more_digits: int = 0,
    decimals: int | None = None,
) -> str:
    """The number without its unit, in the scale of the unit's header: 6.7–6.8, ≥8, +31.

    `decimals`, from `shared_decimals`, lets the computed numbers of a column agree.

    `form`: "range" prints ends, "point" the middle, "full" the middle with the
    ends in brackets, "tenths" a percentage in 成 / tenths.
    """
    display = _display(quantity.unit, lang)
    if decimals is None or quantity.decimals is not None:
        decimals = _decimals(quantity, display.shift, more_digits, form)
    return _text(quantity, lang, display, form, signed=signed, decimals=decimals, bare=True)


def shared_decimals(
    quantities: Iterable[Quantity], lang: Lang, *, more_digits: int = 0
) -> int | None:
    """The decimals that a column of computed numbers can all show; None without any.

    It is the fewest that any of them may have, so that none claims more than it knows.
    """
    allowed = [
        _decimals(one, display_shift(one.unit, lang), more_digits, "range")
        for one in quantities
        if one.decimals is None
    ]
    return min(allowed, default=None)


def quantity_text(
    quantity: Quantity,
    lang: Lang,
    *,
    form: Form = "range",
    signed: bool = False,
    more_digits: int = 0,
) -> str:
    """The number with its unit, as a sentence wants it.

    6.7–6.8 万元/台/月 in Chinese, CNY 67–68k per server-month in English.
    """
    display = _sentence_display(quantity, lang)
    decimals = _decimals(quantity, display.shift, more_digits, form)
    return _text(quantity, lang, display, form, signed=signed, decimals=decimals, bare=False)


def full_range(quantity: Quantity, lang: Lang, *, signed: bool = False) -> str:
    """A range that prints as one number, with the digits that tell its ends apart: 30.9–31.3.

    Empty for whatever else prints as it is.
    """
    low, high = quantity.low, quantity.high
    if low is None or high is None:
        return ""
    display = _sentence_display(quantity, lang)
    printed = _decimals(quantity, display.shift, 0, "range")
    for decimals in range(printed, printed + _MOST_MORE + 1):
        if len({_rounded(end * 10.0**display.shift, decimals) for end in (low, high)}) > 1:
            told = decimals > printed
            return _text(
                quantity, lang, display, "range", signed=signed, decimals=decimals, bare=False
            ) if told else ""  # fmt: skip
    return ""


def _sentence_display(quantity: Quantity, lang: Lang) -> Display:
    """How the unit stands in a sentence: large counts in 万 or k, one of a thing without s."""
    display = _display(quantity.unit, lang)
    if quantity.unit.key in _COUNTED and _largest(quantity) >= _MANY:
        after = display.after.strip()
        display = Display(
            _COUNT_SHIFTS[lang], "", f" 万{after}" if lang == "zh" else f"k {after}", ""
        )
    if lang == "en" and quantity.is_single and quantity.low == 1:  # 1 year, not 1 years
        display = replace(display, after=display.after.removesuffix("s"))
    return display


def printed_decimals(quantity: Quantity, lang: Lang) -> int:
    """The decimals that a quantity's ends are printed with, in the scale of the unit's header."""
    return _decimals(quantity, display_shift(quantity.unit, lang), 0, "range")


def as_printed(quantity: Quantity, lang: Lang, decimals: int | None = None) -> Quantity:
    """The quantity with its ends rounded as a reader finds them, without a point."""
    shift = display_shift(quantity.unit, lang)
    places = printed_decimals(quantity, lang) if decimals is None else decimals
    low, high = (
        None if end is None else float(_rounded(end * 10.0**shift, places).scaleb(-shift))
        for end in (quantity.low, quantity.high)
    )
    return replace(quantity, low=low, point=None, high=high)


def without_sign(quantity: Quantity) -> Quantity | None:
    """How far a quantity is from zero: 1.6–2.5 of −2.5 to −1.6.

    None where it may lie on either side of zero, so that its signs must stay.
    """
    if quantity.low is not None and quantity.low >= 0:
        return quantity
    if quantity.high is None or quantity.high > 0:
        return None
    low, point, high = (
        None if value is None else abs(value)
        for value in (quantity.high, quantity.point, quantity.low)
    )
    return replace(quantity, low=low, point=point, high=high)


def _display(unit: Unit, lang: Lang) -> Display:
    known = _DISPLAY.get(unit.key)
    if known is None:
        return Display(0, "", f" {unit.key}", unit.key)
    return known[0] if lang == "zh" else known[1]


def _text(
    quantity: Quantity,
    lang: Lang,
    display: Display,
    form: Form,
    *,
    signed: bool,
    decimals: int,
    bare: bool,
) -> str:
    if form == "tenths":
        return _tenths(quantity, lang)

    def write(value: float) -> str:
        return _number(value * 10.0**display.shift, decimals, signed)

    before, after = ("", "") if bare else (display.before, display.after)
    about = _ABOUT[lang] if quantity.is_about else ""
    return about + _ends(quantity, lang, form, write=write, before=before, after=after)


def without_about(text: str) -> str:
    """The text of a number whose sentence says by itself that it is approximate."""
    return text.removeprefix(_ABOUT["zh"]).removeprefix(_ABOUT["en"])


def _ends(
    quantity: Quantity,
    lang: Lang,
    form: Form,
    *,
    write: Callable[[float], str],
    before: str,
    after: str,
) -> str:
    """A point, a range or a bound, with what stands before and after the number."""
    middle = quantity.middle
    if form != "range" and middle is not None:
        point = f"{before}{write(middle)}{after}"
        low, high = quantity.low, quantity.high
        if form == "point" or low is None or high is None or write(low) == write(high):
            return point
        ends = _range(write(low), write(high), lang, after if after == "%" else "")
        return f"{point}（{ends}）" if lang == "zh" else f"{point} ({ends})"
    if quantity.low is None:
        return (
            f"≤{before}{write(quantity.bound if quantity.high is None else quantity.high)}{after}"
        )
    if quantity.high is None:
        if quantity.point is None:
            return f"≥{before}{write(quantity.low)}{after}"
        return _open(before, write(quantity.point), after)
    low_text, high_text = write(quantity.low), write(quantity.high)
    if low_text == high_text:
        return f"{before}{low_text}{after}"
    if after == "%":
        return f"{before}{_range(low_text, high_text, lang, after)}"
    return f"{before}{_range(low_text, high_text, lang, '')}{after}"


def _open(before: str, number: str, after: str) -> str:
    """A stated value with an open upper end: 8+, 31%+, CNY 80k+ per server-month."""
    tight = after.split(" ", maxsplit=1)[0]
    return f"{before}{number}{tight}+{after[len(tight) :]}"


def _range(low: str, high: str, lang: Lang, percent: str) -> str:
    if low[0] in "+−" or high[0] in "+−":
        word = " 至 " if lang == "zh" else " to "
        return f"{low}{percent}{word}{high}{percent}"
    return f"{low}{percent if lang == 'zh' else ''}{RANGE}{high}{percent}"


def _tenths(quantity: Quantity, lang: Lang) -> str:
    middle = quantity.bound
    tenths = int(Decimal(middle / 10).quantize(Decimal(1), ROUND_HALF_UP))
    if lang == "zh":
        return "零一二三四五六七八九十"[tenths] + "成" if 0 <= tenths <= 10 else f"{tenths}成"
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    word = words[tenths] if 0 <= tenths <= 10 else str(tenths)
    return f"{word} tenth{'' if tenths == 1 else 's'}"


def _largest(quantity: Quantity) -> float:
    ends = (quantity.low, quantity.point, quantity.high)
    return max(abs(value) for value in ends if value is not None)


def _decimals(quantity: Quantity, shift: int, more: int, form: Form) -> int:
    if quantity.decimals is not None:
        decimals = quantity.decimals - shift
        if shift in _COUNT_SHIFTS.values():  # 750,000 cards are 750k, not 750.000k
            ends = [v for v in (quantity.low, quantity.point, quantity.high) if v is not None]
            return min(n for n in range(decimals + 1) if all(_exact(v, shift, n) for v in ends))
        middle = quantity.middle
        if form != "range" and middle is not None and not _exact(middle, shift, decimals):
            decimals += 1
        return max(0, decimals)
    largest = _largest(quantity) * 10.0**shift
    if largest == 0:
        return 0
    decimals = quantity.digits + more - 1 - math.floor(math.log10(largest))
    # A small difference of two coarse numbers is not known to many digits; whole percents are.
    return min(max(decimals, 0), 1) if quantity.unit in (PERCENT, POINTS) else decimals


def _exact(value: float, shift: int, decimals: int) -> bool:
    scaled = value * 10.0 ** (shift + decimals)
    return math.isclose(scaled, round(scaled), rel_tol=1e-9, abs_tol=1e-9)


def _number(value: float, decimals: int, signed: bool) -> str:
    rounded = _rounded(value, decimals)
    text = f"{abs(rounded):,.{max(0, decimals)}f}"
    if rounded < 0:
        return f"{MINUS}{text}"
    return f"+{text}" if signed and rounded > 0 else text


def _rounded(value: float, decimals: int) -> Decimal:
    exact = Decimal(repr(round(value, 12)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
