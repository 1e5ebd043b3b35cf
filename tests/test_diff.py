"""`reportgen diff`, and `build --since`, through the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from reportgen import checking, comparing
from reportgen.analysis.since import Comparison
from reportgen.analysis.since_report import Side, text_report
from reportgen.analysis.snapshot import snapshot
from reportgen.checking import Stages
from reportgen.cli import app
from reportgen.dates import parse_when
from reportgen.language import LANGS, Lang
from reportgen.terminal import wide
from tests.sheets import make_workbook
from tests.terminals import in_terminal

HEAD = """
# Note
key | value
title_zh | 标题
date | {date}
fx | {fx}
# Sources
id | kind | date | publish
S1 | index | 2026-05 | yes
"""
PRICES = """
# Prices
id | date | market | model | term | point | unit | source | publish
A | 2026-05 | rent | H100 | 1y | 6 | 万元/台/月 | S1 | yes
B | 2026-05 | rent | H200 | 1y | 8 | 万元/台/月 | S1 | yes
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def issue(path: Path, prices: str = PRICES, *, date: str = "@2026-05-28", fx: str = "7") -> Path:
    return make_workbook(path, HEAD.format(date=date, fx=fx) + prices)


def changes(old: Path, new: Path) -> list[dict[str, Any]]:
    result = run("diff", old, new, "--format", "json", "--lang", "en")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)["changes"]
    assert isinstance(found, list)
    return found


def kept(workbook: Path, path: Path) -> Path:
    """The snapshot of a workbook's figures, as the manifest will hold it."""
    analysis = checking.check(workbook, Stages(lambda: 0.0, lambda _: None)).analysis
    assert analysis is not None
    data = {"snapshot": snapshot(analysis.figures, parse_when("2026-05-28"))}
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def test_the_sample_against_february_in_columns(project: Path) -> None:
    books = project / "workbooks"
    old, new = books / "compute-leasing-2026-02.xlsx", books / "compute-leasing.xlsx"
    result = run("diff", old, new)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == (
        "compute-leasing-2026-02.xlsx（2026 年 2 月 13 日） → "
        "compute-leasing.xlsx（2026 年 6 月 1 日）"
    )
    assert lines[1].startswith("修订 8 项，新增 ")
    heading = lines.index("修订 8") + 1
    rows = lines[heading : heading + 9]
    at = {
        wide(row[: found.start(1)])
        for row in rows
        if (found := re.search(r" (上期|12|6\.0|10%) ", row))
    }
    assert len(at) == 1  # columns stand below one another though Chinese is twice as wide
    assert any(re.search(r"rent\.b300\.5y .*12 .*16–19 .*\+33% 至 \+58%", row) for row in rows)
    english = run("diff", old, new, "--lang", "en").stdout
    assert "newer observation (May 2026, F121)" in english


def test_json_has_figure_kind_values_change_and_cause(tmp_path: Path) -> None:
    old = issue(tmp_path / "old.xlsx", date="@2026-05-01")
    new = issue(tmp_path / "new.xlsx", PRICES.replace("| 8 |", "| 10 |"))
    report = json.loads(run("diff", old, new, "--format", "json", "--lang", "en").stdout)
    assert report["old"] == {"file": "old.xlsx", "date": "2026-05-01"}
    assert report["counts"]["revised"] == 1
    (change,) = report["changes"]
    assert (change["figure"], change["kind"]) == ("rent.h200.1y", "revised")
    assert (change["old"]["point"], change["new"]["point"]) == (8, 10)
    assert change["change"]["text"] == "+25%"
    assert (change["cause"]["code"], change["cause"]["rows"]) == ("restated", ["B"])
    assert change["cause"]["text"] == "restated (May 2026, B)"


def test_a_file_against_itself_has_no_changes(tmp_path: Path) -> None:
    path = issue(tmp_path / "w.xlsx")
    assert changes(path, path) == []
    assert "没有变化" in run("diff", path, path, "--lang", "zh").stdout


def test_a_workbook_against_its_own_snapshot_has_no_changes(tmp_path: Path) -> None:
    path = issue(tmp_path / "w.xlsx")
    manifest = kept(path, tmp_path / "manifest.json")
    assert changes(manifest, path) == []
    assert changes(path, manifest) == []
    assert changes(manifest, manifest) == []


