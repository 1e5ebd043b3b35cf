"""Where the numbers of a note stand in the text of its PDF.

Paper has links for some figures only: in a table each would cost a millisecond. But the page
for the screen names the figure of every number, and both say the same words. So each number of
that page is looked for on paper together with the words around it: first with many of them,
anywhere; then with fewer, between neighbours that were found. What might be two is passed over.
"""

from __future__ import annotations

import html.parser
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

_UNSEEN = frozenset({"desc", "head", "metadata", "nav", "script", "style", "title"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_HEARD = "heard"  # the class of words for those who hear the page
_PASSED_OVER = frozenset("-\u00ad\u200b\u2060\ufeff\ufffe·“”")
"""What one side alone may have: pdfium says U+FFFE for a hyphen at a line's end, and paper sets
the rows of long tables as text, with dots between the cells and quotes in marks."""
_REACHES = ((24, 24), (24, 0), (0, 24), (12, 12), (12, 0), (0, 12))
"""Letters before and after a number that are looked for with it, in turn."""
_WIDE = 3  # reaches after which a note's own paper has given up some of its numbers
_PICTURE = 12  # letters of a picture that together are no accident
_JOINED = frozenset("0123456789.,–")
"""A number goes on with these: 8 must not be found in 80."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number in a text without blanks: where it begins and ends, and its figure."""

    start: int
    end: int
    figure: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A text without blanks, and its numbers in order."""

    text: str
    marks: tuple[Mark, ...]


def letters(text: str) -> list[int]:
    """The places of what counts in a text: no blanks, and nothing that one side alone has."""
    return [
        place
        for place, letter in enumerate(text)
        if letter not in _PASSED_OVER and not letter.isspace()
    ]


def passages(page: str) -> tuple[Passage, ...]:
    """What a page for the screen says: its running text, then the words of each picture."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return tuple(Passage("".join(one.words), tuple(one.marks)) for one in reader.told)


def located(told: Sequence[Passage], paper: str) -> list[Mark]:
    """The numbers of the passages at their places in the letters of the paper, in order."""
    flow, *pictures = told
    found = {mark.start: mark for mark in _in_flow(flow, paper)}
    for mark in _in_pictures(pictures, paper):
        found.setdefault(mark.start, mark)
    return [found[start] for start in sorted(found)]


# ---- the page for the screen ----------------------------------------------------------------


@dataclass(slots=True)
class _Telling:
    words: list[str] = field(default_factory=list)
    size: int = 0
    marks: list[Mark] = field(default_factory=list)


class _Reader(html.parser.HTMLParser):
    """Takes a page of ours apart, whose elements are all closed."""

    def __init__(self) -> None:
        super().__init__()
        self.told = [_Telling()]
        self._now = self.told[0]
        self._open: list[tuple[str, int]] = []  # of each element its figure and where it began
        self._hidden = 0  # elements that are open from one that is not shown inwards

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins; it may be a figure's, or a picture."""
        if tag in _VOID:
            return
        said = dict(attrs)
        if self._hidden or tag in _UNSEEN or said.get("class") == _HEARD:
            self._hidden += 1
        if tag == "svg":
            self._now = _Telling()
            self.told.append(self._now)
        self._open.append((said.get("data-figure") or "", self._now.size))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of a picture says nothing."""

    def handle_endtag(self, tag: str) -> None:
        """An element ends: if it is a figure's, what it held is a number."""
        if tag in _VOID or not self._open:
            return
        self._hidden -= self._hidden > 0
        figure, start = self._open.pop()
        if figure and start < self._now.size:
            self._now.marks.append(Mark(start, self._now.size, figure))
        if tag == "svg":
            self._now = self.told[0]

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._hidden:
            words = "".join([data[place] for place in letters(data)])
            self._now.words.append(words)
            self._now.size += len(words)


# ---- on paper -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Gap:
    """Numbers that are not found yet, with the stretch of the text and of the paper they are in."""

    numbers: range
    text: tuple[int, int]
    paper: tuple[int, int]


def _in_flow(flow: Passage, paper: str) -> Iterator[Mark]:
    found: dict[int, int] = {}  # which number of the flow, and where it begins on paper
    whole = _Gap(range(len(flow.marks)), (0, len(flow.text)), (0, len(paper)))
    for step, reach in enumerate(_REACHES):
        # Paper may tell in another order: with all words around it a number is found anywhere.
        if step == _WIDE and not found:  # the paper of another note
            return
        for gap in (whole,) if step == 0 else tuple(_gaps(flow, paper, found)):
            found |= _between(flow, paper, gap, reach, found)
    for number, start in found.items():
        mark = flow.marks[number]
        yield Mark(start, start + mark.end - mark.start, mark.figure)


def _gaps(flow: Passage, paper: str, found: dict[int, int]) -> Iterator[_Gap]:
    """Runs of numbers that are missing between those found."""
    before, text, there = -1, 0, 0
    for number in (*sorted(found), len(flow.marks)):
        last = number == len(flow.marks)
        ends = (len(flow.text), len(paper)) if last else (flow.marks[number].start, found[number])
        if number - before > 1 and there < ends[1]:
            yield _Gap(range(before + 1, number), (text, ends[0]), (there, ends[1]))
        if not last:
            before, text = number, flow.marks[number].end
            there = found[number] + text - flow.marks[number].start


def _between(
    flow: Passage, paper: str, gap: _Gap, reach: tuple[int, int], found: dict[int, int]
) -> dict[int, int]:
    """Where the numbers of a gap begin on paper: those that stand there as often as in the text."""
    wanted: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number in gap.numbers:
        mark = flow.marks[number]
        start = max(gap.text[0], mark.start - reach[0])
        end = min(gap.text[1], mark.end + reach[1])
        if number not in found:
            wanted[flow.text[start:end]].append((number, mark.start - start))
    new: dict[int, int] = {}
    for words, those in wanted.items():
        # One more than wanted is too many already; a paper full of the same can have 100,000.
        enough = len(those) + 1
        there = list(islice(_everywhere(paper, words, *gap.paper), enough))
        told = sum(1 for _ in islice(_everywhere(flow.text, words, *gap.text), enough))
        if len(there) == len(those) == told:
            for (number, shift), place in zip(those, there, strict=True):
                if _whole(flow.text, flow.marks[number], paper, place + shift):
                    new[number] = place + shift
    return new


def _whole(text: str, mark: Mark, paper: str, start: int) -> bool:
    """Whether the number ends on paper where it ends in the text."""
    end = start + mark.end - mark.start
    sides = (
        (text[max(0, mark.start - 1) : mark.start], paper[max(0, start - 1) : start]),
        (text[mark.end : mark.end + 1], paper[end : end + 1]),
    )
    return all(ours == theirs or theirs not in _JOINED for ours, theirs in sides)


def _in_pictures(pictures: Iterable[Passage], paper: str) -> Iterator[Mark]:
    """A picture's words stand together on paper; those of its axes may come in another order."""
    for one in pictures:
        if not one.marks:
            continue
        first, last = one.marks[0].start, one.marks[-1].end
        for start, end in ((0, len(one.text)), (first, len(one.text)), (first, last)):
            there = list(islice(_everywhere(paper, one.text[start:end], 0, len(paper)), 2))
            if len(there) == 1 and end - start >= _PICTURE:
                moved = there[0] - start
                for mark in one.marks:
                    yield Mark(mark.start + moved, mark.end + moved, mark.figure)
                break


def _everywhere(text: str, words: str, start: int, end: int) -> Iterator[int]:
    place = text.find(words, start, end)
    while place >= 0:
        yield place
        place = text.find(words, place + 1, end)
