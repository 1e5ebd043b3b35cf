"""The evidence reviewed before anything is computed, so that figures inherit weaknesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reportgen.analysis.contradictions import Contradiction, find_contradictions, printed
from reportgen.analysis.evidence import EVIDENCE, GRADE_LABELS, GRADES, Weighed, gather, weigh
from reportgen.analysis.figures import Figure
from reportgen.language import Text
from reportgen.quantity import WEAKNESSES, Quantity, Quoted, Weakness
from reportgen.units import PLAIN
from reportgen.workbook.tables import Row, Workbook

EXPLAINED = "contradiction."
_REASONS: Mapping[str, Weakness] = {"low": "low", "interviewer": "interviewer", "stale": "stale"}


@dataclass(frozen=True, slots=True)
class Review:
    """Every claim weighed, and where claims disagree: all of it, and what is printed in full."""

    weighed: Mapping[str, Weighed]
    contradictions: tuple[Contradiction, ...] = ()
    printed: tuple[Contradiction, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """How many claims have which grade, and how many disagreements there are."""
        grades = Counter(one.grade for one in self.weighed.values())
        for grade in GRADES:
            label = GRADE_LABELS[grade]
            said = Text(f"证据条数：{label.zh}", f"Claims: {label.en}")
            yield _count(f"count.{grade}", grades[grade], said)
        label = Text("相互矛盾之处", "Disagreements")
        yield _count("count.contradictions", len(self.contradictions), label)
        rest = [one for one in self.contradictions if one not in self.printed]
        restated = sum(one.kind == "restated" for one in rest)
        label = Text("未列出的矛盾", "Disagreements not listed")
        yield _count("count.contradictions.rest", len(rest), label)
        label = Text("未列出的改口", "Restatements not listed")
        yield _count("count.contradictions.restated", restated, label)


def review_evidence(workbook: Workbook) -> Review:
    """Weigh the claims and find the contradictions of a workbook cut down to what may be printed.

    A contradiction that Views explains (section contradiction.<row id>) is printed
    before weightier ones that nobody explained.
    """
    evidence = gather(workbook)
    weighed = weigh(evidence)
    found = find_contradictions(evidence, weighed)
    sections = (row.text("section") for row in workbook["Views"])
    explained = {name.removeprefix(EXPLAINED) for name in sections if name.startswith(EXPLAINED)}
    return Review({one.row.id: one for one in weighed}, found, printed(found, explained))


def with_weaknesses(workbook: Workbook, review: Review) -> Workbook:
    """The same workbook, its weakest values knowing that they are weak.

    Contradicted are only numbers of a contradiction that the note prints, on a side
    that does not stand.
    """
    disputed = {row.id for one in review.printed for row in one.disputed()}
    tables = dict(workbook.tables)
    for key in EVIDENCE:
        rows = tuple(_marked(row, review, disputed) for row in workbook[key])
        tables[key] = replace(workbook[key], rows=rows)
    return replace(workbook, tables=tables)


def _marked(row: Row, review: Review, disputed: set[str]) -> Row:
    weighed = review.weighed.get(row.id)
    if row.quantity is None or weighed is None or not isinstance(row.quantity.lineage, Quoted):
        return row
    found = {_REASONS[reason.code] for reason in weighed.reasons if reason.code in _REASONS}
    if row.id in disputed:
        found.add("contradicted")
    if not found:
        return row
    ordered = tuple(weakness for weakness in WEAKNESSES if weakness in found)
    lineage = replace(row.quantity.lineage, weaknesses=ordered)
    return replace(row, quantity=replace(row.quantity, lineage=lineage))


def _count(name: str, value: int, label: Text) -> Figure:
    lineage = Quoted(name, (), kind="constant")
    return Figure(name, Quantity(PLAIN, value, value, value, lineage, 15, 0), label)
