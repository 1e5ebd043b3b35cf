"""Next month's workbook: cell for cell what the last one said, and marked where it is old."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner, Result

from reportgen.checking import Stages, check
from reportgen.cli import app
from reportgen.comparing import diff
from reportgen.dates import parse_when
from reportgen.issues import Issue, Severity
from reportgen.language import Lang
from reportgen.quantity import Quoted
from reportgen.workbook.carry import carry
from reportgen.workbook.next_issue import next_workbook, read_old
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.tables import Row, Workbook
from tests.calc import through_calc
from tests.made import make
from tests.sheets import make_workbook

JULY = parse_when("2026-07-01")
AMBER = (0xFF, 0xE0, 0x8A)
RED = (0xF9, 0xD3, 0xCE)


def follow(
    old: Path, to: Path, lang: Lang | None = None, date: str = ""
) -> tuple[Workbook, Workbook]:
    """The old workbook and the one that follows it, both read."""
    book, grids, formulas = read_old(old)
    assert not [issue for issue in book.issues if issue.severity is Severity.ERROR]
    spoken: Lang = lang or ("en" if book.lang == "en" else "zh")
    issued = parse_when(date) if date else None
    data, _ = next_workbook(
        book, carry(book, grids, spoken, issued, formulas), spoken, to.name, issued
    )
    to.write_bytes(data)
    return book, read_workbook(to)


def said(row: Row) -> tuple[str, Mapping[str, object], str, object]:
    """What a row says, wherever it stands."""
    quantity = row.quantity
    if quantity is not None and isinstance(quantity.lineage, Quoted):
        quantity = replace(quantity, lineage=replace(quantity.lineage, cells=()))
    values = {key: value for key, value in row.values.items() if key != "id"}
    return row.id, values, row.unread, quantity


def issues_of(path: Path) -> tuple[Issue, ...]:
    found = check(path, Stages(lambda: 0.0, lambda _: None))
    return (*found.issues, *found.refused)


def errors(path: Path) -> list[str]:
    return [str(issue) for issue in issues_of(path) if issue.severity is Severity.ERROR]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("carry")


@pytest.fixture(scope="module")
def july(sample: Path, folder: Path) -> Path:
    """The sample's next issue, its date not renewed."""
    follow(sample, folder / "july.xlsx")
    return folder / "july.xlsx"


# ---- what comes along -----------------------------------------------------------------------


def test_the_sample_comes_along_cell_for_cell(sample: Path, july: Path) -> None:
    old, new = read_workbook(sample), read_workbook(july)
    assert sum(len(table) for table in old.tables.values()) > 500
    for key, table in old.tables.items():
        if key != "Note":
            assert [said(row) for row in new[key]] == [said(row) for row in table], key
    changed = {"previous_date"}
    assert {key: row.values for key, row in new.note.items() if key not in changed} == {
        key: row.values for key, row in old.note.items() if key not in changed
    }
    assert new.setting("previous_date") == old.setting("date")
    assert new.issues == tuple(replace(issue, file="july.xlsx") for issue in old.issues)


def test_check_finds_no_error_and_says_that_the_date_is_the_last_one(july: Path) -> None:
    found = issues_of(july)
    assert [issue for issue in found if issue.severity is Severity.ERROR] == []
    warned = [one for one in found if one.code == "date-not-renewed"]
    assert [(one.severity, one.sheet, one.cell) for one in warned] == [
        (Severity.WARNING, "报告设置", "B7")
    ]


@pytest.fixture(scope="module")
def dated(sample: Path, folder: Path) -> Path:
    """The sample's next issue, with a date given."""
    follow(sample, folder / "dated.xlsx", date="2026-07-01")
    return folder / "dated.xlsx"


def test_nothing_has_changed_since_the_last_issue_yet(sample: Path, dated: Path) -> None:
    _, _, compared = diff(sample, dated, Stages(lambda: 0.0, lambda _: None))
    assert compared is not None
    assert [(one.kind, one.id) for one in compared.revisions] == []
    assert compared.unchanged > 100


