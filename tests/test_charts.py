"""Charts: harmless, repeatable, inside their frame, and with a passport on each mark."""

from __future__ import annotations

import hashlib
import logging
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from weasyprint import HTML

from reportgen.charts.draw import FULL_MM, HALF_MM, draw_chart
from reportgen.charts.lettering import clean, ems, shorten, tick_texts, wrap
from reportgen.charts.palette import Palette, contrast, luminance
from reportgen.charts.placing import spaced
from reportgen.charts.scale import Span, extent, round_ticks, span_of
from reportgen.charts.stacks import is_whole
from reportgen.language import LANGS, Lang
from reportgen.note.model import Bars, ChartData, Curve, Levels, Mark, Moves, Stacks
from tests.gallery import CHARTS, gallery, mark

Chart = Callable[[Lang], ChartData]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    '<a href="http://evil.example/">link</a>',
    r"\(\frac{a}{b}\) and \[x\]",
    "</text><script>alert(1)</script>",
    "a & b < c > d \"e\" 'f' $g$",
    "line one\nline two\r\tthree\x00\x07\x1b",
    "\u202egnol\u202c \u200f\u2066x\u2069",
    "\ufffe\uffff\ud800",
    "长" * 500,
    "W" * 500,
    "",
    "   ",
    "&lt;&#60;&amp;",
    "]]><!-- --><?x?>",
)


def draw(
    data: ChartData, lang: Lang = "zh", width: float = FULL_MM, exhibit_id: str = "rents-by-model"
) -> str:
    return draw_chart(
        data,
        exhibit_id=exhibit_id,
        lang=lang,
        palette=Palette(),
        width_mm=width,
        alt="各型号租金",
        title="租金",
    )


@cache
def drawn(chart: Chart, lang: Lang, width: float) -> str:
    """A chart of the gallery."""
    return draw(chart(lang), lang, width)


def figures_of(data: ChartData) -> Iterator[Mark]:
    match data:
        case Levels() | Curve():
            yield from (m for _, marks in data.series for m in marks if m)
        case Bars():
            yield from data.marks
        case Moves():
            yield from (*data.old, *data.new)
        case Stacks():
            yield from (m for marks in data.marks for m in marks)


def box_of(text: ET.Element) -> tuple[float, float]:
    """Left and right end of a text, by the chart's own width model."""
    x, size = float(text.get("x", 0)), float(text.get("font-size", 0))
    width = ems(text.text or "") * size
    start = {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    return x - start, x - start + width


CASES = [
    pytest.param(chart, lang, width, id=f"{chart.__name__}-{lang}-{width:.0f}")
    for chart in CHARTS
    for lang in LANGS
    for width in (FULL_MM, HALF_MM)
]


@pytest.mark.parametrize(("chart", "lang", "width"), CASES)
def test_every_chart_is_self_contained_and_inside_its_frame(
    chart: Chart, lang: Lang, width: float
) -> None:
    svg = drawn(chart, lang, width)
    root = ET.fromstring(svg)

    _, _, wide, high = (float(part) for part in root.get("viewBox", "").split())
    assert wide == pytest.approx(width * 96 / 25.4, abs=0.01)
    assert root.get("width") is None
    assert root.get("role") == "img"
    assert 10 < high < 700
    assert not re.search(r"script|<style|style=|href|url\(|clip-path|foreignObject", svg)
    assert svg.count("http") == 1  # the name of the SVG vocabulary

    for text in root.iter(f"{SVG}text"):
        left, right = box_of(text)
        assert left >= -0.6, text.text
        assert right <= wide + 0.6, text.text
        assert 0 <= float(text.get("y", -1)) <= high
        assert text.get("class") in {"fig", "name", "time", "const"}

    wanted = {m.figure for m in figures_of(chart(lang)) if m.figure and span_of(m)}
    shapes = {e.get("data-figure") for e in root.iter() if e.tag != f"{SVG}text"} - {None}
    assert shapes == wanted


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.__name__)
def test_direct_labels_do_not_overlap(chart: Chart) -> None:
    for lang in LANGS:
        for width in (FULL_MM, HALF_MM):
            root = ET.fromstring(drawn(chart, lang, width))
            texts = list(root.iter(f"{SVG}text"))
            boxes = []
            for text in texts:
                size, y = float(text.get("font-size", 0)), float(text.get("y", 0))
                left, right = box_of(text)
                boxes.append((left + 0.5, right - 0.5, y - size * 0.7, y + size * 0.05, text.text))
            for number, one in enumerate(boxes):
                for other in boxes[number + 1 :]:
                    apart = (
                        one[0] >= other[1]
                        or other[0] >= one[1]
                        or one[2] >= other[3]
                        or other[2] >= one[3]
                    )
                    assert apart, (chart.__name__, lang, width, one, other)


