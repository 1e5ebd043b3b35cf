"""Names of figures in brackets that are not read: 【【rent.h200.1y】】, [rent.h200.1y].

A Chinese input method writes 【 for [, and such a name would be printed as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_READ = re.compile(r"\[\[[^\[\]]*\]\]")
_NAME = r"[a-z]{3,}+(?:\.[\w-]++)++(?:@[\w-]++)?+"
_FORM = r"(?:\s*[|｜]\s*[^\s\[\]［］【】，。,;；]{1,30}+)?+"
_LIKE_A_FIGURE = re.compile(
    rf"(?P<opened>[\[［【]{{0,2}}+)\s*(?P<figure>{_NAME}{_FORM})\s*(?P<closed>[\]］】]{{0,2}}+)(?!\()",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Misbracketed:
    """A name as written, from `start` to `end` of its text, and as it should be written."""

    written: str
    meant: str
    start: int
    end: int


def misbracketed(text: str) -> Iterator[Misbracketed]:
    """Every name of a figure in `text` that has brackets, and not two square ones on each side."""
    rest = _READ.sub(lambda figure: " " * len(figure[0]), text)
    for found in _LIKE_A_FIGURE.finditer(rest):
        if found["opened"] or found["closed"]:
            meant = found["figure"].replace("｜", "|")
            yield Misbracketed(found[0].strip(), f"[[{meant}]]", *found.span())
