"""Columns in a terminal, where a Chinese character takes two."""

from __future__ import annotations

import pytest

from reportgen.terminal import aligned, harmless, padded, shortened, wide


@pytest.mark.parametrize(("text", "columns"), [("", 0), ("H100", 4), ("月租", 4), ("“6–7”万", 7)])
def test_width_counts_chinese_twice(text: str, columns: int) -> None:
    assert wide(text) == columns


def test_columns_stand_below_one_another() -> None:
    assert aligned([["月租", "6", "a"], ["rent.h100", "12", ""]]) == [
        "  月租       6   a",
        "  rent.h100  12",
    ]


def test_a_long_text_is_cut_to_its_columns() -> None:
    assert shortened("租金涨约三成", 12) == "租金涨约三成"
    assert shortened("租金涨约三成", 11) == "租金涨约三…"
    assert padded(shortened("租金涨约三成", 8), 8) == "租金涨… "


def test_control_characters_are_written_out() -> None:
    assert harmless("a\x1b[2Jb\x9b1m\u202ec\td\n") == r"a\x1b[2Jb\x9b1m\u202ec" + "\td\n"
    assert harmless("租金 ≥8 万元 …") == "租金 ≥8 万元 …"
