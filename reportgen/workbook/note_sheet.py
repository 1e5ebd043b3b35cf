"""The Note sheet: settings by key, each typed as NOTE_KEYS says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from reportgen.issues import Severity
from reportgen.language import Text
from reportgen.numbers import HEDGES
from reportgen.workbook import cell_problems, problems
from reportgen.workbook.findings import Findings
from reportgen.workbook.grid import Grid, NumberFormat, Raw, filled_rows, is_blank
from reportgen.workbook.headings import Header, close_names, names_of, plain_name
from reportgen.workbook.problems import Problem
from reportgen.workbook.rows import RowCells
from reportgen.workbook.schema import NOTE, NOTE_KEYS, ColumnSpec, NoteKey
from reportgen.workbook.sheets import data_rows, header_of
from reportgen.workbook.tables import Row, Value
from reportgen.workbook.values import Converted, broken, plain_text, to_choice, to_date, to_number

_ELSE = {"title_zh": "title_en"}
"""Needed settings, each with the one that does in its stead."""


def read_note(grid: Grid, findings: Findings) -> tuple[list[Row], Mapping[str, Row], Header | None]:
    """The rows of the Note sheet, those of known settings by key, and the header."""
    known = {name: key for key in NOTE_KEYS for name in names_of(key.key, key.label)}
    header = _bare_header(grid, known) or header_of(grid, NOTE, findings)
    rows: list[Row] = []
    by_key: dict[str, Row] = {}
    if header is None or "key" not in header.columns or "value" not in header.columns:
        findings.present += filled_rows(grid)
        return rows, by_key, header
    seen: dict[str, str] = {}
    spared = _spared(grid, header, known)
    for row, raws, _ in data_rows(grid, header):
        findings.present += 1
        cells = RowCells(grid.name, row + 1, header.columns)
        if "key" not in raws:
            heading = NOTE.column("key").heading
            findings.add(cell_problems.empty_needed_cell(heading), grid.name, cells["key"].cell)
            continue
        name = plain_text(raws["key"])
        setting = known.get(plain_name(name))
        row_id = setting.key if setting else name
        key_problem = _key_problem(name, setting, seen, known)
        if key_problem is not None:
            findings.add(key_problem, grid.name, cells["key"].cell, row_id)
        seen.setdefault(row_id, cells["key"].cell)
        form = grid.format(row, header.columns["value"])
        converted = _convert(setting, raws.get("value", ""), form, grid.date1904, spared)
        if converted.problem is not None:
            findings.add(converted.problem, grid.name, cells["value"].cell, row_id)
        if any(_stops(problem) for problem in (key_problem, converted.problem)):
            continue
        values: dict[str, Value] = {"key": row_id}
        if "help" in raws:
            values["help"] = plain_text(raws["help"])
        if converted.value is not None:
            values["value"] = converted.value
        typed = Row(grid.name, row_id, row + 1, values, cells)
        findings.read += 1
        rows.append(typed)
        if setting is not None:
            by_key[setting.key] = typed
    for setting in NOTE_KEYS:
        if setting.needed and setting.key not in seen and setting.key not in spared:
            findings.add(problems.missing_setting(setting.label), grid.name)
    return rows, by_key, header


def _spared(grid: Grid, header: Header, known: Mapping[str, NoteKey]) -> AbstractSet[str]:
    """Needed settings that may be blank: a house that writes English alone has one title."""
    given = {
        setting.key
        for _, raws, _ in data_rows(grid, header)
        if "value" in raws and (setting := known.get(plain_name(raws.get("key", ""))))
    }
    return {key for key, other in _ELSE.items() if other in given}


def _stops(problem: Problem | None) -> bool:
    return problem is not None and problem.severity is Severity.ERROR


def _key_problem(
    name: str, setting: NoteKey | None, seen: Mapping[str, str], known: Mapping[str, NoteKey]
) -> Problem | None:
    if setting is None:
        shown = {word: _written(word, key) for word, key in known.items()}
        return problems.unknown_setting(name, close_names(name, shown))
    if setting.key in seen:
        return problems.duplicate_setting(setting.label, seen[setting.key])
    return None


def _written(word: str, setting: NoteKey) -> str:
    """The name of a setting that `word` is the compared form of, as its sheet shows it."""
    forms = (setting.label.zh, setting.label.en)
    return next((form for form in forms if plain_name(form) == word), setting.key)


def _bare_header(grid: Grid, known: Mapping[str, NoteKey]) -> Header | None:
    """A Note sheet without headings: settings in column A, values in column B."""
    first = [grid.at(row, 0) for row in range(min(2, len(grid.rows)))]
    if first and plain_name(first[0]) in known:
        chinese = any(re.search(r"[一-鿿]", str(raw)) for raw in first)
        return Header(-1, {"key": 0, "value": 1}, {}, (), int(chinese))
    return None


def _convert(
    setting: NoteKey | None,
    raw: Raw,
    form: NumberFormat | None,
    date1904: bool,
    spared: AbstractSet[str],
) -> Converted:
    if is_blank(raw):
        if setting is not None and setting.needed and setting.key not in spared:
            blank = cell_problems.empty_needed_cell(setting.label)
            cure = Text(f"请填写“{setting.label.zh}”。", f"Fill in {setting.label.en}.")
            return Converted(problem=replace(blank, hint=cure))
        return Converted()
    if problem := broken(raw):
        return Converted(problem=problem)
    match setting.type if setting else "text":
        case "date":
            return to_date(raw, date1904=date1904)
        case "number":
            return to_number(raw, form, HEDGES, percent=False)
        case "choice" if setting is not None:
            column = ColumnSpec(
                setting.key, setting.label, "choice", Text("", ""), choices=setting.choices
            )
            return to_choice(raw, column)
        case _:
            return Converted(plain_text(raw))
