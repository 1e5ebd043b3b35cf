"""Write the pages of docs/reference/: `python -m reportgen.reference`, or `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from reportgen.reference.pages import PAGES


def main() -> int:
    """Write every page of the project that this package belongs to; name those that changed."""
    project = Path(__file__).resolve().parents[2]
    folder = project / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, written in PAGES.items():
        path, text = folder / name, written(project)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{path.relative_to(project)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
