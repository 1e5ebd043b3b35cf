"""Who gets a draft: the readers that an order names or lists, and who may not be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from reportgen.deliver import mail_issues as said
from reportgen.deliver.addresses import HeaderError, Mailbox, mailbox
from reportgen.deliver.finished import FinishedIssue, lang_of
from reportgen.deliver.manifest import sha256
from reportgen.deliver.recipients import (
    Recipient,
    listed_recipients,
    named_recipients,
    unusable,
)
from reportgen.exits import GATE_REFUSED, USAGE, WORKBOOK_ERRORS
from reportgen.issues import Severity, has_errors
from reportgen.language import Lang, Text
from reportgen.mail_order import Desk, Order, StopError
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.tables import Workbook


def workbooks(order: Order, issue: FinishedIssue) -> dict[Path, Workbook]:
    """The workbook of the readers, and the one with the words to keep in if it is another."""
    books: dict[Path, Workbook] = {}
    if order.recipients is not None:
        books[order.recipients] = read_workbook(order.recipients)
        made_from = issue.manifest["core"]["inputs"]["workbook"].get("sha256")
        if order.recipients.is_file() and sha256(order.recipients.read_bytes()) == made_from:
            return books
    if order.terms is not None and order.terms not in books:
        books[order.terms] = read_workbook(order.terms)
    return books


def readers_of(
    desk: Desk, issue: FinishedIssue, books: Mapping[Path, Workbook]
) -> tuple[Recipient, ...]:
    """Those named and those listed, each once; `books` has the workbook that lists them.

    Puts what is to be said on the desk. Raises StopError.
    """
    order = desk.order
    found: list[Recipient] = []
    if order.to:
        named, wrong = named_recipients(order.to, _lang_for_named(desk, issue), issue.edition)
        if has_errors(wrong):
            raise StopError(USAGE, *wrong)
        desk.said += wrong
        found += named
    if order.recipients is not None:
        book = books[order.recipients]
        desk.in_both = not book.opened
        desk.lang = "en" if book.lang == "en" else "zh"
        listed, wrong = listed_recipients(book)
        if has_errors(wrong):
            raise StopError(WORKBOOK_ERRORS, *wrong)
        if not listed:
            unread = [one for one in book.issues if one.severity is Severity.ERROR]
            nobody = (said.nobody(book),) if book.opened else ()
            raise StopError(WORKBOOK_ERRORS, *unread, *nobody)
        desk.said += wrong
        taken = {one.key for one in found}
        found += [one for one in listed if one.key not in taken]
    return tuple(found)


def _lang_for_named(desk: Desk, issue: FinishedIssue) -> Lang:
    """The language that the file or an option names, or the only one there is."""
    wanted = lang_of(desk.order.note) or desk.order.lang
    langs = issue.langs()
    if wanted is None and len(langs) == 1:
        return langs[0]
    if wanted is None:
        message = Text(
            f"{desk.order.note} 中有中英两种，--to 不知该寄哪一种。请指定其中一个文件，"
            "或加 --lang zh / --lang en。",
            f"{desk.order.note} holds both languages and --to does not say which one goes out. "
            "Name one of the files, or add --lang zh or --lang en.",
        )
        raise StopError(USAGE, said.error("which-language", message))
    return wanted


def refuse_outsiders(readers: Iterable[Recipient], domains: frozenset[str]) -> None:
    """An internal edition goes to the house's own domains alone. Raises StopError."""
    refused = [
        said.outside(one, domains)
        for one in readers
        if one.edition == "internal" and one.mailbox.domain not in domains
    ]
    if refused:
        raise StopError(GATE_REFUSED, *refused)


def sender_of(written: str) -> Mailbox | None:
    """The sender as written in an option or a setting, None without one. Raises StopError."""
    try:
        return mailbox(written) if written else None
    except HeaderError as problem:
        raise StopError(USAGE, unusable(problem, "", "", "--from, mail_from")) from problem
