"""The note as HTML: every run marked for what it is, nothing lost, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from reportgen.language import LANGS, Lang
from reportgen.note.model import Note, Paragraph, Run, Section
from reportgen.note.signs import MEANINGS
from reportgen.render.html import render_html
from reportgen.render.theme import load_theme
from reportgen.render.views import Medium, MissingChartError
from tests.sample_note import runs_of, sample_charts, sample_note

THEME = load_theme()
VOID = {"meta", "link", "br", "img", "col", "input", "hr"}


class Page(HTMLParser):
    """Text, elements and attributes of a page; asserts that elements nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


def render(lang: Lang = "zh", medium: Medium = "web", note: Note | None = None) -> str:
    return render_html(note or sample_note(lang), sample_charts(), THEME, medium)


def with_paragraph(*runs: Run) -> Note:
    note = sample_note("zh")
    return replace(note, sections=(Section("only", "一章", (Paragraph(runs),)),))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("medium", ["web", "print"])
def test_no_run_is_lost(lang: Lang, medium: Medium) -> None:
    page = Page(render(lang, medium))
    missing = [run.text for run in runs_of(sample_note(lang)) if run.text not in page.text]
    assert missing == []


@pytest.mark.parametrize(
    ("lang", "notes", "told"),
    [
        ("zh", ("只知下限。", "* 可信度低"), "注：只知下限。* 可信度低"),
        ("zh", ("费率 4%", "* 可信度低"), "注：费率 4%；* 可信度低"),
        ("en", ("Only a floor.", "* low confidence"), "Notes: Only a floor. * low confidence"),
        ("en", ("rate 4%", "* low confidence"), "Notes: rate 4%; * low confidence"),
    ],
)
def test_notes_below_an_exhibit_do_not_run_into_each_other(
    lang: Lang, notes: tuple[str, ...], told: str
) -> None:
    note = sample_note(lang)
    first = note.exhibits()[0]
    short = replace(first, notes=tuple((Run(one),) for one in notes))
    section = Section("only", "x", (short,))
    assert told in Page(render(lang, note=replace(note, sections=(section,)))).text


@pytest.mark.parametrize("medium", ["web", "print"])
def test_each_kind_of_run_is_marked(medium: Medium) -> None:
    html = render(
        note=with_paragraph(
            Run("租金 "),
            Run("6.7–6.8", "figure", figure="rent.h100.1y", value=6.75, mark="†"),
            Run("2026 年", "time", datetime="2026"),
            Run("H100", "name"),
            Run("八万", "quote"),
            Run("F004", "ref"),
            Run("730", "const"),
            Run("S0123", "legal", strong=True),
        ),
        medium=medium,
    )
    before, gap = ("", " ") if medium == "print" else (" ", "")  # see typography.carried
    meaning = "" if medium == "print" else f' title="{MEANINGS["†"].zh}"'
    assert (
        f'<p>租金{before}<data class="fig" value="6.75" data-figure="rent.h100.1y">{gap}'
        f'<span class="fixed">6.7–6.8</span></data><sup class="mark"{meaning}>†</sup>'
        '<time datetime="2026">2026 年</time><span class="name">H100</span>'
        '<q class="quote">八万</q><span class="ref">F004</span><span class="const">730</span>'
        '<strong><span class="legal">S0123</span></strong></p>'
    ) in html


@pytest.mark.parametrize("medium", ["web", "print"])
def test_a_sign_stays_with_the_unit_before_it(medium: Medium) -> None:
    ratio = Run("3–4 倍", "figure", figure="inference.ratio", value=3.5, mark="‡")
    html = render(note=with_paragraph(Run("升至 "), ratio), medium=medium)
    meaning = "" if medium == "print" else f' title="{MEANINGS["‡"].zh}"'
    assert (
        '<p>升至 <span class="fixed"><data class="fig" value="3.5" data-figure="inference.ratio">'
        f'3–4 倍</data><sup class="mark"{meaning}>‡</sup></span></p>'
    ) in html


