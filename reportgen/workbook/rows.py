"""One row's raw cells to typed values: the same for ordinary sheets and pasted wide ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reportgen.dates import When
from reportgen.issues import Severity
from reportgen.quantity import CellRef, Quoted
from reportgen.units import Unit
from reportgen.workbook import cell_problems
from reportgen.workbook.addresses import column_letters
from reportgen.workbook.grid import NumberFormat, Raw
from reportgen.workbook.measure import Conventions, Found, Measured, ValueCells, measure
from reportgen.workbook.schema import ColumnSpec, SheetSpec
from reportgen.workbook.tables import Row, Value
from reportgen.workbook.values import (
    Converted,
    broken,
    plain_text,
    to_choice,
    to_date,
    to_number,
)

_ENDS = ("low", "point", "high")
_VALUE_TYPES = {"low", "point", "high", "unit"}
_TIME_KEYS = ("as_of", "period", "date")  # the first that a sheet has says when a value holds
_NO_FORMATS: Mapping[str, NumberFormat] = {}


class RowCells(Mapping[str, CellRef]):
    """The addresses of a row's columns, made when asked for: a sheet has millions."""

    __slots__ = ("_columns", "_row", "_sheet")

    def __init__(self, sheet: str, row: int, columns: Mapping[str, int]) -> None:
        self._sheet = sheet
        self._row = row
        self._columns = columns

    def __getitem__(self, key: str) -> CellRef:
        return CellRef(self._sheet, f"{column_letters(self._columns[key] + 1)}{self._row}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A typed row and the problems of its cells, by column key."""

    row: Row
    values: dict[str, Value]
    problems: tuple[Found, ...]

    @property
    def is_sound(self) -> bool:
        """Whether no error keeps the row out of its table."""
        return all(problem.severity is not Severity.ERROR for _, problem in self.problems)


class RowReader:
    """Reads the rows of one sheet. `present` are the columns that the sheet has.

    Cell conversions of one column are remembered, since sheets repeat themselves.
    """

    def __init__(
        self,
        spec: SheetSpec,
        conventions: Conventions,
        present: Mapping[str, int],
        *,
        date1904: bool = False,
    ) -> None:
        self._spec = spec
        self._conventions = conventions
        self._date1904 = date1904
        self._ends = [key for key in _ENDS if key in present]
        value_columns = spec.measured
        self._plain = {
            column.key: (column, self._converter(column))
            for column in spec.columns
            if column.key in present and not (value_columns and column.type in _VALUE_TYPES)
        }
        self._texts = {
            key for key, (column, _) in self._plain.items() if column.type in {"text", "source"}
        }
        self._needed = [column for column, _ in self._plain.values() if column.needed]
        self._value_needed = value_columns and spec.column("unit").needed and bool(self._ends)
        self._memo: dict[str, dict[str | dt.date, Converted]] = {key: {} for key in self._plain}

    def _converter(self, column: ColumnSpec) -> Callable[[Raw, NumberFormat | None], Converted]:
        match column.type:
            case "date":
                return lambda raw, _: to_date(raw, date1904=self._date1904)
            case "choice":
                return lambda raw, _: to_choice(raw, column)
            case "number":
                hedges = self._conventions.hedges
                percent = "%" in column.heading.en
                return lambda raw, form: to_number(raw, form, hedges, percent=percent)
            case _:
                return lambda raw, _: Converted(plain_text(raw))

    def read(
        self,
        row_id: str,
        number: int,
        raws: Mapping[str, Raw],
        cells: Mapping[str, CellRef],
        *,
        formats: Mapping[str, NumberFormat] = _NO_FORMATS,
        sheet: str = "",
    ) -> ReadRow:
        """Read a row. `raws` holds its cells by column key, blank ones absent."""
        values: dict[str, Value] = {}
        problems: list[Found] = []
        for key, raw in raws.items():
            if key in self._texts and type(raw) is str:
                values[key] = raw.strip()
            elif key in self._plain:
                converted = self._convert(key, raw, formats.get(key))
                if converted.value is not None:
                    values[key] = converted.value
                if converted.problem is not None:
                    problems.append((key, converted.problem))
        problems.extend(
            (column.key, cell_problems.empty_needed_cell(column.heading))
            for column in self._needed
            if column.key not in raws
        )
        measured = Measured()
        if self._spec.measured:
            measured = self._measure(row_id, raws, cells, formats, values)
            values.update(measured.values or {})
            problems.extend(measured.problems)
            if self._spec.key == "Prices" and measured.unit is not None:
                problems.extend(self._market(values, measured.unit))
        row = Row(
            sheet, row_id, number, values, cells,
            measured.quantity, measured.unread, measured.hedged,
        )  # fmt: skip
        return ReadRow(row, values, tuple(problems))

    def _convert(self, key: str, raw: Raw, form: NumberFormat | None) -> Converted:
        _, convert = self._plain[key]
        if not isinstance(raw, (str, dt.date)):  # numbers may differ by format
            problem = broken(raw)
            return Converted(problem=problem) if problem else convert(raw, form)
        memo = self._memo[key]
        found = memo.get(raw)
        if found is None:
            found = memo[raw] = convert(raw, form)
        return found

    def _measure(
        self,
        row_id: str,
        raws: Mapping[str, Raw],
        cells: Mapping[str, CellRef],
        formats: Mapping[str, NumberFormat],
        values: Mapping[str, Value],
    ) -> Measured:
        unit_column = self._spec.column("unit")
        given = [key for key in self._ends if key in raws]
        if not given:
            found: list[Found] = []
            if self._value_needed:
                key = "point" if "point" in self._ends else self._ends[0]
                heading = self._spec.column(key).heading
                found.append((key, cell_problems.empty_needed_cell(heading)))
            unit = {"unit": plain_text(raws["unit"])} if "unit" in raws else None
            return Measured(values=unit, problems=tuple(found))
        if plain_text(raws.get("unit", "")).casefold() in {"date", "日期"}:
            return self._dates(given, raws)
        quoted = Quoted(
            row_id,
            tuple(cells[key] for key in (*given, "unit") if key in raws),
            source_id=_text(values, "source"),
            as_of=_when(values),
            quote=_text(values, "quote"),
            confidence=_text(values, "confidence"),
            speaker=_text(values, "speaker"),
            kind="assumption" if values.get("kind") == "assumption" else "quoted",
        )
        taken = {key: raws[key] for key in (*given, "unit") if key in raws}
        return measure(ValueCells(taken, formats, unit_column.heading), self._conventions, quoted)

    def _dates(self, given: list[str], raws: Mapping[str, Raw]) -> Measured:
        """A claim whose value is a date is no quantity; its cells are dates."""
        values: dict[str, Value] = {"unit": "date"}
        problems: list[Found] = []
        for key in given:
            converted = to_date(raws[key], date1904=self._date1904)
            if converted.value is not None:
                values[key] = converted.value
            if converted.problem is not None:
                problems.append((key, converted.problem))
        return Measured(values=values, problems=tuple(problems))

    def _market(self, values: dict[str, Value], unit: Unit) -> list[Found]:
        """Fill in a blank market by the unit, or say that the two do not fit."""
        if unit.dimension not in {"rent", "price"}:
            return [("unit", cell_problems.not_a_price_unit(values.get("unit", unit.key)))]
        market = "rent" if unit.dimension == "rent" else "purchase"
        stated = values.setdefault("market", market)
        if stated == market:
            return []
        choices = self._spec.column("market").choices
        label = next(choice.label for choice in choices if choice.key == stated)
        return [("unit", cell_problems.unit_against_market(values.get("unit", unit.key), label))]


def _text(values: Mapping[str, Value], key: str) -> str:
    value = values.get(key, "")
    return value if isinstance(value, str) else ""


def _when(values: Mapping[str, Value]) -> When | None:
    for key in _TIME_KEYS:
        value = values.get(key)
        if isinstance(value, When):
            return value
    return None
