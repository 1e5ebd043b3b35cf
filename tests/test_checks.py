"""Each check on rows that trip it and on rows that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reportgen.checks import CHECKS, accept, run_checks
from reportgen.checks.conduct import blank_publish, licence, unattested_calls
from reportgen.checks.outliers import unit_outliers
from reportgen.checks.positive import prices_not_positive
from reportgen.checks.references import dangling_contradictions, dangling_sources, duplicate_ids
from reportgen.checks.settings import baselines
from reportgen.checks.values import (
    interviewer_rows,
    rents_without_vat,
    stale_prices,
    unread_values,
)
from reportgen.checks.views import figures_in, language_pairs
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from tests.books import book, flat

SOURCES = """
    id | kind        | attestations | publish
    S1 | expert_call | SAMPLE       | yes
    S2 | press       |              | internal
"""
SOUND = {
    "Note": """
        key              | value
        date             | 2026-05-28
        rent_baseline    | 2026-02
    """,
    "Sources": SOURCES,
    "Prices": """
        id | date    | model | term | vat  | point | unit     | source | speaker | publish
        P1 | 2026-02 | h100  | 1y   | incl | 5.2   | 万元/台/月 | S1     | expert  | yes
        P2 | 2026-05 | h100  | 1y   | incl | 6.75  | 万元/台/月 | S1     | expert  | yes
    """,
    "Views": """
        section | language | text                     | publish
        rents   | zh       | 租金为 [[rent.h100.1y]]。   | yes
        rents   | en       | Rents [[rent.h100.1y|point]]. | yes
    """.replace("|point", ""),
}  # fmt: skip


def test_a_sound_workbook_is_only_told_that_it_has_one_source() -> None:
    assert flat(run_checks(book("en", (), **SOUND))) == [
        ("remark", "single-source", "Sources", "A2")
    ]


def test_a_price_is_above_zero() -> None:
    prices = """
        id | date    | model | term | low | point | high | unit     | source | publish
        P1 | 2026-05 | h100  | 1y   |     | -6.75 |      | 万元/台/月 | S1     | yes
        P2 | 2026-05 | h100  | 1y   | 0   |       | 6.8  | 万元/台/月 | S1     | yes
        P3 | 2026-05 | h100  | 1y   | 6.7 |       | 6.8  | 万元/台/月 | S1     | yes
        P4 | 2026-05 | h200  |      |     | 0     |      | 万元/台   | S1     | never
    """
    found = prices_not_positive(book("zh", (), Sources=SOURCES, Prices=prices))
    assert flat(found) == [
        ("error", "price-not-positive", "Prices", "F2"),
        ("error", "price-not-positive", "Prices", "E3"),
        ("warning", "price-not-positive", "Prices", "F5"),
    ]


def test_an_empty_workbook_has_no_issues() -> None:
    assert run_checks(book()) == ()


def test_there_is_no_check_twice() -> None:
    assert len(set(CHECKS)) == len(CHECKS)


# ---- references -----------------------------------------------------------------------------


def test_duplicate_ids_name_both_cells() -> None:
    issues = duplicate_ids(
        book(
            Sources=SOURCES,
            Prices="""
                id | model | point | unit     | source
                P1 | h100  | 6.75  | 万元/台/月 | S1
                P1 | h200  | 8     | 万元/台/月 | S1
            """,
            Survey="""
                topic | id
                a     | P1
            """,
        )
    )
    assert flat(issues) == [
        ("error", "duplicate-id", "Prices", "A3"),
        ("error", "duplicate-id", "Survey", "B2"),
    ]
    assert issues[0].message.en == "Id P1 stands at Prices!A2 and again at Prices!A3."


def test_duplicate_ids_of_rows_that_are_not_printed_warn() -> None:
    issues = duplicate_ids(
        book(Survey="id | topic | publish\nF1 | a | yes\nF1 | b | yes\nF2 | c | yes")
    )
    assert flat(issues) == [("warning", "duplicate-id", "Survey", "A3")]


def test_two_sources_of_one_id_are_an_error() -> None:
    assert flat(duplicate_ids(book(Sources="id\nS1\nS1"))) == [
        ("error", "duplicate-id", "Sources", "A3")
    ]


def test_a_missing_source_is_asked_about() -> None:
    issues = dangling_sources(
        book(
            Sources="id\nCALL1",
            Prices="""
                id | source | publish  | point | unit
                P1 | CALL1  |          | 6.75  | 万元/台/月
                P2 | CALLI  |          | 6.75  | 万元/台/月
                P3 | X      | internal | 6.75  | 万元/台/月
            """,
        )
    )
    assert flat(issues) == [
        ("error", "source-unknown", "Prices", "B3"),
        ("warning", "source-unknown", "Prices", "B4"),
    ]
    assert issues[0].hint.en.startswith("Did you mean CALL1?")
    assert issues[1].hint.en == "Use an id that is there, or add the source to Sources."


def test_a_row_that_could_not_be_read_is_not_missing() -> None:
    words = Text("坏", "bad")
    issues = [
        Issue("not-a-date", Severity.ERROR, words, words, "w.xlsx", sheet, "C2", row_id)
        for sheet, row_id in (("Sources", "S1"), ("Survey", "F9"))
    ]
    tables = book(
        issues=issues,
        Sources="id\nS2",
        Prices="id | source | contradicts\nP1 | S1 | F9\nP2 | S3 | F8",
    )
    assert flat(dangling_sources(tables)) == [("warning", "source-unknown", "Prices", "B3")]
    assert [issue.cell for issue in dangling_contradictions(tables)] == ["C3"]


def test_contradictions_point_at_rows() -> None:
    issues = dangling_contradictions(
        book(
            Survey="""
                id   | topic | contradicts
                F001 | a     | F002；F003
                F002 | b     | F002
                F003 | c     | F0O1
            """
        )
    )
    assert [(issue.cell, issue.message.en) for issue in issues] == [
        ("C3", "F002 is said to contradict itself."),
        ("C4", "There is no row F0O1."),
    ]
    assert "F001" in issues[1].hint.en


# ---- outliers -------------------------------------------------------------------------------

RENTS = """
    id | model | point | unit
    P1 | h200  | 8     | 万元/台/月
    P2 | h200  | 7     | 万元/台/月
    P3 | h200  | {}    | {}
    P4 | h100  | 6.75  | 万元/台/月
    P5 | b300  | 17.5  | 万元/台/月
    P6 | h20   | 4     | 万元/台/月
