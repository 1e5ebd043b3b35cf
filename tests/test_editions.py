"""What may be printed: rows, words, and the search of what was printed."""

from __future__ import annotations

import base64
import io
import json

import pikepdf
import pytest
from weasyprint import HTML

from reportgen.editions.publish import internal_only, publishable
from reportgen.editions.redact import Redaction, Redactor, redactions
from reportgen.editions.search import leaks
from reportgen.editions.spelling import find
from reportgen.quantity import Quoted
from reportgen.workbook.tables import Table
from reportgen.workbook.writer import workbook_bytes
from tests.books import book

MIXED = book(
    Sources="""
        id | kind        | publish
        S1 | expert_call | yes
        S2 | press       | internal
        S3 | own         | never
        S4 | broker      |
    """,
    Prices="""
        id | source | publish
        P1 | S1     |
        P2 | S1     | internal
        P3 | S2     |
        P4 | S2     | yes
        P5 | S3     |
        P6 | S4     |
        P7 | S9     |
        P8 | S1     | never
    """,
    Views="""
        section | language | publish
        rents   | zh       | yes
        supply  | zh       | internal
        risks   | zh       |
    """,
)


def ids(table: Table) -> list[str]:
    return [row.id for row in table]


# ---- rows -----------------------------------------------------------------------------------


def test_a_rows_own_word_goes_before_its_sources() -> None:
    assert ids(publishable(MIXED)["Prices"]) == ["P1", "P4"]
    assert ids(internal_only(MIXED)["Prices"]) == ["P2", "P3", "P6", "P7"]


def test_a_source_stays_when_something_printed_rests_on_it() -> None:
    assert ids(publishable(MIXED)["Sources"]) == ["S1", "S2"]


def test_editions_share_their_evidence_and_differ_in_prose() -> None:
    client, internal = publishable(MIXED), publishable(MIXED, "internal")
    assert ids(client["Prices"]) == ids(internal["Prices"])
    assert [row.text("section") for row in client["Views"]] == ["rents"]
    assert [row.text("section") for row in internal["Views"]] == ["rents", "supply", "risks"]


def test_never_is_in_no_edition() -> None:
    kept = ids(publishable(MIXED, "internal")["Prices"]) + ids(internal_only(MIXED)["Prices"])
    assert not {"P5", "P8"} & set(kept)


def test_filtering_leaves_the_workbook_as_it_was() -> None:
    publishable(MIXED)
    assert len(MIXED["Prices"]) == 8


# ---- spellings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["冯冠儒", "馮冠儒", "冯 冠 儒", "冯\u200b冠儒", "冯\n冠儒", "我是冯冠儒先生"],
)
def test_chinese_names_are_found_in_every_spelling(text: str) -> None:
    (found,) = find(text, ["冯冠儒"])
    assert text[found.start] in "冯馮"
    assert text[found.end - 1] == "儒"


@pytest.mark.parametrize(
    "text",
    ["Alibaba", "ALIBABA", "ａｌｉｂａｂａ", "A l i b a b a", "向Alibaba供货", "Ali\u00adbaba"],
)
def test_latin_names_are_found_in_every_spelling(text: str) -> None:
    assert len(find(text, ["alibaba"])) == 1


@pytest.mark.parametrize("text", ["reality", "Alice", "Ali2", "冯", "conf. Al"])
def test_parts_of_other_words_are_not_found(text: str) -> None:
    assert find(text, ["Ali", "冯冠儒"]) == ()


def test_a_traditional_term_finds_simplified_text() -> None:
    assert len(find("华为", ["華為"])) == 1


# ---- redaction ------------------------------------------------------------------------------


def test_the_longest_term_wins() -> None:
    redactor = Redactor([Redaction("无问", "甲"), Redaction("无问芯穹", "一家初创公司")])
    assert redactor.text("无问芯穹和无问") == "一家初创公司和甲"


def test_a_blank_replacement_depends_on_the_language() -> None:
    redactor = Redactor([Redaction("Alibaba")])
    assert redactor.text("Alibaba 的订单") == "某 的订单"
    assert redactor.text("an order of Alibaba.") == "an order of [withheld]."


def test_terms_take_in_their_aliases() -> None:
    workbook = book(
        Redactions="term | replacement\n润泽 | 一家机房",
        Glossary="""
            alias | canonical_zh | canonical_en
            润则  | 润泽科技      | Runze
            龙芯  | 龙虾          | OpenClaw
        """,
    )
    assert redactions(workbook) == (Redaction("润泽", "一家机房"), Redaction("润则", "一家机房"))


