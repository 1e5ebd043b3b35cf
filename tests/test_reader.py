"""The door: typed tables, lineage and accounts of rows from workbooks shown in the test."""

from __future__ import annotations

import inspect
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell import Cell

from reportgen.dates import day, parse_when
from reportgen.issues import Severity
from reportgen.language import Text
from reportgen.quantity import CellRef, Quantity, Quoted
from reportgen.wording import quantity_text
from reportgen.workbook import cell_problems, file_problems, package_problems, problems
from reportgen.workbook.problems import Problem
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.schema import MODELS, PRICES, SHEETS
from tests.sheets import NOTE, SOURCES, flat, only_row, read_text, warm_reader
from tests.sheets import PRICES as GOOD_PRICES

FX = "# Note\nkey | value\ntitle_zh | 标题\ndate | @2026-05-28\nfx | 6.8375\n"


def value_of(tmp_path: Path, point: str, unit: str, note: str = NOTE) -> Quantity:
    """The quantity of one price cell."""
    text = f"""{note}
# Prices
date | model | point | unit | source
@2026-05-28 | H100 | {point} | {unit} | S1
"""
    quantity = only_row(read_text(tmp_path, text)).quantity
    assert quantity is not None
    return quantity


def quoted(quantity: Quantity) -> Quoted:
    assert isinstance(quantity.lineage, Quoted)
    return quantity.lineage


def test_a_row_remembers_everything(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# 价格
我司整理的价格，请勿外传
编号 | 日期 | 型号 | 租期 | 下限 | 上限 | 单位 | 来源 | 说话人 | 原文 | 可信度 | 联系人
F027 | 2026年5月 | h 100 | 一年 | 6.7 | 6.8 | 万元/台/月 | S1 | 专家 | 六点七到六点八 | 高 | 小李
""",
    )
    row = only_row(workbook)
    assert (row.sheet, row.id, row.number) == ("价格", "F027", 3)
    assert row.values == {
        "id": "F027", "date": parse_when("2026-05"), "model": "h100", "term": "1y", "low": 6.7,
        "high": 6.8, "unit": "万元/台/月", "source": "S1", "speaker": "expert",
        "quote": "六点七到六点八", "confidence": "high", "market": "rent",
        "联系人": "小李",
    }  # fmt: skip
    assert row.cell("model") == CellRef("价格", "C3")
    assert row.cell("remark") is None
    assert row.quantity is not None
    assert (row.quantity.low, row.quantity.point, row.quantity.high) == (6.7, None, 6.8)
    assert (row.quantity.digits, row.quantity.decimals) == (2, 1)
    assert row.quantity.lineage == Quoted(
        "F027",
        (CellRef("价格", "E3"), CellRef("价格", "F3"), CellRef("价格", "G3")),
        "6.7–6.8 万元/台/月",
        "S1",
        parse_when("2026-05"),
        "六点七到六点八",
        "high",
        "expert",
    )
    assert flat(workbook.issues) == [("remark", "unknown-column", "价格", "L2")]


@pytest.mark.parametrize(
    ("point", "unit", "expected", "decimals", "written"),
    [
        ("6.75", "万元/台/月", 6.75, 2, "6.75 万元/台/月"),
        ("6.0[0.0]", "万元/台/月", 6, 1, "6.0 万元/台/月"),
        ("67500", "元/台/月", 6.75, 2, "67500 元/台/月"),
        ("67000", "元/台/月", 6.7, 1, "67000 元/台/月"),
        ("'6.7万", "元/台/月", 6.7, 1, "6.7万 元/台/月"),
        ("'6.7万", "万元/台/月", 6.7, 1, "6.7万 万元/台/月"),
        ("'6.7万元/台/月", "", 6.7, 1, "6.7万元/台/月"),
        ("35", "万元/卡/年", 35 * 8 / 12, None, "35 万元/卡/年"),
        ("11.56", "元/卡/小时", 6.75104, None, "11.56 元/卡/小时"),
        ("96", "万元/台/年", 8, None, "96 万元/台/年"),
    ],
)
def test_units_are_normalised_and_the_factors_kept(
    tmp_path: Path, point: str, unit: str, expected: float, decimals: int | None, written: str
) -> None:
    quantity = value_of(tmp_path, point, unit)
    assert quantity.unit.key == "CNY10k/server/month"
    assert quantity.low == quantity.point == quantity.high == pytest.approx(expected)
    assert quantity.decimals == decimals
    assert quoted(quantity).as_written == written


def test_dollars_use_the_rate_of_the_note(tmp_path: Path) -> None:
    quantity = value_of(tmp_path, "1.69", "USD/卡/小时", FX)
    assert quantity.point == pytest.approx(1.69 * 6.8375 * 8 * 730 / 1e4)  # 6.75
    assert [step.text.en for step in quoted(quantity).steps] == [
        "× 6.8375 CNY/USD",
        "× 0.0001 (CNY to 10k CNY)",
        "× 8 cards per server",
        "× 730 hours per month",
    ]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_a_blank_between_digits_is_said_to_be_the_trouble(tmp_path: Path, space: str) -> None:
    head = "date | model | point | unit | source"
    row = f"@2026-05-28 | H100 | 7{space}400 | 元/台/月 | S1"
    workbook = read_text(tmp_path, f"{NOTE}\n{SOURCES}\n# Prices\n{head}\n{row}\n")
    (issue,) = (one for one in workbook.issues if one.code == "value-unread")
    assert issue.hint.zh.startswith("请删去数字之间的空格")
    assert issue.hint.en.startswith("Take out the blank between digits")


def test_a_converted_value_has_two_digits_at_least(tmp_path: Path) -> None:
    """Excel keeps 0.90 as 0.9: 0.9 × 6.8375 × 5840 ÷ 10,000 = 3.59, which is not 4."""
    quantity = value_of(tmp_path, "0.9", "USD/卡/小时", FX)
    assert quantity_text(quantity, "en") == "CNY 36k per server-month"


def test_a_hedged_word_is_in_the_passport(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# Prices
date | model | point | unit | source
@2026-05-28 | H200 | 6万出头 | 万元/台/月 | S1
@2026-05-28 | H200 | 680左右 | 万元/台 | S1
""",
    )
    first, second = workbook["Prices"]
    assert first.quantity is not None
    assert second.quantity is not None
    assert (first.quantity.low, first.quantity.high, first.quantity.decimals) == (6, 6.3, 1)
    assert quoted(first.quantity).steps[0].text == Text(
        "“出头”按约定读作 +0% 至 +5%", "“出头” read by convention as +0% to +5%"
    )
    assert first.remarks == ("出头: +0% to +5%",)
    assert (second.quantity.low, second.quantity.point, second.quantity.decimals) == (680, 680, 0)
    assert flat(workbook.issues) == [("remark", "hedged-word-read", "Prices", "C2")]


