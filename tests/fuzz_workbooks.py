"""A seeded fuzzer for the reading of workbooks: `make fuzz COUNT=20000 SEED=1` or SECONDS=60.

Whatever comes in, the answer is a workbook or sentences: no exception, no dead reading
process, nothing over its time, and of a file that is read every valued cell is there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.issues import Issue
from reportgen.workbook.door import Reader
from reportgen.workbook.reader import read_workbook
from tests.counting import present, read
from tests.mutants import mutant, origins

SECONDS = 10.0
FAULTS = {"reading-stopped", "reading-too-slow", "reader-failed", "cells-lost"}
"""Codes that say that something of ours went wrong."""


@dataclass(frozen=True)
class Find:
    """A mutant that broke a rule."""

    number: int
    origin: str
    how: str
    what: str


@dataclass
class Turn:
    """What a run of the fuzzer came to."""

    count: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    finds: list[Find] = field(default_factory=list)
    slowest: float = 0.0
    read: int = 0


# ---- one turn -------------------------------------------------------------------------------


def judge(
    path: Path, reader: Reader, limit: float = SECONDS
) -> tuple[tuple[Issue, ...], str, float]:
    """The issues of a file, what is wrong with our answer, and the seconds it took."""
    began = time.perf_counter()
    try:
        workbook = read_workbook(path, reader)
    except Exception:  # exactly what must not be
        return (), traceback.format_exc(limit=-3), time.perf_counter() - began
    seconds = time.perf_counter() - began
    for issue in workbook.issues:
        if issue.code in FAULTS:
            return workbook.issues, f"{issue.code}: {issue.message.en}", seconds
        if not all(text[lang] for text in (issue.message, issue.hint) for lang in ("zh", "en")):
            return workbook.issues, f"{issue.code} lacks a sentence", seconds
    if seconds > limit:
        return workbook.issues, f"took {seconds:.1f} s", seconds
    if workbook.rows_present != workbook.rows_read + workbook.rows_reported:
        return workbook.issues, "rows are missing", seconds
    if workbook.opened:
        counted = present(path)
        found = read(reader.read(path))
        if counted is not None and counted != found:
            return workbook.issues, f"cells are missing: {counted} present, {found} read", seconds
    return workbook.issues, "", seconds


def numbers(count: int | None, seconds: float | None, first: int) -> Iterator[int]:
    """The numbers of the mutants to make: so many, or for so long."""
    end = None if seconds is None else time.monotonic() + seconds
    number = first
    while (count is None or number < first + count) and (end is None or time.monotonic() < end):
        yield number
        number += 1


def turn(
    seed: int,
    count: int | None = None,
    seconds: float | None = None,
    first: int = 0,
    told: Callable[[str], object] = lambda _: None,
    limit: float = SECONDS,
) -> Turn:
    """Make mutants and judge the answers."""
    found = Turn()
    with tempfile.TemporaryDirectory() as name, Reader() as reader:
        folder = Path(name)
        made = origins(folder)
        path = folder / "mutant.xlsx"
        for number in numbers(count, seconds, first):
            origin, how, data = mutant(made, seed, number)
            path.write_bytes(data)
            issues, wrong, took = judge(path, reader, limit)
            found.count += 1
            found.slowest = max(found.slowest, took)
            found.codes.update({issue.code for issue in issues})
            if wrong:
                find = Find(number, origin, how, wrong)
                found.finds.append(find)
                told(f"#{number} of {origin} ({how}): {wrong}")
    return found


def main() -> int:
    """The fuzzer as a command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutant")
    parser.add_argument("--save", type=Path, help="write the mutant of number --first there")
    given = parser.parse_args()
    if given.save:
        with tempfile.TemporaryDirectory() as name:
            given.save.write_bytes(mutant(origins(Path(name)), given.seed, given.first)[2])
        return 0
    began = time.monotonic()
    done = turn(given.seed, given.count or (None if given.seconds else 1000), given.seconds,
                given.first, lambda text: sys.stdout.write(text + os.linesep))  # fmt: skip
    sys.stdout.write(
        f"seed {given.seed}: {done.count} mutants in {time.monotonic() - began:.0f} s, "
        f"{len(done.finds)} finds, slowest answer {done.slowest:.2f} s\n"
    )
    for code, times in done.codes.most_common():
        sys.stdout.write(f"{times:7} {code}\n")
    return 1 if done.finds else 0


if __name__ == "__main__":
    raise SystemExit(main())
