"""Asks this machine for the facts that `reportgen doctor` judges."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from reportgen.commands.findings import Facts, Package, Trial
from reportgen.commands.surroundings import free_memory, system
from reportgen.language import Text
from reportgen.render.machine import ThisMachine, font_versions, library_versions, machine_problems
from reportgen.settings import Settings, SettingsError, choose_workbook, read_settings

_OURS = "reportgen"
_LEAST_PYTHON = ">=3.11"
_CHINESE = "算力租赁价格 6.7–6.8 万元/台/月"
_ENGLISH = "Compute leasing, CNY 67–68k per server-month"


def examined(folder: Path, *, trial: bool) -> Facts:
    """The facts about this machine, as seen from a folder. A trial typesets a page."""
    settings, settings_problem = _settings(folder)
    workbook, workbook_problem = _workbook(folder, settings)
    families, serif, templates = _theme(settings.theme, folder)
    machine = system()
    problems = machine_problems(machine, ThisMachine(machine))
    out = settings.out or folder / "output"
    there = _existing(out)
    return Facts(
        python=platform.python_version(),
        python_allowed=_python_allowed(),
        packages=_packages(),
        libraries=library_versions(),
        problems=problems,
        fonts=tuple(font_versions((*families, *serif))),
        folder=str(out),
        unwritable=_unwritable(there),
        disk=_disk(there),
        memory=free_memory(),
        templates=templates,
        settings=settings_problem,
        workbook=workbook,
        workbook_problem=workbook_problem,
        pip=f'"{sys.executable}" -m pip',
        trial=_tried(families, serif) if trial and not _is_hopeless(problems) else None,
    )


def _is_hopeless(problems: tuple[object, ...]) -> bool:
    """Whether Pango is missing, so that there is nothing to try."""
    return any(getattr(one, "code", "") == "pango-missing" for one in problems)


def _python_allowed() -> str:
    try:
        return metadata(_OURS)["Requires-Python"] or _LEAST_PYTHON
    except (PackageNotFoundError, KeyError):
        return _LEAST_PYTHON


def _packages() -> tuple[Package, ...] | None:
    """The packages that reportgen itself asks for; None when it is not installed as one."""
    try:
        asked = requires(_OURS) or []
    except PackageNotFoundError:
        return None
    return tuple(_package(one) for one in asked if "extra ==" not in one)


def _package(asked: str) -> Package:
    plain = asked.partition(";")[0].replace(" ", "")
    name = plain[: next((at for at, sign in enumerate(plain) if sign in "<>=!~["), len(plain))]
    try:
        have = version(name)
    except PackageNotFoundError:
        have = ""
    return Package(name, plain[len(name) :], have)


def _settings(folder: Path) -> tuple[Settings, Text | None]:
    try:
        return read_settings(folder), None
    except SettingsError as problem:
        return Settings(), problem.text


def _workbook(folder: Path, settings: Settings) -> tuple[str, Text | None]:
    try:
        path = choose_workbook(None, settings, folder)
    except SettingsError as problem:
        return "", problem.text
    shown = str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
    if path.is_file():
        return shown, None
    return shown, Text(
        f"reportgen.toml 所指的 {shown} 不存在",
        f"{shown}, which reportgen.toml names, does not exist",
    )


def _theme(name: str, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...], Text | None]:
    """The font families of the theme, sans and serif, or what the templates lack."""
    try:
        from reportgen.render.resources import (  # noqa: PLC0415 - not for --help
            MissingTemplateError,
            template_text,
        )
        from reportgen.render.theme import ThemeError, load_theme  # noqa: PLC0415
    except ImportError as problem:  # a package is missing, which is told elsewhere
        missing = Text(f"不能读取：缺 {problem.name}", f"unreadable: {problem.name} is missing")
        return (), (), missing
    try:
        theme = load_theme(name, folder)
        for part in ("print.html.j2", "web.html.j2", "css/print.css", "css/web.css"):
            template_text(part)
    except ThemeError as problem:
        return (), (), problem.text
    except MissingTemplateError as problem:
        return (), (), Text.same(str(problem))
    return theme.sans, theme.serif, None


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: where it will be made."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _unwritable(folder: Path) -> Text | None:
    try:
        with tempfile.TemporaryFile(dir=folder, prefix=".reportgen-"):
            return None
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        return Text(f"{folder} 不能写入（{reason}）", f"{folder} cannot be written ({reason})")


def _disk(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _tried(sans: tuple[str, ...], serif: tuple[str, ...]) -> Trial:
    """Typeset a page in both languages, as a build would, and read it back."""
    began = time.perf_counter()
    try:
        from reportgen.deliver.reading import font_names, page_texts  # noqa: PLC0415 - heavy
        from reportgen.render.worker import PdfWorker, WorkerError  # noqa: PLC0415
    except ImportError as problem:  # a package is missing, which is told elsewhere
        return Trial(0.0, problem=Text(f"缺 {problem.name}", f"{problem.name} is missing"))
    try:
        with PdfWorker() as worker:
            content = worker.render(_page(sans, serif), {})
    except WorkerError as problem:
        return Trial(time.perf_counter() - began, problem=problem.text)
    seconds = time.perf_counter() - began
    read = "".join("".join(page_texts(content)).split())
    whole = all("".join(said.split()) in read for said in (_CHINESE, _ENGLISH))
    return Trial(seconds, font_names(content), whole)


def _page(sans: tuple[str, ...], serif: tuple[str, ...]) -> str:
    body, heading = (", ".join(_quoted(families)) for families in (sans, serif))
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>reportgen</title>'
        f"<style>p {{font-family: {body}}} h1 {{font-family: {heading}}}</style></head>"
        f"<body><h1>{_CHINESE}</h1><p>{_ENGLISH}</p><p>{_CHINESE}</p></body></html>"
    )


def _quoted(families: tuple[str, ...]) -> Iterator[str]:
    generic = ("sans-serif", "serif")
    yield from (one if one in generic else f"'{one}'" for one in families or generic[:1])
