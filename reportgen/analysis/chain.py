"""The chain of an index: periods joined by links, each with what every price counts in it.

A cell that is missing for a while is left out of the links between, which imputes
for it the mean movement of the others; when it returns, its price is compared with
that imputed price, so that the movement of the gap is not counted twice. Its last
price is never carried forward as if it still held (the producer price manual's rule:
a carried price draws the index towards no change). After half a year away it enters
as a new cell. A period in which no known cell is priced has no level, and what is first
quoted there waits for the next period that has one. Where nothing joins an early run of
periods to a later one, the index is that of the later run.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.analysis.periods import Period
from reportgen.analysis.prices import PriceKey

_LONGEST_GAP = 183  # days a cell may miss periods before it counts as new
_NEGLIGIBLE = 1e-12

_Node = tuple[PriceKey, int]
Coefficients = dict[_Node, float]
"""How much the logarithm of each price counts, by its cell and the place of its period."""


@dataclass(frozen=True, slots=True)
class Link:
    """The period at `place` with ln(I ÷ 100) as coefficients of the logarithms of prices."""

    place: int
    cells: tuple[PriceKey, ...]
    weighted: bool
    logarithm: Coefficients


def last_run(periods: tuple[Period, ...]) -> list[Link]:
    """The latest stretch of periods that links join, from its first period on."""
    best: list[Link] = []
    start = 0
    while start < len(periods):
        run = _run(periods, start)
        best = run if len(run) > 1 else best
        start = run[-1].place + 1 if len(run) > 1 else start + 1
    return best


def _run(periods: tuple[Period, ...], start: int) -> list[Link]:
    """The chain that begins with the cells of period `start`."""
    links = {start: Link(start, (), False, {})}
    seen = dict.fromkeys(periods[start].prices, start)
    weights = dict(periods[start].weights)
    last = start
    for place in range(start + 1, len(periods)):
        now = periods[place]
        cells = tuple(
            key for key in now.prices if key in seen and _is_near(periods, seen[key], place, last)
        )
        if not cells:
            continue
        stated = {**now.weights, **weights}
        shares = _shares(cells, stated)
        moved = _linked(links, last, place, seen, shares)
        links[place] = Link(place, cells, stated.keys() >= set(cells), moved)
        seen.update(dict.fromkeys(now.prices, place))
        weights.update(now.weights)
        last = place
    return list(links.values())


def _is_near(periods: tuple[Period, ...], then: int, now: int, last: int) -> bool:
    away = (periods[now].when.end - periods[then].when.end).days
    return then == last or away <= _LONGEST_GAP


def _shares(
    cells: tuple[PriceKey, ...], weights: Mapping[PriceKey, float]
) -> dict[PriceKey, float]:
    """Weights that add up to one: stated ones if every cell has one, else equal."""
    stated = {key: weights[key] for key in cells if key in weights}
    whole = math.fsum(stated.values())
    if len(stated) == len(cells) and whole > 0:
        return {key: weight / whole for key, weight in stated.items()}
    return dict.fromkeys(cells, 1 / len(cells))


def _linked(
    links: Mapping[int, Link],
    last: int,
    place: int,
    seen: Mapping[PriceKey, int],
    shares: Mapping[PriceKey, float],
) -> Coefficients:
    """Logarithm of a period's index: the last one's plus the weighted moves of its cells.

    The move of a cell that was away runs from its imputed price: its last price times
    what the index did since.
    """
    found = dict(links[last].logarithm)
    away: dict[int, float] = defaultdict(float)
    for key, share in shares.items():
        then = seen[key]
        found[key, place] = found.get((key, place), 0.0) + share
        found[key, then] = found.get((key, then), 0.0) - share
        if then != last:
            away[then] += share
    for then, share in away.items():  # cells that were last seen together moved together
        for node, value in difference(links[last].logarithm, links[then].logarithm).items():
            found[node] = found.get(node, 0.0) - share * value
    return {node: value for node, value in found.items() if abs(value) > _NEGLIGIBLE}


def difference(new: Coefficients, old: Coefficients) -> Coefficients:
    """What every price counts in the movement from one link to another."""
    found = {node: new.get(node, 0.0) - old.get(node, 0.0) for node in {**old, **new}}
    return {node: value for node, value in found.items() if abs(value) > _NEGLIGIBLE}
