"""The cards of the page in a real browser: mouse, touch and keyboard, phone and desk."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reportgen.analysis.analyse import analyse
from reportgen.charts.palette import contrast
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.pipeline import charted, pictures
from reportgen.render.html import render_html
from reportgen.render.theme import load_theme
from tests.test_note import whole

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")

DESK, PHONE = 1280, 390


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A note in both languages, with its charts, as files."""
    folder = tmp_path_factory.mktemp("cards")
    tables, theme = whole(), load_theme()
    for lang in LANGS:
        note = build_note(tables, analyse(tables), lang, "client")
        charts = dict[str, str]()
        for one in charted(note):
            charts |= pictures(one, lang, theme)
        (folder / f"{lang}.html").write_text(render_html(note, charts, theme), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


class Opened:
    """A page that must stay silent: no complaint, no request but for itself."""

    def __init__(
        self, browser: Any, file: Path, width: int, *, touch: bool = False, **more: Any
    ) -> None:
        self.said: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, has_touch=touch, is_mobile=touch, **more
        )
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.said.append(request.url))
        self.page.goto(file.as_uri())
        assert self.said == [file.as_uri()]
        self.said.clear()
        self.card = self.page.locator("#card")

    def figure(self, name: str, inside: str = "td") -> Any:
        return self.page.locator(f'{inside} [data-figure="{name}"]').first

    def focused(self) -> str:
        found: str = self.page.evaluate("document.activeElement.dataset.figure || ''")
        return found

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def close(self) -> None:
        assert self.said == []
        self.context.close()


@pytest.fixture
def open_page(browser: Any, pages: Path) -> Iterator[Any]:
    opened: list[Opened] = []

    def open_one(width: int = DESK, lang: Lang = "zh", **more: Any) -> Opened:
        opened.append(Opened(browser, pages / f"{lang}.html", width, **more))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


CHANGE = "change.rent.h200.1y"


def test_pointing_shows_a_card_and_pointing_away_hides_it(open_page: Any) -> None:
    page = open_page()
    figure = page.figure("rent.h100.1y")
    figure.scroll_into_view_if_needed()
    figure.hover()
    page.card.wait_for(state="visible")
    text = page.card.inner_text()
    assert "H100 一年期月租" in text
    assert "6.7–6.8 万元/台/月" in text
    assert "Prices!" in text
    page.card.hover()  # the card itself can be pointed at
    page.page.wait_for_timeout(500)
    assert page.card.is_visible()
    page.page.mouse.move(5, 5)
    page.card.wait_for(state="hidden")


def test_a_click_keeps_the_card_and_escape_gives_focus_back(open_page: Any) -> None:
    page = open_page()
    page.figure(CHANGE).click()
    page.page.mouse.move(5, 5)
    page.page.wait_for_timeout(500)
    assert page.card.is_visible()
    playwright.expect(page.card).to_contain_text("(新值 − 旧值) ÷ 旧值 × 100")
    page.press("Escape")
    page.card.wait_for(state="hidden")
    assert page.focused() == CHANGE


def test_inputs_lead_deeper_and_back(open_page: Any) -> None:
    page = open_page()
    page.figure(CHANGE).click()
    back = page.card.locator(".card-back")
    assert not back.is_visible()
    page.card.get_by_role("button", name="H200 一年期月租").first.click()
    page.card.wait_for(state="visible")
    playwright.expect(page.card).to_contain_text("F015")
    assert "÷" not in page.card.inner_text()
    back.click()
    playwright.expect(page.card).to_contain_text("÷")
    assert not back.is_visible()
    page.card.locator(".card-close").click()
    page.card.wait_for(state="hidden")


def test_a_range_that_rounds_to_one_number_is_told_in_full(open_page: Any) -> None:
    page = open_page()
    page.figure("payback.h100.1y").click()
    playwright.expect(page.card.locator("strong")).to_have_text("31 个月")
    playwright.expect(page.card).to_contain_text("30.9–31.3 个月")  # 210 ÷ 6.8 to 210 ÷ 6.7
    page.figure(CHANGE).click()
    playwright.expect(page.card.locator("dt", has_text="区间")).to_have_count(0)


