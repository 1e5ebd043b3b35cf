"""Drafts of mails for a finished note, as one readable flow: one message for each reader.

What a mail says comes from the finished note alone. The workbook, which may have changed
since, is read for who the readers are and for the words that must not go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from reportgen.checking import Stages
from reportgen.deliver import mail_issues as said
from reportgen.deliver.addresses import (
    LONGEST_GREETING,
    LONGEST_SUBJECT,
    HeaderError,
    Mailbox,
    mailbox,
    words,
)
from reportgen.deliver.finished import (
    FinishedIssue,
    FinishedNote,
    UnfinishedError,
    finished_issue,
    lang_of,
)
from reportgen.deliver.mailings import (
    Draft,
    OvertakenError,
    draft_name,
    drafted_before,
    write_drafts,
)
from reportgen.deliver.manifest import sha256
from reportgen.deliver.message import Letter, Picture, message
from reportgen.deliver.readback import mismatches
from reportgen.deliver.recipients import (
    Recipient,
    listed_recipients,
    named_recipients,
    unusable,
)
from reportgen.deliver.refusals import BusyError, DeliveryError
from reportgen.editions.leaks import leak_issues
from reportgen.editions.publish import Edition
from reportgen.editions.redact import Redactor, redactions
from reportgen.exits import (
    BUSY,
    DONE,
    GATE_REFUSED,
    INTERNAL_FAULT,
    MACHINE_LACKS,
    USAGE,
    WORKBOOK_ERRORS,
)
from reportgen.issues import Issue, Severity, has_errors
from reportgen.language import Lang, Text
from reportgen.render.mail import (
    Frame,
    Shown,
    greeting_of,
    mail_text,
    shown_width,
    subject_of,
)
from reportgen.render.raster import NoChartError, chart_in, rasters
from reportgen.render.resources import MissingTemplateError
from reportgen.render.theme import Theme, ThemeError, load_theme
from reportgen.render.worker import PdfWorker, WorkerError
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.tables import Workbook


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


@dataclass(frozen=True, slots=True)
class _Enclosure:
    """What all readers of one note get: the note and the pictures of its mail."""

    issue: FinishedIssue
    note: FinishedNote
    theme: Theme
    shown: Mapping[str, Shown]
    pictures: tuple[Picture, ...]


class _StopError(Exception):
    """Nothing can be drafted: why, and with which exit code."""

    def __init__(self, code: int, *issues: Issue) -> None:
        super().__init__(code)
        self.code = code
        self.issues = issues


@dataclass(slots=True)
class _Desk:
    """What is known while drafting, and what there is to say."""

    order: Order
    worker: PdfWorker
    at: datetime
    lang: Lang
    said: list[Issue] = field(default_factory=list)
    in_both: bool = False


def draft(order: Order, worker: PdfWorker, at: datetime, stage: Stages) -> Drafted:
    """Draft a message for every reader, write them beside the note and record them there.

    Either all messages that can be made are good, or none is written. A reader whose note
    was not built, or who has a draft of these very bytes, is passed over with a sentence.
    """
    desk = _Desk(order, worker, at, order.lang or lang_of(order.note) or order.spoken)
    try:
        files = _draft(desk, stage)
    except _StopError as stop:
        issues = (*desk.said, *stop.issues)
        return Drafted(stop.code, desk.lang, issues, in_both=desk.in_both)
    return Drafted(DONE, desk.lang, tuple(desk.said), files)


def _draft(desk: _Desk, stage: Stages) -> tuple[Path, ...]:
    order = desk.order
    try:
        issue = finished_issue(order.note)
    except UnfinishedError as problem:
        raise _StopError(USAGE, said.error("not-a-note", problem.text)) from problem
    if newer := issue.newer():
        desk.said.append(said.superseded(newer))
    with stage("read"):
        books = _workbooks(order, issue)
    readers = _readers(desk, issue, books)
    _refuse_outsiders(readers, order.domains)
    sender = _sender(order.sender)
    with stage("charts"):
        enclosures = _enclosures(desk, issue, readers)
    with stage("note"):
        try:
            drafts = _drafts(desk, readers, enclosures, sender)
        except WorkerError as problem:
            wrong = said.error("mail-not-laid-out", problem.text)
            raise _StopError(MACHINE_LACKS, wrong) from problem
    with stage("search"):
        _search(desk, drafts, books)
    with stage("write"):
        return _written(desk, drafts)


# ---- who ------------------------------------------------------------------------------------


def _workbooks(order: Order, issue: FinishedIssue) -> dict[Path, Workbook]:
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


def _readers(
    desk: _Desk, issue: FinishedIssue, books: Mapping[Path, Workbook]
) -> tuple[Recipient, ...]:
    order = desk.order
    found: list[Recipient] = []
    if order.to:
        named, wrong = named_recipients(order.to, _lang_for_named(desk, issue), issue.edition)
        if has_errors(wrong):
            raise _StopError(USAGE, *wrong)
        desk.said += wrong
        found += named
    if order.recipients is not None:
        book = books[order.recipients]
        desk.in_both = not book.opened
        desk.lang = "en" if book.lang == "en" else "zh"
        listed, wrong = listed_recipients(book)
        if has_errors(wrong):
            raise _StopError(WORKBOOK_ERRORS, *wrong)
        if not listed:
            unread = [one for one in book.issues if one.severity is Severity.ERROR]
            nobody = (said.nobody(book),) if book.opened else ()
            raise _StopError(WORKBOOK_ERRORS, *unread, *nobody)
        desk.said += wrong
        taken = {one.key for one in found}
        found += [one for one in listed if one.key not in taken]
    return tuple(found)


def _lang_for_named(desk: _Desk, issue: FinishedIssue) -> Lang:
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
        raise _StopError(USAGE, said.error("which-language", message))
    return wanted


def _refuse_outsiders(readers: Iterable[Recipient], domains: frozenset[str]) -> None:
    """An internal edition goes to the house's own domains and to nobody else."""
    refused = [
        said.outside(one, domains)
        for one in readers
        if one.edition == "internal" and one.mailbox.domain not in domains
    ]
    if refused:
        raise _StopError(GATE_REFUSED, *refused)


