"""Where rendering stood when it failed or was stopped: a template's line, or an element."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType, GeneratorType
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError

from reportgen.language import Text
from reportgen.render.limits import Frames, frames_of

TEMPLATE_MARK = "templates/"
"""What the file names of compiled templates begin with."""

PAPER = Text(
    "模板 templates/print.html.j2 与 templates/css/print.css",
    "the templates print.html.j2 and css/print.css",
)
MAILED = Text("templates/mail/note.html.j2", "templates/mail/note.html.j2")
_DUMPED = re.compile(rf'File "({TEMPLATE_MARK}[^"]+)", line (\d+)')
_LONGEST = 200


def in_templates(frames: Frames) -> Text | None:
    """The innermost line of a template among these frames."""
    for frame, line in frames:
        name = frame.f_code.co_filename
        if name.startswith(TEMPLATE_MARK):
            template = frame.f_globals.get("__jinja_template__")
            own = template.get_corresponding_lineno(line) if template else line
            return _line(name, own)
    return None


def in_error(error: BaseException) -> Text | None:
    """The line of a template that an exception came from."""
    if isinstance(error, TemplateSyntaxError):
        return _line(f"{TEMPLATE_MARK}{error.name}", error.lineno)
    return in_templates(frames_of(error))


def suspended(pieces: object) -> Frames:
    """Where a template that gives its output piece by piece stands, the innermost frame first."""
    found: Frames = []
    while isinstance(pieces, GeneratorType):
        if pieces.gi_frame is not None:
            found.insert(0, (pieces.gi_frame, pieces.gi_frame.f_lineno))
        pieces = pieces.gi_yieldfrom
    return found


def in_dump(told: str) -> tuple[str, int] | None:
    """The innermost template and its compiled line in what the interpreter wrote at the end."""
    found = _DUMPED.search(told)
    return (found[1].removeprefix(TEMPLATE_MARK), int(found[2])) if found else None


def template_line(name: str, line: int) -> Text:
    """How a line of a template is told."""
    return _line(f"{TEMPLATE_MARK}{name}", line)


def in_layout(frames: Frames) -> Text:
    """The element that was being laid out, and the nearest one around it that has an id."""
    tag, around = "", ""
    for element in _elements(frame for frame, _ in frames):
        tag = tag or _tag(element)
        around = around or str(element.get("id") or "")
        if tag and around:
            break
    if not tag:
        return PAPER
    inside = Text(f"（#{around} 内）", f" in #{around}") if around else Text("", "")
    return Text(f"<{tag}>{inside.zh}，见{PAPER.zh}", f"<{tag}>{inside.en}; see {PAPER.en}")


def said(error: BaseException) -> str:
    """What an exception says, in one line that a terminal can show."""
    told = error.message if isinstance(error, TemplateError) else str(error)
    words = " ".join("".join(c if c.isprintable() else " " for c in told or "").split())
    return words[:_LONGEST].rstrip(".") or type(error).__name__


def _line(name: str, line: int) -> Text:
    return Text(f"{name} 第 {line} 行", f"{name}, line {line}")


def _elements(frames: Iterable[FrameType]) -> Iterator[Any]:
    for frame in frames:
        if not _is_engine(frame.f_code):
            continue
        for found in list(frame.f_locals.values()):
            element = getattr(found, "element", found)
            if hasattr(element, "tag") and hasattr(element, "get"):
                yield element


def _is_engine(code: CodeType) -> bool:
    return "weasyprint" in code.co_filename


def _tag(element: object) -> str:
    tag = getattr(element, "tag", "")
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
