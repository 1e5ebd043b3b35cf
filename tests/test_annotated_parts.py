"""Workbooks of other writers, made by hand: prefixes, encodings, dialects, what is not there."""

from __future__ import annotations

import io
import posixpath
import random
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from reportgen.workbook.annotation.annotate import AnnotationError, annotated
from reportgen.workbook.reader import read_workbook
from tests.analyst_book import (
    SCRATCH,
    fills,
    issue,
    make_analyst_book,
    notes,
    opened,
    parts,
)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    '<row r="3"><c r="C3"><v>1</v></c></row>'
)


def package(path: Path, body: str = f"<sheetData>{ROWS}</sheetData>", **more: str) -> Path:
    """A workbook of one sheet named Data; `more` are parts, their dots written as two lines."""
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Data" sheetId="7" r:id="rId1"/></sheets></workbook>'
    )
    written = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{body}</worksheet>',
    } | {name.replace("__", "."): text for name, text in more.items()}
    return write(path, {name: text.encode() for name, text in written.items()})


def write(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def marked(path: Path, *cells: str) -> Path:
    target = path.with_name("copy.xlsx")
    target.write_bytes(annotated(path, [issue(cell, sheet="Data") for cell in cells], "en"))
    return target


def sheet_of(path: Path) -> str:
    return parts(path)["xl/worksheets/sheet1.xml"].decode()


def test_a_workbook_without_styles_gets_some(tmp_path: Path) -> None:
    copy = marked(package(tmp_path / "book.xlsx"), "A1", "B1", "B2", "D3")
    sheet = opened(copy)["Data"]
    assert set(fills(sheet)) == set(notes(sheet)) == {"A1", "B1", "B2", "D3"}
    assert sheet["C3"].value == 1
    assert re.findall(r'<c r="(\w+)"', sheet_of(copy)) == ["A1", "B1", "B2", "C3", "D3"]


@pytest.mark.parametrize("body", ["<sheetData/>", "<sheetData />", "<sheetData></sheetData>"])
def test_an_empty_sheet_gets_its_cells(body: str, tmp_path: Path) -> None:
    copy = marked(package(tmp_path / "book.xlsx", body), "B2", "A9")
    assert set(fills(opened(copy)["Data"])) == {"B2", "A9"}


def test_rows_and_cells_without_addresses_are_counted(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c/></row><row/><row spans='1:2'><c><v>3</v></c></row>"
    copy = marked(package(tmp_path / "book.xlsx", f"<sheetData>{rows}</sheetData>"),
                  "B1", "A2", "D3")  # fmt: skip
    found = re.sub(r' s="\d+"', "", sheet_of(copy))
    assert found.count("<row") == 3
    assert '<row><c><v>1</v></c><c/></row><row><c r="A2"/></row>' in found
    assert '<row spans="1:4"><c><v>3</v></c><c r="D3"/></row>' in found
    assert re.findall(r"<c s=", sheet_of(copy)) == ["<c s="]


def test_what_only_looks_like_a_cell_is_passed_over(tmp_path: Path) -> None:
    odd = (
        '<!-- <row r="1"><c r="A1"/></row> --><row r="1" x="a>b"><c r="A1" t="inlineStr"><is><t>'
        '<![CDATA[<c r="A1"/></row>]]></t></is></c></row>'
    )
    copy = marked(package(tmp_path / "book.xlsx", f"<sheetData>{odd}</sheetData>"), "A1")
    assert sheet_of(copy).count(' s="') == 1
    assert opened(copy)["Data"]["A1"].value == '<c r="A1"/></row>'


def test_prefixes_are_kept(tmp_path: Path) -> None:
    path = package(tmp_path / "book.xlsx")
    files = parts(path)
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        text = re.sub(r"<(/?)(\w)", r"<\1x:\2", files[name].decode())
        files[name] = text.replace("xmlns=", "xmlns:x=").encode()
    copy = marked(write(path, files), "A1", "A2")
    assert set(fills(opened(copy)["Data"])) == {"A1", "A2"}
    assert '<x:row r="2"><x:c r="A2"' in sheet_of(copy)
    assert "<x:legacyDrawing" in sheet_of(copy)
    assert "<x:definedName " in parts(copy)["xl/workbook.xml"].decode()


def test_the_strict_dialect_is_kept(tmp_path: Path) -> None:
    path = package(tmp_path / "book.xlsx")
    files = {
        name: data.replace(MAIN.encode(), STRICT[MAIN].encode())
        .replace(OFFICE.encode(), STRICT[OFFICE].encode())
        for name, data in parts(path).items()
    }  # fmt: skip
    copy = parts(marked(write(path, files), "A1"))
    for name, data in copy.items():
        assert MAIN.encode() not in data, name
        assert OFFICE.encode() not in data, name


def test_a_part_in_another_encoding_is_read(tmp_path: Path) -> None:
    path = package(tmp_path / "book.xlsx")
    files = parts(path)
    text = files["xl/worksheets/sheet1.xml"].decode().replace("<t>x<", "<t>价格<")
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    files["xl/worksheets/sheet1.xml"] = (head + text).encode("utf-16")
    copy = marked(write(path, files), "A1")
    assert opened(copy)["Data"]["A1"].value == "价格"
    assert sheet_of(copy).startswith('<?xml version="1.0" encoding="UTF-8"?>')


def test_styles_come_from_the_row_and_the_column_where_a_cell_is_missing(tmp_path: Path) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
        'patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        '<cellXfs count="3"><xf/><xf numFmtId="9"/><xf numFmtId="10"/></cellXfs></styleSheet>'
    )
    body = (
        '<cols><col min="2" max="3" style="1"/></cols><sheetData><row r="4" s="2" '
        'customFormat="1"/><row r="5" s="2"/></sheetData>'
    )
    path = package(tmp_path / "book.xlsx", body)
    files = parts(path) | {"xl/styles.xml": styles.encode()}
    relation = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="/xl/styles.xml"/></Rel'
    files["xl/_rels/workbook.xml.rels"] = files["xl/_rels/workbook.xml.rels"].replace(
        b"</Rel", relation.encode()
    )
    files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(
        b"</Types>",
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/></Types>'.encode(),
    )
    sheet = opened(marked(write(path, files), "B2", "B4", "B5", "D5"))["Data"]
    assert [sheet[cell].number_format for cell in ("B2", "B4", "B5", "D5")] == [
        "0%", "0.00%", "0%", "General",
    ]  # fmt: skip


def test_tabs_windows_and_titles_move_along(tmp_path: Path) -> None:
    path = package(tmp_path / "book.xlsx", '<sheetViews><sheetView tabSelected="1" '
                   f'workbookViewId="0"/></sheetViews><sheetData>{ROWS}</sheetData>')  # fmt: skip
    files = parts(path)
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(
        b"<sheets>",
        b'<bookViews><workbookView firstSheet="0"/><workbookView activeTab="0"/></bookViews>'
        b"<sheets>",
    )
    files["docProps/app.xml"] = (
        b'<Properties xmlns="e" xmlns:vt="v"><HeadingPairs><vt:vector size="2" baseType="variant">'
        b"<vt:variant><vt:lpstr>Worksheets</vt:lpstr></vt:variant><vt:variant><vt:i4>1</vt:i4>"
        b'</vt:variant></vt:vector></HeadingPairs><TitlesOfParts><vt:vector size="1" '
        b'baseType="lpstr"><vt:lpstr>Data</vt:lpstr></vt:vector></TitlesOfParts></Properties>'
    )
    copy = marked(write(path, files), "A1")
    found = parts(copy)
    app = found["docProps/app.xml"].decode()
    assert "<vt:i4>2</vt:i4>" in app
    assert '<vt:vector size="2" baseType="lpstr"><vt:lpstr>Issues</vt:lpstr><vt:lpstr>Data' in app
    assert found["xl/worksheets/reportgen-issues.xml"].count(b'tabSelected="1"') == 2
    assert 'tabSelected="0"' in sheet_of(copy)
    again = path.with_name("again.xlsx")
    again.write_bytes(annotated(copy, [], "en"))
    assert parts(again)["docProps/app.xml"] == found["docProps/app.xml"]


def test_every_added_part_has_a_type_and_every_relation_a_target(tmp_path: Path) -> None:
    copy = marked(package(tmp_path / "book.xlsx"), "A1")
    found = parts(copy)
    said = etree.fromstring(found["[Content_Types].xml"])
    typed = [one.get("PartName") for one in said if one.get("PartName")]
    defaults = {one.get("Extension") for one in said if one.get("Extension")}
    for name in found:
        ending = name.rpartition(".")[2]
        assert f"/{name}" in typed or ending in defaults - {"xml"} or name == "[Content_Types].xml"
    assert len(typed) == len(set(typed))
    for name in found:
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for one in etree.fromstring(found[name]):
                assert posixpath.normpath(posixpath.join(folder, one.get("Target"))) in found


def test_a_drawing_of_form_controls_gets_the_notes_too(tmp_path: Path) -> None:
    drawing = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        '<o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shape id="_x0000_s1025"><div>A<br>B'
        "</div></v:shape></xml>"
    )
    relations = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/></Relationships>'
    )
    body = (
        f'<sheetData>{ROWS}</sheetData><legacyDrawing xmlns:r="{OFFICE}" r:id="rId1"/>'
        "<controls/><extLst/>"
    )
    path = package(tmp_path / "book.xlsx", body)
    files = parts(path) | {
        "xl/drawings/vmlDrawing1.vml": drawing.encode(),
        "xl/worksheets/_rels/sheet1.xml.rels": relations.encode(),
    }
    found = parts(marked(write(path, files), "A1"))
    told = found["xl/drawings/vmlDrawing1.vml"].decode()
    assert told.startswith(drawing.removesuffix("</xml>").replace('data="1"', 'data="1,2"'))
    assert 'id="_x0000_t202"' in told
    assert 'id="_x0000_s2049"' in told
    assert found["xl/worksheets/sheet1.xml"].count(b"<legacyDrawing") == 1


