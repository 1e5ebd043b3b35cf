"""Check 1: digits that speech recognition has probably spoiled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportgen.checks.making import EVIDENCE, Place, places, value_column
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import parse_unit
from reportgen.workbook.standing import is_held_back
from reportgen.workbook.tables import Row, Workbook

MOST_DIGITS = 4
"""Digits that a number before 万 may have: ten thousand 万 would be said as 亿."""

_DIGITS = "0-9零一二三四五六七八九十百千两"
_TWO_POINTS = re.compile(rf"[{_DIGITS}]+[.点][{_DIGITS}]+[.点][{_DIGITS}]+")
_BETWEEN = re.compile(
    rf"([{_DIGITS}.]+)\s*(万|亿|%|块|元)?[元块钱]*\s*(?:到|至|–|—|~|-)\s*([{_DIGITS}.]+)\s*(万|亿|%|块|元)"
)
_LONG = re.compile(rf"(?<![\d.])\d{{{MOST_DIGITS + 1},}}\s*万")


def suspect_digits(workbook: Workbook) -> tuple[Issue, ...]:
    """Values and quotes whose digits cannot be right as they stand.

    Two decimal points in one number, a range whose ends coincide or that lost a
    digit (60% to 6%), more than MOST_DIGITS digits before 万. An error where the
    row's value feeds a printed figure; where it was left unread only a remark,
    since that has been said.
    """
    return tuple(issue for place in places(workbook, *EVIDENCE) for issue in _suspect(place))


def _suspect(place: Place) -> Iterator[Issue]:
    row = place.row
    for column, text in _texts(row):
        why = _why(text)
        if why is None:
            continue
        severity = Severity.ERROR
        if row.quantity is None:
            severity = Severity.REMARK
        elif is_held_back(row, place.workbook):
            severity = Severity.WARNING
        yield place.issue(
            column, "digits-suspect", severity,
            says=why,
            cure=Text(
                "请向来源核对；确认无误的，在“已接受问题”中说明理由。",
                "Check with the source; if it is right, say why on the Accepted sheet.",
            ),
        )  # fmt: skip
        return


def _texts(row: Row) -> Iterator[tuple[str, str]]:
    """What may hold spoiled digits, the value first."""
    yield value_column(row), row.unread
    yield value_column(row), _written(row)
    yield "quote", row.text("quote")


def _written(row: Row) -> str:
    """The value's own digits, where its unit counts in 万 or both ends were given."""
    low, high = row.number_of("low"), row.number_of("high")
    unit = parse_unit(row.text("unit"))
    scale = "万" if unit is not None and unit.key.startswith("CNY10k") else ""
    numbers = (row.number_of(key) for key in ("low", "point", "high"))
    longest = max((abs(number) for number in numbers if number is not None), default=0.0)
    if scale and longest >= 10**MOST_DIGITS:
        return f"{longest:.0f}{scale}"
    if low is not None and low == high and row.number_of("point") is None:
        return f"{low:g}{scale or '%'}–{high:g}{scale or '%'}"
    return ""


def _why(text: str) -> Text | None:
    if found := _TWO_POINTS.search(text):
        return Text(
            f"“{found[0]}”中有两个小数点，不是一个数。",
            f"{found[0]} has two decimal points and is no number.",
        )
    for found in _BETWEEN.finditer(text):
        first, unit, last, last_unit = found.groups()
        if unit not in (None, last_unit):
            continue
        if first == last:
            return Text(
                f"“{found[0]}”的两端相同，可能漏了尾数。",
                f"Both ends of {found[0]} are the same; a digit may be lost.",
            )
        if first.startswith(last) and unit is not None:
            return Text(
                f"“{found[0]}”的后一端少了一位。",
                f"The second end of {found[0]} has lost a digit.",
            )
    if found := _LONG.search(text):
        return Text(
            f"“{found[0]}”在“万”前超过 {MOST_DIGITS} 位，可能是几个数连在一起。",
            f"{found[0]} has more than {MOST_DIGITS} digits before 万; numbers may have run "
            "together.",
        )
    return None
