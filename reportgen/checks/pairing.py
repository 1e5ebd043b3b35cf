"""Prices that can be held against one another: usable rows, the newest of each, and pairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from reportgen.checks.making import Place, open_places
from reportgen.dates import When
from reportgen.quantity import Quantity
from reportgen.units import PRICE, RENT, Unit
from reportgen.workbook.tables import Workbook

SAME_PERIOD_DAYS = 62
"""Two dates this near, a month and its neighbour, count as one period."""

IDENTITY = ("model", "config", "term", "tenor", "basis", "vat")
_CONFIDENCE = {"high": 3, "medium": 2, "": 1, "low": 0}
_MONTHS = re.compile(r"(\d+)([my])")


@dataclass(frozen=True, slots=True)
class Priced:
    """A row of Prices with a closed value and a date."""

    place: Place
    quantity: Quantity
    when: When

    @property
    def id(self) -> str:
        """The row's id."""
        return self.place.row.id

    @property
    def middle(self) -> float:
        """The stated value, else the middle of the range."""
        return self.quantity.bound

    def part(self, column: str) -> str:
        """One word of the row's identity, in lower case; empty when blank."""
        return self.place.row.text(column).lower()

    def parts(self, *columns: str) -> tuple[str, ...]:
        """Several words of the identity."""
        return tuple(self.part(column) for column in columns)


def priced(workbook: Workbook, unit: Unit) -> list[Priced]:
    """Prices of that unit that are not held back and more than a bare floor or ceiling.

    What sellers ask and buyers bid is not a price yet and takes no part.
    """
    found = []
    for place in open_places(workbook, "Prices"):
        quantity, when = place.row.quantity, place.row.when()
        if quantity is None or when is None or quantity.unit != unit or quantity.bound <= 0:
            continue
        if place.row.text("tenor") in ("ask", "bid") or quantity.is_floor or quantity.is_ceiling:
            continue
        found.append(Priced(place, quantity, when))
    return found


def chosen(rows: Iterable[Priced], key: Callable[[Priced], Hashable]) -> list[Priced]:
    """One row a key: the more confident, of equals the later; in order of first mention."""
    best: dict[Hashable, Priced] = {}
    for row in rows:
        own = key(row)
        held = best.get(own)
        if held is None or _weight(row) >= _weight(held):
            best[own] = row
    return list(best.values())


def newest(rows: Iterable[Priced], key: Callable[[Priced], Hashable]) -> list[Priced]:
    """The rows at the latest date of their key."""
    keyed = [(row, key(row)) for row in rows]
    latest: dict[Hashable, When] = {}
    for row, own in keyed:
        held = latest.get(own)
        if held is None or held.order < row.when.order:
            latest[own] = row.when
    return [row for row, own in keyed if row.when.order == latest[own].order]


def identity(row: Priced) -> tuple[str, ...]:
    """What makes a price one price."""
    return row.parts(*IDENTITY)


def rents_with_prices(
    workbook: Workbook, at: When | None = None
) -> list[tuple[Priced, list[Priced]]]:
    """Each newest rent with the newest purchase prices of its model, by configuration.

    With `at`, as they stood then: rents of that period, prices not later. An old
    price is used only while its model and configuration has no newer one.
    """
    rents, prices = priced(workbook, RENT), priced(workbook, PRICE)
    if at is not None:
        rents = [row for row in rents if _in_period(row.when, at)]
        prices = [row for row in prices if row.when.end <= at.end]
    rents = chosen(newest(rents, identity), identity)
    prices = newest(prices, lambda row: row.parts("model", "config"))
    by_model: dict[str, list[Priced]] = {}
    for price in chosen(prices, identity):
        by_model.setdefault(price.part("model"), []).append(price)
    pairs = ((rent, by_model.get(rent.part("model"), [])) for rent in rents)
    return [(rent, found) for rent, found in pairs if found]


def term_months(term: str) -> int:
    """Months of a lease term such as 1y or 6m; 0 when it is not stated."""
    found = _MONTHS.fullmatch(term)
    return int(found[1]) * (12 if found[2] == "y" else 1) if found else 0


def _in_period(when: When, at: When) -> bool:
    return 0 <= (at.end - when.end).days <= SAME_PERIOD_DAYS


def _weight(row: Priced) -> int:
    return _CONFIDENCE.get(row.part("confidence"), 1)