def test_the_glossary_changes_a_reading(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# Prices
date | model | point | unit | source
@2026-05-28 | H200 | 6万出头 | 万元/台/月 | S1
# Glossary
alias | canonical_zh | canonical_en | kind
出头 | +0% 至 +10% | +0% to +10% | hedge
左右 | 随便 | whatever | hedge
""",
    )
    quantity = only_row(workbook).quantity
    assert quantity is not None
    assert quantity.high == 6.6
    assert ("warning", "hedge-not-understood", "Glossary", "C3") in flat(workbook.issues)


def test_a_garbled_value_is_kept_as_text(tmp_path: Path) -> None:
    text = """
# Prices
date | model | point | unit | source
@2026-05-28 | H100 | 676.76点八 | 万元/台/月 | S1
"""
    workbook = read_text(tmp_path, text)
    row = only_row(workbook)
    assert (row.quantity, row.unread) == (None, "676.76点八")
    assert flat(workbook.issues) == [("warning", "value-unread", "Prices", "C2")]


def test_percentages_however_they_are_formatted(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# Survey
topic | point | unit | source
price_change | 30 | % | S1
price_change | 0.305[0.0%] | % | S1
price_change | 0.3[0%] | | S1
price_change | '30%–40% | % | S1
price_change | 1.5[0%] | 倍 | S1
# Scenarios
name_zh | supply_change | elasticity | source
释放 | 0.35[0%] | 2.3 | S1
释放 | 35 | 2.3 | S1
释放 | '35% | 2.3 | S1
""",
    )
    found = [row.quantity for row in workbook["Survey"]]
    assert [(q.low, q.high, q.unit.key) for q in found if q] == [
        (30, 30, "%"),
        (30.5, 30.5, "%"),
        (30, 30, "%"),
        (30, 40, "%"),
        (1.5, 1.5, "x"),
    ]
    assert [quoted(q).as_written for q in found if q][:3] == ["30%", "30.5%", "30%"]
    assert [row.number_of("supply_change") for row in workbook["Scenarios"]] == [35, 35, 35]
    assert [row.number_of("elasticity") for row in workbook["Scenarios"]] == [2.3, 2.3, 2.3]
    assert workbook.issues == ()


