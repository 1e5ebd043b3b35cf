"""From last month's workbook to this month's: what is carried over, and where it now stands.

Cells are carried as they were typed: `6.7–6.8`, `约4`, a month, a number with the
decimals it was shown with. Ids are written out, also those that the reader gave, so that
what refers to them still finds them; addresses on the Accepted sheet follow their cells.
Formulas come along where they must give what they gave (see `carry_formulas`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reportgen.dates import When
from reportgen.language import Lang, Text
from reportgen.workbook.addresses import Place, address, parse_address
from reportgen.workbook.carry_formulas import (
    Reading,
    Target,
    ValueOnly,
    carry_formulas,
    setting_value,
)
from reportgen.workbook.formula_cells import Formula, Formulas
from reportgen.workbook.grid import Grid, Raw, is_blank
from reportgen.workbook.headings import find_header
from reportgen.workbook.packing import CellFormula
from reportgen.workbook.schema import NOTE_KEYS, SHEETS, ColumnSpec, SheetSpec
from reportgen.workbook.sheets import ID_LETTERS
from reportgen.workbook.tables import Row, Table, Workbook
from reportgen.workbook.values import plain_text, to_date
from reportgen.workbook.writer import Content, Kept

_NUMBERS = ("number", "low", "point", "high")
_OWN_WIDTH = 16.0

_NO_FORMULAS: Formulas = {}

Cells = Mapping[str, Content]


@dataclass(frozen=True, slots=True)
class Carried:
    """The rows of the new workbook by sheet key, and its sheets with the analyst's columns.

    `left` are the sheets of the old workbook that the contract does not know, `wide` those
    whose values are now rows of Prices, `columns` the analyst's own that were kept, and
    `dropped` those of the Note sheet, which has no room for them. `formulas` stand in front of
    the values of their cells, by sheet key and address; `values_only` are the others, and
    `left_formulas` the old addresses of those in rows that hold nothing else.
    """

    rows: Mapping[str, Sequence[Cells]]
    specs: tuple[SheetSpec, ...]
    left: tuple[str, ...]
    wide: tuple[str, ...]
    columns: tuple[str, ...]
    dropped: tuple[str, ...]
    formulas: Mapping[str, Mapping[str, CellFormula]]
    values_only: tuple[ValueOnly, ...]
    left_formulas: tuple[str, ...]


def carry(
    old: Workbook,
    grids: Sequence[Grid],
    lang: Lang,
    issued: When | None,
    formulas: Formulas = _NO_FORMULAS,
) -> Carried:
    """The rows of a workbook for its next issue, dated `issued` or as before.

    `grids` and `formulas` are the raw cells of the same file. The workbook must have been read
    without errors: rows that could not be read are not in it.
    """
    by_name = {grid.name: grid for grid in grids}
    specs: list[SheetSpec] = []
    rows: dict[str, list[Cells]] = {}
    columns: list[str] = []
    found = _FoundFormulas(formulas, by_name)
    for spec in SHEETS:
        table = old[spec.key]
        if spec.key == "Note":
            rows[spec.key] = _settings(old, by_name, lang, issued)
            specs.append(spec)
            found.add_settings(table, rows[spec.key])
            continue
        own = _own_columns(table, spec, by_name)
        columns += (f"{table.name}!{column.heading.zh}" for column in own.values())
        specs.append(replace(spec, columns=(*spec.columns, *own.values())))
        rows[spec.key] = [_cells(row, table, spec, own, by_name) for row in table]
        found.add(table, specs[-1], own, rows[spec.key])
    places = _Places(old, specs, lang)
    rows["Accepted"] = [
        {**cells, "where": places.moved(str(cells.get("where", "")))} for cells in rows["Accepted"]
    ]
    return Carried(
        rows, tuple(specs),
        _sheets_with(old, "unknown-sheet"), _sheets_with(old, "wide-sheet-read"),
        tuple(columns), _unknown_columns(old),
        found.kept, tuple(found.values_only), tuple(found.left),
    )  # fmt: skip


def _sheets_with(old: Workbook, code: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(issue.sheet for issue in old.issues if issue.code == code))


def _unknown_columns(old: Workbook) -> tuple[str, ...]:
    note = old["Note"].name
    return tuple(
        f"{note}!{issue.cell}"
        for issue in old.issues
        if issue.code == "unknown-column" and issue.sheet == note
    )


# ---- cells ----------------------------------------------------------------------------------


def _own_columns(
    table: Table, spec: SheetSpec, grids: Mapping[str, Grid]
) -> Mapping[int, ColumnSpec]:
    """The columns that the analyst has added, by their number from 0."""
    grid = grids.get(table.name)
    header = find_header(grid, spec) if grid is not None else None
    if header is None:
        return {}
    return {
        number: ColumnSpec(
            f"own {number}", Text.same(heading), "text", Text("", ""), width=_OWN_WIDTH
        )
        for number, heading in header.unknown.items()
    }


def _cells(
    row: Row,
    table: Table,
    spec: SheetSpec,
    own: Mapping[int, ColumnSpec],
    grids: Mapping[str, Grid],
) -> Cells:
    grid = grids[row.sheet]
    cells: dict[str, Content] = {}
    for column in spec.columns:
        content = _content(row, column, grid)
        if content:
            cells[column.key] = content
    if spec.columns[0].key == "id":
        cells["id"] = row.id
    if row.sheet == table.name:  # rows of a wide sheet have none of them
        for number, column in own.items():
            raw = grid.at(row.number - 1, number)
            if not is_blank(raw):
                cells[column.key] = _as_it_stands(raw, grid, row.number - 1, number)
    return cells


def _content(row: Row, column: ColumnSpec, grid: Grid) -> Content:
    """What stood in the row's cell of that column; nothing where it was blank."""
    place = _place(row, column.key)
    raw = grid.at(*place) if place else ""
    if is_blank(raw):
        return ""
    value = row.values.get(column.key)
    match column.type:
        case "date":
            return _date(raw, value)
        case "choice":
            known = {choice.key for choice in column.choices}
            return value if isinstance(value, str) and value in known else plain_text(raw)
        case kind if kind in _NUMBERS:
            if isinstance(value, When):  # the value of a claim may be a date
                return _date(raw, value)
            return _as_it_stands(raw, grid, *place) if place else ""
        case _:
            return value if isinstance(value, str) else plain_text(raw)


