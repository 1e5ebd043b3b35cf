"""Work on a workbook's package besides reading its cells, in a process that may die of it.

    python -P -m reportgen.workbook.working links|formulas|annotated

`aside.py` starts it for one piece of work. What it is asked comes in as a pickle, which its
own parent wrote; what it answers is one letter and bytes, which nobody has to trust:

    L  JSON of the cells with values from other files      A  the annotated copy itself
    F  JSON of the formulas                                 R  refused: code, values, sheet, cell
                                                            N  no copy: why, in both languages
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reportgen.workbook.annotation.annotate import AnnotationError, annotated
from reportgen.workbook.elsewhere import linked_cells_of
from reportgen.workbook.formula_cells import Formula, read_formulas
from reportgen.workbook.reading import limit_memory, limit_time, shown
from reportgen.workbook.zip_guard import RefusedError

MOST_FORMULAS = 500_000
"""Cells with formulas that are handed on; the caller holds some 300 bytes of each."""

Answered = tuple[bytes, bytes]


def _links(path: Path, _: Any) -> Answered:
    found = [[one.sheet, one.cells, one.files] for one in linked_cells_of(path)]
    return b"L", json.dumps(found).encode()


def _formulas(path: Path, _: Any) -> Answered:
    numbers: dict[Formula, int] = {}
    sheets: dict[str, list[tuple[int, int, int]]] = {}
    for sheet, cells in read_formulas(path, MOST_FORMULAS).items():
        sheets[sheet] = [
            (*place, numbers.setdefault(one, len(numbers))) for place, one in cells.items()
        ]
    known = [(one.text, *one.origin, one.whole) for one in numbers]
    return b"F", json.dumps([known, sheets]).encode()


def _annotated(path: Path, given: Any) -> Answered:
    try:
        return b"A", annotated(path, *given)
    except AnnotationError as why:
        return b"N", json.dumps([why.text.zh, why.text.en]).encode()


TASKS: dict[str, Callable[[Path, Any], Answered]] = {
    "links": _links, "formulas": _formulas, "annotated": _annotated,
}  # fmt: skip


def work(task: str, path: Path, given: object) -> Answered:
    """One piece of work. Never raises: what goes wrong is an answer."""
    try:
        return TASKS[task](path, given)
    except RefusedError as why:
        values = [shown(value) for value in why.values]
        return b"R", json.dumps([why.code, values, why.sheet, why.cell]).encode()
    except MemoryError:
        return b"R", json.dumps(["reading-too-large", [], "", ""]).encode()
    except Exception as failure:  # whatever it is becomes a message, not a traceback
        return b"R", json.dumps(["reader-failed", [type(failure).__name__], "", ""]).encode()


def main() -> None:
    """The process's whole life."""
    limit_memory()
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed does not reach the pipe
    path, given, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent's
    limit_time(seconds)
    kind, data = work(sys.argv[1], path, given)
    pipe.write(kind + data)
    pipe.flush()
    os._exit(0)  # nothing is left to say


if __name__ == "__main__":
    main()
