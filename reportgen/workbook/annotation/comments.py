"""Notes added to a sheet's cells, beside those that are there."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from reportgen.workbook.addresses import Place, address, parse_address
from reportgen.workbook.annotation import shapes
from reportgen.workbook.annotation.marks import AUTHOR, without_block
from reportgen.workbook.annotation.parts import TYPES, Package
from reportgen.workbook.annotation.tags import (
    Edits,
    Element,
    Outline,
    child,
    elements,
    plain,
    root,
    tags,
)
from reportgen.workbook.plain import xml_text

_AFTER_NOTES = {
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst", "AlternateContent",
}  # fmt: skip
"""What may follow the reference to a sheet's notes; Office wraps controls in alternatives."""
_LOOK = '<sz val="9"/><color rgb="FF1F2933"/><rFont val="Arial"/>'
_THREAD = "tc="  # how Excel names the author of a note that stands for a conversation


def add_notes(
    package: Package, part: str, sheet: Outline, edits: Edits, notes: Mapping[Place, str]
) -> frozenset[Place]:
    """Give cells of a sheet notes; what a cell's own note says stays and stands first.

    A cell with a conversation (a threaded comment) is left alone. Returns the
    cells that got no note. `edits` are those of the sheet's own part.
    """
    told = package.related(part, "comments")
    talking = _conversations(package, part, told)
    wanted = {place: text for place, text in notes.items() if place not in talking}
    if not wanted:
        return frozenset(talking & notes.keys())
    if not told:
        told = package.free_name("xl/comments{}.xml")
        empty = f'<comments xmlns="{package.main}"><authors></authors><commentList></commentList>'
        package.add(told, f"{empty}</comments>", f"{TYPES}.comments+xml")
        package.relate(part, "comments", told)
    added = _write(package, told, wanted)
    _draw(package, part, sheet, edits, added)
    return frozenset(talking & notes.keys())


def remove_notes(package: Package, part: str) -> None:
    """Take what we said out of a sheet's notes; a note that said nothing else goes."""
    told = package.related(part, "comments")
    if not told:
        return
    data = package.xml(told)
    edits = Edits(data)
    gone: set[Place] = set()
    for comment in _comments(data):
        before = _said(data, comment)
        after = without_block(before)
        if after == before:
            continue
        place = parse_address(comment.tag.get("ref"))
        if place and not after.strip():
            edits.replace(comment.start, comment.end, b"")
            gone.add(place)
            continue
        _remove_from(edits, comment)
    package.put(told, edits.result())
    shapes.erase(package, part, gone)


def _remove_from(edits: Edits, comment: Element) -> None:
    """Take our words out of a note's runs; a run that had no others goes."""
    data = edits.data
    body = child(data, comment, "text")
    for run in elements(data, body.inside, body.until) if body else ():
        said = run if run.name == "t" else child(data, run, "t")
        if said is None:
            continue
        before = plain(data[said.inside : said.until])
        after = without_block(before)
        if after != before and run.name == "r" and not after:
            edits.replace(run.start, run.end, b"")
        elif after != before:
            edits.replace(said.inside, said.until, escape(after, {"\r": "&#13;"}).encode())


def _conversations(package: Package, part: str, told: str) -> set[Place]:
    """The cells with threaded comments."""
    found: set[str] = set()
    for one in package.relations(part):
        if one.kind == "threadedComment" and package.has(one.part):
            found |= {tag.get("ref") for tag in tags(package.xml(one.part), "threadedComment")}
    if told:
        data = package.xml(told)
        authors = _authors(data)
        found |= {
            comment.tag.get("ref")
            for comment in _comments(data)
            if authors.get(comment.tag.get("authorId"), "").startswith(_THREAD)
        }
    return {place for one in found if (place := parse_address(one))}


