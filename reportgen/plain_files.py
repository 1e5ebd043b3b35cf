"""Files read whole, where a pipe, a device or a file without an end may stand in their place."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

MOST = 512 * 1024 * 1024
"""Bytes of a file that is read whole; no note, workbook or manifest comes near."""


def open_plain(path: Path) -> IO[bytes]:
    """Open a plain file to be read. Raises OSError, also for what is none.

    A pipe would keep whoever opens it waiting for ever, and a device such as /dev/zero has no end.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a plain file", str(path))
    return os.fdopen(descriptor, "rb")


def plain_bytes(path: Path, most: int = MOST) -> bytes:
    """What a plain file holds. Raises OSError, also when that is more than `most` bytes."""
    with open_plain(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


def plain_text(path: Path, most: int = MOST) -> str:
    """The same as text in UTF-8, a mark of byte order aside. Raises OSError, UnicodeDecodeError."""
    return plain_bytes(path, most).decode("utf-8-sig")
