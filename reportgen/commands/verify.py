"""`reportgen verify`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.completing import issues, note_pdfs, workbooks
from reportgen.commands.options import JsonOption, QuietOption
from reportgen.commands.saying import errors_only, say
from reportgen.commands.surroundings import renderers, usual_since, voice, watched
from reportgen.exits import DONE


def verify(
    note: Annotated[
        Path,
        typer.Argument(
            help="A note's PDF, or the folder of one.", autocompletion=note_pdfs, metavar="NOTE"
        ),
    ],
    workbook: Annotated[
        Path | None,
        typer.Option(help="The workbook to make the note again from.", autocompletion=workbooks),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            help="The previous issue's file that it was compared with.", autocompletion=issues
        ),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say whether a PDF is what a workbook gives.

    Without a workbook: whether its text and attachments are consistent.
    """
    speaker = voice(quiet=quiet, as_json=as_json)
    with watched(speaker) as watch, ExitStack() as stack:
        from reportgen import verification  # noqa: PLC0415 - heavy, and --help must stay quick

        verdict = verification.verify(
            note,
            workbook,
            since or usual_since(),
            lambda lang: renderers((lang,), stack),
            watch.stage,
            theme_folder=Path.cwd(),
        )
    if as_json:
        differences = [one.as_json(verdict.lang) for one in verdict.differences]
        speaker.document(
            "verify", verdict.code, verdict.lang, watch.seconds(), verdict.issues,
            verdict=list(verdict.lines), differences=differences,
        )  # fmt: skip
        raise typer.Exit(verdict.code)
    if verdict.code != DONE or not quiet:
        speaker.result("\n".join(verdict.lines))
    say(errors_only(verdict.issues), None if verdict.in_both else verdict.lang)
    raise typer.Exit(verdict.code)
