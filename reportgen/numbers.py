"""The grammar of written values: what `6.7–6.8`, `≥8`, `约4` and `6万出头` say.

A value is read only when it has exactly one reading. What looks like a number but
has several (`1,5`) is refused; what is garbled (`5万到5万`) stays text. Hedged words
are data: each has one documented reading, and the workbook's Glossary may give it
another.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from reportgen.language import Text
from reportgen.units import Unit, parse_unit

Why = Literal["not-a-number", "ambiguous", "garbled", "low-above-high"]
"""Why a text is not a value. `garbled` text has digits in it and is kept as text."""

HedgeKind = Literal[
    "about", "floor", "floor and value", "ceiling", "percent", "last digit", "range"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hedge:
    """The one reading of a hedged word.

    about: the number stands, marked as approximate. floor, ceiling: the number is an
    end; floor and value: it is the stated value as well. percent: from `low` % to
    `high` % beyond the number. last digit: from `low` to `high` units of its last
    digit that is not zero (30多 is 30–40). range: the word is a number itself (十几 is
    11–19).
    """

    word: str
    kind: HedgeKind
    low: float = 0
    high: float = 0

    @property
    def reading(self) -> Text:
        """The reading in the form that Glossary rows of kind hedge use."""
        low, high = f"{self.low:+g}", f"{self.high:+g}"
        match self.kind:
            case "about":
                return Text("约", "about")
            case "floor":
                return Text("不低于", "at least")
            case "floor and value":
                return Text(
                    "不低于；该数同时作为数值", "at least; the number also stands as the value"
                )
            case "ceiling":
                return Text("不高于", "at most")
            case "percent":
                return Text(f"{low}% 至 {high}%", f"{low}% to {high}%")
            case "last digit":
                return Text(f"{low} 至 {high} 末位", f"{low} to {high} of the last digit")
            case "range":
                return Text(f"{self.low:g} 至 {self.high:g}", f"{self.low:g} to {self.high:g}")


HEDGES: tuple[Hedge, ...] = (
    *(Hedge(word, "about") for word in (
        "约", "大约", "大概", "~", "≈", "左右", "上下", "about", "approx.", "approx", "circa", "c.",
    )),
    *(Hedge(word, "floor") for word in (
        "≥", ">=", "=>", ">", "以上", "往上", "起", "+", "不低于", "至少", "超过", "at least",
        "over", "and above", "or more",
    )),
    *(Hedge(word, "ceiling") for word in (
        "≤", "<=", "=<", "<", "以下", "以内", "不超过", "不高于", "至多", "最多", "不到", "at most",
        "up to", "below", "or less",
    )),
    Hedge("出头", "percent", 0, 5),
    Hedge("近", "percent", -5, 0),
    Hedge("nearly", "percent", -5, 0),
    Hedge("多", "last digit", 0, 1),
    Hedge("十几", "range", 11, 19),
    Hedge("几十", "range", 20, 90),
    Hedge("几百", "range", 200, 900),
    Hedge("几千", "range", 2000, 9000),
    Hedge("几万", "range", 20_000, 90_000),
)  # fmt: skip
"""The built-in readings, in force unless the Glossary gives a word another one."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value as written: numbers before any scaling, and what else the text said.

    A single value has low == point == high; an open end is None. `decimals` are
    those written (6.7 has 1). `scale` is a trailing 千, 万 or 亿 (6.7万: 6.7 and
    10,000); `unit` a unit written behind the number. `hedge` holds the words used.
    """

    low: float | None
    point: float | None
    high: float | None
    decimals: int
    as_written: str
    hedge: str = ""
    scale: float = 1
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class NotRead:
    """A text that is no value, and why."""

    why: Why
    as_written: str


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    decimals: int
    digits: str  # as written, without sign and separators


@dataclass(frozen=True, slots=True)
class _Part:
    """A number or a hedge that is a number, with what stands behind it."""

    low: float
    high: float
    number: _Number
    hedge: str
    tail: str


LARGEST = 1e15  # no price, count or share is larger; beyond it digits are lost
_OUTER = {"about", "floor", "floor and value", "ceiling"}  # words around, not behind, a number
_NUMBER = r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_LEADING = re.compile(rf"({_NUMBER})(.*)", re.DOTALL)
_SIGN_SPACE = re.compile(r"(?<![0-9])-\s+(?=[0-9])")
_DASHES = "‐‑‒–—−﹣"  # every dash and minus that people and input methods produce
_SEPARATOR = re.compile(r"(?<=[^\s~至到-])\s*(?:至|到|~|-|\.\.|\bto\b)\s*(?=[^\s~至到])")
_SCALES = {
    "千": 1e3, "k": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8,
}  # fmt: skip
_NUMERALS = re.compile(r"[0-9一二三四五六七八九十百千两几]")
_LOOKS_EXACT = re.compile(r"[-+]?[0-9][0-9._,]*(?:e[-+]?[0-9]+)?", re.IGNORECASE)
_TOO_MANY_DIGITS = 5  # 60013万: nobody quotes a price to five places before 万


_LONGEST = 200  # characters


def read_value(text: str, hedges: tuple[Hedge, ...] = HEDGES) -> Written | NotRead:
    """Read a written value or range; `hedges` are the words in force.

    Full-width digits, thousands separators and all dashes are understood. Spaces
    are ignored except between digits, where they could hide a lost character.
    A long text is prose and no number.
    """
    as_written = " ".join(text.split())
    if len(as_written) > _LONGEST:
        return NotRead("not-a-number", as_written)
    plain = unicodedata.normalize("NFKC", as_written).strip().lower()
    plain = plain.translate({ord(dash): "-" for dash in _DASHES}).replace("∼", "~")
    if re.search(r"[0-9]\s+[0-9]", plain):
        return NotRead("garbled", as_written)
    plain = _SIGN_SPACE.sub("-", plain)
    core, outer, ends = _strip_hedges(plain, hedges)
    if ends == "both":
        return NotRead("garbled", as_written)
    parts = _split(core, hedges)
    if parts is None:
        return _refuse(plain, as_written)
    words = "、".join(dict.fromkeys([*outer, *(part.hedge for part in parts if part.hedge)]))
    tail = _tail(parts)
    if tail is None:
        return _refuse(plain, as_written)
    scale, unit = tail
    if any(_is_garbled(part, scale, unit) for part in parts):
        return NotRead("garbled", as_written)
    low, high = parts[0].low, parts[-1].high
    is_range = len(parts) > 1
    if is_range and (ends or parts[0].low == parts[1].low):  # "≥6–8"; "5万到5万" lost a digit
        return NotRead("garbled", as_written)
    if low > high:
        return NotRead("low-above-high", as_written)
    decimals = max(part.number.decimals for part in parts)
    hedged = not is_range and parts[0].low != parts[0].high
    if hedged:
        if ends:
            return NotRead("garbled", as_written)
        decimals = max(decimals, _decimals(low), _decimals(high))
    point = None if is_range or hedged or ends in {"floor", "ceiling"} else low
    return Written(
        None if ends == "ceiling" else low,
        point,
        None if ends.startswith("floor") else high,
        decimals,
        as_written,
        words,
        scale,
        unit,
    )


@lru_cache(maxsize=4096)
def written_number(value: float, decimals: int | None = None) -> Written:
    """A number cell as a value. `decimals` are those its number format shows, if it is fixed.

    Excel keeps no trailing zeros, so 6.0 counts one decimal only where the format
    shows it. Beyond four decimals a value is a computed one: the format decides.
    """
    own = _decimals(value)
    shown = min(own, 4) if decimals is None else decimals
    if decimals is not None and own <= 4:
        shown = max(own, decimals)
    exact = round(value, 10)
    return Written(exact, exact, exact, shown, f"{exact:.{shown}f}")


def parse_hedge(word: str, reading: str) -> Hedge | None:
    """A hedge from a Glossary row; None when the reading is not in a documented form.

    Forms: about; at least; at most; "+0% to +5%"; "+0 to +1 of the last digit";
    "11 to 19". The Chinese forms 约, 不低于, 不高于, 至 and 末位 do as well.
    """
    word = unicodedata.normalize("NFKC", word).strip().lower()
    plain = unicodedata.normalize("NFKC", reading).strip().lower()
    plain = plain.translate({ord(dash): "-" for dash in _DASHES})
    simple: tuple[tuple[str, HedgeKind], ...] = (
        (r"(about|约|≈).*", "about"),
        (r"(at least|不低于|至少|≥).*(as the value|数值).*", "floor and value"),
        (r"(at least|不低于|至少|≥).*", "floor"),
        (r"(at most|不高于|至多|≤).*", "ceiling"),
    )
    if not word:
        return None
    for pattern, kind in simple:
        if re.fullmatch(pattern, plain):
            return Hedge(word, kind)
    ends = (
        r"([-+]?[0-9]+(?:\.[0-9]+)?)(%?)\s*(?:to|至|到|\.\.|~|-)\s*([-+]?[0-9]+(?:\.[0-9]+)?)(%?)"
    )
    found = re.match(ends, plain)
    if not found or float(found[1]) > float(found[3]):
        return None
    low, high = float(found[1]), float(found[3])
    if found[4]:
        return Hedge(word, "percent", low, high)
    if "last digit" in plain or "末位" in plain:
        return Hedge(word, "last digit", low, high)
    return Hedge(word, "range", low, high) if not found[2] else None


def _strip_hedges(plain: str, hedges: tuple[Hedge, ...]) -> tuple[str, list[str], str]:
    """Take about, floor and ceiling words off; third, which end is known ("both" is none)."""
    words: list[str] = []
    ends: set[str] = set()
    outer = sorted(
        (hedge for hedge in hedges if hedge.kind in _OUTER),
        key=lambda hedge: -len(hedge.word),
    )
    core = plain
    while True:
        for hedge in outer:
            if core.startswith(hedge.word) and not _is_sign(hedge.word, core):
                core = core[len(hedge.word) :].strip()
            elif core.endswith(hedge.word):
                core = core[: -len(hedge.word)].strip()
            else:
                continue
            words.append(hedge.word)
            if hedge.kind != "about":
                ends.add(hedge.kind)
            break
        else:
            break
    if len(ends) > 1:
        return core, words, "both"
    return core, words, next(iter(ends), "")


def _is_sign(word: str, core: str) -> bool:
    """A leading + before a digit is a sign, not "or more"."""
    return word == "+" and core[1:2].isdigit()


def _split(core: str, hedges: tuple[Hedge, ...]) -> list[_Part] | None:
    """One part, or the two ends of a range."""
    for found in _SEPARATOR.finditer(core):
        first = _part(core[: found.start()], hedges)
        second = _part(core[found.end() :], hedges)
        if first and second and not first.hedge and not second.hedge:
            return [first, second]
    whole = _part(core, hedges)
    return [whole] if whole else None


def _part(text: str, hedges: tuple[Hedge, ...]) -> _Part | None:
    text = text.strip()
    for hedge in hedges:
        if hedge.kind == "range" and text.startswith(hedge.word):
            number = _Number(hedge.low, 0, "")
            return _Part(hedge.low, hedge.high, number, hedge.word, text[len(hedge.word) :].strip())
    for hedge in hedges:  # a word that stands before the number: 近8
        if hedge.kind == "percent" and text.startswith(hedge.word):
            inner = _part(text[len(hedge.word) :], ())
            return inner and _hedged(inner, hedge, inner.tail)
    found = _LEADING.fullmatch(text)
    if not found:
        return None
    digits = found[1].replace(",", "").lstrip("+-")
    whole, _, fraction = digits.partition(".")
    number = _Number(float(found[1].replace(",", "")), len(fraction), whole + "." + fraction)
    plain = _Part(number.value, number.value, number, "", found[2].strip())
    for hedge in hedges:  # 30多万, 6万出头, 6万多
        if hedge.kind not in ("percent", "last digit"):
            continue
        if plain.tail.startswith(hedge.word):
            return _hedged(plain, hedge, plain.tail[len(hedge.word) :].strip())
        if plain.tail.endswith(hedge.word):
            return _hedged(plain, hedge, plain.tail[: -len(hedge.word)].strip())
    return plain


def _hedged(plain: _Part, hedge: Hedge, tail: str) -> _Part:
    number = plain.number
    if hedge.kind == "percent":
        low = number.value * (1 + hedge.low / 100)
        high = number.value * (1 + hedge.high / 100)
    else:
        step = _last_digit(number)
        low, high = number.value + hedge.low * step, number.value + hedge.high * step
    places = number.decimals + 1  # one more than written keeps 6.3 apart from 6
    return _Part(round(low, places), round(high, places), number, hedge.word, tail)


def _last_digit(number: _Number) -> float:
    """The size of one unit of the last digit that is not zero: 30 → 10, 6.5 → 0.1."""
    whole, _, fraction = number.digits.partition(".")
    if fraction:
        return 10.0 ** -len(fraction)
    return 10.0 ** (len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else 1.0


def _tail(parts: list[_Part]) -> tuple[float, Unit | None] | None:
    """Scale and unit behind the last number; a first number may repeat them, not differ."""
    last = _scale_and_unit(parts[-1].tail)
    if last is None:
        return None
    if len(parts) > 1 and parts[0].tail and _scale_and_unit(parts[0].tail) != last:
        return None
    return last


def _scale_and_unit(tail: str) -> tuple[float, Unit | None] | None:
    plain = tail.strip()
    if not plain:
        return 1.0, None
    if plain in _SCALES:
        return _SCALES[plain], None
    if unit := parse_unit(plain):
        return 1.0, unit
    for word in sorted(_SCALES, key=len, reverse=True):
        rest = plain.removeprefix(word)
        if rest != plain and (unit := parse_unit(rest)):
            return _SCALES[word], unit
    return None


def _is_garbled(part: _Part, scale: float, unit: Unit | None) -> bool:
    if max(abs(part.low), abs(part.high)) > LARGEST:
        return True
    in_wan = scale >= 1e4 or (unit is not None and unit.key.startswith("CNY10k"))
    whole = part.number.digits.partition(".")[0]
    return in_wan and len(whole) >= _TOO_MANY_DIGITS


def _refuse(plain: str, as_written: str) -> NotRead:
    if _LOOKS_EXACT.fullmatch(plain) and not re.search(r"\..*\.", plain):
        return NotRead("ambiguous", as_written)  # 1,5 and 1_000 and 1e5
    if _NUMERALS.search(plain):
        return NotRead("garbled", as_written)
    return NotRead("not-a-number", as_written)


def _decimals(value: float) -> int:
    """Decimals needed to write a stored number, ignoring what binary arithmetic left behind."""
    if not math.isfinite(value):
        return 0
    text = repr(round(value, 10))
    if "e" not in text:
        fraction = text.partition(".")[2]
        return 0 if fraction == "0" else len(fraction)
    exponent = Decimal(text).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