@pytest.mark.slow
def test_a_note_can_be_built_and_compared_with_the_last_issue(
    sample: Path, dated: Path, folder: Path
) -> None:
    outcome = make(dated, folder / "out", since=sample, langs=("zh",))
    assert "date-not-renewed" not in {one.code for one in outcome.issues}
    (page,) = (path for path in outcome.files if path.suffix == ".html")
    assert page.name == "compute-leasing-20260701-zh.html"


TYPED = """
# 报告设置
项目 | 内容
标题（中文） | 标题
日期 | @2026-06-01
汇率 | 7.1[0.00]
时间 | '08:30
我的设置 | 蓝色
# 来源
编号 | 类型 | 日期 | 发布 | 联系人
S1 | 专家访谈 | 2026-05 | 公开 | 李四
S2 | 自有 | @2026-06-01 | 公开 |
# 价格
备注 | 日期 | 型号 | 租期 | 下限 | 数值 | 上限 | 单位 | 来源 | 原文 | 编码 | 电话
 | 2026-05 | H100 | 1 年 | | 6.7–6.8 | | 万元/台/月 | S1 | '=5 万 | '007 | 12345.5[0.00]
 | @2026-05-28 | h 200 | 一年 | | 8.0[0.0] | | 万元/台/月 | S1 | -5 万 | |

 | 2026-02-17前 | B300 | 1y | 6.70[0.00] | | 6.8 | 万元/台/月 | S1 | | |
看下面 | 20260528 | H20 | 1y | | 约4 | | 万元/台/月 | S1 | | |
 | 46000 | 新卡X | 5年 | | ≥8 | | 万元/台/月 | S1 | | |
 | 2026 | H800 | 1y | | 5万到5万 | | 万元/台/月 | S1 | | |
# 需求
细分 | 指标 | 时期 | 数值 | 单位 | 来源
大厂 | 份额 | 2026-05 | 0.6[0%] | % | S1
其余 | 份额 | 2026-05 | 40% | | S1
# 调研
主题 | 数值 | 单位 | 来源 | 所指时点
许可 | @2026-03-01 | 日期 | S1 | 2026-05
涨幅 | 1.5[0%] | 倍 | S1 | 2026-05
# 已接受问题
问题代码 | 行或单元格 | 理由 | 有效至
value-unread | 价格!F7 | 听不清 | @2026-06-15
publish-blank | Prices!B2:B3 | 都公开 | @2027-01-01
rent-without-vat | 价格 | 未说明 |
note | S1 | 无 |
# 草稿
随便 | 写点
"""


@pytest.fixture(scope="module")
def typed(folder: Path) -> tuple[Workbook, Workbook]:
    return follow(make_workbook(folder / "typed.xlsx", TYPED), folder / "typed-next.xlsx")


def test_what_was_typed_is_typed_again(typed: tuple[Workbook, Workbook], folder: Path) -> None:
    """Ranges, hedged words, garbled text, odd dates, percent cells, text that looks like more."""
    old, new = typed
    for key in ("Sources", "Prices", "Demand", "Survey"):
        assert [said(row) for row in new[key]] == [said(row) for row in old[key]], key
    raw = openpyxl.load_workbook(folder / "typed-next.xlsx")["价格"]
    columns = {cell.value: get_column_letter(n) for n, cell in enumerate(raw[1], start=1)}
    assert [raw[f"{columns['数值']}{row}"].value for row in range(2, 8)] == [
        "6.7–6.8", 8, None, "约4", "≥8", "5万到5万",
    ]  # fmt: skip
    assert raw[f"{columns['下限']}4"].number_format == "0.00"
    assert raw[f"{columns['原文']}2"].value == "=5 万"
    assert raw[f"{columns['原文']}2"].data_type == "s"
    dates = [str(raw[f"{columns['日期']}{row}"].value) for row in range(2, 8)]
    assert [one.removesuffix(" 00:00:00") for one in dates] == [
        "2026-05", "2026-05-28", "2026-02-17前", "2026-05-28", "2025-12-09", "2026",
    ]  # fmt: skip


