"""One build at a time in a folder: a lock that the system takes back when its holder dies.

The lock is the kernel's, on a file that stands in the folder while somebody holds it:
a killed process, a restarted machine and, on a network share, a host that went away
leave a file behind that nobody holds, and the next build takes it over. Only where a
file system knows no locks does a claim of our own take their place.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from reportgen.deliver.refusals import BusyError

LOCK_NAME = ".reportgen.lock"
CLAIM_NAME = ".reportgen.claim"
PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.05
_STALE_SECONDS = 600.0  # a build writes for a second; a claim this old has no writer any more
_UNSUPPORTED = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
_TAKEN = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})


@contextmanager
def locked(
    folder: Path,
    patience: float = PATIENCE_SECONDS,
    waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Iterator[None]:
    """Hold the folder's lock; somebody else's is waited for inside `waiting()`.

    Raises BusyError when it is still held after `patience` seconds, and OSError when
    the folder cannot be written.
    """
    path = folder / LOCK_NAME
    handle = _try(path)
    if handle is None and patience > 0:
        with waiting():
            handle = _poll(path, time.monotonic() + patience)
    if handle is None:
        raise _busy(path)
    try:
        yield
    finally:
        _release(path, handle)


def _poll(path: Path, until: float) -> int | None:
    while time.monotonic() < until:
        time.sleep(_PAUSE_SECONDS)
        if (handle := _try(path)) is not None:
            return handle
    return None


def _try(path: Path) -> int | None:
    """The locked file, or None while somebody else holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        try:
            taken = _take(handle)
        except OSError as problem:
            if problem.errno not in _UNSUPPORTED:
                raise
            taken = _claim(path.with_name(CLAIM_NAME), handle)
        # Its last holder may have removed the file after we opened it: then it guards nothing.
        if taken and _is_at(handle, path):
            _sign(handle)
            return handle
    except BaseException:
        _close(handle)
        raise
    _close(handle)
    return None


def _close(handle: int) -> None:
    """Close the lock file, which unlocks it. It holds nothing that could be lost."""
    with contextlib.suppress(OSError):
        os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle), os.stat(path, follow_symlinks=False))
    return False


def _sign(handle: int) -> None:
    """Say in the file who holds it; a full disk does not matter here."""
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, _signature())


def _signature() -> bytes:
    return json.dumps({"pid": os.getpid(), "host": platform.node()}).encode()


def _busy(path: Path) -> BusyError:
    """Who holds the lock, as far as its file says."""
    signed, since = {}, "?"
    with contextlib.suppress(OSError, ValueError):
        signed = json.loads(path.read_bytes())
        changed = path.stat().st_mtime
        since = datetime.fromtimestamp(changed).astimezone().isoformat(" ", "seconds")
    told = signed if isinstance(signed, dict) else {}
    return BusyError(path.parent, str(told.get("pid", "?")), str(told.get("host", "?")), since)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # a locked region cannot be read by others; the signature stands before it

    def _take(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as problem:
            if problem.errno in _TAKEN:
                return False
            raise
        return True

    def _release(path: Path, handle: int) -> None:
        _close(handle)
        for name in (LOCK_NAME, CLAIM_NAME):
            with contextlib.suppress(OSError):  # somebody who waits has it open: it is his now
                path.with_name(name).unlink()

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            if problem.errno in _TAKEN:
                return False
            raise
        return True

    def _release(path: Path, handle: int) -> None:
        for name in (CLAIM_NAME, LOCK_NAME):  # removed while it is still held
            with contextlib.suppress(OSError):
                path.with_name(name).unlink()
        _close(handle)


def _claim(path: Path, clock: int) -> bool:
    """Where there are no locks: a file that only one can make, and that the dead lose.

    `clock` is a file of the same folder: its time is the file server's, as the claim's is.
    """
    with contextlib.suppress(FileExistsError):
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with contextlib.suppress(OSError):
            os.write(made, _signature())
        os.close(made)
        return True
    try:
        told, made_at = path.read_bytes(), path.stat().st_mtime
        os.utime(clock if os.utime in os.supports_fd else path.with_name(LOCK_NAME))
        age = os.fstat(clock).st_mtime - made_at
        if age < _STALE_SECONDS and not _is_dead(told):
            return False
        aside = path.with_name(f".reportgen-{secrets.token_hex(6)}-old")
        os.replace(path, aside)
        if aside.read_bytes() != told:  # somebody took it over before us
            os.link(aside, path)
        aside.unlink()
    except FileNotFoundError:
        pass  # it was given back meanwhile
    return False  # the next try takes it


def _is_dead(told: bytes) -> bool:
    """Whether a claim is of a process of this machine that has ended."""
    try:
        signed = json.loads(told)
        if sys.platform == "win32" or signed["host"] != platform.node():
            return False
        os.kill(int(signed["pid"]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return False
