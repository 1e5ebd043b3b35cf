"""The whole of `reportgen build`, on the real call and on broken workbooks."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pypdf
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner, Result

from reportgen import checking, pipeline
from reportgen.checking import Stages
from reportgen.cli import app
from reportgen.language import LANGS, Lang
from reportgen.pipeline import Request
from reportgen.render.machine import machine_problems
from reportgen.wording import number_text, quantity_text
from tests.made import small_workbook
from tests.sheets import NOTE, PRICES, SOURCES, make_workbook
from tests.test_broken_workbooks import BROKEN

STAMP = "compute-leasing-20260601"
MOST_PAGES = 16


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def folder_of(out: Path) -> Path:
    return out / STAMP / "client"


@pytest.fixture(scope="module")
def built(sample_note: Path) -> Path:
    """The sample note, both languages and formats, compared with February's."""
    return sample_note


@pytest.fixture(scope="module")
def sheets(built: Path) -> dict[str, list[str]]:
    """What each page of each PDF says, read back by another program."""
    return {
        lang: subprocess.run(
            ["pdftotext", built / f"{STAMP}-{lang}.pdf", "-"], capture_output=True, check=True
        )
        .stdout.decode()
        .split("\f")[:-1]
        for lang in LANGS
    }


@pytest.fixture(scope="module")
def texts(sheets: dict[str, list[str]]) -> dict[str, str]:
    """What each PDF says, blanks taken out."""
    return {lang: re.sub(r"\s+", "", "".join(pages)) for lang, pages in sheets.items()}


def test_build_writes_the_notes_their_data_and_a_manifest(built: Path) -> None:
    names = {f"{STAMP}-{lang}.{suffix}" for lang in LANGS for suffix in ("pdf", "html")}
    assert {path.name for path in built.iterdir()} == names | {"figures.xlsx", "manifest.json"}


@pytest.mark.parametrize("lang", LANGS)
def test_the_note_keeps_to_its_pages_and_none_is_bare(
    sheets: dict[str, list[str]], lang: Lang
) -> None:
    pages = sheets[lang]
    assert 8 <= len(pages) <= MOST_PAGES
    for text in pages[:-1]:
        assert len(text) > 400


@pytest.mark.parametrize("lang", LANGS)
def test_every_published_price_stands_in_the_pdf(
    sample: Path, texts: dict[str, str], lang: Lang
) -> None:
    checked = checking.check(sample, Stages(lambda: 0.0, lambda _: None))
    quantities = [row.quantity for row in checked.printed["Prices"] if row.quantity]
    assert len(quantities) > 20
    for quantity in quantities:
        ways = (number_text(quantity, lang), quantity_text(quantity, lang))
        assert any(way.replace(" ", "") in texts[lang] for way in ways), ways


def test_no_redacted_term_is_in_any_file_or_its_metadata(
    project: Path, built: Path, texts: dict[str, str]
) -> None:
    with (project / "seeds" / "compute-leasing" / "Redactions.csv").open(encoding="utf-8") as file:
        terms = [row["term"] for row in csv.DictReader(file)]
    assert len(terms) > 30
    for lang in LANGS:
        page = html.unescape((built / f"{STAMP}-{lang}.html").read_text(encoding="utf-8"))
        reader = pypdf.PdfReader(built / f"{STAMP}-{lang}.pdf")
        metadata = " ".join(str(value) for value in (reader.metadata or {}).values())
        for term in terms:
            bare = re.sub(r"\s+", "", term)
            if bare.isascii():
                whole = re.compile(rf"(?<![A-Za-z]){re.escape(term)}(?![A-Za-z])", re.IGNORECASE)
                assert not whole.search(page), term
                assert not whole.search(metadata), term
            else:
                assert bare not in page, term
                assert bare not in texts[lang], term
                assert bare not in metadata, term


def test_the_previous_issue_builds_too(project: Path, tmp_path: Path) -> None:
    result = run("build", project / "workbooks" / "compute-leasing-2026-02.xlsx",
                 "--out", tmp_path, "--format", "html")  # fmt: skip
    assert result.exit_code == 0, result.output


def edited(sample: Path, path: Path, edit: Callable[[openpyxl.Workbook], None]) -> Path:
    """A copy of the sample, changed as Excel would change it."""
    book = openpyxl.load_workbook(sample)
    edit(book)
    book.save(path)
    return path


def prices_sheet(book: openpyxl.Workbook) -> tuple[Worksheet, dict[str, int]]:
    sheet = book["价格"]
    return sheet, {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}


