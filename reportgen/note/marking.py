"""Names that only the workbook knows: its models, segments, scenarios and sources.

`reportgen.note.text.plain` knows product names by their form. What an analyst calls a
model or a customer group may have digits in any form; this marks those too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from reportgen.analysis.names import config_label, model_label, slug
from reportgen.language import LANGS
from reportgen.note.model import (
    Block,
    BulletList,
    Cover,
    Exhibit,
    KeyFigure,
    Line,
    Note,
    Paragraph,
    Run,
    TableData,
)
from reportgen.note.text import as_text, plain
from reportgen.numerals import measures, numerals
from reportgen.workbook.tables import Workbook

_OPEN = ("text", "name", "time")

NAME_COLUMNS = (
    ("Sources", "id"), ("Sources", "title_zh"), ("Sources", "title_en"),
    ("Demand", "segment"), ("Demand", "segment_en"),
    ("Scenarios", "name_zh"), ("Scenarios", "name_en"), ("Economics", "case"),
)  # fmt: skip
"""The columns whose texts are names as a whole."""


def known_names(workbook: Workbook) -> tuple[str, ...]:
    """Names of the workbook with digits that their form alone does not give away, longest first.

    A text that measures something (需求 +20%) is not a name, whatever its column.
    """
    found = {name for name in _names(workbook) if any(_loose(plain(name)))}
    return tuple(
        sorted((one for one in found if not measures(one)), key=lambda one: (-len(one), one))
    )


def named(line: Line, names: Sequence[str]) -> Line:
    """The line with those names marked wherever they stand in plain text."""
    if not names or not any(_loose(line)):
        return line
    pattern = re.compile(
        "|".join(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])" for name in names)
    )
    runs: list[Run] = []
    for together in _spoken_together(line):
        text, place = as_text(together), 0
        for found in pattern.finditer(text) if together[0].kind in _OPEN else ():
            runs += _cut(together, place, found.start())
            runs.append(replace(together[0], text=found[0], kind="name", datetime=""))
            place = found.end()
        runs += _cut(together, place, len(text))
    return tuple(run for run in runs if run.text)


def _spoken_together(line: Line) -> Iterator[Line]:
    """Neighbours that one name may run through: the form of a part gave away only that part."""
    for _, found in groupby(line, key=lambda run: (run.kind in _OPEN, run.strong)):
        together = tuple(found)
        if together[0].kind in _OPEN:
            yield together
        else:
            yield from ((run,) for run in together)


def _cut(line: Line, start: int, end: int) -> Iterator[Run]:
    """The runs between two places of their text."""
    place = 0
    for run in line:
        left, right = max(start - place, 0), max(end - place, 0)
        whole = left == 0 and right >= len(run.text)
        yield run if whole else replace(run, text=run.text[left:right])
        place += len(run.text)


def mark_names(note: Note, names: tuple[str, ...]) -> Note:
    """The note with those names marked in every line, and kept for its plain headings."""
    if not names:
        return note
    sections = tuple(
        replace(section, blocks=tuple(_block(block, names) for block in section.blocks))
        for section in note.sections
    )
    return replace(note, names=names, cover=_cover(note.cover, names), sections=sections)


def _names(workbook: Workbook) -> Iterator[str]:
    for key in ("Prices", "Economics"):
        for row in workbook[key]:
            for lang in LANGS:
                if model := row.text("model"):
                    yield from (model_label(one)[lang] for one in (model, slug(model)))
                if config := row.text("config").lower():
                    yield from (config_label(one)[lang] for one in (config, slug(config)))
    for key, column in NAME_COLUMNS:
        yield from (row.text(column) for row in workbook[key] if row.text(column))
    for row in workbook["Glossary"]:
        if row.text("kind") in ("chip", "product"):
            yield from (row.text(f"canonical_{lang}") for lang in LANGS)


def _loose(line: Line) -> Iterator[str]:
    for run in line:
        if run.kind == "text":
            yield from (one.text for one in numerals(run.text))


def _block(block: Block, names: tuple[str, ...]) -> Block:
    match block:
        case Paragraph():
            return _paragraph(block, names)
        case BulletList():
            return BulletList(tuple(named(item, names) for item in block.items))
        case Exhibit():
            body = block.body
            if isinstance(body, TableData):
                rows = tuple(
                    replace(row, cells=tuple(named(cell, names) for cell in row.cells))
                    for row in body.rows
                )
                body = replace(body, rows=rows)
            return replace(
                block,
                title=named(block.title, names),
                subtitle=named(block.subtitle, names),
                source=named(block.source, names),
                notes=tuple(named(line, names) for line in block.notes),
                body=body,
            )


def _paragraph(paragraph: Paragraph, names: tuple[str, ...]) -> Paragraph:
    return Paragraph(named(paragraph.line, names), named(paragraph.lead, names))


def _cover(cover: Cover, names: tuple[str, ...]) -> Cover:
    def key_figure(one: KeyFigure) -> KeyFigure:
        return replace(one, detail=named(one.detail, names))

    return replace(
        cover,
        title=named(cover.title, names),
        subtitle=named(cover.subtitle, names),
        authors=tuple(named(line, names) for line in cover.authors),
        caveat=named(cover.caveat, names),
        key_points=tuple(_paragraph(point, names) for point in cover.key_points),
        key_figures=tuple(key_figure(one) for one in cover.key_figures),
        changes=tuple(named(line, names) for line in cover.changes),
    )
