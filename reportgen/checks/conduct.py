"""What the house must have in order before anything is printed."""

from __future__ import annotations

from collections import Counter

from reportgen.checks.making import EVIDENCE, Place, places
from reportgen.issues import Issue, Severity
from reportgen.language import Text, agreeing, count_of
from reportgen.workbook.standing import standing
from reportgen.workbook.tables import Workbook

_SAY_SO = Text(
    "应印出的行请填“公开”，或在其来源上填写。",
    "Say yes on the rows that should be printed, or on their source.",
)


def blank_publish(workbook: Workbook) -> tuple[Issue, ...]:
    """One summary of the rows that do not say whether they may be printed."""
    sources = workbook["Sources"].by_id()
    blank = [
        place for place in places(workbook, *EVIDENCE, "Scenarios", "Views")
        if not place.row.text("publish")
    ]  # fmt: skip
    if not blank:
        return ()
    fate = Counter(standing(place.row, sources) for place in blank)
    first = blank[0]
    severity = Severity.WARNING if fate["internal"] else Severity.REMARK
    return (
        Issue(
            "publish-blank", severity,
            Text(
                f"{len(blank)} 行未填“发布”：{fate['yes']} 行随来源公开，"
                f"{fate['internal']} 行视为内部，{fate['never']} 行随来源禁止。",
                f"{count_of(len(blank), 'row')} {agreeing(len(blank), 'leaves', 'leave')} publish "
                f"blank: {fate['yes']} printed as the source is, {fate['internal']} taken for "
                f"internal, {fate['never']} for never.",
            ),
            _SAY_SO if fate["internal"] else Text("无需处理。", "There is nothing to do."),
            workbook.file, first.table.name, first.cell("publish"),
        ),
    )  # fmt: skip


def unattested_calls(workbook: Workbook) -> tuple[Issue, ...]:
    """Expert calls without a record that compliance was satisfied."""
    return tuple(
        place.issue(
            "attestations", "expert-call-unattested", Severity.WARNING,
            says=Text(
                f"专家访谈 {place.row.id} 没有合规确认。",
                f"Expert call {place.row.id} has no attestations.",
            ),
            cure=Text(
                "请记录无内幕信息等确认：由谁、何时。",
                "Record the no-MNPI and other attestations, by whom and when.",
            ),
        )
        for place in places(workbook, "Sources")
        if place.row.text("kind") == "expert_call" and not place.row.text("attestations")
    )  # fmt: skip


def licence(workbook: Workbook) -> tuple[Issue, ...]:
    """A research report names the certificate of each author.

    What may not be done without a licence at all is for the gates.
    """
    if not workbook.setting("licence") or workbook.setting("kind") != "research_report":
        return ()
    authors, certificates = _names(workbook, "authors"), _names(workbook, "certificates")
    if len(authors) == len(certificates) and authors:
        return ()
    key = "certificates" if "certificates" in workbook.note else "kind"
    return (
        _setting(workbook, key).issue(
            "value", "author-without-certificate", Severity.WARNING,
            says=Text(
                f"{len(authors)} 位作者，{len(certificates)} 个执业证书编号。",
                f"{count_of(len(authors), 'author')} but "
                f"{count_of(len(certificates), 'certificate number')}.",
            ),
            cure=Text(
                "请为每位作者填写编号，顺序一致，用分号隔开。",
                "Give one number an author, in the same order, separated by semicolons.",
            ),
        ),
    )  # fmt: skip


def _names(workbook: Workbook, key: str) -> list[str]:
    value = workbook.setting(key)
    text = value if isinstance(value, str) else ""
    return [
        part for part in (piece.strip() for piece in text.replace("；", ";").split(";")) if part
    ]


def _setting(workbook: Workbook, key: str) -> Place:
    return Place(workbook, workbook["Note"], workbook.note[key])
