"""Which rows may be printed. Filtering comes before analysis.

Aggregates rest on publishable rows in both editions, so that the editions agree
on every number they share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from reportgen.workbook.standing import Standing, standing
from reportgen.workbook.tables import Row, Workbook

Edition = Literal["client", "internal"]
EDITIONS: tuple[Edition, ...] = ("client", "internal")

_FILTERED = ("Prices", "Survey", "Demand", "Economics", "Scenarios", "Views")


def publishable(workbook: Workbook, edition: Edition = "client") -> Workbook:
    """The workbook with the rows that feed the note of that edition.

    Evidence must be for everybody in either edition; the internal edition adds the
    paragraphs of Views that are for the house. Sources stay when a kept row or the
    source itself is for everybody.
    """
    prose = ("yes", "internal") if edition == "internal" else ("yes",)
    return _restricted(workbook, lambda key, word: word in (prose if key == "Views" else ("yes",)))


def internal_only(workbook: Workbook) -> Workbook:
    """The workbook with the rows that are for the house alone: they feed internal.* figures."""
    return _restricted(workbook, lambda _, word: word == "internal")


def _restricted(workbook: Workbook, keeps: Callable[[str, Standing], bool]) -> Workbook:
    sources = workbook["Sources"].by_id()
    tables = dict(workbook.tables)
    used: set[str] = set()
    for key in _FILTERED:
        table = workbook[key]
        rows = tuple(row for row in table if keeps(key, standing(row, sources)))
        used.update(row.text("source") for row in rows)
        tables[key] = replace(table, rows=rows)

    def stays(source: Row) -> bool:
        return source.id in used or keeps("Sources", standing(source, sources))

    tables["Sources"] = replace(
        workbook["Sources"], rows=tuple(row for row in workbook["Sources"] if stays(row))
    )
    return replace(workbook, tables=tables)
