"""A blank workbook: what a person who fills it in sees, and what the programs make of it."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner, Result

from reportgen.checking import Stages, check
from reportgen.cli import app
from reportgen.deliver.new_file import usable_path
from reportgen.issues import Issue, Severity, has_errors
from reportgen.language import LANGS, Lang
from reportgen.workbook.blank import blank_workbook
from reportgen.workbook.examples import MARK, is_example
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.schema import NOTE_KEYS, SHEETS, sheet
from tests.calc import through_calc
from tests.made import make

TODAY = date(2026, 7, 1)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module", params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return "en" if request.param == "en" else "zh"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("new")


@pytest.fixture(scope="module")
def blanks(folder: Path) -> dict[Lang, Path]:
    found: dict[Lang, Path] = {}
    for lang in LANGS:
        found[lang] = folder / f"blank-{lang}.xlsx"
        found[lang].write_bytes(blank_workbook(lang, TODAY, f"blank-{lang}.xlsx"))
    return found


@pytest.fixture(scope="module")
def edited(folder: Path, blanks: dict[Lang, Path]) -> dict[Lang, Path]:
    return {lang: edit(blanks[lang], folder / f"edited-{lang}.xlsx", lang) for lang in LANGS}


@pytest.fixture(scope="module")
def calc(folder: Path, blanks: dict[Lang, Path], edited: dict[Lang, Path]) -> dict[str, Path]:
    """All four as LibreOffice opens and saves them."""
    books = [*blanks.values(), *edited.values()]
    return {path.stem: path for path in through_calc(folder, books)}


def issues_of(path: Path) -> tuple[Issue, ...]:
    found = check(path, Stages(lambda: 0.0, lambda _: None))
    return (*found.issues, *found.refused)


def errors(path: Path) -> list[str]:
    return [str(issue) for issue in issues_of(path) if issue.severity is Severity.ERROR]


def page(book: openpyxl.Workbook, key: str, lang: Lang) -> Worksheet:
    found = book[sheet(key).name[lang]]
    assert isinstance(found, Worksheet)
    return found


def edit(blank: Path, to: Path, lang: Lang) -> Path:
    """What an analyst does: her own words for the examples, new rows, the label taken off."""
    book = openpyxl.load_workbook(blank)
    for spec in SHEETS:
        for line in page(book, spec.key, lang).iter_rows(min_row=2):
            for cell in line:
                if isinstance(cell.value, str) and is_example(cell.value):
                    cell.value = re.sub(r"【示例】|\[EXAMPLE\] ?", "", cell.value)
    note = page(book, "Note", lang)
    rows = {key.key: number for number, key in enumerate(NOTE_KEYS, start=2)}
    note[f"B{rows['title_zh']}"] = "租金回升"
    note[f"B{rows['date']}"] = datetime(2026, 7, 2)  # noqa: DTZ001
    note[f"B{rows['slug']}"] = "weekly"
    note[f"B{rows['sample']}"] = None
    prices = page(book, "Prices", lang)
    columns = {c.key: n for n, c in enumerate(sheet("Prices").columns, start=1)}
    new: dict[str, str | float] = {
        "date": "2026-07", "model": "H200", "term": "1y", "low": 8, "high": 8.2,
        "unit": "万元/台/月", "source": "S1", "publish": "yes",
    }  # fmt: skip
    for key, value in new.items():
        prices.cell(4, columns[key], value)
    prices.cell(3, columns["point"], "约6.9")
    book.save(to)
    return to


# ---- what is in it --------------------------------------------------------------------------


def test_the_reader_takes_it_as_it_is(blanks: dict[Lang, Path], lang: Lang) -> None:
    book = read_workbook(blanks[lang])
    assert book.issues == ()
    assert book.lang == lang
    assert {key: len(book[key]) for key in book.tables if key != "Note"} == dict.fromkeys(
        [spec.key for spec in SHEETS if spec.key != "Note"], 2
    )
    assert all(
        any(is_example(str(value)) for value in row.values.values())
        for key, table in book.tables.items()
        for row in table
        if key != "Note"
    )


def test_check_warns_of_the_examples_and_of_nothing_else(
    blanks: dict[Lang, Path], lang: Lang
) -> None:
    found = issues_of(blanks[lang])
    loud = {issue.code for issue in found if issue.severity is not Severity.REMARK}
    assert loud == {"example-left"}
    assert not has_errors(found)
    told = {issue.sheet for issue in found if issue.code == "example-left"}
    assert told == {spec.name[lang] for spec in SHEETS}


def test_examples_block_a_note_that_is_not_labelled_as_a_sample(
    blanks: dict[Lang, Path], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(blanks["zh"])
    rows = [cell.value for cell in page(book, "Note", "zh")["A"]]
    page(book, "Note", "zh")[f"B{rows.index('样例') + 1}"] = None
    book.save(tmp_path / "book.xlsx")
    assert all("example-left" in line for line in errors(tmp_path / "book.xlsx"))
    assert len(errors(tmp_path / "book.xlsx")) > 20


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_a_note_can_be_built_from_it_and_says_that_it_is_a_sample(
    blanks: dict[Lang, Path], lang: Lang, tmp_path: Path
) -> None:
    outcome = make(blanks[lang], tmp_path)
    pages = {path.name: path.read_text(encoding="utf-8") for path in outcome.files
             if path.suffix == ".html"}  # fmt: skip
    assert set(pages) == {"example-20260701-zh.html", "example-20260701-en.html"}
    assert MARK.zh in pages["example-20260701-zh.html"]
    assert MARK.en in pages["example-20260701-en.html"]


def test_edited_examples_pass_without_a_word_about_examples(
    edited: dict[Lang, Path], lang: Lang
) -> None:
    assert errors(edited[lang]) == []
    assert "example-left" not in {issue.code for issue in issues_of(edited[lang])}
    row = read_workbook(edited[lang])["Prices"].rows[-1]
    assert (row.values["model"], row.values["low"], row.values["high"]) == ("h200", 8.0, 8.2)


def test_edited_examples_pass_when_libreoffice_saved_them(
    calc: dict[str, Path], edited: dict[Lang, Path], lang: Lang
) -> None:
    saved = calc[f"edited-{lang}"]
    assert errors(saved) == []
    assert values(saved) == values(edited[lang])


def values(path: Path) -> dict[str, list[object]]:
    """All that the reader finds, without addresses."""
    return {
        key: [(row.id, dict(row.values), row.quantity and str(row.quantity)) for row in table]
        for key, table in read_workbook(path).tables.items()
    }


def test_the_same_day_gives_the_same_bytes() -> None:
    one, other = (blank_workbook("zh", TODAY, "a.xlsx") for _ in range(2))
    assert one == other


def test_the_examples_lie_before_the_day_it_was_made_on() -> None:
    for day in (date(2026, 1, 1), date(2028, 2, 29), date(2026, 12, 31)):
        data = io.BytesIO(blank_workbook("en", day, "a.xlsx"))
        prices = page(openpyxl.load_workbook(data), "Prices", "en")
        before, now = str(prices["B2"].value), str(prices["B3"].value)
        assert before < now == f"{day:%Y-%m}"


# ---- aids -----------------------------------------------------------------------------------


def test_every_column_says_what_it_is_for(blanks: dict[Lang, Path], lang: Lang) -> None:
    book = openpyxl.load_workbook(blanks[lang])
    for spec in SHEETS:
        if spec.key == "Note":
            continue
        validations = page(book, spec.key, lang).data_validations.dataValidation
        by_cells = {str(one.sqref): one for one in validations}
        assert len(by_cells) == len(validations) == 2 * len(spec.columns)  # heading and cells
        for number, column in enumerate(spec.columns, start=1):
            letter = get_column_letter(number)
            one = by_cells[f"{letter}2:{letter}503"]
            assert one.showInputMessage
            assert one.promptTitle == column.heading[lang]
            assert column.help[lang] in one.prompt
            assert len(one.prompt) <= 255
            assert len(one.promptTitle) <= 32
            assert (one.type == "list") == bool(column.choices or column.type == "source")


def test_months_are_typed_as_they_are_meant(blanks: dict[Lang, Path]) -> None:
    """In a cell with a date format Excel turns 2026-05 into the first of May."""
    book = openpyxl.load_workbook(blanks["zh"])
    formats = {
        (key, column.key): page(book, key, "zh").column_dimensions[
            get_column_letter(number)
        ].number_format
        for key in ("Prices", "Sources", "Demand", "Accepted")
        for number, column in enumerate(sheet(key).columns, start=1)
        if column.type == "date"
    }  # fmt: skip
    assert formats == {
        ("Prices", "date"): "@",
        ("Sources", "date"): "@",
        ("Sources", "cooling_off_end"): "yyyy-mm-dd",
        ("Demand", "period"): "@",
        ("Accepted", "until"): "yyyy-mm-dd",
    }


def rules(sheet_: Worksheet) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cells in sheet_.conditional_formatting:
        for rule in cells.rules:
            found.setdefault(str(cells.sqref), []).extend(rule.formula)
    return found


def test_needed_cells_are_coloured_in_rows_that_are_begun(blanks: dict[Lang, Path]) -> None:
    book = openpyxl.load_workbook(blanks["en"])
    found = rules(page(book, "Prices", "en"))
    assert found["B2:B503"] == ["AND(COUNTA($A2:$W2)>0,LEN(TRIM(B2))=0)"]
    assert found["K2:K503"] == ["AND(COUNTA($A2:$W2)>0,COUNTA($J2:$L2)=0)"]
    assert "W2:W503" not in found  # a remark is never needed
    assert rules(page(book, "Survey", "en"))["I2:I503"] == [
        "AND(COUNTA($F2:$H2)>0,LEN(TRIM(I2))=0)"
    ]
    assert rules(page(book, "Note", "en")) == {
        "B2": ["LEN(TRIM(B2))=0"], "B7": ["LEN(TRIM(B7))=0"],
    }  # fmt: skip


# ---- the guide ------------------------------------------------------------------------------


def test_the_guide_comes_first_and_links_to_every_sheet(
    blanks: dict[Lang, Path], lang: Lang
) -> None:
    book = openpyxl.load_workbook(blanks[lang])
    assert book.sheetnames == [
        {"zh": "指南", "en": "Guide"}[lang], *(spec.name[lang] for spec in SHEETS)
    ]  # fmt: skip
    assert book.active is book.worksheets[0]
    guide = book.worksheets[0]
    links = [cell.hyperlink.location for row in guide.iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{spec.name[lang]}'!A2" for spec in SHEETS]
    text = "\n".join(str(cell.value) for row in guide.iter_rows() for cell in row if cell.value)
    for command in ("check", "preview", "build"):
        assert f"reportgen {command} blank-{lang}.xlsx" in text
    assert f"reportgen new --from blank-{lang}.xlsx" in text


def test_commands_of_the_guide_are_those_of_the_program(blanks: dict[Lang, Path]) -> None:
    guide = openpyxl.load_workbook(blanks["en"]).worksheets[0]
    named = {
        str(cell.value).split()[1]
        for row in guide.iter_rows()
        for cell in row
        if str(cell.value).startswith("reportgen ")
    }
    shown = CliRunner().invoke(app, ["--help"]).output
    assert named == {"check", "preview", "build", "mail", "new"}
    assert all(re.search(rf"^  {name}\b", shown, re.MULTILINE) for name in named)


def test_somebody_elses_guide_is_reported(blanks: dict[Lang, Path], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blanks["en"])
    book["Guide"]["A1"] = "Contacts"
    book.save(tmp_path / "book.xlsx")
    assert [issue.code for issue in read_workbook(tmp_path / "book.xlsx").issues] == [
        "unknown-sheet"
    ]


# ---- the package ----------------------------------------------------------------------------


def test_the_package_is_whole(blanks: dict[Lang, Path], lang: Lang) -> None:
    """What Excel repairs: parts without a type, lost relations, styles that are not there."""
    with zipfile.ZipFile(blanks[lang]) as archive:
        names = set(archive.namelist())
        types = ElementTree.fromstring(archive.read("[Content_Types].xml"))
        defaults = {one.get("Extension") for one in types if one.get("Extension")}
        overrides = {str(one.get("PartName")) for one in types if one.get("PartName")}
        assert {name.removeprefix("/") for name in overrides} <= names
        for name in names - {"[Content_Types].xml"}:
            assert f"/{name}" in overrides or name.rpartition(".")[2] in defaults, name
        for name in names:
            if name.endswith(".rels"):
                base = "" if name == "_rels/.rels" else "xl/"
                for one in ElementTree.fromstring(archive.read(name)):
                    target = str(one.get("Target"))
                    assert (target[1:] if target.startswith("/") else base + target) in names
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
        formats, rules_ = (len(list(styles.find(f"{MAIN}{tag}") or ())) for tag in
                           ("cellXfs", "dxfs"))  # fmt: skip
        for name in names:
            if not name.startswith("xl/worksheets/sheet"):
                continue
            root = ElementTree.fromstring(archive.read(name))
            assert max(int(c.get("s", 0)) for c in root.iter(f"{MAIN}c")) < formats
            for rule in root.iter(f"{MAIN}cfRule"):
                assert int(str(rule.get("dxfId"))) < rules_
            order = list(dict.fromkeys(child.tag.removeprefix(MAIN) for child in root))
            assert order == [tag for tag in ORDER if tag in order], name
            for validation in root.iter(f"{MAIN}dataValidation"):
                assert len(validation.findtext(f"{MAIN}formula1") or "") <= 257


ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter",
    "conditionalFormatting", "dataValidations", "hyperlinks",
    "printOptions", "pageMargins", "pageSetup", "headerFooter",
)  # fmt: skip


def test_only_the_guide_is_selected(blanks: dict[Lang, Path]) -> None:
    """With several sheets selected, what is typed into one goes into all of them."""
    book = openpyxl.load_workbook(blanks["zh"])
    assert [bool(one.sheet_view.tabSelected) for one in book] == [True] + [False] * len(SHEETS)


def test_libreoffice_keeps_values_lists_messages_and_rules(
    calc: dict[str, Path], blanks: dict[Lang, Path], lang: Lang
) -> None:
    ours, theirs = (openpyxl.load_workbook(path) for path in
                    (blanks[lang], calc[f"blank-{lang}"]))  # fmt: skip
    assert theirs.sheetnames == ours.sheetnames
    assert values(calc[f"blank-{lang}"]) == values(blanks[lang])
    for mine, other in zip(ours.worksheets, theirs.worksheets, strict=True):
        assert seen(mine) == seen(other)
        assert messages(mine) == messages(other)
        assert {one for lines in rules(mine).values() for one in lines} == {
            one.replace(" ", "") if "EXAMPLE" not in one else one
            for lines in rules(other).values()
            for one in lines
        }


def seen(sheet_: Worksheet) -> dict[str, object]:
    return {cell.coordinate: cell.value for row in sheet_.iter_rows() for cell in row
            if cell.value is not None}  # fmt: skip


def messages(sheet_: Worksheet) -> dict[str, tuple[str, str, str]]:
    """What is shown and allowed at the heading and at both ends of every column."""
    return {
        f"{letter}{row}": (
            one.prompt,
            str(one.formula1).replace("'", "") if one.type == "list" else "",
            one.errorStyle or "stop",
        )
        for letter in map(get_column_letter, range(1, sheet_.max_column + 1))
        for row in (1, 2, 503)
        for one in sheet_.data_validations.dataValidation
        if one.prompt and f"{letter}{row}" in one.sqref
    }


# ---- the command ----------------------------------------------------------------------------


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["new", *map(str, arguments)])


def test_the_command_says_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("july.xlsx", "--lang", "en", "--date", "2026-07-01")
    assert (result.exit_code, result.stdout) == (0, "july.xlsx\n")
    assert "reportgen check july.xlsx" in result.stderr
    assert read_workbook(tmp_path / "july.xlsx").lang == "en"
    assert os.listdir(tmp_path) == ["july.xlsx"]


def test_json_is_one_document(tmp_path: Path) -> None:
    result = run(tmp_path / "七月.xlsx", "--lang", "zh", "--date", "2026-07-01", "--json")
    told = json.loads(result.stdout)
    assert (told["command"], told["exit_code"], told["lang"], told["date"]) == (
        "new", 0, "zh", "2026-07-01",
    )  # fmt: skip
    assert told["files"] == [
        {"path": str(tmp_path / "七月.xlsx"), "bytes": (tmp_path / "七月.xlsx").stat().st_size}
    ]
    assert result.stderr == ""


def test_a_name_without_an_ending_gets_one(tmp_path: Path) -> None:
    assert usable_path(tmp_path / "july") == tmp_path / "july.xlsx"
    assert usable_path(tmp_path / "july.v2") == tmp_path / "july.v2.xlsx"
    assert usable_path(tmp_path / "JULY.XLSX") == tmp_path / "JULY.XLSX"
    for name in ("租金 七月.xlsx", "租金\u3000七月（二）.xlsx", "Ünïcode №1.xlsx"):
        assert usable_path(tmp_path / name) == tmp_path / name


def _folder_there(path: Path) -> None:
    path.mkdir()


def _file_there(path: Path) -> None:
    path.write_text("hers")


def _link_to_nothing(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere.xlsx")


@pytest.mark.parametrize(
    ("name", "before", "told"),
    [
        ("book.xlsx", _file_there, "there already and is kept. Choose another name, such as b"),
        ("book.xlsx", _link_to_nothing, "is there already"),
        ("book.xlsx", _folder_there, "is a folder. Name a file, such as"),
        (".", None, "is a folder"),
        ("missing/book.xlsx", None, "There is no folder"),
        ("CON.xlsx", None, "names a device on Windows"),
        ("lpt1", None, "names a device on Windows"),
        ("book.xls", None, "A new workbook is .xlsx, not .xls. Write book.xlsx."),
        ("book.csv", None, "A new workbook is .xlsx, not .csv."),
        ("a:b.xlsx", None, "cannot have < > :"),
        ("a\nb.xlsx", None, "cannot have < > :"),
        ("a\udcff.xlsx", None, "cannot have < > :"),
        (".xlsx", None, "cannot be a workbook's name"),
        ("~$book.xlsx", None, "cannot be a workbook's name"),
        ("book .xlsx", None, "cannot be a workbook's name"),
        ("字" * 80 + ".xlsx", None, "The file name is too long"),
        ("x" * 300 + "/book.xlsx", None, "no folder|cannot be used"),
    ],
)  # fmt: skip
def test_unusable_paths_are_refused_in_words(
    name: str, before: Callable[[Path], None] | None, told: str, tmp_path: Path
) -> None:
    if before is not None:
        before(tmp_path / name)
    there = sorted(os.listdir(tmp_path))
    result = run(tmp_path / name)
    assert result.exit_code == 2, result.output
    assert re.search(told if "|" in told else re.escape(told), result.stderr)
    assert re.search("[\u4e00-\u9fff]", result.stderr)
    assert sorted(os.listdir(tmp_path)) == there
    if before is _file_there:
        assert (tmp_path / name).read_text() == "hers"


def test_a_folder_that_may_not_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:  # root may write anywhere, so that a real folder proves nothing
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("reportgen.deliver.files.locked", refuse)
    result = run(tmp_path / "book.xlsx")
    assert result.exit_code == 2
    assert f"Writing into {tmp_path} is not allowed" in result.stderr
    assert os.listdir(tmp_path) == []


def test_a_file_that_appears_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the writing somebody else may save under that name."""
    path = tmp_path / "book.xlsx"
    monkeypatch.setattr("reportgen.deliver.new_file.os.path.lexists", lambda _: False)
    path.write_text("hers")
    result = run(path)
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert path.read_text() == "hers"
    assert os.listdir(tmp_path) == ["book.xlsx"]


def test_without_a_path_it_says_how(tmp_path: Path) -> None:
    result = run()
    assert result.exit_code == 2
    assert "reportgen new july.xlsx" in result.stderr


@pytest.mark.parametrize("day", ["july", "2026-07", "2026-02-30", ""])
def test_the_date_is_a_day(day: str, tmp_path: Path) -> None:
    result = run(tmp_path / "book.xlsx", "--date", day)
    assert result.exit_code == 2
    assert "--date needs a day" in result.stderr
    assert os.listdir(tmp_path) == []
