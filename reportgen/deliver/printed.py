"""What a note prints, so that a finished file can be held against it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from reportgen.note.model import Mark, Note, Run

NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
"""A number as printed, without its sign."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The words of each figure, as often as they stand in running text and tables.

    `numbers` counts every number there, figure or not, by its digits.
    """

    figures: Mapping[str, Mapping[str, int]]
    numbers: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """The same for the manifest, in a fixed order."""
        return {
            "figures": {
                figure: dict(sorted(texts.items()))
                for figure, texts in sorted(self.figures.items())
            },
            "numbers": dict(sorted(self.numbers.items())),
        }


def printed(note: Note) -> Printed:
    """What the note prints outside its charts, whose labels may give way to each other."""
    figures: dict[str, Counter[str]] = {}
    numbers: Counter[str] = Counter()
    for run in _runs((note.cover, note.sections, note.disclosures)):
        numbers.update(NUMBER.findall(run.text))
        if run.kind == "figure" and run.text:
            figures.setdefault(run.figure, Counter())[run.text] += 1
    return Printed(figures, numbers)


def _runs(thing: object) -> Iterator[Run]:
    """Every run of a part of the note, in order."""
    if isinstance(thing, Run):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from _runs(part)
    elif is_dataclass(thing) and not isinstance(thing, Mark):
        for field in fields(thing):
            yield from _runs(getattr(thing, field.name))
