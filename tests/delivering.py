"""Delivering the sample's real files again and again, in variants that can be told apart."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from reportgen.deliver.files import note_folder
from reportgen.deliver.manifest import encoded
from reportgen.deliver.parcel import Parcel
from reportgen.deliver.revisions import Delivered, Identity, deliver
from reportgen.language import LANGS, Lang

ISSUE = Identity("compute-leasing", date(2026, 6, 1), "client")
SUFFIXES = ("pdf", "html")
CALLS = (
    "open", "write", "fsync", "close", "link", "replace", "unlink", "mkdir", "rmdir", "ftruncate",
    "lstat",
)  # fmt: skip
"""The system calls that writing is made of."""


@dataclass(frozen=True)
class Made:
    """The finished files of one build, still in memory."""

    notes: dict[tuple[Lang, str], bytes]
    parcel: Parcel

    def deliver(self, out: Path) -> Delivered:
        """Write them as a build does."""
        return deliver(out, ISSUE, self.notes, self.parcel)


def variant(number: int, sizes: int = 4000, folder: Path | None = None) -> Made:
    """A build's files. `folder` has real ones to begin with; else they are of that size."""
    mark = f"\n<!-- variant {number} -->".encode()

    def content(lang: str, suffix: str) -> bytes:
        if folder is None:
            return f"{lang}{suffix}{number}".encode() * (sizes // 8) + mark
        return next(folder.glob(f"*-{lang}.{suffix}")).read_bytes() + mark

    core = {"format": "reportgen-core", "variant": number, "passports": {}}
    return Made(
        {(lang, suffix): content(lang, suffix) for lang in LANGS for suffix in SUFFIXES},
        Parcel(
            core, encoded(core), b"data" * (sizes // 4) + mark, datetime(2026, 6, 1, tzinfo=UTC)
        ),
    )


def folder_in(out: Path) -> Path:
    """Where the files go."""
    return note_folder(out, ISSUE.slug, ISSUE.issued, ISSUE.edition)


def standing(out: Path) -> dict[str, bytes]:
    """Every file in the note's folder, by its name."""
    folder = folder_in(out)
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.name: path.read_bytes() for path in found}


def strays(out: Path) -> list[str]:
    """Files below that no reader should ever see."""
    return [str(path) for path in out.rglob("*") if path.name.startswith(".")]


@contextmanager
def counted(at: Callable[[int, str, tuple[Any, ...]], None]) -> Iterator[list[str]]:
    """Tell `at` of each system call of writing before it is made: its number and name."""
    made: list[str] = []

    def wrapped(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            made.append(name)
            at(len(made), name, args)
            return real(*args, **kwargs)

        return call

    patches = [mock.patch.object(os, name, wrapped(name)) for name in CALLS]
    for patch in patches:
        patch.start()
    try:
        yield made
    finally:
        for patch in patches:
            patch.stop()


def failing(nth: int, code: int, *, lasting: bool = False) -> Callable[..., None]:
    """For `counted`: the nth call fails, or that call and all calls of its kind after it."""
    broken: list[str] = []

    def at(number: int, name: str, args: tuple[Any, ...]) -> None:
        if number == nth:
            broken.append(name)
        if number == nth or (lasting and name in broken):
            if name == "close":
                os.closerange(args[0], args[0] + 1)  # a close that fails closes all the same
            raise OSError(code, os.strerror(code), str(args[0]) if args else None)

    return at


FAULTS = (errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS)
