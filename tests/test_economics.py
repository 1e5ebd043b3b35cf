"""Leasing economics against every worked number of DOMAIN (c), by hand and by brute force."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from reportgen.analysis import cashflow as cf
from reportgen.analysis import formulas
from reportgen.analysis.analyse import Analysis, analyse
from reportgen.analysis.economics import Case, leasing_economics
from reportgen.analysis.parameters import Inputs, Parameters
from reportgen.analysis.verdicts import Check, read_as
from reportgen.quantity import Quantity, Quoted
from reportgen.units import PERCENT, PRICE, RENT
from reportgen.workbook.tables import Table
from tests.books import book
from tests.test_analysis import DEMAND, NOTE, PRICES, SOURCES

PARAMETERS = """
id | case | model | parameter | low | point | high | unit | date | kind | source | confidence
F113 | | | payback | 3 | | 5 | 年 | 2026-05 | quoted | EC1 | medium
F114 | | | life | | 5 | | 年 | 2026-05 | quoted | EC1 | high
F119 | | | margin | 10 | | 20 | % | before 2026-02-17 | quoted | EC1 | medium
F120 | | | margin | | 30 | | % | 2026-05 | quoted | EC1 | medium
F125 | | h100 | break_even_rent | | 4 | | 万元/台/月 | 2026-05 | quoted | EC1 | medium
A001 | | h100 | peak_power | | 10.2 | | kW | 2026-06-01 | assumption | OWN | high
A002 | | h200 | peak_power | | 10.2 | | kW | 2026-06-01 | assumption | OWN | high
A003 | | b300 | peak_power | | 14.3 | | kW | 2026-06-01 | assumption | OWN | medium
A004 | | | load | 60 | 70 | 80 | % | 2026-06-01 | assumption | OWN | medium
A005 | | | pue | 1.2 | 1.3 | 1.35 | 倍 | 2026-06-01 | assumption | OWN | medium
A006 | | | tariff | 0.40 | 0.60 | 0.80 | 元/kWh | 2026-06-01 | assumption | OWN | medium
A007 | | | colocation | 300 | 450 | 600 | 元/kW/月 | 2026-06-01 | assumption | OWN | low
A008 | | | staff | 0.08 | 0.10 | 0.15 | 万元/台/月 | 2026-06-01 | assumption | OWN | medium
A009 | | | spares | 1 | 1.5 | 3 | % | 2026-06-01 | assumption | OWN | medium
A012 | | | residual | 0 | 0 | 20 | % | 2026-06-01 | assumption | OWN | medium
A013 | | | utilisation | 90 | 100 | 100 | % | 2026-06-01 | assumption | OWN | medium
A014 | | | debt_cost | 3.5 | 4.5 | 6 | % | 2026-06-01 | assumption | OWN | medium
A015 | 裸机租赁 | | vat | | 13 | | % | 2026-06-01 | assumption | OWN | low
A016 | 算力服务 | | vat | | 6 | | % | 2026-06-01 | assumption | OWN | low
"""
SURVEY = """
id | topic | metric | low | point | high | unit | as_of | source | confidence
F047 | price_change | rent_change_scenario | -15 | | -10 | % | 2026-05 | EC1 | medium
F046 | lead_time | time_to_arrive | 3 | | 4 | 月 | 2026-05 | EC1 | medium
F055 | supply | share_of_domestic_stock | 20 | | 30 | % | 2026-05 | EC1 | medium
F056 | supply | share_of_domestic_stock | 30 | | 40 | % | 2026-05 | EC1 | medium
F124 | economics | rent_covers_capex_premium | | | | | 2026-05 | EC1 | medium
"""
MORE = (
    PRICES + "F025 | 2026-05 | purchase | b300 | | | spot | | | 680 | | 万元/台 | EC1 | medium |\n"
)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(
        book(Note=NOTE, Sources=SOURCES, Prices=MORE, Demand=DEMAND, Economics=PARAMETERS,
             Survey=SURVEY)
    )  # fmt: skip


def case(analysis: Analysis, tail: str) -> Case:
    return next(one for one in analysis.leasing.economics.cases if one.tail == tail)


def point(analysis: Analysis, name: str) -> float:
    middle = analysis.figures[name].quantity.middle
    assert middle is not None
    return middle


def at(value: float, unit: object) -> Quantity:
    lineage = Quoted("test", (), f"{value:g}")
    return Quantity(unit, value, value, value, lineage, 4, 2)  # type: ignore[arg-type]


def inputs(analysis: Analysis, tail: str, capex: float, rent: float) -> Inputs:
    return replace(case(analysis, tail).inputs, capex=at(capex, PRICE), rent=at(rent, RENT))


# ---- DOMAIN (c), the table of results ------------------------------------------------------

RESULTS = [
    # case, capex, rent, gross payback, opex, break-even, margin %, IRR % at 6% VAT, yield %
    ("h100.1y", 210, 6.75, 31.1, 1.23, 4.73, 30, 26, 3.21),
    ("h100.1y", 210, 6.0, 35.0, 1.23, 4.73, 21, 17, 2.86),
    ("h100.1y", 210, 5.2, 40.4, 1.23, 4.73, 9, 8, 2.48),  # back-solved: for the formula alone
    ("h200.1y", 350, 8.0, 43.75, 1.40, 7.24, 9.5, 8, 2.29),
    ("h200.1y", 275, 8.0, 34.4, 1.31, 5.89, 26, 21, 2.91),
    ("h200.1y", 225, 6.1, 36.9, 1.25, 5.00, 18, 15, 2.71),
    ("b300.5y.spot", 680, 16, 42.5, 2.16, 13.5, 16, 12, 2.35),
    ("b300.5y.spot", 680, 19, 35.8, 2.16, 13.5, 29, 22, 2.79),
    ("b300.5y.spot", 520, 17.5, 29.7, 1.96, 10.6, 39, 34, 3.37),
    ("b300.5y.spot", 455, 12, 37.9, 1.88, 9.47, 21, 16, 2.64),
]


@pytest.mark.parametrize("row", RESULTS, ids=lambda row: f"{row[0]}-{row[1]}@{row[2]}")
def test_the_table_of_results(
    analysis: Analysis, row: tuple[str, float, float, float, float, float, float, float, float]
) -> None:
    tail, capex, rent, gross, opex, even, margin, irr, rent_yield = row
    one = inputs(analysis, tail, capex, rent)
    six = Parameters(book(Economics=PARAMETERS)["Economics"]).output_vat[0]
    assert capex / rent == pytest.approx(gross, abs=0.05)
    assert formulas.opex(one).bound == pytest.approx(opex, abs=0.005)
    assert formulas.break_even(one).bound == pytest.approx(even, abs=0.05 if even > 9.5 else 0.005)
    assert formulas.margin(one).bound == pytest.approx(margin, abs=0.5)
    assert formulas.irr_net(one, six).bound == pytest.approx(irr, abs=0.5)
    assert formulas.rent_yield(one).bound == pytest.approx(rent_yield, abs=0.0051)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("opex.h100.1y", 1.228), ("breakeven.h100.1y", 4.728), ("margin.h100.1y", 29.95),
        ("cashpayback.h100.1y", 38.03), ("irr.h100.1y.exvat6", 25.63),
        ("irr.h100.1y.exvat13", 21.06),  # DOMAIN: about 21% at 13% output VAT
        ("margin.h100.5y", 21.2), ("irr.h100.5y.exvat6", 17.41),
        ("breakeven.h200.1y.spot", 7.236), ("margin.h200.1y.spot", 9.55),
        ("irr.h200.1y.spot.exvat6", 8.2), ("cashpayback.h200.1y.spot", 53.06),
        ("breakeven.h200.1y.cost", 5.893), ("margin.h200.1y.cost", 26.34),
        ("breakeven.h200.1y@before-2026-02-17", 4.997),
        ("margin.h200.1y@before-2026-02-17", 18.09),
        ("irr.h200.1y.exvat6@before-2026-02-17", 14.71),
        ("breakeven.b300.5y.spot", 13.497), ("breakeven.b300.5y.4t.forward", 10.63),
        ("margin.b300.5y.4t.forward", 39.26),
        ("breakeven.b300.5y.4t.forward@before-2026-02-17", 9.466),
        ("power.h100.1y", 0.4066),  # 10.2 × 0.7 × 1.3 × 730 × 0.6 ÷ 10⁴
        ("colocation.h100.1y", 0.459), ("spares.h100.1y", 0.2625),
        ("depreciation.h100.1y", 3.5), ("interest.h100.1y", 0.394),
        ("breakeven.h100.1y.financed", 5.122), ("breakeven.h200.1y.spot.financed", 7.893),
    ],
)  # fmt: skip
def test_figures_of_the_workbook(analysis: Analysis, name: str, expected: float) -> None:
    assert point(analysis, name) == pytest.approx(expected, abs=0.006)


def test_quoted_ranges_are_carried(analysis: Analysis) -> None:
    margin = analysis.figures["margin.b300.5y.spot"].quantity
    assert (margin.low, margin.high) == pytest.approx((15.65, 28.96), abs=0.01)  # 16 and 19
    assert analysis.figures["breakeven.b300.5y.spot"].quantity.is_single


# ---- DOMAIN (c), finding 1 ----------------------------------------------------------------


def test_break_even_excluding_vat_is_not_the_gross_one_taxed_again(analysis: Analysis) -> None:
    assert point(analysis, "breakeven.h100.1y.exvat6") == pytest.approx(4.48, abs=0.005)
    assert point(analysis, "breakeven.h100.1y.exvat13") == pytest.approx(4.77, abs=0.005)
    wrong = point(analysis, "breakeven.h100.1y") * 1.06
    assert wrong == pytest.approx(5.01, abs=0.005)
    assert not [
        name
        for name, figure in analysis.figures.items()
        if ".h100.1y" in name and figure.quantity.bound == pytest.approx(wrong, abs=0.005)
    ]


def test_four_needs_residual_value_or_cheap_operation(analysis: Analysis) -> None:
    needed = point(analysis, "residual.needed.F125")
    assert needed == pytest.approx(20.8, abs=0.05)  # DOMAIN: about 21%
    one = replace(case(analysis, "h100.1y").inputs, residual=at(needed, PERCENT))
    assert formulas.break_even(one).bound == pytest.approx(4.0)
    assert cf.straight_line(210, 0, 0, 60) + 0.5 == pytest.approx(4.0)  # or opex of 0.5
    assert point(analysis, "margin.implied.F125") == pytest.approx(40.74, abs=0.01)


@pytest.mark.parametrize(
    ("residual", "utilisation", "low", "high"),
    [
        ((0, 0), (100, 100), 4.3, 5.4),  # DOMAIN: 4.3 to 5.4 without residual
        ((0, 20), (100, 100), 3.6, 5.4),  # DOMAIN: 3.6 to 5.4 with 0 to 20%
        ((0, 0), (90, 100), 4.3, 6.0),  # DOMAIN's ranges leave utilisation at 100%
    ],
)
def test_the_ranges_of_the_parameters(
    residual: tuple[float, float], utilisation: tuple[float, float], low: float, high: float
) -> None:
    def rent(load: float, pue: float, tariff: float, colo: float, staff: float, spares: float,
             rv: float, u: float) -> float:  # fmt: skip
        costs = cf.power_cost(10.2, load, pue, tariff) + cf.colocation_cost(10.2, colo)
        costs += staff + cf.spares_cost(210, spares) + cf.straight_line(210, 0, rv, 60)
        return cf.break_even(costs, u)

    cheap = rent(60, 1.2, 0.4, 300, 0.08, 1, residual[1], utilisation[1])
    dear = rent(80, 1.35, 0.8, 600, 0.15, 3, residual[0], utilisation[0])
    assert (round(cheap, 1), round(dear, 1)) == (low, high)


def test_input_vat_of_a_server_exceeds_the_output_vat_of_its_life() -> None:
    """DOMAIN (b): 40.3 against 27.2, so 13 stays as a credit."""
    paid = 350 - cf.net_of(350, 13)
    due = (8 - cf.net_of(8, 6)) * 60
    assert (round(paid, 1), round(due, 1), round(paid - due)) == (40.3, 27.2, 13)


# ---- cash flows ---------------------------------------------------------------------------


def test_irr_and_npv_by_hand() -> None:
    assert cf.annual_irr(100, [110.0], 0) == pytest.approx((1.1**12 - 1) * 100)
    assert cf.annual_irr(100, [0.0] * 12, 110) == pytest.approx(10)
    assert cf.present_value(100, [0.0] * 12, 110, 10) == pytest.approx(0)
    flows = cf.level(2.0, 60)
    rate = cf.annual_irr(100, flows, 5)
    assert cf.present_value(100, flows, 5, rate) == pytest.approx(0, abs=1e-6)


def test_flows_of_one_sign_have_no_irr() -> None:
    with pytest.raises(ValueError, match="one sign"):
        cf.annual_irr(100, [-1.0] * 12, 0)


def test_a_rent_below_running_costs_never_pays_back(analysis: Analysis) -> None:
    rows = MORE + "X | 2026-05 | rent | h100 | | 6m | | | | 1.1 | | 万元/台/月 | EC1 | high |\n"
    found = analyse(book(Note=NOTE, Sources=SOURCES, Prices=rows, Economics=PARAMETERS))
    poor = case(found, "h100.6m")
    assert poor.cash_payback is None
    assert poor.irr is None
    assert poor.break_even.quantity.bound == pytest.approx(4.728, abs=0.001)


def test_a_cut_rent_by_hand() -> None:
    assert cf.stepped(2.0, 1.0, 3, 5) == [2.0, 2.0, 2.0, 1.0, 1.0]
    assert cf.stepped(2.0, 1.0, 9, 5) == [2.0] * 5


# ---- brute force --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tail",
    ["h100.1y", "h200.1y.cost", "h200.1y@before-2026-02-17", "b300.5y.4t.forward",
     "b300.5y.4t.forward@before-2026-02-17"],
)  # fmt: skip
def test_ranges_hold_every_sample_and_are_reached(analysis: Analysis, tail: str) -> None:
    whole = case(analysis, tail)
    random_ = random.Random(7)
    spans = [
        (quantity.low or 0.0, quantity.high or 0.0)
        for quantity in (whole.inputs.capex, whole.inputs.rent)
    ]
    draws = [tuple(random_.uniform(*span) for span in spans) for _ in range(150)]
    draws += [(capex, rent) for capex in spans[0] for rent in spans[1]]
    results: dict[str, list[float]] = {}
    for capex, rent in draws:
        one = replace(whole.inputs, capex=at(capex, PRICE), rent=at(rent, RENT))
        six = whole.net[0].rate
        for name, value in (
            ("opex", formulas.opex(one)), ("break_even", formulas.break_even(one)),
            ("margin", formulas.margin(one)), ("cash_payback", formulas.cash_payback(one)),
            ("irr", formulas.irr(one)), ("npv", formulas.npv(one)),
            ("irr_net", formulas.irr_net(one, six)),
            ("even_net", formulas.break_even_net(one, six)),
            ("margin_net", formulas.margin_net(one, six)),
        ):  # fmt: skip
            assert value is not None
            results.setdefault(name, []).append(value.bound)
    net = whole.net[0]
    stated = {
        "opex": whole.opex, "break_even": whole.break_even, "margin": whole.margin,
        "cash_payback": whole.cash_payback, "irr": whole.irr, "npv": whole.npv,
        "irr_net": net.irr, "even_net": net.break_even, "margin_net": net.margin,
    }  # fmt: skip
    for name, found in results.items():
        figure = stated[name]
        assert figure is not None
        assert figure.quantity.low == pytest.approx(min(found)), name
        assert figure.quantity.high == pytest.approx(max(found)), name


# ---- parameters ---------------------------------------------------------------------------


def economics(text: str) -> Table:
    return book(Economics=text)["Economics"]


def test_the_closest_row_holds_and_a_quoted_one_before_an_assumption() -> None:
    found = Parameters(economics("""
        id | case | model | parameter | point | unit | date | kind | confidence
        A | | | life | 4 | 年 | 2026-06-01 | assumption | high
        B | | | life | 60 | 月 | 2026-05 | quoted | low
        C | | h100 | life | 3 | 年 | 2026-05 | assumption | low
        D | 现货 | | life | 2 | 年 | 2026-05 | assumption | low
        E | | | tariff | 5 | % | 2026-05 | assumption | high
    """))  # fmt: skip

    def life(model: str, *cases: str) -> float | None:
        value = found.find("life", model, cases)
        return value.bound if value else None

    assert life("h200") == 60  # the quoted one
    assert life("h100") == 3
    assert life("h100", "spot", "现货") == 2
    assert found.find("tariff", "h100", ()) is None  # not a tariff
    assert found.find("residual", "h100", ()).bound == 0  # type: ignore[union-attr]


def test_a_missing_parameter_leaves_the_case_out_with_its_reason(analysis: Analysis) -> None:
    fewer = "\n".join(line for line in PARAMETERS.splitlines() if not line.startswith("A003"))
    found = leasing_economics(economics(fewer), analysis.paybacks)
    assert {one.missing for one in found.left_out} == {("peak_power",)}
    assert {one.pair.rent_key.model for one in found.left_out} == {"b300"}
    assert {one.pair.rent_key.model for one in found.cases} == {"h100", "h200"}


def test_without_running_costs_there_is_nothing_and_no_reason() -> None:
    for rows in (
        "",
        "id | parameter | point | unit | date | kind\nF | life | 5 | 年 | 2026 | quoted",
    ):
        found = analyse(book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Economics=rows)).leasing
        assert (found.economics.cases, found.economics.left_out) == ((), ())
        assert found.grids == ()


# ---- claims beside computed values --------------------------------------------------------


def verdicts(analysis: Analysis) -> dict[tuple[str, str, str], Check]:
    return {(one.row.id, one.topic, one.named[0].en): one for one in analysis.leasing.checks}


def test_claims_are_judged(analysis: Analysis) -> None:
    told = [
        (one.row.id, one.topic, one.verdict, tuple(name.en for name in one.holding))
        for one in analysis.leasing.checks
    ]
    spots = ("B300 spot", "B300 4TB spot", "H200 spot")
    assert told == [
        ("F113", "gross_payback", "some", spots),
        ("F113", "cash_payback", "some",
         ("H100 original purchase", "H200 landed cost", *spots)),
        ("F119", "margin", "some", ("H200 original purchase",)),
        ("F120", "margin", "some", ("H200 landed cost", "H100 original purchase")),
        ("F125", "break_even", "residual", ()),
        ("F124", "covers", "fails", ()),  # H200 spot: 27–33% against 52–59%
        ("F124", "covers", "roughly", ()),  # H200 cost: 27–33% against 17–27%
        ("F124", "covers", "holds", ()),  # B300 forward: 33–58% against 13–16%
    ]  # fmt: skip


def test_a_single_claim_is_read_as_coarsely_as_it_was_said() -> None:
    def claim(text: str) -> tuple[float, float]:
        heads = "id | parameter | low | point | high | unit | date | kind"
        row = next(iter(economics(f"{heads}\nX | margin | {text} | % | 2026 | quoted")))
        assert row.quantity is not None
        return read_as(row.quantity)

    assert claim(" | 30 | ") == (25, 35)
    assert claim(" | 32 | ") == (31.5, 32.5)
    assert claim("10 | | 20") == (10, 20)


def test_a_low_enough_computed_break_even_bears_the_claim_out() -> None:
    rows = PARAMETERS.replace("break_even_rent | | 4 |", "break_even_rent | | 5 |")
    found = analyse(book(Note=NOTE, Sources=SOURCES, Prices=MORE, Economics=rows))
    (check,) = [one for one in found.leasing.checks if one.topic == "break_even"]
    assert check.verdict == "holds"


def test_an_open_rent_leaves_the_upper_end_open(analysis: Analysis) -> None:
    """F035 reads "6 or a little more" here: the margin is at least a fifth."""
    for name in ("margin.h100.5y", "irr.h100.5y", "irr.h100.5y.exvat6", "npv.h100.5y"):
        quantity = analysis.figures[name].quantity
        assert quantity.low == pytest.approx(quantity.middle)
        assert quantity.high is None
    assert analysis.figures["cashpayback.h100.5y"].quantity.low is None
