"""Text in terminal columns, where a Chinese character takes two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_OPENING = "“‘（《【"
_CLOSING = "，。；：、？！”’）》】"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of reading."""


def wide(text: str) -> int:
    """Terminal columns that a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, size: int) -> str:
    """The text filled up with blanks to `size` columns."""
    return text + " " * (size - wide(text))


def shortened(text: str, size: int) -> str:
    """The text, cut to `size` columns with an ellipsis where it is longer."""
    if wide(text) <= size:
        return text
    kept = ""
    for letter in text:
        if wide(kept + letter) > size - 1:
            break
        kept += letter
    return f"{kept}…"


def aligned(rows: Iterable[Sequence[str]], margin: str = "  ") -> list[str]:
    """Rows as lines whose columns stand below one another, two blanks between them."""
    lines = list(rows)
    widths = [max(map(wide, column)) for column in zip(*lines, strict=True)]
    return [(margin + "  ".join(map(padded, row, widths))).rstrip() for row in lines]


def broken(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` columns, broken at blanks or between Chinese."""
    lines, line = [], ""
    for piece in re.findall(
        r"[^\S\n]+|[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+", text
    ):
        closes = piece in _CLOSING
        if line.strip() and not closes and wide(line + piece) > room:
            kept = line.rstrip(_OPENING)  # an opening bracket goes to the next line
            lines.append(kept.rstrip())
            line = line[len(kept) :]
        line = line + piece if line or piece.strip() else line
    return [*lines, line.rstrip()] if line.strip() else lines or [""]


def harmless(text: str) -> str:
    r"""The text with its control characters written out, so that a terminal obeys none.

    Line breaks and tabs stay; an escape becomes the four letters \x1b.
    """
    return _CONTROLS.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
