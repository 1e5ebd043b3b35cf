"""The process that builds the note as `reportgen build` would, without writing it.

So the page calls nothing ready that a build would refuse: the verdict is the build's own.
The finished PDF is what "page by page" shows. An order that comes while one is under way
ends it.
"""

from __future__ import annotations

import gc
import queue
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from reportgen.preview import messages
from reportgen.preview.lifeline import ignore_the_keyboard, own_pipes, stand_back
from reportgen.preview.order import Order, order_from
from reportgen.preview.told import as_message, fault


class _Superseded(Exception):  # noqa: N818 - not a fault: there is newer work
    """A newer order has come."""


class _Desk:
    """The orders that wait, and the renderer, which a newer order stops."""

    def __init__(self, questions: IO[bytes]) -> None:
        from reportgen.render.worker import PdfWorker  # noqa: PLC0415 - loads beside our imports

        self._questions = questions
        self._waiting: queue.SimpleQueue[messages.Message | None] = queue.SimpleQueue()
        self._new_worker = PdfWorker
        self.worker = PdfWorker()
        self.worker.start()
        self.busy = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def next_order(self) -> messages.Message | None:
        """The newest order; those it overtook are dropped."""
        message = self._waiting.get()
        while message is not None and not self._waiting.empty():
            message = self._waiting.get()
        return message

    def look_up(self, _: str = "") -> None:
        """Between two stages: stop when something newer waits."""
        if not self._waiting.empty():
            raise _Superseded

    def renew(self) -> None:
        """Another renderer for one given up; it loads while the newer workbook is read."""
        self.worker.close()
        self.worker = self._new_worker()
        self.worker.start()

    def _listen(self) -> None:
        while (found := messages.read(self._questions)) is not None:
            self._put(found[0])
        self._put(None)

    def _put(self, message: messages.Message | None) -> None:
        self._waiting.put(message)
        if self.busy.is_set():  # a page being set is given up; the next one starts afresh
            self.worker.close()


def serve() -> None:
    """The process's whole life: build orders until the pipe closes."""
    ignore_the_keyboard()
    stand_back()
    questions, answers = own_pipes()
    desk = _Desk(questions)
    from reportgen.preview.composing import Composer  # noqa: PLC0415 - heavy; the renderer loads too

    composer = Composer()
    gc.freeze()
    while (message := desk.next_order()) is not None:
        number = message["number"]
        if "order" not in message:  # only said to stop what was under way
            messages.write(answers, {"number": number, "superseded": True})
            continue
        order = order_from(message["order"])
        desk.busy.set()
        try:
            said, paper = _prove(order, message["system"], desk, composer)
        except _Superseded:
            desk.renew()
            continue
        except Exception as problem:  # whatever it is becomes an issue, not a traceback
            desk.renew()
            sys.stderr.write("".join(traceback.format_exception(problem)))
            said, paper = {"failed": True, "ready": False, **fault(order.workbook, problem)}, b""
        finally:
            desk.busy.clear()
        with suppress(_Superseded):
            desk.look_up()  # a renderer stopped half-way must not be told as a fault
            messages.write(answers, {"number": number, **said}, paper)
    desk.worker.close()


def _prove(order: Order, system: Any, desk: _Desk, composer: Any) -> tuple[dict[str, Any], bytes]:
    """The verdict of a build, and the pages."""
    from reportgen import pipeline  # noqa: PLC0415 - this is what the process is for
    from reportgen.checking import Stages  # noqa: PLC0415
    from reportgen.exits import GATE_REFUSED  # noqa: PLC0415
    from reportgen.issues import has_errors  # noqa: PLC0415
    from reportgen.render.machine import ThisMachine, machine_problems  # noqa: PLC0415
    from reportgen.render.worker import WorkerError  # noqa: PLC0415

    lang = order.lang or "zh"
    lacking = machine_problems(system, ThisMachine(system))
    paper = not has_errors(lacking)
    request = pipeline.Request(
        workbook=Path(order.workbook),
        out=Path(),
        langs=(lang,),
        edition=order.edition,
        formats=frozenset({"pdf", "html"} if paper else {"html"}),
        since=Path(order.since) if order.since else None,
        theme=order.theme,
        theme_folder=Path(order.theme_folder) if order.theme_folder else None,
    )
    stages = Stages(time.perf_counter, desk.look_up)
    made = pipeline.compose(request, lacking if paper else (), {lang: desk.worker}, stages)
    issues = (*lacking, *made.issues) if not paper else made.issues
    said: dict[str, Any] = {
        "lacking": not paper,
        "seconds": {name: round(value, 3) for name, value in stages.seconds.items()},
    }
    if isinstance(made, pipeline.Composed):
        pages = made.files.get((lang, "pdf"), b"")
        ready = {"ready": True, "issues": [as_message(issue, made.lang) for issue in issues]}
        return said | ready, pages
    pages = b""
    if made.code == GATE_REFUSED and paper:  # not to leave the house, but to be looked at
        with suppress(ValueError, WorkerError):
            html, charts = composer.pages(order, "print", stages)
            desk.look_up()
            pages = desk.worker.render(html, charts)
    told = [as_message(issue, made.lang) for issue in issues]
    return said | {"ready": False, "code": made.code, "issues": told}, pages


if __name__ == "__main__":
    serve()
