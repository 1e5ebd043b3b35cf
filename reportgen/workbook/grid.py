"""Raw cells with their places: what calamine reads, mended by what the scan found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from reportgen.workbook.addresses import address
from reportgen.workbook.package import NumberFormat, Scan, SheetScan


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that holds an Excel error such as #N/A."""

    text: str


@dataclass(frozen=True, slots=True)
class UnsavedFormula:
    """A cell that holds a formula whose result the file does not keep."""


Raw = (
    int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
    | ErrorCell | UnsavedFormula
)  # fmt: skip
"""A cell as read; a blank one is ''."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, rows and columns from 0, and its scan."""

    name: str
    rows: list[list[Raw]]
    scan: SheetScan
    date1904: bool = False

    def at(self, row: int, column: int) -> Raw:
        """The cell there, '' beyond the edges."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def place(self, row: int, column: int) -> str:
        """The Excel address of that cell."""
        return address(row + 1, column + 1)

    def format(self, row: int, column: int) -> NumberFormat | None:
        """The cell's number format, if it is one with fixed decimals."""
        return self.scan.formats.get((row + 1, column + 1))


def is_blank(raw: Raw) -> bool:
    """Whether a cell holds nothing but spaces."""
    return isinstance(raw, str) and not raw.strip()


def filled_rows(grid: Grid) -> int:
    """How many rows hold anything."""
    return sum(any(not is_blank(raw) for raw in row) for row in grid.rows)


class ReaderFailedError(Exception):
    """The reading library gave up on a file that had passed the scan."""


def read_grids(path: Path, scan: Scan) -> Iterator[Grid]:
    """The sheets of a scanned file in order. Raises ReaderFailedError."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            for sheet in scan.sheets:
                found = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                rows: list[list[Raw]] = [list(row) for row in found]
                _put(rows, sheet)
                yield Grid(sheet.name, rows, sheet, scan.date1904)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as failure:  # a panic in the library is no Exception
        raise ReaderFailedError(str(failure)) from failure


def _put(rows: list[list[Raw]], sheet: SheetScan) -> None:
    """Put error cells and unsaved formulas where calamine left blanks."""
    found: list[tuple[tuple[int, int], Raw]] = [
        (place, ErrorCell(text)) for place, text in sheet.errors.items()
    ]
    found.extend((place, UnsavedFormula()) for place in sheet.unsaved)
    for (row, column), cell in found:
        while len(rows) < row:
            rows.append([])
        line = rows[row - 1]
        line.extend("" for _ in range(column - len(line)))
        line[column - 1] = cell
