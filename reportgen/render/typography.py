"""What a compositor does by hand: where a line may break, where white space is doubled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from reportgen.note.model import Line, Paragraph, Run
from reportgen.render.align import text_width

_CLOSING = "、，。；：！？）》」』】”’"
_OPENING = "（《「『【“‘"
_PAIR = re.compile(rf"[{_CLOSING}](?=[{_CLOSING}{_OPENING}])")
_SIGN = re.compile(r"[†‡§¶]")
_CLAUSE = re.compile(r"(?<=[，。；：！？])|(?<=[:;] )")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FIXED = re.compile(r"\D*\d\S*")
_WORD = re.compile(r"\S*\s*")
_TITLE_ROOM = 38  # digits of title type across the page


def trim_signs(text: str) -> Markup:
    """Escaped text whose signs, as in a legend, lose the white that CJK fonts set around them."""
    return Markup(_SIGN.sub(r'<span class="sign">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped just now


def trim_pairs(text: str) -> Markup:
    """The same, and the first of two neighbouring full-width marks takes half its width.

    For paper: browsers trim such marks by themselves.
    """
    trimmed = str(trim_signs(text))
    return Markup(_PAIR.sub(r'<span class="ht">\g<0></span>', trimmed))  # noqa: S704 - escaped there


def fixed_and_loose(text: str) -> tuple[str, str]:
    """A figure's text in two: what must stay on one line, and what may go to the next.

    "CNY 67–68k per server-month" is ("CNY 67–68k", " per server-month"); a Chinese
    unit is short and stays with its number.
    """
    found = None if _HAN.search(text) else _FIXED.match(text)
    end = found.end() if found else len(text)
    return text[:end], text[end:]


def breakable(text: str) -> bool:
    """Whether a line could break inside the text."""
    return any(letter in text for letter in " –-/")


def ends_in_unit(text: str) -> bool:
    """Whether a line could break between the text and a sign: after a Chinese unit it could."""
    return bool(_HAN.match(text[-1:]))


def carried(line: Sequence[Run]) -> tuple[tuple[Run, str], ...]:
    """Runs with the space before each: one that ended a text goes into the element after it.

    WeasyPrint breaks a line many words too early when a text's last word fits on it
    and the space between that word and the next element does not.
    """
    found: list[tuple[Run, str]] = []
    gap = ""
    for place, run in enumerate(line):
        carry = run.kind == "text" and run.text.endswith(" ") and place + 1 < len(line)
        found.append((replace(run, text=run.text[:-1]) if carry else run, gap))
        gap = " " if carry else ""
    return tuple(found)


def uncarried(line: Sequence[Run]) -> tuple[tuple[Run, str], ...]:
    """Runs as they are, for browsers, which need no help."""
    return tuple((run, "") for run in line)


def gap_after(lead: Line) -> str:
    """The space after a bold lead: none after a full-width mark, which brings its own."""
    text = "".join(run.text for run in lead).rstrip()
    return "" if text.endswith(tuple(_CLOSING)) else " "


def after_lead(paragraph: Paragraph) -> Line:
    """The text of a paragraph without the space that stood between it and its bold lead."""
    line = paragraph.line
    if not paragraph.lead or not line:
        return line
    return (replace(line[0], text=line[0].text.lstrip()), *line[1:])


def clauses(line: Line) -> tuple[Line, ...]:
    """A title cut after its full-width marks (in English: colons), to break there first."""
    found: list[list[Run]] = [[]]
    for run in line:
        parts = [part for part in _CLAUSE.split(run.text) if part] if run.kind == "text" else []
        for part in parts or [run.text]:
            found[-1].append(replace(run, text=part))
            if part.endswith(("，", "。", "；", "：", "！", "？", ": ", "; ")):
                found.append([])
    return tuple(tuple(runs) for runs in found if runs)


def balanced(line: Line) -> tuple[Line, ...]:
    """The clauses of a title, those of several lines cut into lines of like length.

    For engines without `text-wrap: balance`. The room is an estimate; what was cut and
    fits on one line after all stands there, because each part is set as one word.
    """
    return tuple(part for clause in clauses(line) for part in _evened(clause))


def trimmed(line: Line) -> Line:
    """A line without the space at its end, which stands between it and the next one."""
    return (*line[:-1], replace(line[-1], text=line[-1].text.rstrip())) if line else line


def _evened(clause: Line) -> tuple[Line, ...]:
    if _HAN.search("".join(run.text for run in clause)):
        return (clause,)
    words = _words(clause)
    count = len(_filled(words, _TITLE_ROOM))
    rooms = range(_TITLE_ROOM // 2, _TITLE_ROOM)
    even = next((room for room in rooms if len(_filled(words, room)) == count), _TITLE_ROOM)
    return tuple(tuple(run for word in row for run in word) for row in _filled(words, even))


def _words(line: Line) -> list[list[Run]]:
    """The line cut behind the spaces of its text; a figure or a name is not cut."""
    words: list[list[Run]] = [[]]
    for run in line:
        parts = _WORD.findall(run.text) if run.kind == "text" else [run.text]
        for part in filter(None, parts):
            words[-1].append(replace(run, text=part))
            if run.kind == "text" and part[-1].isspace():
                words.append([])
    return [word for word in words if word]


def _filled(words: Sequence[list[Run]], room: float) -> list[list[list[Run]]]:
    """Words in lines, each as full as it goes."""
    lines: list[list[list[Run]]] = []
    used = 0.0
    for word in words:
        width = text_width("".join(run.text for run in word))
        if not lines or used + width > room:
            lines.append([])
            used = 0.0
        lines[-1].append(word)
        used += width
    return lines
