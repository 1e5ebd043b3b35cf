"""A book of openpyxl's as a file: the same bytes for the same contents, whenever and wherever."""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import Workbook as ExcelBook
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import ARC_APP

from reportgen.workbook.canonical import canonical, package

_APP = (
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"><Application>Microsoft Excel</Application></Properties>'
)  # openpyxl would name its own version


def packed(book: ExcelBook, *, compressed: bool = False) -> bytes:
    """The book as a zip that depends on its contents alone.

    XML is made canonical: openpyxl uses lxml where it finds it, and that writes otherwise.
    Compressed it is a tenth of the size, and depends on the machine's zlib too.
    """
    loose = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(loose, "w")).save()
    with zipfile.ZipFile(loose) as parts:
        return package(
            {
                name: canonical(_APP if name == ARC_APP else _uncustomed(parts.read(name)))
                for name in parts.namelist()
            },
            compressed=compressed,
        )


def _uncustomed(part: bytes) -> bytes:
    """Rows whose height is a start, not a wish: they grow when somebody types more."""
    return re.sub(rb'(<row [^>]*?) customHeight="1"', rb"\1", part)
