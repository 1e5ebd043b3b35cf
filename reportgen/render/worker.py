"""A process that makes PDFs, started early so that the engine's import costs no waiting.

    with PdfWorker() as worker:      # starts at once; the workbook is read meanwhile
        ...
        data = worker.render(html, charts)

Two workers render two languages at the same time: `submit` to both, then `result`.
What is to travel inside the PDF can follow while the pages are being set: `attach`.
The messages on the pipe are a length in eight bytes and then that many bytes:
JSON towards the worker, the page first and then the attachments; one status byte
and then a PDF or JSON on the way back.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Self

from reportgen.language import Text
from reportgen.render.attachments import Attachment, packed, unpacked

_DONE, _FAILED = b"\x00", b"\x01"
_LENGTH = 8
_PATIENCE_SECONDS = 180.0
_FAREWELL_SECONDS = 2.0


class WorkerError(RuntimeError):
    """No PDF came back; `text` says why in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class PdfWorker:
    """One rendering process. One page at a time: `submit`, then `result`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._answer: bytes | None = None
        self._reader: threading.Thread | None = None
        self._attached: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def start(self) -> None:
        """Start the process if it does not run; returns at once, the import goes on behind."""
        if self._process is None:
            self._process = subprocess.Popen(
                # -P keeps the current folder off the path: a file json.py there must not be run.
                [sys.executable, "-P", "-m", "reportgen.render.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def submit(self, html: str, charts: Mapping[str, str]) -> None:
        """Hand over a finished print page; `result` gives the PDF, after `attach` if need be."""
        if self._reader is not None:
            raise RuntimeError("a page is being rendered; take its result first")
        self.start()
        request = json.dumps({"html": html, "charts": dict(charts)}).encode()
        # A thread of its own writes and reads: a large page must not block the caller.
        self._answer = None
        self._attached = queue.SimpleQueue()
        self._reader = threading.Thread(
            target=self._exchange, args=(request, self._attached), daemon=True
        )
        self._reader.start()

    def attach(self, attachments: Iterable[Attachment]) -> None:
        """Hand over what travels inside the submitted page's PDF; once, before `result`."""
        self._attached.put(packed(attachments))

    def result(self, patience: float = _PATIENCE_SECONDS) -> bytes:
        """The PDF of the submitted page. Raises WorkerError after `patience` seconds, too."""
        reader = self._reader
        if reader is None:
            raise RuntimeError("no page was submitted")
        self._attached.put(packed(()))  # counts only when nothing was attached
        reader.join(patience)
        self._reader = None
        if reader.is_alive():
            self._stop()
            raise WorkerError(_too_slow(patience))
        answer = self._answer
        if not answer:
            self._stop()
            raise WorkerError(_STOPPED)
        if answer[:1] == _DONE:
            return answer[1:]
        told = json.loads(answer[1:])
        raise WorkerError(Text(told["zh"], told["en"]))

    def render(
        self, html: str, charts: Mapping[str, str], patience: float = _PATIENCE_SECONDS
    ) -> bytes:
        """`submit` and `result` in one."""
        self.submit(html, charts)
        return self.result(patience)

    def close(self) -> None:
        """End the process; a page under way is given up."""
        self._stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _exchange(self, request: bytes, attached: queue.SimpleQueue[bytes]) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return
        with contextlib.suppress(OSError, ValueError):  # the process is gone: no answer
            _write(process.stdin, request)
            _write(process.stdin, attached.get())
            self._answer = _read(process.stdout)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        busy = self._reader is not None
        self._reader = None
        self._attached.put(packed(()))  # lets a thread that waits for it go
        if process.stdin is not None and not busy:
            with contextlib.suppress(OSError):
                process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_FAREWELL_SECONDS)
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


_STOPPED = Text(
    "PDF 排版进程意外结束。请重新运行；若再次出现，请运行 reportgen doctor。",
    "The PDF process stopped unexpectedly. Run again; if it happens twice, run reportgen doctor.",
)


def _too_slow(patience: float) -> Text:
    return Text(
        f"PDF 排版超过 {patience:g} 秒，已中止。请检查 templates 中最近的改动，或缩短证据表。",
        f"Making the PDF took more than {patience:g} seconds and was stopped. Look at the latest "
        "change in templates, or shorten the evidence table.",
    )


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """One message, or None at the end of the pipe."""
    head = pipe.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    length = int.from_bytes(head, "big")
    data = pipe.read(length)
    return data if len(data) == length else None


class _Attached:
    """The attachments of one page, read from the pipe when first asked for."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._files: Sequence[Attachment] | None = None

    def files(self) -> Sequence[Attachment]:
        """The files; waits until they have come."""
        if self._files is None:
            self._files = unpacked(_read(self._pipe) or b"[]")
        return self._files


def _serve() -> None:
    """The process's whole life: import the engine, then answer until the pipe closes."""
    # The engine prints advice to standard output when a library is missing; the pipe is ours.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions = sys.stdin.buffer
    problem: Text | None = None
    try:
        from reportgen.render import pdf  # noqa: PLC0415 - this is what the process is for
    except OSError:
        problem = Text(
            "本机缺少 Pango，无法生成 PDF。请运行 reportgen doctor 查看安装方法。",
            "This machine lacks Pango, which the PDF needs. Run reportgen doctor for the cure.",
        )
    # A page's objects live until it is printed; looking for garbage among them costs a sixth of
    # the time and finds next to nothing. It is collected between pages instead.
    gc.disable()
    used = False
    while (message := _read(questions)) is not None:
        if used:
            gc.collect()
        if problem is not None:
            _read(questions)
            _write(answers, _FAILED + _as_json(problem))
            continue
        request = json.loads(message)
        attached = _Attached(questions)
        try:
            data = pdf.render_pdf(request["html"], request["charts"], attached.files)
        except pdf.PdfError as error:
            _write(answers, _FAILED + _as_json(error.text))
        except Exception as error:  # whatever it is becomes a message, not a traceback
            _write(answers, _FAILED + _as_json(_unexpected(error)))
        else:
            _write(answers, _DONE + data)
            used = True
        attached.files()  # a page that failed early has left them in the pipe
    os._exit(0)  # nothing is left to say; taking the heap apart would only keep the caller waiting


def _unexpected(error: Exception) -> Text:
    kind = type(error).__name__
    return Text(
        f"排版引擎出错（{kind}）。请检查 templates 中最近的改动。",
        f"The printing engine failed ({kind}). Look at the latest change in templates.",
    )


def _as_json(text: Text) -> bytes:
    return json.dumps({"zh": text.zh, "en": text.en}).encode()


if __name__ == "__main__":
    _serve()
