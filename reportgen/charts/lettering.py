"""Text as a chart needs it: harmless, measured, wrapped and shortened.

lets-plot reckons Latin widths and no browser is at hand while drawing, so widths
come from a small table that errs on the wide side. A Chinese character is one em.
"""

from __future__ import annotations

import math
import re
import unicodedata
from itertools import pairwise

from reportgen.language import Lang

ELLIPSIS = "…"

_EMS = {
    **dict.fromkeys("ijl.,:;'|!", 0.30),
    **dict.fromkeys("frt()[]{}-/\\ `", 0.38),
    **dict.fromkeys("mw%", 0.92),
    **dict.fromkeys("MWQ@", 0.95),
    **dict.fromkeys("–−‘’°", 0.58),
}
_WIDE = frozenset("WFA")  # "ambiguous" signs are wide in Chinese fonts
_DROPPED = frozenset(("Cf", "Cs", "Co", "Cn"))


def clean(text: str) -> str:
    """The text on one line without control, direction and private characters.

    What is left is printed literally: it never passes through lets-plot, which
    reads links and formulas into labels.
    """
    plain = "".join(
        " " if category in {"Cc", "Zl", "Zp"} else "" if category in _DROPPED else char
        for char, category in ((char, unicodedata.category(char)) for char in text)
    )
    return re.sub(r"\s+", " ", plain).strip()


def ems(text: str) -> float:
    """Width of the text in ems."""
    return sum(_char_ems(char) for char in text)


def _char_ems(char: str) -> float:
    if char in _EMS:
        return _EMS[char]
    if unicodedata.east_asian_width(char) in _WIDE:
        return 1.0
    if unicodedata.combining(char):
        return 0.0
    if char.isdigit() or char in "+−–<>=~$":
        return 0.58
    if char.isupper():
        return 0.70
    return 0.58


def shorten(text: str, room: float, size: float) -> str:
    """The text, cut with an ellipsis where it is wider than `room` at letter size `size`."""
    if ems(text) * size <= room:
        return text
    left = room / size - ems(ELLIPSIS)
    kept = ""
    for char in text:
        left -= _char_ems(char)
        if left < 0:
            break
        kept += char
    return kept.rstrip() + ELLIPSIS


def wrap(text: str, room: float, size: float, lines: int = 2) -> tuple[str, ...]:
    """The text in at most `lines` lines no wider than `room`; the last may be shortened.

    What stands in brackets at the end goes to a line of its own if it fits there. Latin
    words stay whole where they can; Chinese breaks anywhere but before closing punctuation.
    """
    whole = ems(text) * size
    if whole <= room:
        return (text,)
    aside = max(text.rfind("（"), text.rfind("("))
    parts = text[: max(aside, 0)].rstrip(), text[max(aside, 0) :]
    if lines > 1 and parts[0] and all(ems(part) * size <= room for part in parts):
        return parts
    narrow = whole / lines
    while narrow < room:  # even lines read better than a last one of a single character
        found = _broken(text, narrow, size, lines)
        if not found[-1].endswith(ELLIPSIS):
            return found
        narrow += size / 2
    return _broken(text, room, size, lines)


def _broken(text: str, room: float, size: float, lines: int) -> tuple[str, ...]:
    done: list[str] = []
    rest = text
    while rest and len(done) < lines - 1:
        line, rest = _first_line(rest, room, size)
        done.append(line)
    if rest:
        done.append(shorten(rest, room, size))
    return tuple(done)


_CLOSING = frozenset("，。、；：）】》」』！？,.;:)]}%")


def _first_line(text: str, room: float, size: float) -> tuple[str, str]:
    """The longest opening of `text` that fits, and what follows."""
    limit = room / size
    fits = 0
    width = 0.0
    for at, char in enumerate(text):
        width += _char_ems(char)
        if width > limit:
            break
        fits = at + 1
    cut = fits
    while cut > fits * 0.4 and not _may_break(text, cut):
        cut -= 1
    if not _may_break(text, cut):
        cut = max(1, fits)
    return text[:cut].rstrip(), text[cut:].lstrip()


def _may_break(text: str, at: int) -> bool:
    if at <= 0 or at >= len(text):
        return at > 0
    before, after = text[at - 1], text[at]
    if after in _CLOSING or before in "（(《「":
        return False
    return (
        before in " /-–"
        or after == " "
        or unicodedata.east_asian_width(before) in _WIDE
        or unicodedata.east_asian_width(after) in _WIDE
    )


_SCALES: dict[Lang, tuple[tuple[float, str], ...]] = {
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
    "en": ((1e12, "tn"), (1e9, "bn"), (1e6, "m")),
}


def tick_texts(
    ticks: tuple[float, ...], lang: Lang, *, signed: bool = False, suffix: str = ""
) -> tuple[str, ...]:
    """The numbers of an axis, all with the same decimals; from a million on in 亿 or bn.

    `suffix` is a short unit printed after each, such as %.
    """
    largest = max((abs(tick) for tick in ticks), default=0.0)
    factor, after = 1.0, suffix
    if largest >= 1e6:
        factor, after = next(scale for scale in _SCALES[lang] if largest >= scale[0])
        after += suffix
    if largest >= factor * 1e7:
        return tuple(f"{tick:.1e}".replace("e+", "e") + suffix for tick in ticks)
    scaled = [tick / factor for tick in ticks]
    step = min((b - a for a, b in pairwise(scaled)), default=1.0)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    if decimals and not all(_whole(value * 10**decimals) for value in scaled):
        decimals += 1
    return tuple(_tick(value, decimals, after, signed=signed) for value in scaled)


def _whole(value: float) -> bool:
    return math.isclose(value, round(value), rel_tol=1e-9, abs_tol=1e-6)


def _tick(value: float, decimals: int, after: str, *, signed: bool) -> str:
    if round(value, decimals) == 0:
        return "0" if after != "%" else "0%"
    sign = "−" if value < 0 else "+" if signed else ""
    return f"{sign}{abs(value):,.{decimals}f}{after}"
