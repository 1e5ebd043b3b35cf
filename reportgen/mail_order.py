"""What drafting mails is asked for, what it knows on the way, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from reportgen.issues import Issue
from reportgen.language import Lang
from reportgen.render.worker import PdfWorker


@dataclass(frozen=True, slots=True)
class Order:
    """What to draft: for whom, and what the analyst says otherwise than the note does.

    `terms` is a workbook whose Redactions sheet is heeded too; `domains` are the house's own.
    `lang` is that of the note, `spoken` that to speak in while no note or workbook has one.
    """

    note: Path
    to: tuple[str, ...] = ()
    recipients: Path | None = None
    terms: Path | None = None
    subject: str = ""
    sender: str = ""
    domains: frozenset[str] = frozenset()
    lang: Lang | None = None
    again: bool = False
    spoken: Lang = "zh"
    theme_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of it: the exit code, what to say and in which language, the files written.

    `in_both`: in both languages, for the workbook that knows the reader's cannot be opened.
    """

    code: int
    lang: Lang
    issues: tuple[Issue, ...]
    files: tuple[Path, ...] = ()
    in_both: bool = False


class StopError(Exception):
    """Nothing can be drafted: why, and with which exit code."""

    def __init__(self, code: int, *issues: Issue) -> None:
        super().__init__(code)
        self.code = code
        self.issues = issues


@dataclass(slots=True)
class Desk:
    """What is known while drafting, and what there is to say."""

    order: Order
    worker: PdfWorker
    at: datetime
    lang: Lang
    said: list[Issue] = field(default_factory=list)
    in_both: bool = False
