"""The note as data: sections, exhibits, prose with figures, page one."""

from __future__ import annotations

import pytest

from reportgen.analysis.analyse import analyse
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.note.model import BulletList, Exhibit, Line, Note, Paragraph, TableData
from reportgen.note.prose import check_figures, prose_line
from reportgen.note.text import as_text, plain
from reportgen.workbook.tables import Workbook
from tests.books import book, flat
from tests.test_analysis import DEMAND, ECONOMICS, NOTE, PRICES, SCENARIOS, SOURCES, SURVEY

VIEWS = """
section | order | language | text
rents | 1 | zh | **租金上涨。** H200 由 [[rent.h200.1y@before-2026-02-17]] 涨到 [[rent.h200.1y]]。
rents | 1 | en | **Rents rose.** H200 went to [[rent.h200.1y]] from [[rent.h200.1y@before-2026-02-17]].
exhibit.rent-table.title | 1 | zh | H200 涨 [[change.rent.h200.1y|full]]
exhibit.rent-table.title | 1 | en | H200 up [[change.rent.h200.1y|full]]
"""  # noqa: E501 - a sheet as a table


def whole() -> Workbook:
    return book(
        Note=NOTE, Sources=SOURCES, Prices=PRICES, Demand=DEMAND, Economics=ECONOMICS,
        Survey=SURVEY, Scenarios=SCENARIOS, Views=VIEWS,
    )  # fmt: skip


def note_of(tables: Workbook, lang: Lang = "zh") -> Note:
    return build_note(tables, analyse(tables), lang, "client")


def lines_of(note: Note) -> list[Line]:
    """Every line of a note, wherever it stands."""
    found: list[Line] = [note.cover.title, note.cover.subtitle, note.cover.caveat]
    for point in note.cover.key_points:
        found += [point.lead, point.line]
    for key in note.cover.key_figures:
        found += [(key.value,), key.unit, key.detail]
    found += note.cover.changes
    for section in note.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found += [block.lead, block.line]
            elif isinstance(block, BulletList):
                found += block.items
            else:
                found += [block.title, block.subtitle, block.source, *block.notes]
                if isinstance(block.body, TableData):
                    found += [cell for row in block.body.rows for cell in row.cells]
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_exhibits_are_numbered_in_one_series(lang: Lang) -> None:
    exhibits = note_of(whole(), lang).exhibits()
    assert [one.number for one in exhibits] == list(range(1, len(exhibits) + 1))
    assert len({one.id for one in exhibits}) == len(exhibits)
    charts = [one for one in exhibits if not isinstance(one.body, TableData)]
    assert len(charts) >= 6
    assert len(exhibits) - len(charts) >= 4
    assert all(chart.alt for chart in charts)
    marks = {"zh": ("; ", "): ", " ("), "en": ("；", "：", "（")}[lang]
    assert [chart.alt for chart in charts if any(mark in chart.alt for mark in marks)] == []


@pytest.mark.parametrize("lang", LANGS)
def test_only_prices_and_sources_make_a_shorter_note(lang: Lang) -> None:
    note = note_of(book(Note=NOTE, Sources=SOURCES, Prices=PRICES), lang)
    ids = [one.id for one in note.exhibits()]
    assert "rents-by-model" in ids
    assert "payback-table" in ids
    assert "customer-shares" not in ids
    assert "users" not in [section.id for section in note.sections]
    assert note.cover.key_points  # computed, since there are no Views
    assert 1 <= len(note.cover.key_figures) <= 6


def test_prose_numbers_come_from_figures_and_leads_are_split_off() -> None:
    rents = next(one for one in note_of(whole()).sections if one.id == "rents")
    first = rents.blocks[0]
    assert isinstance(first, Paragraph)
    assert as_text(first.lead) == "租金上涨。"
    figures = [run.figure for run in first.line if run.kind == "figure"]
    assert figures == ["rent.h200.1y@before-2026-02-17", "rent.h200.1y"]
    assert "8 万元/台/月" in as_text(first.line)


def test_a_title_from_views_replaces_the_computed_one() -> None:
    table = next(one for one in note_of(whole(), "en").exhibits() if one.id == "rent-table")
    assert as_text(table.title) == "H200 up +31% (+27% to +33%)"


@pytest.mark.parametrize("lang", LANGS)
def test_digits_stand_only_in_runs_that_say_what_they_are(lang: Lang) -> None:
    loose = [
        (run.text, as_text(line))
        for line in lines_of(note_of(whole(), lang))
        for run in line
        if run.kind == "text" and any(letter.isdigit() for letter in run.text)
    ]
    assert loose == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_figure_run_names_a_figure_of_the_analysis(lang: Lang) -> None:
    tables = whole()
    known = analyse(tables).figures
    named = {
        run.figure
        for line in lines_of(note_of(tables, lang))
        for run in line
        if run.kind == "figure"
    }
    assert named <= set(known)
    assert len(named) > 40


def test_an_unknown_figure_is_an_error_with_its_cell_and_a_suggestion() -> None:
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Views="""
        section | order | language | text
        rents | 1 | zh | 租金 [[rent.h200.1yr]] 与 [[rent.h100.1y|wide]]
    """)  # fmt: skip
    issues = check_figures(tables, analyse(tables).figures)
    assert flat(issues) == [
        ("error", "unknown-figure", "Views", "D2"),
        ("error", "unknown-figure-form", "Views", "D2"),
    ]
    assert "rent.h200.1y" in issues[0].hint.en


