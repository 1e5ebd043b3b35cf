"""Excel addresses: B7, A2:C9. Rows and columns count from 1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

Place = tuple[int, int]
"""(row, column) of a cell, both from 1."""

_MOST_SPANS = 12

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@cache
def column_letters(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The address of one cell."""
    return f"{column_letters(column)}{row}"


def range_address(first: Place, last: Place) -> str:
    """The address of a range; of a single cell its own address."""
    start, end = address(*first), address(*last)
    return start if start == end else f"{start}:{end}"


@cache
def column_number(letters: str) -> int:
    """The column those letters name: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def parse_address(text: str) -> Place | None:
    """The place an address names, None when it is none."""
    found = _ADDRESS.fullmatch(text)
    return (int(found[2]), column_number(found[1])) if found else None


def spans(cells: Iterable[str]) -> str:
    """Addresses as people say them: those below one another as a range, very many cut short."""
    places = sorted(
        (place[1], place[0]) for cell in cells if (place := parse_address(cell)) is not None
    )
    runs: list[tuple[int, int, int]] = []
    for column, row in places:
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1] = (column, runs[-1][1], row)
        else:
            runs.append((column, row, row))
    said = [range_address((top, column), (end, column)) for column, top, end in runs]
    return ", ".join(said[:_MOST_SPANS]) + (" …" if len(said) > _MOST_SPANS else "")
