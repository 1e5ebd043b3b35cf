"""Exhibits of a workbook with hundreds of kinds of price: a part is shown, and it is said so."""

from __future__ import annotations

import pytest

from reportgen import checking
from reportgen.analysis.payback import MOST_KINDS, unpaired
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.note.exhibits.length import MOST_DRAWN, MOST_LISTED
from reportgen.note.model import Bars, Exhibit, Levels, TableData
from reportgen.note.text import as_text
from tests.market import kinds_workbook

KINDS = 12  # rents of each model, and prices


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> checking.Checked:
    path = kinds_workbook(tmp_path_factory.mktemp("kinds") / "a.xlsx", KINDS)
    return checking.check(path, checking.Stages(lambda: 0.0, lambda _: None))


def exhibits(found: checking.Checked, lang: Lang) -> dict[str, Exhibit]:
    assert found.analysis is not None
    note = build_note(found.printed, found.analysis, lang, "client")
    return {one.id: one for one in note.exhibits()}


def test_of_many_kinds_those_quoted_last_are_paired(found: checking.Checked) -> None:
    assert found.analysis is not None
    pairs = found.analysis.paybacks
    models = {pair.rent_key.model for pair in pairs}
    assert len(models) == 8
    assert len(pairs) == len(models) * MOST_KINDS**2
    assert unpaired(found.analysis.series) == len(models) * (KINDS**2 - MOST_KINDS**2)
    # the kinds are numbered in the order of their dates
    assert {pair.rent_key.config for pair in pairs} == {f"k{n:02}" for n in range(3, KINDS + 1)}


@pytest.mark.parametrize("lang", LANGS)
def test_tables_and_charts_say_what_they_leave_out(found: checking.Checked, lang: Lang) -> None:
    shown = exhibits(found, lang)
    rents = shown["rent-table"].body
    assert isinstance(rents, TableData)
    assert sum(not row.group for row in rents.rows) == MOST_LISTED
    assert {as_text(row.cells[0]).split()[0] for row in rents.rows} == {
        "H20", "A800", "A100", "H800", "H100", "H200", "B200", "B300",
    }  # fmt: skip
    said = [as_text(line) for line in shown["rent-table"].notes]
    assert any(f" {8 * KINDS - MOST_LISTED} " in line for line in said)
    paired = [as_text(line) for line in shown["payback-table"].notes]
    assert any(f" {8 * (KINDS**2 - MOST_KINDS**2)} " in line for line in paired)


@pytest.mark.parametrize("lang", LANGS)
def test_a_chart_draws_and_tells_the_same_categories(found: checking.Checked, lang: Lang) -> None:
    drawn = [one for one in exhibits(found, lang).values() if isinstance(one.body, (Bars, Levels))]
    full = [one for one in drawn if len(one.body.categories) == MOST_DRAWN]  # type: ignore[union-attr]
    assert {one.id for one in full} >= {"rents-by-model", "payback-chart"}
    for one in full:
        body = one.body
        assert isinstance(body, (Bars, Levels))
        told = one.alt.split("；" if lang == "zh" else "; ")
        assert len(told) == MOST_DRAWN
        for name, entry in zip(body.categories, told, strict=True):
            assert f"{name} " in entry
