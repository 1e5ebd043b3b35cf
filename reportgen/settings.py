"""Which workbook to build, and from where: reportgen.toml of the current folder, else a search."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from reportgen.language import Text
from reportgen.plain_files import plain_text

SETTINGS_FILE = "reportgen.toml"
WORKBOOK_FOLDER = "workbooks"
_LARGEST = 1024 * 1024  # bytes; ours has two hundred
_KNOWN = {"workbook", "since", "out", "theme", "own_domains", "mail_from"}
_BETWEEN = re.compile(r"[\s,;，；、]+")


class SettingsError(ValueError):
    """The settings file or the choice of workbook is unusable; `text` says how to mend it."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Settings:
    """What reportgen.toml says. Paths are absolute; None where it is silent.

    `own_domains` are the mail domains that an internal edition may go to, `mail_from` is
    the address that drafts come from.
    """

    workbook: Path | None = None
    since: Path | None = None
    out: Path | None = None
    theme: str = "default"
    own_domains: frozenset[str] = frozenset()
    mail_from: str = ""


def read_settings(folder: Path) -> Settings:
    """Settings of that folder, defaults when it has no file. Raises SettingsError."""
    path = folder / SETTINGS_FILE
    if not path.is_file():
        return Settings()
    try:
        data = tomllib.loads(plain_text(path, _LARGEST))
    except (OSError, ValueError, RecursionError) as problem:  # ValueError: what is no TOML, too
        why = getattr(problem, "strerror", None) or problem
        raise SettingsError(
            Text(
                f"{SETTINGS_FILE} 无法读取：{why}。请修正或删除该文件。",
                f"{SETTINGS_FILE} cannot be read: {why}. Mend or remove it.",
            )
        ) from problem
    unknown = sorted(set(data) - _KNOWN)
    wrong = [key for key in _KNOWN & set(data) if not isinstance(data[key], str)]
    if unknown or wrong:
        keys = ", ".join((*unknown, *wrong))
        known = ", ".join(sorted(_KNOWN))
        raise SettingsError(
            Text(
                f"{SETTINGS_FILE} 中的 {keys} 无法使用；可用的项为 {known}，值为带引号的文字。",
                f"{SETTINGS_FILE} has unusable {keys}; use {known}, each with a quoted value.",
            )
        )

    def path_of(key: str) -> Path | None:
        return folder / data[key] if key in data else None

    domains = _BETWEEN.split(data.get("own_domains", ""))
    return Settings(
        path_of("workbook"),
        path_of("since"),
        path_of("out"),
        data.get("theme", "default"),
        frozenset(domain.lower().lstrip("@") for domain in domains if domain),
        data.get("mail_from", ""),
    )


def choose_workbook(
    given: Path | None, settings: Settings, folder: Path, command: str = "build"
) -> Path:
    """The workbook to use: as given, as set, or the only one in workbooks/.

    `command` is the one to type, with a name, when none can be chosen. Raises
    SettingsError with the choices when there is none or more than one.
    """
    if given is not None:
        return given
    if settings.workbook is not None:
        return settings.workbook
    found = _workbooks(folder / WORKBOOK_FOLDER)
    if len(found) == 1:
        return found[0]
    if not found:
        here = [path.name for path in _workbooks(folder)]
        name = here[0] if len(here) == 1 else ""
        name = f'"{name}"' if " " in name else name
        listed = "".join(f"\n  {one}" for one in here) if len(here) > 1 else ""
        raise SettingsError(
            Text(
                f"未指定工作簿，{WORKBOOK_FOLDER}/ 中也没有 .xlsx 文件。"
                f"请写：reportgen {command} {name or '路径.xlsx'}{listed}",
                f"No workbook was named and {WORKBOOK_FOLDER}/ holds no .xlsx file. "
                f"Write: reportgen {command} {name or 'PATH.xlsx'}{listed}",
            )
        )
    listed = "\n".join(f"  {WORKBOOK_FOLDER}/{path.name}" for path in found)
    example = f"reportgen {command} {WORKBOOK_FOLDER}/{found[0].name}"
    raise SettingsError(
        Text(
            f"请指定其中一个工作簿，例如 {example}：\n{listed}",
            f"Name one of these workbooks, such as {example}:\n{listed}",
        )
    )


def _workbooks(folder: Path) -> list[Path]:
    """The workbooks of a folder, without Excel's lock files and hidden ones."""
    return sorted(path for path in folder.glob("*.xlsx") if not path.name.startswith(("~$", ".")))
