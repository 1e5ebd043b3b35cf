"""What stops an edition, and the cell that each gate asks to change."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from reportgen import pipeline
from reportgen.checking import Stages
from reportgen.editions.gates import gates
from reportgen.editions.publish import Edition
from reportgen.exits import DONE, GATE_REFUSED
from reportgen.pipeline import Request
from tests.books import book, flat

SOURCES = """
id | kind | attestations | cooling_off_end | restricted | publish
S1 | expert_call | {} | {} | {} | {}
"""
PRICES = "id | source | publish\nP1 | S1 | {}"
NOTE = "key | value\ndate | 2026-06-01\n"


def refused(
    *source: str, row: str = "yes", note: str = "", edition: Edition = "client", views: str = ""
) -> list[tuple[str, str, str]]:
    tables = book(
        Note=NOTE + note, Sources=SOURCES.format(*source), Prices=PRICES.format(row), Views=views
    )
    found = flat(gates(tables, edition))
    assert all(severity == "error" for severity, *_ in found)
    return [(code, sheet, cell) for _, code, sheet, cell in found]


CLEAN = ("no MNPI, compliance, 2026-05-29", "2026-05-31", "no", "yes")


def test_a_cleared_call_passes() -> None:
    assert refused(*CLEAN) == []
    assert refused("ok", "", "", "yes") == []


@pytest.mark.parametrize(
    ("source", "row", "found"),
    [
        (("", "", "", "yes"), "yes", ("gate-call-unattested", "Sources", "C2")),
        (("ok", "2026-06-02", "", "yes"), "yes", ("gate-call-cooling-off", "Sources", "D2")),
        (("ok", "after CNY?", "", "yes"), "yes", ("gate-call-cooling-off", "Sources", "D2")),
        (("ok", "", "yes", "yes"), "yes", ("gate-source-restricted", "Sources", "E2")),
        (("ok", "", "", "never"), "yes", ("gate-source-never", "Sources", "F2")),
    ],
)
def test_a_call_that_is_not_cleared_is_stopped(
    source: tuple[str, ...], row: str, found: tuple[str, str, str]
) -> None:
    assert refused(*source, row=row) == [found]
    assert refused(*source, row=row, edition="internal") == []
    assert refused(*source, row="internal") == []  # what is not printed needs no clearing


def test_the_last_day_of_the_cooling_off_period_is_over_when_the_note_is_dated_on_it() -> None:
    assert refused("ok", "2026-06-01", "", "yes") == []


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("kind | industry_memo", []),
        ("kind | research_report", [("report-without-licence", "Note", "B3")]),
        ("rating | 强于大市", [("rating-without-licence", "Note", "B3")]),
        ("licence | 有\nrating | 强于大市\nkind | research_report", []),
    ],
)
def test_a_house_without_licence_gives_no_rating(
    note: str, found: list[tuple[str, str, str]]
) -> None:
    assert refused(*CLEAN, note=note) == found
    assert refused(*CLEAN, note=note, edition="internal") == []


VIEWS = "section | language | text | publish\nrents | zh | 见 [[internal.claim.P9|bare]]。 | {}"


@pytest.mark.parametrize("edition", ["client", "internal"])
def test_a_client_sentence_may_not_ask_for_an_internal_figure(edition: Edition) -> None:
    found = refused(*CLEAN, views=VIEWS.format("yes"), edition=edition)
    assert found == [("gate-internal-figure", "Views", "C2")]
    assert refused(*CLEAN, views=VIEWS.format("internal"), edition=edition) == []
    title = refused(*CLEAN, note="title_zh | 租金 [[internal.claim.P9]]", edition=edition)
    assert title == [("gate-internal-figure", "Note", "B3")]


def test_the_message_names_the_figure_and_the_cure() -> None:
    tables = book(Note=NOTE, Views=VIEWS.format("yes"))
    (issue,) = gates(tables, "client")
    assert "internal.claim.P9" in issue.message.zh
    assert "内部" in issue.hint.zh


# ---- whole builds ---------------------------------------------------------------------------


def build(path: Path, out: Path, edition: Edition = "client") -> pipeline.Outcome:
    request = Request(path, out, edition=edition, formats=frozenset({"html"}), langs=("zh",))
    return pipeline.build(request, (), {}, Stages(lambda: 0.0, lambda _: None))


def changed(sample: Path, path: Path, sheet: str, heading: str, row: int, value: str) -> Path:
    workbook = openpyxl.load_workbook(sample)
    cells = {str(cell.value): place for place, cell in enumerate(workbook[sheet][1], start=1)}
    workbook[sheet].cell(row, cells[heading]).value = value
    workbook.save(path)
    return path


def test_a_gate_stops_the_client_edition_with_exit_4(sample: Path, tmp_path: Path) -> None:
    path = changed(sample, tmp_path / "w.xlsx", "来源", "合规确认", 2, "")
    outcome = build(path, tmp_path / "out")
    assert outcome.code == GATE_REFUSED
    (issue,) = [one for one in outcome.issues if one.code == "gate-call-unattested"]
    assert (issue.sheet, issue.row_id) == ("来源", "EC1")
    assert not (tmp_path / "out").exists()
    assert build(path, tmp_path / "out", "internal").code == DONE


def test_a_house_without_licence_labels_its_note_a_memo(sample: Path, tmp_path: Path) -> None:
    outcome = build(sample, tmp_path)
    (page,) = [path for path in outcome.files if path.suffix == ".html"]
    text = page.read_text(encoding="utf-8")
    assert "产业调研纪要" in text
    assert "强于大市" not in text
