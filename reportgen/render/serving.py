"""The rendering process's own side: take orders, answer, and end what does not end.

Run by `reportgen.render.worker` with "engine" or "pages" and the memory it may take.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Any, NoReturn

from reportgen.language import Text
from reportgen.render.attachments import Attachment, unpacked
from reportgen.render.endings import (
    page_wrong,
    pages_overdue,
    paper_overdue,
    paper_wrong,
    too_much_memory,
)
from reportgen.render.html import PageTooLargeError, compile_all, render_html
from reportgen.render.limits import Frames, frames_of, limit_memory, watched
from reportgen.render.pipes import DONE, FAILED, GONE, MAIL, PAGE, read, write
from reportgen.render.whereabouts import MAILED, PAPER, in_error, in_layout, in_templates, said

_NO_ENGINE = Text(
    "本机缺少 Pango，无法生成 PDF。请运行 reportgen doctor 查看安装方法。",
    "This machine lacks Pango, which the PDF needs. Run reportgen doctor for the cure.",
)


class _Desk:
    """The pipes, and what each order is allowed."""

    def __init__(self, questions: IO[bytes], answers: IO[bytes], memory: int) -> None:
        self.questions = questions
        self.answers = answers
        self.memory = memory
        self.engine: Any = None
        self.lacks_engine = False
        self._files: Sequence[Attachment] | None = None

    def attachments(self) -> Sequence[Attachment]:
        """What travels inside the PDF; waits until it has come."""
        if self._files is None:
            self._files = unpacked(read(self.questions) or b"[]")
        return self._files

    def next_order(self) -> bytes | None:
        """The next order; None when the caller is gone."""
        self._files = None
        return read(self.questions)

    def done(self, content: bytes) -> None:
        """Answer what was asked for."""
        write(self.answers, DONE + content)

    def failed(self, text: Text) -> None:
        """Answer why not."""
        write(self.answers, FAILED + _as_json(text))

    def gone(self, text: Text) -> NoReturn:
        """Answer why not, and end: the work under way cannot be ended otherwise."""
        with suppress(OSError):
            write(self.answers, GONE + _as_json(text))
        os._exit(1)


def serve(kind: str, memory: int) -> None:
    """The process's whole life: load what is needed, then answer until the pipe closes."""
    # The engine prints advice to standard output when a library is missing; the pipe is ours.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    desk = _Desk(sys.stdin.buffer, answers, memory)
    if kind == "engine":
        try:
            from reportgen.render import pdf  # noqa: PLC0415 - only where it is wanted

            desk.engine = pdf
        except OSError:
            desk.lacks_engine = True
    limit_memory(memory)
    compile_all()
    # A page's objects live until it is printed; looking for garbage among them costs a sixth of
    # the time and finds next to nothing. It is collected between pages instead; a mail leaves 1 kB.
    gc.disable()
    used = False
    while (order := desk.next_order()) is not None:
        if used and order[:1] != MAIL:
            gc.collect()
        used = True
        _answer(desk, order)
    os._exit(0)  # nothing is left to say; taking the heap apart would only keep the caller waiting


def _answer(desk: _Desk, order: bytes) -> None:
    line, _, content = order[1:].partition(b"\n")
    page_seconds, paper_seconds = json.loads(line)
    if order[:1] == PAGE:
        asked = json.loads(content)
        _paper(desk, asked["html"], asked["charts"], paper_seconds)
        return
    asked = pickle.loads(content)  # noqa: S301 - from the process that started this one
    if order[:1] == MAIL:
        _from_templates(desk, lambda: _mail_page(asked).encode(), page_seconds, MAILED)
        return
    pages: dict[str, str] = {}

    def made() -> bytes:
        for medium in asked["media"]:
            pages[medium] = render_html(asked["note"], asked["charts"], asked["theme"], medium)
        return json.dumps(pages).encode()

    if _from_templates(desk, made, page_seconds, PAPER) and asked["paper"]:
        _paper(desk, pages["print"], asked["charts"], paper_seconds)


def _from_templates(desk: _Desk, make: Callable[[], bytes], seconds: float, usual: Text) -> bool:
    """Answer with what templates make, or why they failed; `usual` is where, if nothing tells."""

    def overdue(frames: Frames) -> None:
        desk.gone(pages_overdue(seconds, in_templates(frames) or usual))

    try:
        with watched(seconds, overdue):
            made = make()
    except MemoryError as error:
        place = in_error(error)
        error.__traceback__ = None  # it holds what took all the memory
        desk.failed(too_much_memory(desk.memory, place or usual))
    except PageTooLargeError as error:
        desk.failed(page_wrong(error.place, str(error)))
    except Exception as error:  # whatever it is becomes a message, not a traceback
        desk.failed(page_wrong(in_error(error) or usual, said(error)))
    else:
        desk.done(made)
        return True
    return False


def _mail_page(asked: dict[str, Any]) -> str:
    from reportgen.render.mail_page import mail_html  # noqa: PLC0415 - a build needs none

    return mail_html(asked["front"], asked["frame"], asked["pictures"], asked["theme"])


def _paper(desk: _Desk, html: str, charts: dict[str, str], seconds: float) -> None:
    """Answer with the PDF of a print page."""

    def overdue(frames: Frames) -> None:
        desk.gone(paper_overdue(seconds, in_layout(frames)))

    if desk.engine is None:
        desk.attachments()
        desk.failed(_NO_ENGINE)
        return
    try:
        with watched(seconds, overdue):
            data = desk.engine.render_pdf(html, charts, desk.attachments)
    except desk.engine.PdfError as error:
        answer = FAILED + _as_json(error.text)
    except MemoryError as error:
        place = in_layout(frames_of(error))
        error.__traceback__ = None
        answer = FAILED + _as_json(too_much_memory(desk.memory, place))
    except Exception as error:  # whatever it is becomes a message, not a traceback
        answer = FAILED + _as_json(paper_wrong(in_layout(frames_of(error)), type(error).__name__))
    else:
        answer = DONE + data
    desk.attachments()  # a page that failed early has left them in the pipe
    write(desk.answers, answer)


def _as_json(text: Text) -> bytes:
    return json.dumps({"zh": text.zh, "en": text.en}).encode()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
