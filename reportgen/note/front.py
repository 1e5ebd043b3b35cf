"""Page one as data, which travels inside the web page: what a mail says comes from there.

A mail is written when the note is finished, perhaps on a day when the workbook says
something else already. So the page itself carries its first page once more, as plain
words that a program can read, with the charts that a mail should show.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from reportgen.language import Lang
from reportgen.note.model import Exhibit, Line, Mark, Note, Run, TableData
from reportgen.note.signs import MEANINGS
from reportgen.note.text import as_text, pieces

FORMAT, VERSION = "reportgen-page-one", 1
MOST_CHARTS = 2


@dataclass(frozen=True, slots=True)
class Point:
    """A key point: its bold opening and the rest."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A key figure."""

    label: str
    value: str
    unit: str
    detail: str
    direction: Literal["", "up", "down"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of the note that a mail shows: its exhibit's id and what stands around it."""

    id: str
    title: str
    subtitle: str
    source: str
    alt: str


@dataclass(frozen=True, slots=True)
class PageOne:
    """The words of page one. `signs` explains those that stand behind its numbers."""

    lang: Lang
    edition: str
    kind: str
    standing: str
    house: str
    rating: str
    licence: str
    issued: str
    title: str
    subtitle: str
    caveat: str
    points: tuple[Point, ...]
    numbers: tuple[Number, ...]
    changes: tuple[str, ...]
    charts: tuple[Picture, ...]
    signs: tuple[str, ...]
    sample: bool

    def as_json(self) -> dict[str, object]:
        """The same as data that JSON can say."""
        return {"format": FORMAT, "version": VERSION, **asdict(self)}


def page_one(note: Note) -> PageOne:
    """Page one of a note."""
    cover = note.cover
    told = (cover.title, cover.subtitle, cover.key_points, cover.key_figures, cover.changes)
    caveat = _words(cover.caveat)
    used = dict.fromkeys(sign for one in pieces(told) if isinstance(one, Run) for sign in one.mark)
    return PageOne(
        lang=note.lang,
        edition=note.edition,
        kind=cover.kind,
        standing=cover.standing,
        house=cover.house,
        rating=cover.rating,
        licence=cover.licence,
        issued=cover.issued_text.text,
        title=_words(cover.title),
        subtitle=_words(cover.subtitle),
        caveat=caveat,
        points=tuple(
            Point(_words(one.lead).strip(), _words(one.line).strip()) for one in cover.key_points
        ),
        numbers=tuple(
            Number(
                one.label, _words((one.value,)), _words(one.unit), _words(one.detail), one.direction
            )
            for one in cover.key_figures
        ),
        changes=tuple(map(_words, cover.changes)),
        charts=tuple(_picture(one, note) for one in _shown(note, _figures(told))),
        signs=tuple(
            f"{sign} {MEANINGS[sign][note.lang]}"
            for sign in used
            if sign in MEANINGS and f"{sign} " not in caveat
        ),
        sample=cover.sample,
    )


def read_page_one(text: str) -> PageOne:
    """Page one from the JSON of a finished page. Raises ValueError for anything else."""
    data = json.loads(text)
    if not isinstance(data, dict) or (data.get("format"), data.get("version")) != (FORMAT, VERSION):
        raise ValueError("not the first page of a note in the form that this program reads")
    parts = {
        "points": tuple(_made(Point, one) for one in _listed(data, "points")),
        "numbers": tuple(_made(Number, one) for one in _listed(data, "numbers")),
        "charts": tuple(_made(Picture, one) for one in _listed(data, "charts")),
        "changes": tuple(map(str, _listed(data, "changes"))),
        "signs": tuple(map(str, _listed(data, "signs"))),
        "sample": bool(data.get("sample")),
    }
    page: PageOne = _made(PageOne, data, parts)
    if any(one.direction not in ("", "up", "down") for one in page.numbers):
        raise ValueError("a key figure of page one has an unknown direction")
    return page


def _made(kind: type[Any], data: object, ready: Mapping[str, Any] | None = None) -> Any:
    """A record whose fields are texts, but for those that are ready."""
    ready = ready or {}
    names = [field.name for field in fields(kind) if field.name not in ready]
    if not isinstance(data, dict) or not all(isinstance(data.get(name), str) for name in names):
        raise ValueError(f"page one lacks parts of a {kind.__name__}")
    return kind(**{name: data[name] for name in names}, **ready)


def _listed(data: Mapping[str, Any], key: str) -> list[Any]:
    found = data.get(key)
    if not isinstance(found, list):
        raise ValueError(f"page one has no list of {key}")
    return found


def _words(line: Line) -> str:
    """A line as its reader sees it, with its signs, and quotations in quotation marks."""
    return "".join(
        f"“{run.text}”{run.mark}" if run.kind == "quote" else f"{run.text}{run.mark}"
        for run in line
    )


def _figures(told: object) -> set[str]:
    return {one.figure for one in pieces(told) if one.figure}


def _shown(note: Note, told: set[str]) -> list[Exhibit]:
    """The charts for a mail, in the note's order.

    Charts of half the page's width stay legible on a telephone, so they come first; then
    those that draw most of what page one tells.
    """

    def worth(exhibit: Exhibit) -> tuple[bool, int]:
        drawn = {one.figure for one in pieces(exhibit.body) if isinstance(one, Mark)}
        return exhibit.half_width, len(drawn & told)

    charts = [one for one in note.exhibits() if not isinstance(one.body, TableData)]
    best = sorted(charts, key=worth, reverse=True)[:MOST_CHARTS]
    return [one for one in charts if one in best]


def _picture(exhibit: Exhibit, note: Note) -> Picture:
    number = f"{note.words['exhibit']} {exhibit.number}{note.words['colon']}"
    return Picture(
        exhibit.id,
        f"{number}{as_text(exhibit.title)}",
        as_text(exhibit.subtitle),
        as_text(exhibit.source),
        exhibit.alt or as_text(exhibit.title),
    )
