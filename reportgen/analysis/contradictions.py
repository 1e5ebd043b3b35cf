"""Where the evidence disagrees: by the `contradicts` column, and by rule.

Rows are given as publishable, so a disagreement with a row that may not be printed
does not exist here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from reportgen.analysis.endpoints import disproved_changes
from reportgen.analysis.evidence import (
    Direction,
    Evidence,
    Weighed,
    direction,
    ends,
    subject_at,
    when_of,
)
from reportgen.analysis.topics import metric_label, topic
from reportgen.language import Text
from reportgen.workbook.tables import Row

Kind = Literal[
    "horizon", "endpoints", "quotes", "claims", "statement", "ranges", "basis", "interviewer",
    "restated",
]  # fmt: skip
Pair = tuple[str, str]
Sides = tuple[tuple[Row, ...], ...]

MOST_PRINTED = 10
RANGES_APART = 0.10  # of the larger value: a smaller gap between quotes is a spread

FOLLOWS: Mapping[Kind, Text] = {
    "horizon": Text(
        "按期限与条件区分，不取单一方向",
        "told apart by horizon and condition; no one direction is taken",
    ),
    "endpoints": Text(
        "以两端报价计算，不采用所述数额", "computed from the quotes; the stated amount is not used"
    ),
    "quotes": Text("以报价为准，所述只作参考", "the quotes stand; the remark is not relied on"),
    "claims": Text("不能同时成立，均不单独作依据", "cannot both hold; neither is relied on alone"),
    "statement": Text("数字只作数量级参考", "the number is read as an order of magnitude"),
    "ranges": Text("并列印出，不取中值", "both are printed; no middle is taken"),
    "basis": Text(
        "口径不同，分列，不相加、不相比", "different bases: shown apart, neither added nor compared"
    ),
    "interviewer": Text(
        "以受访者为准，访谈人的话不作证据",
        "the source's words stand; the interviewer's are not evidence",
    ),
    "restated": Text(
        "取可信度较高、说得较晚的一次", "the more confident is used, of equals the later"
    ),
}
STRONGER = Text("以证据较强的一侧为准", "the stronger evidence stands")

_GRADE_RANK = {"strong": 2, "usable": 1, "weak": 0}
_CONFIDENCE_RANK = {"high": 3, "medium": 2, "": 1, "low": 0}
_WAYS: tuple[Direction, ...] = ("up", "flat", "down")
_UNDIRECTED = (1, 0, 2)  # a claim that points nowhere stands with "flat" if it can


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two or more groups of rows that cannot all be right.

    `id` is that of the row the disagreement is about, by which Views explains it
    (contradiction.<id>); a price may stand in several disagreements, a claim in one.
    `stands` is the place of the side that the note relies on, None for neither.
    """

    topic: Text
    id: str
    sides: Sides
    kind: Kind
    what_follows: Text
    stands: int | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of all sides."""
        return tuple(row for side in self.sides for row in side)

    def disputed(self) -> Iterator[Row]:
        """The rows whose numbers are in doubt: those of the sides that do not stand.

        Numbers on different bases are each right on their own.
        """
        if self.kind != "basis":
            for place, side in enumerate(self.sides):
                if place != self.stands:
                    yield from (row for row in side if row.quantity is not None)


def find_contradictions(
    evidence: Evidence, weighed: Sequence[Weighed]
) -> tuple[Contradiction, ...]:
    """Every disagreement among publishable rows, the weightiest first.

    Weight is how many rows take part, then whether both sides give numbers, then
    how good the best rows are; what has been resolved by restating comes last.
    """
    by_id = {row.id: row for row in evidence.rows if not row.unread}
    order = {id_: place for place, id_ in enumerate(by_id)}
    pairs = dict.fromkeys(
        (one, other)
        for one, others in evidence.opponents.items()
        for other in others
        if order[one] < order[other]
    )
    rows = list(by_id.values())
    for rule in RULES:
        pairs |= dict.fromkeys(rule(rows))
    ranks = {one.row.id: _rank(one) for one in weighed}
    found = [_contradiction(group, ranks, order) for group in _groups(list(pairs), by_id, order)]
    return tuple(sorted(found, key=lambda one: _weight(one, ranks), reverse=True))


def printed(
    found: Sequence[Contradiction], explained: Iterable[str] = ()
) -> tuple[Contradiction, ...]:
    """Those that the note states in full: the ones an analyst explains, then the weightiest."""
    named = set(explained)
    first = [one for one in found if one.id in named]
    rest = [one for one in found if one.id not in named]
    return tuple([*first, *rest][:MOST_PRINTED])


# ---- rules ---------------------------------------------------------------------------------------


def ranges_apart(rows: Sequence[Row]) -> Iterator[Pair]:
    """One subject at one date with ranges that do not meet, by more than RANGES_APART."""
    for cell in _cells(rows, subject_at):
        measured = [row for row in cell if row.quantity and row.text("kind") != "assumption"]
        measured.sort(key=lambda row: ends(row.quantity)[0] if row.quantity else 0.0)
        reach, last = float("-inf"), None
        for row in measured:
            low, high = ends(row.quantity) if row.quantity else (0.0, 0.0)
            if last is not None and low - reach > RANGES_APART * max(abs(low), abs(reach)):
                yield last.id, row.id
            if high >= reach:
                reach, last = high, row


def directions_apart(rows: Sequence[Row]) -> Iterator[Pair]:
    """Up against down for one subject, horizon and condition."""
    claims = [row for row in rows if row.sheet == "Survey" and direction(row)]

    def said_of(row: Row) -> tuple[str, ...]:
        when = when_of(row)
        return (
            row.text("topic"),
            row.text("subject"),
            row.text("condition"),
            when.key if when else "",
        )

    for cell in _cells(claims, said_of):
        ups = [row for row in cell if direction(row) == "up"]
        downs = [row for row in cell if direction(row) == "down"]
        if ups and downs:
            yield from ((ups[0].id, row.id) for row in downs)
            yield from ((row.id, downs[0].id) for row in ups[1:])


def bases_apart(rows: Sequence[Row]) -> Iterator[Pair]:
    """A share of one group of customers by ownership and by use."""
    shares = [row for row in rows if row.text("metric") == "share" and row.quantity]

    def at(row: Row) -> tuple[str, ...]:
        when = when_of(row)
        return (when.key if when else "",)

    for cell in _cells(shares, at):
        owned = [row for row in cell if row.text("basis") == "owned"]
        used = [row for row in cell if row.text("basis") == "used"]
        for row in used:
            yield from ((other.id, row.id) for other in owned if same_customers(row, other))


def same_customers(one: Row, other: Row) -> bool:
    """Whether one group's name begins with the other's: 互联网大厂公有云 and 互联网大厂."""
    a, b = one.text("segment"), other.text("segment")
    return a.startswith(b) or b.startswith(a)


RULES: tuple[Callable[[Sequence[Row]], Iterator[Pair]], ...] = (
    ranges_apart,
    directions_apart,
    bases_apart,
    disproved_changes,
)


def _cells(rows: Iterable[Row], key: Callable[[Row], tuple[str, ...]]) -> Iterator[list[Row]]:
    cells: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        cells.setdefault(key(row), []).append(row)
    yield from (cell for cell in cells.values() if len(cell) > 1)


# ---- groups --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows joined by pairs, and the row that the disagreement is about."""

    home: Row
    rows: tuple[Row, ...]
    pairs: tuple[Pair, ...]


