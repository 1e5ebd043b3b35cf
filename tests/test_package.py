"""The scan of the file itself: what the reading library does not say."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from reportgen.workbook.addresses import address, column_number, parse_address, range_address
from reportgen.workbook.package import NumberFormat, SheetScan, scan
from reportgen.workbook.reader import read_workbook
from tests.sheets import NOTE, PRICES, SOURCES, make_workbook


def rewrite(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Change the parts of a package."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, change(name, data))


def only_sheet(path: Path) -> SheetScan:
    (sheet,) = scan(path).sheets
    return sheet


def test_errors_formulas_merges_and_formats_have_places(tmp_path: Path) -> None:
    text = """
# A
x | y | z
#N/A | =1+1 | 6.0[0.0]
#DIV/0! | 5 | 0.3[0.0%]
"""
    path = make_workbook(tmp_path / "a.xlsx", text, merged={"A": ["A5:B6"]})
    found = only_sheet(path)
    assert found.errors == {(2, 1): "#N/A", (3, 1): "#DIV/0!"}
    assert found.unsaved == {(2, 2)}
    assert found.merged == (((5, 1), (6, 2)),)
    assert found.formats == {(2, 3): NumberFormat(1), (3, 3): NumberFormat(1, percent=True)}
    assert found.last == (3, 3)


def test_a_formula_with_a_saved_value_is_a_value(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n=1+1 | =2+2 | =3+3\n")

    def save(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        data = data.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
        return data.replace(  # an empty text is a saved value too
            b'<c r="B1"><f>2+2</f><v></v>', b'<c r="B1" t="str"><f>2+2</f><v></v>'
        )

    rewrite(path, save)
    assert only_sheet(path).unsaved == {(1, 3)}


def test_a_plain_sheet_is_scanned_the_quick_way_alike(tmp_path: Path) -> None:
    rows = "\n".join(f"{n} | x | {n}.5" for n in range(1, 40))
    path = make_workbook(tmp_path / "a.xlsx", f"# A\n{rows}\n")
    assert only_sheet(path).last == (39, 3)


def test_hidden_sheets_and_the_1904_calendar(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n1\n# B\n2\n# C\n3\n")
    book = openpyxl.load_workbook(path)
    book["B"].sheet_state = "hidden"
    book["C"].sheet_state = "veryHidden"
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    found = scan(path)
    assert [sheet.hidden for sheet in found.sheets] == [False, True, True]
    assert found.date1904


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


def test_prefixed_and_unaddressed_cells_are_understood(tmp_path: Path) -> None:
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
    found = only_sheet(path)
    assert (found.errors, found.last) == ({(1, 2): "#N/A"}, (1, 2))


def test_a_stray_cell_far_away_is_refused_before_memory_runs_out(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n1 | 2\n")
    rewrite(path, lambda _, data: data.replace(b'r="B1"', b'r="XFD1048576"'))
    found = scan(path)
    assert found.refusal is not None
    assert found.refusal.code == "area-too-large"
    assert [issue.code for issue in read_workbook(path).issues] == ["area-too-large"]


def test_a_blank_styled_cell_far_away_is_harmless(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", "# A\n1 | 2\n")
    rewrite(
        path,
        lambda _, data: data.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
        ),
    )
    assert scan(path).refusal is None


def test_addresses() -> None:
    assert [address(7, column) for column in (1, 26, 27, 703)] == ["A7", "Z7", "AA7", "AAA7"]
    assert all(column_number(address(1, column)[:-1]) == column for column in range(1, 16_385))
    assert parse_address("$B$7") == (7, 2)
    assert parse_address("7B") is None
    assert range_address((1, 1), (1, 1)) == "A1"
    assert range_address((2, 1), (9, 3)) == "A2:C9"
