"""Prose that stands as it stood last month, while its figures and its evidence moved on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reportgen.checking import Stages, check
from reportgen.cli import app
from reportgen.comparing import since
from reportgen.issues import Issue, Severity
from tests.books import flat
from tests.sheets import make_workbook

JUNE = """
# Note
key | value
title_zh | 租金仍然坚挺，供给偏紧的局面未变
date | 2026-06-01
language | zh
# Sources
id | kind | date | title_zh | group | publish
S1 | broker | 2026-07-02 | 经纪商甲 | a | yes
# Prices
id | date | model | term | point | unit | source
P1 | 2026-05-28 | H100 | 1y | 6.7 | 万元/台/月 | S1
P2 | 2026-05-28 | H200 | 1y | 8 | 万元/台/月 | S1
# Views
publish | section | order | language | text
yes | key_points | 1 | zh | **H100 稳。** H100 年约为 [[rent.h100.1y]]，仍是最便宜的选择。
yes | key_points | 1 | en | **H100 holds.** At [[rent.h100.1y]] a year it stays the cheapest choice.
yes | key_points | 2 | zh | H200 年约为 [[rent.h200.1y]]，领先的局面没有改变。
yes | key_points | 2 | en | At [[rent.h200.1y]] a year H200 keeps the lead that it has had.
yes | key_figures | 1 | zh | [[rent.h100.1y]] [[rent.h200.1y]]
yes | key_figures | 1 | en | [[rent.h100.1y]] [[rent.h200.1y]]
yes | rents | 1 | zh | 租户愿意为年约付出溢价，短约少见。
yes | rents | 1 | en | Tenants pay a premium for a year; short leases are rare.
yes | purchases | 1 | zh | 整机没有新的报价，行情无从判断。
yes | purchases | 1 | en | There is no new quote for servers to judge by.
yes | evidence | 1 | zh | 本期可公开的价格观察共有 [[count.prices]] 条，均为经纪商报价。
yes | evidence | 1 | en | There are [[count.prices]] prices, all of them quoted by a broker.
yes | risks | 1 | zh | 单一来源，利益相关，数字只宜作为起点。
yes | risks | 1 | en | A single interested source: take the numbers as a start.
yes | exhibit.rent-table.title | 1 | zh | 年约：[[rent.h100.1y]]
yes | exhibit.rent-table.title | 1 | en | A year: [[rent.h100.1y]]
"""
JULY = JUNE.replace("date | 2026-06-01", "date | 2026-07-03").replace(
    "# Views", "P3 | 2026-07-02 | H100 | 1y | 7.4 | 万元/台/月 | S1\n# Views"
)


def said(folder: Path, june: str, july: str) -> tuple[Issue, ...]:
    old = make_workbook(folder / "june.xlsx", june)
    new = make_workbook(folder / "july.xlsx", july)
    stage = Stages(lambda: 0.0, lambda _: None)
    checked = check(new, stage)
    assert checked.analysis is not None, checked.issues
    compared, issues = since(old, new, checked, stage)
    assert compared is not None
    return issues


def test_words_that_stood_still_while_a_figure_moved_are_pointed_out(tmp_path: Path) -> None:
    found = said(tmp_path, JUNE, JULY)
    assert flat(found) == [
        ("remark", "prose-unchanged", "Views", "E2"),  # not E3, which says it in English
        ("remark", "prose-before-evidence", "Views", "E8"),
        ("remark", "prose-before-evidence", "Note", "B2"),
    ]
    moved, rents, title = found
    assert moved.message.zh == (
        "与上期一字不差，而 rent.h100.1y（6.7 万元/台/月 → 7.4 万元/台/月）有变："
        "“H100 年约为 [[rent.h100.1y]]，仍是最便宜的选择。”"
    )
    assert "rent.h100.1y (CNY 67k per server-month → CNY 74k per server-month) changed" in (
        moved.message.en
    )
    assert moved.hint.en == "Reread it: is it still true? If it is, nothing is needed."
    assert "此后又有 1 行证据，最新为 P3（2026 年 7 月 2 日）" in rents.message.zh
    assert "before 1 row of evidence, the latest P3 of 2 Jul 2026" in title.message.en


def test_words_that_were_renewed_are_left_in_peace(tmp_path: Path) -> None:
    july = (
        JULY.replace("仍是最便宜的选择", "便宜但已不如从前")
        .replace("it stays the cheapest choice", "it has lost some of its edge by now")
        .replace("短约少见", "短约也多了")
        .replace("short leases are rare", "short leases are seen again")
        .replace("供给偏紧的局面未变", "供给更紧")
    )
    assert said(tmp_path, JUNE, july) == ()


def test_one_language_that_was_forgotten_is_named(tmp_path: Path) -> None:
    july = JULY.replace("仍是最便宜的选择", "便宜但已不如从前")
    assert ("remark", "prose-unchanged", "Views", "E3") in flat(said(tmp_path, JUNE, july))


def test_emphasis_and_blanks_do_not_make_a_sentence_new(tmp_path: Path) -> None:
    july = JULY.replace(
        "H100 年约为 [[rent.h100.1y]]，仍是", "H100年约为[[rent.h100.1y]]，**仍是**"
    )
    assert flat(said(tmp_path, JUNE, july))[0] == ("remark", "prose-unchanged", "Views", "E2")


def test_an_empty_subtitle_is_no_prose(tmp_path: Path) -> None:
    june, july = (text.replace("language | zh", "subtitle_zh |\nlanguage | zh", 1)
                  for text in (JUNE, JULY))  # fmt: skip
    assert [issue.cell for issue in said(tmp_path, june, july)] == ["E2", "E8", "B2"]


def test_nothing_is_said_while_nothing_moved(tmp_path: Path) -> None:
    assert said(tmp_path, JUNE, JUNE.replace("date | 2026-06-01", "date | 2026-07-03")) == ()


def test_a_price_that_is_no_longer_for_print_is_not_said_again(tmp_path: Path) -> None:
    head = "id | date | model | term | point | unit | source"
    july = JULY.replace(head, f"{head} | publish").replace(
        "P1 | 2026-05-28 | H100 | 1y | 6.7 | 万元/台/月 | S1",
        "P1 | 2026-05-28 | H100 | 1y | 6.7 | 万元/台/月 | S1 | internal",
    )
    moved = said(tmp_path, JUNE, july)[0]
    assert moved.code == "prose-unchanged"
    assert "6.7" not in moved.message.zh + moved.message.en


def test_the_sample_was_written_anew_for_its_month(sample: Path, workbooks: Path) -> None:
    """February's issue and June's share no sentence whose figures moved."""
    stage = Stages(lambda: 0.0, lambda _: None)
    assert (
        since(workbooks / "compute-leasing-2026-02.xlsx", sample, check(sample, stage), stage)[1]
        == ()
    )


@pytest.fixture
def workbooks(sample: Path) -> Path:
    return sample.parent


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    return result.exit_code, result.output


def test_check_says_so_when_the_last_issue_is_named(tmp_path: Path) -> None:
    said(tmp_path, JUNE, JULY)
    code, told = run("check", tmp_path / "july.xlsx", "--since", tmp_path / "june.xlsx", "--json")
    assert code == 0
    codes = [one["code"] for one in json.loads(told)["issues"]["remark"]]
    assert codes.count("prose-unchanged") == 1
    assert "prose-unchanged" not in run("check", tmp_path / "july.xlsx")[1]
    code, told = run("check", tmp_path / "july.xlsx", "--since", tmp_path / "may.xlsx")
    assert (code, "may.xlsx" in told) == (2, True)


def test_they_are_remarks_which_stop_nothing(tmp_path: Path) -> None:
    assert {one.severity for one in said(tmp_path, JUNE, JULY)} == {Severity.REMARK}
