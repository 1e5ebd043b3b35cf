"""Rows for the house alone: their figures, which only the internal edition may print.

They are added after the analysis, so that no number that the editions share rests on them.
"""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.estimates import claim_figures
from reportgen.analysis.figures import Figures
from reportgen.language import Text
from reportgen.workbook.tables import Workbook

INTERNAL = "internal."
"""What the names of figures begin with that rest on internal rows."""

_EVIDENCE = ("Prices", "Survey", "Demand", "Economics")


def with_house(analysis: Analysis, house: Workbook) -> Analysis:
    """The analysis with internal.claim.<row id> for every value among the rows of `house`."""
    tables = {key: house[key] for key in _EVIDENCE}
    figures = (
        replace(
            one,
            id=f"{INTERNAL}{one.id}",
            label=Text(f"{one.label.zh}（内部）", f"{one.label.en} (internal)"),
            about="",
        )
        for one in claim_figures(tables.values())
    )
    return replace(analysis, house=tables, figures=Figures((*analysis.figures.values(), *figures)))


def shared(figures: Figures) -> Figures:
    """The figures that both editions have."""
    return Figures(one for one in figures.values() if not one.id.startswith(INTERNAL))
