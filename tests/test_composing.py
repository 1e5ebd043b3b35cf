"""The preview's note after many saves is the note that a first look at the workbook gives."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl

from reportgen.checking import Stages
from reportgen.preview.composing import Composer, Shown
from reportgen.preview.order import Order
from reportgen.preview.parts import changed_parts, parts_of
from tests.made import small_workbook

SAMPLE = Path(__file__).parent.parent / "workbooks" / "compute-leasing.xlsx"
_SOON = re.compile(
    r'<svg.*?</svg>|<script type="application/json" id="passports">.*?</script>', re.DOTALL
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
