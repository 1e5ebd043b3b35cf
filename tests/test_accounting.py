"""Every valued cell is accounted for, and has the value that other readers see."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from reportgen.workbook.cells import Blocks, CarefulSheet, Cells, Texts
from reportgen.workbook.door import Reader, Reading
from reportgen.workbook.grid import DamagedCell, Grid, Rows
from reportgen.workbook.parts import Style, style_of
from reportgen.workbook.quick import QuickSheet
from reportgen.workbook.unseen import seen
from tests.counting import present, read
from tests.hostile import KINDS
from tests.market import market_workbook
from tests.packages import GOOD, SHEET, STRINGS, STYLES, line, pack, parts, price_rows, sheet
from tests.sheets import make_workbook


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


def sound(reader: Reader, path: Path) -> Reading:
    reading = reader.read(path)
    assert reading.refusal is None, reading.refusal
    return reading


def test_the_sample_is_read_to_the_last_cell(reader: Reader, project: Path) -> None:
    for path in sorted((project / "workbooks").glob("*.xlsx")):
        counts = read(sound(reader, path))
        assert counts == present(path)
        assert sum(count for _, count in counts) > 1000


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in KINDS.items()
        if kind.code
        in {
            "",
            "damaged-cell",
            "error-cell",
            "formula-without-value",
            "merged-header",
            "unknown-sheet",
        }
    ],
)
def test_hostile_files_that_are_read_are_read_to_the_last_cell(
    name: str, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    KINDS[name].make(path)
    assert read(sound(reader, path)) == present(path)


def test_the_counter_counts_what_a_person_would(tmp_path: Path) -> None:
    """Two errors, a formula, five texts and numbers; the saved empty text is nothing."""
    path = make_workbook(tmp_path / "a.xlsx", "# A\n#N/A | =1+1 | x\n1 | 2.5 | '3\n#REF! | y\n")
    assert present(path) == [("A", 8)]


# ---- values ---------------------------------------------------------------------------------


def plain(value: object) -> object:
    """A cell's value as every reader would have it."""
    match value:
        case None:
            return ""
        case dt.datetime() if value.time() == dt.time():
            return value.date()
        case bool():
            return value
        case int():
            return float(value)
    return value


def rows_of(grid: Grid) -> list[list[object]]:
    """The cells, blank ends and blank rows at the end aside."""
    return trimmed([[plain(raw) for raw in row] for row in grid.rows])


def trimmed(rows: list[list[object]]) -> list[list[object]]:
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def by_calamine(path: Path, name: str) -> list[list[object]]:
    with CalamineWorkbook.from_path(path) as book:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return trimmed([[plain(value) for value in row] for row in rows])


