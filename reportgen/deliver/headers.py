"""Header lines of a mail: ASCII, short, and saying exactly what they were given.

RFC 2047 for words and RFC 2231 for names of files. Written here rather than by Python's
email module, whose folding has let line ends through and has encoded commas between
addresses; what is written is read back with that module (`reportgen.deliver.readback`).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

from reportgen.deliver.addresses import Mailbox

LONGEST_LINE = 76
_WORD_BYTES = 39  # of UTF-8 in one encoded word: 52 letters of base64 and 12 around them
_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~ "
)


def header(name: str, value: str) -> str:
    """A header line with words, encoded when they need it and folded."""
    return _folded(name, _encoded(value) if _needs_encoding(name, value) else value.split(" "))


def mailbox_header(name: str, box: Mailbox) -> str:
    """A header line with one address."""
    if not box.name:
        return _folded(name, [box.address])
    if box.name.isascii() and len(box.name) < LONGEST_LINE // 2:
        shown = box.name if set(box.name) <= _PLAIN else f'"{box.name}"'
        return _folded(name, [shown, f"<{box.address}>"])
    return _folded(name, [*_encoded(box.name), f"<{box.address}>"])


def structured(name: str, value: str, /, **parameters: str) -> str:
    """A header line such as Content-Type: a plain value, then parameters in any letters.

    A parameter that is not ASCII, or too long for a line, is written in the way of RFC 2231.
    """
    parts = [value]
    for key, given in parameters.items():
        parts += _parameter(key, given)
    return _folded(name, [f"{part};" for part in parts[:-1]] + parts[-1:])


def _needs_encoding(name: str, value: str) -> bool:
    """Letters beyond ASCII, a word that no line holds, or blanks that folding would lose."""
    room = LONGEST_LINE - len(name) - 2
    return (
        not value.isascii()
        or any(len(word) > room for word in value.split(" "))
        or "  " in value
        or value != value.strip(" ")
    )


def _encoded(value: str) -> list[str]:
    """The words as encoded words, none of which cuts a character."""
    return [f"=?utf-8?B?{b64encode(part).decode()}?=" for part in _pieces(value, _WORD_BYTES)]


def _pieces(value: str, room: int) -> Iterator[bytes]:
    piece = b""
    for letter in value:
        more = letter.encode()
        if len(piece) + len(more) > room:
            yield piece
            piece = b""
        piece += more
    yield piece


def _parameter(key: str, value: str) -> Iterator[str]:
    if value.isascii() and len(key) + len(value) + 5 <= LONGEST_LINE:  # blank, =, quotes, ;
        yield f'{key}="{value}"'
        return
    room = (LONGEST_LINE - len(key) - 14) // 3  # each byte takes three letters when written %E7
    parts = list(_pieces(value, room))
    for number, part in enumerate(parts):
        opening = "utf-8''" if number == 0 else ""
        place = f"*{number}" if len(parts) > 1 else ""
        yield f"{key}{place}*={opening}{quote(part, safe='')}"


def _folded(name: str, words: list[str]) -> str:
    """The line, broken before a word where it would grow too long."""
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > LONGEST_LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line = f"{line} {word}"
    return "\r\n".join([*lines, line]) + "\r\n"
