"""Notices that a workbook was saved, whatever the program or the drive.

The system's file events wake us at once; where none arrive (network drives), a look at
the file's date twice a second does.
"""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_LOOK_SECONDS = 0.5
_STEP_MS = 5
_DEBOUNCE_MS = 20
_AGAIN_SECONDS = 2.0  # until file events are asked for anew, when the folder refused them
_ZIP = b"PK\x03\x04"
_END_OF_ZIP = b"PK\x05\x06"
_END_ROOM = 22 + 65_535  # where a zip's end may stand: after it at most a comment


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as the folder tells of it; equal ones are the same save."""

    device: int
    inode: int
    size: int
    changed: int


Standing = Literal["whole", "missing", "locked", "half"]
"""How a workbook stands on the disk: ready to be read, or in the middle of being saved."""


def seen(path: Path) -> Seen | None:
    """The file as it is now; None when it is not there."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Seen(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def standing(path: Path) -> Standing:
    """Whether the file is whole. What is no workbook at all counts as whole: others tell."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_ZIP))
            size = file.seek(0, 2)
            file.seek(max(0, size - _END_ROOM))
            tail = file.read()
    except FileNotFoundError:
        return "missing"
    except (PermissionError, BlockingIOError):
        return "locked"
    except OSError:
        return "missing"
    if not head:
        return "half"
    return "half" if head == _ZIP and _END_OF_ZIP not in tail else "whole"


async def watch(path: Path, changed: Callable[[], Awaitable[None]]) -> None:
    """Call `changed` after each save of the file, until cancelled."""
    wake = asyncio.Event()
    events = asyncio.create_task(_listen(path, wake))
    known = seen(path)
    try:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), _LOOK_SECONDS)
            wake.clear()
            now = seen(path)
            if now != known:
                known = now
                await changed()
    finally:
        events.cancel()
        with suppress(asyncio.CancelledError):
            await events


async def _listen(path: Path, wake: asyncio.Event) -> None:
    """Wake at every event of this one name; other files of the folder are none of ours."""
    from watchfiles import awatch  # noqa: PLC0415 - only where something is watched

    name = path.name
    while True:
        with suppress(OSError, RuntimeError):
            async for _ in awatch(
                path.parent,
                watch_filter=lambda _, file: Path(file).name == name,
                step=_STEP_MS,
                debounce=_DEBOUNCE_MS,
                recursive=False,
            ):
                wake.set()
        await asyncio.sleep(_AGAIN_SECONDS)
