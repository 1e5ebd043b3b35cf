"""One build at a time in a folder; what the dead leave behind holds nobody up."""

from __future__ import annotations

import errno
import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reportgen.deliver import locks
from reportgen.deliver.files import entered, tidy, write_all
from reportgen.deliver.locks import CLAIM_NAME, LOCK_NAME, locked
from reportgen.deliver.refusals import BusyError, DeliveryError
from tests.delivering import folder_in, standing, variant

HOLD = (
    "import sys, time; from pathlib import Path; from reportgen.deliver.locks import locked\n"
    "with locked(Path(sys.argv[1])):\n"
    "    print('held', flush=True); time.sleep(60)"
)


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the folder's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout:
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_lock_is_there_while_held_and_gone_afterwards(tmp_path: Path) -> None:
    with locked(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == [LOCK_NAME]
    assert list(tmp_path.iterdir()) == []


def test_the_busy_message_names_process_host_and_time(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(BusyError) as caught, locked(tmp_path, patience=0.2):
            pass
        text = caught.value.text
        for said in (text.zh, text.en):
            assert str(process.pid) in said
            assert platform.node() in said
            assert time.strftime("%Y-%m-%d") in said


def test_a_second_build_waits_and_says_so_once(tmp_path: Path) -> None:
    told: list[str] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        told.append("begin")
        yield
        told.append("end")

    with holder(tmp_path) as process:
        threading.Timer(0.3, process.kill).start()
        with locked(tmp_path, patience=10, waiting=waiting):
            assert told == ["begin", "end"]


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert (tmp_path / LOCK_NAME).exists()
        with locked(tmp_path, patience=0):
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_removed_lock_file_guards_nothing(tmp_path: Path) -> None:
    """Who opened the file just before its holder removed it has to look again."""
    real = locks._take
    swapped: list[bool] = []

    def late(handle: int) -> bool:
        if not swapped:
            swapped.append(True)
            (tmp_path / LOCK_NAME).unlink()
        return real(handle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locks, "_take", late)
        with locked(tmp_path, patience=1):
            assert (tmp_path / LOCK_NAME).exists()


def test_a_lock_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    canary = tmp_path / "mine.txt"
    canary.write_text("untouched")
    (tmp_path / "note").mkdir()
    (tmp_path / "note" / LOCK_NAME).symlink_to(canary)
    with pytest.raises(DeliveryError):
        write_all(tmp_path / "note", {"a.pdf": b"x"})
    assert canary.read_text() == "untouched"


def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that knows no locks."""

    def refuse(_: int) -> bool:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(locks, "_take", refuse)


def test_without_locks_a_claim_does_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_locks(monkeypatch)
    with locked(tmp_path):
        with pytest.raises(BusyError), locked(tmp_path, patience=0.1):
            pass
        assert (tmp_path / CLAIM_NAME).exists()
    with locked(tmp_path, patience=0):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("host", "pid", "age", "free"),
    [
        (platform.node(), 2**22 + 1, 1, True),  # this machine, a process that is not there
        (platform.node(), os.getpid(), 1, False),
        ("elsewhere", 2**22 + 1, 1, False),  # nobody here can say
        ("elsewhere", 2**22 + 1, 3600, True),  # nobody writes for an hour
        (platform.node(), os.getpid(), 3600, True),  # this machine was started again
    ],
    ids=["dead", "alive", "elsewhere", "elsewhere-silent", "restarted"],
)
def test_claims_of_the_dead_are_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, pid: int, age: int, free: bool
) -> None:
    no_locks(monkeypatch)
    claim = tmp_path / CLAIM_NAME
    claim.write_text(json.dumps({"host": host, "pid": pid}))
    made = time.time() - age
    os.utime(claim, (made, made))
    if free:
        with locked(tmp_path, patience=1):
            pass
        assert list(tmp_path.iterdir()) == []
    else:
        with pytest.raises(BusyError), locked(tmp_path, patience=0.2):
            pass
        assert json.loads(claim.read_text())["host"] == host


def test_a_running_builds_files_are_never_swept(tmp_path: Path) -> None:
    variant(1).deliver(tmp_path)
    folder = folder_in(tmp_path)
    stray = folder / ".reportgen-0123456789ab-new"
    with holder(folder):
        stray.write_bytes(b"half")
        tidy(tmp_path)
        assert stray.exists()
    tidy(tmp_path)
    assert not any(name.startswith(".") for name in standing(tmp_path))


def test_strays_go_in_every_revision_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    stray = ".reportgen-0123456789ab-old"
    kept = {".reportgen-notes", ".reportgen-0123456789ab-older", "x.pdf"}
    places = [
        tmp_path / issue / edition
        for issue in ("a-20260601", "a-20260601-r2", "b-20260601")
        for edition in ("client", "internal")
    ]
    other = tmp_path / "holiday" / "client"
    for folder in (*places, other):
        folder.mkdir(parents=True)
        for name in (stray, *kept):
            (folder / name).write_bytes(b"x")
    tidy(tmp_path)
    for folder in places:
        assert {path.name for path in folder.iterdir()} == kept
    assert (other / stray).exists()


def test_tidying_where_nothing_is_makes_nothing(tmp_path: Path) -> None:
    tidy(tmp_path / "not" / "there")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_made_for_nothing_goes_again(tmp_path: Path) -> None:
    with entered(tmp_path / "deep" / "client"):
        pass
    assert list(tmp_path.iterdir()) == []
