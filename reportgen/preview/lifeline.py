"""What every process of the preview does at its start, so that it ends with the preview."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import IO

_POLITE = 10  # how far behind the others a process stands in the system's eyes


def ignore_the_keyboard() -> None:
    """Ctrl-C reaches the whole group; the server alone answers it, and closes our pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Questions and answers. What libraries print goes elsewhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def stand_back() -> None:
    """Let what is on the screen go first. Its own children do likewise."""
    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(_POLITE)
