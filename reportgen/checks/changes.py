"""Check 10: changes that a source states, against the prices it quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reportgen.arithmetic import difference, relative_change
from reportgen.checks.making import Place, ends, open_places, span, value_column, with_value
from reportgen.checks.pairing import Priced, chosen, identity, newest, priced
from reportgen.checks.references import contradicted
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import PERCENT, PRICE, RENT
from reportgen.wording import quantity_text
from reportgen.workbook.tables import Workbook

STATED_WORDS = ("change", "profit", "premium", "spread", "rise")
"""A metric with one of these words states a difference between two prices."""
MEMORY_METRIC, PASS_THROUGH_METRIC = "memory_share", "rent_covers_capex_premium"

_ROUND_OFF = 1e-9
_CURE = Text(
    "请核对两端数值；报告以报价为准，并注明差异。",
    "Check the quotes at both ends; the note goes by the quotes and says that they differ.",
)

Ends = tuple[float, float]


def unlike_changes(workbook: Workbook) -> tuple[Issue, ...]:
    """Stated changes, profits, memory shares and pass-through that the quotes do not bear out.

    A stated difference is held against the two prices that its `contradicts` names;
    memory's share against the step between memory sizes; "rents cover the dearer
    hardware" against the change of both. Only results that do not meet are issues.
    """
    prices = [*priced(workbook, PRICE), *priced(workbook, RENT)]
    by_id = {row.id: row for row in prices}
    claims = list(open_places(workbook, "Survey", "Economics"))
    return (
        *(issue for place in claims for issue in _difference(place, by_id)),
        *_memory_share(claims, [row for row in prices if row.quantity.unit == PRICE]),
        *(issue for place in claims for issue in _pass_through(place, prices, by_id)),
    )


def _difference(place: Place, by_id: dict[str, Priced]) -> Iterator[Issue]:
    row, stated = place.row, place.row.quantity
    if stated is None or not any(word in row.text("metric") for word in STATED_WORDS):
        return
    named = [by_id[other] for other in contradicted(row) if other in by_id]
    if len(named) != 2 or named[0].quantity.unit != named[1].quantity.unit:
        return
    if stated.unit not in (named[0].quantity.unit, PERCENT):
        return
    # From the earlier to the later; on one date from the cheaper to the dearer.
    old, new = sorted(named, key=lambda one: (one.when.order, one.middle))
    compare = relative_change if stated.unit == PERCENT else difference
    found = compare(new.quantity, old.quantity)
    if _agree(ends(stated), ends(found)):
        return
    said, first, last = with_value(place), with_value(old.place), with_value(new.place)
    yield place.issue(
        value_column(row), "change-unlike-ends", Severity.WARNING,
        says=Text(
            f"由 {first.zh}到 {last.zh}相差 {quantity_text(found, 'zh')}，不是 {said.zh}。",
            f"From {first.en} to {last.en} is {quantity_text(found, 'en')}, not {said.en}.",
        ),
        cure=_CURE,
    )  # fmt: skip


def _agree(stated: Ends, found: Ends) -> bool:
    """Whether they overlap. Two ranges that share an end alone, as 50–60 and 60–70, do not."""
    if stated[0] < stated[1] and found[0] < found[1]:
        return stated[0] < found[1] - _ROUND_OFF and stated[1] > found[0] + _ROUND_OFF
    return stated[0] <= found[1] + _ROUND_OFF and stated[1] >= found[0] - _ROUND_OFF


def _memory_share(claims: Iterable[Place], prices: list[Priced]) -> Iterator[Issue]:
    """Memory's stated share against what a terabyte more costs, times the size of the largest."""
    stated = [
        place for place in claims
        if place.row.text("parameter") == MEMORY_METRIC
        and place.row.quantity is not None and place.row.when() is not None
    ]  # fmt: skip
    if not stated:
        return
    claim = max(stated, key=_order)
    families: dict[tuple[str, ...], list[tuple[float, Priced]]] = {}
    current = chosen(newest(prices, identity), identity)
    for row in current:
        size = row.part("config").removesuffix("b").removesuffix("t")
        if row.part("config") != size and size.replace(".", "", 1).isdigit():
            key = (row.when.key, *row.parts("model", "tenor", "basis", "vat"))
            families.setdefault(key, []).append((float(size), row))
    for family in families.values():
        family.sort(key=lambda one: one[0])
        (small, least), (large, most) = family[0], family[-1]
        if large == small or claim.row.quantity is None:
            continue
        share = _share_of_memory(least, most, large, large - small)
        low, high = ends(claim.row.quantity)
        if share[1] >= low and share[0] <= high:
            continue
        said, one, other = with_value(claim), with_value(least.place), with_value(most.place)
        yield claim.issue(
            value_column(claim.row), "change-unlike-ends", Severity.WARNING,
            says=Text(
                f"由 {one.zh}到 {other.zh}的差价推算，内存占 {span(*share, 0)}%，"
                f"不是 {said.zh}。",
                f"The step from {one.en} to {other.en} puts memory at {span(*share, 0)}%, "
                f"not {said.en}.",
            ),
            cure=_CURE,
        )  # fmt: skip


