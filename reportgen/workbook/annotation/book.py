"""The workbook's list of sheets: ours put in front, or taken out again.

Whatever counts sheets by their place has to move with them: names that belong to a
sheet, the open tab, the list of titles among the properties.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from reportgen.workbook.annotation.marks import SHEET_PART, is_our_sheet
from reportgen.workbook.annotation.parts import TYPES, Package
from reportgen.workbook.annotation.tags import (
    Edits,
    Element,
    child,
    elements,
    outline,
    plain,
    quoted,
    root,
    tags,
    with_attribute,
)
from reportgen.workbook.parts import SHEET_MARK

_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_PROPERTIES = "docProps/app.xml"


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it; `part` is empty when it leads nowhere."""

    name: str
    part: str
    kind: str
    hidden: bool = False


def sheet_entries(package: Package) -> list[SheetEntry]:
    """The sheets in their order."""
    known = {one.id: one for one in package.relations(package.book)}
    found: list[SheetEntry] = []
    for element in _sheets(package.xml(package.book)):
        said = element.tag.attributes()
        relation = known.get(next((v for k, v in said.items() if k.endswith(":id")), ""))
        part = relation.part if relation is not None and package.has(relation.part) else ""
        hidden = said.get("state", "visible") != "visible"
        kind = relation.kind if relation is not None else ""
        found.append(SheetEntry(said.get("name", ""), part, kind, hidden))
    return found


def our_sheets(package: Package) -> list[int]:
    """The places of sheets that an earlier annotation put there."""
    data = package.xml(package.book)
    marked = {
        tag.get("localSheetId")
        for tag in tags(data, "definedName")
        if not tag.closes and tag.get("name") == SHEET_MARK
    }
    entries = sheet_entries(package)
    return [
        place
        for place, entry in enumerate(entries)
        if str(place) in marked and is_our_sheet(entry.name)
    ]


def our_part(package: Package) -> str:
    """The name of our sheet's part, beside the workbook's own."""
    return posixpath.join(posixpath.dirname(package.book), "worksheets", SHEET_PART)


def put_first(package: Package, name: str, sheet: str, last_row: int, columns: str) -> None:
    """Put a sheet of ours before all others and open it.

    `last_row` and `columns` ("A:F") say where its table ends, row 4 being its head.
    """
    part = our_part(package)
    _unselect(package)
    _count_title(package, name)
    package.add(part, sheet, f"{TYPES}.worksheet+xml")
    id_ = package.relate(package.book, "worksheet", part)
    data = package.xml(package.book)
    whole = root(data)
    edits = Edits(data)
    listed = child(data, whole, "sheets")
    if listed is None:
        raise ValueError("no list of sheets")
    entries = _sheets(data)
    free = 1 + max((int(one.tag.get("sheetId", "0") or 0) for one in entries), default=0)
    prefix, declared = _reference(entries, whole, package.office)
    entry = (
        f'<{whole.tag.prefix}sheet{declared} name="{quoted(name)}" sheetId="{free}" '
        f'{prefix}:id="{id_}"/>'
    )
    edits.append(listed, entry.encode(), first=True)
    _shift(edits, lambda place: place + 1)
    for view in tags(data, "workbookView"):
        if not view.closes:
            source = with_attribute(view.source, "activeTab", "0")
            if "firstSheet" in view.attributes():
                source = with_attribute(source, "firstSheet", "0")
            edits.replace(view.start, view.end, source)
    _add_names(edits, whole, name, last_row, columns)
    package.put(package.book, edits.result())


def take_out(package: Package, place: int) -> None:
    """Take the sheet at that place out of the workbook, with its names."""
    data = package.xml(package.book)
    entry = _sheets(data)[place]
    relation = next((v for k, v in entry.tag.attributes().items() if k.endswith(":id")), "")
    part = sheet_entries(package)[place].part
    edits = Edits(data)
    edits.replace(entry.start, entry.end, b"")
    for name in _names(data):
        if name.tag.get("localSheetId") == str(place):
            edits.replace(name.start, name.end, b"")
    _shift(edits, lambda other: other - 1 if other > place else other, leave=place)
    package.put(package.book, edits.result())
    package.unrelate(package.book, relation)
    if part:
        package.remove(part)
    _discount_title(package, place)


def saved_by(package: Package) -> str:
    """The program that saved the workbook last, as it names itself."""
    found = next(tags(package.xml(package.book), "fileVersion"), None)
    return found.get("appName") if found else ""


def views(package: Package) -> int:
    """In how many windows the workbook opens."""
    found = [tag for tag in tags(package.xml(package.book), "workbookView") if not tag.closes]
    return max(1, len(found))


def _sheets(data: bytes) -> list[Element]:
    listed = child(data, root(data), "sheets")
    inner = elements(data, listed.inside, listed.until) if listed else ()
    return [one for one in inner if one.name == "sheet"]


def _names(data: bytes) -> list[Element]:
    listed = child(data, root(data), "definedNames")
    return list(elements(data, listed.inside, listed.until)) if listed else []


