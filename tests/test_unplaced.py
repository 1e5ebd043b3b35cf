"""Paragraphs of Views that no section of the note takes."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import reportgen.analysis.grids
import reportgen.note.exhibits
from reportgen.language import Text
from reportgen.note.build import SECTIONS
from reportgen.note.exhibits import EXHIBITS
from reportgen.note.unplaced import PAGE_ONE, unplaced_views
from reportgen.workbook.schema import VIEWS
from tests.books import book, flat

VIEW = "section | language | text\n"


def test_a_paragraph_of_no_section_is_a_warning_with_its_cell_and_the_choices() -> None:
    tables = book(Views=f"{VIEW}rents | en | Up.\nrent | en | Up.\noutlook.title | en | Outlook")
    found = unplaced_views(tables, tables)
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
    tables = book(Views=VIEW + lines)
    assert unplaced_views(tables, tables) == ()


def test_a_title_of_no_exhibit_is_told_with_the_id_that_may_be_meant() -> None:
    tables = book(
        Views=f"{VIEW}exhibit.rents-by-model.title | en | Up."
        "\nexhibit.rent-by-model.title | en | Up."
        "\nexhibit.zzz.title | en | Up."
        "\nExhibit.evidence.titel | en | All."
        "\nexhibit.evidence | en | All."
    )
    found = unplaced_views(tables, tables)
    assert flat(found) == [("warning", "view-unplaced", "Views", f"A{row}") for row in (3, 4, 5, 6)]
    misspelt, unknown, titel, bare = found
    assert misspelt.message.en == (
        "The note has no exhibit rent-by-model; this title is not printed."
    )
    assert misspelt.message.zh == "报告没有编号为“rent-by-model”的图表，这个标题不会印出。"
    assert misspelt.hint.en.startswith("Did you mean rents-by-model? Exhibits: changes, ")
    assert misspelt.hint.zh.startswith("是否应为 rents-by-model？图表编号：changes、")
    assert unknown.hint.en.startswith("Exhibits: ")  # nothing is near: titles are not all alike
    assert titel.hint.en.startswith("Did you mean evidence?")
    assert bare.hint == Text("请改为 exhibit.evidence.title。", "Write exhibit.evidence.title.")


def test_words_on_a_contradiction_name_a_row_of_evidence() -> None:
    survey = "id | date | topic | claim_en\nF1 | 2026-05 | rent | Up.\nF2 | 2026-05 | rent | Down."
    views = f"{VIEW}contradiction.F1 | en | Both.\ncontradiction.F9 | en | Both."
    tables = book(Survey=survey, Views=views)
    (found,) = unplaced_views(tables, tables)
    assert (found.code, found.cell) == ("view-unplaced", "A3")
    assert found.message.en.startswith("There is no row F9 of evidence")
    printed = book(Views=views)  # an edition that does not print the rows
    assert unplaced_views(printed, tables) == (found,)


def test_every_exhibit_of_the_program_may_be_given_a_title() -> None:
    """What the program draws and what Views may name are the same, read from the source."""
    drawn = set()
    for file in Path(reportgen.note.exhibits.__file__).parent.glob("*.py"):
        drawn |= _first_words(file, {"Draft", "_claims"})
    grids = _first_words(Path(reportgen.analysis.grids.__file__), {"_grid"})
    assert len(drawn) > 30
    assert drawn | {f"grid-{grid}" for grid in grids} == set(EXHIBITS)
    assert len(set(EXHIBITS)) == len(EXHIBITS)


def _first_words(file: Path, calls: set[str]) -> set[str]:
    """The literal first arguments of those calls."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in calls
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_the_help_of_the_column_names_every_section() -> None:
    told = VIEWS.column("section").help
    assert [
        name for name, _ in (*PAGE_ONE, *SECTIONS) if name not in told.zh or name not in told.en
    ] == []
    assert max(len(told.zh), len(told.en)) <= 255  # what Excel shows beside a cell
