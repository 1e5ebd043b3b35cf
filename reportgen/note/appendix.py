"""The sources of figures, for paper: which rows each exhibit quotes, how each result is computed.

Made from the page's passports (reportgen.note.cards), so both tell the same. Kept
short on purpose: a row's quote stands in the evidence table, its cells stand here once;
results of one formula share its line, and with it what they all rest on. What rests on
hundreds of rows names the first of them; the page and the manifest have them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from reportgen.language import Lang, Text
from reportgen.note.cards import figures_in
from reportgen.note.model import Note, Origin, OriginGroup, Origins

_CELL = re.compile(r"([A-Z]+)(\d+)")
_ROW = re.compile(r"(\D+)(\d+)(\D?)")
_BOUNDARY = "，、：的 ,:"
_SHORTEST_SHARED = 3  # letters of a label that are worth telling once for many
_PRIME = "′"
_MOST_NAMED = 24  # rows behind one result; an index may rest on hundreds
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


@dataclass(frozen=True, slots=True)
class _Result:
    """A computed figure: its id, label, value, and the rows it rests on, each once."""

    id: str
    label: str
    text: str
    rows: tuple[str, ...]


class _Origins:
    """Tells every row and every result once, and remembers where."""

    def __init__(self, passports: Mapping[str, Any], lang: Lang) -> None:
        self._entries: Mapping[str, Mapping[str, Any]] = passports["entries"]
        self._rows: Mapping[str, Mapping[str, Any]] = passports["rows"]
        self._lang = lang
        self._anchors: dict[str, str] = {}
        self._told: dict[str, str] = {}  # the anchor of each row told so far
        self._rests: dict[str, tuple[str, ...]] = {}

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
        return OriginGroup(title, tuple(entries), anchor, self._names(old))

    def _place(self, row: str) -> tuple[str, str]:
        """The sheet and the name of a row; a scenario's parameters share both."""
        return str(self._rows[row]["cells"][0]).rpartition("!")[0], self._name(row)

    def _computed(self, figures: Iterable[str]) -> Iterable[OriginGroup]:
        """Results by formula, in the order of their first use."""
        by_formula: dict[str, list[_Result]] = {}
        for id_ in figures:
            entry = self._entries[id_]
            result = _Result(id_, entry["label"], entry["text"], self._rows_of(id_))
            by_formula.setdefault(entry["formula"], []).append(result)
        number = 0
        for formula, results in by_formula.items():
            shared = set.intersection(*(set(one.rows) for one in results))
            shared = shared if len(results) > 1 else set()
            before, after = _affixes([one.label for one in results])
            unit = _unit([one.text for one in results])
            same_rows: dict[tuple[str, ...], list[_Result]] = {}
            for one in results:
                own = tuple(row for row in one.rows if row not in shared)
                same_rows.setdefault(own, []).append(one)
            entries = []
            for rows, found in same_rows.items():
                said = ""
                for place, one in enumerate(found, start=1):
                    number += 1
                    self._anchors[one.id] = anchor = f"o-c{number}"
                    label = one.label[len(before) : len(one.label) - len(after)].strip("，, ")
                    value = one.text.removesuffix(unit)
                    told = value if label == said else f"{label} {value}".strip()
                    said = label
                    arrow = f" ← {self._names(rows)}" if place == len(found) and rows else ""
                    entries.append(Origin(anchor, told + arrow))
            common = self._names(row for row in results[0].rows if row in shared)
            what = f"{before}…{after}" if before or after else ""
            title = " ".join(
                part for part in (what, formula, f"[{unit.strip()}]" if unit else "") if part
            )
            yield OriginGroup(title, tuple(entries), "", common)

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

    def _names(self, rows: Iterable[str]) -> str:
        """F015 A004–A009: three and more ids in a row are told by their ends."""
        names = sorted(dict.fromkeys(map(self._name, rows)))
        runs: list[list[str]] = []
        for name in names:
            if runs and _is_next(runs[-1][-1], name):
                runs[-1].append(name)
            else:
                runs.append([name])
        told = [name for run in runs for name in (run if len(run) < 3 else [f"{run[0]}–{run[-1]}"])]
        rest = f" …+{len(told) - _MOST_NAMED}" if len(told) > _MOST_NAMED else ""
        return " ".join(told[:_MOST_NAMED]) + rest


def _follows(one: str, other: str) -> bool:
    """Whether a cell is the right neighbour of another, for single-letter columns."""
    a, b = _CELL.fullmatch(one), _CELL.fullmatch(other)
    if not a or not b or a[2] != b[2] or len(a[1]) != len(b[1]):
        return False
    return a[1][:-1] == b[1][:-1] and ord(b[1][-1]) - ord(a[1][-1]) == 1


def _is_next(one: str, other: str) -> bool:
    """Whether a row's id comes right after another's: F015, F016."""
    a, b = _ROW.fullmatch(one), _ROW.fullmatch(other)
    if not a or not b or a[1] != b[1] or a[3] != b[3] or len(a[2]) != len(b[2]):
        return False
    return int(b[2]) - int(a[2]) == 1


def _affixes(labels: Sequence[str]) -> tuple[str, str]:
    """The beginning and the end that labels share, cut where words end; empty for next to none."""
    if len(set(labels)) < 2:
        return "", ""
    before = _shared(labels)
    before = before[: max(map(before.rfind, _BOUNDARY)) + 1]
    after = _shared([label[len(before) :][::-1] for label in labels])[::-1]
    starts = [place for place in map(after.find, _BOUNDARY) if place >= 0]
    after = after[min(starts) :] if starts else ""
    return (
        before if len(before) >= _SHORTEST_SHARED else "",
        after if len(after) >= _SHORTEST_SHARED else "",
    )


def _unit(texts: Sequence[str]) -> str:
    """The unit behind every one of several values, with its space."""
    ending = _shared([text[::-1] for text in texts])[::-1] if len(texts) > 1 else ""
    return ending[ending.find(" ") :] if " " in ending else ""


def _shared(texts: Sequence[str]) -> str:
    """The longest beginning that all texts have."""
    first, last = min(texts), max(texts)
    end = next(
        (n for n, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1),
        len(first),
    )
    return first[:end]
