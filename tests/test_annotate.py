"""The annotated copy: everything of hers is still there, everything of ours is on top."""

from __future__ import annotations

import copy as copying
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.analyst_book import fills, notes, opened, parts

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TOUCHED = {
    "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml",
    "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml",
    "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml",
}  # fmt: skip
ADDED = {
    "xl/worksheets/reportgen-issues.xml", "xl/comments1.xml", "xl/comments2.xml",
    "xl/drawings/vmlDrawing1.vml", "xl/drawings/vmlDrawing2.vml",
    "xl/worksheets/_rels/sheet1.xml.rels", "xl/worksheets/_rels/sheet2.xml.rels",
}  # fmt: skip


# ---- the package ----------------------------------------------------------------------------


def test_every_part_that_needs_no_change_keeps_its_bytes(hers: Path, copied: Path) -> None:
    before, after = parts(hers), parts(copied)
    assert {name for name in before if before[name] != after[name]} == TOUCHED
    assert set(after) - set(before) == ADDED
    assert list(after)[: len(before)] == list(before)


def test_the_changed_parts_are_hers_again_without_our_additions(hers: Path, copied: Path) -> None:
    before, after = parts(hers), parts(copied)
    styles = [_styles(one["xl/styles.xml"]) for one in (before, after)]
    for name in sorted(TOUCHED):
        if name.endswith(".vml"):
            head = before[name].removesuffix(b"</xml>").replace(b'data="1"', b'data="1,3"')
            assert after[name].startswith(head), name
            continue
        then, now = etree.fromstring(before[name]), etree.fromstring(after[name])
        _without_ours(name, then, now, styles)
        assert etree.tostring(now, method="c14n") == etree.tostring(then, method="c14n"), name


def _styles(data: bytes) -> list[etree._Element]:
    return list(etree.fromstring(data).find(f"{MAIN}cellXfs"))


def _without_ours(
    name: str, then: etree._Element, now: etree._Element, styles: list[list[etree._Element]]
) -> None:
    """Take our additions out of `now`, each checked to be an addition."""
    if name == "xl/workbook.xml":
        assert now.find(f".//{MAIN}sheet").get("name") == "Issues"
        now.find(f"{MAIN}sheets").remove(now.find(f".//{MAIN}sheet"))
        listed = now.find(f"{MAIN}definedNames")
        for one in [one for one in listed if one.get("localSheetId") == "0"]:
            listed.remove(one)
        for one in listed:
            if place := one.get("localSheetId"):
                one.set("localSheetId", str(int(place) - 1))
        view, former = now.find(f".//{MAIN}workbookView"), then.find(f".//{MAIN}workbookView")
        assert view.get("activeTab") == "0"
        view.set("activeTab", former.get("activeTab"))
    elif name == "xl/styles.xml":
        for kind in ("fonts", "fills", "borders", "cellXfs"):
            former, place = then.find(f"{MAIN}{kind}"), now.find(f"{MAIN}{kind}")
            assert place.get("count") == str(len(place))
            place.set("count", former.get("count"))
            for extra in list(place)[len(former) :]:
                place.remove(extra)
    elif "worksheets" in name:
        _without_marks(then, now, styles)
    elif "comment" in name:
        authors, listed = now.find(f"{MAIN}authors"), now.find(f"{MAIN}commentList")
        authors.remove(authors[-1])
        for one in list(listed):
            if one.get("authorId") == str(len(authors)):
                listed.remove(one)
                continue
            text = one.find(f"{MAIN}text")
            if "▼ reportgen" in "".join(text.itertext()):
                text.remove(text[-1])
                assert [run.tag for run in text] == [f"{MAIN}r"]
                text[0].tag, inner = f"{MAIN}t", text[0][0]
                text.replace(text[0], inner)
    else:  # relations and content types
        known = {etree.tostring(one, method="c14n") for one in then}
        for one in [one for one in now if etree.tostring(one, method="c14n") not in known]:
            now.remove(one)


def _without_marks(
    then: etree._Element, now: etree._Element, styles: list[list[etree._Element]]
) -> None:
    cells = {cell.get("r"): cell for cell in then.iter(f"{MAIN}c")}
    for cell in list(now.iter(f"{MAIN}c")):
        former = cells.get(cell.get("r"))
        base = "0" if former is None else former.get("s", "0")
        if former is None:
            assert not len(cell)
            base = "1" if cell.get("r").startswith("E") else "0"  # column E's own style
        if cell.get("s", "0") != base:
            old, new = styles[0][int(base)], copying.deepcopy(styles[1][int(cell.get("s"))])
            new.set("fillId", old.get("fillId"))
            del new.attrib["applyFill"]
            assert etree.tostring(new, method="c14n") == etree.tostring(old, method="c14n")
        if former is None:
            cell.getparent().remove(cell)
        elif former.get("s"):
            cell.set("s", former.get("s"))
        else:
            cell.attrib.pop("s", None)
    if then.find(f"{MAIN}legacyDrawing") is None and now.find(f"{MAIN}legacyDrawing") is not None:
        now.remove(now.find(f"{MAIN}legacyDrawing"))
    for view, former in zip(
        now.iter(f"{MAIN}sheetView"), then.iter(f"{MAIN}sheetView"), strict=True
    ):
        if former.get("tabSelected") != view.get("tabSelected"):
            assert (former.get("tabSelected"), view.get("tabSelected")) == ("1", "0")
            view.set("tabSelected", "1")


