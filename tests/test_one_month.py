"""Two sources on different days of one month: told, since they are not put together."""

from __future__ import annotations

from reportgen.analysis.prices import collect_series
from reportgen.checks.one_month import days_of_one_month
from reportgen.workbook.tables import Workbook
from tests.books import book, flat

NOTE = """
    key           | value
    date          | 2026-06-30
    rent_baseline | 2026-02
"""
SOURCES = """
    id | kind   | group | publish
    S1 | broker | a     | yes
    S2 | broker | b     | yes
    S3 | broker | a     | yes
    S4 | broker | c     | internal
"""
HEAD = "id | date | model | term | point | unit | source"


def made(*rows: str) -> Workbook:
    return book(Note=NOTE, Sources=SOURCES, Prices="\n".join((HEAD, *rows)))


APART = made(
    "P1 | 2026-06-05 | h100 | 1y | 6.4 | 万元/台/月 | S2",
    "P2 | 2026-06-18 | h100 | 1y | 6.7 | 万元/台/月 | S1",
)


def test_the_row_that_is_left_out_is_named_with_the_one_that_is_the_figure() -> None:
    (issue,) = found = days_of_one_month(APART)
    assert flat(found) == [("remark", "month-not-joined", "Prices", "B3")]
    assert issue.message.zh == (
        "数字只取最新一天的 2026 年 6 月 18 日 P2（6.7 万元/台/月）；同月另一独立来源的 "
        "2026 年 6 月 5 日 P1（6.4 万元/台/月）不并入区间。"
    )
    assert "The figure is P2 (CNY 67k per server-month) of 18 Jun 2026 alone" in issue.message.en
    assert "P1 (CNY 64k per server-month) of 5 Jun 2026, of the same month" in issue.message.en
    assert "date both 2026-06;" in issue.hint.en


def test_it_is_what_the_analysis_does() -> None:
    """The figure is the later row alone; dated by the month, the two are an envelope."""
    (series,) = collect_series(APART["Prices"], APART["Sources"])
    assert [row.id for row in series.latest.rows] == ["P2"]
    joined = made(
        "P1 | 2026-06 | h100 | 1y | 6.4 | 万元/台/月 | S2",
        "P2 | 2026-06 | h100 | 1y | 6.7 | 万元/台/月 | S1",
    )
    (series,) = collect_series(joined["Prices"], joined["Sources"])
    assert [row.id for row in series.latest.rows] == ["P1", "P2"]
    assert days_of_one_month(joined) == ()


def test_one_source_that_quotes_twice_has_moved() -> None:
    assert days_of_one_month(made(
        "P1 | 2026-06-05 | h100 | 1y | 6.4 | 万元/台/月 | S3",  # of the group of S1
        "P2 | 2026-06-18 | h100 | 1y | 6.7 | 万元/台/月 | S1",
    )) == ()  # fmt: skip


def test_equal_values_other_months_other_terms_and_held_rows_say_nothing() -> None:
    assert days_of_one_month(made(
        "P1 | 2026-06-05 | h100 | 1y | 6.7 | 万元/台/月 | S2",
        "P2 | 2026-05-31 | h100 | 1y | 6.1 | 万元/台/月 | S2",
        "P3 | 2026-06-04 | h100 | 3y | 6.0 | 万元/台/月 | S2",
        "P4 | 2026-06-04 | h100 | 1y | 6.0 | 万元/台/月 | S4",
        "P5 | 2026-06-18 | h100 | 1y | 6.7 | 万元/台/月 | S1",
    )) == ()  # fmt: skip


def test_history_is_told_at_the_baseline_only() -> None:
    found = days_of_one_month(made(
        "P1 | 2026-02-03 | h100 | 1y | 5.2 | 万元/台/月 | S2",
        "P2 | 2026-02-20 | h100 | 1y | 5.4 | 万元/台/月 | S1",
        "P3 | 2026-04-03 | h100 | 1y | 5.9 | 万元/台/月 | S2",
        "P4 | 2026-04-20 | h100 | 1y | 6.2 | 万元/台/月 | S1",
        "P5 | 2026-06 | h100 | 1y | 6.7 | 万元/台/月 | S1",
    ))  # fmt: skip
    assert flat(found) == [("remark", "month-not-joined", "Prices", "B3")]


def test_a_row_dated_by_the_month_is_later_than_its_days() -> None:
    found = days_of_one_month(made(
        "P1 | 2026-06-05 | h100 | 1y | 6.4 | 万元/台/月 | S2",
        "P2 | 2026-06 | h100 | 1y | 6.7 | 万元/台/月 | S1",
    ))  # fmt: skip
    assert flat(found) == [("remark", "month-not-joined", "Prices", "B3")]
