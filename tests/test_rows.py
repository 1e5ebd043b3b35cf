"""Rows from raw cells: equal value cells are read once, and are never taken for one another."""

from __future__ import annotations

import pytest

from reportgen.dates import month
from reportgen.editions.redact import Redaction, Redactor
from reportgen.quantity import CellRef, Quoted
from reportgen.units import Rates
from reportgen.workbook.grid import Grid, NumberFormat, Raw, Run
from reportgen.workbook.measure import Conventions
from reportgen.workbook.rows import ReadRow, RowCells, RowReader, ValueRefs
from reportgen.workbook.schema import PRICES

COLUMNS = {"id": 0, "date": 1, "model": 2, "low": 3, "point": 4, "high": 5, "unit": 6, "source": 7}
TWO = NumberFormat(2)


def reader(rates: Rates | None = None) -> RowReader:
    return RowReader(PRICES, Conventions(rates or Rates()), COLUMNS)


def read(
    rows: RowReader, number: int, point: Raw, form: NumberFormat | None = None, source: str = "S1"
) -> ReadRow:
    raws: dict[str, Raw] = {
        "id": f"P{number}", "date": "2026-05", "model": "H100", "point": point,
        "unit": "万元/台/月", "source": source,
    }  # fmt: skip
    formats = {"point": form} if form else {}
    cells = RowCells("Prices", number, COLUMNS)
    return rows.read(f"P{number}", number, raws, cells, formats=formats, sheet="Prices")


def quoted(found: ReadRow) -> Quoted:
    assert found.row.quantity is not None
    assert isinstance(found.row.quantity.lineage, Quoted)
    return found.row.quantity.lineage


def test_equal_cells_give_each_row_its_own_lineage() -> None:
    rows = reader()
    first, second = read(rows, 2, 6.75), read(rows, 3, 6.75, source="S2")
    assert quoted(first).as_written == quoted(second).as_written == "6.75 万元/台/月"
    assert (quoted(first).row_id, quoted(first).source_id) == ("P2", "S1")
    assert (quoted(second).row_id, quoted(second).source_id) == ("P3", "S2")
    assert [str(cell) for cell in quoted(second).cells] == ["Prices!E3", "Prices!G3"]
    assert first.row.quantity != second.row.quantity


def test_the_format_is_part_of_what_a_cell_says() -> None:
    rows = reader()
    plain, shown = read(rows, 2, 6.5), read(rows, 3, 6.5, TWO)
    assert [quoted(one).as_written.split()[0] for one in (plain, shown)] == ["6.5", "6.50"]


def test_yes_is_not_taken_for_one() -> None:
    """True and 1.0 are one key of a mapping."""
    rows = reader()
    assert read(rows, 2, 1.0).is_sound
    assert [problem.code for _, problem in read(rows, 3, True).problems] == ["not-a-number"]


def test_problems_are_told_for_every_row() -> None:
    rows = reader()
    codes = [[problem.code for _, problem in read(rows, n, "1,5").problems] for n in (2, 3)]
    assert codes[0] == codes[1] != []


def test_addresses_are_equal_to_their_tuple() -> None:
    refs = ValueRefs(RowCells("Prices", 7, COLUMNS), ("low", "high"))
    plain = (CellRef("Prices", "D7"), CellRef("Prices", "F7"))
    assert refs == plain
    assert plain == refs
    assert hash(refs) == hash(plain)
    assert refs[1:] == plain[1:]
    assert refs != ValueRefs(RowCells("Prices", 8, COLUMNS), ("low", "high"))


def test_formats_hold_until_one_changes() -> None:
    runs: dict[int, list[Run]] = {5: [(2, TWO), (4, None)], 6: [(3, NumberFormat(1))]}
    grid = Grid("Prices", [()] * 6, formats=runs)
    assert grid.formats_from(1, COLUMNS) == ({"point": TWO}, 2)
    assert grid.formats_from(2, COLUMNS) == ({"point": TWO, "high": NumberFormat(1)}, 3)
    assert grid.formats_from(3, COLUMNS) == ({"high": NumberFormat(1)}, 6)


def test_a_row_without_terms_is_not_copied() -> None:
    row = read(reader(), 2, 6.75).row
    assert Redactor([Redaction("某公司")]).row(row, "Prices") is row
    assert Redactor([]).row(row, "Prices") is row


def test_values_are_a_mapping_like_any_other() -> None:
    values = read(reader(), 2, 6.75).row.values
    assert values == {
        "id": "P2", "date": month(2026, 5), "model": "h100", "point": 6.75,
        "unit": "万元/台/月", "source": "S1", "market": "rent",
    }  # fmt: skip
    assert dict(values) == {**values} == values
    assert ("tenor" in values, len(values)) == (False, 7)
    assert (values.get("tenor"), values.get("tenor", "spot")) == (None, "spot")
    with pytest.raises(KeyError):
        values["tenor"]
