"""Everything that is wrong with a workbook is told in one round."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.checking import Checked, Stages, check
from tests.books import flat
from tests.sheets import make_workbook

NOTE = """
# Note
key | value
title_zh | 租金
title_en | Rents
date | 2026-06-01
"""
REST = """
# Sources
id | kind | title_zh | title_en | date | publish
S1 | broker | 报价 | Quotes | 2026-05 | yes
# Prices
id | date | market | model | term | point | unit | source
P1 | 2026-02 | rent | H100 | 1y | 6.7 | 万元/台/月 | S1
P1 | 2026-05 | rent | H100 | 1y | 7.7 | 万元/台/月 | S1
P1 | 2026-05 | rent | H200 | 1y | 8.7 | 万元/台/月 | S1
# Views
section | language | text | publish
rents | zh | H200 为 [[rent.h200.1y]]，H900 为 [[rent.h900.1y]]。 | yes
rents | en | H200 is [[rent.h200.1y]], H900 is [[rent.h900.1y]]. | yes
"""


def checked(path: Path, text: str, edition: str = "client") -> Checked:
    stages = Stages(lambda: 0.0, lambda _: None)
    return check(make_workbook(path / "book.xlsx", text), stages, edition)  # type: ignore[arg-type]


@pytest.mark.parametrize("edition", ["client", "internal"])
def test_an_id_used_twice_hides_no_wrong_figure(tmp_path: Path, edition: str) -> None:
    found = checked(tmp_path, NOTE + REST, edition)
    errors = [one for one in flat(found.issues) if one[0] == "error"]
    assert errors == [
        ("error", "duplicate-id", "Prices", "A3"),
        ("error", "duplicate-id", "Prices", "A4"),
        ("error", "unknown-figure", "Views", "C2"),
        ("error", "unknown-figure", "Views", "C3"),
    ]  # H900 alone: the figure of the third row is there
    assert all("h900" in one.message.en for one in found.issues if one.code == "unknown-figure")
    assert found.analysis is None  # nothing is made of rows that could mean either


def test_without_a_note_sheet_it_is_told_once_and_with_all_that_it_needs(tmp_path: Path) -> None:
    found = checked(tmp_path, REST)
    assert "baseline-missing" not in {one.code for one in found.issues}
    (told,) = [one for one in found.issues if one.code == "missing-sheet"]
    assert told.hint.en == (
        "Add a sheet named Note. "
        "It needs the columns “Key”, “Value” and the rows “Title (zh)”, “Date”."
    )
    assert (
        told.hint.zh
        == "请新增名为“报告设置”的工作表，须有列：“项目”、“内容”；行：“标题（中文）”、“日期”。"
    )
    with_note = checked(tmp_path, NOTE + REST)
    assert "baseline-missing" in {one.code for one in with_note.issues}
