"""Attempts to leak a name: each is replaced, or refused with the cell to change.

Two made-up clients, 齐云山 and Zephyrine, are put wherever text can stand. One build holds
every attempt that must be replaced; its files are then searched by other means than ours.
"""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pikepdf
import pypdf
import pytest
from opencc import OpenCC

from reportgen import checking, pipeline
from reportgen.checking import Stages
from reportgen.editions.leaks import leak_issues
from reportgen.editions.publish import Edition, publishable
from reportgen.editions.redact import Redaction, Redactor
from reportgen.exits import DONE, GATE_REFUSED
from reportgen.pipeline import Outcome, Request
from reportgen.render.worker import PdfWorker
from tests.shortened import shortened

TERMS = (("齐云山", "某地客户"), ("Zephyrine", "a client"))
ALIAS = "云山兄"
Edit = Callable[[openpyxl.Workbook], None]


def put(sheet: str, row_id: str, heading: str, value: str) -> Edit:
    """Write a value into the row with that id (or key), under that heading."""

    def edit(book: openpyxl.Workbook) -> None:
        columns = {str(cell.value): place for place, cell in enumerate(book[sheet][1], start=1)}
        places = enumerate(book[sheet].iter_rows(min_row=2), start=2)
        number = next(place for place, row in places if row[0].value == row_id)
        book[sheet].cell(number, columns[heading]).value = value

    return edit


def say(lang: str, text: str, section: str = "rents") -> Edit:
    """Add a paragraph, in both languages so that they agree."""

    def edit(book: openpyxl.Workbook) -> None:
        other = "en" if lang == "zh" else "zh"
        book["观点"].append([section, 90, lang, text, "公开"])
        book["观点"].append([section, 90, other, "–", "公开"])

    return edit


def title(exhibit: str, zh: str) -> Edit:
    def edit(book: openpyxl.Workbook) -> None:
        for row in book["观点"].iter_rows(min_row=2):
            if row[0].value == f"exhibit.{exhibit}.title" and row[2].value in ("zh", "中文"):
                row[3].value = zh

    return edit


def alias(book: openpyxl.Workbook) -> None:
    book["词表"].append([ALIAS, "齐云山", "Zephyrine Ltd", "company", ""])


def add_terms(book: openpyxl.Workbook) -> None:
    for term, replacement in TERMS:
        book["脱敏"].append([term, replacement, "测试"])


REPLACED: dict[str, Edit] = {
    "a quote": put("价格", "F015", "原文", "齐云山那边报八万"),
    "a claim": put("调研", "F004", "观点（中文）", "齐云山称租金上涨。"),
    "a claim in English": put("调研", "F004", "观点（英文）", "Zephyrine says rents rose."),
    "a condition": put("价格", "F015", "条件", "仅限齐云山机房"),
    "a chart's label": put("需求", "F087", "细分", "齐云山"),
    "a chart's label in English": put("需求", "F087", "细分（英文）", "Zephyrine"),
    "a scenario": put("情景", "S1", "名称（中文）", "齐云山情景"),
    "an exhibit's title, and so a chart's alternative": title("rent-table", "齐云山最贵"),
    "the title, and so the PDF's metadata": put(
        "报告设置", "标题（中文）", "内容", "齐云山涨约[[claim.F004|成]]"
    ),
    "the subtitle": put("报告设置", "副标题（中文）", "内容", "齐云山的说法"),
    "the author": put("报告设置", "作者", "内容", "齐云山分析师"),
    "the house": put("报告设置", "机构（英文）", "内容", "Zephyrine Research"),
    "the disclosures": put("报告设置", "声明（中文）", "内容", "本文不涉及齐云山。"),
    "the source of the exchange rate": put("报告设置", "汇率来源", "内容", "齐云山"),
    "a source's title": put("来源", "EC1", "名称（中文）", "齐云山访谈"),
    "a source's role": put("来源", "EC1", "身份（中文）", "齐云山的渠道商"),
    "a source's interest": put("来源", "EC1", "利益说明（英文）", "Sells to Zephyrine"),
    "a reason for accepting": put("已接受问题", "value-unread", "理由", "齐云山转写残缺"),
    "who accepted": put("已接受问题", "value-unread", "何人", "Zephyrine 复核"),
    "an alias": say("zh", f"听{ALIAS}说的。"),
    "traditional script": say("zh", "聽齊雲山說的。"),
    "spaced": say("zh", "听齐 云 山说的。"),
    "no-break and zero-width spaces": say("zh", "听齐\u00a0云\u200b山说的。"),
    "joined by dots": say("zh", "听齐·云·山说的。"),
    "variation selectors": say("zh", "听齐\ufe00云\ufe00山说的。"),
    "full-width": say("en", "So said Ｚｅｐｈｙｒｉｎｅ."),
    "capitals": say("en", "So said ZEPHYRINE."),
    "a soft hyphen": say("en", "So said Zephy\u00adrine."),
    "Cyrillic letters": say("en", "So said Zерhyrinе."),
    "accents": say("en", "So said Zéphyrine."),
    "part of a longer word": say("en", "So said ZephyrineCloud."),
    "a key point": say("zh", "**齐云山。** 又涨。", "key_points"),
}


