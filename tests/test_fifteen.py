"""The fifteen checks: on the call, against the domain brief, and each on rows of its own."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from reportgen.analysis.analyse import analyse
from reportgen.checks import CHECKS, accept, accepted_issues, run_checks
from reportgen.checks.bases import unlike_bases
from reportgen.checks.changes import unlike_changes
from reportgen.checks.conflicts import conflicting_claims
from reportgen.checks.evidence import interested_parties, single_source, wide_ranges
from reportgen.checks.fifteen import FIFTEEN, code_name
from reportgen.checks.garbled import suspect_digits
from reportgen.checks.ladders import broken_ladders, spot_against_forward
from reportgen.checks.returns import margin_conflicts, unlike_paybacks, unusual_yields
from reportgen.checks.slips import unit_slips
from reportgen.checks.sums import cards_against_servers, shares_that_miss
from reportgen.checks.values import stale_claims
from reportgen.editions.redact import Redaction, Redactor
from reportgen.issues import Issue, Severity
from reportgen.language import LANGS
from reportgen.note.build import build_note
from reportgen.note.model import TableData
from reportgen.note.text import as_text
from reportgen.workbook.reader import read_workbook
from tests.books import book, flat
from tests.test_analysis import NOTE, PRICES, SOURCES

DOMAIN: dict[int, str] = {
    1: "F012 F013 F033 F037 F074",
    2: "F065 F110 F111",
    3: "F025 F022 F006",
    4: "",
    5: "F027 F127",
    6: "F027 F113 F121",
    7: "F120 F125 F119 F122",
    8: "F087 F088 F089 F074 F029",
    9: "F054 F050",
    10: "F023 F026 F058 F124",
    11: "F121 F023 F039 F040 F046 F047 F055 F056 F058 F073 F078 F079 F112 F113 F119 F129 F130 "
    "F132 F134",
    12: "F047 F049 F059 F066 F133 F046 F134 F055 F056 F068 F132 F090 F091 F093",
    13: "F012 F014 F017 F018 F021 F060 F061 F097 F098 F099 F119 F122 F127",
    14: "F002 F037 F050 F052 F063 F064 F065 F070 F077 F096",
    15: "F019 F062 F074 F083 F130 F131 F025",
}
"""The column "Trips" of the domain brief, section (e)."""

NOT_TRIPPED: dict[int, dict[str, str]] = {
    3: {"F006": "states 2T, and no forward is of 2T: nothing to compare it with"},
    8: {
        "F074": "of another basis (used): check 15",
        "F029": "internal, a claim in Survey without a whole",
    },
    9: {"F050": "the interviewer's 70万, replaced by the more confident F052"},
    13: {
        "F012": "garbled, and at the declared rent baseline",
        "F014": "at the declared rent baseline",
        "F122": "at the declared rent baseline",
        "F119": "at the declared rent baseline",
        "F021": "at the declared purchase baseline",
        "F060": "history: superseded by F017",
        "F061": "history: superseded by F017",
    },
    15: {"F025": "said once, by check 3"},
}
"""What the brief lists and the checks leave out, with the reason."""

TRIPS: dict[int, str] = {
    1: "F012 F013 F033 F037 F074",
    2: "F065 F110 F111",
    3: "F025",
    4: "",
    5: "F027 F121",
    6: "F015 F027 F034 F035 F121",
    7: "F119 F120 F125",
    8: "F089",
    9: "F054",
    10: "F023 F026 F058 F124",
    11: "F020 F023 F039 F040 F041 F042 F046 F047 F055 F056 F058 F073 F078 F079 F089 F094 F112 "
    "F113 F119 F121 F129 F130 F132 F134 F213 F214",
    12: "F002 F010 F017 F036 F046 F047 F049 F050 F053 F055 F060 F068 F070 F078 F079 F090 F091 "
    "F093 F100 F102 F124",
    13: "F017 F018 F097 F098 F099 F127",
    14: "EC1 F002 F037 F050 F052 F063 F064 F065 F070 F077 F096 F217",
    15: "F062 F074 F131",
}
"""The rows at which the checks put an issue on the sample workbook."""


@pytest.fixture(scope="module")
def issues(sample: Path) -> tuple[Issue, ...]:
    return run_checks(read_workbook(sample))


def of(number: int, issues: tuple[Issue, ...]) -> list[Issue]:
    codes = FIFTEEN[number - 1].codes
    return [issue for issue in issues if issue.code in codes]


@pytest.mark.parametrize("number", TRIPS)
def test_the_call_trips_these_rows(number: int, issues: tuple[Issue, ...]) -> None:
    assert {issue.row_id for issue in of(number, issues)} - {""} == set(TRIPS[number].split())


@pytest.mark.parametrize("number", DOMAIN)
def test_every_trip_of_the_brief_is_found_or_explained(
    number: int, issues: tuple[Issue, ...]
) -> None:
    named = {
        row_id
        for issue in of(number, issues)
        for row_id in (issue.row_id, *re.findall(r"F\d{3}", issue.message.en))
    }
    missing = set(DOMAIN[number].split()) - named
    assert missing == set(NOT_TRIPPED.get(number, {}))


def test_the_call_s_numbers_are_those_of_the_brief(issues: tuple[Issue, ...]) -> None:
    said = {(issue.code, issue.row_id): issue.message.en for issue in issues}
    for code, row_id, number in (
        ("yield-unusual", "F027", "3.21%"),
        ("payback-unlike-stated", "F121", "35.8–42.5"),  # 680 ÷ 19 = 35.8, 680 ÷ 16 = 42.5
        ("payback-unlike-stated", "F027", "30.9–31.3"),  # 210 ÷ 6.8 and ÷ 6.7
        ("margin-break-even", "F120", "F015/F019 9.5%"),  # 1 − 7.24 ÷ 8
        ("margin-break-even", "F125", "40.3–41.2%"),  # (6.7 − 4) ÷ 6.7
        ("shares-sum", "F089", "95–105%"),
        ("cards-servers", "F054", "+6.7%"),
        ("change-unlike-ends", "F023", "CNY 0.60–0.70m"),  # 520 − 460 and − 450
        ("change-unlike-ends", "F026", "CNY 1.6m"),  # 680 − 520
        ("change-unlike-ends", "F058", "11–17%"),  # 20 to 30 a TB, four of them in 700
        ("change-unlike-ends", "F124", "rents rose 27–33% and F019"),
        ("range-wide", "F121", "17%"),  # 3 ÷ 17.5
    ):
        assert number in said[code, row_id]


def test_only_accepted_errors_stand_in_the_sample(issues: tuple[Issue, ...]) -> None:
    assert [issue for issue in issues if issue.severity is Severity.ERROR] == []
    accepted = {(issue.code, issue.row_id) for issue in accepted_issues(issues)}
    assert {("digits-suspect", "F074"), ("cards-servers", "F054")} <= accepted


def test_what_holds_for_all_is_said_once(issues: tuple[Issue, ...]) -> None:
    for code in ("single-source", "interested-party", "vat-unstated"):
        assert len([issue for issue in issues if issue.code == code]) == 1
    places = [(issue.code, issue.sheet, issue.cell) for issue in issues]
    assert len(set(places)) == len(places)


def test_every_check_has_its_place_in_the_table() -> None:
    assert [rule.number for rule in FIFTEEN] == list(range(1, 16))
    codes = [code for rule in FIFTEEN for code in rule.codes]
    assert len(set(codes)) == len(codes)
    for lang in LANGS:
        assert not any(letter.isdigit() for code in codes for letter in code_name(code)[lang])


def test_the_document_lists_the_checks_as_they_are(project: Path) -> None:
    text = (project / "docs" / "checks.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if re.match(r"\| \d", line)
    ]
    assert [(int(row[0]), row[1], row[3], row[4]) for row in rows] == [
        (
            rule.number,
            ", ".join(f"`{code}`" for code in rule.codes),
            rule.limit,
            rule.severity.value,
        )
        for rule in FIFTEEN
    ]


# ---- 1: digits ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("现在是676.76点八的价格", "two decimal points"),
        ("大概六点七点八万", "two decimal points"),
        ("大概是个 5 万到 5 万之间", "Both ends"),
        ("大概有 60%到 6%", "lost a digit"),
        ("就是60013万", "more than 4 digits"),
        ("六点七到六点八万", ""),
        ("60%到65%", ""),
        ("从 8 万到 6 万", ""),
        ("5 到 50%", ""),
        ("一共 1500 万", ""),
        ("六万三四吧，5 月到 6 月", ""),
    ],
)
def test_spoiled_digits_of_a_printed_value_stop_the_build(quote: str, said: str) -> None:
    sheet = f"id | model | point | unit | quote\nP1 | h100 | 6.75 | 万元/台/月 | {quote}"
    issues = suspect_digits(book(Prices=sheet))
    assert flat(issues) == ([("error", "digits-suspect", "Prices", "E2")] if said else [])
    assert all(said in issue.message.en for issue in issues)


def test_spoiled_digits_weigh_by_what_becomes_of_the_value() -> None:
    sheet = """
        id | topic | point | low | high | unit | quote      | unread    | publish
        F1 | a     |       |     |      | 万元 | 5万到5万  | 5万到5万 | yes
        F2 | b     | 5     |     |      | 万元 | 5万到5万  |           | internal
        F3 | c     | 60013 |     |      | 万元 | 就是这个数 |          | yes
        F4 | d     |       | 5   | 5    | 万元 | 就是这个数 |          | yes
        F5 | e     | 60013 |     |      | 台   | 就是这个数 |          | yes
    """
    assert flat(suspect_digits(book(Survey=sheet))) == [
        ("remark", "digits-suspect", "Survey", "C2"),
        ("warning", "digits-suspect", "Survey", "G3"),
        ("error", "digits-suspect", "Survey", "C4"),
        ("error", "digits-suspect", "Survey", "D5"),
    ]


# ---- 2: units -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "quote", "said"),
    [
        ("12", "%", "那十到十五块钱也不会降", "percent heard as money"),
        ("12", "%", "降 12%", ""),
        ("8", "万元/台/月", "大概 8 块", "a factor of 万"),
        ("8", "万元/台/月", "8 万块钱往上", ""),
        ("8", "万元/台/月", "涨到 8% 了", "money heard as percent"),
        ("15", "万元/台/月", "年租 12-18 万", "a rent a year taken as monthly"),
        ("15", "万元/台/年", "月租 15 万", "a rent a month taken as yearly"),
        ("15", "万元/台/年", "年租 15 万", ""),
        ("0.3", "nm", "零点三纳米", "Did you mean 3 nm?"),
        ("7", "nm", "七纳米", ""),
    ],
)
def test_words_that_speak_of_another_unit(value: str, unit: str, quote: str, said: str) -> None:
    sheet = f"id | topic | point | unit | quote\nF1 | a | {value} | {unit} | {quote}"
    issues = unit_slips(book(Survey=sheet))
    assert flat(issues) == ([("error", "unit-slip", "Survey", "C2")] if said else [])
    assert all(said in issue.message.en for issue in issues)


def test_a_slip_that_is_not_printed_only_warns() -> None:
    sheet = "id | topic | point | unit | publish\nF1 | a | 0.3 | nm | internal"
    assert flat(unit_slips(book(Survey=sheet))) == [("warning", "unit-slip", "Survey", "C2")]


# ---- 3 and 4: orders ------------------------------------------------------------------------

SPOT = """
    id | date    | model | config | tenor   | point | unit
    P1 | 2026-05 | b300  | 4T     | spot    | {}    | 万元/台
    P2 | 2026-05 | b300  | {}     | forward | 520   | 万元/台
    P3 | 2025-11 | b300  | 4T     | spot    | 400   | 万元/台
