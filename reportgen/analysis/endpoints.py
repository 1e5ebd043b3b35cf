"""Stated rises against the prices they run between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reportgen.analysis.evidence import when_of
from reportgen.arithmetic import difference, relative_change
from reportgen.quantity import Quantity
from reportgen.units import PERCENT
from reportgen.workbook.schema import MODELS
from reportgen.workbook.tables import Row

MODEL_NAMES = re.compile("|".join(re.escape(choice.key) for choice in MODELS[::-1]), re.IGNORECASE)
_FORWARD = re.compile(r"(?i)期货|远期|forward")
_SPOT = re.compile(r"(?i)现货|\bspot\b")
_RENT = re.compile(r"(?i)租|\brents?\b|\blease")
_CELL = ("market", "model", "config", "term", "tenor", "basis", "vat")


def disproved_changes(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """A stated change whose middle lies outside what the prices at its two months give.

    The claim must name one model and the span it covers; where it says forward or
    spot, so must the prices. Source: DOMAIN (e), check 10.
    """
    by_month: dict[tuple[str, str], dict[tuple[str, ...], Row]] = {}
    for row in rows:
        when = when_of(row)
        if row.sheet == "Prices" and row.quantity is not None and when is not None:
            cell = tuple(row.text(key) for key in _CELL)
            by_month.setdefault((row.text("model"), f"{when.end:%Y-%m}"), {})[cell] = row
    for claim in rows:
        if claim.sheet == "Survey" and claim.quantity and "change" in claim.text("metric"):
            for old, new in _endpoints(claim, by_month):
                if _disagrees(claim.quantity, old.quantity, new.quantity):
                    yield old.id, claim.id
                    yield new.id, claim.id


def _endpoints(
    claim: Row, by_month: dict[tuple[str, str], dict[tuple[str, ...], Row]]
) -> Iterator[tuple[Row, Row]]:
    when = when_of(claim)
    said = f"{claim.text('subject')} {claim.text('condition')} {claim.text('condition_en')}"
    models = {found.lower() for found in MODEL_NAMES.findall(said)}
    if when is None or when.precision != "span" or len(models) != 1:
        return
    model = models.pop()
    old = by_month.get((model, f"{when.start:%Y-%m}"), {})
    new = by_month.get((model, f"{when.end:%Y-%m}"), {})
    tenor = "forward" if _FORWARD.search(said) else "spot" if _SPOT.search(said) else ""
    market = "rent" if _RENT.search(said + claim.text("metric")) else "purchase"
    for cell, row in old.items():
        fits = row.text("market") == market and (not tenor or row.text("tenor") == tenor)
        if fits and cell in new:
            yield row, new[cell]


def _disagrees(stated: Quantity, old: Quantity | None, new: Quantity | None) -> bool:
    if old is None or new is None or old.unit != new.unit or stated.middle is None:
        return False
    if stated.unit == PERCENT:
        computed = relative_change(new, old)
    elif stated.unit == new.unit:
        computed = difference(new, old)
    else:
        return False
    low = computed.low if computed.low is not None else float("-inf")
    high = computed.high if computed.high is not None else float("inf")
    return not low <= stated.middle <= high
