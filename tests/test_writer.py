"""The writer's files, read back with openpyxl and with calamine."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from reportgen.workbook.canonical import canonical
from reportgen.workbook.sample import SAMPLES, build_samples, read_seeds
from reportgen.workbook.schema import NOTE_KEYS, SHEETS
from reportgen.workbook.writer import UnknownNameError, workbook_bytes, write_workbook

PROJECT = Path(__file__).resolve().parents[1]
ROWS = {
    "Note": [
        {"key": "title_zh", "value": "=标题"},
        {"key": "date", "value": "2026-05-28"},
        {"key": "kind", "value": "industry_memo"},
        {"key": "fx", "value": "6.8375"},
        {"key": "house_colour", "value": "blue"},
    ],
    "Sources": [
        {"id": "S1", "kind": "expert_call", "date": "2026-05-28", "interested": "yes", "grade": "c"}
    ],
    "Prices": [
        {
            "id": "P1",
            "date": "2026-05",
            "model": "h100",
            "term": "1y",
            "low": "6.70",
            "high": "6.8",
        },
        {"id": "P2", "date": "2026-05-28", "model": "B300", "point": "6.0", "weight": "750000"},
        {"id": "P3", "date": "2026-02-17前", "model": "X900", "point": "6.7–6.8", "quote": "-5 万"},
        {"id": "P4", "quote": "@SUM(1)", "remark": "  两行\n文字 "},
    ],
}


def sheet_of(lang: str, key: str) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(ROWS, "zh" if lang == "zh" else "en")))
    spec = next(spec for spec in SHEETS if spec.key == key)
    sheet = book[spec.name.zh if lang == "zh" else spec.name.en]
    assert isinstance(sheet, Worksheet)
    return sheet


def column(sheet: Worksheet, heading: str) -> str:
    return next(cell.column_letter for cell in sheet[1] if cell.value == heading)


def test_every_sheet_of_the_schema_is_there_in_order() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes({}, "en")))
    assert book.sheetnames == [spec.name.en for spec in SHEETS]
    for spec in SHEETS:
        headings = [cell.value for cell in book[spec.name.en][1]]
        assert headings == [column.heading.en for column in spec.columns]


def test_a_blank_workbook_lists_every_setting_with_its_help() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes({}, "zh")))
    rows = list(book["报告设置"].iter_rows(min_row=2, values_only=True))
    assert rows == [(key.label.zh, None, key.help.zh) for key in NOTE_KEYS]


def test_days_are_dates_and_other_dates_are_text() -> None:
    sheet = sheet_of("zh", "Prices")
    assert [sheet[f"B{row}"].value for row in (2, 3, 4)] == [
        "2026-05",
        datetime(2026, 5, 28),  # noqa: DTZ001
        "2026-02-17前",
    ]
    assert sheet["B3"].number_format == "yyyy-mm-dd"
    assert sheet["B2"].number_format == "@"


def test_numbers_keep_the_decimals_they_were_written_with() -> None:
    sheet = sheet_of("zh", "Prices")
    low, point, high = (column(sheet, name) for name in ("下限", "数值", "上限"))
    weight = column(sheet, "权重")
    seen = {
        address: (sheet[address].value, sheet[address].number_format)
        for address in (f"{low}2", f"{high}2", f"{point}3", f"{weight}3", f"{point}4")
    }
    assert seen == {
        f"{low}2": (6.7, "0.00"),
        f"{high}2": (6.8, "0.0"),
        f"{point}3": (6, "0.0"),
        f"{weight}3": (750000, "#,##0"),
        f"{point}4": ("6.7–6.8", "General"),
    }


def test_choices_are_written_in_the_workbook_language() -> None:
    chinese, english = sheet_of("zh", "Prices"), sheet_of("en", "Prices")
    assert (chinese["F2"].value, english["F2"].value) == ("1 年", "1 year")
    assert chinese["D2"].value == "H100"  # written h100 in the row
    assert chinese["D4"].value == "X900"  # not in the list, kept


def test_text_is_never_a_formula() -> None:
    prices, note = sheet_of("zh", "Prices"), sheet_of("zh", "Note")
    quote = column(prices, "原文")
    cells = [note["B2"], prices[f"{quote}4"], prices[f"{quote}5"]]
    assert [cell.value for cell in cells] == ["=标题", "-5 万", "@SUM(1)"]
    assert all(cell.quotePrefix for cell in cells)
    archive = zipfile.ZipFile(io.BytesIO(workbook_bytes(ROWS, "zh")))
    assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_blanks_and_line_ends_inside_text_survive() -> None:
    sheet = sheet_of("zh", "Prices")
    assert sheet[f"{column(sheet, '备注')}5"].value == "  两行\n文字 "


def test_settings_are_typed_and_unknown_ones_kept() -> None:
    sheet = sheet_of("zh", "Note")
    values = {str(row[0]): row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert values["日期"] == datetime(2026, 5, 28)  # noqa: DTZ001
    assert values["文件性质"] == "产业调研纪要"
    assert values["汇率"] == 6.8375
    assert values["house_colour"] == "blue"


def test_calamine_reads_the_same() -> None:
    data = io.BytesIO(workbook_bytes(ROWS, "zh"))
    rows = CalamineWorkbook.from_filelike(data).get_sheet_by_name("价格").to_python()
    assert [row[0] for row in rows] == ["编号", "P1", "P2", "P3", "P4"]
    assert rows[2][1] == date(2026, 5, 28)
    assert rows[1][9] == 6.7
    assert rows[3][10] == "6.7–6.8"


def test_drop_downs_come_from_the_schema() -> None:
    sheet = sheet_of("zh", "Prices")
    lists = {
        str(validation.sqref): (validation.formula1, validation.errorStyle)
        for validation in sheet.data_validations.dataValidation
        if validation.type == "list"
    }
    publish, source = column(sheet, "发布"), column(sheet, "来源")
    assert lists[f"{publish}2:{publish}505"] == ('"公开,内部,禁止"', "stop")
    assert lists[f"{source}2:{source}505"][0] == "'来源'!$A$2:$A$500"
    assert lists["D2:D505"][1] == "warning"  # a new model may be typed


def test_every_heading_explains_itself() -> None:
    for spec in SHEETS:
        sheet = sheet_of("en", spec.key)
        prompts = {
            str(validation.sqref): validation.prompt
            for validation in sheet.data_validations.dataValidation
            if validation.prompt
        }
        for cell, wanted in zip(sheet[1], spec.columns, strict=True):
            assert prompts[cell.coordinate].endswith(wanted.help.en)


def test_headings_stay_in_view_and_sheets_print_on_one_page_width() -> None:
    sheet = sheet_of("zh", "Prices")
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:W5"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"


def test_long_columns_wrap() -> None:
    sheet = sheet_of("zh", "Prices")
    assert sheet[f"{column(sheet, '原文')}4"].alignment.wrap_text
    assert not sheet["D4"].alignment.wrap_text


def test_unknown_sheets_and_columns_are_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="unknown sheet Price; did you mean Prices"):
        workbook_bytes({"Price": []}, "zh")
    with pytest.raises(UnknownNameError, match="unknown Prices column modle; did you mean model"):
        workbook_bytes({"Prices": [{"modle": "H100"}]}, "zh")


@pytest.mark.parametrize("lxml", ["True", "False"])
def test_bytes_are_the_same_in_another_process_folder_and_zone(tmp_path: Path, lxml: str) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tests.test_writer import ROWS, write_workbook\n"
        "write_workbook(Path('w.xlsx'), ROWS, 'zh')"
    )
    env = os.environ | {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "7", "OPENPYXL_LXML": lxml}
    subprocess.run([sys.executable, "-c", code, str(PROJECT)], check=True, cwd=tmp_path, env=env)
    digest = hashlib.sha256((tmp_path / "w.xlsx").read_bytes()).hexdigest()
    assert digest == hashlib.sha256(workbook_bytes(ROWS, "zh")).hexdigest()


def test_namespaces_that_others_register_change_nothing() -> None:
    before = workbook_bytes(ROWS, "zh")
    for prefix, uri in (("", "http://www.w3.org/2000/svg"), ("q", "urn:q")):
        ElementTree.register_namespace(prefix, uri)
    assert workbook_bytes(ROWS, "zh") == before


def test_xml_has_one_form() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    forms = (
        f'<row xmlns="{main}" r="1" ht="2"><c/><t xml:space="preserve"> a&amp;\u2028</t></row>',
        (
            f"<q:row xmlns:q='{main}' ht='2' r='1'><q:c></q:c><q:t xml:space='preserve'> a&#38;"
            "\u2028</q:t></q:row>"
        ),
    )
    assert canonical(forms[0].encode()) == canonical(forms[1].encode())
    assert (
        canonical(forms[0].encode())
        .decode()
        .splitlines()[1]
        .startswith(f'<row xmlns="{main}" ht="2" r="1"><c></c><t xml:space="preserve"> a&amp;')
    )


def test_every_part_is_dated_alike() -> None:
    archive = zipfile.ZipFile(io.BytesIO(workbook_bytes(ROWS, "zh")))
    assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.namelist()[0] == "[Content_Types].xml"
    assert b"2026-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_seeds_are_read_with_blanks_left_out(tmp_path: Path) -> None:
    (tmp_path / "Prices.csv").write_text("id,model,config\nP1,H100,\n", encoding="utf-8")
    assert read_seeds(tmp_path) == {"Prices": [{"id": "P1", "model": "H100"}]}


def test_a_row_longer_than_its_headings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Prices.csv").write_text("id,model\nP1,H100,6.7\n", encoding="utf-8")
    with pytest.raises(UnknownNameError, match="beyond the headings"):
        write_workbook(tmp_path / "w.xlsx", read_seeds(tmp_path), "zh")


def test_missing_seeds_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no CSV files in .*compute-leasing"):
        build_samples(tmp_path, tmp_path)


def test_the_tracked_samples_are_what_the_seeds_make(tmp_path: Path) -> None:
    build_samples(PROJECT / "seeds", tmp_path)
    for name in SAMPLES:
        tracked = (PROJECT / "workbooks" / f"{name}.xlsx").read_bytes()
        fresh = (tmp_path / f"{name}.xlsx").read_bytes()
        assert tracked == fresh, f"{name}.xlsx differs from its seeds: run make workbooks"
