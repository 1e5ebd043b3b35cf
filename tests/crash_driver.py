"""Builds that are killed, by the hundred: a process that forks them and looks at what is left.

    python -m tests.crash_driver points OUT [FOLDER]          every system call of one write
    python -m tests.crash_driver moments OUT SEED COUNT [FOLDER]    random moments of many writes
    python -m tests.crash_driver crowd OUT COUNT [FOLDER]     so many at once

FOLDER has a finished note whose real files are written. Prints what it did as JSON.
It is a process of its own because it forks: the test runner has threads.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reportgen.deliver.files import tidy
from reportgen.deliver.refusals import BusyError
from tests.delivering import Made, counted, folder_in, standing, strays, variant

_BUSY = 5


class TornError(AssertionError):
    """A file that is neither the old one nor the new one, or a set of both."""


class _Set:
    """A build's files, and what the folder holds once they are written."""

    def __init__(self, number: int, out: Path, folder: Path | None) -> None:
        self.made: Made = variant(number, folder=folder)
        here = out.with_name(f"{out.name}-whole")
        self.made.deliver(here)
        self.files = standing(here)
        _clear(here)


def points(out: Path, folder: Path | None) -> dict[str, Any]:
    """Kill one write before, after and, for writes, in the middle of each of its calls."""
    sets = [_Set(number, out, folder) for number in (1, 2, 3)]
    old, new, third = sets
    calls = _calls(out / "count", old, new)
    tally: Counter[str] = Counter()
    for nth, name in enumerate(calls, 1):
        for phase in ("before", "half") if name == "write" else ("before",):
            here = out / f"{nth}-{phase}"
            old.made.deliver(here)
            _killed(lambda: _write_until(new.made, here, nth, phase))  # noqa: B023 - called at once
            tally[_look(here, old, new)] += 1
            _recover(here, old, new, third if nth % 2 else None)
            _clear(here)
    return {"kills": sum(tally.values()), "calls": len(calls), "left": dict(tally)}


def moments(out: Path, seed: int, count: int, folder: Path | None) -> dict[str, Any]:
    """Kill writes at random moments; the next build then finds nothing amiss."""
    chance = random.Random(seed)
    sets = [_Set(number, out, folder) for number in (1, 2)]
    began = time.monotonic()
    for turn in range(6):
        sets[turn % 2].made.deliver(out)
    span = (time.monotonic() - began) / 6
    tally: Counter[str] = Counter()
    for turn in range(count):
        old, new = sets[turn % 2], sets[1 - turn % 2]
        old.made.deliver(out)
        pid = _forked(lambda: _delivered(new.made, out))  # noqa: B023 - called at once
        time.sleep(chance.random() * span * 1.1)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        tally[_look(out, old, new)] += 1
        _recover(out, old, new, new if turn % 2 else None)
    return {"kills": count, "seconds_a_write": round(span, 4), "left": dict(tally)}


def crowd(out: Path, count: int, folder: Path | None) -> dict[str, Any]:
    """So many writes of one target at once; the result is one of them, whole."""
    sets = [_Set(number, out, folder) for number in range(count)]
    began = time.monotonic()
    pids = [_forked(lambda one=one: _delivered(one.made, out)) for one in sets]  # type: ignore[misc]
    codes = Counter(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids)
    seconds = time.monotonic() - began
    if standing(out) not in [one.files for one in sets]:
        raise TornError(f"the result is no one's: {sorted(standing(out))}")
    return {
        "builds": count,
        "codes": {str(code): times for code, times in sorted(codes.items())},
        "seconds": round(seconds, 2),
        "strays": strays(out),
    }


def _delivered(made: Made, out: Path) -> int:
    try:
        made.deliver(out)
    except BusyError:
        return _BUSY
    return 0


def _forked(work: Callable[[], int]) -> int:
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            code = work()
        finally:
            os._exit(code)
    return pid


def _calls(out: Path, old: _Set, new: _Set) -> list[str]:
    """The system calls of writing `new` over `old`."""
    old.made.deliver(out)
    with counted(lambda *_: None) as made:
        new.made.deliver(out)
    _clear(out)
    return made


def _write_until(made: Made, out: Path, nth: int, phase: str) -> None:
    def at(number: int, name: str, args: tuple[Any, ...]) -> None:
        if number == nth:
            if phase == "half":
                os.pwrite(args[0], bytes(args[1][: len(args[1]) // 2]), 0)
            os.kill(os.getpid(), signal.SIGKILL)

    with counted(at):
        made.deliver(out)


def _killed(work: Callable[[], None]) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(99)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise TornError(f"the build was not killed: {status}")


def _look(out: Path, old: _Set, new: _Set) -> str:
    """What a reader sees after the kill: every file is whole."""
    found = {name: data for name, data in standing(out).items() if not name.startswith(".")}
    for name, data in old.files.items():
        if found.get(name) not in (data, new.files[name]):
            raise TornError(f"{name} is torn or gone")
    if found == old.files:
        return "old"
    return "new" if found == new.files else "both"


def _recover(out: Path, old: _Set, new: _Set, following: _Set | None) -> None:
    """The next build, whether it comes to something or not, leaves one whole set and no stray."""
    tidy(out)
    if standing(out) not in (old.files, new.files):
        raise TornError(f"after tidying the set is mixed: {sorted(standing(out))}")
    if following is not None:
        following.made.deliver(out)
        if standing(out) != following.files:
            raise TornError("the next build's files are not there")
    if left := strays(out):
        raise TornError(f"left behind: {left}")


def _clear(out: Path) -> None:
    folder = folder_in(out)
    for path in folder.iterdir():
        path.unlink()
    for path in (folder, folder.parent, out):
        path.rmdir()


def main(mode: str, out: Path, *more: str) -> None:
    """Run one of the three and print what came of it."""
    numbers = [int(one) for one in more if one.isdecimal()]
    folders = [Path(one) for one in more if not one.isdecimal()]
    folder = folders[0] if folders else None
    if mode == "points":
        told = points(out, folder)
    elif mode == "moments":
        told = moments(out, numbers[0], numbers[1], folder)
    else:
        told = crowd(out, numbers[0], folder)
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
