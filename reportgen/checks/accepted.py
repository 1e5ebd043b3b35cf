"""Issues that somebody has accepted: they annotate instead of blocking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reportgen.dates import When
from reportgen.issues import Acceptance, Issue, Severity
from reportgen.language import Text
from reportgen.workbook.tables import Row, Workbook


def accept(issues: Iterable[Issue], workbook: Workbook) -> tuple[Issue, ...]:
    """The issues, those named in the Accepted sheet turned into remarks with the reason.

    A row of Accepted names the issue's code and where it stands: a row id, a cell
    with its sheet (Prices!H12), or a sheet, by the workbook's name or the schema's.
    It ends with the day in `until`.
    """
    issued = workbook.setting("date")
    live = [row for row in workbook["Accepted"] if _holds(row, issued)]
    keys = {table.name: key for key, table in workbook.tables.items()}
    return tuple(_accepted(issue, live, keys.get(issue.sheet, "")) for issue in issues)


def accepted_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Those that somebody has accepted; `Issue.accepted` says who, why and until when."""
    return tuple(issue for issue in issues if issue.accepted is not None)


def open_warnings(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Warnings that nobody has accepted."""
    return tuple(issue for issue in issues if issue.severity is Severity.WARNING)


def _holds(row: Row, issued: object) -> bool:
    until = row.when("until")
    return until is None or not isinstance(issued, When) or issued.end <= until.end


def _accepted(issue: Issue, live: list[Row], key: str) -> Issue:
    sheets = {issue.sheet, key} - {""}
    cells = {f"{sheet}!{issue.cell}" for sheet in sheets}
    places = ({issue.row_id} - {""}) | sheets | cells
    for row in live:
        if row.text("code") == issue.code and row.text("where") in places:
            by, reason = row.text("by"), Text(row.text("reason"), row.text("reason_en"))
            reason = reason if reason.en else Text.same(reason.zh)
            signed = Text(f"（{by}）", f" ({by})") if by else Text("", "")
            return replace(
                issue,
                severity=Severity.REMARK,
                hint=Text(f"已接受：{reason.zh}{signed.zh}", f"Accepted: {reason.en}{signed.en}"),
                accepted=Acceptance(reason, by, row.when("until")),
            )
    return issue
