"""Links, formulas and annotated copies are looked for by a process with limits of its own."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from reportgen.workbook import aside
from reportgen.workbook.annotation.annotate import AnnotationError, annotated
from reportgen.workbook.aside import AsideError, annotated_copy, formulas_of, linked_cells
from reportgen.workbook.elsewhere import linked_cells_of
from reportgen.workbook.formula_cells import read_formulas
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.working import work
from tests.packages import SHEET, pack, parts, price_rows, sheet
from tests.sheets import warm_reader
from tests.test_elsewhere import linking, priced

NAMES = "".join(f'<definedName name="n{n}">[1]S!$A$1</definedName>' for n in range(100_000))


def linked(path: Path) -> Path:
    """A workbook with a link, a formula that two cells share, and one of its own."""
    rows = priced(3, "[1]S!B2*2").replace("<f>", '<f t="shared" si="0" ref="C3:C4">')
    rows += priced(4, "").replace("<f></f>", '<f t="shared" si="0"/>') + priced(5, "C3*2")
    pack(path, linking(rows))
    return path


def slow(path: Path) -> Path:
    """A file of 60 kB with much to look through: formulas by the hundred thousand."""
    cells = "".join(f"<c><f>{n}</f><v>1</v></c>" for n in range(16_000))
    pack(path, parts(sheet(price_rows(f"<row>{cells}</row>" * 20))))
    return path


def test_what_comes_through_the_pipe_is_what_was_found(tmp_path: Path) -> None:
    path = linked(tmp_path / "b.xlsx")
    assert linked_cells(path) == linked_cells_of(path)
    assert [one.cells for one in linked_cells(path)] == [("C3", "C4")]
    assert formulas_of(path) == read_formulas(path)
    issues = read_workbook(path, warm_reader()).issues
    assert annotated_copy(path, issues, "zh") == annotated(path, issues, "zh")


@pytest.mark.parametrize(
    "names",
    ['<externalReference r:id="x1"/>' * 400_000, f"<definedNames>{NAMES}</definedNames>"],
    ids=["references", "names"],
)
def test_the_caller_neither_works_nor_holds_much(names: str, tmp_path: Path) -> None:
    """150 kB of references took the caller more than a minute, a million names 460 MiB."""
    path = tmp_path / "b.xlsx"
    pack(path, linking(priced(3, "[1]S!B2*2"), names=names))
    tracemalloc.start()
    began = time.process_time()
    try:
        (found,) = linked_cells(path)
        used, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.cells == ("C3",)
    assert used < 1
    assert peak < 16_000_000


def test_what_takes_too_long_is_given_up_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = slow(tmp_path / "b.xlsx")
    monkeypatch.setattr(aside, "extra_seconds", lambda _: 0.0)
    monkeypatch.setattr(aside, "_GRACE_SECONDS", 0.0)
    with pytest.raises(AsideError) as told:
        formulas_of(path, 0.2)
    assert told.value.problem.code == "reading-too-slow"
    monkeypatch.setattr(aside, "_SECONDS", 0.05)
    with pytest.raises(AnnotationError) as refused:
        annotated_copy(path, (), "en")
    assert "No copy was written" in refused.value.text.en


def test_a_file_whose_links_take_too_long_has_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "_SECONDS", 0.0)
    monkeypatch.setattr(aside, "_GRACE_SECONDS", 0.0)
    book = read_workbook(linked(tmp_path / "b.xlsx"), warm_reader())
    assert "reading-too-slow" in {issue.code for issue in book.issues}


def test_more_formulas_than_a_caller_can_hold_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reportgen.workbook.working.MOST_FORMULAS", 2)
    kind, said = work("formulas", linked(tmp_path / "b.xlsx"), None)
    assert (kind, b"reading-too-large" in said) == (b"R", True)


def test_a_damaged_file_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    pack(path, {**parts(), SHEET: b"<worksheet><f>"})
    with pytest.raises(AsideError) as told:
        formulas_of(path)
    assert told.value.problem.code == "xml-damaged"
    path.write_bytes(b"PK")
    assert linked_cells(path) == ()
    with pytest.raises(AnnotationError):
        annotated_copy(path, (), "zh")


def test_no_file_of_the_current_folder_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a file of the folder was run')")
    monkeypatch.chdir(tmp_path)
    assert linked_cells(linked(tmp_path / "b.xlsx"))