def test_a_click_elsewhere_closes(open_page: Any) -> None:
    page = open_page()
    page.figure(CHANGE).click()
    page.page.locator("h2").first.click()
    page.card.wait_for(state="hidden")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_keyboard_opens_walks_and_closes(open_page: Any, width: int) -> None:
    page = open_page(width)
    page.figure(CHANGE).focus()
    for key in ("Enter", "Space"):
        page.press(key)
        page.card.wait_for(state="visible")
        assert page.page.evaluate("document.activeElement.id") == "card"
        page.press("Escape")
        assert page.focused() == CHANGE
    page.press("Enter", "Tab", "Tab", "Enter")  # close, first input: deeper
    assert page.card.locator(".card-back").is_visible()
    page.press("Shift+Tab")
    page.card.wait_for(state="hidden")
    assert page.focused() == CHANGE


def test_tab_past_the_last_input_closes(open_page: Any) -> None:
    page = open_page()
    page.figure(CHANGE).focus()
    page.press("Enter", "Tab", "Tab", "Tab", "Tab")
    page.card.wait_for(state="hidden")
    assert page.focused() == CHANGE


def test_one_tab_stop_a_paragraph_or_exhibit_and_arrows_inside(open_page: Any) -> None:
    page = open_page()
    stops = page.page.locator('[role=button][data-figure][tabindex="0"]').count()
    everything = page.page.locator("[role=button][data-figure]").count()
    groups = page.page.locator("figure.exhibit:has([data-figure])").count()
    assert everything > 4 * stops
    assert stops >= groups
    per_exhibit = page.page.evaluate(
        "[...document.querySelectorAll('figure.exhibit')].map("
        "(one) => [...one.querySelectorAll('[data-figure][tabindex=\"0\"]')]"
        ".filter((stop) => stop.checkVisibility()).length)"
    )
    charted = page.page.locator("figure.exhibit:has(svg)").count()
    assert max(per_exhibit) == 2  # a chart has its own, beside its caption's
    assert per_exhibit.count(2) <= charted
    page.page.locator('#exhibit-rent-table [data-figure][tabindex="0"]').focus()
    first = page.focused()
    page.press("ArrowRight")
    second = page.focused()
    assert second
    assert page.page.locator('#exhibit-rent-table [data-figure][tabindex="0"]').count() == 1
    page.press("ArrowLeft")
    assert page.focused() == first
    page.press("ArrowDown", "ArrowDown", "ArrowDown")
    below = page.page.evaluate("document.activeElement.closest('tr').rowIndex")
    page.press("ArrowUp")
    assert page.page.evaluate("document.activeElement.closest('tr').rowIndex") < below
    page.press("End")
    last = page.focused()
    page.press("Home")
    assert page.focused() not in ("", last)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_of_a_charts_two_pictures_only_the_one_shown_is_a_tab_stop(
    open_page: Any, width: int
) -> None:
    page = open_page(width=width)
    stops = page.page.evaluate(
        "[...document.querySelectorAll('.twofold svg [data-figure][tabindex=\"0\"]')].map("
        "(one) => { one.focus(); return document.activeElement === one; })"
    )
    assert sorted(set(stops)) == [False, True]
    assert stops.count(True) == page.page.locator(".twofold svg:visible").count()
    page.press("ArrowRight", "Enter")
    page.card.wait_for(state="visible")


def test_numbers_inside_links_stay_links(open_page: Any) -> None:
    page = open_page()
    assert page.page.locator("a [data-figure]").count() > 0
    assert page.page.locator("a [role=button]").count() == 0


