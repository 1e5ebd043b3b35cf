"""The preview's own parts without a browser: cuts, changes, choices, files and processes."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import psutil  # type: ignore[import-untyped]
import pytest

from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.preview import messages
from reportgen.preview.child import Child
from reportgen.preview.order import Order
from reportgen.preview.parts import changed_parts, parts_of, script_digest
from reportgen.preview.session import Session
from reportgen.preview.state import State
from reportgen.preview.told import address, as_message
from reportgen.preview.watching import seen, standing, watch
from tests.made import small_workbook

PAGE = """<!DOCTYPE html>
<html><head>
<meta http-equiv="Content-Security-Policy" content="script-src 'sha256-abc='; base-uri 'none'">
<title>{title}</title>
<style>{css}</style></head><body><div class="sheet">
<header class="masthead"><h1>x</h1></header>
<nav class="contents"></nav>
<main id="main">
<div class="front">{front}</div>
<section id="rents" class="chapter">{rents}</section>
<section id="risks" class="chapter">none</section>
</main>
<footer></footer></div>
<script type="application/json" id="passports">{{}}</script><script>1</script></body></html>
"""


def page(title: str = "t", css: str = "", front: str = "f", rents: str = "6.7") -> str:
    return PAGE.format(title=title, css=css, front=front, rents=rents)


def test_a_page_is_cut_at_its_regions_and_nothing_is_lost() -> None:
    parts = parts_of(page())
    assert list(parts) == [
        "head", "masthead", "contents", "front", "rents", "risks", "footer", "passports",
    ]  # fmt: skip
    assert "".join(parts.values()) == page()
    assert script_digest(page()) == "sha256-abc="


def test_only_changed_parts_travel() -> None:
    old = parts_of(page())
    assert changed_parts(old, parts_of(page(rents="6.8"))) == {
        "rents": '<section id="rents" class="chapter">6.8</section>\n'
    }
    assert changed_parts(old, parts_of(page(title="u"))) == {}  # no reader sees it
    assert changed_parts(old, parts_of(page(css="p{}"))) is None
    assert changed_parts(old, parts_of(page().replace('id="risks"', 'id="users"'))) is None


def test_a_browser_that_missed_some_changes_gets_them_together() -> None:
    state = State(Order("w.xlsx"), "w.xlsx")
    for one in (page(), page(rents="6.8"), page(rents="6.8", front="g"), page(rents="6.9")):
        state.put_page(one)
    assert state.version == 4
    assert state.since(4) == {}
    assert set(state.since(2) or ()) == {"front", "rents"}
    assert "6.9" in (state.since(1) or {})["rents"]
    assert state.since(0) is None  # the whole page
    assert state.since(5) is None
    state.put_page(page(css="p{}"))
    assert state.since(4) is None
    for number in range(40):
        state.put_page(page(css="p{}", rents=str(number)))
    assert state.since(6) is None  # too long ago
    assert set(state.since(state.version - 3) or ()) == {"rents"}


def test_choices_are_checked() -> None:
    order = Order("w.xlsx")
    assert order.with_choice("lang", "en") == Order("w.xlsx", "en")
    assert order.with_choice("edition", "internal") == Order("w.xlsx", None, "internal")
    assert order.with_choice("theme", "default") == order
    assert order.themes()[0] == "default"
    for name, value in [("lang", "fr"), ("edition", "x"), ("theme", "../default"),
                        ("theme", ""), ("workbook", "/etc/passwd")]:  # fmt: skip
        assert order.with_choice(name, value) is None


@pytest.mark.parametrize(
    ("sheet", "cell", "told"),
    [("价格", "J8", "价格!J8"), ("Prices", "", "Prices!A1"), ("My sheet", "B2", "'My sheet'!B2"),
     ("It's", "A1", "'It''s'!A1"), ("", "", ""), ("2026", "A1", "'2026'!A1")],
)  # fmt: skip
def test_addresses_are_those_of_excels_name_box(sheet: str, cell: str, told: str) -> None:
    assert address(sheet, cell) == told
    issue = Issue("x", Severity.ERROR, Text("甲", "a"), Text("", ""), "w.xlsx", sheet, cell)
    assert as_message(issue, "en")["address"] == told


def test_a_file_that_is_being_saved_is_not_whole(tmp_path: Path) -> None:
    book = small_workbook(tmp_path)
    assert standing(book) == "whole"
    data = book.read_bytes()
    book.write_bytes(data[:-30])
    assert standing(book) == "half"
    book.write_bytes(b"")
    assert standing(book) == "half"
    book.write_bytes(b"no workbook at all")
    assert standing(book) == "whole"  # the reader says what it is
    book.unlink()
    assert standing(book) == "missing"
    assert seen(book) is None
    assert seen(tmp_path) is None  # a folder


@pytest.mark.parametrize("events", [True, False])
def test_saves_are_noticed_with_and_without_file_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, events: bool
) -> None:
    book = small_workbook(tmp_path)
    if not events:  # as on a network drive

        async def silence(*_: object) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr("reportgen.preview.watching._listen", silence)

    async def saves() -> int:
        noticed = asyncio.Queue[None]()

        async def saved() -> None:
            noticed.put_nowait(None)

        task = asyncio.create_task(watch(book, saved))
        await asyncio.sleep(0.3)
        (tmp_path / "other.xlsx").write_bytes(b"x")
        await asyncio.sleep(0.7)
        before = noticed.qsize()
        small_workbook(tmp_path, name="new.xlsx").replace(book)
        await asyncio.wait_for(noticed.get(), 60)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return before

    assert asyncio.run(saves()) == 0


def test_two_callers_start_one_process() -> None:
    async def started() -> int:
        before = {one.pid for one in psutil.Process().children()}
        child = Child("reportgen.workbook.reading")  # stays until its pipe closes
        await asyncio.gather(child.start(), child.start(), child.start())
        after = {one.pid for one in psutil.Process().children()}
        await child.stop()
        return len(after - before)

    assert asyncio.run(started()) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits are read on Linux")
def test_a_file_that_cannot_be_opened_is_told_in_the_language_last_heard(tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    path.write_bytes(b"no workbook")

    async def looks() -> list[str]:
        session = Session(Order(str(path)), sys.platform, lambda: "12:00")
        running = asyncio.create_task(session.run())
        said = []
        try:
            for status in ("broken", "shown", "broken"):
                async with asyncio.timeout(30):
                    while session.state.status != status:
                        await session.next_news(session.state.tick)
                said.append(session.state.issues[0]["message"])
                if status == "broken":
                    small_workbook(tmp_path)
                else:
                    path.write_bytes(b"no workbook")
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return said

    first, _, last = asyncio.run(looks())
    assert "不是" in first
    assert last in first  # after the Chinese; an English workbook was shown since
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in last)


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be stopped and go on")
def test_an_order_that_died_with_its_process_is_given_to_a_new_one(tmp_path: Path) -> None:
    path = small_workbook(tmp_path)
    told: list[str] = []

    async def looks() -> str:
        session = Session(Order(str(path)), sys.platform, lambda: "12:00")
        running = asyncio.create_task(session.run())
        try:
            async with asyncio.timeout(60):
                while not session.state.page:
                    await session.next_news(session.state.tick)
                process = session._quick._process
                assert process is not None
                process.send_signal(signal.SIGSTOP)
                small_workbook(tmp_path, ("331", "345"))
                while session.state.status != "working":  # it has the order and cannot answer
                    await asyncio.sleep(0.02)
                await asyncio.sleep(0.1)
                process.kill()
                while 'value="345"' not in session.state.page and "broken" not in told:
                    await session.next_news(session.state.tick)
                    told.append(session.state.status)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return session.state.page

    assert 'value="345"' in asyncio.run(looks())
    assert "broken" not in told


class Played:
    """A process that is played: what it was told, and answers that a test puts in."""

    def __init__(self, _: str = "") -> None:
        self.told: list[messages.Message] = []
        self.to_say: asyncio.Queue[messages.Message] = asyncio.Queue()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def say(self, message: messages.Message) -> None:
        self.told.append(message)

    async def answers(self, _: float) -> AsyncIterator[tuple[messages.Message, bytes]]:
        while True:
            yield await self.to_say.get(), b""

    async def order(self) -> int:
        """The number of the next order that it was given."""
        while not (found := [one for one in self.told if "order" in one]):
            await asyncio.sleep(0.01)
        self.told.clear()
        return int(found[-1]["number"])

    def compose(self, number: int, *, late: bool = False) -> None:
        self.to_say.put_nowait(
            {"number": number, "lang": "zh", "speech": "zh", "title": "t", "late": late,
             "composed": True, "issues": [], "sheets": [], "seconds": {}}
        )  # fmt: skip

    def judge(self, number: int) -> None:
        self.to_say.put_nowait({"number": number, "ready": True, "lacking": False, "issues": []})


@asynccontextmanager
async def played(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Session]:
    """A session whose processes are played, so that their answers come when a test says."""
    monkeypatch.setattr("reportgen.preview.session.Child", Played)
    session = Session(Order(str(path)), sys.platform, lambda: "12:00")
    running = asyncio.create_task(session.run())
    try:
        async with asyncio.timeout(30):
            yield session
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_two_saves_shortly_after_another_are_proved_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def proved() -> tuple[bool, int]:
        async with played(small_workbook(tmp_path), monkeypatch) as session:
            quick, proof = cast("Played", session._quick), cast("Played", session._proof)
            quick.compose(await quick.order())
            small_workbook(tmp_path, ("331", "345"))
            number = await quick.order()
            quick.compose(number, late=True)
            await asyncio.sleep(1.2)
            early = any("order" in one for one in proof.told)  # while charts were being drawn
            quick.compose(number)
            proof.judge(await proof.order())
            while session.state.proof.status != "ready":
                await asyncio.sleep(0.01)
            await asyncio.sleep(1.2)
            assert session.state.proof.status == "ready"
            return early, len(proof.told)

    assert asyncio.run(proved()) == (False, 0)


def test_a_verdict_that_crosses_with_a_save_is_not_told_of_the_new_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told() -> tuple[str, str]:
        async with played(small_workbook(tmp_path), monkeypatch) as session:
            quick, proof = cast("Played", session._quick), cast("Played", session._proof)
            quick.compose(await quick.order())
            older = await proof.order()
            small_workbook(tmp_path, ("331", "345"))
            newer = await quick.order()
            proof.judge(older)
            await asyncio.sleep(0.2)
            crossed = session.state.proof.status
            quick.compose(newer)
            latest = await proof.order()
            proof.judge(latest)
            while session.state.proof.status == "working":
                await asyncio.sleep(0.01)
            return crossed, session.state.proof.status

    assert asyncio.run(told()) == ("none", "ready")


def test_the_quick_process_is_held_to_its_memory() -> None:
    async def limit() -> int:
        before = {one.pid for one in psutil.Process().children()}
        child = Child("reportgen.preview.quick")
        await child.start()
        (quick,) = [one for one in psutil.Process().children() if one.pid not in before]
        for _ in range(600):
            if (found := int(quick.rlimit(psutil.RLIMIT_AS)[0])) != psutil.RLIM_INFINITY:
                break
            await asyncio.sleep(0.05)
        await child.stop()
        return found

    assert asyncio.run(limit()) == 4 << 30


def test_messages_come_through_and_long_ones_are_refused() -> None:
    pipe = io.BytesIO()
    messages.write(pipe, {"a": "算力"}, b"\x00\xff")
    pipe.seek(0)
    assert messages.read(pipe) == ({"a": "算力"}, b"\x00\xff")
    assert messages.read(pipe) is None
    with pytest.raises(messages.BrokenMessageError):
        messages.read(io.BytesIO(b"\xff" * 16))
