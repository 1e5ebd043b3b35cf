"""What several commands say on standard error."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from reportgen.issues import Issue, Severity
from reportgen.language import LANGS, Lang
from reportgen.terminal import harmless


def is_warning(issue: Issue) -> bool:
    """Whether it is a doubt that does not stand in the way."""
    return issue.severity is Severity.WARNING


def errors_only(issues: Iterable[Issue]) -> list[Issue]:
    """Those that stand in the way."""
    return [issue for issue in issues if issue.severity is Severity.ERROR]


def say(issues: Iterable[Issue], lang: Lang | None) -> None:
    """One line an issue: place, code, what is wrong and the cure; without a language, in both."""
    langs = (lang,) if lang else LANGS
    for issue, spoken in ((one, each) for one in issues for each in langs):
        place = "!".join(part for part in (issue.file, issue.sheet, issue.cell) if part)
        opening = f"{place} " if place else ""
        gap = "" if spoken == "zh" else " "
        said = f"{opening}{issue.code}: {issue.message[spoken]}{gap}{issue.hint[spoken]}"
        typer.echo(harmless(said), err=True)
