"""Results that belong together in the sources of figures: one measure, or the same cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_BOUNDARY = "，、：的 ,:"
_SHORTEST_SHARED = 3  # letters of a label that are worth telling once for many
_FEWEST_CASES = 3  # that two measures must share to be told case by case
_ALIKE = 0.5  # of their rows: results of one case rest on about the same


@dataclass(frozen=True, slots=True)
class Result:
    """A computed figure: its id, label, value, and the rows it rests on, each once."""

    id: str
    label: str
    text: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """Results of one formula and one measure for several cases."""

    formula: str
    results: tuple[Result, ...]

    @cached_property
    def affixes(self) -> tuple[str, str]:
        """What all labels say before and behind the case."""
        return affixes([one.label for one in self.results])

    @property
    def what(self) -> str:
        """The measure: what all labels say besides the case."""
        before, after = (part.strip("，, :：") for part in self.affixes)
        return f"{before}…{after}" if before and after else before or after

    @cached_property
    def unit(self) -> str:
        """The unit behind every value, with its space."""
        return shared_unit([one.text for one in self.results])

    @cached_property
    def common(self) -> frozenset[str]:
        """The rows that all results rest on."""
        return frozenset.intersection(*(frozenset(one.rows) for one in self.results))

    def case(self, result: Result) -> str:
        """The case of one of the results: its label without what all say."""
        before, after = self.affixes
        return result.label[len(before) : len(result.label) - len(after)].strip("，, ")

    @cached_property
    def cases(self) -> frozenset[str]:
        """The cases that have a result."""
        return frozenset(map(self.case, self.results))


def measure_of(label: str) -> str:
    """What a label says behind the case and a colon; empty without one."""
    for colon in ("：", ": "):
        _, found, measure = label.partition(colon)
        if found:
            return measure
    return ""


def families_of(series: Sequence[Series]) -> list[list[Series]]:
    """Series of about the same cases; a series that stands alone is in none."""
    families: list[list[Series]] = []
    for one in series:
        if not any(one.affixes):
            continue
        for family in families:
            if len(one.cases & family[0].cases) >= _FEWEST_CASES:
                family.append(one)
                break
        else:
            families.append([one])
    return [family for family in families if len(family) > 1]


def cases_of(family: Sequence[Series]) -> Iterator[tuple[str, list[tuple[int, Result]]]]:
    """Each case with its results and the number of their series, from 1.

    Two results that share a label but not their rows, a present and a past price, are
    two cases.
    """
    found: dict[str, list[list[tuple[int, Result]]]] = {}
    for number, series in enumerate(family, start=1):
        for one in series.results:
            groups = found.setdefault(series.case(one), [])
            near = [
                (likeness, place)
                for place, group in enumerate(groups)
                if (likeness := max(_likeness(one, other) for _, other in group)) >= _ALIKE
            ]
            if near:
                groups[max(near)[1]].append((number, one))
            else:
                groups.append([(number, one)])
    for case, groups in found.items():
        yield from ((case, group) for group in groups)


def _likeness(one: Result, other: Result) -> float:
    a, b = set(one.rows), set(other.rows)
    return len(a & b) / max(1, len(a | b))


def affixes(labels: Sequence[str]) -> tuple[str, str]:
    """The beginning and the end that labels share, cut where words end; empty for next to none."""
    if len(set(labels)) < 2:
        return "", ""
    before = _shared(labels)
    before = before[: max(map(before.rfind, _BOUNDARY)) + 1]
    after = _shared([label[len(before) :][::-1] for label in labels])[::-1]
    starts = [place for place in map(after.find, _BOUNDARY) if place >= 0]
    after = after[min(starts) :] if starts else ""
    return (
        before if len(before) >= _SHORTEST_SHARED else "",
        after if len(after) >= _SHORTEST_SHARED else "",
    )


def shared_unit(texts: Sequence[str]) -> str:
    """The unit behind every one of several values, with its space."""
    ending = _shared([text[::-1] for text in texts])[::-1] if len(texts) > 1 else ""
    return ending[ending.find(" ") :] if " " in ending else ""


def _shared(texts: Sequence[str]) -> str:
    """The longest beginning that all texts have."""
    first, last = min(texts), max(texts)
    end = next(
        (n for n, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1),
        len(first),
    )
    return first[:end]
