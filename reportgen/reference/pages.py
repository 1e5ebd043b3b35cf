"""Every page of the reference, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from reportgen.reference.command_page import commands_page
from reportgen.reference.figure_page import figures_page
from reportgen.reference.issue_page import issues_page
from reportgen.reference.settings_page import settings_page
from reportgen.reference.sheet_page import sheets_page

PAGES: Mapping[str, Callable[[Path], str]] = {
    "sheets.md": lambda project: sheets_page(project / "workbooks" / "compute-leasing.xlsx"),
    "issues.md": lambda _: issues_page(),
    "figures.md": lambda project: figures_page(project / "workbooks"),
    "commands.md": lambda _: commands_page(),
    "settings.md": lambda _: settings_page(),
}
"""What writes each page, from the folder of the project."""
