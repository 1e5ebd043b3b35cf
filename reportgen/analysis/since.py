"""What changed since the previous issue: the figures of two issues side by side, with causes.

Figures are compared by their stable names; a claim is compared with the latest claim
on the same thing. What prints alike in both languages is unchanged, whatever its
date: the same quantity under another date is no move of the market. Left out are
figures that only repeat another one (see `_subjects`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from reportgen.analysis.causes import (
    Cause,
    cause_of_dropping,
    cause_of_new,
    cause_of_revision,
    quoted_of,
    rows_of,
    same_row,
)
from reportgen.analysis.figures import Figure, Figures
from reportgen.analysis.moves import move
from reportgen.analysis.snapshot import quoted_leaves
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

_SAME_PERIOD_DAYS = 62  # a price of the same or the neighbouring month, as in payback.py
_TOLD = tuple(
    re.compile(name)
    for name in (
        r"rent\.(?!after\.)", r"price\.", r"index\.", r"premium\.", r"termdiscount\.",
        r"payback\.", r"margin\.(?!after\.|implied\.)", r"inference\.ratio", r"memory\.share",
        r"share\.", r"supply\.", r"elasticity\.", r"demand\.", r"scenario\.[^.]+\.rent$", r"fx$",
    )
)  # fmt: skip
"""The kinds of figure whose every change is news, the most important first.