"""


@pytest.mark.parametrize(
    ("spot", "config", "expected"),
    [
        ("700", "4T", []),
        ("520", "4T", []),
        ("500", "4T", [("warning", "spot-below-forward", "Prices", "F2")]),
        ("500", "2T", []),
        ("700", "", [("warning", "spot-forward-config", "Prices", "D3")]),
    ],
)
def test_spot_is_not_cheaper_than_forward(
    spot: str, config: str, expected: list[tuple[str, ...]]
) -> None:
    assert flat(spot_against_forward(book(Prices=SPOT.format(spot, config)))) == expected


def test_ladders_are_climbed_on_one_date() -> None:
    sheet = """
        id | date    | model | config | term | tenor | point | unit
        P1 | 2026-05 | b300  | 2T     |      | spot  | 650   | 万元/台
        P2 | 2026-05 | b300  | 3T     |      | spot  | 640   | 万元/台
        P3 | 2026-05 | b300  | 4T     |      | spot  | 700   | 万元/台
        P4 | 2026-05 | h100  |        | 1y   |       | 6.0   | 万元/台/月
        P5 | 2026-05 | h100  |        | 3y   |       | 6.4   | 万元/台/月
        P6 | 2026-04 | h100  |        | 5y   |       | 6.9   | 万元/台/月
        P7 | 2026-05 | h200  |        | 1y   |       | 6.0   | 万元/台/月
        P8 | 2026-05 | h800  |        | 1y   |       | 6.0   | 万元/台/月
    """
    issues = broken_ladders(book(Prices=sheet))
    # H800 may cost as much as H100, but H200 must cost more than either.
    assert [(issue.row_id, issue.code) for issue in issues] == [
        ("P2", "ladder-broken"),
        ("P4", "ladder-broken"),
        ("P7", "ladder-broken"),
    ]
    assert "1Y against 3Y" in issues[1].message.en


def test_the_call_climbs_its_ladders() -> None:
    assert broken_ladders(book(Prices=PRICES, Sources=SOURCES)) == ()


# ---- 5 to 7: returns ------------------------------------------------------------------------

LEASE = """
    id | date    | model | term | tenor | low | point | high | unit
    R1 | 2026-05 | h200  | 1y   |       |     | {}    |      | 万元/台/月
    C1 | 2026-05 | h200  |      | spot  |     | 350   |      | 万元/台
    C2 | 2025-08 | h200  |      |       |     | 225   |      | 万元/台
