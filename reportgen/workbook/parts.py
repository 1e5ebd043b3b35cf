"""The small parts of a package: relations, the list of sheets, number formats, shared texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat

from reportgen.workbook.zip_guard import MIB, Package, RefusedError

SHEET_MARK = "_reportgen_issues"
"""A hidden defined name that belongs to our own sheet of issues."""
_DEEPEST = 200
_LONGEST_TAG = MIB
LONGEST_TEXT = 100_000
"""Characters of one text. Excel itself stops at 32,767."""
_MOST_SHEETS = 1_000
_MOST_LISTED = 100_000
"""Relations of a part, or cell styles of a book. Excel stops at 65,490 styles."""
_LONGEST_NAME = 255  # Excel stops at 31
_LONGEST_CODE = 500  # of a number format; Excel stops at 255

Attributes = dict[str, str]


class Walk:
    """Runs expat over a part, within limits; what is wrong with its XML names the part."""

    def __init__(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        self._part = part
        self._start = start
        self._end = end
        self._depth = 0
        self._fed = 0
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._down
        parser.EndElementHandler = self._up
        if text:
            parser.CharacterDataHandler = text

    @property
    def line(self) -> int:
        """The line of the part that is being read."""
        return self._parser.CurrentLineNumber

    def run(self, chunks: Iterable[bytes]) -> None:
        """Feed the part. Raises RefusedError."""
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
                self._fed += len(chunk)
                if self._fed - self._parser.CurrentByteIndex > 2 * _LONGEST_TAG:
                    raise RefusedError("markup-too-large", self._part)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise RefusedError("xml-damaged", self._part, error.lineno) from None
        except (ValueError, LookupError):  # an encoding that nobody knows
            raise RefusedError("xml-damaged", self._part, 1) from None

    def _refuse(self, *_: object) -> None:
        raise RefusedError("dtd-refused", self._part)

    def _down(self, tag: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RefusedError("markup-too-large", self._part)
        self._start(tag.rpartition(":")[2], attributes)

    def _up(self, tag: str) -> None:
        self._depth -= 1
        if self._end:
            self._end(tag.rpartition(":")[2])


# ---- relations and the list of sheets -------------------------------------------------------


def relations(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Relation id → (kind, part it leads to)."""
    found: dict[str, tuple[str, str]] = {}
    if part not in package:
        return found

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(whole))
            if len(found) > _MOST_LISTED:
                raise RefusedError("markup-too-large", part)

    Walk(part, start).run(package.chunks(part))
    return found


class SheetEntry(NamedTuple):
    """A sheet as the book lists it. `marked`: it claims to be our own sheet of issues."""

    name: str
    relation: str
    hidden: bool
    marked: bool = False


def book(package: Package, part: str) -> tuple[bool, list[SheetEntry]]:
    """Whether dates count from 1904, and the sheets."""
    entries: list[SheetEntry] = []
    dates: list[bool] = []
    marked: set[str] = set()

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            dates.append(attributes.get("date1904", "0") in {"1", "true"})
        elif tag == "sheet":
            relation = next((v for key, v in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            name = attributes.get("name", "")[:_LONGEST_NAME]
            entries.append(SheetEntry(name, relation, hidden))
        elif tag == "definedName" and attributes.get("name") == SHEET_MARK:
            marked.add(attributes.get("localSheetId", ""))

    Walk(part, start).run(package.chunks(part))
    if len(entries) > _MOST_SHEETS:
        raise RefusedError("too-many-sheets", len(entries), _MOST_SHEETS)
    return any(dates), [
        entry._replace(marked=str(number) in marked) for number, entry in enumerate(entries)
    ]


# ---- number formats -------------------------------------------------------------------------


class Style(NamedTuple):
    """What a cell style says of a number: fixed decimals, per cent, a date or a duration."""

    decimals: int = -1
    percent: bool = False
    date: bool = False
    duration: bool = False


_PLAIN = Style()
_DATE = Style(date=True)
_BUILT_IN = {
    "1": Style(0), "2": Style(2), "3": Style(0), "4": Style(2),
    "9": Style(0, percent=True), "10": Style(2, percent=True),
    "46": Style(duration=True),
    **{str(n): _DATE for n in (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))},
}  # fmt: skip
_FIXED = re.compile(r"[#0,]*0(?:\.(0+))?(%?)")
_ASIDE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def styles(package: Package, part: str) -> list[Style]:
    """What each cell style says of a number, by the style's number."""
    known = dict(_BUILT_IN)
    found: list[Style] = []
    inside = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt":
            known[attributes.get("numFmtId", "")] = style_of(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            found.append(known.get(attributes.get("numFmtId", "0"), _PLAIN))
            if len(found) > _MOST_LISTED:
                raise RefusedError("markup-too-large", part)

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    if part in package:
        Walk(part, start, end).run(package.chunks(part))
    return found


def style_of(code: str) -> Style:
    """A format code's first section, quoted text and colours aside."""
    first = code[:_LONGEST_CODE].split(";", maxsplit=1)[0]
    if _DURATION.search(first):
        return Style(duration=True)
    plain = _ASIDE.sub("", first).strip()
    if fixed := _FIXED.fullmatch(plain):
        return Style(len(fixed[1] or ""), fixed[2] == "%")
    is_date = "general" not in plain.casefold() and re.search("[dmyhs]", plain, re.IGNORECASE)
    return _DATE if is_date else _PLAIN


# ---- texts ----------------------------------------------------------------------------------

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_UNSEEN: dict[int, str | None] = {
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys((0x2028, 0x2029), "\n"),
}


def unescaped(text: str) -> str:
    """A text as it is meant: Excel's own escapes undone (_x000D_ is a carriage return).

    What came in with a paste and no reader sees is left out: control characters, which no
    font has and a terminal may obey. A line or paragraph separator is the end of a line.
    """
    if "_x" in text:
        text = _ESCAPE.sub(_character, text)
    return text if text.isprintable() else text.translate(_UNSEEN)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    printable = code >= 0x20 and not 0xD800 <= code <= 0xDFFF and code < 0xFFFE
    return chr(code) if printable or code in {0x9, 0xA, 0xD} else found[0]


def shared_texts(package: Package, part: str, take: Callable[[list[str]], None]) -> None:
    """Hand the table of texts over in batches; how many it claims to have is not asked."""
    table = _Texts(part)
    walk = Walk(part, table.start, table.end, table.text)

    def chunks() -> Iterator[bytes]:
        for chunk in package.chunks(part):
            yield chunk
            take(table.batch)
            table.batch = []

    walk.run(chunks())
    take(table.batch)


class _Texts:
    """The texts of the table met so far. Readings of characters (rPh) are no text."""

    def __init__(self, part: str) -> None:
        self.batch: list[str] = []
        self._part = part
        self._pieces: list[str] = []
        self._size = 0
        self._inside = False
        self._readings = 0

    def start(self, tag: str, _: Attributes) -> None:
        if tag == "si":
            self._pieces.clear()
            self._size = 0
        elif tag == "t":
            self._inside = True
        elif tag == "rPh":
            self._readings += 1

    def end(self, tag: str) -> None:
        if tag == "si":
            self.batch.append(unescaped("".join(self._pieces)))
        elif tag == "t":
            self._inside = False
        elif tag == "rPh":
            self._readings -= 1

    def text(self, data: str) -> None:
        if self._inside and not self._readings:
            self._size += len(data)
            if self._size > LONGEST_TEXT:
                raise RefusedError("text-too-long", self._part)
            self._pieces.append(data)
