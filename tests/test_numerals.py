"""Numbers in any script and in words, and the words that only look like them."""

from __future__ import annotations

import pytest

from reportgen.numerals import clause_around, measures, numerals


@pytest.mark.parametrize(
    "text",
    ["8", "７", "²", "٣", "Ⅷ", "①", "½", "〇", "⁵", "४"],
)
def test_digits_of_every_script_are_numbers(text: str) -> None:
    assert [one.text for one in numerals(f"涨了{text}")] == [text]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("租金涨到 6.7 万元", ["6.7"]),
        ("共 1,234.5 台", ["1,234.5"]),
        ("1,234,567 元", ["1,234,567"]),
        ("6.7–6.8 万元", ["6.7–6.8"]),
        ("6.7 - 6.8", ["6.7 - 6.8"]),
        ("６．７～６．８", ["６．７～６．８"]),
        ("１，２３４．５", ["１，２３４．５"]),
        ("涨 30%，跌 ５％", ["30%", "５％"]),
        ("20%–30%", ["20%–30%"]),
        ("涨了 6，7 月再看", ["6", "7"]),
        ("rows 1, 2 and 3,4", ["1", "2", "3", "4"]),
        ("rose 6. 7 firms", ["6", "7"]),
        ("12.", ["12"]),
    ],
)
def test_a_number_is_told_whole_as_typed(text: str, told: list[str]) -> None:
    found = list(numerals(text))
    assert [one.text for one in found] == told
    assert [text[one.start : one.end] for one in found] == told


@pytest.mark.parametrize(
    "text",
    [
        "三成", "七八成", "两倍", "一倍", "十几倍", "成倍", "翻番", "翻了一番", "翻倍", "一半",
        "过半", "减半", "腰斩", "三分之一", "百分之三十", "十余家", "数十", "几百", "三十二台",
        "三百", "两台", "五家", "三个月", "两三个月", "一个月", "半年", "个半月",
        "doubled", "doubling", "fell by half", "halved", "twice as much", "a third of rents",
        "two thirds", "three tenths", "one third", "a quarter more", "dozens of firms",
        "hundreds", "thirty per cent", "three months", "one year", "tenfold", "fifty",
        "ten firms", "tripled", "sixteen",
    ],
)  # fmt: skip
def test_numbers_in_words_are_numbers(text: str) -> None:
    assert [one.kind for one in numerals(text)] == ["words"]


@pytest.mark.parametrize(
    "text",
    [
        "一定", "一致", "一方面", "第一", "第二十条", "两端", "两者", "一家", "同一来源", "十分",
        "万一", "成本", "构成", "一成不变", "百分点", "万元/台/月", "千瓦时", "两道缓冲", "四点",
        "上半年", "下半年", "一年期", "三年期", "八卡整机", "年约", "半导体", "台数", "卡数",
        "倍数", "几个", "数年来", "多半", "第三方", "十四五", "千万不要", "一直", "进一步", "唯一",
        "one of them", "second-hand", "at once", "first half of the year", "a third party",
        "a third source", "two ends", "no one", "behalf", "double-counted", "two-year lease",
        "last quarter", "both", "half-width", "often", "weighted", "at one go",
    ],
)  # fmt: skip
def test_innocent_words_are_none(text: str) -> None:
    assert list(numerals(text)) == []


@pytest.mark.parametrize("text", ["涨 30%", "8 万", "$2.35", "+5", "3 倍", "≥8", "5 points"])
def test_a_measure_is_told_from_a_name(text: str) -> None:
    assert measures(text)


@pytest.mark.parametrize("text", ["H100", "H200 成本", "图表 3", "4TB", "RTX 4090", "Top 10"])
def test_a_name_is_no_measure(text: str) -> None:
    assert not measures(text)


def test_the_sentence_around_a_number_is_found() -> None:
    text = "租金平稳。H200 涨了 30%，H100 不变。其余不详。"
    place = text.index("30")
    assert clause_around(text, place, place + 2) == "H200 涨了 30%，H100 不变。"
    english = "Rents held. H200 rose 30% at once. The rest is open."
    place = english.index("30")
    assert clause_around(english, place, place + 2) == "H200 rose 30% at once."