"""
CLAIMS = """
    id | date    | model | parameter       | low | point | high | unit       | kind
    E1 | 2026-05 |       | payback         | 3   |       | 5    | 年         | quoted
    E2 | 2026-05 |       | margin          |     | 30    |      | %          | quoted
    E3 | 2026-05 | h200  | break_even_rent |     | {}    |      | 万元/台/月 | quoted
"""
COSTS = """
    A1 | 2026-05 | | peak_power | | 10.2 | | kW         | assumption
    A2 | 2026-05 | | load       | | 70   | | %          | assumption
    A3 | 2026-05 | | pue        | | 1.3  | | 倍         | assumption
    A4 | 2026-05 | | tariff     | | 0.6  | | 元/kWh     | assumption
    A5 | 2026-05 | | colocation | | 450  | | 元/kW/月   | assumption
    A6 | 2026-05 | | staff      | | 0.1  | | 万元/台/月 | assumption
    A7 | 2026-05 | | spares     | | 1.5  | | %          | assumption
    A8 | 2026-05 | | life       | | 5    | | 年         | assumption
    A9 | 2026-05 | | residual   | | 0    | | %          | assumption
"""


@pytest.mark.parametrize(
    ("rent", "yields", "paybacks"),
    [("8", 0, 0), ("9.7", 0, 0), ("11.5", 1, 1), ("7", 1, 0), ("5.5", 1, 1)],
)  # 350 ÷ 9.7 = 36.1 months at 2.77%; 350 ÷ 7 = 50 at 2.0%; an older price takes no part
def test_yields_and_paybacks_of_current_prices(rent: str, yields: int, paybacks: int) -> None:
    tables = book(Prices=LEASE.format(rent), Economics=CLAIMS.format("5"))
    assert len(unusual_yields(tables)) == yields
    assert len(unlike_paybacks(tables)) == paybacks
    assert unlike_paybacks(book(Prices=LEASE.format(rent))) == ()


def test_a_break_even_and_a_margin_may_rule_each_other_out() -> None:
    def codes(break_even: str) -> list[tuple[str, str]]:
        tables = book(Prices=LEASE.format("8"), Economics=CLAIMS.format(break_even))
        return [(issue.code, issue.row_id) for issue in margin_conflicts(tables)]

    assert codes("4") == [("margin-break-even", "E3")]  # 50% against 25 to 35
    assert codes("5.6") == []  # 30%
    assert codes("5.3") == []  # 33.75%
    assert codes("7") == [("margin-break-even", "E3")]  # 12.5%


def test_a_margin_is_held_against_the_sheet_s_own_costs() -> None:
    economics = CLAIMS.format("5.6").rstrip() + COSTS
    (issue,) = margin_conflicts(book(Prices=LEASE.format("8"), Economics=economics))
    # 350 ÷ 60 + 0.41 + 0.46 + 0.10 + 0.44 = 7.24, so 9.5% of 8: DOMAIN (c)
    assert (issue.row_id, "R1/C1 9.5%" in issue.message.en) == ("E2", True)
    # At 10.5 it is 31%, within 25 to 35.
    dearer = margin_conflicts(
        book(Prices=LEASE.format("10.5"), Economics=economics.replace("| 5.6", "| 7.35"))
    )
    assert dearer == ()


# ---- 8 to 10: sums and changes --------------------------------------------------------------

SHARES = """
    id | segment | metric | period  | low | point | high | unit | basis | confidence
    D1 | a       | share  | 2026-05 |     | 60    |      | %    | owned | medium
    D2 | b       | share  | 2026-05 |     | 15    |      | %    | owned | medium
    D3 | c       | share  | 2026-05 | {}   |      | {}   | %    | owned | medium
    D4 | a       | share  | 2026-05 |     | 99    |      | %    | owned | low
    D5 | a       | share  | 2026-05 |     | 65    |      | %    | used  | medium
