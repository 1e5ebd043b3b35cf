"""The command line: the only place that reads the clock, the locale and the environment."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reportgen import __version__
from reportgen.issues import Issue, Severity, has_errors
from reportgen.language import LANGS, Lang, Text
from reportgen.settings import Settings, SettingsError, choose_workbook, read_settings

if TYPE_CHECKING:
    from reportgen.pipeline import Outcome, Stages
    from reportgen.render.machine import System
    from reportgen.render.worker import PdfWorker

DEBUG = "REPORTGEN_DEBUG"
INTERNAL_FAULT = 70
_LONGEST_NAME = 80

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Turn an analyst's workbook on compute leasing into a typeset research note.",
)


class Language(StrEnum):
    """Languages of a note."""

    ZH = "zh"
    EN = "en"
    ALL = "all"


class ReportLanguage(StrEnum):
    """Languages of a report."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """Forms of a note."""

    PDF = "pdf"
    HTML = "html"
    ALL = "all"


class ReportFormat(StrEnum):
    """Forms of a check's report."""

    TEXT = "text"
    JSON = "json"


class Edition(StrEnum):
    """For whom a note is."""

    CLIENT = "client"
    INTERNAL = "internal"


WorkbookArgument = Annotated[
    Path | None,
    typer.Argument(help="The workbook; without it, the one in reportgen.toml or workbooks/."),
]


@app.command()
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
    settings, path = _chosen(workbook)
    approver = _approver(approve)
    langs = LANGS if lang is Language.ALL else (_lang(lang),)
    formats = frozenset({"pdf", "html"} if format is Format.ALL else {format.value})
    with ExitStack() as stack:
        lacking, workers = _renderers(langs if "pdf" in formats else (), stack)
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
            approval=Approval(approver, _now()) if approver else None,
        )
        outcome = pipeline.build(request, lacking, workers, _stages())
    _say_issues(outcome)
    for file in outcome.files:
        typer.echo(str(file))
    if timings:
        for name, seconds in outcome.seconds.items():
            typer.echo(f"{name:8} {seconds:7.3f} s", err=True)
    raise typer.Exit(outcome.code)


