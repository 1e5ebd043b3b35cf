"""An analyst's own workbook, with everything in it that a library would lose or disturb.

openpyxl writes what it can; the rest is put into the package by hand: saved formula
values, sparklines, a conversation, custom XML, a macro-free stranger's part.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule
from openpyxl.styles import (
    Alignment,
    Border,
    Color,
    Font,
    GradientFill,
    PatternFill,
    Protection,
    Side,
)
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture
from typer.testing import CliRunner, Result

from reportgen.cli import app
from reportgen.issues import Issue, Severity
from reportgen.language import Text

THREAD = "{8B9C4C2A-0000-4000-8000-0000000000AA}"
PERSON = "{5E9B1F60-0000-4000-8000-0000000000BB}"
SCRATCH = "Bob's 草稿"
"""A sheet whose name needs quotes, and whose quote needs doubling."""

_SPARKLINES = (
    '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:sparklineGroup displayEmptyCellsAs="gap"><x14:colorSeries rgb="FF376092"/>'
    "<x14:sparklines><x14:sparkline><xm:f>Prices!C2:C5</xm:f><xm:sqref>J2</xm:sqref>"
    "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
_THREADED = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<ThreadedComments '
    'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    f'<threadedComment ref="B4" dT="2026-05-28T09:00:00.00" personId="{PERSON}" id="{THREAD}">'
    "<text>Is this the right model?</text></threadedComment></ThreadedComments>"
)
_PERSONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<personList '
    'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    f'<person displayName="Li" id="{PERSON}" userId="Li" providerId="None"/></personList>'
)
_MICROSOFT = "http://schemas.microsoft.com/office/2017/10/relationships"
_SAVED = {"SUM(C2:C5)": "27.3", "AVERAGE(C2:C5)": "6.825", "'Bob''s 草稿'!A1*2": "84"}


def make_analyst_book(path: Path) -> Path:
    """Write the workbook; its issues are known: see the tests."""
    book = openpyxl.Workbook()
    note = book.worksheets[0]
    note.title = "Note"
    for setting in (("key", "value"), ("title_en", "Rents"), ("title_zh", "租金"),
                    ("date", "2026-05-28"), ("tittle_en", "x")):  # fmt: skip
        note.append(setting)
    sources = book.create_sheet("Sources")
    for row in (("id", "kind", "date", "publish"), ("S1", "expert_call", "2026-05-28", "yes")):
        sources.append(row)
    _prices(book.create_sheet("Prices"))
    _scratch(book.create_sheet(SCRATCH))
    hidden = book.create_sheet("Old numbers")
    hidden["A1"] = 1
    hidden.sheet_state = "hidden"
    book.defined_names["rate"] = DefinedName("rate", attr_text="Prices!$C$2")
    book["Prices"].defined_names["local"] = DefinedName("local", attr_text="Prices!$C$3")
    book["Prices"].print_title_rows = "1:1"
    book[SCRATCH].defined_names["local"] = DefinedName("local", attr_text="'Bob''s 草稿'!$A$1")
    book.active = 2
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == "Prices"
    loose = io.BytesIO()
    book.save(loose)
    path.write_bytes(_with_more(loose.getvalue()))
    return path


def _prices(sheet: Worksheet) -> None:
    head = ("date", "model", "point", "unit", "source", "weight", "condition")
    sheet.append(head)
    sheet.append(("2026-05-28", "H100", 6.75, "万元/台/月", "S1"))
    sheet.append(("2026-05-28", "H200", 8, "万圆/台/月", "S1"))  # unknown unit
    sheet.append(("2026-05-28", "H1OO", 6.8, "万元/台/月", "S1"))  # misspelt; has a conversation
    sheet.append(("2026-05-28", "H100", "面议", "万元/台/月", "S9"))  # no number, no source
    sheet.append(("2026-05-28", "H100", 6.9, "万元/台/月", None))  # an empty cell
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor="FF1F3A5F")
    sheet["C5"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet["C5"].number_format = "0.00"
    sheet["C5"].alignment = Alignment(horizontal="center", wrap_text=True)
    sheet["C5"].border = Border(bottom=Side("double", color="FFFF0000"))
    sheet["C5"].protection = Protection(locked=False)
    sheet["D3"].fill = GradientFill(stop=("FFFFFFFF", "FF00FF00"))
    sheet["G2"] = CellRichText(
        "plain, ", TextBlock(InlineFont(b=True, color=Color("FFFF0000")), "bold")
    )
    sheet["C5"].comment = Comment("她的批注：待确认", "Li", height=90, width=200)
    sheet["A2"].comment = Comment("as of the call", "Wang")
    sheet["H2"], sheet["H3"] = "=SUM(C2:C5)", "=AVERAGE(C2:C5)"
    sheet["H4"] = f"='{SCRATCH.replace(chr(39), chr(39) * 2)}'!A1*2"
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = "A1:G6"
    sheet.column_dimensions["F"].hidden = True
    sheet.column_dimensions["E"].fill = PatternFill("solid", fgColor="FFEEEEEE")
    sheet.row_dimensions[2].height = 30
    sheet.protection.sheet = True
    above = CellIsRule("greaterThan", ["7"], font=Font(b=True))  # type: ignore[no-untyped-call]
    bars = DataBarRule("min", 0, "max", 0, color="FF638EC6")  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("C2:C6", above)
    sheet.conditional_formatting.add("C2:C6", bars)
    listed = DataValidation(type="list", formula1='"H100,H200"', allow_blank=True)
    listed.add("B2:B50")
    sheet.add_data_validation(listed)
    chart = LineChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=4), titles_from_data=True)
    sheet.add_chart(chart, "J6")


def _scratch(sheet: Worksheet) -> None:
    sheet["A1"] = 42
    sheet.append(("what", "how many"))
    sheet.append(("a", 1))
    sheet.append(("b", 2))
    sheet["A3"].hyperlink = "https://example.com/"
    sheet["D1"].comment = Comment("a note on her own sheet", "Li")
    table = Table(displayName="Counts", ref="A2:B4")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)
    sheet.merge_cells("D5:E6")
    scale = ColorScaleRule("min", None, "FFFFFFFF", "max", None, "FF63BE7B")  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("B3:B4", scale)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=4), titles_from_data=True)
    sheet.add_chart(chart, "G2")
    dot = io.BytesIO()
    Picture.new("RGB", (8, 8), "red").save(dot, "png")
    sheet.add_image(Image(dot), "A8")


def _with_more(data: bytes) -> bytes:
    """Saved values, sparklines, a conversation, custom XML and an unknown part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(
        name for name, part in parts.items() if "worksheets/sheet" in name and b"SUM(C2" in part
    )
    text = re.sub("&#([0-9]{3,});", lambda found: chr(int(found[1])), parts[sheet].decode())
    for formula, value in _SAVED.items():
        written = f"<f>{formula}</f>"
        text = re.sub(f"{re.escape(written)}<v ?(?:/>|></v>)", f"{written}<v>{value}</v>", text)
    assert all(f"<v>{value}</v>" in text for value in _SAVED.values())
    parts[sheet] = text.replace("</worksheet>", f"{_SPARKLINES}</worksheet>").encode()
    relations = sheet.replace("sheets/sheet", "sheets/_rels/sheet") + ".rels"
    comments = next(
        name for name, part in parts.items() if "comment" in name and b"as of the call" in part
    )
    talk = '<comment ref="B4" authorId="2"><text><t>[Threaded comment]\n\nIs this?</t></text>'
    told = parts[comments].decode()
    authors = told.count("<author>")
    told = told.replace("</authors>", f"<author>tc={THREAD}</author></authors>")
    talk = talk.replace('authorId="2"', f'authorId="{authors}"')
    parts[comments] = told.replace("</commentList>", f"{talk}</comment></commentList>").encode()
    threads = (
        f'<Relationship Id="rIdT" Type="{_MICROSOFT}/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    parts[relations] = parts[relations].replace(b"</Relationships>", threads.encode())
    people = (
        f'<Relationship Id="rIdP" Type="{_MICROSOFT}/person" Target="persons/person.xml"/>'
        "</Relationships>"
    )
    book = "xl/_rels/workbook.xml.rels"
    parts[book] = parts[book].replace(b"</Relationships>", people.encode())
    types = "[Content_Types].xml"
    added = "".join(
        f'<Override PartName="/{name}" ContentType="application/vnd.ms-excel.{kind}+xml"/>'
        for name, kind in (
            ("xl/threadedComments/threadedComment1.xml", "threadedcomments"),
            ("xl/persons/person.xml", "person"),
        )
    )
    parts[types] = parts[types].replace(b"</Types>", f"{added}</Types>".encode())
    parts["xl/threadedComments/threadedComment1.xml"] = _THREADED.encode()
    parts["xl/persons/person.xml"] = _PERSONS.encode()
    parts["customXml/item1.xml"] = '<?xml version="1.0"?>\n<hers xmlns="urn:x">她</hers>'.encode()
    parts["xl/strange.dat"] = bytes(range(256))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


# ---- looking at workbooks ----------------------------------------------------------------------


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def issue(cell: str, text: str = "wrong", sheet: str = "Prices", level: str = "error") -> Issue:
    return Issue(
        "some-code", Severity(level), Text.same(text), Text.same("Mend it."), "", sheet, cell
    )


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def opened(path: Path) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says what it would lose
        return openpyxl.load_workbook(path, rich_text=True)


def notes(sheet: Worksheet) -> dict[str, str]:
    cells = sheet._cells.values()  # iter_rows would make every cell up to the last one
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def fills(sheet: Worksheet) -> dict[str, str]:
    cells = sheet._cells.values()
    return {
        cell.coordinate: str(cell.fill.fgColor.rgb)
        for cell in cells
        if getattr(cell.fill, "patternType", None) == "solid"
    }
