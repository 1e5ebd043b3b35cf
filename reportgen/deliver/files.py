"""Writing a note's files: all of them or none, each of them whole, the old ones safe until then."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reportgen.deliver.locks import PATIENCE_SECONDS, locked
from reportgen.deliver.moves import is_ours, move_in, put_new, sweep
from reportgen.deliver.refusals import DeliveryError, explained
from reportgen.language import Lang, Text
from reportgen.workbook.slugs import is_device, is_slug

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_ISSUE = re.compile(r"[a-z0-9][a-z0-9-]*-\d{8}(?:-r\d+)?")  # a folder of `note_folder`
_TRIES = 20


def note_folder(out: Path, slug: str, issued: date, edition: str, revision: int = 1) -> Path:
    """<out>/<slug>-<YYYYMMDD>[-r2]/<edition>. Raises DeliveryError for an unusable slug."""
    return out / _stem(slug, issued, revision) / _checked(edition)


def note_name(slug: str, issued: date, lang: Lang, suffix: str, revision: int = 1) -> str:
    """<slug>-<YYYYMMDD>[-r2]-<lang>.<suffix>. Raises DeliveryError for an unusable slug."""
    return f"{_stem(slug, issued, revision)}-{lang}.{suffix}"


@dataclass(frozen=True, slots=True)
class Target:
    """A note's folder that nobody else writes into while we have it; see `entered`."""

    folder: Path

    def write(self, files: Mapping[str, bytes]) -> tuple[Path, ...]:
        """Write the files, all or none of them; their paths, in order.

        Every file is first written and flushed under a temporary name. Only when all are
        there do they take their places, one by one, each by a single rename. If one
        cannot, those before it are put back; after a crash the next one to enter does so.
        Raises HeldError when another program has a file open, and DeliveryError.
        """
        _check_names(files)
        try:
            move_in(self.folder, files)
        except OSError as problem:
            raise explained(problem, self.folder) from problem
        return tuple(self.folder / name for name in files)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files of ours that are no longer needed; one that is open stays."""
        for name in names:
            with contextlib.suppress(OSError):
                (self.folder / _checked(name)).unlink()


@contextmanager
def entered(
    folder: Path,
    *,
    patience: float = PATIENCE_SECONDS,
    waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Iterator[Target]:
    """Have a folder for oneself, made if need be, without what a dead build left in it.

    Another build's end is waited for inside `waiting()`. Raises BusyError when it has not
    ended after `patience` seconds, and DeliveryError. Folders made here go again when
    nothing was written into them.
    """
    made = _missing(folder)
    with ExitStack() as stack:
        stack.callback(_remove_empty, made)
        try:
            stack.enter_context(_made_and_locked(folder, patience, waiting))
            sweep(folder)
        except OSError as problem:
            raise explained(problem, folder) from problem
        yield Target(folder)


def write_all(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write the files into the folder, which is made if need be, as `Target.write` does.

    Raises BusyError when somebody else is writing there, and DeliveryError.
    """
    _check_names(files)
    with entered(folder) as target:
        return target.write(files)


def write_one(path: Path, data: bytes, option: str = "--out") -> Path:
    """Write one file as `write_all` does, under a name and in a folder that the user chose.

    `option` is where it was chosen, for messages. Raises DeliveryError.
    """
    try:
        with locked(path.parent):
            sweep(path.parent)
            move_in(path.parent, {path.name: data})
    except OSError as problem:
        raise explained(problem, path.parent, option) from problem
    return path


def write_new(path: Path, data: bytes) -> Path:
    """Write one file under a name and in a folder that the user chose, replacing nothing.

    Raises FileExistsError when something of that name is there, and DeliveryError.
    """
    try:
        with locked(path.parent):
            sweep(path.parent)
            put_new(path, data)
    except FileExistsError:
        raise
    except OSError as problem:
        raise explained(problem, path.parent, "PATH") from problem
    return path


def tidy(out: Path) -> None:
    """Put right what dead builds left in any note's folder; a running build's is its own."""
    with contextlib.suppress(OSError):
        issues = [entry for entry in os.scandir(out) if _ISSUE.fullmatch(entry.name)]
        for folder in (edition for issue in issues for edition in os.scandir(issue)):
            with contextlib.suppress(OSError, DeliveryError):
                if any(is_ours(name) for name in os.listdir(folder)):
                    with entered(Path(folder), patience=0.0):
                        pass


def _missing(folder: Path) -> list[Path]:
    """The folders on the way to this one that are not there yet, the innermost first."""
    found: list[Path] = []
    for path in (folder, *folder.parents):
        if os.path.lexists(path):
            break
        found.append(path)
    return found


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


@contextmanager
def _made_and_locked(
    folder: Path, patience: float, waiting: Callable[[], AbstractContextManager[object]]
) -> Iterator[None]:
    for attempt in range(_TRIES):
        with ExitStack() as stack:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(locked(folder, patience, waiting))
            except FileNotFoundError:  # another build that made it and wrote nothing removed it
                if attempt == _TRIES - 1:
                    raise
                continue
            yield
            return


def _stem(slug: str, issued: date, revision: int = 1) -> str:
    if not is_slug(slug):
        raise DeliveryError(
            Text(
                f"“报告设置”中的文件名“{slug}”无法使用。"
                "请只用小写字母、数字和连字符，最多 60 个字符。",
                f"The slug “{slug}” in sheet Note cannot be a file name. Use small letters, digits "
                "and hyphens only, at most 60.",
            )
        )
    return f"{slug}-{issued:%Y%m%d}{f'-r{revision}' if revision > 1 else ''}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or name.endswith(".") or is_device(name):
        raise DeliveryError(
            Text(
                f"“{name}” 不能用作文件名。请换一个名称。",
                f"“{name}” cannot be a file name. Choose another.",
            )
        )
    return name


def _check_names(files: Mapping[str, bytes]) -> None:
    seen: dict[str, str] = {}
    for name in files:
        other = seen.setdefault(_checked(name).casefold(), name)
        if other != name:
            raise DeliveryError(
                Text(
                    f"“{other}” 与 “{name}” 只有大小写不同，在部分电脑上是同一文件。请改名。",
                    f"“{other}” and “{name}” differ in case only and are one file on some "
                    "machines. Use different names.",
                )
            )