@app.command()
def check(
    workbook: WorkbookArgument = None,
    format: Annotated[ReportFormat, typer.Option(help="Text or JSON.")] = ReportFormat.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Say what is wrong or doubtful in a workbook, cell by cell, with the cure."""
    _, path = _chosen(workbook)
    from reportgen import pipeline  # noqa: PLC0415 - heavy, and --help must stay quick
    from reportgen.checks.report import json_report, text_report  # noqa: PLC0415

    found = pipeline.check(path, _stages())
    lang: Lang = "en" if found.workbook.lang == "en" else "zh"
    report = json_report if format is ReportFormat.JSON else text_report
    typer.echo(report(found.workbook, (*found.issues, *found.refused), lang))
    refused = pipeline.GATE_REFUSED if found.refused else pipeline.DONE
    raise typer.Exit(pipeline.WORKBOOK_ERRORS if has_errors(found.issues) else refused)


@app.command()
def figures(workbook: WorkbookArgument = None) -> None:
    """List every figure by name, as prose in Views asks for it between double brackets."""
    _, path = _chosen(workbook)
    from reportgen import pipeline  # noqa: PLC0415 - heavy, and --help must stay quick
    from reportgen.wording import quantity_text  # noqa: PLC0415

    found = pipeline.check(path, _stages())
    lang: Lang = "en" if found.workbook.lang == "en" else "zh"
    if found.analysis is None:
        _say(_errors_only(found.issues), lang)
        raise typer.Exit(pipeline.WORKBOOK_ERRORS)
    for figure in found.analysis.figures.values():
        value = quantity_text(figure.quantity, lang, signed=figure.signed)
        typer.echo(f"{figure.id}\t{value}\t{figure.label[lang]}")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The last issue's workbook, or its manifest (JSON).")],
    new: Annotated[Path, typer.Argument(help="The present workbook or manifest.")],
    format: Annotated[ReportFormat, typer.Option(help="Text or JSON.")] = ReportFormat.TEXT,  # noqa: A002 - the option's name
    lang: Annotated[ReportLanguage | None, typer.Option(help="Language of the report.")] = None,
) -> None:
    """Say which figures are reversed, revised, new or gone between two issues, and why."""
    from reportgen import pipeline  # noqa: PLC0415 - heavy, and --help must stay quick
    from reportgen.analysis.since_report import json_report, text_report  # noqa: PLC0415

    then, now, compared = pipeline.diff(old, new, _stages())
    wanted = lang.value if lang else now.workbook.lang if now.workbook else "zh"
    spoken: Lang = "en" if wanted == "en" else "zh"
    if compared is None:
        _say(_errors_only((*then.issues, *now.issues)), spoken)
        raise typer.Exit(pipeline.WORKBOOK_ERRORS)
    report = json_report if format is ReportFormat.JSON else text_report
    typer.echo(report(compared, (then.file, then.date), (now.file, now.date), spoken))


@app.command()
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


@app.command()
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
            since or _usual_since(),
            lambda lang: _renderers((lang,), stack),
            _stages(),
        )
    for line in verdict.lines:
        typer.echo(line)
    _say(_errors_only(verdict.issues), verdict.lang)
    raise typer.Exit(verdict.code)


def main() -> None:
    """Run the command line. An unforeseen fault is one sentence, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Chinese on a Windows console
    try:
        app()
    except (KeyboardInterrupt, BrokenPipeError):
        raise SystemExit(130) from None
    except Exception as fault:
        if os.environ.get(DEBUG):
            raise
        typer.echo(
            f"reportgen {__version__} 内部错误，未写入任何文件 / internal fault, nothing written: "
            f"{type(fault).__name__}: {fault}\n"
            f"请将此行与工作簿发给维护者 / send this line and the workbook to the maintainers "
            f"({DEBUG}=1 shows more).",
            err=True,
        )
        raise SystemExit(INTERNAL_FAULT) from None


def _chosen(given: Path | None) -> tuple[Settings, Path]:
    """The settings and the workbook, or a usage message and exit code 2."""
    folder = Path.cwd()
    try:
        settings = read_settings(folder)
        return settings, choose_workbook(given, settings, folder)
    except SettingsError as problem:
        typer.echo(f"{problem.text.zh}\n{problem.text.en}", err=True)
        raise typer.Exit(2) from None


def _usual_since() -> Path | None:
    """The previous issue that the settings name, when it is there."""
    try:
        usual = read_settings(Path.cwd()).since
    except SettingsError:
        return None
    return usual if usual is not None and usual.is_file() else None


def _approver(name: str | None) -> str:
    """The name to record, or a usage message and exit code 2 for one that names nobody."""
    if name is None:
        return ""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        typer.echo("--approve 需要批准人的姓名。\n--approve needs the name of a person.", err=True)
        raise typer.Exit(2)
    return name.strip()


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _renderers(
    langs: tuple[Lang, ...], stack: ExitStack
) -> tuple[tuple[Issue, ...], dict[Lang, PdfWorker]]:
    """What the machine lacks, and a renderer for each language, started now.

    They load their engine while this process loads ours and reads the workbook.
    """
    if not langs:
        return (), {}
    from reportgen.render.machine import ThisMachine, machine_problems  # noqa: PLC0415 - lazy
    from reportgen.render.worker import PdfWorker  # noqa: PLC0415

    system = _system()
    lacking = machine_problems(system, ThisMachine(system))
    if has_errors(lacking):
        return lacking, {}
    return lacking, {lang: stack.enter_context(PdfWorker()) for lang in langs}


def _lang(lang: Language) -> Lang:
    return "en" if lang is Language.EN else "zh"


def _system() -> System:
    names: dict[str, Literal["macos", "windows"]] = {"darwin": "macos", "win32": "windows"}
    return names.get(sys.platform, "linux")


def _stages() -> Stages:
    from reportgen.pipeline import Stages  # noqa: PLC0415 - heavy

    return Stages(time.perf_counter, _listener())


def _listener() -> Callable[[str], None]:
    """Shows the running stage on a terminal, nothing on a pipe."""
    if not sys.stderr.isatty():
        return lambda _: None
    words = {
        "read": "读取工作簿 reading", "check": "检查 checking", "analyse": "分析 analysing",
        "since": "对比上期 comparing", "note": "组稿 composing", "charts": "绘图 drawing",
        "html": "网页 page", "pdf": "排版 typesetting", "search": "复核 searching",
        "write": "写入 writing",
        "manifest": "清单 listing",
    }  # fmt: skip

    def show(stage: str) -> None:
        sys.stderr.write(f"\r\033[K{words.get(stage, stage)} …" if stage != "write" else "\r\033[K")
        sys.stderr.flush()

    return show


def _say_issues(outcome: Outcome) -> None:
    """Errors in full when there are any; otherwise only how many doubts there are."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    if outcome.code:
        if outcome.workbook is not None:
            from reportgen.checks.report import text_report  # noqa: PLC0415

            wanted = _errors_only(outcome.issues)
            typer.echo(text_report(outcome.workbook, wanted, outcome.lang), err=True)
        else:
            _say(_errors_only(outcome.issues), outcome.lang)
        return
    _say(
        [issue for issue in outcome.issues if not issue.sheet and _is_warning(issue)], outcome.lang
    )
    warnings = sum(_is_warning(issue) for issue in outcome.issues)
    remarks = sum(issue.severity is Severity.REMARK for issue in outcome.issues)
    told = Text(
        f"{warnings} 条警告，{remarks} 条提示；详情：reportgen check",
        f"{warnings} warnings, {remarks} remarks; see: reportgen check",
    )
    typer.echo(told[outcome.lang], err=True)


def _is_warning(issue: Issue) -> bool:
    return issue.severity is Severity.WARNING


def _errors_only(issues: Iterable[Issue]) -> list[Issue]:
    return [issue for issue in issues if issue.severity is Severity.ERROR]


def _say(issues: Iterable[Issue], lang: Lang) -> None:
    for issue in issues:
        place = "!".join(part for part in (issue.file, issue.sheet, issue.cell) if part)
        opening = f"{place} " if place else ""
        typer.echo(f"{opening}{issue.code}: {issue.message[lang]}{issue.hint[lang]}", err=True)


if __name__ == "__main__":
    main()
