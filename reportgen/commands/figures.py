"""`reportgen figures`."""

from __future__ import annotations

import typer

from reportgen.commands.options import (
    WorkbookArgument,
)
from reportgen.commands.saying import errors_only, say
from reportgen.commands.surroundings import chosen, stages
from reportgen.language import Lang


def figures(workbook: WorkbookArgument = None) -> None:
    """List every figure by name, as prose in Views asks for it between double brackets."""
    _, path = chosen(workbook)
    from reportgen import checking, exits  # noqa: PLC0415 - heavy, and --help must stay quick
    from reportgen.wording import quantity_text  # noqa: PLC0415

    found = checking.check(path, stages())
    lang: Lang = "en" if found.workbook.lang == "en" else "zh"
    if found.analysis is None:
        say(errors_only(found.issues), lang)
        raise typer.Exit(exits.WORKBOOK_ERRORS)
    for figure in found.analysis.figures.values():
        value = quantity_text(figure.quantity, lang, signed=figure.signed)
        typer.echo(f"{figure.id}\t{value}\t{figure.label[lang]}")
