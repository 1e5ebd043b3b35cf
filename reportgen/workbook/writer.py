"""Write a workbook of our own: headings, drop-downs, formats and help from the schema.

The bytes depend on the rows and the language alone, so that a workbook kept under
version control changes only when its rows do. openpyxl stamps the clock on what it
writes and the machine's zlib decides how it is packed; both are taken out here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from openpyxl import Workbook as ExcelBook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.dates import parse_when
from reportgen.language import Lang, Text
from reportgen.workbook.grid import NumberFormat
from reportgen.workbook.heights import height_for
from reportgen.workbook.packing import packed
from reportgen.workbook.schema import NOTE_KEYS, SHEETS, Choice, ColumnSpec, NoteKey, SheetSpec
from reportgen.workbook.styles import set_style, style_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A number as it stands in another workbook: its value, and its format if that is fixed."""

    number: float
    form: NumberFormat | None = None


Content = str | Kept
RowsBySheet = Mapping[str, Sequence[Mapping[str, Content]]]
"""Rows by sheet key; a row maps column keys to what is written in the cell."""

_STAMP = datetime(2026, 1, 1)  # noqa: DTZ001 - the format stores no zone
SPARE_ROWS = 500
"""Rows below the data that keep their drop-downs and formats."""
_LIST_LIMIT = 255  # Excel's limit for a list written out in a validation
PROMPT_LIMIT = 255
"""Excel's limit for a message shown beside a cell."""
_WRAP_FROM = 24  # columns this wide hold sentences
_GROUPED_FROM = 10_000
_NUMBER = re.compile(r"-?\d+(?:\.(\d+))?")
FORMULA_STARTS = ("=", "+", "-", "@")
"""What a text of a cell may not begin with, or Excel would take it for a formula."""

