"""Claims weighed, contradictions found, and the signs that weak numbers carry."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from reportgen.analysis.analyse import analyse
from reportgen.analysis.contradictions import MOST_PRINTED, Contradiction, find_contradictions
from reportgen.analysis.evidence import Weighed, direction, gather, holds_for_all, weigh
from reportgen.analysis.figures import Figures
from reportgen.editions.publish import publishable
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.note.model import Column, Exhibit, Run, TableData, TableRow
from reportgen.note.signs import MEANINGS, explain_signs, legend, with_legend
from reportgen.note.text import as_text, plain
from reportgen.workbook.tables import Workbook
from tests.books import book

NOTE = """
key | value
title_zh | 租金
title_en | Rents
date | 2026-06-01
rent_baseline | before 2026-02-17
stale_days | 30
"""
SOURCES = """
id | kind | date | group | grade | interested | interest_zh | publish
EC1 | expert_call | 2026-05 | a | c | yes | 价格上涨对其有利 | yes
EC2 | expert_call | 2026-05 | a | c | no | | yes
BR1 | broker | 2026-05 | b | b | no | | yes
XX1 | press | 2026-05 | c | d | no | | yes
"""
PRICES = """
id | date | market | model | config | term | tenor | basis | low | point | high | unit | source | speaker | confidence | contradicts | quote | unread
P1 | 2026-05 | rent | h200 | | 1y | | | | 8 | | 万元/台/月 | EC1 | expert | high | | 八万 |
P2 | 2026-05 | rent | h200 | | 1y | | | 7.9 | | 8.1 | 万元/台/月 | BR1 | | high | | |
P3 | before 2026-02-17 | rent | h200 | | 1y | | | | 6 | | 万元/台/月 | EC1 | expert | medium | | 六万 |
P4 | 2023 | purchase | h100 | | | | | | 210 | | 万元/台 | EC1 | expert | medium | | 二百一 |
P5 | 2025-08 | purchase | h200 | | | | | 220 | | 230 | 万元/台 | EC1 | expert | high | | 二百二三 |
P6 | 2026-05 | purchase | h200 | | | spot | | | 350 | | 万元/台 | EC1 | expert | high | C4 | 三百五 |
P7 | 2026-05 | rent | h100 | | 1y | | | | | | 万元/台/月 | EC1 | expert | low | P8 | 六万到六万 | 6万到6万
P8 | 2026-05 | rent | h100 | | 1y | | | 6.7 | | 6.8 | 万元/台/月 | EC1 | expert | high | P7 | 六点七 |
P9 | 2025-11 | purchase | b300 | 4T | | forward | | 450 | | 460 | 万元/台 | EC1 | expert | high | | 四百五六 |
P10 | 2026-05 | purchase | b300 | 4T | | forward | | | 520 | | 万元/台 | EC1 | expert | high | | 五百二 |
"""  # noqa: E501 - a sheet as a table
SURVEY = """
id | topic | subject | metric | low | point | high | unit | as_of | condition | claim_zh | claim_en | quote | source | speaker | confidence | contradicts
C1 | price_change | 租金 | rent_change | -15 | | -10 | % | 2026-05 | 放行 | 租金会回落 | Rents fall. | 会降 | EC1 | expert | medium | C2
C2 | price_change | 租金 | rent_direction_forecast | | | | | 2026-05 | 不放行 | 租金会上涨 | Rents rise. | 会涨 | EC1 | expert | medium |
C3 | price_change | 租金 | rent_direction_forecast | | | | | 2026-05 | | 价格已企稳 | Prices are steady. | 稳住了 | EC1 | interviewer | medium | C2
C4 | economics | 租金 | rent_covers_capex_premium | | | | | 2026-05 | | 涨租可覆盖溢价 | Rents cover it. | 能覆盖 | EC1 | expert | medium |
C5 | price_change | B300 期货 | forward_price_change_abs | 50 | | 60 | 万元/台 | 2025-11 to 2026-05 | | 期货涨了 | It rose. | 五六十万 | EC1 | expert | high |
C6 | supply | 放行 | chips_total | | 700000 | | 张 | 2026-05 | | 七十万 | 700k | 七十 | EC1 | interviewer | medium |
C7 | supply | 放行 | chips_total | | 900000 | | 张 | 2026-05 | | 九十万 | 900k | 九十 | XX1 | expert | medium |
"""  # noqa: E501 - a sheet as a table
DEMAND = """
id | segment | segment_en | metric | period | low | point | high | unit | basis | source | speaker | confidence | contradicts
D1 | 互联网大厂 | Platforms | share | 2026-05 | | 60 | | % | owned | EC1 | expert | medium |
D2 | 互联网大厂公有云 | Public cloud | share | 2026-05 | 60 | | 65 | % | used | EC1 | expert | low |
"""  # noqa: E501 - a sheet as a table
ECONOMICS = """
id | parameter | model | low | point | high | unit | date | kind | source | speaker | confidence | contradicts
E1 | margin | | | 30 | | % | 2026-05 | quoted | EC1 | expert | medium | E2
E2 | break_even_rent | h100 | | 4 | | 万元/台/月 | 2026-05 | quoted | EC1 | expert | medium | E1
E3 | colocation | | 300 | 450 | 600 | 元/kW/月 | 2026-06-01 | assumption | BR1 | | low |
"""  # noqa: E501 - a sheet as a table


def whole(
    Sources: str = SOURCES,
    Prices: str = PRICES,
    Survey: str = SURVEY,
    Demand: str = DEMAND,
    Economics: str = ECONOMICS,
    Views: str = "",
) -> Workbook:
    return book(
        Note=NOTE, Sources=Sources, Prices=Prices, Survey=Survey, Demand=Demand,
        Economics=Economics, Views=Views,
    )  # fmt: skip


@pytest.fixture(scope="module")
def weighed() -> Mapping[str, Weighed]:
    return {one.row.id: one for one in weigh(gather(whole()))}


@pytest.fixture(scope="module")
def found() -> Mapping[str, Contradiction]:
    evidence = gather(whole())
    return {one.id: one for one in find_contradictions(evidence, weigh(evidence))}


def sides(one: Contradiction) -> list[list[str]]:
    return [[row.id for row in side] for side in one.sides]


@pytest.mark.parametrize(
    ("row", "grade", "codes"),
    [
        ("P2", "strong", ["source-good", "confirmed"]),  # a broker, and the expert says the same
        ("P1", "strong", ["confirmed"]),
        ("P3", "usable", ["alone"]),  # older, but the declared baseline
        ("P4", "weak", ["alone", "stale"]),  # 2023, and nothing newer of an H100 as such
        ("P5", "usable", ["alone"]),  # superseded by P6: history, not stale
        ("P7", "weak", ["alone", "low", "garbled"]),
        ("P8", "usable", ["alone"]),  # a garbled row contradicts nothing
        ("C1", "usable", ["alone", "contradicted"]),  # against the seller's interest
        ("C2", "usable", ["alone", "interested", "contradicted"]),  # a seller says prices rise
        ("C3", "weak", ["alone", "interviewer", "contradicted"]),
        ("C7", "weak", ["source-hearsay", "alone"]),
        ("E3", "weak", ["source-good", "low", "assumed"]),
    ],
)
def test_reasons_make_the_grade(
    weighed: Mapping[str, Weighed], row: str, grade: str, codes: list[str]
) -> None:
    assert weighed[row].grade == grade
    assert [reason.code for reason in weighed[row].reasons] == codes


def test_one_group_does_not_confirm_itself() -> None:
    tables = whole(Survey="", Demand="", Economics="", Prices="""
        id | date | market | model | term | point | unit | source | confidence
        A | 2026-05 | rent | h200 | 1y | 8 | 万元/台/月 | EC1 | high
        B | 2026-05 | rent | h200 | 1y | 8 | 万元/台/月 | EC2 | high
    """)  # fmt: skip
    assert [one.grade for one in weigh(gather(tables))] == ["usable", "usable"]


@pytest.mark.parametrize(
    ("claim", "way"),
    [
        ("价格越来越紧", "up"),
        ("租金将回落", "down"),
        ("价格不会大幅回落", ""),  # a denial points nowhere
        ("短期会降，长期仍涨", ""),  # two ways
        ("价格波动不大", "flat"),
    ],
)
def test_direction_is_read_from_words_only_when_it_is_one(claim: str, way: str) -> None:
    survey = f"id | topic | claim_zh | source\nA | price_change | {claim} | EC1"
    assert direction(whole(Survey=survey)["Survey"].rows[0]) == way


@pytest.mark.parametrize(
    ("id_", "kind", "expected", "stands"),
    [
        ("C1", "horizon", [["C2"], ["C3"], ["C1"]], None),
        ("C5", "endpoints", [["C5"], ["P9", "P10"]], 1),  # 520 less 450–460 is 60–70, not 50–60
        ("C4", "quotes", [["C4"], ["P6"]], 1),
        ("E1", "claims", [["E1"], ["E2"]], None),
        ("D1", "basis", [["D1"], ["D2"]], None),
        ("C6", "interviewer", [["C6"], ["C7"]], 1),  # by rule: 700k and 900k do not meet
    ],
)
def test_contradictions_by_column_and_by_rule(
    found: Mapping[str, Contradiction],
    id_: str,
    kind: str,
    expected: list[list[str]],
    stands: int | None,
) -> None:
    one = found[id_]
    assert (one.kind, sides(one), one.stands) == (kind, expected, stands)


def test_nothing_else_is_a_contradiction(found: Mapping[str, Contradiction]) -> None:
    assert set(found) == {"C1", "C5", "C4", "E1", "D1", "C6"}


def test_a_small_gap_between_sources_is_a_spread() -> None:
    tables = whole(Survey="", Demand="", Economics="", Prices="""
        id | date | market | model | term | point | unit | source
        A | 2026-05 | rent | h200 | 1y | 8 | 万元/台/月 | EC1
        B | 2026-05 | rent | h200 | 1y | 8.5 | 万元/台/月 | BR1
        C | 2026-05 | rent | h100 | 1y | 6 | 万元/台/月 | EC1
        D | 2026-05 | rent | h100 | 1y | 7 | 万元/台/月 | BR1
    """)  # fmt: skip
    evidence = gather(tables)
    assert [sides(one) for one in find_contradictions(evidence, weigh(evidence))] == [
        [["C"], ["D"]]
    ]


def test_a_side_that_may_not_be_printed_ends_the_contradiction() -> None:
    economics = """
        id | parameter | model | point | unit | date | kind | source | contradicts | publish
        E1 | margin | | 30 | % | 2026-05 | quoted | EC1 | E2 | yes
        E2 | break_even_rent | h100 | 4 | 万元/台/月 | 2026-05 | quoted | EC1 | E1 | internal
    """
    tables = publishable(whole(Survey="", Demand="", Economics=economics))
    evidence = gather(tables)
    assert find_contradictions(evidence, weigh(evidence)) == ()
    assert "contradicted" not in [r.code for one in weigh(evidence) for r in one.reasons]


def test_weak_numbers_carry_signs_and_computed_ones_inherit_them() -> None:
    figures = analyse(whole()).figures
    marked = {name: figures[name].quantity.weaknesses for name in figures}
    assert marked["claim.E1"] == ("contradicted",)
    assert marked["claim.D2"] == ("low",)  # on another basis, which is no dispute
    assert marked["claim.C6"] == ("interviewer", "contradicted")
    assert marked["price.h100"] == ("stale",)
    assert marked["price.h200.spot"] == ()  # the quote stands against the remark
    assert marked["payback.h100.1y"] == ("stale",)  # rests on P4
    assert marked["claim.E3"] == ("low",)
    economics = [name for name in figures if name.startswith(("margin.", "break"))]
    assert all("low" not in marked[name] for name in economics)  # assumptions pass nothing on


@pytest.mark.parametrize("lang", LANGS)
def test_every_exhibit_with_marked_numbers_explains_its_signs(lang: Lang) -> None:
    tables = whole()
    note = build_note(tables, analyse(tables), lang, "client")
    told = set()
    for exhibit in note.exhibits():
        assert all(exhibit.notes), exhibit.id  # no empty note
        signs = marks_in(exhibit)
        explained = " ".join(as_text(line) for line in exhibit.notes)
        for sign in signs:
            assert f"{sign} {MEANINGS[sign][lang]}" in explained, exhibit.id
        told |= signs
    assert {"*", "‡", "§", "¶"} <= told


def marks_in(exhibit: Exhibit) -> set[str]:
    lines = [exhibit.title, exhibit.subtitle]
    if isinstance(exhibit.body, TableData):
        lines += [cell for row in exhibit.body.rows for cell in row.cells]
    return set("".join(run.mark for line in lines for run in line))


@pytest.mark.parametrize("lang", LANGS)
def test_the_exhibit_states_both_sides_with_words_and_ids(lang: Lang) -> None:
    tables = whole()
    note = build_note(tables, analyse(tables), lang, "client")
    body = next(one for one in note.exhibits() if one.id == "contradictions").body
    assert isinstance(body, TableData)
    row = next(row for row in body.rows if "C5" in as_text(row.cells[1]))
    assert [run.text for run in row.cells[1] if run.kind == "quote"] == ["五六十万"]
    assert [run.text for run in row.cells[2] if run.kind == "quote"] == ["四百五六", "五百二"]
    assert [run.text for run in row.cells[2] if run.kind == "ref"] == ["P9", "P10"]


def test_views_say_what_follows_and_come_first() -> None:
    views = """
        section | order | language | text
        contradiction.E1 | 1 | zh | 两者须有残值 [[claim.E2]] 才能并立
    """
    tables = whole(Views=views)
    analysis = analyse(tables)
    assert analysis.review.printed[0].id == "E1"
    note = build_note(tables, analysis, "zh", "client")
    body = next(one for one in note.exhibits() if one.id == "contradictions").body
    assert isinstance(body, TableData)
    assert as_text(body.rows[0].cells[-1]) == "两者须有残值 4 万元/台/月 才能并立"


def test_at_most_ten_are_printed_and_the_rest_counted() -> None:
    lines = ["id | topic | subject | metric | point | unit | as_of | source | contradicts | quote"]
    for place in range(12):
        head = f"supply | s{place} | m{place}"
        lines.append(f"A{place} | {head} | 1 | % | 2026-05 | EC1 | B{place} | a")
        lines.append(f"B{place} | {head} | 9 | % | 2026-05 | BR1 | | b")
    tables = whole(Survey="\n".join(lines), Demand="", Economics="")
    analysis = analyse(tables)
    assert len(analysis.review.printed) == MOST_PRINTED
    note = build_note(tables, analysis, "en", "client")
    exhibit = next(one for one in note.exhibits() if one.id == "contradictions")
    assert "Of 12 disagreements 2 are not listed" in as_text(exhibit.notes[0])


def test_page_one_says_what_holds_for_all_evidence() -> None:
    one_expert = whole(Sources=SOURCES, Survey="", Demand="", Economics="", Prices="""
        id | date | market | model | term | point | unit | source
        A | 2026-05 | rent | h200 | 1y | 8 | 万元/台/月 | EC1
    """)  # fmt: skip
    told = [text.en for text in holds_for_all(one_expert)]
    assert told == [
        "All market data come from one source and are not independently confirmed.",
        "The source gains if what it says is believed.",
        "They are oral statements, unaudited, not a record of trades.",
        "No quote says whether VAT is included.",
    ]
    note = build_note(one_expert, analyse(one_expert), "en", "client")
    assert as_text(note.cover.caveat).startswith(" ".join(told))
    assert [text.en for text in holds_for_all(whole())] == [
        "No quote says whether VAT is included."
    ]


def test_what_every_number_of_a_table_bears_is_said_once() -> None:
    marked = tuple(
        Run(str(n), "figure", f"f{n}", float(n), mark="§‡" if n else "§") for n in range(4)
    )
    body = TableData((Column("a"),), tuple(TableRow(((run,),)) for run in marked))
    bare = Exhibit("x", 1, (marked[0],), (), body, ())
    told = explain_signs(bare, Figures(), "en")
    assert isinstance(told.body, TableData)
    assert [row.cells[0][0].mark for row in told.body.rows] == ["", "‡", "‡", "‡"]
    assert told.title[0].mark == ""
    assert [as_text(line) for line in told.notes] == [
        "All numbers: § out of date, nothing newer known",
        "‡ disputed within the evidence",
    ]


def test_without_signs_there_is_no_legend() -> None:
    assert legend([], "zh") == ()
    assert as_text(legend(["‡†", "†"], "en")) == (
        "† not a like-for-like comparison; ‡ disputed within the evidence"
    )


def test_a_legend_alone_makes_no_warning_of_page_one() -> None:
    cover = build_note(whole(), analyse(whole()), "en", "client").cover
    signed = replace(cover, changes=((Run("x", "figure", "x", 1.0, mark="§"),),))
    assert "§ out of date" in as_text(with_legend(replace(signed, caveat=plain("x")), "en").caveat)
    assert with_legend(replace(signed, caveat=()), "en").caveat == ()


def test_time_grows_with_the_rows_and_not_faster() -> None:
    def seconds(rows: int) -> float:
        rng = random.Random(1)
        lines = ["id | date | market | model | term | point | unit | source | contradicts"]
        for place in range(rows):
            other = f"R{(place * 7) % rows}" if place % 50 == 0 else ""
            value = 5 + rng.random() * 5
            lines.append(
                f"R{place} | 2026-05-{1 + place % 28:02d} | rent | h{place % 40} | 1y | {value:.2f}"
                f" | 万元/台/月 | {('EC1', 'BR1')[place % 2]} | {other}"
            )
        tables = whole(Prices="\n".join(lines), Survey="", Demand="", Economics="")
        start = time.process_time()
        evidence = gather(tables)
        find_contradictions(evidence, weigh(evidence))
        return time.process_time() - start

    small, large = seconds(1_000), seconds(8_000)
    assert large < 24 * max(small, 0.01)
