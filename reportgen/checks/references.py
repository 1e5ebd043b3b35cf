"""Ids that point at nothing, or at two things."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from reportgen.checks.making import EVIDENCE, Place, did_you_mean, joined, places
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.workbook.standing import is_held_back
from reportgen.workbook.tables import Row, Workbook


def duplicate_ids(workbook: Workbook) -> tuple[Issue, ...]:
    """Two rows with one id: figures and contradictions could mean either.

    Evidence shares one space of ids over its sheets, Sources have their own.
    """
    spaces = (places(workbook, "Sources"), places(workbook, *EVIDENCE, "Scenarios"))
    return tuple(issue for space in spaces for issue in _duplicates(space))


def _duplicates(space: Iterator[Place]) -> Iterator[Issue]:
    by_id: dict[str, list[Place]] = defaultdict(list)
    for place in space:
        if place.row.id:
            by_id[place.row.id].append(place)
    for id_, found in by_id.items():
        if len(found) == 1:
            continue
        severity = Severity.ERROR if any(map(_matters, found)) else Severity.WARNING
        for place in found[1:]:
            yield place.issue(
                "id", "duplicate-id", severity,
                says=Text(
                    f"编号 {id_} 已在 {found[0]} 用过，又见于 {place}。",
                    f"Id {id_} stands at {found[0]} and again at {place}.",
                ),
                cure=Text("请给其中一行换一个编号。", "Give one of the two rows another id."),
            )  # fmt: skip


def with_distinct_ids(workbook: Workbook) -> Workbook:
    """The workbook in which each row of evidence has an id of its own, the first keeps the id."""
    used: set[str] = set()
    tables = dict(workbook.tables)
    for key in (*EVIDENCE, "Scenarios"):
        rows: list[Row] = []
        for row in workbook[key]:
            own = f"{row.id} ({workbook[key].name}!{row.number})" if row.id in used else row.id
            used.add(own)
            rows.append(replace(row, id=own))
        tables[key] = replace(workbook[key], rows=tuple(rows))
    return replace(workbook, tables=tables)


def _matters(place: Place) -> bool:
    if place.table.key == "Sources":
        return True
    return place.row.quantity is not None and not is_held_back(place.row, place.workbook)


def dangling_sources(workbook: Workbook) -> tuple[Issue, ...]:
    """Rows that name a source which the Sources sheet does not have.

    A source whose row could not be read is there: its own error says what to mend.
    """
    known = set(workbook["Sources"].by_id())
    unread = _unread(workbook, "Sources")
    if not known:  # the missing sheet has an issue of its own; a hundred more would bury it
        return ()
    sheet = workbook["Sources"].name
    issues: list[Issue] = []
    for place in places(workbook, *EVIDENCE, "Scenarios"):
        source = place.row.text("source")
        if not source or source in known or source in unread:
            continue
        printed = place.row.quantity is not None and not is_held_back(place.row, workbook)
        cure = Text(
            f"请改为已有的编号，或在“{sheet}”表中补一行。",
            f"Use an id that is there, or add the source to {sheet}.",
        )
        issues.append(
            place.issue(
                "source", "source-unknown", Severity.ERROR if printed else Severity.WARNING,
                says=Text(
                    f"“{sheet}”表中没有来源 {source}。",
                    f"The {sheet} sheet has no source {source}.",
                ),
                cure=joined(did_you_mean(source, known), cure),
            )
        )  # fmt: skip
    return tuple(issues)


def dangling_contradictions(workbook: Workbook) -> tuple[Issue, ...]:
    """Rows said to contradict a row that does not exist, or themselves."""
    known = {place.row.id for place in places(workbook, *EVIDENCE)}
    unread = _unread(workbook, *EVIDENCE)
    cure = Text("请填写存在的行编号，或删去。", "Name a row that exists, or take the id out.")
    issues: list[Issue] = []
    for place in places(workbook, *EVIDENCE):
        own = place.row.id
        for other in contradicted(place.row):
            if other == own:
                says = Text(f"{own} 与自己矛盾。", f"{own} is said to contradict itself.")
                near = Text("", "")
            elif other not in known and other not in unread:
                says = Text(f"没有编号为 {other} 的行。", f"There is no row {other}.")
                near = did_you_mean(other, known - {own})
            else:
                continue
            issues.append(
                place.issue(
                    "contradicts", "contradicts-unknown", Severity.WARNING,
                    says=says, cure=joined(near, cure),
                )
            )  # fmt: skip
    return tuple(issues)


def _unread(workbook: Workbook, *keys: str) -> set[str]:
    """The ids of rows that stand on these sheets and were left out for an error of their own."""
    names = {workbook[key].name for key in keys}
    return {
        issue.row_id
        for issue in workbook.issues
        if issue.sheet in names and issue.severity is Severity.ERROR and issue.row_id
    }


def contradicted(row: Row) -> tuple[str, ...]:
    """The ids that a row contradicts, as written between separators."""
    parts = re.split(r"[;；,，、\s]+", row.text("contradicts"))
    return tuple(part for part in parts if part)
