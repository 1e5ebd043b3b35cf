"""The exhibits of the index and of rents in USD, in both languages."""

from __future__ import annotations

import pytest

from reportgen.analysis.analyse import analyse
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.note.model import Bars, Curve, Exhibit, Line, TableData
from reportgen.note.text import as_text
from tests.books import book
from tests.test_conversion import NOTE as NOTE_WITH_FX
from tests.test_index import CALL, SOURCES

NOTE = NOTE_WITH_FX + "rent_baseline | before 2026-02-17\n"
SURVEY = """
id | topic | metric | point | unit | as_of | source | speaker
F004 | price_change | rental_price_change_since_cny | 30 | % | 2026-05 | EC1 | expert
F002 | price_change | rental_price_change_guess | 10 | % | 2026-05 | EC1 | interviewer
"""
MONTHS = """
id | date | market | model | term | low | point | high | unit | source
A | 2026-01 | rent | h100 | 1y | | 5 | | 万元/台/月 | EC1
B | 2026-02 | rent | h100 | 1y | | 5.2 | | 万元/台/月 | EC1
C | 2026-03 | rent | h100 | 1y | 5.3 | | 5.5 | 万元/台/月 | EC1
D | 2026-04 | rent | h100 | 1y | | 6 | | 万元/台/月 | EC1
"""


def exhibits(lang: Lang, note: str = NOTE, prices: str = CALL) -> dict[str, Exhibit]:
    tables = book(Note=note, Sources=SOURCES, Prices=prices, Survey=SURVEY)
    return {one.id: one for one in build_note(tables, analyse(tables), lang, "client").exhibits()}


def test_two_dates_make_bars_of_pairs_index_mean_and_the_source_s_own_word() -> None:
    found = exhibits("en")["rent-index"]
    assert isinstance(found.body, Bars)
    shown = [(name, mark.text) for name, mark in zip(found.body.categories, found.body.marks, strict=True)]  # fmt: skip # noqa: E501
    assert [(name, text.rstrip("§*†‡ ")) for name, text in shown] == [
        ("H200 1-year", "+27 to +33"),
        ("B300 5-year", "+33 to +58"),
        ("Matched index", "+38 (+30 to +45)"),
        ("Simple mean", "−6"),
        ("As the expert put it", "+30"),
    ]
    assert [mark.emphasis for mark in found.body.marks] == [False, False, True, False, False]
    assert found.body.marks[3].hollow
    assert as_text(found.title).startswith("Like-for-like rents rose while the simple mean fell")
    notes = " ".join(as_text(line) for line in found.notes)
    assert "CNY 90.5k per server-month (H200 1-year, B300 5-year)" in notes
    assert "CNY 85.2k per server-month" in notes
    assert "Garbled baseline quotes stay out" in notes


def test_four_periods_make_lines() -> None:
    found = exhibits("zh", prices=MONTHS)["rent-index"]
    assert isinstance(found.body, Curve)
    assert [name for name, _ in found.body.series] == ["配对指数", "简单均值"]
    assert len(found.body.positions) == 4
    assert "首期" not in as_text(found.subtitle)
    assert "100" in as_text(found.subtitle)


TURNED = """id | date | market | model | term | point | unit | source
A | 2026-01 | rent | h100 | 1y | 6 | 万元/台/月 | EC1
B | 2026-03 | rent | h100 | 1y | 9 | 万元/台/月 | EC1
C | 2026-05 | rent | h100 | 1y | 8 | 万元/台/月 | EC1
"""


@pytest.mark.parametrize("more", ["", "D | 2026-02 | rent | h100 | 1y | 7 | 万元/台/月 | EC1\n"])
def test_what_is_said_of_a_change_runs_from_the_declared_baseline(more: str) -> None:
    found = exhibits("en", note=NOTE_WITH_FX + "rent_baseline | 2026-03\n", prices=TURNED + more)
    assert "Mar 2026" in as_text(found["rent-index"].subtitle)
    assert "May 2026" in as_text(found["rent-index"].subtitle)
    if isinstance(body := found["rent-index"].body, Bars):
        assert [one.text for one in body.marks[:3]] == ["−11"] * 3


@pytest.mark.parametrize("lang", LANGS)
def test_the_conversion_is_printed_with_all_it_rests_on(lang: Lang) -> None:
    found = exhibits(lang)["usd-rents"]
    assert isinstance(found.body, TableData)
    cells = {as_text(row.cells[0]) + as_text(row.cells[1]): row.cells for row in found.body.rows}
    h200 = cells["H200一年期" if lang == "zh" else "H2001-year"]
    assert [as_text(cell) for cell in h200[3:]] == ["2.00", "1.89", "1.77"]
    note = as_text(found.notes[0])
    for wanted in ("10,000", "8", "730", "6.8375", "PBOC", "2026"):
        assert wanted in note


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("prices", [CALL, MONTHS], ids=["call", "months"])
def test_digits_stand_only_in_runs_that_say_what_they_are(lang: Lang, prices: str) -> None:
    found = exhibits(lang, prices=prices)
    for name in ("rent-index", "usd-rents"):
        lines: list[Line] = [found[name].title, found[name].subtitle, *found[name].notes]
        if isinstance(found[name].body, TableData):
            lines += [cell for row in found[name].body.rows for cell in row.cells]  # type: ignore[union-attr]
        runs = [run for line in lines for run in line if run.kind == "text"]
        loose = [run.text for run in runs if any(letter.isdigit() for letter in run.text)]
        assert loose == []


def test_without_pairs_or_a_rate_the_exhibits_are_left_out() -> None:
    one_date = "\n".join(
        line for line in MONTHS.splitlines() if "2026-0" not in line or "-04" in line
    )
    found = exhibits("zh", note="key | value\ntitle_zh | 租金\ndate | 2026-06-01", prices=one_date)
    assert "rent-table" in found
    assert "rents-by-model" not in found  # a chart of one number says no more
    assert not {"rent-index", "usd-rents"} & set(found)
