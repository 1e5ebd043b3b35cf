"""Checks 11 and 14: how wide the quoted ranges are, and on whom the evidence rests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from reportgen.checks.making import (
    EVIDENCE,
    Place,
    listed,
    open_places,
    places,
    value_column,
    with_value,
)
from reportgen.issues import Issue, Severity
from reportgen.language import Text, agreeing, count_of
from reportgen.workbook.tables import Workbook

RANGE_PERCENT = 15.0
"""Width of a range in percent of its middle beyond which it is wide; `range_limit` on Note."""


def wide_ranges(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 11: quoted ranges wider than RANGE_PERCENT of their middle. Assumptions are exempt."""
    set_to = workbook.setting("range_limit")
    limit = set_to if isinstance(set_to, float) else RANGE_PERCENT
    issues: list[Issue] = []
    for place in places(workbook, *EVIDENCE):
        quantity = place.row.quantity
        if quantity is None or place.row.text("kind") == "assumption":
            continue
        if quantity.low is None or quantity.high is None or not quantity.middle:
            continue
        width = (quantity.high - quantity.low) / abs(quantity.middle) * 100
        if width > limit + 1e-9:
            what = with_value(place)
            issues.append(
                place.issue(
                    value_column(place.row), "range-wide", Severity.REMARK,
                    says=Text(
                        f"{what.zh}的区间宽度为中值的 {width:.0f}%，超过 {limit:g}%。",
                        f"{what.en} is a range of {width:.0f}% of its middle, over {limit:g}%.",
                    ),
                    cure=Text(
                        "照原样按区间印出；能收窄的请向来源追问。",
                        "It is printed as a range; ask the source whether it can be narrowed.",
                    ),
                )
            )  # fmt: skip
    return tuple(issues)


def single_source(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 14: evidence that rests on one independent source, said once for all of it."""
    rows = [place for place in open_places(workbook, *EVIDENCE) if _is_quoted(place)]
    groups = _groups(workbook)
    by_thing: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    found: set[str] = set()
    for place in rows:
        source = place.row.text("source")
        group = groups.get(source, source)
        found.add(group)
        if place.table.key == "Prices" and place.row.quantity is not None:
            by_thing[tuple(place.row.text(key) for key in _THING)].append(place)
    if not rows or not found - {""}:
        return ()
    alone = [
        same for same in map(_current, by_thing.values())
        if len({groups.get(one.row.text("source"), one.row.text("source")) for one in same}) == 1
    ]  # fmt: skip
    lone, first = len(alone), rows[0].row.text("source")
    if len(found) == 1:
        says = Text(
            f"全部 {len(rows)} 条证据出自同一来源（{first}）。",
            f"{agreeing(len(rows), 'The only piece', f'All {len(rows)} pieces')} of evidence "
            f"{agreeing(len(rows), 'rests', 'rest')} on one source ({first}).",
        )
    elif lone:
        named, first = _by_source(alone)
        says = Text(
            f"{len(by_thing)} 个现价中有 {lone} 个只有一个独立来源：{named.zh}。",
            f"{lone} of {count_of(len(by_thing), 'current price')} "
            f"{agreeing(lone, 'rests', 'rest')} on one independent source: {named.en}.",
        )
    else:
        return ()
    table = workbook["Sources"]
    source_row = table.by_id().get(first)
    cell = source_row.cell("id") if source_row else None
    return (
        Issue(
            "single-source", Severity.REMARK, says,
            Text(
                "请补充独立来源；报告会在首页说明。",
                "Add an independent source; the note says so on page one.",
            ),
            workbook.file, table.name, cell.cell if cell else "",
        ),
    )  # fmt: skip


def interested_parties(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 14: sources that gain from what they say, said once a source."""
    counts: dict[str, int] = defaultdict(int)
    for place in open_places(workbook, *EVIDENCE):
        counts[place.row.text("source")] += 1
    return tuple(
        place.issue(
            "interested", "interested-party", Severity.REMARK,
            says=Text(
                f"{place.row.id} 是利益相关方，{counts[place.row.id]} 条证据出自该来源。",
                f"{place.row.id} is an interested party; "
                f"{count_of(counts[place.row.id], 'piece')} of evidence "
                f"{agreeing(counts[place.row.id], 'is', 'are')} its word.",
            ),
            cure=Text(
                "报告会印明其利益；请以无利益关系的来源核对。",
                "The note prints the interest; check against a source without one.",
            ),
        )
        for place in places(workbook, "Sources")
        if place.row.flag("interested") and counts[place.row.id]
    )  # fmt: skip


_THING = ("market", "model", "config", "term", "tenor", "basis", "vat")
_ROWS_NAMED = 8


def _current(same: list[Place]) -> list[Place]:
    """Those of the latest date."""
    orders = [when.order if (when := place.row.when()) else None for place in same]
    dated = [order for order in orders if order is not None]
    latest = max(dated) if dated else None
    return [place for place, order in zip(same, orders, strict=True) if order == latest]


def _by_source(alone: Iterable[list[Place]]) -> tuple[Text, str]:
    """The rows of each source, most first, and the first of these sources."""
    ids: dict[str, list[str]] = defaultdict(list)
    for same in alone:
        for place in same:
            ids[place.row.text("source")].append(place.row.id)
    most = sorted(ids, key=lambda source: -len(ids[source]))
    parts = []
    for source in most:
        named, rest = ", ".join(ids[source][:_ROWS_NAMED]), len(ids[source]) - _ROWS_NAMED
        more = Text(f" 等 {len(ids[source])} 行", f" and {rest} more") if rest > 0 else Text("", "")
        parts.append(Text(f"{source}（{named}{more.zh}）", f"{source} ({named}{more.en})"))
    return listed(parts), most[0]


def _is_quoted(place: Place) -> bool:
    return bool(place.row.text("source")) and place.row.text("kind") != "assumption"


def _groups(workbook: Workbook) -> dict[str, str]:
    return {row.id: row.text("group") or row.id for row in workbook["Sources"]}
