"""Workbooks for tests, written as text tables on the page where they are used."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from reportgen.dates import parse_when
from reportgen.issues import Issue
from reportgen.quantity import CellRef, Quantity, Quoted, significant
from reportgen.units import Rates, normalise, parse_unit
from reportgen.workbook.schema import NOTE_KEYS, SHEETS, ColumnSpec, SheetSpec
from reportgen.workbook.tables import Row, Table, Value, Workbook

_NUMBER_KEYS = {key.key for key in NOTE_KEYS if key.type == "number"}
_BETWEEN_CELLS = re.compile(r"(?:(?<=\s)|^)\|(?=\s|$)")  # [[figure|form]] is not two cells


def book(lang: str = "en", issues: Sequence[Issue] = (), **sheets: str) -> Workbook:
    """A workbook from one text table a sheet: a line of column keys, then a line a row.

    Cells are separated by `|`; blank cells are absent. `unread` may stand as a
    column of its own. Values are read as simply as can be: this is not the reader.
    """
    tables = {spec.key: _table(spec, sheets.get(spec.key, "")) for spec in SHEETS}
    rows = sum(len(table) for table in tables.values())
    settings = {row.text("key"): row for row in tables["Note"]}
    return Workbook("w.xlsx", lang, tables, tuple(issues), rows, rows, 0, settings)


def flat(issues: Sequence[Issue]) -> list[tuple[str, str, str, str]]:
    """Issues as rows to compare: severity, code, sheet, cell."""
    return [(issue.severity.value, issue.code, issue.sheet, issue.cell) for issue in issues]


def _table(spec: SheetSpec, text: str) -> Table:
    lines = [
        [cell.strip() for cell in _BETWEEN_CELLS.split(line)] for line in text.strip().splitlines()
    ]
    if not lines:
        return Table(spec.key, spec.name.en)
    rows = tuple(
        _row(spec, number, lines[0], cells) for number, cells in enumerate(lines[1:], start=2)
    )
    return Table(spec.key, spec.name.en, rows)


def _row(spec: SheetSpec, number: int, keys: list[str], cells: list[str]) -> Row:
    written = {key: cell for key, cell in zip(keys, cells, strict=True) if cell}
    unread = written.pop("unread", "")
    columns = {column.key: column for column in spec.columns}
    values = {key: _value(columns[key], cell) for key, cell in written.items()}
    places = {
        key: CellRef(spec.name.en, f"{get_column_letter(index)}{number}")
        for index, key in enumerate(keys, start=1)
    }
    if spec.key == "Note" and written["key"] in _NUMBER_KEYS:
        values["value"] = float(written["value"])
    if spec.key == "Note" and written["key"] == "date":
        values["value"] = parse_when(written["value"]) or written["value"]
    id_ = written.get("id", f"{spec.key}-{number}")
    return Row(spec.key, id_, number, values, places, _quantity(written, places), unread)


def _value(column: ColumnSpec, text: str) -> Value:
    if column.type == "date":
        return parse_when(text) or text
    if column.type in ("number", "low", "point", "high"):
        return float(text)
    if column.key in ("interested", "restricted"):
        return text == "yes"
    return text


def _quantity(written: dict[str, str], places: dict[str, CellRef]) -> Quantity | None:
    ends = [float(written[key]) if key in written else None for key in ("low", "point", "high")]
    unit = parse_unit(written.get("unit", ""))
    if unit is None or ends == [None, None, None]:
        return None
    conversion = normalise(unit, Rates(7.0))
    low, point, high = (None if end is None else end * conversion.factor for end in ends)
    if point is not None and low is None and high is None:
        low = high = point
    shown = "–".join(written[key] for key in ("low", "point", "high") if key in written)
    assumed = written.get("kind") == "assumption"
    date = written.get("date") or written.get("as_of") or written.get("period") or ""
    lineage = Quoted(
        written.get("id", ""), tuple(places.values()), shown,
        source_id=written.get("source", ""), as_of=parse_when(date),
        quote=written.get("quote", ""), confidence=written.get("confidence", ""),
        kind="assumption" if assumed else "quoted", steps=conversion.steps,
    )  # fmt: skip
    written_ends = [written[key] for key in ("low", "point", "high") if key in written]
    decimals = max(len(end.partition(".")[2]) for end in written_ends)
    digits = min(significant(float(end), decimals) for end in written_ends)
    return Quantity(conversion.unit, low, point, high, lineage, digits, decimals)
