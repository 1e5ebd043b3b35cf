"""Line breaks and spaces."""

from __future__ import annotations

from reportgen.note.model import Paragraph, Run
from reportgen.note.text import as_text, plain
from reportgen.render.typography import (
    after_lead,
    balanced,
    breakable,
    carried,
    clauses,
    fixed_and_loose,
    gap_after,
    trim_pairs,
    trim_signs,
)


def test_neighbouring_marks_lose_half_a_width_and_text_is_escaped() -> None:
    assert trim_pairs("甲（乙）、<丙>。") == '甲（乙<span class="ht">）</span>、&lt;丙&gt;。'


def test_the_signs_of_a_legend_lose_the_white_around_them() -> None:
    assert trim_signs("<b> † loose") == '&lt;b&gt; <span class="sign">†</span> loose'
    assert trim_pairs("‡ 甲；（") == '<span class="sign">‡</span> 甲<span class="ht">；</span>（'


def test_a_figure_may_break_before_its_unit_only() -> None:
    assert fixed_and_loose("CNY 67–68k per server-month") == ("CNY 67–68k", " per server-month")
    assert fixed_and_loose("6.7–6.8 万元/台/月") == ("6.7–6.8 万元/台/月", "")
    assert fixed_and_loose("三成") == ("三成", "")
    assert breakable("67–68")
    assert not breakable("35%")


def test_a_full_width_mark_brings_its_own_space() -> None:
    assert gap_after((Run("租金上行。"),)) == ""
    assert gap_after((Run("Rents are up."),)) == " "


def test_a_space_goes_into_the_element_after_it() -> None:
    line = (Run("rents of "), Run("8", "figure"), Run(" and more "), Run("x", "name"), Run(" "))
    assert [(run.text, gap) for run, gap in carried(line)] == [
        ("rents of", ""),
        ("8", " "),
        (" and more", ""),
        ("x", " "),
        (" ", ""),
    ]


def test_the_space_after_a_lead_is_ours() -> None:
    paragraph = Paragraph((Run(" 其余"), Run("。")), lead=(Run("租金上行。"),))
    assert after_lead(paragraph) == (Run("其余"), Run("。"))
    assert after_lead(Paragraph((Run(" 其余"),))) == (Run(" 其余"),)


def test_an_english_title_is_cut_after_colons() -> None:
    assert clauses((Run("Rents up: buyers wait"),)) == (
        (Run("Rents up: "),),
        (Run("buyers wait"),),
    )


def test_a_title_is_cut_after_its_marks_and_figures_stay_whole() -> None:
    line = (Run("算力：H200 至 "), Run("8，9", "figure"), Run("，而回本慢"))
    assert clauses(line) == (
        (Run("算力："),),
        (Run("H200 至 "), Run("8，9", "figure"), Run("，")),
        (Run("而回本慢"),),
    )


def test_a_title_of_two_lines_leaves_no_widow() -> None:
    title = "Compute rents rose for most models and H200 led the market on the month"
    lines = balanced(plain(title))
    assert [as_text(line) for line in lines] == [
        "Compute rents rose for most models ",
        "and H200 led the market on the month",
    ]


def test_a_title_of_one_line_and_a_chinese_one_stay_whole() -> None:
    for title in ("Rents rose", "多数型号租金上涨并且其中某些型号领涨而其余型号跟随"):
        assert [as_text(line) for line in balanced(plain(title))] == [title]


def test_a_figure_in_a_title_is_not_cut() -> None:
    figure = Run("CNY 67–68k per server-month", "figure", "rent.h100.1y")
    line = (Run("Rents of H100 servers now stand at "), figure, Run(" and rise"))
    assert any(figure in part for part in balanced(line))
