"""Issues as the page shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reportgen.issues import Issue, Severity
from reportgen.language import LANGS, Lang, Text

_BARE_NAME = re.compile(r"[^\W\d][\w.]*")


def as_message(issue: Issue, lang: Lang) -> dict[str, str]:
    """The issue in one language, with the address that Excel's name box understands."""
    return {**issue.as_json(lang), "address": address(issue.sheet, issue.cell)}


def address(sheet: str, cell: str) -> str:
    """Prices!H12, or 'Sheet 1'!H12 where Excel wants quotes."""
    if not sheet:
        return cell
    named = sheet if _BARE_NAME.fullmatch(sheet) else "'" + sheet.replace("'", "''") + "'"
    return f"{named}!{cell}" if cell else f"{named}!A1"


def fault(workbook: str, problem: Exception) -> dict[str, Any]:
    """An unforeseen fault as an issue in both languages."""
    kind = type(problem).__name__
    message = Text(
        f"预览未能处理这个工作簿（{kind}）。",
        f"The preview could not work on this workbook ({kind}).",
    )
    hint = Text(
        "请把工作簿发给维护者；reportgen check 会给出更多信息。",
        "Send the workbook to the maintainers; reportgen check says more.",
    )
    return issue_in_both(Issue("preview-fault", Severity.ERROR, message, hint, Path(workbook).name))


def issue_in_both(*issues: Issue) -> dict[str, Any]:
    """The issues in both languages, for when the workbook's own is not known."""
    return {"issues": {lang: [as_message(issue, lang) for issue in issues] for lang in LANGS}}


def side_by_side(issues: Mapping[str, Sequence[Mapping[str, str]]]) -> list[dict[str, str]]:
    """Issues that `issue_in_both` told, each saying all that it says in both languages."""
    return [
        {**zh, **{name: f"{zh[name]} {en[name]}".strip() for name in ("message", "hint")}}
        for zh, en in zip(issues["zh"], issues["en"], strict=True)
    ]
