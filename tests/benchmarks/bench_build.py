"""A whole build of the sample note against WeasyPrint alone: `make bench`.

Measured in pairs, one after the other, on one language: `reportgen build` from the
workbook to the finished files, and a bare process that makes the same print HTML
into the same kind of PDF. The aim is at most 1.35 times the bare process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from reportgen import checking
from reportgen.charts.draw import FULL_MM, HALF_MM, draw_chart
from reportgen.language import Lang
from reportgen.note.build import build_note
from reportgen.note.model import TableData
from reportgen.note.text import as_text
from reportgen.render.html import render_html
from reportgen.render.theme import load_theme
from reportgen.render.views import CHART_ADDRESS

PROJECT = Path(__file__).resolve().parents[2]
AIM = 1.35
BARE = (
    "import sys; from weasyprint import HTML\n"
    "HTML(filename=sys.argv[1]).write_pdf(sys.argv[2], pdf_variant='pdf/ua-1')"
)
_SAMPLING_SECONDS = 0.02


@dataclass(frozen=True)
class Run:
    """One process: wall seconds, processor seconds and what it wrote to standard error."""

    wall: float
    cpu: float
    stderr: str


def print_page(folder: Path, lang: Lang) -> Path:
    """The finished print HTML of the sample note, with its charts as files beside it."""
    stage = checking.Stages(time.perf_counter, lambda _: None)
    checked = checking.check(PROJECT / "workbooks" / "compute-leasing.xlsx", stage)
    if checked.analysis is None:
        raise SystemExit("the sample workbook has errors; run reportgen check")
    theme = load_theme("default")
    note = build_note(checked.printed, checked.analysis, lang, "client")
    charts = {
        exhibit.id: draw_chart(
            exhibit.body,
            exhibit_id=exhibit.id,
            lang=lang,
            palette=theme.palette(lang),
            width_mm=HALF_MM if exhibit.half_width else FULL_MM,
            alt=exhibit.alt,
            title=as_text(exhibit.title),
        )
        for exhibit in note.exhibits()
        if not isinstance(exhibit.body, TableData)
    }
    html = render_html(note, charts, theme, "print")
    for name, svg in charts.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        html = html.replace(f'"{CHART_ADDRESS}{name}"', f'"{name}.svg"')
    page = folder / "note.html"
    page.write_text(html, encoding="utf-8")
    return page


def run(command: list[str]) -> Run:
    """Run a command in the project, timed."""
    with tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=stderr)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        stderr.seek(0)
        said = stderr.read().decode()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    return Run(wall, usage.ru_utime + usage.ru_stime, said)


def peak_memory(command: list[str]) -> float:
    """The most memory that a command and its children hold together, in MB (Linux: PSS).

    A run of its own: looking costs time.
    """
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(map(_memory, _family(process.pid))))
        time.sleep(_SAMPLING_SECONDS)
    return peak


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has just ended, or this is not Linux
        return
    for child in children:
        yield from _family(int(child))


def _memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def stages(runs: list[Run]) -> dict[str, float]:
    """The median seconds of each stage, as `--timings` printed them."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for one in runs:
        for line in one.stderr.splitlines():
            name, _, rest = line.partition(" ")
            number, _, unit = rest.strip().partition(" ")
            if unit == "s":
                seconds[name].append(float(number))
    return {name: median(values) for name, values in seconds.items()}


def main() -> int:
    """Measure and say where the time goes; 1 when the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    options = parser.parse_args()
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = print_page(folder, options.lang)
        bare = [sys.executable, "-c", BARE, str(page), str(folder / "bare.pdf")]
        build = [sys.executable, "-m", "reportgen", "build", "--lang", options.lang]
        build += ["--out", str(folder / "out"), "--timings"]
        for command in (bare, build):  # once unmeasured: files and byte code into the cache
            run(command)
        pairs = [(run(bare), run(build)) for _ in range(options.pairs)]
        memory = peak_memory(bare), peak_memory(build)
    bares, builds = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ratio = median(built.wall / plain.wall for plain, built in pairs)
    say(f"{'':18}{'wall, s':>10}{'processor, s':>14}{'memory, MB':>12}\n")
    for title, runs, peak in (
        ("WeasyPrint alone", bares, memory[0]),
        ("reportgen build", builds, memory[1]),
    ):
        wall, cpu = (median(values) for values in ((r.wall for r in runs), (r.cpu for r in runs)))
        say(f"{title:18}{wall:10.2f}{cpu:14.2f}{peak:12.0f}\n")
    say(f"\nratio {ratio:.2f} (median of {len(pairs)} pairs; the aim is {AIM})\n\n")
    for stage, seconds in stages(builds).items():
        say(f"  {stage:10}{seconds:8.3f} s\n")
    return int(ratio > AIM)


if __name__ == "__main__":
    sys.exit(main())
