"""The preview as a running server on this machine's own address."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from reportgen.preview.app import preview_app
from reportgen.preview.door import LONGEST_HEAD, Key, Listener
from reportgen.preview.order import Order
from reportgen.preview.session import Session

LOOPBACK = "127.0.0.1"
_BACKLOG = 256
_FAREWELL_SECONDS = 2


class _Server(uvicorn.Server):
    """Ends its streams as soon as it is told to end."""

    def __init__(self, config: uvicorn.Config, session: Session) -> None:
        super().__init__(config)
        self._session = session
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came."""
        super().handle_exit(sig, frame)
        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(self._session.close()))


def free_socket(wanted: int) -> socket.socket:
    """A socket that listens at the wanted port, else at a free one."""
    for port in (wanted, 0):
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets two listen otherwise
                found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            found.bind((LOOPBACK, port))
            found.listen(_BACKLOG)
        except OSError:
            found.close()
            if not port:
                raise
        else:
            return found
    raise AssertionError("unreachable: the last port is any")


def serve(
    order: Order,
    *,
    port: int,
    system: str,
    clock: Callable[[], str],
    ready: Callable[[str], None],
) -> None:
    """Show the preview until Ctrl-C. `ready` is told the address once it answers."""
    for name in ("uvicorn.error", "asyncio"):  # what a client does wrong is not the analyst's
        logging.getLogger(name).setLevel(logging.CRITICAL)
    listening = free_socket(port)
    try:
        asyncio.run(_run(order, listening, system, clock, ready))
    except KeyboardInterrupt:
        return
    finally:
        listening.close()


async def _run(
    order: Order,
    listening: socket.socket,
    system: str,
    clock: Callable[[], str],
    ready: Callable[[str], None],
) -> None:
    key = Key(listening.getsockname()[1])
    session = Session(order, system, clock)
    config = uvicorn.Config(
        preview_app(session, key),
        http=Listener,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=logging.CRITICAL,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_graceful_shutdown=_FAREWELL_SECONDS,
    )
    server = _Server(config, session)
    if hasattr(signal, "SIGHUP"):  # the terminal's window was closed
        signal.signal(signal.SIGHUP, server.handle_exit)
    working = asyncio.create_task(session.run())
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        ready(key.address)
        await asyncio.wait({working, serving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        await session.close()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await asyncio.gather(serving, return_exceptions=True)
    if not working.cancelled() and (problem := working.exception()) is not None:
        raise problem
