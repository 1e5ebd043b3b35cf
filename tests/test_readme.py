"""README and Makefile say what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from reportgen.cli import app
from reportgen.workbook.schema import SHEETS


@pytest.fixture(scope="module")
def readme(project: Path) -> str:
    return (project / "README.md").read_text(encoding="utf-8")


def test_every_command_is_shown(readme: str) -> None:
    group = typer.main.get_command(app)
    commands = set(getattr(group, "commands", {}))
    shown = set(re.findall(r"reportgen (\w+)", readme))
    assert commands
    assert commands <= shown
    assert {name for name in shown if name in {"new", "mail", "trace", "diff"}} <= commands


def test_every_make_target_that_is_named_exists(readme: str, project: Path) -> None:
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"`make (\w+)`", readme)) | {"note", "test"}
    assert named <= targets
    assert readme.index("make note") < readme.index("make test") < 400


def test_every_sheet_is_listed_in_both_languages(readme: str) -> None:
    for spec in SHEETS:
        assert f"{spec.key} {spec.name.zh}" in readme


def test_every_folder_of_the_package_is_explained(readme: str, project: Path) -> None:
    for folder in (project / "reportgen").iterdir():
        if (folder / "__init__.py").is_file():
            assert f"{folder.name}/" in readme


def test_pictures_and_files_that_are_named_exist(readme: str, project: Path) -> None:
    named = re.findall(r"\]\(([^)]+)\)", readme)
    named += re.findall(r"`((?:reportgen|templates|tests|docs|workbooks)/[\w./-]+)`", readme)
    assert named
    for name in named:
        assert (project / name).exists(), name


def test_readme_stays_within_two_screens(readme: str) -> None:
    assert len(readme.splitlines()) <= 120
