"""What all checks share: an issue at a column of a row, and ids worth suggesting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from reportgen.issues import Issue, Severity
from reportgen.language import LANGS, Text
from reportgen.quantity import Quantity
from reportgen.wording import MINUS, RANGE, quantity_text
from reportgen.workbook.tables import Row, Table, Workbook

EVIDENCE = ("Prices", "Survey", "Demand", "Economics")
"""The sheets whose rows are evidence: they have a source, and a value or a claim."""

_HELD = ("internal", "never")


@dataclass(frozen=True, slots=True)
class Place:
    """One row of one table, where an issue may stand."""

    workbook: Workbook
    table: Table
    row: Row

    def issue(self, column: str, code: str, severity: Severity, *, says: Text, cure: Text) -> Issue:
        """An issue at that column of the row; at the row's start where the column is absent."""
        return Issue(
            code, severity, says, cure,
            self.workbook.file, self.table.name, self.cell(column), self.row.id,
        )  # fmt: skip

    def cell(self, column: str) -> str:
        """The address of that column of the row, without the sheet."""
        found = self.row.cell(column)
        return found.cell if found else f"A{self.row.number}"

    def __str__(self) -> str:
        return f"{self.table.name}!{self.cell('id')}"


def places(workbook: Workbook, *keys: str) -> Iterator[Place]:
    """Every row of the named sheets."""
    for key in keys:
        table = workbook[key]
        for row in table.rows:
            yield Place(workbook, table, row)


def open_places(workbook: Workbook, *keys: str) -> Iterator[Place]:
    """Every row of the named sheets that is not held back, neither itself nor by its source.

    Checks that set rows against one another use these, so that no message names a
    row that may not be seen.
    """
    held = {row.id for row in workbook["Sources"] if row.text("publish") in _HELD}
    for key in keys:
        table = workbook[key]
        for row in table.rows:
            word = row.text("publish")
            if word not in _HELD and (word == "yes" or row.text("source") not in held):
                yield Place(workbook, table, row)


def value_column(row: Row) -> str:
    """The first column of the row's value that is filled in."""
    return next((key for key in ("point", "low", "high") if key in row.values), "point")


def with_value(place: Place) -> Text:
    """The row by its id, with its value where it has one: F027 (6.7–6.8 万元/台/月)."""
    quantity = place.row.quantity
    if quantity is None:
        return Text.same(place.row.id)
    zh, en = (quantity_text(quantity, lang) for lang in LANGS)
    return Text(f"{place.row.id}（{zh}）", f"{place.row.id} ({en})")


def spaced(text: str) -> str:
    """The Chinese text with a blank between a Latin word or number and what follows it."""
    return re.sub(r"(?<=[0-9A-Za-z])(?=[\u4e00-\u9fff])", " ", text)


def listed(texts: Iterable[Text]) -> Text:
    """Names in a row, as each language separates them."""
    parts = tuple(texts)
    return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def ends(quantity: Quantity) -> tuple[float, float]:
    """Lowest and highest value known; an open end counts as the known one."""
    known = [v for v in (quantity.low, quantity.point, quantity.high) if v is not None]
    return min(known), max(known)


def span(low: float, high: float, decimals: int = 1) -> str:
    """Two computed ends as one number or a range, rounded: 30.9–31.3."""
    first, last = (f"{abs(value):,.{decimals}f}" for value in (low, high))
    first, last = (MINUS * (low < 0) + first, MINUS * (high < 0) + last)
    return first if first == last else f"{first}{' / ' if low < 0 else RANGE}{last}"


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """A cure that names the nearest known word; nothing when none is near."""
    near = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), near, 1, 0.6)
    if not found:
        return Text("", "")
    meant = near[found[0]]
    return Text(f"是否应为 {meant}？", f"Did you mean {meant}?")


def joined(*parts: Text) -> Text:
    """Sentences one after another, those that are empty left out."""
    return Text("".join(part.zh for part in parts), " ".join(part.en for part in parts if part.en))
