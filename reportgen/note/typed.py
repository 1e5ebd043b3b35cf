"""Numbers typed into text that will be printed: refused before anything is rendered.

In prose a number stands as [[figure]], so that it has a passport and both languages
agree on it. Names (H100, row ids) and dates may have digits. Elsewhere the value
belongs in the row's value columns and the words in its quote.
"""

from __future__ import annotations

import re

from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.note.brackets import Misbracketed, misbracketed
from reportgen.note.marking import NAME_COLUMNS, known_names, named
from reportgen.note.text import plain
from reportgen.numerals import Numeral, clause_around, measures, numerals
from reportgen.workbook.tables import Row, Workbook

_FIGURE = re.compile(r"\[\[[^\[\]]*\]\]")
_HIDDEN = "\ufffc"
_PROSE = (
    ("Survey", ("claim_zh", "claim_en", "condition", "condition_en")),
    ("Prices", ("condition", "condition_en")),
    ("Demand", ("condition", "condition_en")),
    ("Economics", ("condition", "condition_en")),
    ("Sources", ("role_zh", "role_en", "interest_zh", "interest_en")),
)
_TITLES = ("title_zh", "title_en", "subtitle_zh", "subtitle_en")
_IN_VIEWS = Text(
    "请改用 [[数字名称]]；reportgen figures 列出全部名称。",
    "Use [[figure]] instead; reportgen figures lists all names.",
)
_IN_ROWS = Text(
    "请把数值填在下限、数值、上限列，原话放在“原文”列，这里只写文字。",
    "Put the value into low, value or high and the words into quote; keep the text free of it.",
)
_IN_NAMES = Text(
    "名称不宜带数值；请改名，数值填在相应的列。",
    "A name should not measure anything; rename it and put the value into its column.",
)


def typed_numbers(workbook: Workbook) -> tuple[Issue, ...]:
    """An error for every number typed into a text of `workbook`, which is what gets printed.

    The name of a figure in brackets that are not read is told as that, not by its digits.
    """
    names = known_names(workbook)
    found: list[Issue] = []
    for row in workbook["Views"]:
        found += _bracketed(workbook, row, "text")
        found += _typed(workbook, row, "text", names, _IN_VIEWS)
    for key in _TITLES:
        if key in workbook.note:
            found += _bracketed(workbook, workbook.note[key], "value")
            found += _typed(workbook, workbook.note[key], "value", names, _IN_VIEWS)
    for sheet, columns in _PROSE:
        for row in workbook[sheet]:
            for column in columns:
                found += _typed(workbook, row, column, names, _IN_ROWS)
    for sheet, column in NAME_COLUMNS:
        for row in workbook[sheet]:
            text = row.text(column)
            if measures(text):
                number = next(numerals(text))
                found.append(_issue(workbook, row, column, number, _IN_NAMES))
    return tuple(found)


def _typed(
    workbook: Workbook, row: Row, column: str, names: tuple[str, ...], cure: Text
) -> list[Issue]:
    text = row.text(column)
    if next(numerals(text), None) is None:
        return []
    bare = _FIGURE.sub(lambda figure: _HIDDEN * len(figure[0]), text)
    if cure is _IN_VIEWS:
        for one in misbracketed(text):
            bare = bare[: one.start] + _HIDDEN * (one.end - one.start) + bare[one.end :]
    shown = "".join(
        run.text if run.kind == "text" else _HIDDEN * len(run.text)
        for run in named(plain(bare), names)
    )
    return [_issue(workbook, row, column, number, cure) for number in numerals(shown)]


def _bracketed(workbook: Workbook, row: Row, column: str) -> list[Issue]:
    return [_brackets(workbook, row, column, one) for one in misbracketed(row.text(column))]


def _brackets(workbook: Workbook, row: Row, column: str, name: Misbracketed) -> Issue:
    cell = row.cell(column)
    return Issue(
        "figure-brackets",
        Severity.ERROR,
        Text(
            f"“{name.written}”的括号不对，会原样印出，而不是印出数值。",
            f"{name.written} has the wrong brackets: it would be printed as it stands.",
        ),
        Text(
            f"请写成 {name.meant}：两边各两个半角方括号。",
            f"Write {name.meant}, with two square brackets on each side.",
        ),
        workbook.file,
        cell.sheet if cell else row.sheet,
        cell.cell if cell else "",
        row.id,
    )


def _issue(workbook: Workbook, row: Row, column: str, number: Numeral, cure: Text) -> Issue:
    cell = row.cell(column)
    sentence = clause_around(row.text(column), number.start, number.end)
    return Issue(
        "typed-number",
        Severity.ERROR,
        Text(
            f"文字中直接写了“{number.text}”，读者查不到它的出处：{sentence}",
            f"The text spells out “{number.text}”, whose origin nobody could look up: {sentence}",
        ),
        cure,
        workbook.file,
        cell.sheet if cell else row.sheet,
        cell.cell if cell else "",
        row.id,
    )
