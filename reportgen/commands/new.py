"""`reportgen new`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reportgen.commands.completing import workbooks
from reportgen.commands.options import JsonOption, QuietOption, ReportLanguage
from reportgen.commands.saying import errors_only, say
from reportgen.commands.surroundings import now, shown_path, spoken_lang, voice, watched
from reportgen.commands.voice import Voice
from reportgen.exits import BUSY, DONE, USAGE, WORKBOOK_ERRORS
from reportgen.issues import Issue
from reportgen.language import Lang, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from reportgen.dates import When
    from reportgen.workbook.tables import Workbook

    Listener = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made, the language to speak, what to say of it, and the same for a program."""

    path: Path
    lang: Lang
    lines: Sequence[Text]
    more: Mapping[str, Any]


def new(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH.xlsx",
            help="The workbook to make. With --from it may be left out: the new one then stands "
            "beside the old one, named for the month after it.",
        ),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="OLD.xlsx",
            help="Start the next issue from this workbook: sources, parameters, prose and "
            "settings are carried over, observations are kept as history.",
            autocompletion=workbooks,
        ),
    ] = None,
    lang: Annotated[
        ReportLanguage | None,
        typer.Option(help="Language of the workbook; without it, the old one's or the system's."),
    ] = None,
    dated: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="DAY", help="Date of the note; it is not guessed from the old one's."
        ),
    ] = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make a workbook to fill in, or the next issue's from the last.

    It has examples, a guide, and help while typing. Nothing is overwritten.
    """
    speaker = replace(voice(quiet=quiet, as_json=as_json), lang=lang.value if lang else None)
    issued = _day(dated, speaker) if dated is not None else None
    with watched(speaker) as watch:
        if old is not None:
            made = _next(old, path, lang, issued, speaker, watch.listener)
        elif path is not None:
            made = _blank(path, lang, issued, speaker, watch.listener)
        else:
            raise speaker.refuse(_NO_PATH, USAGE, "new")
        seconds = watch.seconds()
    if as_json:
        files = [{"path": shown_path(made.path), "bytes": made.path.stat().st_size}]
        speaker.document("new", DONE, made.lang, seconds, files=files, **made.more)
        return
    speaker.result(shown_path(made.path))
    for line in made.lines:
        speaker.tell(line[made.lang])


_NO_PATH = Text(
    "请写出新工作簿的路径，例如 reportgen new july.xlsx；"
    "或由上期开始：reportgen new --from LAST.xlsx",
    "Name the workbook to make, such as reportgen new july.xlsx; or start from the last one: "
    "reportgen new --from LAST.xlsx",
)


def _day(text: str, speaker: Voice) -> When:
    from reportgen.dates import parse_when  # noqa: PLC0415 - only here

    found = parse_when(text)
    if found is None or found.precision != "day":
        problem = Text(
            f"--date 需要某一天，例如 2026-07-01，而不是 {text}。",
            f"--date needs a day, such as 2026-07-01, not {text}.",
        )
        raise speaker.refuse(problem, USAGE, "new")
    return found


def _blank(
    path: Path, lang: ReportLanguage | None, issued: When | None, speaker: Voice, told: Listener
) -> _Made:
    """A blank workbook under that path."""
    target = _usable(path, speaker)
    spoken: Lang = lang.value if lang else spoken_lang()
    today = issued.end if issued is not None else datetime.fromisoformat(now()).date()
    told("write")
    from reportgen.workbook.blank import blank_workbook  # noqa: PLC0415 - heavy

    made = _written(target, blank_workbook(spoken, today, target.name), speaker)
    check = f"reportgen check {_typed(made)}"
    lines = [
        Text(
            f"第一张表是使用指南。斜体行是示例，请改写或删除；保存后运行：{check}",
            "The first sheet is a guide. Rows in italics are examples: overwrite or delete them. "
            f"Save, then run: {check}",
        ),
        Text(
            f"报告日期填了 {today.isoformat()}，请改为发布日。",
            f"The note is dated {today.isoformat()}; change it to the day of issue.",
        ),
    ]
    return _Made(made, spoken, lines[: 2 - (issued is not None)], {"date": today.isoformat()})


def _next(
    old: Path,
    path: Path | None,
    lang: ReportLanguage | None,
    issued: When | None,
    speaker: Voice,
    told: Listener,
) -> _Made:
    """The workbook that follows an old one."""
    target = _usable(path, speaker) if path is not None else None
    told("read")
    from reportgen.checks import accept, run_checks  # noqa: PLC0415 - heavy
    from reportgen.commands.carried import carried_text  # noqa: PLC0415
    from reportgen.workbook.carry import carry  # noqa: PLC0415
    from reportgen.workbook.next_issue import next_workbook, read_old  # noqa: PLC0415

    book, grids, formulas = read_old(old)
    theirs: Lang = "en" if book.lang == "en" else "zh"
    unread = errors_only(accept(book.issues, book))
    if unread:
        asked: Lang | None = lang.value if lang else theirs if book.opened else None
        raise _refused(unread, asked, speaker, opened=book.opened)
    _refuse_date(book, issued, speaker)
    told("check")
    wrong = errors_only(run_checks(book))
    spoken: Lang = lang.value if lang else theirs
    if target is None:
        target = _usable(_beside(old, book, issued), speaker)
    told("write")
    carried = carry(book, grids, spoken, issued, formulas)
    data, renew = next_workbook(book, carried, spoken, target.name, issued)
    made = _written(target, data, speaker)
    lines = [
        *carried_text(carried, renew, old.name, errors=len(wrong)),
        _next_command(made, old),
    ]
    more: dict[str, Any] = {
        "from": shown_path(old),
        "rows": {key: len(rows) for key, rows in carried.rows.items()},
        "to_renew": [
            {"sheet": one.sheet, "cell": one.cell, "what": one.what[spoken], "why": one.why[spoken]}
            for one in renew
        ],
        "not_carried": {
            "sheets": carried.left,
            "columns": carried.dropped,
            "formulas": carried.left_formulas,
        },
        "formulas": {key: len(cells) for key, cells in carried.formulas.items()},
        "errors_carried": len(wrong),
    }
    return _Made(made, spoken, lines, more)


# ---- what stands in the way -----------------------------------------------------------------


def _usable(path: Path, speaker: Voice) -> Path:
    from reportgen.deliver.new_file import usable_path  # noqa: PLC0415 - heavy
    from reportgen.deliver.refusals import DeliveryError  # noqa: PLC0415

    try:
        return usable_path(path)
    except DeliveryError as problem:
        raise speaker.refuse(problem.text, USAGE, "new", "place-refused") from None


def _written(target: Path, data: bytes, speaker: Voice) -> Path:
    from reportgen.deliver.files import write_new  # noqa: PLC0415 - heavy
    from reportgen.deliver.new_file import taken  # noqa: PLC0415
    from reportgen.deliver.refusals import BusyError, DeliveryError  # noqa: PLC0415

    try:
        return write_new(target, data)
    except FileExistsError:
        raise speaker.refuse(taken(target), USAGE, "new", "place-refused") from None
    except BusyError as problem:
        raise speaker.refuse(problem.text, BUSY, "new", "busy") from None
    except DeliveryError as problem:
        raise speaker.refuse(problem.text, USAGE, "new", "place-refused") from None


def _refused(
    unread: Sequence[Issue], lang: Lang | None, speaker: Voice, *, opened: bool
) -> typer.Exit:
    """Rows that cannot be read would be lost in silence: they are to be mended first."""
    if speaker.as_json:
        speaker.document("new", WORKBOOK_ERRORS, lang or "zh", 0.0, unread)
    else:
        say(unread, lang)
        lost = Text(
            "上期工作簿有读不出的内容，沿用会丢行，因此没有新建文件。请先改正以上各处。",
            "The old workbook has cells that cannot be read, and rows would be lost, so nothing "
            "was made. Mend the above first.",
        )
        closed = Text("没有新建文件。", "Nothing was made.")
        said = lost if opened else closed
        speaker.warn(said[lang] if lang else f"{said.zh}\n{said.en}")
    return typer.Exit(WORKBOOK_ERRORS)


def _refuse_date(book: Workbook, issued: When | None, speaker: Voice) -> None:
    before = book.setting("date")
    if issued is None or before is None or isinstance(before, (str, float, bool)):
        return
    if issued.end <= before.end:
        problem = Text(
            f"--date {issued.key} 不晚于上期日期 {before.key}。请写更晚的日期。",
            f"--date {issued.key} is no later than the old workbook's {before.key}. Give a later "
            "day.",
        )
        raise speaker.refuse(problem, USAGE, "new")


def _beside(old: Path, book: Workbook, issued: When | None) -> Path:
    """A free name in the old one's folder: its own, for the month of the new issue."""
    from reportgen.deliver.new_file import free_path  # noqa: PLC0415 - heavy

    before = book.setting("date")
    if issued is not None:
        month = issued.end
    elif before is not None and not isinstance(before, (str, float, bool)):
        month = before.end.replace(day=1) + timedelta(days=32)
    else:
        month = datetime.fromisoformat(now()).date()
    return free_path(old.parent, re.sub(r"[-_ ]?\d{4}-?\d{2}$", "", old.stem), month)


def _next_command(made: Path, old: Path) -> Text:
    build = f"reportgen build {_typed(made)} --since {_typed(old)}"
    return Text(f"填好后运行：{build}", f"When it is filled in, run: {build}")


def _typed(path: Path) -> str:
    """A path as it is typed on a command line."""
    shown = shown_path(path)
    return f'"{shown}"' if " " in shown else shown