def test_claims_need_no_value_but_a_value_needs_its_unit(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# Survey
topic | low | point | unit | source
policy | | | | S1
supply | | 32 | | S1
policy | | 2025-09 | date | S1
""",
    )
    assert [(row.number, row.quantity) for row in workbook["Survey"]] == [(2, None), (4, None)]
    assert workbook["Survey"].rows[0].values == {"topic": "policy", "source": "S1"}
    assert workbook["Survey"].rows[1].values["point"] == parse_when("2025-09")
    assert flat(workbook.issues) == [("error", "empty-needed-cell", "Survey", "D3")]


def test_an_assumption_is_no_quotation(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# Economics
parameter | point | unit | kind | source
PUE | 1.3 | 倍 | 假设 | S1
capex | 350 | 万元/台 | quoted | S1
""",
    )
    kinds = [quoted(row.quantity).kind for row in workbook["Economics"] if row.quantity]
    assert kinds == ["assumption", "quoted"]


def test_open_ends_and_stated_points(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# Prices
date | model | low | point | high | unit | source
@2026-05-28 | H100 | 8 | | | 万元/台/月 | S1
@2026-05-28 | H100 | | | 9 | 万元/台/月 | S1
@2026-05-28 | H100 | 6 | 6.1 | 6.3 | 万元/台/月 | S1
@2026-05-28 | H100 | 8 | 8 | | 万元/台/月 | S1
@2026-05-28 | H100 | 8 | | 8 | 万元/台/月 | S1
@2026-05-28 | H100 | '≥8 | | | 万元/台/月 | S1
@2026-05-28 | H100 | 6.7 | 6.7–6.8 | 6.8 | 万元/台/月 | S1
""",
    )
    found = [row.quantity for row in workbook["Prices"]]
    assert [(q.low, q.point, q.high) for q in found if q] == [
        (8, None, None), (None, None, 9), (6, 6.1, 6.3), (8, 8, None), (8, 8, 8), (8, None, None),
        (6.7, None, 6.8),
    ]  # fmt: skip
    assert [quoted(q).as_written for q in found if q][:3] == [
        "≥8 万元/台/月", "≤9 万元/台/月", "6.1 (6–6.3) 万元/台/月",
    ]  # fmt: skip


def test_ids_fill_themselves_in(tmp_path: Path) -> None:
    head = "id | date | model | point | unit | source"
    row = "@2026-05-28 | H100 | 6.7 | 万元/台/月 | S1"
    text = f"# Prices\n{head}\n | {row}\nP2 | {row}\n101 | {row}\n"
    assert [found.id for found in read_text(tmp_path, text)["Prices"]] == ["P2x", "P2", "101"]


def test_dates_in_every_guise(tmp_path: Path) -> None:
    guises = ["@2026-05-28", "2026/5/28", "46170", "20260528", "2026-05-28 00:00:00"]
    rows = "\n".join(f"{guise} | H100 | 6.7 | 万元/台/月 | S1" for guise in guises)
    workbook = read_text(tmp_path, f"# Prices\ndate | model | point | unit | source\n{rows}\n")
    assert [row.when() for row in workbook["Prices"]] == [day(date(2026, 5, 28))] * 5


def test_choices_by_key_label_or_alias(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# Prices
date | model | term | tenor | basis | point | unit | source
@2026-05-28 | Ｈ１００ | 1年期 | 现货 | 成交价 | 6.7 | 万元/台/月 | S1
@2026-05-28 | 5090 | 18个月 | Forward | LIST | 6.7 | 万元/台 | S1
""",
    )
    first, second = workbook["Prices"]
    assert [first.text(key) for key in ("model", "term", "tenor", "basis", "market")] == [
        "h100", "1y", "spot", "transacted", "rent",
    ]  # fmt: skip
    assert [second.text(key) for key in ("model", "term", "tenor", "basis", "market")] == [
        "5090", "18个月", "forward", "list", "purchase",
    ]  # fmt: skip
    assert flat(workbook.issues) == [("remark", "new-word", "Prices", "C3")]


def test_yes_and_no_are_flags(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        "# Sources\nid | kind | date | interested | restricted\nS1 | press | 2026-05 | 是 | no\n",
    )
    row = only_row(workbook, "Sources")
    assert (row.flag("interested"), row.flag("restricted")) == (True, False)


