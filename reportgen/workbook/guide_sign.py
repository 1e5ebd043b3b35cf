"""By what the guide of a workbook is known, so that nobody takes it for data."""

from __future__ import annotations

from reportgen.language import Text
from reportgen.workbook.grid import Grid
from reportgen.workbook.headings import plain_name

GUIDE = Text("指南", "Guide")
SIGN = "reportgen"
"""What stands in the guide's first cell; a sheet of that name without it is somebody's own."""


def is_guide(grid: Grid) -> bool:
    """Whether a sheet is the guide that `reportgen new` made."""
    return plain_name(grid.name) in map(plain_name, (GUIDE.zh, GUIDE.en)) and grid.at(0, 0) == SIGN
