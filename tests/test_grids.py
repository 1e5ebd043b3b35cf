"""Sensitivity grids: cells by hand, the base case, and their look in a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reportgen.analysis.analyse import Analysis, analyse
from reportgen.analysis.grids import Grid
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.note.model import Exhibit, TableData
from reportgen.render.html import render_html
from reportgen.render.theme import load_theme
from tests.books import book
from tests.test_analysis import DEMAND, NOTE, SOURCES
from tests.test_economics import MORE, PARAMETERS, SURVEY

TABLES = book(Note=NOTE, Sources=SOURCES, Prices=MORE, Demand=DEMAND, Economics=PARAMETERS,
              Survey=SURVEY)  # fmt: skip


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(TABLES)


def grid(analysis: Analysis, grid_id: str) -> Grid:
    return next(one for one in analysis.leasing.grids if one.id == grid_id)


def rounded(one: Grid, decimals: int = 2) -> list[list[float | None]]:
    return [
        [None if cell is None else round(cell.quantity.bound, decimals) for cell in row]
        for row in one.cells
    ]


def test_the_case_is_the_entrant_with_the_thinnest_margin(analysis: Analysis) -> None:
    assert {one.case.tail for one in analysis.leasing.grids} == {"h200.1y.spot", "h100.1y"}
    assert grid(analysis, "residual-life").case.tail == "h100.1y"  # the stated break-even


def test_rent_by_capex(analysis: Analysis) -> None:
    found = grid(analysis, "rent-capex")
    assert [value.bound for value in found.across.values] == pytest.approx(
        [280, 315, 350, 385, 420]
    )
    assert (found.down.base, found.across.base) == (2, 2)
    assert rounded(found)[2][2] == 9.55  # the case itself
    assert rounded(found)[1][2] == -0.51  # 1 − 7.236 ÷ 7.2
    assert rounded(found)[2][0] == 25.22  # 280: (4.667 + 1.316) ÷ 8


def test_utilisation_by_tariff(analysis: Analysis) -> None:
    found = grid(analysis, "utilisation-tariff")
    assert [value.bound for value in found.down.values] == [90, 95, 100]
    assert [value.bound for value in found.across.values] == pytest.approx(
        [0.4, 0.5, 0.6, 0.7, 0.8]
    )
    assert rounded(found)[2] == [7.1, 7.17, 7.24, 7.3, 7.37]  # 0.0678 a step
    assert rounded(found)[0][2] == 8.04  # 7.236 ÷ 0.9


def test_residual_by_life(analysis: Analysis) -> None:
    found = grid(analysis, "residual-life")
    assert [value.bound for value in found.across.values] == [36, 48, 60, 72]
    assert rounded(found) == [
        [7.06, 5.6, 4.73, 4.14],  # 210 ÷ 36 + 1.228 …
        [6.48, 5.17, 4.38, 3.85],
        [5.89, 4.73, 4.03, 3.56],  # 4 needs about a fifth
    ]
    assert (found.down.base, found.across.base) == (0, 2)


def test_release_month_by_rent_cut(analysis: Analysis) -> None:
    found = grid(analysis, "month-cut")
    cells = rounded(found)
    assert (found.down.base, found.across.base) == (0, 1)  # 3–4 months, −10 to −15%
    for row in cells:
        assert row == sorted(row, key=lambda cell: -(cell or 0))  # a deeper cut costs more
    for place in range(4):
        column = [row[place] or 0 for row in cells]
        assert column == sorted(column)  # a later one less
    base = analysis.figures["irr.h200.1y.spot.exvat6"].quantity.bound
    assert all(cell is not None and cell < base for row in cells for cell in row)


def test_every_cell_is_a_figure_that_rests_on_rows(analysis: Analysis) -> None:
    for one in analysis.leasing.grids:
        for figure in one.figures():
            assert analysis.figures[figure.id] is figure
            assert any(quote.cells for quote in figure.quantity.quotes())


@pytest.mark.parametrize("lang", LANGS)
def test_grids_are_shaded_tables_with_one_base_cell(analysis: Analysis, lang: Lang) -> None:
    note = build_note(TABLES, analysis, lang, "client")
    tables = [one for one in note.exhibits() if one.id.startswith("grid-")]
    assert len(tables) == 4
    for exhibit in tables:
        assert isinstance(exhibit.body, TableData)
        assert exhibit.half_width
        bases = [row.base for row in exhibit.body.rows if row.base is not None]
        assert len(bases) == 1
        shades = [s for row in exhibit.body.rows for s in row.shades if s is not None]
        assert (min(shades), max(shades)) == (0, 1)
        heads = [run for column in exhibit.body.columns[1:] for run in column.unit]
        assert {run.kind for run in heads} == {"const"}


def test_shades_are_classes_and_colours_of_the_theme(analysis: Analysis) -> None:
    whole = build_note(TABLES, analysis, "en", "client")
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                block
                for block in section.blocks
                if not isinstance(block, Exhibit) or isinstance(block.body, TableData)
            ),
        )
        for section in whole.sections
    )
    theme = load_theme()
    page = render_html(replace(whole, sections=sections), {}, theme)
    assert 'class="short shade-5"' in page
    assert page.count('base-cell"') == 4
    for colours in (theme.light["en"], theme.dark["en"]):
        assert f"--shade-5:{colours.variables()['shade-5']}" in page
