"""The finished pages of a PDF as pictures, and where the numbers stand on them."""

from __future__ import annotations

import io
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2

from reportgen.preview.places import letters, located, passages

NARROWEST, WIDEST = 200, 2400
"""Widths in pixels that a picture may have."""
_KEPT = 60
_LIGHT_PACKING = 1  # local: time counts, bytes do not
_ROOM = 1.0  # points around a number that belong to it


@dataclass(frozen=True, slots=True)
class PageSize:
    """The width and the height of a page in points."""

    width: float
    height: float


Box = tuple[float, float, float, float]
"""Left, top, width and height as shares of the page's width and height."""


@dataclass(frozen=True, slots=True)
class Place:
    """A number on a page: its figure, and a box for each line that it stands on."""

    figure: str
    boxes: tuple[Box, ...]


class Pages:
    """One PDF, whose pages are drawn when asked for. Safe to be asked by several threads.

    `page` is the same note for the screen, which knows the figure of each number.
    """

    def __init__(self, data: bytes, page: str = "") -> None:
        self._page = page
        self._places: tuple[tuple[Place, ...], ...] | None = None
        self._placing = threading.Lock()  # looked for once, whoever asks meanwhile
        self._document = pypdfium2.PdfDocument(data)
        self._lock = threading.Lock()  # the library must not be entered twice
        self._pictures: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._closed = False
        self.sizes = tuple(
            PageSize(*(round(side, 1) for side in self._document.get_page_size(number)))
            for number in range(len(self._document))
        )

    def picture(self, number: int, width: int) -> bytes | None:
        """A page, counted from 1, as PNG of that width; None for one that is not there."""
        if not (1 <= number <= len(self.sizes) and NARROWEST <= width <= WIDEST):
            return None
        with self._lock:
            if self._closed:
                return None
            known = self._pictures.get((number, width))
            if known is None:
                known = self._pictures[number, width] = self._drawn(number, width)
            self._pictures.move_to_end((number, width))
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
            return known

    def places(self) -> tuple[tuple[Place, ...], ...]:
        """The numbers of each page in the order of its text; none when the PDF was let go."""
        with self._placing:
            if self._places is None:
                self._places = tuple(map(tuple, self._found_places()))
            return self._places

    def close(self) -> None:
        """Let the PDF go."""
        with self._lock:
            self._closed = True
            self._document.close()

    def _found_places(self) -> list[list[Place]]:
        texts = [self._text(number) for number in range(len(self.sizes))]
        counted = [letters(text) for text in texts]
        starts = [0]
        for places in counted:
            starts.append(starts[-1] + len(places))
        paper = "".join(
            text[place] for text, places in zip(texts, counted, strict=True) for place in places
        )
        spans: list[list[tuple[str, int, int]]] = [[] for _ in self.sizes]
        for mark in located(passages(self._page), paper):
            number = bisect_right(starts, mark.start) - 1
            within, last = mark.start - starts[number], mark.end - starts[number] - 1
            if last < len(counted[number]):  # or it goes on overleaf
                spans[number].append((mark.figure, counted[number][within], counted[number][last]))
        return [self._boxed(number, those) for number, those in enumerate(spans)]

    def _text(self, number: int) -> str:
        with self._lock:
            if self._closed:
                return ""
            page = self._document[number]
            text = page.get_textpage()
            try:
                return str(text.get_text_range())
            finally:
                text.close()
                page.close()

    def _boxed(self, number: int, spans: Sequence[tuple[str, int, int]]) -> list[Place]:
        with self._lock:
            if self._closed or not spans:
                return []
            page = self._document[number]
            text = page.get_textpage()
            try:
                size = self.sizes[number]
                return [
                    Place(figure, tuple(_shares(_lines(text, first, last), size)))
                    for figure, first, last in spans
                ]
            finally:
                text.close()
                page.close()

    def _drawn(self, number: int, width: int) -> bytes:
        page = self._document[number - 1]
        try:
            scale = width / self.sizes[number - 1].width
            image = page.render(scale=scale).to_pil()
        finally:
            page.close()
        out = io.BytesIO()
        image.save(out, "PNG", compress_level=_LIGHT_PACKING)
        return out.getvalue()


def _lines(text: pypdfium2.PdfTextPage, first: int, last: int) -> Iterator[Box]:
    """The left, bottom, right and top of a stretch of text on each of its lines, in points."""
    line: Box | None = None
    for number in range(text.count_rects(first, last - first + 1)):
        left, bottom, right, top = text.get_rect(number)
        if line is None:
            line = (left, bottom, right, top)
        elif min(top, line[3]) - max(bottom, line[1]) > (top - bottom) / 2:  # the same line
            line = (
                min(left, line[0]),
                min(bottom, line[1]),
                max(right, line[2]),
                max(top, line[3]),
            )
        else:
            yield line
            line = (left, bottom, right, top)
    if line is not None:
        yield line


def _shares(lines: Iterator[Box], size: PageSize) -> Iterator[Box]:
    for left, bottom, right, top in lines:
        yield (
            round((left - _ROOM) / size.width, 5),
            round((size.height - top - _ROOM) / size.height, 5),
            round((right - left + 2 * _ROOM) / size.width, 5),
            round((top - bottom + 2 * _ROOM) / size.height, 5),
        )