def test_ids_that_filled_themselves_in_are_written_out(typed: tuple[Workbook, Workbook]) -> None:
    """Row 4 is blank in the old workbook, so that the rows below it move up."""
    old, new = typed
    assert [row.id for row in new["Prices"]] == ["P2", "P3", "P5", "P6", "P7", "P8"]
    assert [row.number for row in new["Prices"]] == [2, 3, 4, 5, 6, 7]
    assert [row.id for row in old["Prices"]] == [row.id for row in new["Prices"]]


def test_columns_of_her_own_are_kept(typed: tuple[Workbook, Workbook], folder: Path) -> None:
    _, new = typed
    first = new["Prices"].rows[0]
    assert (first.values["编码"], first.values["电话"]) == ("007", "12345.5")
    assert new["Sources"].rows[0].values["联系人"] == "李四"
    raw = openpyxl.load_workbook(folder / "typed-next.xlsx")["价格"]
    assert [cell.value for cell in raw[1]][-2:] == ["编码", "电话"]
    assert raw.cell(2, raw.max_column).value == 12345.5


def test_settings_of_her_own_are_kept(typed: tuple[Workbook, Workbook]) -> None:
    _, new = typed
    mine = next(row for row in new["Note"] if row.id == "我的设置")
    assert mine.text("value") == "蓝色"
    assert new.setting("fx") == 7.1
    assert new.setting("time") == "08:30"


def test_accepted_addresses_follow_their_cells(typed: tuple[Workbook, Workbook]) -> None:
    """F7 was the value of 约4 in row 7 counted with the blank row; it is K5 now."""
    _, new = typed
    assert [row.text("where") for row in new["Accepted"]] == [
        "价格!K6", "Prices!B2:B3", "价格", "S1",
    ]  # fmt: skip


def test_a_wide_sheet_becomes_rows(tmp_path: Path) -> None:
    wide = """
    # 报告设置
    项目 | 内容
    标题（中文） | 标题
    日期 | @2026-06-01
    # 来源
    编号 | 类型 | 日期 | 发布
    S1 | 专家访谈 | 2026-05 | 公开
    # 周报
    单位：万元/台/月 | 来源：S1
    型号 | 2026-04 | 2026-05
    H100 | 6.7 | 6.7–6.9
    H200 | 8.0[0.0] | 约8.2
    """
    text = "\n".join(line.strip() for line in wide.strip().splitlines())
    old, new = follow(make_workbook(tmp_path / "wide.xlsx", text), tmp_path / "next.xlsx")
    assert len(old["Prices"]) == 4
    assert [said(row) for row in new["Prices"]] == [said(row) for row in old["Prices"]]


def test_an_english_workbook_can_follow_a_chinese_one(
    typed: tuple[Workbook, Workbook], folder: Path
) -> None:
    old, new = follow(folder / "typed.xlsx", folder / "typed-en.xlsx", "en")
    assert (old.lang, new.lang, new.setting("language")) == ("zh", "en", "en")
    for key in ("Sources", "Prices", "Demand", "Survey"):
        assert [said(row) for row in new[key]] == [said(row) for row in old[key]], key
    assert new["Prices"].name == "Prices"
    assert [row.text("where") for row in new["Accepted"]] == [
        "Prices!K6", "Prices!B2:B3", "Prices", "S1",
    ]  # fmt: skip


def test_the_next_issue_can_be_followed_in_turn(
    typed: tuple[Workbook, Workbook], folder: Path
) -> None:
    """The guide of the first is not taken for a sheet of the analyst's."""
    old, new = follow(folder / "typed-next.xlsx", folder / "typed-third.xlsx")
    assert [said(row) for row in new["Prices"]] == [said(row) for row in old["Prices"]]
    assert "unknown-sheet" not in {issue.code for issue in (*old.issues, *new.issues)}


# ---- what is marked -------------------------------------------------------------------------


def marks(page: Worksheet) -> dict[str, str]:
    """The cells that are coloured until they change, and until when."""
    return {
        str(cells.sqref): rule.formula[0]
        for cells in page.conditional_formatting
        for rule in cells.rules
        if rule.dxf.fill is not None and rule.dxf.fill.bgColor.rgb.endswith("FFE08A")
    }


