"""Large workbooks: years of prices make a note of usual length, in time linear in the rows."""

from __future__ import annotations

import cProfile
import tracemalloc
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reportgen import checking
from reportgen.analysis.figures import Figures
from reportgen.cli import app
from reportgen.issues import has_errors
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.note.exhibits.extent import MOST_ROWS, evidence_extent
from reportgen.note.model import Curve, Note, TableData
from reportgen.note.text import as_text
from reportgen.workbook.reader import read_workbook
from tests.books import book
from tests.market import market_workbook

SILENT = (lambda: 0.0, lambda _: None)


def checked(path: Path) -> checking.Checked:
    found = checking.check(path, checking.Stages(*SILENT))
    assert not has_errors(found.issues)
    assert found.analysis is not None
    return found


def note_of(found: checking.Checked, lang: Lang = "zh") -> Note:
    assert found.analysis is not None
    return build_note(found.printed, found.analysis, lang, "client")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The workbook of so many prices over three years, made once."""
    folder = tmp_path_factory.mktemp("scale")
    return cache(lambda rows: market_workbook(folder / f"{rows}.xlsx", rows))


@pytest.fixture(scope="module")
def years(market: Callable[[int], Path]) -> checking.Checked:
    """Two thousand prices over three years."""
    return checked(market(2000))


def test_three_years_make_a_note_of_usual_length(years: checking.Checked) -> None:
    exhibits = {one.id: one.body for one in note_of(years).exhibits()}
    assert {"rent-history", "rent-index", "usd-rents", "term-curve", "evidence"} <= set(exhibits)
    tables = [body for body in exhibits.values() if isinstance(body, TableData)]
    assert sum(len(table.rows) for table in tables) < 500


def test_the_history_is_drawn_by_month_in_at_most_six_lines(years: checking.Checked) -> None:
    exhibits = {one.id: one.body for one in note_of(years).exhibits()}
    history = exhibits["rent-history"]
    assert isinstance(history, Curve)
    assert len(history.series) == 6
    assert len(history.positions) == 36
    assert history.joined
    terms = exhibits["term-curve"]
    assert isinstance(terms, Curve)
    assert len(terms.series) <= 6
    assert "rent-change" not in exhibits  # the index has the pairs


def test_the_index_has_a_level_for_every_month(years: checking.Checked) -> None:
    assert years.analysis is not None
    index = years.analysis.rent_index
    assert index is not None
    assert len(index.levels) == 36
    for level in index.levels:
        quantity = level.index.quantity
        assert quantity.low is not None
        assert quantity.high is not None
        assert quantity.high / quantity.low < 1.1  # links cancel, ranges do not pile up
    # the made-up market has one drift for all models: the mix must not move the index
    first, last = index.base.index.quantity.bound, index.levels[-1].index.quantity.bound
    by_pairs = [pair.figure.quantity.bound for pair in index.pairs]
    assert last / first - 1 == pytest.approx(sum(by_pairs) / len(by_pairs) / 100, abs=0.05)


@pytest.mark.parametrize("lang", LANGS)
def test_the_evidence_says_how_much_it_leaves_out(years: checking.Checked, lang: Lang) -> None:
    evidence = next(one for one in note_of(years, lang).exhibits() if one.id == "evidence")
    assert isinstance(evidence.body, TableData)
    assert sum(not row.group for row in evidence.body.rows) == MOST_ROWS
    assert any("1,800" in as_text(line) for line in evidence.notes)


def test_the_rows_that_figures_rest_on_are_listed_first(years: checking.Checked) -> None:
    assert years.analysis is not None
    tables = {key: years.printed[key] for key in ("Prices", "Survey", "Demand", "Economics")}
    listed = {row.id for row in evidence_extent(tables, years.analysis.figures).rows["Prices"]}
    latest = {row.id for one in years.analysis.series for row in one.latest.rows}
    assert latest <= listed


def test_a_usual_workbook_prints_all_its_evidence() -> None:
    tables = book(Prices="""
        id | date | market | model | point | unit | source | quote
        A | 2026-05 | rent | h100 | 6 | 万元/台/月 | S | words
        B | 2026-05 | rent | h200 | 8 | 万元/台/月 | S |
    """)  # fmt: skip
    extent = evidence_extent({"Prices": tables["Prices"]}, Figures())
    assert ([row.id for row in extent.rows["Prices"]], extent.more) == (["A"], 0)


def test_work_grows_with_the_rows_and_no_faster(market: Callable[[int], Path]) -> None:
    """Calls of functions are counted, which is the same on every machine."""
    few, many = (calls(market(rows)) for rows in (250, 1000))
    assert many < few * 4 * 1.2


def test_a_typed_row_takes_little_memory(market: Callable[[int], Path]) -> None:
    """Rows share the keys of their values: with a dict for each, one takes 285 bytes more."""
    few, many = (typed_bytes(market(rows)) for rows in (500, 2000))
    assert (many - few) / 1500 < 1000


@pytest.mark.parametrize("rows", [1000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_the_whole_build_writes_a_page(
    market: Callable[[int], Path], tmp_path: Path, rows: int
) -> None:
    """From the file through charts to HTML; a hundred thousand rows take about a minute."""
    path = market(rows)
    arguments = ["build", str(path), "--lang", "zh", "--format", "html", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    (page,) = tmp_path.rglob("*.html")
    assert page.stat().st_size < 1_000_000 + 500 * rows  # the passports name every row


def calls(path: Path) -> int:
    """Function calls from the file to the note."""
    profile = cProfile.Profile()
    profile.enable()
    try:
        note_of(checked(path))
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def typed_bytes(path: Path) -> int:
    """Memory that the typed tables of a workbook take."""
    tracemalloc.start()
    try:
        workbook = read_workbook(path)
        return tracemalloc.get_traced_memory()[0] if workbook.opened else 0
    finally:
        tracemalloc.stop()
