"""Prices of one month that are not put together, because their days differ.

The figure is the observation of the latest date; several independent sources of that very
date form their envelope. A quote of the 5th and one of the 18th are two observations, so
that the second alone is June's rent. That is right where the market moved in between, and
not what was meant where two brokers were asked for June: only the analyst knows which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from reportgen.checks.making import Place, ends, listed, open_places, with_value
from reportgen.checks.pairing import IDENTITY
from reportgen.checks.values import baseline
from reportgen.dates import When
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import PRICE, RENT, Unit
from reportgen.workbook.tables import Workbook

_MOST_NAMED = 3
_BASELINES = ((RENT, "rent_baseline"), (PRICE, "purchase_baseline"))
_OF_A_MONTH = ("day", "month")

Dated = tuple[Place, When]


def days_of_one_month(workbook: Workbook) -> tuple[Issue, ...]:
    """Remarks on the newest price, and on that of a baseline, which leaves out another source's.

    The other is of the same month, of a source independent of the first, and differs in
    value: else the envelope of the two would say the same.
    """
    groups = {row.id: row.text("group") or row.id for row in workbook["Sources"]}
    things: dict[tuple[Unit, tuple[str, ...]], list[Dated]] = defaultdict(list)
    for place in open_places(workbook, "Prices"):
        quantity, when = place.row.quantity, place.row.when()
        if quantity is not None and when is not None:
            thing = tuple(place.row.text(column).casefold() for column in IDENTITY)
            things[quantity.unit, thing].append((place, when))
    edges = {unit: _edges(workbook, key) for unit, key in _BASELINES}
    return tuple(
        _issue(newest, left)
        for (unit, _), dated in things.items()
        for newest, left in _left_out(dated, edges.get(unit, (date.max,)), groups)
    )


def _edges(workbook: Workbook, key: str) -> tuple[date, ...]:
    """The last days of the baseline and of all time: where one observation is chosen."""
    declared = baseline(workbook, key)
    return (*((declared.end,) if declared is not None else ()), date.max)


def _left_out(
    dated: Sequence[Dated], edges: Sequence[date], groups: Mapping[str, str]
) -> Iterator[tuple[Dated, list[Dated]]]:
    """The observation that is chosen at each edge, with those of its month that it leaves out."""
    done: set[str] = set()
    for edge in edges:
        before = [one for one in dated if one[1].end <= edge]
        if not before:
            continue
        newest = max(before, key=lambda one: one[1].order)
        if newest[1].precision not in _OF_A_MONTH or newest[1].key in done:
            continue
        done.add(newest[1].key)
        together = [place for place, when in before if when.key == newest[1].key]
        known = {_group(place, groups) for place in together}
        values = {_ends(place) for place in together}
        left = [
            (place, when)
            for place, when in before
            if when.key != newest[1].key
            and when.precision in _OF_A_MONTH
            and (when.end.year, when.end.month) == (newest[1].end.year, newest[1].end.month)
            and _group(place, groups) not in known
            and _ends(place) not in values
        ]
        if left:
            yield newest, left


def _group(place: Place, groups: Mapping[str, str]) -> str:
    source = place.row.text("source")
    return groups.get(source, source)


def _ends(place: Place) -> tuple[float, float]:
    return ends(place.row.quantity) if place.row.quantity is not None else (0.0, 0.0)


def _issue(newest: Dated, left: Sequence[Dated]) -> Issue:
    place, when = newest
    others = listed(_on_its_day(*one) for one in left[:_MOST_NAMED])
    more = len(left) - _MOST_NAMED
    if more > 0:
        others = Text(f"{others.zh}等 {len(left)} 行", f"{others.en} and {more} more")
    this = _on_its_day(place, when)
    return place.issue(
        "date", "month-not-joined", Severity.REMARK,
        says=Text(
            f"数字只取最新一天的 {this.zh}；同月另一独立来源的 {others.zh}不并入区间。",
            f"The figure is {this.en} alone, the latest day; {others.en}, of the same month and "
            "another source, is not put together with it.",
        ),
        cure=Text(
            f"若两者都是 {when.end:%Y-%m} 的行情，请把日期都写作 {when.end:%Y-%m}；若行情确有变动，"
            "则无需处理。",
            f"If both stand for that month, date both {when.end:%Y-%m}; if the market moved, "
            "nothing is needed.",
        ),
    )  # fmt: skip


def _on_its_day(place: Place, when: When) -> Text:
    """P4 (6.7 万元/台/月) of 5 Jun 2026."""
    said = with_value(place)
    return Text(f"{when.text('zh')} {said.zh}", f"{said.en} of {when.text('en')}")
