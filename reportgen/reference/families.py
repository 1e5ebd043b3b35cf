"""The families of figure names: what is called how, and what it means.

`<…>` stands for one or more parts of a name. A history value has `@<date>` behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Family:
    """Figures whose names follow one pattern."""

    pattern: str
    means: str

    @cached_property
    def _matcher(self) -> re.Pattern[str]:
        parts = re.split(r"(<\w+>)", self.pattern)
        return re.compile(
            "".join(r"[^@]+?" if part.startswith("<") else re.escape(part) for part in parts)
            + r"(@.+)?"
        )

    @property
    def literal(self) -> int:
        """How many letters of the pattern are fixed: of several that match the one with most."""
        return len(re.sub(r"<\w+>", "", self.pattern))

    def has(self, figure_id: str) -> bool:
        """Whether the figure's name follows the pattern."""
        return self._matcher.fullmatch(figure_id) is not None


CHAPTERS: dict[str, tuple[Family, ...]] = {
    "Prices 价格": (
        Family("rent.<price>", "The rent of that thing, at its latest date."),
        Family("price.<price>", "The purchase price of that thing, at its latest date."),
        Family("fx", "The exchange rate of the Note sheet."),
        Family("usd.rent.<price>", "That rent in dollars per card and hour, VAT as stated."),
        Family("usd.rent.<price>.ex6", "The same without the VAT of a compute service."),
        Family("usd.rent.<price>.ex13", "The same without the VAT of leasing a bare server."),
    ),
    "Changes, spreads and indices 变化、价差与指数": (
        Family("change.<price>", "Change of a rent or price since the baseline."),
        Family("compare.<price>",
               "The same where the two rows differ in more than their date; the note says so."),
        Family("premium.<price>", "Spot price over forward of the same configuration."),
        Family("termdiscount.<price>", "Rent of a longer term against the one-year rent."),
        Family("index.<market>", "Index of matched pairs, 100 in its first period."),
        Family("index.<market>.change",
               "Its change since its first period; `.since`: since a later declared baseline."),
        Family("index.<market>.pairs", "How many pairs the last link rests on."),
        Family("pair.<price>", "Change of one pair of the index from the declared baseline."),
        Family("mean.<market>", "Average of unlike things, shown beside the index as a warning."),
        Family("mean.<market>.change",
               "Its change since that period; `.since`: since a later declared baseline."),
        Family("mean.<market>.index", "It rebased to 100."),
    ),
    "Leasing economics 租赁经济性": (
        Family("payback.<lease>", "Gross payback: price ÷ rent."),
        Family("yield.<lease>", "A month's rent in percent of the price."),
        Family("power.<lease>", "Power a month."),
        Family("colocation.<lease>", "Colocation a month."),
        Family("spares.<lease>", "Spares a month."),
        Family("opex.<lease>", "Running costs a month."),
        Family("depreciation.<lease>", "Depreciation a month."),
        Family("interest.<lease>", "Interest a month."),
        Family("breakeven.<lease>", "Rent at which the margin is nil."),
        Family("breakeven.<lease>.financed", "The same with interest."),
        Family("margin.<lease>", "Margin on the rent."),
        Family("cashpayback.<lease>", "Payback after running costs."),
        Family("irr.<lease>", "Internal rate of return over the life of the server."),
        Family("npv.<lease>", "Net present value at the cost of debt."),
        *(
            Family(f"{measure}.<lease>.exvat{rate}", f"{what} without VAT, output at {rate}%.")
            for measure, what in (
                ("breakeven", "Break-even rent"), ("margin", "Margin"),
                ("irr", "Internal rate of return"), ("npv", "Net present value"),
            )
            for rate in (6, 13)
        ),
        Family("grid.rent-capex.<cell>", "Margin by rent and price: case, row and column."),
        Family("grid.utilisation-tariff.<cell>", "Break-even rent by utilisation and tariff."),
        Family("grid.residual-life.<cell>", "Break-even rent by residual value and life."),
        Family("grid.month-cut.<cell>", "Return when the rent is cut after some months."),
    ),
    "Supply and demand 供需": (
        Family("supply.cards", "Cards that a release would bring."),
        Family("supply.servers", "The same in servers."),
        Family("stock.<row>", "Domestic stock that a stated share of it implies."),
        Family("lead.arrival", "Months until released cards arrive."),
        Family("elasticity.implied", "Price elasticity that stated supply and price imply."),
        Family("demand.growth.implied", "Growth of demand that the shift to inference implies."),
        Family("demand.growth.breakeven", "Growth of demand at which rents hold."),
        Family("rent.after.<lease>", "Rent after a release."),
        Family("margin.after.<lease>", "Margin after a release."),
        Family("scenario.<row>.supply", "A scenario's change of supply."),
        Family("scenario.<row>.demand", "Its change of demand."),
        Family("scenario.<row>.elasticity", "Its elasticity."),
        Family("scenario.<row>.lead", "Its lead time."),
        Family("scenario.<row>.rent", "The change of rents that follows."),
        Family("scenario.<row>.rent.<price>", "The rent of that thing that follows."),
    ),
    "Who uses compute 谁在用算力": (
        Family("share.<row>", "A customer group's share."),
        Family("share.sum", "The sum of the shares."),
        Family("share.sum.widest", "The same, other statements included."),
        Family("inference.ratio", "Inference to training."),
        Family("inference.share", "Inference's share of compute."),
        Family("utilisation.ceiling", "Most that can run if one group runs nothing."),
        Family("utilisation.effective", "Occupied less what does not run."),
        Family("token.margin.implied", "A stated mark-up as a margin."),
        Family("token.markup.implied", "A stated margin as a mark-up."),
        Family("token.price.ratio", "Token price against overseas."),
        Family("token.resale.ratio", "The same with the reseller's mark-up."),
        Family("domestic.value", "Domestic chips: performance for the hardware's money."),
        Family("domestic.value.claimed", "The same as claimed."),
        Family("memory.share", "Memory's share of a server's cost, as stated."),
        Family("memory.implied.<price>", "The same if memory had made the whole rise."),
    ),
    "Evidence 证据": (
        Family("claim.<row>", "The value of any row, by its id."),
        Family("internal.claim.<row>", "The same of an internal row; internal edition only."),
        Family("check.<row>.<topic>.count", "In how many cases a stated rule holds."),
        Family("check.<row>.<topic>.total", "Of how many."),
        Family("residual.needed.<row>", "Residual value at which a stated break-even holds."),
        Family("margin.implied.<row>", "Margin if a stated break-even held."),
        Family("count.<what>", "How many prices, claims, sources, contradictions there are."),
    ),
    "Since the last issue, printed by the note itself 与上期相比": (
        Family("since.<figure>", "Change of a figure since the last issue."),
        Family("since.count.<kind>", "How many figures are reversed, revised, new, gone."),
        Family("old.<figure>", "A figure as the last issue had it."),
    ),
}  # fmt: skip
"""Every family, by chapter."""

FAMILIES: tuple[Family, ...] = tuple(one for found in CHAPTERS.values() for one in found)


def family_of(figure_id: str) -> Family | None:
    """The family whose pattern fits best; None when none fits."""
    fitting = [family for family in FAMILIES if family.has(figure_id)]
    return max(fitting, key=lambda family: family.literal, default=None)