"""


@pytest.mark.parametrize(
    ("low", "high", "trips"),
    [("20", "30", True), ("24", "26", False), ("23", "27", False), ("20", "21", True)],
)
def test_shares_add_up_to_a_whole(low: str, high: str, trips: bool) -> None:
    issues = shares_that_miss(book(Demand=SHARES.format(low, high)))
    assert flat(issues) == ([("warning", "shares-sum", "Demand", "E4")] if trips else [])


@pytest.mark.parametrize(
    ("low", "point", "high", "expected"),
    [
        ("", "93750", "", []),
        ("", "95000", "", []),  # 1.3% off
        ("", "100000", "", [("error", "cards-servers", "Survey", "F3")]),
        ("", "", "100000", []),  # fewer than that: true
        ("", "", "90000", [("error", "cards-servers", "Survey", "G3")]),
    ],
)
def test_servers_are_cards_over_eight(
    low: str, point: str, high: str, expected: list[tuple[str, ...]]
) -> None:
    sheet = f"""
        id | topic  | subject | metric             | low   | point   | high   | unit
        F1 | supply | H200    | chips_total        |       | 750000  |        | 张
        F2 | supply | H200    | servers_equivalent | {low} | {point} | {high} | 台
        F3 | supply | H20     | servers_equivalent |       | 1       |        | 台
    """
    assert flat(cards_against_servers(book(Survey=sheet))) == expected


def test_servers_follow_the_cards_of_the_note() -> None:
    sheet = """
        id | topic  | subject | metric             | point | unit
        F1 | supply | H200    | chips_total        | 1600  | 张
        F2 | supply | H200    | servers_equivalent | 100   | 台
    """
    tables = book(Survey=sheet, Note="key | value\ncards_per_server | 8")
    assert [issue.row_id for issue in cards_against_servers(tables)] == ["F2"]


ENDS = """
    id | date    | model | config | tenor   | low | point | high | unit
    P1 | 2025-11 | b300  | 4T     | forward | 450 |       | 460  | 万元/台
    P2 | 2026-05 | b300  | 4T     | forward |     | 520   |      | 万元/台
