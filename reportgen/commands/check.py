"""`reportgen check`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportgen.commands.completing import issues as issues_to_compare
from reportgen.commands.options import (
    JsonOption,
    QuietOption,
    ReportFormat,
    WorkbookArgument,
)
from reportgen.commands.saying import errors_only
from reportgen.commands.surroundings import (
    chosen,
    reading,
    refuse_since,
    shown_path,
    voice,
    watched,
)
from reportgen.commands.voice import REPORT_STYLES, Voice
from reportgen.exits import (
    BUSY,
    DONE,
    GATE_REFUSED,
    MACHINE_LACKS,
    USAGE,
    WORKBOOK_ERRORS,
)
from reportgen.issues import has_errors
from reportgen.language import Lang, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportgen.checking import Checked
    from reportgen.issues import Issue


def check(
    workbook: WorkbookArgument = None,
    format: Annotated[  # noqa: A002 - the option's name
        ReportFormat, typer.Option(help="Text, or JSON of the report alone.")
    ] = ReportFormat.TEXT,
    annotate: Annotated[
        Path | None,
        typer.Option(
            metavar="COPY.xlsx",
            help="Write a copy of the workbook with a sheet of the issues, coloured cells and "
            "comments. The workbook itself is not changed.",
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="OLD",
            help="The last issue's workbook: prose that stands as it stood, though what it speaks "
            "of has changed, is pointed out.",
            autocompletion=issues_to_compare,
        ),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong in a workbook, cell by cell, with the cure."""
    speaker = voice(quiet=quiet, as_json=as_json)
    settings, path = chosen(workbook, speaker, "check")
    refuse_since(since, speaker, "check")
    last = since or (settings.since if settings.workbook in (path, None) else None)
    if annotate is not None:
        _refuse_place(path, annotate, speaker)
    with watched(speaker) as watch, ExitStack() as stack:
        reader = reading(path, stack)
        from reportgen import checking, comparing  # noqa: PLC0415 - heavy: --help must stay quick
        from reportgen.checks.report import (  # noqa: PLC0415
            json_report,
            row_counts,
            text_report,
        )

        found = checking.check(path, watch.stage, reader=reader)
        lang: Lang = "en" if found.workbook.lang == "en" else "zh"
        _, compared = comparing.since(last, path, found, watch.stage, reader)
        issues = (*found.issues, *found.refused, *compared)
        refused = GATE_REFUSED if found.refused else DONE
        code = WORKBOOK_ERRORS if has_errors(found.issues) else refused
        copy: Path | Text | None = None
        if annotate is not None:
            with watch.stage("write"):
                copy, failed = _annotate(path, annotate, found, issues)
            code = failed or code
    files = [{"path": shown_path(copy)}] if isinstance(copy, Path) else []
    if as_json:
        rows = row_counts(found.workbook)
        speaker.document("check", code, lang, watch.seconds(), issues, files, rows=rows)
    elif format is ReportFormat.JSON:
        speaker.result(json_report(found.workbook, issues, lang))
    else:
        told = errors_only(issues) if quiet else issues
        if told or not quiet:
            report = text_report(found.workbook, told, lang, speaker.out.width)
            speaker.result(report, REPORT_STYLES)
    if isinstance(copy, Text):
        speaker.warn(copy[lang])
    elif copy is not None:
        shown = shown_path(copy)
        speaker.tell(Text(f"标注副本：{shown}", f"Annotated copy: {shown}")[lang])
    raise typer.Exit(code)


def _refuse_place(path: Path, copy: Path, speaker: Voice) -> None:
    """A usage message and exit code 2 where the copy may not be written."""
    from reportgen.workbook.annotation.place import place_problem  # noqa: PLC0415 - heavy

    problem = place_problem(path, copy)
    if problem is not None:
        raise speaker.refuse(problem, USAGE, "check", "copy-refused")


def _annotate(
    path: Path, copy: Path, found: Checked, issues: Sequence[Issue]
) -> tuple[Path | Text, int]:
    """Write the copy: where it is, or why there is none and the exit code for that."""
    from reportgen.deliver.files import write_one  # noqa: PLC0415 - heavy
    from reportgen.deliver.refusals import BusyError, DeliveryError  # noqa: PLC0415
    from reportgen.workbook.annotation.annotate import AnnotationError  # noqa: PLC0415
    from reportgen.workbook.aside import annotated_copy  # noqa: PLC0415

    if not found.workbook.opened:
        told = Text(
            "文件无法打开，没有写入副本。", "The file cannot be opened; no copy was written."
        )
        return told, DONE
    lang: Lang = "en" if found.workbook.lang == "en" else "zh"
    try:
        data = annotated_copy(path, issues, lang)
        return write_one(copy.resolve(), data, "--annotate"), DONE
    except BusyError as problem:
        return problem.text, BUSY
    except (AnnotationError, DeliveryError) as problem:
        return problem.text, MACHINE_LACKS
