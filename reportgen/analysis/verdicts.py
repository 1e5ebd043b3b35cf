"""Stated economics beside computed ones: break-even, margin, payback, rent against hardware.

Source: DOMAIN (c), findings 1 and 2. A single stated number is read as coarsely
as it was said: 30% stands for 25% to 35%, 4 for 3.5 to 4.5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reportgen.analysis import formulas
from reportgen.analysis.changes import Change
from reportgen.analysis.economics import Case, main_cases, purchase_label
from reportgen.analysis.figures import Figure
from reportgen.arithmetic import derive
from reportgen.dates import When
from reportgen.language import Text
from reportgen.quantity import Quantity, Quoted
from reportgen.units import MONTHS, PERCENT, PLAIN, RENT, YEARS
from reportgen.workbook.tables import Row, Table

Verdict = Literal["holds", "fails", "residual", "some", "roughly"]
Topic = Literal["break_even", "margin", "gross_payback", "cash_payback", "covers"]

_SAME_PERIOD_DAYS = 62
_WHOLE = 100.0
_COVERS = "rent_covers_capex_premium"


@dataclass(frozen=True, slots=True)
class Check:
    """One claim beside what comes out.

    `computed` are one or two figures (lowest and highest, or rent and hardware),
    `named` the cases they belong to. Verdict "residual": holds only with the
    residual value `needed`; "some": holds in `count` of `total` cases, `holding`.
    """

    topic: Topic
    row: Row
    claim: Figure | None
    computed: tuple[Figure, ...]
    named: tuple[Text, ...]
    verdict: Verdict
    needed: Figure | None = None
    implied: Figure | None = None
    count: Figure | None = None
    total: Figure | None = None
    holding: tuple[Text, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """The figures that no other part of the analysis has."""
        for figure in (self.needed, self.implied, self.count, self.total):
            if figure is not None:
                yield figure


def check_claims(
    economics: Table, survey: Table, cases: tuple[Case, ...], changes: tuple[Change, ...]
) -> tuple[Check, ...]:
    """Every stated break-even, margin and payback that a case answers, then rent against capex."""
    found: list[Check] = []
    for row in economics:
        match row.text("parameter"):
            case "break_even_rent":
                found += _break_even(row, cases)
            case "margin":
                found += _shares(row, "margin", cases)
            case "payback":
                found += _shares(row, "gross_payback", cases)
                found += _shares(row, "cash_payback", cases)
            case _:
                pass
    for row in survey:
        if row.text("metric") == _COVERS:
            found += _covers(row, changes)
    return tuple(found)


def judged_case(checks: tuple[Check, ...], cases: tuple[Case, ...]) -> Case | None:
    """The case that a stated break-even is compared with."""
    for check in checks:
        if check.topic == "break_even":
            return next(one for one in cases if one.break_even.id == check.computed[0].id)
    return None


def read_as(claim: Quantity) -> tuple[float, float]:
    """The ends of a claim; a single number by half a unit of its last digit on either side."""
    low = claim.bound if claim.low is None else claim.low
    high = claim.bound if claim.high is None else claim.high
    if not claim.is_single or low == 0:
        return low, high
    half = 0.5 * 10.0 ** (math.floor(math.log10(abs(low))) + 1 - claim.digits)
    return low - half, high + half


def _break_even(row: Row, cases: tuple[Case, ...]) -> Iterator[Check]:
    """Against the cheapest case of the model: a claim must hold for it if for any."""
    claim, model = row.quantity, row.text("model")
    fitting = [
        case
        for case in cases
        if (not model or case.pair.rent_key.model == model) and "@" not in case.tail
    ]
    if claim is None or claim.unit != RENT or claim.middle is None or not fitting:
        return
    case = min(fitting, key=lambda one: one.break_even.quantity.bound)
    stated = Figure(f"claim.{row.id}", claim, case.label)
    holds = (case.break_even.quantity.low or 0.0) <= read_as(claim)[1]
    needed = formulas.residual_needed(case.inputs, claim)
    label = Text(f"{case.label.zh}：所需残值", f"{case.label.en}: residual value needed")
    implied = derive(
        "(R − R*) ÷ R × 100", PERCENT, lambda R, B: (R - B) / R * 100,  # noqa: N803
        {"R": case.inputs.rent, "B": claim},
    )  # fmt: skip
    possible = 0 < needed.bound < _WHOLE
    yield Check(
        "break_even",
        row,
        stated,
        (case.break_even,),
        (case.short_label,),
        "holds" if holds else "residual" if possible else "fails",
        needed=Figure(f"residual.needed.{row.id}", needed, label) if possible else None,
        implied=Figure(
            f"margin.implied.{row.id}",
            implied,
            Text(
                f"{case.label.zh}：若以所述为盈亏平衡点的利润率",
                f"{case.label.en}: margin if the stated break-even held",
            ),
        ),
    )


def _shares(row: Row, topic: Topic, cases: tuple[Case, ...]) -> Iterator[Check]:
    """Against every case of the row's model and time: in how many its middle agrees."""
    claim, model = row.quantity, row.text("model")
    if claim is None:
        return
    wanted = PERCENT if topic == "margin" else None
    if (wanted and claim.unit != wanted) or (not wanted and claim.unit not in (MONTHS, YEARS)):
        return
    scale = 12.0 if claim.unit == YEARS else 1.0
    low, high = (end * scale for end in read_as(claim))
    fitting = [
        (case, figure)
        for case in main_cases(cases)
        if (not model or case.pair.rent_key.model == model)
        and _same_time(row.when(), case.pair.rent.when)
        and (figure := _result(case, topic)) is not None
    ]
    if not fitting:
        return
    fitting.sort(key=lambda pair: pair[1].quantity.bound)
    holding = [case for case, figure in fitting if low <= figure.quantity.bound <= high]
    lowest, highest = fitting[0], fitting[-1]
    shown = (lowest,) if len(fitting) == 1 else (lowest, highest)
    name = f"check.{row.id}.{topic.replace('_', '-')}"
    yield Check(
        topic,
        row,
        Figure(f"claim.{row.id}", claim, lowest[0].label),
        tuple(figure for _, figure in shown),
        tuple(case.short_label for case, _ in shown),
        "holds" if len(holding) == len(fitting) else "some" if holding else "fails",
        count=_counted(f"{name}.count", len(holding), Text("成立的情形", "Cases that hold")),
        total=_counted(f"{name}.total", len(fitting), Text("情形数", "Cases")),
        holding=tuple(case.short_label for case in holding),
    )


