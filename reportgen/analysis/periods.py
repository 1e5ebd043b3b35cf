"""Periods for an index: price observations of mixed dates gathered into calendar months.

How periods are formed. A date belongs to the month of the last day it can mean, as
everywhere in this package: "before 17 February" to February, "July to August" to
August. The declared baseline cuts its month in two, so that what was quoted before
it is never averaged with what came after. Where all dates fall into one such month,
each day is a period. A period bears the date itself when all its prices share one,
else the month; so a pair of calls keeps the two dates that its sources gave, and
three years of daily prices become some 36 months. Months also keep sparse daily
quotes comparable: an index of days would only ever see the few cells quoted on
both of two days.

The price of a cell in a period is the geometric mean of its observations there. A
date that spans more than a month counts only where nothing finer is known.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from reportgen.analysis.prices import Observed, PriceKey, PriceSeries
from reportgen.arithmetic import bounded
from reportgen.dates import When, day, month
from reportgen.quantity import Quantity
from reportgen.workbook.tables import Table

_MONTH_DAYS = 31


@dataclass(frozen=True, slots=True)
class Period:
    """The cells priced in one period, and the weights stated there."""

    when: When
    prices: Mapping[PriceKey, Quantity]
    weights: Mapping[PriceKey, float]


def collect_periods(
    series: Iterable[PriceSeries], sources: Table, baseline: When | None
) -> tuple[Period, ...]:
    """Periods oldest first, of series of one market.

    What has no middle (floors and ceilings), what the interviewer said and what the
    house made itself (a source of kind own: back-solved values) takes no part.
    """
    own = {row.id for row in sources if row.text("kind") == "own"}
    usable = [
        (one.key, point) for one in series for point in one.points if _is_evidence(point, own)
    ]
    groups = _grouped(usable, baseline, by_day=False)
    if len(groups) == 1:
        groups = _grouped(usable, baseline, by_day=True)
    return tuple(_period(groups[place], place, baseline) for place in sorted(groups))


_Place = tuple[int, int, int, bool]
_Found = list[tuple[PriceKey, Observed]]


def _grouped(usable: _Found, baseline: When | None, *, by_day: bool) -> dict[_Place, _Found]:
    groups: dict[_Place, _Found] = {}
    for key, point in usable:
        end = point.when.end
        after = baseline is not None and end > baseline.end
        place = (end.year, end.month, end.day if by_day else 0, after)
        groups.setdefault(place, []).append((key, point))
    return groups


def _is_evidence(point: Observed, own: set[str]) -> bool:
    middle, low = point.quantity.middle, point.quantity.low
    if middle is None or middle <= 0 or (low is not None and low <= 0):
        return False
    return not any(
        row.text("speaker") == "interviewer" or row.text("source") in own for row in point.rows
    )


def _period(found: _Found, place: _Place, baseline: When | None) -> Period:
    by_key: dict[PriceKey, list[Observed]] = {}
    for key, point in found:
        by_key.setdefault(key, []).append(point)
    prices = {key: _price(_finest(points)) for key, points in by_key.items()}
    weights = {
        key: weight
        for key, points in by_key.items()
        for point in points
        for row in point.rows
        if (weight := row.number_of("weight")) is not None and weight >= 0
    }
    return Period(_label([point for _, point in found], place, baseline), prices, weights)


def _finest(points: list[Observed]) -> list[Observed]:
    fine = [point for point in points if (point.when.end - point.when.start).days <= _MONTH_DAYS]
    return fine or points


def _price(points: list[Observed]) -> Quantity:
    if len(points) == 1:
        return points[0].quantity
    inputs = {f"p{place}": point.quantity for place, point in enumerate(points, start=1)}
    return bounded(
        f"geometric mean of {len(points)} prices",
        points[0].quantity.unit,
        lambda **prices: math.exp(math.fsum(map(math.log, prices.values())) / len(prices)),
        inputs,
    )


def _label(points: list[Observed], place: _Place, baseline: When | None) -> When:
    dates: set[Hashable] = {point.when for point in points}
    if len(dates) == 1:
        return points[0].when
    year, number, number_of_day, after = place
    end = max(point.when.end for point in points)
    if number_of_day:
        return day(end)
    cut = baseline is not None and (baseline.end.year, baseline.end.month) == (year, number)
    return baseline if cut and baseline is not None and not after else month(year, number)
