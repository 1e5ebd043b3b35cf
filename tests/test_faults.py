"""A disk that fails at any call: the earlier note stays as it was, and one sentence says why."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from reportgen import exits, pipeline
from reportgen.checking import Stages
from reportgen.deliver import moves, revisions
from reportgen.deliver.files import entered, tidy, write_all
from reportgen.deliver.locks import locked
from reportgen.deliver.refusals import DeliveryError
from reportgen.pipeline import Outcome, Request
from tests.delivering import FAULTS, counted, failing, folder_in, standing, strays, variant
from tests.made import small_workbook

HELD = (errno.EACCES,)


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a note stands, on a disk where flushing costs nothing, if the system has one."""
    monkeypatch.setattr(moves, "_PAUSE_SECONDS", 0.0)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@cache
def number_of_calls() -> int:
    """The system calls of one write over an earlier one."""
    with tempfile.TemporaryDirectory() as folder:
        variant(1).deliver(Path(folder))
        with counted(lambda *_: None) as made:
            variant(2).deliver(Path(folder))
    return len(made)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("code", FAULTS, ids=errno.errorcode.get)
def test_a_fault_at_any_call_leaves_the_earlier_note_or_writes_the_new_one(
    out: Path, code: int, lasting: bool
) -> None:
    old, new = variant(1), variant(2)
    old.deliver(out)
    before = standing(out)
    new.deliver(out)
    after = standing(out)
    refused = 0
    for nth in range(1, number_of_calls() + 1):
        old.deliver(out)
        assert standing(out) == before
        told = None
        with counted(failing(nth, code, lasting=lasting)) as calls:
            try:
                told = new.deliver(out)
            except DeliveryError as problem:
                refused += 1
                said = problem.text
                assert re.search("Run again|run again|Choose|choose", said.en), said
                assert "未改动" in said.zh
                assert "Errno" not in said.en
        found = standing(out)
        where = f"call {nth}, {calls[nth - 1] if nth <= len(calls) else 'none'}"
        if told is None:
            # A disk that refuses to put files back keeps them at hand for the next build.
            unfinished = any(name == moves.UNDO_NAME for name in found)
            assert unfinished <= lasting, where
            if not unfinished:
                assert _visible(found) == before, where
        elif told.beside:
            assert code in HELD, where
            assert set(told.beside) <= set(before), where
        else:
            assert _visible(found) == after, where
        tidy(out)
        if told is None:
            assert standing(out) == before, where
        assert strays(out) == [], where
    assert refused > 20


def _visible(found: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in found.items() if not name.startswith(".")}


@pytest.mark.parametrize("code", FAULTS, ids=errno.errorcode.get)
def test_a_fault_before_there_is_any_note_leaves_nothing(out: Path, code: int) -> None:
    for nth in range(1, number_of_calls() + 1):
        target = out / "new"
        with counted(failing(nth, code)), contextlib.suppress(DeliveryError):
            variant(1).deliver(target)
        tidy(target)
        assert set(standing(target)) in (set(), NAMES), nth
        shutil.rmtree(target, ignore_errors=True)


NAMES = {
    *(f"compute-leasing-20260601-{one}" for one in ("zh.pdf", "en.pdf", "zh.html", "en.html")),
    "figures.xlsx",
    "manifest.json",
}


