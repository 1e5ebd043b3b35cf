"""A preview that runs, for tests: started as an analyst starts it, saved as Excel saves."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]

from tests.made import small_workbook


@dataclass(frozen=True)
class Running:
    """A preview under way."""

    process: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> int:
        port = urlsplit(self.address).port
        assert port is not None
        return port

    @property
    def token(self) -> str:
        return self.address.split("token=")[1]

    @property
    def cookie(self) -> str:
        return f"reportgen-preview-{self.port}={self.token}"

    def family(self) -> list[psutil.Process]:
        """The preview's process and all below it."""
        whole = psutil.Process(self.process.pid)
        return [whole, *whole.children(recursive=True)]

    def state(self) -> dict[str, Any]:
        """What the preview tells its page at this moment, issues and all."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request("GET", "/events", headers={"Cookie": self.cookie})
            with line.getresponse() as answer:
                while (line_read := answer.readline()) != b"event: state\n":
                    assert line_read, "the preview hung up"
                told: dict[str, Any] = json.loads(answer.readline().removeprefix(b"data: "))
            return told
        finally:
            line.close()

    def stop(self) -> tuple[int, str]:
        """Ctrl-C: the exit code, and what was said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def preview(book: Path, *options: str) -> Iterator[Running]:
    """A preview of that workbook; it must end without a word of complaint."""
    command = [sys.executable, "-m", "reportgen", "preview", str(book), "--no-browser"]
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    running = Running(process, process.stdout.readline().strip())
    try:
        yield running
        if process.poll() is None:
            code, said = running.stop()
            assert (code, "Traceback" in said) == (0, False), said
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def chinese_workbook(folder: Path, *changes: tuple[str, str], name: str = "small.xlsx") -> Path:
    """The small workbook, whose own language is Chinese."""
    return small_workbook(
        folder, ("slug | small", "slug | small\nlanguage | zh"), *changes, name=name
    )


def save(book: Path, *changes: tuple[str, str]) -> None:
    """Put the small workbook, with changes, in the place of the one that is there."""
    made = chinese_workbook(book.parent, *changes, name="~saving.xlsx")
    os.replace(made, book)
