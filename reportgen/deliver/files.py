"""Writing a note's files: all of them or none, each of them whole, the old ones safe until then."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from reportgen.language import Lang, Text

_MARK = ".reportgen-"  # our unfinished and set-aside files begin with a dot and this
_STRAY = re.compile(r"\.reportgen-[0-9a-f]{12}-(?:new|old)")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_TRIES = 4
_PAUSE_SECONDS = 0.25


class DeliveryError(Exception):
    """A file could not be written; `text` says which, why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def note_folder(out: Path, slug: str, issued: date, edition: str, revision: int = 1) -> Path:
    """<out>/<slug>-<YYYYMMDD>[-r2]/<edition>. Raises DeliveryError for an unusable slug."""
    return out / _stem(slug, issued, revision) / _checked(edition)


def note_name(slug: str, issued: date, lang: Lang, suffix: str, revision: int = 1) -> str:
    """<slug>-<YYYYMMDD>[-r2]-<lang>.<suffix>. Raises DeliveryError for an unusable slug."""
    return f"{_stem(slug, issued, revision)}-{lang}.{suffix}"


@dataclass(slots=True)
class _Move:
    """One file on its way: `new` is the written temporary, `old` the set-aside former file."""

    target: Path
    new: Path
    old: Path
    had_old: bool = False
    done: bool = field(default=False)


def write_all(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write the files into the folder, which is made if need be; their paths, in order.

    Every file is first written and flushed under a temporary name. Only when all are
    there do they take their places, one by one, each by a single rename. If one
    cannot, those before it are put back. A crash leaves each file either old or new,
    never torn, and what it leaves behind is swept by the next call.
    Raises DeliveryError.
    """
    _check_names(files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DeliveryError(_explain(problem, folder)) from problem
    return _write(folder, files)


def write_one(path: Path, data: bytes) -> Path:
    """Write one file as `write_all` does, under a name and in a folder that the user chose.

    Raises DeliveryError.
    """
    return _write(path.parent, {path.name: data})[0]


def _write(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    moves: list[_Move] = []
    try:
        _sweep(folder)
        for name, data in files.items():
            token = secrets.token_hex(6)
            new, old = (folder / f"{_MARK}{token}-{end}" for end in ("new", "old"))
            move = _Move(folder / name, new, old)
            moves.append(move)
            _write_flushed(move.new, data)
        for move in moves:
            _set_aside(move)
        for move in moves:
            _replace(move)
        _flush_folder(folder)
    except OSError as problem:
        _put_back(moves)
        raise DeliveryError(_explain(problem, folder)) from problem
    finally:
        for move in moves:
            _remove(move.new)
            _remove(move.old)
    return tuple(move.target for move in moves)


def _stem(slug: str, issued: date, revision: int = 1) -> str:
    if not _SLUG.fullmatch(slug) or _DEVICES.fullmatch(slug):
        raise DeliveryError(
            Text(
                f"Note 表的 slug “{slug}” 不能用作文件名。"
                "请只用小写字母、数字和连字符，最多 60 个字符。",
                f"The slug “{slug}” in sheet Note cannot be a file name. Use small letters, digits "
                "and hyphens only, at most 60.",
            )
        )
    return f"{slug}-{issued:%Y%m%d}{f'-r{revision}' if revision > 1 else ''}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or name.endswith(".") or _DEVICES.fullmatch(name):
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


def _write_flushed(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _set_aside(move: _Move) -> None:
    """Keep the former file under a second name, so that it can come back."""
    if not move.target.exists():
        return
    try:
        os.link(move.target, move.old)
    except OSError:  # a file system without hard links: a copy does as well
        _write_flushed(move.old, move.target.read_bytes())
    move.had_old = True


def _replace(move: _Move) -> None:
    _patiently(lambda: os.replace(move.new, move.target))
    move.done = True


def _patiently(action: Callable[[], object]) -> None:
    """Try again for a moment: on Windows a reader or a virus scanner holds files shortly."""
    for attempt in range(_TRIES):
        try:
            action()
        except PermissionError:
            if attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE_SECONDS * attempt)
        else:
            return


def _put_back(moves: list[_Move]) -> None:
    for move in reversed(moves):
        if not move.done:
            continue
        with contextlib.suppress(OSError):
            if move.had_old:
                os.replace(move.old, move.target)
            else:
                move.target.unlink()


def _sweep(folder: Path) -> None:
    """Remove what an earlier, interrupted run left behind."""
    for path in folder.iterdir():
        if _STRAY.fullmatch(path.name):
            _remove(path)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make the renames last through a power cut, where folders can be flushed."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _explain(problem: OSError, folder: Path) -> Text:
    place = problem.filename2 or problem.filename or folder
    name = Path(str(place)).name
    if isinstance(problem, PermissionError):
        return Text(
            f"无法写入 {name}：文件正被其他程序打开，或没有写入权限。"
            "请关闭该文件后重试；原有文件未改动。",
            f"Cannot write {name}: another program has it open, or writing is not allowed. "
            "Close it and run again; the earlier files are untouched.",
        )
    if problem.errno == _NO_SPACE:
        return Text(
            f"磁盘已满，无法写入 {folder}。请腾出空间后重试；原有文件未改动。",
            f"The disk is full, so {folder} cannot be written. Free some space and run again; "
            "the earlier files are untouched.",
        )
    reason = problem.strerror or type(problem).__name__
    return Text(
        f"无法写入 {folder}（{reason}）。请检查该文件夹，或用 --out 另选；原有文件未改动。",
        f"Cannot write into {folder} ({reason}). Check the folder or choose another with --out; "
        "the earlier files are untouched.",
    )


_NO_SPACE = 28  # errno.ENOSPC on every system we run on
