"""What shows that something in a workbook is ours: names, colours, lines of a comment.

All of it survives being saved by Excel or LibreOffice, so that what was annotated
and then worked on is still recognised.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reportgen.issues import Severity
from reportgen.language import Text

SHEET_NAME = Text("问题", "Issues")
SHEET_PART = "reportgen-issues.xml"
"""Our sheet's part while no other program has saved the copy: others number theirs."""
AUTHOR = "reportgen"
FIRST_LINE = "▼ reportgen"
LAST_LINE = "▲ reportgen"

_OUR_NAMES = re.compile(rf"(?:{SHEET_NAME.zh}|{SHEET_NAME.en})(?:~\d+)?", re.IGNORECASE)
_BLOCK = re.compile(rf"\n*{FIRST_LINE}\n.*?\n{LAST_LINE}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shade:
    """A severity's colours: behind dark writing, behind light writing, and of writing."""

    pale: str
    strong: str
    ink: str


SHADES: Mapping[Severity, Shade] = {
    Severity.ERROR: Shade("FFF9D3CE", "FF9E2B25", "FF9E2B25"),
    Severity.WARNING: Shade("FFFBE6BD", "FF8A5A00", "FF8A5A00"),
    Severity.REMARK: Shade("FFDCE8F5", "FF2F5D8C", "FF2F5D8C"),
}
FILLS: Collection[str] = frozenset(
    colour for shade in SHADES.values() for colour in (shade.pale, shade.strong)
)


def is_our_sheet(name: str) -> bool:
    """Whether a sheet that carries our mark is ours.

    A sheet of the contract never is, whatever mark somebody gave it: what it holds
    must not go unread.
    """
    return _OUR_NAMES.fullmatch(name) is not None


def block(text: str) -> str:
    """What we say in a comment, between two lines by which it is found again."""
    inner = text.replace(FIRST_LINE, AUTHOR).replace(LAST_LINE, AUTHOR)
    return f"{FIRST_LINE}\n{inner}\n{LAST_LINE}"


def without_block(text: str) -> str:
    """A comment's text without what we said in it."""
    return _BLOCK.sub("", text)
