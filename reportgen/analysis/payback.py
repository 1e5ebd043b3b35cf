"""Gross payback and rent yield: what a server costs against what it rents for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from reportgen.analysis.figures import Figure
from reportgen.analysis.names import term_label, term_months
from reportgen.analysis.prices import Observed, PriceKey, PriceSeries
from reportgen.arithmetic import derive
from reportgen.dates import When
from reportgen.language import Text
from reportgen.units import MONTHS, PER_MONTH

MOST_KINDS = 10
"""Rents, and prices, of one model that are paired: pairs grow with the product of both."""


@dataclass(frozen=True, slots=True)
class Payback:
    """One rent against one purchase price.

    Gross payback is C / R in months and yield R / C in percent a month, before
    power, staff and any other cost. `current`: the price is as recent as the rent.
    """

    rent_key: PriceKey
    price_key: PriceKey
    rent: Observed
    price: Observed
    payback: Figure
    rent_yield: Figure
    current: bool


def paybacks(
    series: tuple[PriceSeries, ...], rent_baseline: When | None, purchase_baseline: When | None
) -> tuple[Payback, ...]:
    """Every latest rent with every latest price of its model, then the pairs at the baselines.

    Baseline pairs are named payback.<rent>.<price>@<date of the rent>. Of a model with more
    than MOST_KINDS of either those quoted last take part.
    """
    rents, prices = _by_model(series, "rent"), _by_model(series, "purchase")
    found: list[Payback] = []
    for model, kinds in rents.items():
        for rent, price in product(_quoted_last(kinds), _quoted_last(prices.get(model, []))):
            found.append(_payback(rent, price, rent.latest, price.latest, ""))
            old_rent = rent.at_or_before(rent_baseline) if rent_baseline else None
            old_price = price.at_or_before(purchase_baseline) if purchase_baseline else None
            if old_rent and old_price and old_rent is not rent.latest:
                found.append(_payback(rent, price, old_rent, old_price, f"@{old_rent.when.key}"))
    return tuple(found)


def unpaired(series: tuple[PriceSeries, ...]) -> int:
    """How many pairs of a rent and a price are not computed, since their model has too many."""
    rents, prices = _by_model(series, "rent"), _by_model(series, "purchase")
    pairs = [(len(kinds), len(prices.get(model, []))) for model, kinds in rents.items()]
    return sum(a * b - min(a, MOST_KINDS) * min(b, MOST_KINDS) for a, b in pairs)


def at_shortest_term(pairs: Sequence[Payback]) -> list[Payback]:
    """Of several terms of one model the shortest, so that what is compared is purchases."""
    shortest: dict[tuple[str, str], int] = {}
    for pair in pairs:
        key = (pair.rent_key.model, pair.rent_key.config)
        months = term_months(pair.rent_key.term)
        shortest[key] = min(months, shortest.get(key, months))
    return [
        pair
        for pair in pairs
        if term_months(pair.rent_key.term) == shortest[(pair.rent_key.model, pair.rent_key.config)]
    ]


def _by_model(series: tuple[PriceSeries, ...], market: str) -> dict[str, list[PriceSeries]]:
    """The series of that market that take part, by model."""
    found: dict[str, list[PriceSeries]] = {}
    for one in series:
        if one.key.market == market and not _is_bound(one):
            found.setdefault(one.key.model, []).append(one)
    return found


def _quoted_last(kinds: list[PriceSeries]) -> list[PriceSeries]:
    """Those quoted last, in their own order; of one day those that come first."""
    if len(kinds) <= MOST_KINDS:
        return kinds
    newest = sorted(kinds, key=lambda one: one.latest.when.end, reverse=True)[:MOST_KINDS]
    kept = {one.key for one in newest}
    return [one for one in kinds if one.key in kept]


def _is_bound(series: PriceSeries) -> bool:
    """Whether only a floor or a ceiling is known, which takes no part in averages."""
    return series.latest.quantity.is_floor or series.latest.quantity.is_ceiling


def _payback(
    rent: PriceSeries, price: PriceSeries, rent_at: Observed, price_at: Observed, suffix: str
) -> Payback:
    tail = ".".join((rent.key.model, *rent.key.parts, *price.key.parts)) + suffix
    term = term_label(rent.key.term)
    gap = " " if price.key.untaxed.zh[-1:].isascii() else ""
    if term.zh:
        bought = price.key.called(Text(f"{gap}购入", "purchase"))
        what = Text(f"{bought.zh}、{term.zh}出租", f"{bought.en}, {term.en} lease")
    else:
        what = price.key.called(Text(f"{gap}购入出租", "purchase and lease"))
    inputs = {"C": price_at.quantity, "R": rent_at.quantity}
    months = derive("C ÷ R", MONTHS, lambda C, R: C / R, inputs)  # noqa: N803 - DOMAIN's symbols
    monthly = derive("R ÷ C × 100", PER_MONTH, lambda C, R: R / C * 100, inputs)  # noqa: N803
    return Payback(
        rent.key,
        price.key,
        rent_at,
        price_at,
        Figure(
            f"payback.{tail}",
            months,
            Text(f"{what.zh}的毛回本期", f"Gross payback, {what.en}"),
            as_of=rent_at.when,
            since=price_at.when if price_at.when != rent_at.when else None,
        ),
        Figure(
            f"yield.{tail}",
            monthly,
            Text(f"{what.zh}的月租收益率", f"Monthly rent yield, {what.en}"),
            as_of=rent_at.when,
            since=price_at.when if price_at.when != rent_at.when else None,
        ),
        current=abs((price_at.when.end - rent_at.when.end).days) <= _SAME_PERIOD_DAYS
        and not suffix,
    )


_SAME_PERIOD_DAYS = 62  # a price of the same or the neighbouring month
