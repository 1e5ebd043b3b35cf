"""Prose of the Views sheet: Markdown with [[figures]] where numbers go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from markdown_it import MarkdownIt

from reportgen.analysis.figures import Figures
from reportgen.analysis.house import INTERNAL
from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text
from reportgen.note.model import BulletList, Line, Paragraph, Run
from reportgen.note.text import figure_run, plain
from reportgen.wording import Form, without_about
from reportgen.workbook.tables import Row, Workbook

_FIGURE = re.compile(r"\[\[\s*([^\[\]|]+?)\s*(?:\|\s*([^\[\]]+?)\s*)?\]\]")
_FORMS: dict[str, Form] = {
    "range": "range", "point": "point", "full": "full", "成": "tenths", "tenths": "tenths",
}  # fmt: skip
_FLAGS = {"bare", "signed", "unsigned"}
_MAX_LEAD = 60  # a bold opening longer than this is emphasis, not a lead
_SAID_ABOUT = re.compile(
    r"(?:约|\b(?:about|around|roughly|approximately)|\bc\.)\s*$", re.IGNORECASE
)
_TITLES = ("title_zh", "title_en", "subtitle_zh", "subtitle_en")
_MOST_GUESSES = 20  # for so many wrong names of a cell it is said what may be meant


@dataclass(frozen=True, slots=True)
class Prose:
    """The paragraphs of each section in one language, and single lines such as titles."""

    sections: Mapping[str, tuple[Paragraph | BulletList, ...]]

    def paragraphs(self, section: str) -> tuple[Paragraph | BulletList, ...]:
        """The blocks of a section, empty when Views has none."""
        return self.sections.get(section, ())

    def line(self, section: str) -> Line | None:
        """The first paragraph of a section as one line, such as an exhibit's title."""
        for block in self.paragraphs(section):
            if isinstance(block, Paragraph):
                return block.lead + block.line
        return None


def read_prose(workbook: Workbook, figures: Figures, lang: Lang) -> Prose:
    """Views of one language, in order. Unknown figures must have been reported before."""
    rows = [row for row in workbook["Views"] if row.text("language") == lang]
    rows.sort(key=lambda row: row.number_of("order") or 0.0)
    sections: dict[str, tuple[Paragraph | BulletList, ...]] = {}
    for row in rows:
        section = row.text("section")
        sections[section] = (*sections.get(section, ()), *_blocks(row.text("text"), figures, lang))
    return Prose(sections)


def prose_line(text: str, figures: Figures, lang: Lang) -> Line:
    """One line of text with figures, such as the note's title."""
    blocks = _blocks(text, figures, lang)
    first = blocks[0] if blocks else None
    return first.lead + first.line if isinstance(first, Paragraph) else ()


def check_figures(workbook: Workbook, figures: Figures) -> tuple[Issue, ...]:
    """An error for every [[figure]] in Views or a title that does not exist."""
    found: list[Issue] = []
    for row in workbook["Views"]:
        found.extend(_unknown(row, "text", workbook, figures))
    for key in _TITLES:
        if key in workbook.note:
            found.extend(_unknown(workbook.note[key], "value", workbook, figures))
    return tuple(found)


def _unknown(row: Row, column: str, workbook: Workbook, figures: Figures) -> list[Issue]:
    found: list[Issue] = []
    cell = row.cell(column)
    for_clients = row.sheet == "Note" or row.text("publish") == "yes"
    for name, options in _FIGURE.findall(row.text(column)):
        if for_clients and name.startswith(INTERNAL):
            continue  # whether it exists or not, the gate refuses it
        wrong = [part.strip() for part in options.split("|") if options]
        wrong = [part for part in wrong if part not in _FORMS and part not in _FLAGS]
        place = (
            workbook.file, cell.sheet if cell else "", cell.cell if cell else "", row.id,
        )  # fmt: skip
        if name not in figures:
            alike = figures.like(name) if len(found) < _MOST_GUESSES else ()
            found.append(_unknown_figure(name, alike, place))
        if wrong:
            found.append(_unknown_form(name, wrong[0], place))
    return found


