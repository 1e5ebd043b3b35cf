"""Which revision a note becomes when earlier ones may not be written any more."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reportgen.deliver.refusals import DeliveryError
from reportgen.deliver.revisions import Approval, Delivered, deliver
from tests.delivering import ISSUE, folder_in, standing, strays, variant

CHEN = Approval("Chen Wei", "2026-06-01T18:00:00+08:00")
Shut = Callable[[Path], None]


def build(number: int, out: Path, approval: Approval | None = None) -> Delivered:
    made = variant(number)
    return deliver(out, ISSUE, made.notes, made.parcel, approval)


def revision(done: Delivered) -> str:
    return done.files[0].parent.parent.name


@pytest.fixture(params=[errno.EACCES, errno.EROFS])
def shut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Shut:
    """Make a folder read-only as the system does, though the tests may run as root."""
    closed: set[Path] = set()
    real = os.open

    def refusing(path: Any, flags: int, *more: Any, **options: Any) -> int:
        if flags & os.O_CREAT and Path(path).parent in closed:
            raise OSError(request.param, os.strerror(request.param), str(path))
        return real(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refusing)

    def close(folder: Path) -> None:
        closed.add(folder)
        folder.chmod(0o555)

    return close


def test_a_sent_revision_that_is_read_only_makes_way_for_the_next(
    tmp_path: Path, shut: Shut
) -> None:
    """What was sent is often archived so; -r2 stands in a folder of its own."""
    build(1, tmp_path, CHEN)
    before = standing(tmp_path)
    shut(folder_in(tmp_path))
    second = build(2, tmp_path, CHEN)
    assert revision(second) == "compute-leasing-20260601-r2"
    assert revision(build(2, tmp_path)) == "compute-leasing-20260601-r2"
    assert standing(tmp_path) == before
    shut(second.files[0].parent)
    assert revision(build(3, tmp_path)) == "compute-leasing-20260601-r3"
    assert strays(tmp_path) == []


def test_the_very_bytes_of_an_archived_revision_are_not_written_elsewhere(
    tmp_path: Path, shut: Shut
) -> None:
    build(1, tmp_path, CHEN)
    shut(folder_in(tmp_path))
    with pytest.raises(DeliveryError, match=r"Writing into|Cannot write"):
        build(1, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["compute-leasing-20260601"]


def test_a_read_only_note_that_was_never_sent_is_said(tmp_path: Path, shut: Shut) -> None:
    """It would be overwritten: that it cannot be is for the analyst to know."""
    build(1, tmp_path)
    before = standing(tmp_path)
    shut(folder_in(tmp_path))
    with pytest.raises(DeliveryError, match=r"Writing into|Cannot write"):
        build(2, tmp_path)
    assert standing(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["compute-leasing-20260601"]