def _write(package: Package, told: str, wanted: Mapping[Place, str]) -> list[Place]:
    """Write the notes; the cells that had none before."""
    data = package.xml(told)
    edits = Edits(data)
    whole = root(data)
    prefix = whole.tag.prefix
    left = dict(wanted)
    for comment in _comments(data):
        place = parse_address(comment.tag.get("ref"))
        if place in left:
            _add_to(edits, comment, left.pop(place), prefix)
    authors, listed = child(data, whole, "authors"), child(data, whole, "commentList")
    if authors is None or listed is None:
        raise ValueError(f"{told} has no list of comments")
    known = _authors(data)
    author = next((id_ for id_, name in known.items() if name == AUTHOR), str(len(known)))
    if left and author not in known:
        edits.append(authors, f"<{prefix}author>{AUTHOR}</{prefix}author>".encode())
    written = "".join(
        f'<{prefix}comment ref="{address(*place)}" authorId="{author}"><{prefix}text>'
        f"{_run(text, prefix)}</{prefix}text></{prefix}comment>"
        for place, text in sorted(left.items())
    )
    if written:
        edits.append(listed, written.encode())
    package.put(told, edits.result())
    return sorted(left)


def _add_to(edits: Edits, comment: Element, text: str, prefix: str) -> None:
    """Add to a note. A plain text becomes a run first: a run may not follow one."""
    data = edits.data
    body = child(data, comment, "text")
    if body is None:
        return
    run = _run(f"\n\n{text}", prefix).encode()
    if body.tag.empty:
        edits.append(body, run)
        return
    inner = list(elements(data, body.inside, body.until))
    for one in inner:
        if one.name == "t":
            edits.insert(one.start, f"<{prefix}r>".encode())
            edits.insert(one.end, f"</{prefix}r>".encode())
    spoken = [one for one in inner if one.name in {"t", "r"}]
    edits.insert(spoken[-1].end if spoken else body.inside, run)


def _run(text: str, prefix: str) -> str:
    look = _LOOK.replace("<", f"<{prefix}")
    return (
        f'<{prefix}r><{prefix}rPr>{look}</{prefix}rPr><{prefix}t xml:space="preserve">'
        f"{xml_text(text)}</{prefix}t></{prefix}r>"
    )


def _comments(data: bytes) -> list[Element]:
    listed = child(data, root(data), "commentList")
    return list(elements(data, listed.inside, listed.until)) if listed else []


def _authors(data: bytes) -> dict[str, str]:
    """Authors by their number."""
    listed = child(data, root(data), "authors")
    inner = elements(data, listed.inside, listed.until) if listed else ()
    return {str(n): plain(data[one.inside : one.until]) for n, one in enumerate(inner)}


def _said(data: bytes, comment: Element) -> str:
    """All text of a note."""
    said: list[str] = []
    opening = None
    for tag in tags(data, "t", start=comment.inside, end=comment.until):
        if tag.closes and opening is not None:
            said.append(plain(data[opening.end : tag.start]))
        opening = None if tag.closes or tag.empty else tag
    return "".join(said)


def _draw(package: Package, part: str, sheet: Outline, edits: Edits, added: list[Place]) -> None:
    """The boxes of the added notes, in the sheet's old-style drawing, which is made if need be."""
    if not added:
        return
    reference = sheet.child("legacyDrawing")
    if reference is not None:
        wanted = next((v for k, v in reference.tag.attributes().items() if k.endswith(":id")), "")
        known = {one.id: one.part for one in package.relations(part)}
        if package.has(known.get(wanted, "")):
            shapes.add_to(package, known[wanted], added)
            return
    drawing = shapes.new_drawing(package, added)
    id_ = package.relate(part, "vmlDrawing", drawing)
    space = _office_prefix(sheet, package.office)
    declared = "" if space else f' xmlns:r="{package.office}"'
    new = f'<{sheet.tag.prefix}legacyDrawing{declared} {space or "r"}:id="{id_}"/>'.encode()
    if reference is not None:  # it led nowhere
        edits.replace(reference.start, reference.end, new)
        return
    place = sheet.children[-1].end
    for one in reversed(sheet.children):
        if one.name not in _AFTER_NOTES:
            break
        place = one.start
    edits.insert(place, new)


def _office_prefix(sheet: Outline, office: str) -> str:
    said = sheet.tag.attributes().items()
    return next((key[6:] for key, value in said if value == office and key[:6] == "xmlns:"), "")