def test_a_new_model_appears_everywhere() -> None:
    rows = PRICES + (
        "N1 | 2026-05 | rent | b400 | | 1y | | | | 30 | | 万元/台/月 | EC1 | high |\n"
        "N2 | 2026-05 | purchase | b400 | 8T | | spot | | | 900 | | 万元/台 | EC1 | high |\n"
    )
    note = note_of(book(Note=NOTE, Sources=SOURCES, Prices=rows), "en")
    for wanted in ("rents-by-model", "purchase-levels", "payback-chart"):
        body = next(one for one in note.exhibits() if one.id == wanted).body
        assert any("B400" in name for name in body.categories), wanted  # type: ignore[union-attr]
    for wanted in ("rent-table", "purchase-table", "payback-table"):
        body = next(one for one in note.exhibits() if one.id == wanted).body
        assert isinstance(body, TableData)
        assert any("B400" in as_text(row.cells[0]) for row in body.rows), wanted


def test_a_house_without_licence_writes_a_memo_without_standing() -> None:
    cover = note_of(whole()).cover
    assert (cover.kind, cover.standing) == ("产业调研纪要", "不构成证券研究报告")
    licensed = NOTE + "licence | SAMPLE 资格\nkind | research_report\nrating | 强于大市\n"
    cover = note_of(book(Note=licensed, Sources=SOURCES, Prices=PRICES)).cover
    assert (cover.kind, cover.standing, cover.rating) == ("证券研究报告", "", "强于大市")


def test_a_memo_prints_no_rating() -> None:
    rated = NOTE + "rating | 强于大市\n"
    assert note_of(book(Note=rated, Sources=SOURCES, Prices=PRICES)).cover.rating == ""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("H100 与 B300、RTX 4090 及 141GB", ["H100", "B300", "RTX 4090", "141GB"]),
        ("昇腾 910B 与 GB200", ["910B", "GB200"]),
        ("涨到 8 万", []),
    ],
)
def test_product_names_are_marked_as_names(text: str, names: list[str]) -> None:
    assert [run.text for run in plain(text) if run.kind == "name"] == names


def test_markdown_beyond_bold_is_text() -> None:
    figures = analyse(whole()).figures
    line = prose_line("<b>x</b> [link](http://a.b) `code`", figures, "en")
    assert as_text(line) == "<b>x</b> [link](http://a.b) code"


def test_half_width_exhibits_come_in_pairs() -> None:
    for lang in LANGS:
        for section in note_of(whole(), lang).sections:
            halves = [isinstance(block, Exhibit) and block.half_width for block in section.blocks]
            place = 0
            while place < len(halves):
                if halves[place]:
                    assert halves[place + 1]
                    place += 1
                place += 1


@pytest.mark.parametrize(
    ("lang", "value", "unit"),
    [("zh", "6.7–6.8", "万元/台/月"), ("en", "CNY 67–68k", "per server-month")],
)
def test_a_key_figure_reads_as_prose_has_it(lang: Lang, value: str, unit: str) -> None:
    figures = note_of(whole(), lang).cover.key_figures
    found = {(one.value.text, as_text(one.unit)) for one in figures}
    assert (value, unit) in found
    assert all(not as_text(one.unit) for one in figures if one.value.text.endswith("%"))


def test_a_number_that_a_table_has_alone_gets_no_chart() -> None:
    header = PRICES.strip().splitlines()[0]
    rows = (
        f"{header}\n"
        "N1 | 2026-05 | rent | h200 | | 1y | | | | 8 | | 万元/台/月 | EC1 | high |\n"
        "N2 | 2026-05 | purchase | h200 | 8T | | spot | | | 360 | | 万元/台 | EC1 | high |\n"
        "N3 | 2026-05 | purchase | h200 | 8T | | forward | | | 300 | | 万元/台 | EC1 | high |\n"
    )
    exhibits = {
        one.id: one
        for one in note_of(book(Note=NOTE, Sources=SOURCES, Prices=rows), "en").exhibits()
    }
    assert {"rent-table", "purchase-table", "purchase-levels"} <= set(exhibits)
    assert not {"rents-by-model", "purchase-change", "premium-table"} & set(exhibits)
    notes = " ".join(as_text(line) for line in exhibits["purchase-table"].notes)
    assert "premium over forward: +20%" in notes


def test_the_payback_among_the_key_figures_is_of_the_shortest_lease() -> None:
    """215 ÷ 6.5 is 33 months; the three-year lease, 215 ÷ 6 = 36, is no headline."""
    header = PRICES.strip().splitlines()[0]
    rows = (
        f"{header}\n"
        "N1 | 2026-05 | rent | h100 | | 1y | | | | 6.5 | | 万元/台/月 | EC1 | high |\n"
        "N2 | 2026-05 | rent | h100 | | 3y | | | | 6.0 | | 万元/台/月 | EC1 | high |\n"
        "N3 | 2026-05 | purchase | h100 | 2T | | spot | | | 215 | | 万元/台 | EC1 | high |\n"
    )
    note = note_of(book(Note=NOTE, Sources=SOURCES, Prices=rows), "en")
    paybacks = [one for one in note.cover.key_figures if "payback" in one.label]
    assert [(one.value.text, as_text(one.unit)) for one in paybacks] == [("33", "months")]