def _place(row: Row, key: str) -> tuple[int, int] | None:
    """Row and column, from 0, of the cell that the row has for that column."""
    place = _numbered(row, key)
    return (place[0] - 1, place[1] - 1) if place else None


def _numbered(row: Row, key: str) -> Place | None:
    """The place, from 1, of the cell that the row has for that column."""
    cell = row.cell(key)
    return parse_address(cell.cell) if cell else None


def _date(raw: Raw, value: object) -> str:
    """A date as it was typed, or in its stable form where it was a number in disguise."""
    if isinstance(raw, str) and to_date(raw).value == value:
        return raw.strip()
    return value.key if isinstance(value, When) else plain_text(raw)


def _as_it_stands(raw: Raw, grid: Grid, row: int, column: int) -> Content:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return Kept(float(raw), grid.format(row, column))
    return plain_text(raw)


def _settings(
    old: Workbook, grids: Mapping[str, Grid], lang: Lang, issued: When | None
) -> list[Cells]:
    """The Note sheet's rows: dated anew if a date is given, and with the old date beside it."""
    table = old["Note"]
    grid = grids[table.name]
    rows: list[Cells] = []
    date = old.setting("date")
    replaced = {"previous_date": date.key if isinstance(date, When) else ""}
    if issued is not None:
        replaced["date"] = issued.key
    if lang != old.lang:
        replaced["language"] = lang
    for row in table:
        if row.id not in replaced:
            place = _place(row, "value")
            raw = grid.at(*place) if place else ""
            value = row.values.get("value")
            text = _date(raw, value) if isinstance(value, When) else plain_text(raw)
            rows.append({"key": row.id, "value": text, "help": row.text("help")})
    return [*rows, *({"key": key, "value": value} for key, value in replaced.items())]


# ---- formulas -------------------------------------------------------------------------------


