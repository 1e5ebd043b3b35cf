"""`reportgen figures`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportgen.commands.options import (
    Edition,
    JsonOption,
    QuietOption,
    ReportLanguage,
    WorkbookArgument,
)
from reportgen.commands.saying import errors_only, say
from reportgen.commands.surroundings import chosen, reading, voice, watched
from reportgen.commands.voice import Voice
from reportgen.exits import DONE, USAGE, WORKBOOK_ERRORS
from reportgen.language import Lang, Text, count_of
from reportgen.nearest import nearest

if TYPE_CHECKING:
    from reportgen.commands.listing import Listed

_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"}
_STYLES = {r"\[\[[^\]\s]+\]\]": "cyan", r"(?m)^\S.*$": "bold"}


def figures(
    workbook: WorkbookArgument = None,
    pattern: Annotated[
        str | None,
        typer.Argument(
            help="Only figures whose name or label has this; * and ? as in a shell. "
            "May stand alone, without a workbook.",
            metavar="PATTERN",
        ),
    ] = None,
    lang: Annotated[
        ReportLanguage | None, typer.Option(help="Language; without it, the workbook's.")
    ] = None,
    edition: Annotated[
        Edition, typer.Option(help="With internal, the figures of internal rows too.")
    ] = Edition.CLIENT,
    history: Annotated[
        bool, typer.Option("--history", help="List past values (name@date) on a terminal too.")
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """List every figure with its value, as prose in Views asks for it.

    On a terminal the figures stand in columns, grouped by family; on a pipe a line is name,
    value and label with tabs between them.
    """
    speaker = voice(quiet=quiet, as_json=as_json)
    workbook, pattern = _told_apart(workbook, pattern)
    _, path = chosen(workbook, speaker, "figures")
    with watched(speaker) as watch, ExitStack() as stack:
        reader = reading(path, stack)
        from reportgen import checking  # noqa: PLC0415 - heavy, and --help must stay quick
        from reportgen.commands.listing import listed, matching  # noqa: PLC0415

        found = checking.check(
            path, watch.stage, "internal" if edition is Edition.INTERNAL else "client", reader
        )
    wanted = lang.value if lang else found.workbook.lang
    spoken: Lang = "en" if wanted == "en" else "zh"
    if found.analysis is None:
        if as_json:
            issues = found.issues
            speaker.document("figures", WORKBOOK_ERRORS, spoken, watch.seconds(), issues)
        else:
            say(errors_only(found.issues), spoken if lang or found.workbook.opened else None)
        raise typer.Exit(WORKBOOK_ERRORS)
    every = found.analysis.figures
    chosen_ones = matching(every.values(), pattern) if pattern else list(every.values())
    if not chosen_ones:
        raise speaker.refuse(
            _unknown(pattern or "", nearest(pattern or "", every)), USAGE, "figures",
            "unknown-figure",
        )  # fmt: skip
    rows = listed(chosen_ones, spoken)
    if as_json:
        entries = [one.as_json() for one in rows]
        speaker.document("figures", DONE, spoken, watch.seconds(), figures=entries)
    elif speaker.out.terminal:
        _set(rows, speaker, spoken, history=history or "@" in (pattern or ""))
    else:
        speaker.result("\n".join(one.tabbed for one in rows))


def _told_apart(first: Path | None, second: str | None) -> tuple[Path | None, str | None]:
    """The workbook and the pattern; one argument alone may be either."""
    if first is None or second is not None:
        return first, second
    if first == Path():  # an empty argument
        return None, None
    if first.suffix.casefold() in _WORKBOOKS or first.exists():
        return first, None
    return None, str(first)


def _set(rows: list[Listed], speaker: Voice, lang: Lang, *, history: bool) -> None:
    """The list for a person; past values are only counted unless they were asked for."""
    from reportgen.commands.listing import grouped  # noqa: PLC0415 - heavy

    present = rows if history else [one for one in rows if not one.is_past] or rows
    speaker.result(grouped(present, lang, speaker.out.width), _STYLES)
    folded = len(rows) - len(present)
    more = Text(
        f"；另有 {folded} 个历史值（--history）",
        f"; {count_of(folded, 'past value')} (--history)",
    )
    told = Text(f"{len(present)} 个数字", f"{count_of(len(present), 'figure')}")
    speaker.tell(f"\n{told[lang]}{more[lang] if folded else ''}")


def _unknown(pattern: str, near: tuple[str, ...]) -> Text:
    said = Text(f"没有与 {pattern} 相符的数字。", f"No figure matches {pattern}.")
    if near:
        return Text(
            f"{said.zh}是否指 {'、'.join(near)}？", f"{said.en} Did you mean {', '.join(near)}?"
        )
    return Text(f"{said.zh}不写名称可列出全部。", f"{said.en} Leave it out to list all figures.")
