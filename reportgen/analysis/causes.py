"""Why a figure is not what it was in the previous issue: its rows then and now, compared."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

from reportgen.analysis.figures import Figure
from reportgen.analysis.snapshot import quoted_leaves
from reportgen.dates import When
from reportgen.language import Text
from reportgen.quantity import Derived, Quantity, Quoted

CauseKind = Literal[
    "unit", "newer", "restated", "source", "withdrawn", "confidence", "added", "rate",
    "parameter", "method", "first", "computable", "assumed", "basis",
]  # fmt: skip

PHRASES: Mapping[CauseKind, Text] = {
    "unit": Text("单位改变", "unit changed"),
    "newer": Text("新观察值", "newer observation"),
    "restated": Text("原值改写", "restated"),
    "source": Text("同期改取其他来源", "another source of the same date"),
    "withdrawn": Text("原依据已删除或不再发布", "earlier rows removed or no longer published"),
    "confidence": Text("可信度改变，取值换行", "confidence changed, another row is taken"),
    "added": Text("同期新增依据", "more evidence of the same date"),
    "rate": Text("换算参数改变", "conversion factors changed"),
    "parameter": Text("参数调整", "parameter changed"),
    "method": Text("算法改变", "method changed"),
    "first": Text("首次有数据", "first quoted"),
    "computable": Text("依据齐备，首次可算", "computable for the first time"),
    "assumed": Text("新设假设", "newly assumed"),
    "basis": Text("口径改变", "filed under another basis"),
}
_WEIGHTIEST: tuple[CauseKind, ...] = tuple(PHRASES)
_ROWS_NAMED = 2


@dataclass(frozen=True, slots=True)
class Cause:
    """The main reason, the date and rows behind it, and what else plays a part.

    `other` is the label that the same rows go by in the other issue (for "basis").
    `new_source`: the newer observation comes from another source than the old one.
    """

    kind: CauseKind
    when: When | None = None
    rows: tuple[str, ...] = ()
    also: tuple[CauseKind, ...] = ()
    other: Text | None = None
    new_source: bool = False


Rows = Mapping[str, Quoted]
"""Every published row of an issue by id: which still stand, and with what confidence."""


def rows_of(figures: Mapping[str, Figure]) -> Rows:
    """The rows of an issue, from its figures and claims."""
    found: dict[str, Quoted] = {}
    for figure in figures.values():
        if figure.id.startswith("claim."):
            for quoted in figure.quantity.quotes():
                found.setdefault(quoted.row_id, quoted)
    return found


def cause_of_revision(old: Figure, new: Figure, old_rows: Rows, new_rows: Rows) -> Cause:
    """Why a figure that stands in both issues has another value."""
    if old.quantity.unit.key != new.quantity.unit.key:
        return Cause("unit", new.as_of, _names(list(quoted_leaves(new.quantity))))
    before, after = _moved(list(quoted_leaves(old.quantity)), list(quoted_leaves(new.quantity)))
    paired, gone, come = _paired(before, after)
    found: dict[CauseKind, list[Quantity]] = {}
    for then, now in paired:
        found.setdefault(_pair_cause(then, now), []).append(now)
    if gone or come:
        kind = _swap_cause(gone or before, come, old_rows, new_rows)
        found.setdefault(kind, []).extend(come or gone)
    if not found:
        return Cause("method", new.as_of)
    kinds = sorted(found, key=_WEIGHTIEST.index)
    telling = found[kinds[0]]
    fresh = kinds[0] == "newer" and bool(come)
    return Cause(
        kinds[0],
        _latest(telling) if kinds[0] in ("newer", "added", "source", "restated") else None,
        _names(telling),
        tuple(kinds[1:2]),
        new_source=fresh and not _sources(before) & _sources(come),
    )


def cause_of_new(new: Figure, old_rows: Rows, was: Text | None) -> Cause:
    """Why a figure is new. `was` is the label that its rows had before, if they had one."""
    leaves = [leaf for leaf in quoted_leaves(new.quantity) if quoted_of(leaf).kind != "constant"]
    if was is not None:
        return Cause("basis", None, _names(leaves), other=was)
    if leaves and all(quoted_of(leaf).kind == "assumption" for leaf in leaves):
        return Cause("assumed", new.as_of, _names(leaves))
    if not isinstance(new.quantity.lineage, Derived):
        return Cause("first", new.as_of, _names(leaves))
    fresh = [leaf for leaf in leaves if quoted_of(leaf).row_id not in old_rows]
    return Cause("computable", new.as_of, _names(fresh))


def cause_of_dropping(old: Figure, new_rows: Rows, now: Text | None) -> Cause:
    """Why a figure is gone. `now` is the label that its rows have in the new issue, if any."""
    leaves = [leaf for leaf in quoted_leaves(old.quantity) if quoted_of(leaf).kind != "constant"]
    if now is not None:
        return Cause("basis", None, _names(leaves), other=now)
    missing = [leaf for leaf in leaves if quoted_of(leaf).row_id not in new_rows]
    if missing or not leaves:
        return Cause("withdrawn", None, _names(missing))
    return Cause("method", None, _names(leaves))


def same_row(leaf: Quantity) -> Hashable:
    """What makes a row the same row although its id, place or date is another."""
    quoted = quoted_of(leaf)
    ends = (leaf.low, leaf.point, leaf.high)
    return (quoted.source_id, quoted.as_written, ends, leaf.unit.key, quoted.kind)


def quoted_of(leaf: Quantity) -> Quoted:
    """Where a leaf stands. Raises TypeError for anything else than a leaf."""
    if not isinstance(leaf.lineage, Quoted):
        raise TypeError("a leaf is quoted")
    return leaf.lineage


def _moved(old: list[Quantity], new: list[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """The leaves that are not in both. A row that only got another date or id is in both."""
    then, now = set(map(same_row, old)), set(map(same_row, new))
    return (
        [leaf for leaf in dict.fromkeys(old) if same_row(leaf) not in now],
        [leaf for leaf in dict.fromkeys(new) if same_row(leaf) not in then],
    )


def _paired(
    old: list[Quantity], new: list[Quantity]
) -> tuple[list[tuple[Quantity, Quantity]], list[Quantity], list[Quantity]]:
    """Rows of one id side by side, then those that are gone and those that have come."""
    by_id: dict[str, list[Quantity]] = {}
    for leaf in new:
        by_id.setdefault(quoted_of(leaf).row_id, []).append(leaf)
    pairs, gone = [], []
    for leaf in old:
        matching = by_id.get(quoted_of(leaf).row_id)
        if matching:
            pairs.append((leaf, matching.pop(0)))
        else:
            gone.append(leaf)
    return pairs, gone, [leaf for left in by_id.values() for leaf in left]


def _pair_cause(old: Quantity, new: Quantity) -> CauseKind:
    then, now = quoted_of(old), quoted_of(new)
    if old.unit.key != new.unit.key:
        return "unit"
    if now.kind != "quoted":
        return "parameter"
    if then.as_written == now.as_written and then.steps != now.steps:
        return "rate"
    if _is_later(then.as_of, now.as_of) and not _is_redated(then, now):
        return "newer"
    return "restated" if then.source_id == now.source_id else "source"


def _swap_cause(
    old: list[Quantity], new: list[Quantity], old_rows: Rows, new_rows: Rows
) -> CauseKind:
    """Some rows took the place of others. `old` may stand in the new issue still, unused."""
    if new and all(quoted_of(leaf).kind != "quoted" for leaf in new):
        return "parameter"
    then, now = _latest(old), _latest(new)
    if new and (not old or _is_later(then, now)):
        return "newer" if old else "added"
    absent = [leaf for leaf in old if quoted_of(leaf).row_id not in new_rows]
    if absent and (not new or then != now):
        return "withdrawn"
    if any(_is_regraded(quoted_of(leaf), old_rows, new_rows) for leaf in (*old, *new)):
        return "confidence"
    if new and not _sources(old) & _sources(new):
        return "source"
    return "added" if new else "withdrawn"


def _is_regraded(quoted: Quoted, old_rows: Rows, new_rows: Rows) -> bool:
    then, now = old_rows.get(quoted.row_id), new_rows.get(quoted.row_id)
    return then is not None and now is not None and then.confidence != now.confidence


def _is_later(then: When | None, now: When | None) -> bool:
    return now is not None and (then is None or now.end > then.end)


def _is_redated(then: Quoted, now: Quoted) -> bool:
    """The same words under another date, or "before" one day and then before another."""
    vague = (
        then.as_of is not None
        and now.as_of is not None
        and then.as_of.precision == now.as_of.precision == "before"
    )
    return vague or (bool(now.quote) and then.quote == now.quote)


def _latest(leaves: list[Quantity]) -> When | None:
    dates = [when for leaf in leaves if (when := quoted_of(leaf).as_of) is not None]
    return max(dates, key=lambda when: when.order, default=None)


def _names(leaves: list[Quantity]) -> tuple[str, ...]:
    """Ids of rows of evidence; settings of the note, such as its FX rate, are no rows."""
    quoted = [quoted_of(leaf) for leaf in leaves]
    ids = dict.fromkeys(one.row_id for one in quoted if one.kind == "quoted" or one.source_id)
    return tuple(ids)[:_ROWS_NAMED]


def _sources(leaves: list[Quantity]) -> set[str]:
    return {quoted_of(leaf).source_id for leaf in leaves}
