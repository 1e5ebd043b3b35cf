"""The reading process may die, hang or lie: the caller lives on and says what happened."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen.workbook import door, file_problems, package_problems, reading
from reportgen.workbook.door import REFUSALS, Reader
from reportgen.workbook.kept import Kept
from reportgen.workbook.reader import read_workbook
from tests.packages import GOOD, SHEET, line, pack, packed, parts, price_rows, sheet
from tests.sheets import NOTE, PRICES, SOURCES, make_workbook

ROOM = Path(door.__file__).parent
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return make_workbook(tmp_path / "good.xlsx", NOTE + SOURCES + PRICES)


def large(path: Path, rows: int = 25_000) -> Path:
    """A workbook that takes half a second to read."""
    lines = "".join(line(row, GOOD) for row in range(3, rows))
    pack(path, {**parts(), SHEET: sheet(price_rows(lines)).encode()})
    return path


def under_way(reader: Reader) -> None:
    """Wait until the rows of the large workbook are being read."""
    assert reader._begun is not None
    answer = reader._begun[1]._answer
    for _ in range(1000):
        if answer.sheet == "Prices":
            return
        time.sleep(0.01)
    raise AssertionError("nothing was read for ten seconds")


# ---- death, and life after it ---------------------------------------------------------------


@POSIX
@pytest.mark.parametrize("name", ["SIGKILL", "SIGABRT", "SIGSEGV"])
def test_a_death_while_reading_names_the_part(
    name: str, reader: Reader, good: Path, tmp_path: Path
) -> None:
    reader.begin(large(tmp_path / "large.xlsx"))
    assert reader.process_id is not None
    under_way(reader)
    os.kill(reader.process_id, getattr(signal, name))
    found = reader.read(tmp_path / "large.xlsx")
    assert found.refusal is not None
    assert found.refusal.code == "reading-stopped"
    assert (found.sheet, SHEET in found.refusal.message.en) == ("Prices", True)
    assert reader.read(good).refusal is None  # a new process


@POSIX
def test_a_death_between_two_workbooks_costs_nothing_but_a_start(
    reader: Reader, good: Path
) -> None:
    assert reader.read(good).refusal is None
    assert reader.process_id is not None
    os.kill(reader.process_id, signal.SIGKILL)
    time.sleep(0.1)
    assert reader.read(good).refusal is None


@POSIX
def test_a_process_that_hangs_is_stopped(good: Path) -> None:
    with Reader(patience=1.0) as reader:  # long enough for a good file on a busy machine
        assert reader.process_id is not None
        os.kill(reader.process_id, signal.SIGSTOP)
        began = time.perf_counter()
        found = reader.read(good)
        assert time.perf_counter() - began < 20
        assert found.refusal is not None
        assert found.refusal.code == "reading-too-slow"
        assert reader.read(good).refusal is None


@POSIX
def test_processor_time_has_a_limit_of_its_own(good: Path) -> None:
    """The system ends a process that works too long, even if nobody waits for it."""
    script = (
        "import time\n"
        "from reportgen.workbook import reading\n"
        "reading.limit_memory()\n"
        "reading.limit_time(0)\n"
        "while True: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert done.returncode == -signal.SIGXCPU


@POSIX
def test_memory_has_a_limit() -> None:
    script = (
        "from reportgen.workbook import reading\n"
        "reading.limit_memory()\n"
        "try:\n    bytes(reading.MEMORY)\nexcept MemoryError:\n    raise SystemExit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert done.returncode == 7


@pytest.mark.parametrize(
    ("fault", "code"),
    [(MemoryError(), "reading-too-large"), (ZeroDivisionError(), "reader-failed")],
)
def test_a_fault_inside_becomes_a_sentence(
    fault: Exception, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise fault

    told: list[tuple[bytes, bytes]] = []
    monkeypatch.setattr(reading, "read_file", fail)
    monkeypatch.setattr(reading, "limit_time", lambda _: None)
    answer = reading.Answer(open(os.devnull, "wb"))  # noqa: SIM115
    monkeypatch.setattr(answer, "send", lambda kind, data: told.append((kind, data)))
    reading._answer(b'{"path": "x", "seconds": 1}', answer, Kept())
    ((kind, data),) = told
    assert (kind, json.loads(data)[0]) == (b"R", code)


def test_a_process_that_cannot_be_started_is_said(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(good))  # no program
    found = Reader().read(good)
    assert found.refusal is not None
    assert found.refusal.code in {"reader-failed", "reading-stopped"}


# ---- answers that are none ------------------------------------------------------------------

HEAD = (b"H", b'["A", false, false]')
END = b"[[1, 1], [], [], 1]"
DONE = (b"D", b"[false, []]")
LIES = {
    "no JSON": [(b"T", b"[")],
    "no frame": [(b"Z", b"[]")],
    "rows without a sheet": [(b"B", b"[1,1,1]\n[[1]]")],
    "rows out of order": [HEAD, (b"B", b"[5,1,1]\n[[1]]"), (b"B", b"[1,1,1]\n[[1]]")],
    "refused for nothing known": [(b"R", b'["no-such-code", [], "", ""]')],
    "refused with too little": [(b"R", b'["xml-damaged", [], "", ""]')],
    "style out of range": [
        HEAD, (b"B", b"[1,1,1]\n[[1]]"), (b"E", b"[[1,1],[],[[1,[[1,7]]]],1]"), DONE
    ],
    "no end": [HEAD, DONE],
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lying_process_is_not_believed(name: str) -> None:
    answer = door._Answer()

    def take_all() -> None:
        for kind, data in LIES[name]:
            answer.take(kind, data)

    with pytest.raises(door.AnswerError):
        take_all()
    assert answer.reading is None


def test_a_block_that_does_not_arrive_is_missed() -> None:
    answer = door._Answer()
    for kind, data in (HEAD, (b"E", END), DONE):
        answer.take(kind, data)
    assert answer.reading is not None
    assert answer.reading.refusal is not None
    assert (answer.reading.refusal.code, answer.reading.sheet) == ("cells-lost", "A")
    assert "1 cells with values; 0 were read" in answer.reading.refusal.message.en


def test_a_frame_beyond_measure_is_not_awaited(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    path.write_bytes((2**40).to_bytes(8, "big") + b"T")
    with path.open("rb") as pipe, pytest.raises(door.AnswerError, match="too large"):
        door._frame(pipe)


# ---- early starts, and files on the move ----------------------------------------------------


def test_a_workbook_begun_early_is_the_one_that_is_read(reader: Reader, good: Path) -> None:
    reader.begin(good)
    assert len(reader.read(good).grids) == 3
    assert len(reader.read(good).grids) == 3


def test_another_workbook_than_the_one_begun_may_be_read(
    reader: Reader, good: Path, tmp_path: Path
) -> None:
    reader.begin(large(tmp_path / "large.xlsx"))
    assert len(reader.read(good).grids) == 3
    reader.begin(good)
    reader.begin(tmp_path / "none.xlsx")
    found = reader.read(tmp_path / "none.xlsx")
    assert found.refusal is not None
    assert found.refusal.code == "file-missing"


def test_a_file_that_is_being_saved_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    whole = packed(parts())
    path.write_bytes(whole[:-50])

    def finish() -> None:
        with path.open("ab") as stream:
            stream.write(whole[-50:])

    timer = threading.Timer(0.3, finish)
    with Reader(wait=2.0) as reader:
        timer.start()
        assert reader.read(path).refusal is None
    timer.join()


def test_a_file_that_stays_cut_is_said_after_the_wait(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(packed(parts())[:-50])
    began = time.perf_counter()
    with Reader(wait=0.5) as reader:
        found = reader.read(path)
    assert 0.4 < time.perf_counter() - began < 20
    assert found.refusal is not None
    assert found.refusal.code == "file-incomplete"
    assert "still being saved" in found.refusal.message.en


def test_a_file_replaced_while_it_is_read_is_read_as_it_was(reader: Reader, tmp_path: Path) -> None:
    path = large(tmp_path / "book.xlsx")
    reader.begin(path)
    under_way(reader)
    try:
        os.replace(make_workbook(tmp_path / "new.xlsx", NOTE + SOURCES + PRICES), path)
    except PermissionError:
        pytest.skip("this system keeps open files")
    found = reader.read(path)
    assert found.refusal is None
    assert found.grids[2].last == (24_999, 5)


def test_a_file_cut_short_while_it_is_read_is_damaged(reader: Reader, tmp_path: Path) -> None:
    path = large(tmp_path / "book.xlsx")
    reader.begin(path)
    under_way(reader)
    os.truncate(path, 4000)
    found = reader.read(path)
    assert found.refusal is None or found.refusal.code in {"part-damaged", "damaged-file"}


@pytest.mark.parametrize(
    ("name", "code"),
    [("a" * 300 + ".xlsx", "file-unreadable"), ("a\0b.xlsx", "file-missing"),
     ("good.xlsx/x.xlsx", "file-missing"), ("\udcff.xlsx", "file-missing")],
)  # fmt: skip
def test_paths_that_lead_nowhere(
    name: str, code: str, reader: Reader, good: Path, tmp_path: Path
) -> None:
    found = reader.read(tmp_path / name)
    assert found.refusal is not None
    assert found.refusal.code == code


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read(reader: Reader, good: Path) -> None:
    good.chmod(0)
    found = reader.read(good)
    assert found.refusal is not None
    assert found.refusal.code == "file-denied"


# ---- what reading must still allow ----------------------------------------------------------


def test_a_column_that_reaches_the_last_row_is_read(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    pack(path, {**parts(), SHEET: sheet(price_rows(line(1_048_576, GOOD))).encode()})
    workbook = read_workbook(path, reader)
    assert [row.number for row in workbook["Prices"]] == [2, 1_048_576]


# ---- the codes ------------------------------------------------------------------------------


def codes_raised() -> set[str]:
    """Every code that the reading process refuses a file for."""
    found: set[str] = set()
    for name in ("zip_guard.py", "parts.py", "cells.py", "reading.py"):
        for node in ast.walk(ast.parse((ROOM / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RefusedError":
                code = node.args[0]
                assert isinstance(code, ast.Constant)
                found.add(str(code.value))
    return found


def test_every_refusal_has_its_sentence() -> None:
    assert codes_raised() | {"reading-too-large", "reader-failed"} == set(REFUSALS)
    for code, function in REFUSALS.items():
        name = code.replace("-", "_")
        module = package_problems if hasattr(package_problems, name) else file_problems
        assert function is getattr(module, name)


def test_the_process_loads_little_and_nothing_of_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a file of the folder was run')")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-P", "-m", "reportgen.workbook.reading"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=tmp_path, check=True,
    )  # fmt: skip
    loaded = {one.rpartition("|")[2].strip() for one in done.stderr.splitlines()}
    assert "reportgen.workbook.cells" in loaded
    assert not loaded & {"dataclasses", "openpyxl", "pandas", "python_calamine", "subprocess"}
    assert not any(name.startswith("reportgen.workbook.schema") for name in loaded)
