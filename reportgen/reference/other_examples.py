"""Issues that need more than one workbook to happen: a machine, a last issue, finished files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from reportgen.checking import Checked, Stages, check
from reportgen.comparing import read_issue, since
from reportgen.editions.leaks import leak_issues
from reportgen.editions.redact import Redaction, Redactor
from reportgen.issues import Issue
from reportgen.reference.check_examples import Example
from reportgen.render.machine import machine_problems
from reportgen.render.orphans import orphan_issues

MEANINGS = {
    "pango-missing": "The library that sets text is not there.",
    "cjk-font-missing": "No installed font has Chinese letters.",
    "harfbuzz-subset-missing": "The library that makes fonts small is not there.",
    "snapshot-unreadable": "A JSON file given as an issue holds no figures of a note.",
    "since-unusable": "The last issue has errors of its own, so that nothing is compared.",
    "since-newer": "The last issue is dated after this one.",
    "prose-unchanged": "A sentence stands as it stood in the last issue, though a figure in it has "
    "changed. Said by `build` and `check` with `--since`.",
    "prose-before-evidence": "A title or paragraph without figures stands as it stood in the last "
    "issue, and evidence has come in since. Said by `build` and `check` with `--since`.",
    "redacted-term": "A finished file still holds a word of the Redactions sheet.",
    "orphan-number": "A finished page holds a digit that nothing accounts for.",
    "pdf-failed": "The PDF could not be made.",
    "not-written": "The files could not be written.",
    "busy": "Another build is writing the same note.",
    "file-held": "A file of the last build cannot be replaced: another program has it open, or "
    "writing is not allowed.",
    "mail-words": "A name, an address or a greeting cannot stand in a mail.",
    "not-a-note": "What was to be mailed is no finished note.",
    "recipient-twice": "A reader is named twice.",
    "which-language": "A note in two languages was to go to somebody whose language is not known.",
}
"""What these mean, where no docstring says it alone."""

_VIEWS = """
    section | order | language | publish | text
    rents   | 1     | zh       | yes     | H100 年约为 [[rent.h100.1y.excl]]，供给仍然偏紧。
    rents   | 1     | en       | yes     | At [[rent.h100.1y.excl]] H100 is still hard to find.
"""
_DEARER = """
    id | date       | model | term | vat  | point | unit       | source
    P1 | 2026-06-15 | h100  | 1y   | excl | 7.4   | 万元/台/月 | S1
"""

TOLD_ELSEWHERE = {"pdf-failed", "not-written", "mail-words", "not-a-note"}
"""Codes whose message is made elsewhere, by what went wrong."""


@dataclass(frozen=True, slots=True)
class _Bare:
    """A machine that has some things only."""

    chinese: bool = False

    def has_library(self, names: set[str]) -> bool:
        """Whether it is a library that this machine has."""
        return self.chinese is False and "libpango-1.0.so.0" in names

    def has_chinese_font(self) -> bool:
        """Whether it has one."""
        return self.chinese


def other_issues(folder: Path) -> tuple[Issue, ...]:
    """One issue of each kind. Writes a few small files into `folder`."""
    return (
        *machine_problems("linux", _Bare(chinese=True)),
        *machine_problems("linux", _Bare()),
        *_of_last_issues(folder),
        *leak_issues({"compute-leasing.html": "<p>甲公司</p>".encode()},
                     Redactor([Redaction("甲公司", "某客户")])),
        *orphan_issues("compute-leasing.html", "<section><h2>Rents</h2><p>Up by 3.</p></section>",
                       ()),
    )  # fmt: skip


def _of_last_issues(folder: Path) -> tuple[Issue, ...]:
    plain = Example("", "")
    new = _checked(plain, folder / "prices.xlsx")
    later = Example("", "", {"Note": "key | value\ndate | 2026-07-01"})
    broken = Example("", "", {"Sources": "id | kind\nS1 | broker"})
    for name, example in (("last.xlsx", later), ("broken.xlsx", broken)):
        (folder / name).write_bytes(example.workbook())
    told = {"Views": _VIEWS}
    dearer = {**told, "Note": "key | value\ndate | 2026-07-01", "Prices": _DEARER}
    (folder / "told.xlsx").write_bytes(Example("", "", told).workbook())
    renewed = _checked(Example("", "", dearer), folder / "dearer.xlsx")
    (folder / "last.json").write_text(json.dumps({"figures": "none"}), encoding="utf-8")
    return (
        *read_issue(folder / "last.json", _silent()).issues,
        *since(folder / "broken.xlsx", folder / "prices.xlsx", new, _silent())[1],
        *since(folder / "last.xlsx", folder / "prices.xlsx", new, _silent())[1],
        *since(folder / "told.xlsx", folder / "dearer.xlsx", renewed, _silent())[1],
    )


def _checked(example: Example, path: Path) -> Checked:
    path.write_bytes(example.workbook())
    return check(path, _silent())


def _silent() -> Stages:
    return Stages(lambda: 0.0, lambda _: None)
