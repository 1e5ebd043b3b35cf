"""A workbook to be filled in: the schema's sheets with examples, aids for typing and a guide."""

from __future__ import annotations

from datetime import date

from reportgen.language import Lang
from reportgen.workbook.aids import add_aids
from reportgen.workbook.examples import example_rows
from reportgen.workbook.guide_sheet import write_guide
from reportgen.workbook.packing import packed
from reportgen.workbook.schema import SHEETS
from reportgen.workbook.writer import make_book


def blank_workbook(lang: Lang, today: date, file: str) -> bytes:
    """A workbook with two example rows a sheet, as bytes; the same day gives the same bytes.

    `today` becomes the note's date, and the examples lie shortly before it. `file` is
    the name under which the guide speaks of the workbook.
    """
    book = make_book(example_rows(lang, today), lang)
    add_aids(book, SHEETS, lang)
    write_guide(book, lang, file)
    return packed(book, compressed=True)
