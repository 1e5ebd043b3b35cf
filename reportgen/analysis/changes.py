"""What moved since the baseline, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.figures import Figure
from reportgen.analysis.prices import Observed, PriceKey, PriceSeries
from reportgen.arithmetic import relative_change
from reportgen.dates import When
from reportgen.language import Text


@dataclass(frozen=True, slots=True)
class Change:
    """One price at two dates.

    `matched`: both rows price the very same thing. Otherwise the earlier row left
    tenor and basis unstated, so that part of the move may be the difference in kind.
    `old_name` is the figure of the earlier value.
    """

    series: PriceSeries
    old: Observed
    new: Observed
    figure: Figure
    matched: bool
    old_name: str


def find_changes(
    series: tuple[PriceSeries, ...], rent_baseline: When | None, purchase_baseline: When | None
) -> tuple[Change, ...]:
    """Changes from the declared baseline (else from the first date) to the latest date.

    Matched pairs are named change.<price>; comparisons with an earlier row that
    states neither tenor nor basis are named compare.<price> and marked loose.
    """
    by_key = {one.key: one for one in series}
    found: list[Change] = []
    for one in series:
        baseline = rent_baseline if one.key.market == "rent" else purchase_baseline
        old = _baseline_point(one, baseline)
        if old is not None:
            found.append(_change(one, one, old))
            continue
        plain = PriceKey(one.key.market, one.key.model, one.key.config, one.key.term)
        earlier = by_key.get(plain) if plain != one.key else None
        if earlier is not None and earlier.latest.when.end < one.latest.when.end:
            old = _baseline_point(earlier, baseline, with_latest=True)
            if old is not None:
                found.append(_change(one, earlier, old))
    return tuple(found)


def _baseline_point(
    series: PriceSeries, baseline: When | None, *, with_latest: bool = False
) -> Observed | None:
    point = series.points[0] if baseline is None else series.at_or_before(baseline)
    if point is series.latest and not with_latest:
        return None
    return point


def _change(series: PriceSeries, earlier: PriceSeries, old: Observed) -> Change:
    matched = earlier is series
    new = series.latest
    rent, price = Text("月租变化", "rent change"), Text("价格变化", "price change")
    figure = Figure(
        f"{'change' if matched else 'compare'}.{series.key.name}",
        relative_change(new.quantity, old.quantity),
        series.key.called(rent if series.key.market == "rent" else price),
        as_of=new.when,
        since=old.when,
        signed=True,
        loose=not matched,
    )
    return Change(series, old, new, figure, matched, f"{earlier.key.name}@{old.when.key}")
