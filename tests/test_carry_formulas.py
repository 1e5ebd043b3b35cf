"""Formulas in the next issue: kept where they must give what they gave, else named."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from reportgen.cli import app
from reportgen.workbook.addresses import spans
from reportgen.workbook.carry import carry
from reportgen.workbook.carry_formulas import Reading, Target, carry_formulas, setting_value
from reportgen.workbook.formula_cells import Formula, read_formulas
from reportgen.workbook.grid import Grid
from reportgen.workbook.next_issue import next_workbook, read_old
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.schema import sheet
from reportgen.workbook.writer import Kept
from tests import packages
from tests.calc import through_calc
from tests.sheets import make_workbook

OLD = """
# Note
key | value
title_zh | 标题
date | =DATE(2026,6,1)
fx | 7.1[0.00]
# Sources
id | kind | date | publish
S1 | expert_call | @2026-05-28 | yes
# Prices
remark | date | model | term | point | unit | source | my sum | twice
 | 2026-05 | H100 | 1y | =3*2.25 | 万元/台/月 | S1 | =E2*2 | =SUM($E$2:E3)

 | @2026-05-28 | H100 | 1y | =ROUND(E2*1.1,2) | 万元/台/月 | S1 | =IF(E4>7,G4,"no") | =SUM(E2:E4)
=C5&"!" | @2026-05-29 | H200 | 1y | =ROUND(Note!$B$4,1) | 万元/台/月 | S1 | =E5+30 | =E6+E5
 | =B5+1 | H200 | 1y | =IF(TODAY()>0,8,0) | 万元/台/月 | S1 | =Prices!E6/2 | =E5:E6

 | | | | | | | =IF(E8="","",E8) |
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formulas")


@pytest.fixture(scope="module")
def june(folder: Path) -> Path:
    """A workbook with formulas as LibreOffice saves it, their values computed."""
    old = OLD.replace(" | =E5:E6", " | =SUM(E5:E6)")
    return through_calc(folder, [make_workbook(folder / "june.xlsx", old)])[0]


@pytest.fixture(scope="module")
def told(june: Path, folder: Path) -> dict[str, Any]:
    """What `reportgen new` says of the next issue."""
    result = CliRunner().invoke(
        app, ["new", str(folder / "july.xlsx"), "--from", str(june), "--lang", "en", "--json"]
    )
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture(scope="module")
def july(told: dict[str, Any], folder: Path) -> Path:
    assert told
    return folder / "july.xlsx"


def cells(path: Path, *, values: bool) -> dict[str, object]:
    """The cells of Prices by heading and row."""
    page = openpyxl.load_workbook(path, data_only=values)["Prices"]
    heads = {cell.column: str(cell.value) for cell in page[1]}
    return {
        f"{heads[cell.column]} {cell.row}": cell.value
        for line in page.iter_rows(min_row=2, max_row=5)
        for cell in line
        if cell.value is not None
    }


def test_formulas_are_kept_where_they_must_give_the_same(july: Path) -> None:
    found = {
        place: text
        for place, text in cells(july, values=False).items()
        if isinstance(text, str) and text.startswith("=")
    }
    heads = [str(cell.value) for cell in openpyxl.load_workbook(july)["Prices"][1]]
    value, source = (chr(ord("A") + heads.index(name)) for name in ("Value", "Source"))
    assert found == {
        "Value 2": "=3*2.25",
        "Value 3": f"=ROUND({value}2*1.1,2)",  # a blank row is gone
        "my sum 2": f"={value}2*2",
        "my sum 3": f'=IF({value}3>7,{source}3,"no")',
        "my sum 4": f"={value}4+30",
        "my sum 5": f"={value}5/2",
        "twice 4": f"={value}5+{value}4",
        "twice 5": f"=SUM({value}4:{value}5)",
    }


def test_the_values_of_all_of_them_are_saved(june: Path, july: Path) -> None:
    """Without them the next `check` would find formulas without a value."""
    book = read_workbook(july)
    assert not [one for one in book.issues if one.severity.name == "ERROR"], book.issues
    old = read_workbook(june)
    assert [row.quantity and row.quantity.point for row in book["Prices"]] == [
        row.quantity and row.quantity.point for row in old["Prices"]
    ]
    assert [row.quantity and row.quantity.point for row in book["Prices"]] == [6.75, 7.43, 7.1, 8]
    assert [row.when() for row in book["Prices"]] == [row.when() for row in old["Prices"]]
    assert cells(july, values=True)["my sum 3"] == "S1"


def test_libreoffice_computes_what_was_saved(july: Path, folder: Path) -> None:
    """The saved values are taken out, so that every one of them is computed anew."""
    bare = folder / "bare.xlsx"
    with zipfile.ZipFile(july) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", old.read(name))
            new.writestr(name, data)
    assert all(value is None for place, value in cells(bare, values=True).items()
               if place == "Value 3")  # fmt: skip
    (computed,) = through_calc(folder, [bare])
    assert cells(computed, values=True) == cells(july, values=True)


