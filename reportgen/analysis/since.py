"""What changed since the previous issue: the figures of two issues side by side, with causes.

Figures are compared by their stable names; a claim is compared with the latest claim
on the same thing. What prints alike in both languages is unchanged, whatever its
date: the same quantity under another date is no move of the market. Left out are
figures that only repeat another one (see `subjects`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from reportgen.analysis.causes import (
    Cause,
    cause_of_dropping,
    cause_of_new,
    cause_of_revision,
    rows_of,
)
from reportgen.analysis.counterparts import (
    by_rows,
    follows,
    held_test,
    is_history,
    mixes_dates,
    other_name,
    pairs_of,
    rank,
    stands_alone,
    subjects,
)
from reportgen.analysis.figures import Figure, Figures
from reportgen.analysis.moves import agreeing, move
from reportgen.dates import When
from reportgen.language import LANGS, Text
from reportgen.quantity import Combined, Derived, Lineage, Quantity, Quoted
from reportgen.units import PLAIN
from reportgen.wording import number_text

RevisionKind = Literal["reversed", "revised", "new", "dropped"]
KINDS: tuple[RevisionKind, ...] = ("reversed", "revised", "new", "dropped")
KIND_NAMES: Mapping[RevisionKind, Text] = {
    "reversed": Text("方向逆转", "reversed"),
    "revised": Text("修订", "revised"),
    "new": Text("新增", "new"),
    "dropped": Text("不再列示", "no longer shown"),
}
_UNCHANGED = Text("没有变化", "unchanged")


@dataclass(frozen=True, slots=True)
class Revision:
    """One figure in the previous and the present issue.

    `change` is in percent, in percentage points for percentages, or in the figure's
    own unit where a percentage has no meaning; None for new and dropped figures and
    where the units differ. `withheld`: the old value rests on a row that is no longer
    for print, so it is not shown again (`old` and `change` are None).
    """

    kind: RevisionKind
    id: str
    label: Text
    old: Figure | None
    new: Figure | None
    cause: Cause
    change: Figure | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every revision, by kind and within a kind largest first, and how many figures stayed.

    `previous` is the date of the previous issue. `suppressed` counts dropped figures
    that rest on rows which are no longer for print: only their number may be told.
    """

    revisions: tuple[Revision, ...]
    unchanged: int
    previous: When | None = None
    suppressed: int = 0

    def of(self, kind: RevisionKind) -> tuple[Revision, ...]:
        """The revisions of one kind."""
        return tuple(one for one in self.revisions if one.kind == kind)

    def count(self, kind: RevisionKind | Literal["unchanged"]) -> Figure:
        """How many there are of a kind, as a figure: since.count.revised."""
        number = self.unchanged if kind == "unchanged" else len(self.of(kind))
        if kind == "dropped":
            number += self.suppressed
        name = f"since.count.{kind}"
        lineage = Quoted(name, (), f"{number}", kind="constant")
        quantity = Quantity(PLAIN, number, number, number, lineage, 15, 0)
        said = _UNCHANGED if kind == "unchanged" else KIND_NAMES[kind]
        label = Text(f"与上期相比：{said.zh}", f"Since the last issue: {said.en}")
        return Figure(name, quantity, label)

    def figures(self) -> Iterator[Figure]:
        """Every figure that only the comparison knows: old values, changes and counts."""
        for one in self.revisions:
            yield from (figure for figure in (one.old, one.change) if figure is not None)
        yield from map(self.count, KINDS)
        yield self.count("unchanged")


def compare(
    old: Mapping[str, Figure],
    new: Mapping[str, Figure],
    *,
    previous: When | None = None,
    held: Iterable[Quantity] = (),
    reword: Callable[[str], str] = str,
) -> Comparison:
    """What is reversed, revised, new and dropped in `new` against `old`.

    `held` are values of the present workbook's rows that are not for print: what an
    old figure took from them is not shown again. `reword` redacts the words of old rows,
    for a word may have become one that must not appear. Old figures come back named old.<id>.
    """
    then, now = subjects(old), subjects(new)
    pairs = list(pairs_of(then, now))
    old_rows, new_rows = rows_of(old), rows_of(new)
    is_held = held_test(held)
    found: list[Revision] = []
    unchanged = suppressed = 0
    for was, is_now in pairs:
        if mixes_dates(is_now):
            continue
        if prints_alike(was, is_now):
            unchanged += 1
            continue
        kind: RevisionKind = "reversed" if _is_reversed(was, is_now) else "revised"
        if kind == "revised" and follows(is_now):
            unchanged += 1
            continue
        cause = cause_of_revision(was, is_now, old_rows, new_rows)
        if is_held(was):
            cause = Cause("withdrawn")
            found.append(
                Revision(kind, is_now.id, is_now.label, None, is_now, cause, withheld=True)
            )
            continue
        told = _reworded(was, reword)
        now_told, change = is_now, move(told, is_now)
        if change is not None:
            told, now_told, change = agreeing(told, is_now, change)
        found.append(Revision(kind, is_now.id, is_now.label, _old(told), now_told, cause, change))
    paired_old = {was.id for was, _ in pairs}
    paired_new = {is_now.id for _, is_now in pairs}
    fresh = [one for one in now.values() if one.id not in paired_new and stands_alone(one)]
    gone = [one for one in then.values() if one.id not in paired_old and stands_alone(one)]
    shown = [one for one in gone if not is_held(one)]
    suppressed = len(gone) - len(shown)
    shown = [_reworded(one, reword) for one in shown]
    were, are = by_rows(shown), by_rows(fresh)
    for one in fresh:
        cause = cause_of_new(one, old_rows, other_name(one, were))
        found.append(Revision("new", one.id, one.label, None, one, cause))
    for one in shown:
        cause = cause_of_dropping(one, new_rows, other_name(one, are))
        found.append(Revision("dropped", one.id, one.label, _old(one), None, cause))
    found = _without_repeats(found)
    found.sort(key=lambda one: (KINDS.index(one.kind), *_order(one)))
    return Comparison(tuple(found), unchanged, previous, suppressed)


