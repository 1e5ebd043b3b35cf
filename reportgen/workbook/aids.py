"""What helps an analyst while she types: messages, formats, colours of what is missing.

The writer makes the plain workbook; these are added to one that is to be filled in.
Colours come from rules, so that they go away with what they speak of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl import Workbook as ExcelBook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.language import Lang, Text
from reportgen.workbook.examples import MARK
from reportgen.workbook.schema import NOTE, NOTE_KEYS, ColumnSpec, SheetSpec
from reportgen.workbook.writer import NEEDED, PROMPT_LIMIT, SPARE_ROWS

MISSING_COLOUR = "F9D3CE"
EXAMPLE_COLOUR = "6A5A94"
RENEW_COLOUR = "FFE08A"
HISTORY_COLOUR = "6B7280"
_MISSING_LINE = "9E2B25"

_TITLE_LIMIT = 32
_ENDS = ("low", "point", "high")
_ANY_DATE = ("date", "as_of", "period")  # columns where a month or a phrase may stand
_HOW: dict[str, Text] = {
    "date": Text(
        "写法：2026-05-28、2026-05、2026-02-17前。",
        "Write 2026-05-28, 2026-05 or before 2026-02-17.",
    ),
    "point": Text(
        "6-7 之类会被 Excel 改成日期，请写 6~7 或 6至7。",
        "Excel turns 6-7 into a date: write 6~7 or 6 to 7.",
    ),
    "source": Text("可从下拉列表选取。", "Choose it from the list."),
}


def add_aids(book: ExcelBook, specs: Iterable[SheetSpec], lang: Lang) -> None:
    """Add messages, formats for what is typed next, and the colours of missing cells."""
    for spec in specs:
        sheet = book[spec.name[lang]]
        if spec is NOTE:
            _mark_blank_settings(sheet)
            continue
        last = max(2, sheet.max_row) + SPARE_ROWS
        letters = {c.key: get_column_letter(n) for n, c in enumerate(spec.columns, start=1)}
        for column in spec.columns:
            _add_message(sheet, column, letters[column.key], last, lang)
            if column.type == "date" and column.key in _ANY_DATE:
                # Excel would turn the month 2026-05 into its first day without a word
                sheet.column_dimensions[letters[column.key]].number_format = "@"
        _mark_missing(sheet, spec, letters, last)
        _mark_examples(sheet, spec, last)


def _add_message(sheet: Worksheet, column: ColumnSpec, letter: str, last: int, lang: Lang) -> None:
    """The column's help beside each cell of it, on top of its list where it has one."""
    if not column.help[lang]:
        return
    how = _HOW.get(column.type)
    if column.type == "date" and column.key not in _ANY_DATE:
        how = None
    gap = "" if lang == "zh" else " "
    parts = [column.help[lang], how[lang] if how else ""]
    message = (NEEDED[lang] if column.needed else "") + gap.join(part for part in parts if part)
    cells = f"{letter}2:{letter}{last}"
    validation = next((v for v in _validations(sheet) if str(v.sqref) == cells), None)
    if validation is None:
        validation = DataValidation(showErrorMessage=False)
        validation.add(cells)
        sheet.add_data_validation(validation)
    validation.showInputMessage = True
    validation.promptTitle = column.heading[lang][:_TITLE_LIMIT]
    validation.prompt = message[:PROMPT_LIMIT]


def _validations(sheet: Worksheet) -> Sequence[DataValidation]:
    return list(sheet.data_validations.dataValidation)


def _mark_missing(sheet: Worksheet, spec: SheetSpec, letters: dict[str, str], last: int) -> None:
    """Colour the needed cells that are blank, in rows where something else is typed."""
    end = get_column_letter(len(spec.columns))
    typed = f"COUNTA($A2:${end}2)>0"
    for column in spec.columns:
        if column.needed:
            letter = letters[column.key]
            _add_rule(sheet, letter, last, f"AND({typed},LEN(TRIM({letter}2))=0)", _missing())
    if not spec.measured:
        return
    ends, unit = (f"COUNTA(${letters['low']}2:${letters['high']}2)", letters["unit"])
    if spec.column("unit").needed:
        _add_rule(sheet, letters["point"], last, f"AND({typed},{ends}=0)", _missing())
    else:
        _add_rule(sheet, unit, last, f"AND({ends}>0,LEN(TRIM({unit}2))=0)", _missing())


def _mark_blank_settings(sheet: Worksheet) -> None:
    for number, setting in enumerate(NOTE_KEYS, start=2):
        if setting.needed:
            rule = Rule("expression", dxf=_missing(), formula=[f"LEN(TRIM(B{number}))=0"])
            sheet.conditional_formatting.add(f"B{number}", rule)


def _mark_examples(sheet: Worksheet, spec: SheetSpec, last: int) -> None:
    """Set the rows that `new` made up in another hand until they are the analyst's own."""
    end = get_column_letter(len(spec.columns))
    style = DifferentialStyle(font=Font(italic=True, color=EXAMPLE_COLOUR))
    found = "+".join(f'COUNTIF($A2:${end}2,"*{mark}*")' for mark in (MARK.zh, MARK.en))
    rule = Rule("expression", dxf=style, formula=[f"({found})>0"])
    sheet.conditional_formatting.add(f"A2:{end}{last}", rule)


def _missing() -> DifferentialStyle:
    line = Side("thin", color=_MISSING_LINE)
    return DifferentialStyle(
        fill=PatternFill("solid", bgColor=MISSING_COLOUR),
        border=Border(left=line, right=line, top=line, bottom=line),
    )


def mark_until_changed(sheet: Worksheet, cell: str, formula: str) -> None:
    """Colour a cell for as long as the formula holds: it says that nobody has renewed it."""
    style = DifferentialStyle(fill=PatternFill("solid", bgColor=RENEW_COLOUR))
    sheet.conditional_formatting.add(cell, Rule("expression", dxf=style, formula=[formula]))


def _add_rule(
    sheet: Worksheet, letter: str, last: int, formula: str, style: DifferentialStyle
) -> None:
    rule = Rule("expression", dxf=style, formula=[formula])
    sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)
