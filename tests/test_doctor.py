"""`reportgen doctor`, on machines that lack something and on this one."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reportgen.cli import app
from reportgen.commands.doctor import told
from reportgen.commands.examining import examined
from reportgen.commands.findings import Facts, Package, State, Trial, findings, satisfies
from reportgen.issues import Severity
from reportgen.language import LANGS, Text
from reportgen.render.machine import System, machine_problems
from reportgen.terminal import wide
from tests.test_machine import Machine

GOOD = Facts(
    python="3.11.7",
    python_allowed=">=3.11",
    packages=(Package("weasyprint", ">=70,<71", "70.0"), Package("lxml", ">=6", "6.0.2")),
    libraries={"pango": "1.50.12", "harfbuzz-subset": "present"},
    problems=(),
    fonts=("Noto Sans CJK SC",),
    folder="output",
    disk=50_000_000_000,
    memory=8_000_000_000,
    workbook="workbooks/book.xlsx",
    trial=Trial(1.2, ("Noto-Sans-CJK-SC",)),
)


def wrong(facts: Facts) -> list[tuple[str, State]]:
    return [(one.code, one.state) for one in findings(facts) if one.state is not State.GOOD]


def test_a_good_machine_has_nothing_wrong() -> None:
    assert wrong(GOOD) == []
    codes = [one.code for one in findings(GOOD)]
    assert len(codes) == len(set(codes)) == 12


@pytest.mark.parametrize(
    ("facts", "code", "state", "says"),
    [
        (replace(GOOD, python="3.10.4"), "python", State.LACKING, "3.10.4"),
        (replace(GOOD, packages=(Package("weasyprint", ">=70,<71", "69.1"),)),
         "packages", State.LACKING, "weasyprint 69.1 (>=70,<71 is needed)"),
        (replace(GOOD, packages=(Package("lxml", ">=6", ""),)),
         "packages", State.LACKING, "lxml is missing"),
        (replace(GOOD, packages=None), "packages", State.DOUBTFUL, "not installed as a package"),
        (replace(GOOD, templates=Text.same("no template named web.html.j2")),
         "templates", State.LACKING, "web.html.j2"),
        (replace(GOOD, settings=Text("坏", "reportgen.toml cannot be read")),
         "settings", State.LACKING, "cannot be read"),
        (replace(GOOD, workbook_problem=Text("无", "No workbook was named")),
         "workbook", State.DOUBTFUL, "No workbook"),
        (replace(GOOD, unwritable=Text("坏", "output cannot be written (read-only)")),
         "output", State.LACKING, "read-only"),
        (replace(GOOD, disk=40_000_000), "disk", State.LACKING, "0.0 GB"),
        (replace(GOOD, disk=400_000_000), "disk", State.DOUBTFUL, "0.4 GB"),
        (replace(GOOD, memory=300_000_000), "memory", State.DOUBTFUL, "0.3 GB"),
        (replace(GOOD, trial=Trial(2.0, problem=Text("坏", "No font has these letters: 算."))),
         "trial", State.LACKING, "No font has these letters: 算"),
        (replace(GOOD, trial=Trial(2.0, whole=False)), "trial", State.LACKING, "read back"),
        (replace(GOOD, trial=Trial(25.0)), "trial", State.DOUBTFUL, "25.0 s"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_and_nothing_else(
    facts: Facts, code: str, state: State, says: str
) -> None:
    assert wrong(facts) == [(code, state)]
    (finding,) = [one for one in findings(facts) if one.code == code]
    assert says in finding.found.en
    issue = finding.issue()
    assert issue is not None
    assert issue.severity is (Severity.ERROR if state is State.LACKING else Severity.WARNING)


@pytest.mark.parametrize(
    ("system", "pango", "font", "subset"),
    [
        ("linux", "apt install libpango", "apt install fonts-noto-cjk", "libharfbuzz-subset0"),
        ("fedora", "dnf install pango", "dnf install google-noto-sans-cjk-fonts", "dnf install"),
        ("arch", "pacman -S pango", "pacman -S noto-fonts-cjk", "pacman -S harfbuzz"),
        ("macos", "brew install pango", "brew install --cask", "brew install harfbuzz"),
        ("windows", "MSYS2", "Optional features", "pacman -S"),
    ],
)
def test_each_system_has_its_cures(system: System, pango: str, font: str, subset: str) -> None:
    bare = replace(GOOD, problems=machine_problems(system, Machine(pango=False)), trial=None)
    (lacking,) = [one for one in findings(bare) if one.state is State.LACKING]
    assert (lacking.code, pango in lacking.cure.en) == ("pango-missing", True)
    problems = machine_problems(system, Machine(subset=False, font=False))
    found = {one.code: one for one in findings(replace(GOOD, problems=problems, trial=None))}
    assert found["cjk-font-missing"].state is State.LACKING
    assert font in found["cjk-font-missing"].cure.en
    assert found["harfbuzz-subset-missing"].state is State.DOUBTFUL
    assert subset in found["harfbuzz-subset-missing"].cure.en


@pytest.mark.parametrize(
    ("version", "allowed", "holds"),
    [
        ("70.0", ">=70,<71", True), ("71.0", ">=70,<71", False), ("69.9", "<71,>=70", False),
        ("3.11", ">=3.11.0", True), ("0.10.1", ">=0.9,<0.11", True), ("0.9", ">=0.10", False),
        ("1.2.3", "~=1.2", True), ("2.0", "~=1.2", False), ("1.2.4", "==1.2.4", True),
        ("1.2", "!=1.2.0", False), ("", ">=1", False), ("70.0rc1", ">=70", True), ("5", "", True),
        ("2", ">1.9", True), ("2", "<=1.9", False),
    ],
)  # fmt: skip
def test_versions_are_compared_as_numbers(version: str, allowed: str, holds: bool) -> None:
    assert satisfies(version, allowed) is holds


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_the_report_keeps_to_its_columns(lang: str, width: int) -> None:
    problems = machine_problems("linux", Machine(subset=False, font=False))
    found = findings(replace(GOOD, problems=problems))
    lines = told(found, "zh" if lang == "zh" else "en", width)
    assert len(lines) > len(found)
    if lang == "zh":  # an English command such as one to install may be longer than its column
        assert max(map(wide, lines)) <= width + 2  # a full stop may hang over
    second = {line[:3] for line in lines if not line.startswith("      ")}
    assert all(start.startswith("  ") for start in second)


def test_this_machine_can_make_notes(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample.parents[1])
    done = CliRunner().invoke(app, ["doctor", "--json", "--lang", "zh"])
    document = json.loads(done.stdout)
    assert (done.exit_code, document["exit_code"]) == (0, 0), document
    assert document["issues"]["error"] == []
    found = {one["code"]: one for one in document["findings"]}
    assert found["trial"]["state"] == "good"
    assert "CJK" in found["cjk-font"]["found"]
    assert found["workbook"]["found"] == "workbooks/compute-leasing.xlsx"


def test_a_folder_of_its_own_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reportgen.toml").write_text("workbook = 'gone.xlsx'\nout = 'notes/new'\n")
    facts = examined(tmp_path, trial=False)
    assert facts.workbook_problem is not None
    assert "gone.xlsx" in facts.workbook_problem.en
    assert facts.folder == str(tmp_path / "notes" / "new")
    assert facts.unwritable is None
    assert not (tmp_path / "notes").exists()  # only looked at
    (tmp_path / "reportgen.toml").write_text("workbok = 'a.xlsx'")
    facts = examined(tmp_path, trial=False)
    assert facts.settings is not None
    assert "workbok" in facts.settings.en
    (tmp_path / "reportgen.toml").write_text("theme = 'nowhere'")
    facts = examined(tmp_path, trial=False)
    assert facts.templates is not None

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    facts = examined(tmp_path, trial=False)
    assert facts.unwritable is not None
    assert "Permission denied" in facts.unwritable.en


def test_a_missing_package_is_told_and_stops_nothing(tmp_path: Path) -> None:
    """The doctor is for machines on which little works."""
    script = (
        "import sys\n"
        "for name in ('pandas', 'jinja2', 'pikepdf', 'openpyxl', 'weasyprint', 'lxml'):\n"
        "    sys.modules[name] = None\n"
        "sys.argv = ['reportgen', 'doctor', '--no-try', '--lang', 'en']\n"
        "from reportgen.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "Packages" in done.stdout
    assert "No workbook was named" in done.stdout
