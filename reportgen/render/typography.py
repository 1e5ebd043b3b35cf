"""What a compositor does by hand: where a line may break, where white space is doubled."""

from __future__ import annotations

import re
from dataclasses import replace

from markupsafe import Markup, escape

from reportgen.note.model import Line, Run

_CLOSING = "、，。；：！？）》」』】”’"
_OPENING = "（《「『【“‘"
_PAIR = re.compile(rf"[{_CLOSING}](?=[{_CLOSING}{_OPENING}])")
_CLAUSE = re.compile(r"(?<=[，。；：！？])")
_FIXED = re.compile(r"\D*\d\S*")


def trim_pairs(text: str) -> Markup:
    """Escaped text in which the first of two neighbouring full-width marks takes half its width."""
    return Markup(_PAIR.sub(r'<span class="ht">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped just now


def fixed_and_loose(text: str) -> tuple[str, str]:
    """A figure's text in two: what must stay on one line, and what may go to the next.

    "CNY 67–68k per server-month" is ("CNY 67–68k", " per server-month").
    """
    found = _FIXED.match(text)
    end = found.end() if found else len(text)
    return text[:end], text[end:]


def breakable(text: str) -> bool:
    """Whether a line could break inside the text."""
    return any(letter in text for letter in " –-/")


def gap_after(lead: Line) -> str:
    """The space after a bold lead: none after a full-width mark, which brings its own."""
    text = "".join(run.text for run in lead).rstrip()
    return "" if text.endswith(tuple(_CLOSING)) else " "


def clauses(line: Line) -> tuple[Line, ...]:
    """A Chinese title cut after its full-width marks, so that it breaks there first."""
    found: list[list[Run]] = [[]]
    for run in line:
        parts = [part for part in _CLAUSE.split(run.text) if part] if run.kind == "text" else []
        for part in parts or [run.text]:
            found[-1].append(replace(run, text=part))
            if part.endswith(tuple("，。；：！？")):
                found.append([])
    return tuple(tuple(runs) for runs in found if runs)
