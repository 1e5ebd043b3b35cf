"""`reportgen verify`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.saying import errors_only, say
from reportgen.commands.surroundings import renderers, stages, usual_since


def verify(
    note: Annotated[Path, typer.Argument(help="A note's PDF.")],
    workbook: Annotated[
        Path | None, typer.Option(help="The workbook to make the note again from.")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(help="The previous issue's file that it was compared with.")
    ] = None,
) -> None:
    """Say whether a PDF is what a workbook gives; without one, whether it is consistent."""
    from reportgen import verification  # noqa: PLC0415 - heavy, and --help must stay quick

    with ExitStack() as stack:
        verdict = verification.verify(
            note,
            workbook,
            since or usual_since(),
            lambda lang: renderers((lang,), stack),
            stages(),
        )
    for line in verdict.lines:
        typer.echo(line)
    say(errors_only(verdict.issues), verdict.lang)
    raise typer.Exit(verdict.code)
