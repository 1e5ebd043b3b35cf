"""What surrounds a command: folder, clock, environment and system, read here and in cli alone."""

from __future__ import annotations

import io
import locale
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

from reportgen.commands.outlet import outlet
from reportgen.commands.progress import Progress, silence
from reportgen.commands.voice import Voice
from reportgen.exits import USAGE
from reportgen.issues import Issue, has_errors
from reportgen.language import Lang, Text
from reportgen.plain_files import open_plain
from reportgen.settings import Settings, SettingsError, choose_workbook, read_settings

if TYPE_CHECKING:
    from reportgen.checking import Stages
    from reportgen.render.machine import System
    from reportgen.render.worker import PdfWorker
    from reportgen.workbook.door import Reader


def chosen(
    given: Path | None, speaker: Voice | None = None, command: str = ""
) -> tuple[Settings, Path]:
    """The settings and the workbook, or a usage message and exit code 2."""
    folder = Path.cwd()
    try:
        settings = read_settings(folder)
        return settings, choose_workbook(given, settings, folder, command or "build")
    except SettingsError as problem:
        raise (speaker or voice()).refuse(problem.text, USAGE, command) from None


def usual_since() -> Path | None:
    """The previous issue that the settings name, when it is there."""
    try:
        usual = read_settings(Path.cwd()).since
    except SettingsError:
        return None
    return usual if usual is not None and usual.is_file() else None


def refuse_since(since: Path | None, speaker: Voice, command: str) -> None:
    """A usage message and exit code 2 for a last issue that is not there or cannot be opened."""
    if since is None:
        return
    try:
        with open_plain(since):
            return
    except OSError:
        text = Text(
            f"--since 的文件 {since} 不存在或无法打开。请检查路径；不作对比时请去掉 --since。",
            f"The file {since} of --since is not there or cannot be opened. Check the path, or "
            "leave out --since to compare with nothing.",
        )
        raise speaker.refuse(text, USAGE, command) from None


def settings_here(speaker: Voice, command: str) -> Settings:
    """The settings of this folder, or a usage message and exit code 2."""
    try:
        return read_settings(Path.cwd())
    except SettingsError as problem:
        raise speaker.refuse(problem.text, USAGE, command) from None


def usual_workbook(settings: Settings) -> Path | None:
    """The workbook that a build here would take, when it is there."""
    try:
        usual = choose_workbook(None, settings, Path.cwd())
    except SettingsError:
        return None
    return usual if usual.is_file() else None


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


def reading(path: Path, stack: ExitStack) -> Reader:
    """A reading process that has begun with the workbook, while this one loads the rest.

    A file that is being saved is given two seconds to be whole.
    """
    from reportgen.workbook.door import Reader  # noqa: PLC0415 - heavy

    reader = stack.enter_context(Reader(wait=2.0))
    reader.begin(path)
    return reader


def system() -> System:
    """Which kind of machine this is, as far as the cures for what it lacks differ."""
    names: dict[str, Literal["macos", "windows"]] = {"darwin": "macos", "win32": "windows"}
    return names[sys.platform] if sys.platform in names else _distribution()


def _distribution() -> System:
    try:
        told = platform.freedesktop_os_release()
    except OSError:
        return "linux"
    names = {told.get("ID", ""), *told.get("ID_LIKE", "").split()}
    if names & {"fedora", "rhel", "centos"}:
        return "fedora"
    return "arch" if "arch" in names else "linux"


def spoken_lang() -> Lang:
    """The language of the system, for what is said before any workbook is known."""
    named = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    told = next(filter(None, named), "") or locale.getlocale()[0] or ""
    return "zh" if told.casefold().startswith(("zh", "chinese")) else "en"


def free_memory() -> int | None:
    """The bytes of memory that programs may still take; None where the system does not say."""
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    found = re.search(r"MemAvailable:\s*(\d+) kB", told)
    return int(found[1]) * 1024 if found else None


@dataclass(frozen=True)
class Watch:
    """The stop-watch of one run of a command. `listener` is told which stage begins."""

    began: float
    listener: Callable[[str], None]

    def seconds(self) -> float:
        """The seconds since the command began."""
        return time.perf_counter() - self.began

    @cached_property
    def stage(self) -> Stages:
        """The stages of the run, each with its time."""
        from reportgen.checking import Stages  # noqa: PLC0415 - heavy

        return Stages(time.perf_counter, self.listener)


@contextmanager
def watched(speaker: Voice) -> Iterator[Watch]:
    """A stop-watch whose stages show on a terminal when they last; what they showed is cleared."""
    began = time.perf_counter()
    clock = time.perf_counter
    shown = Progress(speaker.err.drawer(), clock) if speaker.watched else silence()
    with shown as listener:
        listener("load")
        yield Watch(began, listener)


def voice(*, quiet: bool = False, as_json: bool = False) -> Voice:
    """How this run speaks: to a terminal or a pipe, in the way the environment asks for."""
    streams = (sys.stdout or io.StringIO(), sys.stderr or io.StringIO())  # None when closed
    out, err = (outlet(stream, os.environ, _columns(stream)) for stream in streams)
    return Voice(out, err, quiet, as_json)


def shown_path(path: Path) -> str:
    """A path as one would type it here: relative when it is under the current folder."""
    whole, here = Path(os.path.abspath(path)), Path.cwd()
    return str(whole.relative_to(here) if whole.is_relative_to(here) else path)


def _columns(stream: TextIO) -> int:
    """How wide the terminal behind a stream is; 0 for anything else."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal():
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0
