"""Finding words however they are spelled: full-width, spaced, in another case or script.

A text is folded character by character to one spelling, remembering where each
folded character stood, so that what is found can be replaced in the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

_LONG = 6  # letters from which a Latin term is found inside a longer word too
_SHORT = 2_000  # letters of a text that is worth remembering
_LIKE = str.maketrans(  # Cyrillic and Greek letters that pass for Latin ones, and joiners
    "авекмнорстухіјѕԁɡɑαεικνορτυχ", "abekmhopctyxijsdgaaeiknoptux", "·•‧・∙*_-‐‑"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text: which one, and the part of the text it takes."""

    term: str
    start: int
    end: int


def find(text: str, terms: Iterable[str]) -> tuple[Found, ...]:
    """Where any spelling of the terms stands in `text`, in order, without overlaps.

    Longer terms win over shorter ones. A short term in Latin letters must stand as a
    word of its own: Ali is not found in reality, but Alibaba is in AlibabaCloud.
    """
    return (_known if len(text) <= _SHORT else _found)(text, tuple(terms))


@lru_cache(maxsize=16_384)
def _known(text: str, terms: tuple[str, ...]) -> tuple[Found, ...]:
    """The same, remembered: a workbook under preview is searched again at every save."""
    return _found(text, terms)


def _found(text: str, terms: tuple[str, ...]) -> tuple[Found, ...]:
    pattern, sought = _prepared(terms)
    folded = _folded(text)
    if not pattern.search(folded):
        return ()
    places = _places(text)
    taken = [False] * len(folded)
    found: list[Found] = []
    for term, spelling in sought:
        for at in _occurrences(folded, spelling):
            start, end = places[at], places[at + len(spelling) - 1] + 1
            anywhere = len(spelling) >= _LONG and not spelling.isdigit()
            whole = anywhere or _is_whole(text, start, end)
            if any(taken[at : at + len(spelling)]) or not whole:
                continue
            taken[at : at + len(spelling)] = [True] * len(spelling)
            found.append(Found(term, start, end))
    return tuple(sorted(found, key=lambda one: one.start))


@lru_cache(maxsize=8)
def _prepared(terms: tuple[str, ...]) -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    """A pattern that tells quickly whether any term is there, and the terms, longest first."""
    folded = ((term, _folded(term)) for term in dict.fromkeys(terms))
    sought = sorted((pair for pair in folded if pair[1]), key=lambda pair: (-len(pair[1]), pair[0]))
    pattern = re.compile("|".join(re.escape(spelling) for _, spelling in sought) or r"(?!)")
    return pattern, tuple(sought)


def is_cjk(letter: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u3400" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U0003ffff"


def _occurrences(folded: str, sought: str) -> Iterator[int]:
    at = folded.find(sought)
    while at >= 0:
        yield at
        at = folded.find(sought, at + 1)


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (
        _joins(text[start - 1 : start], text[start]) or _joins(text[end - 1], text[end:][:1])
    )


def _joins(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word: letters and digits do, Chinese ones do not.

    A capital after a small letter begins a word: KimiChat.
    """
    if left.islower() and right.isupper():
        return False
    return all(letter.isalnum() and not is_cjk(letter) for letter in (left, right)) and bool(
        left and right
    )


def _folded(text: str) -> str:
    """The text in one spelling."""
    return _remembered(text) if len(text) <= _SHORT else _fold(text)


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    """The same, remembered: rows, issues and finished pages are all searched."""
    return _fold(text)


def _fold(text: str) -> str:
    return text.translate({ord(letter): _plain(letter) for letter in set(text)})


def _places(text: str) -> list[int]:
    """For each character of the folded text, its place in the original."""
    return [place for place, letter in enumerate(text) for _ in _plain(letter)]


@cache
def _plain(letter: str) -> str:
    """One character as simplified, half-width, lower-case; nothing for blanks and marks.

    Accents, joiners (冯·冠儒) and variation selectors go; letters and digits of other
    scripts that look or count alike become ours.
    """
    plain = unicodedata.normalize("NFKD", letter).casefold().translate(_LIKE)
    plain = "".join(_simplified(part) if is_cjk(part) else part for part in plain)
    plain = "".join(
        str(unicodedata.digit(part)) if part.isdigit() and not part.isascii() else part
        for part in plain
    )
    return "".join(part for part in plain if unicodedata.category(part)[0] not in "ZCM")


def _simplified(letter: str) -> str:
    return str(_converter().convert(letter))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
