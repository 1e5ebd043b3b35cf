"""Drafts of mails for a finished note, as one readable flow: one message for each reader.

What a mail says comes from the finished note alone. The workbook, which may have changed
since, is read for who the readers are and for the words that must not go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reportgen.checking import Stages
from reportgen.deliver import mail_issues as said
from reportgen.deliver.addresses import (
    LONGEST_GREETING,
    LONGEST_SUBJECT,
    HeaderError,
    Mailbox,
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
from reportgen.deliver.manifest import is_approved, sha256
from reportgen.deliver.message import Letter, Picture, message
from reportgen.deliver.readback import mismatches
from reportgen.deliver.recipients import Recipient, unusable
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
)
from reportgen.issues import Issue
from reportgen.language import Lang
from reportgen.mail_order import Desk, Drafted, Order, StopError
from reportgen.mail_readers import readers_of, refuse_outsiders, sender_of, workbooks
from reportgen.render.mail import (
    Frame,
    Shown,
    greeting_of,
    mail_text,
    shown_width,
    subject_of,
)
from reportgen.render.raster import NoChartError, chart_in, logo_raster, rasters
from reportgen.render.resources import MissingTemplateError
from reportgen.render.theme import Theme, ThemeError, load_theme
from reportgen.render.worker import PdfWorker, WorkerError
from reportgen.workbook.tables import Workbook


@dataclass(frozen=True, slots=True)
class _Enclosure:
    """What all readers of one note get: the note and the pictures of its mail."""

    issue: FinishedIssue
    note: FinishedNote
    approved: bool
    theme: Theme
    shown: Mapping[str, Shown]
    pictures: tuple[Picture, ...]
    logo: Shown | None


def draft(order: Order, worker: PdfWorker, at: datetime, stage: Stages) -> Drafted:
    """Draft a message for every reader, write them beside the note and record them there.

    Either all messages that can be made are good, or none is written. A reader whose note
    was not built, or who has a draft of these very bytes, is passed over with a sentence.
    """
    desk = Desk(order, worker, at, order.lang or lang_of(order.note) or order.spoken)
    try:
        files = _draft(desk, stage)
    except StopError as stop:
        issues = (*desk.said, *stop.issues)
        return Drafted(stop.code, desk.lang, issues, in_both=desk.in_both)
    return Drafted(DONE, desk.lang, tuple(desk.said), files)


def _draft(desk: Desk, stage: Stages) -> tuple[Path, ...]:
    order = desk.order
    try:
        issue = finished_issue(order.note)
    except UnfinishedError as problem:
        raise StopError(USAGE, said.error("not-a-note", problem.text)) from problem
    if newer := issue.newer():
        desk.said.append(said.superseded(newer))
    with stage("read"):
        books = workbooks(order, issue)
    readers = readers_of(desk, issue, books)
    refuse_outsiders(readers, order.domains)
    sender = sender_of(order.sender)
    with stage("charts"):
        enclosures = _enclosures(desk, issue, readers)
    with stage("note"):
        try:
            drafts = _drafts(desk, readers, enclosures, sender)
        except WorkerError as problem:
            wrong = said.error("mail-not-laid-out", problem.text)
            raise StopError(MACHINE_LACKS, wrong) from problem
    with stage("search"):
        _search(desk, drafts, books)
    desk.said.extend(_not_ready({id(one.enclosure): one.enclosure for one in drafts}.values()))
    with stage("write"):
        return _written(desk, drafts)


# ---- what -----------------------------------------------------------------------------------


def _enclosures(
    desk: Desk, issue: FinishedIssue, readers: Iterable[Recipient]
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
            raise StopError(USAGE, said.error("not-a-note", problem.text)) from problem
        except WorkerError as problem:
            raise StopError(MACHINE_LACKS, said.error("no-pictures", problem.text)) from problem
        except ThemeError as problem:
            raise StopError(USAGE, said.error("mail-not-laid-out", problem.text)) from problem
        except (MissingTemplateError, NoChartError) as problem:
            raise StopError(MACHINE_LACKS, said.unlike(problem)) from problem
    return found


def _enclosure(desk: Desk, issue: FinishedIssue, note: FinishedNote) -> _Enclosure:
    charts = {one.id: chart_in(note.page, one.id) for one in note.front.charts}
    named = str(issue.manifest["core"]["options"].get("theme", "default"))
    theme = load_theme(named, desk.order.theme_folder)
    pictures: list[Picture] = []  # in the order in which the HTML shows them
    logo = None
    if drawn_logo := logo_raster(theme, desk.worker):
        pictures.append(_picture("logo", drawn_logo.data))
        logo = Shown(pictures[-1].cid, round(drawn_logo.width), round(drawn_logo.height))
    shown: dict[str, Shown] = {}
    for number, (id_, raster) in enumerate(rasters(charts, note.lang, desk.worker).items(), 1):
        pictures.append(_picture(f"chart-{number}", raster.data))
        shown[id_] = Shown(pictures[-1].cid, shown_width(raster.width))
    approved = is_approved(issue.manifest, note.pdf_name, note.pdf_sha256)
    return _Enclosure(issue, note, approved, theme, shown, tuple(pictures), logo)


def _picture(name: str, data: bytes) -> Picture:
    return Picture(f"{name}.{sha256(data)[:16]}@reportgen.invalid", f"{name}.png", data)


@dataclass(frozen=True, slots=True)
class _Made:
    """A draft on its way: the letter that it says, and the note that it encloses."""

    draft: Draft
    letter: Letter
    enclosure: _Enclosure


def _drafts(
    desk: Desk,
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
            raise StopError(INTERNAL_FAULT, said.unlike_meant(one, wrong))
        names = taken.setdefault(folder, [path.name for path in folder.iterdir()])
        names.append(draft_name(note.name, one.mailbox, names))
        draft = Draft(
            names[-1], one.mailbox, one.lang, data, note.pdf_name, note.pdf_sha256,
            enclosed.approved, note.front.sample,
        )  # fmt: skip
        made.append(_Made(draft, letter, enclosed))
    if not made and not any(issue.code == "drafted-already" for issue in desk.said):
        raise StopError(USAGE)
    return made


def _not_ready(drafted: Iterable[_Enclosure]) -> Iterator[Issue]:
    """What is said of each note that goes out without approval, or as a sample."""
    for one in drafted:
        if one.note.front.sample:
            yield said.is_sample(one.note.pdf_name)
        if one.issue.edition == "client" and not one.approved:
            yield said.unapproved(one.note.pdf_name)


def _letter(desk: Desk, reader: Recipient, enclosed: _Enclosure, sender: Mailbox | None) -> Letter:
    front, theme = enclosed.note.front, enclosed.theme
    pdf_name = enclosed.note.name
    pdf_title = f"{front.kind}-{pdf_name}" if front.lang == "zh" else pdf_name
    subject = _checked(desk.order.subject, LONGEST_SUBJECT, "--subject") or _checked(
        subject_of(front, theme), LONGEST_SUBJECT, f"Note!title_{front.lang}"
    )
    greeting = reader.greeting or greeting_of(reader.mailbox.name, reader.lang)
    frame = Frame(_checked(greeting, LONGEST_GREETING, reader.cell), pdf_title, enclosed.logo)
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
        raise StopError(USAGE, unusable(problem, "", "", place)) from problem


# ---- out ------------------------------------------------------------------------------------


def _search(desk: Desk, made: Iterable[_Made], books: Mapping[Path, Workbook]) -> None:
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
        raise StopError(GATE_REFUSED, *found)


def _written(desk: Desk, made: Iterable[_Made]) -> tuple[Path, ...]:
    by_folder: dict[Path, list[Draft]] = {}
    for one in made:
        by_folder.setdefault(one.enclosure.issue.folder, []).append(one.draft)
    try:
        return write_drafts(by_folder, desk.at.isoformat(timespec="seconds"))
    except OvertakenError as problem:
        raise StopError(BUSY, said.overtaken()) from problem
    except DeliveryError as problem:
        code = BUSY if isinstance(problem, BusyError) else MACHINE_LACKS
        raise StopError(code, said.error("not-written", problem.text)) from problem
