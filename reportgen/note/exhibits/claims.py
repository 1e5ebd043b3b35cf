"""What was said about the economics beside what comes out, with a verdict in words."""

from __future__ import annotations

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.verdicts import Check
from reportgen.language import Text
from reportgen.note.exhibits.base import NOTHING, Desk, Draft, column, words
from reportgen.note.model import Line, Run, TableData, TableRow
from reportgen.note.text import figure_run, join, plain, ref_run, time_run

_TOPICS = {
    "break_even": Text("盈亏平衡月租", "Break-even rent"),
    "margin": Text("利润率", "Margin"),
    "gross_payback": Text("回本期，按毛回本", "Payback, read as gross"),
    "cash_payback": Text("回本期，按现金回本", "Payback, read as cash"),
    "covers": Text("涨租覆盖设备溢价", "Rent covers the hardware premium"),
}
_NAMED = 4  # more cases than these are counted, not named


def claims_check(analysis: Analysis, desk: Desk) -> Draft | None:
    """Table: each claim, the computed range of cases and whether it holds."""
    checks = sorted(analysis.leasing.checks, key=lambda one: list(_TOPICS).index(one.topic))
    if not checks:
        return None
    rows = tuple(
        TableRow((_subject(one, desk), _claim(one, desk), _computed(one, desk), verdict(one, desk)))
        for one in checks
    )
    rests = [figure.quantity for one in checks for figure in one.computed]
    rests += [one.claim.quantity for one in checks if one.claim is not None]
    return Draft(
        "claims-check",
        _title(checks, desk),
        plain(
            desk.say(
                "来源的说法与本文测算；单一数字按其末位的精度放宽",
                "Claims against this note's figures; a single number is read as coarsely as said",
            )
        ),
        TableData(
            (
                column(desk, "说法", "Claim"),
                column(desk, "所述", "Stated", "short"),
                column(desk, "测算", "Computed"),
                column(desk, "判断", "Verdict"),
            ),
            rows,
            compact=True,
        ),
        tuple(rests),
    )


def verdict(check: Check, desk: Desk) -> Line:
    """Holds, fails, or under what condition it holds."""
    match check.verdict:
        case "holds":
            return plain(desk.say("成立", "holds"))
        case "roughly":
            return plain(
                desk.say("按中值成立，区间有重叠", "holds by the middle; the ranges overlap")
            )
        case "residual" if check.needed is not None:
            return _residual(check, desk)
        case "some" if check.count is not None and check.total is not None:
            return _some(check, desk)
        case _:
            return plain(desk.say("不成立", "fails"))


def _residual(check: Check, desk: Desk) -> Line:
    line: list[Run] = []
    if check.needed is not None:
        needed = figure_run(check.needed, desk.lang)
        line += [
            Run(desk.say("残值达 ", "holds only with a residual value of ")),
            needed,
            Run(desk.say(" 才成立", "")),
        ]
    if check.implied is not None:
        line += [
            Run(desk.say("；若成立，现租金利润率应为 ", "; it would put the margin at ")),
            figure_run(check.implied, desk.lang),
        ]
    return tuple(line)


def _some(check: Check, desk: Desk) -> Line:
    if check.count is None or check.total is None:
        return NOTHING
    count = figure_run(check.count, desk.lang, bare=True)
    total = figure_run(check.total, desk.lang, bare=True)
    if desk.lang == "zh":
        line: Line = (total, Run(" 例中 "), count, Run(" 例成立"))
    else:
        line = (Run("holds in "), count, Run(" of "), total, Run(" cases"))
    if 0 < len(check.holding) <= _NAMED:
        names = join([words(name, desk) for name in check.holding], desk.say("、", ", "))
        line = (*line, Run(desk.say("：", ": ")), *names)
    return line


def _subject(check: Check, desk: Desk) -> Line:
    when = check.row.when("date") if check.claim is not None else None
    parts: list[Line] = [words(_TOPICS[check.topic], desk)]
    if when is not None:
        parts.append((time_run(when, desk.lang),))
    opening, closing = ("（", "）") if desk.lang == "zh" else (" (", ")")
    ref = (Run(opening), ref_run(check.row.id), Run(closing))
    return (*join(parts, desk.say("，", ", ")), *ref)


def _claim(check: Check, desk: Desk) -> Line:
    if check.claim is None:
        return NOTHING
    known = desk.figures.get(check.claim.id, check.claim)
    return (figure_run(known, desk.lang),)


def _computed(check: Check, desk: Desk) -> Line:
    if check.topic == "covers":
        rent, price = (figure_run(figure, desk.lang) for figure in check.computed)
        return (
            *words(check.named[0], desk),
            Run(desk.say("：月租 ", ": rent ")),
            rent,
            Run(desk.say("，购置价 ", ", price ")),
            price,
        )
    parts = [
        (*words(name, desk), Run(" "), figure_run(figure, desk.lang))
        for name, figure in zip(check.named, check.computed, strict=True)
    ]
    if len(parts) == 1:
        return parts[0]
    lowest, highest = parts
    return (
        Run(desk.say("最低 ", "lowest ")),
        *lowest,
        Run(desk.say("，最高 ", ", highest ")),
        *highest,
    )


def _title(checks: list[Check], desk: Desk) -> Line:
    """The stated break-even beside the computed one, where there is one."""
    for check in checks:
        if check.topic == "break_even" and check.claim is not None and check.needed is not None:
            claim = desk.figures.get(check.claim.id, check.claim)
            # 4 beside 4.7 万元/台/月 reads well; 40 beside CNY 47k per server-month does not.
            said = figure_run(claim, desk.lang, bare=desk.lang == "zh")
            found = figure_run(check.computed[0], desk.lang)
            return (
                *words(check.named[0], desk),
                Run(desk.say("：所述打平价 ", ": break-even stated at ")),
                said,
                Run(desk.say("，测算 ", ", computed at ")),
                found,
            )
    return plain(desk.say("说法与测算", "Claims beside computed figures"))