"""


@pytest.mark.parametrize(
    ("low", "high", "unit", "metric", "trips"),
    [
        ("50", "60", "万元/台", "price_change", True),
        ("55", "65", "万元/台", "price_change", False),
        ("12", "16", "%", "price_change", False),  # 520 ÷ 460 and ÷ 450: 13 to 15.6%
        ("20", "30", "%", "price_change", True),
        ("50", "60", "万元/台", "level", False),
    ],
)
def test_a_stated_change_meets_its_ends(
    low: str, high: str, unit: str, metric: str, trips: bool
) -> None:
    sheet = (
        "id | topic | metric | low | high | unit | contradicts\n"
        f"F1 | a | {metric} | {low} | {high} | {unit} | P1;P2"
    )
    issues = unlike_changes(book(Prices=ENDS, Survey=sheet))
    assert [issue.row_id for issue in issues] == (["F1"] if trips else [])


@pytest.mark.parametrize(("share", "trips"), [("30", True), ("14", False)])
def test_memory_s_share_meets_the_step_between_sizes(share: str, trips: bool) -> None:
    prices = """
        id | date    | model | config | tenor | low | point | high | unit
        P1 | 2026-05 | b300  | 2T     | spot  | 640 |       | 660  | 万元/台
        P2 | 2026-05 | b300  | 4T     | spot  |     | 700   |      | 万元/台
    """
    economics = f"""
        id | date    | parameter    | point   | unit | kind
        E1 | 2026-05 | memory_share | {share} | %    | quoted
    """
    issues = unlike_changes(book(Prices=prices, Economics=economics))
    assert bool(issues) == trips
    assert all("11–17%" in issue.message.en for issue in issues)


@pytest.mark.parametrize(("price", "trips"), [("350", True), ("275", False)])
def test_rents_cover_dearer_hardware_or_not(price: str, trips: bool) -> None:
    prices = f"""
        id | date    | model | term | tenor | low | point   | high | unit
        P1 | 2026-02 | h200  | 1y   |       | 6.0 | 6.1     | 6.3  | 万元/台/月
        P2 | 2026-05 | h200  | 1y   |       |     | 8       |      | 万元/台/月
        P3 | 2025-08 | h200  |      |       | 220 |         | 230  | 万元/台
        P4 | 2026-05 | h200  |      | spot  |     | {price} |      | 万元/台
    """
    sheet = """
        id | topic     | metric                    | contradicts
        F1 | economics | rent_covers_capex_premium | P4
    """
    issues = unlike_changes(book(Prices=prices, Survey=sheet))
    assert flat(issues) == ([("warning", "change-unlike-ends", "Survey", "D2")] if trips else [])


# ---- 11 to 15: evidence ---------------------------------------------------------------------


def test_ranges_are_wide_beyond_the_limit_that_is_set() -> None:
    sheet = """
        id | topic | low | point | high | unit
        F1 | a     | 16  |       | 19   | %
        F2 | b     | 93  |       | 107  | %
        F3 | c     | -15 |       | -10  | %
        F4 | d     | 16  |       |      | %
    """
    assert [issue.row_id for issue in wide_ranges(book(Survey=sheet))] == ["F1", "F3"]
    tables = book(Survey=sheet, Note="key | value\nrange_limit | 20")
    object.__setattr__(tables.note["range_limit"], "values", {"value": 20.0})
    assert [issue.row_id for issue in wide_ranges(tables)] == ["F3"]


def test_our_own_assumptions_are_not_wide() -> None:
    sheet = "id | parameter | low | high | unit | kind\nA1 | load | 60 | 80 | % | assumption"
    assert wide_ranges(book(Economics=sheet)) == ()


CONFLICTS = """
    id | topic | subject | metric | low | point | high | unit | as_of   | source | contradicts
    F1 | p     | rent    | change | -15 |       | -10  | %    | 2026-05 | S1     | F2;F3;F9
    F2 | p     | rent    | trend  |     | 0     |      | %    | 2026-05 | S1     | F1
    F3 | p     | rent    | words  |     |       |      |      | 2026-05 | S1     | F1;F2
    F4 | p     | stock   | share  | 20  |       | 30   | %    | 2026-05 | S1     |
    F5 | p     | stock   | share  | 30  |       | 40   | %    | 2026-05 | S1     |
    F6 | p     | stock   | share  | 80  |       | 90   | %    | 2026-05 | S2     |
    F7 | p     | delay   | months | 3   |       | 4    | 个月 | 2026-05 | S1     |
    F8 | p     | delay   | months |     | 4     |      | 个月 | 2026-05 | S1     |
