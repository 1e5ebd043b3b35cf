"""The same workbook, options and versions give the same bytes, wherever and whenever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.deliver.manifest import MANIFEST_NAME
from tests.made import small_workbook

CLOCK = """
import time
SHIFT = 400 * 24 * 3600
seconds, nanoseconds, local, universal = time.time, time.time_ns, time.localtime, time.gmtime
time.time = lambda: seconds() + SHIFT
time.time_ns = lambda: nanoseconds() + SHIFT * 10**9
time.localtime = lambda at=None: local(time.time() if at is None else at)
time.gmtime = lambda at=None: universal(time.time() if at is None else at)
"""
"""What a Python of another year runs first: sitecustomize, for its renderers too.

datetime reads the clock in C and stays; every two runs here are seconds apart anyway.
"""


def build(
    workbook: Path, folder: Path, variables: Mapping[str, str], *options: str
) -> dict[str, bytes]:
    """The files that another process writes, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "out"
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", "build", str(workbook), "--out", str(out), *options],
        cwd=folder,
        env=os.environ | dict(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("first")
    workbook = small_workbook(folder)
    files = build(workbook, folder, {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"})
    assert len(files) == 6
    return workbook, files


def test_another_process_folder_zone_seed_and_locale(
    first: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    workbook, files = first
    other = tmp_path / "an other 文件夹"
    other.mkdir()
    copy = Path(shutil.copy(workbook, other / "renamed.xlsx"))
    variables = {
        "TZ": "America/New_York",
        "PYTHONHASHSEED": "77",
        "LC_ALL": "C",
        "LANG": "C",
        "HOME": str(other),
        "XDG_CACHE_HOME": str(other),
        "SOURCE_DATE_EPOCH": "1",
    }
    assert differing(files, build(copy, other, variables)) == []


def test_another_year(first: tuple[Path, dict[str, bytes]], tmp_path: Path, project: Path) -> None:
    workbook, files = first
    (tmp_path / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(project)])
    shown = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(shown.stdout) > workbook.stat().st_mtime + 300 * 24 * 3600
    assert differing(files, build(workbook, tmp_path / "later", {"PYTHONPATH": path})) == []


def test_only_the_approval_knows_the_time(
    first: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    workbook, files = first
    signed = build(workbook, tmp_path, {}, "--approve", "Chen Wei")
    assert differing(files, signed) == [MANIFEST_NAME]


def test_the_sample_with_its_previous_issue(
    sample_note: Path, sample: Path, project: Path, tmp_path: Path
) -> None:
    since = str(project / "workbooks" / "compute-leasing-2026-02.xlsx")
    first = {path.name: path.read_bytes() for path in sample_note.iterdir()}
    assert len(first) == 6
    assert (
        differing(first, build(sample, tmp_path, {"PYTHONHASHSEED": "2"}, "--since", since)) == []
    )
