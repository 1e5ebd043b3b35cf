"""The price index: chained matched-model Jevons, beside the simple mean. Source: DOMAIN (b).

I_t = I_t-1 × exp(Σ w × ln(p_t ÷ p_t-1)) over the cells priced in both periods; a cell
is one model, memory, term, tenor, basis and VAT basis (the identity of a series).
Periods are formed in reportgen.analysis.periods.

Weights: those of the earlier period where every cell of a link states one, else equal.
New cells enter by overlap: they move the index from their second period on. How the
periods are linked, and what becomes of a cell that is missing for a while, is told in
reportgen.analysis.chain.

ln I is linear in the logarithms of the prices, with weights that do not depend on
them. So its range is exact: every price at the end that its total coefficient
asks for. In a stable sample all links between the first and the last price cancel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from reportgen.analysis.chain import Coefficients, Link, difference, last_run
from reportgen.analysis.figures import Figure
from reportgen.analysis.names import term_months
from reportgen.analysis.periods import Period, collect_periods
from reportgen.analysis.prices import PriceKey, PriceSeries
from reportgen.arithmetic import bounded
from reportgen.dates import When
from reportgen.language import Text
from reportgen.quantity import Quantity, Quoted
from reportgen.units import PERCENT, PLAIN, Unit
from reportgen.workbook.tables import Table

BASE = 100.0
_LEVEL = "100 × exp(Σ w × ln(p_t ÷ p_t−1))"
_CHANGE = "(exp(Σ w × ln(p_t ÷ p_t−1)) − 1) × 100"
_MEAN = "Σ p ÷ n"
_MEAN_CHANGE = "(Σ p_t ÷ n_t) ÷ (Σ p_0 ÷ n_0) × 100 − 100"
_MEAN_LEVEL = "(Σ p_t ÷ n_t) ÷ (Σ p_0 ÷ n_0) × 100"
_NEVER = 10_000  # months; an unstated term comes after every stated one


@dataclass(frozen=True, slots=True)
class Level:
    """One period of the index.

    `cells` are those matched in the link that leads to it, `weighted` whether by
    stated weights; `quoted` are what the simple mean averages. `mean` is that mean in
    the unit of the prices, `rebased` the same with the base period as 100.
    """

    when: When
    cells: tuple[PriceKey, ...]
    weighted: bool
    quoted: tuple[PriceKey, ...]
    index: Figure
    mean: Figure
    rebased: Figure


@dataclass(frozen=True, slots=True)
class Pair:
    """One cell priced at both ends of a change, with its change in percent."""

    key: PriceKey
    figure: Figure


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """An index of two levels or more.

    `change` and `mean_change` run from the first period to the latest. `since_baseline` and
    `mean_since` run from the note's declared baseline where that is a later period, else
    they are None. The pairs, and what a title says, run from `base`, the level at the
    baseline or, without one, the first.
    """

    market: str
    levels: tuple[Level, ...]
    base: Level
    latest: Figure
    change: Figure
    mean: Figure
    mean_change: Figure
    count: Figure
    pairs: tuple[Pair, ...]
    since_baseline: Figure | None
    mean_since: Figure | None

    @property
    def moved(self) -> Figure:
        """The index's change from `base`."""
        return self.since_baseline or self.change

    @property
    def mean_moved(self) -> Figure:
        """The simple mean's change from `base`."""
        return self.mean_since or self.mean_change

    def figures(self) -> Iterator[Figure]:
        """Every figure, the headline ones first."""
        yield from (self.latest, self.change, self.mean, self.mean_change, self.count)
        yield from (one for one in (self.since_baseline, self.mean_since) if one is not None)
        yield from (pair.figure for pair in self.pairs)
        for level in self.levels:
            yield from (level.index, level.mean, level.rebased)


def price_index(
    series: tuple[PriceSeries, ...], sources: Table, baseline: When | None, market: str
) -> PriceIndex | None:
    """The index of one market ("rent" or "purchase"); None without a cell priced twice.

    Figures: index.rent (latest level, first period 100), index.rent.change,
    index.rent.pairs (cells matched in the latest link), index.rent@<period>,
    index.rent.since (from the declared baseline), pair.rent.<cell>, mean.rent,
    mean.rent.change, mean.rent.since, mean.rent@<period>, mean.rent.index@<period>; with `price`
    in place of `rent` for purchases.
    """
    of_market = tuple(one for one in series if one.key.market == market)
    periods = collect_periods(of_market, sources, baseline)
    run = last_run(periods)
    return _described(run, periods, market, baseline) if len(run) > 1 else None


