"""What the reading process keeps of a workbook, so that parts saved again unchanged are not parsed.

An analyst changes one sheet and saves; the other parts of the package stay the same to the
byte, and so do the frames that were sent for them. Parts are compared themselves, not by a
digest: one who can choose a workbook's bytes must not be able to choose another's sheet.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from reportgen.workbook.cells import Texts
from reportgen.workbook.zip_guard import MIB

LARGEST_PART = 4 * MIB
"""Bytes of a part that is worth keeping; larger ones are read as they come."""
_MOST = 24 * MIB
_EMPTY_TEXT = 128
"""Bytes that the number of a shared text without letters takes, in the two sets it is in."""

Frame = tuple[bytes, bytes]
"""A frame's letter and its data."""

Sent = tuple[Sequence[Frame], Texts | None]
"""What was sent for a part, and what is known of the shared texts if it was theirs."""


class Kept:
    """What was sent for the parts of the last workbook and of this one."""

    def __init__(self) -> None:
        self._before: dict[Hashable, Sent] = {}
        self._now: dict[Hashable, Sent] = {}
        self._size = 0

    def begin(self) -> None:
        """Another workbook; of the one before only what this one has too will be kept on."""
        if self._now:  # a file that was refused at the door has left nothing
            self._before = self._now
        self._now = {}
        self._size = 0

    def end(self) -> None:
        """The workbook was read to its end; what it did not have is forgotten."""
        self._before = {}

    def find(self, key: Hashable) -> Sent | None:
        """What was sent for that part."""
        return self._now.get(key) or self._before.get(key)

    def keep(self, key: Hashable, sent: Sent, part_size: int) -> None:
        """Remember a part, as long as all of them stay small."""
        frames, texts = sent
        self._size += part_size + sum(len(data) for _, data in frames)
        if texts is not None:  # a table of 4 MiB can have 800,000 of them, and takes 100 MB
            self._size += _EMPTY_TEXT * len(texts.empty)
        if self._size <= _MOST:
            self._now[key] = sent