def edited(workbook: Path, path: Path, *edits: Edit) -> Path:
    book = openpyxl.load_workbook(workbook)
    add_terms(book)
    alias(book)
    for edit in edits:
        edit(book)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def short(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shorter sample: a name can stand in any of its sheets and exhibits."""
    return shortened(sample, tmp_path_factory.mktemp("short") / "w.xlsx")


@pytest.fixture(scope="module")
def built(short: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Every attempt at once: both languages, HTML and PDF, and what lies beside them."""
    out = tmp_path_factory.mktemp("leaks")
    path = edited(short, out / "w.xlsx", *REPLACED.values())
    with PdfWorker() as zh, PdfWorker() as en:
        request = Request(path, out / "out")
        outcome = pipeline.build(
            request, (), {"zh": zh, "en": en}, Stages(lambda: 0.0, lambda _: None)
        )
    assert outcome.code == DONE, [str(one) for one in outcome.issues if one.severity == "error"]
    return outcome


def texts(name: str, content: bytes, *, markup: bool = True) -> Iterator[str]:
    """Everything a file says, by other means than those of reportgen.editions.

    Without `markup` a workbook's cells alone, not their addresses.
    """
    if content.startswith(b"%PDF"):
        yield subprocess.run(
            ["pdftotext", "-", "-"], input=content, capture_output=True, check=True
        ).stdout.decode()
        reader = pypdf.PdfReader(io.BytesIO(content))
        yield str(reader.metadata)
        yield str(reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else "")
        with pikepdf.open(io.BytesIO(content)) as document:
            yield "\n".join(
                str(thing) for thing in document.objects if not isinstance(thing, pikepdf.Stream)
            )
            for attached, file in document.attachments.items():
                yield from texts(attached, file.get_file().read_bytes())
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                yield part
                body = archive.read(part).decode("utf-8", "replace")
                yield body if markup else re.sub(r"<[^>]+>", "\n", body)
    elif name.endswith(".json"):
        yield content.decode()
        yield json.dumps(json.loads(content), ensure_ascii=False)
    else:
        yield re.sub(r"<[^>]+>", "", html.unescape(content.decode()))
        yield html.unescape(content.decode())


_TO_SIMPLE = OpenCC("t2s")
_LATIN = str.maketrans("ер", "ep")


def folded(text: str) -> str:
    """Letters and digits alone, simplified, in small and half-width letters."""

    def plain(letter: str) -> str:
        parts = _TO_SIMPLE.convert(unicodedata.normalize("NFKD", letter)).casefold()
        return "".join(part for part in parts if part.isalnum()).translate(_LATIN)

    return text.translate({ord(letter): plain(letter) for letter in set(text)})


def test_there_are_at_least_twenty_attempts() -> None:
    assert len(REPLACED) + len(REFUSED) >= 40


def test_no_attempt_gets_through(built: Outcome) -> None:
    assert {path.suffix for path in built.files} >= {".pdf", ".html"}
    for path in built.files:
        content = path.read_bytes()
        said = folded("\n".join((str(path.name), *texts(path.name, content))))
        for term in ("齐云山", "zephyrine", ALIAS):
            assert term not in said, (path.name, term, said[said.index(term) - 30 :][:80])


def test_the_attempts_did_reach_the_page(built: Outcome) -> None:
    page = next(path for path in built.files if path.name.endswith("zh.html"))
    said = html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))
    for marker in (
        "某地客户那边报八万", "某地客户称租金上涨", "某地客户最贵", "某地客户涨约三成",
        "某地客户的说法", "某地客户分析师", "本文不涉及某地客户", "某地客户访谈",
        "某地客户的渠道商", "听某地客户说的", "聽某地客户說的", "某地客户转写残缺",
    ):  # fmt: skip
        assert marker in said, marker
    english = next(path for path in built.files if path.name.endswith("en.html"))
    told = html.unescape(re.sub(r"<[^>]+>", "", english.read_text(encoding="utf-8")))
    assert told.count("So said a client") >= 6
    assert "a client says rents rose" in told
    assert "a client Research" in told