# ---- how they differ ------------------------------------------------------------------------


def prints_alike(old: Figure, new: Figure) -> bool:
    """Whether a reader finds the same number in both, in either language."""
    a, b = old.quantity, new.quantity
    if a.unit.key != b.unit.key:
        return False
    if (a.low, a.point, a.high) == (b.low, b.point, b.high):
        return True
    return all(number_text(a, lang) == number_text(b, lang) for lang in LANGS)


def _is_reversed(old: Figure, new: Figure) -> bool:
    """Whether the whole figure went to the other side of zero, and neither prints as zero."""
    if old.quantity.unit.key != new.quantity.unit.key or _sign(old) * _sign(new) >= 0:
        return False
    return not any(_prints_zero(one) for one in (old, new))


def _sign(figure: Figure) -> int:
    """Which side of zero the whole figure is on; 0 for one that spans it."""
    quantity = figure.quantity
    if quantity.low is not None and quantity.low >= 0:
        return 1
    return -1 if quantity.high is not None and quantity.high <= 0 else 0


def _prints_zero(figure: Figure) -> bool:
    return not any(digit in number_text(figure.quantity, "zh") for digit in "123456789")


def _old(figure: Figure) -> Figure:
    return Figure(
        f"old.{figure.id}", figure.quantity, figure.label, figure.as_of, figure.since,
        figure.signed, figure.loose, figure.about,
    )  # fmt: skip


def _reworded(figure: Figure, reword: Callable[[str], str]) -> Figure:
    """The figure with its label and the words of its rows run through `reword`."""
    if reword is str:
        return figure
    label = Text(reword(figure.label.zh), reword(figure.label.en))
    return replace(figure, label=label, quantity=_reworded_rows(figure.quantity, reword))


def _reworded_rows(quantity: Quantity, reword: Callable[[str], str]) -> Quantity:
    lineage = quantity.lineage
    told: Lineage
    match lineage:
        case Quoted():
            told = replace(
                lineage, as_written=reword(lineage.as_written), quote=reword(lineage.quote)
            )
        case Combined():
            parts = tuple(_reworded_rows(part, reword) for part in lineage.parts)
            told = replace(lineage, parts=parts)
        case Derived():
            inputs = tuple((name, _reworded_rows(one, reword)) for name, one in lineage.inputs)
            told = replace(lineage, inputs=inputs)
    return replace(quantity, lineage=told)


def _without_repeats(found: list[Revision]) -> list[Revision]:
    """Without a restated history point that is the latest figure's own, and without twins.

    A twin is the matched pair of a change since the baseline, where the pair says the same.
    """
    by_id = {one.id: one for one in found}
    moved = {
        (one.id, one.new.as_of.key)
        for one in found
        if one.new is not None and one.new.as_of is not None and not is_history(one.id)
    }
    return [
        one
        for one in found
        if (not is_history(one.id) or tuple(one.id.split("@", maxsplit=1)) not in moved)
        and not _says_the_same(one, by_id.get(f"change.{one.id.removeprefix('pair.')}"))
    ]


def _says_the_same(pair: Revision, change: Revision | None) -> bool:
    if change is None or not pair.id.startswith("pair."):
        return False
    both = ((pair.old, change.old), (pair.new, change.new))
    return all(one and other and prints_alike(one, other) for one, other in both)


def _order(revision: Revision) -> tuple[float, int, str]:
    """Reversed and revised by size, new and dropped by importance, then by name."""
    size = 0.0
    if revision.kind in ("reversed", "revised"):
        size = _size(revision)
    return (-size, importance(revision), "" if revision.kind == "new" else revision.id)


def importance(revision: Revision) -> int:
    """How near the heart of a note on leasing a figure is: rents first, claims last."""
    figure = revision.new or revision.old
    if figure is None:
        raise ValueError("a revision has a figure")
    return rank(figure)


def _size(revision: Revision) -> float:
    """The printed number of the change; one in the figure's own unit, relative to its ends."""
    change = revision.change
    if change is None or revision.old is None or revision.new is None:
        return 0.0
    if change.quantity.unit.key in ("%", "pp"):
        return abs(change.quantity.bound)
    largest = max(abs(revision.old.quantity.bound), abs(revision.new.quantity.bound))
    return abs(change.quantity.bound) / largest * 100 if largest else 0.0


__all__ = [
    "KINDS",
    "KIND_NAMES",
    "Comparison",
    "Figures",
    "Revision",
    "RevisionKind",
    "compare",
    "importance",
]
