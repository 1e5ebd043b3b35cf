"""Which figures of two issues are set side by side, and which of their rows are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from reportgen.analysis.causes import quoted_of, same_row
from reportgen.analysis.figures import Figure
from reportgen.analysis.snapshot import quoted_leaves
from reportgen.language import Text
from reportgen.quantity import Derived, Quantity

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


def subjects(figures: Mapping[str, Figure]) -> dict[str, Figure]:
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


def mixes_dates(figure: Figure) -> bool:
    """A rent paired with a much older price: an illustration, not the state of the market."""
    if figure.since is None or figure.as_of is None or follows(figure) or figure.signed:
        return False
    return abs((figure.as_of.end - figure.since.end).days) > _SAME_PERIOD_DAYS


def follows(figure: Figure) -> bool:
    """Whether it only follows from figures that are told themselves."""
    return (not figure.about and rank(figure) == len(_TOLD)) or figure.id.endswith(_DERIVED_ENDS)


def is_history(name: str) -> bool:
    """Whether a name is that of a past value: rent.h100.1y@2026-02."""
    return "@" in name


def stands_alone(figure: Figure) -> bool:
    """Whether its coming and going is news of its own."""
    return not (follows(figure) or is_history(figure.id) or mixes_dates(figure))


def pairs_of(
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


def by_rows(figures: Iterable[Figure]) -> dict[object, Figure]:
    """Quoted figures by the rows they are, to see a row filed under another name."""
    found: dict[object, Figure] = {}
    for figure in figures:
        if figure.about or isinstance(figure.quantity.lineage, Derived):
            continue
        for leaf in quoted_leaves(figure.quantity):
            found.setdefault(same_row(leaf), figure)
    return found


def other_name(figure: Figure, filed: Mapping[object, Figure]) -> Text | None:
    """What the row of a figure is called in the other issue, where that is another name."""
    if figure.about or isinstance(figure.quantity.lineage, Derived):
        return None
    for leaf in quoted_leaves(figure.quantity):
        other = filed.get(same_row(leaf))
        if other is not None and other.label != figure.label:
            return other.label
    return None


def held_test(values: Iterable[Quantity]) -> Callable[[Figure], bool]:
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


def rank(figure: Figure) -> int:
    """The place among the kinds that are told; then what follows, claims, assumptions."""
    if figure.about:
        assumed = any(one.kind == "assumption" for one in figure.quantity.quotes())
        return len(_TOLD) + (2 if assumed else 1)
    name = figure.id.removeprefix("old.")
    kinds = (place for place, kind in enumerate(_TOLD) if kind.match(name))
    return next(kinds, len(_TOLD))
