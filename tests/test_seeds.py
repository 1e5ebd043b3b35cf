"""The rows behind the sample workbooks: true to the transcript, safe to print, whole."""

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from reportgen.editions.spelling import find
from reportgen.workbook.sample import SAMPLES
from reportgen.workbook.schema import NOTE_KEYS, SHEETS, sheet

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
TRANSCRIPT = (SEEDS / "expert-call-compute-leasing.txt").read_text(encoding="utf-8")
EVIDENCE = ("Prices", "Survey", "Demand", "Economics")
PRINTED = (*EVIDENCE, "Scenarios", "Sources", "Views", "Note")
FIGURE = re.compile(r"\[\[([^\]|]+)(?:\|[^\]]*)?\]\]")
PRODUCT = re.compile(r"\b(?:H20|H100|H200|H800|A100|A800|B200|B300)\b|(?<![A-Z])F\d{3}\b")
WORDED = re.compile(
    r"[一二三四五六七八九十两半几百千万]+(?:成|倍|番|半|年期|个月|家|台|万|％|%)"
    r"|翻番|翻倍|一半"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twice|half|halve[sd]?"
    r"|double[sd]?|triple[sd]?|thirds?|quarters?|dozens?)\b",
    re.IGNORECASE,
)

Rows = list[dict[str, str]]


