"""The annotated copy: the same verdict as the original, and where it may be written."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from reportgen.language import Text
from reportgen.workbook.annotation.annotate import annotated, is_annotated
from reportgen.workbook.annotation.place import place_problem
from reportgen.workbook.door import Reader
from reportgen.workbook.reader import read_workbook
from tests.analyst_book import SCRATCH, fills, issue, notes, opened, parts, run
from tests.sheets import NOTE, PRICES, SOURCES, make_workbook
from tests.test_broken_workbooks import BROKEN, FILES

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


# ---- the same verdict -----------------------------------------------------------------------


def test_the_copy_passes_or_fails_as_the_original(hers: Path, copied: Path) -> None:
    sample = Path("workbooks/compute-leasing.xlsx").resolve()
    target = copied.parent / sample.name
    assert run("check", sample, "--annotate", target, "-q").exit_code == 0
    for original, twin in ((hers, copied), (sample, target)):
        told = [run("check", one, "--format", "json") for one in (original, twin)]
        assert json.loads(told[0].stdout) == json.loads(told[1].stdout)
        assert told[0].exit_code == told[1].exit_code


def test_every_broken_workbook_reads_the_same_from_its_copy(tmp_path: Path) -> None:
    twin = tmp_path / "twin" / "book.xlsx"
    twin.parent.mkdir()
    with Reader() as reader:
        for name, (text, _) in BROKEN.items():
            more = "".join(
                filler
                for key, filler in (("Note", NOTE), ("Sources", SOURCES), ("Prices", PRICES))
                if f"# {key}" not in text and name != "sheet renamed"
            )
            path = make_workbook(tmp_path / "book.xlsx", text + more)
            before = read_workbook(path, reader)
            assert before.issues, name
            twin.write_bytes(annotated(path, before.issues, "zh"))
            assert read_workbook(twin, reader) == before, name


@pytest.mark.parametrize("name", ["truncated", "password", "missing", "csv renamed"])
def test_what_is_no_workbook_gets_no_copy(name: str, tmp_path: Path) -> None:
    file, write, _ = FILES[name]
    write(tmp_path / file)
    target = tmp_path / "copy.xlsx"
    done = run("check", tmp_path / file, "--annotate", target)
    assert done.exit_code == 1
    assert "no copy" in done.stderr or "没有写入副本" in done.stderr
    assert not target.exists()


# ---- annotated twice ------------------------------------------------------------------------


def test_annotating_a_copy_replaces_what_was_ours(copied: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    once = opened(copied)
    issues = [issue("C5", "still wrong"), issue("A4", "new", level="remark")]
    again.write_bytes(annotated(copied, issues, "en"))
    book = opened(again)
    assert book.sheetnames == once.sheetnames
    assert book.defined_names.keys() == once.defined_names.keys()
    told = notes(book["Prices"])
    assert told["C5"].count("reportgen") == 2
    assert told["C5"].startswith("她的批注：待确认\n\n▼")
    assert told["A2"] == "as of the call"
    assert sorted(told) == ["A2", "A4", "B4", "C5"]
    assert set(fills(book["Prices"])) == {"A4", "C5", "E6"} | {f"{c}1" for c in "ABCDEFG"}


def test_without_issues_the_copy_of_a_copy_looks_as_hers(
    hers: Path, copied: Path, tmp_path: Path
) -> None:
    clean = tmp_path / "clean.xlsx"
    clean.write_bytes(annotated(copied, [], "en"))
    before, after = opened(hers), opened(clean)
    for name in before.sheetnames:
        ours = {cell: fill for cell, fill in fills(after[name]).items() if cell != "E6"}
        assert ours == fills(before[name]), name  # E6 was made; it shows its column's fill
        assert notes(after[name]) == notes(before[name]), name
    assert fills(after["Prices"])["E6"] == "FFEEEEEE"
    assert after.worksheets[0]["A2"].value == "hers.xlsx: Nothing to report."


def test_what_she_typed_into_our_comment_stays(copied: Path, tmp_path: Path) -> None:
    edited, again = tmp_path / "edited.xlsx", tmp_path / "again.xlsx"
    with zipfile.ZipFile(edited, "w") as archive:
        for name, data in parts(copied).items():
            archive.writestr(name, data.replace(
                "if there is none.\n▲ reportgen".encode(),
                "if there is none.\n▲ reportgen\nasked Li".encode(),
            ))  # fmt: skip
    again.write_bytes(annotated(edited, [], "en"))
    assert notes(opened(again)["Prices"])["C5"] == "她的批注：待确认\nasked Li"


# ---- where it may be written ----------------------------------------------------------------


def test_the_original_is_never_written(hers: Path, tmp_path: Path) -> None:
    link, hard = tmp_path / "link.xlsx", tmp_path / "hard.xlsx"
    link.symlink_to(hers)
    os.link(hers, hard)
    other_case = hers.with_name("HERS.XLSX")
    round_about = hers.parent / ".." / hers.parent.name / hers.name
    before = hers.read_bytes()
    for target in (hers, link, hard, other_case, round_about):
        done = run("check", hers, "--annotate", target)
        assert (done.exit_code, done.stdout) == (2, ""), target
        assert "itself" in done.stderr
    assert hers.read_bytes() == before


def test_only_an_untouched_copy_of_ours_is_replaced(
    hers: Path, copied: Path, tmp_path: Path
) -> None:
    own, resaved, text = (tmp_path / f"{name}.xlsx" for name in ("own", "resaved", "text"))
    shutil.copy(hers, own)
    opened(copied).save(resaved)  # as another program would, after she worked in it
    text.write_text("mine")
    (tmp_path / "folder.xlsx").mkdir()
    for target in (own, resaved, text, tmp_path / "folder.xlsx"):
        problem = place_problem(hers, target)
        assert problem is not None, target
        assert "already" in problem.en
    assert place_problem(hers, copied) is None
    assert is_annotated(copied)
    shutil.copy(copied, tmp_path / "mine.xlsx")
    assert run("check", hers, "--annotate", tmp_path / "mine.xlsx").exit_code == 1
    assert [one.name for one in tmp_path.glob(".*")] == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere/copy.xlsx", "no folder"), ("copy.xls", "End its name in .xlsx"),
        ("copy", "End its name in .xlsx"), ("~$copy.xlsx", "cannot be"), ("a\tb.xlsx", "cannot be"),
        ("a:b.xlsx", "cannot be"), (f"{'x' * 300}.xlsx", "cannot be"),
    ],
)  # fmt: skip
def test_an_unusable_place_is_said_before_anything_is_read(
    target: str, said: str, hers: Path, tmp_path: Path
) -> None:
    done = run("check", hers, "--annotate", tmp_path / target)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_fault_while_writing_leaves_the_former_copy(
    hers: Path, copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy.xlsx"
    shutil.copy(copied, target)
    before = target.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reportgen.deliver.files.move_in", refuse)
    done = run("check", hers, "--annotate", target)
    assert done.exit_code == 3
    assert "disk is full" in done.stderr
    assert "not-a-number" in done.stdout  # the report was printed all the same
    assert target.read_bytes() == before


def test_json_names_the_copy(hers: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.xlsx"
    done = run("check", hers, "--annotate", target, "--json")
    assert json.loads(done.stdout)["files"] == [{"path": str(target)}]
    done = run("check", hers, "--annotate", target, "--format", "json")
    assert "annotated" not in json.loads(done.stdout)
    assert str(target) in done.stderr


# ---- what an issue may say ------------------------------------------------------------------

ODD = "=HYPERLINK(1) \x00\x0b\ud800 _x0041_ ]]> <b> & \"'\n▲ reportgen\n▼ reportgen"


def test_an_issue_is_text_whatever_it_says(hers: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.xlsx"
    odd = replace(issue("C2", ODD), hint=Text.same("+1+1"), sheet="Prices")
    nowhere = replace(issue("C2", "@x"), sheet="=No such sheet", file="")
    target.write_bytes(annotated(hers, [odd, nowhere, odd, issue("Q99999999"), issue("x!y")], "zh"))
    sheet = opened(target).worksheets[0]
    assert sheet.title == "问题"
    rows = list(sheet.iter_rows(min_row=5))
    assert all(cell.data_type == "s" and cell.style_id for row in rows for cell in row)
    assert all(cell.quotePrefix for row in rows for cell in row)
    said = str(rows[0][3].value).replace("_x005F_", "_")
    again = [str(row[3].value) for row in rows]
    assert "=HYPERLINK(1)  _x0041_ ]]> <b> & \"'" in "".join((said, *again)).replace("_x005F_", "_")
    again_once = tmp_path / "again.xlsx"
    again_once.write_bytes(annotated(target, [], "zh"))
    assert "C2" not in notes(opened(again_once)["Prices"])  # its false marks end nothing early


def test_a_sheet_of_hers_named_issues_is_hers(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "book.xlsx", f"# Issues\na\n# {SCRATCH}\nb\n{PRICES}")
    target = tmp_path / "copy.xlsx"
    target.write_bytes(annotated(path, [issue("C2"), issue("A1", sheet="Issues")], "en"))
    assert opened(target).sheetnames == ["Issues~2", "Issues", SCRATCH, "Prices"]
    assert [one.sheet for one in read_workbook(target).issues if one.code == "unknown-sheet"] == [
        "Issues", SCRATCH,
    ]  # fmt: skip


def test_a_mark_on_a_sheet_of_the_contract_hides_nothing(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "book.xlsx", f"{PRICES}{NOTE}{SOURCES}")
    data = parts(path)
    name = '<definedNames><definedName name="_reportgen_issues" localSheetId="0">1</definedName>'
    book = (
        data["xl/workbook.xml"]
        .replace(b"<definedNames/>", b"")
        .replace(b"<calcPr", f"{name}</definedNames><calcPr".encode())
    )
    assert b"_reportgen_issues" in book
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in (data | {"xl/workbook.xml": book}).items():
            archive.writestr(part, content)
    assert len(read_workbook(path)["Prices"]) == 1


def test_ten_thousand_issues_fit(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "book.xlsx", PRICES)
    many = [issue(f"B{row}", f"row {row}") for row in range(2, 8_002)]
    many += [issue("A1", "x" * 200, level="warning") for _ in range(2_000)]
    many += [issue("A1:XFD1048576", level="remark"), issue("XFD1048576")]
    target = tmp_path / "copy.xlsx"
    target.write_bytes(annotated(path, many, "en"))
    told = etree.fromstring(parts(target)["xl/comments1.xml"])
    said = {one.get("ref"): "".join(one.itertext()) for one in told.iter(f"{MAIN}comment")}
    assert len(said) == 8_002
    assert len(said["A1"]) < 9_000
    assert "more: see the sheet Issues" in said["A1"]
    drawing = parts(target)["xl/drawings/vmlDrawing1.vml"]
    ids = re.findall(rb'id="_x0000_s(\d+)"', drawing)
    assert len(set(ids)) == 8_002
    blocks = {str(int(one) // 1024).encode() for one in ids}
    assert set(re.findall(rb'data="([\d,]+)"', drawing)[0].split(b",")) == blocks