def test_colours_and_comments_stand_where_the_issues_are(hers: Path, copied: Path) -> None:
    book = opened(copied)
    prices = book["Prices"]
    told = notes(prices)
    assert {cell: told[cell].splitlines()[1] for cell in ("D3", "E6")} == {
        "D3": "Error · unknown-unit", "E6": "Error · empty-needed-cell",
    }  # fmt: skip
    assert told["C5"].startswith("她的批注：待确认\n\n▼ reportgen\nError · not-a-number")
    assert told["B4"] == "[Threaded comment]\n\nIs this?"  # left alone, only coloured
    before = fills(opened(hers)["Prices"])
    changed = {cell: fill for cell, fill in fills(prices).items() if before.get(cell) != fill}
    assert changed == {
        "A2": "FFDCE8F5", "D3": "FFF9D3CE", "B4": "FFFBE6BD", "C5": "FFF9D3CE", "E6": "FFF9D3CE",
    }  # fmt: skip
    assert prices["C5"].number_format == "0.00"
    assert prices["C5"].border.bottom.style == "double"


def test_the_issues_come_first_each_with_its_link(copied: Path) -> None:
    book = opened(copied)
    sheet = book.worksheets[0]
    assert (sheet.title, book.active) == ("Issues", sheet)
    assert [one.title for one in book.worksheets if one.sheet_view.tabSelected] == ["Issues"]
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:F16"
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=5)]
    assert [row[0] for row in rows] == ["Error"] * 4 + ["Warning"] + ["Remark"] * 7
    links = {cell.coordinate: cell.hyperlink.location for cell in sheet["C"] if cell.hyperlink}
    by_code = {str(row[5]): links.get(f"C{n}") for n, row in enumerate(rows, start=5)}
    assert by_code["not-a-number"] == "'Prices'!C5"
    assert by_code["vat-unstated"] == "'Prices'!A1"
    assert "'Bob''s 草稿'!A1" in links.values()
    (talk,) = [row[4] for row in rows if row[5] == "misspelt-word"]
    assert "conversation" in str(talk)
    assert any(row[1] == "Old numbers (hidden)" for row in rows)


# ---- through LibreOffice --------------------------------------------------------------------


@pytest.fixture(scope="module")
def calc(hers: Path, copied: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Both workbooks as LibreOffice understands them."""
    folder = tmp_path_factory.mktemp("calc")
    twin = folder / "copy.xlsx"
    shutil.copy(copied, twin)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            "--convert-to", "fods", "--outdir", folder, hers, twin,
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return [folder / "hers.fods", folder / "copy.fods"]


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _seen(path: Path) -> dict[str, object]:
    """Values, formulas, notes and counts of things by sheet, our sheet left out."""
    whole = etree.parse(path, etree.XMLParser(huge_tree=True))
    seen: dict[str, object] = {}
    for table in whole.iter("{*}table"):
        name = next(value for key, value in table.items() if key.endswith("}name"))
        if name == "Issues":
            continue
        cells, told = {}, {}
        for row, column, cell in _cells(table):
            text = "\n".join("".join(p.itertext()) for p in cell if _local(p) == "p")
            said = {etree.QName(key).localname: value for key, value in cell.items()}
            kept = (said.get("formula"), said.get("value"), said.get("value-type"), text)
            if any(kept):
                cells[row, column] = kept
            for note in cell.iterfind("{*}annotation"):
                told[row, column] = ["".join(p.itertext()) for p in note if _local(p) == "p"]
        counts = {
            kind: sum(1 for _ in table.iter(f"{{*}}{kind}"))
            for kind in ("conditional-format", "condition", "color-scale", "data-bar", "object",
                         "image", "sparkline", "a")
        }  # fmt: skip
        seen[str(name)] = (cells, told, counts)
    for kind in ("content-validation", "named-range", "database-range"):
        listed = (
            sorted((k, v) for k, v in one.items() if not k.endswith("base-cell-address"))
            for one in whole.iter(f"{{*}}{kind}")
        )
        plain = (re.sub(r"DB__\d+", "DB", str(one)) for one in listed)  # numbered by sheet
        seen[kind] = sorted(one for one in plain if "Issues" not in one)
    return seen


def _cells(table: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    def repeated(element: etree._Element, what: str) -> int:
        return next(
            (int(v) for k, v in element.items() if k.endswith(f"number-{what}-repeated")), 1
        )

    row = 0
    for line in table.iter("{*}table-row"):
        column = 0
        for cell in line:
            yield row, column, cell
            column += repeated(cell, "columns")
        row += repeated(line, "rows")


def test_libreoffice_finds_all_that_was_there(calc: list[Path]) -> None:
    before, after = _seen(calc[0]), _seen(calc[1])
    assert list(before) == list(after)
    for name, seen in before.items():
        now = after[name]
        if not isinstance(seen, tuple) or not isinstance(now, tuple):
            assert now == seen, name
            continue
        assert now[0] == seen[0], name
        assert now[2] == seen[2], name
        assert {place: told[: len(seen[1][place])] for place, told in now[1].items()
                if place in seen[1]} == seen[1], name  # fmt: skip
    prices = before["Prices"]
    assert isinstance(prices, tuple)
    cells, told, counts = prices
    assert cells[1, 7][:2] == ("of:=SUM([.C2:.C5])", "27.3") or cells[1, 7][0].startswith("of:=SUM")
    assert counts["object"] == 1
    assert counts["sparkline"] == 1
    assert counts["conditional-format"] >= 1
    assert (4, 2) in told