def _groups(
    pairs: list[Pair], by_id: Mapping[str, Row], order: Mapping[str, int]
) -> Iterator[_Group]:
    """Chains of one topic are one group; a row of another topic joins as a guest.

    Without topics, "nobody knows the volumes" would tie every number it doubts
    into one disagreement.
    """
    parent: dict[str, str] = {}

    def root(id_: str) -> str:
        while parent.setdefault(id_, id_) != id_:
            parent[id_] = parent[parent[id_]]
            id_ = parent[id_]
        return id_

    def key(id_: str) -> str:
        return topic(by_id[id_])

    degree: dict[str, int] = {}
    for one, other in pairs:
        degree[one] = degree.get(one, 0) + 1
        degree[other] = degree.get(other, 0) + 1
        if key(one) == key(other):
            parent[root(other)] = root(one)

    def standing(id_: str) -> tuple[bool, bool, int, int]:
        row = by_id[id_]
        return (row.sheet != "Prices", row.quantity is not None, degree[id_], -order[id_])

    gathered: dict[str, list[Pair]] = {}
    homes: dict[str, str] = {}
    for pair in pairs:
        home = max(pair, key=standing)
        gathered.setdefault(root(home), []).append(pair)
        homes[root(home)] = max(homes.get(root(home), home), home, key=standing)
    for place, members in gathered.items():
        ids = sorted({id_ for pair in members for id_ in pair}, key=lambda id_: order[id_])
        yield _Group(by_id[homes[place]], tuple(by_id[id_] for id_ in ids), tuple(members))


