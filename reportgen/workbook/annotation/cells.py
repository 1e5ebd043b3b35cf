"""Cells of a sheet given another style where they stand, and made where there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from reportgen.workbook.addresses import address, column_number
from reportgen.workbook.annotation.tags import (
    Edits,
    Outline,
    Tag,
    openings,
    tags,
    with_attribute,
)

Restyle = Callable[[int], int]
"""A style number to another."""

_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})[0-9]")
_STYLE = re.compile(rb"\ss\s*=\s*[\"']([0-9]+)[\"']")
_SPANS = re.compile(r"([0-9]+):([0-9]+)")


def restyle(edits: Edits, sheet: Outline, wanted: Mapping[int, Mapping[int, Restyle]]) -> None:
    """Change the styles of cells, by row and column; a cell that is not there is made.

    A new cell begins with the style that it shows already: its row's, else its column's.
    """
    data = edits.data
    body = sheet.child("sheetData")
    if body is None:
        return
    left = dict(wanted)
    made = _Made(body.tag.prefix, _column_styles(data, sheet))
    if body.tag.empty:
        rows = b"".join(made.row(number, left[number]) for number in sorted(left))
        edits.append(body, rows)
        return
    order = sorted(left)
    next_ = 0
    number = 0
    opening: Tag | None = None
    for tag in tags(data, "row", start=body.inside, end=body.until):
        if tag.closes:
            if opening is not None:
                _restyle_row(edits, number, (opening, tag), left.pop(number), made)
            opening = None
            continue
        said = tag.attributes().get("r", "")
        number = int(said) if said.isdigit() else number + 1
        while next_ < len(order) and order[next_] < number:  # rows that are not there
            if order[next_] in left:
                missing = order[next_]
                edits.insert(tag.start, made.row(missing, left.pop(missing)))
            next_ += 1
        if number not in left:
            continue
        if tag.empty:
            cells = left.pop(number)
            opened = _spanning(tag, cells)[:-2].rstrip() + b">"
            closed = f"</{tag.prefix}row>".encode()
            edits.replace(tag.start, tag.end, opened + made.cells(number, cells, tag) + closed)
        else:
            opening = tag
    for missing in sorted(left):
        edits.insert(body.until, made.row(missing, left[missing]))


def _restyle_row(
    edits: Edits, row: int, between: tuple[Tag, Tag], wanted: Mapping[int, Restyle], made: _Made
) -> None:
    opening, closing = between
    left = dict(wanted)
    column = 0
    for tag in openings(edits.data, "c", opening.end, closing.start):
        found = _PLACE.search(tag.source)
        column = column_number(found[1].decode()) if found else column + 1
        if min(left) < column:
            for missing in sorted(one for one in left if one < column):
                edits.insert(tag.start, made.cell(row, missing, left.pop(missing), opening))
        if column in left:
            style = _STYLE.search(tag.source)
            after = str(left.pop(column)(int(style[1]) if style else 0))
            edits.replace(tag.start, tag.end, with_attribute(tag.source, "s", after))
        if not left:
            break
    for missing in sorted(left):
        edits.insert(closing.start, made.cell(row, missing, left[missing], opening))
    source = _spanning(opening, wanted)
    if source != opening.source:
        edits.replace(opening.start, opening.end, source)


class _Made:
    """Makes cells and rows that a sheet lacks."""

    def __init__(self, prefix: str, columns: list[tuple[int, int, int]]) -> None:
        self._prefix = prefix
        self._columns = columns

    def row(self, number: int, wanted: Mapping[int, Restyle]) -> bytes:
        cells = self.cells(number, wanted, None)
        name = f"{self._prefix}row"
        return f'<{name} r="{number}">'.encode() + cells + f"</{name}>".encode()

    def cells(self, row: int, wanted: Mapping[int, Restyle], within: Tag | None) -> bytes:
        return b"".join(self.cell(row, column, wanted[column], within) for column in sorted(wanted))

    def cell(self, row: int, column: int, change: Restyle, within: Tag | None) -> bytes:
        style = change(self._shown(column, within))
        return f'<{self._prefix}c r="{address(row, column)}" s="{style}"/>'.encode()

    def _shown(self, column: int, within: Tag | None) -> int:
        said = within.attributes() if within is not None else {}
        if said.get("customFormat") in {"1", "true"} and said.get("s", "").isdigit():
            return int(said["s"])
        return next((style for low, high, style in self._columns if low <= column <= high), 0)


def _column_styles(data: bytes, sheet: Outline) -> list[tuple[int, int, int]]:
    """(first, last, style) of the columns that have one."""
    place = sheet.child("cols")
    if place is None:
        return []
    said = [tag.attributes() for tag in tags(data, "col", start=place.inside, end=place.until)]
    return [
        (int(one.get("min", 0)), int(one.get("max", 0)), int(one["style"]))
        for one in said
        if one.get("style", "").isdigit()
    ]


def _spanning(row: Tag, wanted: Mapping[int, Restyle]) -> bytes:
    """The row's tag, its note of the columns in use widened where a cell was made outside."""
    found = _SPANS.findall(row.get("spans"))
    if not found:
        return row.source
    low, high = min(int(one) for one, _ in found), max(int(one) for _, one in found)
    if low <= min(wanted) and max(wanted) <= high:
        return row.source
    return with_attribute(row.source, "spans", f"{min(low, *wanted)}:{max(high, *wanted)}")
