"""Where an annotated copy may be written."""

from __future__ import annotations

import os
from pathlib import Path

from reportgen.language import Text
from reportgen.workbook.annotation.annotate import is_annotated

_LONGEST_NAME = 200
_UNUSABLE = frozenset('<>:"|?*') | {chr(number) for number in range(32)}
"""What Windows takes in no name; on a Mac or a shared folder it would only move the trouble."""


def place_problem(original: Path, copy: Path) -> Text | None:
    """Why the copy may not be written there; None when it may.

    A file that is there already is only replaced when it is an annotated copy that
    nobody has saved since: what somebody typed into it is never lost.
    """
    name = copy.name
    if not name or len(name) > _LONGEST_NAME or name.startswith("~$") or _UNUSABLE & set(name):
        return Text(
            f"“{name or copy}” 不能用作副本的文件名。请换一个名称。",
            f"“{name or copy}” cannot be the copy's file name. Choose another.",
        )
    if copy.suffix.casefold() != original.suffix.casefold():
        return Text(
            f"副本须与原文件格式相同。请以 {original.suffix} 结尾，"
            f"例如 {copy.with_suffix(original.suffix).name}。",
            f"The copy has the original's format. End its name in {original.suffix}, such as "
            f"{copy.with_suffix(original.suffix).name}.",
        )
    try:
        if _is_same(original, copy):
            return Text(
                f"{copy} 就是原工作簿，不会改写。请另取一个名称。",
                f"{copy} is the workbook itself, which is never changed. Choose another name.",
            )
        if not copy.parent.is_dir():
            return Text(
                f"没有文件夹 {copy.parent}。请先建立，或另选位置。",
                f"There is no folder {copy.parent}. Make it first or choose another.",
            )
        if os.path.lexists(copy) and not is_annotated(copy):
            return Text(
                f"{copy} 已存在，且不是原样的标注副本（可能已有人改过），不会覆盖。"
                "请另取一个名称，或先删除它。",
                f"{copy} is there already and is no untouched annotated copy; somebody may have "
                "worked in it. Choose another name, or delete it first.",
            )
    except (OSError, ValueError):
        return Text(
            f"无法使用 {copy}。请检查路径和权限，或另选位置。",
            f"{copy} cannot be used. Check the path and your rights, or choose another place.",
        )
    return None


def _is_same(original: Path, copy: Path) -> bool:
    """Whether both are one file: by link, by another way of writing the path, or by case."""
    if original.exists() and copy.exists() and original.samefile(copy):
        return True
    one, other = original.resolve(), copy.resolve()
    return str(one).casefold() == str(other).casefold()
