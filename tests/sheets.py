"""Workbooks made from text tables, so that a test shows its input.

A line `# Name` begins a sheet; the lines below it are rows, cells between bars.
`6.7` is a number, `6.0[0.0]` a number with that format, `@2026-05-28` an Excel
date, `#N/A` an error cell, `=A1` a formula without a saved value, `'6.7` text;
all else is text. A blank line is a blank row.
"""

from __future__ import annotations

import atexit
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell

from reportgen.issues import Issue
from reportgen.workbook.door import Reader
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.schema import sheet
from reportgen.workbook.tables import Row, Workbook

NOTE = """
# Note
key | value
title_zh | 标题
date | @2026-05-28
"""
SOURCES = """
# Sources
id | kind | date | publish
S1 | expert_call | @2026-05-28 | yes
"""
PRICES = """
# Prices
date | model | point | unit | source
@2026-05-28 | H100 | 6.75 | 万元/台/月 | S1
"""

_NUMBER = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(?:\[(.+)\])?")


def make_workbook(
    path: Path, text: str, *, merged: Mapping[str, Sequence[str]] | None = None
) -> Path:
    """Write the sheets of `text` to `path`; `merged` are ranges by sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    page = None
    row = 0
    for line in text.strip().splitlines():
        if line.startswith("# "):
            page = book.create_sheet(line[2:].strip())
            row = 0
            continue
        assert page is not None, "a table needs a line '# Sheet' above it"
        row += 1
        for column, written in enumerate(line.split("|"), start=1):
            cell = page.cell(row, column)
            assert isinstance(cell, Cell)
            _fill(cell, written.strip())
    for name, ranges in (merged or {}).items():
        for where in ranges:
            book[name].merge_cells(where)
    book.save(path)
    return path


def _fill(cell: Cell, written: str) -> None:
    if not written:
        return
    if found := _NUMBER.fullmatch(written):
        cell.value = float(found[1]) if "." in found[1] else int(found[1])
        cell.number_format = found[2] or "General"
    elif written.startswith("@"):
        cell.value = date.fromisoformat(written[1:])
        cell.number_format = "yyyy-mm-dd"
    elif written.startswith("#"):
        cell.value = written
        cell.data_type = "e"
    elif written.startswith("="):
        cell.value = written
    else:
        cell.value = written.removeprefix("'")
        cell.data_type = "s"


def read_text(
    tmp_path: Path, text: str, *, merged: Mapping[str, Sequence[str]] | None = None
) -> Workbook:
    """The workbook of `text`, read; needed sheets that `text` lacks are filled in."""
    for key, filler in (("Note", NOTE), ("Sources", SOURCES), ("Prices", PRICES)):
        if not any(f"# {name}\n" in text for name in (key, sheet(key).name.zh)):
            text = f"{text.rstrip()}\n{filler.strip()}\n"
    return read_workbook(make_workbook(tmp_path / "book.xlsx", text, merged=merged), warm_reader())


@cache
def warm_reader() -> Reader:
    """One reading process for all tests of a run that only want a workbook read."""
    reader = Reader()
    atexit.register(reader.close)
    return reader


def flat(issues: Iterable[Issue]) -> list[tuple[str, str, str, str]]:
    """Issues as rows: severity, code, sheet, cell."""
    return [(str(issue.severity), issue.code, issue.sheet, issue.cell) for issue in issues]


def only_row(workbook: Workbook, sheet: str = "Prices") -> Row:
    """The one row of a table."""
    (row,) = workbook[sheet].rows
    return row
