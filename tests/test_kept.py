"""A reading process that serves one workbook after another reads each as if it were the first."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from reportgen.workbook import reading
from reportgen.workbook.cells import Cells, Texts
from reportgen.workbook.door import Reader, Reading
from reportgen.workbook.kept import Kept
from tests.packages import MAIN, SHEET, STRINGS, packed, parts, sheet
from tests.sheets import NOTE, PRICES, SOURCES, make_workbook

_BOOK = "xl/workbook.xml"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return make_workbook(tmp_path / "good.xlsx", NOTE + SOURCES + PRICES)


def fresh(path: Path) -> Reading:
    with Reader() as one:
        return one.read(path)


def told(found: Reading) -> object:
    """Everything of a reading that can be compared."""
    sheets = [
        (grid.name, grid.hidden, grid.merged, grid.formats, grid.date1904, list(grid.rows))
        for grid in found.grids
    ]
    return sheets, found.refusal and found.refusal.code, found.sheet, found.cell


def edited(path: Path, **cells: str | float | None) -> None:
    """Save the workbook with other values, as a program does that writes all of it anew."""
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book["Prices"][address] = value
    book.save(path)


def with_part(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert old in files[part]
    files[part] = files[part].replace(old, new)
    path.write_bytes(packed(files))


def test_each_save_is_read_as_by_a_new_process(reader: Reader, good: Path) -> None:
    assert told(reader.read(good)) == told(fresh(good))
    for cells in ({"F3": 7.25}, {"F3": "7.5"}, {"B3": "a text nobody had"}, {"F3": None}):
        edited(good, **cells)
        assert told(reader.read(good)) == told(fresh(good))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (_BOOK, b"<sheets>", b'<workbookPr date1904="1"/><sheets>'),
        (_BOOK, b'name="Prices"', b'name="Rents"'),
        (_BOOK, b'name="Prices"', b'name="Prices" state="hidden"'),
        ("xl/_rels/workbook.xml.rels", b"sheet2.xml", b"sheet3.xml"),
    ],
)
def test_the_same_sheet_in_another_workbook_is_read_anew(
    part: str, old: bytes, new: bytes, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(packed(parts()))
    before = told(reader.read(path))
    with_part(path, part, old, new)
    after = told(reader.read(path))
    assert after == told(fresh(path))
    assert after != before


def test_a_shorter_table_of_texts_makes_the_same_sheet_damaged(
    reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    first = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    path.write_bytes(packed({**parts(), SHEET: sheet(first).encode()}))
    before = told(reader.read(path))
    with_part(path, STRINGS, b"<si><t>H100</t></si>", b"")
    after = told(reader.read(path))
    assert after == told(fresh(path))
    assert after != before


def test_a_refused_save_between_two_good_ones_changes_nothing(reader: Reader, good: Path) -> None:
    whole = good.read_bytes()
    before = told(reader.read(good))
    for broken in (whole[:-40], b"", b"PK\x03\x04 nothing"):
        good.write_bytes(broken)
        assert reader.read(good).refusal is not None
    good.write_bytes(whole)
    assert told(reader.read(good)) == before


def test_an_unchanged_sheet_is_not_parsed_again(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    quickly = reading._quickly

    def counted(package: object, part: str, *rest: object) -> object:
        parsed.append(part)
        return quickly(package, part, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "_quickly", counted)
    kept = Kept()
    first = io.BytesIO()
    reading.read_file(str(good), reading.Answer(first), kept)
    assert len(parsed) == 3
    again = io.BytesIO()
    reading.read_file(str(good), reading.Answer(again), kept)
    assert len(parsed) == 3
    assert again.getvalue() == first.getvalue()
    with_part(good, SHEET, b"</sheetData>", b"</sheetData><!-- saved again -->")
    reading.read_file(str(good), reading.Answer(io.BytesIO()), kept)
    assert parsed[3:] == [SHEET]


def test_many_texts_without_letters_are_not_kept(reader: Reader, tmp_path: Path) -> None:
    """A table of them is small in the file and large in memory; 30 sheets had 30 copies of it."""
    path = tmp_path / "book.xlsx"
    table = f'<sst xmlns="{MAIN}">{"<si/>" * 400_000}</sst>'.encode()
    for more in (b"", b"<si/>"):  # one workbook's beside the next one's
        files = {**parts(sheets=40), STRINGS: table.replace(b"</sst>", more + b"</sst>")}
        path.write_bytes(packed(files))
        found = reader.read(path)
        assert (found.refusal, len(found.grids)) == (None, 40)
    kept = Kept()
    reading.read_file(str(path), reading.Answer(io.BytesIO()), kept)
    assert kept._now == {}


def test_texts_read_to_the_end_have_one_set_of_those_without_letters() -> None:
    texts = Texts()
    texts.empty.update((1, 4))
    cells = [Cells(texts, (), date1904=False) for _ in range(2)]
    first, second = (one.depend_on() for one in cells)
    assert first == second == (False, (), 0, frozenset({1, 4}))
    assert first[3] is second[3]


def test_what_is_kept_has_a_limit() -> None:
    kept = Kept()
    for number in range(30):
        kept.keep(number, ([(b"B", bytes(1 << 20))], None), 1 << 20)
    found = [number for number in range(30) if kept.find(number)]
    assert found == list(range(12))
    kept.begin()
    assert kept.find(0)
    kept.keep("another", ([], None), 1)
    kept.end()
    assert not kept.find(0)
    assert kept.find("another")
