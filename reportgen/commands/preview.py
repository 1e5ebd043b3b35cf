"""`reportgen preview`."""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.options import Edition, ReportLanguage, WorkbookArgument
from reportgen.commands.surroundings import chosen, now, system, voice
from reportgen.exits import MACHINE_LACKS, USAGE
from reportgen.language import Lang, Text

_PORT = 8421
_PORTS = 65_535


def preview(
    workbook: WorkbookArgument = None,
    lang: Annotated[
        ReportLanguage | None,
        typer.Option(help="Language to begin with; without it, the workbook's own."),
    ] = None,
    edition: Annotated[Edition, typer.Option(help="Edition to begin with.")] = Edition.CLIENT,
    theme: Annotated[
        str | None, typer.Option(help="Theme to begin with; without it, the usual one.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=_PORTS, help="Port; another one where it is taken.")
    ] = _PORT,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and open nothing.")
    ] = False,
) -> None:
    """Show the note in the browser while you write.

    Saving the workbook updates the page. The issues stand beside the note; a click on a
    number tells where it comes from.
    """
    speaker = voice()
    settings, given = chosen(workbook, speaker, "preview")
    path = Path.cwd() / given
    if not path.is_file():
        raise speaker.refuse(
            Text(
                f"找不到工作簿 {given}。请核对路径，或用 reportgen new {given} 新建。",
                f"There is no workbook {given}. Check the path, or make one: reportgen new {given}",
            ),
            USAGE,
            "preview",
        )
    from reportgen.preview.order import Order  # noqa: PLC0415 - heavy; --help stays quick
    from reportgen.preview.serve import serve  # noqa: PLC0415
    from reportgen.render.theme import ThemeError, load_theme  # noqa: PLC0415

    wanted = theme or settings.theme
    try:
        load_theme(wanted, Path.cwd())
    except ThemeError as problem:
        why = problem.text
        raise speaker.refuse(
            Text(f"主题 {wanted} 无法使用：{why.zh}。", f"Theme {wanted} is unusable: {why.en}."),
            USAGE, "preview",
        ) from None  # fmt: skip
    since = settings.since if settings.workbook in (given, None) else None
    order = Order(
        str(path),
        _lang(lang),
        "internal" if edition is Edition.INTERNAL else "client",
        wanted,
        str(Path.cwd() / since) if since is not None else "",
        str(Path.cwd()),
    )

    def ready(address: str) -> None:
        speaker.result(address)
        speaker.tell("预览已就绪，按 Ctrl-C 结束。 / The preview is ready; Ctrl-C ends it.")
        if not no_browser:
            with suppress(webbrowser.Error, OSError):
                webbrowser.open(address)

    try:
        serve(order, port=port, system=system(), clock=now, ready=ready)
    except OSError as problem:
        speaker.warn(f"预览无法启动 / the preview cannot start: {problem.strerror or problem}")
        raise typer.Exit(MACHINE_LACKS) from None


def _lang(lang: ReportLanguage | None) -> Lang | None:
    if lang is None:
        return None
    return "en" if lang is ReportLanguage.EN else "zh"
