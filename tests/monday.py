"""What the analyst of docs/guide.md types into her workbooks: for its pictures and its test.

The workbooks are those that `reportgen new` makes; cells are changed as one would in Excel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.language import Lang
from reportgen.workbook.schema import NOTE_KEYS, sheet

Entry = str | float | date
Entries = Mapping[str, Entry]

H200 = "rent.h200.1y.incl"
NOTE: Entries = {
    "title_zh": f"H200 租金较上月涨 [[change.{H200}|unsigned]]，H100 跟涨",
    "title_en": f"H200 rents rise [[change.{H200}|unsigned]] in a month; H100 follows",
    "slug": "compute-rents",
    "authors": "陈伟",
    "authors_en": "Chen Wei",
    "house_zh": "示例研究所",
    "house_en": "Sample Research",
    "disclosures_zh": "样例文件，数据为虚构。",
    "disclosures_en": "A sample; the data are made up.",
}
SOURCES: tuple[Entries, ...] = (
    {"id": "S1", "kind": "broker", "date": date(2026, 7, 3), "title_zh": "经纪商甲周报",
     "title_en": "Broker A weekly", "group": "a", "grade": "b", "publish": "yes"},
    {"id": "S2", "kind": "index", "date": date(2026, 7, 3), "title_zh": "租金指数乙",
     "title_en": "Rent index B", "group": "b", "grade": "a", "publish": "yes"},
)  # fmt: skip
_RENT = {"term": "1y", "vat": "incl", "unit": "万元/台/月", "publish": "yes"}
PRICES: tuple[Entries, ...] = (
    {"id": "P1", "date": "2026-06", "model": "h100", "point": 6.2, "source": "S1", **_RENT},
    {"id": "P2", "date": "2026-07", "model": "h100", "low": 6.5, "high": 6.8, "source": "S1",
     **_RENT},
    {"id": "P3", "date": "2026-07", "model": "h100", "point": 6.6, "source": "S2", **_RENT},
    {"id": "P4", "date": "2026-06", "model": "h200", "low": 7.3, "high": 7.5, "source": "S1",
     **_RENT},
    {"id": "P5", "date": "2026-07", "model": "h200", "low": 7.9, "high": 8.1, "source": "S1",
     **_RENT},
    {"id": "P6", "date": "2026-07", "model": "h200", "low": 330.0, "high": 350.0,
     "unit": "万元/台", "vat": "incl", "source": "S1", "publish": "yes"},
)  # fmt: skip
VIEWS: tuple[Entries, ...] = (
    {"section": "key_points", "order": 1.0, "language": "zh", "publish": "yes",
     "text": f"**租金继续上行。** H200 一年期月租 [[{H200}]]，"
             f"较上月涨 [[change.{H200}|unsigned]]。"},
    {"section": "key_points", "order": 1.0, "language": "en", "publish": "yes",
     "text": f"**Rents go on rising.** A one-year H200 lease costs [[{H200}]], "
             f"[[change.{H200}|unsigned]] more than last month."},
)  # fmt: skip
RECIPIENTS: tuple[Entries, ...] = (
    {"name": "李娜", "address": "li.na@fund.example", "language": "zh", "edition": "client",
     "greeting": "李总，您好："},
    {"name": "Sam Carter", "address": "sam.carter@fund.example", "language": "en",
     "edition": "client", "greeting": "Dear Sam,"},
)  # fmt: skip
AUGUST: tuple[Entries, ...] = (
    {"id": "P7", "date": "2026-08", "model": "h100", "low": 6.9, "high": 7.1, "source": "S1",
     **_RENT},
    {"id": "P8", "date": "2026-08", "model": "h200", "point": 7.8, "source": "S1", **_RENT},
)  # fmt: skip
SLIP = {"zh": "万元/抬/月", "en": "CNY10k/sever/month"}
_UNITS = {"万元/台/月": "CNY10k/server/month", "万元/台": "CNY10k/server"}


def fill_july(path: Path, lang: Lang, *, slips: bool = False) -> None:
    """Fill in the blank workbook. With `slips`, as it was before she checked it."""
    book = openpyxl.load_workbook(path)
    _settings(book[sheet("Note").name[lang]], lang, NOTE)
    tables: Mapping[str, Sequence[Entries]] = {
        "Sources": SOURCES, "Prices": PRICES, "Views": VIEWS, "Recipients": RECIPIENTS,
        "Survey": (), "Demand": (), "Economics": (), "Scenarios": (), "Glossary": (),
        "Redactions": (), "Accepted": (),
    }  # fmt: skip
    for key, rows in tables.items():
        page = book[sheet(key).name[lang]]
        for cells in page.iter_rows(min_row=2, max_row=3):
            for cell in cells:
                cell.value = None
        _rows(page, key, lang, rows)
    if slips:
        prices, views = book[sheet("Prices").name[lang]], book[sheet("Views").name[lang]]
        _cell(prices, "Prices", "unit", 6, lang).value = SLIP[lang]
        text = _cell(views, "Views", "text", 3, lang)
        text.value = str(text.value).replace(f"[[{H200}]]", "80 thousand", 1)
    book.save(path)


def fill_august(path: Path, lang: Lang) -> None:
    """Fill in the next issue: new prices, newer sources, another story."""
    book = openpyxl.load_workbook(path)
    _settings(
        book[sheet("Note").name[lang]],
        lang,
        {
            "title_zh": "H200 租金回落，H100 续涨",
            "title_en": "H200 rents ease; H100 goes on rising",
            "rent_baseline": "2026-07",
        },
    )
    sources, views = book[sheet("Sources").name[lang]], book[sheet("Views").name[lang]]
    for row in (2, 3):
        _cell(sources, "Sources", "date", row, lang).value = date(2026, 7, 31)
    prices = book[sheet("Prices").name[lang]]
    _rows(prices, "Prices", lang, AUGUST, first=2 + len(PRICES))
    change = f"[[change.{H200}]]"
    said = (
        f"**H200 回落。** 一年期月租 [[{H200}]]，较上月变化 {change}。",
        f"**H200 eases.** A one-year lease costs [[{H200}]]; its change on last month is {change}.",
    )
    for row, text in enumerate(said, start=2):
        _cell(views, "Views", "text", row, lang).value = text
    book.save(path)


def _settings(page: Worksheet, lang: Lang, values: Entries) -> None:
    keys = {key.label[lang]: key.key for key in NOTE_KEYS}
    for name, value in page.iter_rows(min_row=2, max_col=2):
        key = keys.get(str(name.value), "")
        if key in values:
            value.value = values[key]


def _rows(page: Worksheet, key: str, lang: Lang, rows: Sequence[Entries], first: int = 2) -> None:
    for place, row in enumerate(rows, start=first):
        for column, value in row.items():
            _cell(page, key, column, place, lang).value = _said(key, column, value, lang)


def _cell(page: Worksheet, key: str, column: str, row: int, lang: Lang) -> Cell:
    heading = sheet(key).column(column).heading[lang]
    place = next(cell.column for cell in page[1] if cell.value == heading)
    cell = page.cell(row, place)
    assert isinstance(cell, Cell)
    return cell


def _said(key: str, column: str, value: Entry, lang: Lang) -> Entry:
    """The entry as the drop-down of that language has it."""
    choices = {one.key: one.label[lang] for one in sheet(key).column(column).choices}
    known = choices.get(value, value) if isinstance(value, str) else value
    return _UNITS.get(str(known), known) if lang == "en" else known