def test_dates_and_titles_are_marked_until_they_change(july: Path) -> None:
    book = openpyxl.load_workbook(july)
    note = marks(book["报告设置"])
    assert sorted(note) == ["B17", "B18", "B2", "B24", "B25", "B3", "B4", "B5", "B7"]
    assert note["B7"] == "$B$7=DATE(2026,6,1)"
    assert note["B17"] == "$B$17=6.8375"
    assert note["B2"].startswith("LEFT($B$2,")
    assert marks(book["来源"]) == {"C3": "$C$3=DATE(2026,6,1)"}  # the house's own, no expert's
    assert len(marks(book["经济性"])) == 16
    assert marks(book["价格"]) == {}


def test_a_given_date_is_not_marked(dated: Path) -> None:
    note = openpyxl.load_workbook(dated)["报告设置"]
    assert "B7" not in marks(note)
    assert str(note["B7"].value)[:10] == "2026-07-01"


def test_the_guide_lists_what_is_marked(july: Path) -> None:
    guide = openpyxl.load_workbook(july).worksheets[0]
    links = {
        str(cell.value): cell.hyperlink.location
        for row in guide.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert links["报告设置!B7"] == "'报告设置'!B7"
    assert links["经济性!I9 等 16 处"] == "'经济性'!I9"
    text = "\n".join(str(cell.value) for row in guide.iter_rows() for cell in row if cell.value)
    assert "待更新（沿用自 compute-leasing.xlsx）" in text
    assert "正文：110 段" in text
    assert "租金基准时点" in text
    assert "采购基准时点" in text
    assert "来源的日期：" in text


def test_acceptances_that_run_out_are_named(typed: tuple[Workbook, Workbook], folder: Path) -> None:
    """The old note is of 1 June: 15 June comes before the next one, January does not."""
    book = openpyxl.load_workbook(folder / "typed-next.xlsx")
    assert marks(book["已接受问题"]) == {"F2": "$F$2=DATE(2026,6,15)"}


def test_history_is_grey_and_the_sheet_opens_below_it(july: Path) -> None:
    page = openpyxl.load_workbook(july)["价格"]
    assert {page.cell(row, 2).font.color.rgb for row in range(2, 32)} == {"006B7280"}
    assert page.sheet_view.pane is not None
    assert page.sheet_view.pane.topLeftCell == "B24"
    assert [one.activeCell for one in page.sheet_view.selection if one.pane == "bottomRight"] == [
        "B32"
    ]


@pytest.fixture(scope="module")
def drawn(july: Path, folder: Path) -> tuple[Path, Path]:
    """The workbook as LibreOffice draws it, and one with a renewed date and a missing unit."""
    changed = folder / "changed.xlsx"
    book = openpyxl.load_workbook(july)
    for page in book:
        if page.title not in ("报告设置", "来源"):
            page.sheet_state = "hidden"
    book.active = 1
    whole = folder / "whole.xlsx"
    book.save(whole)
    book["报告设置"]["B7"] = "2026-07-01"
    book["来源"]["B3"] = None
    book.save(changed)
    one, other = through_calc(folder, [whole, changed], "pdf")
    return one, other


def area(pdf: Path, colour: tuple[int, int, int]) -> int:
    """Pixels of that colour on all pages."""
    count = 0
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            image = page.render(scale=1).to_pil().convert("RGB")
            count += sum(n for n, found in image.getcolors(1 << 24) if found == colour)
    finally:
        document.close()
    return count


def test_libreoffice_shows_the_marks_and_takes_them_away(drawn: tuple[Path, Path]) -> None:
    whole, changed = drawn
    assert area(whole, AMBER) > area(changed, AMBER) > 0
    assert area(whole, RED) == 0
    assert area(changed, RED) > 0


# ---- the command ----------------------------------------------------------------------------


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["new", *map(str, arguments)])


def test_the_new_workbook_stands_beside_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_workbook(tmp_path / "租金-2026-06.xlsx", TYPED)
    names = [run("--from", "租金-2026-06.xlsx").stdout for _ in range(2)]
    assert names == ["租金-2026-07.xlsx\n", "租金-2026-07-2.xlsx\n"]