"""


@pytest.mark.parametrize(
    ("value", "unit", "severity", "meant"),
    [
        ("8", "万元/卡/月", "error", "台"),  # 64: eight times too much
        ("1", "万元/台/月", "error", "卡"),  # a card's rent
        ("96", "万元/台/月", "error", "年"),  # a year's rent
        ("8", "万元/台/年", "error", "月"),
        ("80000", "万元/台/月", "error", "元, not 万元"),
        ("8", "元/台/月", "error", "万元, not 元"),
        ("80", "万元/台/月", "error", "digit fewer"),
        ("35", "万元/卡/年", "warning", "台"),  # 23.3: 2.9 times, no slip explains it well
    ],
)
def test_a_slip_of_the_unit_is_asked_about(
    value: str, unit: str, severity: str, meant: str
) -> None:
    issues = unit_outliers(book(Prices=RENTS.format(value, unit)))
    assert flat(issues) == [(severity, "unit-outlier", "Prices", "C4")]
    assert meant in issues[0].hint.en
    assert "nothing was corrected" in issues[0].hint.en


def test_no_slip_is_asked_about_that_leaves_the_value_far_off() -> None:
    """1500 against 8: a year instead of a month would leave it 16 times as high."""
    (issue,) = unit_outliers(book(Prices=RENTS.format("1500", "万元/台/月")))
    assert issue.hint.en == "Check value and unit; nothing was corrected."


def test_the_message_shows_the_value_in_the_common_unit() -> None:
    (issue,) = unit_outliers(book(Prices=RENTS.format("35", "万元/卡/年")))
    # 35 × 8 ÷ 12 = 23.33; the median of 7, 8 and 23.3 is 8; 23.33 ÷ 8 = 2.92
    assert issue.message.zh == (
        "35 万元/卡/年 即 23.3 万元/台/月，是同型号的其他价格（8 万元/台/月）的 2.92 倍。"
    )
    assert issue.message.en == (
        "35 万元/卡/年 is CNY 233k per server-month, "
        "2.92 times the others of this model (CNY 80k per server-month)."
    )
    assert issue.hint.zh.startswith("是否应为“台”？")


def test_ordinary_spreads_are_no_outliers() -> None:
    assert unit_outliers(book(Prices=RENTS.format("6.1", "万元/台/月"))) == ()


def test_of_two_prices_the_one_nearer_to_other_models_is_believed() -> None:
    issues = unit_outliers(
        book(
            Prices="""
                id | model | point | unit
                P1 | h100  | 6.75  | 万元/台/月
                P2 | h100  | 54    | 万元/台/月
                P3 | h200  | 8     | 万元/台/月
            """
        )
    )
    assert flat(issues) == [("error", "unit-outlier", "Prices", "C3")]


def test_a_lone_price_is_held_against_the_other_models() -> None:
    sheet = """
        id | model | point | unit
        P1 | h100  | 210   | 万元/台
        P2 | h200  | 350   | 万元/台
        P3 | b300  | {}    | 万元/台
    """
    assert unit_outliers(book(Prices=sheet.format("700"))) == ()
    issues = unit_outliers(book(Prices=sheet.format("7000000")))
    assert flat(issues) == [("error", "unit-outlier", "Prices", "C4")]
    assert issues[0].hint.en.startswith("Did you mean 元, not 万元?")
    assert flat(unit_outliers(book(Prices=sheet.format("4000")))) == [
        ("warning", "unit-outlier", "Prices", "C4")
    ]


def test_of_two_lone_prices_neither_is_sure_to_be_wrong() -> None:
    sheet = "id | model | point | unit\nP1 | h100 | 210 | 万元/台\nP2 | b300 | 7000000 | 万元/台"
    assert {issue.severity for issue in unit_outliers(book(Prices=sheet))} == {Severity.WARNING}


def test_an_outlier_that_is_not_printed_only_warns() -> None:
    sheet = """
        id | model | point | unit     | publish
        P1 | h200  | 8     | 万元/台/月 | yes
        P2 | h200  | 7     | 万元/台/月 | yes
        P3 | h200  | 96    | 万元/台/月 | internal
    """
    assert flat(unit_outliers(book(Prices=sheet))) == [("warning", "unit-outlier", "Prices", "C4")]


# ---- values ---------------------------------------------------------------------------------


def test_unread_values_are_flagged_where_they_stand() -> None:
    sheet = """
        id | model | point | unit     | unread
        P1 | h100  |       | 万元/台/月 | 676.76点八
        P2 | h100  | 6.75  | 万元/台/月 |
    """
    assert flat(unread_values(book(Prices=sheet))) == [("warning", "value-unread", "Prices", "C2")]


def test_what_the_reader_said_is_not_said_again() -> None:
    said = Issue("x", Severity.WARNING, Text.same(""), Text.same(""), "w.xlsx", "Prices", "B2")
    sheet = "id | point | unread\nP1 | | 5万到5万"
    assert unread_values(book(issues=[said], Prices=sheet)) == ()


def test_the_newest_price_may_be_stale() -> None:
    sheet = """
        id | date       | model | term | point | unit
        P1 | 2026-05-28 | h100  | 1y   | 6.75  | 万元/台/月
        P2 | 2026-01    | h100  | 1y   | 5.2   | 万元/台/月
        P3 | 2026-03    | h200  | 1y   | 8     | 万元/台/月
        P4 | 2026-02    | h800  | 1y   | 6.35  | 万元/台/月
        P5 | 2026-04-28 | h20   | 1y   | 4     | 万元/台/月
    """
    note = "key | value\ndate | 2026-05-28\nrent_baseline | 2026-02"
    issues = stale_prices(book(Note=note, Prices=sheet))
    assert flat(issues) == [("remark", "price-stale", "Prices", "B4")]
    # P2 is history of P1, P4 the baseline, P5 is 30 days old to the day
    assert issues[0].message.en == "The newest quote is 58 days old (Mar 2026)."


def test_stale_days_are_the_analysts_choice() -> None:
    note = "key | value\ndate | 2026-05-28"
    sheet = "id | date | model | point | unit\nP1 | 2026-05-01 | h100 | 6.75 | 万元/台/月"
    assert stale_prices(book(Note=note, Prices=sheet)) == ()


def test_the_interviewers_words_are_marked() -> None:
    sheet = "id | topic | speaker\nF1 | a | expert\nF2 | b | interviewer\nF3 | c |"
    assert flat(interviewer_rows(book(Survey=sheet))) == [
        ("remark", "interviewer-sourced", "Survey", "C3")
    ]


def test_vat_is_remarked_once() -> None:
    sheet = """
        id | model | vat  | point | unit
        P1 | h100  | incl | 6.75  | 万元/台/月
        P2 | h200  |      | 8     | 万元/台/月
        P3 | h200  |      | 350   | 万元/台
    """
    (issue,) = rents_without_vat(book(Prices=sheet))
    assert issue.cell == "C3"
    assert issue.message.en == (
        "2 of 3 prices do not say whether VAT is included (1 of them a rent)."
    )


# ---- Note and Views -------------------------------------------------------------------------

HISTORY = """
    id | date               | model | point | unit
    P1 | before 2026-02-17  | h200  | 6.1   | 万元/台/月
    P2 | 2026-05-28         | h200  | 8     | 万元/台/月
