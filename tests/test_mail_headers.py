# ruff: noqa: E501 - payloads read better side by side
"""Addresses, headers and whole messages: nothing gets in by a cell, and all that was meant is read.

Every message is read back by a parser that is not Python's own (fast-mail-parser) as well.
"""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import policy
from typing import Any

import fast_mail_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.deliver.addresses import (
    LONGEST_GREETING,
    LONGEST_SUBJECT,
    HeaderError,
    Mailbox,
    address,
    mailbox,
    person,
    words,
)
from reportgen.deliver.headers import header, mailbox_header, structured
from reportgen.deliver.message import Letter, Picture, header_names, message
from reportgen.deliver.readback import mismatches

WRITTEN = datetime(2026, 5, 28, 9, 30, tzinfo=timezone(timedelta(hours=8)))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
LETTER = Letter(
    sender=Mailbox("chen.wei@example.com", "陈伟"),
    to=Mailbox("li.na@example.org", "李娜"),
    subject="【示例研究】H200 租金涨 27%–33%，现货买家回本 44 个月：一句很长的标题，须折成几行",
    written=WRITTEN,
    lang="zh",
    text="您好：\n\n租金上涨。\nFrom here on\n.\n",
    html='<html><body><p>租金上涨</p><img src="cid:chart-1@reportgen.invalid"></body></html>',
    pictures=(Picture("chart-1@reportgen.invalid", "chart-1.png", PNG),),
    pdf_name="small-20260528-zh.pdf",
    pdf_title="产业调研纪要-small-20260528-zh.pdf",
    pdf=b"%PDF-1.7\n" + bytes(range(256)) * 40,
)
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"sender": None},
    {"lang": "en", "subject": "Rents rose", "to": Mailbox("a@example.org", "Wei, Chen")},
    {"to": Mailbox("a@example.org"), "subject": "x" * 200},
    {"to": Mailbox("a@example.org", "O'Brien (Sales); Jr."), "subject": "💩 " * 60},
    {"to": Mailbox("a@example.org", "很长的名字" * 16), "subject": " two  blanks "},
    {"pictures": (), "html": "<html><body><p>no charts</p></body></html>"},
    {"pdf_title": "很长的附件名称" * 12 + ".pdf"},
    {"pdf_name": "s" * 60 + "-20260528-r12-en.pdf", "pdf_title": "s" * 60 + "-20260528-r12-en.pdf"},
    {"to": Mailbox("a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".org", "x" * 80)},
    {"text": "a" * 5000 + "\n=3D=_\n--=_x\n trailing \n", "lang": "en"},
)


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_two_parsers_read_what_was_meant(change: dict[str, Any]) -> None:
    letter = replace(LETTER, **change)
    data = message(letter)
    assert mismatches(data, letter) == ()
    other = fast_mail_parser.parse_email(data, strict=True)
    assert other.subject == letter.subject
    assert other.warnings == []
    assert set(other.headers) == set(header_names(letter))
    (to,) = other.to
    assert (to.address, to.display_name or "") == (letter.to.address, letter.to.name)
    assert other.text_plain[0].split("\r\n")[:-1] == letter.text.splitlines()
    assert other.text_html[0].split("\r\n")[:-1] == letter.html.splitlines()
    kept = {(one.filename, bytes(one.content)) for one in other.attachments}
    assert (letter.pdf_title, letter.pdf) in kept
    assert len(kept) == 1 + len(letter.pictures)


def test_the_message_is_plain_ascii_with_short_lines() -> None:
    data = message(LETTER)
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 76
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|[ \t]\r\n", data)
    assert data.endswith(b"--\r\n")
    assert message(LETTER) == data


def test_the_parts_stand_in_the_order_that_mail_programs_expect() -> None:
    found = email.message_from_bytes(message(LETTER), policy=policy.default)
    assert [part.get_content_type() for part in found.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related",
        "text/html", "image/png", "application/pdf",
    ]  # fmt: skip
    assert found["X-Unsent"] == "1"
    assert "Bcc" not in found
    assert "Cc" not in found
    assert "Message-ID" not in found
    *_, picture, pdf = found.walk()
    assert picture["Content-ID"] == "<chart-1@reportgen.invalid>"
    assert picture.get_content_disposition() == "inline"
    assert pdf.get_content_disposition() == "attachment"
    assert pdf.get_param("name") == "small-20260528-zh.pdf"  # for programs without RFC 2231


# ---- the check of what was written ----------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"X-Unsent: 1\r\n", b"X-Unsent: 1\r\nBcc: eve@example.net\r\n"),
        (b"X-Unsent: 1\r\n", b""),
        (b"<li.na@example.org>", b"<li.na@example.org>, eve@example.net"),
        (b"li.na@example.org", b"eve@example.net"),
        (b"chen.wei@", b"chan.wei@"),
        (b"multipart/mixed", b"multipart/digest"),
        (b"inline", b"inline; x=\xff"),
        (b"Date: Thu, 28", b"Date: Wed, 27"),
        (b"\r\n\r\n", b"\n\n"),
        (b"Content-ID: <chart-1", b"Content-ID: <chart-2"),
        (b"zh-CN", b"en"),
    ],
)
def test_a_message_that_says_anything_else_is_found_out(old: bytes, new: bytes) -> None:
    data = message(LETTER)
    assert old in data
    assert mismatches(data.replace(old, new, 1), LETTER) != ()


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.net/x.png">',
        '<img src="cid:chart-1@reportgen.invalid"><script>1</script>',
        '<img src="cid:chart-1@reportgen.invalid"><p onclick="x">',
        '<img src="cid:chart-1@reportgen.invalid"><p style="background:URL(//x)">',
        '<img src="cid:chart-1@reportgen.invalid"><a href="https://example.net">',
        "<p>no picture</p>",
    ],
)
def test_html_that_loads_or_runs_something_is_found_out(html: str) -> None:
    letter = replace(LETTER, html=html)
    assert mismatches(message(letter), letter) != ()


