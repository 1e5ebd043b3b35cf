"""What a shell offers when Tab is pressed: workbooks, notes, and the figures of a note.

Names that a shell would have to quote are left to the shell's own completion of files,
which quotes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import typer

_WORKBOOKS = (".xlsx", ".xlsm")
_NOTES = (".html", ".pdf")
_PLAIN = re.compile(r"[\w./+@,\u3400-\u9fff-]+")
_MANY = 200
_LOOK_INTO = ("workbooks",)


def workbooks(incomplete: str) -> list[str]:
    """Workbooks in the folder typed so far; without one, those in workbooks/ too."""
    return _files(incomplete, _WORKBOOKS, _LOOK_INTO)


def issues(incomplete: str) -> list[str]:
    """What an issue can be compared with: workbooks and manifests."""
    return _files(incomplete, (*_WORKBOOKS, ".json"), _LOOK_INTO)


def notes(incomplete: str) -> list[str]:
    """Finished notes and manifests; without a folder typed, those in output/ too."""
    return _files(incomplete, (*_NOTES, ".json"), _built())


def note_pdfs(incomplete: str) -> list[str]:
    """Finished PDFs; without a folder typed, those in output/ too."""
    return _files(incomplete, (".pdf",), _built())


def figure_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """The figures of the note that was named before, past values only when asked for."""
    from reportgen.deliver.trace import UntraceableError, read_passports  # noqa: PLC0415 - heavy

    note = ctx.params.get("note")
    if note is None:
        return []
    try:
        names = read_passports(Path(note)).names()
    except UntraceableError:
        return []
    wanted = [name for name in names if name.startswith(incomplete)]
    return [name for name in wanted if "@" not in name or "@" in incomplete]


def _built() -> tuple[str, ...]:
    """The folders of finished notes under output/, newest first."""
    found = sorted(Path("output").glob("*/*/"), reverse=True)
    return tuple(folder.as_posix() for folder in found if folder.is_dir())


def _files(incomplete: str, endings: tuple[str, ...], more: tuple[str, ...]) -> list[str]:
    """Files of these kinds whose path begins so, in the folder typed or in those of `more`."""
    folder, slash, _ = incomplete.rpartition("/")
    places = [f"{folder}{slash}"]
    places += [f"{place}/" for place in more if not slash or place.startswith(incomplete)]
    found = [path for place in places for path in _in_folder(place, endings)]
    return [path for path in dict.fromkeys(found) if path.startswith(incomplete)][:_MANY]


def _in_folder(place: str, endings: tuple[str, ...]) -> Iterator[str]:
    try:
        names = sorted(path.name for path in Path(place or ".").iterdir() if path.is_file())
    except OSError:
        return
    for name in names:
        wanted = name.casefold().endswith(endings) and not name.startswith(("~$", "."))
        if wanted and _PLAIN.fullmatch(name):
            yield f"{place}{name}"
