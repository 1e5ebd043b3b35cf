"""Arithmetic with quantities, which keeps their lineage.

Ranges are bounded for whole formulas over the quoted leaves, because bounding each
operation on its own goes wrong where a variable appears twice, as in (R - B) / R.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from reportgen.quantity import Combined, Derived, Quantity, Quoted
from reportgen.units import PERCENT, TIMES, Unit

Bounds = Literal["corners", "search"]

_MANY_LEAVES = 10  # beyond 2**10 corners, follow each variable's direction instead
_SEARCH_POINTS = 9
_SEARCH_LIMIT = 20_000
_SEARCH_ROUNDS = 3
_ROUND_OFF = 1e-12
_NUDGE = 1e-6


class UnitMismatchError(TypeError):
    """Two quantities of different units were added, subtracted or divided as if alike."""


def derive(
    formula: str,
    unit: Unit,
    compute: Callable[..., float],
    inputs: Mapping[str, Quantity],
    *,
    bounds: Bounds = "corners",
) -> Quantity:
    """A quantity computed by `compute(**inputs)`, bounded over all its quoted leaves.

    Assumptions and constants are held at their point (their effect belongs in a
    sensitivity grid). `bounds="corners"` is exact where the formula is monotone
    in each leaf; "search" also looks inside the ranges. An end that rests on an
    open end is open. Raises ZeroDivisionError if the central value divides by 0.
    """
    leaves = tuple(dict.fromkeys(leaf for one in inputs.values() for leaf in one.leaves()))
    lineage = Derived(formula, tuple(inputs.items()), compute, leaves)
    probe = Quantity(unit, 0.0, 0.0, 0.0, lineage, 1)
    fixed: dict[Quantity, float] = {}
    free: list[Quantity] = []
    for leaf in leaves:
        if _is_fixed(leaf):
            fixed[leaf] = leaf.bound
        else:
            free.append(leaf)
    central: float | None = None
    if all(leaf.middle is not None for leaf in free):  # what is fixed has a middle
        central = _evaluate(probe, fixed | {leaf: leaf.bound for leaf in free})
    low, high = _bounds(probe, fixed, free, bounds) if free else (central, central)
    if central is not None:
        low = None if low is None else min(low, central)
        high = None if high is None else max(high, central)
    if central is None and low is None and high is None:
        raise ValueError(f"{formula} is open at both ends")
    digits = max(2, min((leaf.digits for leaf in leaves), default=2))
    return Quantity(unit, low, central, high, lineage, digits)


def bounded(
    formula: str,
    unit: Unit,
    compute: Callable[..., float],
    inputs: Mapping[str, Quantity],
    *,
    falling: Collection[str] = (),
) -> Quantity:
    """A quantity that rises in every input but those named in `falling`, for many inputs.

    One evaluation an end, where `derive` looks at every leaf: a mean or an index
    over thousands of prices takes time linear in them. The inputs must have closed
    or open ends of their own and must not rest on the same leaf. Assumptions are
    held at their point; an end that rests on an open end is open.
    """
    if not inputs:
        raise ValueError(f"{formula} has no inputs")
    lineage = Derived(formula, tuple(inputs.items()), compute)
    held = {name: one.bound for name, one in inputs.items() if _is_fixed(one)}
    bottom = {name: one.high if name in falling else one.low for name, one in inputs.items()}
    top = {name: one.low if name in falling else one.high for name, one in inputs.items()}
    middles = {name: one.middle for name, one in inputs.items()}
    low, central, high = (_computed(compute, ends | held) for ends in (bottom, middles, top))
    if central is not None:
        low = None if low is None else min(low, central)
        high = None if high is None else max(high, central)
    digits = max(2, min(one.digits for one in inputs.values()))
    return Quantity(unit, low, central, high, lineage, digits)


def _computed(compute: Callable[..., float], values: Mapping[str, float | None]) -> float | None:
    known = {name: value for name, value in values.items() if value is not None}
    return compute(**known) if len(known) == len(values) else None


def combine(parts: tuple[Quantity, ...], best: Quantity, rule: str) -> Quantity:
    """The envelope of several quantities of one unit, with the point of `best`."""
    _same_unit(*parts)
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    low = None if None in lows else min(value for value in lows if value is not None)
    high = None if None in highs else max(value for value in highs if value is not None)
    digits = min(part.digits for part in parts)
    decimals = max((part.decimals or 0 for part in parts), default=0)
    return Quantity(best.unit, low, best.middle, high, Combined(rule, parts), digits, decimals)


def relative_change(new: Quantity, old: Quantity) -> Quantity:
    """(new - old) / old in percent. Raises UnitMismatchError unless both have one unit."""
    _same_unit(new, old)
    return derive("(new − old) ÷ old × 100", PERCENT, _percent_change, {"new": new, "old": old})


def difference(a: Quantity, b: Quantity) -> Quantity:
    """A - b, in their unit."""
    _same_unit(a, b)
    return derive("a − b", a.unit, lambda a, b: a - b, {"a": a, "b": b})


def total(parts: Mapping[str, Quantity]) -> Quantity:
    """The sum of quantities of one unit, as fine as the coarsest quoted part.

    A sum keeps decimal places, not significant digits: 60 + 15 + 20 is 95, not 100.
    """
    _same_unit(*parts.values())
    unit = next(iter(parts.values())).unit
    result = derive(" + ".join(parts), unit, lambda **values: sum(values.values()), parts)
    decimals = [part.decimals for part in parts.values() if part.decimals is not None]
    quoted = len(decimals) == len(parts)
    return replace(result, decimals=min(decimals)) if quoted else result


def ratio(a: Quantity, b: Quantity, unit: Unit = TIMES) -> Quantity:
    """A / b of one unit, as a multiple (or percent when `unit` is PERCENT)."""
    _same_unit(a, b)
    scale = 100 if unit == PERCENT else 1
    formula = "a ÷ b × 100" if scale == 100 else "a ÷ b"
    return derive(formula, unit, lambda a, b: a / b * scale, {"a": a, "b": b})


def _percent_change(new: float, old: float) -> float:
    return (new - old) / old * 100


def _same_unit(*quantities: Quantity) -> None:
    keys = {quantity.unit.key for quantity in quantities}
    if len(keys) > 1:
        raise UnitMismatchError(f"units differ: {', '.join(sorted(keys))}")


def _is_fixed(leaf: Quantity) -> bool:
    held = isinstance(leaf.lineage, Quoted) and leaf.lineage.kind != "quoted"
    return leaf.is_single or (held and leaf.middle is not None)


def _evaluate(quantity: Quantity, values: Mapping[Quantity, float]) -> float:
    lineage = quantity.lineage
    if not isinstance(lineage, Derived):
        return values[quantity]
    inputs: dict[str, float] = {}
    for name, child in lineage.inputs:
        # What has one value has it at every corner: it need not be computed again.
        single = child.low is not None and child.low == child.high
        inputs[name] = child.low if single else _evaluate(child, values)  # type: ignore[assignment]
    return lineage.compute(**inputs)


def _try(quantity: Quantity, values: Mapping[Quantity, float]) -> float:
    """Evaluate at a corner; a division by zero or an overflow there is an open end."""
    try:
        return _evaluate(quantity, values)
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan


def _ends(leaf: Quantity) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """(value, is open) of both ends. Amounts, shares and durations do not go below zero."""
    low = (leaf.low, False) if leaf.low is not None else (min(0.0, leaf.bound), True)
    high = (leaf.high, False) if leaf.high is not None else (math.inf, True)
    return low, high


def _bounds(
    probe: Quantity, fixed: Mapping[Quantity, float], free: list[Quantity], how: Bounds
) -> tuple[float | None, float | None]:
    closed: list[float] = []
    opened: list[float] = []
    for chosen in _corners(probe, fixed, free):
        values = dict(fixed) | {leaf: end[0] for leaf, end in zip(free, chosen, strict=True)}
        result = _try(probe, values)
        if any(end[1] for end in chosen):
            opened.append(result)
        elif math.isnan(result):  # a division by zero: without bound in the direction it has beside
            beside = {leaf: value + _NUDGE * (leaf.bound - value) for leaf, value in values.items()}
            opened.append(math.copysign(math.inf, _try(probe, beside)))
        else:
            closed.append(result)
    if how == "search" and not opened:
        closed.extend(_search(probe, fixed, free))
    if any(math.isnan(value) for value in opened):
        opened = [-math.inf, math.inf]
    closed = [value for value in closed if math.isfinite(value)]
    low, high = min(closed, default=math.inf), max(closed, default=-math.inf)
    slack = _ROUND_OFF * max(1.0, abs(low) if closed else 1.0)
    low_open = min(opened, default=math.inf) < low - slack
    high_open = max(opened, default=-math.inf) > high + slack
    return (None if low_open or not closed else low, None if high_open or not closed else high)


def _corners(
    probe: Quantity, fixed: Mapping[Quantity, float], free: list[Quantity]
) -> Iterator[tuple[tuple[float, bool], ...]]:
    if len(free) <= _MANY_LEAVES:
        yield from itertools.product(*(_ends(leaf) for leaf in free))
        return
    rest = dict(fixed) | {leaf: leaf.bound for leaf in free}
    lower: list[tuple[float, bool]] = []
    upper: list[tuple[float, bool]] = []
    for leaf in free:
        low, high = _ends(leaf)
        falls = _try(probe, rest | {leaf: low[0]}) > _try(probe, rest | {leaf: high[0]})
        lower.append(high if falls else low)
        upper.append(low if falls else high)
    yield tuple(lower)
    yield tuple(upper)


def _search(
    probe: Quantity, fixed: Mapping[Quantity, float], free: list[Quantity]
) -> Iterator[float]:
    """Values on a grid inside the ranges, then around the worst and the best of them."""
    whole = [(leaf.low or 0.0, leaf.high or 0.0) for leaf in free]
    points = _SEARCH_POINTS
    while points > 2 and points ** len(free) > _SEARCH_LIMIT:
        points -= 1
    for pick in (min, max):
        spans = whole
        for _ in range(_SEARCH_ROUNDS):
            results = list(_grid(probe, fixed, free, spans, points))
            if not results:
                return
            value, centre = pick(results)
            yield value
            spans = [
                (
                    max(low, middle - (high - low) / points),
                    min(high, middle + (high - low) / points),
                )
                for (low, high), middle in zip(spans, centre, strict=True)
            ]


def _grid(
    probe: Quantity,
    fixed: Mapping[Quantity, float],
    free: list[Quantity],
    spans: list[tuple[float, float]],
    points: int,
) -> Iterator[tuple[float, tuple[float, ...]]]:
    axes = [
        [low + (high - low) * step / (points - 1) for step in range(points)] for low, high in spans
    ]
    for values in itertools.product(*axes):
        result = _try(probe, dict(fixed) | dict(zip(free, values, strict=True)))
        if math.isfinite(result):
            yield result, values
