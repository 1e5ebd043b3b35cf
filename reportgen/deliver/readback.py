"""What was written, read again by a parser that did not write it, and compared.

A draft leaves this house only when a reader finds in it exactly the headers, the one
recipient, the words, the pictures and the PDF that were meant, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from html.parser import HTMLParser

from reportgen.deliver.message import Letter, header_names
from reportgen.language import TAGS

_LONGEST_LINE = 998  # RFC 5322; ours are 76, but for an address that is longer by itself
_TAGS = frozenset({
    "html", "head", "meta", "title", "body", "table", "tr", "td", "p", "h1", "h2", "strong",
    "span", "img",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "lang", "charset", "name", "content", "style", "role", "align", "width", "height", "valign",
    "bgcolor", "cellpadding", "cellspacing", "border", "alt", "src",
})  # fmt: skip


def mismatches(data: bytes, letter: Letter) -> tuple[str, ...]:
    """What a reader of the message finds otherwise than it was meant; empty when all is well."""
    return tuple(_mismatches(data, letter))


def _mismatches(data: bytes, letter: Letter) -> Iterator[str]:
    if not data.isascii() or b"\x00" in data:
        yield "letters beyond ASCII"
    if not data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n"):
        yield "line ends"
    if max(map(len, data.split(b"\r\n"))) > _LONGEST_LINE:
        yield "line lengths"
    found = message_from_bytes(data, _class=EmailMessage, policy=policy.SMTP)
    if tuple(found.keys()) != header_names(letter):
        yield f"headers {', '.join(found.keys())}"
        return
    yield from _headers(found, BytesHeaderParser().parsebytes(data), letter)
    yield from _parts(found, letter)


def _headers(found: EmailMessage, raw: Message, letter: Letter) -> Iterator[str]:
    for name, box in (("To", letter.to), ("From", letter.sender)):
        if box is None:
            continue
        if [one.addr_spec for one in found[name].addresses] != [box.address]:
            yield name
        if _name(raw[name]) != box.name:
            yield f"{name} name"
    if str(found["Subject"]) != letter.subject:
        yield "Subject"
    if found["Date"].datetime != letter.written:
        yield "Date"
    if (found["X-Unsent"], found["Content-Language"]) != ("1", TAGS[letter.lang]):
        yield "X-Unsent or Content-Language"


def _name(value: str) -> str:
    """The name before an address.

    Decoded in the older of Python's two ways: the newer one puts a blank between the
    pieces of a long name (cpython#128110).
    """
    phrase = value.rpartition("<")[0].strip()
    return str(make_header(decode_header(phrase.strip('"').replace("\r\n", ""))))


def _parts(found: EmailMessage, letter: Letter) -> Iterator[str]:
    parts = list(found.walk())
    kinds = [part.get_content_type() for part in parts]
    pictures = ["image/png"] * len(letter.pictures)
    if kinds != [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        *pictures, "application/pdf",
    ]:  # fmt: skip
        yield f"parts {', '.join(kinds)}"
        return
    if any(part.defects for part in parts):
        yield "defects"
    for part, text in ((parts[2], letter.text), (parts[4], letter.html)):
        if _content(part).decode().split("\r\n")[:-1] != text.splitlines():
            yield part.get_content_type()
    for part, picture in zip(parts[5:-1], letter.pictures, strict=True):
        if (_content(part), part["Content-ID"]) != (picture.data, f"<{picture.cid}>"):
            yield picture.name
    if (_content(parts[-1]), parts[-1].get_filename()) != (letter.pdf, letter.pdf_title):
        yield letter.pdf_name
    page = _Page()
    page.feed(letter.html)
    if page.sources != [f"cid:{picture.cid}" for picture in letter.pictures]:
        yield "pictures in the HTML"
    if page.strange:
        yield f"in the HTML: {', '.join(page.strange)}"


class _Page(HTMLParser):
    """What the HTML asks for: its pictures, and whatever a mail's body does not need."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.strange: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag's pictures, and a tag or an attribute that can load or run something."""
        self.strange += [] if tag in _TAGS else [tag]
        for name, value in attrs:
            if name == "src":
                self.sources.append(value or "")
            if name not in _ATTRIBUTES or (name == "style" and "url(" in (value or "").lower()):
                self.strange.append(f"{tag} {name}")


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
