"""Files that take their places together: all of them, or none, or all of the old ones again.

Each new file is written and flushed under a temporary name, each old one kept under a
second name, and a list of both is written before the first rename. While that list is
there the change is not finished: whoever comes next puts the old files back.
Everything here happens under the folder's lock.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reportgen.deliver.locks import CLAIM_NAME, LOCK_NAME
from reportgen.deliver.refusals import HeldError, is_held

_MARK = ".reportgen-"  # our unfinished and set-aside files begin with a dot and this
_STRAY = re.compile(r"\.reportgen-[0-9a-f]{12}-(?:new|old)")
UNDO_NAME = ".reportgen.undo"
_TRIES = 4
_PAUSE_SECONDS = 0.25
_NOT_FLUSHED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM})


@dataclass(slots=True)
class _Move:
    """One file on its way: `new` is the written temporary, `old` the set-aside former file."""

    target: Path
    new: Path
    old: Path
    had_old: bool = False


def is_ours(name: str) -> bool:
    """Whether a file of that name in a note's folder is one that a dead build left."""
    return name in {LOCK_NAME, CLAIM_NAME, UNDO_NAME} or _STRAY.fullmatch(name) is not None


def move_in(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files into their places in the folder; the former ones stay when one cannot.

    Raises HeldError with all names that another program has open, and OSError.
    """
    moves: list[_Move] = []
    undo = folder / UNDO_NAME
    unfinished = False
    try:
        for name, data in files.items():
            move = _Move(folder / name, _temporary(folder, "new"), _temporary(folder, "old"))
            moves.append(move)
            _write_flushed(move.new, data)
        _each(moves, _set_aside)
        unfinished = True
        _write_undo(undo, moves)
        _each(moves, lambda move: os.replace(move.new, move.target))
        _flush_folder(folder)
        _patiently(undo.unlink)
        unfinished = False  # from here on the new files count
        with contextlib.suppress(OSError):
            _flush_folder(folder)
    except BaseException:
        if unfinished:
            put_back(folder)
            unfinished = False
        raise
    finally:
        if not unfinished:  # else the next one to come still needs the old files
            for move in moves:
                _remove(move.new)
                _remove(move.old)


def put_new(path: Path, data: bytes) -> None:
    """Put a file where none is: whole, or not at all. Raises FileExistsError and OSError."""
    temporary = _temporary(path.parent, "new")
    try:
        _write_flushed(temporary, data)
        try:
            os.link(temporary, path)  # unlike a rename it never replaces
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            _write_flushed(path, data)
        with contextlib.suppress(OSError):
            _flush_folder(path.parent)
    finally:
        _remove(temporary)


def put_back(folder: Path) -> None:
    """Undo a change that was not finished, if there is one. Raises OSError."""
    undo = folder / UNDO_NAME
    try:
        moves = _read_undo(undo.read_bytes())
    except FileNotFoundError:
        return
    for name, old in moves.items():
        if old is None:
            (folder / name).unlink(missing_ok=True)
            continue
        with contextlib.suppress(FileNotFoundError):  # an earlier undoing came this far
            if not _is_same(folder / old, folder / name):  # else it was never replaced
                _patiently(partial(os.replace, folder / old, folder / name))
    _flush_folder(folder)
    _patiently(undo.unlink)


def _is_same(old: Path, target: Path) -> bool:
    """Whether the former file is still in its place: one that is open cannot be put back."""
    kept = os.lstat(old)
    try:
        found = os.lstat(target)
    except FileNotFoundError:
        return False
    if os.path.samestat(kept, found):
        return True
    return kept.st_size == found.st_size and old.read_bytes() == target.read_bytes()


def sweep(folder: Path) -> None:
    """Put right what a dead build left: the old files back, the temporary ones away."""
    put_back(folder)
    for path in folder.iterdir():
        if _STRAY.fullmatch(path.name):
            _remove(path)


def _temporary(folder: Path, end: str) -> Path:
    return folder / f"{_MARK}{secrets.token_hex(6)}-{end}"


def _write_flushed(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)  # some network shares say only here that the disk is full


def _set_aside(move: _Move) -> None:
    """Keep the former file under a second name, so that it can come back."""
    try:
        os.lstat(move.target)
    except FileNotFoundError:
        return
    try:
        os.link(move.target, move.old)
    except OSError:  # a file system without hard links: a copy does as well
        _write_flushed(move.old, move.target.read_bytes())
    move.had_old = True


def _write_undo(undo: Path, moves: Sequence[_Move]) -> None:
    listed = {move.target.name: move.old.name if move.had_old else None for move in moves}
    temporary = _temporary(undo.parent, "new")
    try:
        _write_flushed(temporary, json.dumps(listed).encode())
        _patiently(partial(os.replace, temporary, undo))
    finally:
        _remove(temporary)
    _flush_folder(undo.parent)


def _read_undo(told: bytes) -> dict[str, str | None]:
    """What a list of ours says; one that is not ours says nothing."""
    try:
        found = json.loads(told)
    except ValueError:
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {
        name: old
        for name, old in pairs
        if Path(name).name == name
        and not name.startswith(".")
        and (old is None or (isinstance(old, str) and _STRAY.fullmatch(old)))
    }


def _each(moves: Sequence[_Move], action: Callable[[_Move], object]) -> None:
    """Do it with every file. Raises HeldError with the names of all that are open elsewhere."""
    held: list[str] = []
    for move in moves:
        try:
            _patiently(partial(action, move), patient=not held)
        except OSError as problem:
            if not is_held(problem):
                raise
            held.append(move.target.name)
    if held:
        raise HeldError(held)


def _patiently(action: Callable[[], object], *, patient: bool = True) -> None:
    """Try again for a moment: on Windows a reader or a virus scanner holds files shortly."""
    for attempt in range(_TRIES):
        try:
            action()
        except OSError as problem:
            if not is_held(problem) or not patient or attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE_SECONDS * attempt)
        else:
            return


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make the renames last through a power cut, where folders can be flushed."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as problem:
        if problem.errno not in _NOT_FLUSHED:
            raise
    finally:
        with contextlib.suppress(OSError):
            os.close(handle)