def test_the_note_by_any_name(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# 报告设置
项目 | 内容
标题（中文） | 标题
日期 | @2026-05-28
FX | 6.8375
性质 | x
文件性质 | 产业调研纪要
stale_days |
""",
    )
    assert workbook.setting("date") == day(date(2026, 5, 28))
    assert workbook.setting("fx") == 6.8375
    assert workbook.setting("kind") == "industry_memo"
    assert workbook.setting("stale_days") is None
    assert workbook.note["title_zh"].cell("value") == CellRef("报告设置", "B2")


def test_a_note_without_headings(tmp_path: Path) -> None:
    workbook = read_text(tmp_path, "# Note\ntitle_zh | 标题\ndate | @2026-05-28\n")
    assert workbook.setting("title_zh") == "标题"
    assert workbook.issues == ()


@pytest.mark.parametrize(
    ("language", "expected"), [("zh", "zh"), ("English", "en"), ("中文", "zh")]
)
def test_the_note_says_the_language(tmp_path: Path, language: str, expected: str) -> None:
    text = f"# Note\nkey | value\ntitle_zh | 标题\ndate | @2026-05-28\nlanguage | {language}\n"
    assert read_text(tmp_path, text).lang == expected


def test_headings_say_the_language_otherwise(tmp_path: Path) -> None:
    assert read_text(tmp_path, GOOD_PRICES).lang == "en"
    chinese = """
# 报告设置
项目 | 内容
title_zh | 标题
date | @2026-05-28
# 来源
编号 | 类型 | 日期
S1 | 媒体 | 2026-05
"""
    found = read_text(
        tmp_path, chinese.replace("# 来源", "# Sources").replace("# 报告设置", "# Note")
    )
    assert found.lang == "zh"


def test_every_table_is_there_and_unknown_sheets_are_said(tmp_path: Path) -> None:
    workbook = read_text(tmp_path, "# 草稿\n随手 | 记\n")
    assert set(workbook.tables) == {spec.key for spec in SHEETS}
    assert flat(workbook.issues) == [("remark", "unknown-sheet", "草稿", "")]


def test_a_hidden_sheet_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    read_text(tmp_path, GOOD_PRICES)
    book = openpyxl.load_workbook(path)
    book["Prices"].sheet_state = "hidden"
    book.save(path)
    workbook = read_workbook(path)
    assert len(workbook["Prices"]) == 1
    assert flat(workbook.issues) == [("remark", "hidden-sheet", "Prices", "")]


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["H100", "6.7–6.8", "万元/台/月", "S1", "≥8", "2026-05", "rent", "yes"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(CELLS, min_size=3, max_size=12), min_size=1, max_size=5))
def test_no_cell_breaks_the_reader_and_no_row_is_lost(
    tmp_path: Path, rows: list[list[object]]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Prices"
    keys = ["date", "model", "low", "point", "high", "unit", "source", "term", "weight", "vat"]
    sheet.append(keys)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            assert isinstance(cell, Cell)
            cell.value = value  # type: ignore[assignment]
            if isinstance(value, str):
                cell.data_type = "s"
    path = tmp_path / "any.xlsx"
    book.save(path)
    workbook = read_workbook(path, warm_reader())
    filled = [
        row for row in rows
        if any(v is not None and str(v).strip() for v in row[: len(keys)])
    ]  # fmt: skip
    assert workbook.rows_present == len(filled)
    assert workbook.rows_read == len(workbook["Prices"])
    kept_out = {i.cell for i in workbook.issues if i.severity is Severity.ERROR}
    assert bool(workbook.rows_reported) <= bool(kept_out)


def test_codes_are_the_names_of_their_functions() -> None:
    samples: dict[str, object] = {
        "spec": PRICES, "specs": [PRICES], "heading": Text("型号", "Model"),
        "label": Text("租赁", "rent"), "market": Text("租赁", "rent"),
        "column": PRICES.column("model"), "near": MODELS[0], "meant": ["x"], "last": (9, 9),
        "count": 3, "reading": Text("约", "about"),
    }  # fmt: skip
    codes: list[str] = []
    for module in (problems, file_problems, package_problems, cell_problems):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            signature = inspect.signature(function)
            if function.__module__ != module.__name__ or signature.return_annotation != "Problem":
                continue
            if name in {"error", "warning", "remark"}:
                continue
            found = function(**{key: samples.get(key, "x") for key in signature.parameters})
            assert isinstance(found, Problem)
            assert found.code == name.replace("_", "-"), name
            assert inspect.getdoc(function)
            for text in (found.message, found.hint):
                assert text.zh[-1] in "。？"
                assert text.en[-1] in ".?"
            codes.append(found.code)
    assert len(codes) == len(set(codes)) > 40


def test_good_fillers_have_no_issue(tmp_path: Path) -> None:
    workbook = read_text(tmp_path, NOTE + SOURCES + GOOD_PRICES)
    assert workbook.issues == ()
    assert (workbook.rows_present, workbook.rows_read, workbook.rows_reported) == (4, 4, 0)
