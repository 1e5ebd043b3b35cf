"""Commands run in a real terminal: a pseudo-terminal of our own, or pipes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*([A-Za-z])")
_PLAIN = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "COLORTERM", "LC_ALL", "LANG"}


@dataclass(frozen=True)
class Shown:
    """What a terminal received, and what stood on it in the end."""

    code: int
    raw: str

    @property
    def lines(self) -> list[str]:
        """The screen in the end, line by line: carriage returns and erasures obeyed."""
        return screen(self.raw)

    @property
    def colours(self) -> list[str]:
        """The sequences that set colours or weight."""
        return re.findall(r"\x1b\[[0-9;]*m", self.raw)


def screen(raw: str) -> list[str]:
    """What is left on a terminal that received this, without colours."""
    lines: list[str] = []
    for row in raw.replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in re.split(r"(\r|\x1b\[[0-9;?]*[A-Za-z])", row):
            found = _SEQUENCE.fullmatch(part)
            if part == "\r":
                shown, below = "", shown
            elif found and found[1] == "K":
                below = ""
            elif not found:
                shown += part
        lines.append(shown if shown or "\r" not in row else below)
    return lines


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what tells of terminals, and with this instead."""
    kept = {name: value for name, value in os.environ.items() if name not in _PLAIN}
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | dict(more or {})


def command(arguments: Sequence[str | Path]) -> list[str]:
    """The command line of reportgen."""
    return [sys.executable, "-m", "reportgen", *map(str, arguments)]


def in_terminal(
    arguments: Sequence[str | Path],
    *,
    columns: int = 80,
    more: Mapping[str, str] | None = None,
    folder: Path | None = None,
    watch: Callable[[str, subprocess.Popen[bytes]], None] | None = None,
    patience: float = 90.0,
) -> Shown:
    """Run reportgen with all three streams on a terminal of that many columns.

    `watch` sees what the terminal has received so far, each time there is more.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        command(arguments), stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
        env=environment(more), cwd=folder, start_new_session=True,
        # What started the tests may ignore Ctrl-C, as a shell's background jobs do.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    os.close(theirs)
    received = b""
    until = time.monotonic() + patience
    try:
        while time.monotonic() < until:
            ready, _, _ = select.select([ours], [], [], 0.1)
            if not ready:
                if process.poll() is not None:
                    break
                continue
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            received += data
            if watch is not None:
                watch(received.decode(errors="replace"), process)
        code = process.wait(max(1.0, until - time.monotonic()))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
    return Shown(code, received.decode(errors="replace"))


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """What Ctrl-C does: a signal to the command and all that it started."""
    os.killpg(process.pid, signal.SIGINT)
