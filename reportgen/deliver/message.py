"""A mail as bytes: the draft of a message in the Internet's own form (RFC 5322, MIME).

multipart/mixed
  multipart/alternative
    text/plain
    multipart/related
      text/html
      image/png …          shown by cid:
  application/pdf
"""

from __future__ import annotations

import binascii
from base64 import encodebytes
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from reportgen.deliver.addresses import Mailbox
from reportgen.deliver.headers import header, mailbox_header, structured
from reportgen.deliver.manifest import sha256
from reportgen.language import TAGS, Lang

_FALLBACK = 64  # letters of a name that fit into a header line
_CRLF = b"\r\n"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the HTML shows by `cid:` and this id."""

    cid: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a mail says. `pdf_name` is plain ASCII, `pdf_title` the name in any letters."""

    sender: Mailbox | None
    to: Mailbox
    subject: str
    written: datetime
    lang: Lang
    text: str
    html: str
    pictures: tuple[Picture, ...]
    pdf_name: str
    pdf_title: str
    pdf: bytes


def message(letter: Letter) -> bytes:
    """The letter as a draft: `X-Unsent: 1` has Outlook for the desktop open it for editing.

    It has no Message-ID, which comes with sending, and no From when the sender is not known:
    the mail program then takes its own account. Equal letters give equal bytes.
    """
    opening = [
        *([mailbox_header("From", letter.sender)] if letter.sender else []),
        mailbox_header("To", letter.to),
        header("Subject", letter.subject),
        header("Date", format_datetime(letter.written)),
        header("X-Unsent", "1"),
        header("MIME-Version", "1.0"),
        header("Content-Language", TAGS[letter.lang]),
    ]
    body = _multipart(
        "related",
        _text("html", letter.html),
        *map(_picture, letter.pictures),
        type="text/html",
    )
    parts = _multipart("alternative", _text("plain", letter.text), body)
    return "".join(opening).encode("ascii") + _multipart("mixed", parts, _pdf(letter))


def header_names(letter: Letter) -> tuple[str, ...]:
    """The headers that the message of a letter has, in order, and no others."""
    names = ("To", "Subject", "Date", "X-Unsent", "MIME-Version", "Content-Language")
    return (*(("From",) if letter.sender else ()), *names, "Content-Type")


def _multipart(kind: str, /, *parts: bytes, **parameters: str) -> bytes:
    """Parts in one. No part can hold the boundary: neither encoding writes "=_"."""
    boundary = f"=_{sha256(b''.join(parts))[:32]}"
    head = structured("Content-Type", f"multipart/{kind}", **parameters, boundary=boundary)
    line = f"--{boundary}".encode()
    inside = b"".join(line + _CRLF + part + _CRLF for part in parts)
    return head.encode() + _CRLF + inside + line + b"--" + _CRLF


def _text(kind: str, text: str) -> bytes:
    """Words in whichever encoding is shorter, lines ended as mails end them."""
    lines = "\r\n".join(text.splitlines()).encode() + _CRLF
    quoted, packed = binascii.b2a_qp(lines), _base64(lines)
    short = "quoted-printable" if len(quoted) <= len(packed) else "base64"
    return _part(
        structured("Content-Type", f"text/{kind}", charset="utf-8"),
        header("Content-Transfer-Encoding", short),
        body=min(quoted, packed, key=len),
    )


def _picture(picture: Picture) -> bytes:
    return _part(
        structured("Content-Type", "image/png", name=picture.name),
        header("Content-Transfer-Encoding", "base64"),
        header("Content-ID", f"<{picture.cid}>"),
        structured("Content-Disposition", "inline", filename=picture.name),
        body=_base64(picture.data),
    )


def _pdf(letter: Letter) -> bytes:
    """The PDF. Programs that do not know RFC 2231 fall back on the plain name, its end at least."""
    return _part(
        structured(
            "Content-Type", "application/pdf", name=letter.pdf_name[-_FALLBACK:].lstrip("-")
        ),
        header("Content-Transfer-Encoding", "base64"),
        structured("Content-Disposition", "attachment", filename=letter.pdf_title),
        body=_base64(letter.pdf),
    )


def _part(*headers: str, body: bytes) -> bytes:
    return "".join(headers).encode("ascii") + _CRLF + body


def _base64(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", _CRLF)
