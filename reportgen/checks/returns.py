"""Checks 5 to 7: whether rents, prices, paybacks, margins and break-evens fit one another.

Plausibility only: the figures that the note prints are computed in analysis, with
their lineage. Formulas: DOMAIN (c).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reportgen.checks.making import (
    Place,
    ends,
    listed,
    open_places,
    span,
    value_column,
    with_value,
)
from reportgen.checks.pairing import Priced, chosen, rents_with_prices, term_months
from reportgen.dates import When
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.quantity import Quantity
from reportgen.units import HOURS_PER_MONTH, MONTHS, PERCENT, RENT, YEARS
from reportgen.workbook.tables import Workbook

YIELD_LIMITS = (2.2, 3.2)
"""A month's rent in percent of the price of the server."""

_ROUND_OFF = 1e-9
_PARAMETERS = (
    "peak_power", "load", "pue", "tariff", "colocation", "staff", "spares", "life", "residual",
)  # fmt: skip
_CURE = Text(
    "请核对租金、购置价与口径；确有其事的，在“已接受问题”中说明理由。",
    "Check rent, price and basis; if it is so, say why on the Accepted sheet.",
)

Ends = tuple[float, float]


def unusual_yields(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 5: rents that are less or more a month than YIELD_LIMITS of a current price."""
    low, high = YIELD_LIMITS
    issues: list[Issue] = []
    for rent, prices in rents_with_prices(workbook):
        yields = [(price, rent.middle / price.middle * 100) for price in prices]
        outside = [
            (price, f"{span(found, found, 2)}%")
            for price, found in yields
            if not low <= found <= high
        ]
        if outside:
            issues.append(
                _at_rent(
                    rent, outside, "yield-unusual",
                    Text("月租收益率", "the monthly yield is"),
                    Text(f"不在 {low:g}–{high:g}% 之间", f"outside {low:g}–{high:g}%"),
                )
            )  # fmt: skip
    return tuple(issues)


def unlike_paybacks(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 6: gross paybacks, price ÷ rent, that reach outside what a source states."""
    stated = _newest_stated(workbook, "payback")
    if not stated:
        return ()
    months = [_in_months(place.row.quantity) for place in stated if place.row.quantity]
    low, high = min(one[0] for one in months), max(one[1] for one in months)
    ids = listed(with_value(place) for place in stated)
    issues: list[Issue] = []
    for rent, prices in rents_with_prices(workbook):
        cheapest, dearest = ends(rent.quantity)
        found = [
            (price, (ends(price.quantity)[0] / dearest, ends(price.quantity)[1] / cheapest))
            for price in prices
        ]
        outside = [
            (price, span(*payback))
            for price, payback in found
            if payback[0] < low - _ROUND_OFF or payback[1] > high + _ROUND_OFF
        ]
        if outside:
            issues.append(
                _at_rent(
                    rent, outside, "payback-unlike-stated",
                    Text("毛回本（月）", "the gross payback in months is"),
                    Text(
                        f"超出 {ids.zh}所称的 {low:g}–{high:g} 个月",
                        f"beyond the {low:g}–{high:g} months of {ids.en}",
                    ),
                )
            )  # fmt: skip
    return tuple(issues)


def margin_conflicts(workbook: Workbook) -> tuple[Issue, ...]:
    """Check 7: stated margins against stated break-evens, and against rents and prices.

    A stated single margin is read as rounded to its last digit that is not zero:
    30% stands for 25 to 35%. A conflict is one where no reading of the ranges agrees.
    """
    margins = [
        place for place in _stated(workbook, "margin")
        if place.row.quantity is not None and place.row.quantity.unit == PERCENT
    ]  # fmt: skip
    issues: list[Issue] = []
    for margin in margins:
        when, quantity = margin.row.when(), margin.row.quantity
        if when is None or quantity is None:
            continue
        pairs = [
            (rent, prices) for rent, prices in rents_with_prices(workbook, when)
            if margin.row.text("model") in ("", rent.part("model"))
        ]  # fmt: skip
        allowed = _as_rounded(quantity)
        issues.extend(_against_break_even(workbook, margin, when, allowed, pairs))
        if issue := _against_costs(workbook, margin, allowed, pairs):
            issues.append(issue)
    return tuple(issues)


def _against_break_even(
    workbook: Workbook,
    margin: Place,
    when: When,
    allowed: Ends,
    pairs: list[tuple[Priced, list[Priced]]],
) -> Iterator[Issue]:
    """(R − B) ÷ R of the shortest lease against the stated margin of the same date."""
    for place in _stated(workbook, "break_even_rent"):
        level, dated = place.row.quantity, place.row.when()
        if level is None or level.unit != RENT or dated is None or dated.key != when.key:
            continue
        model = place.row.text("model")
        rents = [rent for rent, _ in pairs if model in ("", rent.part("model"))]
        rents.sort(key=lambda rent: term_months(rent.part("term")))
        for rent in chosen(reversed(rents), lambda one: one.part("model")):
            (low, high), (least, most) = ends(rent.quantity), ends(level)
            implied = ((low - most) / low * 100, (high - least) / high * 100)
            if not _apart(implied, allowed):
                continue
            said, held, rented = with_value(place), with_value(margin), with_value(rent.place)
            needed = low * (1 - allowed[1] / 100), high * (1 - allowed[0] / 100)
            yield place.issue(
                value_column(place.row), "margin-break-even", Severity.WARNING,
                says=Text(
                    f"按 {rented.zh}，盈亏平衡 {said.zh}意味着利润率 {span(*implied)}%，"
                    f"与 {held.zh}不能同时成立；后者要求盈亏平衡在 {span(*needed)} 万元/台/月。",
                    f"At {rented.en}, the break-even {said.en} means a margin of "
                    f"{span(*implied)}%, which {held.en} rules out: it needs a break-even of CNY "
                    f"{span(needed[0] * 10, needed[1] * 10, 0)}k per server-month.",
                ),
                cure=Text(
                    "请向来源确认两者的口径，如残值与运维费用。",
                    "Ask the source what each includes, such as residual value and running costs.",
                ),
            )  # fmt: skip


def _against_costs(
    workbook: Workbook,
    margin: Place,
    allowed: Ends,
    pairs: list[tuple[Priced, list[Priced]]],
) -> Issue | None:
    """Margins that rents and prices give with the sheet's own assumptions."""
    found: list[Text] = []
    for rent, prices in pairs:
        parameters = _parameters(workbook, rent.part("model"))
        for price in prices if parameters else ():
            (low, high), (least, most) = ends(rent.quantity), ends(price.quantity)
            computed = (
                (1 - _break_even(most, parameters) / low) * 100,
                (1 - _break_even(least, parameters) / high) * 100,
            )
            if _apart(computed, allowed):
                found.append(Text.same(f"{rent.id}/{price.id} {span(*computed)}%"))
    if not found:
        return None
    held, pairs_text = with_value(margin), listed(found)
    return margin.issue(
        value_column(margin.row), "margin-break-even", Severity.WARNING,
        says=Text(
            f"{held.zh}与按租金/购置价测算的利润率不符：{pairs_text.zh}。",
            f"{held.en} does not fit the margins that rent/price give: {pairs_text.en}.",
        ),
        cure=Text(
            "请注明利润率所指的型号与口径，或补充假设。",
            "Say which model and basis the margin is of, or complete the assumptions.",
        ),
    )  # fmt: skip


def _break_even(price: float, parameters: Mapping[str, float]) -> float:
    """Straight-line depreciation and running costs a month, fully let, without interest."""
    get = parameters.__getitem__
    power = get("peak_power") * get("load") / 100 * get("pue") * HOURS_PER_MONTH * get("tariff")
    running = (power + get("peak_power") * get("colocation")) / 10_000 + get("staff")
    spares = get("spares") / 100 * price / 12
    return price * (1 - get("residual") / 100) / (get("life") * 12) + running + spares


def _parameters(workbook: Workbook, model: str) -> dict[str, float]:
    """The assumptions for a model, its own before those for all; empty unless complete."""
    found: dict[str, tuple[bool, float]] = {}
    for place in open_places(workbook, "Economics"):
        row = place.row
        name, own = row.text("parameter"), row.text("model") == model
        if row.quantity is None or row.text("case") or not (own or not row.text("model")):
            continue
        if name in _PARAMETERS and (own or name not in found or not found[name][0]):
            found[name] = (own, row.quantity.bound)
    complete = all(name in found for name in _PARAMETERS) and found["life"][1] > 0
    return {name: value for name, (_, value) in found.items()} if complete else {}


def _stated(workbook: Workbook, parameter: str) -> list[Place]:
    return [
        place for place in open_places(workbook, "Economics")
        if place.row.text("parameter") == parameter
        and place.row.text("kind") != "assumption"
        and place.row.quantity is not None
    ]  # fmt: skip


def _newest_stated(workbook: Workbook, parameter: str) -> list[Place]:
    rows = [place for place in _stated(workbook, parameter) if place.row.when() is not None]
    rows = [place for place in rows if place.row.quantity and _is_duration(place.row.quantity)]
    last = max((_order(place) for place in rows), default=None)
    return [place for place in rows if _order(place) == last]


def _order(place: Place) -> tuple[object, ...]:
    when = place.row.when()
    return when.order if when else ()


def _is_duration(quantity: Quantity) -> bool:
    return quantity.unit in (MONTHS, YEARS)


def _in_months(quantity: Quantity) -> Ends:
    scale = 12 if quantity.unit == YEARS else 1
    low, high = ends(quantity)
    return low * scale, high * scale


def _as_rounded(quantity: Quantity) -> Ends:
    """The values that a stated one may stand for."""
    low, high = ends(quantity)
    if low != high or not low:
        return low, high
    step = 1.0
    while low % (step * 10) == 0:
        step *= 10
    while low % step:
        step /= 10
        if step < 1e-6:
            break
    return low - step / 2, high + step / 2


def _apart(one: Ends, other: Ends) -> bool:
    return one[1] < other[0] - _ROUND_OFF or one[0] > other[1] + _ROUND_OFF


def _at_rent(
    rent: Priced, found: Iterable[tuple[Priced, str]], code: str, measure: Text, verdict: Text
) -> Issue:
    """One issue at the rent, with every price that gives an odd result."""
    by_result: dict[str, list[Text]] = {}
    for price, result in found:
        by_result.setdefault(result, []).append(with_value(price.place))
    prices = listed(
        Text(f"按 {listed(names).zh}为 {result}", f"{result} on {listed(names).en}")
        for result, names in by_result.items()
    )
    what = with_value(rent.place)
    return rent.place.issue(
        value_column(rent.place.row), code, Severity.WARNING,
        says=Text(
            f"{what.zh}的{measure.zh}{prices.zh}，{verdict.zh}。",
            f"For {what.en} {measure.en} {prices.en}, {verdict.en}.",
        ),
        cure=_CURE,
    )  # fmt: skip
