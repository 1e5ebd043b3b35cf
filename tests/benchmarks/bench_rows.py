"""What follows the reading process on a large workbook: typed rows, checks, analysis.

    .venv/bin/python -m tests.benchmarks.bench_rows --rows 100000

Processor time and memory of this process alone. The ratios do not depend on the machine:
typed rows against a bare walk over the raw cells, and each stage at the full size against
a tenth of it, which is 10 where time grows with the rows and no faster.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reportgen import checking
from reportgen.note.build import build_note
from reportgen.workbook.door import Reader
from tests.market import market_workbook

STAGES = ("walk", "read", "check", "analyse", "note", "MiB")


def one(path: Path) -> dict[str, float]:
    """Seconds of each stage and the most memory held, in a process that does nothing else."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_rows", "--file", str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(zip(STAGES, map(float, said.split()), strict=True))


def measure(path: Path) -> list[float]:
    """The stages of one workbook, in the order of STAGES."""
    tick = time.process_time
    with Reader() as reader:
        grids = reader.read(path).grids
        start = tick()
        for grid in grids:
            for _ in grid.rows:
                pass
        walked = tick() - start
        del grids
        stages = checking.Stages(tick, lambda _: None)
        found = checking.check(path, stages, reader=reader)
    start = tick()
    if found.analysis is not None:
        build_note(found.printed, found.analysis, "zh", "client")
    seconds = [stages.seconds[name] for name in ("read", "check", "analyse")]
    return [walked, *seconds, tick() - start, _peak()]


def _peak() -> float:
    import resource  # noqa: PLC0415 - not on every system

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    say = sys.stdout.write
    if options.file:
        say(" ".join(f"{value:.4f}" for value in measure(options.file)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        small, large = (
            one(market_workbook(Path(folder) / f"{rows}.xlsx", rows))
            for rows in (options.rows // 10, options.rows)
        )
    for name in STAGES:
        say(f"{name:8}{large[name]:9.2f}   {large[name] / small[name]:6.1f} times a tenth\n")
    say(f"\ntyped rows against the walk: {large['read'] / large['walk']:.1f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
