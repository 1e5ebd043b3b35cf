"""The data pack, read back by two other libraries."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import load_workbook

from reportgen.workbook.plain import Sheet, plain_workbook, sheet_name
from tests.made import make, small_workbook

FIGURES = "数字 Figures"


def pack_of(workbook: Path, out: Path, **options: Any) -> bytes:
    outcome = make(workbook, out, **options)
    (path,) = (path for path in outcome.files if path.name == "figures.xlsx")
    return path.read_bytes()


def rows_of(pack: bytes, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by heading; the heading is the first row with a figure column."""
    page = openpyxl.load_workbook(io.BytesIO(pack))[sheet]
    lines = list(page.iter_rows(values_only=True))
    head = next(n for n, line in enumerate(lines) if "数字名 figure" in line)
    return [dict(zip(map(str, lines[head]), line, strict=True)) for line in lines[head + 1 :]]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("small")
    return pack_of(small_workbook(folder), folder / "out")


@pytest.fixture(scope="module")
def sample_pack(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return pack_of(sample, tmp_path_factory.mktemp("out"), langs=("en",))


def test_there_is_a_sheet_for_every_exhibit_and_none_is_hidden(sample_pack: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sample_pack))
    exhibits = [name for name in book.sheetnames if re.match(r"\d+ ", name)]
    assert [int(name.split()[0]) for name in exhibits] == list(range(1, len(exhibits) + 1))
    assert len(exhibits) > 15
    assert {"目录 Contents", FIGURES, "来源 Sources"} <= set(book.sheetnames)
    assert {page.sheet_state for page in book} == {"visible"}
    assert not [page.title for page in book if page.max_row < 2]
    for page in book:
        assert not [key for key, column in page.column_dimensions.items() if column.hidden]
        assert not [key for key, row in page.row_dimensions.items() if row.hidden]


def test_a_table_has_its_numbers_as_numbers_with_the_unit_in_the_heading(small: bytes) -> None:
    row = rows_of(small, "3 rent-table")[0]
    rent = "最新 Latest {}, 万元/台/月 CNY10k/server/month"
    assert row["型号 Model"] == "H100"
    assert (row[rent.format("下限 low")], row[rent.format("上限 high")]) == (6.7, 6.8)
    assert row[rent.format("点值 point")] is None
    assert "rent.h100.1y" in row["数字名 figure"].split()


def test_a_chart_has_the_values_that_it_draws(small: bytes) -> None:
    rows = {row["数字名 figure"]: row for row in rows_of(small, "1 rents-by-model")}
    h200 = rows["rent.h200.1y"]
    assert (h200["下限 low"], h200["点值 point"], h200["上限 high"]) == (8.15, 8.15, 8.15)
    assert h200["单位 unit"] == "万元/台/月 CNY10k/server/month"


def test_every_figure_has_its_passport(small: bytes) -> None:
    rows = {row["数字名 figure"]: row for row in rows_of(small, FIGURES)}
    rent = rows["rent.h100.1y"]
    assert rent["含义"] == "H100 一年期月租"
    assert rent["印作"] == "6.7–6.8 万元/台/月"
    assert rent["Printed as"] == "CNY 67–68k per server-month"
    assert {"Prices!F3", "Prices!H3"} <= set(rent["单元格 cells"].split(", "))
    assert (rent["行 rows"], rent["来源 sources"], rent["时点 as of"]) == ("P2", "S1", "2026-05-28")
    payback = rows["payback.h200.1y"]
    assert payback["点值 point"] == pytest.approx(331 / 8.15)
    assert payback["算法 formula"]
    assert set(payback["行 rows"].split(", ")) == {"P3", "P5"}


def test_rows_for_the_house_alone_are_not_in_it(small: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(small)) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist())
    for word in ("97.31", "HOUSE4", "S2", "内部询价", "b300"):
        assert word not in text


def test_the_internal_edition_names_its_own_figures(tmp_path: Path) -> None:
    pack = pack_of(small_workbook(tmp_path), tmp_path / "out", edition="internal")
    names = [row["数字名 figure"] for row in rows_of(pack, FIGURES)]
    assert "internal.claim.HOUSE4" in names


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "|"])
def test_text_that_looks_like_a_formula_stays_text(start: str) -> None:
    text = f'{start}HYPERLINK("http://x",1)'
    pack = plain_workbook([Sheet("a", (), ("x",), ((text,),))])
    cell = openpyxl.load_workbook(io.BytesIO(pack))["a"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(pack)) as parts:
        assert b"<f" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_formula_in_the_workbook_does_not_come_alive(tmp_path: Path) -> None:
    path = small_workbook(tmp_path, ("Broker quotes", "'=HYPERLINK(x)"), ("经纪商报价", "'@SUM(x)"))
    pack = pack_of(path, tmp_path / "out")
    book = openpyxl.load_workbook(io.BytesIO(pack))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {"=HYPERLINK(x)", "@SUM(x)"} <= {cell.value for cell in cells}


def test_numbers_and_odd_letters_survive() -> None:
    rows = ((-5, 0.1, None, "a\x00b\ud800<&>\"'"), (1e-9, 10**12, "", " x "))
    pack = plain_workbook([Sheet("a", ("above",), ("i", "j", "k", "l"), rows, (10, 10, 10, 10))])
    page = openpyxl.load_workbook(io.BytesIO(pack))["a"]
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        [-5, 0.1, None, "ab<&>\"'"],
        [1e-9, 10**12, None, " x "],
    ]
    assert page.freeze_panes == "A3"
    assert load_workbook(io.BytesIO(pack)).get_sheet_by_name("a").to_python()[2][0] == -5


def test_sheet_names_are_ones_that_excel_accepts() -> None:
    taken: list[str] = []
    for wanted in ("a/b:c*d?[e]", "x" * 40, "X" * 40, "'quoted'", "\x00", ""):
        taken.append(sheet_name(wanted, taken))
    assert len({name.casefold() for name in taken}) == len(taken)
    for name in taken:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
    book = openpyxl.load_workbook(
        io.BytesIO(plain_workbook([Sheet(name, (), ("a",), ((1,),)) for name in taken]))
    )
    assert book.sheetnames == taken


def test_columns_after_z_have_two_letters() -> None:
    row = tuple(range(60))
    pack = plain_workbook([Sheet("a", (), tuple(map(str, row)), (row,))])
    page = openpyxl.load_workbook(io.BytesIO(pack))["a"]
    assert (page["Z2"].value, page["AA2"].value, page["BH2"].value) == (25, 26, 59)
