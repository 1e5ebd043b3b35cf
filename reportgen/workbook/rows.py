"""One row's raw cells to typed values: the same for ordinary sheets and pasted wide ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from reportgen.dates import When
from reportgen.issues import Severity
from reportgen.quantity import CellRef, Quantity, Quoted
from reportgen.units import Unit
from reportgen.workbook import cell_problems
from reportgen.workbook.addresses import column_letters
from reportgen.workbook.grid import NumberFormat, Raw
from reportgen.workbook.measure import (
    Conventions,
    Extent,
    Found,
    Measured,
    ValueCells,
    measure,
)
from reportgen.workbook.schema import ColumnSpec, SheetSpec
from reportgen.workbook.tables import Row, RowValues, Value
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
_NO_MORE: Mapping[str, str] = {}
_MOST_READINGS = 8192  # beyond, a column says something new in every row

Signature = tuple[tuple[str, Raw, NumberFormat | None], ...]
"""The value cells of a row with their formats."""


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


class ValueRefs(Sequence[CellRef]):
    """The addresses of some of a row's columns, made when asked for; equal to their tuple."""

    __slots__ = ("_cells", "_keys")

    def __init__(self, cells: Mapping[str, CellRef], keys: tuple[str, ...]) -> None:
        self._cells = cells
        self._keys = keys

    @overload
    def __getitem__(self, index: int) -> CellRef: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[CellRef, ...]: ...
    def __getitem__(self, index: int | slice) -> CellRef | tuple[CellRef, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        return self._cells[self._keys[index]]

    def __len__(self) -> int:
        return len(self._keys)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, (ValueRefs, tuple)) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A typed row and the problems of its cells, by column key."""

    row: Row
    problems: tuple[Found, ...]

    @property
    def is_sound(self) -> bool:
        """Whether no error keeps the row out of its table."""
        return not self.problems or all(
            problem.severity is not Severity.ERROR for _, problem in self.problems
        )


class RowReader:
    """Reads the rows of one sheet. `present` are the columns that the sheet has.

    What one column says and what equal value cells say is remembered, since sheets repeat
    themselves.
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
        self._measured = spec.measured
        plain = [
            column
            for column in spec.columns
            if column.key in present and not (self._measured and column.type in _VALUE_TYPES)
        ]
        self._texts = {column.key for column in plain if column.type in {"text", "source"}}
        self._converters = {column.key: self._converter(column) for column in plain}
        self._memo: dict[str, dict[Raw, Converted]] = {column.key: {} for column in plain}
        self._needed = {column.key: column.heading for column in plain if column.needed}
        self._unit = spec.column("unit") if self._measured else None
        self._value_needed = bool(self._unit and self._unit.needed and self._ends)
        self._value_keys = [*self._ends, "unit"]
        self._readings: dict[Signature, Measured] = {}
        self._keys: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._places: dict[tuple[str, ...], Mapping[str, int]] = {}

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
        more: Mapping[str, str] = _NO_MORE,
    ) -> ReadRow:
        """Read a row. `raws` holds its cells by column key, blank ones absent.

        `more` are the texts of columns that the sheet has besides, by their own headings.
        """
        values: dict[str, Value] = {}
        problems: list[Found] = []
        texts, memos = self._texts, self._memo
        for key, raw in raws.items():
            if key in texts and type(raw) is str:
                values[key] = raw.strip()
            elif (memo := memos.get(key)) is not None:
                plain = isinstance(raw, (str, dt.date))  # numbers may differ by format
                converted = memo.get(raw) if plain else None
                if converted is None:
                    converted = self._convert(key, raw, formats.get(key))
                    if plain:
                        memo[raw] = converted
                if converted.value is not None:
                    values[key] = converted.value
                if converted.problem is not None:
                    problems.append((key, converted.problem))
        if not raws.keys() >= self._needed.keys():
            problems.extend(
                (key, cell_problems.empty_needed_cell(heading))
                for key, heading in self._needed.items()
                if key not in raws
            )
        if not self._measured:
            values.update(more)
            kept = self._kept(values)
            return ReadRow(Row(sheet, row_id, number, kept, cells), tuple(problems))
        measured = self._measure(raws, formats)
        quantity = self._quantity(measured.extent, row_id, raws, cells, values)
        if measured.values:
            values.update(measured.values)
        problems.extend(measured.problems)
        if self._spec.key == "Prices" and measured.unit is not None:
            problems.extend(self._market(values, measured.unit))
        values.update(more)
        kept = self._kept(values)
        row = Row(sheet, row_id, number, kept, cells, quantity, measured.unread, measured.hedged)
        return ReadRow(row, tuple(problems))

    def _kept(self, values: Mapping[str, Value]) -> RowValues:
        """The values as the row keeps them: rows with the same columns share the keys."""
        keys = tuple(values)
        places = self._places.get(keys)
        if places is None:
            places = self._places[keys] = {key: place for place, key in enumerate(keys)}
        return RowValues(places, tuple(values.values()))

    def _convert(self, key: str, raw: Raw, form: NumberFormat | None) -> Converted:
        problem = broken(raw)
        return Converted(problem=problem) if problem else self._converters[key](raw, form)

    def _measure(self, raws: Mapping[str, Raw], formats: Mapping[str, NumberFormat]) -> Measured:
        """What the value cells say; rows with the same cells share one answer."""
        signature = tuple(
            (key, raw, formats.get(key))
            for key in self._value_keys
            if (raw := raws.get(key)) is not None
        )
        if any(type(raw) is not float and type(raw) is not str for _, raw, _ in signature):
            return self._read_value(raws, formats)  # True counts as 1 among a mapping's keys
        found = self._readings.get(signature)
        if found is None:
            found = self._read_value(raws, formats)
            if len(self._readings) >= _MOST_READINGS:
                self._readings.clear()
            self._readings[signature] = found
        return found

    def _read_value(self, raws: Mapping[str, Raw], formats: Mapping[str, NumberFormat]) -> Measured:
        unit = self._spec.column("unit")
        given = [key for key in self._ends if key in raws]
        if not given:
            found: list[Found] = []
            if self._value_needed:
                key = "point" if "point" in self._ends else self._ends[0]
                heading = self._spec.column(key).heading
                found.append((key, cell_problems.empty_needed_cell(heading)))
            written = {"unit": plain_text(raws["unit"])} if "unit" in raws else None
            return Measured(values=written, problems=tuple(found))
        if plain_text(raws.get("unit", "")).casefold() in {"date", "日期"}:
            return self._dates(given, raws)
        taken = {key: raws[key] for key in (*given, "unit") if key in raws}
        return measure(ValueCells(taken, formats, unit.heading), self._conventions)

    def _quantity(
        self,
        extent: Extent | None,
        row_id: str,
        raws: Mapping[str, Raw],
        cells: Mapping[str, CellRef],
        values: Mapping[str, Value],
    ) -> Quantity | None:
        """The value with where it stands and who said it."""
        if extent is None:
            return None
        keys = tuple([key for key in self._value_keys if key in raws])
        quoted = Quoted(
            row_id,
            ValueRefs(cells, self._keys.setdefault(keys, keys)),
            extent.as_written,
            _text(values, "source"),
            _when(values),
            _text(values, "quote"),
            _text(values, "confidence"),
            _text(values, "speaker"),
            "assumption" if values.get("kind") == "assumption" else "quoted",
            extent.steps,
            about=extent.about,
        )
        return Quantity(
            extent.unit, extent.low, extent.point, extent.high,
            quoted, extent.digits, extent.decimals,
        )  # fmt: skip

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