BRAND = "1F3A5F"
BRAND_LIGHT = "DCE4EE"
HAIRLINE = "C9D1DB"
FONTS: dict[Lang, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
NEEDED = Text("必填。", "Needed. ")
_NOT_LISTED = Text("请从下拉列表中选择。", "Please choose from the list.")
_NEW_WORD = Text(
    "不在列表中。如确为新值，选“是”。", "Not in the list. If it is a new value, choose Yes."
)
_ID_HELP = Text("请填“来源”表中已有的编号。", "Please use an id of the Sources sheet.")
_PAGE = Text("第 &P 页，共 &N 页", "Page &P of &N")


class UnknownNameError(ValueError):
    """Rows were given for a sheet or a column that the schema does not have."""


@dataclass(frozen=True, slots=True)
class _Look:
    """The styles of one workbook."""

    lang: Lang
    body: Font
    heading: Font
    optional: Font

    @classmethod
    def of(cls, lang: Lang) -> _Look:
        name = FONTS[lang]
        return cls(
            lang,
            Font(name=name, size=10),
            Font(name=name, size=10, bold=True, color="FFFFFF"),
            Font(name=name, size=10, bold=True, color=BRAND),
        )


def write_workbook(path: Path, rows_by_sheet: RowsBySheet, lang: Lang) -> None:
    """Write a workbook with every sheet of the schema, filled with the given rows.

    Headings, choices and help are in `lang`. The same rows always give the same
    bytes. Raises UnknownNameError for a sheet or column the schema does not have.
    """
    path.write_bytes(workbook_bytes(rows_by_sheet, lang))


def workbook_bytes(rows_by_sheet: RowsBySheet, lang: Lang) -> bytes:
    """The workbook that `write_workbook` writes, as bytes."""
    return packed(make_book(rows_by_sheet, lang))


def make_book(
    rows_by_sheet: RowsBySheet, lang: Lang, specs: Sequence[SheetSpec] = SHEETS
) -> ExcelBook:
    """The workbook that `write_workbook` writes, before it is packed.

    `specs` may have more columns than the schema's, for what an analyst has added.
    """
    _refuse_unknown("sheet", rows_by_sheet, [spec.key for spec in specs])
    look = _Look.of(lang)
    book = ExcelBook()
    if book.active is not None:
        book.remove(book.active)
    for spec in specs:
        rows = rows_by_sheet.get(spec.key, ())
        for row in rows:
            _refuse_unknown(f"{spec.key} column", row, [column.key for column in spec.columns])
        sheet = book.create_sheet(spec.name[lang])
        _write_sheet(sheet, spec, _note_rows(rows, lang) if spec.key == "Note" else rows, look)
    book.properties = DocumentProperties(
        creator="reportgen", lastModifiedBy="reportgen", created=_STAMP, modified=_STAMP
    )
    return book


def _refuse_unknown(what: str, given: Mapping[str, object], known: list[str]) -> None:
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
            raise UnknownNameError(f"unknown {what} {name}{meant}")


def _note_rows(rows: Sequence[Mapping[str, Content]], lang: Lang) -> list[dict[str, Content]]:
    """Every setting in the schema's order, filled where given, then what we do not know."""
    given = {row["key"]: row for row in rows}
    ours = [setting.key for setting in NOTE_KEYS]
    filled: list[dict[str, Content]] = [
        {
            "key": setting.label[lang],
            "value": given.get(setting.key, {}).get("value", ""),
            "help": setting.help[lang],
        }
        for setting in NOTE_KEYS
    ]
    return filled + [dict(row) for key, row in given.items() if key not in ours]


def _write_sheet(
    sheet: Worksheet, spec: SheetSpec, rows: Sequence[Mapping[str, Content]], look: _Look
) -> None:
    last_row = max(2, len(rows) + 1)
    for index, column in enumerate(spec.columns, start=1):
        _write_heading(_cell(sheet, 1, index), column, look)
        _set_column(sheet, index, column, look)
        style = _style(sheet, index, column, look) if rows else None
        for number, row in enumerate(rows, start=2):
            cell = _cell(sheet, number, index)
            if style is not None:
                set_style(cell, style)
            _write_cell(cell, column, row.get(column.key, ""), look.lang)
        _add_help(sheet, index, column, look.lang)
        _add_list(sheet, index, column, last_row + SPARE_ROWS, look.lang)
    if spec.key == "Note":
        _type_settings(sheet, look)
    _set_heights(sheet, spec)
    _set_page(sheet, spec, last_row, look.lang)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    return cast("Cell", sheet.cell(row, column))  # we merge nothing


def _write_heading(cell: Cell, column: ColumnSpec, look: _Look) -> None:
    cell.value = column.heading[look.lang]
    cell.font = look.heading if column.needed else look.optional
    cell.fill = PatternFill("solid", fgColor=BRAND if column.needed else BRAND_LIGHT)
    usual = _alignment(column)
    cell.alignment = Alignment(
        horizontal=usual.horizontal, vertical="center", wrap_text=True, indent=usual.indent
    )
    cell.border = Border(bottom=Side("thin", color=BRAND))


def _set_column(sheet: Worksheet, index: int, column: ColumnSpec, look: _Look) -> None:
    """Width and the style of cells that are still blank."""
    dimension = sheet.column_dimensions[get_column_letter(index)]
    dimension.width = column.width + 2
    dimension.font = look.body
    dimension.alignment = _alignment(column)
    if column.type == "date":
        dimension.number_format = "yyyy-mm-dd"


def _set_heights(sheet: Worksheet, spec: SheetSpec) -> None:
    wrapped = [(n, c.width) for n, c in enumerate(spec.columns, start=1) if c.width >= _WRAP_FROM]
    for row in range(2, sheet.max_row + 1):
        texts = ((str(sheet.cell(row, n).value or ""), width) for n, width in wrapped)
        sheet.row_dimensions[row].height = height_for(texts)


def _alignment(column: ColumnSpec) -> Alignment:
    right = column.type in ("number", "low", "point", "high")
    return Alignment(
        horizontal="right" if right else "left",
        vertical="top",
        wrap_text=column.width >= _WRAP_FROM,
        indent=int(right),  # else a number touches the words at its right
    )


def _style(sheet: Worksheet, index: int, column: ColumnSpec, look: _Look) -> StyleArray:
    """How the cells of a column look, before what is in them decides on a number format."""
    cell = _cell(sheet, 2, index)
    cell.font = look.body
    cell.alignment = _alignment(column)
    cell.border = Border(bottom=Side("hair", color=HAIRLINE))
    return style_of(cell)


def _write_cell(cell: Cell, column: ColumnSpec, content: Content, lang: Lang) -> None:
    if isinstance(content, Kept):
        _write_kept(cell, content)
    elif column.type == "date":
        _write_date(cell, content)
    elif column.type in ("number", "low", "point", "high"):
        _write_number(cell, content)
    elif column.type == "choice":
        _write_text(cell, _label(column.choices, content, lang))
    else:
        _write_text(cell, content)


def _write_kept(cell: Cell, kept: Kept) -> None:
    cell.value = int(kept.number) if kept.number.is_integer() else kept.number
    if kept.form is not None:
        whole = "#,##0" if abs(kept.number) >= _GROUPED_FROM and not kept.form.percent else "0"
        decimals = f".{'0' * kept.form.decimals}" if kept.form.decimals else ""
        cell.number_format = f"{whole}{decimals}{'%' * kept.form.percent}"


def _write_text(cell: Cell, text: str) -> None:
    text = ILLEGAL_CHARACTERS_RE.sub("", text)  # those that XML cannot hold
    if not text:
        return
    cell.value = text
    cell.data_type = "s"  # "=1+1" is what somebody wrote, not a formula
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True  # and stays so when the cell is edited in Excel


def _write_date(cell: Cell, text: str) -> None:
    when = parse_when(text) if text else None
    if when is not None and when.precision == "day":
        cell.value = when.end
        cell.number_format = "yyyy-mm-dd"
    else:
        _write_text(cell, text)
        cell.number_format = "@" if text else "yyyy-mm-dd"  # Excel would turn 2026-05 into a day


def _write_number(cell: Cell, text: str) -> None:
    found = _NUMBER.fullmatch(text)
    if not found:
        _write_text(cell, text)
        return
    number = Decimal(text)
    cell.value = int(number) if number == int(number) else float(number)
    whole = "#,##0" if abs(number) >= _GROUPED_FROM else "0"
    cell.number_format = f"{whole}.{'0' * len(found[1])}" if found[1] else whole


def _label(choices: Sequence[Choice], text: str, lang: Lang) -> str:
    """The option's label for any of its spellings; other words stay as they are."""
    for choice in choices:
        spellings = (choice.key, choice.label.zh, choice.label.en, *choice.aliases)
        if text.casefold() in {spelling.casefold() for spelling in spellings}:
            return choice.label[lang]
    return text


def _type_settings(sheet: Worksheet, look: _Look) -> None:
    """The Note sheet has one column of values, each with the type of its setting."""
    for number, setting in enumerate(NOTE_KEYS, start=2):
        key, value = _cell(sheet, number, 1), _cell(sheet, number, 2)
        if setting.needed:
            key.font = look.optional
        _type_setting(sheet, value, setting, look.lang)


def _type_setting(sheet: Worksheet, cell: Cell, setting: NoteKey, lang: Lang) -> None:
    text = str(cell.value or "")
    if setting.type == "date":
        cell.value = None
        _write_date(cell, text)
    elif setting.type == "number":
        cell.value = None
        _write_number(cell, text)
        cell.alignment = Alignment(horizontal="left", vertical="top")
    elif setting.type == "choice":
        _write_text(cell, _label(setting.choices, text, lang))
        labels = [choice.label[lang] for choice in setting.choices]
        _validate_list(sheet, f'"{",".join(labels)}"', cell.coordinate, False, _NOT_LISTED[lang])


def _add_help(sheet: Worksheet, index: int, column: ColumnSpec, lang: Lang) -> None:
    """The column's help, shown when its heading is selected."""
    if not column.help[lang]:
        return  # a column of the analyst's own
    prompt = (NEEDED[lang] if column.needed else "") + column.help[lang]
    validation = DataValidation(
        promptTitle=column.heading[lang][:32],
        prompt=prompt[:PROMPT_LIMIT],
        showInputMessage=True,
        showErrorMessage=False,
    )
    validation.add(f"{get_column_letter(index)}1")
    sheet.add_data_validation(validation)


def _add_list(sheet: Worksheet, index: int, column: ColumnSpec, last_row: int, lang: Lang) -> None:
    letter = get_column_letter(index)
    cells = f"{letter}2:{letter}{last_row}"
    if column.type == "source":
        name = next(spec.name[lang] for spec in SHEETS if spec.key == "Sources")
        ids = f"{quote_sheetname(name)}!$A$2:$A${SPARE_ROWS}"
        _validate_list(sheet, ids, cells, False, _ID_HELP[lang])
    elif column.choices:
        listed = ",".join(choice.label[lang] for choice in column.choices)
        if len(listed) > _LIST_LIMIT:
            raise ValueError(f"the choices of {column.key} are too long for a drop-down: {listed}")
        message = _NEW_WORD if column.open else _NOT_LISTED
        _validate_list(sheet, f'"{listed}"', cells, column.open, message[lang])


def _validate_list(sheet: Worksheet, source: str, cells: str, is_open: bool, error: str) -> None:
    validation = DataValidation(
        type="list",
        formula1=source,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning" if is_open else "stop",
        error=error,
    )
    validation.add(cells)
    sheet.add_data_validation(validation)


def _set_page(sheet: Worksheet, spec: SheetSpec, last_row: int, lang: Lang) -> None:
    last = get_column_letter(len(spec.columns))
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "B2" if spec.columns[0].key == "id" else "A2"
    sheet.auto_filter.ref = f"A1:{last}{last_row}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 100
    sheet.sheet_properties.tabColor = BRAND if spec.needed else BRAND_LIGHT
    sheet.print_title_rows = "1:1"
    set_printing(sheet, lang)


def set_printing(sheet: Worksheet, lang: Lang) -> None:
    """A4 across, one page wide, the sheet's name and the page number below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    footer = sheet.oddFooter
    if footer is not None and footer.left is not None and footer.right is not None:
        footer.left.text, footer.right.text = "&A", _PAGE[lang]
