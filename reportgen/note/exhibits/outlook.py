"""Charts of the outlook: rents by scenario against break-even, and who loses first."""

from __future__ import annotations

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.economics import Case, main_cases
from reportgen.analysis.prices import PriceKey
from reportgen.analysis.scenarios import Scenario
from reportgen.note.exhibits.base import Desk, Draft, describe, mark, words
from reportgen.note.model import Bars, Levels, Line, Mark, Run
from reportgen.note.text import figure_run, plain
from reportgen.units import PERCENT, RENT
from reportgen.wording import RANGE, number_text, unit_header

_MODELS = 5
_CASES = 10


def scenario_rents(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: each model's rent now, in the lowest and the highest scenario, and its break-even."""
    outcomes = [one for one in analysis.scenarios if one.rent_change is not None and one.rents]
    if not outcomes:
        return None
    worst, best = (pick(outcomes, key=_change) for pick in (min, max))
    bars = _break_evens(analysis)
    keys = [base.key for base, _ in worst.rents if not bars or base.key.model in bars][:_MODELS]
    if not keys:
        return None
    names = tuple(key.label[desk.lang] for key in keys)
    series: list[tuple[str, tuple[Mark | None, ...]]] = [
        (
            desk.say("现租金", "Rent now"),
            tuple(
                mark(desk.figures[key.name], desk) if key.name in desk.figures else None
                for key in keys
            ),
        )
    ]
    for scenario in dict.fromkeys((worst.id, best.id)):
        one = worst if scenario == worst.id else best
        series.append((one.name[desk.lang], _resulting(one, keys, desk)))
    if bars:
        series.append(
            (
                desk.say("盈亏平衡（各购置价）", "Break-even, by purchase"),
                tuple(_spread(bars.get(key.model, ()), desk) for key in keys),
            )
        )
    title = _scenario_title(worst, best, desk)
    unit = unit_header(RENT, desk.lang)
    rests = [figure.quantity for one in (worst, best) for _, figure in one.rents]
    rests += [case.break_even.quantity for cases in bars.values() for case in cases]
    return Draft(
        "scenario-rents",
        title,
        plain(
            desk.say(
                "最低与最高情景下的月租，空心为盈亏平衡",
                "Rents in the lowest and the highest scenario; hollow: break-even",
            )
        ),
        Levels(names, tuple(series), unit),
        tuple(rests),
        half_width=True,
        alt=describe(
            desk,
            title,
            (
                (f"{name}, {label}", found.text)
                for label, marks in series
                for name, found in zip(names, marks, strict=True)
                if found is not None
            ),
            unit,
        ),
    )


def who_loses(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: the margin of each current case after the rent change that the source expects."""
    response = analysis.leasing.response
    exposed = response.exposed[:_CASES]
    if not exposed or response.rent_change is None:
        return None
    names = tuple(one.case.short_label[desk.lang] for one in exposed)
    marks = tuple(mark(one.margin, desk) for one in exposed)
    first = exposed[0]
    size = figure_run(desk.figures[response.rent_change.id], desk.lang)
    low, high = first.margin.quantity.low, first.margin.quantity.high
    if high is not None and high < 0:
        finding = desk.say("最先亏损的是 ", "the first to lose is ")
    elif low is not None and low < 0:
        finding = desk.say("最先触及盈亏平衡的是 ", "the first at break-even is ")
    else:
        finding = desk.say("利润最薄的是 ", "the thinnest margin is ")
    title: Line = (
        Run(desk.say("租金变动 ", "With rents at ")),
        size,
        Run(desk.say("，", ", ")),
        Run(finding),
        *words(first.case.short_label, desk),
    )
    unit = unit_header(PERCENT, desk.lang)
    return Draft(
        "who-loses",
        title,
        plain(
            desk.say(
                "放行后的利润率，%；现租金下的利润率即可承受的跌幅",
                "Margin after a release, %; today's margin is the fall a case can bear",
            )
        ),
        Bars(names, marks, ""),
        tuple(one.margin.quantity for one in exposed),
        half_width=True,
        alt=describe(desk, title, ((n, m.text) for n, m in zip(names, marks, strict=True)), unit),
    )


def _change(scenario: Scenario) -> float:
    return scenario.rent_change.quantity.bound if scenario.rent_change else 0.0


def _break_evens(analysis: Analysis) -> dict[str, tuple[Case, ...]]:
    """Today's cases by model, the lowest break-even first."""
    found: dict[str, list[Case]] = {}
    for case in main_cases(analysis.leasing.economics.cases):
        if "@" not in case.tail:
            found.setdefault(case.pair.rent_key.model, []).append(case)
    return {
        model: tuple(sorted(cases, key=lambda one: one.break_even.quantity.bound))
        for model, cases in found.items()
    }


def _resulting(scenario: Scenario, keys: list[PriceKey], desk: Desk) -> tuple[Mark | None, ...]:
    by_key = {base.key: figure for base, figure in scenario.rents}
    return tuple(mark(by_key[key], desk) if key in by_key else None for key in keys)


def _spread(cases: tuple[Case, ...], desk: Desk) -> Mark | None:
    """One hollow mark from the cheapest purchase's break-even to the dearest's."""
    if not cases:
        return None
    cheap, dear = (mark(one.break_even, desk, hollow=True) for one in (cases[0], cases[-1]))
    low = number_text(cases[0].break_even.quantity, desk.lang, form="point")
    high = number_text(cases[-1].break_even.quantity, desk.lang, form="point")
    text = low if low == high else f"{low}{RANGE}{high}"
    return Mark(cheap.low, None, dear.high, text, dear.figure, hollow=True)


def _scenario_title(worst: Scenario, best: Scenario, desk: Desk) -> Line:
    if worst.rent_change is None or best.rent_change is None or worst is best:
        return plain(desk.say("情景下的租金", "Rents by scenario"))
    return (
        Run(desk.say("情景租金：", "Rents by scenario: ")),
        figure_run(worst.rent_change, desk.lang, form="point"),
        Run(desk.say(" 至 ", " to ")),
        figure_run(best.rent_change, desk.lang, form="point"),
    )
