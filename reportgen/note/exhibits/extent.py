"""How much evidence is printed: all of it in a usual workbook, what counts in a large one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reportgen.analysis.figures import Figures
from reportgen.note.exhibits.base import Desk
from reportgen.note.model import Line, Run
from reportgen.workbook.tables import Row, Table

MOST_ROWS = 200
"""Rows of evidence that a note prints, some ten pages."""
_HISTORIES = ("claim.", "index.", "mean.", "pair.")
_PRICES = "Prices"


@dataclass(frozen=True, slots=True)
class Extent:
    """The quoted rows to print by sheet, and how many more the workbook holds."""

    rows: Mapping[str, tuple[Row, ...]]
    more: int


def evidence_extent(tables: Mapping[str, Table], figures: Figures, most: int = MOST_ROWS) -> Extent:
    """Every quoted row up to `most`; of more, first those that printed figures rest on.

    Then come the claims of the other sheets, then prices, in the order of the workbook.
    Histories drawn as lines and the index do not count: they rest on every price.
    """
    quoted = {key: [row for row in table if row.text("quote")] for key, table in tables.items()}
    whole = sum(map(len, quoted.values()))
    if whole <= most:
        return Extent({key: tuple(rows) for key, rows in quoted.items()}, 0)
    needed = _resting(figures)
    claims = (row for key, rows in quoted.items() if key != _PRICES for row in rows)
    every = (*(row for rows in quoted.values() for row in rows if row.id in needed), *claims)
    chosen = _first((*every, *quoted.get(_PRICES, ())), most)
    listed = {
        key: tuple(row for row in rows if (row.sheet, row.number) in chosen)
        for key, rows in quoted.items()
    }
    return Extent(listed, whole - sum(map(len, listed.values())))


def extent_note(extent: Extent, desk: Desk) -> tuple[Line, ...]:
    """The honest line about what is left out; nothing when all is printed."""
    if not extent.more:
        return ()
    opening = desk.say(
        "此处列出正文数字所依据的各条；工作簿另有 ",
        "Listed are the rows that printed figures rest on; the workbook holds ",
    )
    closing = desk.say(" 条引述未列。", " more quotes.")
    return ((Run(opening), Run(f"{extent.more:,}", "const"), Run(closing)),)


def _resting(figures: Figures) -> set[str]:
    """Rows that the latest figures rest on."""
    return {
        quote.row_id
        for name, figure in figures.items()
        if "@" not in name and not name.startswith(_HISTORIES)
        for quote in figure.quantity.quotes()
    }


def _first(rows: Iterable[Row], most: int) -> set[tuple[str, int]]:
    found: dict[tuple[str, int], None] = {}
    for row in rows:
        if len(found) == most:
            break
        found[row.sheet, row.number] = None
    return set(found)
