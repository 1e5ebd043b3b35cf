"""Linear scales from values to drawing points, and the round numbers along them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from reportgen.note.model import Mark


@dataclass(frozen=True, slots=True)
class Scale:
    """Values `low`..`high` drawn from `start` to `end` (px; start may be the larger)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value is drawn, px."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Span:
    """The finite ends of a mark: None where it is open or not known."""

    low: float | None
    point: float | None
    high: float | None

    @property
    def middle(self) -> float | None:
        """The point, else the middle of a closed range."""
        if self.point is not None:
            return self.point
        if self.low is not None and self.high is not None:
            return self.low + (self.high - self.low) / 2
        return None

    @property
    def known(self) -> tuple[float, ...]:
        """The ends there are, in order."""
        return tuple(v for v in (self.low, self.point, self.high) if v is not None)

    @property
    def bound(self) -> float:
        """Where the mark stands: its middle, else its one end."""
        middle = self.middle
        return self.known[0] if middle is None else middle

    @property
    def opens_up(self) -> bool:
        """No upper end: a floor, or a stated value with more above."""
        return self.high is None

    @property
    def opens_down(self) -> bool:
        """No lower end."""
        return self.low is None

    @property
    def is_range(self) -> bool:
        """Two different ends, at least one beside the middle."""
        return len(set(self.known)) > 1


def span_of(mark: Mark | None) -> Span | None:
    """The mark's ends; None for a missing mark and for one without a finite number.

    A mark with only a point is a single value, not one that is open on both sides.
    """
    if mark is None:
        return None
    low, point, high = (
        value if value is not None and math.isfinite(value) else None
        for value in (mark.low, mark.point, mark.high)
    )
    if low is None and point is None and high is None:
        return None
    if low is None and high is None:
        return Span(point, point, point)
    return Span(low, point, high)


def extent(values: Iterable[float], *, zero: bool, pad: float = 0.0) -> tuple[float, float]:
    """The range to draw: with zero if asked, never empty, `pad` (a share) left around."""
    seen = list(values) or [0.0]
    if zero:
        seen.append(0.0)
    low, high = min(seen), max(seen)
    if math.isclose(low, high, rel_tol=1e-9, abs_tol=1e-12):
        room = abs(high) * 0.1 or 1.0
        return (low - room, high + room)
    room = (high - low) * pad
    return (
        low if zero and low == 0 else low - room,
        high if zero and high == 0 else high + room,
    )


def round_ticks(low: float, high: float, wanted: int = 4) -> tuple[float, ...]:
    """Round numbers between `low` and `high`, as near to `wanted` of them as round steps allow."""
    power = 10.0 ** (math.floor(math.log10((high - low) / wanted)) - 1)
    found = [_multiples(low, high, power * step) for step in (5, 10, 20, 50, 100)]
    return min(found, key=lambda ticks: (abs(len(ticks) - wanted), len(ticks))) or (low,)


def _multiples(low: float, high: float, step: float) -> tuple[float, ...]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    places = max(0, 1 - math.floor(math.log10(step)))
    return tuple(round(index * step, places) + 0.0 for index in range(first, last + 1))
