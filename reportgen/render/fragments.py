"""Pieces of a page that is rendered again and again, kept from one time to the next.

A piece is used again when what it shows is equal to what it showed, and nothing around it
has changed that its templates look at.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from markupsafe import Markup


class Fragments:
    """The pieces of one page, by name: what each of them shows, and its markup.

    A piece that is no longer on the page is kept: there are no more of them than the
    page has had places.
    """

    def __init__(self) -> None:
        self._around: Hashable = None
        self._known: dict[str, tuple[object, Markup]] = {}

    def begin(self, around: Hashable) -> None:
        """Another rendering. `around` is everything that the pieces have in common."""
        if around != self._around:
            self._around = around
            self._known = {}

    def piece(self, name: str, shows: object, render: Callable[[], Markup]) -> Markup:
        """The piece of that name; rendered when it does not show what it showed before."""
        known = self._known.get(name)
        if known is None or not (known[0] is shows or known[0] == shows):
            known = self._known[name] = shows, render()
        return known[1]