def test_words_that_look_like_markup_are_only_words() -> None:
    html = LETTER.html.replace("租金上涨", "src=http://x &lt;img src=&quot;http://y&quot;&gt;")
    letter = replace(LETTER, html=html)
    assert mismatches(message(letter), letter) == ()


# ---- fifty ways in --------------------------------------------------------------------------

HEADERS = [
    "a@example.org\r\nBcc: eve@example.net", "a@example.org\nBcc: eve@example.net",
    "a@example.org\rBcc: eve@example.net", "a@example.org\n", "a@example.org\r\n\r\n<b>body</b>",
    "a@example.org\x00", "a@example.org\x00@example.net", "a@example.org\x0bBcc: x",
    "a@example.org\x0c", "a@example.org\x85Bcc: x@y.zz", "a@example.org\u2028Bcc: x@y.zz",
    "a@example.org\u2029", "a@example.org\t", "\ta@example.org", "a\x1b[31m@example.org",
    "A 💩 =?UTF-8?Q?=0A?=Bcc: x@y <a@example.org>", "=?UTF-8?Q?=0A?= <a@example.org>",
    "=?utf-8?b?Cg==?= <a@example.org>", "=?UTF-8?Q?=0D=0ABcc:=20x@y?=@example.org",
    "a@example.org, eve@example.net", "a@example.org; eve@example.net", "a@example.org eve@example.net",
    "a@example.org,", "A <a@example.org>, B <b@example.org>", "A <a@example.org> <b@example.org>",
    "A <a@example.org,b@example.org>", "friends: a@example.org, b@example.org;",
    "undisclosed-recipients:;", "boss@house.com <eve@example.net>", "<<a@example.org>>",
    "a@example.org(comment)", "a(Bcc: x)@example.org", "(a@example.org)", "A <a@example.org",
    '"a b"@example.org', '"a@house.com"@example.net', '"\\"x"@example.org', "a\\@example.org",
    "a@b@example.org", "@example.org", "a@", "a", "a@example", "a@.org", "a..b@example.org",
    ".a@example.org", "a@example..org", "a@-example.org", "a@[127.0.0.1]", "a@127.0.0.1",
    "a@exаmple.org", "аdmin@example.org", "a@xn--exmple-4nf.org", "a@例子.中国", "a@example.org.",
    "\u202egro.elpmaxe@a", "a\u200b@example.org", "a\ufeff@example.org", "a\u00ad@example.org",
    "ａ@example.org", "a＠example.org", "a%eve@example.org", "a!eve@example.org", "a=eve@example.org",
    "a" * 65 + "@example.org", "a@" + "b" * 64 + ".org", "a@" + "b." * 130 + "org",
    "A" * 300 + " <a@example.org>", "A\u202eB <a@example.org>", "A\nB <a@example.org>",
    "@house.com:a@example.org", "<@house.com:a@example.org>", "mailto:a@example.org", "a@example.org?bcc=x@y.zz",
    "",
]  # fmt: skip