@pytest.mark.parametrize("medium", ["web", "print"])
def test_text_is_escaped_wherever_it_stands(medium: Medium) -> None:
    attack = '"><img src=x onerror=alert(1)>{{ 7 * 7 }}'
    note = sample_note("zh")
    title = (Run(attack, "figure", figure=attack, value=1),)
    note = replace(
        note,
        cover=replace(note.cover, title=title, house=attack, authors=(title,), kind=attack),
        sections=(Section("only", attack, (Paragraph(title, lead=title),)),),
        keywords=(attack,),
        passports={"x": attack},
    )
    html = render(note=note, medium=medium)
    assert "<img src=x" not in html
    assert "49" not in Page(html).text
    assert attack in Page(html).text


def test_the_page_loads_nothing() -> None:
    page = Page(render())
    html = render()
    assert page.all("link") == []
    assert page.all("img") == []
    assert [attrs.get("type") for attrs in page.all("script")] == [
        "application/json",
        "application/json",
        None,
    ]
    assert not re.search(r'(?:src|href)="(?!#)', html)
    assert not re.search(r"@import|url\((?!#)", html)
    assert "default-src 'none'" in html


def test_the_policy_lets_no_script_run_but_the_pages_own() -> None:
    html = render()
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert script
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert "<script" not in render(medium="print")


def test_passports_are_json_that_cannot_close_their_element() -> None:
    found = re.search(r'<script type="application/json" id="passports">(.*?)</script>', render())
    assert found
    assert json.loads(found[1]) == sample_note("zh").passports


@pytest.mark.parametrize("lang", LANGS)
def test_ids_are_unique_and_links_lead_somewhere(lang: Lang) -> None:
    for medium in ("web", "print"):
        page = Page(render(lang, medium))
        ids = [attrs["id"] for _, attrs in page.seen if attrs.get("id")]
        assert len(ids) == len(set(ids))
        targets = {str(attrs["href"])[1:] for attrs in page.all("a")}
        assert targets <= set(ids)
        for _, attrs in page.seen:
            labels = str(attrs.get("aria-labelledby") or "").split()
            assert set(labels) <= set(ids)


@pytest.mark.parametrize("lang", LANGS)
def test_structure_for_those_who_hear_the_page(lang: Lang) -> None:
    page = Page(render(lang))
    tags = [tag for tag, _ in page.seen]
    assert page.all("html")[0]["lang"] == {"zh": "zh-CN", "en": "en"}[lang]
    assert tags.count("h1") == tags.count("main") == 1
    assert tags.index("h1") < tags.index("h2")
    assert {"nav", "header", "footer", "aside"} <= set(tags)
    assert all(attrs.get("scope") for attrs in page.all("th"))
    assert tags.count("figure") == tags.count("figcaption") == len(sample_note(lang).exhibits())
    assert page.all("a")[0]["class"] == "skip"


def test_print_pictures_are_addresses_with_a_text_alternative() -> None:
    images = Page(render(medium="print")).all("img")
    assert [image["src"] for image in images] == [
        f"part:chart/{exhibit.id}"
        for exhibit in sample_note("zh").exhibits()
        if exhibit.id in sample_charts()
    ]
    assert all(image["alt"] for image in images)


def test_half_width_exhibits_stand_in_pairs() -> None:
    html = render(medium="print")
    assert html.count('<div class="pair') == 2


def test_direction_is_a_triangle_on_the_signed_cell() -> None:
    html = render(medium="print")
    row = next(part for part in html.split("<tr") if "H20 141G" in part)
    assert '<td class="range down"' in row
    assert row.index("▼") < row.index("−5")


def test_a_missing_picture_is_an_error() -> None:
    with pytest.raises(MissingChartError, match="rents-by-model"):
        render_html(sample_note("zh"), {}, THEME)


def test_the_house_of_the_theme_comes_first() -> None:
    html = render_html(sample_note("zh"), sample_charts(), replace(THEME, house="甲研究所"))
    assert '<span class="house name">甲研究所</span>' in html
