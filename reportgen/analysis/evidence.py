"""How far each publishable claim may be trusted, with the reasons, and what holds for all of them.

A grade is ordinal: `weak` as soon as one reason speaks against a claim, `strong`
when one speaks for it and none holds it back, else `usable`. There is no score,
because the reasons do not add up on one scale.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from reportgen.dates import When, parse_when
from reportgen.language import Text
from reportgen.quantity import Quantity
from reportgen.workbook.tables import Row, Workbook

Grade = Literal["strong", "usable", "weak"]
GRADES: tuple[Grade, ...] = ("strong", "usable", "weak")
GRADE_LABELS: Mapping[Grade, Text] = {
    "strong": Text("较强", "strong"),
    "usable": Text("可用", "usable"),
    "weak": Text("较弱", "weak"),
}
Effect = Literal["for", "holds back", "against"]
Direction = Literal["up", "flat", "down", ""]

EVIDENCE = ("Prices", "Survey", "Demand", "Economics")
STALE_DAYS = 30.0

_DIRECTIONS: tuple[tuple[Direction, re.Pattern[str]], ...] = (
    ("up", re.compile(r"(?i)涨|越高|越来越紧|上升|\b(?:rise[sn]?|rising|higher|tighten|bullish)")),
    ("down", re.compile(r"(?i)降|跌|回落|走低|\b(?:falls?|falling|fell|lower|declin)")),
    ("flat", re.compile(r"(?i)企稳|持平|波动不大|\b(?:flat|steady|steadied|unchanged)\b")),
)  # fmt: skip
_DENIED = re.compile(r"(?i)(?:不会|不再|并未|没有)[^，。；,;]*|\b(?:not|no longer)\b[^,.;]*")
_GAINS_UP = re.compile(r"(?i)涨|上升|走高|\b(?:rise|rising|higher|up)\b")
_GAINS_DOWN = re.compile(r"(?i)跌|降|走低|\b(?:fall|falling|lower|down)\b")
_SEPARATORS = re.compile(r"[;；,，、\s]+")


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that makes a claim more or less trustworthy, under a stable code."""

    code: str
    effect: Effect
    text: Text


@dataclass(frozen=True, slots=True)
class Weighed:
    """A claim with its grade and the reasons for it, in the order of REASONS."""

    row: Row
    grade: Grade
    reasons: tuple[Reason, ...]

    def has(self, code: str) -> bool:
        """Whether that reason applies."""
        return any(reason.code == code for reason in self.reasons)


@dataclass(frozen=True)
class Evidence:
    """All publishable claims and what the reasons need to know of each other."""

    rows: tuple[Row, ...]
    sources: Mapping[str, Row]
    issued: When | None
    stale_days: float
    baselines: frozenset[str]

    def source(self, row: Row) -> Row | None:
        """The source of a row, None when the sheet does not have it."""
        return self.sources.get(row.text("source"))

    def group(self, row: Row) -> str:
        """The independence group: sources of one group do not confirm each other."""
        source = self.source(row)
        return (source.text("group") if source else "") or row.text("source")

    @cached_property
    def opponents(self) -> Mapping[str, tuple[str, ...]]:
        """Which rows contradict which, by the `contradicts` column read in both directions.

        A garbled row contradicts nothing, since nobody knows what it says.
        """
        readable = {row.id for row in self.rows if not row.unread}
        found: dict[str, dict[str, None]] = {}
        for row in self.rows:
            for other in _SEPARATORS.split(row.text("contradicts")):
                if other != row.id and {row.id, other} <= readable:
                    found.setdefault(row.id, {})[other] = None
                    found.setdefault(other, {})[row.id] = None
        return {id_: tuple(others) for id_, others in found.items()}

    @cached_property
    def newest(self) -> Mapping[tuple[str, ...], When]:
        """The latest date of every thing that is spoken of."""
        found: dict[tuple[str, ...], When] = {}
        for row in self.rows:
            when = when_of(row)
            if when is not None and row.quantity is not None:
                held = found.get(_thing(row))
                if held is None or held.order < when.order:
                    found[_thing(row)] = when
        return found

    @cached_property
    def spans(self) -> Mapping[tuple[str, ...], Mapping[str, tuple[float, float]]]:
        """For each subject and date, the range that each independence group covers."""
        found: dict[tuple[str, ...], dict[str, tuple[float, float]]] = {}
        for row in self.rows:
            if row.quantity is None:
                continue
            low, high = ends(row.quantity)
            covered = found.setdefault(subject_at(row), {})
            held = covered.get(self.group(row), (low, high))
            covered[self.group(row)] = (min(low, held[0]), max(high, held[1]))
        return found