What is computed from them (break-even, NPV, stock, changes since a baseline …) follows
and is told only when its sign turns.
"""
_LEFT_OUT = re.compile(
    r"(?:count|since|old|usd|mean|grid|check)\."  # mean: the mix moves it
    r"|.*\.(?:ex\d+|exvat\d+|financed|pairs)$"  # variants of a figure that is told
)
_DERIVED_ENDS = (".change", ".since")
_ECHOES = (("yield.", "payback."), ("inference.share", "inference.ratio"))


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
    then, now = _subjects(old), _subjects(new)
    pairs = list(_pairs(then, now))
    old_rows, new_rows = rows_of(old), rows_of(new)
    is_held = _held(held)
    found: list[Revision] = []
    unchanged = suppressed = 0
    for was, is_now in pairs:
        if _mixes_dates(is_now):
            continue
        if prints_alike(was, is_now):
            unchanged += 1
            continue
        kind: RevisionKind = "reversed" if _is_reversed(was, is_now) else "revised"
        if kind == "revised" and _follows(is_now):
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
        change = move(told, is_now)
        found.append(Revision(kind, is_now.id, is_now.label, _old(told), is_now, cause, change))
    paired_old = {was.id for was, _ in pairs}
    paired_new = {is_now.id for _, is_now in pairs}
    fresh = [one for one in now.values() if one.id not in paired_new and _stands_alone(one)]
    gone = [one for one in then.values() if one.id not in paired_old and _stands_alone(one)]
    shown = [one for one in gone if not is_held(one)]
    suppressed = len(gone) - len(shown)
    shown = [_reworded(one, reword) for one in shown]
    were, are = _by_rows(shown), _by_rows(fresh)
    for one in fresh:
        cause = cause_of_new(one, old_rows, _other(one, were))
        found.append(Revision("new", one.id, one.label, None, one, cause))
    for one in shown:
        cause = cause_of_dropping(one, new_rows, _other(one, are))
        found.append(Revision("dropped", one.id, one.label, _old(one), None, cause))
    found = _without_repeats(found)
    found.sort(key=lambda one: (KINDS.index(one.kind), *_order(one)))
    return Comparison(tuple(found), unchanged, previous, suppressed)


# ---- what is compared with what -------------------------------------------------------------


def _subjects(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """The figures worth comparing, by what they are about.

    Left out: counts, grids, rents in USD and simple means; variants by VAT and
    financing; yields beside their paybacks and shares beside their ratios; and claims on
    what another figure quotes. Of claims on one thing the latest stands.
    """
    made = {
        quoted.row_id
        for figure in figures.values()
        if not (figure.id.startswith("claim.") or _LEFT_OUT.match(figure.id))
        and not isinstance(figure.quantity.lineage, Derived)
        for quoted in figure.quantity.quotes()
        if quoted.kind == "quoted"
    }
    settled = {one.about for row_id in made if (one := figures.get(f"claim.{row_id}"))}
    found: dict[str, Figure] = {}
    for figure in figures.values():
        name = figure.id
        if name.startswith("claim."):
            held = found.get(figure.about)
            if not figure.about or figure.about in settled:
                continue
            if held is None or _claim_rank(held) <= _claim_rank(figure):
                found[figure.about] = figure
        elif not (_LEFT_OUT.match(name) or _is_echo(name, figures)):
            found[name] = figure
    return found


def _claim_rank(figure: Figure) -> tuple[int, int]:
    """Later first, then the more confident."""
    confidence = max(
        (_CONFIDENCE.get(one.confidence, 1) for one in figure.quantity.quotes()), default=1
    )
    return (figure.as_of.end.toordinal() if figure.as_of else 0, confidence)


_CONFIDENCE = {"high": 3, "medium": 2, "": 1, "low": 0}


def _is_echo(name: str, figures: Mapping[str, Figure]) -> bool:
    return any(
        name.startswith(echo) and primary + name.removeprefix(echo) in figures
        for echo, primary in _ECHOES
    )


def _mixes_dates(figure: Figure) -> bool:
    """A rent paired with a much older price: an illustration, not the state of the market."""
    if figure.since is None or figure.as_of is None or _follows(figure) or figure.signed:
        return False
    return abs((figure.as_of.end - figure.since.end).days) > _SAME_PERIOD_DAYS


def _follows(figure: Figure) -> bool:
    """Whether it only follows from figures that are told themselves."""
    return (not figure.about and _rank(figure) == len(_TOLD)) or figure.id.endswith(_DERIVED_ENDS)


def _is_history(name: str) -> bool:
    return "@" in name


def _stands_alone(figure: Figure) -> bool:
    """Whether its coming and going is news of its own."""
    return not (_follows(figure) or _is_history(figure.id) or _mixes_dates(figure))


def _pairs(
    then: Mapping[str, Figure], now: Mapping[str, Figure]
) -> Iterator[tuple[Figure, Figure]]:
    """Figures on one thing; a claim whose wording moved is found by its row."""
    for key, figure in now.items():
        if key in then:
            yield then[key], figure
    left = {one.id: one for key, one in then.items() if key not in now and one.about}
    for key, figure in now.items():
        if key not in then and figure.about and figure.id in left:
            yield left[figure.id], figure


def _by_rows(figures: Iterable[Figure]) -> dict[object, Figure]:
    """Quoted figures by the rows they are, to see a row filed under another name."""
    found: dict[object, Figure] = {}
    for figure in figures:
        if figure.about or isinstance(figure.quantity.lineage, Derived):
            continue
        for leaf in quoted_leaves(figure.quantity):
            found.setdefault(same_row(leaf), figure)
    return found


def _other(figure: Figure, filed: Mapping[object, Figure]) -> Text | None:
    if figure.about or isinstance(figure.quantity.lineage, Derived):
        return None
    for leaf in quoted_leaves(figure.quantity):
        other = filed.get(same_row(leaf))
        if other is not None and other.label != figure.label:
            return other.label
    return None


def _held(values: Iterable[Quantity]) -> Callable[[Figure], bool]:
    """Whether a figure rests on a row that is not for print, by the row's id or its words.

    Ids that fill themselves in move when a row is inserted, so the words count too.
    """
    leaves = [leaf for value in values for leaf in quoted_leaves(value)]
    ids = {(one.row_id, one.source_id) for one in map(quoted_of, leaves)}
    words = {(same_row(leaf), quoted_of(leaf).as_of) for leaf in leaves}

    def rests_on_held(figure: Figure) -> bool:
        for leaf in quoted_leaves(figure.quantity):
            one = quoted_of(leaf)
            if one.kind != "constant" and (
                (one.row_id, one.source_id) in ids or (same_row(leaf), one.as_of) in words
            ):
                return True
        return False

    return rests_on_held


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
    """A restated history point is left out where the latest figure is that same point."""
    moved = {
        (one.id, one.new.as_of.key)
        for one in found
        if one.new is not None and one.new.as_of is not None and not _is_history(one.id)
    }
    return [
        one
        for one in found
        if not _is_history(one.id) or tuple(one.id.split("@", maxsplit=1)) not in moved
    ]


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
    return _rank(figure)


def _rank(figure: Figure) -> int:
    """The place among the kinds that are told; then what follows, claims, assumptions."""
    if figure.about:
        assumed = any(one.kind == "assumption" for one in figure.quantity.quotes())
        return len(_TOLD) + (2 if assumed else 1)
    name = figure.id.removeprefix("old.")
    kinds = (place for place, kind in enumerate(_TOLD) if kind.match(name))
    return next(kinds, len(_TOLD))


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
