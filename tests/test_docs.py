"""The docs say what is there: pages are current, commands parse, links and names resolve."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer

from reportgen import exits
from reportgen.checking import Stages, check
from reportgen.cli import app
from reportgen.reference.codes import UncollectableError, raised_codes
from reportgen.reference.command_page import EXITS, commands
from reportgen.reference.families import FAMILIES, family_of
from reportgen.reference.figure_page import sample_figures
from reportgen.reference.pages import PAGES
from reportgen.reference.settings_page import KEYS
from reportgen.settings import Settings
from reportgen.workbook.schema import NOTE_KEYS, SHEETS

PROJECT = Path(__file__).resolve().parents[1]
WRITTEN = (PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md")))
GENERATED = PROJECT / "docs" / "reference"
_STALE = "is out of date; run: make docs"


def page_name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


# ---- the reference --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: written(PROJECT) for name, written in PAGES.items()}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_reference_is_what_the_code_says(name: str, pages: dict[str, str]) -> None:
    path = GENERATED / name
    assert path.is_file(), f"{name} is missing; run: make docs"
    # Compared by hand: a diff of two thousand lines helps nobody.
    assert path.read_text(encoding="utf-8") == pages[name], f"{name} {_STALE}"


def test_nothing_else_stands_among_the_generated_pages() -> None:
    assert {path.name for path in GENERATED.glob("*.md")} == set(PAGES)


def test_every_code_that_is_raised_is_explained_and_no_other(pages: dict[str, str]) -> None:
    headings = re.findall(r"^### (.+)$", pages["issues.md"], re.MULTILINE)
    assert sorted(headings) == sorted(raised_codes(PROJECT / "reportgen"))


def test_every_code_has_a_severity_a_meaning_and_a_message(pages: dict[str, str]) -> None:
    chapters = re.split(r"^### ", pages["issues.md"], flags=re.MULTILINE)[1:]
    assert len(chapters) > 90
    for chapter in chapters:
        _, told, zh, _, en, *_ = [line for line in chapter.splitlines() if line]
        assert re.fullmatch(r"\*(error|warning|remark)( or \w+)*\.\* \S.*[.)]", told), told
        assert re.search(r"[\u4e00-\u9fff]", zh), zh
        assert re.search(r"[a-z]{3}", en), en


def code_of(source: str, tmp_path: Path) -> dict[str, tuple[str, ...]]:
    (tmp_path / "module.py").write_text(source, encoding="utf-8")
    return {name: one.severities for name, one in raised_codes(tmp_path).items()}


def test_codes_are_collected_through_functions_that_hand_them_on(tmp_path: Path) -> None:
    source = """
def outer(place):
    severity = Severity.ERROR if place.printed else Severity.WARNING
    return place.issue("column", "first-code", severity, says=1, cure=2)

class Place:
    def issue(self, column, code, severity, *, says, cure):
        return Issue(code, severity, says, cure)

def error(code, message):
    return Problem(code, Severity.ERROR, message)

def second():
    return error("second-code", "…")

def either(day):
    return error("third-code" if day else "fourth-code", "…")
