"""Names of figures in brackets that are not read."""

from __future__ import annotations

import pytest

from reportgen.note.brackets import misbracketed
from reportgen.note.typed import typed_numbers
from tests.books import book, flat


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("涨到【【rent.h200.1y】】了", "[[rent.h200.1y]]"),
        ("［［rent.h200.1y|unsigned］］", "[[rent.h200.1y|unsigned]]"),
        ("[rent.h200.1y.incl]", "[[rent.h200.1y.incl]]"),
        ("Rents are [[rent.h200.1y].", "[[rent.h200.1y]]"),
        ("【[claim.C1]】", "[[claim.C1]]"),
        ("claim.C1]] are let", "[[claim.C1]]"),
        ("[[rent.h200.1y@2026-06", "[[rent.h200.1y@2026-06]]"),
        ("【【rent.h200.1y｜unsigned】】", "[[rent.h200.1y|unsigned]]"),
    ],
)
def test_a_name_in_wrong_brackets_is_told_once_with_the_right_ones(text: str, meant: str) -> None:
    assert [one.meant for one in misbracketed(text)] == [meant]
    views = f"section ! order ! language ! text\nrents ! 1 ! zh ! {text}".replace(" ! ", " | ")
    (issue,) = typed_numbers(book(Views=views))
    assert flat([issue]) == [("error", "figure-brackets", "Views", "D2")]
    assert meant in issue.hint.zh
    assert meant in issue.hint.en


@pytest.mark.parametrize(
    "text",
    [
        "[[rent.h200.1y]] 与 [[change.rent.h100.1y|unsigned]]", "[[ rent.h200.1y | unsigned ]]",
        "见 [fund.example](https://fund.example)", "【注】租金上涨。", "see fund.example for more",
        "[sic]", "**Rents go on.** 【供给】仍紧[待核]。",
    ],
)  # fmt: skip
def test_figures_links_and_other_brackets_are_left_alone(text: str) -> None:
    assert list(misbracketed(text)) == []


def test_titles_are_looked_at_and_numbers_beside_the_name_are_still_told() -> None:
    title = "key | value\ntitle_zh | 租金 【【rent.h200.1y】】 涨 30%"
    found = flat(typed_numbers(book(Note=title)))
    assert found == [
        ("error", "figure-brackets", "Note", "B2"),
        ("error", "typed-number", "Note", "B2"),
    ]