@cache
def rows(book: str, name: str) -> Rows:
    with (SEEDS / book / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def public(book: str, name: str) -> Rows:
    """Rows that may be printed: those without a publish column always are."""
    return [row for row in rows(book, name) if row.get("publish", "yes") == "yes"]


def printed_text(row: dict[str, str]) -> str:
    """The cells of a row that a reader may see."""
    return "\n".join(text for key, text in row.items() if key not in ("remark", "help") and text)


def settings(book: str) -> dict[str, str]:
    return {row["key"]: row["value"] for row in rows(book, "Note")}


def prose(book: str) -> list[tuple[str, str]]:
    """(where, text) of every paragraph, exhibit title and title of the note."""
    titles = [(key, text) for key, text in settings(book).items() if "title" in key]
    views = [(f"{row['section']} {row['language']}", row["text"]) for row in rows(book, "Views")]
    return [*titles, *views]


each_book = pytest.mark.parametrize("book", SAMPLES)


@each_book
def test_every_sheet_is_there_with_the_schema_s_columns(book: str) -> None:
    for spec in SHEETS:
        with (SEEDS / book / f"{spec.key}.csv").open(encoding="utf-8", newline="") as lines:
            assert next(csv.reader(lines)) == [column.key for column in spec.columns], spec.key
    assert set(settings(book)) <= {key.key for key in NOTE_KEYS}


@each_book
def test_every_quote_is_an_exact_piece_of_the_transcript(book: str) -> None:
    quotes = [(row["id"], row["quote"]) for name in EVIDENCE for row in rows(book, name)]
    from_call = [row["id"] for name in EVIDENCE for row in rows(book, name) if row["speaker"]]
    assert [(row_id, quote) for row_id, quote in quotes if quote not in TRANSCRIPT] == []
    assert [row_id for row_id, quote in quotes if row_id in from_call and not quote] == []


@each_book
def test_no_redacted_term_stands_in_anything_that_may_be_printed(book: str) -> None:
    terms = [row["term"] for row in rows(book, "Redactions")]
    found = [
        (name, row.get("id") or row.get("section") or row.get("key"), one.term)
        for name in PRINTED
        for row in public(book, name)
        for one in find(printed_text(row), terms)
    ]
    assert found == []


@each_book
def test_every_name_that_the_transcript_speaks_is_on_the_list(book: str) -> None:
    terms = {row["term"] for row in rows(book, "Redactions")}
    spoken = {
        "冯冠儒", "弘则研究", "高老师", "姓罗", "青岛", "深圳", "东莞", "普洛斯", "阿里", "字节",
        "润泽", "协创", "月之暗面", "杰瑞星辰", "Mini Max", "深势科技", "无问芯穹", "并行科技",
        "军方", "军队", "华为", "超级变", "超微", "超威", "智谱", "紫东太初", "中科院",
    }  # fmt: skip
    assert spoken <= terms
    assert [name for name in spoken if name not in TRANSCRIPT] == []


@each_book
def test_what_compliance_holds_back_is_not_public(book: str) -> None:
    held = {
        "F024", "F043", "F075", "F076", "F084", "F085", "F086", "F097", "F098", "F104", "F205",
        "F219", "F222",
    }  # fmt: skip
    published = {row["id"] for name in EVIDENCE for row in public(book, name)}
    assert held & published == set()
    for name in EVIDENCE:
        for row in rows(book, name):
            if row["id"] in held:
                assert row["publish"] == "never", row["id"]


@each_book
def test_a_public_row_points_at_public_rows_only(book: str) -> None:
    published = {row["id"] for name in EVIDENCE for row in public(book, name)}
    dangling = [
        (row["id"], other)
        for name in EVIDENCE
        for row in public(book, name)
        for other in filter(None, row["contradicts"].split(";"))
        if other not in published
    ]
    assert dangling == []


@each_book
def test_ids_are_unique_and_sources_exist(book: str) -> None:
    ids = Counter(row["id"] for name in (*EVIDENCE, "Scenarios") for row in rows(book, name))
    assert [row_id for row_id, count in ids.items() if count > 1 or not row_id] == []
    sources = {row["id"] for row in rows(book, "Sources")}
    used = {row["source"] for name in (*EVIDENCE, "Scenarios") for row in rows(book, name)}
    assert used <= sources


@each_book
def test_the_interviewer_s_words_are_marked(book: str) -> None:
    asked = {
        "F002", "F037", "F050", "F052", "F063", "F064", "F065", "F070", "F077", "F096", "F217",
    }  # fmt: skip
    spoken = {
        row["id"]
        for name in EVIDENCE
        for row in rows(book, name)
        if row["speaker"] == "interviewer"
    }
    present = {row["id"] for name in EVIDENCE for row in rows(book, name)}
    assert spoken == asked & present


def test_every_claim_of_the_call_has_a_row() -> None:
    present = {row["id"] for name in EVIDENCE for row in rows("compute-leasing", name)}
    assert {f"F{number:03}" for number in range(1, 136)} - present == set()


def test_garbled_numbers_stay_text() -> None:
    kept = {
        row["id"]: row["point"]
        for name in ("Prices", "Survey")
        for row in rows("compute-leasing", name)
        if row["id"] in ("F012", "F013", "F033", "F037", "F065", "F118")
    }
    assert kept == {
        "F012": "5万到5万", "F013": "6万到6万", "F033": "60013万", "F037": "676.76点八",
        "F065": "十到十五块钱", "F118": "六百六六百万七百万",
    }  # fmt: skip
    spoken = re.sub(r"\s", "", TRANSCRIPT)
    assert [text for text in kept.values() if text not in spoken] == []


@each_book
def test_a_quoted_range_has_no_made_up_middle(book: str) -> None:
    allowed = {"F014"}  # 出头 has a documented point
    made = [
        row["id"]
        for name in EVIDENCE
        for row in rows(book, name)
        if row.get("kind") != "assumption" and all(row[key] for key in ("low", "point", "high"))
    ]
    assert set(made) <= allowed


@each_book
def test_both_languages_of_a_section_use_the_same_figures(book: str) -> None:
    used: dict[tuple[str, str], list[str]] = {}
    paragraphs: Counter[tuple[str, str]] = Counter()
    for row in rows(book, "Views"):
        key = (row["section"], row["language"])
        used.setdefault(key, []).extend(FIGURE.findall(row["text"]))
        paragraphs[key] += 1
    for section in {section for section, _ in used}:
        assert set(used[section, "zh"]) == set(used[section, "en"]), section
        assert paragraphs[section, "zh"] == paragraphs[section, "en"], section
    for part in ("title", "subtitle"):
        zh, en = (FIGURE.findall(settings(book)[f"{part}_{lang}"]) for lang in ("zh", "en"))
        assert set(zh) == set(en)


@each_book
def test_prose_types_no_number_in_digits_or_words(book: str) -> None:
    for where, text in prose(book):
        bare = PRODUCT.sub("", FIGURE.sub("", text))
        assert not re.search(r"\d", bare), (where, bare)
        assert not WORDED.search(bare), (where, WORDED.search(bare))


@each_book
def test_claims_and_conditions_type_no_number(book: str) -> None:
    for name in EVIDENCE:
        for row in public(book, name):
            for key in ("claim_zh", "claim_en", "condition", "condition_en", "segment_en"):
                bare = re.sub(r"8-GPU", "", PRODUCT.sub("", row.get(key, "")))
                assert not re.search(r"\d", bare), (row["id"], key, bare)


@each_book
def test_what_is_printed_in_chinese_has_its_english(book: str) -> None:
    pairs = (("condition", "condition_en"), ("claim_zh", "claim_en"), ("segment", "segment_en"))
    for name in (*EVIDENCE, "Scenarios"):
        keys = {column.key for column in sheet(name).columns}
        for row in public(book, name):
            for zh, en in pairs:
                if zh in keys and en in keys:
                    assert bool(row[zh]) == bool(row[en]), (row["id"], zh)
                    assert not re.search(r"[\u4e00-\u9fff]", row[en]), (row["id"], en)


@each_book
def test_a_sample_says_that_it_is_one(book: str) -> None:
    assert settings(book)["sample"] == "yes"
    assert settings(book)["kind"] == "industry_memo"
    assert not settings(book)["licence"]
    assert not settings(book)["rating"]
    assert all(
        "SAMPLE" in row["attestations"] for row in rows(book, "Sources") if row["id"] != "DOC"
    )
    assert all(row["address"].endswith("@example.com") for row in rows(book, "Recipients"))
