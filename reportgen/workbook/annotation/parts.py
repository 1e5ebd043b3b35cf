"""A workbook's package as a set of parts: what is not asked for is copied byte for byte."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from reportgen.workbook.annotation.tags import (
    Edits,
    child,
    elements,
    in_utf8,
    quoted,
    root,
    tags,
)

TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STAMP = (1980, 1, 1, 0, 0, 0)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"

FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    LookupError, StopIteration,
)  # fmt: skip
"""What a damaged file may raise while its parts are read or changed; StopIteration when a
tag that must be there is not."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part leads: `kind` is the last word of the type, `part` the target's full name."""

    id: str
    kind: str
    part: str


class Package:
    """The parts of a workbook, those changed or added held beside the file."""

    def __init__(self, path: Path, largest: int | None = None) -> None:
        """Open a file. Parts above the `largest` are refused with ValueError when read."""
        self._largest = largest
        self.latest = ""
        """The part that was read last: where the fault is, when there is one."""
        self._archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        self._names = {name.casefold(): name for name in self._archive.namelist()}
        self._changed: dict[str, bytes] = {}
        self._removed: set[str] = set()
        books = [one for one in self.relations("") if one.kind == "officeDocument"]
        self.book = books[0].part if books else "xl/workbook.xml"
        space = root(self.xml(self.book)).tag
        strict = space.get(f"xmlns:{space.prefix[:-1]}" if space.prefix else "xmlns")
        self.strict = strict == _STRICT_MAIN

    @property
    def main(self) -> str:
        """The namespace of spreadsheets in this file's dialect."""
        return (
            _STRICT_MAIN
            if self.strict
            else _OFFICE.replace("officeDocument/2006/relationships", "spreadsheetml/2006/main")
        )

    @property
    def office(self) -> str:
        """The namespace of references to parts in this file's dialect."""
        return _STRICT_OFFICE if self.strict else _OFFICE

    def has(self, name: str) -> bool:
        """Whether there is such a part; names differ by more than case."""
        return name.casefold() in self._names

    def read(self, name: str) -> bytes:
        """A part's bytes as they stand now. Raises KeyError when there is no such part."""
        self.latest = name
        actual = self._names[name.casefold()]
        if actual in self._changed:
            return self._changed[actual]
        info = self._archive.getinfo(actual)
        if self._largest is not None and info.file_size > self._largest:
            raise ValueError(f"{name} is too large")
        return self._archive.read(info)

    def xml(self, name: str) -> bytes:
        """A part's XML in UTF-8."""
        return in_utf8(self.read(name))

    def names(self) -> list[str]:
        """All parts."""
        return list(self._names.values())

    def put(self, name: str, data: bytes) -> None:
        """Change a part."""
        self._changed[self._names[name.casefold()]] = data

    def add(self, name: str, body: str | bytes, content_type: str = "") -> None:
        """Add a part with its content type."""
        self._names[name.casefold()] = name
        self._removed.discard(name)
        self._changed[name] = _HEAD + body.encode() if isinstance(body, str) else body
        if content_type:
            self._declare(f'PartName="/{quoted(name)}"', "Override", content_type)

    def declare_default(self, extension: str, content_type: str) -> None:
        """Say what files of that extension are, unless it is said."""
        known = tags(self.xml(_CONTENT_TYPES), "Default")
        if not any(tag.get("Extension").casefold() == extension for tag in known):
            self._declare(f'Extension="{extension}"', "Default", content_type)

    def remove(self, name: str) -> None:
        """Take a part out, with what it leads to and what is said of it."""
        for gone in (name, _relations_of(name)):
            actual = self._names.pop(gone.casefold(), None)
            if actual is not None:
                self._changed.pop(actual, None)
                self._removed.add(actual)
        data = self.xml(_CONTENT_TYPES)
        edits = Edits(data)
        for tag in tags(data, "Override"):
            if tag.get("PartName").casefold() == f"/{name}".casefold():
                edits.replace(tag.start, tag.end, b"")
        self.put(_CONTENT_TYPES, edits.result())

    def free_name(self, pattern: str) -> str:
        """The first name of the pattern, such as xl/comments{}.xml, that no part has."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> list[Relation]:
        """Where a part leads inside the package."""
        name = _relations_of(part)
        if not self.has(name):
            return []
        folder = posixpath.dirname(part)
        found: list[Relation] = []
        for tag in tags(self.xml(name), "Relationship"):
            said = tag.attributes()
            if tag.closes or said.get("TargetMode") == "External":
                continue
            target = said.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = said.get("Type", "").rpartition("/")[2]
            found.append(Relation(said.get("Id", ""), kind, posixpath.normpath(whole)))
        return found

    def related(self, part: str, kind: str) -> str:
        """The first existing part of that kind that a part leads to, or nothing."""
        return next(
            (one.part for one in self.relations(part) if one.kind == kind and self.has(one.part)),
            "",
        )

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part lead to another; the new relation's id."""
        name = _relations_of(part)
        if not self.has(name):
            self.add(name, f'<Relationships xmlns="{_RELATIONS}"></Relationships>')
            self.declare_default("rels", _RELATIONS_TYPE)
        data = self.xml(name)
        taken = {tag.get("Id").casefold() for tag in tags(data, "Relationship")}
        number = 1
        while f"rid{number}" in taken:
            number += 1
        whole = root(data)
        place = posixpath.relpath(target, posixpath.dirname(part) or ".")
        edits = Edits(data)
        edits.append(
            whole,
            f'<{whole.tag.prefix}Relationship Id="rId{number}" Type="{self.office}/{kind}" '
            f'Target="{quoted(place)}"/>'.encode(),
        )
        self.put(name, edits.result())
        return f"rId{number}"

    def unrelate(self, part: str, id_: str) -> None:
        """Let a part lead there no longer."""
        name = _relations_of(part)
        data = self.xml(name)
        edits = Edits(data)
        for one in elements(data, root(data).inside, root(data).until):
            if one.tag.get("Id") == id_:
                edits.replace(one.start, one.end, b"")
        self.put(name, edits.result())

    def changed(self) -> dict[str, bytes]:
        """The changed and added parts."""
        return dict(self._changed)

    def packed(self) -> bytes:
        """The package as a file, the parts in their order, the added ones last."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            last = {info.filename: info for info in self._archive.infolist()}
            for info in last.values():
                if info.filename in self._removed:
                    continue
                kept = zipfile.ZipInfo(info.filename, info.date_time)
                kept.compress_type = info.compress_type
                kept.external_attr, kept.create_system = info.external_attr, info.create_system
                if kept.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    kept.compress_type = zipfile.ZIP_DEFLATED
                data = self._changed.get(info.filename)
                archive.writestr(kept, self._archive.read(info) if data is None else data)
            for name, data in self._changed.items():
                if name not in last:
                    added = zipfile.ZipInfo(name, _STAMP)
                    added.compress_type, added.create_system = zipfile.ZIP_DEFLATED, 0
                    archive.writestr(added, data)
        return out.getvalue()

    def _declare(self, what: str, kind: str, content_type: str) -> None:
        data = self.xml(_CONTENT_TYPES)
        whole = root(data)
        line = f'<{whole.tag.prefix}{kind} {what} ContentType="{content_type}"/>'.encode()
        edits = Edits(data)
        defaults = child(data, whole, "Override") if kind == "Default" else None
        if defaults is not None:  # Office writes the defaults before the parts
            edits.insert(defaults.start, line)
        else:
            edits.append(whole, line)
        self.put(_CONTENT_TYPES, edits.result())


def _relations_of(part: str) -> str:
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{file}.rels")
