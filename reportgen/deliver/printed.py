"""What a note prints in one language, so that a finished PDF can be held against it."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from reportgen.note.model import Mark, Note
from reportgen.note.text import pieces

_T = TypeVar("_T")

FORMAT = "reportgen-printed"
VERSION = 1
NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
"""A number as printed, without its sign."""

_UNSEEN = re.compile(r"<(head|style|script|title|desc|metadata)\b.*?</\1>", re.DOTALL)
_WITHIN = re.compile(r"</?(?:a|b|data|em|i|q|span|strong|sub|sup|time|wbr)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Printed:
    """The words of each figure and every number of a note, with how often they stand there.

    `figures` are those of running text and tables, `labels` those that a chart may
    show. `numbers` counts the digits of all of them, of dates and names and of
    what a chart says on its axes.
    """

    figures: Mapping[str, Mapping[str, int]]
    labels: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """The same as data, in a fixed order."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "figures": {name: dict(sorted(texts.items())) for name, texts in _sorted(self.figures)},
            "labels": {name: list(texts) for name, texts in _sorted(self.labels)},
            "numbers": dict(_sorted(self.numbers)),
        }


def printed(note: Note, page: str, pictures: Iterable[str]) -> Printed:
    """What the note prints: `page` is its HTML for paper and `pictures` are its charts."""
    figures: dict[str, Counter[str]] = {}
    labels: dict[str, dict[str, None]] = {}
    for piece in pieces((note.cover, note.sections, note.disclosures)):
        if isinstance(piece, Mark):
            labels.setdefault(piece.figure, {})[piece.text] = None
        elif piece.kind == "figure" and piece.text:
            figures.setdefault(piece.figure, Counter())[piece.text] += 1
    numbers = Counter(NUMBER.findall(_seen(page)))
    for picture in pictures:
        numbers.update(NUMBER.findall(_seen(picture)))
    return Printed(figures, {name: tuple(texts) for name, texts in labels.items()}, numbers)


def _seen(markup: str) -> str:
    """What a reader sees of HTML or SVG, a blank between what stands apart."""
    return html.unescape(_TAG.sub(" ", _WITHIN.sub("", _UNSEEN.sub("", markup))))


def _sorted(entries: Mapping[str, _T]) -> list[tuple[str, _T]]:
    return sorted(entries.items())