def test_the_command_says_what_it_did_not_do(tmp_path: Path) -> None:
    old = make_workbook(tmp_path / "june.xlsx", TYPED)
    result = run(tmp_path / "july.xlsx", "--from", old)
    assert result.exit_code == 0
    for words in (
        "日期仍是上期的，不作猜测：请改 报告设置!B7",
        "未沿用的工作表（不在约定之内）：草稿",
        "您自己的列已保留：来源!联系人, 价格!编码, 价格!电话",
        "已接受：value-unread 价格!F7，有效至 2026-06-15",
    ):
        assert words in result.stderr
    assert read_workbook(tmp_path / "july.xlsx").issues  # her own columns, told as ever


def test_json_names_every_place_to_renew(tmp_path: Path) -> None:
    old = make_workbook(tmp_path / "june.xlsx", TYPED)
    result = run(tmp_path / "july.xlsx", "--from", old, "--lang", "en", "--json")
    told = json.loads(result.stdout)
    assert told["rows"]["Prices"] == 6
    assert told["not_carried"]["sheets"] == ["草稿"]
    assert {"sheet": "Note", "cell": "B7"}.items() <= told["to_renew"][1].items()


def test_an_old_workbook_with_unread_rows_is_refused(tmp_path: Path) -> None:
    """A row that cannot be read would be missing from the history, and nobody would know."""
    old = make_workbook(tmp_path / "june.xlsx", TYPED.replace("| 6.7–6.8 |", "| #N/A |"))
    result = run(tmp_path / "july.xlsx", "--from", old)
    assert result.exit_code == 1
    assert "june.xlsx!价格!F2 error-cell" in result.stderr
    assert "没有新建文件" in result.stderr
    assert not (tmp_path / "july.xlsx").exists()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("june.xlsx", b"", "empty-file"),
        (
            "june.xlsx",
            b"PK\x03\x04 and then nothing",
            "damaged-file|file-incomplete",
        ),
        ("nowhere.xlsx", None, "file-missing"),
    ],
)
def test_an_old_workbook_that_cannot_be_opened_is_refused(
    name: str, data: bytes | None, code: str, tmp_path: Path
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    result = run(tmp_path / "july.xlsx", "--from", tmp_path / name)
    assert result.exit_code == 1
    assert re.search(code, result.stderr)
    assert "丢行" not in result.stderr  # no row was read that could be lost
    assert not (tmp_path / "july.xlsx").exists()


def test_errors_of_the_old_workbook_are_told(tmp_path: Path) -> None:
    wrong = TYPED.replace("| S1 | '=5 万 |", "| S9 | '=5 万 |")
    old = make_workbook(tmp_path / "june.xlsx", wrong)
    result = run(tmp_path / "july.xlsx", "--from", old)
    assert result.exit_code == 0
    assert "june.xlsx 有 1 个错误，已原样沿用" in result.stderr


def test_the_date_must_come_after_the_last_one(tmp_path: Path) -> None:
    old = make_workbook(tmp_path / "june.xlsx", TYPED)
    result = run(tmp_path / "july.xlsx", "--from", old, "--date", "2026-06-01")
    assert result.exit_code == 2
    assert "is no later than the old workbook's 2026-06-01" in result.stderr


def test_the_old_workbook_is_never_written(sample: Path, tmp_path: Path) -> None:
    copy = tmp_path / "june.xlsx"
    copy.write_bytes(sample.read_bytes())
    assert run(copy, "--from", copy).exit_code == 2
    assert copy.read_bytes() == sample.read_bytes()


def test_control_characters_do_not_stop_it(tmp_path: Path) -> None:
    """Excel keeps them as _x0001_; no workbook of ours can hold them."""
    path = make_workbook(tmp_path / "june.xlsx", TYPED.replace("'=5 万", "a_x0001_b"))
    _, new = follow(path, tmp_path / "july.xlsx")
    assert new["Prices"].rows[0].text("quote") in ("ab", "a_x0001_b")


def test_equal_workbooks_give_equal_bytes(folder: Path) -> None:
    book, grids, _ = read_old(make_workbook(folder / "equal.xlsx", TYPED))
    one, other = (
        next_workbook(book, carry(book, grids, "zh", JULY), "zh", "a.xlsx", JULY)[0]
        for _ in range(2)
    )
    assert one == other
