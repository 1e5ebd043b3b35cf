"""Words and figures that disagree on the direction; and the many that do not."""

from __future__ import annotations

import pytest

from reportgen.analysis.analyse import analyse
from reportgen.note.direction import contrary_words
from tests.books import book, flat
from tests.test_analysis import NOTE, PRICES, SOURCES

OLD, NEW = "[[rent.h200.1y@before-2026-02-17]]", "[[rent.h200.1y]]"
CHANGE = "[[change.rent.h200.1y|unsigned]]"
DISCOUNT = "[[termdiscount.h100.5y]]"


def read(text: str) -> list[tuple[str, str, str, str]]:
    views = f"section | order | language | text\nrents | 1 | zh | {text}"
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Views=views)
    return flat(contrary_words(tables, analyse(tables).figures))


@pytest.mark.parametrize(
    "text",
    [
        f"H200 租金下跌 {CHANGE}。",
        f"H200 租金跌了约 {CHANGE}。",
        f"五年期上涨 {DISCOUNT}。",
        f"H200 由 {OLD} 降至 {NEW}。",
        f"H200 从 {NEW} 升至 {OLD}。",
        f"H200 的 {NEW} 低于 H100 的 [[rent.h100.1y]]。",
        f"H200 fell by about {CHANGE}.",
        f"H200 is down {CHANGE} since.",
        f"H200 rose from {NEW} to {OLD}.",
        f"H200 dropped from {OLD} to {NEW}.",
        f"H200 at {NEW} is below [[rent.h100.1y]].",
        f"H200 一年期月租 {NEW}，较上月低 {CHANGE}。",
        f"H200 下跌较上月 {CHANGE}。",
        f"H200 录得 {CHANGE} 的跌幅。",
        f"H200 跌幅为 {CHANGE}。",
        f"**Rents fall.** H200 is at {NEW}, {CHANGE} less than last month.",
        f"H200 at {NEW}, {CHANGE} lower.",
        f"H200 rents are falling in a month by {CHANGE}.",
        f"H200 falls again: {CHANGE}.",
    ],
)
def test_a_contrary_sentence_is_a_warning_with_its_cell(text: str) -> None:
    assert read(text) == [("warning", "prose-contrary", "Views", "D2")]


@pytest.mark.parametrize(
    "text",
    [
        f"H200 租金上涨 {CHANGE}。",
        f"H200 由 {OLD} 升至 {NEW}，涨 {CHANGE}。",
        f"H100 租金跌到底，H200 却不同：{CHANGE}。",
        f"若回吐全部涨幅，即下跌 {CHANGE}，则回到原点。",
        f"H200 并未下跌 {CHANGE}。",
        f"H200 的 {NEW} 高于 H100 的 [[rent.h100.1y]]。",
        f"H200 rose by {CHANGE} from {OLD} to {NEW}.",
        f"If rents fell {CHANGE}, buyers would be back where they began.",
        f"It has not fallen {CHANGE}.",
        f"H200, up from {OLD}, is at {NEW}.",
        f"Rents are falling elsewhere; here the change is {CHANGE}.",
        f"五年期降 {DISCOUNT}。",
        f"H200 较上月高 {CHANGE}，为各型号最低 {CHANGE}。",
        f"H200 at {NEW}, {CHANGE} more than last month.",
        f"Supply fell as rents rose in a month by {CHANGE}.",
        f"H200 rose, {CHANGE} less than {CHANGE} elsewhere.",
        f"Rents are {CHANGE} more or less.",
        f"Falling costs left rents {CHANGE} up.",
    ],
)
def test_nothing_is_said_where_words_and_figures_agree_or_suppose(text: str) -> None:
    assert read(text) == []


def test_the_sentence_is_told_without_its_emphasis() -> None:
    views = f"section | order | language | text\nrents | 1 | zh | **涨。** H200 月租涨 {CHANGE}。"
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Views=views.replace("涨 [", "跌 ["))
    (issue,) = contrary_words(tables, analyse(tables).figures)
    assert issue.message.zh.endswith(f"却相反：H200 月租跌 {CHANGE}。")