"""


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("", [("warning", "baseline-missing", "Note", "B2")]),
        ("2026-02-17前", []),
        ("2026-01", [("warning", "baseline-unmatched", "Note", "B2")]),
        ("春节前后", [("warning", "baseline-unreadable", "Note", "B2")]),
    ],
)
def test_changes_need_a_baseline(declared: str, expected: list[tuple[str, ...]]) -> None:
    issues = baselines(book(Note=f"key | value\nrent_baseline | {declared}", Prices=HISTORY))
    assert flat(issues) == expected
    if not declared:
        assert "each change runs from the first date" in issues[0].message.en
        assert issues[0].hint.en.startswith("Set Rent baseline on the Note sheet")


def test_one_date_needs_no_baseline() -> None:
    sheet = "id | date | model | point | unit\nP1 | 2026-05 | h200 | 8 | 万元/台/月"
    assert baselines(book(Prices=sheet)) == ()


def test_figures_are_found_without_their_forms() -> None:
    text = "涨 [[change.rent.h200.1y|signed]] 至 [[ rent.h200.1y ]]，[a|b]。"
    assert figures_in(text) == {"change.rent.h200.1y", "rent.h200.1y"}


def test_both_languages_use_the_same_figures() -> None:
    sheet = """
        section | language | text          | publish
        rents   | zh       | [[a]] [[b]]   | yes
        rents   | en       | [[b]]         | yes
        rents   | en       | [[c]]         | yes
        supply  | zh       | [[a]]         | yes
        users   | zh       | [[a]]         | yes
        users   | en       | [[a]]         | yes
        risks   | zh       | [[a]]         | internal
    """
    issues = language_pairs(book(Views=sheet))
    assert flat(issues) == [
        ("error", "view-figures-differ", "Views", "C2"),
        ("error", "view-figures-differ", "Views", "C3"),
        ("warning", "view-one-language", "Views", "C5"),
    ]
    assert issues[0].message.en == "rents in Chinese lacks figures used in English: c."
    assert issues[1].message.en == "rents in English lacks figures used in Chinese: a."


def test_the_paragraph_that_lacks_the_figure_is_named() -> None:
    sheet = """
        section | order | language | text        | publish
        rents   | 1     | zh       | [[a]]       | yes
        rents   | 2     | zh       | 涨          | yes
        rents   | 2     | en       | [[b]]       | yes
        rents   | 1     | en       | [[a]]       | yes
    """
    assert flat(language_pairs(book(Views=sheet))) == [
        ("error", "view-figures-differ", "Views", "D3")
    ]


def test_titles_use_the_same_figures() -> None:
    note = "key | value\ntitle_zh | 升至 [[a]]\ntitle_en | Rents rise"
    assert flat(language_pairs(book(Note=note))) == [("error", "view-figures-differ", "Note", "B3")]


# ---- conduct --------------------------------------------------------------------------------


def test_blank_publish_is_summed_up_once() -> None:
    issues = blank_publish(
        book(
            Sources=SOURCES,
            Prices="id | source | publish\nP1 | S1 |\nP2 | S2 |\nP3 | S9 |\nP4 | S1 | yes",
        )
    )
    assert flat(issues) == [("warning", "publish-blank", "Prices", "C2")]
    assert issues[0].message.en == (
        "3 rows leave publish blank: 1 printed as the source is, 2 taken for internal, 0 for never."
    )


def test_blanks_that_all_follow_a_public_source_are_a_remark() -> None:
    issues = blank_publish(book(Sources=SOURCES, Prices="id | source\nP1 | S1"))
    assert flat(issues) == [("remark", "publish-blank", "Prices", "A2")]
    assert issues[0].hint.en == "There is nothing to do."


def test_an_expert_call_needs_attestations() -> None:
    sheet = "id | kind | attestations\nS1 | expert_call |\nS2 | expert_call | ok\nS3 | press |"
    assert flat(unattested_calls(book(Sources=sheet))) == [
        ("warning", "expert-call-unattested", "Sources", "C2")
    ]


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("kind | industry_memo", []),
        ("kind | research_report", []),  # the gates refuse these two
        ("rating | 强于大市", []),
        ("licence | 有\nrating | 强于大市\nkind | industry_memo", []),
        ("licence | 有\nkind | research_report", ["author-without-certificate"]),
        ("licence | 有\nkind | research_report\nauthors | 甲；乙\ncertificates | S1; S2", []),
        (
            "licence | 有\nkind | research_report\nauthors | 甲；乙\ncertificates | S1",
            ["author-without-certificate"],
        ),
    ],
)
def test_licence_rating_and_certificates_agree(note: str, codes: list[str]) -> None:
    assert [issue.code for issue in licence(book(Note=f"key | value\n{note}"))] == codes


# ---- acceptance -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "until", "severity"),
    [
        ("P1", "", "remark"),
        ("Prices!C2", "2026-05-28", "remark"),
        ("Prices", "", "remark"),
        ("P1", "2026-05-27", "error"),
        ("P2", "", "error"),
    ],
)
def test_an_accepted_issue_becomes_a_remark(where: str, until: str, severity: str) -> None:
    issue = Issue(
        "unit-outlier", Severity.ERROR, Text.same("m"), Text.same("h"), "", "Prices", "C2", "P1"
    )
    workbook = book(
        Note="key | value\ndate | 2026-05-28",
        Accepted=f"""
            code         | where   | reason | by | until
            unit-outlier | {where} | 已核实  | LX | {until}
        """,
    )
    (result,) = accept([issue], workbook)
    assert result.severity == severity
    assert (result.hint.en == "Accepted: 已核实 (LX)") == (severity == "remark")


def test_a_cell_may_be_accepted_by_the_schemas_name_of_its_sheet() -> None:
    workbook = book(Accepted="code | where | reason\nc | Prices!C2 | 已核实")
    table = replace(workbook["Prices"], name="价格")
    chinese = replace(workbook, tables={**workbook.tables, "Prices": table})
    issue = Issue("c", Severity.ERROR, Text.same("m"), Text.same("h"), "", "价格", "C2")
    assert accept([issue], chinese)[0].severity is Severity.REMARK
