"""The process that composes the note for the screen: one order in, one or two answers out.

It is a process of its own so that a file which kills its reader kills nothing else, and it
lives on from save to save so that nothing has to be loaded again.
"""

from __future__ import annotations

import gc
import queue
import sys
import threading
import time
import traceback
from typing import IO, Any

from reportgen.preview import messages
from reportgen.preview.lifeline import ignore_the_keyboard, own_pipes
from reportgen.preview.order import Order, order_from
from reportgen.preview.told import as_message, fault, issue_in_both
from reportgen.render.limits import limit_memory

_PAINTING_SECONDS = 0.12  # the numbers are painted before charts are drawn
_LOOK_SECONDS = 0.02
_MEMORY = 4 << 30  # of addresses; the sample takes half a GiB


def serve() -> None:
    """The process's whole life: answer orders until the pipe closes."""
    ignore_the_keyboard()
    questions, answers = own_pipes()
    limit_memory(_MEMORY)
    from reportgen.checking import Stages  # noqa: PLC0415 - this is what the process is for
    from reportgen.preview.composing import Composer  # noqa: PLC0415

    waiting: queue.SimpleQueue[messages.Message | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions, waiting), daemon=True).start()
    composer = Composer()
    # Looking for garbage while a note is composed costs a tenth of the time; it is collected
    # between the answers instead, and what was loaded is never looked at again.
    gc.disable()
    first = True
    message = waiting.get()
    while message is not None:
        order, number = order_from(message["order"]), message["number"]
        stages = Stages(time.perf_counter, lambda _: None)
        try:
            shown, finish = composer.show(order, stages)
            _say(answers, number, shown, stages)
            if finish is not None and not _comes_within(waiting, _PAINTING_SECONDS):
                _say(answers, number, finish(), stages)
        except Exception as problem:  # whatever it is becomes an issue, not a traceback
            messages.write(answers, _failed(number, order, problem))
        if first:
            gc.collect()
            gc.freeze()
            first = False
        elif waiting.empty():
            gc.collect()
        message = waiting.get()


def _comes_within(waiting: queue.SimpleQueue[messages.Message | None], seconds: float) -> bool:
    """Whether something newer is to do; the browser has the processor until then."""
    patience = time.monotonic() + seconds
    while waiting.empty() and time.monotonic() < patience:
        time.sleep(_LOOK_SECONDS)
    return not waiting.empty()


def _say(answers: IO[bytes], number: int, shown: Any, stages: Any) -> None:
    if shown.speech is None:
        messages.write(answers, {"number": number, "failed": True, **issue_in_both(*shown.issues)})
        return
    html = shown.html.encode() if shown.html is not None else b""
    message = {
        "number": number,
        "lang": shown.lang,
        "speech": shown.speech,
        "title": shown.title,
        "late": shown.late,
        "composed": shown.html is not None,
        "sheets": list(shown.sheets),
        "issues": [as_message(issue, shown.speech) for issue in shown.issues],
        "seconds": {name: round(value, 4) for name, value in stages.seconds.items()},
    }
    messages.write(answers, message, html)


def _failed(number: int, order: Order, problem: Exception) -> messages.Message:
    sys.stderr.write("".join(traceback.format_exception(problem)))
    return {"number": number, "failed": True, **fault(order.workbook, problem)}


def _listen(questions: IO[bytes], waiting: queue.SimpleQueue[messages.Message | None]) -> None:
    while (found := messages.read(questions)) is not None:
        waiting.put(found[0])
    waiting.put(None)


if __name__ == "__main__":
    serve()
