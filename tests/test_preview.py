"""The preview in a real browser: saves, broken saves, choices, numbers and pages."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from tests.previews import Running, chinese_workbook, preview, save

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api")
Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")

RENT = "| 6.7 | | 6.8 |"
BROKEN = ("| 331 |", "| 面议 |")
PATIENCE_MS = 60_000  # on a machine with much other work


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return chinese_workbook(tmp_path_factory.mktemp("preview"))


@pytest.fixture(scope="module")
def running(book: Path) -> Iterator[Running]:
    with preview(book, "--port", "0") as one:
        yield one


class Shown:
    """The page in a browser: it must stay silent."""

    def __init__(self, page: Any, book: Path) -> None:
        self.page = page
        self.book = book
        self.note = page.frame_locator("#web")
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            self.said.append(request.url)

    def rent(self) -> Any:
        return self.note.locator('td [data-figure="rent.h100.1y"]').first

    def expect_rent(self, text: str) -> None:
        playwright.expect(self.rent()).to_have_text(text, timeout=PATIENCE_MS)

    def expect_status(self, status: str) -> None:
        self.page.wait_for_selector(f'body[data-status="{status}"]', timeout=PATIENCE_MS)

    def scrolled(self) -> float:
        found: float = self.page.evaluate("document.getElementById('web').contentWindow.scrollY")
        return found


@pytest.fixture(scope="module")
def browser_page(running: Running, book: Path) -> Iterator[Shown]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": 1280, "height": 560},
            permissions=["clipboard-read", "clipboard-write"],
        )
        shown = Shown(context.new_page(), book)
        shown.page.goto(running.address)
        shown.note.locator("html.cards").wait_for(timeout=PATIENCE_MS)
        shown.expect_rent("6.7–6.8")
        yield shown
        assert shown.said == []
        browser.close()


@pytest.fixture
def shown(browser_page: Shown) -> Iterator[Shown]:
    yield browser_page
    browser_page.page.locator("#view label").nth(0).click()  # a test that failed may have left it
    save(browser_page.book)
    browser_page.expect_rent("6.7–6.8")
    browser_page.expect_status("shown")


def test_the_token_leaves_the_address_at_once(shown: Shown, running: Running) -> None:
    assert shown.page.url == f"http://127.0.0.1:{running.port}/"
    assert shown.page.evaluate("document.cookie") == ""


def test_a_save_changes_the_number_and_keeps_the_place(shown: Shown) -> None:
    for low in ("6.5", "6.6", "6.3"):  # a whole new page of the test before may still arrive
        shown.rent().scroll_into_view_if_needed()
        shown.page.evaluate("document.getElementById('web').contentWindow.scrollBy(0, 37)")
        before, box = shown.scrolled(), shown.rent().bounding_box()
        assert before > 100
        shown.page.evaluate("document.getElementById('web').contentWindow.kept = true")
        save(shown.book, (RENT, f"| {low} | | 6.8 |"))
        shown.expect_rent(f"{low}–6.8")
        if shown.page.evaluate("document.getElementById('web').contentWindow.kept === true"):
            break
    assert shown.page.evaluate("document.getElementById('web').contentWindow.kept")  # no reload
    assert shown.scrolled() == pytest.approx(before, abs=2)
    assert shown.rent().bounding_box()["y"] == pytest.approx(box["y"], abs=2)
    assert "just-changed" in shown.rent().get_attribute("class")
    shown.page.wait_for_selector("#changed:not([hidden])")


def test_the_charts_follow(shown: Shown) -> None:
    save(shown.book, (RENT, "| 6.4 | | 6.8 |"))
    label = shown.note.locator('svg text[data-figure="rent.h100.1y"]').first
    playwright.expect(label).to_contain_text("6.4", timeout=PATIENCE_MS)


def test_a_broken_save_shows_its_issues_and_keeps_the_last_good_note(shown: Shown) -> None:
    save(shown.book, BROKEN)
    shown.expect_status("broken")
    banner = shown.page.locator("#banner")
    playwright.expect(banner).to_be_visible()
    playwright.expect(banner).to_contain_text("最后可用版本")
    shown.expect_rent("6.7–6.8")
    issue = shown.page.locator(".issue.error").first
    playwright.expect(issue).to_contain_text("面议")
    playwright.expect(shown.page.locator("#verdict")).not_to_contain_text("可以生成")
    save(shown.book)
    shown.expect_status("shown")
    playwright.expect(banner).to_be_hidden()


def test_a_half_saved_file_is_waited_for_and_then_said_to_be(shown: Shown) -> None:
    whole = chinese_workbook(shown.book.parent, (RENT, "| 6.3 | | 6.8 |"), name="~w.xlsx")
    data = whole.read_bytes()
    shown.book.write_bytes(data[: len(data) // 2])
    status = shown.page.locator("#status")
    playwright.expect(status).to_contain_text("是否仍在保存", timeout=PATIENCE_MS)
    shown.expect_rent("6.7–6.8")
    shown.book.unlink()
    playwright.expect(status).to_contain_text("找不到工作簿", timeout=PATIENCE_MS)
    shown.book.write_bytes(data)
    shown.expect_rent("6.3–6.8")
    playwright.expect(status).not_to_contain_text("是否仍在保存", timeout=PATIENCE_MS)


def test_other_files_of_the_folder_change_nothing(shown: Shown, running: Running) -> None:
    save(shown.book, (RENT, "| 6.1 | | 6.8 |"))
    shown.expect_rent("6.1–6.8")
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while (told := running.state())["proof"]["status"] not in ("ready", "refused", "failed"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (shown.book.parent / f"~${shown.book.name}").write_bytes(b"x" * 165)
    (shown.book.parent / "other.xlsx").write_bytes(shown.book.read_bytes())
    time.sleep(1.1)  # the watch looks twice a second; the time shown has another second
    assert running.state() == told
    os.remove(shown.book.parent / f"~${shown.book.name}")


def test_a_click_tells_where_a_number_comes_from(shown: Shown) -> None:
    change = shown.note.locator('td [data-figure^="change.rent.h100"][role=button]').first
    change.scroll_into_view_if_needed()
    change.click()
    panel = shown.page.locator("#number")
    playwright.expect(panel).to_be_visible()
    playwright.expect(panel).to_contain_text("(新值 − 旧值) ÷ 旧值 × 100")
    assert not shown.note.locator("#card").is_visible()
    panel.locator("[data-deeper]").first.click()
    playwright.expect(panel).to_contain_text("Prices!")
    panel.get_by_role("button", name="返回").click()
    playwright.expect(panel).to_contain_text("÷")
    panel.locator("[data-deeper]").first.click()
    panel.locator(".cell").first.click()
    copied = shown.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Prices!")


def test_the_keyboard_reaches_the_passport(shown: Shown) -> None:
    shown.rent().focus()
    shown.page.keyboard.press("Enter")
    panel = shown.page.locator("#number")
    playwright.expect(panel).to_contain_text("6.7–6.8 万元/台/月")  # the cards follow the numbers
    save(shown.book, (RENT, "| 6.2 | | 6.8 |"))
    shown.expect_rent("6.2–6.8")
    playwright.expect(panel).to_contain_text("6.2–6.8 万元/台/月")  # an open passport follows


def test_an_issue_leads_to_its_cell_and_to_the_number(shown: Shown) -> None:
    shown.page.locator("#issues-tab").click()
    shown.page.locator(".filter.remark").click()
    cell = shown.page.locator("button.cell").first
    address = shown.page.locator(".issue[data-address]").first.get_attribute("data-address")
    cell.click()
    assert shown.page.evaluate("navigator.clipboard.readText()") == address
    playwright.expect(shown.page.locator("#toast")).to_contain_text(address)
    shown.page.locator(".filter.remark").click()


def test_language_edition_and_theme_can_be_changed(shown: Shown) -> None:
    choose = shown.page.locator
    shown.rent().click()
    passport = choose("#number h2")
    playwright.expect(passport).to_contain_text("万元/台/月")
    choose("#lang label").nth(1).click()
    playwright.expect(shown.note.locator("html")).to_have_attribute(
        "lang", "en", timeout=PATIENCE_MS
    )
    assert "H100 rents rose" in shown.note.locator("h1").inner_text()
    playwright.expect(passport).to_contain_text("per server-month")  # it follows the note
    assert shown.page.locator("html").get_attribute("lang") == "zh-CN"  # the workbook's own
    choose("#edition label").nth(1).click()
    playwright.expect(shown.note.locator("body")).to_contain_text("B300", timeout=PATIENCE_MS)
    choose("#edition label").nth(0).click()
    playwright.expect(shown.note.locator("body")).not_to_contain_text("B300", timeout=PATIENCE_MS)
    choose("#lang label").nth(0).click()
    playwright.expect(shown.note.locator("html")).to_have_attribute(
        "lang", "zh-CN", timeout=PATIENCE_MS
    )


def test_the_pages_are_shown_and_the_verdict_is_the_builds(shown: Shown) -> None:
    shown.page.locator("#view label").nth(1).click()
    picture = shown.page.locator("#pages img").first
    picture.wait_for(timeout=PATIENCE_MS)
    shown.page.wait_for_function(
        "() => document.querySelector('#pages img')?.naturalWidth > 500", timeout=PATIENCE_MS
    )
    playwright.expect(shown.page.locator("#verdict")).to_contain_text(
        "可以生成", timeout=PATIENCE_MS
    )
    first = picture.get_attribute("src")
    save(shown.book, (RENT, "| 6.1 | | 6.8 |"))
    shown.page.wait_for_function(
        "(old) => { const now = document.querySelector('#pages img').getAttribute('src');"
        " return now && now !== old; }",
        arg=first,
        timeout=PATIENCE_MS,
    )
    shown.page.locator("#view label").nth(0).click()


def test_the_next_change_is_shown_on_its_page(shown: Shown) -> None:
    page = shown.page
    page.locator("#view label").nth(1).click()
    rents = page.locator('#pages button[data-figure="rent.h100.1y"]')
    for low in ("6.1", "6.2", "6.5"):  # a whole new page of the test before may still arrive
        page.evaluate("document.getElementById('web').contentWindow.kept = true")
        save(shown.book, (RENT, f"| {low} | | 6.8 |"))
        playwright.expect(rents.first).to_have_attribute(
            "aria-label", f"H100 一年期月租 {low}–6.8 万元/台/月", timeout=PATIENCE_MS
        )
        if page.evaluate("document.getElementById('web').contentWindow.kept === true"):
            break
    page.wait_for_selector("#changed:not([hidden])")
    for _ in range(2):
        page.evaluate("document.getElementById('pages').scrollTop = 1e6")  # to the last page
        page.locator("#changed button").click()
        seen = page.locator("#pages button.told-of")
        page.wait_for_function(
            "() => [...document.querySelectorAll('#pages button.told-of')].some((one) => {"
            " const [box, view] = [one, document.getElementById('pages')]"
            ".map((each) => each.getBoundingClientRect());"
            " return box.top >= view.top && box.bottom <= view.bottom; })",
            timeout=PATIENCE_MS,
        )
        assert page.locator("#web").is_hidden()  # it stays among the pages
        assert seen.count() > 0
    assert page.locator("#view input").nth(1).is_checked()
    save(shown.book, (RENT, "| 6.7 | | 6.8 |"))
    playwright.expect(rents.first).to_have_attribute(
        "aria-label", "H100 一年期月租 6.7–6.8 万元/台/月", timeout=PATIENCE_MS
    )
    page.locator("#view label").nth(0).click()


def test_a_number_on_a_page_tells_where_it_comes_from(shown: Shown) -> None:
    page, panel = shown.page, shown.page.locator("#number")
    page.locator("#view label").nth(1).click()
    rents = page.locator('#pages button[data-figure="rent.h100.1y"]')
    playwright.expect(rents.first).to_have_attribute(
        "aria-label", "H100 一年期月租 6.7–6.8 万元/台/月", timeout=PATIENCE_MS
    )
    assert rents.count() >= 4  # front page, text, table and chart
    rents.nth(1).click()
    playwright.expect(panel.locator("h2")).to_contain_text("6.7–6.8 万元/台/月")
    playwright.expect(panel).to_contain_text(f"第 2 处，共 {rents.count()} 处")
    playwright.expect(panel).to_contain_text("Prices!")
    assert page.locator("#pages .told-of").count() >= rents.count()
    panel.get_by_role("button", name="下一处").click()
    playwright.expect(panel).to_contain_text(f"第 3 处，共 {rents.count()} 处")

    # One tab stop a page; arrows go on, Enter tells.
    assert page.locator(".numbers >> nth=0 >> button[tabindex='0']").count() == 1
    first = page.locator("#pages .numbers button").first
    first.focus()
    page.keyboard.press("ArrowRight")
    second = page.locator("#pages .numbers button").nth(1)
    playwright.expect(second).to_be_focused()
    page.keyboard.press("Enter")
    label = second.get_attribute("aria-label") or ""
    playwright.expect(panel.locator("h2")).to_have_text(label)

    # A finger may miss a small number, and a click on bare paper tells nothing.
    box = rents.nth(1).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] + 3)
    playwright.expect(panel.locator("h2")).to_contain_text("H100 一年期月租")
    page.locator("#issues-tab").click()
    page.locator("#pages li").first.click(position={"x": 8, "y": 8})
    playwright.expect(panel).to_be_hidden()

    found = Axe().run(page, context="#pages")
    assert [one["id"] for one in found.response["violations"]] == []

    # The numbers follow a save, and so does the one that is told of and focused.
    rents.nth(1).click()
    save(shown.book, (RENT, "| 6.3 | | 6.8 |"))
    playwright.expect(rents.first).to_have_attribute(
        "aria-label", "H100 一年期月租 6.3–6.8 万元/台/月", timeout=PATIENCE_MS
    )
    playwright.expect(panel.locator("h2")).to_contain_text("6.3–6.8 万元/台/月")
    playwright.expect(rents.nth(1)).to_be_focused()
    page.locator("#view label").nth(0).click()
    assert shown.rent().evaluate("one => one.classList.contains('told-of')")


@pytest.mark.slow
def test_what_a_gate_refuses_is_shown_but_not_called_ready(shown: Shown) -> None:
    save(shown.book, ("S1 | broker", "S1 | expert_call"), (RENT, "| 6.0 | | 6.8 |"))
    shown.expect_rent("6.0–6.8")
    gate = shown.page.locator(".issue.error .code").first
    playwright.expect(gate).to_have_text("gate-call-unattested", timeout=PATIENCE_MS)
    verdict = shown.page.locator("#verdict")
    playwright.expect(verdict).to_contain_text("尚不能生成", timeout=PATIENCE_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(shown: Shown, scheme: str) -> None:
    shown.page.emulate_media(color_scheme=scheme)
    shown.page.locator("#issues-tab").click()
    found = Axe().run(shown.page, context="body", options={"iframes": False})
    told = [(one["id"], [node["html"] for node in one["nodes"]])
            for one in found.response["violations"]]  # fmt: skip
    assert told == []


def test_a_second_preview_stands_beside_and_ctrl_c_ends_all_of_it(
    running: Running, tmp_path: Path
) -> None:
    with preview(chinese_workbook(tmp_path), "--port", str(running.port)) as beside:
        assert beside.port != running.port
        family = beside.family()
        assert beside.stop()[0] == 0
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []
    assert running.process.poll() is None
