"""What the file's own XML says, read before any library opens the workbook.

calamine gives '' for error cells and for formulas without a saved value, and says
nothing of merged or hidden things. This scan finds them, with their places, and
refuses what is no workbook: another format, an encrypted or a damaged file.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from reportgen.workbook import problems
from reportgen.workbook.addresses import Place, column_number, parse_address
from reportgen.workbook.annotation.marks import SHEET_MARK, is_our_sheet
from reportgen.workbook.problems import Problem

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LARGEST_AREA = 60_000_000  # cells; the reading library allocates the whole used rectangle


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format with fixed decimals: 0.0, #,##0.00, 0%."""

    decimals: int
    percent: bool = False


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What one sheet holds besides plain values, by (row, column) from 1."""

    name: str
    hidden: bool = False
    errors: Mapping[Place, str] = field(default_factory=dict)
    unsaved: frozenset[Place] = frozenset()
    merged: tuple[tuple[Place, Place], ...] = ()
    formats: Mapping[Place, NumberFormat] = field(default_factory=dict)
    last: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan of a file. With a `refusal` nothing else is known and nothing may be read."""

    sheets: tuple[SheetScan, ...] = ()
    date1904: bool = False
    refusal: Problem | None = None
    place: str = ""


class _RefusedError(Exception):
    """The file cannot be read, and why."""

    def __init__(self, problem: Problem, place: str = "") -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.place = place


def scan(path: Path) -> Scan:
    """Scan a workbook file; what is wrong with the file comes back as a refusal."""
    try:
        return _scan(path)
    except _RefusedError as refused:
        return Scan(refusal=refused.problem, place=refused.place)
    except FileNotFoundError:
        return Scan(refusal=problems.file_missing(path.name))
    except OSError:
        return Scan(refusal=problems.file_unreadable(path.name))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return Scan(refusal=problems.damaged_file())
    except (expat.ExpatError, ValueError, KeyError):
        return Scan(refusal=problems.damaged_file())


def _scan(path: Path) -> Scan:
    if path.name.startswith("~$"):
        raise _RefusedError(problems.lock_file(path.name))
    with path.open("rb") as stream:
        _sniff(path, stream)
        with zipfile.ZipFile(stream) as archive:
            return _scan_archive(archive)


def _sniff(path: Path, stream: BinaryIO) -> None:
    """Refuse what does not begin like an .xlsx."""
    head = stream.read(4096)
    if not head:
        raise _RefusedError(problems.empty_file())
    if head.startswith(_OLE):
        rest = head + stream.read()
        if _ENCRYPTED in rest:
            raise _RefusedError(problems.password_protected())
        raise _RefusedError(problems.other_format(".xls"))
    stream.seek(0)
    if head.startswith(b"PK"):
        return
    lowered = head.lower()
    if b"<html" in lowered or b"<table" in lowered:
        raise _RefusedError(problems.other_format("HTML"))
    if b"\0" not in head and (b"," in head or b"\t" in head or b";" in head):
        raise _RefusedError(problems.other_format("CSV"))
    raise _RefusedError(problems.not_a_workbook(path.name))


def _scan_archive(archive: zipfile.ZipFile) -> Scan:
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        kind = "OpenDocument (.ods)" if "content.xml" in names else "zip"
        raise _RefusedError(problems.other_format(kind))
    book = _target(archive, "_rels/.rels", "officeDocument") or "xl/workbook.xml"
    if book.endswith(".bin"):
        raise _RefusedError(problems.other_format(".xlsb"))
    if book not in names or book.startswith(("word/", "ppt/")):
        raise _RefusedError(problems.other_format("Word/PowerPoint" if book in names else "zip"))
    for part in names:
        if "sharedStrings" in part or part.startswith(("docProps/", "_rels/")):
            _refuse_dtd(archive.read(part), part)
    folder, file = posixpath.split(book)
    relations = _relations(archive, f"{folder}/_rels/{file}.rels".lstrip("/"), folder)
    date1904, entries = _book(archive.read(book), book)
    styles = next((target for kind, target in relations.values() if kind == "styles"), "")
    formats = _formats(archive.read(styles), styles) if styles in names else {}
    sheets: list[SheetScan] = []
    for name, relation, hidden in entries:
        kind, part = relations.get(relation, ("", ""))
        if kind != "worksheet":  # chart sheets hold no cells
            continue
        data = archive.read(part)
        _refuse_dtd(data, part)
        sheets.append(_sheet(data, name, hidden, formats, part))
    return Scan(tuple(sheets), date1904)


