"""约: a value that its own cell calls approximate, from the cell to the printed number."""

from __future__ import annotations

import pytest

from reportgen.analysis.figures import Figures
from reportgen.checking import Checked, Stages, check
from reportgen.issues import has_errors
from reportgen.language import LANGS, Lang
from reportgen.note.build import draft_note
from reportgen.note.cards import page_passports
from reportgen.note.prose import prose_line
from reportgen.note.text import as_text, figure_run
from tests.sheets import make_workbook

BOOK = """
# Note
key | value
title_zh | 租金
title_en | Rents
date | 2026-06-01
# Sources
id | kind | title_zh | title_en | date | publish
S1 | broker | 报价 | Quotes | 2026-05 | yes
# Prices
id | date | market | model | term | point | unit | source
P1 | 2026-05 | rent | H100 | 1y | 约6.7 | 万元/台/月 | S1
P2 | 2026-05 | rent | H200 | 1y | 约7.8–8.2 | 万元/台/月 | S1
P3 | 2026-05 | rent | H800 | 1y | 约8以上 | 万元/台/月 | S1
P4 | 2026-05 | purchase | H100 | | about 200 | 万元/台 | S1
P5 | 2026-05 | rent | B300 | 5y | 16 | 万元/台/月 | S1
"""


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    path = make_workbook(tmp_path_factory.mktemp("about") / "about.xlsx", BOOK)
    found = check(path, Stages(lambda: 0.0, lambda _: None))
    assert not has_errors(found.issues), [str(one) for one in found.issues]
    return found


@pytest.fixture(scope="module")
def figures(checked: Checked) -> Figures:
    assert checked.analysis is not None
    return checked.analysis.figures


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("rent.h100.1y", "约6.7 万元/台/月", "c. CNY 67k per server-month"),
        ("rent.h200.1y", "约7.8–8.2 万元/台/月", "c. CNY 78–82k per server-month"),
        ("rent.h800.1y", "≥8 万元/台/月", "≥CNY 80k per server-month"),  # an end says it already
        ("price.h100", "约200 万元/台", "c. CNY 2.00m per server"),
        ("rent.b300.5y", "16 万元/台/月", "CNY 160k per server-month"),
    ],
)  # fmt: skip
def test_the_word_of_the_cell_is_printed(figures: Figures, name: str, zh: str, en: str) -> None:
    printed = {lang: figure_run(figures[name], lang).text for lang in LANGS}
    assert printed == {"zh": zh, "en": en}


def test_a_table_has_it_too(figures: Figures) -> None:
    assert figure_run(figures["rent.h100.1y"], "zh", bare=True).text == "约6.7"
    assert figure_run(figures["rent.h100.1y"], "en", bare=True).text == "c. 67"


def test_what_is_computed_from_it_does_not_say_so_but_its_passport_does(
    figures: Figures, checked: Checked
) -> None:
    payback = figures["payback.h100.1y"]
    assert figure_run(payback, "zh").text == "30 个月"  # 200 ÷ 6.7
    assert checked.analysis is not None
    note = draft_note(checked.printed, checked.analysis, "zh", "client")
    told = page_passports(note, figures, checked.printed["Sources"])
    assert "hedged" in told["entries"]["payback.h100.1y"]["weak"]


@pytest.mark.parametrize(
    ("lang", "text", "read"),
    [
        ("zh", "月租约 [[rent.h100.1y]]。", "月租约 6.7 万元/台/月。"),
        ("zh", "月租 [[rent.h100.1y]]。", "月租 约6.7 万元/台/月。"),
        ("en", "It is about [[rent.h100.1y]].", "It is about CNY 67k per server-month."),
        ("en", "It is [[rent.h100.1y]].", "It is c. CNY 67k per server-month."),
    ],
)  # fmt: skip
def test_a_sentence_says_it_once(figures: Figures, lang: Lang, text: str, read: str) -> None:
    assert as_text(prose_line(text, figures, lang)) == read
