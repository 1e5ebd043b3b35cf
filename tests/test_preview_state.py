"""The preview's own parts without a browser: cuts, changes, choices, files and processes."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from pathlib import Path

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
        await asyncio.wait_for(noticed.get(), 5)
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


def test_the_quick_process_is_held_to_its_memory() -> None:
    async def limit() -> int:
        before = {one.pid for one in psutil.Process().children()}
        child = Child("reportgen.preview.quick")
        await child.start()
        (quick,) = [one for one in psutil.Process().children() if one.pid not in before]
        for _ in range(100):
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
