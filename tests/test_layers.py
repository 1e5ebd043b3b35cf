"""The house: who may import whom, which room a heavy library has, what start-up loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "reportgen"
MODULES = sorted(PACKAGE.rglob("*.py"))

STAGES = ("workbook", "checks", "editions", "analysis", "note", "charts", "render", "deliver")
EDGE = (
    "settings",
    "checking",
    "comparing",
    "mail_order",
    "mail_readers",
    "mailing",
    "pipeline",
    "verification",
    "preview",
    "commands",
    "cli",
    "reference",
    "__main__",
)
ROOMS = {
    "python_calamine": (),  # reads beside us in tests
    "openpyxl": ("workbook",),
    "pandas": ("workbook", "checks", "editions", "analysis"),
    "lets_plot": ("charts",),
    "pyxirr": ("analysis",),
    "jinja2": ("render",),
    "weasyprint": ("render",),
    "pikepdf": ("editions", "render", "deliver"),
    "pydyf": ("render",),
    "pypdfium2": ("editions", "render", "deliver", "preview"),
    "opencc": ("editions",),
    "typer": ("cli", "commands", "reference"),
    "rich": ("commands",),
    "starlette": ("preview",),
    "uvicorn": ("preview",),
    "watchfiles": ("preview",),
    "PIL": ("render",),
    "email": ("deliver",),
}
OUTSIDE = {"now", "today", "utcnow", "environ", "getenv", "getlocale", "getdefaultlocale"}
"""What reads the clock, the environment or the locale: for these alone."""
OUTER = ("cli.py", "commands/surroundings.py")


def room(path: Path) -> str:
    """The stage a module belongs to, or the module itself at the top level."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def rank(name: str) -> int:
    """How far right a room stands; the vocabulary is at the very left."""
    if name in STAGES:
        return 1 + STAGES.index(name)
    return 1 + len(STAGES) if name in EDGE else 0


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that a module consists of."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a module imports, wherever in it, with the line."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield node.module or "", node.lineno


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_stage_imports_only_what_stands_left_of_it(path: Path) -> None:
    own = room(path)
    for module, line in imports(path):
        parts = module.split(".")
        if parts[0] != "reportgen" or len(parts) == 1:
            continue
        other = parts[1]
        allowed = other == own or rank(other) < rank(own) or (own in EDGE and other in EDGE)
        allowed = allowed or (rank(own) == 0 and rank(other) == 0)
        assert allowed, f"{name(path)}:{line}: {own} may not import {module}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    for module, line in imports(path):
        rooms = ROOMS.get(module.split(".")[0])
        assert rooms is None or room(path) in rooms, f"{name(path)}:{line} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_the_command_line_reads_clock_and_environment(path: Path) -> None:
    if path.relative_to(PACKAGE).as_posix() in OUTER:
        return
    for node in nodes(path):
        if isinstance(node, ast.Attribute):
            assert node.attr not in OUTSIDE, f"{name(path)}:{node.lineno} reads {node.attr}"


def test_every_folder_of_the_package_is_a_stage() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert folders == {*STAGES, "commands", "reference"} | ({"preview"} & folders)


def loaded_by(code: str) -> set[str]:
    """The heavy libraries that a fresh Python has loaded after running `code`."""
    script = f"import sys\n{code}\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    heavy = (set(ROOMS) | {"numpy", "lxml"}) - {"typer", "rich", "email"}
    return {module.split(".")[0] for module in done.stderr.split()} & heavy


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import reportgen") == set()


def test_asking_for_help_loads_nothing_heavy() -> None:
    code = (
        "sys.argv = ['reportgen', '--help']\n"
        "from reportgen.cli import main\n"
        "try:\n    main()\nexcept SystemExit as done:\n    assert not done.code"
    )
    assert loaded_by(code) == set()
