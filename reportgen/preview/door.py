"""Who may ask: this machine's browser, with the token, in requests of a sensible size.

Every request must name this very host in Host, come from this very page (Origin and
Sec-Fetch-Site, where a browser says them) and carry the token, which the first request has
in its address and all others in a cookie that scripts cannot read. What is refused is told
in one line and its connection closed.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import sys
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import h11
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

LONGEST_BODY = 4_096
LONGEST_HEAD = 16_384
MOST_HEADERS = 64
_REQUEST_SECONDS = 5.0
"""A request must have come by then, head and body."""
_MOST_CONNECTIONS = 256
_TOKEN_BYTES = 32
_SAME = {"same-origin", "none"}
_METHODS = {"GET", "HEAD", "POST"}
HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Key:
    """What opens the door: the port, the token, and what a POST must say besides."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(_TOKEN_BYTES), repr=False)
    seal: str = field(default_factory=lambda: secrets.token_urlsafe(_TOKEN_BYTES), repr=False)

    @property
    def host(self) -> str:
        """As the Host header must say it."""
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        """As the Origin header must say it."""
        return f"http://{self.host}"

    @property
    def address(self) -> str:
        """Where a browser begins."""
        return f"{self.origin}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The cookie's name: one a port, since cookies do not tell ports apart."""
        return f"reportgen-preview-{self.port}"


class Door:
    """Lets requests through to the application, or answers them itself."""

    def __init__(self, app: ASGIApp, key: Key) -> None:
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refused = self._refusal(scope)
        if refused is None and self._is_first(scope):
            await self._welcome(send)
        elif refused is not None:
            await _refuse(send, refused)
        else:
            await self._enter(scope, receive, send)

    def _refusal(self, scope: Scope) -> HTTPStatus | None:
        if _head_length(scope) > LONGEST_HEAD or len(scope["headers"]) > MOST_HEADERS:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        said = _headers(scope)
        if scope["method"] not in _METHODS:
            return HTTPStatus.METHOD_NOT_ALLOWED
        if said.get("host") != [self._key.host]:
            return HTTPStatus.FORBIDDEN
        origin = said.get("origin")
        if origin is not None and origin != [self._key.origin]:
            return HTTPStatus.FORBIDDEN
        if not _SAME.issuperset(said.get("sec-fetch-site", ())):
            return HTTPStatus.FORBIDDEN
        if self._is_first(scope):
            return None
        if not _has_token(said.get("cookie", []), self._key):
            return HTTPStatus.FORBIDDEN
        if scope["method"] == "POST":
            sealed = said.get("x-seal", [])
            if origin is None or len(sealed) != 1 or not _equal(sealed[0], self._key.seal):
                return HTTPStatus.FORBIDDEN
        return _size_refusal(said)

    def _is_first(self, scope: Scope) -> bool:
        """Whether the request brings the token in its address."""
        if scope["path"] != "/" or scope["method"] not in {"GET", "HEAD"}:
            return False
        try:
            query = parse_qs(scope["query_string"].decode("ascii"), max_num_fields=4)
        except ValueError:
            return False
        given = query.get("token", [])
        return len(given) == 1 and _equal(given[0], self._key.token)

    async def _welcome(self, send: Send) -> None:
        """Move the token from the address into the cookie."""
        key = self._key
        cookie = f"{key.cookie}={key.token}; Path=/; HttpOnly; SameSite=Strict"
        await _answer(send, HTTPStatus.SEE_OTHER, b"", {"location": "/", "set-cookie": cookie})

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body first, within its limits, so that the application sees it whole."""
        body = b""
        if scope["method"] == "POST":
            more = True
            while more:
                try:
                    message = await asyncio.wait_for(receive(), _REQUEST_SECONDS)
                except TimeoutError:
                    await _refuse(send, HTTPStatus.REQUEST_TIMEOUT)
                    return
                if message["type"] == "http.disconnect":
                    return
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > LONGEST_BODY:
                    await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                    return
            told = False

            async def whole() -> Message:
                nonlocal told
                if told:
                    return await receive()
                told = True
                return {"type": "http.request", "body": body, "more_body": False}

            await self._app(scope, whole, send)
            return
        await self._app(scope, receive, send)


class Listener(H11Protocol):
    """uvicorn's connection, which is dropped when a request takes too long to arrive."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection; for one too many the one that was silent longest is closed."""
        super().connection_made(transport)
        self._wait_for_a_request()
        if len(self.connections) > _MOST_CONNECTIONS:
            silent = [one for one in self.connections if isinstance(one, Listener)]
            min(silent, key=lambda one: one.deadline).drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Something came in: when that ends a request, nothing is waited for."""
        super().handle_events()
        if self.conn.their_state in {h11.DONE, h11.MUST_CLOSE, h11.CLOSED, h11.ERROR}:
            self._stop_waiting()
        elif self._patience is None:
            self._wait_for_a_request()

    def send_400_response(self, msg: str) -> None:
        """A request that cannot be read; 431 where its head is too long."""
        problem = sys.exc_info()[1]
        status = getattr(problem, "error_status_hint", 400)
        if status != HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            super().send_400_response(msg)
            return
        reason = HTTPStatus(status).phrase.encode()
        self.transport.write(
            b"HTTP/1.1 %d %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % (status, reason)
        )
        self.transport.close()

    def _wait_for_a_request(self) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(_REQUEST_SECONDS, self.drop)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    @property
    def deadline(self) -> float:
        """When it is dropped; one that is being answered comes last."""
        return self._patience.when() if self._patience is not None else math.inf

    def drop(self) -> None:
        """Close the connection without a word."""
        if not self.transport.is_closing():
            self.transport.abort()


def _head_length(scope: Scope) -> int:
    """The same measure as the connection's own, which does not count a head that came at once."""
    lines = sum(len(name) + len(value) for name, value in scope["headers"])
    return lines + len(scope["raw_path"]) + len(scope["query_string"])


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _has_token(cookies: list[str], key: Key) -> bool:
    if len(cookies) != 1:
        return False
    try:
        found = SimpleCookie(cookies[0]).get(key.cookie)
    except CookieError:
        return False
    return found is not None and _equal(found.value, key.token)


def _equal(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())


def _size_refusal(said: dict[str, list[str]]) -> HTTPStatus | None:
    lengths = said.get("content-length", [])
    if any(not length.isdecimal() for length in lengths):
        return HTTPStatus.BAD_REQUEST
    if any(int(length) > LONGEST_BODY for length in lengths):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None


async def _refuse(send: Send, status: HTTPStatus) -> None:
    text = f"{status.value} {status.phrase}\n"
    if status is HTTPStatus.FORBIDDEN:
        text += (
            "请用终端中显示的完整地址打开预览。\nOpen the preview by the address in the terminal.\n"
        )
    await _answer(send, status, text.encode(), {"connection": "close"})


async def _answer(send: Send, status: HTTPStatus, body: bytes, more: dict[str, str]) -> None:
    policy = "default-src 'none'; frame-ancestors 'none'"
    said = HEADERS | {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "content-security-policy": policy,
    }
    headers = [(name.encode(), value.encode()) for name, value in (said | more).items()]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
