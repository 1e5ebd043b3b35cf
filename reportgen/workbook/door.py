"""The guarded door: a workbook is opened in another process, which may die of it.

    with Reader() as reader:          # starts at once; import what else you need meanwhile
        reading = reader.read(path)   # grids, or what is wrong with the file

One process serves many workbooks; after a crash or a time-out the next one gets a new
process. Nothing it sends is trusted to be more than JSON of the expected shape.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Self

from reportgen.workbook import file_problems as files
from reportgen.workbook import package_problems as packages
from reportgen.workbook.annotation.marks import is_our_sheet
from reportgen.workbook.formula_cells import sheet_of
from reportgen.workbook.grid import Grid, NumberFormat, Rows, Run
from reportgen.workbook.problems import Problem
from reportgen.workbook.unseen import may_hold_unseen, without_unseen

_LENGTH = 8
_LARGEST_FRAME = 64 * 1024 * 1024
_SECONDS = 20.0
_SECONDS_PER_MIB = 1.5
_MOST_EXTRA_SECONDS = 180.0
_GRACE_SECONDS = 2.0
_LARGE_FILE = 8 * 1024 * 1024  # a process keeps the memory that it once took
_PAUSES = (0.2, 0.3, 0.5, 1.0)

STILL_SAVING = frozenset({"file-incomplete", "empty-file", "file-denied"})
"""Codes of a file that may be whole a moment later."""

REFUSALS: Mapping[str, Callable[..., Problem]] = {
    "damaged-file": files.damaged_file,
    "dtd-refused": packages.dtd_refused,
    "area-too-large": packages.area_too_large,
    "empty-file": files.empty_file,
    "file-denied": files.file_denied,
    "file-incomplete": files.file_incomplete,
    "file-missing": files.file_missing,
    "file-unreadable": files.file_unreadable,
    "lock-file": files.lock_file,
    "markup-too-large": packages.markup_too_large,
    "merged-too-much": packages.merged_too_much,
    "no-sheets": packages.no_sheets,
    "not-a-file": files.not_a_file,
    "not-a-workbook": files.not_a_workbook,
    "off-the-grid": packages.off_the_grid,
    "other-format": files.other_format,
    "package-too-large": packages.package_too_large,
    "packed-too-tightly": packages.packed_too_tightly,
    "part-damaged": packages.part_damaged,
    "part-missing": packages.part_missing,
    "part-name-refused": packages.part_name_refused,
    "part-shared": packages.part_shared,
    "part-twice": packages.part_twice,
    "parts-overlap": packages.parts_overlap,
    "password-protected": files.password_protected,
    "reader-failed": files.reader_failed,
    "reading-too-large": files.reading_too_large,
    "rows-shuffled": packages.rows_shuffled,
    "text-too-long": packages.text_too_long,
    "too-many-parts": packages.too_many_parts,
    "too-many-sheets": packages.too_many_sheets,
    "xml-damaged": packages.xml_damaged,
}
"""What the reading process may refuse a file for."""


class AnswerError(Exception):
    """What came through the pipe is no answer of a reading process."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its sheets of cells, or why it was refused, and where.

    `part` is the part of the package that a refusal speaks of, where it speaks of one.
    """

    grids: tuple[Grid, ...] = ()
    refusal: Problem | None = None
    sheet: str = ""
    cell: str = ""
    part: str = ""


class Reader:
    """One reading process.

    `wait`: how many seconds a half-saved file is given to be whole. `patience`: how many
    seconds reading may take; larger files get more.
    """

    def __init__(self, wait: float = 0.0, patience: float = _SECONDS) -> None:
        self._wait = wait
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._begun: tuple[Path, _Exchange] | None = None

    @property
    def process_id(self) -> int | None:
        """The number of the process that runs now."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process if it does not run; returns at once."""
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = subprocess.Popen(
                # -P keeps the current folder off the path: a file json.py there must not be run.
                [sys.executable, "-P", "-m", "reportgen.workbook.reading"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def begin(self, path: Path) -> None:
        """Have a workbook read while the caller does something else; `read` gives it."""
        self._drop()
        self._begun = (path, self._exchange(path))

    def read(self, path: Path) -> Reading:
        """The workbook's sheets, or why there are none. Never raises for what is in the file."""
        reading = self._read(path)
        waited = 0.0
        for pause in _PAUSES:
            if reading.refusal is None or reading.refusal.code not in STILL_SAVING:
                break
            if waited + pause > self._wait:
                break
            time.sleep(pause)
            waited += pause
            reading = self._read(path)
        return reading

    def close(self) -> None:
        """End the process; a workbook under way is given up."""
        self._begun = None
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _drop(self) -> None:
        """Give up a workbook that was begun and never asked for."""
        if self._begun is not None:
            self.close()

    def _read(self, path: Path) -> Reading:
        begun, self._begun = self._begun, None
        if begun is not None and begun[0] == path:
            exchange = begun[1]
        else:
            if begun is not None:
                self.close()
            exchange = self._exchange(path)
        reading = _with_sheet(exchange.result(), path)
        if not exchange.is_sound or _size(path) > _LARGE_FILE:
            self.close()
        return reading

    def _exchange(self, path: Path) -> _Exchange:
        seconds = self._patience + extra_seconds(path)
        try:
            self.start()
        except OSError as failure:
            return _Exchange(None, path, seconds, failure.strerror or "")
        exchange = _Exchange(self._process, path, seconds)
        exchange.start()
        return exchange


def _with_sheet(reading: Reading, path: Path) -> Reading:
    """A refusal with the name of the sheet whose part is wrong, where the book still says it."""
    if reading.refusal is None or reading.sheet or not reading.part.endswith(".xml"):
        return reading
    return replace(reading, sheet=sheet_of(path, reading.part))


def extra_seconds(path: Path) -> float:
    """Seconds that reading may take besides: by the size of the file."""
    return min(_SECONDS_PER_MIB * _size(path) / 2**20, _MOST_EXTRA_SECONDS)


def _size(path: Path) -> int:
    """Bytes of a file, 0 where there is none."""
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0


class _Exchange:
    """One request and its answer, written and read by a thread of its own."""

    def __init__(
        self,
        process: subprocess.Popen[bytes] | None,
        path: Path,
        seconds: float,
        failure: str = "",
    ) -> None:
        self._process = process
        self._path = path
        self._seconds = seconds
        self._answer = _Answer(failure)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Send the request and begin to read the answer."""
        self._thread.start()

    def result(self) -> Reading:
        """The answer, or what became of it."""
        answer = self._answer
        if self._thread.ident is not None:
            self._thread.join(self._seconds + _GRACE_SECONDS)
            if self._thread.is_alive():
                return self._stopped(files.reading_too_slow(answer.part, int(self._seconds)))
        if answer.reading is not None:
            return answer.reading
        if answer.broken:
            return self._stopped(files.reader_failed(answer.broken))
        code = self._process.wait() if self._process else 0
        if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:  # the system's own limit of time
            return self._stopped(files.reading_too_slow(answer.part, int(self._seconds)))
        return self._stopped(files.reading_stopped(answer.part))

    @property
    def is_sound(self) -> bool:
        """Whether the process may be asked again."""
        return self._answer.reading is not None

    def _stopped(self, problem: Problem) -> Reading:
        return Reading(refusal=problem, sheet=self._answer.sheet)

    def _run(self) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return
        asked = json.dumps({"path": str(self._path), "seconds": self._seconds}).encode()
        try:
            process.stdin.write(len(asked).to_bytes(_LENGTH, "big") + asked)
            process.stdin.flush()
            while self._answer.reading is None:
                frame = _frame(process.stdout)
                if frame is None:
                    return
                self._answer.take(*frame)
        except (OSError, ValueError, AnswerError) as failure:  # ValueError: it was closed
            self._answer.broken = type(failure).__name__


def _frame(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """One frame, or None at the end of the pipe."""
    head = pipe.read(_LENGTH + 1)
    if len(head) <= _LENGTH:
        return None
    length = int.from_bytes(head[:_LENGTH], "big")
    if length > _LARGEST_FRAME:
        raise AnswerError("a frame is too large")
    data = pipe.read(length)
    return (head[_LENGTH:], data) if len(data) == length else None


@dataclass
class _Sheet:
    name: str
    hidden: bool
    marked: bool
    rows: Rows
    cells: int = 0
    end: tuple[Any, ...] = ()
    unseen: bool = False


@dataclass
class _Answer:
    """Puts the frames of one answer together; see reading.py for what they are."""

    broken: str = ""
    part: str = ""
    sheet: str = ""
    reading: Reading | None = None
    _texts: list[str] = field(default_factory=list)
    _unseen: bool = False
    _sheets: list[_Sheet] = field(default_factory=list)

    def take(self, kind: bytes, data: bytes) -> None:
        """One frame. Raises AnswerError for what is no frame of ours."""
        try:
            self._take(kind, data)
        except (LookupError, TypeError, ValueError, RecursionError) as failure:
            raise AnswerError(str(failure)) from failure

    def _take(self, kind: bytes, data: bytes) -> None:
        if kind == b"B":
            sheet = self._sheets[-1]
            head, _, rows = data.partition(b"\n")
            first, count, cells = json.loads(head)
            sheet.rows.add(first, count, rows)
            sheet.cells += cells
            sheet.unseen = sheet.unseen or may_hold_unseen(rows)
            return
        values = json.loads(data)
        match kind:
            case b"P":
                self.part, self.sheet = str(values[0]), str(values[1])
            case b"T":
                self._texts.extend(str(text) for text in values)
                self._unseen = self._unseen or may_hold_unseen(data)
            case b"H":
                name, hidden, marked = str(values[0]), bool(values[1]), bool(values[2])
                self._sheets.append(_Sheet(name, hidden, marked, Rows(self._texts)))
            case b"A":
                old = self._sheets[-1]
                self._sheets[-1] = _Sheet(old.name, old.hidden, old.marked, Rows(self._texts))
            case b"E":
                self._sheets[-1].end = tuple(values)
            case b"D":
                self.reading = self._whole(bool(values[0]), values[1])
            case b"R":
                code, given, sheet_name, cell = values
                part = str(given[0]) if given else ""
                refusal = REFUSALS[code](*given)
                self.reading = Reading((), refusal, str(sheet_name), str(cell), part)
            case _:
                raise ValueError(f"no frame: {kind!r}")

    def _whole(self, date1904: bool, styles: list[Any]) -> Reading:
        known = [
            NumberFormat(int(decimals), bool(percent)) if decimals >= 0 else None
            for decimals, percent in styles
        ]
        grids = []
        for sheet in self._sheets:
            last, merged, formats, cells = sheet.end
            if cells != sheet.cells:  # what the sheet holds and what arrived
                lost = packages.cells_lost(int(cells), sheet.cells)
                return Reading(refusal=lost, sheet=sheet.name)
            if sheet.marked and is_our_sheet(sheet.name):
                continue
            sheet.rows.count_from(date1904=date1904)
            runs: dict[int, list[Run]] = {}
            for column, found in formats:
                runs[int(column)] = [
                    (int(row), known[style] if style >= 0 else None) for row, style in found
                ]
            ranges = tuple(((a, b), (c, d)) for a, b, c, d in merged)
            place = (int(last[0]), int(last[1]))
            grid = Grid(sheet.name, sheet.rows, sheet.hidden, ranges, runs, place, date1904)
            grids.append(without_unseen(grid) if sheet.unseen or self._unseen else grid)
        return Reading(tuple(grids))
