"""Numbers of a page for the screen, found again on the pages of its PDF."""

from __future__ import annotations

import io
import re
import time
from collections import defaultdict
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from reportgen.language import LANGS, Lang
from reportgen.preview.pages import Pages, Place
from reportgen.preview.places import Mark, Passage, letters, located, passages

PAGE = (
    "<html><head><title>7</title></head><body><nav>"
    '<data data-figure="a">68</data></nav><h1>Rent of <data data-figure="a">67–<b>68</b></data> '
    '<span class="heard">up</span>now<br>and</h1>'
    '<svg><title>9</title><rect x="1" /><text>H100</text><text data-figure="b">80</text></svg>'
    '<p data-figure="c"></p><script>{"x":"<p>8</p>"}</script></body></html>'
)


@pytest.fixture(scope="module", params=LANGS)
def found(request: pytest.FixtureRequest, sample_note: Path) -> tuple[Path, Path, Pages]:
    lang: Lang = request.param
    (paper,), (page,) = (list(sample_note.glob(f"*-{lang}.{kind}")) for kind in ("pdf", "html"))
    return paper, page, Pages(paper.read_bytes(), page.read_text(encoding="utf-8"))


def test_a_page_is_read_as_it_is_seen() -> None:
    flow, picture = passages(PAGE)
    assert flow == Passage("Rentof67–68nowand", (Mark(6, 11, "a"),))
    assert picture == Passage("H10080", (Mark(4, 6, "b"),))


def test_what_one_side_alone_has_does_not_count() -> None:
    text = "a\u00a0b -\ufffec\u200bd · “e”"
    assert "".join(text[place] for place in letters(text)) == "abcde"


def flow(text: str, *numbers: str) -> Passage:
    """A passage with these numbers, each marked by its text and where it begins."""
    marks: list[Mark] = []
    for number in numbers:
        start = text.index(number, marks[-1].end if marks else 0)
        marks.append(Mark(start, start + len(number), f"{number}@{start}"))
    return Passage(text, tuple(marks))


@pytest.mark.parametrize(
    ("told", "paper", "places"),
    [
        (flow("therentis80today", "80"), "xxtherentis80today", [11]),
        (flow("therentis80today", "80"), "therentis81today", []),  # changed meanwhile
        (flow("therentis8today", "8"), "therentis80yuan", []),  # 8 is not in 80
        (flow("therentis8today", "8"), "theren3/16tis8today", [13]),  # a page ends inside
        (flow("a1b2c1d", "1", "2", "1"), "a1b2c1d", [1, 3, 5]),
        (flow("thesumis80.And", "80"), "thesumis80.And,thesumis80.And", []),  # which one?
        (flow(""), "anything8", []),
    ],
)  # fmt: skip
def test_a_number_is_found_by_the_words_around_it(
    told: Passage, paper: str, places: list[int]
) -> None:
    assert [mark.start for mark in located((told,), paper)] == places


def test_words_that_a_paper_is_full_of_are_not_counted_to_the_end() -> None:
    """5,000 equal numbers on a paper of 400,000 of them took four seconds."""
    flow = Passage("1" * 5_000, tuple(Mark(n, n + 1, "f") for n in range(0, 5_000, 2)))
    start = time.process_time()
    assert located((flow,), "1" * 400_000) == []
    assert time.process_time() - start < 1  # 0.02 s when this was written


def test_a_picture_is_found_though_its_axis_comes_in_another_order() -> None:
    picture = flow("yuan0510rent6.7–6.8buy16–19", "6.7–6.8", "16–19")
    marks = located((flow(""), picture), "0510yuanrent6.7–6.8buy16–19")
    assert [mark.figure for mark in marks] == ["6.7–6.8@12", "16–19@22"]
    assert [mark.start for mark in marks] == [12, 22]


def test_every_number_of_the_sample_stands_on_paper(found: tuple[Path, Path, Pages]) -> None:
    _, page, pages = found
    told = passages(page.read_text(encoding="utf-8"))
    wanted = sum(len(one.marks) for one in told[:1])
    on_paper = [place for places in pages.places() for place in places]
    assert wanted > 600
    assert len(on_paper) >= wanted
    assert all(place.boxes for place in on_paper)


def test_a_box_holds_its_number(found: tuple[Path, Path, Pages]) -> None:
    """pdfium reads in each box what the page for the screen says of that figure."""
    paper, page, pages = found
    said: dict[str, set[str]] = defaultdict(set)
    for passage in passages(page.read_text(encoding="utf-8")):
        for mark in passage.marks:
            said[mark.figure].add(passage.text[mark.start : mark.end])
    document = pypdfium2.PdfDocument(paper)
    for number, places in enumerate(pages.places()):
        text = document[number].get_textpage()
        size = pages.sizes[number]
        for place in places:
            read = "".join(
                text.get_text_bounded(
                    x * size.width,
                    (1 - y - height) * size.height,
                    (x + width) * size.width,
                    (1 - y) * size.height,
                )
                for x, y, width, height in place.boxes
            )
            kept = "".join(read[at] for at in letters(read))
            assert any(one in kept for one in said[place.figure]), (number + 1, place, read)
    document.close()


def test_the_links_of_the_paper_agree(found: tuple[Path, Path, Pages]) -> None:
    """A figure's links all lead to one place: what was found by words agrees with the links."""
    paper, _, pages = found
    leads: dict[str, set[str]] = defaultdict(set)
    results: dict[str, set[str]] = defaultdict(set)
    met = 0
    with pikepdf.open(io.BytesIO(paper.read_bytes())) as document:
        for number, sheet in enumerate(document.pages):
            for link in sheet.get("/Annots", ()):
                name = str(link.get("/Dest", ""))
                if not re.fullmatch(r"o-c?\d+", name):  # a whole picture has one link
                    continue
                left, bottom, right, top = (float(side) for side in link.Rect)
                middle = ((left + right) / 2, (bottom + top) / 2)
                for place in pages.places()[number]:
                    if _holds(place, middle, pages, number):
                        met += 1
                        leads[place.figure].add(name)
                        if name.startswith("o-c"):
                            results[name].add(place.figure)
    assert met > 200
    assert {figure: names for figure, names in leads.items() if len(names) > 1} == {}
    assert {name: figures for name, figures in results.items() if len(figures) > 1} == {}


def _holds(place: Place, point: tuple[float, float], pages: Pages, number: int) -> bool:
    x, y = point[0] / pages.sizes[number].width, 1 - point[1] / pages.sizes[number].height
    return any(
        left <= x <= left + width and top <= y <= top + height
        for left, top, width, height in place.boxes
    )


def test_pages_of_another_note_have_no_numbers(found: tuple[Path, Path, Pages]) -> None:
    paper, *_ = found
    other = Pages(paper.read_bytes(), PAGE)
    assert not any(other.places())
    other.close()
    late = Pages(paper.read_bytes(), PAGE)
    late.close()
    assert not any(late.places())
