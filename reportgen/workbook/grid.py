"""Raw cells with their places, as the reading process sent them."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from reportgen.workbook.addresses import Place, address


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format with fixed decimals: 0.0, #,##0.00, 0%."""

    decimals: int
    percent: bool = False


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that holds an Excel error such as #N/A."""

    text: str


@dataclass(frozen=True, slots=True)
class UnsavedFormula:
    """A cell that holds a formula whose result the file does not keep."""


@dataclass(frozen=True, slots=True)
class DamagedCell:
    """A cell that cannot be what it says it is.

    `kind`: a number that is none, a date that no calendar has, a text that is not in
    the file's table of texts, a cell that is there twice, a kind that nobody knows.
    """

    kind: str
    text: str


Raw = (
    int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
    | ErrorCell | UnsavedFormula | DamagedCell
)  # fmt: skip
"""A cell as read; a blank one is ''."""

Run = tuple[int, NumberFormat | None]
"""From that row on (from 1) a column has that format."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, rows and columns from 0. A row ends with its last filled cell.

    `merged` are ranges of places from 1; `last` is the last filled row and column, from 1.
    """

    name: str
    rows: Sequence[Sequence[Raw]]
    hidden: bool = False
    merged: tuple[tuple[Place, Place], ...] = ()
    formats: Mapping[int, Sequence[Run]] = field(default_factory=dict)
    last: Place = (0, 0)
    date1904: bool = False

    def at(self, row: int, column: int) -> Raw:
        """The cell there, '' beyond the edges."""
        if row < len(self.rows):
            line = self.rows[row]
            if column < len(line):
                return line[column]
        return ""

    def place(self, row: int, column: int) -> str:
        """The Excel address of that cell."""
        return address(row + 1, column + 1)

    def format(self, row: int, column: int) -> NumberFormat | None:
        """The cell's number format, if it is one with fixed decimals."""
        runs = self.formats.get(column + 1)
        if not runs:
            return None
        at = bisect_right(runs, row + 1, key=lambda run: run[0]) - 1
        return runs[at][1] if at >= 0 else None

    def formats_from(
        self, row: int, columns: Mapping[str, int]
    ) -> tuple[Mapping[str, NumberFormat], int]:
        """The number formats of a row by its columns' keys, and the row where one changes."""
        found: dict[str, NumberFormat] = {}
        changed = len(self.rows)
        for key, column in columns.items():
            runs = self.formats.get(column + 1, ())
            below = bisect_right(runs, row + 1, key=lambda run: run[0])
            if below and (form := runs[below - 1][1]):
                found[key] = form
            if below < len(runs):
                changed = min(changed, runs[below][0] - 1)
        return found, changed


def is_blank(raw: Raw) -> bool:
    """Whether a cell holds nothing but spaces."""
    return isinstance(raw, str) and not raw.strip()


def filled_rows(grid: Grid) -> int:
    """How many rows hold anything."""
    return sum(any(not is_blank(raw) for raw in row) for row in grid.rows)


# ---- rows kept as they came -----------------------------------------------------------------

_EPOCH_1900 = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_LEAP_BUG = 60  # Excel counts a 29 February 1900, so that days before it are one off
_KEPT = 4


class Rows(Sequence[Sequence[Raw]]):
    """The rows of a sheet, kept as the JSON they came in and taken apart when asked for.

    A million rows of ten cells take 100 MB so, and 600 MB as Python's objects.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._epoch = _EPOCH_1900
        self._starts: list[int] = []
        self._blocks: list[bytes] = []
        self._height = 0
        self._decoded: dict[int, list[list[Raw]]] = {}
        self._dates: dict[float, Raw] = {}
        self._own: dict[str, str] = {}

    def add(self, first: int, count: int, data: bytes) -> None:
        """A block of rows in JSON, its first row counted from 1, below those before it."""
        if first <= self._height:
            raise ValueError("rows must come in order")
        self._starts.append(first - 1)
        self._blocks.append(data)
        self._height = first - 1 + count

    def count_from(self, *, date1904: bool) -> None:
        """Say when the book's dates begin, which is known last."""
        self._epoch = _EPOCH_1904 if date1904 else _EPOCH_1900

    def __len__(self) -> int:
        return self._height

    @overload
    def __getitem__(self, index: int) -> Sequence[Raw]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sequence[Raw]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[Raw] | Sequence[Sequence[Raw]]:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        row = index if index >= 0 else index + self._height
        if not 0 <= row < self._height:
            raise IndexError(index)
        number = bisect_right(self._starts, row) - 1
        if number < 0:
            return ()
        block = self._block(number)
        offset = row - self._starts[number]
        return block[offset] if offset < len(block) else ()

    def __iter__(self) -> Iterator[Sequence[Raw]]:
        row = 0
        for number, start in enumerate(self._starts):
            for _ in range(row, start):  # blank rows between two blocks
                yield ()
            block = self._block(number)
            yield from block
            row = start + len(block)

    def _block(self, number: int) -> list[list[Raw]]:
        block = self._decoded.get(number)
        if block is None:
            while len(self._decoded) >= _KEPT:
                self._decoded.pop(next(iter(self._decoded)))
            lines = json.loads(self._blocks[number], parse_int=float)
            block = self._decoded[number] = [self._line(line) for line in lines]
        return block

    def _line(self, line: list[object]) -> list[Raw]:
        found: list[Raw] = []
        texts = self._texts
        for piece in line:
            if type(piece) is float or type(piece) is bool:
                found.append(piece)
            elif type(piece) is str:
                found.append(self._same(piece[1:]) if piece[0] == "=" else texts[int(piece)])
            elif isinstance(piece, list):
                if piece[0] == 6:
                    found.extend([""] * int(piece[1]))
                else:
                    found.append(self._special(piece))
        return found

    def _same(self, text: str) -> str:
        """One object for equal short texts: sheets repeat themselves."""
        return self._own.setdefault(text, text) if len(text) < 64 else text

    def _special(self, piece: list[object]) -> Raw:
        match piece:
            case [0, float(serial)]:
                found = self._dates.get(serial)
                if found is None:
                    found = self._dates[serial] = self._date(serial)
                return found
            case [1, str(text)]:
                return ErrorCell(text)
            case [2]:
                return UnsavedFormula()
            case [3, float(days)]:
                return dt.timedelta(milliseconds=round(days * 86_400_000))
            case [4, str(text)]:
                return _iso(text)
            case [5, str(kind), str(text)]:
                return DamagedCell(kind, text)
        raise ValueError(f"no cell: {piece}")

    def _date(self, serial: float) -> Raw:
        if 0 < serial < 1:
            return (self._epoch + dt.timedelta(seconds=round(serial * 86_400))).time()
        early = self._epoch is _EPOCH_1900 and serial < _LEAP_BUG
        when = self._epoch + dt.timedelta(days=early, milliseconds=round(serial * 86_400_000))
        return when.date() if serial.is_integer() else when


def _iso(text: str) -> Raw:
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return DamagedCell("date", text)
    return when.date() if when.time() == dt.time() else when.replace(tzinfo=None)
