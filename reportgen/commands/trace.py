"""`reportgen trace`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.completing import figure_names, notes
from reportgen.commands.options import (
    JsonOption,
    QuietOption,
    ReportLanguage,
)
from reportgen.commands.surroundings import voice, watched
from reportgen.exits import DONE, USAGE


def trace(
    note: Annotated[
        Path,
        typer.Argument(
            help="A note (HTML or PDF), its manifest.json or the edition's folder.",
            autocompletion=notes,
            metavar="NOTE",
        ),
    ],
    figure: Annotated[
        str,
        typer.Argument(
            help="The figure's name; without it, all figures are listed.",
            autocompletion=figure_names,
            metavar="FIGURE",
        ),
    ] = "",
    lang: Annotated[
        ReportLanguage | None, typer.Option(help="Language, where the file has both.")
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say where a number of a finished note comes from.

    Formula, inputs, rows, cells and quotes, as a tree. Without a figure all are listed.
    """
    speaker = voice(quiet=quiet, as_json=as_json)
    with watched(speaker) as watch:
        from reportgen.deliver.trace import (  # noqa: PLC0415 - lazy
            UntraceableError,
            listed,
            passport_data,
            read_passports,
            traced,
        )

        try:
            told = read_passports(note, None if lang is None else lang.value)
            lines = traced(told, figure) if figure else listed(told)
        except UntraceableError as problem:
            raise speaker.refuse(problem.text, USAGE, "trace", "untraceable") from None
    if as_json:
        data = passport_data(told, [figure] if figure else told.names())
        speaker.document("trace", DONE, told.lang, watch.seconds(), **data)
    else:
        speaker.result("\n".join(lines))
