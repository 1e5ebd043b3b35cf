"""Prices that no market knows: nothing, or less than nothing."""

from __future__ import annotations

from reportgen.checks.making import ends, places
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import PRICE, RENT
from reportgen.workbook.standing import is_held_back
from reportgen.workbook.tables import Row, Workbook


def prices_not_positive(workbook: Workbook) -> tuple[Issue, ...]:
    """Rents and prices of zero or below: an error where the row may be printed."""
    return tuple(
        place.issue(
            _column(place.row), "price-not-positive",
            Severity.WARNING if is_held_back(place.row, workbook) else Severity.ERROR,
            says=Text(
                "价格须大于零，此处为零或负数。",
                "A price is above zero; this one is zero or negative.",
            ),
            cure=Text(
                "请核对正负号；未报价时请留空。变化幅度请写在“调研”表。",
                "Check the sign; leave the cell empty where nothing was quoted. "
                "A change belongs on the Survey sheet.",
            ),
        )
        for place in places(workbook, "Prices")
        if (quantity := place.row.quantity) is not None
        and quantity.unit in (RENT, PRICE)
        and ends(quantity)[0] <= 0
    )  # fmt: skip


def _column(row: Row) -> str:
    """The first column whose value is not above zero; the value's where units were converted."""
    for key in ("low", "point", "high"):
        value = row.number_of(key)
        if value is not None and value <= 0:
            return key
    return "point"
