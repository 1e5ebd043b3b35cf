"""The preview's note after many saves is the note that a first look at the workbook gives."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import openpyxl
import pytest
from openpyxl import Workbook as Book

from reportgen.checking import Stages
from reportgen.editions.publish import EDITIONS
from reportgen.language import LANGS, Lang
from reportgen.note.model import Exhibit, TableData
from reportgen.pipeline import pictures as charts_of
from reportgen.preview.composing import Composer, Shown
from reportgen.preview.order import Order
from reportgen.preview.parts import changed_parts, parts_of
from reportgen.render.fragments import Fragments
from reportgen.render.html import render_html
from reportgen.render.theme import Theme, load_theme
from tests.made import small_workbook
from tests.sample_note import sample_charts, sample_note
from tests.test_logo import house, svg

SAMPLE = Path(__file__).parent.parent / "workbooks" / "compute-leasing.xlsx"
_SOON = re.compile(
    r'<svg.*?</svg>|<style id="mixes">.*?</style>|'
    r'<script type="application/json" id="passports">.*?</script>',
    re.DOTALL,
)
SAVES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("| 6.7 | | 6.8 |", "| 6.9 | | 7.1 |"),),
    (("| H200 | 1y | | 8.15 |", "| H20 | 3y | | 8.15 |"),),  # another row label, another term
    (("P5 | @2026-05-28 | purchase | H200 | | | 331 | | 万元/台 | S1 |\n", ""),),
    (("租金月内上涨", "租金继续上涨"), ("H100 rents", "H100 lease rents")),
    (("S1 | broker", "S1 | expert_call"), ("经纪商报价", "报价")),
    (("house_zh | 示例研究", "house_zh | 另一研究"),),
    (("# Prices\n", "# Views\nsection | language | text\nrents | zh | 一句话。\n# Prices\n"),),
    (),
)


def look(composer: Composer, order: Order) -> tuple[Shown, Shown]:
    """The first answer and the finished one."""
    first, finish = composer.show(order, Stages(lambda: 0.0, lambda _: None))
    return first, finish() if finish else first


def at_once(page: str | None) -> str:
    """The page but for what may follow a moment later."""
    assert page is not None
    return _SOON.sub("", page)


def test_each_save_is_shown_as_by_a_new_preview(tmp_path: Path) -> None:
    book = small_workbook(tmp_path)
    orders = [Order(str(book), *other) for other in (("zh",), ("en",), ("zh", "internal"))]
    pages = set()
    with Composer() as composer:
        look(composer, orders[0])
        for number, changes in enumerate(SAVES):
            small_workbook(tmp_path, *changes)
            order = orders[number % 3] if number > 4 else orders[0]
            first, finished = look(composer, order)
            with Composer() as another:
                fresh = look(another, order)[1]
            assert finished == fresh
            assert at_once(first.html) == at_once(fresh.html)
            assert (
                changed_parts(parts_of(first.html or ""), parts_of(finished.html or "")) is not None
            )
            pages.add(finished.html)
    assert len(pages) == len(SAVES)


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of exhibits that are equal in every respect are drawn once, whoever asks."""
    real, drawn = charts_of, dict[str, dict[str, str]]()

    def pictures(exhibit: Exhibit, lang: Lang, theme: Theme) -> dict[str, str]:
        key = repr((exhibit, lang, theme.palette(lang)))
        if key not in drawn:
            drawn[key] = real(exhibit, lang, theme)
        return drawn[key]

    monkeypatch.setattr("reportgen.preview.composing.pictures", pictures)


def _number(book: Book, chance: Random) -> None:
    """Another number, hedge or unit's worth somewhere."""
    page = book[chance.choice(("价格", "调研", "需求", "经济性"))]
    cells = [one for line in page.iter_rows(min_row=2) for one in line
             if isinstance(one.value, int | float)]  # fmt: skip
    cell = chance.choice(cells)
    cell.value = round(float(str(cell.value)) * chance.choice((0.5, 0.9, 1.1, 2)), 1)


def _prose(book: Book, chance: Random) -> None:
    """Words that mean to be markup, signs or names, and another hedge."""
    cell = book["观点"].cell(chance.randrange(2, book["观点"].max_row), 4)
    told = str(cell.value).replace("约", "至少").replace("about", "at least")
    cell.value = chance.choice((f"<b>{told} & *†</b>", told.replace("专家", "OpenClaw"), told))


def _order(book: Book, chance: Random) -> None:
    """Two paragraphs change places, a section goes, or a row."""
    page = book[chance.choice(("观点", "观点", "价格", "调研", "词表"))]
    if page.title == "观点" and chance.random() < 0.5:
        section = page.cell(chance.randrange(2, page.max_row), 1).value
        for row in range(page.max_row, 1, -1):
            if page.cell(row, 1).value == section:
                page.delete_rows(row)
    else:
        page.delete_rows(chance.randrange(2, page.max_row))


