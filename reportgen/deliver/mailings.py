"""What was drafted for whom: the drafts' file names, and the record in the manifest."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.deliver.addresses import Mailbox
from reportgen.language import Lang

SUFFIX = ".eml"
_LONGEST = 36
_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A finished draft: whatever sends it one day needs no more than this."""

    name: str
    to: Mailbox
    lang: Lang
    data: bytes


def draft_name(pdf_name: str, to: Mailbox, taken: Collection[str]) -> str:
    """`<slug>-<date>-<lang>-<recipient>.eml`, with -2, -3 … where that name is taken.

    The recipient is the name when it is in plain letters, else what stands before the @.
    """
    spoken = to.name if to.name.isascii() else ""
    who = _plain(spoken) or _plain(to.address.partition("@")[0]) or "reader"
    stem = f"{pdf_name.removesuffix('.pdf')}-{who}"
    used = {name.casefold() for name in taken}
    number, name = 1, f"{stem}{SUFFIX}"
    while name.casefold() in used:
        number += 1
        name = f"{stem}-{number}{SUFFIX}"
    return name


def drafted_before(
    outer: Mapping[str, Any], to: Mailbox, pdf_name: str, pdf_sha256: str
) -> Mapping[str, Any] | None:
    """The last record of these very bytes for that address, None when there is none."""
    found = None
    for entry in outer["mailings"]:
        same = str(entry.get("to", "")).casefold() == to.address.casefold()
        if same and entry["files"].get(pdf_name) == pdf_sha256:
            found = entry
    return found


def mailed(
    outer: Mapping[str, Any], draft: Draft, at: str, files: Mapping[str, str]
) -> dict[str, Any]:
    """The manifest with a record of that draft; `files` are the hashes of note and draft."""
    entry = {"at": at, "to": draft.to.address, "lang": draft.lang, "files": dict(files)}
    return dict(outer) | {"mailings": [*outer["mailings"], entry]}


def _plain(text: str) -> str:
    return _OTHER.sub("-", text.lower()).strip("-")[:_LONGEST].strip("-")
