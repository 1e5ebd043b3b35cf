"""The names that an issue's files may begin with: the Slug of the Note sheet."""

from __future__ import annotations

import re
import unicodedata

LONGEST_SLUG = 60

_USABLE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def is_device(name: str) -> bool:
    """Whether Windows takes a file of that name for a device: CON, NUL.xlsx, com1."""
    return _DEVICES.fullmatch(name) is not None


def is_slug(text: str) -> bool:
    """Whether files can begin with `text` on every system."""
    return _USABLE.fullmatch(text) is not None and not is_device(text)


def nearest_slug(text: str) -> str:
    """`text` with what files cannot have made hyphens: Compute Rents is compute-rents.

    Empty where nothing usable remains, as of a name in Chinese alone.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    joined = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return joined if is_slug(joined) else ""
