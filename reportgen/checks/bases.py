"""Check 15: numbers of different bases that a reader might set side by side."""

from __future__ import annotations

from collections import defaultdict

from reportgen.checks.making import Place, listed, open_places, with_value
from reportgen.checks.pairing import Priced, chosen, identity, newest, priced
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import PRICE, RENT
from reportgen.workbook.tables import Workbook

MARGIN, MARKUP = "margin", "markup"
"""Words of a metric that tell profit on the price from profit on the cost."""

_CURE = Text(
    "两者口径不同，不可相减、合并或互证；报告分开印出。",
    "They are of different bases: not to be netted, merged or taken as proof of each other.",
)


def unlike_bases(workbook: Workbook) -> tuple[Issue, ...]:
    """Cost beside spot, used beside owned, margin beside mark-up, a term stated beside none.

    VAT is counted once, by rents_without_vat. One remark for each pair of bases.
    """
    return (
        *_cost_and_spot(workbook),
        *_term_unstated(workbook),
        *_used_and_owned(workbook),
        *_margin_and_markup(workbook),
    )


def _cost_and_spot(workbook: Workbook) -> list[Issue]:
    """Newest cost against the newest market price of its model and configuration."""
    rows = newest(priced(workbook, PRICE), lambda row: row.parts("model", "config"))
    groups: dict[tuple[str, ...], list[Priced]] = defaultdict(list)
    for row in chosen(rows, identity):
        groups[row.parts("model", "config")].append(row)
    issues: list[Issue] = []
    for group in groups.values():
        costs = [row for row in group if row.part("basis") == "cost"]
        others = [row for row in group if row.part("basis") != "cost"]
        if costs and others:
            names = listed(with_value(row.place) for row in others)
            issues.append(_remark(costs[0].place, "basis", names, Text("成本", "a cost")))
    return issues


def _term_unstated(workbook: Workbook) -> list[Issue]:
    """A rent without a term beside rents of the same model that have one."""
    rents = newest(priced(workbook, RENT), lambda row: row.parts("model", "config"))
    groups: dict[tuple[str, ...], list[Priced]] = defaultdict(list)
    for row in chosen(rents, identity):
        groups[row.parts("model", "config")].append(row)
    issues: list[Issue] = []
    for group in groups.values():
        blank = [row for row in group if not row.part("term")]
        stated = [row for row in group if row.part("term")]
        if blank and stated:
            names = listed(with_value(row.place) for row in stated)
            what = Text("未说明租期的租金", "a rent without a term")
            issues.append(_remark(blank[0].place, "term", names, what))
    return issues


def _used_and_owned(workbook: Workbook) -> list[Issue]:
    """Demand of one metric and period by use and by ownership."""
    groups: dict[tuple[str, str], dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in open_places(workbook, "Demand"):
        when = place.row.when("period")
        if place.row.quantity is not None and place.row.text("basis"):
            key = (place.row.text("metric"), when.key if when else "")
            groups[key][place.row.text("basis")].append(place)
    issues: list[Issue] = []
    for by_basis in groups.values():
        if by_basis["used"] and by_basis["owned"]:
            names = listed(with_value(place) for place in by_basis["owned"])
            issues.append(_remark(by_basis["used"][0], "basis", names, Text("按使用", "by use")))
    return issues


def _margin_and_markup(workbook: Workbook) -> list[Issue]:
    """A mark-up on the cost beside a margin on the price, of one subject."""
    margins: dict[str, list[Place]] = defaultdict(list)
    markups: list[Place] = []
    for place in open_places(workbook, "Survey"):
        kind = profit_basis(place)
        if kind == MARGIN:
            margins[place.row.text("subject")].append(place)
        elif kind == MARKUP:
            markups.append(place)
    return [
        _remark(
            place, "metric",
            listed(with_value(other) for other in margins[place.row.text("subject")]),
            Text("加价率", "a mark-up"),
        )
        for place in markups if place.row.text("subject") in margins
    ]  # fmt: skip


def profit_basis(place: Place) -> str:
    """Whether a row is a margin or a mark-up; empty for neither."""
    metric = place.row.text("metric")
    return next((word for word in (MARKUP, MARGIN) if word in metric.replace("-", "")), "")


def _remark(place: Place, column: str, names: Text, what: Text) -> Issue:
    one = with_value(place)
    return place.issue(
        column, "basis-mismatch", Severity.REMARK,
        says=Text(
            f"{one.zh}是{what.zh}，与 {names.zh}口径不同。",
            f"{one.en} is {what.en}; {names.en} are not.",
        ),
        cure=_CURE,
    )  # fmt: skip