def _described(
    run: list[Link], periods: tuple[Period, ...], market: str, baseline: When | None
) -> PriceIndex:
    short = "rent" if market == "rent" else "price"
    noun = Text("月租", "Rent") if market == "rent" else Text("采购价", "Purchase-price")
    first, last = periods[run[0].place], periods[run[-1].place]
    name = f"index.{short}"
    levels = tuple(_level(link, periods, first, short, noun) for link in run)
    place = _base_place(run, periods, baseline)
    base = periods[run[place].place]
    label = Text(f"{noun.zh}配对指数", f"{noun.en} index, matched pairs")
    mean_label = Text(f"{noun.zh}简单均值", f"{noun.en} average, unmatched")
    change = Figure(
        f"{name}.change",
        _of(run[-1].logarithm, periods, _CHANGE, PERCENT, _percent),
        _changed(label, first, last),
        as_of=last.when,
        since=first.when,
        signed=True,
    )
    matched = len(run[-1].cells)
    lineage = Quoted(f"{name}.pairs", (), kind="constant")
    count = Quantity(PLAIN, matched, matched, matched, lineage, 15, 0)
    return PriceIndex(
        market,
        levels,
        levels[place],
        Figure(name, levels[-1].index.quantity, label, as_of=last.when, since=first.when),
        change,
        Figure(f"mean.{short}", levels[-1].mean.quantity, mean_label, as_of=last.when),
        _mean_change(first, last, f"mean.{short}.change", mean_label),
        Figure(
            f"{name}.pairs", count, Text("最近一期的配对数", "Pairs in the latest link"),
            as_of=last.when,
        ),
        tuple(_pairs(base, last)),
        _since(run, periods, place, name, label) if place else None,
        _mean_change(base, last, f"mean.{short}.since", mean_label) if place else None,
    )  # fmt: skip


def _base_place(run: list[Link], periods: tuple[Period, ...], baseline: When | None) -> int:
    """The link of the declared baseline: the last until then, else the first."""
    old = [
        place
        for place, link in enumerate(run)
        if baseline is not None and periods[link.place].when.end <= baseline.end
    ]
    return old[-1] if old and old[-1] < len(run) - 1 else 0


def _changed(what: Text, first: Period, last: Period) -> Text:
    """H200 1-year, change from Feb 2026 to May 2026: other changes may have other dates."""
    return Text(
        f"{what.zh}变化（{first.when.text('zh')}至 {last.when.text('zh')}）",
        f"{what.en}, change from {first.when.text('en')} to {last.when.text('en')}",
    )


def _level(link: Link, periods: tuple[Period, ...], first: Period, short: str, noun: Text) -> Level:
    now = periods[link.place]
    base = Quantity(PLAIN, BASE, BASE, BASE, Quoted("index base", (), kind="constant"), 15, 0)
    is_first = now is first
    index = rebased = base
    if not is_first:
        index = _fine(_of(link.logarithm, periods, _LEVEL, PLAIN, _hundredfold))
        rebased = _fine(_against(first, now, _MEAN_LEVEL, PLAIN, 0.0))
    key = now.when.key
    return Level(
        now.when,
        link.cells,
        link.weighted,
        tuple(shortest_terms(now)),
        Figure(
            f"index.{short}@{key}", index,
            Text(f"{noun.zh}配对指数", f"{noun.en} index, matched pairs"), as_of=now.when,
        ),
        Figure(
            f"mean.{short}@{key}", simple_mean(now),
            Text(f"{noun.zh}简单均值", f"{noun.en} average, unmatched"), as_of=now.when,
        ),
        Figure(
            f"mean.{short}.index@{key}", rebased,
            Text(f"{noun.zh}简单均值，首期为基", f"{noun.en} average, unmatched, rebased"),
            as_of=now.when,
        ),
    )  # fmt: skip


