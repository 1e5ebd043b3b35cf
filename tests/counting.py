"""An independent count of the valued cells of a workbook: stdlib, a tree, no word of ours.

A cell is valued when its file gives it a value that is not an empty text, an error, or
a formula (whose value may not be saved). The reading must account for each of them.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

from reportgen.workbook.door import Reading


def present(path: Path) -> list[tuple[str, int]] | None:
    """The sheets with their counts of valued cells; None when the XML cannot be counted."""
    try:
        with zipfile.ZipFile(path) as package:
            return _counted(package)
    except (
        ElementTree.ParseError, KeyError, ValueError, LookupError, zipfile.BadZipFile, zlib.error,
        EOFError, NotImplementedError,
    ):  # fmt: skip
        return None


def read(reading: Reading) -> list[tuple[str, int]]:
    """The same of what was read."""
    return [
        (grid.name, sum(raw != "" for row in grid.rows for raw in row)) for grid in reading.grids
    ]


def _counted(package: zipfile.ZipFile) -> list[tuple[str, int]]:
    names = {name.replace("\\", "/").casefold(): name for name in package.namelist()}

    def tree(part: str) -> ElementTree.Element:
        return ElementTree.fromstring(package.read(names[part.casefold()]))

    root = _links(tree("_rels/.rels"), "")
    book = next((t for kind, t in root.values() if kind == "officeDocument"), "xl/workbook.xml")
    folder, file = posixpath.split(book)
    links = _links(tree(f"{folder}/_rels/{file}.rels"), folder)
    table = next((target for kind, target in links.values() if kind == "sharedStrings"), "")
    texts = _texts(tree(table)) if table.casefold() in names else []
    found = []
    for sheet in tree(book).iter():
        if _name(sheet) != "sheet":
            continue
        link = next((v for key, v in sheet.attrib.items() if key.endswith("}id")), "")
        kind, part = links.get(link, ("", ""))
        if kind in {"", "worksheet"}:
            cells: dict[tuple[int, int], bool] = {}
            for place, cell in _placed(tree(part)):
                cells[place] = cells.get(place, False) or _valued(cell, texts)
            found.append((sheet.get("name", "")[:255], sum(cells.values())))
    return found


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _links(tree: ElementTree.Element, folder: str) -> dict[str, tuple[str, str]]:
    found = {}
    for one in tree.iter():
        if _name(one) == "Relationship" and one.get("TargetMode") != "External":
            target = one.get("Target", "").replace("\\", "/")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = one.get("Type", "").rpartition("/")[2]
            found[one.get("Id", "")] = (kind, posixpath.normpath(whole))
    return found


def _texts(tree: ElementTree.Element) -> list[str]:
    return [_text(item) for item in tree.iter() if _name(item) == "si"]


def _text(element: ElementTree.Element) -> str:
    """The text of an item, readings of its characters aside."""
    if _name(element) == "rPh":
        return ""
    own = (element.text or "") if _name(element) == "t" else ""
    return own + "".join(_text(child) for child in element)


def _placed(tree: ElementTree.Element) -> list[tuple[tuple[int, int], ElementTree.Element]]:
    """The cells of a sheet with their places; one without an address follows its neighbour."""
    found = []
    row = column = 0
    for element in tree.iter():
        if _name(element) == "row":
            row, column = int(element.get("r", row + 1)), 0
        elif _name(element) == "c":
            address = re.fullmatch(r"([A-Z]+)([0-9]+)", element.get("r", "").replace("$", ""))
            if address:
                row, column = int(address[2]), 0
                for letter in address[1]:
                    column = column * 26 + ord(letter) - 64
            else:
                row, column = max(1, row), column + 1
            found.append(((row, column), element))
    return found


def _valued(cell: ElementTree.Element, texts: list[str]) -> bool:
    kind = cell.get("t", "n")
    value = "".join(child.text or "" for child in cell if _name(child) == "v")
    if any(_text(child) for child in cell if _name(child) == "is"):
        return True
    if kind == "e":
        return True
    if kind == "s" and value.strip().isdecimal() and int(value) < len(texts):
        return bool(texts[int(value)])
    saved = kind == "str" and any(_name(child) == "v" for child in cell)
    return bool(value) or (any(_name(child) == "f" for child in cell) and not saved)
