"""The styles of a workbook, added to: a cell's own style with another fill, and ours."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.issues import Severity
from reportgen.workbook.annotation.marks import FILLS, SHADES
from reportgen.workbook.annotation.tags import (
    Edits,
    child,
    elements,
    quoted,
    root,
    tags,
    with_attribute,
)

_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_FIRST = {
    "fonts": ('<{0}font><{0}sz val="10"/><{0}name val="Arial"/></{0}font>',),
    "fills": (
        '<{0}fill><{0}patternFill patternType="none"/></{0}fill>',
        '<{0}fill><{0}patternFill patternType="gray125"/></{0}fill>',
    ),
    "borders": ("<{0}border><{0}left/><{0}right/><{0}top/><{0}bottom/><{0}diagonal/></{0}border>",),
    "cellXfs": ('<{0}xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
}
"""What a list begins with when the file has none."""
_MOST_STYLES = 64_000  # Excel reads about so many cell formats and no more
_LIGHT_THEMES = {"0", "2"}
_LIGHT_INDEXES = {"1", "9"}
_LIGHT_FROM = 150  # of 255: writing lighter than this needs a dark ground


class Styles:
    """The style sheet of a workbook while we add to it."""

    def __init__(self, data: bytes, main: str) -> None:
        self._data = data or f'<styleSheet xmlns="{main}"></styleSheet>'.encode()
        self._root = root(self._data)
        self.prefix = self._root.tag.prefix
        self._lists = {name: self._listed(name) for name in _FIRST}
        self._had = {name: len(items) for name, items in self._lists.items()}
        self._reset: dict[int, bytes] = {}
        self._coloured: dict[tuple[int, Severity], int] = {}

    def restore(self, *, kept: bool = True) -> None:
        """Give every style with a fill of ours the fill that it had before.

        Where a program that does not keep a fill's second colour has saved the file
        (not `kept`), and for gradients and patterns, that is none.
        """
        fills = self._lists["fills"]
        ours = {
            n: _original(fill) if kept else b"" for n, fill in enumerate(fills) if _is_ours(fill)
        }
        for number, style in enumerate(self._lists["cellXfs"]):
            tag = next(tags(style, "xf"))
            fill = int(tag.get("fillId", "0"))
            if fill in ours:
                before = self._index("fills", ours[fill]) if ours[fill] else 0
                changed = with_attribute(tag.source, "fillId", str(before))
                self._lists["cellXfs"][number] = changed + style[tag.end :]
                self._reset[number] = self._lists["cellXfs"][number]

    def coloured(self, style: int, severity: Severity) -> int:
        """The number of that style with the severity's fill and all else as it is."""
        known = self._coloured.get((style, severity))
        if known is not None:
            return known
        styles = self._lists["cellXfs"]
        if len(styles) >= _MOST_STYLES:
            return style
        original = styles[style] if style < len(styles) else styles[0]
        tag = next(tags(original, "xf"))
        fill = self._fill(int(tag.get("fillId", "0")), self._ground(tag.get("fontId"), severity))
        changed = with_attribute(with_attribute(tag.source, "fillId", str(fill)), "applyFill", "1")
        found = self._index("cellXfs", changed + original[tag.end :])
        self._coloured[style, severity] = found
        return found

    def own(self, font: str, fill: str = "", border: str = "", alignment: str = "") -> int:
        """The number of a style of ours, made from the contents of its parts."""
        numbers = {
            name: self._index(f"{name}s", self._named(f"<{name}>{inner}</{name}>")) if inner else 0
            for name, inner in (("font", font), ("fill", fill), ("border", border))
        }
        based = ' xfId="0"' if child(self._data, self._root, "cellStyleXfs") else ""
        style = (
            f'<xf numFmtId="0"{based} fontId="{numbers["font"]}" fillId="{numbers["fill"]}" '
            f'borderId="{numbers["border"]}" applyNumberFormat="1" applyFont="1" applyFill="1" '
            f'applyBorder="1" applyAlignment="1" quotePrefix="1">{alignment}</xf>'
        )
        return self._index("cellXfs", self._named(style))

    def result(self) -> bytes:
        """The style sheet with all that was added."""
        edits = Edits(self._data)
        missing: list[str] = []
        for name, items in self._lists.items():
            place = child(self._data, self._root, name)
            if place is None:
                missing.append(name)
                continue
            for number, element in enumerate(elements(self._data, place.inside, place.until)):
                if name == "cellXfs" and number in self._reset:
                    edits.replace(element.start, element.end, self._reset[number])
            added = b"".join(items[self._had[name] :])
            if added and place.tag.empty:
                edits.append(place, added)
            elif added:
                if "count" in place.tag.attributes():
                    source = with_attribute(place.tag.source, "count", str(len(items)))
                    edits.replace(place.start, place.inside, source)
                edits.append(place, added)
        data = edits.result()
        for name in missing:
            data = self._with_list(data, name)
        return data

    def _with_list(self, data: bytes, name: str) -> bytes:
        whole = root(data)
        later = _ORDER[_ORDER.index(name) + 1 :]
        inner = elements(data, whole.inside, whole.until)
        place = next((one.start for one in inner if one.name in later), whole.until)
        opened = f"{self.prefix}{name}"
        items = b"".join(self._lists[name])
        edits = Edits(data)
        written = f"<{opened}>".encode() + items + f"</{opened}>".encode()
        if whole.tag.empty:
            edits.append(whole, written)
        else:
            edits.insert(place, written)
        return edits.result()

    def _listed(self, name: str) -> list[bytes]:
        place = child(self._data, self._root, name)
        if place is None:
            return [first.format(self.prefix).encode() for first in _FIRST[name]]
        inner = elements(self._data, place.inside, place.until)
        return [self._data[one.start : one.end] for one in inner]

    def _index(self, name: str, item: bytes) -> int:
        items = self._lists[name]
        added = items[self._had[name] :]
        if item in added:
            return self._had[name] + added.index(item)
        items.append(item)
        return len(items) - 1

    def _fill(self, before: int, colour: str) -> int:
        """Our fill. Its unused second colour keeps the first one of the fill it stands for."""
        fills = self._lists["fills"]
        former = _solid_colour(fills[before]) if before < len(fills) else ()
        second = " ".join(f'{key}="{quoted(value)}"' for key, value in former) or 'indexed="64"'
        item = (
            f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/>'
            f"<bgColor {second}/></patternFill></fill>"
        )
        return self._index("fills", self._named(item))

    def _ground(self, font: str, severity: Severity) -> str:
        """The colour on which the cell's writing can still be read."""
        fonts = self._lists["fonts"]
        number = int(font or 0)
        shade = SHADES[severity]
        return shade.strong if number < len(fonts) and _is_light(fonts[number]) else shade.pale

    def _named(self, item: str) -> bytes:
        """The markup with the prefix that this file uses."""
        if self.prefix:
            item = item.replace("</", "\0").replace("<", f"<{self.prefix}")
            item = item.replace("\0", f"</{self.prefix}")
        return item.encode()