def test_a_row_that_went_is_gone(tmp_path: Path) -> None:
    rest = "\n".join(line for line in PRICES.splitlines() if not line.startswith("B |"))
    new = issue(tmp_path / "new.xlsx", rest)
    (change,) = changes(issue(tmp_path / "old.xlsx"), new)
    assert (change["figure"], change["kind"], change["new"]) == ("rent.h200.1y", "dropped", None)
    assert change["cause"]["code"] == "withdrawn"


@pytest.mark.parametrize("word", ["internal", "never"])
def test_a_row_that_may_no_longer_be_printed_is_counted_and_not_shown(
    tmp_path: Path, word: str
) -> None:
    old = issue(tmp_path / "old.xlsx")
    new = issue(tmp_path / "new.xlsx", PRICES.replace("S1 | yes\n", f"S1 | {word}\n").replace(
        f"| 6 | 万元/台/月 | S1 | {word}", "| 6 | 万元/台/月 | S1 | yes"))  # fmt: skip
    assert changes(old, new) == []
    result = run("diff", old, new, "--lang", "en")
    assert "1 more is gone because its rows are no longer published." in result.stdout
    assert "H200" not in result.stdout


def test_another_exchange_rate_is_named_as_the_cause(tmp_path: Path) -> None:
    usd = PRICES.replace("| 6 | 万元/台/月", "| 1.6 | 美元/卡/小时")
    (change,) = changes(
        issue(tmp_path / "old.xlsx", usd), issue(tmp_path / "new.xlsx", usd, fx="7.7")
    )[:1]
    assert (change["figure"], change["cause"]["code"]) == ("rent.h100.1y", "rate")
    assert change["change"]["text"] == "+10%"


UNREADABLE = {
    "missing.xlsx": None,
    "noise.xlsx": b"not a workbook",
    "missing.json": None,
    "noise.json": b"\xff\xfe{",
    "other.json": b'{"name": "something else"}',
    "deep.json": b"[" * 100_000,
    "empty.json": b"",
}


def unreadable(folder: Path, name: str) -> Path:
    content = UNREADABLE[name]
    if content is not None:
        (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize("name", UNREADABLE)
def test_diff_says_which_file_it_cannot_read_and_exits_1(tmp_path: Path, name: str) -> None:
    good, bad = issue(tmp_path / "good.xlsx"), unreadable(tmp_path, name)
    for pair in ((bad, good), (good, bad)):
        result = run("diff", *pair)
        assert result.exit_code == 1
        assert name in result.output
        assert "Traceback" not in result.output


@pytest.mark.parametrize("name", UNREADABLE)
def test_build_refuses_an_unreadable_earlier_issue_that_was_named(
    tmp_path: Path, name: str
) -> None:
    good, bad = issue(tmp_path / "good.xlsx"), unreadable(tmp_path, name)
    result = run("build", good, "--since", bad, "--format", "html", "--out", tmp_path / "out")
    assert result.exit_code == (2 if name.startswith("missing") else 1)
    assert name in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.rglob("*.html"))


