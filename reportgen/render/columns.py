"""Column widths of a long table, so that its rows take as few lines as they can.

The printing engine shares width by the longest line of each column, which starves
short columns beside a column of sentences. A compositor does better: give every
column its longest word, then give away the rest where it saves most lines.
Widths are in ch, as in `align`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from reportgen.render.align import text_width

_WORD = re.compile(r"[^\s\-/\u2e80-\u9fff\uff00-\uffef]+|[\u2e80-\u9fff\uff00-\uffef]")
_STEP = 1.0
_RAGGED = 1.5  # what a wrapped line of words leaves empty at its end


def column_widths(
    columns: Sequence[Sequence[str]], wraps: Sequence[bool], room: float
) -> tuple[float, ...]:
    """The width of each column, together `room` ch.

    `columns` holds the texts of each column, heading included; a column that does
    not wrap gets its widest text.
    """
    measured = [[text_width(text) for text in column] for column in columns]
    widths = [
        max((_longest_word(text) for text in column), default=1.0)
        if wrap
        else max(sizes, default=1.0)
        for column, sizes, wrap in zip(columns, measured, wraps, strict=True)
    ]
    limits = [max(sizes, default=1.0) for sizes in measured]
    rows = list(zip(*measured, strict=True))
    spare = room - sum(widths)
    while spare >= _STEP:
        best = _best_step(rows, widths, limits, spare)
        if best is None:
            break
        index, step = best
        widths[index] += step
        spare -= step
    scale = room / sum(widths)
    return tuple(width * scale for width in widths)


def _best_step(
    rows: Sequence[tuple[float, ...]],
    widths: Sequence[float],
    limits: Sequence[float],
    spare: float,
) -> tuple[int, float] | None:
    """The column to widen and by how much: the most lines saved for each ch given."""
    broken = [(row, _lines(row, widths)) for row in rows]
    broken = [(row, lines) for row, lines in broken if max(lines, default=1) > 1]
    best: tuple[float, int, float] | None = None
    for index, limit in enumerate(limits):
        if widths[index] >= limit:
            continue
        # Only rows that this column alone makes tall get shorter when it is widened.
        gains = [
            (size[index], lines[index], max((*lines[:index], *lines[index + 1 :]), default=1))
            for size, lines in broken
        ]
        gains = [gain for gain in gains if gain[1] > gain[2]]
        for factor in (1, 2, 4, 8, 16):
            step = factor * _STEP
            if step > spare or not gains:
                break
            width = widths[index] + step
            saved = sum(
                before - max(others, _lines_of(size, width)) for size, before, others in gains
            )
            if saved and (best is None or saved / step > best[0]):
                best = (saved / step, index, step)
            if width >= limit:
                break
    return (best[1], best[2]) if best else None


def _lines(row: Sequence[float], widths: Sequence[float]) -> tuple[int, ...]:
    return tuple(_lines_of(size, width) for size, width in zip(row, widths, strict=True))


def _lines_of(size: float, width: float) -> int:
    return 1 if size <= width else math.ceil(size / max(1.0, width - _RAGGED))


def _longest_word(text: str) -> float:
    return max((text_width(word) for word in _WORD.findall(text)), default=1.0)
