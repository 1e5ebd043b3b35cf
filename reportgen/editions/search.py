"""Search finished files for words that must not be in them, metadata included."""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from reportgen.editions.spelling import find

_DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+)?([^,\"'()\s]*),([^\"'()\s>]*)")
_TAG = re.compile(r"<(?:!--.*?--|[^>]*)>", re.DOTALL)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|br|cite|data|em|i|q|small|span|strong|sub|sup|time|tspan|wbr|!--)\b",
    re.IGNORECASE,
)
_RICH = re.compile(
    r"</t></r><r>(?:<rPr>.*?</rPr>)?<t[^>]*>", re.DOTALL
)  # one cell's text, formatted
_PERCENT = re.compile(r"[^\s\"'<>]*%[0-9a-fA-F]{2}[^\s\"'<>]*")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_READABLE_STREAMS = ("/Metadata", "/EmbeddedFile")
_APART = "\n‖\n"  # keeps the end of one string from making a word with the next
_AROUND = 12  # characters of context either side


@dataclass(frozen=True, slots=True)
class Leak:
    """A term found in a finished file: where, and with what around it.

    `apart`: blanks stand inside it on a page of a PDF, where the end of one cell and the
    beginning of the next may make a word together; search the page's source as well.
    """

    term: str
    where: str
    context: str
    apart: bool = False


def leaks(
    content: bytes | str, terms: Iterable[str], searched: Collection[bytes] = ()
) -> tuple[Leak, ...]:
    """Every term found in a finished file: HTML, PDF, a zip such as .xlsx, or plain text.

    Hidden places count: attributes, scripts, embedded pictures, bookmarks, text
    alternatives, metadata and attachments. An attachment whose very bytes are among
    `searched` has had its turn and is not searched again.
    """
    sought = tuple(terms)
    found: dict[Leak, None] = {}
    for where, text in _texts(content, searched):
        for one in find(text, sought):
            context = text[max(0, one.start - _AROUND) : one.end + _AROUND].strip(_APART + " ")
            apart = where.startswith("page ") and _has_more_blanks(
                text[one.start : one.end], one.term
            )
            found[Leak(one.term, where, context, apart)] = None
    return tuple(found)


def _has_more_blanks(written: str, term: str) -> bool:
    return len(re.findall(r"\s+", written)) > len(re.findall(r"\s+", term))


def _texts(content: bytes | str, searched: Collection[bytes] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(content, bytes):
        if content.startswith(b"%PDF"):
            yield from _pdf_texts(content, searched)
            return
        if content.startswith(b"PK\x03\x04"):
            yield from _zip_texts(content)
            return
        content = content.decode("utf-8", "replace")
    yield from _markup_texts(content)


def _markup_texts(text: str) -> Iterator[tuple[str, str]]:
    """What a reader sees, tags taken out; then everything, escapes undone."""
    bare = _DATA_URI.sub("", text)
    if "<" in bare:
        yield "text", _unescaped(_TAG.sub(_between, bare))
    yield "source", _ESCAPE.sub(lambda code: chr(int(code[1], 16)), _unescaped(bare))
    if addresses := _PERCENT.findall(bare):
        yield "address", _APART.join(map(unquote, addresses))
    for uri in _DATA_URI.finditer(text):
        kind, options, data = uri.groups()
        if kind and (kind.startswith("text/") or "xml" in kind or "json" in kind):
            for where, inner in _markup_texts(_decoded(options, data)):
                yield f"embedded {where}", inner


def _between(tag: re.Match[str]) -> str:
    """What stands in a tag's place: nothing inside a sentence, a gap between blocks."""
    return "" if _INLINE.match(tag[0]) else _APART


def _unescaped(text: str) -> str:
    """Text without entities, those that were escaped twice included."""
    return html.unescape(html.unescape(text))


def _decoded(options: str, data: str) -> str:
    if "base64" not in options:
        return unquote(data)
    try:
        return base64.b64decode(unquote(data)).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _zip_texts(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, name
            if name.endswith((".xml", ".rels", ".vml")):
                body = archive.read(name).decode("utf-8", "replace")
                yield name, _unescaped(_TAG.sub(_APART, _RICH.sub("", body)))
                yield name, _unescaped(body)


def _pdf_texts(content: bytes, searched: Collection[bytes]) -> Iterator[tuple[str, str]]:
    import pikepdf  # noqa: PLC0415 - only a search of a PDF needs these two
    import pypdfium2  # noqa: PLC0415

    pages = pypdfium2.PdfDocument(content)
    for number, page in enumerate(pages, start=1):
        yield f"page {number}", page.get_textpage().get_text_range()
    pages.close()
    with pikepdf.open(io.BytesIO(content)) as document:
        strings: dict[str, None] = {}
        for thing in document.objects:
            _collect(thing, strings)
            if isinstance(thing, pikepdf.Stream) and thing.get("/Type") in _READABLE_STREAMS:
                kind = str(thing["/Type"]).strip("/").lower()
                inside = bytes(thing.read_bytes())
                if inside in searched:
                    continue
                for where, text in _texts(inside):
                    yield f"{kind} {where}", text
        yield "metadata", _APART.join(strings)


def _collect(thing: object, strings: dict[str, None]) -> None:
    """Every text string and name of a PDF object: titles, bookmarks, alternatives, file names.

    Objects it points at have their own turn.
    """
    import pikepdf  # noqa: PLC0415

    if isinstance(thing, pikepdf.String | pikepdf.Name):
        strings[str(thing)] = None
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in thing.items():
            strings[key] = None
            if not getattr(value, "is_indirect", False):
                _collect(value, strings)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:
            if not getattr(value, "is_indirect", False):
                _collect(value, strings)
