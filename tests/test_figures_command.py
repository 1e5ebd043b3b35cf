"""`reportgen figures`: what is listed, in columns, on a pipe and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reportgen import checking
from reportgen.analysis.figures import Figures
from reportgen.checking import Stages
from reportgen.cli import app
from reportgen.commands.figures import _told_apart
from reportgen.commands.listing import FAMILIES, grouped, listed, matching
from reportgen.language import LANGS, Lang
from reportgen.terminal import wide


@pytest.fixture(scope="module")
def figures(sample: Path) -> Figures:
    analysis = checking.check(sample, Stages(lambda: 0.0, lambda _: None)).analysis
    assert analysis is not None
    return analysis.figures


def ids(figures: Figures, pattern: str) -> list[str]:
    return [one.id for one in matching(figures.values(), pattern)]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_columns_stand_below_one_another_and_keep_to_the_width(
    figures: Figures, lang: Lang, width: int
) -> None:
    rows = listed(matching(figures.values(), "rent.*"), lang)
    lines = grouped(rows, lang, width).split("\n")
    assert lines[0] == {"zh": "rent  月租", "en": "rent  rents"}[lang]
    assert max(map(wide, lines)) <= width
    told = [line for line in lines if "[[" in line]
    assert len(told) == len(rows)
    assert all(one.paste in line for one, line in zip(rows, told, strict=True))
    valued = [line for line in lines[1:] if any(one.value in line for one in rows)]
    where = {wide(line[: line.index(one.value)]) for one, line in zip(rows, valued, strict=True)}
    assert len(where) == 1


def test_a_family_stands_together_below_its_heading(figures: Figures) -> None:
    every = listed(figures.values(), "zh")
    lines = grouped(every, "zh", 120).split("\n")
    heads = [line.split()[0] for line in lines if line and not line.startswith(" ")]
    assert len(heads) == len(set(heads)) == len({one.family for one in every})
    assert set(heads[:3]) == {"rent", "price", "change"}
    assert len(FAMILIES.keys() & set(heads)) > 25


def test_a_pattern_finds_names_and_labels_in_both_languages(figures: Figures) -> None:
    assert "rent.h100.1y" in ids(figures, "rent.h100")
    assert "usd.rent.h100.1y" in ids(figures, "rent.h100")
    assert ids(figures, "rent.h100.?y") == ["rent.h100.1y", "rent.h100.3y", "rent.h100.5y"]
    assert ids(figures, "[[rent.h100.1y]]")[0] == "rent.h100.1y"
    assert "rent.h100.1y" in ids(figures, "RENT.H100")
    assert "rent.h100.1y" in ids(figures, "一年期月租")
    assert "rent.h100.1y" in ids(figures, "H100 1-year")
    assert ids(figures, "[x") == []


def test_one_argument_alone_is_a_workbook_or_a_pattern(tmp_path: Path) -> None:
    book = tmp_path / "book"
    book.touch()
    assert _told_apart(book, None) == (book, None)
    assert _told_apart(Path("gone.XLSX"), None) == (Path("gone.XLSX"), None)
    assert _told_apart(Path("rent.h100"), None) == (None, "rent.h100")
    assert _told_apart(Path("a"), "b") == (Path("a"), "b")
    assert _told_apart(None, None) == _told_apart(Path(""), None) == (None, None)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["figures", *map(str, arguments)])


def test_on_a_pipe_each_line_is_name_value_label(sample: Path) -> None:
    done = run(sample, "rent.h100.1y*", "--lang", "en")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "rent.h100.1y\tCNY 67–68k per server-month\tH100 1-year rent",
        "rent.h100.1y@2026-05\tCNY 67–68k per server-month\tH100 1-year rent",
    ]
    assert done.stderr == ""


def test_json_has_numbers_and_what_to_paste(sample: Path) -> None:
    done = run(sample, "rent.h100.1y", "--json")
    (found,) = [one for one in json.loads(done.stdout)["figures"] if one["id"] == "rent.h100.1y"]
    assert found == {
        "id": "rent.h100.1y", "paste": "[[rent.h100.1y]]", "family": "rent",
        "label": "H100 一年期月租", "text": "6.7–6.8 万元/台/月", "low": 6.7,
        "point": None, "high": 6.8, "unit": found["unit"], "as_of": "2026-05",
        "since": None, "past": False,
    }  # fmt: skip


def test_a_wrong_name_is_a_usage_error_with_a_suggestion(sample: Path) -> None:
    done = run(sample, "rent.h100.ly")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "是否指 rent.h100.1y" in done.stderr
    assert "Did you mean rent.h100.1y" in done.stderr
