"""`reportgen trace`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.options import (
    ReportLanguage,
)


def trace(
    note: Annotated[Path, typer.Argument(help="A note (HTML or PDF) or its manifest.json.")],
    figure: Annotated[
        str, typer.Argument(help="The figure's name; without it, all figures are listed.")
    ] = "",
    lang: Annotated[
        ReportLanguage | None, typer.Option(help="Language, where the file has both.")
    ] = None,
) -> None:
    """Say where a number of a finished note comes from: formula, inputs, rows, cells, quotes."""
    from reportgen.deliver.trace import (  # noqa: PLC0415 - lazy
        UntraceableError,
        listed,
        read_passports,
        traced,
    )

    try:
        told = read_passports(note, None if lang is None else "en" if lang.value == "en" else "zh")
        lines = traced(told, figure) if figure else listed(told)
    except UntraceableError as problem:
        typer.echo(f"{problem.text.zh}\n{problem.text.en}", err=True)
        raise typer.Exit(2) from None
    for line in lines:
        typer.echo(line)
