"""How much time and memory rendering may take, and how it is held to it from inside.

Time is watched by a thread, which can still say where the work stood; behind it by the
interpreter, for work that lets no thread run; and behind that by the system's own limit
on processor time. Memory is limited where the system can do so (not on Windows).
"""

from __future__ import annotations

import contextlib
import faulthandler
import math
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

GRACE_SECONDS = 0.5
"""How much later the interpreter ends the process if the thread could not."""

_SPARE_PROCESSOR_SECONDS = 5.0

Frames = list[tuple[FrameType, int]]
"""Where the work stands: frames with their lines, the innermost first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The sample note takes 0.3 s for its pages, 3 s for its paper and 0.5 GiB of addresses.

    `memory` bounds all addresses of the rendering process, in bytes.
    """

    page_seconds: float = 20.0
    paper_seconds: float = 180.0
    memory: int = 2 << 30


def limit_memory(size: int) -> None:
    """Let this process take no more memory; what asks for more gets a MemoryError."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX alone has it

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            size = min(size, most)
        with contextlib.suppress(OSError, ValueError):  # macOS refuses what it does not enforce
            resource.setrlimit(resource.RLIMIT_AS, (size, most))


@contextmanager
def watched(seconds: float, overdue: Callable[[Frames], None]) -> Iterator[None]:
    """Call `overdue`, which has to end the process, when the work is not done in time."""
    worker = threading.get_ident()
    lock = threading.Lock()
    done = False

    def ring() -> None:
        with lock:
            if not done:
                frame = sys._current_frames().get(worker)  # noqa: SLF001 - documented, for debugging
                overdue(list(traceback.walk_stack(frame)) if frame else [])

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    faulthandler.dump_traceback_later(seconds + GRACE_SECONDS, exit=True)
    _limit_processor(seconds)
    try:
        yield
    finally:
        with lock:
            done = True
        timer.cancel()
        faulthandler.cancel_dump_traceback_later()


def frames_of(error: BaseException) -> Frames:
    """Where an exception came from, the innermost frame first."""
    return list(traceback.walk_tb(error.__traceback__))[::-1]


def _limit_processor(seconds: float) -> None:
    """The system ends the process when it has worked for so long from now on."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX alone has it

        used = resource.getrusage(resource.RUSAGE_SELF)
        end = math.ceil(used.ru_utime + used.ru_stime + seconds + _SPARE_PROCESSOR_SECONDS)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        if most != resource.RLIM_INFINITY:
            end = min(end, most)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (end, most))
