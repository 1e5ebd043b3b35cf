"""Lining up numbers: how much room a cell needs on its right so that points or dashes align.

Widths are in the CSS unit ch, the width of a digit. Tabular digits, signs and the
en dash are one digit wide, a point half of one; a full-width sign nearly two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

_NUMBER = re.compile(r"[^\d]*\d[\d,]*")
_RANGE = re.compile(r"(?<=[\d%+])(?:–| 至 | to )")
_DIGITS = re.compile(r"[^\d]*[\d,]*\.?\d*")
_HALF = ".,:;'|!il"
_PERCENT = 1.66
_SPACE = 0.4
_WIDE = 1.8
_MARKS = {"†": 0.8, "‡": 0.8, "§": 0.8, "¶": 0.8, "*": 0.7}  # they stand small and high
_MOST = 14.0  # a longer tail is a sentence, not a number: leave the column alone


def text_width(text: str) -> float:
    """The width of a short text in digits, good to about a tenth of one."""
    return sum(_letter_width(letter) for letter in text)


def right_paddings(texts: Sequence[str], kind: Literal["number", "range"]) -> tuple[float, ...]:
    """Padding on the right of each right-aligned cell, in ch.

    "number" lines the decimal points up, so that a trailing + or † hangs; "range"
    lines the dashes up, a single value standing where the low ends stand. A text
    without a digit (a dash for "none") goes where the whole numbers are.
    """
    if kind == "range" and not any(_RANGE.search(text) for text in texts):
        return right_paddings(texts, "number")
    tails = [text_width(_tail(text, kind)) for text in texts]
    most = max(tails, default=0.0)
    if most > _MOST:
        return tuple(0.0 for _ in texts)
    return tuple(round(most - tail, 2) for tail in tails)


def _tail(text: str, kind: Literal["number", "range"]) -> str:
    """What stands right of the line: from the decimal point on, or from the dash on."""
    found = _RANGE.search(text) if kind == "range" else None
    if found:
        return text[found.start() :]
    start = (_DIGITS if kind == "range" else _NUMBER).match(text)
    return text[start.end() :] if start else ""


def _letter_width(letter: str) -> float:
    if letter in _HALF:
        return 0.5
    if letter == " ":
        return _SPACE
    if letter == "%":
        return _PERCENT
    if letter in _MARKS:
        return _MARKS[letter]
    if unicodedata.east_asian_width(letter) in "WF" or letter in "≥≤≈▲▼":
        return _WIDE
    return 1.0
