"""The finished pages of a PDF as pictures."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass

import pypdfium2

NARROWEST, WIDEST = 200, 2400
"""Widths in pixels that a picture may have."""
_KEPT = 60
_LIGHT_PACKING = 1  # local: time counts, bytes do not


@dataclass(frozen=True, slots=True)
class PageSize:
    """The width and the height of a page in points."""

    width: float
    height: float


class Pages:
    """One PDF, whose pages are drawn when asked for. Safe to be asked by several threads."""

    def __init__(self, data: bytes) -> None:
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

    def close(self) -> None:
        """Let the PDF go."""
        with self._lock:
            self._closed = True
            self._document.close()

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
