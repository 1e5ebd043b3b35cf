"""Makers of hostile and broken workbooks: what arrives by mail, and what somebody may send.

`KINDS` names each kind, with its maker and the code that must be said of it.
Nothing large is kept in the repository: a bomb is made when it is needed.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.packages import (
    GOOD,
    HEAD,
    HEADINGS,
    MAIN,
    MIB,
    OFFICE,
    PACKAGE,
    SHEET,
    STRINGS,
    STYLES,
    Entry,
    archive,
    cell,
    directory,
    honest,
    line,
    local,
    pack,
    packed,
    parts,
    price_rows,
    repeated,
    sheet,
)

STRICT = "http://purl.oclc.org/ooxml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


# ---- bombs ----------------------------------------------------------------------------------


def bomb(path: Path) -> None:
    """Three megabytes that unpack to three gibibytes' worth of blanks: a gibibyte here."""
    data = repeated(b" " * MIB, 1024)
    entries = [*honest(parts()), ("xl/worksheets/bomb.xml", data, 1024 * MIB, 0)]
    path.write_bytes(archive(entries))


def lying_bomb(path: Path) -> None:
    """The same in the sheet itself, and the directory says it is small."""
    files = parts()
    files.pop(SHEET)
    path.write_bytes(archive([*honest(files), (SHEET, repeated(b" " * MIB, 1024), 5000, 0)]))


def many_small_bombs(path: Path) -> None:
    """Parts of 60 MiB each, below what one part may be, ten of them."""
    data = repeated(b" " * MIB, 60)
    checksum = zlib.crc32(b" " * (60 * MIB))
    entries = [(f"xl/worksheets/more{n}.xml", data, 60 * MIB, checksum) for n in range(10)]
    path.write_bytes(archive([*honest(parts()), *entries]))


def string_bomb(path: Path) -> None:
    """A table of texts that unpacks to 700 MiB."""
    files = parts()
    files.pop(STRINGS)
    block = b"".join(b"<si><t>%032d</t></si>" % n for n in range(23_000))
    data = repeated(block, 700, f'<sst xmlns="{MAIN}">'.encode(), b"</sst>")
    path.write_bytes(archive([*honest(files), (STRINGS, data, 700 * MIB, 0)]))


def overlapping(path: Path) -> None:
    """Entries that share bytes: CVE-2024-0450."""
    files = honest(parts())
    body = b""
    told = []
    for name, data, size, checksum in files:
        told.append(Entry(name, data, size, checksum, len(body)))
        body += local(name, data, size, checksum)
    first = told[0]
    inner = local("xl/media/b.bin", first.data, first.size, first.checksum)
    outer = Entry("xl/media/a.bin", inner, len(inner), 0, len(body))
    body += local("xl/media/a.bin", inner, len(inner), 0)
    told.append(outer)
    told.append(Entry("xl/media/b.bin", first.data, first.size, first.checksum,
                      len(body) - len(inner)))  # fmt: skip
    path.write_bytes(body + directory(told, len(body)))


def entry_flood(path: Path) -> None:
    """Sixty thousand empty entries."""
    entries = [(f"xl/{n}", b"\x03\x00", 0, 0) for n in range(60_000)]
    bodies = [local(*entry) for entry in entries]
    told, at = [], 0
    for entry, body in zip(entries, bodies, strict=True):
        told.append(Entry(*entry, at))
        at += len(body)
    path.write_bytes(b"".join(bodies) + directory(told, at))


def large_directory(path: Path) -> None:
    """A directory of 65 MB, of which only the zip64 record tells; the end record says nothing."""
    files = honest(parts())
    body = b"".join(local(*one) for one in files)
    listed = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 6, 0, 65_000, 0,
                    0, 0, 0) + b"m%05d" % n + bytes(65_000)
        for n in range(1000)
    )  # fmt: skip
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1000, 1000, len(listed),
                         len(body))  # fmt: skip
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body) + len(listed), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(body + listed + record + locator + end)


