"""Who a mail is to or from: one address, a name, and words that may stand in a header.

Python's own parser is not asked whether an address is good: it has let line ends through
(CVE-2024-6923, CVE-2026-1299). What is not plainly harmless is refused, with the cure.
The caller says where it stood.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from reportgen.language import Text

LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, less the brackets
LONGEST_LOCAL = 64
LONGEST_NAME = 80
LONGEST_SUBJECT = 200
LONGEST_GREETING = 200

_ATOM = r"[A-Za-z0-9_+~'&-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
_PUNYCODE = re.compile(r"(?:^|\.)xn--", re.IGNORECASE)
_NAMED = re.compile(r"([^<>]*)<([^<>]*)>")
_ENCODED_WORD = "=?"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class HeaderError(ValueError):
    """These words may not stand in a mail; `text` says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address, with the name of whom it belongs to if that is known."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands behind the @, in small letters."""
        return self.address.rpartition("@")[2].lower()

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def mailbox(written: str) -> Mailbox:
    """`a@example.com` or `Name <a@example.com>`. Raises HeaderError."""
    shown_safely(written)
    text = written.strip(" ")
    found = _NAMED.fullmatch(text)
    if not found:
        return Mailbox(address(text))
    name = found[1].strip(" ")
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    return Mailbox(address(found[2]), person(name) if name else "")


def address(written: str) -> str:
    """One plain address. Raises HeaderError."""
    shown_safely(written)
    if not written.isascii():
        raise HeaderError(
            Text(
                f"“{written}” 含有英文字母以外的字符，可能是看上去相同的别处地址。"
                "请改用纯英文字母的地址。",
                f"“{written}” has letters that are not plain ASCII and may only look like the "
                "address you mean. Use one in plain letters.",
            )
        )
    if any(sign in written for sign in ',;<>()"\\: ') or written.count("@") > 1:
        raise HeaderError(
            Text(
                f"“{written}” 不是单独一个地址。每行（或每个 --to）只写一个地址，"
                "不加引号、括号或注释。",
                f"“{written}” is not one address alone. Write one a row or one a --to, without "
                "quotes, brackets or comments.",
            )
        )
    local, at, domain = written.partition("@")
    if (
        not at
        or len(written) > LONGEST_ADDRESS
        or len(local) > LONGEST_LOCAL
        or not _LOCAL.fullmatch(local)
        or not _DOMAIN.fullmatch(domain)
    ):
        raise HeaderError(
            Text(
                f"“{_short(written)}” 不是邮箱地址。请写成 name@example.com 的形式。",
                f"“{_short(written)}” is no e-mail address. Write it like name@example.com.",
            )
        )
    if _PUNYCODE.search(domain):
        raise HeaderError(
            Text(
                f"“{written}” 是国际化域名（xn--），邮件软件显示时可能与别的域名相同。"
                "请改用纯英文字母的地址。",
                f"“{written}” is an internationalised domain (xn--), which mail programs may show "
                "as another. Use an address in plain letters.",
            )
        )
    return written


def person(written: str) -> str:
    """A person's name as it may stand before an address. Raises HeaderError."""
    words(written, LONGEST_NAME)
    if any(sign in written for sign in '<>@"\\'):
        raise HeaderError(
            Text(
                f'姓名“{written}”含有 < > @ " \\ 之一，会被读作另一个地址。请只写姓名。',
                f'The name “{written}” holds one of < > @ " \\ and would read as another address. '
                "Write the name alone.",
            )
        )
    return written


def words(written: str, longest: int) -> str:
    """One line of words that may stand in a header or open a letter. Raises HeaderError."""
    shown_safely(written)
    if len(written) > longest:
        raise HeaderError(
            Text(
                f"“{_short(written)}” 有 {len(written)} 个字符，最多 {longest} 个。请缩短。",
                f"“{_short(written)}” has {len(written)} characters, more than {longest}. "
                "Shorten it.",
            )
        )
    return written


def shown_safely(written: str) -> None:
    """Raise HeaderError for what a reader cannot see, or what mail programs would decode."""
    for letter in written:
        if unicodedata.category(letter) in _UNSEEN:
            code = f"U+{ord(letter):04X}"
            shown = _short("".join(one if one.isprintable() else "·" for one in written))
            raise HeaderError(
                Text(
                    f"“{shown}” 中有看不见的字符 {code}（如换行、控制符、反向书写符）。"
                    "请删去后重新输入。",
                    f"“{shown}” has the unseen character {code}, such as a line end or a control. "
                    "Take it out, or type the words again.",
                )
            )
    if _ENCODED_WORD in written:
        raise HeaderError(
            Text(
                f"“{_short(written)}” 含有“=?”，邮件软件会将其解码成别的文字。请直接写出文字。",
                f"“{_short(written)}” holds “=?”, which mail programs decode into other words. "
                "Write the words themselves.",
            )
        )


def _short(written: str) -> str:
    return written if len(written) <= 60 else f"{written[:59]}…"
