"""Column widths of long tables."""

from __future__ import annotations

import pytest

from reportgen.render.columns import column_widths


def test_room_goes_where_it_saves_most_lines() -> None:
    # the dates (16.8 wide) need one line only when they get 17; the sentences wrap anyway
    dates = ["before 17 Feb 2026"] * 9
    words = ["some words that wrap to two"] * 9
    first, second = column_widths([dates, words], [True, True], 46)
    assert first >= 16.8
    assert first + second == pytest.approx(46)


def test_a_column_that_does_not_wrap_gets_its_widest_text() -> None:
    first, second = column_widths([["1", "12345678"], ["x", "some words"]], [False, True], 30)
    assert first >= 8
    assert first + second == pytest.approx(30)


def test_no_column_is_narrower_than_its_longest_word_where_there_is_room() -> None:
    first, _ = column_widths([["incomprehensibility"], ["a b c d e f"]], [True, True], 50)
    assert first >= 17