"""


def test_claims_disagree_by_the_column_and_by_rule() -> None:
    issues = conflicting_claims(book(Survey=CONFLICTS, Sources="id | group\nS1 | a\nS2 | b"))
    assert [(issue.row_id, issue.message.en) for issue in issues] == [
        ("F1", "F1 (−15% to −10%) does not agree with F2 (0%), F3."),
        ("F2", "F2 (0%) does not agree with F3."),
        ("F4", "F4 (20–30%) does not agree with F5 (30–40%)."),
    ]


def test_rows_that_may_not_be_seen_are_not_named() -> None:
    sheet = """
        id | topic | contradicts | publish
        F1 | a     | F2          | yes
        F2 | b     | F1          | internal
    """
    assert conflicting_claims(book(Survey=sheet)) == ()


def test_claims_grow_stale_as_prices_do() -> None:
    demand = """
        id | segment | metric | period  | point | unit
        D1 | a       | order  | 2025-06 | 64    | 台
        D2 | a       | share  | 2025-06 | 60    | %
        D3 | a       | share  | 2026-05 | 60    | %
        D4 | b       | share  | 2026-02 | 60    | %
    """
    note = "key | value\ndate | 2026-06-01\nrent_baseline | 2026-02"
    economics = (
        "id | parameter | date | point | unit | kind\nA1 | pue | 2025 | 1.3 | 倍 | assumption"
    )
    issues = stale_claims(book(Note=note, Demand=demand, Economics=economics))
    assert flat(issues) == [("remark", "claim-stale", "Demand", "D2")]


def test_sources_that_stand_alone_or_gain() -> None:
    sources = "id | group | interested\nS1 | a | yes\nS2 | a | no\nS3 | b | yes"
    sheet = """
        id | date    | model | point | unit     | source
        P1 | 2026-05 | h100  | 6.75  | 万元/台/月 | S1
        P2 | 2026-05 | h100  | 6.7   | 万元/台/月 | {}
        P3 | 2026-05 | h200  | 8     | 万元/台/月 | S1
    """
    one = book(Sources=sources, Prices=sheet.format("S2"))
    assert [issue.message.en for issue in single_source(one)] == [
        "All 3 pieces of evidence rest on one source (S1)."
    ]
    two = book(Sources=sources, Prices=sheet.format("S3"))
    assert [issue.message.en for issue in single_source(two)] == [
        "1 of 2 current prices rests on one independent source: S1 (P3)."
    ]
    assert [issue.row_id for issue in interested_parties(one)] == ["S1"]
    assert [issue.row_id for issue in interested_parties(two)] == ["S1", "S3"]
    assert single_source(book(Sources=sources)) == interested_parties(book()) == ()


def test_bases_are_not_to_be_mixed() -> None:
    prices = """
        id | date    | model | config | term | tenor | basis | point | unit
        P1 | 2026-05 | h200  |        |      | spot  |       | 350   | 万元/台
        P2 | 2026-05 | h200  |        |      |       | cost  | 275   | 万元/台
        P3 | 2026-05 | h100  |        |      |       | cost  | 200   | 万元/台
        P4 | 2026-05 | h100  |        | 1y   |       |       | 6.75  | 万元/台/月
        P5 | 2026-05 | h100  |        |      |       |       | 6.5   | 万元/台/月
    """
    demand = """
        id | segment | metric      | period  | point | unit | basis
        D1 | a       | share       | 2026-05 | 60    | %    | owned
        D2 | b       | share       | 2026-05 | 65    | %    | used
        D3 | c       | utilisation | 2026-05 | 65    | %    | used
    """
    survey = """
        id | topic | subject | metric          | point | unit
        F1 | t     | Token   | reseller_margin | 25    | %
        F2 | t     | Token   | reseller_markup | 100   | %
        F3 | t     | other   | mark-up         | 100   | %
    """
    issues = unlike_bases(book(Prices=prices, Demand=demand, Survey=survey))
    assert [(issue.row_id, issue.severity.value) for issue in issues] == [
        ("P2", "remark"),
        ("P5", "remark"),
        ("D2", "remark"),
        ("F2", "remark"),
    ]


# ---- what the note says of them -------------------------------------------------------------

ACCEPTED = """
    code         | where | reason         | reason_en       | by     | until
    range-wide   | F121  | 来源坚持此区间 | The source insists on it | SAMPLE | 2026-12-31
    value-unread | F012  | 由甲公司核实   | Secret Co. said so | SAMPLE |
