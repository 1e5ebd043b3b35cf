"""Characters that nobody sees: taken out of texts, and told with their cells.

Some turn the direction of reading, so that a cell shows 8.7 and holds 7.8 ("Trojan Source",
CVE-2021-42574); others have no width and make S1 differ from S1. They come with a paste from
a web page or a chat, seldom with intent. Joiners stay where they join letters of scripts that
need them, and the parts of an emoji.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from reportgen.workbook.addresses import address
from reportgen.workbook.grid import Grid, Raw

_TURNS = "\u061c\u200f\u202a-\u202e\u2066-\u2069"
_NO_WIDTH = (
    "\u00ad\u034f\u180e\u200b\u200e\u2060-\u2065\u206a-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_JOINS = "\u200c\u200d"
_PLAIN = "\x00-\x7f\u3000-\u9fff\uff00-\uffef"  # ASCII, Chinese and its punctuation
_UNSEEN = re.compile(
    f"[{_TURNS}{_NO_WIDTH}]|(?:^|(?<=[{_PLAIN}]))[{_JOINS}]|[{_JOINS}](?=$|[{_PLAIN}])"
)
_TURNING = re.compile(f"[{_TURNS}]")
_IN_BYTES = re.compile(  # their UTF-8; a few harmless neighbours are looked at in vain
    rb"\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]"
    rb"|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]|\xf3\xa0[\x80\x81]"
)


def may_hold_unseen(data: bytes) -> bool:
    """Whether UTF-8 may hold such characters: a quick look, at a gigabyte in two seconds."""
    return _IN_BYTES.search(data) is not None


def seen(text: str) -> str:
    """The text without them."""
    return text if text.isascii() else _UNSEEN.sub("", text)


@dataclass(frozen=True, slots=True)
class Unseen:
    """The cells of one sheet that hold such characters, and which ones, as U+202E.

    `turns`: they turn the direction of reading.
    """

    sheet: str
    cells: tuple[str, ...]
    codes: tuple[str, ...]
    turns: bool


class SeenRows(Sequence[Sequence[Raw]]):
    """The rows of a sheet without such characters, which are taken out as rows are asked for."""

    def __init__(self, rows: Sequence[Sequence[Raw]]) -> None:
        self.raw = rows

    def __len__(self) -> int:
        return len(self.raw)

    @overload
    def __getitem__(self, index: int) -> Sequence[Raw]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sequence[Raw]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[Raw] | Sequence[Sequence[Raw]]:
        if isinstance(index, slice):
            return [_line(row) for row in self.raw[index]]
        return _line(self.raw[index])

    def __iter__(self) -> Iterator[Sequence[Raw]]:
        return map(_line, self.raw)


def _line(row: Sequence[Raw]) -> Sequence[Raw]:
    return [seen(raw) if isinstance(raw, str) else raw for raw in row]


def without_unseen(grid: Grid) -> Grid:
    """The sheet with such characters taken out of its texts."""
    return replace(grid, rows=SeenRows(grid.rows))


def unseen_in(grids: Iterable[Grid]) -> tuple[Unseen, ...]:
    """The cells that hold them, of sheets that `without_unseen` has been through."""
    return tuple(
        one
        for grid in grids
        if isinstance(grid.rows, SeenRows)
        for turns in (True, False)
        for one in _found(grid.name, grid.rows.raw, turns=turns)
    )


def _found(name: str, rows: Sequence[Sequence[Raw]], *, turns: bool) -> Iterator[Unseen]:
    cells: list[str] = []
    codes: dict[str, None] = {}
    for number, row in enumerate(rows, start=1):
        for column, raw in enumerate(row, start=1):
            if isinstance(raw, str) and not raw.isascii() and (found := _UNSEEN.findall(raw)):
                if (_TURNING.search(raw) is not None) != turns:
                    continue
                cells.append(address(number, column))
                codes.update(dict.fromkeys(f"U+{ord(letter):04X}" for letter in found))
    if cells:
        yield Unseen(name, tuple(cells), tuple(codes), turns)