# ---- the parts of the package --------------------------------------------------------------


def _refuse_dtd(data: bytes, part: str) -> None:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _RefusedError(problems.dtd_refused(part), part)


def _parse(
    data: bytes,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run expat over a part; a document type, where entity attacks live, is refused."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise _RefusedError(problems.dtd_refused(part), part)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.buffer_text = True
        parser.CharacterDataHandler = text
    parser.Parse(data, True)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _relations(archive: zipfile.ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Relation id → (kind, part it leads to)."""
    found: dict[str, tuple[str, str]] = {}
    if part not in archive.namelist():
        return found

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(whole))

    _parse(archive.read(part), part, start)
    return found


def _target(archive: zipfile.ZipFile, part: str, kind: str) -> str:
    relations = _relations(archive, part, "")
    return next((target for found, target in relations.values() if found == kind), "")


def _book(data: bytes, part: str) -> tuple[bool, list[tuple[str, str, bool]]]:
    """Whether dates count from 1904, and (name, relation, hidden) of each sheet but our own."""
    entries: list[tuple[str, str, bool]] = []
    dates: list[bool] = []
    marked: set[str] = set()

    def start(tag: str, attributes: dict[str, str]) -> None:
        match _local(tag):
            case "workbookPr":
                dates.append(attributes.get("date1904", "0") in {"1", "true"})
            case "sheet":
                relation = next(
                    (value for key, value in attributes.items() if key.endswith(":id")), ""
                )
                hidden = attributes.get("state", "visible") != "visible"
                entries.append((attributes.get("name", ""), relation, hidden))
            case "definedName" if attributes.get("name") == SHEET_MARK:
                marked.add(attributes.get("localSheetId", ""))

    _parse(data, part, start)
    theirs = [
        entry
        for number, entry in enumerate(entries)
        if str(number) not in marked or not is_our_sheet(entry[0])
    ]
    return any(dates), theirs


_BUILT_IN = {
    "1": NumberFormat(0), "2": NumberFormat(2), "3": NumberFormat(0), "4": NumberFormat(2),
    "9": NumberFormat(0, percent=True), "10": NumberFormat(2, percent=True),
}  # fmt: skip
_FIXED = re.compile(r"[#0,]*0(?:\.(0+))?(%?)")


def _formats(data: bytes, part: str) -> dict[str, NumberFormat]:
    """Cell style number → its number format, for formats with fixed decimals only."""
    known = dict(_BUILT_IN)
    styles: list[str] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "numFmt":
            if found := _number_format(attributes.get("formatCode", "")):
                known[attributes.get("numFmtId", "")] = found
        elif name == "cellXfs":
            inside.append(name)
        elif name == "xf" and inside:
            styles.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        if _local(tag) == "cellXfs":
            inside.clear()

    _parse(data, part, start, end)
    return {str(n): known[code] for n, code in enumerate(styles) if code in known}


def _number_format(code: str) -> NumberFormat | None:
    """The decimals of a format's first section, quoted text and colours aside."""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code.split(";", maxsplit=1)[0]).strip()
    found = _FIXED.fullmatch(plain)
    return NumberFormat(len(found[1] or ""), found[2] == "%") if found else None


# ---- one sheet ------------------------------------------------------------------------------

_ROW = re.compile(rb'<row r="([0-9]+)"')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?')
_NOT_PLAIN = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b"mergeCell", b":c ")


def _sheet(
    data: bytes, name: str, hidden: bool, formats: Mapping[str, NumberFormat], part: str
) -> SheetScan:
    found = _plain_sheet(data, name, hidden, formats)
    if found is None or _area(found) > _LARGEST_AREA:  # the careful way leaves blank cells out
        found = _any_sheet(data, name, hidden, formats, part)
    if _area(found) > _LARGEST_AREA:
        raise _RefusedError(problems.area_too_large(name, found.last), name)
    return found


def _area(sheet: SheetScan) -> int:
    return sheet.last[0] * sheet.last[1]


def _plain_sheet(
    data: bytes, name: str, hidden: bool, formats: Mapping[str, NumberFormat]
) -> SheetScan | None:
    """The quick way for a large sheet of nothing but values; None when it is not one.

    Walking 2 million cells element by element takes 5 s, these searches 1 s.
    """
    if any(mark in data for mark in _NOT_PLAIN):
        return None
    cells = _CELL.findall(data)
    rows = _ROW.findall(data)
    styles = data.count(b' s="') + data.count(b" s='")
    styled = sum(1 for _, style in cells if style) if styles else 0
    if (
        len(cells) != data.count(b"<c ") + data.count(b"<c>") + data.count(b"<c/>")
        or len(rows) != data.count(b"<row ") + data.count(b"<row>")
        or styled != styles
    ):  # another writer's way of putting it
        return None
    kinds = set(cells)
    if any(style.decode() in formats for _, style in kinds):
        return None
    if not cells or not rows:
        return SheetScan(name, hidden)
    height = max(map(int, rows))
    longer = rb'<c r="[A-Z]{1,3}[0-9]{%d,}"' % (len(str(height)) + 1)
    if re.search(longer, data):  # a cell that claims another row than the one it stands in
        return None
    width = max(column_number(column.decode()) for column, _ in kinds)
    return SheetScan(name, hidden, last=(height, width))


class _SheetWalk:
    """The careful way: every element of a sheet, wherever its attributes stand."""

    def __init__(self, formats: Mapping[str, NumberFormat]) -> None:
        self.styles = formats
        self.errors: dict[Place, str] = {}
        self.unsaved: set[Place] = set()
        self.merged: list[tuple[Place, Place]] = []
        self.formats: dict[Place, NumberFormat] = {}
        self.last = (0, 0)
        self._row = 0
        self._column = 0
        self._type = "n"
        self._formula = False
        self._value = False
        self._text = ""
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self._cell(attributes)
        elif name == "v":
            self._value = self._inside = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            corners = parse_address(first), parse_address(last or first)
            if corners[0] and corners[1] and corners[0] != corners[1]:
                self.merged.append((corners[0], corners[1]))

    def _cell(self, attributes: dict[str, str]) -> None:
        place = parse_address(attributes.get("r", ""))
        self._row, self._column = place or (self._row, self._column + 1)
        self._type = attributes.get("t", "n")
        self._formula = self._value = False
        self._text = ""
        if found := self.styles.get(attributes.get("s", "")):
            self.formats[self._row, self._column] = found

    def text(self, text: str) -> None:
        if self._inside:
            self._text += text

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "v":
            self._inside = False
        elif name == "c":
            place = (self._row, self._column)
            empty_text = self._value and self._type == "str"  # ="" saves an empty text
            if self._type == "e":
                self.errors[place] = self._text.strip() or "#N/A"
            elif self._formula and not self._text and not empty_text:
                self.unsaved.add(place)
            if self._text or self._value or self._formula or self._type == "inlineStr":
                self.last = (max(self.last[0], self._row), max(self.last[1], self._column))


def _any_sheet(
    data: bytes, name: str, hidden: bool, formats: Mapping[str, NumberFormat], part: str
) -> SheetScan:
    walk = _SheetWalk(formats)
    _parse(data, part, walk.start, walk.end, walk.text)
    return SheetScan(
        name,
        hidden,
        walk.errors,
        frozenset(walk.unsaved),
        tuple(walk.merged),
        walk.formats,
        walk.last,
    )
