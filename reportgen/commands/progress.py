"""The running stage in one line, which shows when it lasts and clears itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from reportgen.language import Text

PATIENCE_SECONDS = 0.5
"""A stage shorter than this shows nothing."""

_BEAT_SECONDS = 0.1
_WORDS = {
    "load": Text("启动", "starting"),
    "read": Text("读取工作簿", "reading the workbook"),
    "check": Text("检查", "checking"),
    "analyse": Text("分析", "analysing"),
    "since": Text("对比上期", "comparing with the last issue"),
    "note": Text("组稿", "composing"),
    "charts": Text("绘图", "drawing"),
    "html": Text("网页", "setting the page"),
    "pdf": Text("排版", "typesetting"),
    "search": Text("复核", "searching the files"),
    "write": Text("写入", "writing"),
    "wait": Text("等待另一次生成", "waiting for another build"),
    "manifest": Text("清单", "listing"),
    "machine": Text("检查本机", "looking at this machine"),
}


class Progress:
    """Says which stage is running, and for how long, once it has lasted half a second.

    Call it with the name of each stage as it begins. `draw` shows a line in place of
    the last one and clears it when the line is empty. `beat` looks at the clock; a
    thread calls it.
    """

    def __init__(self, draw: Callable[[str], None], tick: Callable[[], float]) -> None:
        self._draw = draw
        self._tick = tick
        self._stage = ""
        self._since = tick()
        self._shown = ""
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __call__(self, stage: str) -> None:
        """A stage begins; what was said of the one before goes."""
        with self._lock:
            self._stage, self._since = stage, self._tick()
            self._show("")

    def beat(self) -> None:
        """Say what is to be said by now."""
        with self._lock:
            waited = self._tick() - self._since
            if self._stage and waited >= PATIENCE_SECONDS:
                self._show(line(self._stage, waited))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()
        self._show("")

    def _show(self, text: str) -> None:
        if text != self._shown:
            self._shown = text
            self._draw(text)

    def _run(self) -> None:
        while not self._over.wait(_BEAT_SECONDS):
            self.beat()


def line(stage: str, seconds: float) -> str:
    """A stage in both languages, since the workbook's is not known yet, and its full seconds."""
    words = _WORDS.get(stage)
    said = f"{words.zh} · {words.en}" if words else stage
    return f"{said} … {seconds:.0f} s" if seconds >= 1 else f"{said} …"


@contextmanager
def silence() -> Iterator[Callable[[str], None]]:
    """In place of Progress where nobody watches."""
    yield lambda _: None
