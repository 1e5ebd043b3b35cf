"""Exhibits of the checks: what was found and accepted, and what is left open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from reportgen.analysis.names import model_label, term_label
from reportgen.checks.accepted import accepted_issues, open_warnings
from reportgen.checks.fifteen import FIFTEEN, code_name
from reportgen.checks.making import EVIDENCE
from reportgen.issues import Acceptance, Issue
from reportgen.language import Text
from reportgen.note.exhibits.base import NOTHING, Desk, Draft, column, when_cell
from reportgen.note.model import Line, Run, TableData, TableRow
from reportgen.note.text import join, plain, ref_run
from reportgen.workbook.tables import Row, Workbook

_ID = re.compile(r"[\w.-]*\w")
_MOST_TOLD = 8  # of more findings the rows alone are listed: the evidence has the rest
_COUNTED_ONCE = {code for rule in FIFTEEN for code in rule.codes}


def accepted_table(issues: Iterable[Issue], workbook: Workbook, desk: Desk) -> Draft | None:
    """Table: each accepted finding with its rows, why it may stay, who said so, until when.

    `workbook` is the one that is printed: rows that it lacks are not named. The
    texts of `issues` must be redacted before.
    """
    groups: dict[tuple[Text, Acceptance], list[Issue]] = {}
    for issue in _shown(accepted_issues(issues), workbook):
        if issue.accepted is not None:
            groups.setdefault((code_name(issue.code), issue.accepted), []).append(issue)
    if not groups:
        return None
    rows = tuple(
        TableRow(
            (
                plain(name[desk.lang]),
                _where(found, desk),
                _why(accepted, desk),
            )
        )
        for (name, accepted), found in groups.items()
    )
    return Draft(
        "accepted",
        plain(desk.say("已知并接受的问题", "Findings known and accepted")),
        plain(
            desk.say(
                "检查发现、经分析师确认可保留的记录；编号见证据表",
                "What the checks found and an analyst let stand; ids are those of the evidence",
            )
        ),
        TableData(
            (
                column(desk, "发现", "Finding"),
                column(desk, "行", "Rows"),
                column(desk, "理由，确认人", "Reason, accepted by", wide=True),
            ),
            rows,
            entries=True,
        ),
        (),
    )


def _why(accepted: Acceptance, desk: Desk) -> Line:
    """The reason, then who accepted it and until when, in brackets."""
    until: Line = ()
    if accepted.until is not None:
        until = (Run(desk.say("至 ", "until ")), *when_cell(accepted.until, desk))
    by = _said(accepted.by, desk) if desk.translate(accepted.by) else ()
    who = join((by, until), desk.say("，", ", "))
    reason = _said(accepted.reason[desk.lang], desk)
    if not who:
        return reason
    opening, closing = ("（", "）") if desk.lang == "zh" else (" (", ")")
    return (*reason, Run(opening), *who, Run(closing))


def open_issues(issues: Iterable[Issue], workbook: Workbook, desk: Desk) -> Draft | None:
    """Table: warnings that nobody has accepted, one line a kind, with their rows."""
    groups: dict[Text, list[Issue]] = {}
    for issue in _shown(open_warnings(issues), workbook):
        groups.setdefault(code_name(issue.code), []).append(issue)
    if not groups:
        return None
    every = sum(map(len, groups.values()))
    prices = workbook["Prices"].by_id() if every <= _MOST_TOLD else {}
    rows = tuple(
        TableRow((plain(name[desk.lang]), _told(found, prices, desk)))
        for name, found in groups.items()
    )
    return Draft(
        "open-issues",
        plain(desk.say("尚未解决的疑点", "Doubts left open")),
        plain(
            desk.say(
                "检查发现、尚无结论的记录；相关数值照原样印出",
                "What the checks found and nobody has settled; values are printed as they stand",
            )
        ),
        TableData(
            (
                column(desk, "疑点", "Doubt"),
                column(desk, "行", "Rows", wide=True),
            ),
            rows,
            entries=True,
        ),
        (),
    )


def _shown(issues: Iterable[Issue], workbook: Workbook) -> list[Issue]:
    """Issues of rows that are printed, and those of the fifteen that count over all rows."""
    ids = {row.id for key in (*EVIDENCE, "Sources", "Scenarios") for row in workbook[key]}
    return [
        issue for issue in issues
        if issue.row_id in ids or (not issue.row_id and issue.code in _COUNTED_ONCE)
    ]  # fmt: skip


def _where(issues: Iterable[Issue], desk: Desk) -> Line:
    """The ids of the rows, each once; for what holds for a sheet, a dash."""
    ids = sorted({issue.row_id for issue in issues if issue.row_id})
    return join([(ref_run(row_id),) for row_id in ids], desk.say("、", ", ")) or NOTHING


def _told(issues: list[Issue], prices: Mapping[str, Row], desk: Desk) -> Line:
    """The rows, each price with its model and term, and the price that it is held against.

    Of the message only ids of printed prices are used: it may speak of rows that are not.
    """
    parts: dict[str, Line] = {}
    for issue in issues:
        ids = [one for one in _ID.findall(issue.message.en) if one in prices]
        if issue.row_id not in prices:
            continue
        others = [one for one in dict.fromkeys(ids) if one != issue.row_id]
        against = ((Run(desk.say("，对照 ", " against ")),),) if others else ()
        listed = join([_price(prices[one], desk) for one in others], desk.say("、", ", "))
        own = _price(prices[issue.row_id], desk)
        parts[issue.row_id] = join((own, *against, listed), "")
    left = _where((issue for issue in issues if issue.row_id not in parts), desk)
    told = (*parts.values(), *((left,) if left != NOTHING else ()))
    return join(told, desk.say("；", "; ")) or NOTHING


def _price(row: Row, desk: Desk) -> Line:
    term = row.text("term")
    words = [model_label(row.text("model"))[desk.lang]]
    words += [term_label(term)[desk.lang]] if term else []
    inside = plain(" ".join(words))
    opening, closing = desk.say("（", " ("), desk.say("）", ")")
    return (ref_run(row.id), Run(opening), *inside, Run(closing))


def _said(text: str, desk: Desk) -> Line:
    """An analyst's words; digits in them are the analyst's, not figures."""
    line = plain(desk.translate(text))
    marked = (
        Run(run.text, "const") if run.kind == "text" and any(map(str.isdigit, run.text)) else run
        for run in line
    )
    return tuple(marked) or NOTHING