def test_a_changed_price_changes_table_chart_prose_and_page_one(
    sample: Path, tmp_path: Path
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet, columns = prices_sheet(book)
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == "F015":
                sheet.cell(row[0].row, columns["数值"]).value = 8.64

    path = edited(sample, tmp_path / "changed.xlsx", edit)
    result = run("build", path, "--out", tmp_path, "--format", "html", "--lang", "zh")
    assert result.exit_code == 0, result.output
    page = (folder_of(tmp_path) / f"{STAMP}-zh.html").read_text(encoding="utf-8")
    assert "8.64" in _part(page, r'<figure[^>]*id="exhibit-rent-table".*?</figure>')
    assert "8.64" in _part(page, r'<figure[^>]*id="exhibit-rents-by-model".*?</figure>')
    assert "8.64" in _part(page, r'<section[^>]*id="rents".*?</section>')
    assert "8.64" in page[: page.index('id="rents"')]


def test_a_new_models_rows_add_it_everywhere(sample: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet, columns = prices_sheet(book)
        common = {"日期": "2026-05", "型号": "B400", "来源": "EC1", "可信度": "高", "发布": "公开"}
        extras: tuple[dict[str, str | float], ...] = (
            {"编号": "N1", "市场": "租赁", "租期": "1年", "数值": 31.3, "单位": "万元/台/月"},
            {"编号": "N2", "市场": "采购", "现货/期货": "现货", "数值": 911, "单位": "万元/台"},
        )
        for extra in extras:
            row = sheet.max_row + 1
            for heading, value in (common | extra).items():
                sheet.cell(row, columns[heading]).value = value

    path = edited(sample, tmp_path / "new.xlsx", edit)
    result = run("build", path, "--out", tmp_path, "--format", "html", "--lang", "en")
    assert result.exit_code == 0, result.output
    page = (folder_of(tmp_path) / f"{STAMP}-en.html").read_text(encoding="utf-8")
    for exhibit in ("rents-by-model", "rent-table", "purchase-levels", "purchase-table",
                    "payback-chart", "payback-table"):  # fmt: skip
        assert "B400" in _part(page, rf'<figure[^>]*id="exhibit-{exhibit}".*?</figure>'), exhibit


def _part(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    assert found, pattern
    return found[0]


@pytest.mark.parametrize("name", [name for name, (_, want) in BROKEN.items() if want[0] == "error"])
def test_broken_workbooks_get_an_address_and_exit_1(name: str, tmp_path: Path) -> None:
    text, (_, code, sheet, cell) = BROKEN[name]
    rest = "".join(
        part
        for heading, part in (("# Note", NOTE), ("# Sources", SOURCES), ("# Prices", PRICES))
        if heading not in text and name != "sheet renamed"
    )
    path = make_workbook(tmp_path / "broken.xlsx", rest + text)
    out = tmp_path / "out"
    result = run("build", path, "--out", out, "--format", "html")
    assert result.exit_code == 1
    said = result.output + (result.stderr or "")
    assert code in said
    assert cell in said
    assert "Traceback" not in said
    assert not out.exists()
    assert sheet in said or sheet == ""


def test_a_failed_build_leaves_the_last_good_note(
    sample: Path, built: Path, tmp_path: Path
) -> None:
    shutil.copytree(built, folder_of(tmp_path))
    before = {path.name: path.read_bytes() for path in folder_of(tmp_path).iterdir()}

    def edit(book: openpyxl.Workbook) -> None:
        sheet, columns = prices_sheet(book)
        sheet.cell(9, columns["数值"]).value = "面议"

    path = edited(sample, tmp_path / "broken.xlsx", edit)
    assert run("build", path, "--out", tmp_path).exit_code == 1
    assert {path.name: path.read_bytes() for path in folder_of(tmp_path).iterdir()} == before


class Bare:
    """A machine without Pango and fonts."""

    def has_library(self, names: set[str]) -> bool:
        return False

    def has_chinese_font(self) -> bool:
        return False


@pytest.mark.parametrize(("formats", "code"), [({"pdf", "html"}, 3), ({"html"}, 0)])
def test_a_machine_without_pango_still_makes_html(
    tmp_path: Path, formats: set[str], code: int
) -> None:
    request = Request(small_workbook(tmp_path), tmp_path / "out", formats=frozenset(formats))
    lacking = machine_problems("linux", Bare()) if "pdf" in formats else ()
    outcome = pipeline.build(request, lacking, {}, Stages(lambda: 0.0, lambda _: None))
    assert outcome.code == code
    if code:
        assert [issue.code for issue in outcome.issues] == ["pango-missing"]
        assert outcome.issues[0].hint.en.startswith("Run sudo apt install")
    else:
        assert len(outcome.files) == 4  # with figures.xlsx and manifest.json


def test_a_redacted_term_in_prose_is_replaced(sample: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["观点"]
        sheet.append(["rents", 9, "zh", "冯 冠儒如是说。", "公开"])
        sheet.append(["rents", 9, "en", "So said Moonshot AI.", "公开"])

    path = edited(sample, tmp_path / "leak.xlsx", edit)
    result = run("build", path, "--out", tmp_path, "--format", "html")
    assert result.exit_code == 0, result.output
    for lang in LANGS:
        page = (folder_of(tmp_path) / f"{STAMP}-{lang}.html").read_text(encoding="utf-8")
        assert "冠儒" not in page
        assert "Moonshot" not in page


def test_check_prints_json_with_every_row_accounted_for(sample: Path) -> None:
    result = run("check", sample, "--format", "json")
    assert result.exit_code == 0
    summary = json.loads(result.stdout)["summary"]
    assert summary["rows_present"] > 400
    assert summary["rows_present"] == summary["rows_read"] + summary["rows_reported"]


def test_figures_lists_names_and_values(sample: Path) -> None:
    result = run("figures", sample)
    assert result.exit_code == 0
    assert "rent.h100.1y\t6.7–6.8 万元/台/月\tH100 一年期月租" in result.stdout


def test_two_workbooks_and_no_settings_list_the_choices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workbooks").mkdir()
    result = run("build")
    assert result.exit_code == 2
    for name in ("a.xlsx", "b.xlsx", "~$a.xlsx"):
        (tmp_path / "workbooks" / name).touch()
    result = run("build")
    assert result.exit_code == 2
    assert "workbooks/a.xlsx" in result.output
    assert "~$" not in result.output


def test_unusable_settings_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("workbook = ", "workbok = 'a.xlsx'", "workbook = 3"):
        (tmp_path / "reportgen.toml").write_text(text)
        result = run("build")
        assert result.exit_code == 2, text
        assert "reportgen.toml" in result.output
