"""What all checks share: an issue at a column of a row, and ids worth suggesting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.workbook.tables import Row, Table, Workbook

EVIDENCE = ("Prices", "Survey", "Demand", "Economics")
"""The sheets whose rows are evidence: they have a source, and a value or a claim."""


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
        for row in workbook[key]:
            yield Place(workbook, workbook[key], row)


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
