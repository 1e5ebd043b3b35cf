"""Files that travel inside a PDF, such as the data behind its numbers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

Relationship = Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a PDF. `dated` is the day of the note, never that of the build.

    `relationship` says what the file is to the document, in the words of PDF/A-3.
    """

    name: str
    mime: str
    description: str
    data: bytes
    dated: datetime
    relationship: Relationship = "Data"


def packed(attachments: Iterable[Attachment]) -> bytes:
    """The attachments as one message for another process."""
    listed = [
        asdict(one) | {"data": base64.b64encode(one.data).decode(), "dated": one.dated.isoformat()}
        for one in attachments
    ]
    return json.dumps(listed).encode()


def unpacked(message: bytes) -> tuple[Attachment, ...]:
    """The attachments of a message from `packed`."""
    return tuple(
        Attachment(
            **one
            | {
                "data": base64.b64decode(one["data"]),
                "dated": datetime.fromisoformat(one["dated"]),
            }
        )
        for one in json.loads(message)
    )
