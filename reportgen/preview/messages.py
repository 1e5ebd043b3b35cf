"""What the preview's processes say to each other: JSON, with bytes behind it, on pipes.

A message is two lengths of eight bytes each, then that much JSON, then that many bytes.
"""

from __future__ import annotations

import asyncio
import json
from typing import IO, Any

_LENGTH = 8
LONGEST = 1 << 30
"""Bytes of one part of a message; more is a fault."""

Message = dict[str, Any]


class BrokenMessageError(ValueError):
    """The other side does not speak our form."""


def write(pipe: IO[bytes], message: Message, data: bytes = b"") -> None:
    """Say one thing."""
    pipe.write(packed(message, data))
    pipe.flush()


def packed(message: Message, data: bytes = b"") -> bytes:
    """One message as it goes through the pipe."""
    text = json.dumps(message, ensure_ascii=False).encode()
    return b"".join((_size(text), _size(data), text, data))


def read(pipe: IO[bytes]) -> tuple[Message, bytes] | None:
    """The next thing said, or None when the other side has gone."""
    head = pipe.read(2 * _LENGTH)
    if len(head) < 2 * _LENGTH:
        return None
    text, data = (pipe.read(size) for size in _sizes(head))
    return json.loads(text), data


async def read_from(stream: asyncio.StreamReader) -> tuple[Message, bytes]:
    """The next thing said. Raises IncompleteReadError when the other side has gone."""
    head = await stream.readexactly(2 * _LENGTH)
    text, data = [await stream.readexactly(size) for size in _sizes(head)]
    return json.loads(text), data


def _size(data: bytes) -> bytes:
    return len(data).to_bytes(_LENGTH, "big")


def _sizes(head: bytes) -> tuple[int, int]:
    text, data = (int.from_bytes(head[at : at + _LENGTH], "big") for at in (0, _LENGTH))
    if max(text, data) > LONGEST:
        raise BrokenMessageError("a message is longer than any of ours")
    return text, data
