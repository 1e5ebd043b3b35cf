"""What somebody meets on the first day: files that are not there, and faults that follow others."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from reportgen.checks.conflicts import conflicting_claims
from reportgen.checks.dated import prices_after_source
from reportgen.checks.report import text_report
from reportgen.cli import app
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.workbook.reader import read_workbook
from tests.books import book, flat
from tests.made import make, small_workbook
from tests.sheets import make_workbook


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, without settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ---- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["build", "check", "figures"])
def test_a_misspelt_name_is_answered_in_both_languages_with_the_right_one(
    desk: Path, command: str
) -> None:
    small_workbook(desk, name="july.xlsx")
    result = run(command, "jly.xlsx")
    assert result.exit_code == 1
    told = result.output
    assert "找不到文件 jly.xlsx" in told
    assert "There is no file jly.xlsx" in told
    assert "Did you mean july.xlsx?" in " ".join(told.split())
    assert "共 0 行" not in told
    assert "0 rows" not in told


@pytest.mark.parametrize("name", ["a folder.xlsx", "~$july.xlsx", "text.xlsx", "empty.xlsx"])
def test_what_is_no_workbook_is_told_in_both_languages_by_its_name(desk: Path, name: str) -> None:
    if "folder" in name:
        (desk / name).mkdir()
    else:
        (desk / name).write_bytes(b"" if "empty" in name else b"no workbook at all")
    result = run("check", name)
    assert result.exit_code == 1
    assert result.output.startswith(f"{name}: ")
    assert len(result.output.splitlines()) == 3


def test_a_last_issue_that_was_named_must_be_there(desk: Path) -> None:
    new = small_workbook(desk)
    options = ("--format", "html", "--lang", "en", "--out", "out")
    result = run("build", new, *options, "--since", "nothere.xlsx")
    assert result.exit_code == 2
    assert "nothere.xlsx of --since is not there" in result.output
    old = small_workbook(desk, ("| 8.15 |", "| x |"), name="old.xlsx")
    result = run("build", new, *options, "--since", old)
    assert result.exit_code == 1
    assert "since-unusable" in result.output
    assert "reportgen check old.xlsx" in " ".join(result.output.split())
    assert not (desk / "out").exists()
    (desk / "reportgen.toml").write_text('since = "old.xlsx"\n', encoding="utf-8")
    assert run("build", new, *options).exit_code == 0  # of the settings it is a doubt
    (page,) = (desk / "out").rglob("*.html")
    sources = page.read_text(encoding="utf-8").split('id="sources"')[-1]
    assert "not stated" in sources  # whether S1 gains from what it says: nobody says no


# ---- faults that only follow others ---------------------------------------------------------


def test_below_merged_headings_nothing_is_said_to_be_empty(tmp_path: Path) -> None:
    path = small_workbook(tmp_path)
    edited = openpyxl.load_workbook(path)
    sheet = edited["Prices"]
    sheet.merge_cells("E1:G1")
    edited.save(path)
    issues = flat(read_workbook(path).issues)
    assert ("error", "merged-header", "Prices", "E1:G1") in issues
    assert not [one for one in issues if one[1] == "empty-needed-cell"]


def test_claims_of_no_source_do_not_contradict_one_another() -> None:
    sheet = """
        id | as_of   | subject | metric | point | unit {}
        F1 | 2026-05 | rent    | trend  | 1     | % {}
        F2 | 2026-05 | rent    | trend  | 9     | % {}
    """
    assert conflicting_claims(book(Survey=sheet.format("", "", ""))) == ()
    told = conflicting_claims(book(Survey=sheet.format("| source", "| S1", "| S1")))
    assert [issue.code for issue in told] == ["claims-conflict"]


def test_a_call_without_attestations_is_told_once(desk: Path) -> None:
    call = ("S1 | broker |", "S1 | expert_call |")
    told = run("check", small_workbook(desk, call)).output
    assert "gate-call-unattested" in told
    assert "expert-call-unattested" not in told


def test_what_is_accepted_says_so_beside_others_that_are(tmp_path: Path) -> None:
    hint = Text("已接受：知道", "Accepted: known")
    issues = [
        Issue(code, Severity.REMARK, Text(code, code), hint, "w.xlsx", "Sources", "A2")
        for code in ("interested-party", "single-source")
    ]
    assert text_report(book(), issues, "en").count("Accepted: known") == 2


def test_an_id_that_fills_itself_in_is_nobody_elses(tmp_path: Path) -> None:
    path = make_workbook(
        tmp_path / "ids.xlsx",
        """
