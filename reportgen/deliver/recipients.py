"""The people a note goes to: rows of the Recipients sheet, each with an address of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from reportgen.deliver.addresses import (
    LONGEST_GREETING,
    HeaderError,
    Mailbox,
    address,
    mailbox,
    person,
    words,
)
from reportgen.editions.publish import Edition
from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text
from reportgen.workbook.tables import Row, Workbook

_UNDO = Text("未写入任何文件。", "Nothing was written.")
_BEFORE_MAIL = Text("请在起草邮件前改正。", "Mend it before mails are drafted.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One reader. `file`, `sheet` and `cell` say where the address stood, an option or a cell."""

    mailbox: Mailbox
    lang: Lang
    edition: Edition
    greeting: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""

    @property
    def key(self) -> tuple[str, Lang, Edition]:
        """What makes two rows one: the address, the language and the edition."""
        return self.mailbox.address.casefold(), self.lang, self.edition

    def issue(self, code: str, severity: Severity, message: Text, hint: Text) -> Issue:
        """An issue at the place where the address stood."""
        return Issue(code, severity, message, hint, self.file, self.sheet, self.cell)


def listed_recipients(workbook: Workbook) -> tuple[tuple[Recipient, ...], tuple[Issue, ...]]:
    """The readers on the Recipients sheet, and what is wrong with their rows.

    A blank language is the workbook's, a blank edition the client's. A row that says the
    same address, language and edition again is left out with a remark.
    """
    found: list[Recipient] = []
    issues = [
        issue
        for issue in workbook.issues
        if issue.sheet == workbook["Recipients"].name and issue.severity is Severity.ERROR
    ]
    for row in workbook["Recipients"]:
        wrong = list(_wrong(workbook.file, row))
        issues += wrong
        if not wrong:
            found.append(_recipient(workbook, row))
    return _once(found, issues)


def unusable_recipients(workbook: Workbook) -> tuple[Issue, ...]:
    """Names, addresses and greetings that no mail can have: a warning, for a note can be built."""
    return tuple(
        replace(issue, severity=Severity.WARNING, hint=_BEFORE_MAIL)
        for row in workbook["Recipients"]
        for issue in _wrong(workbook.file, row)
    )


def named_recipients(
    options: Iterable[str], lang: Lang, edition: Edition
) -> tuple[tuple[Recipient, ...], tuple[Issue, ...]]:
    """The readers that the command line names, and what is wrong with their addresses."""
    found: list[Recipient] = []
    issues: list[Issue] = []
    for written in options:
        try:
            found.append(Recipient(mailbox(written), lang, edition, cell="--to"))
        except HeaderError as problem:
            issues.append(unusable(problem, "", "", "--to"))
    return _once(found, issues)


def unusable(problem: HeaderError, file: str, sheet: str, cell: str) -> Issue:
    """The words of a cell or of an option that may not stand in a mail."""
    return Issue("mail-words", Severity.ERROR, problem.text, _UNDO, file, sheet, cell)


def _wrong(file: str, row: Row) -> Iterable[Issue]:
    for column, check in (
        ("name", person),
        ("address", address),
        ("greeting", lambda text: words(text, LONGEST_GREETING)),
    ):
        try:
            check(row.text(column)) if row.text(column) or column == "address" else None
        except HeaderError as problem:
            yield unusable(problem, file, row.sheet, _place(row, column))


def _recipient(workbook: Workbook, row: Row) -> Recipient:
    default = "en" if workbook.lang == "en" else "zh"
    return Recipient(
        Mailbox(row.text("address"), row.text("name")),
        cast("Lang", row.text("language") or default),
        cast("Edition", row.text("edition") or "client"),
        row.text("greeting"),
        workbook.file,
        row.sheet,
        _place(row, "address"),
    )


def _place(row: Row, column: str) -> str:
    cell = row.cell(column)
    return cell.cell if cell else f"A{row.number}"


def _once(
    found: Iterable[Recipient], issues: list[Issue]
) -> tuple[tuple[Recipient, ...], tuple[Issue, ...]]:
    kept: dict[tuple[str, Lang, Edition], Recipient] = {}
    for one in found:
        first = kept.setdefault(one.key, one)
        if first is not one:
            issues.append(
                one.issue(
                    "recipient-twice",
                    Severity.REMARK,
                    Text(
                        f"{one.mailbox.address} 与 {first.cell} 相同，只起草一封。",
                        f"{one.mailbox.address} stands in {first.cell} already; one draft is made.",
                    ),
                    Text("", ""),
                )
            )
    return tuple(kept.values()), tuple(issues)