def _shift(edits: Edits, moved: Callable[[int], int], leave: int = -1) -> None:
    for name in _names(edits.data):
        said = name.tag.get("localSheetId")
        if said.isdigit() and int(said) != leave:
            place = str(moved(int(said)))
            source = with_attribute(name.tag.source, "localSheetId", place)
            edits.replace(name.tag.start, name.tag.end, source)


def _reference(entries: list[Element], whole: Element, office: str) -> tuple[str, str]:
    """The prefix of references to parts, as the other sheets write it, and its declaration."""
    said = (key for one in entries for key in one.tag.attributes() if key.endswith(":id"))
    prefix = next(said, "r:id").removesuffix(":id")
    known = whole.tag.attributes().get(f"xmlns:{prefix}")
    return prefix, "" if known == office else f' xmlns:{prefix}="{office}"'


def _add_names(edits: Edits, whole: Element, name: str, last_row: int, columns: str) -> None:
    """Our mark, and what Excel keeps as names: the filter's range and the repeated head."""
    data = edits.data
    prefix = whole.tag.prefix
    sheet = "'" + name.replace("'", "''") + "'"
    first, last = columns.split(":")
    ranges = {
        "_xlnm._FilterDatabase": (f"{sheet}!${first}$4:${last}${last_row}", True),
        "_xlnm.Print_Titles": (f"{sheet}!$4:$4", False),
        SHEET_MARK: (f"{sheet}!$A$1", True),
    }
    written = "".join(
        f'<{prefix}definedName name="{key}" localSheetId="0"{_hidden(hidden)}>{quoted(where)}'
        f"</{prefix}definedName>"
        for key, (where, hidden) in ranges.items()
    )
    listed = child(data, whole, "definedNames")
    if listed is not None:
        edits.append(listed, written.encode(), first=True)
        return
    before = [one for one in elements(data, whole.inside, whole.until) if one.name in _BEFORE_NAMES]
    tag = f"{prefix}definedNames"
    edits.insert(before[-1].end, f"<{tag}>{written}</{tag}>".encode())


def _hidden(hidden: bool) -> str:
    return ' hidden="1"' if hidden else ""


def _unselect(package: Package) -> None:
    """Close the open tabs: two at once would be a group, and what is typed go into both."""
    for part in dict.fromkeys(entry.part for entry in sheet_entries(package) if entry.part):
        data = package.xml(part)
        if b"tabSelected" not in data:
            continue
        edits = Edits(data)
        views = [one for one in outline(data).children if one.name == "sheetViews"]
        for place in views:
            for view in tags(data, "sheetView", start=place.inside, end=place.until):
                if view.get("tabSelected") in {"1", "true"}:
                    source = with_attribute(view.source, "tabSelected", "0")
                    edits.replace(view.start, view.end, source)
        package.put(part, edits.result())


# ---- the list of titles among the properties -------------------------------------------------


def _count_title(package: Package, name: str) -> None:
    found = _titles(package)
    if found is None:
        return
    edits, count, titles, prefix = found
    edits.append(titles, f"<{prefix}lpstr>{quoted(name)}</{prefix}lpstr>".encode(), first=True)
    _resize(edits, count, titles, 1)
    package.put(_PROPERTIES, edits.result())


def _discount_title(package: Package, place: int) -> None:
    found = _titles(package, more=1)
    if found is None:
        return
    edits, count, titles, _ = found
    title = list(elements(edits.data, titles.inside, titles.until))[place]
    edits.replace(title.start, title.end, b"")
    _resize(edits, count, titles, -1)
    package.put(_PROPERTIES, edits.result())


def _resize(edits: Edits, count: Element, titles: Element, by: int) -> None:
    sheets = int(plain(edits.data[count.inside : count.until]))
    edits.replace(count.inside, count.until, str(sheets + by).encode())
    size = int(titles.tag.get("size", "0"))
    source = with_attribute(titles.tag.source, "size", str(size + by))
    edits.replace(titles.start, titles.inside, source)


def _titles(package: Package, more: int = 0) -> tuple[Edits, Element, Element, str] | None:
    """The count of worksheets, the list of titles and its items' prefix.

    None where the list is not there or does not agree with the sheets (`more` are
    listed than the workbook has): programs read it for show alone.
    """
    if not package.has(_PROPERTIES):
        return None
    data = package.xml(_PROPERTIES)
    numbers = [one for tag in ("i4",) for one in tags(data, tag) if not one.closes]
    pairs, listed = (
        child(data, root(data), "HeadingPairs"),
        child(data, root(data), "TitlesOfParts"),
    )
    if pairs is None or listed is None or not numbers or numbers[0].start > pairs.until:
        return None
    titles = next(elements(data, listed.inside, listed.until), None)
    count = next((one for one in elements(data, numbers[0].start) if one.name == "i4"), None)
    if titles is None or count is None:
        return None
    sheets = sum(entry.kind == "worksheet" for entry in sheet_entries(package)) + more
    if plain(data[count.inside : count.until]) != str(sheets):
        return None
    items = list(elements(data, titles.inside, titles.until))
    if len(items) < sheets:
        return None
    return Edits(data), count, titles, items[0].tag.prefix if items else "vt:"