def _of(
    logarithm: Coefficients,
    periods: tuple[Period, ...],
    formula: str,
    unit: Unit,
    finish: Callable[[float], float],
) -> Quantity:
    """A quantity that is `finish` of the sum of coefficient × ln(price)."""
    names = {node: f"{node[0].name}@{periods[node[1]].when.key}" for node in logarithm}
    if not names:  # every link cancels: the index stands where it began
        value = finish(0.0)
        return Quantity(unit, value, value, value, Quoted("index", (), kind="constant"), 15, 0)
    inputs = {names[node]: periods[node[1]].prices[node[0]] for node in logarithm}
    factors = {names[node]: value for node, value in logarithm.items()}

    def compute(**prices: float) -> float:
        return finish(math.fsum(factors[name] * math.log(price) for name, price in prices.items()))

    falling = {name for name, factor in factors.items() if factor < 0}
    return bounded(formula, unit, compute, inputs, falling=falling)


def _fine(level: Quantity) -> Quantity:
    """A level as fine as the change that it tells: +38% and 138, not 140."""
    return replace(level, digits=level.digits + 1) if level.bound >= BASE else level


def _hundredfold(logarithm: float) -> float:
    return BASE * math.exp(logarithm)


def _percent(logarithm: float) -> float:
    return (math.exp(logarithm) - 1) * 100


def shortest_terms(period: Period) -> dict[PriceKey, Quantity]:
    """What the simple mean averages: of each model and configuration the shortest term.

    An unstated term comes after stated ones; of several prices at that term the
    first in the order of series (spot before forward, unstated basis first).
    """
    best: dict[tuple[str, str], PriceKey] = {}
    for key in sorted(period.prices, key=lambda key: (term_months(key.term) or _NEVER, key.order)):
        best.setdefault((key.model, key.config), key)
    return {key: period.prices[key] for key in best.values()}


def simple_mean(period: Period) -> Quantity:
    """The arithmetic mean of `shortest_terms`: what a reader who ignores the mix would quote."""
    chosen = shortest_terms(period)
    inputs = {f"{key.name}@{period.when.key}": price for key, price in chosen.items()}
    unit = next(iter(inputs.values())).unit
    return bounded(_MEAN, unit, lambda **prices: _mean(list(prices.values())), inputs)


def _mean_change(first: Period, last: Period, name: str, label: Text) -> Figure:
    return Figure(
        name,
        _against(first, last, _MEAN_CHANGE, PERCENT, 100.0),
        _changed(label, first, last),
        as_of=last.when,
        since=first.when,
        signed=True,
    )


def _against(first: Period, now: Period, formula: str, unit: Unit, less: float) -> Quantity:
    """The simple mean of one period over that of the first, × 100, less `less`."""
    new = {f"{key.name}@{now.when.key}": price for key, price in shortest_terms(now).items()}
    old = {f"{key.name}@{first.when.key}": price for key, price in shortest_terms(first).items()}

    def compute(**prices: float) -> float:
        later = _mean([price for name, price in prices.items() if name in new])
        return later / _mean([price for name, price in prices.items() if name in old]) * 100 - less

    return bounded(formula, unit, compute, {**new, **old}, falling=old)


def _mean(prices: list[float]) -> float:
    return math.fsum(prices) / len(prices)


def _pairs(first: Period, last: Period) -> Iterator[Pair]:
    for key in sorted(first.prices.keys() & last.prices.keys(), key=lambda key: key.order):
        figure = Figure(
            f"pair.{key.name}",
            bounded(
                "(new − old) ÷ old × 100",
                PERCENT,
                lambda new, old: (new - old) / old * 100,
                {"new": last.prices[key], "old": first.prices[key]},
                falling=("old",),
            ),
            _changed(key.label, first, last),
            as_of=last.when,
            since=first.when,
            signed=True,
        )
        yield Pair(key, figure)


def _since(
    run: list[Link], periods: tuple[Period, ...], place: int, name: str, label: Text
) -> Figure:
    """The change since the declared baseline, where the base of the index is older."""
    first, last = periods[run[place].place], periods[run[-1].place]
    moved = difference(run[-1].logarithm, run[place].logarithm)
    return Figure(
        f"{name}.since",
        _of(moved, periods, _CHANGE, PERCENT, _percent),
        _changed(label, first, last),
        as_of=last.when,
        since=first.when,
        signed=True,
    )
