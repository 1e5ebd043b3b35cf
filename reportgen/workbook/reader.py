"""The door: an Excel file in, typed tables and issues out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from reportgen.cycles import without_cycle_search
from reportgen.language import Text
from reportgen.nearest import nearest
from reportgen.numbers import HEDGES, Hedge, parse_hedge
from reportgen.units import Rates
from reportgen.workbook import cell_problems, problems
from reportgen.workbook.addresses import spans
from reportgen.workbook.aside import AsideError, linked_cells
from reportgen.workbook.door import Reader
from reportgen.workbook.findings import Findings
from reportgen.workbook.grid import Grid, filled_rows
from reportgen.workbook.guide_sign import is_guide
from reportgen.workbook.headings import (
    Header,
    close_names,
    find_header,
    names_of,
    plain_name,
    spec_by_headings,
)
from reportgen.workbook.measure import Conventions
from reportgen.workbook.note_sheet import read_note
from reportgen.workbook.problems import Problem
from reportgen.workbook.schema import NOTE, PRICES, SHEETS
from reportgen.workbook.sheets import header_of, read_sheet, typed_ids
from reportgen.workbook.tables import Row, Table, Workbook
from reportgen.workbook.unseen import unseen_in
from reportgen.workbook.wide import WideLayout, find_layout, read_wide


def read_workbook(path: Path, reader: Reader | None = None) -> Workbook:
    """Read a workbook. What is wrong with it comes back as issues, never as an exception.

    A file that cannot be opened gives empty tables and one error. `reader` is a process
    that runs already and goes on running; without one, one is started for this workbook.
    """
    if reader is not None:
        return _read(path, reader)
    with Reader() as own:
        return _read(path, own)


def _read(path: Path, reader: Reader) -> Workbook:
    findings = Findings(path.name or str(path))
    found = reader.read(path)
    if found.refusal is not None:
        findings.add(_with_near_name(found.refusal, path), found.sheet, found.cell)
        return replace(_workbook(findings, {}, "zh"), opened=False)
    _tell_of_links(path, findings)
    for held in unseen_in(found.grids):
        unseen = cell_problems.unseen_characters(
            len(held.cells), spans(held.cells), held.codes, turns=held.turns
        )
        findings.add(unseen, held.sheet, held.cells[0])
    with without_cycle_search():
        return _read_grids(list(found.grids), findings)


def _tell_of_links(path: Path, findings: Findings) -> None:
    """Name the cells that take their values from other files."""
    try:
        for one in linked_cells(path):
            told = cell_problems.value_from_elsewhere(len(one.cells), spans(one.cells), one.files)
            findings.add(told, one.sheet, one.cells[0])
    except AsideError as why:
        findings.add(why.problem, why.sheet, why.cell)


def _with_near_name(problem: Problem, path: Path) -> Problem:
    """A file that is not there, with the name of one like it in that folder."""
    if problem.code != "file-missing":
        return problem
    try:
        beside = sorted(path.parent.glob("*.xlsx"))
    except (OSError, ValueError):
        return problem
    names = {one.stem: one.name for one in beside if not one.name.startswith(("~$", "."))}
    guess = problems.did_you_mean([names[stem] for stem in nearest(path.stem, names, 1)])
    hint = Text(guess.zh + problem.hint.zh, guess.en + problem.hint.en)
    return replace(problem, hint=hint)


def _read_grids(every: list[Grid], findings: Findings) -> Workbook:
    grids = [grid for grid in every if not is_guide(grid)]
    for grid in grids:
        if grid.hidden:
            findings.add(problems.hidden_sheet(grid.name), grid.name)
    named, others = _by_name(grids, findings)
    wide = _wide_sheets(named, others)
    _note_missing(named, others, wide, findings)
    return _read_tables(named, wide, findings)


def _by_name(grids: list[Grid], findings: Findings) -> tuple[dict[str, Grid], list[Grid]]:
    """The sheets that the contract knows by key, and the others."""
    by_name = {name: spec.key for spec in SHEETS for name in names_of(spec.key, spec.name)}
    named: dict[str, Grid] = {}
    others: list[Grid] = []
    for grid in grids:
        key = by_name.get(plain_name(grid.name))
        if key is None:
            others.append(grid)
        elif key in named:
            findings.add(problems.duplicate_sheet(grid.name, named[key].name), grid.name)
            findings.present += max(0, filled_rows(grid) - 1)  # its heading is no row
        else:
            named[key] = grid
    return named, others


def _wide_sheets(named: dict[str, Grid], others: list[Grid]) -> list[tuple[Grid, WideLayout]]:
    """Pasted wide sheets: any unknown sheet, or Prices itself."""
    candidates = list(others)
    prices = named.get(PRICES.key)
    if prices is not None:
        header = find_header(prices, PRICES)
        if header is None or "date" not in header.columns:  # dates stand across, not down
            candidates.insert(0, prices)
    layouts = ((grid, find_layout(grid, PRICES)) for grid in candidates)
    return [(grid, layout) for grid, layout in layouts if layout is not None]


def _note_missing(
    named: Mapping[str, Grid],
    others: list[Grid],
    wide: list[tuple[Grid, WideLayout]],
    findings: Findings,
) -> None:
    read_as_wide = {grid.name for grid, _ in wide}
    left = [grid for grid in others if grid.name not in read_as_wide]
    looks = {grid.name: spec_by_headings(grid, SHEETS) for grid in left}
    for spec in SHEETS:
        if not spec.needed or spec.key in named or (spec is PRICES and wide):
            continue
        candidates = {plain_name(grid.name): grid.name for grid in left}
        meant = [
            name
            for alias in names_of(spec.key, spec.name)
            for name in close_names(alias, candidates)
        ] or [name for name, like in looks.items() if like is spec]
        findings.add(problems.missing_sheet(spec, list(dict.fromkeys(meant))[:1]))
    free = {spec.key: spec for spec in SHEETS if spec.key not in named}
    known = {name: spec.key for spec in free.values() for name in names_of(spec.key, spec.name)}
    for grid in left:
        like = looks[grid.name]
        close = [free[key] for key in close_names(grid.name, known)]
        if not close and like is not None and like.needed and like.key in free:
            close = [like]
        findings.add(problems.unknown_sheet(grid.name, close), grid.name)


def _read_tables(
    named: Mapping[str, Grid], wide: list[tuple[Grid, WideLayout]], findings: Findings
) -> Workbook:
    note: Mapping[str, Row] = {}
    tables: dict[str, Table] = {}
    headers: list[Header] = []
    if NOTE.key in named:
        rows, note, header = read_note(named[NOTE.key], findings)
        tables[NOTE.key] = Table(NOTE.key, named[NOTE.key].name, tuple(rows))
        headers.extend([header] if header else [])
    wide_names = {grid.name for grid, _ in wide}
    hedges: tuple[Hedge, ...] = HEDGES
    rates = _rates(note)
    taken = cache(
        lambda: set[str]().union(
            *(typed_ids(named[spec.key], spec) for spec in SHEETS if spec.key in named)
        )
    )
    glossary_first = sorted(SHEETS, key=lambda spec: spec.key != "Glossary")
    for spec in glossary_first:
        grid = named.get(spec.key)
        if spec is NOTE or grid is None or grid.name in wide_names:
            continue
        header = header_of(grid, spec, findings)
        if header is None:
            findings.present += filled_rows(grid)
            continue
        headers.append(header)
        before = findings.present
        rows = read_sheet(grid, spec, header, Conventions(rates, hedges), findings, taken=taken)
        tables[spec.key] = Table(spec.key, grid.name, tuple(rows))
        if spec.needed and findings.present == before and not (spec is PRICES and wide):
            findings.add(problems.empty_sheet(spec), grid.name)
        if spec.key == "Glossary":
            hedges = _hedges(rows, findings)
    pasted = [
        row
        for number, (grid, layout) in enumerate(wide, start=1)
        for row in read_wide(
            grid, PRICES, layout, Conventions(rates, hedges), findings, number=number
        )
    ]
    if pasted:
        prices = tables.get("Prices", Table("Prices", "Prices"))
        tables["Prices"] = Table("Prices", prices.name, (*prices.rows, *pasted))
    return _workbook(findings, tables, _language(note, headers), note)


def _rates(note: Mapping[str, Row]) -> Rates:
    """FX and cards per server from the Note sheet; values that make no sense are left out."""
    numbers = {key: row.number_of("value") for key, row in note.items()}
    fx, cards = numbers.get("fx"), numbers.get("cards_per_server")
    return Rates(fx if fx and fx > 0 else None, cards if cards and cards > 0 else 8)


def _hedges(rows: list[Row], findings: Findings) -> tuple[Hedge, ...]:
    """The hedged words in force: the Glossary's readings before the built-in ones."""
    found: dict[str, Hedge] = {}
    for row in rows:
        if row.text("kind").casefold() not in {"hedge", "模糊语"}:
            continue
        word = row.text("alias")
        readings = (row.text("canonical_en"), row.text("canonical_zh"))
        hedge = next((h for text in readings if (h := parse_hedge(word, text))), None)
        if hedge is None:
            cell = row.cell("canonical_en") or row.cell("canonical_zh")
            findings.add(
                cell_problems.hedge_not_understood(word, readings[0] or readings[1]),
                row.sheet, cell.cell if cell else "", row.id,
            )  # fmt: skip
        else:
            found[hedge.word] = hedge
    return (*found.values(), *(hedge for hedge in HEDGES if hedge.word not in found))


def _language(note: Mapping[str, Row], headers: list[Header]) -> str:
    """The workbook's language: as Note says, else that of most headings."""
    stated = note["language"].text("value").casefold() if "language" in note else ""
    if stated:
        return "en" if stated.startswith("en") or stated in {"英文", "英语"} else "zh"
    chinese = sum(header.chinese for header in headers)
    return "zh" if 2 * chinese >= sum(len(header.columns) for header in headers) else "en"


def _workbook(
    findings: Findings,
    tables: Mapping[str, Table],
    lang: str,
    note: Mapping[str, Row] | None = None,
) -> Workbook:
    whole = {
        spec.key: tables.get(spec.key, Table(spec.key, spec.name.zh if lang == "zh" else spec.key))
        for spec in SHEETS
    }
    return Workbook(
        findings.file,
        lang,
        whole,
        findings.issues(),
        findings.present,
        findings.read,
        findings.present - findings.read,
        note or {},
    )
