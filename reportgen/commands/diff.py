"""`reportgen diff`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.completing import issues
from reportgen.commands.options import (
    JsonOption,
    QuietOption,
    ReportFormat,
    ReportLanguage,
)
from reportgen.commands.saying import errors_only, say
from reportgen.commands.surroundings import voice, watched
from reportgen.language import Lang


def diff(
    old: Annotated[
        Path,
        typer.Argument(
            help="The last issue's workbook, or its manifest (JSON).",
            autocompletion=issues,
            metavar="OLD",
        ),
    ],
    new: Annotated[
        Path,
        typer.Argument(
            help="The present workbook or manifest.", autocompletion=issues, metavar="NEW"
        ),
    ],
    format: Annotated[  # noqa: A002 - the option's name
        ReportFormat, typer.Option(help="Text, or JSON of the comparison alone.")
    ] = ReportFormat.TEXT,
    lang: Annotated[
        ReportLanguage | None, typer.Option(help="Language; without it, the workbook's.")
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say which figures changed between two issues, and why.

    They are reversed, revised, new or gone; each has its cause. On a terminal the columns
    fit its width; on a pipe a change is one line.
    """
    speaker = voice(quiet=quiet, as_json=as_json)
    with watched(speaker) as watch:
        from reportgen import comparing, exits  # noqa: PLC0415 - heavy, --help must stay quick
        from reportgen.analysis.since_report import json_report, text_report  # noqa: PLC0415

        then, now, compared = comparing.diff(old, new, watch.stage)
    wanted = lang.value if lang else now.workbook.lang if now.workbook else "zh"
    spoken: Lang = "en" if wanted == "en" else "zh"
    found = (*then.issues, *now.issues)
    if compared is None:
        if as_json:
            speaker.document("diff", exits.WORKBOOK_ERRORS, spoken, watch.seconds(), found)
        else:
            opened = all(one.workbook is None or one.workbook.opened for one in (then, now))
            say(errors_only(found), spoken if lang or opened else None)
        raise typer.Exit(exits.WORKBOOK_ERRORS)
    sides = (then.file, then.date), (now.file, now.date)
    if as_json:
        told = json.loads(json_report(compared, *sides, spoken))
        speaker.document("diff", exits.DONE, spoken, watch.seconds(), found, comparison=told)
    elif format is ReportFormat.JSON:
        speaker.result(json_report(compared, *sides, spoken))
    else:
        width = speaker.out.width if speaker.out.terminal else None
        speaker.result(text_report(compared, *sides, spoken, width))
