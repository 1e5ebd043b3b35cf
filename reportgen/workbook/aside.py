"""What is found in a workbook besides its cells, by a process of its own: links, formulas, a copy.

A small file can make much work: 150 kB of references to other files took the caller over a
minute, a million names 460 MiB. So this has the limits that reading has, and a file that
passes them is refused in words.
"""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reportgen.issues import Issue
from reportgen.language import Lang, Text
from reportgen.workbook import file_problems as files
from reportgen.workbook.annotation.annotate import AnnotationError
from reportgen.workbook.door import REFUSALS, extra_seconds
from reportgen.workbook.elsewhere import LinkedCells, has_links
from reportgen.workbook.formula_cells import Formula, Formulas
from reportgen.workbook.problems import Problem

_SECONDS = 20.0
_GRACE_SECONDS = 2.0


class AsideError(Exception):
    """The work was refused or given up: `problem` says why, and where in the workbook."""

    def __init__(self, problem: Problem, sheet: str = "", cell: str = "") -> None:
        super().__init__(problem.message.en)
        self.problem = problem
        self.sheet = sheet
        self.cell = cell


def linked_cells(path: Path) -> tuple[LinkedCells, ...]:
    """Sheet by sheet, the cells that speak of other files; usually none. Raises AsideError.

    A file without links costs a look at its directory and no process.
    """
    if not has_links(path):
        return ()
    found = json.loads(_asked("links", path, None, _SECONDS))
    return tuple(LinkedCells(sheet, tuple(cells), tuple(named)) for sheet, cells, named in found)


def formulas_of(path: Path, seconds: float = _SECONDS) -> Formulas:
    """Every formula of a workbook. Raises AsideError."""
    known, sheets = json.loads(_asked("formulas", path, None, seconds))
    formulas = [Formula(text, (row, column), whole) for text, row, column, whole in known]
    return {
        sheet: {(row, column): formulas[number] for row, column, number in cells}
        for sheet, cells in sheets.items()
    }


def annotated_copy(path: Path, issues: Iterable[Issue], lang: Lang) -> bytes:
    """A copy of the workbook with these issues in it. Raises AnnotationError."""
    try:
        return _asked("annotated", path, (tuple(issues), lang), _SECONDS)
    except AsideError as why:
        said, cure = why.problem.message, why.problem.hint
        nothing = Text("没有写入副本。", "No copy was written.")
        raise AnnotationError(
            Text(f"{said.zh}{nothing.zh}{cure.zh}", f"{said.en} {nothing.en} {cure.en}")
        ) from None


def _asked(task: str, path: Path, given: object, seconds: float) -> bytes:
    """The answer of a process that does one piece of work. Raises AsideError, AnnotationError."""
    seconds += extra_seconds(path)
    question = pickle.dumps((path, given, seconds))
    try:
        process = subprocess.Popen(  # noqa: S603 - our own module
            # -P keeps the current folder off the path: a file json.py there must not be run.
            [sys.executable, "-P", "-m", "reportgen.workbook.working", task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as failure:
        raise AsideError(files.reader_failed(failure.strerror or "")) from None
    with process:
        try:
            answer, _ = process.communicate(question, seconds + _GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            raise AsideError(files.reading_too_slow("", int(seconds))) from None
        finally:
            process.kill()
    if hasattr(signal, "SIGXCPU") and process.returncode == -signal.SIGXCPU:
        raise AsideError(files.reading_too_slow("", int(seconds)))
    if process.returncode != 0 or not answer:
        raise AsideError(files.reading_stopped(""))
    return _taken(answer[:1], answer[1:])


def _taken(kind: bytes, data: bytes) -> bytes:
    if kind in b"LFA":
        return data
    said: list[Any] = json.loads(data)
    if kind == b"N":
        raise AnnotationError(Text(*said))
    code, values, sheet, cell = said
    raise AsideError(REFUSALS[code](*values), sheet, cell)