def test_a_figure_marks_its_dot_its_error_bar_and_its_label() -> None:
    root = ET.fromstring(draw(CHARTS[0]("zh")))
    tagged = [e for e in root.iter() if e.get("data-figure") == "rent.b300.5y"]
    assert [e.tag.removeprefix(SVG) for e in tagged] == ["g", "circle", "text"]
    assert {e.get("class") for e in tagged} == {"fig"}
    assert tagged[-1].text == "16–19"


def test_ids_come_from_the_exhibit() -> None:
    root = ET.fromstring(draw(CHARTS[0]("zh")))
    ids = [found for e in root.iter() if (found := e.get("id"))]
    assert ids[:3] == [
        "chart-rents-by-model",
        "chart-rents-by-model-title",
        "chart-rents-by-model-desc",
    ]
    assert len(set(ids)) == len(ids)
    assert root.get("aria-labelledby") == " ".join(ids[1:3])
    assert root.findtext(f"{SVG}title") == "租金"
    assert root.findtext(f"{SVG}desc") == "各型号租金"
    odd = ET.fromstring(draw(CHARTS[0]("zh"), exhibit_id='a"b <c>'))
    assert odd.get("id") == "chart-a-b-c"


@pytest.mark.slow  # test_reproducible holds the sample's charts to the same
def test_two_processes_draw_the_same_bytes() -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); from gallery import gallery\n"
        "print(hashlib.sha256(gallery('zh').encode()).hexdigest())"
    )
    here = str(Path(__file__).parent)
    other = subprocess.run(
        [sys.executable, "-c", program, here], check=True, capture_output=True, text=True
    )
    assert other.stdout.strip() == hashlib.sha256(gallery("zh").encode()).hexdigest()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("width", [FULL_MM, HALF_MM])
def test_workbook_text_is_only_ever_text(text: str, width: float) -> None:
    one, two = Mark(1, 2, 3, text, text), Mark(4, 5, None, text, emphasis=True)
    charts: tuple[ChartData, ...] = (
        Levels((text, "b"), ((text, (one, two)), ("s", (two, None))), text),
        Bars((text, "b"), (one, two), text, reference=(2, 4, text)),
        Moves((text,), (one,), (two,), text, text, text),
        Curve((text, "b"), (0, 1), ((text, (one, two)), (text, (two, one))), text),
        Stacks((text,), (text, "b"), ((Mark(30, 30, 30, text), Mark(70, 70, 70, text)),), text),
    )
    plain = clean(text)
    for data in charts:
        svg = draw_chart(
            data,
            exhibit_id="x",
            lang="en",
            palette=Palette(),
            width_mm=width,
            alt=text,
            title=text,
        )
        root = ET.fromstring(svg.encode())
        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert names <= {
            "svg", "title", "desc", "g", "rect", "line", "path", "circle", "text",
        }  # fmt: skip
        assert (root.findtext(f"{SVG}title") or "") == plain
        wide = float(root.get("viewBox", "").split()[2])
        for element in root.iter(f"{SVG}text"):
            left, right = box_of(element)
            assert left >= -0.6
            assert right <= wide + 0.6
        if len(plain) < 12 and plain:
            assert plain in {e.text for e in root.iter(f"{SVG}text")}


@pytest.mark.parametrize(
    "data",
    [
        Levels((), (), ""),
        Levels(("a",), (("", (None,)),), "x"),
        Levels(("a", "b"), (("", (mark(5, 5, "5"), mark(5, 5, "5"))),), "x", zero=False),
        Levels(("a",), (("", (Mark(None, 3e15, None, "3e15"),)),), "元"),
        Levels(("a",), (("", (Mark(None, 1e-9, None, "1e-9"),)),), "x", zero=False),
        Levels(("a",), (("", (Mark(None, 3, None, "≤3"), None)),), "x"),
        Levels(("a",), (("", (Mark(None, math.nan, math.inf, "?"),)),), "x"),
        Levels(("a",), (("", (Mark(-5, -4, -3, "−5–−3"),)),), "x"),
        Bars((), (), "%"),
        Bars(("a",), (Mark(None, None, 30, "≤30"),), "%", reference=(20, 20, "line")),
        Bars(("a", "b"), (mark(-9, -8, "−9"), mark(-3, None, "≥−3")), "%", signed=True),
        Moves(("a",), (Mark(None, None, None, ""),), (mark(1, 2, "1–2"),), "o", "n", "x"),
        Moves(("a",), (mark(2, 2, "2"),), (mark(2, 2, "2"),), "o", "n", "x"),
        Curve((), (), (), "x"),
        Curve(("a",), (0,), (("s", (mark(1, 2, "1–2"),)),), "x"),
        Curve(("a", "b"), (0, 0), (("s", (mark(1, 1, "1"), mark(2, 2, "2"))),), "x"),
        Curve(("a", "b"), (0, 1), (("s", (None, None)), ("t", (None, mark(-1, None, "≥"))),), "x"),
        Stacks((), (), (), "%"),
        Stacks(("a",), ("n",), ((mark(10, 10, "10%"),),), "%"),
        Stacks(("a",), ("n", "m"), ((mark(-10, -10, "−10%"), mark(90, 90, "90%")),), "%"),
    ],
)  # fmt: skip
def test_odd_data_is_drawn(data: ChartData) -> None:
    for width in (FULL_MM, HALF_MM):
        assert ET.fromstring(draw(data, width=width)).get("viewBox")


