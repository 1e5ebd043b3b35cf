"""What surrounds a command: folder, clock, environment and system, read here and in cli alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from reportgen.issues import Issue, has_errors
from reportgen.language import Lang
from reportgen.settings import Settings, SettingsError, choose_workbook, read_settings

if TYPE_CHECKING:
    from reportgen.checking import Stages
    from reportgen.render.machine import System
    from reportgen.render.worker import PdfWorker


def chosen(given: Path | None) -> tuple[Settings, Path]:
    """The settings and the workbook, or a usage message and exit code 2."""
    folder = Path.cwd()
    try:
        settings = read_settings(folder)
        return settings, choose_workbook(given, settings, folder)
    except SettingsError as problem:
        typer.echo(f"{problem.text.zh}\n{problem.text.en}", err=True)
        raise typer.Exit(2) from None


def usual_since() -> Path | None:
    """The previous issue that the settings name, when it is there."""
    try:
        usual = read_settings(Path.cwd()).since
    except SettingsError:
        return None
    return usual if usual is not None and usual.is_file() else None


def now() -> str:
    """The time, with its zone, in ISO 8601."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def renderers(
    langs: tuple[Lang, ...], stack: ExitStack
) -> tuple[tuple[Issue, ...], dict[Lang, PdfWorker]]:
    """What the machine lacks, and a renderer for each language, started now.

    They load their engine while this process loads ours and reads the workbook.
    """
    if not langs:
        return (), {}
    from reportgen.render.machine import ThisMachine, machine_problems  # noqa: PLC0415 - lazy
    from reportgen.render.worker import PdfWorker  # noqa: PLC0415

    machine = system()
    lacking = machine_problems(machine, ThisMachine(machine))
    if has_errors(lacking):
        return lacking, {}
    return lacking, {lang: stack.enter_context(PdfWorker()) for lang in langs}


def system() -> System:
    """Which kind of machine this is."""
    names: dict[str, Literal["macos", "windows"]] = {"darwin": "macos", "win32": "windows"}
    return names.get(sys.platform, "linux")


def stages() -> Stages:
    """A stop-watch whose stages show on a terminal."""
    from reportgen.checking import Stages  # noqa: PLC0415 - heavy

    return Stages(time.perf_counter, listener())


def listener() -> Callable[[str], None]:
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
