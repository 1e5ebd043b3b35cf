"""Collects the problems of a reading and gives them their addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from reportgen.issues import Issue
from reportgen.workbook.problems import Problem

_FOLD = 5  # so many cells in a row with one message become one issue


@dataclass(slots=True)
class Findings:
    """The issues found so far in one file, and the count of its rows."""

    file: str
    present: int = 0
    read: int = 0
    _issues: dict[tuple[str, str, str, str], Issue] = field(default_factory=dict)

    def add(self, problem: Problem, sheet: str = "", cell: str = "", row_id: str = "") -> None:
        """Note a problem; the same one at the same place, or one said once, is not repeated."""
        place = "" if problem.once else cell
        key = (problem.code, sheet, place, problem.message.en)
        self._issues.setdefault(key, problem.at(self.file, sheet, cell, row_id))

    def issues(self) -> tuple[Issue, ...]:
        """All issues, runs of the same one down a column folded to a range.

        An empty cell without an address belongs to a column that is missing, which
        has an issue of its own; so do merged headings, which hide columns.
        """
        merged = {issue.sheet for issue in self._issues.values() if issue.code == "merged-header"}
        told = [
            issue
            for issue in self._issues.values()
            if issue.code != "empty-needed-cell" or (issue.cell and issue.sheet not in merged)
        ]
        return tuple(_fold(told))


def _fold(issues: list[Issue]) -> list[Issue]:
    columns: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for position, issue in enumerate(issues):
        if found := re.fullmatch(r"([A-Z]+)([0-9]+)", issue.cell):
            alike = (issue.code, issue.sheet, found[1], issue.message, issue.hint)
            columns.setdefault(alike, []).append((int(found[2]), position))
    dropped: set[int] = set()
    for key, places in columns.items():
        for run in _runs(sorted(places)):
            if len(run) >= _FOLD:
                first = min(position for _, position in run)
                cell = f"{key[2]}{run[0][0]}:{key[2]}{run[-1][0]}"
                issues[first] = replace(issues[first], cell=cell, row_id="")
                dropped.update(position for _, position in run if position != first)
    return [issue for position, issue in enumerate(issues) if position not in dropped]


def _runs(places: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    runs: list[list[tuple[int, int]]] = []
    for place in places:
        if runs and place[0] == runs[-1][-1][0] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs
