"""Hold a finished PDF against the core inside it, or against the same note made again.

Without the workbook a note can only be found consistent with itself. With it every
figure is computed again, and a changed digit is found wherever it stands.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.deliver.manifest import CORE_NAME, MANIFEST_NAME, PRINTED_NAME, sha256
from reportgen.deliver.moves import UNDO_NAME
from reportgen.deliver.printed import NUMBER
from reportgen.deliver.reading import NotePdf
from reportgen.language import Lang, Text, count_of
from reportgen.plain_files import plain_bytes

_SHOWN = 20  # differences told one by one; the rest are counted
_ENDS = ("low", "point", "high", "unit")
_NAMED = 3  # figures named beside a difference that may be in any of them
_WIDTH = 60
_HYPHEN = re.compile(
    r"(?<=\w)[-\u2010\u00ad\ufffe](?=[^\W\d])|(?<=[^\W\d])[-\u2010\u00ad\ufffe](?=\w)"
)
"""A hyphen inside a word, as typed or as a reader of PDFs gives it at the end of a line."""

_CUT_SHORT = Text(
    "该文件夹中的生成被中断，文件可能新旧混杂。请重新生成。",
    "a build into this folder was cut short, so its files may be of two builds; build again",
)
_NOT_RECORDED = Text(
    "旁边的 manifest.json 记录的是另一份文件（哈希不同）",
    "the manifest.json beside it records other bytes (its hash differs)",
)

Passports = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be, with the figure and the cells if it has them."""

    message: Text
    figure: str = ""
    cells: tuple[str, ...] = ()

    def text(self, lang: Lang) -> str:
        """The difference in one line."""
        opening = f"{self.figure}: " if self.figure else ""
        cells = f" [{', '.join(self.cells)}]" if self.cells else ""
        return f"{opening}{self.message[lang]}{cells}"

    def as_json(self, lang: Lang) -> dict[str, object]:
        """The difference as a JSON object."""
        return {
            "figure": self.figure, "message": self.message[lang], "cells": list(self.cells),
        }  # fmt: skip


def inconsistencies(note: NotePdf) -> tuple[Difference, ...]:
    """Where the PDF's text or attachments do not agree with what is told inside it."""
    return (*_attachments(note), *_unprinted(note, note.printed, note.core["passports"]))


