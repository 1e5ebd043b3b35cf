"""Checks 3 and 4: prices that should stand in an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import pairwise

from reportgen.checks.making import value_column, with_value
from reportgen.checks.pairing import (
    IDENTITY,
    SAME_PERIOD_DAYS,
    Priced,
    chosen,
    identity,
    newest,
    priced,
    term_months,
)
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import PRICE, RENT
from reportgen.workbook.tables import Workbook

RUNGS: tuple[tuple[str, ...], ...] = (("h20",), ("h800", "h100"), ("h200",), ("b300",))
"""Models from the cheapest rent up. Within a rung the first may cost as much as the second."""

_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*tb?")
_CURE = Text(
    "请核对型号、配置、租期与数值；确有其事的，在“已接受问题”中说明理由。",
    "Check model, configuration, term and value; if it is so, say why on the Accepted sheet.",
)


def spot_against_forward(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 3: spot below forward of the same memory, or a comparison of unlike memory.

    Newest prices alone. Spot of another stated memory has no partner and is left in peace.
    """
    rows = [row for row in priced(workbook, PRICE) if row.part("tenor") in ("spot", "forward")]
    rows = chosen(newest(rows, identity), identity)
    forwards = [row for row in rows if row.part("tenor") == "forward"]
    issues: list[Issue] = []
    for spot in rows:
        if spot.part("tenor") != "spot":
            continue
        for forward in forwards:
            if spot.parts("model", "basis", "vat") != forward.parts("model", "basis", "vat"):
                continue
            if abs((spot.when.end - forward.when.end).days) > SAME_PERIOD_DAYS:
                continue
            if spot.part("config") == forward.part("config"):
                if spot.middle < forward.middle:
                    issues.append(_below(spot, forward))
            elif not spot.part("config") or not forward.part("config"):
                issues.append(_unlike(spot, forward))
    return tuple(issues)


def _below(spot: Priced, forward: Priced) -> Issue:
    spot_text, forward_text = with_value(spot.place), with_value(forward.place)
    return spot.place.issue(
        value_column(spot.place.row), "spot-below-forward", Severity.WARNING,
        says=Text(
            f"现货 {spot_text.zh}低于同配置期货 {forward_text.zh}。",
            f"Spot {spot_text.en} is below forward {forward_text.en} of the same configuration.",
        ),
        cure=_CURE,
    )  # fmt: skip


def _unlike(spot: Priced, forward: Priced) -> Issue:
    blank, stated = (spot, forward) if not spot.part("config") else (forward, spot)
    one, other = with_value(blank.place), with_value(stated.place)
    config = stated.place.row.text("config")
    return blank.place.issue(
        "config", "spot-forward-config", Severity.WARNING,
        says=Text(
            f"{one.zh}未说明配置，不能与 {config} 的 {other.zh}比较。",
            f"{one.en} does not state its configuration and cannot be compared with "
            f"{other.en}, which is {config}.",
        ),
        cure=Text(
            "能确认的请填写配置；否则不计溢价。",
            "Fill in the configuration if you know it; no premium is computed.",
        ),
    )  # fmt: skip


def broken_ladders(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 4: more memory, a shorter term or a better model that costs less, on one date.

    2T ≤ 3T ≤ 4T, 1 year ≥ 3 years ≥ 5 years, and the models of RUNGS. Middles are compared.
    """
    prices = _one_a_day(priced(workbook, PRICE))
    rents = _one_a_day(priced(workbook, RENT))
    return (
        *_climb(prices, "config", _memory, Text("内存更大", "more memory")),
        *_climb(rents, "term", lambda row: -term_months(row.part("term")) or None,
                Text("租期更短", "a shorter term")),
        *_climb(rents, "model", _rung, Text("型号更高", "a better model")),
    )  # fmt: skip


def _one_a_day(rows: list[Priced]) -> list[Priced]:
    return chosen(rows, lambda row: (row.when.key, identity(row)))


def _memory(row: Priced) -> float | None:
    found = _MEMORY.fullmatch(row.part("config"))
    return float(found[1]) if found else None


def _rung(row: Priced) -> float | None:
    model = row.part("model")
    for height, rung in enumerate(RUNGS):
        if model in rung:
            return height + rung.index(model) / len(rung)
    return None


def _climb(
    rows: Iterable[Priced],
    column: str,
    height: Callable[[Priced], float | None],
    what: Text,
) -> Iterator[Issue]:
    """Neighbours on one ladder whose prices go the other way."""
    ladders: dict[Hashable, list[tuple[float, Priced]]] = {}
    same = [key for key in IDENTITY if key != column]
    if column == "model":  # cards of different models have different memory
        same.remove("config")
    for row in rows:
        step = height(row)
        if step is not None and row.part("config") != "used":
            key = (row.when.key, row.parts(*same))
            ladders.setdefault(key, []).append((step, row))
    for ladder in ladders.values():
        ladder.sort(key=lambda rung: rung[0])
        for (low, lower), (high, upper) in pairwise(ladder):
            strict = column == "model" and int(low) != int(high)
            if low != high and (
                lower.middle > upper.middle or (strict and lower.middle == upper.middle)
            ):
                yield _broken(lower, upper, column, what)


def _broken(lower: Priced, upper: Priced, column: str, what: Text) -> Issue:
    low, high = with_value(lower.place), with_value(upper.place)
    return upper.place.issue(
        value_column(upper.place.row), "ladder-broken", Severity.WARNING,
        says=Text(
            f"{high.zh}比 {low.zh}{what.zh}"
            f"（{_word(upper, column)} 对 {_word(lower, column)}），价格却不更高。",
            f"{high.en} has {what.en} than {low.en} ({_word(upper, column)} against "
            f"{_word(lower, column)}) and yet costs no more.",
        ),
        cure=_CURE,
    )  # fmt: skip


def _word(row: Priced, column: str) -> str:
    return row.place.row.text(column).upper()
