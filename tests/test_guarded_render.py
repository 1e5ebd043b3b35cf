"""Templates and pages that do not end, or ask for everything: stopped, and told where."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from reportgen import exits, pipeline
from reportgen.checking import Stages
from reportgen.pipeline import Request
from reportgen.render.limits import Limits
from reportgen.render.theme import load_theme
from reportgen.render.worker import PdfWorker, WorkerError
from tests.made import copied_program, small_workbook
from tests.sample_note import sample_charts, sample_note

LIMIT = 1.0
SETTING = 3.0  # of a page on paper; a small one takes 0.05, and more on a busy machine
MARGIN = 6.0  # how much later than the limit the message may come
BLOCK = "blocks/cover.html.j2"

Edit = Callable[[str], int]


@pytest.fixture(scope="module")
def house(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program and its templates, to be spoilt."""
    return copied_program(project, tmp_path_factory.mktemp("house"))


@pytest.fixture
def edit(house: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edit]:
    """Put a line into the front page's template; gives its number. Undone afterwards."""
    path = house / "templates" / BLOCK
    own = path.read_text(encoding="utf-8")
    lines = own.split("\n")
    at = next(number for number, line in enumerate(lines, 1) if "macro front" in line)
    monkeypatch.setenv("PYTHONPATH", str(house))

    def edited(line: str) -> int:
        path.write_text("\n".join([*lines[:at], line, *lines[at:]]), encoding="utf-8")
        return at + 1

    yield edited
    path.write_text(own, encoding="utf-8")


@pytest.fixture(scope="module")
def patient(house: Path) -> Iterator[PdfWorker]:
    """A process with much time and little memory."""
    worker = PdfWorker(Limits(page_seconds=30, memory=1 << 30), engine=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(house))
        worker.start()
    yield worker
    worker.close()


def refused(worker: PdfWorker) -> tuple[str, float]:
    """What is said of the sample note's pages, and after how many seconds."""
    worker.typeset(sample_note("en"), {}, load_theme(), ())
    worker.pages()  # it has loaded
    began = time.monotonic()
    worker.typeset(sample_note("en"), sample_charts(), load_theme(), ("print",))
    with pytest.raises(WorkerError) as caught:
        worker.pages()
    seconds = time.monotonic() - began
    assert "模板" in caught.value.text.zh or "内存" in caught.value.text.zh
    return caught.value.text.en, seconds


NESTED = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
DOUBLING = (
    '{% set it = namespace(s="x" * 1000) %}'
    "{% for i in range(60) %}{% set it.s = it.s ~ it.s %}{% endfor %}"
)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (NESTED, "more than 1 seconds"),
        ("{{ 9 ** (9 ** 9) }}", "more than 1 seconds"),  # lets no thread run meanwhile
    ],
)
def test_an_endless_template_is_stopped_and_told_by_file_and_line(
    edit: Edit, line: str, says: str
) -> None:
    number = edit(line)
    with PdfWorker(Limits(page_seconds=LIMIT), engine=False) as worker:
        said, seconds = refused(worker)
    assert f"templates/{BLOCK}, line {number}" in said
    assert says in said
    assert seconds < LIMIT + MARGIN


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{{ "%9999999999s" % 1 }}', "GiB of memory"),
        ('{{ "x" | center(10 ** 10) }}', "GiB of memory"),
        (DOUBLING, "GiB of memory"),
        ("{{ nothing.at.all }}", "'nothing' is undefined"),
        ("{{ note.__class__ }}", "is unsafe"),
        ('{{ "{0.__class__}".format(note) }}', "is unsafe"),
        ("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}", "recursion"),
        ("{{ range(10 ** 9) }}", "Range too big"),
        ("{% for %}", "Expected an expression"),
        ('{% include "../../etc/passwd" %}', "not a template name"),
        ('{% include "blocks/outside.html.j2" %}', "leads out of the folder"),
    ],
)
def test_a_wrong_template_is_told_by_file_and_line(
    edit: Edit, house: Path, patient: PdfWorker, line: str, says: str
) -> None:
    link = house / "templates" / "blocks" / "outside.html.j2"
    if not os.path.lexists(link):
        link.symlink_to("/etc/hostname")
    number = edit(line)
    said, _ = refused(patient)
    assert f"templates/{BLOCK}, line {number}" in said
    assert says in said


