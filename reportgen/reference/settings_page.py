"""The page of reportgen.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.reference.markdown import code, page, table
from reportgen.settings import SETTINGS_FILE


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file. `example` is its value as TOML."""

    means: str
    default: str
    example: str


KEYS: Mapping[str, Key] = {
    "workbook": Key(
        "The workbook that commands take when they are given none.",
        "the only `.xlsx` in `workbooks/`",
        '"workbooks/compute-leasing.xlsx"',
    ),
    "since": Key(
        "The last issue, to compare that workbook with: its workbook or its `manifest.json`.",
        "none: nothing is compared",
        '"workbooks/compute-leasing-2026-02.xlsx"',
    ),
    "out": Key("The folder that notes are written to.", "`output`", '"notes"'),
    "theme": Key(
        "The look of the note: a theme of ours, or of a file in the folder `themes` beside this "
        "one, or a path ending in `.toml` from here; see [house style](../house-style.md).",
        "`default`",
        '"default"',
    ),
    "own_domains": Key(
        "Mail domains of the house, separated by blanks or commas. An internal edition is refused "
        "to any other.",
        "none: an internal edition is refused to everybody",
        '"ourhouse.example, hk.ourhouse.example"',
    ),
    "mail_from": Key(
        "The address that e-mail drafts come from.",
        "none: the mail program fills it in",
        '"research@ourhouse.example"',
    ),
}
"""Every key there is."""

_INTRODUCTION = f"""
`{SETTINGS_FILE}` stands in the folder where you run `reportgen`, usually one a workbook series. It
is optional, and so is every key. All values are text in quotation marks; paths are relative to the
file. An unknown key is a usage error that lists the known ones. What a command line says goes
before what the file says.
"""


def settings_page() -> str:
    """The page, from the keys."""
    rows = ((code(name), key.means, key.default) for name, key in KEYS.items())
    example = "\n".join(f"{name} = {key.example}" for name, key in KEYS.items())
    return page(
        SETTINGS_FILE,
        _INTRODUCTION,
        table(("Key", "means", "Without it"), rows),
        f"All of them:\n\n```toml\n{example}\n```",
        "What concerns the note itself (title, date, language, FX rate, limits) is on the sheet "
        "Note 报告设置 of the workbook, see [sheets](sheets.md#note-报告设置).",
    )
