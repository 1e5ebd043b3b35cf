"""Hostile workbooks: each is answered within a second and 200 MiB, by a sentence with a cure."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.issues import Issue, Severity
from reportgen.workbook.door import Reader
from reportgen.workbook.reader import read_workbook
from tests.hostile import KINDS, Kind

SECONDS = 1.0
PEAK = 200 * 2**20
LARGE = 8 * 2**20
SYSTEM_ONLY = {"pipe", "device", "circle of links"} if sys.platform == "win32" else set()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One process for all of them: none may harm the next."""
    with Reader() as one:
        yield one


@dataclass(frozen=True)
class Answer:
    """What was said of a file, how many prices were read, and the seconds it took."""

    issues: tuple[Issue, ...]
    rows: int
    seconds: float


def answered(kind: Kind, folder: Path, reader: Reader) -> Answer:
    path = folder / kind.name
    kind.make(path)
    began = time.perf_counter()
    workbook = read_workbook(path, reader)
    seconds = time.perf_counter() - began
    assert workbook.rows_present == workbook.rows_read + workbook.rows_reported
    return Answer(workbook.issues, len(workbook["Prices"]), seconds)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in SYSTEM_ONLY])
def test_each_kind_is_answered(name: str, tmp_path: Path, reader: Reader) -> None:
    kind = KINDS[name]
    found = answered(kind, tmp_path, reader)
    errors = [issue for issue in found.issues if issue.severity is Severity.ERROR]
    if kind.code:
        said = [issue for issue in found.issues if issue.code == kind.code]
        assert said, [issue.code for issue in found.issues]
        assert not kind.place or kind.place in {issue.cell for issue in said}
    else:
        assert errors == []
        assert found.rows > 0
    for issue in found.issues:
        assert issue.file == kind.name
        for lang in ("zh", "en"):
            assert issue.message[lang].isprintable()
            assert issue.message[lang]
            assert issue.hint[lang]
            assert len(issue.message[lang]) < 250
        assert all(issue.hint[lang][-1] in "。.？?）)" for lang in ("zh", "en")), issue.hint
    assert found.seconds < 4 * SECONDS  # four times: the machine may be busy with other tests


def test_there_are_forty_kinds_and_more() -> None:
    assert len(KINDS) >= 40


def test_one_process_answers_them_all_within_200_mib(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The same process, asked for every kind in turn, is alive at the end and small."""
    with Reader() as one:
        for number, kind in enumerate(KINDS.values()):
            one.start()
            first = one.process_id
            path = tmp_path_factory.mktemp(f"kind{number}") / kind.name
            answered(kind, path.parent, one)
            if path.is_file() and path.stat().st_size > LARGE:  # after it a new one is started
                continue
            assert one.process_id == first is not None, kind
            if sys.platform == "linux":
                status = Path(f"/proc/{first}/status").read_text(encoding="ascii")
                peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
                assert int(peak.split()[1]) * 1024 < PEAK
