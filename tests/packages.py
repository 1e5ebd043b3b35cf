"""Workbook packages made by hand, sound ones and archives that lie about themselves."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet3.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
MIB = 1024 * 1024

NOTE_ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>key</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>value</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>title_zh</t></is></c>'
    '<c r="B2" t="inlineStr"><is><t>标题</t></is></c></row>'
    '<row r="3"><c r="A3" t="inlineStr"><is><t>date</t></is></c>'
    '<c r="B3" t="inlineStr"><is><t>2026-05-28</t></is></c></row>'
)
SOURCE_ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>kind</t></is></c>'
    '<c r="C1" t="inlineStr"><is><t>date</t></is></c>'
    '<c r="D1" t="inlineStr"><is><t>publish</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>S1</t></is></c>'
    '<c r="B2" t="inlineStr"><is><t>broker</t></is></c>'
    '<c r="C2" t="inlineStr"><is><t>2026-05-28</t></is></c>'
    '<c r="D2" t="inlineStr"><is><t>yes</t></is></c></row>'
)
HEADINGS = ("date", "model", "point", "unit", "source")
GOOD: tuple[str | float, ...] = ("2026-05-28", "H100", 6.75, "万元/台/月", "S1")


def cell(address: str, value: str | float) -> str:
    """A cell as Excel writes it, its text inside."""
    if isinstance(value, str):
        return f'<c r="{address}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{address}"><v>{value}</v></c>'


def line(row: int, values: tuple[str | float, ...]) -> str:
    """A row of such cells."""
    cells = "".join(cell(f"{chr(65 + n)}{row}", value) for n, value in enumerate(values))
    return f'<row r="{row}">{cells}</row>'


def price_rows(more: str = "", good: int = 1) -> str:
    """The rows of a Prices sheet, and whatever comes below them."""
    rows = [line(1, HEADINGS)]
    rows.extend(line(row, GOOD) for row in range(2, 2 + good))
    return "".join(rows) + more


def sheet(rows: str, after: str = "", before: str = "") -> str:
    """A sheet's XML."""
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def parts(prices: str | None = None, sheets: int = 3) -> dict[str, bytes]:
    """The parts of a sound workbook; `prices` replaces the XML of its Prices sheet."""
    names = ["Note", "Sources", "Prices", *(f"More{n}" for n in range(4, sheets + 1))]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1)
    )
    linked = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    made = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/'
        '2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">{linked}'
        f'<Relationship Id="s" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet(NOTE_ROWS),
        "xl/worksheets/sheet2.xml": sheet(SOURCE_ROWS),
        SHEET: prices or sheet(price_rows()),
        STRINGS: f'{HEAD}<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>H100</t></si></sst>',
        STYLES: f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="2"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{n}.xml": sheet(line(1, ("x",))) for n in range(4, sheets + 1)},
    }
    return {name: text.encode() for name, text in made.items()}


def pack(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the parts as a package."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The package of those parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


# ---- archives made by hand ------------------------------------------------------------------


class Entry(NamedTuple):
    """An entry as the archive tells it, which need not be so."""

    name: str
    data: bytes
    size: int
    checksum: int
    offset: int


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def repeated(block: bytes, times: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A block so many times over, deflated. It is packed once, which is what makes it quick."""

    def flushed(data: bytes, level: int = 6) -> bytes:
        packer = zlib.compressobj(level, zlib.DEFLATED, -15)
        return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)

    return flushed(before) + flushed(block) * times + deflated(after)


def local(name: str, data: bytes, size: int, checksum: int) -> bytes:
    """An entry's own header and its deflated data."""
    shown = name.encode()
    return (
        struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0x800, 8, 0, 33, checksum, len(data), size,
                    len(shown), 0)
        + shown + data
    )  # fmt: skip


def directory(entries: list[Entry], start: int) -> bytes:
    """The directory of an archive and the record of its end."""
    listed = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0x800, 8, 0, 33, one.checksum,
                    len(one.data), one.size, len(one.name.encode()), 0, 0, 0, 0, 0, one.offset)
        + one.name.encode()
        for one in entries
    )  # fmt: skip
    count = min(len(entries), 0xFFFF)
    return listed + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(listed), start, 0
    )


def archive(entries: list[tuple[str, bytes, int, int]]) -> bytes:
    """An archive of deflated entries that claim the given sizes and checksums."""
    body = b""
    told = []
    for name, data, size, checksum in entries:
        told.append(Entry(name, data, size, checksum, len(body)))
        body += local(name, data, size, checksum)
    return body + directory(told, len(body))


def honest(files: Mapping[str, bytes]) -> list[tuple[str, bytes, int, int]]:
    """Entries that say the truth."""
    return [(name, deflated(data), len(data), zlib.crc32(data)) for name, data in files.items()]
