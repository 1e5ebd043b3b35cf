"""Paragraphs of Views whose section no note has: they would be left out without a word."""

from __future__ import annotations

from reportgen.analysis.review import EXPLAINED
from reportgen.checks.making import did_you_mean, joined, places
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.note.build import SECTIONS
from reportgen.workbook.tables import Workbook

PAGE_ONE: tuple[tuple[str, Text], ...] = (
    ("key_points", Text("核心观点", "Key points")),
    ("key_figures", Text("关键数据", "Key figures")),
    ("caveat", Text("证据说明", "Read this first")),
)
_PREFIXES = (EXPLAINED, "exhibit.")


def unplaced_views(workbook: Workbook) -> tuple[Issue, ...]:
    """A warning for every paragraph or title of Views that stands in no section, with its cell."""
    places_there = (*PAGE_ONE, *SECTIONS)
    known = {*(name for name, _ in places_there), *(f"{name}.title" for name, _ in SECTIONS)}
    listed = Text(
        "、".join(f"{name}（{title.zh}）" for name, title in places_there),
        ", ".join(name for name, _ in places_there),
    )
    return tuple(
        place.issue(
            "section", "view-unplaced", Severity.WARNING,
            says=Text(
                f"报告没有名为“{name}”的章节，这一段不会印出。",
                f"The note has no section {name}; this paragraph is not printed.",
            ),
            cure=joined(
                did_you_mean(name, known),
                Text(f"可用的章节：{listed.zh}。", f"Sections: {listed.en}."),
            ),
        )
        for place in places(workbook, "Views")
        if (name := place.row.text("section")) not in known and not name.startswith(_PREFIXES)
    )  # fmt: skip