def test_what_came_as_a_value_is_told_and_marked(told: dict[str, Any], july: Path) -> None:
    why = {
        (one["sheet"], one["what"].partition(": ")[2]): one["why"]
        for one in told["to_renew"]
        if one["what"].startswith("Formulas, now values")
    }
    rules = openpyxl.load_workbook(july)["Prices"].conditional_formatting
    marked = {str(one.sqref) for one in rules if str(one.rules[0].formula[0]).startswith("$")}
    heads = {
        str(cell.value): cell.coordinate[:-1] for cell in openpyxl.load_workbook(july)["Prices"][1]
    }
    value, twice = heads["Value"], heads["twice"]
    for cells_, page, words in (
        ("B7", "Note", "It was =DATE(2026,6,1): it is a setting of the note"),
        (f"{value}4", "Prices", "=ROUND(Note!$B$4,1): it refers to another sheet"),
        (f"{value}5", "Prices", "it uses the function TODAY"),
        ("B5", "Prices", "=B5+1: its result is now written in another way"),  # a bare number
        # a blank row is gone, and a model is chosen from a list in either language
        (f"{heads['Remark']}4, {twice}2:{twice}3", "Prices", "did not come along as they were"),
    ):
        assert words in why.pop((page, cells_))
    assert not why
    assert {f"{value}4", f"{value}5", f"{twice}2"} <= marked
    assert told["formulas"] == {"Prices": 8}
    assert told["not_carried"]["formulas"] == ["Prices!H8"]


def test_the_summary_names_sheet_count_and_cells(june: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["new", str(tmp_path / "n.xlsx"), "--from", str(june), "--lang", "zh"]
    )
    assert "公式已沿用 8 个，连同保存的值。" in result.stderr
    assert "价格：6 个公式只沿用了值（B5, K4:K5, W4, Y2:Y3）" in result.stderr
    assert "未沿用的公式（不在数据行中）：Prices!H8。" in result.stderr


SHARED = (
    '<row r="2"><c r="A2"><f t="shared" ref="A2:A4" si="0">B2*$C$1</f><v>1</v></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="0"/><v>1</v></c>'
    '<c r="B3"><f t="array" ref="B3:B4">A2:A3*2</f><v>2</v></c></row>'
    '<row><c><f t="shared" si="0"/><v>1</v></c></row>'
)


def test_shared_formulas_have_one_origin_and_arrays_are_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "shared.xlsx"
    packages.pack(path, packages.parts(packages.sheet(SHARED)))
    (found,) = read_formulas(path).values()
    told = {place: (one.text, one.origin, one.whole) for place, one in found.items()}
    assert told == {
        (2, 1): ("B2*$C$1", (2, 1), True),
        (3, 1): ("B2*$C$1", (2, 1), True),
        (3, 2): ("A2:A3*2", (3, 2), False),
        (4, 1): ("B2*$C$1", (2, 1), True),
    }


def test_cells_below_one_another_are_named_as_a_range() -> None:
    assert spans(["B7", "F3", "F2", "F4", "AA1", "F6"]) == "B7, F2:F4, F6, AA1"
    many = spans([f"{letter}1" for letter in "ABCDEFGHIJKLMNO"])
    assert many.endswith("L1 …")


def test_a_date_that_follows_from_another_is_kept_as_a_date(tmp_path: Path) -> None:
    def priced(row: int, date: str) -> str:
        line = packages.line(row, packages.GOOD)
        return line.replace(packages.cell(f"A{row}", "2026-05-28"), date)

    rows = priced(3, '<c r="A3" s="1"><v>46170</v></c>') + priced(
        4, '<c r="A4" s="1"><f>A3+7</f><v>46177</v></c>'
    )
    old = tmp_path / "old.xlsx"
    packages.pack(old, packages.parts(packages.sheet(packages.price_rows(rows))))
    book, grids, formulas = read_old(old)
    data, renew = next_workbook(
        book, carry(book, grids, "en", None, formulas), "en", "n.xlsx", None
    )
    (tmp_path / "n.xlsx").write_bytes(data)
    assert openpyxl.load_workbook(tmp_path / "n.xlsx")["Prices"]["B4"].value == "=B3+7"
    assert [one.kind for one in renew if one.kind == "formula"] == []
    dates = [row.when() for row in read_workbook(tmp_path / "n.xlsx")["Prices"]]
    assert [when and when.key for when in dates] == ["2026-05-28", "2026-05-28", "2026-06-04"]


