"""How long an exhibit may be: all of a usual workbook, a part of one with hundreds of kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from reportgen.note.exhibits.base import Desk, Draft
from reportgen.note.model import (
    Bars,
    ChartData,
    Curve,
    Levels,
    Line,
    Moves,
    Run,
    Stacks,
    TableData,
    TableRow,
)
from reportgen.note.text import as_text

MOST_DRAWN = 24
"""Categories of a chart: more of them have no room on a page."""
MOST_LISTED = 60
"""Rows of a table, some two pages; evidence has an extent of its own."""

T = TypeVar("T")
Body = TableData | ChartData


def shortened(draft: Draft, desk: Desk) -> Draft:
    """The exhibit with as much as a reader takes in, and a line that says what is left out."""
    body = draft.body
    if isinstance(body, Curve) or (isinstance(body, TableData) and body.entries):
        return draft  # lines and evidence are chosen where they are made
    if isinstance(body, TableData):
        rows = _listed(body.rows)
        more = _counted(body.rows) - _counted(rows)
        return _cut(draft, replace(body, rows=rows), draft.alt, more, desk) if more else draft
    kept = _kept(body.categories, MOST_DRAWN)
    more = len(body.categories) - len(kept)
    if not more:
        return draft
    alt = _alt(draft, body.categories, kept, desk)
    return _cut(draft, _drawn(body, kept), alt, more, desk)


def _cut(draft: Draft, body: Body, alt: str, more: int, desk: Desk) -> Draft:
    opening = desk.say("篇幅所限，另有 ", "For want of room, ")
    closing = desk.say(" 项只在数据包中。", " more are only in the data.")
    told: Line = (Run(opening), Run(f"{more:,}", "const"), Run(closing))
    return replace(draft, body=body, alt=alt, notes=(*draft.notes, told))


def _drawn(body: Body, kept: Sequence[int]) -> Body:
    match body:
        case Levels():
            series = tuple((name, _at(marks, kept)) for name, marks in body.series)
            return replace(body, categories=_at(body.categories, kept), series=series)
        case Moves():
            old, new = _at(body.old, kept), _at(body.new, kept)
            return replace(body, categories=_at(body.categories, kept), old=old, new=new)
        case Bars():
            marks = _at(body.marks, kept)
            return replace(body, categories=_at(body.categories, kept), marks=marks)
        case Stacks():
            parts = _at(body.marks, kept)
            return replace(body, categories=_at(body.categories, kept), marks=parts)
    raise TypeError(type(body).__name__)


def _alt(draft: Draft, names: Sequence[str], kept: Sequence[int], desk: Desk) -> str:
    """The text alternative without the categories that are not drawn."""
    start = draft.alt.index(desk.say("：", ": "), len(as_text(draft.title)))
    start += len(desk.say("：", ": "))
    between = desk.say("；", "; ")
    told = draft.alt[start:].split(between)
    if len(told) == len(names):  # names may be alike
        return draft.alt[:start] + between.join(_at(told, kept))
    drawn = {names[place] for place in kept}

    def named(entry: str) -> str:
        return max((name for name in names if entry.startswith(f"{name} ")), key=len, default="")

    return draft.alt[:start] + between.join(entry for entry in told if named(entry) in drawn)


def _listed(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
    """Rows and the headings of those that stay."""
    places = [place for place, row in enumerate(rows) if not row.group]
    names = [as_text(rows[place].cells[0]) for place in places]
    kept = {places[at] for at in _kept(names, MOST_LISTED)}
    found: list[TableRow] = []
    waiting: list[TableRow] = []
    for place, row in enumerate(rows):
        if row.group:
            waiting = [row]
        elif place in kept:
            found += [*waiting, row]
            waiting = []
    return tuple(found) if len(kept) < len(places) else rows


def _counted(rows: tuple[TableRow, ...]) -> int:
    return sum(not row.group for row in rows)


def _kept(names: Sequence[str], most: int) -> list[int]:
    """Places of at most so many, in order: every model in turn, so that none goes missing."""
    if len(names) <= most:
        return list(range(len(names)))
    before: Counter[str] = Counter()
    ranks: list[tuple[int, int]] = []
    for place, name in enumerate(names):
        model = name.partition(" ")[0]
        ranks.append((before[model], place))
        before[model] += 1
    return sorted(place for _, place in sorted(ranks)[:most])


def _at(values: Sequence[T], places: Sequence[int]) -> tuple[T, ...]:
    return tuple(values[place] for place in places)
