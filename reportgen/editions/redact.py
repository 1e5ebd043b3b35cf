"""Words that must not appear in any output, replaced wherever text may be printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from reportgen.editions.spelling import find, is_cjk
from reportgen.issues import Issue
from reportgen.language import Text
from reportgen.quantity import Quantity, Quoted
from reportgen.workbook.schema import sheet
from reportgen.workbook.tables import Row, Table, Value, Workbook

_KEPT = frozenset({"id", "contradicts", "group", "section", "key", "topic"})  # names, not prose
_NOT_PRINTED = ("Redactions", "Recipients", "Accepted", "Glossary")


@dataclass(frozen=True, slots=True)
class Redaction:
    """A term that must not appear, and what is printed instead (某 when blank)."""

    term: str
    replacement: str = ""


def redactions(workbook: Workbook) -> tuple[Redaction, ...]:
    """The Redactions sheet, with the aliases that the Glossary gives for its terms."""
    listed = [
        Redaction(row.text("term"), row.text("replacement"))
        for row in workbook["Redactions"]
        if row.text("term")
    ]
    instead = {one.term: one.replacement for one in listed}
    aliases = [
        Redaction(row.text("alias"), instead[found[0].term])
        for row in workbook["Glossary"]
        if row.text("alias")
        and (found := find(f"{row.text('canonical_zh')}\n{row.text('canonical_en')}", instead))
    ]
    return (*listed, *(one for one in aliases if one.term not in instead))


class Redactor:
    """Replaces terms in any of their spellings, the longest first."""

    def __init__(self, terms: Iterable[Redaction]) -> None:
        self._instead = {one.term: one.replacement for one in terms}

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms it replaces."""
        return tuple(self._instead)

    def terms_in(self, text: str) -> tuple[str, ...]:
        """The terms that stand in a text, in order, each once."""
        return tuple(dict.fromkeys(one.term for one in find(text, self._instead)))

    @staticmethod
    def replaces(table: str, column: str) -> bool:
        """Whether a column of that sheet is prose, whose terms are replaced."""
        return column in _prose(table)

    def text(self, text: str) -> str:
        """The text with every term replaced."""
        found = find(text, self._instead)
        if not found:
            return text
        blank = "某" if any(map(is_cjk, text)) else "[withheld]"
        pieces: list[str] = []
        at = 0
        for one in found:
            pieces += [text[at : one.start], self._instead[one.term] or blank]
            at = one.end
        return "".join([*pieces, text[at:]])

    def issue(self, issue: Issue) -> Issue:
        """The issue with its texts, and the words of who accepted it, replaced."""
        accepted = issue.accepted
        if accepted is not None:
            reason = self._both(accepted.reason)
            accepted = replace(accepted, reason=reason, by=self.text(accepted.by))
        return replace(
            issue,
            message=self._both(issue.message),
            hint=self._both(issue.hint),
            accepted=accepted,
        )

    def _both(self, text: Text) -> Text:
        return Text(self.text(text.zh), self.text(text.en))

    def row(self, row: Row, table: str) -> Row:
        """The row with its texts, and the words behind its value, replaced."""
        if not self._instead:
            return row
        prose = _prose(table)
        values: dict[str, Value] = {
            key: found
            for key, value in row.values.items()
            if key in prose and isinstance(value, str) and (found := self.text(value)) != value
        }
        quantity = self._quantity(row.quantity) if row.quantity else None
        unread, remarks = self.text(row.unread), tuple(map(self.text, row.remarks))
        if (
            not values
            and quantity is row.quantity
            and (unread, remarks) == (row.unread, row.remarks)
        ):
            return row  # most rows: a hundred thousand of them need no second copy
        return replace(
            row, values={**row.values, **values}, quantity=quantity, unread=unread, remarks=remarks
        )

    def workbook(self, workbook: Workbook) -> Workbook:
        """The workbook with every text that may be printed replaced.

        Sheets that are never printed stay, except that Glossary loses the rows that
        name a term.
        """
        tables = {key: self._table(table) for key, table in workbook.tables.items()}
        settings = {key: self.row(row, "Note") for key, row in workbook.note.items()}
        return replace(workbook, tables=tables, note=settings)

    def _table(self, table: Table) -> Table:
        if table.key == "Glossary":
            kept = (row for row in table if not self._names_a_term(row))
            return replace(table, rows=tuple(kept))
        if table.key in _NOT_PRINTED:
            return table
        return replace(table, rows=tuple(self.row(row, table.key) for row in table))

    def _names_a_term(self, row: Row) -> bool:
        words = "\n".join(value for value in row.values.values() if isinstance(value, str))
        return bool(find(words, self._instead))

    def _quantity(self, quantity: Quantity) -> Quantity:
        """The quantity whose passport says no more than the page does."""
        lineage = quantity.lineage
        if not isinstance(lineage, Quoted):
            return quantity
        quote, as_written = self.text(lineage.quote), self.text(lineage.as_written)
        if (quote, as_written) == (lineage.quote, lineage.as_written):
            return quantity
        return replace(quantity, lineage=replace(lineage, quote=quote, as_written=as_written))


@cache
def _prose(table: str) -> frozenset[str]:
    return frozenset(c.key for c in sheet(table).columns if c.type == "text") - _KEPT
