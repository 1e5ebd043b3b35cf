"""The whole analysis: a workbook's publishable tables in, named figures and findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from reportgen.analysis.changes import Change, find_changes
from reportgen.analysis.conversion import UsdRents, find_conversion, usd_rents
from reportgen.analysis.estimates import (
    Estimate,
    Shares,
    claim_figures,
    customer_shares,
    implied_memory,
    implied_stock,
    inference_ratios,
    inference_shares,
    memory_shares,
    released_servers,
)
from reportgen.analysis.figures import Figure, Figures
from reportgen.analysis.index import PriceIndex, price_index
from reportgen.analysis.leasing import Leasing, analyse_leasing
from reportgen.analysis.payback import Payback, paybacks
from reportgen.analysis.prices import PriceSeries, collect_series, figure_of
from reportgen.analysis.review import Review, review_evidence, with_weaknesses
from reportgen.analysis.scenarios import Scenario, scenario_outcomes
from reportgen.analysis.spreads import Premium, TermDiscount, forward_premia, term_discounts
from reportgen.analysis.users import Users, analyse_users
from reportgen.dates import When, parse_when
from reportgen.language import Text
from reportgen.quantity import Quantity, Quoted, constant
from reportgen.units import CARDS, PLAIN
from reportgen.workbook.tables import Row, Table, Workbook

_EVIDENCE = ("Prices", "Survey", "Demand", "Economics")


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything the note may say, by question, and all figures by name."""

    series: tuple[PriceSeries, ...]
    changes: tuple[Change, ...]
    premia: tuple[Premium, ...]
    discounts: tuple[TermDiscount, ...]
    paybacks: tuple[Payback, ...]
    shares: Shares | None
    ratios: tuple[Estimate, ...]
    memory: tuple[Estimate, ...]
    implied: tuple[Figure, ...]
    release: tuple[Estimate, Figure] | None
    stocks: tuple[tuple[Row, Figure], ...]
    scenarios: tuple[Scenario, ...]
    unread: tuple[Row, ...]
    figures: Figures
    rent_index: PriceIndex | None = None
    purchase_index: PriceIndex | None = None
    usd: UsdRents | None = None
    leasing: Leasing = field(default_factory=Leasing)
    review: Review = field(default_factory=lambda: Review({}))
    users: Users = field(default_factory=Users)
    house: Mapping[str, Table] = field(default_factory=dict)

    @property
    def rents(self) -> tuple[PriceSeries, ...]:
        """The rent series."""
        return tuple(one for one in self.series if one.key.market == "rent")

    @property
    def prices(self) -> tuple[PriceSeries, ...]:
        """The purchase series."""
        return tuple(one for one in self.series if one.key.market == "purchase")


def analyse(workbook: Workbook) -> Analysis:
    """Analyse the tables as given; leaving out what may not be printed comes before."""
    review = review_evidence(workbook)
    workbook = with_weaknesses(workbook, review)
    rent_baseline = _baseline(workbook, "rent_baseline")
    purchase_baseline = _baseline(workbook, "purchase_baseline")
    series = collect_series(workbook["Prices"], workbook["Sources"])
    changes = find_changes(series, rent_baseline, purchase_baseline)
    premia = forward_premia(series)
    discounts = term_discounts(series)
    pairs = paybacks(series, rent_baseline, purchase_baseline)
    shares = customer_shares(workbook["Demand"])
    ratios = inference_ratios(workbook["Demand"])
    memory = memory_shares(workbook["Economics"])
    implied = _implied_memory(memory, changes)
    release = released_servers(workbook["Survey"], _cards_per_server(workbook))
    stocks = _stocks(workbook["Survey"], release)
    leasing = analyse_leasing(workbook, pairs, ratios, changes)
    rents = tuple(one for one in series if one.key.market == "rent")
    elasticity = leasing.response.elasticity
    bare = Analysis(
        series, changes, premia, discounts, pairs, shares, ratios, memory, implied, release,
        stocks, scenario_outcomes(workbook["Scenarios"], rents, elasticity),
        tuple(row for row in workbook["Prices"] if row.unread), Figures(),
    )  # fmt: skip
    sources = workbook["Sources"]
    bare = replace(
        bare,
        review=review,
        users=analyse_users(workbook, shares),
        leasing=leasing,
        rent_index=price_index(series, sources, rent_baseline, "rent"),
        purchase_index=price_index(series, sources, purchase_baseline, "purchase"),
        usd=usd_rents(series, find_conversion(workbook, _cards_per_server(workbook))),
    )
    return replace(bare, figures=Figures(_all_figures(workbook, bare)))


