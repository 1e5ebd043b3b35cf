"""How far a figure moved between two issues, bounded over the rows that both rest on.

A reader who sees 34 → 33 months works out −2.9% and must not find −1.6% beside it. So a
change is told as coarsely as the printed values bear it out (`agreeing`); where not even
whole percents do, computed values show one digit more: 33.9 → 33.3 months, −2%.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from reportgen.analysis.causes import same_row
from reportgen.analysis.figures import Figure
from reportgen.analysis.snapshot import quoted_leaves
from reportgen.arithmetic import derive, relative_change
from reportgen.language import LANGS, Lang
from reportgen.quantity import Combined, Derived, Quantity
from reportgen.units import PERCENT, POINTS
from reportgen.wording import as_printed, printed_decimals

_LEAST_PERCENT = 0.5  # rounds to more than 0%
_MANY_ROWS = 6  # of ranges in one formula: beyond, both values are taken as they stand

_Span = tuple[float, float]


def move(old: Figure, new: Figure) -> Figure | None:
    """The change as a figure named since.<id>: a percentage, or a difference.

    Percentages differ by percentage points; what may be negative, by its own unit. A row
    that did not change counts once in both values, so that a payback moves exactly as
    its rent does. None where the units differ or the change is open at both ends.
    """
    was, is_now = _on_common_rows(old.quantity, new.quantity)
    if was.unit.key != is_now.unit.key:
        return None
    try:
        if was.unit == PERCENT:
            inputs = {"new": is_now, "old": was}
            moved = derive("new − old", POINTS, _difference, inputs)
        elif _is_positive(was) and _is_positive(is_now):
            moved = relative_change(is_now, was)
        else:
            moved = derive("new − old", was.unit, _difference, {"new": is_now, "old": was})
    except (ValueError, ZeroDivisionError):
        return None
    return Figure(
        f"since.{new.id}", moved, new.label,
        as_of=new.as_of, since=old.as_of, signed=True, loose=new.loose or old.loose,
    )  # fmt: skip


def agreeing(old: Figure, new: Figure, change: Figure) -> tuple[Figure, Figure, Figure]:
    """The three as they may stand side by side: what is printed of two gives the third.

    First the change loses its decimal, then computed values gain a digit: one, as in a
    table of method, since more would claim more than the evidence says. Where even that
    leaves them apart it is by one in the change's last place. Quoted values are printed
    as quoted; where an end is open nothing can be held against anything.
    """
    spans = [_span(one.quantity) for one in (old, new, change)]
    if None in spans:
        return old, new, change
    finer = _finer(old), _finer(new)
    for was, is_now in ((old, new), finer):
        for moved in _coarser(change):
            if all(_agree(was.quantity, is_now.quantity, moved.quantity, lang) for lang in LANGS):
                return was, is_now, moved
    return *finer, change


def _finer(figure: Figure) -> Figure:
    quantity = figure.quantity
    if quantity.decimals is not None:
        return figure
    return replace(figure, quantity=replace(quantity, digits=quantity.digits + 1))


def _coarser(change: Figure) -> Iterator[Figure]:
    """The change as it is, then in whole percents, unless those would say that nothing moved."""
    yield change
    quantity = change.quantity
    if quantity.unit in (PERCENT, POINTS) and abs(quantity.bound) >= _LEAST_PERCENT:
        yield replace(change, quantity=replace(quantity, decimals=0))


def _agree(old: Quantity, new: Quantity, change: Quantity, lang: Lang) -> bool:
    """Whether the printed change follows from the printed values.

    A row in both values narrows the change: then it must lie within what they allow, and
    a single one must hold at both ends.
    """
    before, after, said = (_span(as_printed(one, lang)) for one in (old, new, change))
    whole, now, moved = _span(old), _span(new), _span(change)
    if not (before and after and said and whole and now and moved):
        return True
    relative = change.unit == PERCENT != old.unit
    if relative and 0 in before:
        return False  # printed as 0, which it is not
    decimals = printed_decimals(change, lang)

    def told(ends: _Span) -> _Span | None:
        return _span(
            as_printed(replace(change, low=ends[0], point=None, high=ends[1]), lang, decimals)
        )

    widest = _widest(whole, now, relative=relative)
    allowed = told(_widest(before, after, relative=relative))
    if allowed is None or all(map(math.isclose, moved, widest)):
        return said == allowed
    if not allowed[0] <= said[0] <= said[1] <= allowed[1]:
        return False
    at_ends = sorted(_move(*pair, relative=relative) for pair in zip(before, after, strict=True))
    return said[0] != said[1] or told((at_ends[0], at_ends[1])) == said


def _span(quantity: Quantity) -> _Span | None:
    """Both ends; None where one is open."""
    return None if quantity.low is None or quantity.high is None else (quantity.low, quantity.high)


def _widest(old: _Span, new: _Span, *, relative: bool) -> _Span:
    """From the highest old to the lowest new value, and the other way round."""
    low, high = (_move(a, b, relative=relative) for a, b in ((old[1], new[0]), (old[0], new[1])))
    return min(low, high), max(low, high)


def _move(old: float, new: float, *, relative: bool) -> float:
    return (new - old) / old * 100 if relative else new - old


def _difference(new: float, old: float) -> float:
    return new - old


def _is_positive(quantity: Quantity) -> bool:
    lowest = quantity.low if quantity.low is not None else quantity.bound
    return lowest > 0


def _on_common_rows(old: Quantity, new: Quantity) -> tuple[Quantity, Quantity]:
    """Both quantities, resting on the very same leaf where a row stands in both issues."""
    leaves = list(dict.fromkeys((*quoted_leaves(old), *quoted_leaves(new))))
    ranges = {same_row(leaf) for leaf in leaves if not leaf.is_single}
    if len(ranges) > _MANY_ROWS:
        return _as_it_stands(old), _as_it_stands(new)
    common = {same_row(leaf): leaf for leaf in quoted_leaves(new)}

    def rebased(quantity: Quantity) -> Quantity:
        lineage = quantity.lineage
        if isinstance(lineage, Derived):
            inputs = tuple((name, rebased(child)) for name, child in lineage.inputs)
            return replace(quantity, lineage=replace(lineage, inputs=inputs))
        if isinstance(lineage, Combined):
            return quantity
        return common.get(same_row(quantity), quantity)

    return rebased(old), new


def _as_it_stands(quantity: Quantity) -> Quantity:
    """The quantity as a leaf: its range is taken whole, its lineage stays behind it."""
    if not isinstance(quantity.lineage, Derived):
        return quantity
    return replace(quantity, lineage=Combined(quantity.lineage.formula, (quantity,)))
