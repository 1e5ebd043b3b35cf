"""The name of an issue's files: what check says before a build would fail by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from reportgen.checks.settings import unusable_slug
from reportgen.cli import app
from reportgen.workbook.slugs import is_slug, nearest_slug
from tests.books import book, flat
from tests.made import small_workbook


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Compute Rents", "compute-rents"),
        ("租金 July_2026", "july-2026"),
        ("ＧＰＵ", "gpu"),
        ("../../etc/x?", "etc-x"),
        ("算力租赁", ""),
        ("CON", ""),
        (59 * "a" + "-bc", 59 * "a"),
    ],
)
def test_an_unusable_name_has_a_usable_one_near(typed: str, near: str) -> None:
    assert not is_slug(typed)
    assert nearest_slug(typed) == near
    (issue,) = unusable_slug(book(Note=f"key | value\nslug | {typed}"))
    assert flat([issue]) == [("error", "slug-unusable", "Note", "B2")]
    assert near in issue.hint.en
    assert near in issue.hint.zh


@pytest.mark.parametrize("note", ["", "key | value\nslug | compute-rents", "key | value\nslug | a"])
def test_a_usable_name_and_none_pass(note: str) -> None:
    assert unusable_slug(book(Note=note)) == ()


def test_a_build_with_an_unusable_name_is_told_the_cell_and_is_no_fault_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = small_workbook(tmp_path, ("slug | small", "slug | Small Note"))
    result = CliRunner().invoke(app, ["build", str(made), "--format", "html"])
    assert result.exit_code == 1
    assert "slug-unusable" in result.output
    assert "small-note" in result.output
    assert not (tmp_path / "output").exists()