def test_a_page_of_a_hundred_megabytes_is_refused(edit: Edit) -> None:
    edit('{{ "%99999999s" % 1 }}')
    with PdfWorker(Limits(page_seconds=30), engine=False) as roomy:
        said, _ = refused(roomy)
    assert "templates/print.html.j2, line" in said
    assert "> 50 MB" in said


def test_a_build_with_a_wrong_template_ends_in_one_sentence(edit: Edit, tmp_path: Path) -> None:
    number = edit("{{ nothing }}")
    request = Request(
        small_workbook(tmp_path), tmp_path / "out", ("en",), formats=frozenset({"html"})
    )
    outcome = pipeline.build(request, (), {}, Stages(lambda: 0.0, lambda _: None))
    assert outcome.code == exits.MACHINE_LACKS
    assert outcome.issues[-1].code == "page-failed"
    assert f"{BLOCK}, line {number}" in outcome.issues[-1].message.en
    assert not (tmp_path / "out").exists()


def test_a_build_with_an_unknown_theme_ends_in_one_sentence(tmp_path: Path) -> None:
    request = Request(
        small_workbook(tmp_path), tmp_path / "out", ("en",), formats=frozenset({"html"}),
        theme="../../etc/passwd",
    )  # fmt: skip
    outcome = pipeline.build(request, (), {}, Stages(lambda: 0.0, lambda _: None))
    assert outcome.code == exits.USAGE
    assert outcome.issues[-1].code == "theme-unusable"


# ---- the printing engine --------------------------------------------------------------------


def page(body: str, css: str = "") -> str:
    return (
        f'<html lang="en"><title>x</title><style>{css}</style>'
        f'<body><section id="rents">{body}</section></body></html>'
    )


ROW = f"<tr>{'<td>6.7</td>' * 10}</tr>"


@pytest.fixture(scope="module")
def worker() -> Iterator[PdfWorker]:
    with PdfWorker(Limits(paper_seconds=SETTING)) as started:
        started.render(page("x"), {})
        yield started


@pytest.mark.parametrize(
    ("html", "says"),
    [
        (page('<p style="font-size:1e9px">x</p>'), "ZeroDivisionError|more than"),
        (page("<div>" * 2000 + "x" + "</div>" * 2000), "RecursionError|more than"),
        pytest.param(
            page(f"<table><tr><td colspan=100000>x</td></tr>{ROW}</table>"),
            "more than 3 seconds",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            page(f"<table>{ROW * 10000}</table>"), "more than 3 seconds", marks=pytest.mark.slow
        ),
        (page("<p>x</p>" * 8000, "section{columns:40000}"), "more than 3 seconds"),
    ],
    ids=["huge letters", "nested", "colspan", "rows", "columns"],
)
def test_an_endless_page_is_stopped_and_told(worker: PdfWorker, html: str, says: str) -> None:
    worker.render(page("x"), {})  # it has loaded, again if need be
    began = time.monotonic()
    with pytest.raises(WorkerError) as caught:
        worker.render(html, {})
    assert time.monotonic() - began < SETTING + MARGIN
    said = caught.value.text.en
    assert re.search(says, said)
    assert "print.html.j2" in said
    assert "css/print.css" in said
    assert "Traceback" not in said


def test_a_page_that_takes_all_memory_is_stopped() -> None:
    limits = Limits(memory=300 << 20)
    with PdfWorker(limits) as small, pytest.raises(WorkerError, match=r"memory|unexpectedly"):
        small.render(page(f"<table>{ROW * 10000}</table>"), {})


def test_a_worker_ends_with_its_caller(project: Path) -> None:
    """A caller that is killed leaves no process that renders on."""
    code = (
        "import time; from reportgen.render.worker import PdfWorker\n"
        "worker = PdfWorker(); worker.start(); print(worker._process.pid, flush=True)\n"
        "time.sleep(60)"
    )
    caller = subprocess.Popen(
        [sys.executable, "-c", code], cwd=project, stdout=subprocess.PIPE, text=True
    )
    assert caller.stdout is not None
    with caller, caller.stdout:
        renderer = psutil.Process(int(caller.stdout.readline()))
        caller.kill()
    gone, _ = psutil.wait_procs([renderer], timeout=60)
    assert gone
