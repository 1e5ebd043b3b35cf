"""From a saved workbook to the changed number on the screen: `make bench-preview`.

A copy of the sample workbook is saved again and again, as Excel does (a new file put in
the old one's place), each time with another rent. In Chromium the page says when the new
number stands in a frame that is about to be painted. Printed: the median, the 95th
percentile and the longest of all saves, and where the time goes. The aim is half a second.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import openpyxl

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "workbooks" / "compute-leasing.xlsx"
CHROMIUM = "/usr/bin/chromium"
AIM = 0.5
_SHEET, _CELL = "价格", "J8"
_FIGURE = "rent.h100.1y"
_PATIENCE_MS = 15_000
_WAIT = """
([id, text]) => new Promise((done, failed) => {
  const look = () => {
    const note = document.getElementById("web").contentDocument;
    const all = note ? [...note.querySelectorAll(`[data-figure="${id}"]`)] : [];
    const there = all.some((one) => one.textContent.startsWith(text));
    const mark = (name) => {
      const [first] = performance.getEntriesByName(name);
      if (!first) failed(new Error(`${text} is shown, and the page has no mark "${name}"`));
      return performance.timeOrigin + (first?.startTime ?? 0);
    };
    const finish = () => {
      done([performance.timeOrigin + performance.now(), mark("told"), mark("renewed")]);
    };
    if (there) requestAnimationFrame(finish);
    else requestAnimationFrame(look);
  };
  look();
})
"""
_FORGET = "performance.clearMarks()"


def variants(count: int) -> list[tuple[str, bytes]]:
    """Workbooks that differ in one rent, with what the note then prints."""
    workbook = openpyxl.load_workbook(SAMPLE)
    found = []
    for number in range(count):
        low = round(6.1 + number * 0.1, 1)
        workbook[_SHEET][_CELL] = low
        data = io.BytesIO()
        workbook.save(data)
        found.append((f"{low:g}–6.8", data.getvalue()))
    return found


@contextmanager
def running(book: Path) -> Iterator[str]:
    """A preview of that workbook; its address."""
    command = [sys.executable, "-m", "reportgen", "preview", str(book), "--no-browser"]
    process = subprocess.Popen(
        [*command, "--port", "0"], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def save(book: Path, data: bytes) -> float:
    """Put a new file in the old one's place; when that was done."""
    beside = book.with_name("saving.tmp")
    beside.write_bytes(data)
    os.replace(beside, book)
    return time.time()


def measure(saves: int, pause: float) -> tuple[list[float], dict[str, list[float]]]:
    """The seconds of each save, and those of each stage."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is run

    took: list[float] = []
    stages: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        book = Path(folder) / "compute-leasing.xlsx"
        save(book, SAMPLE.read_bytes())
        versions = variants(min(saves, 7))
        with running(book) as address:
            browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(_PATIENCE_MS)
            page.goto(address)
            page.frame_locator("#web").locator("html.cards").wait_for()
            time.sleep(2)
            for number in range(saves):
                text, data = versions[number % len(versions)]
                page.evaluate(_FORGET)
                began = save(book, data)
                shown, told, renewed = (one / 1000 for one in page.evaluate(_WAIT, [_FIGURE, text]))
                took.append(shown - began)
                stages["until the browser is told"].append(told - began)
                stages["until the parts are in place"].append(renewed - began)
                time.sleep(pause)
                for name, seconds in page.evaluate(
                    "JSON.parse(document.body.dataset.seconds)"
                ).items():
                    stages[name].append(seconds)
            browser.close()
    return took, stages


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


def main() -> int:
    """Measure and say where the time goes; 1 when the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=50)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two saves")
    options = parser.parse_args()
    took, stages = measure(options.saves, options.pause)
    late = percentile(took, 0.95)
    say: Any = sys.stdout.write
    say(f"{len(took)} saves, seconds from the save to the screen (aim: p95 at most {AIM}):\n")
    say(f"  p50 {median(took):.3f}   p95 {late:.3f}   longest {max(took):.3f}\n\n")
    for name, seconds in stages.items():
        say(f"  {name:30}{median(seconds):8.3f} s\n")
    return int(late > AIM)


if __name__ == "__main__":
    sys.exit(main())
