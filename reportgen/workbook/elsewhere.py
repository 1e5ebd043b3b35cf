"""Cells whose values come out of another file, as that file was when somebody last updated them.

Nothing is opened or fetched: the workbook keeps the values it saw, and those are read. Which
cells they are is told, since nothing in a saved value says how old it is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from reportgen.workbook.addresses import Place, address
from reportgen.workbook.formula_cells import (
    LONGEST,
    Formula,
    has_formulas,
    main_part,
    opened,
    sheet_parts,
    walk_formulas,
)
from reportgen.workbook.parts import Attributes, Walk
from reportgen.workbook.zip_guard import Package, RefusedError

_FOLDER = "externallinks/"
_TEXT = re.compile(r'"[^"]*"')
_LINK = re.compile(r"(?<![\w.\[\]])(?:'[^'\[\]!]*)?\[([0-9]{1,4})\][^\[\]!]*!")
_LINKED_CELL = re.compile(rb"<(?:\w+:)?f(?: [^<>]*)?>[^<]*\[[0-9]{1,4}\]")
_OVERLAP = 16_384  # bytes: the longest formula
_MOST_CELLS = 100_000
_MOST_LETTERS = 20_000_000  # of different formulas, some two seconds; those beyond are not told
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class LinkedCells:
    """The cells of one sheet that take their values from other files, and those files."""

    sheet: str
    cells: tuple[str, ...]
    files: tuple[str, ...]


def has_links(path: Path) -> bool:
    """Whether a workbook holds links to other files at all, by its directory alone.

    The file has passed the door; one that has changed since is the next reading's business.
    """
    try:
        with opened(path) as package:
            return any(_FOLDER in name.replace("\\", "/").casefold() for name in package.names())
    except RefusedError:
        return False


def linked_cells_of(path: Path) -> tuple[LinkedCells, ...]:
    """Sheet by sheet, the cells that speak of other files; for a process that may die of it."""
    if not has_links(path):
        return ()
    try:
        with opened(path) as package:
            return tuple(_linked(package))
    except RefusedError:
        return ()


def _linked(package: Package) -> Iterator[LinkedCells]:
    part, targets = main_part(package)
    names, order = _names_and_links(package, part)
    named = {
        name.casefold(): number for name, text in names.items() for number in _numbers(text)
    }  # fmt: skip
    found: dict[str, tuple[list[str], set[int]]] = {}
    letters = 0

    @lru_cache(maxsize=1024)  # cells by the hundred thousand can share a formula of 8,000 letters
    def links(text: str) -> frozenset[int]:
        nonlocal letters
        letters += len(text)
        if letters > _MOST_LETTERS:
            return frozenset()
        words = re.findall(r"[\w.\\]+", _TEXT.sub("", text).casefold()) if named else ()
        return frozenset((*_numbers(text), *(named[word] for word in words if word in named)))

    def take(sheet: str, place: Place, formula: Formula) -> None:
        numbers = links(formula.text)
        cells, seen = found.setdefault(sheet, ([], set()))
        if numbers and len(cells) < _MOST_CELLS:
            cells.append(address(*place))
            seen |= numbers

    wanted = {
        sheet.part for sheet in sheet_parts(package)
        if (has_formulas if named else _speaks_of_files)(package.chunks(sheet.part))
    }  # fmt: skip
    walk_formulas(package, take, wanted)
    for sheet, (cells, seen) in found.items():
        if cells:
            links_told = (order[n - 1] if 0 < n <= len(order) else "" for n in sorted(seen))
            named_files = (_file(package, targets.get(one, ("", ""))[1]) for one in links_told)
            told = (name or f"[{n}]" for n, name in zip(sorted(seen), named_files, strict=True))
            yield LinkedCells(sheet, tuple(cells), tuple(dict.fromkeys(told)))


def _numbers(text: str) -> list[int]:
    """The links that a formula speaks of: [1]Sheet1!A1 is the book's first."""
    return [int(number) for number in _LINK.findall(_TEXT.sub('""', text))]


def _speaks_of_files(chunks: Iterable[bytes]) -> bool:
    last = b""
    for chunk in chunks:
        if _LINKED_CELL.search(last + chunk):
            return True
        last = chunk[-_OVERLAP:]
    return False


def _names_and_links(package: Package, part: str) -> tuple[dict[str, str], list[str]]:
    """What the book's names mean, and the relations of its links in the order formulas count."""
    names: dict[str, str] = {}
    order: list[str] = []
    name = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal name
        if tag == "definedName":
            name = attributes.get("name", "")
        elif tag == "externalReference":
            order.append(next((v for key, v in attributes.items() if key.endswith(":id")), ""))

    def end(tag: str) -> None:
        nonlocal name
        if tag == "definedName":
            name = ""

    def text(data: str) -> None:
        if name and len(names.get(name, "")) <= LONGEST:
            names[name] = names.get(name, "") + data

    Walk(part, start, end, text).run(package.chunks(part))
    return names, order


def _file(package: Package, link: str) -> str:
    """The name of the file that a link leads to, without its folder; empty if it is not said."""
    folder, file = posixpath.split(link)
    found: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") == "External":
            found.append(attributes.get("Target", ""))

    beside = f"{folder}/_rels/{file}.rels"
    if link and beside in package:
        Walk(beside, start).run(package.chunks(beside))
    target = unquote(found[0]).replace("\\", "/") if found else ""
    name = posixpath.basename(target.partition("?")[0].rstrip("/"))[:_LONGEST_NAME]
    return "".join(letter if letter.isprintable() else "?" for letter in name)
