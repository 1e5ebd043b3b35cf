"""The fifteen checks on the numbers themselves: what each is called, finds and weighs.

docs/checks.md is this table in prose; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.checks.evidence import RANGE_PERCENT
from reportgen.checks.garbled import MOST_DIGITS
from reportgen.checks.returns import YIELD_LIMITS
from reportgen.checks.slips import SMALLEST_NODE_NM
from reportgen.checks.sums import SERVERS_OFF_PERCENT, SHARES_OFF_POINTS
from reportgen.checks.values import STALE_DAYS
from reportgen.issues import Severity
from reportgen.language import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the fifteen. `codes` are those of its issues, `limit` what it allows.

    `severity` is the worst; an error is one only where the value is printed.
    """

    number: int
    codes: tuple[str, ...]
    name: Text
    limit: str
    severity: Severity


_E, _W, _R = Severity.ERROR, Severity.WARNING, Severity.REMARK

FIFTEEN: tuple[Rule, ...] = (
    Rule(1, ("digits-suspect",), Text("数字疑似听写有误", "Digits probably misheard"),
         f"{MOST_DIGITS} digits before 万", _E),
    Rule(2, ("unit-slip", "unit-outlier"), Text("单位疑似有误", "Unit probably wrong"),
         f"{SMALLEST_NODE_NM:g} nm", _E),
    Rule(3, ("spot-below-forward", "spot-forward-config"),
         Text("现货与期货不可比或倒挂", "Spot and forward unlike or upside down"),
         "spot ≥ forward", _W),
    Rule(4, ("ladder-broken",), Text("价格次序颠倒", "Prices out of order"),
         "each step no cheaper", _W),
    Rule(5, ("yield-unusual",), Text("月租收益率异常", "Unusual monthly yield"),
         f"{YIELD_LIMITS[0]:g}–{YIELD_LIMITS[1]:g}% a month", _W),
    Rule(6, ("payback-unlike-stated",),
         Text("毛回本与所述不符", "Gross payback unlike that stated"), "as stated", _W),
    Rule(7, ("margin-break-even",),
         Text("利润率、盈亏平衡与价格不符", "Margin, break-even and price at odds"),
         "ranges meet", _W),
    Rule(8, ("shares-sum",), Text("份额合计与整体不符", "Shares that miss the whole"),
         f"100 ± {SHARES_OFF_POINTS:g}", _W),
    Rule(9, ("cards-servers",), Text("台数与卡数不符", "Servers unlike cards"),
         f"± {SERVERS_OFF_PERCENT:g}%", _E),
    Rule(10, ("change-unlike-ends",), Text("所述变化与两端不符", "Stated change unlike its ends"),
         "ranges meet", _W),
    Rule(11, ("range-wide",), Text("区间过宽", "Wide range"),
         f"{RANGE_PERCENT:g}% of the middle", _R),
    Rule(12, ("claims-conflict",), Text("说法不一", "Claims that disagree"), "ranges meet", _W),
    Rule(13, ("price-stale", "claim-stale"), Text("数值过期", "Stale value"),
         f"{STALE_DAYS:g} days", _R),
    Rule(14, ("single-source", "interested-party", "interviewer-sourced"),
         Text("来源单一、有利益关系或为访谈人", "Single, interested or interviewer source"),
         "two independent sources", _R),
    Rule(15, ("basis-mismatch", "vat-unstated"), Text("口径不同", "Unlike bases"),
         "one basis", _R),
)  # fmt: skip
"""All of them, by their number in the domain brief."""

_OTHERS = {
    "value-unread": Text("数值无法辨认", "Unreadable value"),
    "duplicate-id": Text("编号重复", "Id used twice"),
    "source-unknown": Text("来源缺失", "Unknown source"),
    "contradicts-unknown": Text("所指矛盾行不存在", "Contradicts a row that is not there"),
    "baseline-missing": Text("未设基准时点", "No baseline"),
    "baseline-unmatched": Text("基准时点无对应价格", "No price at the baseline"),
    "baseline-unreadable": Text("基准时点无法读取", "Unreadable baseline"),
    "view-unplaced": Text("章节名或图表编号有误的文字", "Words of no section or exhibit"),
    "view-one-language": Text("段落缺一种语言", "A paragraph in one language only"),
    "expert-call-unattested": Text("专家访谈缺合规确认", "An expert call without attestations"),
}


def code_name(code: str) -> Text:
    """What an issue code stands for, in words without digits; the code itself if unlisted."""
    for rule in FIFTEEN:
        if code in rule.codes:
            return rule.name
    return _OTHERS.get(code, Text.same(code))
