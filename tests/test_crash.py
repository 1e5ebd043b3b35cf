"""Killed builds, and many builds at once: whole files, one set, nothing left behind.

The slow tests (`make soak`) do the same with the sample's real files on the real disk, and
with whole builds.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from tests.delivering import standing, strays, variant

SEED = 20260601


@pytest.fixture
def quick_disk() -> Iterator[Path]:
    """A folder where flushing costs nothing, if the system has one."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def drive(project: Path, *arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash_driver", *map(str, arguments)],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps(told))  # noqa: T201 - make soak shows it
    return told


def test_a_kill_at_any_system_call_leaves_whole_files_and_the_next_build_one_set(
    project: Path, quick_disk: Path
) -> None:
    told = drive(project, "points", quick_disk / "out")
    assert told["kills"] > 80
    assert set(told["left"]) <= {"old", "new", "both"}
    assert told["left"]["both"] < 10  # only between the renames


def test_kills_at_random_moments(project: Path, quick_disk: Path) -> None:
    assert drive(project, "moments", quick_disk / "out", SEED, 30)["kills"] == 30


def test_many_builds_at_once_leave_one_whole_set(project: Path, quick_disk: Path) -> None:
    told = drive(project, "crowd", quick_disk / "out", 25)
    assert set(told["codes"]) <= {"0", "5"}
    assert told["strays"] == []


@pytest.mark.slow
def test_two_hundred_kills_of_the_real_files(
    project: Path, sample_note: Path, tmp_path: Path
) -> None:
    drive(project, "points", tmp_path / "points", sample_note)
    assert drive(project, "moments", tmp_path / "out", SEED, 200, sample_note)["kills"] == 200


@pytest.mark.slow
def test_a_hundred_builds_of_the_real_files_at_once(
    project: Path, sample_note: Path, tmp_path: Path
) -> None:
    told = drive(project, "crowd", tmp_path / "out", 100, sample_note)
    assert told["builds"] == 100
    assert set(told["codes"]) <= {"0", "5"}
    assert told["strays"] == []


@pytest.fixture(scope="module")
def frozen(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program: whoever edits the sources meanwhile would change the bytes."""
    copy = tmp_path_factory.mktemp("frozen")
    for name in ("reportgen", "templates"):
        shutil.copytree(project / name, copy / name)
    return copy


def build(frozen: Path, sample: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [str(one) for one in [sys.executable, "-m", "reportgen", "build", sample]]
    return subprocess.Popen(
        [*command, "--out", str(out), *more],
        cwd=frozen,
        env={**os.environ, "PYTHONPATH": str(frozen)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_whole_builds_killed_at_random(frozen: Path, sample: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    began = time.monotonic()
    assert build(frozen, sample, tmp_path, "--lang", "zh").wait() == 0
    span = time.monotonic() - began
    before = standing(tmp_path)
    for _ in range(20):
        process = build(frozen, sample, tmp_path, "--lang", "zh")
        time.sleep(chance.random() * span)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = standing(tmp_path)
        assert {name: found[name] for name in before} == before
        _, alive = psutil.wait_procs(family, timeout=60)
        assert not alive, "a renderer outlives its build"
    assert build(frozen, sample, tmp_path, "--lang", "zh").wait() == 0
    assert strays(tmp_path) == []
    assert standing(tmp_path) == before


@pytest.mark.slow
def test_whole_builds_at_once(frozen: Path, sample: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    assert build(frozen, sample, alone, "--format", "html").wait() == 0
    together = [build(frozen, sample, tmp_path / "all", "--format", "html") for _ in range(8)]
    assert {process.wait() for process in together} <= {0, 5}
    assert standing(tmp_path / "all") == standing(alone)
    assert strays(tmp_path) == []


def test_a_standing_note_is_what_it_was_after_a_build_that_wrote_nothing(tmp_path: Path) -> None:
    made = variant(1)
    made.deliver(tmp_path)
    before = standing(tmp_path)
    made.deliver(tmp_path)
    assert standing(tmp_path) == before
