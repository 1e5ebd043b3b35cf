"""Paragraphs and titles of Views that stand nowhere in a note: they would be left out silently."""

from __future__ import annotations

import re

from reportgen.analysis.review import EXPLAINED
from reportgen.checks.making import EVIDENCE, did_you_mean, joined, listed, places
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.note.build import SECTIONS
from reportgen.note.exhibits import EXHIBITS
from reportgen.workbook.tables import Workbook

PAGE_ONE: tuple[tuple[str, Text], ...] = (
    ("key_points", Text("核心观点", "Key points")),
    ("key_figures", Text("关键数据", "Key figures")),
    ("caveat", Text("证据说明", "Read this first")),
)
_EXHIBIT = re.compile(r"exhibits?\b[._ ]*(?P<id>.*?)(?:[._ ]*\btitle)?", re.IGNORECASE)
"""A section that is to be an exhibit's title, however it is spelt."""


def unplaced_views(printed: Workbook, whole: Workbook) -> tuple[Issue, ...]:
    """A warning for every paragraph or title of Views that stands in no section, with its cell.

    Looked through are the rows of `printed`. A sentence on a contradiction may also name a row
    of the `whole` workbook that this edition does not print.
    """
    sections = (*PAGE_ONE, *SECTIONS)
    known = {
        *(name for name, _ in sections),
        *(f"{name}.title" for name, _ in SECTIONS),
        *(f"exhibit.{id_}.title" for id_ in EXHIBITS),
    }
    rows = {row.id for key in EVIDENCE for row in whole[key]}
    issues: list[Issue] = []
    for place in places(printed, "Views"):
        name = place.row.text("section")
        if name in known or (name.startswith(EXPLAINED) and name.removeprefix(EXPLAINED) in rows):
            continue
        says, cure = _told(name, known, rows)
        issues.append(
            place.issue("section", "view-unplaced", Severity.WARNING, says=says, cure=cure)
        )
    return tuple(issues)


def _told(name: str, known: set[str], rows: set[str]) -> tuple[Text, Text]:
    """What is wrong with the name, and which one may be meant."""
    if name.startswith(EXPLAINED):
        id_ = name.removeprefix(EXPLAINED)
        return Text(
            f"没有编号为 {id_} 的证据行，这句说明不会印出。",
            f"There is no row {id_} of evidence; this explanation is not printed.",
        ), joined(
            did_you_mean(name, (f"{EXPLAINED}{row}" for row in rows)),
            Text(
                f"请写 {EXPLAINED}<行编号>，编号是那条证据的“编号”列。",
                f"Write {EXPLAINED}<row id>, with the id of a row of evidence.",
            ),
        )
    if title := _EXHIBIT.fullmatch(name):
        return _untitled(title["id"])
    sections = listed(
        Text(f"{section}（{heading.zh}）", section) for section, heading in (*PAGE_ONE, *SECTIONS)
    )
    return Text(
        f"报告没有名为“{name}”的章节，这一段不会印出。",
        f"The note has no section {name}; this paragraph is not printed.",
    ), joined(
        did_you_mean(name, known),
        Text(f"可用的章节：{sections.zh}。", f"Sections: {sections.en}."),
    )


def _untitled(id_: str) -> tuple[Text, Text]:
    """A title for an exhibit that no note has, or one that is not written as a title."""
    if id_ in EXHIBITS:
        return Text(
            f"图表标题要写作 exhibit.{id_}.title，这一行不会印出。",
            f"An exhibit's title is written exhibit.{id_}.title; this row is not printed.",
        ), Text(f"请改为 exhibit.{id_}.title。", f"Write exhibit.{id_}.title.")
    # The id alone is compared: all titles are alike in what stands around it.
    near = did_you_mean(id_, EXHIBITS)
    all_of_them = listed(Text.same(one) for one in EXHIBITS)
    return Text(
        f"报告没有编号为“{id_}”的图表，这个标题不会印出。",
        f"The note has no exhibit {id_}; this title is not printed.",
    ), joined(
        near,
        Text(f"图表编号：{all_of_them.zh}。", f"Exhibits: {all_of_them.en}."),
    )
