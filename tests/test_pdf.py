"""The PDF, read back by other libraries."""

from __future__ import annotations

import io
import re
import unicodedata
from functools import cache
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from reportgen.language import LANGS, Lang
from reportgen.render.html import render_html
from reportgen.render.pdf import PdfError, render_pdf
from reportgen.render.theme import load_theme
from tests.sample_note import runs_of, sample_charts, sample_note


@cache
def pdf(lang: Lang) -> bytes:
    return render_pdf(page(lang), sample_charts())


@cache
def said(lang: Lang) -> tuple[str, ...]:
    """What each page says."""
    return tuple(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf(lang))).pages)


def page(lang: Lang) -> str:
    return render_html(sample_note(lang), sample_charts(), load_theme(), "print")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("lang", LANGS)
def test_metadata_language_and_tags(lang: Lang) -> None:
    with pikepdf.open(io.BytesIO(pdf(lang))) as document:
        root: Any = document.Root
        assert str(root.Lang) == {"zh": "zh-CN", "en": "en"}[lang]
        assert bool(root.MarkInfo.Marked)
        assert root.StructTreeRoot.K[0].S == "/Document"
        info = document.docinfo
        assert str(info["/Title"]) == "".join(run.text for run in sample_note(lang).cover.title)
        assert "Analyst A" in str(info["/Author"]) or "研究员甲" in str(info["/Author"])
        assert "H200" in str(info["/Keywords"])
        assert str(info["/CreationDate"]).startswith("D:202605280930")
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


@pytest.mark.parametrize("lang", LANGS)
def test_every_figure_can_be_read_back(lang: Lang) -> None:
    text = squeezed("".join(said(lang)))
    figures = {run.text for run in runs_of(sample_note(lang)) if run.kind == "figure"}
    assert {figure for figure in figures if squeezed(figure) not in text} == set()


@pytest.mark.parametrize("lang", LANGS)
def test_bookmarks_are_the_sections_and_their_exhibits(lang: Lang) -> None:
    outline = PdfReader(io.BytesIO(pdf(lang))).outline
    titles = [str(entry["/Title"]) for entry in outline if not isinstance(entry, list)]
    note = sample_note(lang)
    assert titles[1:] == [
        *(section.title for section in note.sections),
        note.words["disclosures"],
    ]
    children = [entry for part in outline if isinstance(part, list) for entry in part]
    assert len(children) == len(note.exhibits())


@pytest.mark.parametrize("lang", LANGS)
def test_fonts_are_embedded_and_cover_the_text(lang: Lang) -> None:
    with pikepdf.open(io.BytesIO(pdf(lang))) as document:
        descriptors = [
            thing
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        ]
        assert descriptors
        assert all("/FontFile2" in d or "/FontFile3" in d for d in descriptors)


@pytest.mark.parametrize("lang", LANGS)
def test_page_count_and_no_blank_page(lang: Lang) -> None:
    pages = said(lang)
    assert 7 <= len(pages) <= 16
    for number, text in enumerate(pages, 1):
        assert len(text) > 80
        assert f"{number} / {len(pages)}" in text


def test_a_first_heading_stands_with_its_exhibit() -> None:
    """Page one has room for heading and paragraph, not for the exhibit: all three go overleaf."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="190mm" role="img">'
    tall = f'<p>Stranded.</p><figure class="exhibit">{drawing}<title>Tall</title></svg></figure>'
    html = re.sub(r'(class="chapter".*?</h2>)', rf"\1{tall}", page("en"), count=1, flags=re.DOTALL)
    html = re.sub(r"<aside.*?</aside>", "", html, flags=re.DOTALL)  # a short front page
    printed = PdfReader(io.BytesIO(render_pdf(html, sample_charts())))
    sheets = [sheet.extract_text() for sheet in printed.pages]
    assert [number for number, text in enumerate(sheets) if "Stranded" in text] == [1]


def test_equal_input_gives_equal_bytes() -> None:
    html = '<html lang="en"><title>x</title><p>67–68 算力</p></html>'
    assert render_pdf(html, sample_charts()) == render_pdf(html, sample_charts())


@pytest.mark.parametrize(
    "element",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="data:image/svg+xml,<svg/>" alt="x">',
        '<img src="part:chart/../../x" alt="x">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/passwd">',
        "<style>@import 'file:///etc/passwd';</style>",
        "<style>p{background:url(http://127.0.0.1:9/x)}</style><p>x</p>",
        "<style>@font-face{font-family:x;src:url(http://127.0.0.1:9/x)}p{font-family:x}</style>",
        '<object data="file:///etc/passwd"></object>',
        '<embed src="file:///etc/passwd">',
    ],
)
def test_nothing_but_our_own_parts_is_read(element: str) -> None:
    html = f'<html lang="en"><title>x</title>{element}<p>x</p></html>'
    with pytest.raises(PdfError, match=r"refused|could not use"):
        render_pdf(html, sample_charts())


def test_a_picture_inside_a_picture_is_refused() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        '<image href="file:///etc/passwd" width="9" height="9"/></svg>'
    )
    html = '<html lang="en"><title>x</title><img src="part:chart/a" alt="x"></html>'
    with pytest.raises(PdfError, match="refused"):
        render_pdf(html, {"a": svg})


def test_a_letter_that_no_font_has_is_an_error() -> None:
    html = '<html lang="en"><title>x</title><p>H100 \U0001f9ff \ue000</p></html>'
    with pytest.raises(PdfError, match="No font") as caught:
        render_pdf(html, sample_charts())
    assert "U+E000" in caught.value.text.zh


def test_a_style_that_the_engine_does_not_know_is_an_error() -> None:
    html = '<html lang="en"><title>x</title><style>p{colour:red}</style><p>x</p></html>'
    with pytest.raises(PdfError, match="templates"):
        render_pdf(html, sample_charts())


def test_a_broken_picture_is_an_error() -> None:
    html = '<html lang="en"><title>x</title><img src="part:chart/a" alt="x"></html>'
    with pytest.raises(PdfError, match="could not use"):
        render_pdf(html, {"a": "<svg><unclosed>"})