def gather(workbook: Workbook) -> Evidence:
    """The claims of a workbook that has been cut down to what may be printed."""
    issued = workbook.setting("date")
    limit = workbook.setting("stale_days")
    declared = (workbook.setting(key) for key in ("rent_baseline", "purchase_baseline"))
    dates = (parse_when(one) if isinstance(one, str) else one for one in declared)
    return Evidence(
        # `sheet` becomes the schema's key here, whatever the workbook calls its sheets.
        tuple(
            replace(row, sheet=key)
            for key in EVIDENCE
            for row in workbook[key]
            if row.text("source")
        ),
        workbook["Sources"].by_id(),
        issued if isinstance(issued, When) else None,
        limit if isinstance(limit, float) else STALE_DAYS,
        frozenset(when.key for when in dates if isinstance(when, When)),
    )


def weigh(evidence: Evidence) -> tuple[Weighed, ...]:
    """Every claim with its grade and reasons."""
    found = []
    for row in evidence.rows:
        reasons = tuple(reason for ask in REASONS if (reason := ask(row, evidence)))
        found.append(Weighed(row, _grade(reasons), reasons))
    return tuple(found)


def _grade(reasons: Iterable[Reason]) -> Grade:
    effects = {reason.effect for reason in reasons}
    if "against" in effects:
        return "weak"
    return "strong" if "for" in effects and "holds back" not in effects else "usable"


# ---- the reasons -----------------------------------------------------------------------------


def source_grade(row: Row, evidence: Evidence) -> Reason | None:
    """A and B speak for a claim, D against it; C and no grade neither."""
    source = evidence.source(row)
    grade = source.text("grade") if source else ""
    if grade in ("a", "b"):
        return Reason("source-good", "for", Text("来源可靠", "reliable source"))
    if grade == "d":
        return Reason("source-hearsay", "against", Text("传闻", "hearsay"))
    return None


def confirmation(row: Row, evidence: Evidence) -> Reason | None:
    """An independent group says the same of the same subject and date, or nobody does.

    What can be verified (grade A) needs no second source.
    """
    source = evidence.source(row)
    if _confirmed(row, evidence):
        return Reason("confirmed", "for", Text("有独立佐证", "independently confirmed"))
    if row.text("kind") == "assumption" or (source and source.text("grade") == "a"):
        return None
    return Reason("alone", "holds back", Text("单一来源", "single source"))


def interest(row: Row, evidence: Evidence) -> Reason | None:
    """The claim points the way its source gains, and nobody independent says the same.

    The way is read from the interest in Sources ("gains when prices rise"). Where
    it says no way, every claim that points somewhere is held back.
    """
    source = evidence.source(row)
    if source is None or not is_interested(source) or _confirmed(row, evidence):
        return None
    stated = f"{source.text('interest_zh')} {source.text('interest_en')}"
    ups, downs = bool(_GAINS_UP.search(stated)), bool(_GAINS_DOWN.search(stated))
    way = direction(row)
    if not way and row.text("basis") in ("ask", "list"):
        way = "up"
    gains = way in ("up", "down") if ups == downs else way == ("up" if ups else "down")
    return Reason("interested", "holds back", Text("顺着来源的利益", "serves the source's interest")
                  ) if gains else None  # fmt: skip


def speaker(row: Row, _: Evidence) -> Reason | None:
    """Words of the interviewer are not evidence of the source."""
    if row.text("speaker") != "interviewer":
        return None
    return Reason("interviewer", "against", Text("访谈人的话", "the interviewer's words"))


def age(row: Row, evidence: Evidence) -> Reason | None:
    """Older than stale_days at the Note's date, with nothing newer known of the same thing.

    What has been superseded is history and printed with its date; what stands at a
    declared baseline is exempt too.
    """
    when = when_of(row)
    exempt = row.quantity is None or (when is not None and when.key in evidence.baselines)
    if when is None or evidence.issued is None or exempt:
        return None
    newer = evidence.newest.get(_thing(row), when).order > when.order
    if newer or when.age_days(evidence.issued.end) <= evidence.stale_days:
        return None
    return Reason("stale", "against", Text("已过期", "out of date"))


def confidence(row: Row, _: Evidence) -> Reason | None:
    """The analyst's own low confidence. High confidence alone makes nothing strong."""
    if row.text("confidence") != "low":
        return None
    return Reason("low", "against", Text("可信度低", "low confidence"))


def contradicted(row: Row, evidence: Evidence) -> Reason | None:
    """Another publishable claim says otherwise."""
    if row.id not in evidence.opponents:
        return None
    return Reason("contradicted", "holds back", Text("另有相反说法", "contradicted"))


def garbled(row: Row, _: Evidence) -> Reason | None:
    """A value that cannot be read."""
    if not row.unread:
        return None
    return Reason("garbled", "against", Text("无法辨认", "unreadable"))


