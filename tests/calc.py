"""Workbooks opened and saved again by LibreOffice, several at one start of it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path


def through_calc(folder: Path, books: Sequence[Path], form: str = "xlsx") -> list[Path]:
    """The workbooks as LibreOffice writes them, in a folder of their own."""
    out = folder / f"calc-{form}"
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            "--convert-to", form, "--outdir", out, *books,
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return [out / f"{book.stem}.{form}" for book in books]
