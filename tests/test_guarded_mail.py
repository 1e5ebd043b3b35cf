"""A mail's template that does not end, or asks for everything: stopped, and told where."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reportgen import exits, mailing
from reportgen.checking import Stages
from reportgen.mail_order import Order
from reportgen.note.front import page_one
from reportgen.render import resources
from reportgen.render.limits import Limits
from reportgen.render.mail import Frame
from reportgen.render.theme import load_theme
from reportgen.render.worker import PdfWorker, WorkerError
from tests.made import copied_program
from tests.sample_note import sample_note as note_of_samples

TEMPLATE = "templates/mail/note.html.j2"
LIMIT = 1.0
MARGIN = 6.0  # how much later than the limit the message may come
FRAME = Frame("Hello,", "note-en.pdf")
NESTED = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
DOUBLING = (
    '{% set it = namespace(s="x" * 1000) %}'
    "{% for i in range(60) %}{% set it.s = it.s ~ it.s %}{% endfor %}"
)
POURING = (
    "{% for a in range(99999) %}{% for b in range(99999) %}number {{ b }} {% endfor %}{% endfor %}"
)
RECURSION = "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}"

Edit = Callable[[str], int]


@pytest.fixture(scope="module")
def house(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program and its templates, to be spoilt."""
    return copied_program(project, tmp_path_factory.mktemp("house"))


@pytest.fixture
def edit(house: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edit]:
    """Put a line into the mail's template; gives its number. Undone afterwards."""
    lines = (project / TEMPLATE).read_text(encoding="utf-8").split("\n")
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("<body"))
    monkeypatch.setenv("PYTHONPATH", str(house))
    monkeypatch.setattr(resources, "template_folder", lambda: house / "templates")

    def edited(line: str) -> int:
        text = "\n".join([*lines[:at], line, *lines[at:]])
        (house / TEMPLATE).write_text(text, encoding="utf-8")
        return at + 1

    yield edited
    shutil.copy(project / TEMPLATE, house / TEMPLATE)


@pytest.fixture(scope="module")
def patient(house: Path) -> Iterator[PdfWorker]:
    """A process with much time and little memory."""
    worker = PdfWorker(Limits(page_seconds=30, memory=1 << 30), engine=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(house))
        worker.start()
    yield worker
    worker.close()


def mailed(worker: PdfWorker) -> str:
    return worker.mail_page(page_one(note_of_samples("en")), FRAME, {}, load_theme())


def refused(worker: PdfWorker) -> str:
    with pytest.raises(WorkerError) as caught:
        mailed(worker)
    assert TEMPLATE in caught.value.text.zh
    return caught.value.text.en


@pytest.mark.parametrize("line", [NESTED, "{{ 9 ** (9 ** 9) }}"])  # the second lets no thread run
def test_an_endless_template_is_stopped(edit: Edit, line: str) -> None:
    with PdfWorker(Limits(page_seconds=LIMIT), engine=False) as worker:
        assert "Hello," in mailed(worker)  # it has loaded
        number = edit(line)
        began = time.monotonic()
        said = refused(worker)
        assert time.monotonic() - began < LIMIT + MARGIN
        assert said.startswith("The templates ran for more than 1 seconds")
        assert f"{TEMPLATE}, line {number}." in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (DOUBLING, "GiB of memory"),
        ('{{ "%9999999999s" % 1 }}', "GiB of memory"),
        ('{{ "x" | center(10 ** 10) }}', "GiB of memory"),
        (POURING, "> 2 MB"),
        ('{{ "%9999999s" % 1 }}', "> 2 MB"),
        (RECURSION, "recursion"),
        ("{{ nothing.at.all }}", "'nothing' is undefined"),
        ("{{ front.__class__ }}", "is unsafe"),
        ("{{ range(10 ** 9) }}", "Range too big"),
        ("{% for %}", "Expected an expression"),
        ('{% include "../../etc/passwd" %}', "not a template name"),
    ],
)
def test_a_wrong_template_is_told_by_file_and_line(
    edit: Edit, patient: PdfWorker, line: str, says: str
) -> None:
    number = edit(line)
    said = refused(patient)
    assert f"{TEMPLATE}, line {number}" in said
    assert says in said


def test_the_process_makes_the_next_mail_after_a_wrong_one(edit: Edit, patient: PdfWorker) -> None:
    edit("{{ nothing }}")
    refused(patient)
    edit("")
    assert "Hello," in mailed(patient)


def test_a_template_that_is_gone_is_named(house: Path, edit: Edit, patient: PdfWorker) -> None:
    edit("")
    (house / TEMPLATE).unlink()
    assert "no template named mail/note.html.j2" in refused(patient)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (NESTED, "模板运行超过 1 秒"),
        (POURING.replace("number", "数" * 20_000), "> 2 MB"),
    ],
    ids=["endless", "pouring"],
)
def test_a_draft_from_such_a_template_leaves_nothing_behind(
    sample_note: Path, tmp_path: Path, edit: Edit, line: str, says: str
) -> None:
    folder = shutil.copytree(sample_note, tmp_path / "client")
    (note,) = folder.glob("*-zh.pdf")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    number = edit(line)
    order = Order(note, to=("a@fund.example", "b@fund.example"))
    with PdfWorker(Limits(page_seconds=LIMIT)) as worker:
        stages = Stages(lambda: 0.0, lambda _: None)
        done = mailing.draft(order, worker, datetime(2026, 6, 1, tzinfo=UTC), stages)
    assert (done.code, done.lang, done.files) == (exits.MACHINE_LACKS, "zh", ())
    assert [issue.code for issue in done.issues][-1] == "mail-not-laid-out"
    message = done.issues[-1].message.zh
    assert says in message
    assert f"{TEMPLATE} 第 {number} 行" in message
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
