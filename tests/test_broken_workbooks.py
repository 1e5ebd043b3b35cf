"""Workbooks broken the way analysts break them: each gets its sheet, cell and cure."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reportgen.workbook.reader import read_workbook
from tests.sheets import NOTE, PRICES, SOURCES, flat, make_workbook, read_text

HEAD = "date | model | low | point | high | unit | source | publish"
GOOD = "@2026-05-28 | H100 | | 6.75 | | 万元/台/月 | S1 | yes"


def prices(row: str, head: str = HEAD) -> str:
    return f"# Prices\n{head}\n{row}\n"


BROKEN: dict[str, tuple[str, tuple[str, str, str, str]]] = {
    "unit misspelt": (
        prices("@2026-05-28 | H100 | | 6.75 | | 万圆/台/月 | S1"),
        ("error", "unknown-unit", "Prices", "F2"),
    ),
    "unit of no price": (
        prices("@2026-05-28 | H100 | | 6.75 | | % | S1"),
        ("error", "not-a-price-unit", "Prices", "F2"),
    ),
    "rent without a month": (
        prices("@2026-05-28 | rent | H100 | 6.75 | 万元/台 | S1",
               "date | market | model | point | unit | source"),
        ("error", "unit-against-market", "Prices", "E2"),
    ),
    "unit left blank": (
        prices("@2026-05-28 | H100 | | 6.75 | | | S1"),
        ("error", "empty-needed-cell", "Prices", "F2"),
    ),
    "unit in two places": (
        prices("@2026-05-28 | H100 | | 6.75元/卡/小时 | | 万元/台/月 | S1"),
        ("error", "unit-conflict", "Prices", "D2"),
    ),
    "percent in a price": (
        prices("@2026-05-28 | H100 | | 0.3[0%] | | 万元/台/月 | S1"),
        ("error", "unit-conflict", "Prices", "D2"),
    ),
    "dollars without a rate": (
        prices("@2026-05-28 | H100 | | 2.35 | | USD/卡/小时 | S1"),
        ("error", "missing-fx", "Prices", "F2"),
    ),
    "text in a number": (
        prices("@2026-05-28 | H100 | | 面议 | | 万元/台/月 | S1"),
        ("error", "not-a-number", "Prices", "D2"),
    ),
    "decimal comma": (
        prices("@2026-05-28 | H100 | | 6,7 | | 万元/台/月 | S1"),
        ("error", "ambiguous-number", "Prices", "D2"),
    ),
    "underscore in a number": (
        prices("@2026-05-28 | H100 | | 1_000 | | 万元/台 | S1"),
        ("error", "ambiguous-number", "Prices", "D2"),
    ),
    "garbled number": (
        prices("@2026-05-28 | H100 | | 5万到5万 | | 万元/台/月 | S1"),
        ("warning", "value-unread", "Prices", "D2"),
    ),
    "range in the column of an end": (
        prices("@2026-05-28 | H100 | 6.7–6.8 | | | 万元/台/月 | S1"),
        ("error", "single-number-needed", "Prices", "C2"),
    ),
    "low above high": (
        prices("@2026-05-28 | H100 | 6.8 | | 6.7 | 万元/台/月 | S1"),
        ("error", "low-above-high", "Prices", "C2"),
    ),
    "range backwards in one cell": (
        prices("@2026-05-28 | H100 | | 6.8-6.7 | | 万元/台/月 | S1"),
        ("error", "range-backwards", "Prices", "D2"),
    ),
    "point outside its range": (
        prices("@2026-05-28 | H100 | 6.7 | 7 | 6.8 | 万元/台/月 | S1"),
        ("error", "point-outside-range", "Prices", "D2"),
    ),
    "two ranges": (
        prices("@2026-05-28 | H100 | 6.5 | 6.7–6.8 | 6.8 | 万元/台/月 | S1"),
        ("error", "range-stated-twice", "Prices", "D2"),
    ),
    "no value at all": (
        prices("@2026-05-28 | H100 | | | | 万元/台/月 | S1"),
        ("error", "empty-needed-cell", "Prices", "D2"),
    ),
    "month thirteen": (
        prices("2026/13/40 | H100 | | 6.75 | | 万元/台/月 | S1"),
        ("error", "not-a-date", "Prices", "A2"),
    ),
    "date in words": (
        prices("上周五 | H100 | | 6.75 | | 万元/台/月 | S1"),
        ("error", "not-a-date", "Prices", "A2"),
    ),
    "date as 2026.1": (
        prices("2026.1 | H100 | | 6.75 | | 万元/台/月 | S1"),
        ("error", "not-a-date", "Prices", "A2"),
    ),
    "model misspelt": (
        prices("@2026-05-28 | H1OO | | 6.75 | | 万元/台/月 | S1"),
        ("warning", "misspelt-word", "Prices", "B2"),
    ),
    "model never seen": (
        prices("@2026-05-28 | B400 | | 6.75 | | 万元/台/月 | S1"),
        ("remark", "new-word", "Prices", "B2"),
    ),
    "source left blank": (
        prices("@2026-05-28 | H100 | | 6.75 | | 万元/台/月 |"),
        ("error", "empty-needed-cell", "Prices", "G2"),
    ),
    "choice misspelt": (
        prices("@2026-05-28 | H100 | | 6.75 | | 万元/台/月 | S1 | yess"),
        ("error", "unknown-choice", "Prices", "H2"),
    ),
    "error cell": (
        prices("@2026-05-28 | H100 | | #N/A | | 万元/台/月 | S1"),
        ("error", "error-cell", "Prices", "D2"),
    ),
    "error in the source cell": (
        prices("@2026-05-28 | H100 | | 6.75 | | 万元/台/月 | #REF!"),
        ("error", "error-cell", "Prices", "G2"),
    ),
    "formula never calculated": (
        prices("@2026-05-28 | H100 | | =6+0.75 | | 万元/台/月 | S1"),
        ("error", "formula-without-value", "Prices", "D2"),
    ),
    "column deleted": (
        prices("@2026-05-28 | H100 | 6.75 | 万元/台/月", "date | model | point | unit"),
        ("error", "missing-column", "Prices", "A1:D1"),
    ),
    "value columns deleted": (
        prices("@2026-05-28 | H100 | 万元/台/月 | S1", "date | model | unit | source"),
        ("error", "missing-column", "Prices", "A1:D1"),
    ),
    "heading misspelt": (
        prices(
            "@2026-05-28 | H100 | 6.75 | 万元/台/月 | S1", "date | modle | point | unit | source"
        ),
        ("error", "missing-column", "Prices", "B1"),
    ),
    "heading twice": (
        prices("@2026-05-28 | H100 | 6.75 | 7 | 万元/台/月 | S1",
               "date | model | point | 数值 | unit | source"),
        ("error", "duplicate-column", "Prices", "D1"),
    ),
    "no headings": (
        prices("@2026-05-28 | H100 | 6.75 | 万元/台/月 | S1", "a | b | c | d | e"),
        ("error", "missing-header", "Prices", "A1"),
    ),
    "headings alone": (
        SOURCES + NOTE + "# Prices\n" + HEAD + "\n",
        ("error", "empty-sheet", "Prices", ""),
    ),
    "sheet renamed": (
        SOURCES + NOTE + "# Pricess\n" + HEAD + "\n" + GOOD,
        ("error", "missing-sheet", "", ""),
    ),
    "sheet twice": (
        prices(GOOD) + "# 价格\n" + HEAD + "\n" + GOOD,
        ("error", "duplicate-sheet", "价格", ""),
    ),
    "title missing": (
        "# Note\nkey | value\ndate | @2026-05-28\n",
        ("error", "missing-setting", "Note", ""),
    ),
    "title blank": (
        "# Note\nkey | value\ntitle_zh |\ndate | @2026-05-28\n",
        ("error", "empty-needed-cell", "Note", "B2"),
    ),
    "note date broken": (
        "# Note\nkey | value\ntitle_zh | 标题\ndate | 待定\n",
        ("error", "not-a-date", "Note", "B3"),
    ),
    "setting twice": (
        "# Note\nkey | value\ntitle_zh | 标题\ndate | @2026-05-28\n标题（中文） | 别的\n",
        ("error", "duplicate-setting", "Note", "A4"),
    ),
    "setting misspelt": (
        "# Note\nkey | value\ntitle_zh | 标题\ndate | @2026-05-28\ntittle_en | Title\n",
        ("remark", "unknown-setting", "Note", "A4"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_each_break_has_its_place_and_cure(name: str, tmp_path: Path) -> None:
    text, expected = BROKEN[name]
    if name == "sheet renamed":
        workbook = read_workbook(make_workbook(tmp_path / "book.xlsx", text))
    else:
        workbook = read_text(tmp_path, text)
    assert expected in flat(workbook.issues)
    for issue in workbook.issues:
        assert issue.file == "book.xlsx"
        assert all(issue.message[lang] and issue.hint[lang] for lang in ("zh", "en"))
    assert workbook.rows_present == workbook.rows_read + workbook.rows_reported


def test_all_problems_come_in_one_run(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        f"""
# Prices
{HEAD}
2026/13/40 | H100 | | 6.75 | | 万元/台/月 | S1
@2026-05-28 | H100 | | 面议 | | 万圆/台/月 |
{GOOD}
""",
    )
    assert flat(workbook.issues) == [
        ("error", "not-a-date", "Prices", "A2"),
        ("error", "empty-needed-cell", "Prices", "G3"),
        ("error", "not-a-number", "Prices", "D3"),
        ("error", "unknown-unit", "Prices", "F3"),
    ]
    assert [row.id for row in workbook["Prices"]] == ["P4"]
    assert (workbook.rows_present, workbook.rows_read, workbook.rows_reported) == (6, 4, 2)


def test_a_merged_heading_and_merged_cells(tmp_path: Path) -> None:
    text = f"# Prices\n{HEAD}\n{GOOD}\n{GOOD}\n{GOOD}\n"
    workbook = read_text(tmp_path, text, merged={"Prices": ["C1:E1", "A3:A4"]})
    assert ("error", "merged-header", "Prices", "C1:E1") in flat(workbook.issues)
    assert ("error", "merged-cells", "Prices", "A3:A4") in flat(workbook.issues)
    assert workbook.rows_present == workbook.rows_read + workbook.rows_reported


def test_rows_of_a_sheet_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    text, _ = BROKEN["sheet twice"]
    workbook = read_text(tmp_path, text)
    assert (workbook.rows_present, workbook.rows_read, workbook.rows_reported) == (5, 4, 1)
    text, _ = BROKEN["no headings"]
    workbook = read_text(tmp_path, text)
    assert (workbook.rows_present, workbook.rows_read, workbook.rows_reported) == (5, 3, 2)


def test_a_misspelt_heading_names_the_right_one(tmp_path: Path) -> None:
    text, _ = BROKEN["heading misspelt"]
    (issue,) = [i for i in read_text(tmp_path, text).issues if i.code == "missing-column"]
    assert issue.hint.en == "Did you mean modle? Change that heading to Model."
    assert issue.hint.zh == "是否想写“modle”？请把该列表头改为“型号”。"


def test_a_column_of_uncalculated_formulas_is_one_issue(tmp_path: Path) -> None:
    row = "@2026-05-28 | H100 | | =1+1 | | 万元/台/月 | S1\n"
    workbook = read_text(tmp_path, f"# Prices\n{HEAD}\n{row * 30}")
    assert flat(workbook.issues) == [("error", "formula-without-value", "Prices", "D2:D31")]
    assert workbook.rows_reported == 30


def _truncated(path: Path) -> None:
    make_workbook(path, NOTE + SOURCES + PRICES)
    path.write_bytes(path.read_bytes()[:-400])


def _hollow(path: Path) -> None:
    """Bytes overwritten inside: the zip opens, the part does not inflate."""
    make_workbook(path, NOTE + SOURCES + PRICES)
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet3.xml").header_offset + 60
    data = bytearray(path.read_bytes())
    data[start : start + 100] = b"\xff" * 100
    path.write_bytes(data)


def _with_dtd(path: Path) -> None:
    make_workbook(path, NOTE + SOURCES + PRICES)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE a [<!ENTITY b "c">]>' + sheet
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _zip_of(name: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "x")

    return write


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
FILES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "password": (
        "book.xlsx",
        lambda p: p.write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le")),
        "password-protected",
    ),
    "old xls renamed": ("book.xlsx", lambda p: p.write_bytes(OLE + bytes(2000)), "other-format"),
    "csv renamed": ("book.xlsx", lambda p: p.write_text("date,model\n2026,H100\n"), "other-format"),
    "html renamed": ("book.xlsx", lambda p: p.write_text("<html><table>"), "other-format"),
    "opendocument": ("book.xlsx", _zip_of("content.xml"), "other-format"),
    "plain zip": ("book.xlsx", _zip_of("readme.txt"), "other-format"),
    "picture": ("book.xlsx", lambda p: p.write_bytes(b"\x89PNG\r\n\0\0"), "not-a-workbook"),
    "empty": ("book.xlsx", lambda p: p.write_bytes(b""), "empty-file"),
    "truncated": ("book.xlsx", _truncated, "file-incomplete"),
    "hollow": ("book.xlsx", _hollow, "part-damaged"),
    "document type": ("book.xlsx", _with_dtd, "dtd-refused"),
    "lock file": ("~$book.xlsx", lambda p: p.write_bytes(b"x" * 165), "lock-file"),
    "missing": ("book.xlsx", lambda p: None, "file-missing"),
    "folder": ("book.xlsx", lambda p: p.mkdir(), "not-a-file"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_workbook_is_one_error(name: str, tmp_path: Path) -> None:
    file, write, code = FILES[name]
    write(tmp_path / file)
    workbook = read_workbook(tmp_path / file)
    assert [issue.code for issue in workbook.issues] == [code]
    (issue,) = workbook.issues
    assert issue.file == file
    assert all(issue.message[lang] and issue.hint[lang] for lang in ("zh", "en"))
    assert all(len(table) == 0 for table in workbook.tables.values())


def test_a_missing_unit_column_is_said_once(tmp_path: Path) -> None:
    text = "# Prices\ndate | model | point | source\n@2026-05-28 | H100 | 6.7 | S1\n"
    workbook = read_text(tmp_path, text)
    assert [issue.code for issue in workbook.issues if issue.severity == "error"] == [
        "missing-column"
    ]
    assert workbook.rows_present == workbook.rows_read + workbook.rows_reported


def test_a_sheet_name_with_more_words_is_recognised_as_a_slip(tmp_path: Path) -> None:
    text = f"# 价格表 2026\n{HEAD}\n{GOOD}\n"
    workbook = read_workbook(make_workbook(tmp_path / "book.xlsx", NOTE + SOURCES + text))
    (issue,) = [one for one in workbook.issues if one.code == "missing-sheet"]
    assert "价格表 2026" in issue.hint.zh


@pytest.mark.parametrize("name", ["Sheet1 (2)", "七月"])
def test_a_sheet_of_any_name_is_known_by_its_headings(tmp_path: Path, name: str) -> None:
    text = f"# {name}\n{HEAD}\n{GOOD}\n"
    workbook = read_workbook(make_workbook(tmp_path / "book.xlsx", NOTE + SOURCES + text))
    hints = {issue.code: issue.hint for issue in workbook.issues}
    assert hints["missing-sheet"].zh == f"是否想写“{name}”？请把该表改名为“价格”。"
    assert hints["missing-sheet"].en == f"Did you mean {name}? Rename that sheet Prices."
    assert "Prices" in hints["unknown-sheet"].en
    assert "“价格”" in hints["unknown-sheet"].zh
