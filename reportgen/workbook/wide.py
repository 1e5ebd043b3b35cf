"""A pasted wide sheet, dates across and models down, read as price observations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reportgen.dates import parse_when
from reportgen.quantity import CellRef
from reportgen.units import parse_unit
from reportgen.workbook import problems
from reportgen.workbook.findings import Findings
from reportgen.workbook.grid import Grid, Raw, is_blank
from reportgen.workbook.headings import names_of, plain_name
from reportgen.workbook.measure import Conventions
from reportgen.workbook.rows import RowReader
from reportgen.workbook.schema import MODELS, SheetSpec
from reportgen.workbook.tables import Row
from reportgen.workbook.values import plain_text, plain_word

_HEADER_ROWS = 10
_ENOUGH_DATES = 2
_UNIT = re.compile(r"(?:单位|unit)\s*[:：]\s*([^，,；;）)]+)", re.IGNORECASE)
_BRACKETS = re.compile(r"[（(]([^（()）]+)[）)]")
_SOURCE = re.compile(r"(?:来源|source)\s*[:：]\s*([^，,；;）)\s]+)", re.IGNORECASE)

Cell = tuple[int, int]
"""Row and column from 0."""


@dataclass(frozen=True, slots=True)
class WideLayout:
    """Where a wide sheet has what.

    `columns`: key of a Prices column → column. `unit` and `source` stand in a
    title cell when there is no column for them: the text and its cell.
    """

    header: int
    dates: tuple[int, ...]
    columns: Mapping[str, int]
    unit: tuple[str, Cell] | None
    source: tuple[str, Cell] | None


def find_layout(grid: Grid, spec: SheetSpec) -> WideLayout | None:
    """The layout of a wide price sheet; None when the sheet is none."""
    names = {
        name: column.key
        for column in spec.columns
        if column.type not in {"low", "point", "high"}
        for name in names_of(column.key, column.heading)
    }
    for row in range(min(_HEADER_ROWS, len(grid.rows))):
        line = grid.rows[row]
        dates = tuple(column for column, raw in enumerate(line) if _is_date(raw))
        if len(dates) < _ENOUGH_DATES:
            continue
        columns = {
            key: column
            for column, raw in enumerate(line)
            if column not in dates and (key := names.get(plain_name(raw)))
        }
        if "date" in columns:  # an ordinary sheet whose first row of data was mistaken
            return None
        model = columns.get("model", _model_column(grid, row, dates))
        if model is None or not _holds_models(grid, row, model):
            return None
        columns["model"] = model
        return WideLayout(row, dates, columns, *_titles(grid, row))
    return None


def _is_date(raw: Raw) -> bool:
    if isinstance(raw, dt.date):
        return True
    return isinstance(raw, str) and bool(raw.strip()) and parse_when(raw) is not None


def _model_column(grid: Grid, header: int, dates: tuple[int, ...]) -> int | None:
    left = (column for column in range(dates[0]) if _holds_models(grid, header, column))
    return next(left, None)


def _holds_models(grid: Grid, header: int, column: int) -> bool:
    known = {
        plain_word(word)
        for choice in MODELS
        for word in (choice.key, choice.label.zh, choice.label.en, *choice.aliases)
    }
    return any(
        plain_word(plain_text(grid.at(row, column))) in known
        for row in range(header + 1, len(grid.rows))
    )


def _titles(grid: Grid, header: int) -> tuple[tuple[str, Cell] | None, tuple[str, Cell] | None]:
    """Unit and source as stated above the table, in its corner, or alone in a row below it."""
    unit: tuple[str, Cell] | None = None
    source: tuple[str, Cell] | None = None
    for row, line in enumerate(grid.rows):
        filled = [column for column, raw in enumerate(line) if not is_blank(raw)]
        if row > header and len(filled) != 1:
            continue
        for column in filled:
            text = plain_text(line[column])
            if unit is None and (found := _unit_in(text)):
                unit = (found, (row, column))
            if source is None and (match := _SOURCE.search(text)):
                source = (match[1], (row, column))
    return unit, source


def _unit_in(text: str) -> str:
    if found := _UNIT.search(text):
        return found[1].strip()
    return next((part for part in _BRACKETS.findall(text) if parse_unit(part)), "")


def read_wide(
    grid: Grid,
    spec: SheetSpec,
    layout: WideLayout,
    conventions: Conventions,
    findings: Findings,
    *,
    number: int,
) -> list[Row]:
    """The observations of a wide sheet; each filled cell under a date is one.

    `number` tells the wide sheets of a workbook apart in row ids (W1-C5).
    """
    cells = list(_observations(grid, layout))
    findings.present += len(cells)
    corner = grid.place(layout.header, 0)
    findings.add(problems.wide_sheet_read(len(cells)), grid.name, corner)
    complete = True
    if "unit" not in layout.columns and layout.unit is None:
        findings.add(problems.wide_without_unit(), grid.name, corner)
        complete = False
    if "source" not in layout.columns and layout.source is None:
        findings.add(problems.wide_without_source(), grid.name, corner)
        complete = False
    if not complete:
        return []
    present = dict.fromkeys((*layout.columns, "date", "point", "unit", "source"), 0)
    reader = RowReader(spec, conventions, present, date1904=grid.date1904)
    found: list[Row] = []
    for row, column in cells:
        places = _places(layout, row, column)
        raws = {key: raw for key, place in places.items() if not is_blank(raw := grid.at(*place))}
        raws |= {key: text for key, (text, _) in _stated(layout).items()}
        refs = {key: CellRef(grid.name, grid.place(*place)) for key, place in places.items()}
        form = grid.format(row, column)
        result = reader.read(
            f"W{number}-{grid.place(row, column)}", row + 1, raws, refs,
            formats={"point": form} if form else {}, sheet=grid.name,
        )  # fmt: skip
        for key, problem in result.problems:
            place = refs.get(key, refs["point"])
            findings.add(problem, grid.name, place.cell, result.row.id)
        if result.is_sound:
            findings.read += 1
            found.append(result.row)
    return found


def _observations(grid: Grid, layout: WideLayout) -> Iterator[Cell]:
    for row in range(layout.header + 1, len(grid.rows)):
        for column in layout.dates:
            if not is_blank(grid.at(row, column)):
                yield row, column


def _stated(layout: WideLayout) -> dict[str, tuple[str, Cell]]:
    """Unit and source from title cells, where no column has them."""
    titles = {"unit": layout.unit, "source": layout.source}
    return {key: stated for key, stated in titles.items() if stated and key not in layout.columns}


def _places(layout: WideLayout, row: int, column: int) -> dict[str, Cell]:
    places = {key: (row, found) for key, found in layout.columns.items()}
    places |= {key: place for key, (_, place) in _stated(layout).items()}
    return places | {"date": (layout.header, column), "point": (row, column)}
