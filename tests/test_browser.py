"""The HTML in a real browser: a phone, a desk, the dark, and no requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reportgen.charts.palette import contrast
from reportgen.language import LANGS, Lang
from reportgen.pipeline import charted, pictures
from reportgen.render.html import render_html
from reportgen.render.theme import load_theme
from tests.sample_note import sample_note

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pages")
    for lang in LANGS:
        note, theme, charts = sample_note(lang), load_theme(), dict[str, str]()
        for exhibit in charted(note):
            charts |= pictures(exhibit, lang, theme)
        html = render_html(note, charts, theme)
        (place / f"{lang}.html").write_text(html, encoding="utf-8")
    return place


def opened(browser: Any, folder: Path, lang: Lang, width: int, scheme: str = "light") -> Any:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto((folder / f"{lang}.html").as_uri())
    return page


@pytest.mark.parametrize("lang", LANGS)
def test_no_request_and_no_complaint(browser: Any, folder: Path, lang: Lang) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((folder / f"{lang}.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert asked == [(folder / f"{lang}.html").as_uri()]
    assert said == []
    page.close()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [320, 360, 430, 820, 1280])
def test_the_page_never_scrolls_sideways(
    browser: Any, folder: Path, lang: Lang, width: int
) -> None:
    page = opened(browser, folder, lang, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


_PICTURES = """() => [...document.querySelectorAll('figure.drawn div.chart')].map((chart) => {
  const shown = [...chart.querySelectorAll('svg')].filter((one) => one.checkVisibility());
  const sizes = [...shown[0].querySelectorAll('text')].map((one) =>
    parseFloat(getComputedStyle(one).fontSize) * shown[0].getScreenCTM().a);
  const box = shown[0].getBoundingClientRect();
  return { shown: shown.length, all: chart.querySelectorAll('svg').length,
           left: box.left, right: box.right, smallest: Math.min(...sizes) };
})"""


@pytest.mark.parametrize("width", [320, 360, 390, 560, 670, 700, 820, 1280])
def test_charts_fit_and_stay_legible(browser: Any, folder: Path, width: int) -> None:
    page = opened(browser, folder, "zh", width)
    charts = page.evaluate(_PICTURES)
    assert {one["all"] for one in charts} == {1, 2}  # halves of a page, and whole ones
    for one in charts:
        assert one["shown"] == 1
        assert 0 <= one["left"] < one["right"] <= width
        assert 9 <= one["smallest"] <= 17
    page.close()


def test_those_who_hear_a_page_meet_one_picture_of_a_chart(browser: Any, folder: Path) -> None:
    for width in (390, 1280):
        page = opened(browser, folder, "en", width)
        for chart in page.locator(".twofold div.chart").all():
            assert chart.get_by_role("group").or_(chart.get_by_role("img")).count() == 1
        assert page.locator(".twofold").count() > 0
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_table_row_is_about_stays_when_it_scrolls(
    browser: Any, folder: Path, scheme: str
) -> None:
    page = opened(browser, folder, "en", 360, scheme)
    told = page.evaluate("""() => {
      const frame = [...document.querySelectorAll('.scroll')]
        .filter((one) => one.scrollWidth > one.clientWidth + 40)[0];
      const head = frame.querySelector('tbody tr:not(.group, .base) > :first-child');
      const before = head.getBoundingClientRect().left;
      const styles = getComputedStyle(frame);
      frame.scrollLeft = 40;
      const ground = getComputedStyle(head).backgroundColor;
      return { moved: head.getBoundingClientRect().left - before, left: frame.scrollLeft,
               ground, hint: styles.backgroundImage };
    }""")
    assert told["left"] == 40
    assert abs(told["moved"]) < 0.5
    assert as_hex(told["ground"]) == getattr(load_theme(), scheme)["en"].paper
    assert "gradient" in told["hint"]  # the shadow at the edge says that there is more
    page.close()


_TEXT_COLOURS = """() => {
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || e.closest('script,style,title,desc')) continue;
    const svg = e.closest('svg');
    const colour = svg ? getComputedStyle(e).fill : getComputedStyle(e).color;
    found.add(colour + '|' + ground(svg ? svg.parentElement : e));
  }
  return [...found];
}"""


def as_hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGS)
def test_text_has_contrast(browser: Any, folder: Path, lang: Lang, scheme: str) -> None:
    page = opened(browser, folder, lang, 820, scheme)
    pairs = [pair.split("|") for pair in page.evaluate(_TEXT_COLOURS)]
    weak = [pair for pair in pairs if contrast(as_hex(pair[0]), as_hex(pair[1])) < 4.5]
    assert len(pairs) >= 5
    assert weak == []
    grounds = {as_hex(pair[1]) for pair in pairs}
    assert ("#15191d" in grounds) == (scheme == "dark")
    page.close()


def test_charts_follow_the_dark(browser: Any, folder: Path) -> None:
    page = opened(browser, folder, "zh", 820, "dark")
    fill = page.evaluate("getComputedStyle(document.querySelector('.chart svg rect')).fill")
    assert as_hex(fill) == load_theme().dark["zh"].paper
    page.close()


def test_the_keyboard_reaches_the_text_first(browser: Any, folder: Path) -> None:
    page = opened(browser, folder, "en", 820)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.close()