def test_the_notes_stand_before_what_must_follow_them(tmp_path: Path) -> None:
    tail = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
        '2006"><mc:Choice Requires="x"><controls/></mc:Choice></mc:AlternateContent>'
        '<tableParts count="0"/><extLst/>'
    )
    body = f"<sheetData>{ROWS}</sheetData><pageMargins/>{tail}"
    copy = marked(package(tmp_path / "book.xlsx", body), "A1")
    assert re.search(r"<pageMargins/><legacyDrawing [^>]*/><mc:Alt", sheet_of(copy))


def test_a_merged_cell_shows_its_issue_in_its_corner(tmp_path: Path) -> None:
    body = f'<sheetData>{ROWS}</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    sheet = opened(marked(package(tmp_path / "book.xlsx", body), "B2", "A1:A2"))["Data"]
    assert set(notes(sheet)) == {"A1"}


@pytest.mark.parametrize("cut", [b"</sheetData>", b"</worksheet>", b"<sheetData>"])
def test_a_part_that_is_no_xml_is_refused(cut: bytes, tmp_path: Path) -> None:
    path = package(tmp_path / "book.xlsx")
    files = parts(path)
    files["xl/worksheets/sheet1.xml"] = files["xl/worksheets/sheet1.xml"].replace(cut, b"")
    with pytest.raises(AnnotationError, match=r"sheet1\.xml in the file"):
        marked(write(path, files), "A1")