def _sides(group: _Group) -> Sides:
    """Rows that contradict each other stand on different sides; the home's side comes first."""
    opponents: dict[str, set[str]] = {row.id: set() for row in group.rows}
    for one, other in group.pairs:
        opponents[one].add(other)
        opponents[other].add(one)
    place: dict[str, int] = {}
    bases = {row.text("basis") for row in group.rows}
    if len(bases) > 1 and all(row.text("metric") == "share" for row in group.rows):
        place = {row.id: int(row.text("basis") == "used") for row in group.rows}
    elif _is_about_direction(group):
        place = {row.id: _WAYS.index(direction(row)) for row in group.rows if direction(row)}
    queue = [group.home, *group.rows]
    free = (*_UNDIRECTED, *range(len(_UNDIRECTED), len(queue) + 1)) if place else range(len(queue))
    for row in queue:
        if row.id not in place:
            taken = {place[other] for other in opponents[row.id] if other in place}
            place[row.id] = next(side for side in free if side not in taken)
    used = sorted(set(place.values()))
    if not _is_about_direction(group):
        used.sort(key=lambda side: side != place[group.home.id])
    return tuple(tuple(row for row in group.rows if place[row.id] == side) for side in used)


def _is_about_direction(group: _Group) -> bool:
    ways = {direction(row) for row in group.rows if row.sheet == "Survey"} - {""}
    return len(ways) > 1 and all(row.sheet == "Survey" for row in group.rows)


# ---- what kind it is and what follows ------------------------------------------------------------


def _contradiction(
    group: _Group, ranks: Mapping[str, tuple[int, int]], order: Mapping[str, int]
) -> Contradiction:
    sides = _sides(group)
    kind = _kind(group, sides)
    found = Contradiction(metric_label(group.home), group.home.id, sides, kind, FOLLOWS[kind])
    best = [max(ranks[row.id] for row in side) for side in sides]
    match kind:
        case "endpoints" | "quotes":
            stands = next(n for n, side in enumerate(sides) if _has_quotes(side))
            return replace(found, stands=stands)
        case "interviewer":
            stands = next(n for n, side in enumerate(sides) if not _is_interviewers(side))
            return replace(found, stands=stands)
        case "restated":
            latest = [max(order[row.id] for row in side) for side in sides]
            stands = max(range(len(sides)), key=lambda n: (best[n], latest[n]))
            return replace(found, stands=stands)
        case "claims" if len(set(best)) == len(best) and best.count(max(best)) == 1:
            return replace(found, stands=best.index(max(best)), what_follows=STRONGER)
    return found


def _kind(group: _Group, sides: Sides) -> Kind:
    rows = group.rows
    if _is_about_direction(group):
        return "horizon"
    if any(_is_interviewers(side) for side in sides) and not all(map(_is_interviewers, sides)):
        return "interviewer"
    quoted = [_has_quotes(side) for side in sides]
    if not all(quoted) and quoted.count(True) == 1:
        amount = group.home.quantity is not None and group.home.quantity.unit.dimension in (
            "price", "rent", "amount",
        )  # fmt: skip
        return "endpoints" if amount else "quotes"
    if _on_different_bases(rows):
        return "basis"
    if all(row.quantity is not None for row in rows):
        if _is_one_thing(rows):
            return "restated"
        units = {row.quantity.unit for row in rows if row.quantity}
        return "ranges" if len(units) == 1 else "claims"
    measured = [any(row.quantity is not None for row in side) for side in sides]
    return "statement" if any(measured) else "claims"


def _on_different_bases(rows: Sequence[Row]) -> bool:
    if all(row.sheet == "Prices" for row in rows) or all(
        row.text("metric") == "share" for row in rows
    ):
        return len({(row.text("tenor"), row.text("basis")) for row in rows}) > 1
    metrics = " ".join(row.text("metric") for row in rows)
    return "margin" in metrics and "markup" in metrics


def _is_one_thing(rows: Sequence[Row]) -> bool:
    """One source saying the same thing twice, with another number."""
    keys = ("source", "metric", "parameter", "market", "model", "config", "term")
    return len({tuple(row.text(key) for key in keys) for row in rows}) == 1


def _has_quotes(side: Sequence[Row]) -> bool:
    return any(row.sheet == "Prices" for row in side)


def _is_interviewers(side: Sequence[Row]) -> bool:
    return all(row.text("speaker") == "interviewer" for row in side)


def _rank(one: Weighed) -> tuple[int, int]:
    return _GRADE_RANK[one.grade], _CONFIDENCE_RANK.get(one.row.text("confidence"), 1)


def _weight(one: Contradiction, ranks: Mapping[str, tuple[int, int]]) -> tuple[object, ...]:
    measured = sum(any(row.quantity is not None for row in side) for side in one.sides)
    best = sorted((max(ranks[row.id] for row in side) for side in one.sides), reverse=True)
    plain = all(row.sheet == "Prices" for row in one.rows) or one.kind == "restated"
    return (not plain, len(one.rows) + (measured > 1), one.kind == "claims", best)
