"""Paragraphs of Views that no section of the note takes."""

from __future__ import annotations

import csv
from pathlib import Path

from reportgen.note.build import SECTIONS
from reportgen.note.unplaced import PAGE_ONE, unplaced_views
from reportgen.workbook.schema import VIEWS
from tests.books import book, flat

VIEW = "section | language | text\n"


def test_a_paragraph_of_no_section_is_a_warning_with_its_cell_and_the_choices() -> None:
    tables = book(Views=f"{VIEW}rents | en | Up.\nrent | en | Up.\noutlook.title | en | Outlook")
    found = unplaced_views(tables)
    assert flat(found) == [
        ("warning", "view-unplaced", "Views", "A3"),
        ("warning", "view-unplaced", "Views", "A4"),
    ]
    assert found[0].message.zh == "报告没有名为“rent”的章节，这一段不会印出。"
    assert found[0].hint.en.startswith("Did you mean rents? Sections: key_points, key_figures,")


def test_every_section_of_the_sample_has_its_place(project: Path) -> None:
    with (project / "seeds" / "compute-leasing" / "Views.csv").open(encoding="utf-8-sig") as file:
        names = [row["section"] for row in csv.DictReader(file)]
    lines = "\n".join(f"{name} | en | Text." for name in names)
    assert len(names) > 50
    assert unplaced_views(book(Views=VIEW + lines)) == ()


def test_the_help_of_the_column_names_every_section() -> None:
    told = VIEWS.column("section").help
    assert [
        name for name, _ in (*PAGE_ONE, *SECTIONS) if name not in told.zh or name not in told.en
    ] == []
    assert max(len(told.zh), len(told.en)) <= 255  # what Excel shows beside a cell
