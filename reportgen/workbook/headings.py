"""Which sheet and which column a name in the workbook means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reportgen.language import Text
from reportgen.workbook.grid import Grid, is_blank
from reportgen.workbook.schema import ColumnSpec, SheetSpec

_HEADER_ROWS = 10  # a title and a line of units may stand above the headings
_CLOSE = 0.6
_VERY_CLOSE = 0.75  # an analyst's own column may well share a word with ours


def plain_name(text: object) -> str:
    """A name as it is compared: no case, no width, no spaces, no needed-mark."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\s_*]+", "", plain)


def names_of(key: str, heading: Text) -> tuple[str, ...]:
    """The accepted names of a sheet, a column or a setting, as they are compared."""
    return tuple(dict.fromkeys(plain_name(name) for name in (key, heading.zh, heading.en)))


def close_names(name: object, known: Mapping[str, str], cutoff: float = _CLOSE) -> list[str]:
    """The shown names of `known` (compared form → shown form) closest to a misspelt one."""
    plain = plain_name(name)
    close = difflib.get_close_matches(plain, list(known), 1, cutoff)
    if not close and cutoff <= _CLOSE:  # "价格表 2026" means 价格
        close = [
            other
            for other in known
            if min(len(plain), len(other)) > 1 and (other in plain or plain in other)
        ][:1]
    return list(dict.fromkeys(known[found] for found in close))


@dataclass(frozen=True, slots=True)
class Header:
    """The heading row of a sheet: row and columns from 0.

    `columns`: schema key → column. `unknown`: column → heading. `duplicates`:
    (key, column) of second ones. `chinese` counts the headings written in Chinese.
    """

    row: int
    columns: Mapping[str, int]
    unknown: Mapping[int, str]
    duplicates: tuple[tuple[str, int], ...]
    chinese: int


def find_header(grid: Grid, spec: SheetSpec) -> Header | None:
    """The row among the first ten that has most known headings; None when none has any."""
    by_name = {name: c.key for c in spec.columns for name in names_of(c.key, c.heading)}
    best: Header | None = None
    for row in range(min(_HEADER_ROWS, len(grid.rows))):
        header = _header(grid, row, by_name)
        if header.columns and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best


def spec_by_headings(grid: Grid, specs: Iterable[SheetSpec]) -> SheetSpec | None:
    """The sheet whose headings a grid has: all it needs, and more than any other's."""
    fits: list[tuple[int, SheetSpec]] = []
    for spec in specs:
        header = find_header(grid, spec)
        if header and all(c.key in header.columns for c in spec.columns if c.needed):
            fits.append((len(header.columns), spec))
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _header(grid: Grid, row: int, by_name: Mapping[str, str]) -> Header:
    columns: dict[str, int] = {}
    unknown: dict[int, str] = {}
    duplicates: list[tuple[str, int]] = []
    chinese = 0
    for column, raw in enumerate(grid.rows[row]):
        if is_blank(raw):
            continue
        key = by_name.get(plain_name(raw))
        if key is None:
            unknown[column] = str(raw).strip()
        elif key in columns:
            duplicates.append((key, column))
        else:
            columns[key] = column
            chinese += bool(re.search(r"[一-鿿]", str(raw)))
    return Header(row, columns, unknown, tuple(duplicates), chinese)


def meant_by(heading: Text, key: str, unknown: Iterable[tuple[int, str]]) -> tuple[int, str] | None:
    """The unknown heading that was probably meant to be this column."""
    best: tuple[float, tuple[int, str]] | None = None
    for column, name in unknown:
        ratio = max(
            difflib.SequenceMatcher(None, plain_name(name), known).ratio()
            for known in names_of(key, heading)
        )
        if ratio >= _CLOSE and (best is None or ratio > best[0]):
            best = (ratio, (column, name))
    return best[1] if best else None


def column_guess(name: str, spec: SheetSpec, present: Iterable[str]) -> list[str]:
    """The heading that a misspelt one probably means, among the columns not there yet."""
    taken = set(present)
    known = {
        compared: shown_heading(column, name)
        for column in spec.columns
        if column.key not in taken
        for compared in names_of(column.key, column.heading)
    }
    return close_names(name, known, _VERY_CLOSE)


def shown_heading(column: ColumnSpec, like: str) -> str:
    """The heading in the language that `like` is written in."""
    return column.heading.zh if re.search(r"[一-鿿]", like) else column.heading.en
