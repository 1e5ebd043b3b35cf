"""Where a new workbook may be written: a name that every system takes, and nothing in its way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unicodedata import category

from reportgen.deliver.refusals import DeliveryError
from reportgen.language import Text
from reportgen.workbook.slugs import is_device

_ENDING = ".xlsx"
_OTHER_FORMATS = (
    ".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".et", ".numbers", ".csv", ".pdf", ".html", ".json",
)  # fmt: skip
_LONGEST_NAME = 200  # bytes; systems allow 255, and temporary names are longer
_REFUSED = frozenset('<>:"|?*\\/')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, halves of letters, line ends
_MOST_TRIED = 1000


def usable_path(typed: Path) -> Path:
    """The path to write to: as typed, with .xlsx where no format was named.

    Raises DeliveryError when the name is unusable on some system, when the folder is not
    there, or when something of that name is.
    """
    name = typed.name
    ending = typed.suffix.casefold()
    if ending in _OTHER_FORMATS:
        raise DeliveryError(
            Text(
                f"新工作簿只能是 .xlsx，不能是 {typed.suffix}。请写 {typed.stem}.xlsx。",
                f"A new workbook is .xlsx, not {typed.suffix}. Write {typed.stem}.xlsx.",
            )
        )
    path = typed if ending == _ENDING else typed.with_name(f"{name}{_ENDING}") if name else typed
    try:
        if typed.is_dir():
            raise DeliveryError(_is_folder(typed))
        if problem := _unusable(path.name):
            raise DeliveryError(problem)
        if not path.parent.is_dir():
            raise DeliveryError(_no_folder(path.parent))
        if os.path.lexists(path):
            raise DeliveryError(taken(path))
    except (OSError, ValueError) as failure:  # a path too long, or one with a NUL
        raise DeliveryError(_no_place(path)) from failure
    return path


def free_path(folder: Path, stem: str, month: date) -> Path:
    """The name for next month's workbook: its stem and month, numbered when that is taken."""
    plain = stem.rstrip("-_ ") or "workbook"
    return next(_free(folder / f"{plain}-{month:%Y-%m}{_ENDING}"))


def taken(path: Path) -> Text:
    """Something of that name is there already, which is never overwritten."""
    near = next(_free(path), None)
    cure = Text(
        f"请另取一个名称{f'，例如 {near.name}' if near else ''}。",
        f"Choose another name{f', such as {near.name}' if near else ''}.",
    )
    return Text(
        f"{path} 已存在，不会覆盖。{cure.zh}", f"{path} is there already and is kept. {cure.en}"
    )


def _free(path: Path) -> Iterator[Path]:
    """That path and numbered ones beside it, those that are free."""
    for number in range(1, _MOST_TRIED):
        numbered = path.with_stem(f"{path.stem}-{number}") if number > 1 else path
        if not os.path.lexists(numbered):
            yield numbered


def _unusable(name: str) -> Text | None:
    stem = name.removesuffix(_ENDING)
    if is_device(name):
        return Text(
            f"{name} 在 Windows 上是设备名，不能用作文件名。请换一个名称。",
            f"{name} names a device on Windows and cannot be a file. Choose another name.",
        )
    if any(letter in _REFUSED or category(letter) in _UNSEEN for letter in name):
        return Text(
            '文件名中不能有 < > : " / \\ | ? * 或控制字符。请换一个名称。',
            'A file name cannot have < > : " / \\ | ? * or control characters. Choose another.',
        )
    if not stem.strip(" .") or name.startswith((".", "~$")) or stem != stem.rstrip(" ."):
        return Text(
            f"“{name}” 不能用作工作簿的文件名（空白、以点或 ~$ 开头、以点或空格结尾）。"
            "请写例如 july.xlsx。",
            f"“{name}” cannot be a workbook's name: it is blank, begins with a dot or ~$, or ends "
            "in a dot or blank. Write july.xlsx, for example.",
        )
    if len(os.fsencode(name)) > _LONGEST_NAME:
        return Text(
            f"文件名过长（最多 {_LONGEST_NAME} 字节，一个汉字占三个）。请取短一些。",
            f"The file name is too long (at most {_LONGEST_NAME} bytes). Choose a shorter one.",
        )
    return None


def _is_folder(path: Path) -> Text:
    inside = path / "july.xlsx"
    return Text(
        f"{path} 是文件夹。请写出文件名，例如 {inside}。",
        f"{path} is a folder. Name a file, such as {inside}.",
    )


def _no_folder(folder: Path) -> Text:
    return Text(
        f"没有文件夹 {folder}。请先建立，或检查路径。",
        f"There is no folder {folder}. Make it first, or check the path.",
    )


def _no_place(path: Path) -> Text:
    return Text(
        f"无法使用 {path}。请检查路径与权限，或换一个位置。",
        f"{path} cannot be used. Check the path and your rights, or choose another place.",
    )
