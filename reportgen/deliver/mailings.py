"""What was drafted for whom: the drafts' file names, and the record in the manifest."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.deliver.addresses import Mailbox
from reportgen.deliver.files import entered
from reportgen.deliver.finished import UnfinishedError, finished_issue
from reportgen.deliver.manifest import MANIFEST_NAME, encoded, sha256
from reportgen.language import Lang

SUFFIX = ".eml"
_LONGEST = 36
_OTHER = re.compile(r"[^a-z0-9]+")


class OvertakenError(Exception):
    """While a mail was being drafted, somebody else wrote into the note's folder."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A finished draft, and the note that it encloses with its hash.

    `approved` says whether somebody approved that note, `sample` whether it calls itself one.
    Whatever sends it one day needs no more than this.
    """

    name: str
    to: Mailbox
    lang: Lang
    data: bytes
    note: str
    note_sha256: str
    approved: bool
    sample: bool


def draft_name(note: str, to: Mailbox, taken: Collection[str]) -> str:
    """`<note>-<recipient>.eml`, with -2, -3 … where that name is taken.

    The recipient is the name when it is in plain letters, else what stands before the @.
    """
    spoken = to.name if to.name.isascii() else ""
    who = _plain(spoken) or _plain(to.address.partition("@")[0]) or "reader"
    stem = f"{note.removesuffix('.pdf')}-{who}"
    used = {name.casefold() for name in taken}
    number, name = 1, f"{stem}{SUFFIX}"
    while name.casefold() in used:
        number += 1
        name = f"{stem}-{number}{SUFFIX}"
    return name


def drafted_before(
    outer: Mapping[str, Any], to: Mailbox, note: str, note_sha256: str
) -> Mapping[str, Any] | None:
    """The last record of these very bytes for that address, None when there is none."""
    found = None
    for entry in outer["mailings"]:
        same = str(entry.get("to", "")).casefold() == to.address.casefold()
        if same and entry["files"].get(note) == note_sha256:
            found = entry
    return found


def write_drafts(drafts: Mapping[Path, Sequence[Draft]], at: str) -> tuple[Path, ...]:
    """Write the drafts of each folder together with its manifest, which records them.

    Nobody else writes into the folders meanwhile. `at` is a time with its zone. Raises
    OvertakenError when a note is no longer the one that was drafted or a name is taken,
    BusyError and DeliveryError.
    """
    files: list[Path] = []
    with ExitStack() as stack:
        targets = {folder: stack.enter_context(entered(folder)) for folder in drafts}
        outer = {folder: _recorded(folder, mine, at) for folder, mine in drafts.items()}
        for folder, mine in drafts.items():
            wanted = {one.name: one.data for one in mine}
            written = targets[folder].write(wanted | {MANIFEST_NAME: encoded(outer[folder])})
            files += written[:-1]
    return tuple(files)


def _recorded(folder: Path, drafts: Sequence[Draft], at: str) -> dict[str, Any]:
    """The folder's manifest as it stands now, with a record of each draft."""
    try:
        outer = dict(finished_issue(folder).manifest)
    except UnfinishedError as problem:
        raise OvertakenError from problem
    for one in drafts:
        entry = outer["files"].get(one.note, {})
        if entry.get("sha256") != one.note_sha256 or (folder / one.name).exists():
            raise OvertakenError
    records = [
        {
            "at": at,
            "to": one.to.address,
            "lang": one.lang,
            "approved": one.approved,
            "sample": one.sample,
            "files": {one.note: one.note_sha256, one.name: sha256(one.data)},
        }
        for one in drafts
    ]
    return outer | {"mailings": [*outer["mailings"], *records]}


def _plain(text: str) -> str:
    return _OTHER.sub("-", text.lower()).strip("-")[:_LONGEST].strip("-")