def test_weasyprint_embeds_each_chart_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    images = "".join(
        f'<img alt="" src="data:image/svg+xml;base64,{b64encode(draw(c("zh")).encode()).decode()}">'
        for c in CHARTS
    )
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = HTML(string=f"<html lang=zh><title>t</title>{images}").write_pdf()
    assert pdf.startswith(b"%PDF")
    assert [record.getMessage() for record in caplog.records] == []


def test_clean_keeps_one_printable_line() -> None:
    assert clean("a\n b\tc\x00") == "a b c"
    assert clean("\u202eabc\u2066\ufffe\ud800") == "abc"
    assert clean(r"<a href='x'>\(y\)</a>") == r"<a href='x'>\(y\)</a>"


def test_widths_are_reckoned_in_ems() -> None:
    assert ems("租金") == 2.0
    assert ems("八卡，") == 3.0
    assert ems("6.7") == pytest.approx(0.58 + 0.30 + 0.58)
    assert shorten("一二三四五六", 40, 10) == "一二三…"
    assert shorten("一二三四", 40, 10) == "一二三四"


def test_wrapping_keeps_words_and_closing_marks_together() -> None:
    assert wrap("Large internet companies", 90, 10) == ("Large internet", "companies")
    assert wrap("一二三四（五六）", 50, 10) == ("一二三四", "（五六）")
    assert wrap("H200 现货（2025 年 9 月前）", 98, 10) == ("H200 现货", "（2025 年 9 月前）")
    assert wrap("May 2026 (as stated)", 90, 10) == ("May 2026", "(as stated)")
    assert wrap("（一）二三四五六七", 60, 10) == ("（一）二三", "四五六七")
    assert wrap("一二三四五六七八九十", 40, 10) == ("一二三四", "五六七…")
    assert wrap("初创企业与小型数据中心", 100, 10) == ("初创企业与小", "型数据中心")


def test_ticks_are_round_and_evenly_written() -> None:
    assert round_ticks(0, 20, 5) == (0, 5, 10, 15, 20)
    assert round_ticks(5.85, 6.95, 4) == (6.0, 6.2, 6.4, 6.6, 6.8)
    assert tick_texts((0.0, 0.5, 1.0), "en") == ("0", "0.5", "1.0")
    assert tick_texts((-10.0, 0.0, 10.0), "zh", signed=True, suffix="%") == ("−10%", "0%", "+10%")
    assert tick_texts((0.0, 2e8), "zh") == ("0", "2亿")
    assert tick_texts((0.0, 2e6), "en") == ("0", "2m")
    assert tick_texts((0.0, 750000.0), "en") == ("0", "750,000")


def test_spans_know_what_is_open() -> None:
    assert span_of(None) is None
    assert span_of(Mark(math.nan, None, math.inf, "")) is None
    assert span_of(Mark(None, 5, None, "")) == Span(5, 5, 5)
    floor = span_of(Mark(4, None, None, "≥4"))
    assert floor is not None
    assert (floor.opens_up, floor.opens_down, floor.bound) == (True, False, 4)
    assert extent([5, 5], zero=False) == (4.5, 5.5)
    assert extent([], zero=True) == (-1.0, 1.0)


def test_labels_are_moved_as_little_as_needed() -> None:
    assert spaced([0, 50], 10, 0, 100) == [0, 50]
    assert spaced([50, 50], 10, 0, 100) == [45, 55]
    assert spaced([0, 1, 2], 10, 0, 100) == [0, 10, 20]
    assert spaced([98, 99], 10, 0, 100) == [90, 100]
    assert spaced([], 10, 0, 100) == []


def test_shares_that_exceed_the_whole_are_no_stack() -> None:
    def stack(*values: float) -> Stacks:
        return Stacks(("a",), ("",) * len(values), (tuple(mark(v, v) for v in values),), "%")

    assert is_whole(stack(62.5, 15, 25))
    assert is_whole(stack(10))
    assert not is_whole(stack(62.5, 15, 45))
    assert not is_whole(stack(-1, 99))


def test_the_six_series_differ_in_lightness() -> None:
    palette = Palette()
    shades = sorted(luminance(colour) for colour in palette.series)
    assert all(b - a > 0.02 for a, b in pairwise(shades))
    for colour in (palette.ink, palette.muted, palette.up, palette.down, palette.accent):
        assert contrast(colour, palette.ground) >= 4.5
    with pytest.raises(ValueError, match="six"):
        Palette(series=("#000000",))
    with pytest.raises(ValueError, match="#rrggbb"):
        Palette(brand="red")