def _sender(written: str) -> Mailbox | None:
    try:
        return mailbox(written) if written else None
    except HeaderError as problem:
        raise _StopError(USAGE, unusable(problem, "", "", "--from, mail_from")) from problem


# ---- what -----------------------------------------------------------------------------------


def _enclosures(
    desk: _Desk, issue: FinishedIssue, readers: Iterable[Recipient]
) -> dict[tuple[Edition, Lang], _Enclosure]:
    """The note of each edition and language that somebody is to get, where it was built."""
    found: dict[tuple[Edition, Lang], _Enclosure] = {}
    for edition, lang in dict.fromkeys((one.edition, one.lang) for one in readers):
        there = issue.beside(edition)
        try:
            note = there.note(lang) if there else None
            if there and note:
                found[edition, lang] = _enclosure(desk, there, note)
        except UnfinishedError as problem:
            raise _StopError(USAGE, said.error("not-a-note", problem.text)) from problem
        except WorkerError as problem:
            raise _StopError(MACHINE_LACKS, said.error("no-pictures", problem.text)) from problem
        except ThemeError as problem:
            raise _StopError(USAGE, said.error("mail-not-laid-out", problem.text)) from problem
        except (MissingTemplateError, NoChartError) as problem:
            raise _StopError(MACHINE_LACKS, said.unlike(problem)) from problem
    return found


def _enclosure(desk: _Desk, issue: FinishedIssue, note: FinishedNote) -> _Enclosure:
    charts = {one.id: chart_in(note.page, one.id) for one in note.front.charts}
    pictures: list[Picture] = []
    shown: dict[str, Shown] = {}
    drawn = rasters(charts, note.lang, desk.worker)
    for number, (id_, raster) in enumerate(drawn.items(), start=1):
        cid = f"chart-{number}.{sha256(raster.data)[:16]}@reportgen.invalid"
        pictures.append(Picture(cid, f"chart-{number}.png", raster.data))
        shown[id_] = Shown(cid, shown_width(raster.width))
    named = str(issue.manifest["core"]["options"].get("theme", "default"))
    theme = load_theme(named, desk.order.theme_folder)
    return _Enclosure(issue, note, theme, shown, tuple(pictures))


@dataclass(frozen=True, slots=True)
class _Made:
    """A draft on its way: the letter that it says, and the note that it encloses."""

    draft: Draft
    letter: Letter
    enclosure: _Enclosure


