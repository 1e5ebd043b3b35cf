"""`reportgen build`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.options import (
    Edition,
    Format,
    Language,
    WorkbookArgument,
    one_lang,
)
from reportgen.commands.saying import say_outcome
from reportgen.commands.surroundings import chosen, now, renderers, stages
from reportgen.language import LANGS

_LONGEST_NAME = 80


def build(
    workbook: WorkbookArgument = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the note.")] = Language.ALL,
    edition: Annotated[Edition, typer.Option(help="For whom the note is.")] = Edition.CLIENT,
    format: Annotated[Format, typer.Option(help="PDF, HTML or both.")] = Format.ALL,  # noqa: A002 - the option's name
    since: Annotated[
        Path | None,
        typer.Option(help="The last issue to compare with: its workbook or its manifest."),
    ] = None,
    approve: Annotated[
        str | None, typer.Option(help="Record that this person approves these very files.")
    ] = None,
    timings: Annotated[bool, typer.Option(help="Print the seconds of each stage.")] = False,
) -> None:
    """Build the note: PDF and HTML, in Chinese and English."""
    settings, path = chosen(workbook)
    approved_by = _approver(approve)
    langs = LANGS if lang is Language.ALL else (one_lang(lang),)
    formats = frozenset({"pdf", "html"} if format is Format.ALL else {format.value})
    with ExitStack() as stack:
        lacking, workers = renderers(langs if "pdf" in formats else (), stack)
        from reportgen import pipeline  # noqa: PLC0415 - heavy; the renderers load meanwhile
        from reportgen.deliver.revisions import Approval  # noqa: PLC0415

        request = pipeline.Request(
            workbook=path,
            out=out or settings.out or Path("output"),
            langs=langs,
            edition="internal" if edition is Edition.INTERNAL else "client",
            formats=formats,
            since=since or (settings.since if settings.workbook in (path, None) else None),
            theme=settings.theme,
            approval=Approval(approved_by, now()) if approved_by else None,
        )
        outcome = pipeline.build(request, lacking, workers, stages())
    say_outcome(outcome)
    for file in outcome.files:
        typer.echo(str(file))
    if timings:
        for name, seconds in outcome.seconds.items():
            typer.echo(f"{name:8} {seconds:7.3f} s", err=True)
    raise typer.Exit(outcome.code)


def _approver(name: str | None) -> str:
    """The name to record, or a usage message and exit code 2 for one that names nobody."""
    if name is None:
        return ""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        typer.echo("--approve 需要批准人的姓名。\n--approve needs the name of a person.", err=True)
        raise typer.Exit(2)
    return name.strip()
