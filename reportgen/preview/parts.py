"""A finished page in the parts that change by themselves, so that only those travel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_MARKS = re.compile(
    r'<(?:style id="(?P<mixes>mixes)"'
    r'|header class="(?P<masthead>masthead)"'
    r'|nav class="(?P<contents>contents)"'
    r'|div class="(?P<front>front)"'
    r'|section id="(?P<chapter>[^"]+)" class="chapter"'
    r"|(?P<footer>footer)"
    r'|script type="application/json" id="(?P<passports>passports)")>?'
)
_HEAD = "head"
_POLICY = re.compile(r"script-src '(sha256-[A-Za-z0-9+/=]+)'")
_POLICY_ROOM = 2_000
_UNSEEN = re.compile(r"<title>[^<]*</title>|<meta name=[^>]*>")
"""What a page's head says without showing it."""


def parts_of(page: str) -> dict[str, str]:
    """The page cut at its regions, by name and in order; together they are the page.

    The cuts are at elements of our own templates: a workbook's text has no `<` of its own.
    """
    return dict(_cut(page))


def _cut(page: str) -> Iterator[tuple[str, str]]:
    name, start = _HEAD, 0
    for found in _MARKS.finditer(page):
        yield name, page[start : found.start()]
        name, start = str(found[str(found.lastgroup)]), found.start()
    yield name, page[start:]


def changed_parts(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str] | None:
    """The parts that differ; None when the page itself is built otherwise."""
    if list(old) != list(new) or _look(old) != _look(new):
        return None
    return {name: text for name, text in new.items() if old[name] != text and name != _HEAD}


def _look(parts: Mapping[str, str]) -> str:
    return _UNSEEN.sub("", parts.get(_HEAD, ""))


def script_digest(page: str) -> str:
    """The one script that the page's own policy lets run."""
    found = _POLICY.search(page, 0, _POLICY_ROOM)
    return found[1] if found else ""
