"""The wheel: complete, and at work in any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without an isolated environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(project)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked, as an installer would."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(installed: Path, folder: Path, *arguments: str) -> str:
    """Run Python in `folder` with the installed package before the checkout."""
    env = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True, text=True)
    return done.stdout


def test_every_template_is_inside(wheel: Path, project: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    templates = [path for path in (project / "templates").rglob("*") if path.is_file()]
    assert templates
    for path in templates:
        inside = f"reportgen/_templates/{path.relative_to(project / 'templates').as_posix()}"
        assert inside in names


def test_nothing_else_is_inside(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"reportgen"}


def test_it_uses_its_own_templates(installed: Path, tmp_path: Path) -> None:
    code = "from reportgen.render.resources import template_folder; print(template_folder())"
    folder = Path(python(installed, tmp_path, "-c", code).strip())
    assert folder == installed / "reportgen" / "_templates"


def test_it_builds_a_note_in_another_folder(installed: Path, tmp_path: Path, sample: Path) -> None:
    options = ["--lang", "en", "--format", "html", "--out", "out"]
    python(installed, tmp_path, "-m", "reportgen", "build", str(sample), *options)
    (page,) = (tmp_path / "out").rglob("*.html")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
