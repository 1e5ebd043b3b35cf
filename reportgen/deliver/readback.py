"""What was written, read again by a parser that did not write it, and compared.

A draft leaves this house only when a reader finds in it exactly the headers, the one
recipient, the words, the pictures and the PDF that were meant, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from reportgen.deliver.message import Letter, header_names
from reportgen.language import TAGS

_LONGEST_LINE = 78
_SOURCES = re.compile(r"""\b(?:src|background|href|srcset|action)\s*=\s*["']?([^"'\s>]+)""")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def mismatches(data: bytes, letter: Letter) -> tuple[str, ...]:
    """What a reader of the message finds otherwise than it was meant; empty when all is well."""
    return tuple(_mismatches(data, letter))


def _mismatches(data: bytes, letter: Letter) -> Iterator[str]:
    if not data.isascii() or b"\x00" in data:
        yield "letters beyond ASCII"
    if _BARE.search(data):
        yield "line ends"
    if max(map(len, data.split(b"\r\n"))) > _LONGEST_LINE:
        yield "line lengths"
    found = message_from_bytes(data, _class=EmailMessage, policy=policy.SMTP)
    if tuple(found.keys()) != header_names(letter):
        yield f"headers {', '.join(found.keys())}"
        return
    yield from _headers(found, letter)
    yield from _parts(found, letter)


def _headers(found: EmailMessage, letter: Letter) -> Iterator[str]:
    for name, box in (("To", letter.to), ("From", letter.sender)):
        if box is None:
            continue
        boxes = found[name].addresses
        if [(one.addr_spec, one.display_name) for one in boxes] != [(box.address, box.name)]:
            yield name
    if str(found["Subject"]) != letter.subject:
        yield "Subject"
    if found["Date"].datetime != letter.written:
        yield "Date"
    if (found["X-Unsent"], found["Content-Language"]) != ("1", TAGS[letter.lang]):
        yield "X-Unsent or Content-Language"


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
    wanted = {f"cid:{picture.cid}" for picture in letter.pictures}
    if set(_SOURCES.findall(letter.html)) != wanted:
        yield "addresses in the HTML"


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
