"""How far a figure moved between two issues, bounded over the rows that both rest on."""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.causes import same_row
from reportgen.analysis.figures import Figure
from reportgen.analysis.snapshot import quoted_leaves
from reportgen.quantity import Combined, Derived, Quantity, derive, relative_change
from reportgen.units import PERCENT, POINTS

_MANY_ROWS = 6  # of ranges in one formula: beyond, both values are taken as they stand


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
