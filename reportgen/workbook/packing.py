"""A book of openpyxl's as a file: the same bytes for the same contents, whenever and wherever."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from openpyxl import Workbook as ExcelBook
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_APP

from reportgen.workbook.canonical import canonical, package

_APP = (
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"><Application>Microsoft Excel</Application></Properties>'
)  # openpyxl would name its own version


@dataclass(frozen=True, slots=True)
class CellFormula:
    """A formula without its equals sign; `result` is its value where that is a text."""

    text: str
    result: str | None = None


_NO_FORMULAS: Mapping[str, Mapping[str, CellFormula]] = {}
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)((?: t="\w+")?)>(.*?)</c>')


def packed(
    book: ExcelBook,
    *,
    compressed: bool = False,
    formulas: Mapping[str, Mapping[str, CellFormula]] = _NO_FORMULAS,
) -> bytes:
    """The book as a zip that depends on its contents alone.

    XML is made canonical: openpyxl uses lxml where it finds it, and that writes otherwise.
    Compressed it is a tenth of the size, and depends on the machine's zlib too. `formulas`, by
    the sheet's title and the cell's address, are put in front of the values that the book has
    in their cells: openpyxl itself writes a formula or a value, and no reader but Excel would
    find anything in a formula without one.
    """
    loose = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(loose, "w")).save()
    by_part = {
        f"xl/worksheets/sheet{number}.xml": formulas[page.title]
        for number, page in enumerate(book.worksheets, start=1)
        if formulas.get(page.title)
    }
    with zipfile.ZipFile(loose) as parts:
        whole = {
            name: canonical(_APP if name == ARC_APP else _uncustomed(parts.read(name)))
            for name in parts.namelist()
        }
    for name, cells in by_part.items():
        whole[name] = _with_formulas(whole[name], cells)
    return package(whole, compressed=compressed)


def _with_formulas(part: bytes, formulas: Mapping[str, CellFormula]) -> bytes:
    """A sheet's canonical XML with those formulas in its cells."""

    def cell(found: re.Match[str]) -> str:
        formula = formulas.get(found[1])
        if formula is None:
            return found[0]
        kind, value = found[3], found[4]
        if formula.result is not None:  # not a text of the shared table any more
            kind, value = ' t="str"', f"<v>{escape(formula.result)}</v>"
        return f'<c r="{found[1]}"{found[2]}{kind}><f>{escape(formula.text)}</f>{value}</c>'

    return _CELL.sub(cell, part.decode()).encode()


def _uncustomed(part: bytes) -> bytes:
    """Rows whose height is a start, not a wish: they grow when somebody types more."""
    return re.sub(rb'(<row [^>]*?) customHeight="1"', rb"\1", part)