def one_part_for_many_sheets(path: Path) -> None:
    """70 kB, and 900 sheets of 4,000 rows: all of them are one part."""
    files = parts(sheet(price_rows(good=4000)))
    listed = "".join(f'<sheet name="s{n}" sheetId="{n + 9}" r:id="rId3"/>' for n in range(900))
    book = files["xl/workbook.xml"].decode().replace("</sheets>", f"{listed}</sheets>")
    pack(path, {**files, "xl/workbook.xml": book.encode()})


def quoted(name: str) -> Callable[[Path], object]:
    """A package with one more part of that name."""
    return lambda path: path.write_bytes(archive([*honest(parts()), *honest({name: b"<x/>"})]))


def twice(path: Path) -> None:
    """Two sheets under names that differ in case only."""
    path.write_bytes(archive([*honest(parts()), *honest({SHEET.upper(): b"<x/>"})]))


# ---- XML ------------------------------------------------------------------------------------


def changed(**changes: str | bytes) -> Callable[[Path], None]:
    """A sound workbook with parts changed: prices, strings, styles, book, types."""
    names = {"prices": SHEET, "strings": STRINGS, "styles": STYLES, "book": "xl/workbook.xml",
             "relations": "xl/_rels/workbook.xml.rels"}  # fmt: skip

    def make(path: Path) -> None:
        files = parts()
        for key, text in changes.items():
            files[names[key]] = text if isinstance(text, bytes) else text.encode()
        pack(path, files)

    return make


def prices(rows: str, after: str = "", before: str = "") -> Callable[[Path], None]:
    """A workbook with those rows below the first good one."""
    return changed(prices=sheet(price_rows(rows), after, before))


def broken(address: str, xml: str) -> Callable[[Path], None]:
    """A workbook whose row 3 has that XML at that address, and is good otherwise."""
    cells = {f"{chr(65 + n)}3": cell(f"{chr(65 + n)}3", value) for n, value in enumerate(GOOD)}
    cells[address] = xml
    return prices(f'<row r="3">{"".join(cells.values())}</row>')


def laughs(depth: int = 10) -> str:
    """A billion laughs, as a sheet."""
    lines = ['<!ENTITY a0 "ha">']
    lines.extend(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth))
    return f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]>' + sheet(
        price_rows(line(3, (f"&a{depth - 1};",)))
    ).removeprefix(HEAD)


def strict(path: Path) -> None:
    """Strict OOXML, which openpyxl reads as a book without sheets."""
    renamed = {
        name: data.replace(MAIN.encode(), f"{STRICT}/spreadsheetml/main".encode()).replace(
            OFFICE.encode(), f"{STRICT}/officeDocument/relationships".encode()
        )
        for name, data in parts().items()
    }
    pack(path, renamed)


def recoded(encoding: str) -> Callable[[Path], None]:
    """The Prices sheet in another encoding, declared."""

    def make(path: Path) -> None:
        text = sheet(price_rows()).replace("UTF-8", encoding)
        changed(prices=text.encode(encoding))(path)

    return make


def many_sheets(count: int) -> Callable[[Path], None]:
    """A book of so many sheets."""
    return lambda path: pack(path, parts(sheets=count))


def merged(*refs: str) -> Callable[[Path], None]:
    """Merged ranges in the Prices sheet."""
    inside = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    return prices(line(3, GOOD), f"<mergeCells>{inside}</mergeCells>")


def reversed_rows(path: Path) -> None:
    """Rows in falling order."""
    rows = "".join(line(row, GOOD) for row in range(50, 1, -1))
    changed(prices=sheet(line(1, HEADINGS) + rows))(path)


# ---- files ----------------------------------------------------------------------------------


def written(data: bytes) -> Callable[[Path], object]:
    """A file of those bytes."""
    return lambda path: path.write_bytes(data)


def cut(share: float) -> Callable[[Path], None]:
    """A workbook of which only the beginning is there."""

    def make(path: Path) -> None:
        data = packed(parts())
        path.write_bytes(data[: int(len(data) * share)])

    return make


