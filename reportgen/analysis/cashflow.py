"""The arithmetic of leasing a server, in plain numbers: costs, break-even, payback, IRR and NPV.

Money is in 万元 per server, with VAT unless said otherwise; rates are in percent;
durations are in months. All formulas: DOMAIN (c), Leasing economics.
"""

from __future__ import annotations

import math

import pyxirr

from reportgen.units import HOURS_PER_MONTH

_YUAN = 1e4  # 元 in a 万元
_YEAR = 12


def power_cost(peak_power: float, load: float, pue: float, tariff: float) -> float:
    """Power a month: kW × load × PUE × 730 × tariff ÷ 10⁴. DOMAIN (c), formula 1."""
    return peak_power * load / 100 * pue * HOURS_PER_MONTH * tariff / _YUAN


def colocation_cost(peak_power: float, colocation: float) -> float:
    """Space and cooling a month without power: kW × fee ÷ 10⁴. DOMAIN (c), formula 1."""
    return peak_power * colocation / _YUAN


def spares_cost(capex: float, spares: float) -> float:
    """Spares a month: % of the purchase price a year ÷ 12. DOMAIN (c), formula 1."""
    return capex * spares / 100 / _YEAR


def outlay(capex: float, network: float) -> float:
    """The server with its share of network and storage: C × (1 + n). DOMAIN (c), parameters."""
    return capex * (1 + network / 100)


def straight_line(capex: float, network: float, residual: float, life: float) -> float:
    """Depreciation a month: C (1 − RV) ÷ N. DOMAIN (c), formula 2."""
    return outlay(capex, network) * (1 - residual / 100) / life


def average_interest(capex: float, network: float, debt_cost: float) -> float:
    """Interest a month on half the outlay, the average of a loan repaid evenly over the life.

    DOMAIN (c), finding 1: 4.5% adds about 0.39 to H100.
    """
    return outlay(capex, network) / 2 * debt_cost / 100 / _YEAR


def break_even(costs: float, utilisation: float) -> float:
    """The rent that covers `costs` a month: costs ÷ u. DOMAIN (c), formula 2."""
    return costs / (utilisation / 100)


def break_even_gross(costs_net: float, utilisation: float, output_vat: float) -> float:
    """The rent with VAT that covers costs from which input VAT was taken off.

    Costs × (1 + v) ÷ u. DOMAIN (c), formula 2, ex-VAT basis.
    """
    return costs_net * (1 + output_vat / 100) / (utilisation / 100)


def net_of(amount: float, vat: float) -> float:
    """An amount with VAT as one without."""
    return amount / (1 + vat / 100)


def margin(revenue: float, costs: float) -> float:
    """What is left of revenue after costs, in percent. DOMAIN (c), results."""
    return (1 - costs / revenue) * 100


def cash_payback(whole: float, revenue: float, opex: float) -> float:
    """Months until rent less opex has paid for the outlay: C ÷ (R − opex). DOMAIN (c), formula 3.

    Raises ValueError when rent does not cover opex.
    """
    if revenue <= opex:
        raise ValueError("rent does not cover running costs: it never pays back")
    return whole / (revenue - opex)


def annual_irr(whole: float, flows: list[float], rest: float) -> float:
    """The effective annual IRR in percent of an outlay, monthly flows and a rest at the end.

    0 = −C + Σ CF ÷ (1+i)^t + RV ÷ (1+i)^N, (1+i)¹² − 1. DOMAIN (c), formula 3.
    A rent without an upper end has an IRR without one. Raises ValueError when there is none.
    """
    if math.isinf(flows[0]):
        return math.inf
    try:
        found = pyxirr.irr([-whole, *flows[:-1], flows[-1] + rest])
    except pyxirr.InvalidPaymentsError as problem:
        raise ValueError("no IRR: the flows have one sign") from problem
    if found is None:
        raise ValueError("no IRR")
    return float((1 + found) ** _YEAR - 1) * 100


def present_value(whole: float, flows: list[float], rest: float, rate: float) -> float:
    """NPV at an effective annual rate in percent, flows at the end of each month."""
    monthly = (1 + rate / 100) ** (1 / _YEAR) - 1
    return float(pyxirr.npv(monthly, [-whole, *flows[:-1], flows[-1] + rest]) or 0.0)


def level(flow: float, life: float) -> list[float]:
    """The same flow every month of the life, rounded to whole months; at least one."""
    return [flow] * max(1, round(life))


def stepped(before: float, after: float, step: float, life: float) -> list[float]:
    """One flow up to the month `step`, another from then on."""
    months = max(1, round(life))
    first = min(months, max(0, round(step)))
    return [before] * first + [after] * (months - first)
