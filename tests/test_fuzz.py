"""A turn of the fuzzer, and every find it ever made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reportgen.dates import parse_when
from reportgen.note.prose import _FIGURE as FIGURE
from reportgen.numerals import numerals
from reportgen.units import parse_unit
from reportgen.workbook.reader import read_workbook
from tests.fuzz_workbooks import Find, turn
from tests.hostile import changed
from tests.mutants import mutant, origins
from tests.packages import GOOD, line, price_rows, sheet

FINDS: dict[str, tuple[Callable[[Path], object], str]] = {
    # seed 2, 1835: the text of the outer cell was lost in silence
    "a cell inside a cell": (
        changed(prices=sheet(price_rows(
            '<row r="3"><c r="A3" t="inlineStr"><is><t>x</t></is>'
            '<c r="B3" t="inlineStr"></c><is><t>y</t></is></c></row>'))),
        "xml-damaged",
    ),
    # by hand: each – opened another level of the reading of dates, a thousand of them the last
    "a date of ranges without end": (
        changed(prices=sheet(price_rows(line(3, ("6.7–" * 8000, *GOOD[1:]))))), "not-a-date",
    ),
}  # fmt: skip


PATHOLOGICAL = (
    "1",
    "1.",
    "6.7–",
    " ",
    "2026-",
    "万元/台/月/",
    "(",
    "[[",
    "[[a]]",
    "几千",
    "一二",
    "%",
)


def test_a_full_cell_of_anything_is_read_in_no_time(tmp_path: Path) -> None:
    """Texts as long as Excel allows, made to be tried in every combination, in each column."""
    rows: list[str] = []
    for text in PATHOLOGICAL:
        for column in range(len(GOOD)):
            cells = list(GOOD)
            cells[column] = (text * 32_767)[:32_767]
            rows.append(line(len(rows) + 3, tuple(cells)))
    path = tmp_path / "book.xlsx"
    changed(prices=sheet(price_rows("".join(rows))))(path)
    began = time.process_time()
    workbook = read_workbook(path)
    assert time.process_time() - began < 3
    assert workbook.rows_present == workbook.rows_read + workbook.rows_reported


@pytest.mark.parametrize("text", PATHOLOGICAL)
def test_prose_of_anything_is_checked_in_no_time(text: str, project: Path) -> None:
    """The searches of prose take time in proportion to its length."""
    searches = (numerals, lambda whole: list(FIGURE.finditer(whole)), parse_when, parse_unit)
    began = time.process_time()
    for search in searches:
        found = search((text * 32_767)[:32_767])
        if isinstance(found, Iterator):
            list(found)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("name", FINDS)
def test_every_find_is_answered(name: str, tmp_path: Path) -> None:
    make, code = FINDS[name]
    path = tmp_path / "book.xlsx"
    make(path)
    assert [issue.code for issue in read_workbook(path).issues] == [code]


def test_a_turn_of_the_fuzzer_finds_nothing() -> None:
    done = turn(seed=7, count=200)
    assert done.finds == []
    assert done.count == 200
    assert len(done.codes) > 10  # the mutants do differ


@pytest.mark.slow
def test_twenty_thousand_mutants_find_nothing() -> None:
    assert turn(seed=20_000, count=20_000).finds == []


def test_the_same_seed_makes_the_same_mutants(tmp_path: Path) -> None:
    first, second = (origins(tmp_path) for _ in range(2))
    made = [mutant(first[:1], 3, number) for number in range(20)]
    assert made == [mutant(second[:1], 3, number) for number in range(20)]
    assert len({data for _, _, data in made}) > 15


def test_a_find_says_how_to_make_the_mutant_again() -> None:
    """The fuzzer's own judgement works: a rule that cannot hold is found broken."""
    found: list[str] = []
    done = turn(seed=1, count=3, told=found.append, limit=-1.0)
    assert [find.number for find in done.finds] == [0, 1, 2]
    assert all(isinstance(find, Find) and "took" in find.what for find in done.finds)
    assert found[0].startswith("#0 of ")


def test_what_finds_are_made_of_is_sound(tmp_path: Path) -> None:
    """What finds are made of reads without a word when nothing is wrong with it."""
    path = tmp_path / "book.xlsx"
    changed(prices=sheet(price_rows(line(3, GOOD))))(path)
    assert read_workbook(path).issues == ()
