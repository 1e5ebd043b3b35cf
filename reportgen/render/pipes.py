"""Messages between a worker and its process: a length in eight bytes, then that many bytes.

An order begins with its kind and a line of limits in JSON; a note or a mail follows as a
pickle, which only ever goes from us to a process of ours, and a print page as JSON. An answer
begins with one byte that says how it went.
"""

from __future__ import annotations

from typing import IO

NOTE, PAGE, MAIL = b"N", b"P", b"M"
DONE, FAILED, GONE = b"\x00", b"\x01", b"\x02"
"""GONE is a failure that the process does not survive."""

_LENGTH = 8


def write(pipe: IO[bytes], data: bytes) -> None:
    """Send one message."""
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def read(pipe: IO[bytes]) -> bytes | None:
    """One message, or None at the end of the pipe."""
    head = pipe.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    length = int.from_bytes(head, "big")
    data = pipe.read(length)
    return data if len(data) == length else None
