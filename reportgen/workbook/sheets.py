"""One sheet of the contract to its table: header, columns, rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice

from reportgen.workbook import problems
from reportgen.workbook.addresses import range_address
from reportgen.workbook.findings import Findings
from reportgen.workbook.grid import Grid, Raw, is_blank
from reportgen.workbook.headings import Header, column_guess, find_header, meant_by
from reportgen.workbook.measure import Conventions
from reportgen.workbook.rows import RowCells, RowReader
from reportgen.workbook.schema import SheetSpec
from reportgen.workbook.tables import Row
from reportgen.workbook.values import plain_text

ID_LETTERS: Mapping[str, str] = {
    "Note": "N", "Sources": "SRC", "Prices": "P", "Survey": "S", "Demand": "D", "Economics": "E",
    "Scenarios": "C", "Views": "V", "Glossary": "G", "Redactions": "R", "Recipients": "M",
    "Accepted": "A",
}  # fmt: skip
"""What an id that fills itself in begins with; the row's number follows."""

_ENDS = ("low", "point", "high")
_MOST_NAMED = 3  # headings that are not known, named where a needed one lacks


def header_of(grid: Grid, spec: SheetSpec, findings: Findings) -> Header | None:
    """The header of a sheet, with everything that is wrong with it noted."""
    header = find_header(grid, spec)
    if header is None:
        if any(not is_blank(raw) for row in grid.rows for raw in row) or spec.needed:
            findings.add(problems.missing_header(spec), grid.name, grid.place(0, 0))
        return None
    _note_merged(grid, header, findings)
    for key, column in header.duplicates:
        first = grid.place(header.row, header.columns[key])
        heading = spec.column(key).heading
        findings.add(
            problems.duplicate_column(heading, first), grid.name, grid.place(header.row, column)
        )
    unknown = dict(header.unknown)
    for key in _missing(spec, header):
        heading = spec.column(key).heading
        meant = meant_by(heading, key, unknown.items())
        if meant is not None:
            unknown.pop(meant[0])
            where = grid.place(header.row, meant[0])
        else:
            where = range_address((header.row + 1, 1), (header.row + 1, len(grid.rows[header.row])))
        findings.add(
            problems.missing_column(
                heading, [meant[1]] if meant else [], list(unknown.values())[:_MOST_NAMED]
            ),
            grid.name,
            where,
        )
    for column, name in unknown.items():
        guess = column_guess(name, spec, header.columns)
        findings.add(
            problems.unknown_column(name, guess), grid.name, grid.place(header.row, column)
        )
    return header


def _missing(spec: SheetSpec, header: Header) -> list[str]:
    """Needed columns that the sheet lacks; of low, point and high one is enough."""
    missing = [c.key for c in spec.columns if c.needed and c.key not in header.columns]
    needs_value = spec.measured and spec.column("unit").needed
    if needs_value and not any(key in header.columns for key in _ENDS):
        missing.append("point")
    return missing


def _note_merged(grid: Grid, header: Header, findings: Findings) -> None:
    for first, last in grid.merged:
        where = range_address(first, last)
        if first[0] <= header.row + 1 <= last[0] and last[1] > first[1]:
            findings.add(problems.merged_header(where), grid.name, where)
        elif first[0] > header.row + 1:
            findings.add(problems.merged_cells(where), grid.name, where)


def data_rows(grid: Grid, header: Header) -> Iterable[tuple[int, dict[str, Raw], bool]]:
    """(row from 0, its known cells, whether a merged cell from above covers it).

    A row that is blank in every known column is no data.
    """
    covered = {
        row
        for first, last in grid.merged
        if first[0] > header.row + 1
        for row in range(first[0] + 1, min(last[0], len(grid.rows)) + 1)
    }
    columns = tuple(header.columns.items())
    for row, line in enumerate(islice(grid.rows, header.row + 1, None), header.row + 1):
        width = len(line)
        raws = {
            key: raw
            for key, column in columns
            if column < width
            and (raw := line[column]) != ""
            and not (type(raw) is str and raw.isspace())
        }
        if raws:
            yield row, raws, row + 1 in covered


def read_sheet(
    grid: Grid,
    spec: SheetSpec,
    header: Header,
    conventions: Conventions,
    findings: Findings,
    *,
    taken: Callable[[], Collection[str]] = tuple,
) -> list[Row]:
    """The rows of one sheet. Rows with errors are noted and left out.

    `taken` gives the ids in use anywhere in the workbook: none that fills itself in is one
    of them. It is asked only when a row has no id.
    """
    reader = RowReader(spec, conventions, header.columns, date1904=grid.date1904)
    letter = ID_LETTERS.get(spec.key, spec.key[0])
    extra = tuple(header.unknown.items())
    found: list[Row] = []
    formats, changed = grid.formats_from(header.row + 1, header.columns)
    for row, raws, covered in data_rows(grid, header):
        findings.present += 1
        if covered:
            continue
        number = row + 1
        cells = RowCells(grid.name, number, header.columns)
        row_id = plain_text(raws["id"]) if "id" in raws else _free_id(f"{letter}{number}", taken())
        if row >= changed:
            formats, changed = grid.formats_from(row, header.columns)
        more = {  # unknown columns are kept under their own heading
            name: plain_text(raw)
            for column, name in extra
            if not is_blank(raw := grid.at(row, column))
        }
        result = reader.read(
            row_id, number, raws, cells, formats=formats, sheet=grid.name, more=more
        )
        for key, problem in result.problems:
            findings.add(problem, grid.name, cells[key].cell if key in cells else "", row_id)
        if not result.is_sound:
            continue
        findings.read += 1
        found.append(result.row)
    return found


def typed_ids(grid: Grid, spec: SheetSpec) -> set[str]:
    """The ids that the analyst has typed on a sheet."""
    header = find_header(grid, spec)
    if header is None or "id" not in header.columns:
        return set()
    column = header.columns["id"]
    lines = islice(grid.rows, header.row + 1, None)
    return {plain_text(line[column]) for line in lines if column < len(line)}


def _free_id(row_id: str, taken: Collection[str]) -> str:
    while row_id in taken:
        row_id += "x"
    return row_id
