"""The HTML in a real browser: a phone, a desk, the dark, and no requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reportgen.charts.palette import contrast
from reportgen.language import LANGS, Lang
from reportgen.render.html import render_html
from reportgen.render.theme import load_theme
from tests.sample_note import sample_charts, sample_note

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
        html = render_html(sample_note(lang), sample_charts(), load_theme())
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


def test_charts_stay_legible_on_a_phone(browser: Any, folder: Path) -> None:
    page = opened(browser, folder, "zh", 360)
    shown = page.evaluate("document.querySelector('.broad svg').getBoundingClientRect().width")
    assert shown >= 540  # drawn for 612 px: its 10 px labels stay near 9 px
    page.close()


def test_a_chart_lets_the_shadow_of_its_frame_show(browser: Any, folder: Path) -> None:
    page = opened(browser, folder, "en", 390)
    frame = page.locator(".broad .scroll.chart").first
    assert frame.evaluate("e => e.scrollWidth > e.clientWidth")
    assert "gradient" in frame.evaluate("e => getComputedStyle(e).backgroundImage")
    drawn = """e => {
      const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      ground.setAttribute('class', 'ground');
      ground.setAttribute('fill', '#ffffff');
      e.querySelector('svg').append(ground);
      return getComputedStyle(ground).fill;
    }"""
    assert frame.evaluate(drawn) == "none"
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
