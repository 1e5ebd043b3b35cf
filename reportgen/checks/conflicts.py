"""Check 12: claims that disagree, by the `contradicts` column and by rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import pairwise

from reportgen.checks.bases import profit_basis
from reportgen.checks.making import Place, ends, listed, open_places, spaced, with_value
from reportgen.checks.pairing import IDENTITY
from reportgen.checks.references import contradicted
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.workbook.tables import Row, Workbook

MOST_NAMED = 8
"""Opponents named in one message; more are counted."""

_CLAIMS = ("Survey", "Demand")
_ROUND_OFF = 1e-9

Pair = tuple[str, str]


def conflicting_claims(workbook: Workbook) -> tuple[Issue, ...]:
    """Claims that contradict one another, each pair said once, at the row with most opponents.

    By the `contradicts` column for Survey and Demand (prices and parameters have
    checks of their own), and by rule for two values of one thing, date and source
    that do not overlap. Garbled rows and different bases take no part.
    """
    by_id = {
        place.row.id: place for place in open_places(workbook, *_CLAIMS, "Prices")
        if not place.row.unread
    }  # fmt: skip
    pairs = dict.fromkeys((*_named(by_id), *_unequal(by_id, workbook)))
    opponents: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        opponents[one].append(other)
        opponents[other].append(one)
    return tuple(
        _issue(by_id[hub], [by_id[other] for other in others]) for hub, others in _hubs(opponents)
    )


def _hubs(opponents: dict[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Rows with the opponents not yet named elsewhere, those with most opponents first."""
    done: set[str] = set()
    for hub in sorted(opponents, key=lambda one: -len(opponents[one])):
        left = [other for other in opponents[hub] if other not in done]
        done.add(hub)
        if left:
            yield hub, left


def _named(by_id: dict[str, Place]) -> Iterator[Pair]:
    """Pairs of the `contradicts` column, in one order."""
    for own, place in by_id.items():
        if place.table.key not in _CLAIMS:
            continue
        for other in contradicted(place.row):
            there = by_id.get(other)
            if there is None or other == own or there.table.key not in _CLAIMS:
                continue
            if not _another_check(place, there):
                yield _ordered(own, other)


def _another_check(one: Place, other: Place) -> bool:
    """Whether the two differ in basis or add up to a whole: checks 8, 10 and 15 say so."""
    a, b = one.row, other.row
    if a.text("basis") != b.text("basis") or profit_basis(one) != profit_basis(other):
        return True
    if a.text("metric") == b.text("metric") == "share" and a.text("segment") != b.text("segment"):
        return True
    return a.quantity is not None and b.quantity is not None and a.quantity.unit != b.quantity.unit


def _unequal(by_id: dict[str, Place], workbook: Workbook) -> Iterator[Pair]:
    """Pairs of neighbours in value, of one thing and source, that do not overlap."""
    groups = {row.id: row.text("group") or row.id for row in workbook["Sources"]}
    things: dict[Hashable, list[Place]] = defaultdict(list)
    for place in by_id.values():
        quantity = place.row.quantity
        if quantity is None or quantity.low is None or quantity.high is None:
            continue
        source = place.row.text("source")
        if not source:  # two claims of nobody are not two claims of one
            continue
        things[(quantity.unit.key, groups.get(source, source), *_thing(place))].append(place)
    for same in things.values():
        same.sort(key=_ends)
        for one, other in pairwise(same):
            if not _overlap(_ends(one), _ends(other)):
                yield _ordered(one.row.id, other.row.id)


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Two ranges that share no more than an end do not overlap."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    if one[0] < one[1] and other[0] < other[1]:
        return shared > _ROUND_OFF
    return shared >= -_ROUND_OFF


def _ends(place: Place) -> tuple[float, float]:
    return ends(place.row.quantity) if place.row.quantity else (0.0, 0.0)


def _thing(place: Place) -> tuple[str, ...]:
    """What makes two values values of one thing at one time under one condition."""
    row, key = place.row, place.table.key
    columns, date = {
        "Prices": (IDENTITY, "date"),
        "Survey": (("subject", "metric", "condition"), "as_of"),
        "Demand": (("segment", "metric", "basis"), "period"),
    }[key]
    return (key, _when(row, date), *(row.text(column).lower() for column in columns))


def _when(row: Row, column: str) -> str:
    when = row.when(column)
    return when.key if when else ""


def _ordered(one: str, other: str) -> Pair:
    return (one, other) if one <= other else (other, one)


def _issue(place: Place, others: list[Place]) -> Issue:
    named = listed(with_value(other) for other in others[:MOST_NAMED])
    more = len(others) - MOST_NAMED
    if more > 0:
        named = Text(f"{named.zh}等 {len(others)} 条", f"{named.en} and {more} more")
    what = with_value(place)
    column = "contradicts" if place.table.key in _CLAIMS else "point"
    return place.issue(
        column, "claims-conflict", Severity.WARNING,
        says=Text(
            spaced(f"{what.zh}与 {named.zh}说法不一。"),
            f"{what.en} does not agree with {named.en}.",
        ),
        cure=Text(
            "报告会并列两种说法；请决定采信哪一条，或在“已接受问题”中说明。",
            "The note states both sides; choose one, or say why both stay on the Accepted sheet.",
        ),
    )  # fmt: skip
