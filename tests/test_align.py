"""Decimal points and dashes that line up."""

from __future__ import annotations

import pytest

from reportgen.render.align import right_paddings, text_width


def test_decimal_points_line_up_and_signs_hang() -> None:
    # widths right of the whole number: ".75" = 2.5, "+" = 1, "" = 0, ".1†" = 2.3
    assert right_paddings(["6.75", "8+", "16", "4.1†"], "number") == (0.0, 1.5, 2.5, 0.2)


def test_dashes_line_up_and_single_values_stand_with_the_low_ends() -> None:
    # "–6.8" = 3.5 digits, "–660" = 4, "8+" has "+" = 1 beside the low end
    assert right_paddings(["6.7–6.8", "640–660", "350", "8+"], "range") == (0.5, 0.0, 4.0, 3.0)


def test_signed_ranges_line_up_on_their_word() -> None:
    chinese = right_paddings(["+27 至 +33", "−5"], "range")
    assert chinese == (0.0, round(text_width(" 至 +33"), 2))
    english = right_paddings(["+27% to +33%", "+5%"], "range")
    # the percent sign of a single value stands right of the line, as does " to +33%"
    assert english == (0.0, round(text_width(" to +33%") - text_width("%"), 2))


def test_a_dash_for_nothing_stands_where_whole_numbers_do() -> None:
    assert right_paddings(["6.75", "—"], "number") == (0.0, 2.5)


def test_sentences_among_numbers_leave_a_column_alone() -> None:
    assert right_paddings(["6.7", "6 万元，仅限老客户且需预付一年"], "number") == (0.0, 0.0)


@pytest.mark.parametrize("kind", ["number", "range"])
def test_an_empty_column_is_no_problem(kind: str) -> None:
    assert right_paddings([], kind) == ()  # type: ignore[arg-type]
