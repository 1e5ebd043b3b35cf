"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.analyst_book import make_analyst_book, run

LONGEST = tuple(
    f"test_{name}"
    for name in (
        "build", "leaks", "verify", "preview", "charts", "fetch_vectors", "composing", "scale",
        "cards", "reproducible", "commands", "guarded_render", "mail", "manifest", "carry", "diff",
        "pdf", "new", "orphans", "guarded_mail", "preview_places", "accessible", "alone",
        "preview_state", "editions_agree", "logo", "newcomer", "axe", "browser", "theme",
        "mail_look", "datapack", "annotated_copies", "gates", "preview_attacks", "writer", "docs",
        "worker", "door", "wheel", "hostile", "accounting", "faults", "since", "crash", "fuzz",
        "carry_formulas", "guides", "layers",
    )
)  # fmt: skip
"""The files of more than three seconds, by processor time and waiting; the others follow."""


def pytest_configure() -> None:
    """Keep compiled modules, for the hundreds of processes that the tests start.

    Images for CI often forbid it; every process would then compile the whole program again.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """Spare the search for cycles among all that was loaded and collected: it stays anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: some tests wait for a browser or for a limit to pass."""
    chosen = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS")
    return int(chosen) if chosen else 1 + (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, so that no worker is left alone with one at the end."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def sample(project: Path) -> Path:
    """The sample workbook."""
    return project / "workbooks" / "compute-leasing.xlsx"


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of a run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def sample_note(sample: Path, project: Path, shared: Path) -> Path:
    """The folder of the sample note, all languages and formats, compared with February's.

    Built once for all workers of a run, as an analyst would build it; nobody may write there.
    """
    return _built_once(shared / "sample-note", sample, project) / "client"


@pytest.fixture(scope="session")
def internal_note(sample: Path, project: Path, shared: Path) -> Path:
    """The folder of the sample's internal edition, both languages as HTML, built as above."""
    options = ("--edition", "internal", "--format", "html")
    return _built_once(shared / "internal-note", sample, project, *options) / "internal"


def _built_once(out: Path, sample: Path, project: Path, *options: str) -> Path:
    """The issue's folder in `out`, once some worker has built it."""
    done = out.with_suffix(".done")
    try:
        out.mkdir()
    except FileExistsError:
        for _ in range(6000):  # another worker is at it
            if done.exists():
                break
            time.sleep(0.1)
    else:
        since = project / "workbooks" / "compute-leasing-2026-02.xlsx"
        command: list[str | Path] = [sys.executable, "-m", "reportgen", "build", sample]
        built = subprocess.run(
            [*command, "--out", out, "--since", since, *options],
            cwd=out.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        told = out.with_suffix(".told")
        told.write_text("" if built.returncode == 0 else built.stderr, encoding="utf-8")
        told.rename(done)  # nobody finds it half written
    assert done.read_text(encoding="utf-8") == ""
    (issue,) = out.iterdir()
    return issue


@pytest.fixture(scope="session")
def hers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An analyst's own workbook, with all that Excel lets her put into it, and with errors."""
    return make_analyst_book(tmp_path_factory.mktemp("hers") / "hers.xlsx")


@pytest.fixture(scope="session")
def copied(hers: Path) -> Path:
    """Her workbook's copy, made by the command; what the command said stands beside it."""
    target = hers.parent / "copy" / "hers.xlsx"
    target.parent.mkdir()
    before = hers.read_bytes()
    done = run("check", hers, "--annotate", target)
    assert done.exit_code == 1  # as without --annotate: the workbook has errors
    assert str(target) in done.stderr
    assert "not-a-number" in done.stdout
    assert hers.read_bytes() == before
    return target
