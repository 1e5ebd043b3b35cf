"""What a command says on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text

if TYPE_CHECKING:
    from reportgen.pipeline import Outcome


def say_outcome(outcome: Outcome) -> None:
    """Errors in full when there are any; otherwise only how many doubts there are."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    if outcome.code:
        if outcome.workbook is not None:
            from reportgen.checks.report import text_report  # noqa: PLC0415

            wanted = errors_only(outcome.issues)
            typer.echo(text_report(outcome.workbook, wanted, outcome.lang), err=True)
        else:
            say(errors_only(outcome.issues), outcome.lang)
        return
    say([issue for issue in outcome.issues if not issue.sheet and is_warning(issue)], outcome.lang)
    warnings = sum(is_warning(issue) for issue in outcome.issues)
    remarks = sum(issue.severity is Severity.REMARK for issue in outcome.issues)
    told = Text(
        f"{warnings} 条警告，{remarks} 条提示；详情：reportgen check",
        f"{warnings} warnings, {remarks} remarks; see: reportgen check",
    )
    typer.echo(told[outcome.lang], err=True)


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
        typer.echo(f"{opening}{issue.code}: {issue.message[lang]}{issue.hint[lang]}", err=True)