def _unknown_figure(name: str, near: tuple[str, ...], place: tuple[str, str, str, str]) -> Issue:
    written = [f"[[{one}]]" for one in near]
    hint = (
        Text(f"是否指 {'、'.join(written)}？", f"Did you mean {', '.join(written)}?")
        if near
        else Text(
            "运行 reportgen figures 查看全部数字的名称。",
            "Run reportgen figures to list the names of all figures.",
        )
    )
    message = Text(
        f"没有名为 {name} 的数字（可能所依据的行未公开或已删除）。",
        f"There is no figure named {name} (its rows may be unpublished or gone).",
    )
    return Issue("unknown-figure", Severity.ERROR, message, hint, *place)


def _unknown_form(name: str, form: str, place: tuple[str, str, str, str]) -> Issue:
    known = ", ".join((*_FORMS, *sorted(_FLAGS)))
    return Issue(
        "unknown-figure-form",
        Severity.ERROR,
        Text(
            f"[[{name}|{form}]] 的格式 {form} 无法识别。", f"[[{name}|{form}]] has an unknown form."
        ),
        Text(f"可用格式：{known}。", f"Use one of: {known}."),
        *place,
    )


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink", "code"])


def _blocks(text: str, figures: Figures, lang: Lang) -> tuple[Paragraph | BulletList, ...]:
    """Paragraphs and lists; headings, quotes and the like are read as paragraphs."""
    blocks: list[Paragraph | BulletList] = []
    items: list[Line] = []
    depth = 0
    for token in _markdown().parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            if depth == 0:
                blocks.append(BulletList(tuple(items)))
                items = []
        elif token.type == "inline":
            line = _inline(token.children or [], figures, lang)
            if depth:
                items.append(line)
            else:
                blocks.append(_paragraph(line))
        elif token.type in ("fence", "code_block", "html_block"):
            blocks.append(Paragraph(_runs(token.content, figures, lang, bold=False)))
    return tuple(blocks)


def _inline(children: Sequence[object], figures: Figures, lang: Lang) -> Line:
    runs: list[Run] = []
    bold = False
    for child in children:
        kind, content = getattr(child, "type", ""), getattr(child, "content", "")
        if kind == "strong_open":
            bold = True
        elif kind == "strong_close":
            bold = False
        elif kind in ("softbreak", "hardbreak"):
            runs.append(Run("" if lang == "zh" else " "))
        elif content:
            runs.extend(_runs(content, figures, lang, bold=bold))
    return tuple(run for run in runs if run.text)


def _runs(text: str, figures: Figures, lang: Lang, *, bold: bool) -> Line:
    runs: list[Run] = []
    place = 0
    for found in _FIGURE.finditer(text):
        before = text[place : found.start()]
        runs.extend(plain(before, strong=bold))
        run = _figure(found[1], found[2] or "", figures, lang, bold=bold)
        said = _SAID_ABOUT.search(before)  # 约 [[price]]: the word is not needed twice
        runs.append(replace(run, text=without_about(run.text)) if said else run)
        place = found.end()
    runs.extend(plain(text[place:], strong=bold))
    return tuple(runs)


def _figure(name: str, options: str, figures: Figures, lang: Lang, *, bold: bool) -> Run:
    asked = {part.strip() for part in options.split("|")}
    form: Form = next((_FORMS[part] for part in asked if part in _FORMS), "range")
    signed = True if "signed" in asked else False if "unsigned" in asked else None
    return figure_run(
        figures[name], lang, form=form, bare="bare" in asked, signed=signed, strong=bold
    )


def _paragraph(line: Line) -> Paragraph:
    """Split a bold opening off as the lead of a key point."""
    count = next((place for place, run in enumerate(line) if not run.strong), len(line))
    lead = line[:count]
    if lead and sum(len(run.text) for run in lead) <= _MAX_LEAD:
        return Paragraph(line[count:], tuple(replace(run, strong=True) for run in lead))
    return Paragraph(line)