def test_build_goes_on_without_an_unreadable_earlier_issue_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(tmp_path / "good.xlsx")
    unreadable(tmp_path, "other.json")
    settings = 'workbook = "good.xlsx"\nsince = "other.json"\nout = "out"\n'
    (tmp_path / "reportgen.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = run("build", "--format", "html")
    assert result.exit_code == 0, result.output
    assert "since-unusable" in result.output
    assert "other.json" in result.output
    (page, _) = sorted((tmp_path / "out").rglob("*.html"))
    assert 'id="changes"' not in page.read_text(encoding="utf-8")


def test_build_takes_a_snapshot_as_the_earlier_issue(tmp_path: Path) -> None:
    manifest = kept(issue(tmp_path / "old.xlsx"), tmp_path / "manifest.json")
    new = issue(tmp_path / "new.xlsx", PRICES.replace("| 8 |", "| 10 |"), date="@2026-06-01")
    result = run("build", new, "--since", manifest, "--format", "html", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    page = next((tmp_path / "out").rglob("*-en.html")).read_text(encoding="utf-8")
    assert "What changed" in page
    assert 'data-figure="old.rent.h200.1y"' in page
    assert 'data-figure="since.rent.h200.1y"' in page


def test_the_change_follows_from_the_values_printed_beside_it(tmp_path: Path) -> None:
    # 210 ÷ 6.2 = 33.87, 210 ÷ 6.3 = 33.33: −1.6%, while 34 → 33 would be −2.9%.
    prices = (
        "# Prices\n"
        "id | date | market | model | term | tenor | point | unit | source | publish\n"
        "A | 2026-05 | rent | H100 | 1y | | {rent} | 万元/台/月 | S1 | yes\n"
        "P | 2026-05 | purchase | H100 | | spot | 210 | 万元/台 | S1 | yes\n"
    )
    old, new = (
        issue(tmp_path / f"{rent}.xlsx", prices.format(rent=rent), date=date)
        for rent, date in (("6.2", "@2026-05-28"), ("6.3", "@2026-06-01"))
    )
    found = {one["figure"]: one for one in changes(old, new)}
    rent, payback = found["rent.h100.1y"], found["payback.h100.1y.spot"]
    assert [rent[part]["text"] for part in ("old", "new", "change")] == [
        "CNY 62k per server-month", "CNY 63k per server-month", "+1.6%",
    ]  # fmt: skip
    assert [payback[part]["text"] for part in ("old", "new", "change")] == [
        "33.9 months", "33.3 months", "−2%",
    ]  # fmt: skip


def test_an_earlier_issue_that_is_later_is_a_warning(tmp_path: Path) -> None:
    old = issue(tmp_path / "old.xlsx", date="@2026-07-01")
    result = run("build", issue(tmp_path / "new.xlsx"), "--since", old,
                 "--format", "html", "--out", tmp_path / "out")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "since-newer" in result.output


def test_a_workbook_with_errors_stops_diff_with_its_issues(tmp_path: Path) -> None:
    bad = issue(tmp_path / "bad.xlsx", PRICES.replace("H200", ""))
    result = run("diff", issue(tmp_path / "good.xlsx"), bad)
    assert result.exit_code == 1
    assert "bad.xlsx!Prices!" in result.output


def test_diff_without_two_files_is_wrong_usage() -> None:
    assert run("diff", "one.xlsx").exit_code == 2


def test_a_word_that_must_not_appear_any_more_is_replaced_in_the_old_issue_too(
    tmp_path: Path,
) -> None:
    claim = PRICES + (
        "# Survey\n"
        "id | topic | metric | claim_zh | claim_en | point | unit | as_of | source | publish\n"
        "C | supply | lots | Acme 要货。 | Acme wants some. | 6 | 台 | 2026-05 | S1 | yes\n"
    )
    redacted = PRICES + "# Redactions\nterm | replacement\nAcme | a customer\n"
    new = issue(tmp_path / "new.xlsx", redacted)
    old = issue(tmp_path / "old.xlsx", claim, date="@2026-05-01")
    result = run("build", new, "--since", old, "--format", "html", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    page = next((tmp_path / "out").rglob("*-en.html")).read_text(encoding="utf-8")
    assert "a customer wants some" in page
    assert "Acme" not in page


@pytest.fixture(scope="module")
def compared(project: Path) -> tuple[Comparison, Side, Side]:
    """The sample against February."""
    books = project / "workbooks"
    old, new = books / "compute-leasing-2026-02.xlsx", books / "compute-leasing.xlsx"
    then, now, found = comparing.diff(old, new, Stages(lambda: 0.0, lambda _: None))
    assert found is not None
    return found, (then.file, then.date), (now.file, now.date)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [60, 80, 92, 120, 150])
def test_columns_fit_the_terminal_and_lose_no_word(
    compared: tuple[Comparison, Side, Side], width: int, lang: Lang
) -> None:
    found, old, new = compared
    text = text_report(found, old, new, lang, width)
    lines = text.splitlines()
    assert max(map(wide, lines)) <= width
    for one in found.revisions:
        (place,) = (at for at, line in enumerate(lines) if line.split()[:1] == [one.id])
        joined = "".join(re.sub(r"\s", "", line) for line in lines[place : place + 14])
        for word in re.findall(r"\w+", one.label[lang]):
            assert all(letter in joined for letter in word), (one.id, word)


def test_a_change_is_one_line_on_a_pipe_however_long(
    compared: tuple[Comparison, Side, Side],
) -> None:
    found, old, new = compared
    lines = text_report(found, old, new, "en").splitlines()
    assert sum(bool(re.match(r"  [a-z]", line)) for line in lines) == len(found.revisions) + 2


def test_a_terminal_gets_columns_of_its_width(project: Path) -> None:
    books = project / "workbooks"
    shown = in_terminal(
        ["diff", books / "compute-leasing-2026-02.xlsx", books / "compute-leasing.xlsx"], columns=80
    )
    assert shown.code == 0
    assert max(map(wide, shown.lines)) <= 80
    assert any(line.startswith("  inference.ratio ") for line in shown.lines)
