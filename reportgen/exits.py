"""What reportgen's exit codes mean."""

from __future__ import annotations

DONE = 0
WORKBOOK_ERRORS = 1
USAGE = 2
MACHINE_LACKS = 3
GATE_REFUSED = 4
BUSY = 5
"""Another build is writing there."""
INTERNAL_FAULT = 70
STOPPED = 130
"""Stopped from the keyboard, or nobody reads the output."""
