"""What templates loop over: the note's blocks paired, split into cells and lined up.

Nothing here computes a number of the note; it only decides where things stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from reportgen.note.model import (
    Block,
    BulletList,
    Column,
    Exhibit,
    Line,
    Note,
    Paragraph,
    Section,
    TableData,
    TableRow,
)
from reportgen.render.align import right_paddings, text_width
from reportgen.render.columns import column_widths
from reportgen.render.svg import inline, recoloured, unique_ids
from reportgen.render.theme import SHADES

Medium = Literal["web", "print"]
MEDIA: tuple[Medium, ...] = ("web", "print")
CHART_ADDRESS = "part:chart/"
_SPLIT_ROWS = 7  # a longer table may break across pages, some rows staying on either side
_PAIR_WIDTH = 46.0  # digits of bold body type that fit on one line of a half-width title
_COMPACT_ROOM = 116.0  # digits of compact type across the page
_GUTTER = 1.5
_SIGNS = ("+", "−")


class MissingChartError(KeyError):
    """A chart exhibit came without its picture."""


@dataclass(frozen=True, slots=True)
class CellView:
    """A table cell: its line, its padding on the right in ch, its class and element."""

    line: Line
    css: str
    tag: Literal["th", "td"]
    pad: float = 0.0
    direction: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """A table row. `name` is its exhibit and its place there."""

    name: str
    cells: tuple[CellView, ...]
    emphasis: bool
    group: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table. `bare` leaves the marking of numbers out: paper needs no machine-readable form.

    `shares` are the columns' widths in percent, where we set them ourselves.
    """

    columns: tuple[Column, ...]
    rows: tuple[RowView, ...]
    css: str
    bare: bool
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """An exhibit with its table or its chart, the latter as markup (web) or address (print).

    On the web a chart that is wide on a desk has a second picture, of which the page
    shows one: hidden as a whole, the other is not heard either.
    """

    exhibit: Exhibit
    css: str
    table: TableView | None = None
    pictures: tuple[Markup, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a section; a pair is two half-width exhibits side by side.

    `name` tells it from all others of the note, in this issue and in the next.
    """

    name: str
    kind: Literal["paragraph", "list", "exhibit", "pair"]
    block: Block | None = None
    exhibits: tuple[ExhibitView, ...] = ()
    two_lines: bool = False


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section, ready to be looped over."""

    id: str
    title: str
    items: tuple[Item, ...]


def narrow_name(exhibit_id: str) -> str:
    """The name of a chart's picture for narrow screens, beside the one called `exhibit_id`."""
    return f"{exhibit_id}@narrow"


def plain(line: Sequence[object]) -> str:
    """The text of a line without its marking."""
    return "".join(getattr(run, "text", "") for run in line)


def chapters(
    note: Note, charts: Mapping[str, str], variables: Mapping[str, str], medium: Medium
) -> tuple[SectionView, ...]:
    """All sections of a note. Raises MissingChartError for a chart exhibit without picture.

    `charts` has each picture by the exhibit's id, and by `narrow_name` one for a phone.
    """
    return tuple(
        SectionView(section.id, section.title, tuple(_items(section, charts, variables, medium)))
        for section in note.sections
    )


def _items(
    section: Section, charts: Mapping[str, str], variables: Mapping[str, str], medium: Medium
) -> Iterator[Item]:
    waiting: Exhibit | None = None
    for place, block in enumerate(section.blocks):
        half = isinstance(block, Exhibit) and block.half_width
        if waiting is not None:
            views = [_exhibit(waiting, charts, variables, medium)]
            if isinstance(block, Exhibit) and half:
                views.append(_exhibit(block, charts, variables, medium))
                yield Item(
                    waiting.id, "pair", exhibits=tuple(views), two_lines=_needs_two_lines(views)
                )
                waiting = None
                continue
            yield Item(waiting.id, "exhibit", exhibits=tuple(views))
            waiting = None
        if isinstance(block, Exhibit):
            if half:
                waiting = block
            else:
                view = _exhibit(block, charts, variables, medium)
                yield Item(block.id, "exhibit", exhibits=(view,))
        else:
            name = f"{section.id}/{place}"
            yield Item(name, "list" if isinstance(block, BulletList) else "paragraph", block)
    if waiting is not None:
        view = _exhibit(waiting, charts, variables, medium)
        yield Item(waiting.id, "exhibit", exhibits=(view,))


def _needs_two_lines(views: Sequence[ExhibitView]) -> bool:
    """Whether one title of a pair wraps, so that both must keep room for it."""
    return any(text_width(plain(view.exhibit.title)) + 8 > _PAIR_WIDTH for view in views)


def _exhibit(
    exhibit: Exhibit, charts: Mapping[str, str], variables: Mapping[str, str], medium: Medium
) -> ExhibitView:
    body = exhibit.body
    if isinstance(body, TableData):
        css = "tabular long" if len(body.rows) > _SPLIT_ROWS else "tabular"
        return ExhibitView(exhibit, css, table=_table(exhibit.id, body, medium))
    if exhibit.id not in charts:
        raise MissingChartError(exhibit.id)
    if medium == "print":
        return ExhibitView(exhibit, "drawn", address=f"{CHART_ADDRESS}{exhibit.id}")
    pictures = {"x": charts[exhibit.id], "n": charts.get(narrow_name(exhibit.id), "")}
    inlined = tuple(
        Markup(recoloured(unique_ids(inline(svg), f"{letter}{exhibit.number}-"), variables))  # noqa: S704 - drawn by our own charts stage
        for letter, svg in pictures.items()
        if svg
    )
    css = "drawn twofold" if len(inlined) > 1 else "drawn half" if exhibit.half_width else "drawn"
    return ExhibitView(exhibit, css, pictures=inlined)


def _table(exhibit_id: str, data: TableData, medium: Medium) -> TableView:
    body = [row for row in data.rows if not row.group]
    pads = [_paddings(column, index, body) for index, column in enumerate(data.columns)]
    rows: list[RowView] = []
    place = 0
    for number, row in enumerate(data.rows):
        name = f"{exhibit_id}/{number}"
        if row.group:
            cell = CellView(row.cells[0], "", "th")
            rows.append(RowView(name, (cell,), row.emphasis, group=True))
            continue
        moved = _moved_cell(row, data.columns)
        cells = tuple(
            CellView(
                line=line,
                css=" ".join(
                    part
                    for part in (
                        column.kind if column.kind != "text" else "",
                        row.direction if index == moved else "",
                        _shade(row, index),
                        "none" if data.entries and plain(line) == "–" else "",
                    )
                    if part
                ),
                tag="th" if index == 0 else "td",
                pad=pads[index][place],
                direction=row.direction if index == moved else "",
            )
            for index, (column, line) in enumerate(zip(data.columns, row.cells, strict=True))
        )
        rows.append(RowView(name, cells, row.emphasis, group=False))
        place += 1
    css = "compact" if data.compact else "plain"
    if medium == "print" and data.entries:
        return TableView(data.columns, tuple(rows), "entries", bare=True)
    if medium == "web" or not data.compact:
        return TableView(data.columns, tuple(rows), css, bare=medium == "print")
    shares = _shares(data.columns, body)
    return TableView(data.columns, tuple(rows), f"{css} measured", bare=True, shares=shares)


def _shade(row: TableRow, index: int) -> str:
    """The classes of a shaded cell and of the base case."""
    shade = row.shades[index] if index < len(row.shades) else None
    level = "" if shade is None else f"shade-{1 + min(SHADES - 1, int(shade * SHADES))}"
    return " ".join(part for part in (level, "base-cell" if index == row.base else "") if part)


def _shares(columns: Sequence[Column], rows: Sequence[TableRow]) -> tuple[float, ...]:
    """The widths of a compact table's columns on paper, in percent of the page's text."""
    texts = [
        [*column.title.split(), plain(column.unit), *(plain(row.cells[index]) for row in rows)]
        for index, column in enumerate(columns)
    ]
    longest = max(len(column) for column in texts)
    padded = [[*column, *[""] * (longest - len(column))] for column in texts]
    wraps = [column.kind == "text" for column in columns]
    widths = column_widths(padded, wraps, _COMPACT_ROOM - _GUTTER * (len(columns) - 1))
    # Every column but the first carries its gutter.
    whole = [width + (_GUTTER if index else 0) for index, width in enumerate(widths)]
    return tuple(round(100 * width / sum(whole), 2) for width in whole)


def _paddings(column: Column, index: int, rows: Sequence[TableRow]) -> tuple[float, ...]:
    if column.kind not in ("number", "range"):
        return tuple(0.0 for _ in rows)
    texts = ["".join(run.text + run.mark for run in row.cells[index]) for row in rows]
    return right_paddings(texts, "number" if column.kind == "number" else "range")


def _moved_cell(row: TableRow, columns: Sequence[Column]) -> int | None:
    """The cell that a row's direction belongs to: the last signed number, else the last number."""
    if not row.direction:
        return None
    numeric = [index for index, column in enumerate(columns) if column.kind in ("number", "range")]
    signed = [index for index in numeric if plain(row.cells[index]).startswith(_SIGNS)]
    found = signed or numeric
    return found[-1] if found else None


__all__ = [
    "CHART_ADDRESS",
    "ExhibitView",
    "Item",
    "Medium",
    "MissingChartError",
    "Paragraph",
    "SectionView",
    "TableView",
    "chapters",
    "narrow_name",
    "plain",
]
