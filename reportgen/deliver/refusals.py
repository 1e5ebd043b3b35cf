"""Why a note could not be written, in both languages, each with what to do about it."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from reportgen.language import Text

_HELD = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY})
_SHUT = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_TOO_LONG = 206  # what Windows calls a path that is too long


class DeliveryError(Exception):
    """A file could not be written; `text` says which, why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class BusyError(DeliveryError):
    """Another build is writing into that folder."""

    def __init__(self, folder: Path, process: str, host: str, since: str) -> None:
        super().__init__(
            Text(
                f"另一次生成正在写入 {folder}（进程 {process}，主机 {host}，始于 {since}）。"
                "请等它结束后重试；原有文件未改动。",
                f"Another build is writing into {folder} (process {process} on {host}, since "
                f"{since}). Run again when it has ended; the earlier files are untouched.",
            )
        )


class HeldError(DeliveryError):
    """Files that another program has open, so that they cannot be replaced."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            Text(
                f"无法写入 {'、'.join(self.names)}：文件正被其他程序打开，或没有写入权限。"
                "请关闭该文件后重试；原有文件未改动。",
                f"Cannot write {', '.join(self.names)}: another program has it open, or writing "
                "is not allowed. Close it and run again; the earlier files are untouched.",
            )
        )


def is_held(problem: OSError) -> bool:
    """Whether a file could not be replaced because somebody has it open or has locked it."""
    return problem.errno in _HELD


def is_shut(problem: DeliveryError) -> bool:
    """Whether nobody may write into that folder, as an archive is set to read-only."""
    cause = problem.__cause__
    return isinstance(cause, OSError) and cause.errno in _SHUT


def explained(problem: OSError, folder: Path, option: str = "--out") -> DeliveryError:
    """What the system said when a file was to be written into the folder.

    `option` is what names another place on the command line.
    """
    if problem.errno in _FULL:
        return DeliveryError(
            Text(
                f"磁盘已满，无法写入 {folder}。请腾出空间后重试；原有文件未改动。",
                f"The disk is full, so {folder} cannot be written. Free some space and run again; "
                "the earlier files are untouched.",
            )
        )
    if isinstance(problem, PermissionError):
        return DeliveryError(
            Text(
                f"没有写入 {folder} 的权限。请检查该文件夹，或用 {option} 另选；原有文件未改动。",
                f"Writing into {folder} is not allowed. Check the folder or choose another with "
                f"{option}; the earlier files are untouched.",
            )
        )
    if problem.errno == errno.ENAMETOOLONG or getattr(problem, "winerror", 0) == _TOO_LONG:
        return DeliveryError(
            Text(
                f"路径过长：{folder}。请用 {option} 另选较短的文件夹；原有文件未改动。",
                f"The path is too long: {folder}. Choose a shorter folder with {option}; the "
                "earlier files are untouched.",
            )
        )
    reason = problem.strerror or type(problem).__name__
    return DeliveryError(
        Text(
            f"无法写入 {folder}（{reason}）。请检查该文件夹，或用 {option} 另选；原有文件未改动。",
            f"Cannot write into {folder} ({reason}). Check the folder or choose another with "
            f"{option}; the earlier files are untouched.",
        )
    )
