"""`reportgen build`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportgen.commands.completing import issues
from reportgen.commands.options import (
    Edition,
    Format,
    JsonOption,
    Language,
    QuietOption,
    WorkbookArgument,
    one_lang,
)
from reportgen.commands.saying import errors_only, is_warning, say
from reportgen.commands.summary import (
    COUNT_STYLES,
    FILE_STYLES,
    Written,
    seconds_text,
    summary,
    written_files,
)
from reportgen.commands.surroundings import (
    chosen,
    now,
    reading,
    refuse_since,
    renderers,
    shown_path,
    voice,
    watched,
)
from reportgen.commands.voice import REPORT_STYLES, Voice, rounded
from reportgen.exits import USAGE
from reportgen.language import LANGS, Text

if TYPE_CHECKING:
    from reportgen.pipeline import Outcome

_LONGEST_NAME = 80


def build(
    workbook: WorkbookArgument = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the note.")] = Language.ALL,
    edition: Annotated[Edition, typer.Option(help="For whom the note is.")] = Edition.CLIENT,
    format: Annotated[Format, typer.Option(help="PDF, HTML or both.")] = Format.ALL,  # noqa: A002 - the option's name
    since: Annotated[
        Path | None,
        typer.Option(
            help="The last issue to compare with: its workbook or its manifest.",
            autocompletion=issues,
        ),
    ] = None,
    approve: Annotated[
        str | None, typer.Option(help="Record that this person approves these very files.")
    ] = None,
    timings: Annotated[
        bool, typer.Option("--timings", help="Print the seconds of each stage.")
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Build the note: PDF and HTML, in Chinese and English."""
    speaker = voice(quiet=quiet, as_json=as_json)
    settings, path = chosen(workbook, speaker, "build")
    approved_by = _approver(approve, speaker)
    refuse_since(since, speaker, "build")
    langs = LANGS if lang is Language.ALL else (one_lang(lang),)
    formats = frozenset({"pdf", "html"} if format is Format.ALL else {format.value})
    with watched(speaker) as watch, ExitStack() as stack:
        lacking, workers = renderers(langs if "pdf" in formats else (), stack)
        reader = reading(path, stack)
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
            theme_folder=Path.cwd(),
            approval=Approval(approved_by, now()) if approved_by else None,
            must_compare=since is not None,
        )
        outcome = pipeline.build(request, lacking, workers, watch.stage, reader)
    _report(outcome, speaker, watch.seconds())
    if timings:
        for name, seconds in outcome.seconds.items():
            typer.echo(f"{name:8} {seconds:7.3f} s", err=True)
    raise typer.Exit(outcome.code)


def _report(outcome: Outcome, speaker: Voice, seconds: float) -> None:
    """Errors in full when there are any; else the files, and how many doubts there are."""
    lang = outcome.lang
    if speaker.as_json:
        speaker.document(
            "build", outcome.code, lang, seconds, outcome.issues,
            [one.as_json() for one in _written(outcome)], stages=rounded(outcome.seconds),
        )  # fmt: skip
    elif outcome.code and outcome.workbook is not None:
        from reportgen.checks.report import text_report  # noqa: PLC0415 - heavy

        wanted = errors_only(outcome.issues)
        width = speaker.err.width
        speaker.warn(text_report(outcome.workbook, wanted, lang, width), REPORT_STYLES)
    elif outcome.code:
        say(errors_only(outcome.issues), lang)
    elif not speaker.quiet:
        of_machine = [one for one in outcome.issues if not one.sheet and is_warning(one)]
        say(of_machine, lang)
        _sum_up(outcome, speaker, seconds)


def _sum_up(outcome: Outcome, speaker: Voice, seconds: float) -> None:
    """A summary for who watches; bare paths for a program, and the counts beside them."""
    lang = outcome.lang
    if speaker.out.terminal:
        speaker.result(f"\n{summary(_written(outcome), lang, speaker.out.width)}\n", FILE_STYLES)
    else:
        speaker.result("\n".join(map(shown_path, outcome.files)))
    from reportgen.checks.report import counted  # noqa: PLC0415 - heavy

    counts = counted(outcome.issues, lang)
    told = Text(
        f"{counts}（reportgen check 可查看）" if counts else "没有问题",
        f"{counts} (see: reportgen check)" if counts else "no issues",
    )
    comma = Text("，", ", ")[lang]
    speaker.tell(f"{told[lang]}{comma}{seconds_text(seconds, lang)}", COUNT_STYLES)


def _written(outcome: Outcome) -> list[Written]:
    return written_files((path, shown_path(path)) for path in outcome.files)


def _approver(name: str | None, speaker: Voice) -> str:
    """The name to record, or a usage message and exit code 2 for one that names nobody."""
    if name is None:
        return ""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        text = Text("--approve 需要批准人的姓名。", "--approve needs the name of a person.")
        raise speaker.refuse(text, USAGE, "build")
    return name.strip()
