"""Write plain tables as .xlsx: numbers as numbers, text as text, nothing hidden, no formulas.

Written by hand rather than through openpyxl, which is slow to load and stamps the
clock; equal tables give equal bytes where zlib is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from reportgen.workbook.canonical import package

Cell = str | float | int | None

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NAME_LIMIT = 31
_TEXT_LIMIT = 32_767
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_STYLES = ("body", "title", "heading", "quoted")
_BODY, _TITLE, _HEADING, _QUOTED = range(len(_STYLES))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with lines of text above it. Widths are in characters, one a column."""

    name: str
    above: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...] = ()


def sheet_name(wanted: str, taken: Iterable[str] = ()) -> str:
    """A name that Excel accepts and that is not taken, as close to the wanted one as can be."""
    known = {name.casefold() for name in taken}
    base = _UNNAMEABLE.sub("-", _UNWRITABLE.sub("", wanted)).strip("' ") or "-"
    name, number = base[:_NAME_LIMIT], 1
    while name.casefold() in known:
        number += 1
        name = f"{base[: _NAME_LIMIT - len(str(number)) - 1]}~{number}"
    return name


def plain_workbook(sheets: Sequence[Sheet], author: str = "reportgen") -> bytes:
    """The sheets as an .xlsx file, the first of them open."""
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
            (f"{_RELATIONS}/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _properties(author),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            *((f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in _numbers(sheets)),
            (f"{_OFFICE}/styles", "styles.xml"),
        ),
        "xl/styles.xml": _styles(),
    }
    for number, sheet in zip(_numbers(sheets), sheets, strict=True):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(sheet, first=number == 1)
    encoded = {name: (_HEAD + body).encode() for name, body in parts.items()}
    return package(encoded, compressed=True)


def _numbers(sheets: Sequence[Sheet]) -> range:
    return range(1, len(sheets) + 1)


def _content_types(count: int) -> str:
    overrides = [
        ("/xl/workbook.xml", f"{_TYPES}.sheet.main+xml"),
        ("/xl/styles.xml", f"{_TYPES}.styles+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        *((f"/xl/worksheets/sheet{n}.xml", f"{_TYPES}.worksheet+xml") for n in range(1, count + 1)),
    ]
    listed = "".join(f'<Override PartName="{p}" ContentType="{kind}"/>' for p, kind in overrides)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'


def _properties(author: str) -> str:
    return (
        "<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>{xml_text(author)}</dc:creator></cp:coreProperties>"
    )


def _book(sheets: Sequence[Sheet]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in zip(_numbers(sheets), sheets, strict=True)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'


def _styles() -> str:
    """Body, title, heading, and text that would be a formula if somebody edited it."""
    font = '<sz val="10"/><name val="Arial"/>'
    return (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="3"><font>{font}</font>'
        f'<font><b/><sz val="12"/><name val="Arial"/></font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        '<border><left/><right/><top/><bottom style="thin"><color rgb="FF1F3A5F"/></bottom>'
        "<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '</cellStyleXfs><cellXfs count="4">'
        f"{_style(0, 0)}{_style(1, 0)}{_style(2, 1, wrap=True)}{_style(0, 0, quoted=True)}"
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
        "</cellStyles></styleSheet>"
    )


def _style(font: int, border: int, *, wrap: bool = False, quoted: bool = False) -> str:
    prefix = ' quotePrefix="1"' if quoted else ""
    aligned = f'<alignment vertical="top"{" wrapText=" + chr(34) + "1" + chr(34) if wrap else ""}/>'
    return (
        f'<xf numFmtId="0" fontId="{font}" fillId="0" borderId="{border}" xfId="0" applyFont="1" '
        f'applyBorder="1" applyAlignment="1"{prefix}>{aligned}</xf>'
    )


def _sheet(sheet: Sheet, *, first: bool) -> str:
    head = len(sheet.above) + 1
    lines: list[tuple[int, Sequence[Cell]]] = [(_TITLE, (line,)) for line in sheet.above]
    lines.append((_HEADING, sheet.columns))
    lines += ((_BODY, row) for row in sheet.rows)
    body = "".join(_row(number, style, row) for number, (style, row) in enumerate(lines, start=1))
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{width:g}" customWidth="1"/>'
        for place, width in enumerate(sheet.widths, start=1)
    )
    selected = ' tabSelected="1"' if first else ""
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView showGridLines="0"{selected} '
        f'workbookViewId="0"><pane ySplit="{head}" topLeftCell="A{head + 1}" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"{f'<cols>{widths}</cols>' if widths else ''}<sheetData>{body}</sheetData></worksheet>"
    )


def _row(number: int, style: int, cells: Sequence[Cell]) -> str:
    return f'<row r="{number}">{"".join(_cells(number, style, cells))}</row>'


def _cells(number: int, style: int, cells: Sequence[Cell]) -> Iterator[str]:
    for place, value in enumerate(cells):
        if value is None or value == "":
            continue
        address = f'r="{_letters(place)}{number}"'
        if isinstance(value, str):
            kept = _QUOTED if value.startswith(_FORMULA_STARTS) and style == _BODY else style
            yield (
                f'<c {address} s="{kept}" t="inlineStr"><is>'
                f'<t xml:space="preserve">{xml_text(value[:_TEXT_LIMIT])}</t></is></c>'
            )
        else:
            yield f'<c {address} s="{style}"><v>{value!r}</v></c>'


def _letters(place: int) -> str:
    """The name of a column: A, B … Z, AA."""
    name = ""
    while place >= 0:
        name = chr(ord("A") + place % 26) + name
        place = place // 26 - 1
    return name


def xml_text(text: str) -> str:
    """A text as a cell holds it, without the characters that XML cannot hold.

    Excel reads _x0041_ as a letter's number, so that one somebody wrote is marked as text.
    """
    return escape(_NUMBERED.sub("_x005F_", _UNWRITABLE.sub("", text)), {"\r": "&#13;"})
