"""What messages say in either language: Chinese ones in Chinese, counts in good English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen import checking
from reportgen.analysis.prices import PriceKey
from reportgen.analysis.since import KINDS, Comparison
from reportgen.checking import Stages
from reportgen.checks.conduct import blank_publish
from reportgen.checks.evidence import interested_parties, single_source
from reportgen.checks.values import rents_without_vat
from reportgen.editions.leaks import leak_issues
from reportgen.editions.redact import Redaction, Redactor
from reportgen.language import Text, agreeing, count_of
from tests.books import book
from tests.sheets import make_workbook

PROJECT = Path(__file__).resolve().parents[1]
REFERENCE = PROJECT / "docs" / "reference" / "issues.md"
ALLOWED = frozenset(
    re.findall(
        r"\S+",
        """
    Excel LibreOffice Outlook Windows Python MSYS Pango HTML PDF XML USD CNY VAT Token GPU Ctrl End
    kB MB MiB GB GiB kW kWh nm XFD xn xlsx csv eml toml html css SVG PNG MARK
    TOML fonts reportgen build check figures diff mail new doctor preview
    sudo apt dnf brew pacman cask install harfbuzz pango
    since lang edition format recipients to again from out workbook approve all both history date
    zh en client internal hedge own_domains manifest.json reportgen.toml example.com july.xlsx
    LAST.xlsx print.html print.css themes fig time name quote ref const legal templates
    key_points key_figures caveat rents purchases economics users evidence changes risks method
    rents.title claim rent exhibit house.logo title figure company chip number term price_change
    supply policy
    """,
    )
)
"""Names that Chinese readers know or must type: programs, formats, units, commands, keys."""
_LATIN = re.compile(r"(?<![A-Za-z0-9_.])[A-Za-z][A-Za-z_]+(?:\.[a-z]+)?(?![A-Za-z0-9_])")
_GIVEN = re.compile(
    r"‹[^›]*›|\{[a-z_]*\}|\[\[[^\]]*\]\]|“[^”]*”|[\w.-]+@[\w.]+|--?\w[\w-]*|[a-z]+(?:-[a-z0-9]+)+"
)
_FILLED_IN = re.compile(  # what the examples of the reference put into their messages
    r"[\w-]+\.(?:xlsx|docx|json)|xl/\S+?\.xml|\(Input/output error\)|\bPrices\b(?:!\w+)?"
    r"|在 Note 中|rent_baseline"
    r"|\b(?:change|internal)\.[\w.]+|short|range, point.*unsigned|^rents |：Up by 3\.（[^）]*）"
)
_ONES = re.compile(
    r"(?<![\d.,–/])\b1 (?:\w+ )?(?:pieces|prices|rows|authors|numbers|places|pages|times|days"
    r"|figures|errors|sheets|cells|values|rents|observations)\b"
    r"|(?<![\d.,–/])\b1 \w+ (?:leave|rest|are|do)\b"
)


def english_in(text: str) -> list[str]:
    """English words of a Chinese text that are not names; what a run fills in is left out."""
    bare = _GIVEN.sub("", text)
    return [word for word in _LATIN.findall(bare) if word not in ALLOWED]


def chinese_texts() -> Iterator[tuple[str, str]]:
    """The Chinese half of every Text in the source, with its place."""
    for path in sorted((PROJECT / "reportgen").rglob("*.py")):
        if path.parent.name == "reference":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Text"), args=[chinese, _]):
                    text = spelt(chinese)
                    if re.search(r"[\u4e00-\u9fff]", text):
                        yield f"{path.name}:{node.lineno}", text


def spelt(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(spelt, node.values))
    return "‹›"


def test_no_chinese_text_has_an_english_word() -> None:
    found = {place: words for place, text in chinese_texts() if (words := english_in(text))}
    assert found == {}


def test_no_issue_of_the_reference_has_one_when_it_is_filled_in() -> None:
    chapters = re.split(r"^### ", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    told = {one.splitlines()[0]: re.findall(r"^> (.+)$", one, re.MULTILINE) for one in chapters}
    assert len(told) > 90
    found = {}
    for code, (chinese, *_) in told.items():
        plain = re.sub(r"\\", "", chinese)
        ours = _FILLED_IN.sub("", plain)
        if words := english_in(ours):
            found[code] = (words, plain)
    assert found == {}


def test_no_issue_of_the_reference_counts_one_as_many() -> None:
    text = re.sub(r"\\", "", REFERENCE.read_text(encoding="utf-8"))
    assert [found[0] for found in _ONES.finditer(text)] == []


def test_english_in_chinese_is_found() -> None:
    assert english_in("x.pdf 的source中仍有") == ["source"]
    assert english_in("与上期相比：reversed") == ["reversed"]
    assert english_in("请在 Excel 中打开 ‹path›") == []


def test_words_go_with_their_counts() -> None:
    assert [count_of(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert count_of(2, "penny", "pence") == "2 pence"
    assert agreeing(1, "leaves", "leave") == "leaves"


@pytest.mark.parametrize(
    "page", ["<p>云山</p>", '<img alt="云山">', '<a href="%E4%BA%91%E5%B1%B1">x</a>']
)
def test_a_leak_is_placed_in_chinese(page: str) -> None:
    redactor = Redactor([Redaction("云山", "某客户")])
    issues = leak_issues({"a.html": page.encode()}, redactor)
    assert issues
    for issue in issues:
        assert english_in(issue.message.zh.replace("a.html", "").split("…")[0]) == []


SOURCES = "id | kind | interested | publish\nS1 | expert_call | yes | yes\nS2 | press |  | yes"
PRICES = (
    "id | date | model | point | unit | source | publish\nP1 | 2026-05 | h100 | 6.75 | {} | S1 |"
)


def test_one_is_told_as_one() -> None:
    one = book(Sources=SOURCES, Prices=PRICES.format("万元/台/月"))
    assert [found.message.en for found in single_source(one)] == [
        "The only piece of evidence rests on one source (S1)."
    ]
    assert [found.message.en for found in interested_parties(one)] == [
        "S1 is an interested party; 1 piece of evidence is its word."
    ]
    assert [found.message.en for found in rents_without_vat(one)] == [
        "1 of 1 price does not say whether VAT is included (1 of them a rent)."
    ]
    assert blank_publish(one)[0].message.en == (
        "1 row leaves publish blank: 1 printed as the source is, 0 taken for internal, 0 for never."
    )


@pytest.mark.parametrize("kind", [*KINDS, "unchanged"])
def test_counts_of_changes_are_labelled_in_both_languages(kind: str) -> None:
    label = Comparison((), 3).count(kind).label  # type: ignore[arg-type]
    assert english_in(label.zh) == []
    assert label.en.isascii()


@pytest.mark.parametrize(
    ("vat", "zh", "en"),
    [
        ("", "H200 一年期月租", "H200 1-year rent"),
        ("incl", "H200 一年期月租（含税）", "H200 1-year rent, incl VAT"),
        ("excl", "H200 一年期月租（不含税）", "H200 1-year rent, excl VAT"),
    ],
)
def test_vat_stands_behind_what_it_qualifies(vat: str, zh: str, en: str) -> None:
    key = PriceKey("rent", "h200", term="1y", vat=vat)
    assert key.called(Text("月租", "rent")) == Text(zh, en)
    assert key.name == f"rent.h200.1y{f'.{vat}' if vat else ''}"


def test_no_figure_of_a_taxed_price_says_incl_alone(tmp_path: Path) -> None:
    prices = """