def _all_figures(workbook: Workbook, found: Analysis) -> Iterator[Figure]:
    for one in found.series:
        yield figure_of(one, one.latest, dated=False)
        for point in one.points:
            yield figure_of(one, point, dated=True)
    for group in (found.changes, found.premia, found.discounts):
        yield from (item.figure for item in group)
    for part in (found.rent_index, found.purchase_index, found.usd):
        if part is not None:
            yield from part.figures()
    for pair in found.paybacks:
        yield pair.payback
        yield pair.rent_yield
    if found.shares is not None:
        yield from (part.figure for part in found.shares.parts)
        if found.shares.total is not None:
            yield found.shares.total
    yield from (estimate.figure for estimate in (*found.ratios, *found.memory))
    yield from (*inference_shares(found.ratios), *found.implied)
    if found.release is not None:
        yield found.release[0].figure
        yield found.release[1]
    yield from (figure for _, figure in found.stocks)
    for scenario in found.scenarios:
        yield from scenario.figures()
    yield from found.leasing.figures()
    yield from claim_figures(workbook[key] for key in _EVIDENCE)
    yield from _counts(workbook)
    yield from found.review.figures()
    yield from found.users.figures()


def _counts(workbook: Workbook) -> Iterator[Figure]:
    tables = [workbook[key] for key in _EVIDENCE]
    counted = {
        "count.prices": (len(workbook["Prices"]), Text("价格观察值", "Price observations")),
        "count.claims": (
            sum(len(table) for table in tables),
            Text("证据条数", "Pieces of evidence"),
        ),
        "count.sources": (len(_sources_used(tables)), Text("来源数", "Sources")),
    }
    for name, (value, label) in counted.items():
        lineage = Quoted(name, (), kind="constant")
        yield Figure(name, Quantity(PLAIN, value, value, value, lineage, 15, 0), label)


def _sources_used(tables: list[Table]) -> set[str]:
    return {row.text("source") for table in tables for row in table if row.text("source")}


def _baseline(workbook: Workbook, key: str) -> When | None:
    value = workbook.setting(key)
    if isinstance(value, When):
        return value
    return parse_when(value) if isinstance(value, str) else None


def _cards_per_server(workbook: Workbook) -> Quantity:
    row = workbook.note.get("cards_per_server")
    value = row.number_of("value") if row else None
    if row is None or value is None:
        return constant("cards_per_server", 8, CARDS)
    cell = row.cell("value")
    lineage = Quoted("cards_per_server", (cell,) if cell else (), f"{value:g}", kind="assumption")
    return Quantity(CARDS, value, value, value, lineage, 15, 0)


def _implied_memory(
    memory: tuple[Estimate, ...], changes: tuple[Change, ...]
) -> tuple[Figure, ...]:
    """For each purchase price that rose since the first stated share."""
    found = []
    for change in changes:
        key = change.series.key
        risen = change.new.quantity.bound > change.old.quantity.bound
        if key.market != "purchase" or not risen or change.matched or not memory:
            continue
        label = Text(
            f"{key.label.zh}：涨幅全归内存时的占比",
            f"{key.label.en}: memory share if it made the whole rise",
        )
        name = ".".join((key.model, *key.parts))
        figure = implied_memory(memory, change.old.quantity, change.new.quantity, name, label)
        if figure is not None:
            found.append(figure)
    return tuple(found)


def _stocks(
    survey: Table, release: tuple[Estimate, Figure] | None
) -> tuple[tuple[Row, Figure], ...]:
    """The installed stock that each stated share of stock implies."""
    if release is None:
        return ()
    found = []
    for row in survey:
        if row.text("metric") != "share_of_domestic_stock" or row.quantity is None:
            continue
        stock = implied_stock(release[1].quantity, row.quantity)
        label = Text("隐含的国内高端存量", "Implied domestic high-end stock")
        found.append((row, Figure(f"stock.{row.id}", stock, label, as_of=release[1].as_of)))
    return tuple(found)