def test_reading_passes_over_our_sheet_alone(tmp_path: Path) -> None:
    path = package(tmp_path / "book.xlsx")
    copy = marked(path, "A1")
    before = [(one.code, one.sheet, one.cell) for one in read_workbook(path).issues]
    assert [(one.code, one.sheet, one.cell) for one in read_workbook(copy).issues] == before


ODD = (
    b"<", b">", b"/>", b'"', b"&", b"&#0;", b"\0", b"\xff\xfe", b"<!--", b"]]>", b"-1", b"9" * 20,
    b"", b"xmlns", b' r="', b' s="x"', b"<row>", b"</row>", b"<c/>",
)  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "count"), [(1, 60), pytest.param(2, 6_000, marks=pytest.mark.slow)]
)
def test_a_spoilt_package_is_annotated_or_refused(seed: int, count: int, tmp_path: Path) -> None:
    path = make_analyst_book(tmp_path / "book.xlsx")
    issues = [issue("C5"), issue("B4"), issue("A2:F9"), issue("A1", sheet=SCRATCH)]
    twin = tmp_path / "twin.xlsx"
    twin.write_bytes(annotated(path, issues, "zh"))
    sources = [parts(path), parts(twin)]
    chance = random.Random(seed)
    refused = 0
    for _ in range(count):
        files = dict(chance.choice(sources))
        name = chance.choice([one for one in files if one.endswith((".xml", ".rels", ".vml"))])
        data = bytearray(files[name])
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(data) + 1)
            data[place : place + chance.choice((0, 1, 3, 12, 80))] = chance.choice(ODD)
        try:
            result = annotated(write(path, files | {name: bytes(data)}), issues, "en")
        except AnnotationError:
            refused += 1
        else:
            with zipfile.ZipFile(io.BytesIO(result)) as archive:
                assert archive.testzip() is None
    assert 0 < refused < count
