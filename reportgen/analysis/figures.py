"""Figures: quantities with a stable name, gathered so that prose and exhibits can ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reportgen.dates import When
from reportgen.language import Text
from reportgen.nearest import nearest
from reportgen.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity with a name that prose can use, such as `rent.h100.1y`.

    `as_of` is when it holds; `since` the other date of a change. `signed` figures
    print their plus sign. `loose` marks a comparison of rows that differ in more
    than their date, which a reader must be told. `about` is what a claim speaks of,
    by a stable key, so that a later claim on the same thing can be set beside it.
    """

    id: str
    quantity: Quantity
    label: Text
    as_of: When | None = None
    since: When | None = None
    signed: bool = False
    loose: bool = False
    about: str = ""


class Figures(Mapping[str, Figure]):
    """Figures by id, in the order they were added."""

    def __init__(self, figures: Iterable[Figure] = ()) -> None:
        found: dict[str, Figure] = {}
        for figure in figures:
            found.setdefault(figure.id, figure)
        self._by_id = found

    def __getitem__(self, figure_id: str) -> Figure:
        return self._by_id[figure_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def like(self, figure_id: str, count: int = 3) -> tuple[str, ...]:
        """Existing ids that resemble a wrong one, best first."""
        return nearest(figure_id, self._by_id, count)
