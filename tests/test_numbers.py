"""Written values: each form has one reading, and what has none is not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.numbers import (
    HEDGES,
    Hedge,
    NotRead,
    Written,
    parse_hedge,
    read_value,
    written_number,
)

Ends = tuple[float | None, float | None, float | None]


def ends(text: str) -> Ends:
    found = read_value(text)
    assert isinstance(found, Written), found
    return found.low, found.point, found.high


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("6.7", 6.7, 1), ("8", 8, 0), ("8.0", 8, 1), ("６．７", 6.7, 1), ("１２", 12, 0),
        ("1,234.50", 1234.5, 2), ("12,345", 12345, 0), ("１，２３４", 1234, 0),
        ("-15", -15, 0), ("−15", -15, 0), ("－15", -15, 0), ("+8", 8, 0), ("0", 0, 0),
        (" 6.7 ", 6.7, 1),
    ],
)  # fmt: skip
def test_single_numbers(text: str, value: float, decimals: int) -> None:
    assert ends(text) == (value, value, value)
    found = read_value(text)
    assert isinstance(found, Written)
    assert found.decimals == decimals


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("6.7–6.8", 6.7, 6.8), ("6.7-6.8", 6.7, 6.8), ("6.7~6.8", 6.7, 6.8),
        ("6.7～6.8", 6.7, 6.8), ("6.7至6.8", 6.7, 6.8), ("6.7到6.8", 6.7, 6.8),
        ("6.7 — 6.8", 6.7, 6.8), ("6.7 to 6.8", 6.7, 6.8), ("1..2", 1, 2),
        ("−15–−10", -15, -10), ("-15 - -10", -15, -10), ("-15至-10", -15, -10), ("-5-10", -5, 10),
        ("20%-30%", 20, 30), ("20-30%", 20, 30), ("450万到460万", 450, 460),
        ("640 万到 660 万", 640, 660), ("2-3个月", 2, 3), ("1.5–2倍", 1.5, 2),
    ],
)  # fmt: skip
def test_ranges_have_no_point(text: str, low: float, high: float) -> None:
    assert ends(text) == (low, None, high)


@pytest.mark.parametrize("text", ["≥8", ">=8", "＞＝8", "8以上", "8万往上", "至少8", "8+", "8起"])
def test_floors_are_open_above(text: str) -> None:
    assert ends(text) == (8, None, None)


@pytest.mark.parametrize("text", ["≤9", "<=9", "9以下", "不超过9", "9以内", "at most 9"])
def test_ceilings_are_open_below(text: str) -> None:
    assert ends(text) == (None, None, 9)


@pytest.mark.parametrize("text", ["约4", "~4", "～4", "4左右", "大概4", "4万上下", "about 4"])
def test_about_keeps_the_number(text: str) -> None:
    found = read_value(text)
    assert ends(text) == (4, 4, 4)
    assert isinstance(found, Written)
    assert found.hedge


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("6万出头", 6, 6.3),  # 0 to 5 % above
        ("6万多", 6, 7),  # up to one of the last digit
        ("30多万", 30, 40),
        ("6.5多", 6.5, 6.6),
        ("120多", 120, 130),
        ("近8", 7.6, 8),
        ("十几", 11, 19),
        ("几十", 20, 90),
        ("几千元/台", 2000, 9000),
        ("约6万多", 6, 7),
    ],
)
def test_hedged_words_have_one_reading(text: str, low: float, high: float) -> None:
    if text.endswith("元/台"):
        text = text.replace("元/台", "台")
    assert ends(text) == (low, None, high)


@pytest.mark.parametrize(
    ("text", "scale", "unit"),
    [
        ("6.7万", 1e4, None), ("3亿", 1e8, None), ("67k", 1e3, None), ("75万张", 1e4, "card"),
        ("30%", 1, "%"), ("6.7万元/台/月", 1, "CNY10k/server/month"),
        ("35万/卡/年", 1, "CNY10k/card/year"), ("2.35 USD/GPU-hour", 1, "USD/card/hour"),
    ],
)  # fmt: skip
def test_what_stands_behind_the_number(text: str, scale: float, unit: str | None) -> None:
    found = read_value(text)
    assert isinstance(found, Written)
    assert found.scale == scale
    assert (found.unit and found.unit.key) == unit


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1_000", "ambiguous"), ("1,5", "ambiguous"), ("1.000,5", "ambiguous"),
        ("1,00", "ambiguous"), ("1e5", "ambiguous"),
        ("nan", "not-a-number"), ("inf", "not-a-number"), ("面议", "not-a-number"),
        ("-", "not-a-number"), ("n/a", "not-a-number"), ("约", "not-a-number"),
        ("٣", "not-a-number"),
        ("676.76点八", "garbled"), ("5万到5万", "garbled"), ("60013万", "garbled"),
        ("6 7", "garbled"), ("六点七", "garbled"), ("6。7", "garbled"), ("6.7.8", "garbled"),
        ("(5)", "garbled"), ("6.7万–6.8", "garbled"), ("6-7-8", "garbled"), ("≥5–6", "garbled"),
        ("8-", "garbled"), ("6.7苹果", "garbled"), ("百分之二十三十", "garbled"),
        ("6.8-6.7", "low-above-high"), ("9000–1万", "low-above-high"),
    ],
)  # fmt: skip
def test_what_has_no_single_reading_is_not_guessed(text: str, why: str) -> None:
    found = read_value(text)
    assert isinstance(found, NotRead)
    assert found.why == why


@pytest.mark.parametrize(
    ("value", "shown", "decimals", "text"),
    [
        (6.75, None, 2, "6.75"), (640.0, None, 0, "640"), (6.0, None, 0, "6"), (6.0, 1, 1, "6.0"),
        (6.75, 1, 2, "6.75"),  # the cell shows 6.8, but 6.75 was typed
        (0.1 + 0.2, None, 1, "0.3"), (1 / 3, None, 4, "0.3333"), (1 / 3, 1, 1, "0.3"),
    ],
)  # fmt: skip
def test_number_cells_count_the_decimals_they_show(
    value: float, shown: int | None, decimals: int, text: str
) -> None:
    found = written_number(value, shown)
    assert (found.decimals, found.as_written) == (decimals, text)
    assert found.low == found.point == found.high


def test_every_built_in_reading_can_be_written_in_the_glossary() -> None:
    for hedge in HEDGES:
        assert parse_hedge(hedge.word, hedge.reading.zh) == hedge
        assert parse_hedge(hedge.word, hedge.reading.en) == hedge


def test_the_glossary_gives_a_word_another_reading() -> None:
    hedge = parse_hedge("出头", "+0% 至 +3%；按我们的约定")
    assert hedge == Hedge("出头", "percent", 0, 3)
    found = read_value("6万出头", (hedge,))
    assert isinstance(found, Written)
    assert (found.low, found.high) == (6, 6.2)  # 6.18 at one decimal more than written
    assert parse_hedge("出头", "一点点") is None
    assert parse_hedge("", "about") is None


def test_a_floor_may_be_the_value_as_well() -> None:
    hedge = parse_hedge("多一点", "at least; the number also stands as the value")
    assert hedge is not None
    found = read_value("8万多一点", (hedge,))
    assert isinstance(found, Written)
    assert (found.low, found.point, found.high) == (8, 8, None)


plain = st.decimals(-99_999, 99_999, places=2, allow_nan=False)


@given(plain)
def test_any_plain_number_is_read_as_itself(value: object) -> None:
    number = float(str(value))
    assert ends(str(value)) == (number, number, number)
    assert ends(str(value).replace("-", "−")) == (number, number, number)
    assert ends(f"{number:,.2f}") == (number, number, number)


@given(plain, plain, st.sampled_from(["–", "-", "~", "至", " to ", "到"]))
def test_any_range_is_read_as_its_ends(a: object, b: object, dash: str) -> None:
    low, high = sorted((float(str(a)), float(str(b))))
    if low == high:
        return
    assert ends(f"{low:.2f}{dash}{high:.2f}") == (low, None, high)


@given(st.text(max_size=30))
def test_no_text_breaks_the_grammar(text: str) -> None:
    found = read_value(text)
    if isinstance(found, Written):
        known = [value for value in (found.low, found.point, found.high) if value is not None]
        assert known == sorted(known)
        assert known
