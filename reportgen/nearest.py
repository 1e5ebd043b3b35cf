"""Which of the known names somebody may have meant by a wrong one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_JOINTS = re.compile(r"[.@_\s/-]+")
_AROUND = re.compile(r"^[\[\]\s]+|[\[\]\s]+$")
_HISTORY = "@"
_NEAR = 0.6
_LESS_THAN_ASKED = 0.62
"""What a name earns that has every part asked for, before its own other parts are counted."""


def nearest(wanted: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Known names that resemble the wanted one, best first; none when nothing is near.

    A name is near when its letters are (`rent.h200.ly`), when its parts are the same in
    another order (`h200.rent.1y`), or when it has all parts asked for and more
    (`rent.h200`). Width, case and square brackets do not count. Past values
    (`rent.h200.1y@2026-02`) are offered only to who asked for one.
    """
    plain = _AROUND.sub("", unicodedata.normalize("NFKC", wanted).casefold())
    parts = _parts(plain)
    compared = SequenceMatcher(b=plain, autojunk=False)
    found: list[tuple[float, int, int, str]] = []
    for place, name in enumerate(known):
        if _HISTORY in name and _HISTORY not in plain:
            continue
        other = name.casefold()
        theirs = _parts(other)
        shared = len(parts & theirs) / max(1, len(parts | theirs))
        score = shared
        if parts and parts <= theirs:
            score = max(score, _LESS_THAN_ASKED + (1 - _LESS_THAN_ASKED) * shared)
        compared.set_seq1(other)
        if compared.real_quick_ratio() > score and compared.quick_ratio() > score:
            score = max(score, compared.ratio())
        if score >= _NEAR:
            found.append((-score, len(name), place, name))
    return tuple(name for *_, name in sorted(found)[:count])


def _parts(name: str) -> frozenset[str]:
    return frozenset(filter(None, _JOINTS.split(name)))
