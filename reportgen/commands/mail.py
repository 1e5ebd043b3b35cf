"""`reportgen mail`."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.completing import note_pdfs, workbooks
from reportgen.commands.options import JsonOption, QuietOption, ReportLanguage
from reportgen.commands.saying import errors_only, say
from reportgen.commands.surroundings import (
    now,
    renderers,
    settings_here,
    shown_path,
    spoken_lang,
    usual_workbook,
    voice,
    watched,
)
from reportgen.exits import MACHINE_LACKS, USAGE
from reportgen.language import Text, count_of


def mail(
    note: Annotated[
        Path,
        typer.Argument(
            help="The note: its PDF, its HTML or the edition's folder.",
            autocompletion=note_pdfs,
            metavar="NOTE",
        ),
    ],
    to: Annotated[
        list[str] | None,
        typer.Option(help="An address, or “Name <address>”; once for each reader."),
    ] = None,
    recipients: Annotated[
        Path | None,
        typer.Option(
            help="A workbook: one message for each row of its Recipients sheet.",
            autocompletion=workbooks,
        ),
    ] = None,
    subject: Annotated[
        str, typer.Option(help="Subject; without it, the house and the note's title.")
    ] = "",
    sender: Annotated[
        str, typer.Option("--from", help="Your address; without it, mail_from of reportgen.toml.")
    ] = "",
    lang: Annotated[
        ReportLanguage | None, typer.Option(help="Language for --to, where NOTE is a folder.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Draft once more for those who have a draft of it.")
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Draft an e-mail for each reader, with the note attached.

    It has the key points, the key figures and one or two charts. The drafts (.eml) are
    written beside the note and recorded in its manifest.json. Nothing is sent: open a draft
    in Outlook, look, press Send. A note that was drafted for somebody is never overwritten
    by a later build.
    """
    speaker = voice(quiet=quiet, as_json=as_json)
    if not to and recipients is None:
        raise speaker.refuse(_NOBODY, USAGE, "mail")
    settings = settings_here(speaker, "mail")
    with watched(speaker) as watch, ExitStack() as stack:
        lacking, workers = renderers(("zh",), stack)
        if not workers:
            say(errors_only(lacking), spoken_lang())
            raise typer.Exit(MACHINE_LACKS)
        from reportgen import mailing  # noqa: PLC0415 - heavy; the renderer loads meanwhile
        from reportgen.mail_order import Order  # noqa: PLC0415 - as above

        order = Order(
            note=note,
            to=tuple(to or ()),
            recipients=recipients,
            terms=usual_workbook(settings),
            subject=subject,
            sender=sender or settings.mail_from,
            domains=settings.own_domains,
            lang=None if lang is None else "en" if lang.value == "en" else "zh",
            again=again,
            spoken=spoken_lang(),
            theme_folder=Path.cwd(),
        )
        done = mailing.draft(order, workers["zh"], datetime.fromisoformat(now()), watch.stage)
    if as_json:
        files = [{"path": str(file), "kind": "eml"} for file in done.files]
        speaker.document("mail", done.code, done.lang, watch.seconds(), done.issues, files)
        raise typer.Exit(done.code)
    told = errors_only(done.issues) if quiet else done.issues
    say(told, None if done.in_both else done.lang)
    if done.files:
        speaker.result("\n".join(shown_path(file) for file in done.files))
        speaker.tell(_next_step(len(done.files))[done.lang])
    raise typer.Exit(done.code)


_NOBODY = Text(
    "请指定收件人：--to 地址，或 --recipients 工作簿.xlsx（用其中的收件人表）。",
    "Say who it is for: --to ADDRESS, or --recipients WORKBOOK.xlsx for its Recipients sheet.",
)


def _next_step(drafts: int) -> Text:
    return Text(
        f"已起草 {drafts} 封，尚未发送。用 Outlook 打开 .eml，核对后点“发送”。",
        f"{count_of(drafts, 'draft')}, nothing sent. Open the .eml in "
        "Outlook, look it over and press Send.",
    )
