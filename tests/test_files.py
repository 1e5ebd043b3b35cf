"""Writing files: whole or not at all, whatever fails and whenever."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reportgen.deliver import moves
from reportgen.deliver.files import note_folder, note_name, write_all
from reportgen.deliver.refusals import DeliveryError

OLD = {"a.pdf": b"old a", "b.html": b"old b"}
NEW = {"a.pdf": b"new a", "b.html": b"new b", "c.json": b"new c"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_written_and_the_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "client"
    assert write_all(folder, NEW) == tuple(folder / name for name in NEW)
    assert contents(folder) == NEW


def test_earlier_files_are_replaced_and_others_stay(tmp_path: Path) -> None:
    write_all(tmp_path, {**OLD, "other.txt": b"x"})
    write_all(tmp_path, NEW)
    assert contents(tmp_path) == {**NEW, "other.txt": b"x"}


@pytest.mark.parametrize("step", ["fsync", "link", "replace"])
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_failure_at_any_step_leaves_the_earlier_files_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, nth: int, code: int
) -> None:
    write_all(tmp_path, OLD)
    monkeypatch.setattr(moves, "_PAUSE_SECONDS", 0.0)
    real = getattr(os, step)
    calls = 0

    def failing(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        # a putting-back that comes after the failure is let through
        if nth <= calls < nth + (4 if code == errno.EACCES else 1):
            raise OSError(code, os.strerror(code), str(args[0]))
        return real(*args, **kwargs)

    monkeypatch.setattr(os, step, failing)
    if step == "link":  # a file system without hard links is no failure
        write_all(tmp_path, NEW)
        assert contents(tmp_path) == NEW
        return
    with pytest.raises(DeliveryError) as caught:
        write_all(tmp_path, NEW)
    assert "untouched" in caught.value.text.en
    assert "未改动" in caught.value.text.zh
    assert contents(tmp_path) == OLD


def test_a_file_held_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves, "_PAUSE_SECONDS", 0.0)
    real = os.replace
    held = [True, True]

    def busy_twice(*args: Any) -> None:
        if held:
            held.pop()
            raise PermissionError(errno.EACCES, "held", str(args[0]))
        real(*args)

    monkeypatch.setattr(os, "replace", busy_twice)
    write_all(tmp_path, {"a.pdf": b"new"})
    assert contents(tmp_path) == {"a.pdf": b"new"}


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    for name in (".reportgen-0123456789ab-new", ".reportgen-0123456789ab-old"):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / ".reportgen-notes").write_bytes(b"the analyst's own")
    write_all(tmp_path, {"a.pdf": b"new"})
    assert contents(tmp_path) == {"a.pdf": b"new", ".reportgen-notes": b"the analyst's own"}


@pytest.mark.parametrize(
    "name",
    [
        "../x.pdf",
        "a/b.pdf",
        "C:\\x.pdf",
        "CON.pdf",
        "nul",
        "",
        ".hidden",
        "a" * 300,
        "x.",
        "a\n.pdf",
    ],
)
def test_names_that_lead_elsewhere_are_refused_before_writing(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeliveryError):
        write_all(tmp_path, {"good.pdf": b"x", name: b"y"})
    assert contents(tmp_path) == {}


def test_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="differ in case"):
        write_all(tmp_path, {"a.pdf": b"x", "A.pdf": b"y"})


def test_a_file_where_the_folder_should_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("not a folder")
    with pytest.raises(DeliveryError, match="--out"):
        write_all(tmp_path / "out", NEW)


def test_where_a_note_goes() -> None:
    issued = date(2026, 5, 28)
    folder = note_folder(Path("output"), "compute-leasing", issued, "client")
    assert folder == Path("output/compute-leasing-20260528/client")
    assert note_name("compute-leasing", issued, "zh", "pdf") == "compute-leasing-20260528-zh.pdf"


@pytest.mark.parametrize("slug", ["", "../x", "A", "a b", "con", "-a", "算力", "a" * 61])
def test_an_unusable_slug_is_refused(slug: str) -> None:
    with pytest.raises(DeliveryError, match="slug"):
        note_name(slug, date(2026, 5, 28), "zh", "pdf")
