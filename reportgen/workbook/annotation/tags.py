"""XML changed in place: find the tags, splice the bytes, leave all others as they are.

An analyst's file holds what no library models in full. Everything that is not
changed on purpose keeps its bytes, its prefixes and its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape

_SKIPPED = rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
_REST = rb"(?=[\s/>])((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
_ATTRIBUTE = re.compile(rb"([^\s=\"'/<>]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ENCODING = re.compile(r"(<\?xml[^>]*?encoding\s*=\s*[\"'])([^\"']+)([\"'][^>]*\?>)")


class Tag(NamedTuple):
    """A tag as it stands in a part: `start` and `end` are places in the bytes."""

    name: str
    prefix: str
    start: int
    end: int
    source: bytes

    @property
    def closes(self) -> bool:
        """Whether it is an end tag."""
        return self.source.startswith(b"</")

    @property
    def empty(self) -> bool:
        """Whether it is a whole element."""
        return self.source.endswith(b"/>")

    def attributes(self) -> dict[str, str]:
        """The attributes by their written names."""
        return {
            key.decode(): plain(double or single)
            for key, double, single in _ATTRIBUTE.findall(self.source)
        }

    def get(self, key: str, default: str = "") -> str:
        """One attribute."""
        return self.attributes().get(key, default)


@dataclass(frozen=True, slots=True)
class Element:
    """A whole element; its content stands between `inside` and `until`."""

    tag: Tag
    inside: int
    until: int
    end: int

    @property
    def name(self) -> str:
        """The name without prefix."""
        return self.tag.name

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.tag.start


def tags(data: bytes, *names: str, start: int = 0, end: int | None = None) -> Iterator[Tag]:
    """The tags of those local names, all tags without names, outside comments and CDATA."""
    return _found(_pattern(names, "/?"), data, start, end)


def openings(data: bytes, name: str, start: int, end: int) -> Iterator[Tag]:
    """The tags of that local name that begin an element."""
    return _found(_pattern((name,), ""), data, start, end)


def _found(pattern: re.Pattern[bytes], data: bytes, start: int, end: int | None) -> Iterator[Tag]:
    for found in pattern.finditer(data, start, len(data) if end is None else end):
        prefix, name, _ = found.groups()
        if name is not None:
            written = "" if prefix is None else prefix.decode()
            yield Tag(name.decode(), written, *found.span(), found[0])


def elements(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """The outermost elements between two places."""
    depth, opening = 0, None
    for tag in tags(data, start=start, end=end):
        if tag.empty:
            if not depth:
                yield Element(tag, tag.end, tag.end, tag.end)
        elif tag.closes:
            if not depth:  # of what the place stands in
                return
            depth -= 1
            if not depth and opening is not None:
                yield Element(opening, opening.end, tag.start, tag.end)
        else:
            opening = opening if depth else tag
            depth += 1


def root(data: bytes) -> Element:
    """The part's one element. Raises ValueError when there is none."""
    for element in elements(data):
        return element
    raise ValueError("no element")


def child(data: bytes, parent: Element, name: str) -> Element | None:
    """The first child of that local name."""
    inner = elements(data, parent.inside, parent.until)
    return next((element for element in inner if element.name == name), None)


@dataclass(frozen=True, slots=True)
class Outline:
    """A sheet's own element and what stands in it, the cells not looked into."""

    tag: Tag
    children: tuple[Element, ...]

    def child(self, name: str) -> Element | None:
        """The first child of that local name."""
        return next((one for one in self.children if one.name == name), None)


def outline(data: bytes) -> Outline:
    """The children of a sheet; a million cells among them cost no time. Raises ValueError."""
    whole = next(tags(data), None)
    if whole is None:
        raise ValueError("no element")
    cells = list(tags(data, "sheetData"))
    if not cells:
        return Outline(whole, tuple(elements(data, whole.end)))
    first, last = cells[0], cells[-1]
    body = Element(first, first.end, last.end if first.empty else last.start, last.end)
    before, after = elements(data, whole.end, first.start), elements(data, last.end)
    return Outline(whole, (*before, body, *after))


class Edits:
    """Changes to one part, all at places of the bytes as they were."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._splices: list[tuple[int, int, bytes]] = []

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put `new` in the place of what stands between the two places."""
        self._splices.append((start, end, new))

    def insert(self, place: int, new: bytes) -> None:
        """Put `new` there; what is inserted later at the same place stands after it."""
        self._splices.append((place, place, new))

    def append(self, parent: Element, new: bytes, *, first: bool = False) -> None:
        """Put `new` into an element, at its end or its beginning."""
        if parent.tag.empty:
            name = parent.tag.prefix + parent.tag.name
            opened = parent.tag.source[:-2].rstrip() + b">"
            self.replace(parent.start, parent.end, opened + new + f"</{name}>".encode())
        else:
            self.insert(parent.inside if first else parent.until, new)

    def result(self) -> bytes:
        """The changed bytes."""
        pieces: list[bytes] = []
        place = 0
        for start, end, new in sorted(self._splices, key=lambda splice: splice[:2]):
            pieces += (self.data[place:start], new)
            place = end
        return b"".join((*pieces, self.data[place:]))


def with_attribute(tag: bytes, key: str, value: str) -> bytes:
    """A tag's source with that attribute set, the others untouched."""
    written = f'{key}="{quoted(value)}"'.encode()
    for found in _ATTRIBUTE.finditer(tag):
        if found[1].decode() == key:
            return tag[: found.start()] + written + tag[found.end() :]
    end = -2 if tag.endswith(b"/>") else -1
    return tag[:end].rstrip() + b" " + written + tag[end:]


def plain(written: bytes) -> str:
    """An attribute's value or a text, its entities read."""

    def read(found: re.Match[str]) -> str:
        if found[3]:
            return _NAMED[found[3]]
        return chr(int(found[1], 16) if found[1] else int(found[2]))

    return _ENTITY.sub(read, written.decode())


def quoted(value: str) -> str:
    """A text as an attribute's value between double quotes."""
    return escape(value, {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def in_utf8(data: bytes) -> bytes:
    """The part in UTF-8, its declaration saying so; the same bytes where it already is."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _declared(data.decode("utf-16"))
    head = _ENCODING.match(data[:200].decode("latin-1").removeprefix("ï»¿"))
    if head is None or head[2].casefold() in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return data
    return _declared(data.decode(head[2]))


def _declared(text: str) -> bytes:
    return _ENCODING.sub(r"\g<1>UTF-8\3", text, count=1).encode()


def is_sound(data: bytes) -> bool:
    """Whether a part is well-formed XML."""
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError:
        return False
    return True


@cache
def _pattern(names: tuple[str, ...], slash: str) -> re.Pattern[bytes]:
    local = b"|".join(re.escape(name.encode()) for name in names) or rb"[^\s<>/:=\"'!?]+"
    opening = rb"|<" + slash.encode() + rb"([^\s<>/:=\"'!?]+:)?("
    return re.compile(_SKIPPED + opening + local + rb")" + _REST, re.DOTALL)