def assumed(row: Row, _: Evidence) -> Reason | None:
    """Our own assumption, which is not evidence."""
    if row.text("kind") != "assumption":
        return None
    return Reason("assumed", "holds back", Text("本机构假设", "house assumption"))


REASONS: tuple[Callable[[Row, Evidence], Reason | None], ...] = (
    source_grade,
    confirmation,
    interest,
    speaker,
    age,
    confidence,
    contradicted,
    garbled,
    assumed,
)


# ---- what claims say -------------------------------------------------------------------------


def direction(row: Row) -> Direction:
    """Where a claim points: by the sign of a stated change, else by its words.

    A claim that points two ways ("lower now, higher later") or that denies a way
    points nowhere.
    """
    change = "change" in row.text("metric")
    if change and row.quantity is not None:
        value = row.quantity.bound
        return "up" if value > 0 else "down" if value < 0 else "flat"
    said = _DENIED.sub("", row.text("claim_zh") or row.text("claim_en"))
    ways = [way for way, words in _DIRECTIONS if words.search(said)]
    return ways[0] if len(ways) == 1 else ""


def when_of(row: Row) -> When | None:
    """When the value of a row holds."""
    return row.when("as_of") or row.when("period") or row.when("date")


def ends(quantity: Quantity) -> tuple[float, float]:
    """Both ends, an open one at infinity."""
    low = float("-inf") if quantity.low is None else quantity.low
    high = float("inf") if quantity.high is None else quantity.high
    return low, high


def subject(row: Row) -> tuple[str, ...]:
    """What a row speaks of; rows of one subject can be compared.

    A survey claim without a metric is compared with nothing.
    """
    keys = {
        "Prices": ("market", "model", "config", "term", "tenor", "basis", "vat"),
        "Survey": ("metric", "subject", "condition"),
        "Demand": ("metric", "segment", "basis"),
        "Economics": ("parameter", "model", "case", "kind"),
    }[row.sheet]
    unit = row.quantity.unit.key if row.quantity else ""
    own = row.id if row.sheet == "Survey" and not row.text("metric") else ""
    return (row.sheet, *(row.text(key) for key in keys), unit, own)


def subject_at(row: Row) -> tuple[str, ...]:
    """The subject and its date."""
    when = when_of(row)
    return (*subject(row), when.key if when else "")


def is_interested(source: Row) -> bool:
    """Whether a source gains if it is believed."""
    return bool(source.flag("interested")) or source.text("interested") == "yes"


def holds_for_all(workbook: Workbook) -> tuple[Text, ...]:
    """Sentences that are true of every quoted claim of the note, for page one.

    House assumptions and what only they rest on do not count.
    """
    evidence = gather(workbook)
    quoted = [row for row in evidence.rows if row.text("kind") != "assumption"]
    quoted = [row for row in quoted if (one := evidence.source(row)) and one.text("kind") != "own"]
    if not quoted:
        return ()
    used = list(
        {row.text("source"): evidence.sources[row.text("source")] for row in quoted}.values()
    )
    found: list[Text] = []
    if len({evidence.group(row) for row in quoted}) == 1:
        found.append(Text(
            "全部市场数据出自同一来源，没有独立佐证。",
            "All market data come from one source and are not independently confirmed.",
        ))  # fmt: skip
    if all(is_interested(source) for source in used):
        found.append(Text(
            "来源与其所述方向有利益关系。", "The source gains if what it says is believed.",
        ) if len(used) == 1 else Text(
            "各来源均与其所述方向有利益关系。", "Every source gains if what it says is believed.",
        ))  # fmt: skip
    if all(source.text("kind") == "expert_call" for source in used):
        found.append(Text(
            "内容为口头陈述，未经审计，不是成交统计。",
            "They are oral statements, unaudited, not a record of trades.",
        ))  # fmt: skip
    prices = [row for row in quoted if row.sheet == "Prices"]
    if prices and not any(row.text("vat") for row in prices):
        found.append(Text(
            "所有报价均未说明是否含税。", "No quote says whether VAT is included.",
        ))  # fmt: skip
    return tuple(found)


def _confirmed(row: Row, evidence: Evidence) -> bool:
    if row.quantity is None:
        return False
    low, high = ends(row.quantity)
    own = evidence.group(row)
    return any(
        group != own and low <= other[1] and other[0] <= high
        for group, other in evidence.spans[subject_at(row)].items()
    )


def _thing(row: Row) -> tuple[str, ...]:
    """A coarser subject for age: a newer spot price makes an older unspecified one history."""
    if row.sheet == "Prices":
        return ("Prices", *(row.text(key) for key in ("market", "model", "config", "term")))
    return subject(row)
