"""Where an issue's files go, and which revision they are.

    output/<slug>-<YYYYMMDD>/<edition>/<slug>-<YYYYMMDD>-<lang>.pdf
    output/<slug>-<YYYYMMDD>-r2/<edition>/<slug>-<YYYYMMDD>-r2-<lang>.pdf

What was approved or mailed is never overwritten: when a later build of the same day
makes other bytes, it goes into a folder of its own, the next revision's. The editions
count for themselves, and a build that makes the same bytes stays where it is.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from reportgen.deliver.files import Target, entered, note_folder, note_name
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
from reportgen.deliver.refusals import DeliveryError, HeldError, explained, is_shut
from reportgen.language import Lang, Text
from reportgen.plain_files import plain_bytes

_BESIDE = re.compile(r"(.+)-new\d*(\.[a-z]+)")
_MOST_BESIDE = 9
_MOST_REVISIONS = 999
_FAILING = frozenset(
    {errno.EIO, errno.EROFS, errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE}
)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves what is built, and when: a time with its zone, in ISO 8601."""

    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, all files of this build by their names in it, and those yet to be written.

    `superseded` are files that an earlier build had to put beside theirs, which were open.
    """

    folder: Path
    files: Mapping[str, bytes]
    unwritten: Mapping[str, bytes]
    superseded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivered:
    """The written files, and by the name of each that is open elsewhere where it went instead."""

    files: tuple[Path, ...]
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """What names the files of an issue: slug, day and edition."""

    slug: str
    issued: date
    edition: str


def deliver(
    out: Path,
    issue: Identity,
    notes: Mapping[tuple[Lang, str], bytes],
    parcel: Parcel,
    approval: Approval | None = None,
    *,
    waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Delivered:
    """Decide where an issue's files go and write them, while nobody else can.

    What has a note open cannot stop it from being written: the new version then stands
    beside it. Another build's end is waited for inside `waiting()`. A revision that was sent
    and is read-only now needs no lock: nobody can write there. Raises BusyError when another
    build does not end, and DeliveryError.
    """
    beside: dict[str, str] = {}
    first = note_folder(out, issue.slug, issue.issued, issue.edition)
    targets: dict[Path, Target] = {}
    with ExitStack() as stack:
        shut: DeliveryError | None = None
        try:
            targets[first] = stack.enter_context(entered(first, waiting=waiting))
        except DeliveryError as problem:
            if not is_shut(problem):
                raise
            shut = problem
        while True:
            found = place(out, issue, notes, parcel, approval, beside=beside)
            if shut is not None and found.folder == first:
                raise shut
            if found.folder not in targets:  # a later revision's: look again when it is ours
                target = entered(found.folder, waiting=waiting)
                targets[found.folder] = stack.enter_context(target)
                continue
            try:
                return _written(targets[found.folder], found, beside)
            except HeldError as held:
                beside = _elsewhere(held, beside)


def _written(target: Target, found: Place, beside: Mapping[str, str]) -> Delivered:
    target.write(found.unwritten)
    target.remove(found.superseded)
    told = {name: other for name, other in beside.items() if other in found.files}
    return Delivered(tuple(found.folder / name for name in found.files), told)


def _elsewhere(held: HeldError, beside: Mapping[str, str]) -> dict[str, str]:
    """Other names for the files that are open: a-zh.pdf goes to a-zh-new.pdf.

    Raises the error again for the manifest, which has to be where it is looked for.
    """
    proper = {other: name for name, other in beside.items()}
    found = dict(beside)
    for name in held.names:
        own = proper.get(name, name)
        stem, _, suffix = own.rpartition(".")
        tried = 1 if name == own else _number(name) + 1
        if own == MANIFEST_NAME or tried > _MOST_BESIDE:
            raise held
        found[own] = f"{stem}-new{tried if tried > 1 else ''}.{suffix}"
    return found


def _number(name: str) -> int:
    return int(name.rpartition("-new")[2].partition(".")[0] or 1)


def place(
    out: Path,
    issue: Identity,
    notes: Mapping[tuple[Lang, str], bytes],
    parcel: Parcel,
    approval: Approval | None = None,
    *,
    beside: Mapping[str, str] | None = None,
) -> Place:
    """The first revision that these bytes may be written to, with its manifest.

    `notes` are the finished notes by language and suffix, `beside` other names for files
    that cannot be replaced. Raises DeliveryError for an unusable slug, and when the disk
    gives no manifest to be read.
    """
    other = beside or {}
    core_sha256 = sha256(parcel.core_bytes)
    for revision in range(1, _MOST_REVISIONS + 1):
        folder = note_folder(out, issue.slug, issue.issued, issue.edition, revision)
        files = {
            note_name(issue.slug, issue.issued, lang, suffix, revision): data
            for (lang, suffix), data in notes.items()
        }
        files[DATA_NAME] = parcel.data
        files = {other.get(name, name): data for name, data in files.items()}
        earlier = _earlier(folder)
        if earlier is None:
            continue
        kept = sealed(earlier)
        if kept and not (
            earlier.get("core_sha256") == core_sha256
            and all(kept.get(name, sha256(data)) == sha256(data) for name, data in files.items())
        ):
            continue
        superseded = tuple(_superseded(folder, files, earlier, kept))
        outer = manifest(parcel.core, core_sha256, files, _without(earlier, superseded))
        if approval is not None:
            outer = approved(outer, approval.by, approval.at)
        all_files = files | {MANIFEST_NAME: encoded(outer)}
        unwritten = {
            name: data
            for name, data in all_files.items()
            if name not in kept or not (folder / name).exists()
        }
        return Place(folder, all_files, unwritten, superseded)
    raise DeliveryError(
        Text(
            f"{out} 中这份报告的 {_MOST_REVISIONS} 个修订版都不能写入。"
            "请检查该文件夹，或用 --out 另选；原有文件未改动。",
            f"None of {_MOST_REVISIONS} revisions of this note in {out} can be written. Check the "
            "folder or choose another with --out; the earlier files are untouched.",
        )
    )


def _superseded(
    folder: Path,
    files: Mapping[str, bytes],
    earlier: Mapping[str, Any],
    kept: Mapping[str, str],
) -> Iterator[str]:
    """Files that stood beside one that was open then and is written now; changed ones stay."""
    for name, entry in earlier.get("files", {}).items():
        found = _BESIDE.fullmatch(name)
        if not found or name in files or name in kept or "".join(found.groups()) not in files:
            continue
        try:
            unchanged = sha256(plain_bytes(folder / name)) == entry.get("sha256")
        except (OSError, AttributeError):
            continue
        if unchanged:
            yield name


def _without(earlier: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    files = {name: told for name, told in earlier.get("files", {}).items() if name not in names}
    return dict(earlier) | {"files": files}


def _earlier(folder: Path) -> dict[str, Any] | None:
    """The folder's manifest, empty when it has none.

    None when it is there but cannot be read: what was approved is then unknown, and
    nothing in that folder may be touched. Raises DeliveryError when it is the disk that
    fails, which it would at each later revision too.
    """
    try:
        found = json.loads(plain_bytes(folder / MANIFEST_NAME))
    except FileNotFoundError:
        return {}
    except OSError as problem:
        if problem.errno in _FAILING:
            raise explained(problem, folder) from problem
        return None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and _is_well_formed(found) else None


def _is_well_formed(found: Mapping[str, Any]) -> bool:
    entries = [*found.get("approvals", ()), *found.get("mailings", ())]
    return isinstance(found.get("files", {}), dict) and all(
        isinstance(entry, dict) and isinstance(entry.get("files"), dict) for entry in entries
    )