def _share_of_memory(small: Priced, large: Priced, size: float, more: float) -> Ends:
    (small_low, small_high), (low, high) = ends(small.quantity), ends(large.quantity)
    cheap, dear = (low - small_high) / more * size, (high - small_low) / more * size
    return cheap / high * 100, dear / low * 100


def _pass_through(place: Place, prices: list[Priced], by_id: dict[str, Priced]) -> Iterator[Issue]:
    """The claim that rents cover dearer hardware, against the rise of both since before."""
    if place.row.text("metric") != PASS_THROUGH_METRIC:
        return
    for other in contradicted(place.row):
        price = by_id.get(other)
        if price is None or price.quantity.unit != PRICE:
            continue
        rent = _rise([
            row for row in prices
            if row.quantity.unit == RENT and row.part("model") == price.part("model")
        ])  # fmt: skip
        earlier = [
            row for row in prices
            if row.quantity.unit == PRICE and row.when.order < price.when.order
            and row.part("model") == price.part("model") and row.part("tenor") != "forward"
        ]  # fmt: skip
        capex = _rise([*_last_day(earlier), price])
        if rent is None or capex is None or rent[1] >= capex[0]:
            continue
        said, what = Text.same(place.row.id), with_value(price.place)
        yield place.issue(
            "contradicts", "change-unlike-ends", Severity.WARNING,
            says=Text(
                f"{said.zh} 称涨租能覆盖设备溢价；租金涨 {span(*rent, 0)}%，"
                f"而 {what.zh}涨 {span(*capex, 0)}%。",
                f"{said.en} says that rents cover the dearer hardware; rents rose "
                f"{span(*rent, 0)}% and {what.en} by {span(*capex, 0)}%.",
            ),
            cure=Text(
                "请注明该说法适用的入场价；报告会印出两者及各自的起点。",
                "Say at which entry price it holds; the note prints both, with their baselines.",
            ),
        )  # fmt: skip


def _rise(rows: list[Priced]) -> Ends | None:
    """From the first to the last of the rows in percent; of one term, the shortest."""
    rows = _one_series(rows)
    if len(rows) < 2:
        return None
    old, new = rows[0], rows[-1]
    (old_low, old_high), (new_low, new_high) = ends(old.quantity), ends(new.quantity)
    return (new_low / old_high - 1) * 100, (new_high / old_low - 1) * 100


def _one_series(rows: list[Priced]) -> list[Priced]:
    """One row a date, oldest first, all of the term that most dates have."""
    by_term: dict[str, list[Priced]] = {}
    for row in chosen(rows, lambda one: (one.part("term"), one.when.key)):
        by_term.setdefault(row.part("term"), []).append(row)
    best = max(by_term.values(), key=len, default=[])
    return sorted(best, key=lambda one: one.when.order)


def _last_day(rows: list[Priced]) -> list[Priced]:
    return chosen(newest(rows, lambda _: ""), lambda _: "")


def _order(place: Place) -> tuple[object, ...]:
    when = place.row.when()
    return when.order if when else ()
