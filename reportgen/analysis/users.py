"""Who uses compute: shares on two bases, use against occupancy, domestic value, token margins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reportgen.analysis.contradictions import same_customers
from reportgen.analysis.estimates import Estimate, Shares
from reportgen.analysis.evidence import when_of
from reportgen.analysis.figures import Figure
from reportgen.arithmetic import combine, derive, total
from reportgen.language import Text
from reportgen.quantity import Quantity
from reportgen.units import PERCENT, TIMES, Unit
from reportgen.workbook.tables import Row, Table, Workbook

_SHARED_LETTERS = 2  # 政企项目 and 政企及其他 are one group of customers


@dataclass(frozen=True, slots=True)
class Users:
    """What follows from the claims on users; parts are empty where their rows are missing."""

    other_shares: tuple[Estimate, ...] = ()
    widest_sum: Figure | None = None
    utilisation: tuple[Figure, ...] = ()
    domestic: tuple[Figure, ...] = ()
    tokens: tuple[Figure, ...] = ()
    arrival: Figure | None = None

    def figures(self) -> Iterator[Figure]:
        """All of them."""
        yield from (share.figure for share in self.other_shares)
        yield from (figure for figure in (self.widest_sum, self.arrival) if figure is not None)
        for group in (self.utilisation, self.domestic, self.tokens):
            yield from group


def analyse_users(workbook: Workbook, shares: Shares | None) -> Users:
    """Everything on users that can be computed from the rows there are."""
    demand, survey = workbook["Demand"], workbook["Survey"]
    return Users(
        shares_on_other_bases(demand, shares),
        widest_sum(demand, shares),
        utilisation_in_use(demand, survey),
        domestic_value(survey),
        token_margins(survey),
        arrival_time(survey),
    )


def shares_on_other_bases(demand: Table, shares: Shares | None) -> tuple[Estimate, ...]:
    """Shares of the same period by use where the others are by ownership, and the reverse."""
    if shares is None:
        return ()
    found = []
    for row in _shares_of(demand, shares):
        if row.text("basis") not in ("", shares.basis) and row.quantity is not None:
            english = row.text("segment_en") or row.text("segment")
            label = Text(row.text("segment"), english)
            figure = Figure(f"share.{row.id}", row.quantity, label, as_of=shares.period)
            found.append(Estimate(row, row.quantity, figure))
    return tuple(found)


def widest_sum(demand: Table, shares: Shares | None) -> Figure | None:
    """The sum of shares when each may take any closed value stated for the same customers.

    It says how far the parts are from a whole. None where nobody stated a second
    value. Source: DOMAIN (e), check 8: 95 to 105 as owned, up to 110 with F074.
    """
    if shares is None or shares.total is None:
        return None
    rows = [row for row in _shares_of(demand, shares) if _is_closed(row.quantity)]
    parts: dict[str, Quantity] = {}
    widened = False
    for place, part in enumerate(shares.parts, start=1):
        stated = [
            row.quantity
            for row in rows
            if row.id != part.row.id and same_customers(row, part.row) and row.quantity
        ]
        several = (part.quantity, *stated)
        rule = "every closed value stated for the same customers"
        parts[f"s{place}"] = combine(several, part.quantity, rule) if stated else part.quantity
        widened = widened or bool(stated)
    if not widened:
        return None
    label = Text("份额合计，含其他说法", "Sum of shares, other statements included")
    return Figure("share.sum.widest", total(parts), label, as_of=shares.period)


def utilisation_in_use(demand: Table, survey: Table) -> tuple[Figure, ...]:
    """What of the servers can be running, when one group holds servers without running them.

    utilisation.ceiling is 1 − idle share: all others run without a break.
    utilisation.effective is occupied × (1 − idle share): the others run as far as
    compute is said to be occupied. The idle share is the claim's own value, else
    the share of the customers it names. Source: DOMAIN (e), utilisation note:
    70–80%, or 63–76% at 90–95% elsewhere.
    """
    claim = next(iter(_with_metric(survey, "occupied_not_running")), None)
    if claim is None:
        return ()
    idle = _idle_share(claim, demand)
    if idle is None:
        return ()
    when = when_of(claim)
    ceiling = derive(
        "100 − idle share", PERCENT, lambda idle_share: 100 - idle_share, {"idle_share": idle}
    )
    label = Text("闲置方全不运行时的运行上限", "most that can run if that group runs nothing")
    found = [Figure("utilisation.ceiling", ceiling, label, as_of=when)]
    occupied = _occupied(demand, claim)
    if occupied is not None:
        effective = derive(
            "occupied × (1 − idle share)",
            PERCENT,
            lambda occupied, idle_share: occupied * (1 - idle_share / 100),
            {"occupied": occupied, "idle_share": idle},
        )
        label = Text("占用率扣除占而不跑的部分", "occupied less what does not run")
        found.append(Figure("utilisation.effective", effective, label, as_of=when))
    return tuple(found)


def domestic_value(survey: Table) -> tuple[Figure, ...]:
    """Domestic performance per unit of hardware money, in percent of the imported server's.

    performance share ÷ price ratio; a performance known by its ceiling alone is
    taken at the ceiling. At 60% and 1.5 to 2 times the price: 30 to 40%.
    """
    price = next(
        (row.quantity for row in _with_metric(survey, "price_ratio")
         if row.text("topic") == "domestic_gpu" and _is_in(row, TIMES)), None,
    )  # fmt: skip
    if price is None:
        return ()
    found = []
    for metric, name, label in (
        (
            "performance_vs_h100",
            "domestic.value",
            Text(
                "单位硬件投入的性能，按实际上限", "performance per hardware money, actual ceiling"
            ),
        ),
        (
            "performance_vs_h100_claimed",
            "domestic.value.claimed",
            Text("单位硬件投入的性能，按厂商宣称", "performance per hardware money, as claimed"),
        ),
    ):
        row = next((row for row in _with_metric(survey, metric) if _is_in(row, PERCENT)), None)
        if row is not None and row.quantity is not None:
            value = derive(
                "performance ÷ price ratio",
                PERCENT,
                lambda performance, price: performance / price,
                {"performance": _at_ceiling(row.quantity), "price": price},
            )
            found.append(Figure(name, value, label, as_of=when_of(row)))
    return tuple(found)


def token_margins(survey: Table) -> tuple[Figure, ...]:
    """Margins and mark-ups on one footing, and what a marked-up token sells for.

    margin = m ÷ (1 + m) and mark-up = g ÷ (1 − g): a mark-up of 100% is a margin of
    50%. Resale against the overseas price is price ratio × (1 + mark-up).
    """
    markup = _first(survey, "reseller_markup", PERCENT)
    margin = _first(survey, "reseller_margin", PERCENT)
    ratios = [row.quantity for row in _with_metric(survey, "token_price_ratio")
              if _is_in(row, TIMES) and row.quantity]  # fmt: skip
    found: list[Figure] = []
    if markup is not None:
        value = derive("m ÷ (100 + m) × 100", PERCENT, lambda m: m / (100 + m) * 100, {"m": markup})
        label = Text("该加价率折合的利润率", "that mark-up as a margin")
        found.append(Figure("token.margin.implied", value, label))
    if margin is not None and margin.high is not None and margin.high < 100:
        value = derive("g ÷ (100 − g) × 100", PERCENT, lambda g: g / (100 - g) * 100, {"g": margin})
        label = Text("该利润率折合的加价率", "that margin as a mark-up")
        found.append(Figure("token.markup.implied", value, label))
    if ratios:
        rule = "every statement of the price ratio"
        price = combine(tuple(ratios), ratios[-1], rule) if len(ratios) > 1 else ratios[0]
        label = Text("Token 单价，相对海外", "token price against overseas")
        found.append(Figure("token.price.ratio", price, label))
        if markup is not None:
            value = derive(
                "price ratio × (1 + mark-up)",
                TIMES,
                lambda price, markup: price * (1 + markup / 100),
                {"price": price, "markup": markup},
            )
            label = Text("加价转售后的单价，相对海外", "resold with that mark-up, against overseas")
            found.append(Figure("token.resale.ratio", value, label))
    return tuple(found)


def arrival_time(survey: Table) -> Figure | None:
    """How long a release takes to arrive: everything stated, the more confident as point."""
    rows = [row for row in _with_metric(survey, "time_to_arrive") if _is_closed(row.quantity)]
    if not rows or len({row.quantity.unit for row in rows if row.quantity}) > 1:
        return None
    best = max(rows, key=lambda row: ("low", "", "medium", "high").index(row.text("confidence")))
    stated = tuple(row.quantity for row in rows if row.quantity)
    if best.quantity is None:
        return None
    several = combine(stated, best.quantity, "everything stated of the time to arrive")
    value = several if len(stated) > 1 else best.quantity
    label = Text("放行后到货", "arrival after a release")
    return Figure("lead.arrival", value, label, as_of=when_of(best))


def _shares_of(demand: Table, shares: Shares) -> list[Row]:
    rows = (row for row in _with_metric(demand, "share") if _is_in(row, PERCENT))
    return [row for row in rows if row.when("period") == shares.period]


def _with_metric(rows: Iterable[Row], metric: str) -> list[Row]:
    return [row for row in rows if row.text("metric") == metric]


def _first(survey: Table, metric: str, unit: Unit) -> Quantity | None:
    rows = (row for row in _with_metric(survey, metric) if _is_in(row, unit))
    return next((row.quantity for row in rows), None)


def _is_in(row: Row, unit: Unit) -> bool:
    return row.quantity is not None and row.quantity.unit == unit


def _is_closed(quantity: Quantity | None) -> bool:
    return quantity is not None and quantity.low is not None and quantity.high is not None


def _idle_share(claim: Row, demand: Table) -> Quantity | None:
    if _is_in(claim, PERCENT):
        return claim.quantity
    named = claim.text("subject")[:_SHARED_LETTERS]
    for row in _with_metric(demand, "share"):
        owned = row.text("basis") in ("", "owned") and _is_in(row, PERCENT)
        if named and owned and row.text("segment").startswith(named):
            return row.quantity
    return None


def _occupied(demand: Table, claim: Row) -> Quantity | None:
    """The utilisation that the claim contradicts, else the first there is."""
    rows = [row for row in _with_metric(demand, "utilisation") if _is_in(row, PERCENT)]
    rows.sort(key=lambda row: row.id not in claim.text("contradicts"))
    return rows[0].quantity if rows else None


def _at_ceiling(quantity: Quantity) -> Quantity:
    if not quantity.is_ceiling:
        return quantity
    end = quantity.high
    return Quantity(
        quantity.unit, end, end, end, quantity.lineage, quantity.digits, quantity.decimals
    )
