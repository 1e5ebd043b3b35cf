"""A process that turns notes into pages and PDFs, started early so that its imports cost no time.

    with PdfWorker() as worker:      # starts at once; the workbook is read meanwhile
        worker.typeset(note, charts, theme, ("print", "web"), paper=True)
        pages = worker.pages()       # the finished HTML
        data = worker.result()       # and what became of the print page

Templates and the printing engine run nowhere else: what does not end, or asks for all
memory, is stopped here and becomes a message (`reportgen.render.limits`). Two workers
render two languages at the same time. What is to travel inside the PDF can follow while
its pages are being set: `attach`. `render` makes a PDF of a finished print page.
`mail_page` gives a mail's HTML. `reportgen.render.serving` is the process's own side.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Self

from reportgen.language import Text
from reportgen.render.attachments import Attachment, packed
from reportgen.render.limits import GRACE_SECONDS, Limits
from reportgen.render.pipes import DONE, GONE, MAIL, NOTE, PAGE, read, write

if TYPE_CHECKING:  # the process is to start before anything of ours is loaded
    from reportgen.note.front import PageOne
    from reportgen.note.model import Note
    from reportgen.render.mail import Frame, Shown
    from reportgen.render.theme import Theme
    from reportgen.render.views import Medium

_FAREWELL_SECONDS = 2.0
_MARGIN_SECONDS = GRACE_SECONDS + 0.7  # the process ends itself before this
_LOADING_SECONDS = 30.0  # until the first answer of a process that is still being started


class WorkerError(RuntimeError):
    """No page or PDF came back; `text` says why in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class PdfWorker:
    """One rendering process. One note at a time: `typeset`, `pages`, then `result`.

    Without `engine` it makes pages only, and starts in a third of the time.
    """

    def __init__(self, limits: Limits | None = None, *, engine: bool = True) -> None:
        self._limits = limits or Limits()
        self._engine = engine
        self._process: subprocess.Popen[bytes] | None = None
        self._last_words: IO[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._attached: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._owed = 0
        self._loaded = False

    def start(self) -> None:
        """Start the process if it does not run; returns at once, the import goes on behind."""
        if self._process is None:
            self._loaded = False
            self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
            kind = "engine" if self._engine else "pages"
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                # -P keeps the current folder off the path: a file json.py there must not be run.
                [sys.executable, "-P", "-m", "reportgen.render.serving", kind,
                 str(self._limits.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._last_words,
            )  # fmt: skip

    def typeset(
        self,
        note: Note,
        charts: Mapping[str, str],
        theme: Theme,
        media: Sequence[Medium],
        *,
        paper: bool = False,
    ) -> None:
        """Hand over a note; `pages` gives its HTML for those media.

        With `paper` the print page becomes a PDF as well, which `result` gives.
        """
        order: dict[str, Any] = {
            "note": note,
            "charts": dict(charts),
            "theme": theme,
            "media": tuple(media),
            "paper": paper,
        }
        self._hand_over(NOTE + self._seconds() + pickle.dumps(order), 2 if paper else 1)

    def pages(self) -> dict[Medium, str]:
        """The HTML of the note handed over. Raises WorkerError, naming the template's line."""
        found: dict[Medium, str] = json.loads(self._answer(self._limits.page_seconds, paper=False))
        return found

    def mail_page(
        self, front: PageOne, frame: Frame, pictures: Mapping[str, Shown], theme: Theme
    ) -> str:
        """A mail's HTML; `pictures` has the picture of each chart that is to be shown.

        Raises WorkerError, naming the template's line.
        """
        order = {"front": front, "frame": frame, "pictures": dict(pictures), "theme": theme}
        self._hand_over(MAIL + self._seconds() + pickle.dumps(order), 1)
        return self._answer(self._limits.page_seconds, paper=False).decode()

    def submit(self, html: str, charts: Mapping[str, str]) -> None:
        """Hand over a finished print page; `result` gives the PDF, after `attach` if need be."""
        order = json.dumps({"html": html, "charts": dict(charts)}).encode()
        self._hand_over(PAGE + self._seconds() + order, 1)

    def attach(self, attachments: Iterable[Attachment]) -> None:
        """Hand over what travels inside the PDF; once, before `result`."""
        self._attached.put(packed(attachments))

    def result(self, patience: float | None = None) -> bytes:
        """The PDF. Raises WorkerError, also when it takes longer than its limit.

        With `patience` the limit is that many seconds from now.
        """
        self._attached.put(packed(()))  # counts only when nothing was attached
        return self._answer(self._limits.paper_seconds, patience, paper=True)

    def render(self, html: str, charts: Mapping[str, str]) -> bytes:
        """`submit` and `result` in one."""
        self.submit(html, charts)
        return self.result()

    def close(self) -> None:
        """End the process; work under way is given up."""
        self._stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _seconds(self) -> bytes:
        limits = self._limits
        return json.dumps([limits.page_seconds, limits.paper_seconds]).encode() + b"\n"

    def _hand_over(self, order: bytes, answers: int) -> None:
        if self._owed:
            raise RuntimeError("a page is being rendered; take its result first")
        self.start()
        self._owed = answers
        self._answers, self._attached = queue.SimpleQueue(), queue.SimpleQueue()
        # A thread of its own writes and reads: a large page must not block the caller.
        self._reader = threading.Thread(
            target=_exchange,
            args=(self._process, order, answers, self._attached, self._answers),
            daemon=True,
        )
        self._reader.start()

    def _answer(self, limit: float, patience: float | None = None, *, paper: bool) -> bytes:
        """The next answer's content."""
        if not self._owed:
            raise RuntimeError("no page was submitted")
        loading = 0.0 if self._loaded else _LOADING_SECONDS
        allowed = limit + _MARGIN_SECONDS + loading if patience is None else patience
        try:
            answer = self._answers.get(timeout=allowed)
        except queue.Empty:
            told = self._ended_by(limit if patience is None else patience, paper=paper)
            self._stop()
            raise WorkerError(told) from None
        if not answer:
            self._await_end()
            told = self._ended_by(limit, paper=paper)
            self._stop()
            raise WorkerError(told)
        self._owed -= 1
        self._loaded = True
        if answer[:1] == DONE:
            return answer[1:]
        self._owed = 0
        if answer[:1] == GONE:
            self._stop()
        said = json.loads(answer[1:])
        raise WorkerError(Text(said["zh"], said["en"]))

    def _await_end(self) -> None:
        """Let a process that has closed its pipe come to its end, to see what ended it."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_FAREWELL_SECONDS)

    def _ended_by(self, seconds: float, *, paper: bool) -> Text:
        """Why no answer came, from what the process left."""
        from reportgen.render.endings import ending  # noqa: PLC0415 - only after a failure

        code = self._process.poll() if self._process else None
        words = b""
        if self._last_words is not None:
            self._last_words.seek(0)
            words = self._last_words.read()
        told = words.decode("utf-8", "replace")
        return ending(code, told, seconds, self._limits.memory, paper=paper)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        busy, self._owed = self._owed, 0
        self._attached.put(packed(()))  # lets a thread that waits for it go
        if process.stdin is not None and not busy:
            with contextlib.suppress(OSError):
                process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_FAREWELL_SECONDS)
        if process.poll() is None:
            process.kill()
        process.wait()
        if self._reader is not None:
            self._reader.join(_FAREWELL_SECONDS)
            self._reader = None
        for pipe in (process.stdin, process.stdout, self._last_words):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _exchange(
    process: subprocess.Popen[bytes],
    order: bytes,
    answers: int,
    attached: queue.SimpleQueue[bytes],
    answered: queue.SimpleQueue[bytes],
) -> None:
    """Hand an order over and take its answers; the last one's attachments go before it."""
    try:
        if process.stdin is None or process.stdout is None:
            return
        with contextlib.suppress(OSError, ValueError):  # the process is gone: no answer
            write(process.stdin, order)
            for left in range(answers, 0, -1):
                if left == 1 and (order[:1] == PAGE or answers > 1):
                    write(process.stdin, attached.get())
                answer = read(process.stdout)
                if answer is None:
                    return
                answered.put(answer)
                if answer[:1] != DONE:
                    return
    finally:
        answered.put(b"")  # nothing more comes
