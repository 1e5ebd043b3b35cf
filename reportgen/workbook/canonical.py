"""XML in one form, whoever wrote it: prefixes, attribute order and empty tags do not vary.

The standard library's canonicalize looks up prefixes that any module may have
registered for the whole process, so that its result depends on what else runs.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN = "http://schemas.openxmlformats.org"
_PREFIXES = {
    f"{_OPEN}/spreadsheetml/2006/main": "",
    f"{_OPEN}/package/2006/relationships": "",
    f"{_OPEN}/package/2006/content-types": "",
    f"{_OPEN}/officeDocument/2006/extended-properties": "",
    f"{_OPEN}/officeDocument/2006/relationships": "r",
    f"{_OPEN}/package/2006/metadata/core-properties": "cp",
    f"{_OPEN}/drawingml/2006/main": "a",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
_SEPARATOR = " "
_FIRST_PART = "[Content_Types].xml"
_STAMP = (1980, 1, 1, 0, 0, 0)


def canonical(document: bytes) -> bytes:
    """The document with fixed prefixes, sorted attributes and namespaces where first needed.

    Raises KeyError for a namespace that has no prefix in the table here.
    """
    return _Writer().written(document).encode()


def package(parts: Mapping[str, bytes], *, compressed: bool = False) -> bytes:
    """The parts as one zip, sorted and dated alike.

    Without compression it depends on the parts alone; zlib and its replacements
    pack the same text differently.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(parts, key=lambda name: (name != _FIRST_PART, name)):
            info = zipfile.ZipInfo(name, _STAMP)
            info.create_system = 0  # else it says which system wrote it
            info.external_attr = 0
            info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
            archive.writestr(info, parts[name])
    return packed.getvalue()


class _Writer:
    """Writes what expat reads; expat names things as "namespace local-name"."""

    def __init__(self) -> None:
        self._pieces = [_HEAD]
        self._scopes: list[dict[str, str]] = [{"xml": "http://www.w3.org/XML/1998/namespace"}]
        self._names: list[str] = []

    def written(self, document: bytes) -> str:
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(document, True)
        return "".join(self._pieces)

    def _start(self, name: str, attributes: list[str]) -> None:
        scope = dict(self._scopes[-1])
        declared: dict[str, str] = {}
        tag = self._named(name, scope, declared)
        pairs = sorted(
            (self._named(attribute, scope, declared), value)
            for attribute, value in zip(attributes[::2], attributes[1::2], strict=True)
        )
        spaces = sorted(
            (f"xmlns:{prefix}" if prefix else "xmlns", uri) for prefix, uri in declared.items()
        )
        written = "".join(f" {key}={_quoted(value)}" for key, value in (*spaces, *pairs))
        self._pieces.append(f"<{tag}{written}>")
        self._names.append(tag)
        self._scopes.append(scope)

    def _end(self, _name: str) -> None:
        self._scopes.pop()
        self._pieces.append(f"</{self._names.pop()}>")

    def _text(self, text: str) -> None:
        self._pieces.append(escape(text, {"\r": "&#13;"}))

    @staticmethod
    def _named(name: str, scope: dict[str, str], declared: dict[str, str]) -> str:
        """The name with its prefix, which is declared here unless it is in scope already."""
        uri, _, local = name.rpartition(_SEPARATOR)
        if not uri:
            return local
        prefix = _PREFIXES[uri]
        if scope.get(prefix) != uri:
            scope[prefix] = declared[prefix] = uri
        return f"{prefix}:{local}" if prefix else local


def _quoted(value: str) -> str:
    return quoteattr(value, {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
