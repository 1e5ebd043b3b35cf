"""Quantities: a value or a range, its unit, and where it came from.

What can be done with them is in `reportgen.arithmetic`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reportgen.dates import When
from reportgen.units import Step, Unit

Kind = Literal["quoted", "assumption", "constant"]
Weakness = Literal["low", "interviewer", "stale", "contradicted"]
WEAKNESSES: tuple[Weakness, ...] = ("low", "interviewer", "stale", "contradicted")


@dataclass(frozen=True, slots=True)
class CellRef:
    """A cell of the workbook, by the sheet's name there and the Excel address."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A leaf: the value stands in the workbook (or is a named constant).

    `weaknesses` say why it deserves less trust than the note's other evidence. `about`: the
    cell calls its own value approximate (约350).
    """

    row_id: str
    cells: Sequence[CellRef]
    as_written: str = ""
    source_id: str = ""
    as_of: When | None = None
    quote: str = ""
    confidence: str = ""
    speaker: str = ""
    kind: Kind = "quoted"
    steps: tuple[Step, ...] = ()
    weaknesses: tuple[Weakness, ...] = field(default=(), compare=False)
    about: bool = False


@dataclass(frozen=True, slots=True)
class Combined:
    """A leaf made of several rows: the envelope of independent sources."""

    rule: str
    parts: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A value computed by `formula` from named inputs.

    `leaves` is what it rests on in the end, where that was found out when it was made.
    """

    formula: str
    inputs: tuple[tuple[str, Quantity], ...]
    compute: Callable[..., float] = field(compare=False, repr=False)
    leaves: tuple[Quantity, ...] = field(default=(), compare=False, repr=False)


Lineage = Quoted | Combined | Derived


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value or range in `unit`.

    A single value has low == point == high. A range without a stated point has
    point None. An open end is None: only `low` is a floor ("at least 8").
    `digits` is the number of significant digits that may be printed; `decimals`
    is set for values printed exactly as quoted.
    """

    unit: Unit
    low: float | None
    point: float | None
    high: float | None
    lineage: Lineage
    digits: int
    decimals: int | None = None

    def __post_init__(self) -> None:
        known = [value for value in (self.low, self.point, self.high) if value is not None]
        if not known:
            raise ValueError("a quantity needs a value")
        if not all(math.isfinite(value) for value in known):
            raise ValueError("a quantity's ends must be finite; leave an open end out")
        if known != sorted(known):
            raise ValueError(f"low <= point <= high does not hold: {known}")

    def __hash__(self) -> int:
        """Quick, since a lineage is deep: equal quantities have equal ends and stand in one row."""
        row_id = self.lineage.row_id if isinstance(self.lineage, Quoted) else ""
        return hash((self.low, self.point, self.high, row_id))

    @property
    def is_single(self) -> bool:
        """One value, no range."""
        return self.low == self.high and self.low is not None

    @property
    def way(self) -> Literal["", "up", "down"]:
        """Whether a change went up or down for certain; neither where it spans zero."""
        if self.low is not None and self.low > 0:
            return "up"
        return "down" if self.high is not None and self.high < 0 else ""

    @property
    def is_floor(self) -> bool:
        """Only a lower end is known."""
        return self.point is None and self.high is None

    @property
    def is_ceiling(self) -> bool:
        """Only an upper end is known."""
        return self.point is None and self.low is None

    @property
    def is_about(self) -> bool:
        """Whether it is printed as approximate: a closed value that all its sources call so.

        A computed value is not: rounding says how far it can be trusted, its passport why.
        """
        if self.low is None or self.high is None:
            return False
        if isinstance(self.lineage, Combined):
            return all(part.is_about for part in self.lineage.parts)
        return isinstance(self.lineage, Quoted) and self.lineage.about

    @property
    def middle(self) -> float | None:
        """The stated point, else the middle of a closed range, else None."""
        if self.point is not None:
            return self.point
        if self.low is not None and self.high is not None:
            return (self.low + self.high) / 2
        return None

    @property
    def has_made_point(self) -> bool:
        """Whether `middle` is ours rather than the source's."""
        return self.point is None and self.middle is not None

    @property
    def bound(self) -> float:
        """Some known number: the middle, else the one end there is. For sorting and drawing."""
        for value in (self.middle, self.low, self.high):
            if value is not None:
                return value
        raise AssertionError("unreachable: a quantity has a value")

    def leaves(self) -> Iterator[Quantity]:
        """The quoted and combined quantities this one rests on, itself if it is one."""
        lineage = self.lineage
        if not isinstance(lineage, Derived):
            yield self
        elif lineage.leaves:
            yield from lineage.leaves
        else:
            for _, child in lineage.inputs:
                yield from child.leaves()

    def quotes(self) -> Iterator[Quoted]:
        """Every quoted lineage this one rests on, through combinations too."""
        for leaf in self.leaves():
            if isinstance(leaf.lineage, Combined):
                for part in leaf.lineage.parts:
                    yield from part.quotes()
            elif isinstance(leaf.lineage, Quoted):
                yield leaf.lineage

    @property
    def weaknesses(self) -> tuple[Weakness, ...]:
        """Its own if it is quoted, else those of the quoted values it rests on.

        Assumptions pass nothing on: they are told apart as assumptions.
        """
        if isinstance(self.lineage, Quoted):
            return self.lineage.weaknesses
        found = {
            weakness
            for quote in self.quotes()
            if quote.kind == "quoted"
            for weakness in quote.weaknesses
        }
        return tuple(weakness for weakness in WEAKNESSES if weakness in found)


def single(
    value: float, unit: Unit, lineage: Lineage, *, digits: int | None = None, decimals: int = 0
) -> Quantity:
    """A quoted single value. `digits` defaults to the digits of `value` at `decimals`."""
    return Quantity(
        unit, value, value, value, lineage, digits or significant(value, decimals), decimals
    )


def constant(name: str, value: float, unit: Unit) -> Quantity:
    """A constant of a formula, such as 730 hours a month. It does not limit precision."""
    return Quantity(unit, value, value, value, Quoted(name, (), f"{value:g}", kind="constant"), 15)


def significant(value: float, decimals: int) -> int:
    """Significant digits of a number written with that many decimals (6.75, 2 -> 3).

    Zeros at the end of a whole number do not count: 750,000 is read as two digits.
    """
    if value == 0:
        return max(1, decimals)
    digits = math.floor(math.log10(abs(value))) + 1 + decimals
    if decimals == 0 and value == int(value):
        whole = str(abs(int(value)))
        digits = len(whole.rstrip("0"))
    return max(1, digits)
