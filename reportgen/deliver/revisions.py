"""Where an issue's files go, and which revision they are.

    output/<slug>-<YYYYMMDD>/<edition>/<slug>-<YYYYMMDD>-<lang>.pdf
    output/<slug>-<YYYYMMDD>-r2/<edition>/<slug>-<YYYYMMDD>-r2-<lang>.pdf

What was approved or mailed is never overwritten: when a later build of the same day
makes other bytes, it goes into a folder of its own, the next revision's. The editions
count for themselves, and a build that makes the same bytes stays where it is.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reportgen.deliver.files import note_folder, note_name
from reportgen.deliver.manifest import (
    DATA_NAME,
    MANIFEST_NAME,
    approved,
    encoded,
    manifest,
    sealed,
    sha256,
)
from reportgen.deliver.parcel import Parcel
from reportgen.language import Lang


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves what is built, and when: a time with its zone, in ISO 8601."""

    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, all files of this build by their names in it, and those yet to be written."""

    folder: Path
    files: Mapping[str, bytes]
    unwritten: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Identity:
    """What names the files of an issue: slug, day and edition."""

    slug: str
    issued: date
    edition: str


def place(
    out: Path,
    issue: Identity,
    notes: Mapping[tuple[Lang, str], bytes],
    parcel: Parcel,
    approval: Approval | None = None,
) -> Place:
    """The first revision that these bytes may be written to, with its manifest.

    `notes` are the finished notes by language and suffix. Raises DeliveryError for an
    unusable slug.
    """
    core_sha256 = sha256(parcel.core_bytes)
    for revision in itertools.count(1):
        folder = note_folder(out, issue.slug, issue.issued, issue.edition, revision)
        files = {
            note_name(issue.slug, issue.issued, lang, suffix, revision): data
            for (lang, suffix), data in notes.items()
        }
        files[DATA_NAME] = parcel.data
        earlier = _earlier(folder)
        if earlier is None:
            continue
        kept = sealed(earlier)
        if kept and not (
            earlier.get("core_sha256") == core_sha256
            and all(kept.get(name, sha256(data)) == sha256(data) for name, data in files.items())
        ):
            continue
        outer = manifest(parcel.core, core_sha256, files, earlier)
        if approval is not None:
            outer = approved(outer, approval.by, approval.at)
        all_files = files | {MANIFEST_NAME: encoded(outer)}
        unwritten = {
            name: data
            for name, data in all_files.items()
            if name not in kept or not (folder / name).exists()
        }
        return Place(folder, all_files, unwritten)
    raise AssertionError("unreachable: some revision is free")


def _earlier(folder: Path) -> dict[str, Any] | None:
    """The folder's manifest, empty when it has none.

    None when it is there but cannot be read: what was approved is then unknown, and
    nothing in that folder may be touched.
    """
    try:
        found = json.loads((folder / MANIFEST_NAME).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and _is_well_formed(found) else None


def _is_well_formed(found: Mapping[str, Any]) -> bool:
    entries = [*found.get("approvals", ()), *found.get("mailings", ())]
    return isinstance(found.get("files", {}), dict) and all(
        isinstance(entry, dict) and isinstance(entry.get("files"), dict) for entry in entries
    )
