"""Build the sample workbooks from the rows kept as text: `python -m reportgen.workbook.sample`.

Each folder of seeds/ holds one workbook, one CSV a sheet, headed by the schema's
column keys. The workbooks are written to workbooks/ under the folder's name.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from reportgen.workbook.writer import UnknownNameError, write_workbook

SAMPLES = ("compute-leasing", "compute-leasing-2026-02")
"""The workbooks that travel with the project: this issue of the note and the one before."""


def read_seeds(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every CSV in `folder`, by sheet key. Blank cells are left out."""
    rows: dict[str, list[dict[str, str]]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows[path.stem] = [
                {key: text for key, text in row.items() if text}
                for row in csv.DictReader(lines, restkey="(beyond the headings)")
            ]
    return rows


def build_samples(seeds: Path, workbooks: Path) -> tuple[Path, ...]:
    """Write the sample workbooks, in Chinese; return their paths.

    Raises FileNotFoundError when a folder of seeds is missing, and
    UnknownNameError when a CSV names a sheet or column the schema does not have.
    """
    built: list[Path] = []
    for name in SAMPLES:
        rows = read_seeds(seeds / name)
        if not rows:
            raise FileNotFoundError(f"no CSV files in {seeds / name}")
        path = workbooks / f"{name}.xlsx"
        workbooks.mkdir(parents=True, exist_ok=True)
        write_workbook(path, rows, "zh")
        built.append(path)
    return tuple(built)


def main() -> int:
    """Build from seeds/ of the project this module belongs to."""
    project = Path(__file__).resolve().parents[2]
    try:
        built = build_samples(project / "seeds", project / "workbooks")
    except (FileNotFoundError, UnknownNameError) as error:
        sys.stderr.write(f"The sample workbooks were not built: {error}\n")
        return 1
    for path in built:
        sys.stdout.write(f"{path.relative_to(project)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
