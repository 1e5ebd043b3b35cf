"""The pages and streams that the browser asks for. GET tells, POST alone changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from reportgen.preview.door import HEADERS, PAGE_POLICY, Door, Key
from reportgen.preview.parts import script_digest
from reportgen.preview.session import Session
from reportgen.preview.words import WORDS
from reportgen.render.resources import template_text

_STATIC: Mapping[str, str] = {
    "preview.css": "text/css",
    "preview.js": "text/javascript",
    "inspector.js": "text/javascript",
    "issues.js": "text/javascript",
    "making.js": "text/javascript",
    "morph.js": "text/javascript",
    "note.js": "text/javascript",
    "numbers.js": "text/javascript",
    "pages.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_SIGN_OF_LIFE_SECONDS = 15.0
_NOTE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src '{digest}'; base-uri 'none'; "
    "form-action 'none'; img-src data:; frame-ancestors 'self'"
)
_EMPTY = '<!DOCTYPE html><html lang="{lang}"><title>–</title></html>'


def preview_app(session: Session, key: Key) -> Door:
    """The application behind its door."""
    site = _Site(session, key)
    routes = [
        Route("/", site.index),
        Route("/note", site.note),
        Route("/events", site.events),
        Route("/page/{number:int}.png", site.page),
        Route("/places.json", site.places),
        Route("/static/{name}", site.static),
        Route("/choose", site.choose, methods=["POST"]),
    ]
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    return Door(app, key)


class _Site:
    """What each address answers."""

    def __init__(self, session: Session, key: Key) -> None:
        self._session = session
        self._key = key

    async def index(self, _: Request) -> Response:
        """The page around the note."""
        text = template_text("preview/index.html").replace("{{seal}}", self._key.seal)
        return _said(text, "text/html", PAGE_POLICY)

    async def note(self, _: Request) -> Response:
        """The note on the screen, as it will look, with its version."""
        state = self._session.state
        page = state.page or _EMPTY.format(lang=state.speech)
        policy = _NOTE_POLICY.format(digest=script_digest(page) or "none")
        return _said(page, "text/html", policy, {"x-version": str(state.version)})

    async def static(self, request: Request) -> Response:
        """A file of ours; there are no others."""
        name = request.path_params["name"]
        if name not in _STATIC:
            return PlainTextResponse("404\n", 404, HEADERS)
        return _said(template_text(f"preview/{name}"), _STATIC[name])

    async def page(self, request: Request) -> Response:
        """One page of the PDF as a picture."""
        pages = self._session.pages
        width = request.query_params.get("width", "")
        if pages is None or not (width.isascii() and width.isdecimal() and len(width) <= 5):
            return PlainTextResponse("404\n", 404, HEADERS)
        number = request.path_params["number"]
        picture = await asyncio.to_thread(pages.picture, number, int(width))
        if picture is None:
            return PlainTextResponse("404\n", 404, HEADERS)
        return Response(picture, 200, HEADERS, "image/png")

    async def places(self, _: Request) -> Response:
        """Where the numbers stand on the pages of the PDF, page by page."""
        pages, version = self._session.pages, self._session.state.pages_version
        found = () if pages is None else await asyncio.to_thread(pages.places)
        told = [[[place.figure, place.boxes] for place in page] for page in found]
        return JSONResponse({"version": version, "pages": told}, 200, HEADERS)

    async def choose(self, request: Request) -> Response:
        """Another language, edition, theme or way of looking."""
        try:
            wanted = json.loads(await request.body())
        except (ValueError, RecursionError):
            return PlainTextResponse("400\n", 400, HEADERS)
        if not isinstance(wanted, dict) or len(wanted) != 1:
            return PlainTextResponse("400\n", 400, HEADERS)
        ((name, value),) = wanted.items()
        if not isinstance(value, str) or not await self._session.choose(name, value):
            return PlainTextResponse("400\n", 400, HEADERS)
        return JSONResponse({"chosen": True}, 200, HEADERS)

    async def events(self, request: Request) -> Response:
        """Everything that happens, as it happens."""
        given = request.query_params.get("version", "0")
        version = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
        return StreamingResponse(
            self._stream(version), 200, HEADERS | {"x-accel-buffering": "no"}, "text/event-stream"
        )

    async def _stream(self, version: int) -> AsyncIterator[str]:
        session, state = self._session, self._session.state
        yield _event("words", WORDS)
        tick = -1
        while not session.closing:
            if tick != state.tick:
                tick = state.tick
                changed = state.since(version)
                if version != state.version:
                    told = {"version": state.version, "base": version, "parts": changed}
                    yield _event("note", told)
                    version = state.version
                yield _event("state", state.told(state.order.themes()))
            try:
                await asyncio.wait_for(session.next_news(tick), _SIGN_OF_LIFE_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _said(
    text: str, kind: str, policy: str = "default-src 'none'", more: Mapping[str, str] | None = None
) -> Response:
    headers = {**HEADERS, "content-security-policy": policy, **(more or {})}
    return Response(text, 200, headers, f"{kind}; charset=utf-8")