"""
    assert code_of(source, tmp_path) == {
        "first-code": ("error", "warning"),
        "second-code": ("error",),
        "third-code": ("error",),
        "fourth-code": ("error",),
    }


def test_a_code_that_is_worked_out_cannot_be_documented(tmp_path: Path) -> None:
    with pytest.raises(UncollectableError, match=r"module\.py:1"):
        code_of("Issue(f'gate-{name}', Severity.ERROR, says, cure)", tmp_path)


def test_every_figure_of_the_sample_belongs_to_one_family_and_every_family_has_one() -> None:
    found = {name: family_of(name) for name in sample_figures(PROJECT / "workbooks")}
    assert [name for name, family in found.items() if family is None] == []
    assert set(FAMILIES) - set(found.values()) == set()


def test_every_sheet_column_and_option_is_in_the_page(pages: dict[str, str]) -> None:
    page = pages["sheets.md"]
    for spec in SHEETS:
        assert f"## {spec.key} {spec.name.zh}" in page
        chapter = page.split(f"## {spec.key} {spec.name.zh}")[1].split("\n## ")[0]
        for column in () if spec.key == "Note" else spec.columns:
            assert f"| `{column.key}` | {column.heading.zh} | {column.heading.en} |" in chapter
            assert all(f"`{choice.key}`" in chapter for choice in column.choices)
    assert all(f"| `{one.key}` | {one.label.zh} | {one.label.en} |" in page for one in NOTE_KEYS)


def test_every_setting_and_every_exit_code_is_explained() -> None:
    assert set(KEYS) == {field.name for field in fields(Settings)}
    assert set(EXITS) == {code for code in vars(exits).values() if isinstance(code, int)}


# ---- what the pages show --------------------------------------------------------------------


def command_lines(text: str) -> Iterator[str]:
    """Every line of a shell block that calls reportgen, and every inline one, as one would type.

    `…`, NOTE and the like stand for something; a line with `[` or `<` is a pattern.
    """
    blocks = re.findall(r"```(?:sh|bat|powershell|console)\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`(reportgen [^`]+)`", text)
    for line in lines:
        for part in re.split(r"&&|\|\||;|\|(?=\s*(?:cut|jq|less|sort|grep)\b)", line):
            typed = re.sub(r"^\$ ", "", part.split("  #")[0].split(" # ")[0].strip())
            found = re.match(r"(?:\S*[/\\])?reportgen(?:\.exe)?\s+(.+)", typed)
            if found and not re.search(r"[\[<…]|COMMAND", typed):
                yield found[1]


@pytest.mark.parametrize("path", WRITTEN, ids=page_name)
def test_every_command_line_that_is_shown_parses(path: Path) -> None:
    known = commands()
    for line in command_lines(path.read_text(encoding="utf-8")):
        name, *arguments = shlex.split(line.replace("\\", "/"))
        if name.startswith("--"):
            continue
        assert name in known, f"{path.name}: reportgen {line}"
        command: Any = known[name]
        if arguments and "--help" not in arguments:  # a name alone is a mention
            command.make_context(name, arguments)


def test_a_command_line_that_does_not_parse_is_found() -> None:
    text = (
        "```sh\nreportgen build X.xlsx --langs zh   # one\n$ reportgen check && reportgen fly\n```"
    )
    assert list(command_lines(text)) == ["build X.xlsx --langs zh", "check", "fly"]
    group: Any = typer.main.get_command(app)
    with pytest.raises(Exception, match="--langs"):
        group.commands["build"].make_context("build", ["X.xlsx", "--langs", "zh"])


def anchors(text: str) -> set[str]:
    """What the headings of a page are called in links."""
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", WRITTEN, ids=page_name)
def test_links_and_pictures_resolve(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plain = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    for target in re.findall(r"(?<!\\)\]\(([^)\s]+)\)", plain):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / unquote(name)).resolve() if name else path
        assert there.exists(), f"{path.name}: {target}"
        if anchor and there.suffix == ".md":
            assert unquote(anchor) in anchors(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", WRITTEN, ids=page_name)
def test_files_and_make_targets_that_are_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:reportgen|templates|tests|docs|workbooks|seeds)/[\w./-]+)`", text)
    missing = [name for name in named if not (PROJECT / name).exists() and "YOUR" not in name]
    assert missing == []
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([\w-]+)`", text)) <= targets


_MACHINE = re.compile(r"/(?:work|root|home|Users|tmp)/\w|[A-Z]:\\Users\\\w")
_REGISTRY = re.compile(r"pypi\.|pythonhosted|files\.python|index-url\s+http|anaconda\.(?:org|com)")


@pytest.mark.parametrize("path", WRITTEN, ids=page_name)
def test_no_page_names_a_machine_or_a_registry(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert _MACHINE.search(text) is None
    assert _REGISTRY.search(text) is None


_BYTES = "字节"
"""A redacted name that is also the Chinese word for bytes."""


def test_no_page_names_what_the_sample_redacts() -> None:
    found = check(
        PROJECT / "workbooks" / "compute-leasing.xlsx", Stages(lambda: 0.0, lambda _: None)
    )
    for path in WRITTEN:
        terms = found.redactor.terms_in(path.read_text(encoding="utf-8"))
        assert set(terms) <= {_BYTES}, path.name


def test_pictures_are_light() -> None:
    pictures = list((PROJECT / "docs").rglob("*.png"))
    assert pictures
    assert sum(path.stat().st_size for path in pictures) < 2_500_000
