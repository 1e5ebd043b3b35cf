"""The sample workbook with fewer rows: every sheet and most exhibits, half of the pages."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

MODELS = {"H100", "H200"}


def shortened(sample: Path, path: Path) -> Path:
    """A copy with the prices of two models, no prose, and one claim of the survey.

    For what must hold wherever a text can stand, not for what depends on how many stand there.
    """
    book = openpyxl.load_workbook(sample)
    _keep(book["价格"], "型号", MODELS)
    _keep(book["调研"], "编号", {"F004"})
    _keep(book["观点"], "章节", {"exhibit.rent-table.title"})
    book.save(path)
    return path


def _keep(sheet: Worksheet, heading: str, wanted: set[str]) -> None:
    column = 1 + [cell.value for cell in sheet[1]].index(heading)
    for number in range(sheet.max_row, 1, -1):
        if sheet.cell(number, column).value not in wanted:
            sheet.delete_rows(number)