def test_where_an_accepted_issue_stands_is_no_formula_any_more() -> None:
    """The address moves with its cell; a formula would bring back the old one."""
    where = sheet("Accepted").column("where")
    kept, lost, left = carry_formulas(
        "Accepted",
        {(2, 2): Formula('"Prices!F7"', (2, 2)), (9, 2): Formula("1", (9, 2))},
        {(2, 2): Target((2, 2), where, "Prices!F7")},
        Grid("Accepted", [["code", "where"], ["x", "Prices!F7"]]),
        own_sheet=True,
    )
    assert (kept, [one.cell for one in lost], left) == ({}, ["B2"], [(9, 2)])
    assert "names a row" in lost[0].why.en


@pytest.mark.parametrize(
    "text",
    ["A1#", "C2:C3 C3:C4", "{1,2}", "OFFSET(C2,1,0)", "C2:INDEX(C:C,3)", "Table1[x]", "[1]S!C2",
     "SUM(C:C)", "rent*2", "C99", "=", "", "(", "C2 C3", "C2**C3", "C2+", ")C2(", "SUM(C2", "C2,",
     "%C2", "()", "SUM(C2+)", "SUM(-,C2)", "INDIRECT(\"C2\")", "C2,C3"],
)  # fmt: skip
def test_what_is_not_certain_to_give_the_same_is_not_kept(text: str) -> None:
    point = sheet("Prices").column("point")
    targets = {(row, 3): Target((row, 11), point, Kept(float(row))) for row in (2, 3, 4)}
    grid = Grid("Prices", [[], ["", "", 2.0], ["", "", 3.0], ["", "", 4.0]])
    kept, lost, _ = carry_formulas("Prices", {(2, 3): Formula(text, (2, 3))}, targets, grid,
                                   own_sheet=True)  # fmt: skip
    assert (kept, [one.cell for one in lost]) == ({}, ["K2"])


def test_settings_by_formula_are_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """300 settings that share a formula of 8,000 letters took four seconds, 3,000 a minute."""
    monkeypatch.setattr("reportgen.workbook.carry_formulas._MOST_LETTERS", 9)
    reading, shared = Reading(), Formula("B9+1", (4, 2))
    told = [setting_value(f"B{row}", shared, (row, 2), reading).text for row in (4, 5, 6)]
    assert told == ["B9+1", "B10+1", "B9+1"]


@pytest.mark.parametrize(
    ("text", "limit", "most", "kept_rows"),
    [("C9+1", "_MOST_LETTERS", 12, 3), ("SUM(C9:C9)", "_MOST_CELLS", 2, 2),
     ("C9", "_MOST_CELLS", 2, 4)],
)  # fmt: skip
def test_more_formulas_than_can_be_looked_at_come_as_values(
    text: str, limit: str, most: int, kept_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One formula of 8,000 letters in 20,000 cells took minutes; so did 20,000 running totals."""
    monkeypatch.setattr(f"reportgen.workbook.carry_formulas.{limit}", most)
    point = sheet("Prices").column("point")
    places = [(row, 3) for row in (2, 3, 4, 5)]
    formulas = dict.fromkeys(places, Formula(text, (2, 3)))
    targets = {(row, 3): Target((row, 3), point, Kept(7.0)) for row in range(2, 13)}
    grid = Grid("Prices", [["", "", 7.0] for _ in range(12)])
    kept, lost, _ = carry_formulas("Prices", formulas, targets, grid, own_sheet=True)
    assert list(kept) == [f"C{row}" for row in (2, 3, 4, 5)[:kept_rows]]
    assert {one.why.en for one in lost} <= {"there are too many formulas to look at each"}
    assert len(kept) + len(lost) == 4


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("C3*2", "K3*2"), ("$C3+C$4", "$K3+K$4"), ("sum(c2:c4)", "sum(K2:K4)"), ("SUM(C2:$C$4)",
        "SUM(K2:$K$4)"), ("prices!C3%", "K3%"), ("-C3 ^ 2", "-K3^2"), ("IF(C3>1,\"C3\",C4)",
        "IF(K3>1,\"C3\",K4)"), ("6.7*1.13", "6.7*1.13"), ("IF(C3,,(C4))", "IF(K3,,(K4))"),
        ("--C3", "--K3"), ("TRUE()", "TRUE()"), ("C3%%", "K3%%"),
    ],
)  # fmt: skip
def test_addresses_follow_their_cells(text: str, moved: str) -> None:
    point = sheet("Prices").column("point")
    targets = {(row, 3): Target((row, 11), point, Kept(float(row))) for row in (2, 3, 4)}
    grid = Grid("Prices", [[], ["", "", 2.0], ["", "", 3.0], ["", "", 4.0]])
    kept, lost, _ = carry_formulas("Prices", {(2, 3): Formula(text, (2, 3))}, targets, grid,
                                   own_sheet=True)  # fmt: skip
    assert ({where: one.text for where, one in kept.items()}, lost) == ({"K2": moved}, [])
