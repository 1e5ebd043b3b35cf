"""The sources of figures, for paper: which rows each exhibit quotes, how each result is computed.

Made from the page's passports (reportgen.note.cards), so both tell the same. Kept
short on purpose: a row's quote stands in the evidence table, its cells stand here once;
results of one formula share its line, and with it what they all rest on. What rests on
hundreds of rows names the first of them; the page and the manifest have them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from reportgen.language import Lang, Text
from reportgen.note.cards import figures_in
from reportgen.note.families import (
    Result,
    Series,
    affixes,
    cases_of,
    families_of,
    measure_of,
    shared_unit,
)
from reportgen.note.model import Note, Origin, OriginGroup, Origins

_CELL = re.compile(r"([A-Z]+)(\d+)")
_ROW = re.compile(r"(\D+)(\d+)(\D?)")
_PRIME = "′"
_MOST_NAMED = 24  # rows behind one result; an index may rest on hundreds
_MOST_AGAIN = 12  # rows told before that an exhibit names again
_MOST_ROWS = 240  # rows with their cells in one group
_EXHIBIT = Text("图表", "Exhibit")
_ELSEWHERE = Text("正文", "Text")
_FURTHER = Text("算式另用到", "Used in formulas only")


def with_origins(note: Note) -> Note:
    """The note with its appendix of sources, from the passports it carries."""
    passports: Any = note.passports
    if not passports.get("entries"):
        return note
    return replace(note, origins=_Origins(passports, note.lang).of(note))


class _Origins:
    """Tells every row and every result once, and remembers where."""

    def __init__(self, passports: Mapping[str, Any], lang: Lang) -> None:
        self._entries: Mapping[str, Mapping[str, Any]] = passports["entries"]
        self._rows: Mapping[str, Mapping[str, Any]] = passports["rows"]
        self._lang = lang
        self._anchors: dict[str, str] = {}
        self._told: dict[str, str] = {}  # the anchor of each row told so far
        self._rests: dict[str, tuple[str, ...]] = {}
        self._results = 0

    def of(self, note: Note) -> Origins:
        """The appendix of a note."""
        figures = [id_ for id_ in figures_in(note) if id_ in self._entries]
        quoted: list[OriginGroup | None] = []
        for exhibit in note.exhibits():
            title = f"{_EXHIBIT[self._lang]} {exhibit.number}"
            anchor = f"o-{exhibit.id}"
            group = self._group(title, self._quoted(figures_in(exhibit)), anchor)
            if group is not None:
                self._anchors[f"exhibit {exhibit.id}"] = anchor
                quoted.append(group)
        quoted.append(self._group(_ELSEWHERE[self._lang], self._quoted(figures)))
        computed = tuple(self._computed(id_ for id_ in figures if self._is_computed(id_)))
        further = (row for id_ in figures for row in self._rows_of(id_))
        quoted.append(self._group(_FURTHER[self._lang], further, back=False))
        for id_ in figures:
            told = next((row for row in self._rows_of(id_) if row in self._told), None)
            if id_ not in self._anchors and told is not None:
                self._anchors[id_] = self._told[told]
        for exhibit in note.exhibits():  # one that only draws results leads to the first of them
            first = next((id_ for id_ in figures_in(exhibit) if id_ in self._anchors), None)
            if first is not None:
                self._anchors.setdefault(f"exhibit {exhibit.id}", self._anchors[first])
        kept = tuple(group for group in quoted if group is not None)
        return Origins(kept, computed, self._anchors)

    def _is_computed(self, id_: str) -> bool:
        return "formula" in self._entries[id_]

    def _quoted(self, figures: Iterable[str]) -> list[str]:
        """The rows behind figures that no formula stands between."""
        found = (id_ for id_ in figures if id_ in self._entries and not self._is_computed(id_))
        return [row for id_ in found for row in self._rows_of(id_)]

    def _rows_of(self, id_: str) -> tuple[str, ...]:
        """The rows that stand in a workbook below an entry, each once."""
        if id_ not in self._rests:
            entry = self._entries[id_]
            if "row" in entry:
                row = str(entry["row"])
                self._rests[id_] = (row,) if "cells" in self._rows[row] else ()
            else:
                below = [one for _, one in entry.get("inputs", ())] or entry.get("parts", ())
                found = dict.fromkeys(row for one in below for row in self._rows_of(one))
                self._rests[id_] = tuple(found)
        return self._rests[id_]

    def _group(
        self, title: str, rows: Iterable[str], anchor: str = "", *, back: bool = True
    ) -> OriginGroup | None:
        """Rows not told before, by sheet; those told before are only named. None without any."""
        wanted = dict.fromkeys(rows)
        new = sorted((row for row in wanted if row not in self._told), key=self._place)
        old = [row for row in wanted if row in self._told] if back else []
        if not new and not old:
            return None
        entries = []
        sheet = ""
        left_out = len(new) - _MOST_ROWS
        for place, same in groupby(new[:_MOST_ROWS], self._place):
            found = list(same)
            own = f"o-{len(self._told) + 1}"
            self._told |= dict.fromkeys(found, own)
            cells = ",".join(map(self._cells, found))
            before = "" if place[0] == sheet else f"{place[0]} "
            sheet = place[0]
            entries.append(Origin(own, f"{before}{self._name(found[0])} {cells}"))
        if left_out > 0:
            entries.append(Origin("", f"…+{left_out}"))
        return OriginGroup(title, tuple(entries), anchor, self._names(old, _MOST_AGAIN))

    def _place(self, row: str) -> tuple[str, tuple[str, int, str]]:
        """The sheet and the name of a row; a scenario's parameters share both."""
        return str(self._rows[row]["cells"][0]).rpartition("!")[0], _counted(self._name(row))

    def _computed(self, figures: Iterable[str]) -> Iterable[OriginGroup]:
        """Results by formula, in the order of their first use; those of many cases by case."""
        by_formula: dict[str, list[Result]] = {}
        for id_ in figures:
            entry = self._entries[id_]
            result = Result(id_, entry["label"], entry["text"], self._rows_of(id_))
            by_formula.setdefault(entry["formula"], []).append(result)
        families = families_of(
            [
                series
                for formula, results in by_formula.items()
                for series in self._series(formula, results)
            ]
        )
        told = {one.id for family in families for series in family for one in series.results}
        for formula, results in by_formula.items():
            for family in families:
                if family[0].formula == formula:
                    yield self._by_case(family)
            left = [one for one in results if one.id not in told]
            if left:
                yield self._by_formula(formula, left)

    def _series(self, formula: str, results: Iterable[Result]) -> Iterable[Series]:
        """One measure of several cases, this issue's apart from the last one's."""
        found: dict[tuple[str, bool], list[Result]] = {}
        for one in results:
            past = any(self._rows[row].get("previous") for row in one.rows)
            found.setdefault((measure_of(one.label), past), []).append(one)
        return (Series(formula, tuple(same)) for same in found.values() if len(same) > 1)

    def _by_formula(self, formula: str, results: Sequence[Result]) -> OriginGroup:
        shared = set.intersection(*(set(one.rows) for one in results))
        shared = shared if len(results) > 1 else set()
        before, after = affixes([one.label for one in results])
        unit = shared_unit([one.text for one in results])
        same_rows: dict[tuple[str, ...], list[Result]] = {}
        for one in results:
            own = tuple(row for row in one.rows if row not in shared)
            same_rows.setdefault(own, []).append(one)
        entries = []
        for rows, found in same_rows.items():
            said = ""
            for place, one in enumerate(found, start=1):
                label = one.label[len(before) : len(one.label) - len(after)].strip("，, ")
                value = one.text.removesuffix(unit)
                told = value if label == said else f"{label} {value}".strip()
                said = label
                arrow = f" ← {self._names(rows)}" if place == len(found) and rows else ""
                entries.append(Origin(self._anchor(one.id), told + arrow))
        common = self._names(row for row in results[0].rows if row in shared)
        what = f"{before}…{after}" if before or after else ""
        title = " ".join(
            part for part in (what, formula, f"[{unit.strip()}]" if unit else "") if part
        )
        return OriginGroup(title, tuple(entries), "", common)

    def _by_case(self, family: Sequence[Series]) -> OriginGroup:
        """Formulas that were computed for the same cases: each case once, its results numbered.

        The rows behind a case's arrow are those of all its results; the formula says
        which of them it takes.
        """
        titles = []
        for number, series in enumerate(family, start=1):
            unit = f"[{series.unit.strip()}]" if series.unit else ""
            all_on = f"({self._names(sorted(series.common))})" if series.common else ""
            parts = (f"({number})", series.what, series.formula, unit, all_on)
            titles.append(" ".join(filter(None, parts)))
        entries = []
        for case, found in cases_of(family):
            rows: dict[str, None] = {}
            for place, (number, one) in enumerate(found, start=1):
                series = family[number - 1]
                rows |= dict.fromkeys(row for row in one.rows if row not in series.common)
                repeated = place > 1 and found[place - 2][0] == number
                told = one.text.removesuffix(series.unit)
                told = told if repeated else f"({number}) {told}"
                told = f"{case} {told}" if place == 1 else told
                arrow = f" ← {self._names(rows)}" if place == len(found) and rows else ""
                entries.append(Origin(self._anchor(one.id), told + arrow))
        return OriginGroup("; ".join(titles), tuple(entries))

    def _anchor(self, id_: str) -> str:
        self._results += 1
        self._anchors[id_] = anchor = f"o-c{self._results}"
        return anchor

    def _cells(self, row: str) -> str:
        """J8,L8:M8 for cells of one sheet, neighbours joined."""
        cells = [str(cell).rpartition("!")[2] for cell in self._rows[row]["cells"]]
        runs: list[list[str]] = []
        for cell in cells:
            if runs and _follows(runs[-1][-1], cell):
                runs[-1].append(cell)
            else:
                runs.append([cell])
        return ",".join(run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in runs)

    def _name(self, row: str) -> str:
        found = self._rows[row]
        return f"{found.get('id', row)}{_PRIME if found.get('previous') else ''}"

    def _names(self, rows: Iterable[str], most: int = _MOST_NAMED) -> str:
        """F015 A004–A009: three and more ids in a row are told by their ends."""
        names = sorted(dict.fromkeys(map(self._name, rows)), key=_counted)
        runs: list[list[str]] = []
        for name in names:
            if runs and _is_next(runs[-1][-1], name):
                runs[-1].append(name)
            else:
                runs.append([name])
        told = [name for run in runs for name in (run if len(run) < 3 else [f"{run[0]}–{run[-1]}"])]
        rest = f" …+{len(told) - most}" if len(told) > most else ""
        return " ".join(told[:most]) + rest


def _counted(name: str) -> tuple[str, int, str]:
    """A row's name as people order it: P2 before P10."""
    found = _ROW.fullmatch(name)
    return (found[1], int(found[2]), found[3]) if found else (name, 0, "")


def _follows(one: str, other: str) -> bool:
    """Whether a cell is the right neighbour of another, for single-letter columns."""
    a, b = _CELL.fullmatch(one), _CELL.fullmatch(other)
    if not a or not b or a[2] != b[2] or len(a[1]) != len(b[1]):
        return False
    return a[1][:-1] == b[1][:-1] and ord(b[1][-1]) - ord(a[1][-1]) == 1


def _is_next(one: str, other: str) -> bool:
    """Whether a row's id comes right after another's: F015, F016."""
    a, b = _ROW.fullmatch(one), _ROW.fullmatch(other)
    if not a or not b or a[1] != b[1] or a[3] != b[3]:
        return False
    return b[2] == str(int(a[2]) + 1).zfill(len(a[2]))
