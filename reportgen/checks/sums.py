"""Checks 8 and 9: parts that should make a whole, and cards that should make servers."""

from __future__ import annotations

from collections import defaultdict

from reportgen.checks.making import (
    Place,
    ends,
    listed,
    open_places,
    span,
    value_column,
    with_value,
)
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import CARDS, PERCENT, SERVERS
from reportgen.workbook.tables import Workbook

SHARES_OFF_POINTS = 2.0
"""Percentage points by which shares of a whole may miss 100."""
SERVERS_OFF_PERCENT = 2.0
"""Percent by which a count of servers may differ from cards ÷ cards per server."""

_CARDS = 8.0
_CONFIDENCE = {"high": 3, "medium": 2, "": 1, "low": 0}
_ROUND_OFF = 1e-9


def shares_that_miss(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 8: shares of one basis and period whose sum reaches beyond 100 ± SHARES_OFF_POINTS.

    Of several rows of one segment the more confident counts, of equals the later.
    """
    groups: dict[tuple[str, str], dict[str, Place]] = defaultdict(dict)
    for place in open_places(workbook, "Demand"):
        row = place.row
        if row.text("metric") != "share" or row.quantity is None or row.quantity.unit != PERCENT:
            continue
        when = row.when("period")
        parts = groups[when.key if when else "", row.text("basis")]
        held = parts.get(row.text("segment"))
        if held is None or _weight(place) >= _weight(held):
            parts[row.text("segment")] = place
    sums = (_sum_issue(list(parts.values())) for parts in groups.values() if len(parts) > 1)
    return tuple(issue for issue in sums if issue is not None)


def _sum_issue(parts: list[Place]) -> Issue | None:
    bounds = [ends(place.row.quantity) for place in parts if place.row.quantity is not None]
    low, high = sum(one[0] for one in bounds), sum(one[1] for one in bounds)
    allowed = SHARES_OFF_POINTS + _ROUND_OFF
    if 100 - allowed <= low and high <= 100 + allowed:
        return None
    names, place = listed(with_value(part) for part in parts), parts[-1]
    return place.issue(
        value_column(place.row), "shares-sum", Severity.WARNING,
        says=Text(
            f"{names.zh}合计 {span(low, high, 0)}%，应为 100%（±{SHARES_OFF_POINTS:g}）。",
            f"{names.en} add up to {span(low, high, 0)}%, not 100% (±{SHARES_OFF_POINTS:g}).",
        ),
        cure=Text(
            "请核对各项是否同一口径、有无重叠或遗漏；报告照原样印出并注明合计。",
            "Check that all are of one basis, without overlap or gap; the note prints them as "
            "stated, with their sum.",
        ),
    )  # fmt: skip


def cards_against_servers(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 9: servers that are not cards ÷ cards per server, within SERVERS_OFF_PERCENT.

    Survey rows of one subject, with the metrics chips_total and servers_equivalent.
    A bare ceiling or floor is wrong only where the computed count breaks it. An error
    where the count is printed.
    """
    cards_in_one = workbook.setting("cards_per_server")
    per = cards_in_one if isinstance(cards_in_one, float) and cards_in_one > 0 else _CARDS
    cards: dict[str, Place] = {}
    counts: list[Place] = []
    for place in open_places(workbook, "Survey"):
        quantity, metric = place.row.quantity, place.row.text("metric")
        if quantity is None:
            continue
        if metric == "chips_total" and quantity.unit == CARDS:
            held = cards.get(place.row.text("subject"))
            if held is None or _weight(place) >= _weight(held):
                cards[place.row.text("subject")] = place
        elif metric == "servers_equivalent" and quantity.unit == SERVERS:
            counts.append(place)
    issues = (
        _count_issue(place, cards[place.row.text("subject")], per)
        for place in counts if place.row.text("subject") in cards
    )  # fmt: skip
    return tuple(issue for issue in issues if issue is not None)


def _count_issue(place: Place, cards: Place, per: float) -> Issue | None:
    stated, chips = place.row.quantity, cards.row.quantity
    if stated is None or chips is None:
        return None
    low, high = (value / per for value in ends(chips))
    slack = SERVERS_OFF_PERCENT / 100
    too_high = stated.low is not None and stated.low > high * (1 + slack)
    too_low = stated.high is not None and stated.high < low * (1 - slack)
    if not (too_high or too_low):
        return None
    off = (stated.bound / ((low + high) / 2) - 1) * 100
    one, other = with_value(place), with_value(cards)
    return place.issue(
        value_column(place.row), "cards-servers", Severity.ERROR,
        says=Text(
            f"{other.zh}÷ {per:g} 为 {span(low, high, 0)} 台，{one.zh}相差 {off:+.1f}%。",
            f"{other.en} ÷ {per:g} is {span(low, high, 0)} servers; {one.en} is off by "
            f"{off:+.1f}%.",
        ),
        cure=Text(
            "请改用计算值，或在“已接受问题”中说明为何照录。",
            "Use the computed count, or say on the Accepted sheet why it stays.",
        ),
    )  # fmt: skip


def _weight(place: Place) -> int:
    return _CONFIDENCE.get(place.row.text("confidence"), 1)