def _solid_colour(fill: bytes) -> Sequence[tuple[str, str]]:
    pattern = next(tags(fill, "patternFill"), None)
    colour = next(tags(fill, "fgColor"), None)
    if pattern is None or colour is None or pattern.get("patternType") != "solid":
        return ()
    return tuple(colour.attributes().items())


def _is_ours(fill: bytes) -> bool:
    return dict(_solid_colour(fill)).get("rgb", "").upper() in FILLS


def _original(fill: bytes) -> bytes:
    """The fill that one of ours stands for; nothing when there was none."""
    second = next(tags(fill, "bgColor"), None)
    if second is None:
        return b""
    said = second.attributes()
    if said.get("indexed") == "64" or said.get("rgb", "").upper() in FILLS or not said:
        return b""
    first = next(tags(fill, "fgColor"))
    edits = Edits(fill)
    name = first.source[: -len(first.source.partition(b"fgColor")[2])]
    written = " ".join(f'{key}="{quoted(value)}"' for key, value in said.items())
    edits.replace(first.start, first.end, name + b" " + written.encode() + b"/>")
    other = second.source[: -len(second.source.partition(b"bgColor")[2])]
    edits.replace(second.start, second.end, other + b' indexed="64"/>')
    return edits.result()


def _is_light(font: bytes) -> bool:
    colour = next(tags(font, "color"), None)
    if colour is None:
        return False
    said = colour.attributes()
    if rgb := said.get("rgb"):
        red, green, blue = bytes.fromhex(rgb[-6:].rjust(6, "0"))
        return 0.3 * red + 0.59 * green + 0.11 * blue > _LIGHT_FROM
    return said.get("theme") in _LIGHT_THEMES or said.get("indexed") in _LIGHT_INDEXES
