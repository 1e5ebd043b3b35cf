"""Small workbooks, each with one thing wrong that a check or a gate finds.

A sheet is a text table: a line of column keys, then a line a row, cells between bars.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.workbook.plain import Sheet, plain_workbook

_BETWEEN_CELLS = re.compile(r"(?:(?<=\s)|^)\|(?=\s|$)")  # [[figure|form]] is not two cells


@dataclass(frozen=True, slots=True)
class Example:
    """A workbook that raises `code`: its sheets, beside those of BASE that it leaves alone.

    Its settings are added to those of BASE.
    """

    code: str
    meaning: str
    sheets: Mapping[str, str] = field(default_factory=dict)

    def workbook(self) -> bytes:
        """The workbook as an .xlsx file."""
        tables = {name: _table(text) for name, text in (BASE | dict(self.sheets)).items()}
        if "Note" in self.sheets:
            ours = {row[0] for row in tables["Note"]}
            tables["Note"] += [row for row in _table(BASE["Note"]) if row[0] not in ours]
        return plain_workbook(
            [Sheet(name, (), rows[0], tuple(rows[1:])) for name, rows in tables.items()]
        )


def _table(text: str) -> list[tuple[str, ...]]:
    """The cells of a text table, its headings first."""
    return [
        tuple(cell.strip() for cell in _BETWEEN_CELLS.split(line))
        for line in text.strip().splitlines()
    ]


BASE = {
    "Note": """
        key      | value
        title_zh | 租金回升
        title_en | Rents recover
        date     | 2026-06-01
    """,
    "Sources": """
        id | kind   | date       | title_zh | title_en | group | publish
        S1 | broker | 2026-05-28 | 经纪商甲 | Broker A | a     | yes
    """,
    "Prices": """
        id | date       | model | term | vat  | point | unit       | source
        P1 | 2026-05-28 | h100  | 1y   | excl | 6.7   | 万元/台/月 | S1
    """,
}
"""A workbook of one rent, in order but for the remark that it has one source."""

_PRICED = (
    "id | date    | model | config | term | tenor | basis | low | point | high | unit | source\n"
)
_CLAIM = "id | date | topic | subject | metric | low | point | high | unit | contradicts | source\n"
_PARAMETER = "id | date | model | parameter | low | point | high | unit | kind | source\n"
_CALL = "id | kind | date | attestations | cooling_off_end | restricted | publish\n"

NUMBERS: tuple[Example, ...] = (
    Example("digits-suspect", "Digits that speech recognition spoiled, in a value or its quote.", {
        "Prices": """
        id | date    | model | point | unit       | source | quote
        P1 | 2026-05 | h100  | 6.75  | 万元/台/月 | S1     | 现在是676.76点八的价格
        """}),
    Example("unit-slip", "The words of the source speak of another unit than the Unit column.", {
        "Survey": _CLAIM + "F1 | 2026-05 | supply | 制程 | node | | 0.3 | | nm | | S1"}),
    Example("unit-outlier", "A price so far from the others of its model, or of all models, that "
            "its unit was probably meant otherwise. It is tried at ×8, ×10, ×12 and ×10⁴.", {
        "Prices": """
        id | date    | model | term | point | unit       | source
        P1 | 2026-05 | h200  | 1y   | 8     | 万元/台/月 | S1
        P2 | 2026-05 | h200  | 1y   | 8.1   | 万元/台/月 | S1
        P3 | 2026-05 | h200  | 1y   | 35    | 万元/卡/年 | S1
        """}),
    Example("price-not-positive", "A rent or a price of zero or below.", {
        "Prices": """
        id | date    | model | term | point | unit       | source
        P1 | 2026-05 | h200  | 1y   | -8    | 万元/台/月 | S1
        """}),
    Example("spot-below-forward", "Spot costs less than a forward order of the same memory.", {
        "Prices": _PRICED + """
        P1 | 2026-05 | b300 | 4T | | spot    | | | 500 | | 万元/台 | S1
        P2 | 2026-05 | b300 | 4T | | forward | | | 520 | | 万元/台 | S1
        """.strip()}),
    Example("spot-forward-config", "Spot and forward of which one does not state its memory: no "
            "premium can be computed.", {
        "Prices": _PRICED + """
        P1 | 2026-05 | b300 | 4T | | spot    | | | 700 | | 万元/台 | S1
        P2 | 2026-05 | b300 |    | | forward | | | 520 | | 万元/台 | S1
        """.strip()}),
    Example("ladder-broken", "More memory, a shorter term or a better model costs no more, on one "
            "date.", {
        "Prices": _PRICED + """
        P1 | 2026-05 | h100 | | 1y | | | | 6.0 | | 万元/台/月 | S1
        P2 | 2026-05 | h100 | | 3y | | | | 6.4 | | 万元/台/月 | S1
        """.strip()}),
    Example("yield-unusual", "A month's rent is an unusual part of the server's price.", {
        "Prices": _PRICED + """
        P1 | 2026-05 | h200 | | 1y |      | | | 5.5 | | 万元/台/月 | S1
        P2 | 2026-05 | h200 | |    | spot | | | 350 | | 万元/台    | S1
        """.strip()}),
    Example("payback-unlike-stated", "Gross payback, price ÷ rent, reaches outside what a source "
            "states.", {
        "Prices": _PRICED + """
        P1 | 2026-05 | h200 | | 1y |      | | | 11.5 | | 万元/台/月 | S1
        P2 | 2026-05 | h200 | |    | spot | | | 350  | | 万元/台    | S1
        """.strip(),
        "Economics": _PARAMETER + "E1 | 2026-05 | | payback | 3 | | 5 | 年 | quoted | S1"}),
    Example("margin-break-even", "A stated margin that neither a stated break-even nor the rents, "
            "prices and costs of the workbook allow.", {
        "Prices": _PRICED + """
        P1 | 2026-05 | h200 | | 1y |      | | | 8   | | 万元/台/月 | S1
        P2 | 2026-05 | h200 | |    | spot | | | 350 | | 万元/台    | S1
        """.strip(),
        "Economics": _PARAMETER + """
        E1 | 2026-05 |      | margin          | | 30 | | %          | quoted | S1
        E2 | 2026-05 | h200 | break_even_rent | | 4  | | 万元/台/月 | quoted | S1
        """.strip()}),
    Example("shares-sum", "Shares of one whole, basis and period that do not add up to 100.", {
        "Demand": """
        id | segment | metric | period  | point | unit | basis | source
        D1 | 互联网  | share  | 2026-05 | 60    | %    | used  | S1
        D2 | 政企    | share  | 2026-05 | 15    | %    | used  | S1
        """}),
    Example("cards-servers", "A count of servers that is not cards ÷ cards per server.", {
        "Survey": _CLAIM + """
        F1 | 2026-05 | supply | H200 | chips_total        | | 750000 | | 张 | | S1
        F2 | 2026-05 | supply | H200 | servers_equivalent | | 100000 | | 台 | | S1
        """.strip()}),
    Example("change-unlike-ends", "A stated change, profit, memory share or pass-through that the "
            "quoted prices do not bear out.", {
        "Prices": _PRICED + """
        P1 | 2025-11 | b300 | 4T | | forward | | 450 |     | 460 | 万元/台 | S1
        P2 | 2026-05 | b300 | 4T | | forward | |     | 520 |     | 万元/台 | S1
        """.strip(),
        "Survey": _CLAIM
        + "F1 | 2026-05 | price | B300 | price_change | 20 | | 30 | % | P1;P2 | S1"}),
    Example("range-wide", "A quoted range that is wide for its middle; `range_limit` on Note sets "
            "the limit.", {
        "Prices": _PRICED + "P1 | 2026-05 | b300 | | 5y | | | 16 | | 19 | 万元/台/月 | S1"}),
    Example("claims-conflict", "Claims that disagree, by the Contradicts column or because two "
            "values of one thing, date and source do not overlap.", {
        "Survey": _CLAIM + """
        F1 | 2026-05 | price | rent | change | -15 | | -10 | % | F2 | S1
        F2 | 2026-05 | price | rent | trend  |     | 0 |   | % |    | S1
        """.strip()}),
    Example("price-stale", "The newest price of a thing is old; `stale_days` on Note sets the "
            "limit, and declared baselines are exempt.", {
        "Prices": _PRICED + "P1 | 2026-03-01 | h100 | | 1y | | | | 6.7 | | 万元/台/月 | S1"}),
    Example("claim-stale", "The newest value of a claim, estimate or parameter is old.", {
        "Demand": """
        id | segment | metric | period  | point | unit | source
        D1 | 互联网  | order  | 2025-06 | 64    | 台   | S1
        """}),
    Example("single-source", "Evidence that rests on one independent source, said once.", {}),
    Example("interested-party", "A source that gains if what it says is believed.", {
        "Sources": """
        id | kind   | date       | interested | publish
        S1 | broker | 2026-05-28 | yes        | yes
        """}),
    Example("interviewer-sourced", "A row that the interviewer said, not the source.", {
        "Survey": """
        id | date    | topic  | claim_zh | claim_en     | source | speaker
        F1 | 2026-05 | supply | 供给会增加 | Supply grows | S1     | interviewer
        """}),
    Example("basis-mismatch", "Numbers of unlike bases that a reader might set side by side: cost "
            "and spot, used and owned, margin and mark-up, a term stated and none.", {
        "Prices": _PRICED + """
        P1 | 2026-05 | h200 | | | spot |      | | 350 | | 万元/台 | S1
        P2 | 2026-05 | h200 | | |      | cost | | 275 | | 万元/台 | S1
        """.strip()}),
    Example("vat-unstated", "Prices that do not say whether VAT is in them, said once.", {
        "Prices": _PRICED + "P1 | 2026-05 | h100 | | 1y | | | | 6.7 | | 万元/台/月 | S1"}),
)  # fmt: skip
"""What the fifteen checks of docs/checks.md find in the numbers."""

ROWS: tuple[Example, ...] = (
    Example("duplicate-id", "Two rows of evidence, or two sources, with one id.", {
        "Prices": """
        id | date    | model | point | unit       | source
        P1 | 2026-05 | h100  | 6.7   | 万元/台/月 | S1
        P1 | 2026-05 | h200  | 8     | 万元/台/月 | S1
        """}),
    Example("source-unknown", "A row that names a source which the Sources sheet does not have.", {
        "Prices": """
        id | date    | model | point | unit       | source
        P1 | 2026-05 | h100  | 6.7   | 万元/台/月 | S2
        """}),
    Example("price-after-source", "Prices dated after the source that is said to have quoted "
            "them, said once a source.", {
        "Prices": """
        id | date    | model | point | unit       | source
        P1 | 2026-06 | h100  | 6.7   | 万元/台/月 | S1
        """}),
    Example("month-not-joined", "Two independent sources quote one price on different days of a "
            "month: the figure is that of the later day alone.", {
        "Sources": """
        id | kind   | date       | title_zh | title_en | group | publish
        S1 | broker | 2026-05-28 | 经纪商甲 | Broker A | a     | yes
        S2 | broker | 2026-05-20 | 经纪商乙 | Broker B | b     | yes
        """,
        "Prices": """
        id | date       | model | term | point | unit       | source
        P1 | 2026-05-20 | h100  | 1y   | 6.4   | 万元/台/月 | S2
        P2 | 2026-05-28 | h100  | 1y   | 6.7   | 万元/台/月 | S1
        """}),
    Example("contradicts-unknown", "A row said to contradict a row that is not there, or itself.", {
        "Survey": _CLAIM + "F1 | 2026-05 | price | rent | trend | | 0 | | % | F2 | S1"}),
    Example("baseline-missing", "A market has prices of several dates and no baseline, so that no "
            "change is computed.", {
        "Prices": _PRICED + """
        P1 | 2026-02 | h100 | | 1y | | | | 5.9 | | 万元/台/月 | S1
        P2 | 2026-05 | h100 | | 1y | | | | 6.7 | | 万元/台/月 | S1
        """.strip()}),
    Example("baseline-unmatched", "No price is of the declared baseline or before it.", {
        "Note": "key | value\nrent_baseline | 2025-12"}),
    Example("baseline-unreadable", "The declared baseline is not a date that can be read.", {
        "Note": "key | value\nrent_baseline | 春节前后"}),
    Example("slug-unusable", "The name of the files has letters or signs that file names may not "
            "have on every system.", {"Note": "key | value\nslug | Compute Rents"}),
)  # fmt: skip
"""What is wrong with rows and settings beyond single cells."""

PROSE: tuple[Example, ...] = (
    Example("unknown-figure", "Prose asks for a figure that there is not.", {
        "Views": """
        section | language | text                 | publish
        rents   | zh       | 租金为 [[rent.h10.1y]]。 | yes
        rents   | en       | Rents are [[rent.h10.1y]]. | yes
        """}),
    Example("unknown-figure-form", "Prose asks for a figure in a form that there is not.", {
        "Views": """
        section | language | text                        | publish
        rents   | zh       | 租金为 [[rent.h100.1y|short]]。 | yes
        rents   | en       | Rents are [[rent.h100.1y|short]]. | yes
        """}),
    Example("typed-number", "A number typed into prose, a title, a claim, a condition or a name, "
            "in digits or in words.", {
        "Views": """
        section | language | text               | publish
        rents   | zh       | 租金涨到 6.7 万元。 | yes
        rents   | en       | Rents have risen.  | yes
        """}),
    Example("figure-brackets", "The name of a figure stands in brackets that are not read, and "
            "would be printed as it stands.", {
        "Views": """
        section | language | text                        | publish
        rents   | zh       | 租金为【【rent.h100.1y】】。 | yes
        rents   | en       | Rents are [rent.h100.1y].    | yes
        """}),
    Example("prose-contrary", "The words say up and the figure says down, or the other way.", {
        "Note": "key | value\nrent_baseline | 2026-02",
        "Prices": _PRICED + """
        P1 | 2026-02 | h100 | | 1y | | | | 6.7 | | 万元/台/月 | S1
        P2 | 2026-05 | h100 | | 1y | | | | 5.9 | | 万元/台/月 | S1
        """.strip(),
        "Views": """
        section | language | text                                  | publish
        rents   | zh       | 租金上涨 [[change.rent.h100.1y]]。      | yes
        rents   | en       | Rents moved by [[change.rent.h100.1y]]. | yes
        """}),
    Example("view-unplaced", "A paragraph or title of Views that stands nowhere in a note.", {
        "Views": """
        section                      | language | text           | publish
        rent                         | zh       | 租约供不应求。 | yes
        rent                         | en       | Leases are short. | yes
        exhibit.rent-by-model.title  | zh       | 租约供不应求   | yes
        exhibit.rent-by-model.title  | en       | Leases are short | yes
        """}),
    Example("view-one-language", "A section of Views, or a title, in one language only.", {
        "Views": """
        section | language | text       | publish
        rents   | zh       | 租金在涨。 | yes
        """}),
    Example("view-figures-differ", "The two languages of a section use different figures.", {
        "Views": """
        section | language | text                   | publish
        rents   | zh       | 租金 [[rent.h100.1y]]。 | yes
        rents   | en       | Rents have risen.      | yes
        """}),
)  # fmt: skip
"""What is wrong with titles and the paragraphs of Views."""

CONDUCT: tuple[Example, ...] = (
    Example("publish-blank", "Rows that do not say whether they may be printed, said once.", {}),
    Example("expert-call-unattested", "An expert call without a record that compliance was "
            "satisfied.", {
        "Sources": _CALL + "S1 | expert_call | 2026-05-28 | | | | internal"}),
    Example("author-without-certificate", "A research report that does not name one certificate "
            "an author.", {
        "Note": "key | value\nkind | research_report\nlicence | 证券投资咨询\nauthors | 陈伟"}),
    Example("gate-call-unattested", "A client edition would print an expert call without "
            "attestations.", {
        "Sources": _CALL + "S1 | expert_call | 2026-05-28 | | | | yes"}),
    Example("gate-call-cooling-off", "A client edition would print an expert call in its "
            "cooling-off period.", {
        "Sources": _CALL + "S1 | expert_call | 2026-05-28 | 合规部 | 2026-06-15 | | yes"}),
    Example("gate-source-restricted", "A client edition would print a source on the restricted "
            "list.", {
        "Sources": _CALL + "S1 | broker | 2026-05-28 | | | yes | yes"}),
    Example("gate-source-never", "A client edition would print rows of a source marked never.", {
        "Sources": _CALL + "S1 | broker | 2026-05-28 | | | | never",
        "Prices": """
        id | date    | model | point | unit       | source | publish
        P1 | 2026-05 | h100  | 6.7   | 万元/台/月 | S1     | yes
        """}),
    Example("rating-without-licence", "A house without a licence gives no rating.", {
        "Note": "key | value\nrating | 强于大市"}),
    Example("report-without-licence", "Without a licence nothing is called a research report.", {
        "Note": "key | value\nkind | research_report"}),
    Example("gate-internal-figure", "A sentence for clients asks for an `internal.*` figure.", {
        "Views": """
        section | language | text                           | publish
        rents   | zh       | 成本为 [[internal.claim.P9]]。   | yes
        rents   | en       | Cost is [[internal.claim.P9]]. | yes
        """}),
    Example("redacted-name", "A redacted word stands in a name that cannot be replaced: an id, a "
            "model, a file name.", {
        "Prices": """
        id | date    | model | point | unit       | source
        甲公司-1 | 2026-05 | h100  | 6.7   | 万元/台/月 | S1
        """,
        "Redactions": "term | replacement\n甲公司 | 某客户"}),
)  # fmt: skip
"""Compliance: what may be printed, and what stops an edition with exit code 4."""