def by_openpyxl(path: Path, name: str) -> list[list[object]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return trimmed([[plain(value) for value in row] for row in book[name].values])


def test_two_other_readers_see_the_same_in_the_sample(reader: Reader, sample: Path) -> None:
    for grid in sound(reader, sample).grids:
        assert rows_of(grid) == by_calamine(sample, grid.name)
        assert rows_of(grid) == by_openpyxl(sample, grid.name)


def test_two_other_readers_see_the_same_in_a_market(reader: Reader, tmp_path: Path) -> None:
    path = market_workbook(tmp_path / "m.xlsx", 400)
    for grid in sound(reader, path).grids:
        assert rows_of(grid) == by_calamine(path, grid.name) == by_openpyxl(path, grid.name)


VALUES = st.one_of(
    st.floats(-1e300, 1e300).map(lambda x: float(f"{x:.15g}") + 0.0),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.dates(dt.date(1901, 1, 1), dt.date(2200, 12, 31)),
    st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2200, 1, 1)).map(  # noqa: DTZ001
        lambda when: when.replace(microsecond=0)
    ),
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
            min_size=1, max_size=12).filter(lambda text: "_x" not in text and text.strip() == text
                                            and not text.startswith("=")
                                            and seen(text) == text),
    st.none(),
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=st.lists(st.lists(VALUES, min_size=1, max_size=6), min_size=1, max_size=8))
def test_whatever_openpyxl_writes_comes_back(
    table: list[list[Any]], reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row, values in enumerate(table, start=1):
        for column, value in enumerate(values, start=1):
            cell = page.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    (grid,) = sound(reader, path).grids
    assert rows_of(grid) == trimmed([[plain(value) for value in row] for row in table])
    assert read(Reading((grid,))) == present(path)


def cells_of(xml: str) -> list[list[object]]:
    """The cells of a sheet with texts a, '' and c, and styles plain, date, duration and 0.0."""
    return [list(row) for row in grid_of(xml).rows]


def grid_of(xml: str) -> Grid:
    styles = [Style(), Style(date=True), Style(duration=True), Style(1)]
    found = []
    for careful in (False, True):
        texts = Texts()
        texts.count, texts.empty = 3, {1}
        cells = Cells(texts, styles, date1904=False)
        rows = Rows(["a", "", "c"])
        blocks = Blocks(partial(_add, rows))
        data = sheet(xml).encode()
        if careful:
            CarefulSheet(cells, blocks, "part").run([data])
        else:
            QuickSheet(cells, blocks).run(iter([data]))
        blocks.flush()
        found.append(Grid("A", rows))
    assert [list(row) for row in found[0].rows] == [list(row) for row in found[1].rows]
    return found[0]


def _add(rows: Rows, first: int, count: int, _: int, data: bytes) -> None:
    rows.add(first, count, data)


CELLS = {
    '<v>6.75</v>': 6.75,
    '<v>-0.5E-3</v>': -0.0005,
    '<v>007</v>': 7.0,
    '<v>.5</v>': 0.5,
    '<v>1E308</v>': 1e308,
    '<v>1_000</v>': DamagedCell("number", "1_000"),
    '<v>NaN</v>': DamagedCell("number", "NaN"),
    ' t="n"><v>8</v>': 8.0,
    ' t="s"><v>0</v>': "a",
    ' t="s"><v>1</v>': None,
    ' t="s"><v>2</v>': "c",
    ' t="s"><v>3</v>': DamagedCell("text", "3"),
    ' t="b"><v>1</v>': True,
    ' t="b"><v>maybe</v>': DamagedCell("number", "maybe"),
    ' t="str"><f>A1</f><v>text</v>': "text",
    ' t="str"><f>A1</f><v></v>': None,
    ' t="inlineStr"><is><t xml:space="preserve"> x </t></is>': " x ",
    ' t="inlineStr"><is><t>a_x0041__x000D_b_x0000_</t></is>': "aA\rb_x0000_",
    ' t="d"><v>2026-05-28</v>': dt.date(2026, 5, 28),
    ' t="d"><v>2026-05-28T10:30:00</v>': dt.datetime(2026, 5, 28, 10, 30),  # noqa: DTZ001
    ' t="d"><v>gestern</v>': DamagedCell("date", "gestern"),
    ' s="1"><v>46170</v>': dt.date(2026, 5, 28),
    ' s="1"><v>46170.5</v>': dt.datetime(2026, 5, 28, 12),  # noqa: DTZ001
    ' s="1"><v>0.25</v>': dt.time(6),
    ' s="1"><v>59</v>': dt.date(1900, 2, 28),
    ' s="1"><v>60</v>': DamagedCell("date", "60"),
    ' s="1"><v>61</v>': dt.date(1900, 3, 1),
    ' s="1"><v>-1</v>': DamagedCell("date", "-1"),
    ' s="1"><v>2958465</v>': dt.date(9999, 12, 31),
    ' s="1"><v>2958466</v>': DamagedCell("date", "2958466"),
    ' s="2"><v>1.5</v>': dt.timedelta(hours=36),
    ' t="zz"><v>1</v>': DamagedCell("kind", "zz"),
}  # fmt: skip


@pytest.mark.parametrize("written", CELLS)
def test_a_cell_has_one_reading_by_both_ways(written: str) -> None:
    opened = written if written.startswith(" ") else f">{written}"
    xml = f'<row r="1"><c r="A1"{opened}</c><c r="B1"><v>1</v></c></row>'
    expected = CELLS[written]
    assert cells_of(xml) == [["" if expected is None else expected, 1.0]]


def test_blank_cells_and_rows_keep_their_places() -> None:
    xml = (
        '<row r="2" spans="1:9"><c r="B2" s="1"/><c r="D2"><v>1</v></c><c r="E2"></c></row>'
        '<row r="3"/><row ht="12" r="2500"><c r="A2500"><v>2</v></c></row>'
    )
    rows = cells_of(xml)
    assert len(rows) == 2500
    assert rows[1] == ["", "", "", 1.0]
    assert rows[2499] == [2.0]
    assert all(row == [] for number, row in enumerate(rows) if number not in {1, 2499})


@pytest.mark.parametrize(
    ("code", "style"),
    [
        ("General", Style()), ("0", Style(0)), ("0.00", Style(2)), ("#,##0.0", Style(1)),
        ("0.0%", Style(1, percent=True)), ('0.0"万元"', Style(1)), ("yyyy-mm-dd", Style(date=True)),
        ('yyyy"年"m"月"', Style(date=True)), ("[$-804]d/m/yy;@", Style(date=True)),
        ("h:mm AM/PM", Style(date=True)), ("[h]:mm", Style(duration=True)), ("@", Style()),
        ('[Red]0.0;[Blue]"day"0', Style(1)), ('"days" 0', Style(0)), ("0.00E+00", Style()),
        ("# ?/?", Style()), ("General;[Red]-General", Style()),
    ],
)  # fmt: skip
def test_formats(code: str, style: Style) -> None:
    assert style_of(code) == style


def test_readings_of_characters_are_no_text(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    texts = "<sst><si><r><t>算</t></r><r><t>力</t></r><rPh><t>suan</t></rPh></si></sst>"
    cell = '<row r="3"><c r="A3" t="s"><v>0</v></c></row>'
    pack(path, {**parts(), STRINGS: texts.encode(), SHEET: sheet(price_rows(cell)).encode()})
    assert sound(reader, path).grids[2].at(2, 0) == "算力"


def test_an_empty_text_does_not_shift_those_behind_it(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    texts = "<sst><si/><si><t/></si><si><t>third</t></si></sst>"
    cells = "".join(f'<c r="{c}3" t="s"><v>{n}</v></c>' for n, c in enumerate("ABC"))
    rows = sheet(price_rows(f'<row r="3">{cells}</row>'))
    pack(path, {**parts(), STRINGS: texts.encode(), SHEET: rows.encode(), STYLES: b"<x/>"})
    assert list(sound(reader, path).grids[2].rows[2]) == ["", "", "third"]
    assert read(sound(reader, path)) == present(path)


def test_cells_outside_the_usual_place_are_not_lost(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    more = f"<sheetData>{line(3, GOOD)}</sheetData>"
    pack(path, {**parts(), SHEET: sheet(price_rows(), after=more).encode()})
    assert sound(reader, path).grids[2].last == (3, 5)
    assert read(sound(reader, path)) == present(path)


# ---- scale ----------------------------------------------------------------------------------


def table(path: Path, rows: int) -> Path:
    """A large table as Excel would write it: ten columns, half of them texts."""
    row_xml = (
        '<row r="{0}"><c r="A{0}"><v>46000</v></c><c r="B{0}" t="s"><v>0</v></c>'
        '<c r="C{0}" t="s"><v>0</v></c><c r="D{0}" t="s"><v>0</v></c>'
        '<c r="E{0}" s="2"><v>6.7</v></c>'
        '<c r="F{0}"><v>6.75</v></c><c r="G{0}"><v>6.8</v></c><c r="H{0}" t="s"><v>0</v></c>'
        '<c r="I{0}" t="s"><v>0</v></c><c r="J{0}"><v>{0}</v></c></row>'
    )
    body = "".join(row_xml.format(row) for row in range(1, rows + 1))
    pack(path, {**parts(), SHEET: sheet(body).encode()})
    return path


@pytest.mark.parametrize("rows", [30_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_large_sheet_is_whole(rows: int, reader: Reader, tmp_path: Path) -> None:
    grid = sound(reader, table(tmp_path / "large.xlsx", rows)).grids[2]
    assert grid.last == (rows, 10)
    assert list(grid.rows[rows - 1]) == [
        46000.0, "H100", "H100", "H100", 6.7, 6.75, 6.8, "H100", "H100", float(rows)
    ]  # fmt: skip
    assert sum(row[9] for row in grid.rows if isinstance(row[9], float)) == rows * (rows + 1) / 2


def test_the_answer_is_json_of_a_few_shapes() -> None:
    """Nothing but JSON leaves the reading process: no pickle, no code."""
    rows = Rows(["a"])
    rows.add(1, 1, json.dumps([[1.5, "0", "=b", True, [1, "#N/A"], [6, 2], [2]]]).encode())
    assert len(rows[0]) == 8
    rows.add(2, 1, b"[[[9, 9]]]")
    with pytest.raises(ValueError, match="no cell"):
        rows[1]