def _drafts(
    desk: _Desk,
    readers: Sequence[Recipient],
    enclosures: Mapping[tuple[Edition, Lang], _Enclosure],
    sender: Mailbox | None,
) -> list[_Made]:
    made: list[_Made] = []
    taken: dict[Path, list[str]] = {}
    for one in readers:
        enclosed = enclosures.get((one.edition, one.lang))
        if enclosed is None:
            desk.said.append(said.not_built(one))
            continue
        note, folder = enclosed.note, enclosed.issue.folder
        outer = enclosed.issue.manifest
        before = drafted_before(outer, one.mailbox, note.pdf_name, note.pdf_sha256)
        if before and not desk.order.again:
            desk.said.append(said.drafted_already(one, before))
            continue
        letter = _letter(desk, one, enclosed, sender)
        data = message(letter)
        if wrong := mismatches(data, letter):
            raise _StopError(INTERNAL_FAULT, said.unlike_meant(one, wrong))
        names = taken.setdefault(folder, [path.name for path in folder.iterdir()])
        names.append(draft_name(note.name, one.mailbox, names))
        draft = Draft(names[-1], one.mailbox, one.lang, data, note.pdf_name, note.pdf_sha256)
        made.append(_Made(draft, letter, enclosed))
    if not made and not any(issue.code == "drafted-already" for issue in desk.said):
        raise _StopError(USAGE)
    return made


def _letter(desk: _Desk, reader: Recipient, enclosed: _Enclosure, sender: Mailbox | None) -> Letter:
    front, theme = enclosed.note.front, enclosed.theme
    pdf_name = enclosed.note.name
    pdf_title = f"{front.kind}-{pdf_name}" if front.lang == "zh" else pdf_name
    subject = _checked(desk.order.subject, LONGEST_SUBJECT, "--subject") or _checked(
        subject_of(front, theme), LONGEST_SUBJECT, f"Note!title_{front.lang}"
    )
    greeting = reader.greeting or greeting_of(reader.mailbox.name, reader.lang)
    frame = Frame(_checked(greeting, LONGEST_GREETING, reader.cell), pdf_title)
    return Letter(
        sender=sender,
        to=reader.mailbox,
        subject=subject,
        written=desk.at.replace(microsecond=0),
        lang=front.lang,
        text=mail_text(front, frame, theme),
        html=desk.worker.mail_page(front, frame, enclosed.shown, theme),
        pictures=enclosed.pictures,
        pdf_name=pdf_name,
        pdf_title=pdf_title,
        pdf=enclosed.note.pdf,
    )


def _checked(text: str, longest: int, place: str) -> str:
    try:
        return words(text, longest)
    except HeaderError as problem:
        raise _StopError(USAGE, unusable(problem, "", "", place)) from problem


# ---- out ------------------------------------------------------------------------------------


def _search(desk: _Desk, made: Iterable[_Made], books: Mapping[Path, Workbook]) -> None:
    """Look for redacted words in all that a reader gets, but for the reader's own address."""
    known = [book for book in books.values() if book.opened]
    if not known or len(known) < len(books):  # one that cannot be read has terms, but which?
        desk.said.append(said.unsearched())
    if not known:
        return
    redactor = Redactor(term for book in known for term in redactions(book))
    found: dict[Issue, None] = {}
    searched: set[str] = set()
    for one in made:
        letter, note = one.letter, one.enclosure.note
        shown = (str(letter.sender or ""), letter.subject, letter.text, letter.html)
        told = leak_issues({letter.pdf_title: "\n".join(shown).encode()}, redactor)
        found |= dict.fromkeys(replace(issue, file=one.draft.name) for issue in told)
        if note.pdf_name not in searched:
            searched.add(note.pdf_name)
            found |= dict.fromkeys(
                leak_issues({note.pdf_name: note.pdf}, redactor, {note.pdf_name: note.page})
            )
    if found:
        raise _StopError(GATE_REFUSED, *found)


def _written(desk: _Desk, made: Iterable[_Made]) -> tuple[Path, ...]:
    by_folder: dict[Path, list[Draft]] = {}
    for one in made:
        by_folder.setdefault(one.enclosure.issue.folder, []).append(one.draft)
    try:
        return write_drafts(by_folder, desk.at.isoformat(timespec="seconds"))
    except OvertakenError as problem:
        raise _StopError(BUSY, said.overtaken()) from problem
    except DeliveryError as problem:
        code = BUSY if isinstance(problem, BusyError) else MACHINE_LACKS
        raise _StopError(code, said.error("not-written", problem.text)) from problem
