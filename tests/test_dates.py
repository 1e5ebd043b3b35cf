"""Written dates: each form, its precision, and back to text."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.dates import When, before, day, month, parse_when

MAY_28 = When(date(2026, 5, 28), date(2026, 5, 28), "day")
MAY = When(date(2026, 5, 1), date(2026, 5, 31), "month")
BEFORE_CNY = When(date(2026, 2, 16), date(2026, 2, 16), "before")
SUMMER = When(date(2025, 7, 1), date(2025, 8, 31), "span")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-28", MAY_28),
        ("2026/5/28", MAY_28),
        ("2026.5.28", MAY_28),
        ("2026年5月28日", MAY_28),
        ("2026 年 5 月 28 日", MAY_28),
        ("２０２６-０５-２８", MAY_28),
        ("28 May 2026", MAY_28),
        ("May 28, 2026", MAY_28),
        ("2026-05", MAY),
        ("2026年5月", MAY),
        ("May 2026", MAY),
        ("2025", When(date(2025, 1, 1), date(2025, 12, 31), "year")),
        ("before 2026-02-17", BEFORE_CNY),
        ("before-2026-02-17", BEFORE_CNY),
        ("2026-02-17前", BEFORE_CNY),
        ("2026-02-17 之前", BEFORE_CNY),
        ("2025-07 to 2025-08", SUMMER),
        ("2025-07..2025-08", SUMMER),
        ("2025年7月至2025年8月", SUMMER),
    ],
)
def test_each_documented_form_is_read(text: str, expected: When) -> None:
    assert parse_when(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "2026/13/40", "2026-02-30", "上周五", "call", "5月28日", "2025-08 to 2025-07",
     "28 May 28, 2026", "before before 2026", "20260"],
)  # fmt: skip
def test_anything_else_is_no_date(text: str) -> None:
    assert parse_when(text) is None


def test_text_in_both_languages() -> None:
    assert MAY_28.text("zh") == "2026 年 5 月 28 日"
    assert MAY_28.text("en") == "28 May 2026"
    assert MAY.text("en") == "May 2026"
    assert BEFORE_CNY.text("zh") == "2026 年 2 月 17 日前"
    assert before(date(2025, 9, 1)).text("en") == "before Sep 2025"
    assert SUMMER.text("zh") == "2025 年 7–8 月"
    assert SUMMER.text("en") == "Jul–Aug 2025"


def test_the_later_of_two_dates_ends_later() -> None:
    ordered = sorted([MAY, MAY_28, BEFORE_CNY, SUMMER], key=lambda when: when.order)
    assert ordered == [SUMMER, BEFORE_CNY, MAY_28, MAY]


def test_age_counts_from_the_last_day_it_can_mean() -> None:
    assert MAY.age_days(date(2026, 6, 10)) == 10
    assert day(datetime(2026, 5, 28, 9, 30)).age_days(date(2026, 6, 10)) == 13  # noqa: DTZ001


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_keys_and_texts_are_read_back(value: date) -> None:
    for when in (day(value), month(value.year, value.month), before(value)):
        assert parse_when(when.key) == when
        if when.precision != "before":
            assert parse_when(when.text("zh")) == when
            assert parse_when(when.text("en")) == when