# ---- refused --------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Edit, str, str]] = {
    "the file name": (put("报告设置", "文件名", "内容", "zephyrine-note"), "报告设置", "B"),
    "a part of the file name": (put("报告设置", "文件名", "内容", "xzephyrinex"), "报告设置", "B"),
    "a row's id, and so a figure's": (put("价格", "F015", "编号", "Zephyrine1"), "价格", "A"),
    "a source's id": (put("来源", "DOC", "编号", "Zephyrine"), "来源", "A"),
    "a model": (put("价格", "F015", "型号", "Zephyrine X1"), "价格", "D"),
    "a metric": (put("需求", "F087", "指标", "齐云山用量"), "需求", "D"),
    "a topic": (put("调研", "F004", "主题", "齐云山"), "调研", "C"),
    "what it contradicts": (put("调研", "F004", "矛盾于", "齐云山"), "调研", ""),
    "an independence group": (put("来源", "EC1", "独立组", "齐云山"), "来源", ""),
    "an entity": (say("zh", "听&#40784;&#20113;&#23665;说的。"), "观点", "D"),
    "an address": (say("zh", "见 %E9%BD%90%E4%BA%91%E5%B1%B1。"), "观点", "D"),
    "the replacement itself": (
        put("脱敏", "Zephyrine", "替换为", "齐云山系"), "脱敏", "B",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_replaced_is_refused_with_its_cell(
    name: str, short: Path, tmp_path: Path
) -> None:
    edit, sheet, column = REFUSED[name]
    path = edited(short, tmp_path / "w.xlsx", edit)
    request = Request(path, tmp_path / "out", formats=frozenset({"html"}))
    outcome = pipeline.build(request, (), {}, Stages(lambda: 0.0, lambda _: None))
    assert outcome.code != DONE
    assert not (tmp_path / "out").exists()
    issues = outcome.issues
    if outcome.code != GATE_REFUSED:  # the workbook has errors besides, which are told first
        issues = checking.check(path, Stages(lambda: 0.0, lambda _: None)).refused
    found = [issue for issue in issues if issue.code == "redacted-name"]
    assert found, name
    assert found[0].sheet == sheet
    assert found[0].cell.startswith(column)
    assert found[0].cell


def test_a_workbooks_own_name_is_refused(short: Path, tmp_path: Path) -> None:
    path = edited(short, tmp_path / "齊雲山-2026.xlsx")
    request = Request(path, tmp_path / "out", formats=frozenset({"html"}))
    outcome = pipeline.build(request, (), {}, Stages(lambda: 0.0, lambda _: None))
    assert outcome.code == GATE_REFUSED
    assert any(issue.code == "redacted-name" for issue in outcome.issues)


# ---- rows -----------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["client", "internal"])
def test_rows_that_are_held_back_are_in_no_file(
    sample: Path, sample_note: Path, internal_note: Path, edition: Edition
) -> None:
    checked = checking.check(sample, Stages(lambda: 0.0, lambda _: None), edition)
    kept = publishable(checked.workbook, "client")
    held = [
        row
        for key in ("Prices", "Survey", "Demand", "Economics")
        for row in checked.workbook[key]
        if row not in kept[key].rows and (edition == "client" or row.text("publish") == "never")
    ]
    assert len(held) > 10
    quotes = {row.text("quote") for row in held if len(row.text("quote")) > 8}
    public = "\n".join(row.text("quote") for key in kept.tables for row in kept[key])
    folder = sample_note if edition == "client" else internal_note
    files = [path for path in folder.iterdir() if path.suffix != ".pdf"]
    assert len(files) == 4
    for path in files:
        said = "\n".join(texts(path.name, path.read_bytes(), markup=False))
        for row in held:
            assert not re.search(rf"(?<![\w.]){row.id}(?![\w])", said), (path.name, row.id)
        for quote in quotes:
            assert quote not in said or quote in public, (path.name, quote)


# ---- the last look --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("齐云山.html", "<p>x</p>"),
        ("%E9%BD%90%E4%BA%91%E5%B1%B1.html", "<p>x</p>"),
        ("a.html", "<p>齐<b>云</b>山</p>"),
        ("a.html", "<p>&#40784;&#20113;&#23665;</p>"),
        ("a.html", "<p>&amp;#40784;&amp;#20113;&amp;#23665;</p>"),
        ("a.html", '<a href="x?q=%E9%BD%90%E4%BA%91%E5%B1%B1">x</a>'),
        ("a.html", "<!-- 齐云山 -->"),
        ("a.html", '<script type="application/json">{"a":"\\u9f50\\u4e91\\u5c71"}</script>'),
        ("a.json", '{"\\u9f50\\u4e91\\u5c71": 1}'),
        ("a.html", "<p>齊 雲 山</p>"),
    ],
)
def test_a_file_that_still_holds_a_term_is_not_written(name: str, content: str) -> None:
    redactor = Redactor([Redaction(*term) for term in TERMS])
    issues = leak_issues({name: content.encode()}, redactor)
    assert {issue.code for issue in issues} == {"redacted-term"}


def test_the_end_of_one_cell_and_the_beginning_of_the_next_are_no_term() -> None:
    redactor = Redactor([Redaction("字节")])
    page = "<table><tr><td>数字</td><td>节前</td></tr></table>"
    assert leak_issues({"a.html": page.encode()}, redactor) == ()
