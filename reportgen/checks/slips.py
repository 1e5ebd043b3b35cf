"""Check 2: units that were said or written one way and meant another.

The slips that show in the size of a price (万 and 元, month and year, card and
server) are found by outliers.py; here are those that show in the words.
"""

from __future__ import annotations

import re

from reportgen.checks.making import EVIDENCE, Place, places, value_column
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import PERCENT, Unit, parse_unit
from reportgen.workbook.standing import is_held_back
from reportgen.workbook.tables import Workbook

SMALLEST_NODE_NM = 1.0
"""No process node is called smaller than this; 0.3 was meant as 3."""

_MONEY = re.compile(r"[0-9零一二三四五六七八九十百千两]\s*(?:块|元|美元|美金)")
_PERCENT = re.compile(r"[0-9]\s*%|百分之|个点|percent", re.IGNORECASE)
_TEN_THOUSAND = re.compile(r"[万亿kKmM]")
_A_YEAR = re.compile(r"年租|/\s*年|每年|per year|a year", re.IGNORECASE)
_A_MONTH = re.compile(r"月租|/\s*月|每月|一个月|per month|a month", re.IGNORECASE)


def unit_slips(workbook: Workbook) -> tuple[Issue, ...]:
    """Rows whose words speak of another unit than the Unit column.

    Percent heard as 块钱, money heard as percent, 万 left out or doubled, a rent a
    year written as one a month, a process node below SMALLEST_NODE_NM. An error
    where the value feeds a printed figure.
    """
    issues: list[Issue] = []
    for place in places(workbook, *EVIDENCE):
        unit = parse_unit(place.row.text("unit"))
        says = _slip(place, unit) if unit is not None else None
        if says is None:
            continue
        severity = Severity.ERROR
        if place.row.quantity is None:
            severity = Severity.REMARK
        elif is_held_back(place.row, place.workbook):
            severity = Severity.WARNING
        issues.append(
            place.issue(
                value_column(place.row), "unit-slip", severity,
                says=says,
                cure=Text(
                    "请核对数值与单位；程序不作更正。",
                    "Check value and unit; nothing was corrected.",
                ),
            )
        )  # fmt: skip
    return tuple(issues)


def _slip(place: Place, unit: Unit) -> Text | None:
    row, written = place.row, place.row.text("unit")
    quantity, words = row.quantity, f"{row.unread} {row.text('quote')}"
    if unit.key == "nm" and quantity is not None and quantity.bound < SMALLEST_NODE_NM:
        size = f"{quantity.bound:g}"
        return Text(
            f"{size} nm 小于任何制程（{SMALLEST_NODE_NM:g} nm）；是否应为 "
            f"{quantity.bound * 10:g} nm？",
            f"{size} nm is below any process node ({SMALLEST_NODE_NM:g} nm). "
            f"Did you mean {quantity.bound * 10:g} nm?",
        )
    money, percent = _MONEY.search(words), _PERCENT.search(words)
    amount = unit.key.split("/")[0]
    if unit == PERCENT and money and not percent:
        return _differs(written, money[0], Text("百分比听成了钱数", "percent heard as money"))
    if amount in ("CNY10k", "CNY") and percent and not money and not _TEN_THOUSAND.search(words):
        return _differs(written, percent[0], Text("钱数听成了百分比", "money heard as percent"))
    if amount == "CNY10k" and money and not _TEN_THOUSAND.search(words):
        return _differs(written, money[0], Text("差一个“万”", "a factor of 万"))
    if unit.dimension != "rent":
        return None
    year, month = _A_YEAR.search(words), _A_MONTH.search(words)
    if year and not month and unit.key.endswith("/month"):
        return _differs(written, year[0], Text("年租当成了月租", "a rent a year taken as monthly"))
    if month and not year and unit.key.endswith("/year"):
        return _differs(written, month[0], Text("月租当成了年租", "a rent a month taken as yearly"))
    return None


def _differs(unit: str, said: str, perhaps: Text) -> Text:
    return Text(
        f"单位填“{unit}”，原话却是“{said}”：可能是{perhaps.zh}。",
        f"The unit is {unit} but the words are “{said}”: perhaps {perhaps.en}.",
    )
