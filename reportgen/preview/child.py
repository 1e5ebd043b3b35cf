"""A process of ours as the server sees it: started early, started again when it died."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

from reportgen.preview import messages

_FAREWELL_SECONDS = 3.0
_HAS_GROUPS = hasattr(os, "killpg")  # not on Windows, where the closed pipes end what is left
_ERRORS = (asyncio.IncompleteReadError, OSError, messages.BrokenMessageError)


class ChildDiedError(RuntimeError):
    """The process ended while it owed an answer."""


class ChildLateError(ChildDiedError):
    """The process said nothing for too long, and was ended."""


class Child:
    """One module run as a process that takes orders on its input."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()  # two callers at once must not start two

    async def start(self) -> None:
        """Start the process if it does not run."""
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                self._process = await self._started()

    async def _started(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            # -P keeps the current folder off the path: a file json.py there must not be run.
            sys.executable,
            "-P",
            "-m",
            self._module,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Its own group, which ends as a whole; the session stays, so that `stand_back` counts.
            process_group=0 if _HAS_GROUPS else None,
        )

    async def say(self, message: messages.Message) -> None:
        """Hand an order over, to a new process where the last one died."""
        for _ in range(2):
            await self.start()
            pipe = self._process.stdin if self._process else None
            if pipe is None:
                continue
            with suppress(OSError):
                pipe.write(messages.packed(message))
                await pipe.drain()
                return
            await self.stop()

    async def answers(self, patience: float) -> AsyncIterator[tuple[messages.Message, bytes]]:
        """What the process says, as it comes. Raises ChildDiedError at its end.

        A process that was ended from outside may be found dead only here, after an order.
        """
        while True:
            pipe = self._process.stdout if self._process else None
            if pipe is None:
                raise ChildDiedError(self._module)
            try:
                yield await asyncio.wait_for(messages.read_from(pipe), patience)
            except TimeoutError as problem:  # an OSError too, hence first
                await self.stop()
                raise ChildLateError(self._module) from problem
            except _ERRORS as problem:
                await self.stop()
                raise ChildDiedError(self._module) from problem

    async def stop(self) -> None:
        """End the process, at once when it does not go by itself; its own go with it."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _FAREWELL_SECONDS)
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if _HAS_GROUPS:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
