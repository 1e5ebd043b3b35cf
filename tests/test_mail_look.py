"""A mail's body as mail programs show it: its pictures, a phone, the dark, pictures blocked."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from reportgen.charts.palette import contrast
from reportgen.language import LANGS, Lang
from reportgen.note.front import PageOne, page_one, read_page_one
from reportgen.render.html import render_html
from reportgen.render.mail import Frame, Shown, mail_text, shown_width, subject_of
from reportgen.render.mail_page import mail_html
from reportgen.render.raster import PLATE, WIDTH, NoChartError, Raster, chart_in, rasters
from reportgen.render.theme import load_theme
from reportgen.render.worker import PdfWorker
from tests.sample_note import sample_charts, sample_note

CHROMIUM = Path("/usr/bin/chromium")
FRAME = Frame("您好：", "note-zh.pdf")
THEME = load_theme()
PAGE_ONE = re.compile(r'id="page-one">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def pages() -> dict[Lang, str]:
    """The finished web pages."""
    return {lang: render_html(sample_note(lang), sample_charts(), THEME) for lang in LANGS}


@pytest.fixture(scope="module")
def fronts(pages: dict[Lang, str]) -> dict[Lang, PageOne]:
    """Page one as the pages carry it."""
    found = {lang: PAGE_ONE.search(page) for lang, page in pages.items()}
    return {lang: read_page_one(match[1]) for lang, match in found.items() if match}


@pytest.fixture(scope="module")
def drawn(pages: dict[Lang, str], fronts: dict[Lang, PageOne]) -> dict[str, Raster]:
    """The pictures of the Chinese mail."""
    charts = {one.id: chart_in(pages["zh"], one.id) for one in fronts["zh"].charts}
    with PdfWorker() as worker:
        found = rasters(charts, "zh", worker)
        assert rasters(charts, "zh", worker) == found  # equal charts give equal bytes
    return found


def shown(drawn: dict[str, Raster]) -> dict[str, Shown]:
    return {
        name: Shown(f"{name}@reportgen.invalid", shown_width(one.width))
        for name, one in drawn.items()
    }


# ---- what is said ---------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_carries_its_first_page_whole(fronts: dict[Lang, PageOne], lang: Lang) -> None:
    assert fronts[lang] == page_one(sample_note(lang))


@pytest.mark.parametrize("lang", LANGS)
def test_both_bodies_say_all_of_page_one(
    fronts: dict[Lang, PageOne], drawn: dict[str, Raster], lang: Lang
) -> None:
    front = fronts[lang]
    text = re.sub(r"\s+", "", mail_text(front, FRAME, THEME))
    html = mail_html(front, FRAME, shown(drawn), THEME)
    seen = re.sub(r"\s|&nbsp;|<[^>]*>", "", html).replace("&#39;", "'").replace("&amp;", "&")
    said = [
        front.title, front.subtitle, front.caveat, front.kind, front.standing, front.house,
        front.issued, front.licence, *front.changes, *front.signs,
        *(part for point in front.points for part in (point.lead, point.text)),
        *(part for one in front.numbers for part in (one.label, one.value, one.unit, one.detail)),
        *(part for one in front.charts for part in (one.title, one.source)),
    ]  # fmt: skip
    for words in said:
        assert re.sub(r"\s+", "", words) in text, words
        assert re.sub(r"\s+", "", words) in seen, words


def test_the_opening_sentence_has_the_day_alone(fronts: dict[Lang, PageOne]) -> None:
    english = mail_text(replace(fronts["en"], issued="6 Jul 2026 08:30"), FRAME, THEME)
    assert " of 6 Jul 2026 is attached as a PDF" in english
    assert "6 Jul 2026 08:30" in english  # among the facts
    chinese = mail_text(replace(fronts["zh"], issued="2026 年 7 月 6 日 08:30"), FRAME, THEME)
    assert "（2026 年 7 月 6 日），要点如下" in chinese


def test_charts_that_stay_legible_on_a_phone_come_first(fronts: dict[Lang, PageOne]) -> None:
    halves = {one.id for one in sample_note("zh").exhibits() if one.half_width}
    assert len(fronts["zh"].charts) == 2
    assert {one.id for one in fronts["zh"].charts} <= halves


def test_what_is_internal_or_a_sample_says_so_in_subject_and_body(
    fronts: dict[Lang, PageOne],
) -> None:
    front = replace(fronts["en"], edition="internal", sample=True)
    assert subject_of(front, THEME).startswith("[Internal] [Sample] Sample Research: ")
    assert "Internal edition: not for distribution" in mail_html(front, FRAME, {}, THEME)
    assert "Internal edition: not for distribution" in mail_text(front, FRAME, THEME)


def test_words_of_a_workbook_stay_words(fronts: dict[Lang, PageOne]) -> None:
    evil = '"><img src=x onerror=1><script>1</script>{{ 7 * 7 }}'
    front = replace(fronts["zh"], title=evil, caveat=evil, changes=(evil,), house=evil)
    html = mail_html(front, replace(FRAME, greeting=evil), {}, THEME)
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in html


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format":"reportgen-page-one","version":1}', '{"format":3}']
)
def test_a_damaged_first_page_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own error is one too
        read_page_one(text)


def test_an_exhibit_without_a_chart_is_named(pages: dict[Lang, str]) -> None:
    for name in ("nothing", "rent-table"):
        with pytest.raises(NoChartError, match=name):
            chart_in(pages["zh"], name)


# ---- how it looks ---------------------------------------------------------------------------


def test_pictures_are_small_sharp_and_on_white(drawn: dict[str, Raster]) -> None:
    for one in drawn.values():
        picture = Image.open(io.BytesIO(one.data)).convert("RGB")
        assert picture.width == WIDTH
        assert abs(picture.height / picture.width - one.height / one.width) < 0.01
        assert picture.getpixel((2, 2)) == (255, 255, 255)
        colours = picture.getcolors(WIDTH * WIDTH)
        assert colours is not None
        assert (0x17, 0x32, 0x4D) in {colour for _, colour in colours}  # a bar, in our blue
        assert len(one.data) < 60_000


def test_pictures_reach_to_the_edges_of_each_chart() -> None:
    frame = "M0.5 0.5H599.5V{0}.5H0.5Z"
    charts = {
        f"c{height}": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 {height + 1}">'
        f'<path d="{frame.format(height)}" fill="none" stroke="#17324d"/></svg>'
        for height in (59, 123, 240)
    }
    with PdfWorker() as worker:
        found = rasters(charts, "en", worker)
    for one in found.values():
        picture = Image.open(io.BytesIO(one.data)).convert("L")
        right, bottom = picture.width - 2, picture.height - 2
        for x, y in ((1, bottom // 2), (right, bottom // 2), (right // 2, 1), (right // 2, bottom)):
            assert int(picture.getpixel((x, y))) < 128  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("blocked", [False, True], ids=["pictures", "blocked"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGS)
def test_the_body_in_a_browser(
    browser: Any, fronts: dict[Lang, PageOne], drawn: dict[str, Raster], lang: Lang, scheme: str,
    *, blocked: bool,
) -> None:  # fmt: skip
    framed = replace(FRAME, logo=Shown("logo@reportgen.invalid", 172, 52))
    html = mail_html(fronts[lang], framed, shown(drawn), THEME)
    plate = io.BytesIO()
    Image.new("RGB", (3 * 172, 3 * 52), "#ffffff").save(plate, "PNG")
    sent = {"logo": plate.getvalue()} | {name: one.data for name, one in drawn.items()}
    for name, picture in sent.items():
        data = "" if blocked else base64.b64encode(picture).decode()
        html = html.replace(f"cid:{name}@reportgen.invalid", f"data:image/png;base64,{data}")
    page = browser.new_page(viewport={"width": 640, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html)
    assert [url for url in asked if not url.startswith("data:")] == []
    for width in (640, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        boxes = page.evaluate(
            "[...document.images].map(i => [i.getBoundingClientRect().right, i.naturalWidth])"
        )
        assert len(boxes) == 3
        assert all(right <= width for right, _ in boxes)
        assert [natural for _, natural in boxes] == (
            [0, 0, 0] if blocked else [3 * 172, WIDTH, WIDTH]
        )
        logo = page.evaluate("document.images[0].getBoundingClientRect().toJSON()")
        assert (logo["width"], logo["height"]) == (172, 52)  # blocked or not
        words = page.evaluate("document.querySelector('p').getBoundingClientRect().left")
        assert logo["left"] + PLATE == words  # its white does not push it aside
    text = page.evaluate(
        "[...document.querySelectorAll('p,h1,h2,strong,span')].map("
        "e => [getComputedStyle(e).color, parseFloat(getComputedStyle(e).fontSize)])"
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"  # in the dark too: the pictures are white
    for colour, size in text:
        red, green, blue = map(int, re.findall(r"\d+", colour))
        assert contrast(f"#{red:02x}{green:02x}{blue:02x}", "#ffffff") >= 4.4
        assert size >= 12
    page.close()
