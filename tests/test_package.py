"""What the file's XML says besides values, however its writer puts it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from reportgen.workbook.addresses import address, column_number, parse_address, range_address
from reportgen.workbook.door import Reader
from reportgen.workbook.grid import ErrorCell, Grid, NumberFormat, UnsavedFormula
from reportgen.workbook.reader import read_workbook
from tests.sheets import NOTE, PRICES, SOURCES, make_workbook


def rewrite(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Change the parts of a package."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, change(name, data))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


def only_sheet(reader: Reader, path: Path) -> Grid:
    reading = reader.read(path)
    assert reading.refusal is None, reading.refusal
    (grid,) = reading.grids
    return grid


def cells(grid: Grid) -> list[list[object]]:
    return [list(row) for row in grid.rows]


def test_errors_formulas_merges_and_formats_have_places(reader: Reader, tmp_path: Path) -> None:
    text = """
# A
x | y | z
#N/A | =1+1 | 6.0[0.0]
#DIV/0! | 5 | 0.3[0.0%]
"""
    path = make_workbook(tmp_path / "a.xlsx", text, merged={"A": ["A3:A4", "A5:B6"]})
    found = only_sheet(reader, path)
    assert cells(found) == [
        ["x", "y", "z"],
        [ErrorCell("#N/A"), UnsavedFormula(), 6.0],
        [ErrorCell("#DIV/0!"), 5.0, 0.3],
    ]
    assert found.merged == (((3, 1), (4, 1)),)  # the other lies below the data
    formats = [[found.format(row, column) for column in range(3)] for row in range(3)]
    assert formats[0] == [None, None, None]
    assert formats[1] == [None, None, NumberFormat(1)]
    assert formats[2] == [None, None, NumberFormat(1, percent=True)]
    assert found.last == (3, 3)


def test_a_formula_with_a_saved_value_is_a_value(reader: Reader, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n=1+1 | =2+2 | =3+3\n")

    def save(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        data = data.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
        return data.replace(  # an empty text is a saved value too
            b'<c r="B1"><f>2+2</f><v></v>', b'<c r="B1" t="str"><f>2+2</f><v></v>'
        )

    rewrite(path, save)
    assert cells(only_sheet(reader, path)) == [[2.0, "", UnsavedFormula()]]


def test_formats_may_change_along_a_column(reader: Reader, tmp_path: Path) -> None:
    rows = ["1", "2[0.0]", "3[0.0]", "x", "5", "6[0.00]"]
    path = make_workbook(tmp_path / "a.xlsx", "# A\n" + "\n".join(rows) + "\n")
    found = only_sheet(reader, path)
    decimals = [form and form.decimals for form in (found.format(row, 0) for row in range(6))]
    assert [decimals[n] for n in (0, 1, 2, 4, 5)] == [None, 1, 1, None, 2]


def test_hidden_sheets_and_the_1904_calendar(reader: Reader, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n1\n# B\n2\n# C\n3\n")
    book = openpyxl.load_workbook(path)
    book["B"].sheet_state = "hidden"
    book["C"].sheet_state = "veryHidden"
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    grids = reader.read(path).grids
    assert [grid.hidden for grid in grids] == [False, True, True]
    assert all(grid.date1904 for grid in grids)


def test_serial_dates_count_from_the_files_epoch(tmp_path: Path) -> None:
    text = (NOTE + SOURCES + PRICES).replace("@2026-05-28", "44708")
    path = make_workbook(tmp_path / "a.xlsx", text)
    book = openpyxl.load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    (row,) = read_workbook(path)["Prices"]
    when = row.when()
    assert when is not None
    assert when.key == "2026-05-28"  # 44708 from 1904 is 46170 from 1900


def test_strict_workbooks_are_read(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", NOTE + SOURCES + PRICES)
    transitional = b"http://schemas.openxmlformats.org/"
    rewrite(
        path,
        lambda _, data: data.replace(
            transitional + b"spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ).replace(
            transitional + b"officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    workbook = read_workbook(path)
    assert workbook.issues == ()
    assert len(workbook["Prices"]) == 1


def test_prefixed_and_unaddressed_cells_are_understood(reader: Reader, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n1 | #N/A\n")

    def other_writer(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        return (
            b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b"<x:sheetData><x:row><x:c><x:v>1</x:v></x:c>"
            b"<x:c t='e'><x:v>#N/A</x:v></x:c></x:row></x:sheetData></x:worksheet>"
        )

    rewrite(path, other_writer)
    assert cells(only_sheet(reader, path)) == [[1.0, ErrorCell("#N/A")]]


def test_a_stray_cell_far_away_is_refused_and_named(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n1 | 2\n")
    rewrite(path, lambda _, data: data.replace(b'r="B1"', b'r="XFD1048576"'))
    (issue,) = read_workbook(path).issues
    assert (issue.code, issue.sheet, issue.cell) == ("area-too-large", "A", "XFD1048576")


def test_a_blank_styled_cell_far_away_is_harmless(reader: Reader, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n1 | 2\n")
    rewrite(
        path,
        lambda _, data: data.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
        ),
    )
    assert cells(only_sheet(reader, path)) == [[1.0, 2.0]]


def test_addresses() -> None:
    assert [address(7, column) for column in (1, 26, 27, 703)] == ["A7", "Z7", "AA7", "AAA7"]
    assert all(column_number(address(1, column)[:-1]) == column for column in range(1, 16_385))
    assert parse_address("$B$7") == (7, 2)
    assert parse_address("7B") is None
    assert range_address((1, 1), (1, 1)) == "A1"
    assert range_address((2, 1), (9, 3)) == "A2:C9"
