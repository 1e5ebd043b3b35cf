"""What a command wrote: each file with its language, form, size and pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from reportgen.language import LANGS, Lang, Text, count_of
from reportgen.terminal import padded, wide

_KINDS = {
    "figures.xlsx": Text("数据", "data"),
    "manifest.json": Text("清单", "manifest"),
}
_LANGUAGES = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
FILE_STYLES = {r"(?m)(?<=  )(?:中文|英文|数据|清单|Chinese|English|data|manifest)  .*$": "dim"}
"""The colours of the list of files: what stands behind a name steps back."""

COUNT_STYLES = {r"\d+ (?:个错误|errors?)": "red", r"\d+ (?:个警告|warnings?)": "yellow",
                r"（.*|\(see.*": "dim"}  # fmt: skip
"""The colours of the line of counts."""

_MARGIN = "  "


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written. `pages` is None for what has none, `lang` for what is in both."""

    path: str
    lang: Lang | None
    form: str
    bytes: int
    pages: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The file as the documented JSON object."""
        return asdict(self)


def written_files(paths: Iterable[tuple[Path, str]]) -> list[Written]:
    """The files, each given with the path to show. One that is gone already is left out."""
    found: list[Written] = []
    for path, shown in paths:
        try:
            size = path.stat().st_size
            pages = _pages(path) if path.suffix == ".pdf" else None
        except OSError:
            continue
        ending = path.stem.rpartition("-")[2]
        lang = next((lang for lang in LANGS if lang == ending), None)
        found.append(Written(shown, lang, path.suffix.removeprefix("."), size, pages))
    return found


def summary(files: Sequence[Written], lang: Lang, width: int) -> str:
    """The folder, and a line a file: name, language, pages and size below one another.

    Where the terminal is too narrow the rest of a line goes under the name.
    """
    folders = {PurePath(file.path).parent for file in files}
    alone = len(folders) == 1
    lines = []
    if alone:
        said = Text("已写入", "Written to")[lang]
        lines += [f"{said} {folders.pop()}/", ""]
    names = [PurePath(file.path).name if alone else file.path for file in files]
    room = max(map(wide, names), default=0)
    told = [_told(file, lang) for file in files]
    sizes = [max(map(wide, column), default=0) for column in zip(*told, strict=True)]
    for name, (kind, pages, size) in zip(names, told, strict=True):
        cells = (
            padded(kind, sizes[0]), _right(pages, sizes[1]), _right(size, sizes[2]),
        )  # fmt: skip
        rest = "  ".join(cell for cell, needed in zip(cells, sizes, strict=True) if needed)
        if room + wide(rest) + 4 <= width:
            lines.append(f"{_MARGIN}{padded(name, room)}  {rest}")
        else:
            lines += [_MARGIN + name, _MARGIN * 2 + rest]
    return "\n".join(lines)


def seconds_text(seconds: float, lang: Lang) -> str:
    """A time as a person reads it: 4.2 秒."""
    return f"{seconds:.1f} 秒" if lang == "zh" else f"{seconds:.1f} s"


def size_text(size: int) -> str:
    """A file's size in the units that file managers show."""
    if size < 1_000:
        return f"{size} B"
    if size < 999_500:
        return f"{size / 1_000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def _told(file: Written, lang: Lang) -> tuple[str, str, str]:
    kind = _KINDS.get(PurePath(file.path).name) or _LANGUAGES.get(file.lang or "")
    pages = ""
    if file.pages is not None:
        pages = f"{file.pages} 页" if lang == "zh" else count_of(file.pages, "page")
    return kind[lang] if kind else "", pages, size_text(file.bytes)


def _right(text: str, size: int) -> str:
    return " " * (size - wide(text)) + text


def _pages(path: Path) -> int | None:
    from reportgen.deliver.reading import page_count  # noqa: PLC0415 - heavy

    return page_count(path.read_bytes())
