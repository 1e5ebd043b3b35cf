"""Leasing economics as quantities: the arithmetic of cashflow.py over inputs that know their rows.

The VAT-inclusive basis takes every cost with its VAT. The ex-VAT basis takes
input VAT off each cost first and output VAT off the rent; mixing the two taxes
twice. Source of all formulas: DOMAIN (c).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from reportgen.analysis import cashflow as cf
from reportgen.analysis.parameters import Inputs
from reportgen.arithmetic import derive
from reportgen.quantity import Quantity, constant
from reportgen.units import MONTHS, PER_MONTH, PERCENT, PRICE, RENT

# Rates of input VAT by what is bought, from the VAT Law in force since 2026: DOMAIN (b), VAT.
_GOODS_VAT = constant("input VAT on goods and power", 13, PERCENT)
_SERVICE_VAT = constant("input VAT on services", 6, PERCENT)


def once(compute: Callable[[Inputs], Quantity]) -> Callable[[Inputs], Quantity]:
    """A cost that many results of one case rest on: computed for the first of them."""
    name = compute.__name__

    @wraps(compute)
    def remembered(case: Inputs) -> Quantity:
        if name not in case.known:
            case.known[name] = compute(case)
        return case.known[name]

    return remembered


@once
def power(case: Inputs) -> Quantity:
    """Power in 万元 a month. DOMAIN (c), formula 1."""
    return derive(
        "kW × load × PUE × 730 × tariff ÷ 10⁴",
        RENT,
        cf.power_cost,
        {
            "peak_power": case.peak_power,
            "load": case.load,
            "pue": case.pue,
            "tariff": case.tariff,
        },
    )


@once
def colocation(case: Inputs) -> Quantity:
    """Colocation in 万元 a month, without power. DOMAIN (c), formula 1."""
    inputs = {"peak_power": case.peak_power, "colocation": case.colocation}
    return derive("kW × fee ÷ 10⁴", RENT, cf.colocation_cost, inputs)


@once
def spares(case: Inputs) -> Quantity:
    """Spares in 万元 a month. DOMAIN (c), formula 1."""
    inputs = {"capex": case.capex, "spares": case.spares}
    return derive("s × C ÷ 12", RENT, cf.spares_cost, inputs)


@once
def opex(case: Inputs) -> Quantity:
    """Power, colocation, staff and spares in 万元 a month, with VAT. DOMAIN (c), formula 1."""
    inputs = {"P": power(case), "L": colocation(case), "S": case.staff, "E": spares(case)}
    return derive(
        "power + colocation + staff + spares", RENT, lambda P, L, S, E: P + L + S + E, inputs
    )  # fmt: skip


@once
def opex_net(case: Inputs) -> Quantity:
    """The same without input VAT: 13% on power and spares, 6% on colocation, none on staff.

    DOMAIN (c), formula 2, ex-VAT basis.
    """
    inputs = {
        "P": power(case), "L": colocation(case), "S": case.staff, "E": spares(case),
        "g": _GOODS_VAT, "s": _SERVICE_VAT,
    }  # fmt: skip
    return derive(
        "(power + spares) ÷ (1 + 13%) + colocation ÷ (1 + 6%) + staff",
        RENT,
        lambda P, L, S, E, g, s: cf.net_of(P + E, g) + cf.net_of(L, s) + S,
        inputs,
    )


@once
def depreciation(case: Inputs) -> Quantity:
    """Straight-line depreciation in 万元 a month. DOMAIN (c), formula 2."""
    inputs = _asset(case) | {"life": case.life}
    return derive("C (1 + n) (1 − RV) ÷ N", RENT, cf.straight_line, inputs)


def interest(case: Inputs) -> Quantity | None:
    """Interest in 万元 a month on the average loan; None without a debt cost. DOMAIN (c), 1."""
    if case.debt_cost is None:
        return None
    inputs = {"capex": case.capex, "network": case.network, "debt_cost": case.debt_cost}
    return derive("C (1 + n) ÷ 2 × d ÷ 12", RENT, cf.average_interest, inputs)


def break_even(case: Inputs, *, financed: bool = False) -> Quantity:
    """The rent with VAT that covers depreciation and opex, and interest when `financed`.

    R* = (Dep + Opex + Interest) ÷ u, every cost with VAT. DOMAIN (c), formula 2.
    """
    inputs = {"D": depreciation(case), "O": opex(case), "u": case.utilisation}
    loan = interest(case) if financed else None
    if loan is None:
        return derive(
            "(depreciation + opex) ÷ u", RENT, lambda D, O, u: cf.break_even(D + O, u), inputs
        )  # fmt: skip
    return derive(
        "(depreciation + opex + interest) ÷ u",
        RENT,
        lambda D, O, u, I: cf.break_even(D + O + I, u),
        inputs | {"I": loan},
    )


def break_even_net(case: Inputs, output_vat: Quantity) -> Quantity:
    """The same rent when input VAT is deducted: costs net of VAT × (1 + v) ÷ u. DOMAIN (c), 2."""
    inputs = {
        "D": depreciation(case), "O": opex_net(case), "u": case.utilisation,
        "v": output_vat, "g": _GOODS_VAT,
    }  # fmt: skip
    return derive(
        "(depreciation ÷ (1 + 13%) + opex net of VAT) × (1 + v) ÷ u",
        RENT,
        lambda D, O, u, v, g: cf.break_even_gross(cf.net_of(D, g) + O, u, v),
        inputs,
    )


def margin(case: Inputs) -> Quantity:
    """(R u − depreciation − opex) ÷ R u in percent, no interest. DOMAIN (c), results."""
    inputs = {
        "R": case.rent, "u": case.utilisation, "D": depreciation(case), "O": opex(case),
    }  # fmt: skip
    return derive(
        "(R u − depreciation − opex) ÷ (R u) × 100",
        PERCENT,
        lambda R, u, D, O: cf.margin(R * u / 100, D + O),
        inputs,
    )


def margin_net(case: Inputs, output_vat: Quantity) -> Quantity:
    """The margin without VAT on either side. DOMAIN (c), formula 2, ex-VAT basis."""
    inputs = {
        "R": case.rent, "u": case.utilisation, "D": depreciation(case), "O": opex_net(case),
        "v": output_vat, "g": _GOODS_VAT,
    }  # fmt: skip
    return derive(
        "1 − (depreciation ÷ (1 + 13%) + opex net of VAT) ÷ (R u ÷ (1 + v))",
        PERCENT,
        lambda R, u, D, O, v, g: cf.margin(cf.net_of(R * u / 100, v), cf.net_of(D, g) + O),
        inputs,
    )


def cash_payback(case: Inputs) -> Quantity:
    """C (1 + n) ÷ (R u − opex) in months. ValueError when it never does. DOMAIN (c), formula 3."""
    inputs = {
        "C": case.capex, "n": case.network, "R": case.rent, "u": case.utilisation,
        "O": opex(case),
    }  # fmt: skip
    return derive(
        "C (1 + n) ÷ (R u − opex)",
        MONTHS,
        lambda C, n, R, u, O: cf.cash_payback(cf.outlay(C, n), R * u / 100, O),
        inputs,
    )


def rent_yield(case: Inputs) -> Quantity:
    """R ÷ C in percent a month. DOMAIN (c), formula 3."""
    return derive(
        "R ÷ C × 100", PER_MONTH, lambda R, C: R / C * 100, {"R": case.rent, "C": case.capex}
    )


def irr(case: Inputs) -> Quantity:
    """Effective annual IRR in percent, before tax, VAT ignored on either side. DOMAIN (c), 3."""
    return derive(
        "0 = −C + Σ (R u − opex) ÷ (1+i)^t + RV",
        PERCENT,
        lambda C, n, RV, N, R, u, O: cf.annual_irr(
            cf.outlay(C, n), cf.level(R * u / 100 - O, N), cf.outlay(C, n) * RV / 100
        ),
        _flows(case) | {"O": opex(case)},
    )


def irr_net(case: Inputs, output_vat: Quantity) -> Quantity:
    """Effective annual IRR without VAT, input VAT on the server credited at once.

    Flattering, since the credit is used up only over years. DOMAIN (c), results.
    """
    return derive(
        "0 = −C ÷ (1 + 13%) + Σ (R u ÷ (1 + v) − opex net of VAT) ÷ (1+i)^t + RV",
        PERCENT,
        lambda C, n, RV, N, R, u, O, v, g: cf.annual_irr(
            cf.net_of(cf.outlay(C, n), g),
            cf.level(cf.net_of(R * u / 100, v) - O, N),
            cf.net_of(cf.outlay(C, n), g) * RV / 100,
        ),
        _flows(case) | {"O": opex_net(case), "v": output_vat, "g": _GOODS_VAT},
    )


def irr_after_cut(
    case: Inputs, month: Quantity, cut: Quantity, output_vat: Quantity | None
) -> Quantity:
    """The IRR when rent is lower by `cut` percent after `month` months. DOMAIN (c), grids.

    Without VAT when there is a rate of output VAT, else with it ignored.
    """
    inputs = _flows(case) | {"m": month, "x": cut}
    if output_vat is None:
        return derive(
            "as the IRR, with R (1 − x) after month m",
            PERCENT,
            lambda C, n, RV, N, R, u, m, x, O: cf.annual_irr(
                cf.outlay(C, n),
                cf.stepped(R * u / 100 - O, R * (1 - x / 100) * u / 100 - O, m, N),
                cf.outlay(C, n) * RV / 100,
            ),
            inputs | {"O": opex(case)},
        )
    return derive(
        "as the IRR without VAT, with R (1 − x) after month m",
        PERCENT,
        lambda C, n, RV, N, R, u, m, x, O, v, g: cf.annual_irr(
            cf.net_of(cf.outlay(C, n), g),
            cf.stepped(
                cf.net_of(R * u / 100, v) - O,
                cf.net_of(R * (1 - x / 100) * u / 100, v) - O,
                m,
                N,
            ),
            cf.net_of(cf.outlay(C, n), g) * RV / 100,
        ),
        inputs | {"O": opex_net(case), "v": output_vat, "g": _GOODS_VAT},
    )


def npv(case: Inputs) -> Quantity | None:
    """NPV in 万元 at the debt cost, VAT ignored on either side; None without a debt cost."""
    if case.debt_cost is None:
        return None
    return derive(
        "−C + Σ (R u − opex) ÷ (1+d)^t + RV",
        PRICE,
        lambda C, n, RV, N, R, u, O, d: cf.present_value(
            cf.outlay(C, n), cf.level(R * u / 100 - O, N), cf.outlay(C, n) * RV / 100, d
        ),
        _flows(case) | {"O": opex(case), "d": case.debt_cost},
    )


def npv_net(case: Inputs, output_vat: Quantity) -> Quantity | None:
    """NPV in 万元 without VAT at the debt cost, input VAT on the server credited at once."""
    if case.debt_cost is None:
        return None
    return derive(
        "−C ÷ (1 + 13%) + Σ (R u ÷ (1 + v) − opex net of VAT) ÷ (1+d)^t + RV",
        PRICE,
        lambda C, n, RV, N, R, u, O, v, g, d: cf.present_value(
            cf.net_of(cf.outlay(C, n), g),
            cf.level(cf.net_of(R * u / 100, v) - O, N),
            cf.net_of(cf.outlay(C, n), g) * RV / 100,
            d,
        ),
        _flows(case) | {"O": opex_net(case), "v": output_vat, "g": _GOODS_VAT, "d": case.debt_cost},
    )


def residual_needed(case: Inputs, rent: Quantity) -> Quantity:
    """The residual value in percent that brings the break-even down to `rent`.

    RV = 1 − (rent × u − opex) × N ÷ (C (1 + n)). DOMAIN (c), finding 1.
    """
    return derive(
        "1 − (R* u − opex) × N ÷ (C (1 + n))",
        PERCENT,
        lambda R, u, O, N, C, n: (1 - (R * u / 100 - O) * N / cf.outlay(C, n)) * 100,
        {
            "R": rent, "u": case.utilisation, "O": opex(case), "N": case.life,
            "C": case.capex, "n": case.network,
        },
    )  # fmt: skip


def _asset(case: Inputs) -> dict[str, Quantity]:
    return {"capex": case.capex, "network": case.network, "residual": case.residual}


def _flows(case: Inputs) -> dict[str, Quantity]:
    return {
        "C": case.capex, "n": case.network, "RV": case.residual, "N": case.life,
        "R": case.rent, "u": case.utilisation,
    }  # fmt: skip