def bad_checksum(path: Path) -> None:
    """A byte of a stored sheet changed after the fact."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, data in parts().items():
            package.writestr(name, data)
    path.write_bytes(stream.getvalue().replace(b"<v>6.75</v>", b"<v>9.75</v>"))


def circle(path: Path) -> None:
    """A link that leads to itself."""
    os.symlink(path.name, path)


def fifo(path: Path) -> None:
    """A pipe, which blocks whoever opens it."""
    os.mkfifo(path)


def device(path: Path) -> None:
    """A link to a device that never ends."""
    os.symlink("/dev/zero", path)


def nothing(path: Path) -> None:
    """No file at all."""


class Kind(NamedTuple):
    """A hostile kind: its maker, the code that must be said, and where; "" is: it is read."""

    make: Callable[[Path], object]
    code: str
    place: str = ""
    name: str = "book.xlsx"


def _text(length: int) -> str:
    return sheet(price_rows(line(3, ("x" * length,))))


def _style(code: str) -> str:
    formats = f'<numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'
    return (
        f'<styleSheet xmlns="{MAIN}">{formats}<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'
    )


_FAR = '<row r="1048576">' + cell("XFD1048576", 1.0) + "</row>"
_TAG = f'<c r="A3" x="{"a" * (4 * MIB)}"><v>1</v></c>'
_XF = '<xf numFmtId="14"/>'
_DEEP = "<x>" * 100_000 + "</x>" * 100_000
_HUGE_COUNT = (
    f'<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295"><si><t>H100</t></si></sst>'
)
_NO_SHEETS = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets/></workbook>'
_CHART_ONLY = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/chartsheet" '
    'Target="chartsheets/sheet1.xml"/></Relationships>'
)
_XINCLUDE = (
    '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
)

KINDS: dict[str, Kind] = {
    # the archive
    "zip bomb": Kind(bomb, "package-too-large"),
    "zip bomb under a false size": Kind(lying_bomb, "part-damaged"),
    "many bombs below the limit": Kind(many_small_bombs, "packed-too-tightly"),
    "table of texts of 700 MiB": Kind(string_bomb, "package-too-large"),
    "overlapping entries": Kind(overlapping, "parts-overlap"),
    "sixty thousand entries": Kind(entry_flood, "too-many-parts"),
    "directory of 65 MB behind a zip64 record": Kind(large_directory, "too-many-parts"),
    "one part for nine hundred sheets": Kind(one_part_for_many_sheets, "part-shared"),
    "one name twice": Kind(twice, "part-twice"),
    "absolute part name": Kind(quoted("/etc/passwd"), "part-name-refused"),
    "part name with dots": Kind(quoted("xl/../../evil.xml"), "part-name-refused"),
    "part name with escape codes": Kind(quoted("/\x1b[31m\x07" + "x" * 5000), "part-name-refused"),
    "part name with a drive": Kind(quoted("C:\\evil.xml"), "part-name-refused"),
    "bad checksum": Kind(bad_checksum, "part-damaged"),
    "cut in the middle": Kind(cut(0.5), "file-incomplete"),
    "cut at the end": Kind(cut(0.99), "file-incomplete"),
    "head alone": Kind(written(b"PK\x03\x04" + bytes(100)), "file-incomplete"),
    "zeros": Kind(written(bytes(4096)), "file-incomplete"),
    "empty": Kind(written(b""), "empty-file"),
    "end record alone": Kind(written(b"PK\x05\x06" + bytes(18)), "other-format"),
    # the XML
    "billion laughs": Kind(changed(prices=laughs()), "dtd-refused"),
    "external entity": Kind(
        changed(strings='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst>&a;</sst>'),
        "dtd-refused",
    ),
    "document type in UTF-16": Kind(
        changed(prices=laughs().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")),
        "dtd-refused",
    ),
    "XInclude": Kind(prices(f'<row r="3">{_XINCLUDE}</row>'), ""),
    "deep nesting": Kind(prices(f'<row r="3">{_DEEP}</row>'), "markup-too-large"),
    "tag of four megabytes": Kind(prices(f'<row r="3">{_TAG}</row>'), "markup-too-large"),
    "text of three million letters": Kind(changed(prices=_text(3_000_000)), "text-too-long", "A3"),
    "row with its number a hundred thousand times": Kind(
        prices("<row " + 'r="3" ' * 100_000 + "><c/></row>"), "xml-damaged"
    ),
    "rows without an end": Kind(prices('<row r="3">' * 100_000), "markup-too-large"),
    "number format of a million brackets": Kind(
        changed(styles=_style("[" * 1_000_000), prices=sheet(price_rows(line(3, GOOD)))), ""
    ),
    "three hundred thousand styles": Kind(
        changed(styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{_XF * 300_000}</cellXfs>'
                "</styleSheet>"),
        "markup-too-large",
    ),
    "three hundred thousand relations": Kind(
        changed(relations=f'<Relationships xmlns="{PACKAGE}">' + "".join(
            f'<Relationship Id="r{n}" Type="x" Target="x"/>' for n in range(300_000))
            + "</Relationships>"),
        "markup-too-large",
    ),
    "four million runs of a shared text": Kind(
        changed(strings=f'<sst xmlns="{MAIN}"><si>{"<r><t></t></r>" * 4_000_000}</si></sst>'),
        "packed-too-tightly",
    ),
    "cut XML": Kind(changed(prices=sheet(price_rows())[:-40]), "xml-damaged"),
    "NUL in the XML": Kind(changed(prices=sheet(price_rows(line(3, ("a\0b",))))), "xml-damaged"),
    "broken UTF-8": Kind(
        changed(prices=sheet(price_rows(line(3, ("@@",)))).encode().replace(b"@@", b"\xff\xfe")),
        "xml-damaged",
    ),
    "unknown encoding": Kind(
        changed(prices=sheet(price_rows()).replace("UTF-8", "klingon")), "xml-damaged"
    ),
    "no XML at all": Kind(changed(prices=b"\x89PNG\r\n"), "xml-damaged"),
    # the sheet
    "stray cell far away": Kind(prices(_FAR), "area-too-large", "XFD1048576"),
    "stray cell far to the right of a tall sheet": Kind(
        prices(f'<row r="3">{cell("XFD3", 1.0)}</row>' + line(1_048_576, GOOD)),
        "area-too-large",
        "XFD3",
    ),
    "cell beyond the grid": Kind(broken("A3", cell("XFE3", 1.0)), "off-the-grid"),
    "row beyond the grid": Kind(prices('<row r="1048577"/>'), "off-the-grid"),
    "row of a billion": Kind(prices(line(999_999_999, GOOD)), "off-the-grid"),
    "text index out of range": Kind(
        broken("B3", '<c r="B3" t="s"><v>999</v></c>'), "damaged-cell", "B3"
    ),
    "text index below zero": Kind(
        broken("B3", '<c r="B3" t="s"><v>-1</v></c>'), "damaged-cell", "B3"
    ),
    "count of texts of four billion": Kind(changed(strings=_HUGE_COUNT), ""),
    "number that is none": Kind(broken("C3", '<c r="C3"><v>six</v></c>'), "damaged-cell", "C3"),
    "infinite number": Kind(broken("C3", '<c r="C3"><v>1e999</v></c>'), "damaged-cell", "C3"),
    "kind that nobody knows": Kind(
        broken("C3", '<c r="C3" t="zz"><v>1</v></c>'), "damaged-cell", "C3"
    ),
    "29 February 1900": Kind(broken("A3", '<c r="A3" s="1"><v>60</v></c>'), "damaged-cell", "A3"),
    "negative date": Kind(broken("A3", '<c r="A3" s="1"><v>-5</v></c>'), "damaged-cell", "A3"),
    "date after the year 9999": Kind(
        broken("A3", '<c r="A3" s="1"><v>2958466</v></c>'), "damaged-cell", "A3"
    ),
    "error cell": Kind(broken("C3", '<c r="C3" t="e"><v>#REF!</v></c>'), "error-cell", "C3"),
    "formula without value": Kind(
        broken("C3", '<c r="C3"><f>1+1</f></c>'), "formula-without-value", "C3"
    ),
    "one cell twice": Kind(
        broken("C3", cell("C3", 6.0) + cell("C3", 7.0)), "damaged-cell", "C3"
    ),
    "whole sheet merged": Kind(merged("A1:XFD1048576"), "merged-header", "A1:XFD1048576"),
    "six thousand merged columns": Kind(
        changed(prices=sheet(price_rows(line(1_048_576, GOOD)), "<mergeCells>" + "".join(
            f'<mergeCell ref="A{n}:A1048576"/>' for n in range(2, 6002)) + "</mergeCells>")),
        "merged-too-much",
    ),
    "two hundred thousand merged pairs": Kind(
        changed(prices=sheet(price_rows(line(1_048_576, GOOD)), "<mergeCells>" + "".join(
            f'<mergeCell ref="A{n}:B{n}"/>' for n in range(2, 200_000)) + "</mergeCells>")),
        "merged-too-much",
    ),
    "rows in falling order": Kind(reversed_rows, ""),
    "five hundred sheets": Kind(many_sheets(500), "unknown-sheet"),
    "nine thousand sheets": Kind(many_sheets(9000), "too-many-sheets"),
    "no sheets": Kind(changed(book=_NO_SHEETS), "no-sheets"),
    "missing sheet part": Kind(
        lambda path: pack(path, {k: v for k, v in parts().items() if k != SHEET}), "part-missing"
    ),
    "charts only": Kind(changed(relations=_CHART_ONLY), "part-missing"),
    "strict OOXML": Kind(strict, ""),
    "sheet in UTF-16": Kind(recoded("UTF-16"), ""),
    "sheet in GB18030": Kind(recoded("GB18030"), "xml-damaged"),
    # other formats and no files
    "password": Kind(
        written(OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le")), "password-protected"
    ),
    "old xls": Kind(written(OLE + bytes(2000)), "other-format"),
    "old doc": Kind(
        written(OLE + bytes(504) + "WordDocument".encode("utf-16-le")), "other-format"
    ),
    "xlsb": Kind(
        lambda path: pack(path, {**parts(), "_rels/.rels": parts()["_rels/.rels"].replace(
            b"workbook.xml", b"workbook.bin")}), "other-format"
    ),
    "ods": Kind(
        lambda path: pack(path, {"mimetype": b"x", "content.xml": b"<x/>"}), "other-format"
    ),
    "docx": Kind(
        lambda path: pack(path, {**parts(), "_rels/.rels": parts()["_rels/.rels"].replace(
            b"xl/workbook.xml", b"word/document.xml")}), "other-format"
    ),
    "csv": Kind(written(b"date,model\n2026,H100\n"), "other-format"),
    "csv in UTF-16": Kind(written("date\tmodel\n".encode("utf-16")), "other-format"),
    "html": Kind(written(b"<html><table><tr><td>1</td></tr></table></html>"), "other-format"),
    "pdf": Kind(written(b"%PDF-1.7\n"), "other-format"),
    "picture": Kind(written(b"\x89PNG\r\n\x1a\n\0\0\0"), "not-a-workbook"),
    "lock file": Kind(written(bytes(165)), "lock-file", name="~$book.xlsx"),
    "no file": Kind(nothing, "file-missing"),
    "folder": Kind(lambda path: path.mkdir(), "not-a-file"),
    "pipe": Kind(fifo, "not-a-file"),
    "device": Kind(device, "not-a-file"),
    "circle of links": Kind(circle, "file-unreadable"),
}  # fmt: skip