@pytest.mark.parametrize("payload", HEADERS, ids=range(len(HEADERS)))
def test_no_payload_is_taken_as_an_address(payload: str) -> None:
    assert len(HEADERS) >= 50
    with pytest.raises(HeaderError) as caught:
        mailbox(payload)
    assert caught.value.text.zh
    assert caught.value.text.en.endswith(".")


@pytest.mark.parametrize("payload", HEADERS, ids=range(len(HEADERS)))
def test_no_payload_becomes_a_header_by_a_name_or_a_subject(payload: str) -> None:
    """Words are refused, or are read back as those words and as nothing else."""
    for check, field in ((lambda text: words(text, LONGEST_SUBJECT), "subject"), (person, "to")):
        try:
            check(payload)
        except HeaderError:
            continue
        given_ = payload if field == "subject" else Mailbox("a@example.org", payload)
        letter = replace(LETTER, **{field: given_})  # type: ignore[arg-type]
        data = message(letter)
        assert mismatches(data, letter) == ()
        other = fast_mail_parser.parse_email(data, strict=True)
        assert set(other.headers) == set(header_names(letter))
        assert [one.address for one in other.to] == [letter.to.address]
        assert other.subject == letter.subject


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=90))
def test_any_words_are_refused_or_read_back_by_both_parsers(text: str) -> None:
    try:
        letter = replace(
            LETTER,
            subject=words(text, LONGEST_SUBJECT),
            to=Mailbox("a@example.org", person(text.strip(" "))),
            pdf=b"%PDF",
            pictures=(),
            html="<p>x</p>",
        )
    except HeaderError:
        return
    data = message(letter)
    assert mismatches(data, letter) == ()
    other = fast_mail_parser.parse_email(data, strict=True)
    assert [one.address for one in other.to] == ["a@example.org"]
    assert set(other.headers) == set(header_names(letter))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ab@.<>,;:"\\()= \r\n\x00é💩?_-', max_size=30))
def test_what_is_taken_as_an_address_is_one_in_plain_letters(text: str) -> None:
    try:
        found = address(text)
    except HeaderError:
        return
    assert re.fullmatch(r"[a-z_-]+(\.[a-z_-]+)*@([a-z]([a-z-]*[a-z])?\.)+[a-z]{2,}", found)


# ---- what is good ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("a@example.org", Mailbox("a@example.org")),
        (" a@example.org ", Mailbox("a@example.org")),
        ("<a@example.org>", Mailbox("a@example.org")),
        ("李娜 <li.na@example.org>", Mailbox("li.na@example.org", "李娜")),
        ('"Wei, Chen" <wei@example.org>', Mailbox("wei@example.org", "Wei, Chen")),
        ("O'Brien <o'brien+notes@sub.example.co.uk>", Mailbox("o'brien+notes@sub.example.co.uk", "O'Brien")),
    ],
)  # fmt: skip
def test_ordinary_addresses_are_taken(written: str, found: Mailbox) -> None:
    assert mailbox(written) == found


def test_a_domain_is_compared_in_small_letters() -> None:
    assert mailbox("A@House.COM").domain == "house.com"


def test_words_have_a_longest_length() -> None:
    assert words("x" * LONGEST_GREETING, LONGEST_GREETING)
    with pytest.raises(HeaderError, match="201 characters"):
        words("x" * 201, LONGEST_GREETING)


def test_headers_fold_at_blanks_and_encode_only_when_they_must() -> None:
    assert header("Subject", "Rents rose") == "Subject: Rents rose\r\n"
    assert header("Subject", "租金") == "Subject: =?utf-8?B?56ef6YeR?=\r\n"
    long = header("Subject", " ".join(["word"] * 40))
    assert all(len(line) <= 76 for line in long.split("\r\n"))
    assert long.replace("\r\n ", " ") == "Subject: " + " ".join(["word"] * 40) + "\r\n"
    assert mailbox_header("To", Mailbox("a@b.cc", "Wei, Chen")) == 'To: "Wei, Chen" <a@b.cc>\r\n'
    name = structured("Content-Disposition", "attachment", filename="租.pdf")
    assert name == "Content-Disposition: attachment; filename*=utf-8''%E7%A7%9F.pdf\r\n"
