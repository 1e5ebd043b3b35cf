"""What the bytes of a note depend on beside the workbook: templates, programs and fonts."""

from __future__ import annotations

import hashlib
import platform
import zlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

from reportgen import __version__
from reportgen.render.machine import font_versions, library_versions
from reportgen.render.resources import template_folder
from reportgen.render.theme import Theme

_PACKAGES = (
    "fonttools",
    "jinja2",
    "lets-plot",
    "markdown-it-py",
    "pandas",
    "pydyf",
    "pyxirr",
    "weasyprint",
)  # those that numbers, letters or bytes come from


def environment(theme: Theme) -> dict[str, object]:
    """The versions of what takes part; equal ones, and an equal workbook, give equal bytes."""
    own = {"theme": theme.digest} if theme.digest else {}
    return own | {
        "reportgen": __version__,
        "program": _digest(_texts(files("reportgen"), ".py")),
        "templates": _digest(_texts(template_folder(), "")),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "libraries": {**library_versions(), "zlib": zlib.ZLIB_RUNTIME_VERSION},
        "fonts": font_versions((*theme.sans, *theme.serif)),
    }


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> tuple[str, ...]:
    """What two environments do not have in common, as "weasyprint 70.0 → 71.0"."""
    before, after = dict(_flat(one)), dict(_flat(other))
    return tuple(
        f"{name} {before.get(name, '–')[:16]} → {after.get(name, '–')[:16]}"
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )


def _flat(entries: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in entries.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        else:
            yield name, str(value)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # vendored by a distribution, say
        return ""


def _texts(folder: Traversable, ending: str, path: str = "") -> Iterator[tuple[str, bytes]]:
    """Every file below the folder by its path, in order, whatever the system's line ends."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith((".", "_templates", "__pycache__")):
            continue
        if entry.is_dir():
            yield from _texts(entry, ending, f"{path}{entry.name}/")
        elif entry.name.endswith(ending):
            yield f"{path}{entry.name}", entry.read_bytes().replace(b"\r\n", b"\n")


def _digest(texts: Iterable[tuple[str, bytes]]) -> str:
    found = hashlib.sha256()
    for path, content in texts:
        found.update(f"{path}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()
