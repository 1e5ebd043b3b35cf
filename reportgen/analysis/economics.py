"""Leasing economics by case: every rent against a purchase price, with costs from Economics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reportgen.analysis import formulas
from reportgen.analysis.figures import Figure
from reportgen.analysis.names import config_label, model_label, term_label, term_months
from reportgen.analysis.parameters import Inputs, Parameters
from reportgen.analysis.payback import Payback
from reportgen.analysis.prices import PriceKey
from reportgen.language import Text
from reportgen.quantity import Quantity
from reportgen.workbook.tables import Table


@dataclass(frozen=True, slots=True)
class NetOfVat:
    """The results of a case without VAT at one rate of output VAT (percent)."""

    rate: Quantity
    break_even: Figure
    margin: Figure | None
    irr: Figure | None
    npv: Figure | None

    def figures(self) -> Iterator[Figure]:
        """The figures there are."""
        yield from _present(self.break_even, self.margin, self.irr, self.npv)


@dataclass(frozen=True, slots=True)
class Case:
    """One purchase let at one rent. Rents and costs in 万元 a month, with VAT.

    `financed` is the break-even with interest. A result that does not exist (a
    rent below running costs never pays back) or has no end is None.
    """

    pair: Payback
    tail: str
    inputs: Inputs
    power: Figure
    colocation: Figure
    spares: Figure
    opex: Figure
    depreciation: Figure
    interest: Figure | None
    break_even: Figure
    financed: Figure | None
    margin: Figure | None
    cash_payback: Figure | None
    irr: Figure | None
    npv: Figure | None
    net: tuple[NetOfVat, ...]

    def figures(self) -> Iterator[Figure]:
        """The figures there are."""
        yield from _present(
            self.power, self.colocation, self.spares, self.opex, self.depreciation,
            self.interest, self.break_even, self.financed, self.margin, self.cash_payback,
            self.irr, self.npv,
        )  # fmt: skip
        for one in self.net:
            yield from one.figures()

    @property
    def label(self) -> Text:
        """H200 现货，一年期 / H200 spot, 1-year."""
        return case_label(self.pair)

    @property
    def short_label(self) -> Text:
        """H200 现货 / H200 spot: the purchase without the lease."""
        return purchase_label(self.pair.price_key)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A pair without economics and the parameters that it lacks."""

    pair: Payback
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Economics:
    """All cases, and what was left out and why. Both empty without running-cost parameters."""

    cases: tuple[Case, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """Every figure of every case."""
        for case in self.cases:
            yield from case.figures()


def leasing_economics(economics: Table, pairs: tuple[Payback, ...]) -> Economics:
    """The economics of every pair whose parameters are known."""
    parameters = Parameters(economics)
    if not parameters:
        return Economics()
    cases, left_out = [], []
    for pair in pairs:
        words = (pair.payback.id.removeprefix("payback."), *_case_words(pair))
        model = pair.rent_key.model
        inputs = parameters.inputs(pair.price.quantity, pair.rent.quantity, model, words)
        if inputs is None:
            left_out.append(LeftOut(pair, parameters.missing(model, words)))
        else:
            cases.append(_case(pair, inputs, parameters.output_vat))
    return Economics(tuple(cases), tuple(left_out))


def main_cases(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """One case a purchase and date of rent: of several lease terms the shortest."""
    shortest: dict[object, Case] = {}
    for case in cases:
        key = (case.pair.price_key, case.pair.rent_key.config, case.pair.rent.when.key)
        held = shortest.get(key)
        if held is None or _term(case) < _term(held):
            shortest[key] = case
    return tuple(shortest.values())


def case_label(pair: Payback) -> Text:
    """The purchase and the lease: H200 现货，一年期 / H200 spot, 1-year."""
    purchase, term = purchase_label(pair.price_key), pair.rent_key.term
    if not term:
        return purchase
    lease = term_label(term)
    return Text(f"{purchase.zh}，{lease.zh}", f"{purchase.en}, {lease.en}")


def purchase_label(key: PriceKey) -> Text:
    """The model and how it was bought: B300 4TB 期货, H100 原始购置."""
    model = model_label(key.model)
    parts = [config_label(key.config)] if key.config else []
    parts += [_KINDS.get(part, Text.same(part)) for part in (key.tenor, key.basis) if part]
    parts = parts or [Text("原始购置", "original purchase")]
    return Text(
        " ".join((model.zh, *(part.zh for part in parts))),
        " ".join((model.en, *(part.en for part in parts))),
    )


_KINDS = {
    "spot": Text("现货", "spot"),
    "forward": Text("期货", "forward"),
    "cost": Text("落地成本", "landed cost"),
    "bid": Text("买价", "bid"),
    "ask": Text("卖价", "ask"),
    "list": Text("报价", "list"),
    "transacted": Text("成交价", "transacted"),
}


def _case_words(pair: Payback) -> tuple[str, ...]:
    """The words by which a row's case may mean this pair: spot, 现货, 4t, cost."""
    key = pair.price_key
    kinds = [_KINDS[part] for part in (key.tenor, key.basis) if part in _KINDS]
    return (*key.parts, *(word for kind in kinds for word in (kind.zh, kind.en)))


def _term(case: Case) -> int:
    return term_months(case.pair.rent_key.term)


def _case(pair: Payback, inputs: Inputs, rates: tuple[Quantity, ...]) -> Case:
    tail = pair.payback.id.removeprefix("payback.")
    what = case_label(pair)

    def figure(name: str, value: Quantity, zh: str, en: str, variant: str = "") -> Figure:
        head, at, date = tail.partition("@")
        return Figure(
            f"{name}.{head}{variant}{at}{date}",
            value,
            Text(f"{what.zh}：{zh}", f"{what.en}: {en}"),
            as_of=pair.rent.when,
            since=pair.payback.since,
        )

    def perhaps(
        name: str, compute: Callable[[], Quantity | None], zh: str, en: str, variant: str = ""
    ) -> Figure | None:
        value = _computed(compute)
        return None if value is None else figure(name, value, zh, en, variant)

    net = tuple(
        NetOfVat(
            rate,
            figure("breakeven", formulas.break_even_net(inputs, rate),
                   "盈亏平衡月租（进项税抵扣）", "break-even rent with input VAT deducted", tag),
            perhaps("margin", lambda rate=rate: formulas.margin_net(inputs, rate),  # type: ignore[misc]
                    "不含税利润率", "margin excluding VAT", tag),
            perhaps("irr", lambda rate=rate: formulas.irr_net(inputs, rate),  # type: ignore[misc]
                    "不含税内部收益率", "IRR excluding VAT", tag),
            perhaps("npv", lambda rate=rate: formulas.npv_net(inputs, rate),  # type: ignore[misc]
                    "不含税净现值", "NPV excluding VAT", tag),
        )
        for rate, tag in ((rate, _vat_tag(rate)) for rate in rates)
    )  # fmt: skip
    return Case(
        pair,
        tail,
        inputs,
        figure("power", formulas.power(inputs), "月电费", "power a month"),
        figure("colocation", formulas.colocation(inputs), "月托管费", "colocation a month"),
        figure("spares", formulas.spares(inputs), "月备件费", "spares a month"),
        figure("opex", formulas.opex(inputs), "月运营费", "running costs a month"),
        figure("depreciation", formulas.depreciation(inputs), "月折旧", "depreciation a month"),
        perhaps("interest", lambda: formulas.interest(inputs), "月均利息", "interest a month"),
        figure("breakeven", formulas.break_even(inputs), "盈亏平衡月租", "break-even rent"),
        perhaps(
            "breakeven",
            lambda: (
                None if inputs.debt_cost is None else formulas.break_even(inputs, financed=True)
            ),
            "含利息的盈亏平衡月租",
            "break-even rent with interest",
            ".financed",
        ),
        perhaps("margin", lambda: formulas.margin(inputs), "利润率", "margin"),
        perhaps("cashpayback", lambda: formulas.cash_payback(inputs), "现金回本期", "cash payback"),
        perhaps("irr", lambda: formulas.irr(inputs), "内部收益率", "IRR"),
        perhaps("npv", lambda: formulas.npv(inputs), "净现值", "NPV"),
        net,
    )


def _computed(compute: Callable[[], Quantity | None]) -> Quantity | None:
    """The value, or None where it does not exist or has no closed end."""
    try:
        value = compute()
    except (ValueError, ArithmeticError):
        return None
    if value is None or (value.low is None and value.high is None):
        return None
    return value


def _vat_tag(rate: Quantity) -> str:
    return f".exvat{rate.bound:g}".replace(".", "-").replace("-exvat", ".exvat", 1)


def _present(*figures: Figure | None) -> Iterator[Figure]:
    yield from (figure for figure in figures if figure is not None)