def _names(book: Book, chance: Random) -> None:
    """What other text is marked with: a name in the glossary, or a source's."""
    for sheet, columns in (("词表", (2, 3)), ("来源", (4, 5, 6, 7))):
        row = chance.randrange(2, book[sheet].max_row + 1)
        word = chance.choice(("专家", "租金", "H100 server", "Trader"))
        book[sheet].cell(row, chance.choice(columns)).value = word


def _title(book: Book, chance: Random) -> None:
    """The house, the title or another setting reads otherwise."""
    cell = book["报告设置"].cell(chance.randrange(2, 12), 2)
    if isinstance(cell.value, str):
        cell.value += chance.choice(("！", " 2", "新"))


@pytest.mark.usefixtures("drawn_once")
@pytest.mark.parametrize(("seed", "saves"), [
    (1, 5), *(pytest.param(seed, 60, marks=pytest.mark.slow) for seed in range(2, 6)),
])  # fmt: skip
def test_after_any_edits_the_sample_is_shown_as_by_a_new_preview(
    seed: int, saves: int, tmp_path: Path
) -> None:
    chance = Random(seed)
    path = tmp_path / "book.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    house(tmp_path, 'logo = "a.svg"', a_svg=svg())
    order = Order(str(path), theme_folder=str(tmp_path))
    seen = set()
    with Composer() as composer:
        look(composer, order)
        for number in range(saves):
            before, said = path.read_bytes(), order
            edits = chance.choices((_number, _prose, _order, _names, _title), k=3)
            book = openpyxl.load_workbook(path)
            for edit in edits:
                edit(book, chance)
            book.save(path)
            if number % 2:  # the switches of the page change what all pieces have in common
                order = replace(
                    order, lang=chance.choice(LANGS), theme=chance.choice(("default", "ours")),
                    edition=chance.choice(EDITIONS),
                )  # fmt: skip
            first, finished = look(composer, order)
            with Composer() as another:
                fresh = look(another, order)[1]
            told = (seed, number, [edit.__name__ for edit in edits])
            same = finished == fresh  # pytest would take minutes to compare the pages itself
            assert same, told
            if finished.html is None:  # an edit made an error: on from where there was none
                path.write_bytes(before)
                order = said
                continue
            same = at_once(first.html) == at_once(fresh.html)
            assert same, told
            seen.add(finished.html)
    assert len(seen) > saves // 4  # the other edits made errors


def test_a_new_name_is_marked_in_the_headings_of_a_table_that_stayed_as_it_was() -> None:
    """What a note's names mark is not part of what is kept of it."""
    charts, theme, note = sample_charts(), load_theme(), sample_note("en")
    table = next(one for one in note.exhibits() if isinstance(one.body, TableData))
    assert isinstance(table.body, TableData)
    first, *others = table.body.columns
    columns = (replace(first, title="Rack 7"), *others)
    changed = replace(table, body=replace(table.body, columns=columns))
    sections = tuple(
        replace(one, blocks=tuple(changed if block is table else block for block in one.blocks))
        for one in note.sections
    )
    before = replace(note, sections=sections, names=())
    after = replace(before, names=("Rack 7",))
    kept = Fragments()
    first_page = render_html(before, charts, theme, "web", kept)
    page = render_html(after, charts, theme, "web", kept)
    assert page == render_html(after, charts, theme)
    assert page != first_page


def test_cards_in_another_order_are_written_in_that_order() -> None:
    """Dictionaries are equal in any order; a page that was kept had the older one's."""
    kept, note, charts = Fragments(), sample_note("en"), sample_charts()
    one, two = ({"figures": {"a": 1, "b": 2}, "z": 3}, {"figures": {"b": 2, "a": 1}, "z": 3})
    assert one == two
    render_html(replace(note, passports=one), charts, load_theme(), "web", kept)
    other = replace(note, passports=two)
    page = render_html(other, charts, load_theme(), "web", kept)
    assert page == render_html(other, charts, load_theme())


def test_the_sample_changed_in_one_cell_is_shown_as_by_a_new_preview(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    order = Order(str(path))
    with Composer() as composer:
        look(composer, order)
        book = openpyxl.load_workbook(path)
        book["价格"]["J8"] = 6.2
        book.save(path)
        first, finished = look(composer, order)
    with Composer() as another:
        fresh = look(another, order)[0]
    assert first.late
    assert not finished.late
    assert at_once(first.html) == at_once(fresh.html)
    assert finished.html == fresh.html
    assert first.html != fresh.html  # charts and cards came after