id | date | market | model | term | vat | point | unit | source | publish
A | 2026-02 | rent | H200 | 1y | incl | 7 | 万元/台/月 | S1 | yes
B | 2026-05 | rent | H200 | 1y | incl | 8 | 万元/台/月 | S1 | yes
C | 2026-05 | purchase | H200 | | incl | 350 | 万元/台 | S1 | yes
"""
    settings = "title_zh | 标题\ndate | @2026-05-28\nfx | 7\nrent_baseline | 2026-02"
    sources = "id | kind | date | publish\nS1 | index | 2026-05 | yes"
    head = f"# Note\nkey | value\n{settings}\n"
    path = make_workbook(tmp_path / "w.xlsx", f"{head}# Sources\n{sources}\n# Prices{prices}")
    checked = checking.check(path, Stages(lambda: 0.0, lambda _: None))
    analysis = checked.analysis
    assert analysis is not None, [str(one) for one in checked.issues]
    labels = [one.label for one in analysis.figures.values()]
    taxed = [one.en for one in labels if "incl" in one.en]
    assert len(taxed) > 3
    assert [one for one in taxed if "incl VAT" not in one or "ex VAT" in one] == []
    assert "H200 1-year rent change, incl VAT" in taxed
    assert any(one.zh == "H200 购入（含税）、一年期出租的毛回本期" for one in labels)


def test_a_new_model_is_said_once_and_a_misspelt_one_in_every_cell(tmp_path: Path) -> None:
    prices = "\n".join(
        f"P{row} | 2026-0{row} | rent | {model} | 1y | 6 | 万元/台/月 | S1 | yes"
        for row, model in enumerate(["MI355X", "MI355X", "H1OO", "H1OO"], start=1)
    )
    path = make_workbook(
        tmp_path / "w.xlsx",
        "# Sources\nid | kind | date | publish\nS1 | index | 2026-05 | yes\n"
        "# Prices\nid | date | market | model | term | point | unit | source | publish\n" + prices,
    )
    issues = checking.check(path, Stages(lambda: 0.0, lambda _: None)).issues
    told = [(one.code, one.cell) for one in issues if one.cell.startswith("D")]
    assert told == [("new-word", "D2"), ("misspelt-word", "D4"), ("misspelt-word", "D5")]
