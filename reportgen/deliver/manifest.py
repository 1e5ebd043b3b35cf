"""The manifest: what a note was made from and what it says, as data that anybody can check.

The core knows no language and no clock: equal workbooks, options and versions give
equal bytes. It travels inside each PDF. The outer manifest stands beside the finished
files and adds their hashes and who approved which bytes. docs/manifest.schema.json
describes both.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.analysis.figures import Figure, Figures
from reportgen.analysis.house import shared
from reportgen.analysis.snapshot import snapshot
from reportgen.dates import day
from reportgen.issues import Issue
from reportgen.note.model import Note
from reportgen.note.passports import sources_of
from reportgen.workbook.tables import Workbook

CORE_FORMAT, MANIFEST_FORMAT = "reportgen-core", "reportgen-manifest"
VERSION = 1
CORE_NAME, MANIFEST_NAME, DATA_NAME = "core.json", "manifest.json", "figures.xlsx"
PRINTED_NAME = "printed.json"
_PRINTED_SHEETS = (
    "Note", "Sources", "Prices", "Survey", "Demand", "Economics", "Scenarios", "Views",
)  # fmt: skip
_CELL = re.compile(r"[A-Z]+(\d+)")


@dataclass(frozen=True, slots=True)
class Making:
    """How a note was made: the files it was read from, the options and the versions."""

    workbook: bytes
    since: bytes | None
    edition: str
    theme: str
    environment: Mapping[str, object]


def sha256(data: bytes) -> str:
    """The hash that manifests give, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def encoded(data: Mapping[str, Any]) -> bytes:
    """The data as JSON, one line a key, keys in the order given: one form for one content."""
    lines = (f"{_json(key)}: {_json(value)}" for key, value in data.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def core(
    making: Making,
    *,
    note: Note,
    figures: Mapping[str, Figure],
    passports: Mapping[str, Mapping[str, object]],
    printed_rows: Workbook,
    issues: Iterable[Issue],
    gates: Iterable[str],
    data_pack: bytes,
) -> dict[str, Any]:
    """The core of a manifest, from the note in any language and the figures behind it.

    `printed_rows` is the workbook cut down to what may be printed: only issues that
    stand in its rows are told. `gates` names the gates that were passed.
    """
    issued = note.cover.issued.date()
    listed = list(_tellable(issues, printed_rows))
    return {
        "format": CORE_FORMAT,
        "version": VERSION,
        "note": {
            "slug": note.slug,
            "issued": issued.isoformat(),
            "edition": making.edition,
        },
        "options": {"edition": making.edition, "theme": making.theme},
        "inputs": {
            "workbook": _file(making.workbook),
            "since": _file(making.since) if making.since is not None else None,
        },
        "versions": dict(making.environment),
        "data": {DATA_NAME: _file(data_pack)},
        "gates": list(gates),
        "issues": [_issue(issue) for issue in listed if issue.accepted is None],
        "accepted": [_issue(issue) | _acceptance(issue) for issue in listed if issue.accepted],
        "sources": sources_of(printed_rows["Sources"]),
        "snapshot": snapshot(shared(Figures(figures.values())), day(issued)),
        "passports": dict(passports),
    }


def manifest(
    core_data: Mapping[str, Any],
    core_sha256: str,
    files: Mapping[str, bytes],
    earlier: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The outer manifest of the files written now; `core_sha256` is of the core's bytes.

    What an earlier manifest of the same folder says is kept: approvals and mailings
    always, files that are not written now if they were made from the same core.
    """
    kept: dict[str, Any] = {}
    before = earlier or {}
    if before.get("core_sha256") == core_sha256:
        kept = {name: entry for name, entry in before.get("files", {}).items() if name not in files}
    return {
        "format": MANIFEST_FORMAT,
        "version": VERSION,
        "core_sha256": core_sha256,
        "files": dict(sorted((kept | {n: _file(data) for n, data in files.items()}).items())),
        "approvals": list(before.get("approvals", [])),
        "mailings": list(before.get("mailings", [])),
        "core": dict(core_data),
    }


def approved(outer: Mapping[str, Any], name: str, at: str) -> dict[str, Any]:
    """The manifest with an approval of every file it lists; `at` is a time with its zone."""
    bytes_of = {file: entry["sha256"] for file, entry in outer["files"].items()}
    entry = {"by": name, "at": at, "files": bytes_of}
    return dict(outer) | {"approvals": [*outer["approvals"], entry]}


def is_approved(outer: Mapping[str, Any], file: str, file_sha256: str) -> bool:
    """Whether somebody approved these very bytes."""
    return any(entry["files"].get(file) == file_sha256 for entry in outer["approvals"])


def sealed(outer: Mapping[str, Any]) -> dict[str, str]:
    """The files that were approved or mailed, with their hashes: they are never overwritten."""
    found: dict[str, str] = {}
    for kind in ("approvals", "mailings"):
        for entry in outer.get(kind, ()):
            found |= entry.get("files", {})
    return found


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _file(data: bytes) -> dict[str, Any]:
    return {"sha256": sha256(data), "bytes": len(data)}


def _tellable(issues: Iterable[Issue], printed_rows: Workbook) -> Iterator[Issue]:
    """The issues that stand in a printed row; others would tell of what is not printed."""
    tables = [printed_rows[key] for key in _PRINTED_SHEETS]
    rows = {(table.name, row.number) for table in tables for row in table}
    rows |= {(printed_rows["Note"].name, row.number) for row in printed_rows.note.values()}
    for issue in issues:
        cell = _CELL.fullmatch(issue.cell)
        if cell and (issue.sheet, int(cell[1])) in rows:
            yield issue


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "code": issue.code,
        "severity": issue.severity.value,
        "sheet": issue.sheet,
        "cell": issue.cell,
        "row": issue.row_id,
    }


def _acceptance(issue: Issue) -> dict[str, Any]:
    told = issue.accepted
    if told is None:
        return {}
    return {
        "by": told.by,
        "reason": {"zh": told.reason.zh, "en": told.reason.en},
        "until": told.until.key if told.until else "",
    }
