"""Charts with one series, two, or a single point, through a whole build to HTML."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.analysis.analyse import analyse
from reportgen.note.build import build_note
from reportgen.note.model import Bars, Paragraph, TableData
from reportgen.note.text import as_text
from reportgen.workbook.reader import read_workbook
from tests.made import make
from tests.sheets import make_workbook

HEAD = """
# Note
key | value
title_zh | 租金
title_en | Rents
slug | alone
date | @2026-05-28
# Sources
id | kind | date | title_zh | title_en | publish
S1 | broker | @2026-05-28 | 经纪商报价 | Broker quotes | yes
# Prices
id | date | market | model | config | term | tenor | point | unit | source
"""
LONG = "Ascend 910C SuperPod 384 cards liquid cooled 2048GB second generation"
BOOKS = {
    "one curve": [
        "@2026-05-28 | rent | H100 | | 1y | | 10",
        "@2026-05-28 | rent | H100 | | 3y | | 9",
        "@2026-05-28 | rent | H200 | | 1y | | 12",
    ],
    "two curves": [
        f"@2026-05-28 | rent | {model} | | {term} | | {point}"
        for model, point in (("H100", 10), ("H200", 12))
        for term in ("1y", "3y")
    ],
    "one history": [
        f"@2026-0{month}-15 | rent | H200 | | 1y | | {point}"
        for month, point in ((1, 8), (2, 9), (3, 9.5), (4, 10))
    ],
    "a long name": [
        f"@2026-0{month}-15 | rent | {LONG} | | {term} | | {point}"
        for month, point in ((1, 8), (2, 9), (3, 9.5), (4, 10))
        for term in ("1y", "3y")
    ],
    "one of each": [
        "@2026-04-28 | rent | H100 | | 1y | | 9",
        "@2026-05-28 | rent | H100 | | 1y | | 10",
        "@2026-04-28 | purchase | H100 | 2TB | | spot | 330",
        "@2026-05-28 | purchase | H100 | 2TB | | spot | 350",
    ],
    "crowded curves": [
        f"@2026-05-28 | rent | {model} | | {term} | | 10.{number}{place}"
        for number, model in enumerate(("H100", "H200", "A100", "A800", "H800", "B200"))
        for place, term in enumerate(("1y", "2y", "3y", "4y", "5y"))
    ],
    "crowded histories": [
        f"@2026-0{month}-15 | rent | {model} | | 1y | | 10.{number}{month}"
        for number, model in enumerate(("H100", "H200", "A100", "A800", "H800", "B200"))
        for month in (1, 2, 3, 4, 5)
    ],
    "long purchases": [
        f"@2026-0{month}-28 | purchase | {LONG} | 2TB | | {tenor} | {point}"
        for month, point in ((4, 330), (5, 350))
        for tenor in ("spot", "forward")
    ],
}


def workbook(path: Path, lines: list[str], more: str = "") -> Path:
    rows = []
    for number, line in enumerate(lines, start=1):
        unit = "万元/台/月" if "| rent |" in line else "万元/台"
        rows.append(f"P{number} | {line} | {unit} | S1")
    return make_workbook(path, HEAD + "\n".join(rows) + more)


@pytest.mark.parametrize("name", BOOKS)
def test_a_note_with_few_prices_is_built_in_both_languages(tmp_path: Path, name: str) -> None:
    made = make(workbook(tmp_path / "alone.xlsx", BOOKS[name]), tmp_path / "out")
    assert sum(path.suffix == ".html" for path in made.files) == 2


def test_a_change_that_spans_zero_has_no_arrow_anywhere(tmp_path: Path) -> None:
    rows = [
        "P1 | @2026-04-28 | rent | H100 | 1y | 9 | 11 | 万元/台/月 | S1",
        "P2 | @2026-05-28 | rent | H100 | 1y | 9 | 10.5 | 万元/台/月 | S1",
        "P3 | @2026-04-28 | rent | H200 | 1y | 12 | 13 | 万元/台/月 | S1",
        "P4 | @2026-05-28 | rent | H200 | 1y | 14 | 15 | 万元/台/月 | S1",
    ]
    head = HEAD.replace("config | term | tenor | point", "term | low | high")
    read = read_workbook(make_workbook(tmp_path / "zero.xlsx", head + "\n".join(rows)))
    note = build_note(read, analyse(read), "en", "client", None, issues=())
    ways = {one.label: one.direction for one in note.cover.key_figures}
    assert ways == {"H100 1-year rent": "", "H200 1-year rent": "up"}
    (table,) = (one.body for one in note.exhibits() if one.id == "rent-table")
    assert isinstance(table, TableData)
    assert [row.direction for row in table.rows] == ["", "up"]


def test_the_method_and_the_evidence_say_what_the_rows_are(tmp_path: Path) -> None:
    head = HEAD.replace("config | term | tenor | point", "term | vat | quote | point")
    demand = "\n# Demand\nid | metric | point | unit | source\nD1 | utilisation | 80 | % | S1"
    rows = [
        f"P{number} | @2026-0{number}-28 | rent | H100 | 1y | {vat} | {quote} | 1{number} "
        "| 万元/台/月 | S1"
        for number, (vat, quote) in enumerate((("incl", "ten a month"), ("", ""), ("", "")), 1)
    ]
    read = read_workbook(make_workbook(tmp_path / "v.xlsx", head + "\n".join(rows) + demand))
    note = build_note(read, analyse(read), "en", "client", None, issues=())
    told = " ".join(
        as_text(block.lead + block.line)
        for section in note.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
    )
    assert "VAT. 2 of 3 prices do not say whether VAT is in them. They are printed" in told
    exhibits = {one.id: one for one in note.exhibits()}
    assert as_text(exhibits["evidence"].subtitle).startswith("Quotes are verbatim; ")
    assert as_text(exhibits["utilisation"].title) == "Utilisation of compute"


def test_a_note_on_converted_values_names_their_rows(tmp_path: Path) -> None:
    head = HEAD.replace("config | term | tenor | point", "term | point")
    rows = [
        f"P{number} | @2026-05-28 | rent | {model} | 1y | {point} | 元/台/月 | S1"
        for number, (model, point) in enumerate((("H100", 67500), ("H200", 81500)), 1)
    ]
    read = read_workbook(make_workbook(tmp_path / "c.xlsx", head + "\n".join(rows)))
    note = build_note(read, analyse(read), "en", "client", None, issues=())
    (chart,) = (one for one in note.exhibits() if one.id == "rents-by-model")
    told = as_text(chart.notes[0])
    assert told == (
        "As written, and converted: H100, 1-year 67500 CNY/server/month; "
        "H200, 1-year 81500 CNY/server/month: × 0.0001 (CNY to 10k CNY)."
    )


def test_a_payback_is_rounded_alike_in_its_chart_and_its_table(tmp_path: Path) -> None:
    lines = [
        "@2026-05-28 | rent | H100 | | 1y | | 10",
        "@2026-05-28 | rent | H200 | | 1y | | 12",
        "@2026-05-28 | purchase | H100 | | | | 336",
        "@2026-05-28 | purchase | H200 | | | | 1210",
    ]
    read = read_workbook(workbook(tmp_path / "p.xlsx", lines))
    note = build_note(read, analyse(read), "en", "client", None, issues=())
    bodies = {one.id: one.body for one in note.exhibits()}
    chart, table = bodies["payback-chart"], bodies["payback-table"]
    assert isinstance(chart, Bars)
    assert isinstance(table, TableData)
    printed = [as_text(cell) for row in table.rows for cell in row.cells]
    assert [mark.text for mark in chart.marks] == ["34", "100"]
    assert set(printed) >= {"34", "100"}
