"""How high a row must be for its wrapped texts.

Excel works it out when it opens a file, LibreOffice does not; both keep a height that is
not called custom only until somebody edits the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from reportgen.terminal import wide

_LINE = 14.5  # points; the body is 10
_LEADING = 2
_MOST_LINES = 12  # of a page-long text the beginning is enough to know it by
_LATIN, _CHINESE = 0.85, 1.95
"""What a letter takes of a unit of column width, which is a digit of Excel's own default."""


def height_for(texts: Iterable[tuple[str, float]]) -> float:
    """The height in points for texts, each wrapped in a column of that width."""
    most = max((_lines(text, width) for text, width in texts), default=1)
    return min(most, _MOST_LINES) * _LINE + _LEADING


def _lines(text: str, width: float) -> int:
    return sum(max(1, ceil(_length(line) / width)) for line in text.splitlines() or [""])


def _length(line: str) -> float:
    chinese = wide(line) - len(line)
    return _LATIN * (len(line) - chinese) + _CHINESE * chinese
