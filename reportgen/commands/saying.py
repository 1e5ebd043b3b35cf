"""What several commands say on standard error."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from reportgen.issues import Issue, Severity
from reportgen.language import Lang
from reportgen.terminal import harmless


def is_warning(issue: Issue) -> bool:
    """Whether it is a doubt that does not stand in the way."""
    return issue.severity is Severity.WARNING


def errors_only(issues: Iterable[Issue]) -> list[Issue]:
    """Those that stand in the way."""
    return [issue for issue in issues if issue.severity is Severity.ERROR]


def say(issues: Iterable[Issue], lang: Lang) -> None:
    """One line an issue: place, code, what is wrong and the cure."""
    for issue in issues:
        place = "!".join(part for part in (issue.file, issue.sheet, issue.cell) if part)
        opening = f"{place} " if place else ""
        gap = "" if lang == "zh" else " "
        said = f"{opening}{issue.code}: {issue.message[lang]}{gap}{issue.hint[lang]}"
        typer.echo(harmless(said), err=True)
