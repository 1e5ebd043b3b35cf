"""The worked examples in docs/ really work: every step is done to a copy of the project."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reportgen.language import LANGS, Lang
from reportgen.render.theme import read_theme
from tests.monday import fill_august, fill_july
from tests.terminals import command, environment

PAGE = "docs/add-a-section.md"
GUIDES: dict[Lang, str] = {"en": "guide.md", "zh": "guide.zh.md"}

SEEN = """
import sys
from pathlib import Path
from reportgen.checking import Stages, check
from reportgen.issues import has_errors
from reportgen.note.build import build_note
from reportgen.workbook.sample import read_seeds
from reportgen.workbook.writer import write_workbook

rows = read_seeds(Path("seeds/compute-leasing"))
for line in sys.stdin.read().splitlines():
    keys = ("section", "order", "language", "text", "publish")
    rows["Views"].append(dict(zip(keys, line.split("\\t"), strict=True)))
write_workbook(Path("with-views.xlsx"), rows, "zh")
found = check(Path("with-views.xlsx"), Stages(lambda: 0.0, lambda _: None))
assert not has_errors(found.issues), [str(one) for one in found.issues if one.severity == "error"]
for lang in ("zh", "en"):
    note = build_note(found.printed, found.analysis, lang, "client")
    (section,) = [one for one in note.sections if one.id == "terms"]
    print(section.title)
    for exhibit in section.blocks[1:]:
        print("".join(run.text for run in exhibit.title))
"""


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / PAGE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def extended(page: str, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project to which every step of the page was done."""
    copy = tmp_path_factory.mktemp("extended")
    leave = shutil.ignore_patterns("__pycache__", "__snapshots__", "benchmarks")
    for name in ("reportgen", "templates", "tests", "seeds"):
        shutil.copytree(project / name, copy / name, ignore=leave)
    shutil.copy(project / "pyproject.toml", copy)
    for path, text in re.findall(r"```python\n# (\S+)\n(.*?)```", page, re.DOTALL):
        assert not (copy / path).exists(), f"{path} is there already"
        (copy / path).write_text(text, encoding="utf-8")
    for path, text in re.findall(r"```diff\n# (\S+)\n(.*?)```", page, re.DOTALL):
        patch(copy / path, text)
    return copy


def patch(path: Path, diff: str) -> None:
    """Do what a diff says, wherever the lines stand: each place must be there exactly once."""
    source = path.read_text(encoding="utf-8")
    for hunk in re.split(r"^@@.*\n", diff, flags=re.MULTILINE)[1:]:
        lines = hunk.rstrip("\n").splitlines()
        old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        assert source.count(old) == 1, f"{path.name} has {source.count(old)} places for:\n{hunk}"
        source = source.replace(old, new)
    path.write_text(source, encoding="utf-8")


def run(copy: Path, *arguments: str, given: str = "") -> str:
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, input=given,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_section_can_be_added_as_the_page_says(extended: Path) -> None:
    said = run(extended, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/test_terms.py")  # fmt: skip # noqa: E501
    assert "3 passed" in said


@pytest.mark.slow
def test_its_prose_can_be_written_as_the_page_says(extended: Path, page: str) -> None:
    cells = re.findall(r"^\| (\S+) \| (1) \| (zh|en) \| (.+?) \| (yes) \|$", page, re.MULTILINE)
    assert len(cells) == 6
    said = run(extended, "-c", SEEN, given="\n".join("\t".join(row) for row in cells))
    assert said.splitlines() == [
        "租期与折价",
        "H100 租得越久省得越多",
        "Terms and discounts",
        "The longer the H100 lease, the more it saves",
    ]


def test_names_in_the_page_exist(extended: Path, page: str) -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in (extended / "reportgen").rglob("*.py")
    )
    prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    names = set(re.findall(r"`(\w*[a-z]_\w+|_\w+|[A-Z][A-Za-z]+)(?:\([^`]*\))?`", prose))
    assert names
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", source)] == []


def test_the_theme_that_the_page_shows_is_one(project: Path) -> None:
    text = (project / "docs" / "house-style.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```toml\n(# .*?\[leading\].*?)```", text, re.DOTALL)
    theme = read_theme(shown)
    assert theme.light["zh"].up == theme.light["en"].down
    assert theme != read_theme((project / "templates/themes/default.toml").read_text("utf-8"))


# ---- the Monday -----------------------------------------------------------------------------


def shown_commands(project: Path, name: str) -> list[list[str]]:
    """The command lines of a guide in order, without the one that waits for Ctrl-C."""
    text = (project / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]
    return [line for line in lines if line[0] != "preview"]


def test_both_guides_go_the_same_way(project: Path) -> None:
    english, chinese = (shown_commands(project, name) for name in GUIDES.values())
    assert [line[0] for line in english] == [line[0] for line in chinese]
    assert len(english) > 12
    pictures = [
        re.findall(
            r"images/guide/(\w[\w-]*)-\w\w\.png", (project / "docs" / name).read_text("utf-8")
        )
        for name in GUIDES.values()
    ]
    assert pictures[0] == pictures[1]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
def test_the_guide_leads_from_an_empty_folder_to_drafts(
    lang: Lang, project: Path, tmp_path: Path
) -> None:
    july, august = tmp_path / "july.xlsx", tmp_path / "august.xlsx"
    checked = 0
    for line in shown_commands(project, GUIDES[lang]):
        if line[:2] == ["check", "july.xlsx"]:  # as she first saved it, with two slips
            fill_july(july, lang, slips=True)
            checked += 1
        elif line[0] in ("figures", "build") and not august.exists():
            fill_july(july, lang)
        done = subprocess.run(
            command(line), cwd=tmp_path, env=environment({"PYTHONPATH": str(project)}),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        expected = 1 if line[:2] == ["check", "july.xlsx"] else 0
        assert done.returncode == expected, f"{line}\n{done.stdout}{done.stderr}"
        if line[0] == "new" and "--from" in line:
            fill_august(august, lang)
    assert checked == 2
    assert len(list(tmp_path.rglob("*.eml"))) == 4
