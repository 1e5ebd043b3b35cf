"""Passports: what a figure's data say, what a page carries, what the appendix lists."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reportgen import checking
from reportgen.analysis.figures import Figure
from reportgen.arithmetic import combine, derive, relative_change
from reportgen.dates import When, day, month
from reportgen.language import LANGS, Lang, Text
from reportgen.note.build import build_note
from reportgen.note.cards import STEP, figures_in, page_passports
from reportgen.note.model import Note, Paragraph, Run, Section, TableData
from reportgen.note.passports import Names, passport_of, passports_of, sources_of, value_text
from reportgen.quantity import CellRef, Quantity, Quoted, constant
from reportgen.render.html import render_html
from reportgen.render.theme import load_theme
from reportgen.units import CARDS, MONTHS, PRICE, RENT, Step
from reportgen.workbook.tables import Workbook
from tests.books import book
from tests.test_analysis import NOTE, PRICES, SOURCES

SAMPLE = Path(__file__).resolve().parents[1] / "workbooks" / "compute-leasing.xlsx"
PREVIOUS = SAMPLE.with_name("compute-leasing-2026-02.xlsx")
MAY = month(2026, 5)


def quoted(
    row: str, low: float | None, high: float | None, point: float | None = None, **more: Any
) -> Quantity:
    lineage = Quoted(row, (CellRef("Prices", f"K{row[1:]}"),), f"{low}–{high}", "EC1", MAY, **more)
    return Quantity(RENT, low, point, high, lineage, 2, 1)


def figure(name: str, quantity: Quantity, **more: Any) -> Figure:
    return Figure(name, quantity, Text(f"标 {name}", f"label {name}"), **more)


R1 = quoted("F1", 8.0, 8.0, 8.0, quote="涨到 8 万块钱了", speaker="expert", confidence="high")
C1 = replace(quoted("F2", 350.0, 350.0, 350.0), unit=PRICE)
PAYBACK = derive("C ÷ R", MONTHS, lambda C, R: C / R, {"C": C1, "R": R1})


# ---- the form that knows no language ----------------------------------------------------------


def test_a_quoted_figure_tells_its_row_cells_words_and_source() -> None:
    told = passport_of(figure("rent.a", R1, as_of=MAY))
    assert told == {
        "id": "rent.a",
        "label": {"zh": "标 rent.a", "en": "label rent.a"},
        "text": {"zh": "8.0 万元/台/月", "en": "CNY 80k per server-month"},
        "unit": "CNY10k/server/month",
        "low": 8.0,
        "point": 8.0,
        "high": 8.0,
        "as_of": "2026-05",
        "lineage": {
            "kind": "quoted",
            "row": "F1",
            "cells": ["Prices!K1"],
            "written": "8.0–8.0",
            "source": "EC1",
            "as_of": "2026-05",
            "quote": "涨到 8 万块钱了",
            "speaker": "expert",
            "confidence": "high",
        },
    }
    assert list(told) == ["id", "label", "text", "unit", "low", "point", "high", "as_of", "lineage"]


def test_a_computed_figure_tells_its_inputs_in_full_or_by_name() -> None:
    payback = figure("payback.a", PAYBACK)
    whole = passport_of(payback)["lineage"]
    assert whole["formula"] == "C ÷ R"
    assert [one["lineage"]["row"] for one in whole["inputs"]] == ["F2", "F1"]
    names = Names([figure("rent.a", R1), payback])
    inputs = passport_of(payback, names)["lineage"]["inputs"]
    assert inputs[0]["lineage"]["row"] == "F2"
    assert inputs[1] == {"name": "R", "figure": "rent.a"}


def test_figures_are_known_by_value_and_origin_not_by_identity() -> None:
    again = derive("C ÷ R", MONTHS, lambda C, R: C / R, {"C": C1, "R": replace(R1)})
    names = Names([figure("payback.a", PAYBACK)])
    assert names.of(again) == "payback.a"
    assert names.of(derive("R ÷ C", MONTHS, lambda C, R: R / C, {"C": C1, "R": R1})) == ""
    assert names.of(replace(R1, low=7.0)) == ""


def test_numbers_are_told_with_twelve_digits() -> None:
    third = derive("a ÷ b", MONTHS, lambda a, b: a / b, {"a": R1, "b": quoted("F3", 3, 3, 3)})
    assert passport_of(figure("x", third))["point"] == 2.66666666667


def test_a_constant_is_told_as_it_is_written() -> None:
    assert value_text(constant("hours", 730, CARDS)).en == "730 cards"
    assert value_text(constant("share", 0.5, CARDS)).en == "0.5 cards"


def weak(quantity: Quantity, **more: Any) -> list[str]:
    found: list[str] = passport_of(figure("x", quantity, **more)).get("weak", [])
    return found


def test_weaknesses_pass_from_the_rows_to_the_results() -> None:
    hedge = Step(Text("“出头”读作 0–0.3", "“a little over” read as 0–0.3"), 1.0)
    eight = Step(Text("× 8", "× 8"), 8.0)
    assert weak(R1) == []
    assert weak(quoted("F4", 6.7, 6.8)) == ["midpoint"]
    assert weak(quoted("F5", 8.0, None)) == ["open"]
    assert weak(quoted("F6", 6.0, 6.3, 6.1, steps=(hedge,))) == ["hedged"]
    assert weak(quoted("F7", 8.0, 8.0, 8.0, steps=(eight,))) == []
    assert weak(quoted("F8", 8.0, 8.0, 8.0, weaknesses=("stale",))) == ["stale"]
    assert weak(quoted("A1", 8.0, 8.0, 8.0, kind="assumption")) == ["assumption"]
    change = relative_change(quoted("F4", 6.7, 6.8), quoted("F6", 6.0, 6.3, 6.1, steps=(hedge,)))
    assert weak(change, loose=True) == ["loose", "hedged", "midpoint"]


def test_an_envelope_is_weak_where_all_of_it_is() -> None:
    low, high = quoted("F9", 6.0, 7.0), quoted("F10", 6.5, 8.0, 7.0)
    assert weak(combine((high, low), high, "envelope")) == []
    told = passport_of(figure("x", combine((high, low), high, "envelope")))["lineage"]
    assert told["kind"] == "combined"
    assert [part["lineage"]["row"] for part in told["parts"]] == ["F10", "F9"]


def test_a_value_that_two_issues_share_has_its_present_name() -> None:
    figures = {"old.rent.a": figure("old.rent.a", R1), "rent.a": figure("rent.a", R1),
               "change.a": figure("change.a", PAYBACK)}  # fmt: skip
    told = passports_of(figures)
    assert told["old.rent.a"]["previous"] is True
    assert "previous" not in told["rent.a"]
    assert told["change.a"]["lineage"]["inputs"][1]["figure"] == "rent.a"


def test_sources_are_told_by_title_date_and_interest() -> None:
    tables = book(
        Sources="""
        id | kind | date | title_zh | title_en | interested
        EC1 | expert_call | 2026-05 | 专家访谈 | Expert call | yes
        DOC | press | 2026-05 | 文档 | Document | no
        """
    )
    assert sources_of(tables["Sources"]) == {
        "EC1": {
            "title": {"zh": "专家访谈", "en": "Expert call"},
            "kind": "expert_call",
            "date": "2026-05",
            "interested": True,
        },
        "DOC": {"title": {"zh": "文档", "en": "Document"}, "kind": "press", "date": "2026-05"},
    }


# ---- the form of the page ---------------------------------------------------------------------


def page_of(figures: list[Figure], lang: Lang = "zh", more: tuple[Figure, ...] = ()) -> Any:
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES)
    line = tuple(Run(one.label[lang], "figure", one.id) for one in (*figures, *more))
    note = note_of(tables, lang)
    note = replace(note, cover=replace(note.cover, title=(), subtitle=(), key_points=(),
                   key_figures=()), sections=(Section("s", "t", (Paragraph(line),)),))  # fmt: skip
    return page_passports(note, {one.id: one for one in figures}, tables["Sources"], more)


def note_of(tables: Workbook, lang: Lang) -> Note:
    from reportgen.analysis.analyse import analyse  # noqa: PLC0415 - only here

    return build_note(tables, analyse(tables), lang, "client")


def test_a_row_is_told_once_however_many_figures_rest_on_it() -> None:
    told = page_of([figure("rent.a", R1), figure("rent.a@2026-05", R1), figure("pay", PAYBACK)])
    assert list(told["rows"]) == ["F1", "F2"]
    assert told["entries"]["rent.a"]["row"] == told["entries"]["rent.a@2026-05"]["row"] == "F1"
    assert told["entries"]["pay"]["inputs"] == [["C", f"{STEP}1"], ["R", "rent.a"]]
    assert told["entries"][f"{STEP}1"]["row"] == "F2"


def test_rows_of_the_previous_issue_are_told_apart_and_without_source() -> None:
    old = figure("old.rent.a", replace(R1, low=6.0, point=6.0))
    told = page_of([figure("rent.a", R1)], more=(old,))
    assert told["rows"]["old.F1"]["previous"] is True
    assert "source" not in told["rows"]["old.F1"]
    assert told["rows"]["F1"]["source"] == "EC1"


def test_an_input_that_varies_a_row_still_tells_that_row() -> None:
    half = replace(R1, low=4.0, point=4.0, high=4.0)
    varied = derive("R × 2", RENT, lambda R: R * 2, {"R": half})
    told = page_of([figure("rent.a", R1), figure("x", varied)])
    assert list(told["rows"]) == ["F1"]
    assert told["entries"][told["entries"]["x"]["inputs"][0][1]]["text"] == "4.0 万元/台/月"


# ---- the sample note --------------------------------------------------------------------------


class Sample:
    """The sample issue, compared with the one before it, in both languages."""

    def __init__(self) -> None:
        stage = checking.Stages(time.perf_counter, lambda _: None)
        checked = checking.check(SAMPLE, stage)
        old = checking.check(PREVIOUS, stage)
        assert checked.analysis is not None
        assert old.analysis is not None
        from reportgen.analysis.since import compare  # noqa: PLC0415 - only here

        compared = compare(old.analysis.figures, checked.analysis.figures)
        self.figures = checked.analysis.figures
        self.notes: Mapping[Lang, Note] = {
            lang: build_note(checked.printed, checked.analysis, lang, "client", compared)
            for lang in LANGS
        }
        self.blocks: Mapping[Lang, Any] = {lang: self.notes[lang].passports for lang in LANGS}


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample()


@pytest.mark.parametrize("lang", LANGS)
def test_every_figure_of_the_note_has_a_passport_down_to_its_rows(
    sample: Sample, lang: Lang
) -> None:
    block = sample.blocks[lang]
    printed = figures_in(sample.notes[lang])
    assert len(printed) > 300
    assert [name for name in printed if name not in block["entries"]] == []
    for name, entry in block["entries"].items():
        below = [one for _, one in entry.get("inputs", ())] or entry.get("parts", [])
        assert all(one in block["entries"] for one in below), name
        assert bool(below) != ("row" in entry), name
        assert "row" not in entry or entry["row"] in block["rows"], name
        assert entry["label"], name
        assert entry["text"], name
    for row in block["rows"].values():
        assert "source" not in row or row["source"] in block["sources"]


@pytest.mark.parametrize("lang", LANGS)
def test_passports_stay_small(sample: Sample, lang: Lang) -> None:
    text = json.dumps(sample.blocks[lang], ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) < 400_000


def numbers(text: str) -> set[float]:
    return {float(found) for found in re.findall(r"\d+(?:\.\d+)?", text)}


def test_every_cell_of_a_passport_holds_what_it_says_was_written(sample: Sample) -> None:
    books = {False: openpyxl.load_workbook(SAMPLE), True: openpyxl.load_workbook(PREVIOUS)}
    seen = 0
    for key, row in sample.blocks["zh"]["rows"].items():
        written = row.get("written", "")
        for cell in row.get("cells", ()):
            sheet, _, address = cell.rpartition("!")
            value = books[row.get("previous", False)][sheet][address].value
            if isinstance(value, str):
                assert value in written or numbers(value) <= numbers(written), (key, cell)
            else:
                as_percent = round(value * 100, 8)
                assert {abs(value), abs(as_percent)} & numbers(written), (key, cell, value)
            seen += 1
    assert seen > 300


def test_formulas_of_the_chinese_note_have_no_english_words(sample: Sample) -> None:
    known = {"exp", "PUE", "VAT", "ln"}
    formulas = {
        one["formula"] for one in sample.blocks["zh"]["entries"].values() if "formula" in one
    }
    words = {word for text in formulas for word in re.findall(r"[A-Za-z]{3,}", text)}
    assert words <= known


def test_the_languages_tell_the_same_lineage(sample: Sample) -> None:
    def shape(block: Any) -> Any:
        return {
            name: ([one for _, one in entry.get("inputs", ())], entry.get("row"), entry.get("weak"))
            for name, entry in block["entries"].items()
            if not name.startswith(STEP)
        }

    assert shape(sample.blocks["zh"]).keys() == shape(sample.blocks["en"]).keys()
    assert {name: row.get("cells") for name, row in sample.blocks["zh"]["rows"].items()} == {
        name: row.get("cells") for name, row in sample.blocks["en"]["rows"].items()
    }


# ---- the appendix -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(sample: Sample) -> Mapping[Lang, str]:
    return {lang: printed_page(sample.notes[lang]) for lang in LANGS}


def printed_page(note: Note) -> str:
    charts = {one.id: "<svg xmlns='http://www.w3.org/2000/svg'/>" for one in note.exhibits()}
    return render_html(note, charts, load_theme(), "print")


@pytest.mark.parametrize("lang", LANGS)
def test_figures_on_paper_lead_to_the_index(
    sample: Sample, pages: Mapping[Lang, str], lang: Lang
) -> None:
    page = pages[lang]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    links = re.findall(r'<a class="fig" href="#([^"]+)" data-figure="([^"]+)"', page)
    assert {anchor for anchor, _ in links} <= set(ids)
    assert len(links) > 200
    in_prose = {
        run.figure
        for section in sample.notes[lang].sections
        for block in section.blocks
        if isinstance(block, Paragraph)
        for run in block.line
        if run.figure and "cells" in str(sample.blocks[lang]["entries"][run.figure])
    }
    assert in_prose <= {name for _, name in links}
    exhibits = [one for one in sample.notes[lang].exhibits() if figures_in(one)]
    assert len(re.findall(r'<a href="#o-[^"]+">[^<]+</a>', page)) == len(exhibits)
    charts = [one for one in exhibits if not isinstance(one.body, TableData)]
    assert len(re.findall(r'<a href="#o-[^"]+"><img', page)) == len(charts)


@pytest.mark.parametrize("lang", LANGS)
def test_no_link_stands_inside_another(pages: Mapping[Lang, str], lang: Lang) -> None:
    depth = 0
    for closing in re.findall(r"<(/?)a\b", pages[lang]):
        depth += -1 if closing else 1
        assert depth in (0, 1)


@pytest.mark.parametrize("lang", LANGS)
def test_the_index_tells_every_row_once_and_every_result(sample: Sample, lang: Lang) -> None:
    origins = sample.notes[lang].origins
    entries = sample.blocks[lang]["entries"]
    rows = [one.text for group in origins.quoted for one in group.entries]
    cited = {row["id"] for row in sample.blocks[lang]["rows"].values() if "cells" in row}
    text = " ".join(rows)
    assert [name for name in cited if name not in text] == []
    printed = [name for name in figures_in(sample.notes[lang]) if "formula" in entries[name]]
    told = [one for group in origins.computed for one in group.entries]
    assert len(told) == len(printed) == len({origins.anchors[name] for name in printed})
    anchors = [one.anchor for one in told]
    payback = anchors.index(origins.anchors["payback.h200.1y.spot"])
    rent_yield = anchors.index(origins.anchors["yield.h200.1y.spot"])
    assert told[payback].text.endswith(" (1) 44")
    assert rent_yield == payback + 1  # the results of one case stand together
    assert told[rent_yield].text.endswith("← F015 F019")
    size = sum(
        len(group.title) + len(group.common) for group in (*origins.quoted, *origins.computed)
    )
    assert size + len(text) + sum(len(one.text) for one in told) < 18_000  # a page and a half


def test_a_note_without_passports_has_no_index() -> None:
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES)
    note = note_of(tables, "en")
    bare = replace(note, passports={}, origins=type(note.origins)())
    page = printed_page(bare)
    assert 'id="origins"' not in page
    assert '<a class="fig"' not in page
    assert 'id="origins"' in printed_page(note)


def test_the_index_of_many_rows_names_the_first() -> None:
    rows = "\n".join(
        f"P{number:03} | {2022 + number // 288}-{1 + number // 24 % 12:02}-01 | rent"
        f" | h100 | {1 + number % 24}m | {5 + number % 7} | 万元/台/月 | EC1 | yes"
        for number in range(600)
    )
    heading = "id | date | market | model | term | point | unit | source | publish"
    tables = book(Note=NOTE, Sources=SOURCES, Prices=f"{heading}\n{rows}")
    origins = note_of(tables, "en").origins
    texts = [one.text for group in (*origins.quoted, *origins.computed) for one in group.entries]
    assert any(text.startswith("…+") for text in texts)
    assert sum(map(len, texts)) < 40_000
    assert max(map(len, texts)) < 400


def test_the_index_counts_rows_as_people_do() -> None:
    """P2 before P10, and P9 and P10 are neighbours."""
    rows = "\n".join(
        f"P{number} | 2026-0{1 + number % 2} | rent | m{number // 2} | 1y | {5 + number % 2} "
        "| 万元/台/月 | S1"
        for number in range(1, 12)
    )
    head = "id | date | market | model | term | point | unit | source"
    tables = book(
        Note="key | value\ndate | 2026-03-01\ntitle_zh | 租金",
        Sources="id | kind\nS1 | broker",
        Prices=f"{head}\n{rows}",
    )
    named = [group.common for group in note_of(tables, "en").origins.quoted]
    told = " ".join(named) + " ".join(
        one.text for group in note_of(tables, "en").origins.computed for one in group.entries
    )
    assert "P2–P11" in told
    assert "P10 P2" not in told


def test_the_day_form_is_the_one_of_figure_names() -> None:
    when: When = day(date(2026, 5, 28))
    assert passport_of(figure("x", R1, as_of=when, since=MAY))["as_of"] == "2026-05-28"