def neighbours(path: Path, content: bytes) -> tuple[Difference, ...]:
    """Where the manifest beside a PDF tells of other bytes, as after a build cut short."""
    if (path.parent / UNDO_NAME).exists():
        return (Difference(_CUT_SHORT),)
    try:
        told = json.loads(plain_bytes(path.parent / MANIFEST_NAME))
        recorded = told["files"][path.name]["sha256"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()  # a copy by itself, or a manifest of something else
    return () if recorded == sha256(content) else (Difference(_NOT_RECORDED),)


def figure_differences(told: Mapping[str, Any], again: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The figures of one core that have another value, or none, in the other."""
    before, after = told["passports"], again["passports"]
    found: list[Difference] = []
    for name in dict.fromkeys((*after, *before)):
        one, other = before.get(name), after.get(name)
        if one is not None and other is not None:
            if any(one.get(end) != other.get(end) for end in _ENDS):
                was, now = _value(one), _value(other)
                message = Text(
                    f"PDF 内为 {was.zh}，由工作簿重算为 {now.zh}",
                    f"the PDF has {was.en}, the workbook gives {now.en}",
                )
                found.append(Difference(message, name, cells_of(name, after)))
        elif other is None:
            message = Text("只在 PDF 中有，工作簿得不出", "only in the PDF, not in the workbook")
            found.append(Difference(message, name, cells_of(name, before)))
        else:
            message = Text("只在工作簿中有，PDF 中没有", "only in the workbook, not in the PDF")
            found.append(Difference(message, name, cells_of(name, after)))
    return tuple(found)


def text_differences(
    note: NotePdf, pages: Sequence[str], told: Mapping[str, Any], passports: Passports
) -> tuple[Difference, ...]:
    """Lines of the PDF that the note made again does not have, with the figures they hold.

    `pages` and `told` are the words and the printed numbers of the note made again.
    """
    if len(note.pages) != len(pages):
        message = Text(
            f"PDF 有 {len(note.pages)} 页，重算所得有 {len(pages)} 页",
            f"the PDF has {count_of(len(note.pages), 'page')}, the note made again {len(pages)}",
        )
        return (Difference(message), *_unprinted(note, told, passports))
    found: list[Difference] = []
    for number, (have, want) in enumerate(zip(note.pages, pages, strict=True), start=1):
        found += _line_differences(number, _lines(have), _lines(want), told, passports)
    return tuple(found)


def number_differences(
    note: NotePdf, told: Mapping[str, Any], passports: Passports
) -> tuple[Difference, ...]:
    """Numbers of figures that the note made again prints and the PDF does not.

    For notes of other versions, whose lines and axes may be drawn otherwise.
    """
    figures = {number for numbers in _holders(told).values() for number in numbers}
    numbers = {number: times for number, times in told["numbers"].items() if number in figures}
    return tuple(_unprinted(note, {**told, "numbers": numbers}, passports))


def cells_of(name: str, passports: Passports) -> tuple[str, ...]:
    """Every cell that a figure rests on, through the figures it was computed from."""
    found: dict[str, None] = {}
    seen: set[str] = set()

    def walk(part: object) -> None:
        if isinstance(part, dict):
            cells = part.get("cells")
            for cell in cells if isinstance(cells, list) else ():
                found[str(cell)] = None
            other = part.get("figure")
            if isinstance(other, str) and other not in seen:
                seen.add(other)
                walk(passports.get(other))
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(passports.get(name))
    return tuple(found)


def first_few(differences: Sequence[Difference], lang: Lang) -> Iterator[str]:
    """The differences as lines; of very many only how many there are."""
    yield from (one.text(lang) for one in differences[:_SHOWN])
    rest = len(differences) - _SHOWN
    if rest > 0:
        yield Text(f"……另有 {rest} 处", f"… and {rest} more")[lang]


def _attachments(note: NotePdf) -> Iterator[Difference]:
    for name, entry in note.core["data"].items():
        content = note.attachments.get(name)
        if content is None:
            yield Difference(Text(f"附件 {name} 不在了", f"the attachment {name} is gone"))
        elif sha256(content) != entry.get("sha256"):
            message = Text(
                f"附件 {name} 与 {CORE_NAME} 所记不符",
                f"the attachment {name} is not the one that {CORE_NAME} names",
            )
            yield Difference(message)
    for name in note.attachments:
        if name not in (CORE_NAME, PRINTED_NAME) and name not in note.core["data"]:
            message = Text(
                f"附件 {name} 不在 {CORE_NAME} 中",
                f"the attachment {name} is not listed in {CORE_NAME}",
            )
            yield Difference(message)


def _unprinted(
    note: NotePdf, told: Mapping[str, Any], passports: Passports
) -> Iterator[Difference]:
    """Figures and numbers that are said to be printed and do not stand on the pages."""
    whole = _squeezed("".join(note.pages))
    missing: set[str] = set()
    for figure, texts in told["figures"].items():
        for text in texts:
            if _squeezed(text) not in whole:
                missing.update(NUMBER.findall(text))
                message = Text(f"PDF 中找不到“{text}”", f"“{text}” is not in the PDF")
                yield Difference(message, figure, cells_of(figure, passports))
    have = Counter(NUMBER.findall("\n".join(note.pages)))
    holders = _holders(told)
    for number, times in told["numbers"].items():
        if have[number] >= times or number in missing:
            continue
        message = Text(
            f"“{number}”应有 {times} 处，PDF 中有 {have[number]} 处",
            f"“{number}” should stand {count_of(times, 'time')} and stands "
            f"{count_of(have[number], 'time')}",
        )
        names = [name for name, numbers in holders.items() if number in numbers]
        yield _of_figures(message, names, passports)


def _holders(told: Mapping[str, Any]) -> dict[str, set[str]]:
    """The numbers that each figure is printed with, in text, tables and charts."""
    found: dict[str, set[str]] = {}
    for part in ("figures", "labels"):
        for name, texts in told[part].items():
            numbers = {number for text in texts for number in NUMBER.findall(text)}
            found.setdefault(name, set()).update(numbers)
    return found


def _of_figures(message: Text, names: Sequence[str], passports: Passports) -> Difference:
    """A difference that may be in any of these figures, with their cells."""
    cells = dict.fromkeys(cell for name in names for cell in cells_of(name, passports))
    return Difference(message, " / ".join(filter(None, names[:_NAMED])), tuple(cells)[:_SHOWN])


def _line_differences(
    page: int, have: list[str], want: list[str], told: Mapping[str, Any], passports: Passports
) -> Iterator[Difference]:
    holders = _holders(told)
    matcher = difflib.SequenceMatcher(None, have, want, autojunk=False)
    for tag, i, j, k, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        ours, theirs = " ".join(have[i:j]), " ".join(want[k:end])
        lost = set(Counter(NUMBER.findall(theirs)) - Counter(NUMBER.findall(ours)))
        a, b = _apart(ours, theirs)
        message = Text(
            f"第 {page} 页为“{a}”，重算所得为“{b}”",
            f"page {page} has “{a}”, the note made again “{b}”",
        )
        names = [name for name, numbers in holders.items() if numbers & lost]
        yield _of_figures(message, names, passports)


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two texts cut down to where they differ, with a little around it."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    start = max(0, start - _WIDTH // 3)
    return one[start : start + _WIDTH], other[start : start + _WIDTH]


def _value(passport: Mapping[str, Any]) -> Text:
    text = passport.get("text")
    if isinstance(text, dict):
        return Text(str(text.get("zh")), str(text.get("en")))
    return Text.same(" ".join(str(passport.get(end)) for end in _ENDS))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _squeezed(text: str) -> str:
    """In one form of letters, without blanks and hyphens in words, at which lines break.

    A sign before a number and the hyphens of a date stay.
    """
    return _HYPHEN.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
