"""Whether a row may be printed: its own word, else its source's, else inside only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from reportgen.workbook.tables import Row, Workbook

Standing = Literal["yes", "internal", "never"]
STANDINGS: tuple[Standing, ...] = ("yes", "internal", "never")

_KNOWN: Mapping[str, Standing] = {known: known for known in STANDINGS}


def standing(row: Row, sources: Mapping[str, Row]) -> Standing:
    """What may be done with `row`: yes (printed), internal or never.

    A blank `publish` follows the source's; without one, the row stays internal.
    `sources` are the rows of the Sources sheet by id.
    """
    own = _stated(row)
    if own is not None:
        return own
    source = sources.get(row.text("source"))
    return (_stated(source) if source else None) or "internal"


def is_held_back(row: Row, workbook: Workbook) -> bool:
    """Whether somebody said, on the row or its source, that it is not for clients.

    A row that nobody spoke about is not held back: a mistake in it may yet reach print.
    """
    return (_stated(row) or _source_word(row, workbook)) in ("internal", "never")


def is_labelled_sample(workbook: Workbook) -> bool:
    """Whether the Note sheet says that every page is to be labelled as a sample."""
    said = workbook.setting("sample")
    return isinstance(said, str) and said.casefold() in ("yes", "是", "y", "true")


def _source_word(row: Row, workbook: Workbook) -> Standing | None:
    source = workbook["Sources"].by_id().get(row.text("source"))
    return _stated(source) if source else None


def _stated(row: Row) -> Standing | None:
    return _KNOWN.get(row.text("publish"))