class _FoundFormulas:
    """Gathers what becomes of the formulas, sheet by sheet."""

    def __init__(self, formulas: Formulas, grids: Mapping[str, Grid]) -> None:
        self._formulas = formulas
        self._grids = grids
        self.kept: dict[str, Mapping[str, CellFormula]] = {}
        self.values_only: list[ValueOnly] = []
        self.left: list[str] = []

    def add(
        self, table: Table, spec: SheetSpec, own: Mapping[int, ColumnSpec], rows: Sequence[Cells]
    ) -> None:
        """Those of one sheet, and of the wide sheets whose cells are rows of it now."""
        for name in dict.fromkeys((table.name, *(row.sheet for row in table))):
            formulas = self._formulas.get(name)
            if not formulas:
                continue
            mine = name == table.name
            targets = _targets(table, spec, own if mine else {}, rows, name)
            kept, lost, left = carry_formulas(
                spec.key, formulas, targets, self._grids[name], own_sheet=mine
            )
            if kept:
                self.kept[spec.key] = kept
            self.values_only += lost
            self.left += (f"{name}!{address(*place)}" for place in left)

    def add_settings(self, table: Table, rows: Sequence[Cells]) -> None:
        """Those of the Note sheet."""
        formulas: Mapping[Place, Formula] = self._formulas.get(table.name, {})
        known = [setting.key for setting in NOTE_KEYS]
        written = [str(cells["key"]) for cells in rows]
        order = [*known, *(key for key in written if key not in known)]
        rank = {key: number for number, key in reversed([*enumerate(order)])}
        places = {place: row for row in table if (place := _numbered(row, "value"))}
        reading = Reading()
        for place, formula in sorted(formulas.items()):
            row = places.get(place)
            if row is None or row.id not in rank:
                self.left.append(f"{table.name}!{address(*place)}")
            else:
                cell = address(rank[row.id] + 2, 2)
                self.values_only.append(setting_value(cell, formula, place, reading))


def _targets(
    table: Table,
    spec: SheetSpec,
    own: Mapping[int, ColumnSpec],
    rows: Sequence[Cells],
    name: str,
) -> Mapping[Place, Target]:
    """The cells of the sheet called `name` that were carried, by their old places."""
    own_places = {column.key: number + 1 for number, column in own.items()}
    found: dict[Place, Target] = {}
    for number, (row, cells) in enumerate(zip(table, rows, strict=True), start=2):
        if row.sheet != name:
            continue
        for at, column in enumerate(spec.columns, start=1):
            if column.key in own_places:
                place: Place | None = (row.number, own_places[column.key])
            else:
                place = _numbered(row, column.key)
            if place is not None:
                found[place] = Target((number, at), column, cells.get(column.key, ""))
    return found


# ---- addresses ------------------------------------------------------------------------------


class _Places:
    """Where the cells, rows and sheets of the old workbook stand in the new one."""

    def __init__(self, old: Workbook, specs: Sequence[SheetSpec], lang: Lang) -> None:
        self._old_names = {key: table.name for key, table in old.tables.items()}
        self._names: dict[str, str] = {}
        self._cells: dict[tuple[str, str], str] = {}
        self._ids: dict[str, str] = {}
        for spec in specs:
            table, name = old[spec.key], spec.name[lang]
            self._names.setdefault(table.name, name)
            for number, row in enumerate(table, start=2):
                self._names.setdefault(row.sheet, name)  # a wide sheet's rows are in Prices now
                self._add(row, spec, number)

    def _add(self, row: Row, spec: SheetSpec, number: int) -> None:
        if spec.key == "Note":
            keys = [setting.key for setting in NOTE_KEYS]
            if row.id not in keys:
                return
            number = keys.index(row.id) + 2
        elif spec.columns[0].key != "id":
            letter = ID_LETTERS[spec.key]
            self._ids[f"{letter}{row.number}"] = f"{letter}{number}"
        for place, column in enumerate(spec.columns, start=1):
            cell = row.cell(column.key)
            if cell is not None:
                self._cells[row.sheet, cell.cell] = address(number, place)

    def moved(self, where: str) -> str:
        """What `where` of the Accepted sheet says, for the new workbook.

        It is a row's id, a sheet, or a cell or range with its sheet, which may be called
        by the schema's name in any workbook. What is not found stays as it is.
        """
        sheet, mark, cell = where.rpartition("!")
        if not mark:
            return self._names.get(where, self._ids.get(where, where))
        old = self._old_names.get(sheet, sheet)
        ends = [self._cells.get((old, end), "") for end in cell.split(":")]
        if not all(ends):
            return where
        name = sheet if sheet in self._old_names else self._names[old]
        return f"{name}!{':'.join(ends)}"
