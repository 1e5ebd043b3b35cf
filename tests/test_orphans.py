"""No number without an origin: not in a template, not in Views, not in the sample."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from reportgen import pipeline
from reportgen.checking import Stages
from reportgen.editions.publish import EDITIONS, Edition
from reportgen.exits import GATE_REFUSED, WORKBOOK_ERRORS
from reportgen.note.marking import known_names
from reportgen.note.typed import typed_numbers
from reportgen.pipeline import Outcome, Request
from reportgen.render.orphans import find_orphans
from tests.books import book, flat
from tests.made import copied_program
from tests.test_analysis import NOTE, PRICES, SOURCES

FIGURES = {"rent.h100.1y"}


def numbers(body: str, **more: str) -> list[str]:
    return [one.number for one in find_orphans(f"<body>{body}</body>", FIGURES, **more)]  # type: ignore[arg-type]


def build(path: Path, out: Path, edition: Edition = "client") -> Outcome:
    request = Request(path, out, edition=edition, formats=frozenset({"html"}))
    return pipeline.build(request, (), {}, Stages(lambda: 0.0, lambda _: None))


# ---- one page -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        '<p>H <data class="fig" value="6.7" data-figure="rent.h100.1y">6.7–6.8</data></p>',
        "<p><time>2026-05</time></p>",
        '<p><span class="name">H100</span> <span class="ref">F027</span></p>',
        '<p><q class="quote">就涨了五六十万</q></p>',
        '<p><span class="const">× 10,000 ÷ 8</span> <span class="legal">S1234</span></p>',
        '<svg><text class="const">10</text><text class="time">2025</text></svg>',
        '<svg><g class="fig" data-figure="rent.h100.1y"><text>8</text></g></svg>',
        "<p>一定 one of</p><script>var a = 8</script><style>p{margin:2px}</style>",
        '<div id="n8" class="c9" style="width:10%" aria-labelledby="x1">text</div>',
    ],
)
def test_what_says_what_it_is_is_no_orphan(body: str) -> None:
    assert numbers(body) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>涨了 30%</p>", ["30%"]),
        ("<p>涨了三成</p>", ["三成"]),
        ("<p>Rents <em>dou</em>bled</p>", ["doubled"]),
        ("<p>涨了 ３０％、³、٣、Ⅷ</p>", ["３０％", "³", "٣", "Ⅷ"]),
        ('<p><img alt="涨了 8 万" src="x"></p>', ["8"]),
        ('<p title="8">x</p><p aria-label="9">x</p>', ["8", "9"]),
        ("<svg><title>8</title><desc>9</desc><text>10</text></svg>", ["8", "9", "10"]),
        ('<p><data class="fig" data-figure="rent.made.up">8</data></p>', ["8"]),
        ('<p><data class="fig">8</data></p>', ["8"]),
        ('<p><span class="name">30%</span></p>', ["30%"]),  # a measure cannot be called a name
        ("<p><time>+5</time></p>", ["5"]),
        ("<table><tr><td>8</td></tr></table>", ["8"]),
        ('<header data-running="8">x</header>', ["8"]),
    ],
)
def test_everything_else_is(body: str, found: list[str]) -> None:
    assert numbers(body) == found


def test_a_word_is_not_made_of_two_blocks() -> None:
    assert numbers("<table><tr><td>占一</td><td>半导体</td></tr></table>") == []


def test_an_alternative_may_repeat_what_its_exhibit_marks_and_no_more() -> None:
    marked = '<span class="name">H100</span> <data class="fig" data-figure="rent.h100.1y">8</data>'
    exhibit = '<figure class="exhibit"><p>{}</p><img alt="H100: {}"></figure>'
    assert numbers(exhibit.format(marked, "8")) == []
    assert numbers(exhibit.format(marked, "48")) == ["48"]
    assert numbers(exhibit.format(marked, "8.5")) == ["8.5"]
    elsewhere = f"<p>{marked}</p>" + exhibit.format("x", "8")
    assert numbers(elsewhere) == ["8"]  # a name is one wherever it stands


def test_a_picture_outside_the_page_accounts_for_its_alternative() -> None:
    page = '<figure class="exhibit"><img src="part:chart/rents" alt="8"></figure>'
    picture = '<svg><g class="fig" data-figure="rent.h100.1y"><text>8</text></g></svg>'
    assert [one.number for one in find_orphans(page, FIGURES)] == ["8"]
    assert find_orphans(page, FIGURES, {"rents": picture}) == ()


def test_a_table_on_paper_rests_on_its_twin_on_the_screen() -> None:
    table = '<figure id="a" class="exhibit"><table><tr><td>{}</td></tr></table></figure>'
    screen = table.format('<data class="fig" data-figure="rent.h100.1y">8</data>')
    assert find_orphans(table.format("8"), FIGURES, screen=screen) == ()
    assert [one.number for one in find_orphans(table.format("9"), FIGURES, screen=screen)] == ["9"]


def test_an_orphan_names_section_sentence_and_element() -> None:
    page = '<section id="rents"><h2>租金</h2><p class="note">平稳。涨了 30%，仍紧。</p></section>'
    (orphan,) = find_orphans(page, ())
    assert (orphan.section, orphan.sentence) == ("租金", "涨了 30%，仍紧。")
    assert orphan.element == "section#rents > p.note"


# ---- texts of the workbook ------------------------------------------------------------------


def typed(views: str = "", survey: str = "") -> list[tuple[str, str, str, str]]:
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Views=views, Survey=survey)
    return flat(typed_numbers(tables))


@pytest.mark.parametrize(
    "text",
    [
        "租金 8 万", "涨了三成", "翻番", "Rents doubled", "涨 ３０％", "up by a third of it",
        "[[rent.h200.1y]] 高出 5%",
    ],
)  # fmt: skip
def test_a_number_typed_into_views_is_an_error_with_its_cell(text: str) -> None:
    found = typed(views=f"section | order | language | text\nrents | 1 | zh | {text}")
    assert set(found) == {("error", "typed-number", "Views", "D2")}


@pytest.mark.parametrize(
    "text",
    [
        "H100 与 RTX 4090、8T", "[[claim.F004|成]] 与 [[rent.h100.1y]]", "自 2026年5月起",
        "since May 2026", "2026-05-19 起", "in 2025", "一定涨", "F027 一条",
    ],
)  # fmt: skip
def test_names_figures_and_dates_may_stand_in_views(text: str) -> None:
    assert typed(views=f"section | order | language | text\nrents | 1 | zh | {text}") == []


def test_claims_conditions_and_titles_are_looked_at_too() -> None:
    survey = "id | topic | claim_zh | condition | source\nS1 | a | 涨了两成 | 满 32 台 | EC1"
    assert [cell for *_, cell in typed(survey=survey)] == ["C2", "D2"]
    sources = "id | kind | title_zh | role_zh\nA1 | press | 30% 俱乐部 | 持股 5%"
    tables = book(Note=NOTE, Sources=sources, Prices=PRICES)
    assert [cell for *_, cell in flat(typed_numbers(tables))] == ["D2", "C2"]


def test_what_the_workbook_calls_its_things_are_names() -> None:
    demand = "id | segment | metric\nD1 | 前 10 大客户 | share\nD2 | 涨 20% 的客户 | share"
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Demand=demand)
    assert "前 10 大客户" in known_names(tables)
    assert "涨 20% 的客户" not in known_names(tables)
    assert flat(typed_numbers(tables)) == [("error", "typed-number", "Demand", "B3")]


# ---- whole builds ---------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_digit_of_the_sample_is_accounted_for(
    edition: Edition, sample_note: Path, internal_note: Path
) -> None:
    """A build that the search for orphans stops would not be there."""
    folder = {"client": sample_note, "internal": internal_note}[edition]
    assert len(list(folder.glob("*.html"))) == 2
    told = json.loads((folder / "manifest.json").read_bytes())["core"]
    assert "orphans" in told["gates"]
    assert told["note"]["edition"] == edition
    assert "since" in told["inputs"]


def test_an_orphan_in_a_template_fails_the_build(
    sample: Path, project: Path, tmp_path: Path
) -> None:
    copy = copied_program(project, tmp_path / "copy")
    page = copy / "templates" / "web.html.j2"
    text = page.read_text(encoding="utf-8")
    assert "<main" in text
    page.write_text(text.replace("<main", "<p>今年翻了 3 番</p><main"), encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "reportgen", "build", sample, "--out", tmp_path / "out"),
            *("--format", "html", "--json"),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == GATE_REFUSED
    errors = json.loads(done.stdout)["issues"]["error"]
    found = [one for one in errors if one["code"] == "orphan-number"]
    assert len(found) == 2  # one a language
    assert "今年翻了 3 番" in found[0]["message"]
    assert "div.sheet > p" in found[0]["message"]
    assert not (tmp_path / "out").exists()


def edited(sample: Path, path: Path, edit: Callable[[openpyxl.Workbook], None]) -> Path:
    workbook = openpyxl.load_workbook(sample)
    edit(workbook)
    workbook.save(path)
    return path


def test_an_orphan_in_views_fails_the_build_with_its_cell(sample: Path, tmp_path: Path) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        for lang, text in (("zh", "租金涨到 9.9 万。"), ("en", "Rents doubled.")):
            workbook["观点"].append(["rents", 9, lang, text, "公开"])

    path = edited(sample, tmp_path / "orphan.xlsx", edit)
    outcome = build(path, tmp_path / "out")
    assert outcome.code == WORKBOOK_ERRORS
    found = [issue for issue in outcome.issues if issue.code == "typed-number"]
    assert [issue.sheet for issue in found] == ["观点"] * 2
    assert "租金涨到 9.9 万。" in found[0].message.zh
    assert not (tmp_path / "out").exists()
