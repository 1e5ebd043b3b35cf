"""The same workbook, options and versions give the same bytes, wherever and whenever."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from reportgen.deliver.manifest import MANIFEST_NAME, encoded

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


def test_another_year_process_folder_zone_seed_and_locale(
    sample_note: Path, sample: Path, project: Path, tmp_path: Path
) -> None:
    """All at once, from a renamed copy; nothing but the approval knows the difference.

    In Chinese, whose fonts and words ask for more; test_verify makes an English note again.
    """
    first = {path.name: path.read_bytes() for path in sample_note.iterdir()}
    assert len(first) == 6
    english = {name for name in first if "-en." in name}
    for name in english:
        del first[name]
    assert len(first) == 4
    other = tmp_path / "an other 文件夹"
    other.mkdir()
    (other / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    variables = {
        "PYTHONPATH": os.pathsep.join([str(other), str(project)]),
        "TZ": "America/New_York",
        "PYTHONHASHSEED": "77",
        "LC_ALL": "C",
        "LANG": "C",
        "HOME": str(other),
        "XDG_CACHE_HOME": str(other),
        "SOURCE_DATE_EPOCH": "1",
    }
    shown = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(shown.stdout) > time.time() + 300 * 24 * 3600
    copy = Path(shutil.copy(sample, other / "renamed.xlsx"))
    since = str(project / "workbooks" / "compute-leasing-2026-02.xlsx")
    files = build(copy, other, variables, "--since", since, "--lang", "zh", "--approve", "Chen Wei")
    assert differing(first, files) == [MANIFEST_NAME]
    told = json.loads(files[MANIFEST_NAME])
    (approval,) = told["approvals"]
    assert approval["by"] == "Chen Wei"
    both = json.loads(first[MANIFEST_NAME])
    for name in english:
        del both["files"][name]
    assert encoded(told | {"approvals": []}) == encoded(both)
