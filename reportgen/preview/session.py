"""The preview's heart: a save comes in, the note is composed, shown, and then proved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.preview.child import Child, ChildDiedError, ChildLateError
from reportgen.preview.messages import Message
from reportgen.preview.order import Order
from reportgen.preview.pages import Pages
from reportgen.preview.state import LastGood, Proof, ProofStatus, State
from reportgen.preview.told import issue_in_both, side_by_side
from reportgen.preview.watching import standing, watch

VIEWS = ("web", "pages")
"""How the note can be looked at."""
_QUICK_PATIENCE = 60.0
_PROOF_PATIENCE = 240.0
_HALF_SAVED_SECONDS = 2.0  # as long as Excel may take without our saying anything
_RETRY_SECONDS = 0.05
_SAID_WHEN_LONGER_SECONDS = 0.5  # a look that is over by then needs no announcement
_SLOW_RETRY_SECONDS = 0.25
_PAGES_WANTED_SECONDS = 0.1  # the browser paints before the pages are set
_PAGES_UNSEEN_SECONDS = 0.8  # nobody looks at them: the next save may come first


class Session:
    """One workbook under preview. `run` lives as long as the preview does."""

    def __init__(self, order: Order, system: str, clock: Callable[[], str]) -> None:
        self._path = Path(order.workbook)
        self._system = system
        self._clock = clock
        self.state = State(order, self._path.name)
        self.pages: Pages | None = None
        self._quick = Child("reportgen.preview.quick")
        self._proof = Child("reportgen.preview.proof")
        self._number = 0
        self._due = asyncio.Event()
        self._to_prove = asyncio.Event()
        self._news = asyncio.Condition()
        self._pages_wanted = False
        self.closing = False

    async def run(self) -> None:
        """Watch, compose and prove until cancelled; then end the processes."""
        self._due.set()
        tasks = [
            asyncio.create_task(task)
            for task in (
                watch(self._path, self._saved),
                self._compose(),
                self._prove(),
                self._proof.start(),  # loads while the first note is composed
            )
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(self._quick.stop(), self._proof.stop())
            if self.pages is not None:
                self.pages.close()

    async def choose(self, name: str, value: str) -> bool:
        """Another language, edition, theme or view; False for what there is not."""
        if name == "view" and value in VIEWS:
            self._pages_wanted = value == "pages"
            return True
        order = self.state.order.with_choice(name, value)
        if order is None:
            return False
        if order != self.state.order:
            self.state.order = order
            await self._saved()
        return True

    async def next_news(self, tick: int) -> int:
        """Wait until something is new after `tick`."""
        async with self._news:
            await self._news.wait_for(lambda: self.closing or self.state.tick != tick)
        return self.state.tick

    async def close(self) -> None:
        """Let everyone who waits for news go."""
        self.closing = True
        async with self._news:
            self._news.notify_all()

    async def _tell(self) -> None:
        self.state.tick += 1
        async with self._news:
            self._news.notify_all()

    async def _saved(self) -> None:
        """The workbook, or a choice, is new: what is under way for the older is given up."""
        self._due.set()
        if self.state.proof.status == "working":
            self.state.proof = Proof()
            self._number += 1
            await self._proof.say({"number": self._number})

    # ---- the note for the screen ------------------------------------------------------------

    async def _compose(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            await self._wait_until_whole()
            self._number += 1
            number, order = self._number, self.state.order
            self.state.proof = Proof()
            if self.state.status != "starting":
                self.state.status = "working"
            announcement = asyncio.create_task(self._announce())
            try:
                await self._ask(number, order, announcement)
            except ChildDiedError:
                await self._show_fault(_stopped(self.state.file))
            finally:
                announcement.cancel()
            if not self._due.is_set():
                self._to_prove.set()

    async def _ask(self, number: int, order: Order, announcement: asyncio.Task[None]) -> None:
        """Have the note composed and shown; by a new process where one was ended from outside."""
        for again in (True, False):
            try:
                await self._quick.say({"number": number, "order": order.as_json()})
                async for message, page in self._quick.answers(_QUICK_PATIENCE):
                    if message["number"] != number:
                        continue
                    announcement.cancel()
                    await self._show(message, page, order)
                    if not message.get("late") or self._due.is_set():
                        return
            except ChildLateError:
                raise
            except ChildDiedError:
                if not again:  # the workbook itself ends it
                    raise

    async def _announce(self) -> None:
        await asyncio.sleep(_SAID_WHEN_LONGER_SECONDS)
        await self._tell()

    async def _wait_until_whole(self) -> None:
        """A file that is being saved is waited for, and after a while said to be."""
        loop = asyncio.get_running_loop()
        patience = loop.time() + _HALF_SAVED_SECONDS
        while (how := await asyncio.to_thread(standing, self._path)) != "whole":
            told = loop.time() >= patience
            if told and self.state.waiting != how:
                self.state.waiting = how
                await self._tell()
            await asyncio.sleep(_SLOW_RETRY_SECONDS if told else _RETRY_SECONDS)
        self.state.waiting = ""

    async def _show(self, message: Message, page: bytes, order: Order) -> None:
        if message.get("failed"):
            await self._show_fault(message["issues"])
            return
        state = self.state
        state.speech, state.heard = message["speech"], True
        state.issues, state.sheets = message["issues"], message["sheets"]
        state.seconds, state.late = message["seconds"], message["late"]
        state.status = "shown" if message["composed"] else "broken"
        if message["composed"]:
            state.put_page(page.decode())
            state.good = LastGood(order, message["lang"], message["title"], self._clock())
        await self._tell()

    async def _show_fault(self, issues: dict[str, list[dict[str, str]]]) -> None:
        state = self.state
        state.status, state.late = "broken", False
        state.issues = issues[state.speech] if state.heard else side_by_side(issues)
        await self._tell()

    # ---- the verdict and the pages ------------------------------------------------------------

    async def _prove(self) -> None:
        while True:
            await self._to_prove.wait()
            self._to_prove.clear()
            wanted = self._pages_wanted
            await asyncio.sleep(_PAGES_WANTED_SECONDS if wanted else _PAGES_UNSEEN_SECONDS)
            good = self.state.good
            if self._to_prove.is_set() or self._due.is_set():
                continue  # another note came meanwhile: once, and after its own pause
            if good is None or self.state.status != "shown" or self.state.late:
                continue
            self._number += 1
            number = self._number
            order = good.order.as_json() | {"lang": good.lang}
            self.state.proof = Proof("working")
            await self._tell()
            try:
                await self._proof.say({"number": number, "order": order, "system": self._system})
                async for message, paper in self._proof.answers(_PROOF_PATIENCE):
                    # A verdict may cross with the save that makes it one of an older note.
                    if message["number"] == number == self._number:
                        await self._show_proof(message, paper)
                    if message["number"] >= number:
                        break
            except ChildDiedError:
                if number == self._number:
                    issues = _unproved(self.state.file)[self.state.speech]
                    self.state.proof = Proof("failed", issues)
                    await self._tell()

    async def _show_proof(self, message: Message, paper: bytes) -> None:
        issues = message["issues"]
        if message.get("failed"):
            self.state.proof = Proof("failed", issues[self.state.speech])
        else:
            status: ProofStatus = "ready" if message["ready"] else "refused"
            self.state.proof = Proof(status, issues, message["lacking"])
        if paper:
            older, self.pages = self.pages, await asyncio.to_thread(Pages, paper, self.state.page)
            self.state.pages_version += 1
            self.state.pages_at = self.state.good.at if self.state.good else ""
            self.state.page_sizes = [(one.width, one.height) for one in self.pages.sizes]
            if older is not None:
                with suppress(OSError):
                    await asyncio.to_thread(older.close)
        await self._tell()


def _stopped(file: str) -> dict[str, list[dict[str, str]]]:
    message = Text(
        "读取这个工作簿的进程意外结束或超时。",
        "The process that reads this workbook stopped unexpectedly, or took too long.",
    )
    hint = Text(
        "请用 Excel 打开该文件并另存为新的 .xlsx；预览会在下次保存时重试。",
        "Open the file in Excel and save it under a new name as .xlsx; the preview tries again "
        "at the next save.",
    )
    issues: dict[str, list[dict[str, str]]] = issue_in_both(
        Issue("reader-stopped", Severity.ERROR, message, hint, file)
    )["issues"]
    return issues


def _unproved(file: str) -> dict[str, list[dict[str, str]]]:
    message = Text(
        "排版与复核的进程意外结束，未能得出结论。",
        "The process that sets and searches the pages stopped unexpectedly; there is no verdict.",
    )
    hint = Text(
        "下次保存时会重试；若再次出现，请运行 reportgen doctor。",
        "It is tried again at the next save; if it happens twice, run reportgen doctor.",
    )
    issues: dict[str, list[dict[str, str]]] = issue_in_both(
        Issue("proof-stopped", Severity.ERROR, message, hint, file)
    )["issues"]
    return issues