def _covers(row: Row, changes: tuple[Change, ...]) -> Iterator[Check]:
    """Rent against hardware since their baselines, one check a purchase price."""
    rents = [one for one in changes if one.series.key.market == "rent"]
    for price in changes:
        key = price.series.key
        rent = next((one for one in rents if one.series.key.model == key.model), None)
        if key.market != "purchase" or rent is None:
            continue
        up, dear = rent.figure.quantity, price.figure.quantity
        verdict: Verdict = "holds" if up.bound >= dear.bound else "fails"
        if verdict == "holds" and _low(up) < _high(dear):
            verdict = "roughly"
        yield Check(
            "covers", row, None, (rent.figure, price.figure), (purchase_label(key),), verdict
        )


def _result(case: Case, topic: Topic) -> Figure | None:
    if topic == "margin":
        return case.margin
    return case.pair.payback if topic == "gross_payback" else case.cash_payback


def _same_time(claimed: When | None, rent: When) -> bool:
    return claimed is None or abs((claimed.end - rent.end).days) <= _SAME_PERIOD_DAYS


def _low(value: Quantity) -> float:
    return -math.inf if value.low is None else value.low


def _high(value: Quantity) -> float:
    return math.inf if value.high is None else value.high


def _counted(name: str, value: int, label: Text) -> Figure:
    number = float(value)
    lineage = Quoted(name, (), kind="constant")
    return Figure(name, Quantity(PLAIN, number, number, number, lineage, 15, 0), label)
