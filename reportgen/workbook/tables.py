"""Typed tables that remember where each value stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar, overload

from reportgen.dates import When
from reportgen.issues import Issue
from reportgen.quantity import CellRef, Quantity

Value = str | float | bool | When
T = TypeVar("T")


class RowValues(Mapping[str, Value]):
    """A row's values by column key. `places` says where each stands and is shared by rows.

    A dict of its own for each row takes nearly twice the memory.
    """

    __slots__ = ("_found", "_places")

    def __init__(self, places: Mapping[str, int], found: Sequence[Value]) -> None:
        self._places = places
        self._found = found

    def __getitem__(self, key: str) -> Value:
        return self._found[self._places[key]]

    @overload
    def get(self, key: str, /) -> Value | None: ...
    @overload
    def get(self, key: str, /, default: Value | T) -> Value | T: ...
    def get(self, key: str, /, default: object = None) -> object:
        """The value, `default` where the cell is blank."""
        place = self._places.get(key)  # without an exception, which most cells would raise
        return default if place is None else self._found[place]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet.

    `values` holds the typed values by column key; blank cells are absent.
    `cells` holds the address of every column present in the sheet, so that a
    message about a blank cell has an address too. `quantity` is the measured
    value (low, point, high and unit together, normalised); None when the row has
    none or when it could not be read, in which case `unread` holds the text.
    """

    sheet: str
    id: str
    number: int
    values: Mapping[str, Value]
    cells: Mapping[str, CellRef]
    quantity: Quantity | None = None
    unread: str = ""
    remarks: tuple[str, ...] = ()

    def text(self, key: str, default: str = "") -> str:
        """A text or choice value; `default` when blank."""
        value = self.values.get(key, default)
        return value if isinstance(value, str) else default

    def number_of(self, key: str) -> float | None:
        """A plain number, None when blank."""
        value = self.values.get(key)
        return value if isinstance(value, float) else None

    def flag(self, key: str) -> bool | None:
        """A yes/no value, None when blank."""
        value = self.values.get(key)
        return value if isinstance(value, bool) else None

    def when(self, key: str = "date") -> When | None:
        """A date, None when blank."""
        value = self.values.get(key)
        return value if isinstance(value, When) else None

    def cell(self, key: str) -> CellRef | None:
        """Where that column of this row stands; None when the sheet lacks the column."""
        return self.cells.get(key)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet. `key` is the schema's, `name` the workbook's own."""

    key: str
    name: str
    rows: tuple[Row, ...] = ()
    _by_id: dict[str, Row] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def by_id(self) -> Mapping[str, Row]:
        """Rows by their id; of duplicates the first."""
        if not self._by_id:
            for row in self.rows:
                self._by_id.setdefault(row.id, row)
        return MappingProxyType(self._by_id)


@dataclass(frozen=True, slots=True)
class Workbook:
    """All tables of a workbook by schema key, every schema key present, perhaps empty.

    `issues` are the problems met while reading. `rows_present`, `rows_read` and
    `rows_reported` count data rows over all known sheets; present = read + reported.
    `opened` is False for a file that could not be read as a workbook at all.
    """

    file: str
    lang: str
    tables: Mapping[str, Table]
    issues: tuple[Issue, ...] = ()
    rows_present: int = 0
    rows_read: int = 0
    rows_reported: int = 0
    note: Mapping[str, Row] = field(default_factory=dict)
    opened: bool = True

    def __getitem__(self, key: str) -> Table:
        return self.tables[key]

    def setting(self, key: str) -> Value | None:
        """A value of the Note sheet by its key, None when absent."""
        row = self.note.get(key)
        return row.values.get("value") if row else None