"""


def test_the_note_lists_what_was_accepted_and_what_is_open() -> None:
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Accepted=ACCEPTED)
    redactor = Redactor([Redaction("甲公司", "某公司"), Redaction("Secret Co.", "a firm")])
    told = tuple(map(redactor.issue, run_checks(tables)))
    for lang in LANGS:
        until = {"zh": "2026 年 12 月 31 日", "en": "31 Dec 2026"}[lang]
        reason = {"zh": "由某公司核实", "en": "a firm said so"}[lang]
        note = build_note(tables, analyse(tables), lang, "client", issues=told)
        bodies = {one.id: one.body for one in note.exhibits()}
        accepted, left = bodies["accepted"], bodies["open-issues"]
        assert isinstance(accepted, TableData)
        assert isinstance(left, TableData)
        said = [[as_text(cell) for cell in row.cells] for row in accepted.rows]
        assert [row[1] for row in said] == ["F012", "F121"]
        assert said[0][2].startswith(reason)
        assert until in said[1][2]
        assert any("F027" in as_text(row.cells[1]) for row in left.rows)  # its yield
        digits = [
            run.text
            for body in (accepted, left)
            for row in body.rows
            for cell in row.cells
            for run in cell
            if run.kind == "text" and any(map(str.isdigit, run.text))
        ]
        assert digits == []


def test_a_few_doubts_say_which_price_is_held_against_which() -> None:
    prices = """
        id | date       | market | model | term | point | unit       | source
        A1 | 2026-05-28 | rent   | h100  | 1y   | 6.5   | 万元/台/月 | EC1
        A2 | 2026-05-28 | rent   | h100  | 3y   | 6.9   | 万元/台/月 | EC1
    """
    tables = book(Note=NOTE, Sources=SOURCES, Prices=prices)
    broken = [one for one in run_checks(tables) if one.code == "ladder-broken"]
    wanted = {
        "zh": "A1（H100 一年期），对照 A2（H100 三年期）",
        "en": "A1 (H100 1-year) against A2 (H100 3-year)",
    }
    for lang in LANGS:
        note = build_note(tables, analyse(tables), lang, "client", issues=tuple(broken))
        (left,) = [one.body for one in note.exhibits() if one.id == "open-issues"]
        assert isinstance(left, TableData)
        assert [as_text(row.cells[1]) for row in left.rows] == [wanted[lang]]
    fewer = book(Note=NOTE, Sources=SOURCES, Prices="\n".join(prices.splitlines()[:3]))
    note = build_note(fewer, analyse(fewer), "en", "client", issues=tuple(broken))
    (left,) = [one.body for one in note.exhibits() if one.id == "open-issues"]
    assert isinstance(left, TableData)
    assert "A2" not in as_text(left.rows[0].cells[1])  # it is not printed


def test_rows_that_are_not_printed_are_not_listed() -> None:
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES)
    told = tuple(issue for issue in run_checks(tables) if issue.sheet == "Prices")
    fewer = book(Note=NOTE, Sources=SOURCES, Prices="\n".join(PRICES.splitlines()[:2]))
    note = build_note(fewer, analyse(fewer), "zh", "client", issues=told)
    assert {"accepted", "open-issues"} & {one.id for one in note.exhibits()} == set()


def test_an_acceptance_keeps_who_and_until_when() -> None:
    tables = book(Note=NOTE, Sources=SOURCES, Prices=PRICES, Accepted=ACCEPTED)
    (issue,) = accepted_issues(
        issue for issue in accept(wide_ranges(tables), tables) if issue.row_id == "F121"
    )
    assert issue.accepted is not None
    assert (issue.accepted.reason.en, issue.accepted.by) == ("The source insists on it", "SAMPLE")
    assert issue.accepted.until is not None
    assert issue.accepted.until.key == "2026-12-31"


def test_the_checks_are_quick_on_many_rows() -> None:
    lines = ["id | date | model | term | tenor | low | high | unit | source | contradicts"]
    for n in range(3_000):
        date = f"{2024 + n % 3}-{1 + n % 12:02}-{1 + n % 28:02}"
        rent = n % 2
        cells = (
            f"P{n}", date, ("h100", "h200", "b300")[n % 3], ("", "1y")[rent],
            ("spot", "")[rent], str(5 + n % 7), str(6 + n % 7),
            ("万元/台", "万元/台/月")[rent], f"S{n % 5}", f"P{n - 1}" if n else "",
        )  # fmt: skip
        lines.append(" | ".join(cells))
    tables = book(Prices="\n".join(lines), Note=NOTE)
    start = time.process_time()
    for check in CHECKS:
        check(tables)
    assert time.process_time() - start < 5
