"""The boxes of notes: VML, which Excel still wants for every note.

Excel writes VML that is not always well-formed XML, so it is searched, not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from reportgen.workbook.addresses import Place
from reportgen.workbook.annotation.parts import Package

_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_BLOCK = 1024  # shape ids are dealt out in blocks, and a drawing lists its own
_KIND = "_x0000_t202"
_IDMAP = re.compile(rb"(<\w+:idmap\b[^>]*?\bdata\s*=\s*[\"'])([^\"']*)")
_SHAPE = re.compile(rb"<(\w+):shape\b.*?</\1:shape>", re.DOTALL)
_ROW = re.compile(rb"<\w+:Row>\s*(\d+)\s*<")
_COLUMN = re.compile(rb"<\w+:Column>\s*(\d+)\s*<")
_ID = re.compile(rb"\b_x0000_s(\d+)")
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_WIDE, _TALL = 5, 9  # a box in columns and rows
_LAST_COLUMN, _LAST_ROW = 16_383, 1_048_575


def new_drawing(package: Package, places: Sequence[Place]) -> str:
    """Add a drawing with the boxes of these cells' notes; its part."""
    blocks = _free_blocks(package, len(places))
    name = package.free_name("xl/drawings/vmlDrawing{}.vml")
    spaces = " ".join(f'xmlns:{key}="{uri}"' for key, uri in _SPACES.items())
    body = (
        f'<xml {spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" '
        f'data="{_listed(blocks)}"/></o:shapelayout>{_kind("")}'
        f"{''.join(_boxes(places, blocks, ''))}</xml>"
    )
    package.add(name, body.encode())
    package.declare_default("vml", _VML_TYPE)
    return name


def add_to(package: Package, drawing: str, places: Sequence[Place]) -> None:
    """Add the boxes to a drawing that has others. Raises ValueError when it has no end."""
    data = package.read(drawing)
    end = data.rfind(b"</xml>")
    if end < 0:
        raise ValueError(f"{drawing} has no end")
    blocks = _free_blocks(package, len(places))
    head = data[: data.find(b">", data.find(b"<xml")) + 1]
    spaces = "".join(
        f' xmlns:{key}="{uri}"'
        for key, uri in _SPACES.items()
        if f"xmlns:{key}=".encode() not in head
    )
    kind = "" if f'id="{_KIND}"'.encode() in data else _kind(spaces)
    added = (kind + "".join(_boxes(places, blocks, spaces))).encode()
    data = data[:end] + added + data[end:]
    more = f",{_listed(blocks)}".encode()
    package.put(drawing, _IDMAP.sub(lambda found: found[0] + more, data, count=1))


def erase(package: Package, part: str, places: Collection[Place]) -> None:
    """Take the boxes of these cells' notes out of a sheet's drawing."""
    drawing = package.related(part, "vmlDrawing")
    if not drawing or not places:
        return

    def kept(found: re.Match[bytes]) -> bytes:
        row, column = _ROW.search(found[0]), _COLUMN.search(found[0])
        is_note = b'ObjectType="Note"' in found[0]
        if is_note and row and column and (int(row[1]) + 1, int(column[1]) + 1) in places:
            return b""
        return found[0]

    package.put(drawing, _SHAPE.sub(kept, package.read(drawing)))


def _boxes(places: Sequence[Place], blocks: Sequence[int], spaces: str) -> Iterator[str]:
    for number, (row, column) in enumerate(places):
        block, rest = divmod(number, _BLOCK - 1)
        id_ = blocks[block] * _BLOCK + rest + 1
        left = column if column + _WIDE <= _LAST_COLUMN else max(0, column - _WIDE - 2)
        top = min(max(0, row - 2), _LAST_ROW - _TALL)
        anchor = f"{left}, 15, {top}, 4, {left + _WIDE}, 15, {top + _TALL}, 4"
        yield (
            f'<v:shape{spaces} id="_x0000_s{id_}" type="#{_KIND}" style="position:absolute;'
            f'visibility:hidden;z-index:{number + 1}" fillcolor="#ffffe1" o:insetmode="auto">'
            '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
            '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
            '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
            f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>"
            f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
            f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
        )


def _kind(spaces: str) -> str:
    return (
        f'<v:shapetype{spaces} id="{_KIND}" coordsize="21600,21600" o:spt="202" '
        'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
        '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    )


def _free_blocks(package: Package, count: int) -> list[int]:
    """As many blocks of ids as that many shapes need, none of them used in this file."""
    used = {0}
    for name in package.names():
        if name.casefold().endswith(".vml"):
            data = package.read(name)
            used |= {int(id_) // _BLOCK for id_ in _ID.findall(data)}
            for _, listed in _IDMAP.findall(data):
                used |= {int(one) for one in listed.split(b",") if one.strip().isdigit()}
    first = max(used) + 1
    return list(range(first, first + -(-count // (_BLOCK - 1))))


def _listed(blocks: Sequence[int]) -> str:
    return ",".join(map(str, blocks))
