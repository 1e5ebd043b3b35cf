"""`reportgen diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.options import (
    ReportFormat,
    ReportLanguage,
)
from reportgen.commands.saying import errors_only, say
from reportgen.commands.surroundings import stages
from reportgen.language import Lang


def diff(
    old: Annotated[Path, typer.Argument(help="The last issue's workbook, or its manifest (JSON).")],
    new: Annotated[Path, typer.Argument(help="The present workbook or manifest.")],
    format: Annotated[ReportFormat, typer.Option(help="Text or JSON.")] = ReportFormat.TEXT,  # noqa: A002 - the option's name
    lang: Annotated[ReportLanguage | None, typer.Option(help="Language of the report.")] = None,
) -> None:
    """Say which figures are reversed, revised, new or gone between two issues, and why."""
    from reportgen import comparing, exits  # noqa: PLC0415 - heavy, and --help must stay quick
    from reportgen.analysis.since_report import json_report, text_report  # noqa: PLC0415

    then, now, compared = comparing.diff(old, new, stages())
    wanted = lang.value if lang else now.workbook.lang if now.workbook else "zh"
    spoken: Lang = "en" if wanted == "en" else "zh"
    if compared is None:
        say(errors_only((*then.issues, *now.issues)), spoken)
        raise typer.Exit(exits.WORKBOOK_ERRORS)
    report = json_report if format is ReportFormat.JSON else text_report
    typer.echo(report(compared, (then.file, then.date), (now.file, now.date), spoken))