# Note
key | value
title_zh | 题
title_en | Title
date | @2026-05-28
# Sources
id | kind | date | title_zh | title_en
S2 | broker | @2026-05-28 | 报价 | Quotes
# Survey
topic | claim_zh | claim_en | source
supply | 供给会增加 | Supply grows | S2
supply | 供给会减少 | Supply falls | S2
""",
    )
    read = read_workbook(path)
    assert [row.id for row in read["Survey"]] == ["S2x", "S3"]


# ---- dates ----------------------------------------------------------------------------------


def test_a_price_is_no_later_than_the_source_that_quotes_it() -> None:
    sources = """
        id  | kind        | date
        S1  | expert_call | 2026-05-28
        OWN | own         | 2026-05-01
        IX  | index       | 2026-05-01
    """
    prices = """
        id | date       | model | point | unit     | source
        P1 | 2026-05    | h100  | 6.7   | 万元/台/月 | S1
        P2 | 2026-05-28 | h100  | 6.7   | 万元/台/月 | S1
        P3 | 2026-05-29 | h100  | 6.7   | 万元/台/月 | S1
        P4 | 2026-07    | h200  | 8     | 万元/台/月 | S1
        P5 | 2026-07    | h200  | 8     | 万元/台/月 | OWN
        P6 | 2026-07    | h200  | 8     | 万元/台/月 | IX
        P7 | 2026-07    | h200  | 8     | 万元/台/月 | S9
    """
    (issue,) = prices_after_source(book(Sources=sources, Prices=prices))
    assert flat([issue]) == [("warning", "price-after-source", "Sources", "C2")]
    assert issue.message.en == (
        "Source S1 is dated 28 May 2026, but 2 prices of it are dated after that "
        "(up to Jul 2026): P3, P4."
    )


# ---- what is typed, and in which language -----------------------------------------------------


def test_a_house_that_writes_english_alone_needs_no_chinese_title(desk: Path) -> None:
    path = small_workbook(desk, ("title_zh | H100 租金月内上涨\n", "title_zh |\n"))
    result = run("build", path, "--lang", "en", "--format", "html", "--out", "out")
    assert result.exit_code == 0, result.output
    none = small_workbook(
        desk,
        ("title_zh | H100 租金月内上涨\n", "title_zh |\n"),
        ("title_en | H100 rents rose within the month\n", "title_en |\n"),
    )
    (issue,) = read_workbook(none).issues
    assert (issue.code, issue.cell) == ("empty-needed-cell", "B2")
    assert issue.hint == Text("请填写“标题（中文）”。", "Fill in Title (zh).")


@pytest.mark.parametrize("command", ["check", "build", "figures"])
def test_the_command_that_was_typed_is_suggested_with_the_file_that_is_here(
    desk: Path, command: str
) -> None:
    small_workbook(desk, name="my own.xlsx")
    result = run(command)
    assert result.exit_code == 2
    assert f'Write: reportgen {command} "my own.xlsx"' in result.output
    (desk / "second.xlsx").write_bytes(b"")
    assert f"Write: reportgen {command} PATH.xlsx\n  my own.xlsx\n" in run(command).output


def test_new_refuses_in_the_language_asked_for(desk: Path) -> None:
    there = small_workbook(desk)
    told = run("new", there, "--lang", "en").output
    assert "is there already" in told
    assert "已存在" not in told
    assert "已存在" in run("new", there).output


def test_a_note_is_named_by_its_folder(desk: Path) -> None:
    book = small_workbook(desk)
    make(book, desk / "out", langs=("en",), formats=frozenset({"pdf"}))
    folder = next((desk / "out").rglob("manifest.json")).parent
    result = run("verify", folder)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Consistent")
    listed = run("trace", folder.parent, "--lang", "en")
    assert listed.exit_code == 0, listed.output
    assert "rent.h100.1y\t" in listed.output
    (pdf,) = folder.glob("*.pdf")
    (folder / "copy.pdf").write_bytes(pdf.read_bytes())
    result = run("verify", folder)
    assert result.exit_code == 2
    assert f"holds 2 PDFs; name one: copy.pdf, {pdf.name}." in result.output
    assert run("verify", desk).exit_code == run("trace", desk).exit_code == 2


# ---- slips of the first day -----------------------------------------------------------------


def test_a_renamed_heading_is_named_beside_the_column_that_lacks(desk: Path) -> None:
    made = small_workbook(desk, ("point | high | unit", "point | high | Measured in"))
    (issue,) = [one for one in read_workbook(made).issues if one.code == "missing-column"]
    assert issue.hint.en == (
        "Add a column Unit. If it is the column Measured in, change that heading to Unit."
    )
    assert "“Measured in”" in issue.hint.zh


def test_a_setting_is_suggested_as_its_sheet_shows_it(desk: Path) -> None:
    made = small_workbook(desk, ("slug | small", "slug | small\nStale dayz | 30"))
    (issue,) = [one for one in read_workbook(made).issues if one.code == "unknown-setting"]
    assert "Did you mean Stale days?" in issue.hint.en


def test_check_warns_of_an_address_before_a_mail_is_refused(desk: Path) -> None:
    rows = "# Recipients\nname | address\nLi Na | li.na at fund.example\nSam | sam@fund.example\n"
    made = small_workbook(desk, ("# Sources", rows + "# Sources"))
    result = run("check", made, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)["issues"]["warning"]
    assert [(one["code"], one["cell"]) for one in told if one["sheet"] == "Recipients"] == [
        ("mail-words", "B2")
    ]
    assert "Nothing was written" not in result.stdout


def test_a_folder_named_by_a_dot_is_called_so(desk: Path) -> None:
    result = run("check", ".")
    assert result.exit_code == 1
    assert result.output.startswith(".: not-a-file")