def held_by_somebody(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Files that a program on Windows has open: nobody can put another in their place."""
    real = os.replace

    def replace(source: Any, target: Any) -> None:
        if Path(target).name in names:
            raise PermissionError(errno.EACCES, "in use", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)


def test_an_open_file_gets_the_new_version_beside_it(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant(1).deliver(out)
    before = standing(out)
    name, data = "compute-leasing-20260601-zh.pdf", "figures.xlsx"
    with monkeypatch.context() as patch:
        held_by_somebody(patch, name, data)
        told = variant(2).deliver(out)
    found = standing(out)
    other, more = "compute-leasing-20260601-zh-new.pdf", "figures-new.xlsx"
    assert told.beside == {name: other, data: more}
    assert folder_in(out) / other in told.files
    assert found[name] == before[name]
    assert found[other] == variant(2).notes["zh", "pdf"]
    assert f'"{other}"'.encode() in found["manifest.json"]
    assert f'"{name}"'.encode() not in found["manifest.json"]
    # Closed again, it is replaced, and the one beside it goes.
    variant(3).deliver(out)
    assert sorted(standing(out)) == sorted(before)
    assert standing(out)[name] == variant(3).notes["zh", "pdf"]


def test_the_one_beside_may_be_open_too(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variant(1).deliver(out)
    name = "compute-leasing-20260601-zh.pdf"
    second, third = (name.replace(".pdf", f"{end}.pdf") for end in ("-new", "-new2"))
    with monkeypatch.context() as patch:
        held_by_somebody(patch, name)
        variant(2).deliver(out)
        held_by_somebody(patch, name, second)
        assert variant(3).deliver(out).beside == {name: third}
    assert standing(out)[second] == variant(2).notes["zh", "pdf"]
    assert standing(out)[third] == variant(3).notes["zh", "pdf"]


def test_an_open_manifest_stops_the_build(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variant(1).deliver(out)
    before = standing(out)
    held_by_somebody(monkeypatch, "manifest.json")
    with pytest.raises(DeliveryError, match=r"manifest\.json.*another program has it open"):
        variant(2).deliver(out)
    assert standing(out) == before


def test_a_file_beside_that_somebody_changed_stays(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant(1).deliver(out)
    with monkeypatch.context() as patch:
        held_by_somebody(patch, "figures.xlsx")
        variant(2).deliver(out)
    (folder_in(out) / "figures-new.xlsx").write_bytes(b"my own sums")
    variant(3).deliver(out)
    assert standing(out)["figures-new.xlsx"] == b"my own sums"


def build(workbook: Path, out: Path, stage: Stages | None = None) -> Outcome:
    request = Request(workbook, out, ("en",), formats=frozenset({"html"}))
    return pipeline.build(request, (), {}, stage or Stages(lambda: 0.0, lambda _: None))


def test_the_exit_codes_of_builds_that_cannot_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = small_workbook(tmp_path)
    assert build(workbook, tmp_path / "out").code == exits.DONE
    (note,) = (tmp_path / "out").glob("*/client")
    before = {path.name: path.read_bytes() for path in note.iterdir()}

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        outcome = build(workbook, tmp_path / "out")
    assert outcome.code == exits.MACHINE_LACKS
    assert outcome.issues[-1].code == "not-written"
    assert "disk is full" in outcome.issues[-1].message.en
    assert {path.name: path.read_bytes() for path in note.iterdir()} == before

    with monkeypatch.context() as patch, locked(note):
        patch.setattr(revisions, "entered", partial(entered, patience=0.1))
        stage = Stages(lambda: 0.0, lambda _: None)
        outcome = build(workbook, tmp_path / "out", stage)
    assert outcome.code == exits.BUSY
    assert outcome.issues[-1].code == "busy"
    assert "wait" in stage.seconds
    assert {path.name: path.read_bytes() for path in note.iterdir()} == before


@pytest.mark.parametrize("name", ["file", "x" * 300, "file/below", "/".join(["deep" * 60] * 20)])
def test_a_folder_that_cannot_be_is_told(out: Path, name: str) -> None:
    (out / "file").write_text("not a folder")
    with pytest.raises(DeliveryError, match="--out"):
        variant(1).deliver(out / name)
    assert [path.name for path in out.iterdir()] == ["file"]
    tidy(out / name)


def test_a_folder_removed_while_it_is_written_is_told(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def removing(handle: int) -> None:
        real(handle)
        for path in (out / "note").iterdir():
            path.unlink()
        (out / "note").rmdir()

    (out / "note").mkdir()
    monkeypatch.setattr(os, "fsync", removing)
    with pytest.raises(DeliveryError, match="Check the folder"):
        write_all(out / "note", {"a.pdf": b"x", "b.pdf": b"y"})