@pytest.mark.parametrize("inside", ["text", "circle"])
def test_points_and_labels_of_charts_have_cards(open_page: Any, inside: str) -> None:
    page = open_page()
    mark = page.page.locator(
        f'#exhibit-rents-by-model svg {inside}[data-figure="rent.h100.1y"], '
        f'#exhibit-rents-by-model svg [data-figure="rent.h100.1y"] {inside}'
    ).first
    mark.scroll_into_view_if_needed()
    mark.click()
    playwright.expect(page.card).to_contain_text("H100 一年期月租")
    page.press("Escape")
    assert page.focused() == "rent.h100.1y"
    svg = page.page.locator("#exhibit-rents-by-model svg").first
    assert svg.get_attribute("role") == "group"


def test_a_tap_near_a_point_is_enough(open_page: Any) -> None:
    page = open_page(PHONE, touch=True)
    mark = page.page.locator("#exhibit-rents-by-model svg circle").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    page.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] - 6)
    page.card.wait_for(state="visible")


@pytest.mark.parametrize("lang", LANGS)
def test_a_tap_on_a_phone_opens_a_sheet_that_fits(open_page: Any, lang: Lang) -> None:
    page = open_page(PHONE, lang, touch=True)
    figure = page.figure(CHANGE)
    figure.scroll_into_view_if_needed()
    figure.tap()
    page.card.wait_for(state="visible")
    box = page.card.bounding_box()
    assert box is not None
    assert box["x"] == 0
    assert box["width"] == PHONE
    assert box["y"] + box["height"] == pytest.approx(800, abs=1)
    assert box["height"] <= 0.62 * 800 + 1
    page.card.locator("[data-deeper]").first.tap()
    playwright.expect(page.card).to_contain_text("F0")
    sizes = page.card.locator("button:visible").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
    page.page.touchscreen.tap(200, 100)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert not page.card.is_visible() or page.focused()


@pytest.mark.parametrize("width", [360, DESK])
def test_a_card_never_leaves_the_page(open_page: Any, width: int) -> None:
    page = open_page(width)
    for index in (0, 5, 11):
        figure = page.page.locator("td [data-figure][role=button]").nth(index)
        figure.scroll_into_view_if_needed()
        figure.click()
        box = page.card.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.press("Escape")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_has_contrast(open_page: Any, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    page.figure(CHANGE).click()
    pairs = page.card.evaluate(
        "(card) => [...card.querySelectorAll('*')].filter((one) => one.innerText)"
        ".map((one) => [getComputedStyle(one).color, getComputedStyle(card).backgroundColor])"
    )
    for ink, ground in pairs:
        colours = ["#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", one)[:3])
                   for one in (ink, ground)]  # fmt: skip
        assert contrast(*colours) >= 4.5


def test_the_card_speaks_the_notes_language(open_page: Any) -> None:
    page = open_page(lang="en")
    page.figure(CHANGE).click()
    text = page.card.inner_text()
    assert "Formula" in text
    assert "(new − old) ÷ old × 100" in text
    assert not re.search("[\u4e00-\u9fff]", text)


def test_without_scripts_the_page_reads_as_before(browser: Any, pages: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / "zh.html").as_uri())
    assert page.locator("[role=button]").count() == 0
    assert page.locator("#card, .cards-lead").count() == 0
    assert page.locator('svg[role="img"]').count() > 0
    context.close()


def test_printing_the_page_leaves_cards_out(open_page: Any) -> None:
    page = open_page()
    page.figure(CHANGE).click()
    page.page.emulate_media(media="print")
    page.card.wait_for(state="hidden")
    assert not page.page.locator(".cards-lead").is_visible()


def test_workbook_text_stays_text_in_a_card(browser: Any, pages: Path, tmp_path: Path) -> None:
    page_text = (pages / "zh.html").read_text(encoding="utf-8")
    attack = json.dumps('<img src=x onerror="document.title=1">')[1:-1].replace("<", "\\u003c")
    label = re.search(r'"label":"H200 一年期月租变化"', page_text)
    assert label
    changed = page_text.replace(label[0], f'"label":"{attack}"')
    file = tmp_path / "attack.html"
    file.write_text(changed, encoding="utf-8")
    page = Opened(browser, file, DESK)
    page.figure(CHANGE).click()
    playwright.expect(page.card).to_contain_text("<img src=x")
    assert page.card.locator("img").count() == 0
    page.close()
