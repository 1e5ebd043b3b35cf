"""Pasted wide sheets: dates across, models down."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from reportgen.dates import day, parse_when
from reportgen.quantity import CellRef, Quoted
from reportgen.workbook.reader import read_workbook
from tests.sheets import NOTE, SOURCES, flat, make_workbook, read_text, warm_reader


def test_a_wide_sheet_becomes_observations(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# 租金走势
H100/H200 租金（万元/台/月） | 来源：S1

机型 | 租期 | @2026-03-01 | 2026-04 | 2026年5月
H100 | 1年 | 5.2 | 约6 | 6.7-6.8
H200 | 1年 | 6.1 | | 8
""",
    )
    rows = workbook["Prices"].rows[1:]  # the first is the ordinary sheet's
    assert [
        (row.id, row.text("model"), row.text("term"), row.when(), row.quantity.low,
         row.quantity.high)
        for row in rows if row.quantity
    ] == [
        ("W1-C4", "h100", "1y", day(date(2026, 3, 1)), 5.2, 5.2),
        ("W1-D4", "h100", "1y", parse_when("2026-04"), 6, 6),
        ("W1-E4", "h100", "1y", parse_when("2026-05"), 6.7, 6.8),
        ("W1-C5", "h200", "1y", day(date(2026, 3, 1)), 6.1, 6.1),
        ("W1-E5", "h200", "1y", parse_when("2026-05"), 8, 8),
    ]  # fmt: skip
    first = rows[0]
    assert first.sheet == "租金走势"
    assert [first.text(key) for key in ("source", "market")] == ["S1", "rent"]
    assert first.cell("date") == CellRef("租金走势", "C3")
    assert first.cell("unit") == CellRef("租金走势", "A1")
    assert first.quantity is not None
    assert isinstance(first.quantity.lineage, Quoted)
    assert first.quantity.lineage.as_of == day(date(2026, 3, 1))
    assert flat(workbook.issues) == [("remark", "wide-sheet-read", "租金走势", "A3")]
    assert (workbook.rows_present, workbook.rows_reported) == (4 + 5, 0)


def test_prices_itself_may_be_wide(tmp_path: Path) -> None:
    text = f"""{NOTE}{SOURCES}
# Prices
model | config | tenor | unit | source | @2025-11-01 | @2026-05-28
B300 | 4T | 期货 | 万元/台 | S1 | 450–460 | 520
B300 | 4T | spot | 万元/台 | S1 | | 700
"""
    workbook = read_workbook(make_workbook(tmp_path / "book.xlsx", text), warm_reader())
    found = [(row.text("tenor"), row.quantity.low) for row in workbook["Prices"] if row.quantity]
    assert found == [("forward", 450), ("forward", 520), ("spot", 700)]
    assert flat(workbook.issues) == [("remark", "wide-sheet-read", "Prices", "A1")]


def test_a_bad_cell_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    workbook = read_text(
        tmp_path,
        """
# 宽表
单位：万元/台/月；来源：S1
GPU | @2026-03-01 | @2026-04-01
H100 | 5.2 | 面议
H1OO | #N/A | 6.1
""",
    )
    assert [row.id for row in workbook["Prices"]][1:] == ["W1-B3", "W1-C4"]
    assert flat(workbook.issues) == [
        ("remark", "wide-sheet-read", "宽表", "A2"),
        ("error", "not-a-number", "宽表", "C3"),
        ("warning", "misspelt-word", "宽表", "A4"),
        ("error", "error-cell", "宽表", "B4"),
    ]
    assert workbook.rows_present == workbook.rows_read + workbook.rows_reported
    assert workbook.rows_reported == 2


def test_without_unit_or_source_nothing_is_guessed(tmp_path: Path) -> None:
    workbook = read_text(tmp_path, "# 宽表\nGPU | @2026-03-01 | @2026-04-01\nH100 | 5.2 | 6\n")
    assert len(workbook["Prices"]) == 1
    assert flat(workbook.issues) == [
        ("remark", "wide-sheet-read", "宽表", "A1"),
        ("error", "wide-without-unit", "宽表", "A1"),
        ("error", "wide-without-source", "宽表", "A1"),
    ]
    assert workbook.rows_reported == 2


def test_a_calendar_is_no_price_sheet(tmp_path: Path) -> None:
    text = "# 排期\n任务 | @2026-03-01 | @2026-04-01\n访谈 | 张三 | 李四\n"
    workbook = read_text(tmp_path, text)
    assert len(workbook["Prices"]) == 1
    assert flat(workbook.issues) == [("remark", "unknown-sheet", "排期", "")]
