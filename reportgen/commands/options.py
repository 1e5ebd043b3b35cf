"""Options and arguments that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.completing import workbooks
from reportgen.language import Lang


class Language(StrEnum):
    """Languages of a note."""

    ZH = "zh"
    EN = "en"
    ALL = "all"


class ReportLanguage(StrEnum):
    """Languages of a report."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """Forms of a note."""

    PDF = "pdf"
    HTML = "html"
    ALL = "all"


class ReportFormat(StrEnum):
    """Forms of a check's report."""

    TEXT = "text"
    JSON = "json"


class Edition(StrEnum):
    """For whom a note is."""

    CLIENT = "client"
    INTERNAL = "internal"


WorkbookArgument = Annotated[
    Path | None,
    typer.Argument(
        help="The workbook; without it, the one in reportgen.toml or workbooks/.",
        autocompletion=workbooks,
        metavar="WORKBOOK",
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say errors only: no progress, no summary.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Write one JSON document to standard output.")
]


def one_lang(lang: Language) -> Lang:
    """The language of that option; not for `all`."""
    return "en" if lang is Language.EN else "zh"
