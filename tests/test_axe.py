"""The page in Chromium under axe: no finding, in either language, width and scheme."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from reportgen.language import Lang

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")

RUN = """(part) => axe.run(part || document, {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(sample_note: Path) -> dict[str, Path]:
    """The sample note, compared with the issue before it, by language."""
    return {path.stem[-2:]: path for path in sample_note.glob("*.html")}


def opened(browser: Any, path: Path, width: int, scheme: str) -> Any:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.add_script_tag(content=(files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    return page


def findings(page: Any, part: str = "", least: int = 25) -> list[str]:
    """What axe objects to, one line an element, the rule first.

    `part` is a selector, for less than the whole page; at least so many rules must have applied.
    """
    report = page.evaluate(RUN, part)
    assert len(report["passes"]) > least  # it did look
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:160]}"
        for one in report["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("lang", "width", "scheme"), [("zh", 390, "light"), ("en", 1280, "dark")])
def test_axe_finds_nothing(
    browser: Any, pages: dict[str, Path], lang: Lang, width: int, scheme: str
) -> None:
    page = opened(browser, pages[lang], width, scheme)
    assert findings(page) == []
    page.context.close()


def test_axe_finds_nothing_with_a_card_open(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["zh"], 1280, "light")
    page.locator("main .fig").first.click()
    page.locator(".card").wait_for(state="visible")
    assert findings(page, ".card", least=8) == []
    page.context.close()
