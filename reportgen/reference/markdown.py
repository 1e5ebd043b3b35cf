"""Pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MADE = "<!-- Written by `make docs` from the code: change the code, not this page. -->"


def page(title: str, *parts: str) -> str:
    """A page from its parts, with a blank line between them."""
    return "\n\n".join((MADE, f"# {title}", *(part.strip("\n") for part in parts if part))) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars and line breaks inside cells are written so that it holds."""
    lines = [_row(headings), _row(["---"] * len(headings))]
    return "\n".join((*lines, *(_row([cell_text(cell) for cell in row]) for row in rows)))


def cell_text(text: str) -> str:
    """Text as it may stand in a cell."""
    return " ".join(text.replace("|", "\\|").split())


def code(text: str) -> str:
    """Text as code; nothing for nothing."""
    return f"`{text}`" if text else ""


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
