"""`reportgen check`."""

from __future__ import annotations

from typing import Annotated

import typer

from reportgen.commands.options import (
    ReportFormat,
    WorkbookArgument,
)
from reportgen.commands.surroundings import chosen, stages
from reportgen.issues import has_errors
from reportgen.language import Lang


def check(
    workbook: WorkbookArgument = None,
    format: Annotated[ReportFormat, typer.Option(help="Text or JSON.")] = ReportFormat.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Say what is wrong or doubtful in a workbook, cell by cell, with the cure."""
    _, path = chosen(workbook)
    from reportgen import checking, exits  # noqa: PLC0415 - heavy, and --help must stay quick
    from reportgen.checks.report import json_report, text_report  # noqa: PLC0415

    found = checking.check(path, stages())
    lang: Lang = "en" if found.workbook.lang == "en" else "zh"
    report = json_report if format is ReportFormat.JSON else text_report
    typer.echo(report(found.workbook, (*found.issues, *found.refused), lang))
    refused = exits.GATE_REFUSED if found.refused else exits.DONE
    raise typer.Exit(exits.WORKBOOK_ERRORS if has_errors(found.issues) else refused)