def test_every_printed_text_of_a_workbook_is_redacted() -> None:
    workbook = book(
        Note="key | value\ntitle_zh | 润泽涨价",
        Sources="id | title_zh | role_en\n润泽1 | 润泽专家 | an expert of 润泽",
        Survey="""
            id | topic | claim_zh | quote      | source | point | unit | unread
            F1 | 润泽   | 润泽扩张  | 我们润 泽的 | 润泽1   | 30    | %    | 润泽三成
        """,
        Views="section | language | text\nrents | zh | 润泽 [[a]]",
        Glossary="alias | canonical_zh\n润则 | 润泽\n龙芯 | 龙虾",
        Redactions="term | replacement\n润泽 | 某机房",
    )
    clean = Redactor(redactions(workbook)).workbook(workbook)
    (claim,) = clean["Survey"]
    assert claim.values["claim_zh"] == "某机房扩张"
    assert claim.values["quote"] == "我们某机房的"
    assert claim.unread == "某机房三成"
    assert (claim.values["topic"], claim.values["source"]) == ("润泽", "润泽1")
    assert clean.setting("title_zh") == "某机房涨价"
    assert clean["Sources"].rows[0].values["role_en"] == "an expert of 某机房"
    assert clean["Views"].rows[0].values["text"] == "某机房 [[a]]"
    assert [row.text("alias") for row in clean["Glossary"]] == ["龙芯"]
    assert clean["Redactions"].rows[0].text("term") == "润泽"


def test_a_passport_is_redacted_too() -> None:
    workbook = book(Survey="id | topic | point | unit | quote\nF1 | a | 30 | % | 润泽")
    (row,) = workbook["Survey"]
    quantity = row.quantity
    assert quantity is not None
    assert isinstance(quantity.lineage, Quoted)
    clean = Redactor([Redaction("30", "几")]).row(row, "Survey").quantity
    assert clean is not None
    assert isinstance(clean.lineage, Quoted)
    assert clean.lineage.as_written == "几"
    assert (clean.low, clean.high) == (30, 30)


# ---- searching finished files ---------------------------------------------------------------


def places(content: bytes | str, term: str = "润泽") -> list[str]:
    return sorted({leak.where for leak in leaks(content, [term])})


@pytest.mark.parametrize(
    "page",
    [
        "<p>润泽</p>",
        "<p><b>润</b>\n<i>泽</i></p>",
        '<img alt="润泽">',
        "<!-- 润泽 -->",
        "<p>&#28070;&#27901;</p>",
        f"<script>{json.dumps({'quote': '润泽'})}</script>",
        '<img src="data:image/svg+xml;base64,'
        + base64.b64encode("<svg><title>润泽</title></svg>".encode()).decode()
        + '">',
    ],
)
def test_html_hides_nothing(page: str) -> None:
    assert leaks(page, ["润泽"])
    assert leaks(page.encode(), ["潤澤"])


def test_a_clean_page_has_no_leaks() -> None:
    noise = base64.b64encode(bytes(range(256)) * 40).decode()
    page = f'<p>滋润的沼泽 reality</p><img src="data:font/woff2;base64,{noise}">'
    assert leaks(page, ["润泽", "Ali", "GH"]) == ()


def test_a_leak_says_where_and_what_is_around_it() -> None:
    (leak, _) = leaks("<p>三月起润泽开始涨价</p>", ["润泽"])
    assert (leak.term, leak.where, leak.context) == ("润泽", "text", "三月起润泽开始涨价")


def pdf(body: str, title: str = "Note") -> bytes:
    page = f'<html lang="zh"><head><title>{title}</title></head><body>{body}</body></html>'
    return bytes(HTML(string=page).write_pdf(pdf_tags=True))


def test_pdf_pages_are_searched() -> None:
    assert "page 2" in places(pdf('<p>a</p><p style="break-before: page">三月润泽涨价</p>'))


def test_pdf_metadata_bookmarks_and_alternatives_are_searched() -> None:
    assert "metadata" in places(pdf("<p>a</p>", title="润泽"))
    picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
    hidden = pdf(f'<h1 style="bookmark-label: \'润泽\'">a</h1><img src="{picture}" alt="润泽">')
    assert places(hidden) == ["metadata"]


def test_pdf_attachments_are_searched() -> None:
    with pikepdf.open(io.BytesIO(pdf("<p>a</p>"))) as document:
        document.attachments["data.json"] = pikepdf.AttachedFileSpec(
            document, '{"quote": "润泽"}'.encode(), filename="data.json"
        )
        out = io.BytesIO()
        document.save(out)
    assert any(place.startswith("embeddedfile") for place in places(out.getvalue()))


def test_a_clean_pdf_has_no_leaks() -> None:
    assert leaks(pdf("<p>滋润的沼泽</p>"), ["润泽"]) == ()


def test_workbooks_are_searched() -> None:
    content = workbook_bytes({"Views": [{"section": "rents", "text": "润泽"}]}, "zh")
    assert places(content) == ["xl/worksheets/sheet8.xml"]
