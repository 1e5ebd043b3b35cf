"""An example of every problem that the reader can have with a file, a sheet or a cell.

They are made by the functions that make the real ones.
"""

from __future__ import annotations

from reportgen.language import Text
from reportgen.workbook import cell_problems as cells
from reportgen.workbook import file_problems as files
from reportgen.workbook import package_problems as packages
from reportgen.workbook import problems as sheets
from reportgen.workbook.problems import Problem
from reportgen.workbook.schema import sheet

_PRICES = sheet("Prices")
_MODEL, _BASIS = _PRICES.column("model"), _PRICES.column("basis")
_UNIT = "万元/台/月"

FILES: tuple[Problem, ...] = (
    files.file_missing("prices.xlsx"),
    files.file_unreadable("prices.xlsx", "Input/output error"),
    files.file_denied("prices.xlsx"),
    files.not_a_file("prices.xlsx"),
    files.lock_file("~$prices.xlsx"),
    files.empty_file(),
    files.file_incomplete(),
    files.damaged_file(),
    packages.part_damaged("xl/workbook.xml"),
    packages.xml_damaged("xl/workbook.xml", 7),
    packages.part_missing("xl/worksheets/sheet3.xml"),
    packages.no_sheets(),
    files.password_protected(),
    files.other_format("HTML"),
    files.not_a_workbook("prices.docx"),
    packages.package_too_large("xl/worksheets/sheet3.xml", 512),
    packages.packed_too_tightly("xl/worksheets/sheet3.xml", 1030),
    packages.too_many_parts(60000, 10000),
    packages.too_many_sheets(2000, 1000),
    packages.parts_overlap("xl/worksheets/sheet3.xml"),
    packages.part_twice("xl/worksheets/sheet3.xml"),
    packages.part_name_refused("../sheet3.xml"),
    packages.dtd_refused("xl/workbook.xml"),
    packages.markup_too_large("xl/worksheets/sheet3.xml"),
    packages.text_too_long("B7"),
    packages.area_too_large(1048576, 24),
    packages.off_the_grid("XFE1"),
    packages.part_shared("xl/worksheets/sheet3.xml"),
    packages.rows_shuffled(),
    packages.merged_too_much("A1:A1048576"),
    files.reading_too_slow("xl/worksheets/sheet3.xml", 20),
    files.reading_too_large(),
    files.reading_stopped("xl/worksheets/sheet3.xml"),
    packages.cells_lost(1000, 998),
    files.reader_failed(),
)
"""What keeps the whole file from being read."""

SHEETS: tuple[Problem, ...] = (
    sheets.missing_sheet(_PRICES, ["Price"]),
    sheets.empty_sheet(_PRICES),
    sheets.unknown_sheet("Sheet3", []),
    sheets.duplicate_sheet("价格", "Prices"),
    sheets.hidden_sheet("Survey"),
    sheets.missing_header(_PRICES),
    sheets.missing_column(_PRICES.column("unit").heading, ["Units"], ["Units"]),
    sheets.unknown_column("Colour", []),
    sheets.duplicate_column(_MODEL.heading, "C1"),
    sheets.merged_header("E1:G1"),
    sheets.merged_cells("B2:B9"),
    sheets.missing_setting(Text("日期", "Date")),
    sheets.unknown_setting("titel", ["title"]),
    sheets.duplicate_setting(Text("日期", "Date"), "A7"),
    sheets.wide_sheet_read(24),
    sheets.wide_without_unit(),
    sheets.wide_without_source(),
)
"""What is wrong with a sheet, its headings, a setting or a pasted wide sheet."""

CELLS: tuple[Problem, ...] = (
    cells.empty_needed_cell(_MODEL.heading),
    cells.error_cell("#N/A"),
    cells.formula_without_value(),
    cells.value_from_elsewhere(3, "F2:F4", ["broker.xlsx"]),
    cells.unseen_characters(1, "F2", ["U+202E"], turns=True),
    cells.unseen_characters(2, "B3, B7", ["U+200B"], turns=False),
    cells.not_a_number("n.a."),
    cells.ambiguous_number("1,5"),
    cells.value_unread("260.0.多万"),
    cells.single_number_needed("30–40"),
    cells.low_above_high(6.8, 6.7),
    cells.range_backwards("6.8–6.7"),
    cells.point_outside_range(9, 6.7, 6.8),
    cells.range_stated_twice("6.7–6.9"),
    cells.unknown_unit("万元/抬/月", [_UNIT]),
    cells.unit_conflict("6.7万元/卡/月", _UNIT),
    cells.not_a_price_unit("%"),
    cells.unit_against_market("万元/台", Text("租赁", "rent")),
    cells.missing_fx("USD/卡/小时"),
    cells.hedged_word_read("左右", Text("约", "about")),
    cells.hedge_not_understood("大几百", "很多"),
    cells.not_a_date("28/5"),
    cells.unknown_choice("offer", _BASIS, []),
    cells.new_word("B400", _MODEL),
    cells.misspelt_word("H1OO", _MODEL, _MODEL.choices[4]),
)
"""What is wrong with one cell."""
