"""The formulas of a workbook, which the door passes over: it reads their saved values.

Two things want them: the next issue, which keeps a formula where it may, and the remark
that a value comes out of another file. The file has passed the door before; it is guarded
here once more, since it may have been saved in between.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from reportgen.workbook.addresses import Place, parse_address
from reportgen.workbook.parts import Attributes, Walk, book, relations
from reportgen.workbook.zip_guard import MIB, Package, RefusedError, open_file

_ROOT = "_rels/.rels"
_SMALL = MIB
_FORMULA_TAG = re.compile(rb"<(?:\w+:)?f[ />]")
LONGEST = 8_192
"""Characters of a formula; Excel takes no more."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its equals sign, as it reads in the cell `origin`.

    Cells that share a formula have one origin. `whole` is False for a formula that stands
    for several cells at once, an array or a data table, so that it cannot be understood from
    its cell alone.
    """

    text: str
    origin: Place
    whole: bool = True


Formulas = Mapping[str, Mapping[Place, Formula]]
"""Formulas by the sheet's name and the cell's place; sheets without any are absent."""
Take = Callable[[str, Place, Formula], None]
"""Is told of each formula: the sheet's name, the cell's place, what it reads."""


def read_formulas(path: Path, most: int | None = None) -> Formulas:
    """Every formula of a workbook. Raises RefusedError, as the door would, also past the `most`."""
    found: dict[str, dict[Place, Formula]] = {}
    count = 0

    def take(sheet: str, place: Place, formula: Formula) -> None:
        nonlocal count
        count += 1
        if most is not None and count > most:
            raise RefusedError("reading-too-large")
        found.setdefault(sheet, {})[place] = formula

    with opened(path) as package:
        package.measure()
        walk_formulas(package, take)
    return found


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """A workbook's package. What is wrong with it raises RefusedError, here and in the body."""
    with open_file(str(path)) as stream:
        try:
            yield Package(stream)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise RefusedError("damaged-file") from None
        except OSError as failure:
            raise RefusedError("file-unreadable", path.name, failure.strerror or "") from None


class SheetPart(NamedTuple):
    """A sheet of cells: its name and the part that holds it."""

    name: str
    part: str


def sheet_parts(package: Package) -> list[SheetPart]:
    """The sheets of cells in the book's order. Raises RefusedError."""
    main, targets = main_part(package)
    if main not in package:
        raise RefusedError("part-missing", main)
    found: list[SheetPart] = []
    for entry in book(package, main)[1]:
        kind, part = targets.get(entry.relation, ("", ""))
        if kind == "worksheet" and part in package:
            found.append(SheetPart(entry.name, part))
    return found


def walk_formulas(package: Package, take: Take, parts: Collection[str] | None = None) -> None:
    """Tell `take` of every formula, sheet by sheet, or of those in `parts`. Raises RefusedError."""
    for sheet in sheet_parts(package):
        if has_formulas(package.chunks(sheet.part)) if parts is None else sheet.part in parts:
            _Sheet(sheet.name, sheet.part, take).run(package.chunks(sheet.part))


def main_part(package: Package) -> tuple[str, dict[str, tuple[str, str]]]:
    """The part with the list of sheets, and what it leads to by relation id."""
    part = _book_part(package)
    return part, relations(package, _relations_of(part), posixpath.dirname(part))


def _book_part(package: Package) -> str:
    main = [target for kind, target in relations(package, _ROOT, "").values()
            if kind == "officeDocument"]  # fmt: skip
    return main[0] if main else "xl/workbook.xml"


def _relations_of(part: str) -> str:
    folder, file = posixpath.split(part)
    return f"{folder}/_rels/{file}.rels".lstrip("/")


def sheet_of(path: Path, part: str) -> str:
    """The name of the sheet that a part holds; empty where it holds none or the book is damaged.

    For files that the door has refused: it reads two small parts, and no more than a little
    of those.
    """
    try:
        with opened(path) as package:
            if _is_large(package, _ROOT):
                return ""
            main = _book_part(package)
            if _is_large(package, main) or _is_large(package, _relations_of(main)):
                return ""
            return next((one.name for one in sheet_parts(package) if one.part == part), "")
    except RefusedError:
        return ""


def _is_large(package: Package, part: str) -> bool:
    return part in package and package.size(part) > _SMALL


def has_formulas(chunks: Iterable[bytes]) -> bool:
    """Whether a sheet's XML has a formula anywhere."""
    last = b""
    for chunk in chunks:
        if _FORMULA_TAG.search(last + chunk):
            return True
        last = chunk[-64:]
    return False


class _Sheet:
    """Finds the formulas of one sheet."""

    def __init__(self, name: str, part: str, take: Take) -> None:
        self._name = name
        self._take = take
        self._walk = Walk(part, self._start, self._end, self._text)
        self._row = self._column = 0
        self._kind = self._shared = ""
        self._pieces: list[str] | None = None
        self._letters = 0
        self._masters: dict[str, Formula] = {}

    def run(self, chunks: Iterable[bytes]) -> None:
        """Read the sheet. Raises RefusedError."""
        self._walk.run(chunks)

    def _start(self, tag: str, attributes: Attributes) -> None:
        match tag:
            case "row":
                number = attributes.get("r", "")
                self._row = int(number) if number.isdecimal() else self._row + 1
                self._column = 0
            case "c":
                place = parse_address(attributes.get("r", ""))
                self._row, self._column = place or (self._row, self._column + 1)
            case "f":
                self._kind, self._shared = attributes.get("t", ""), attributes.get("si", "")
                self._pieces, self._letters = [], 0

    def _text(self, text: str) -> None:
        if self._pieces is not None and self._letters <= LONGEST:  # more is no formula
            self._pieces.append(text)
            self._letters += len(text)

    def _end(self, tag: str) -> None:
        if tag != "f" or self._pieces is None:
            return
        text, self._pieces = "".join(self._pieces).strip(), None
        place = (self._row, self._column)
        whole = self._kind in {"", "normal", "shared"} and 0 < len(text) <= LONGEST
        formula = Formula(text[:LONGEST], place, whole)
        if self._kind == "shared":
            if text:
                self._masters[self._shared] = formula
            else:
                formula = self._masters.get(self._shared, formula)
        self._take(self._name, place, formula)
