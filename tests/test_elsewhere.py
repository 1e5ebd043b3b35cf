"""Values that come out of another file are told: nobody sees how old they are."""

from __future__ import annotations

import contextlib
import random
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.checks.report import text_report
from reportgen.workbook import elsewhere
from reportgen.workbook.elsewhere import linked_cells_of as linked_cells
from reportgen.workbook.formula_cells import LONGEST, read_formulas, sheet_of
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.zip_guard import RefusedError
from tests.mutants import mutate_bytes, mutate_xml
from tests.packages import (
    HEAD,
    MAIN,
    OFFICE,
    PACKAGE,
    SHEET,
    line,
    pack,
    packed,
    parts,
    price_rows,
    sheet,
)
from tests.sheets import warm_reader

LINK = f'{HEAD}<externalLink xmlns="{MAIN}"/>'
WINDOWS = "file:///C:\\Users\\li\\%E7%A7%9F%E9%87%91%20broker.xlsx"
PRICED = ("2026-05-28", "H100", "", "万元/台/月", "S1")


def priced(row: int, formula: str, value: float = 6.75) -> str:
    """A row of Prices whose value is a formula."""
    cell = f'<c r="C{row}"><f>{formula}</f><v>{value}</v></c>'
    return line(row, PRICED).replace(f'<c r="C{row}" t="inlineStr"><is><t></t></is></c>', cell)


def linking(rows: str, targets: tuple[str, ...] = (WINDOWS,), names: str = "") -> dict[str, bytes]:
    """A workbook with links to other files."""
    made: dict[str, bytes] = parts(sheet(price_rows(rows)))
    links = range(1, len(targets) + 1)
    related = "".join(
        f'<Relationship Id="x{n}" Type="{OFFICE}/externalLink" '
        f'Target="externalLinks/externalLink{n}.xml"/>'
        for n in links
    )
    listed = "".join(f'<externalReference r:id="x{n}"/>' for n in links)
    _edit(made, "xl/_rels/workbook.xml.rels", "</Relationships>", f"{related}</Relationships>")
    _edit(
        made, "xl/workbook.xml", "</workbook>",
        f"<externalReferences>{listed}</externalReferences>{names}</workbook>",
    )  # fmt: skip
    for n, target in zip(links, targets, strict=True):
        made[f"xl/externalLinks/externalLink{n}.xml"] = LINK.encode()
        made[f"xl/externalLinks/_rels/externalLink{n}.xml.rels"] = (
            f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/externalLinkPath" Target="{target}" TargetMode="External"/>'
            "</Relationships>"
        ).encode()
    return made


def _edit(made: dict[str, bytes], part: str, old: str, new: str) -> None:
    made[part] = made[part].decode().replace(old, new).encode()


def told(path: Path, files: Mapping[str, bytes]) -> list[tuple[str, tuple[str, ...], object]]:
    pack(path, files)
    return [(one.sheet, one.files, one.cells) for one in linked_cells(path)]


def test_check_names_sheet_cells_and_the_other_file(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    pack(
        path, linking(priced(3, "[1]租金!$B$2*2") + priced(4, "'[1]年 约'!B3") + priced(5, "C3*2"))
    )
    book = read_workbook(path, warm_reader())
    (issue,) = (one for one in book.issues if one.code == "value-from-elsewhere")
    assert (str(issue.severity), issue.sheet, issue.cell) == ("warning", "Prices", "C3")
    assert issue.message.zh.startswith("2 个单元格的值取自另一个文件 租金 broker.xlsx：C3:C4。")
    assert "2 cells take their values from another file, 租金 broker.xlsx: C3:C4." in (
        issue.message.en
    )
    assert issue.hint.en.startswith("Open that file in Excel, update the links")
    assert [row.quantity and row.quantity.point for row in book["Prices"]] == [6.75] * 4
    assert "value-from-elsewhere" in text_report(book, book.issues, "en")


def test_names_that_stand_for_other_files_count_too(tmp_path: Path) -> None:
    names = '<definedNames><definedName name="BrokerRent">[1]S!$B$2</definedName></definedNames>'
    rows = priced(3, "brokerrent*2") + priced(4, 'IF(C3&gt;1,"BrokerRent",2)')
    assert told(tmp_path / "b.xlsx", linking(rows, names=names)) == [
        ("Prices", ("租金 broker.xlsx",), ("C3",))
    ]


def test_several_files_are_named_in_their_order(tmp_path: Path) -> None:
    rows = priced(3, "[2]S!B2+[1]S!B2") + priced(4, "[3]S!B2")
    targets = ("https://share/x/a.xlsx?web=1", "../b.xlsx")
    assert told(tmp_path / "b.xlsx", linking(rows, targets)) == [
        ("Prices", ("a.xlsx", "b.xlsx", "[3]"), ("C3", "C4"))
    ]


@pytest.mark.parametrize(
    "formula", ["Table1[1]*2", "Table1[[2024]:[2025]]", '"[1]S!A1"', "SUM(C2:C2)", "C2*[1]"]
)
def test_formulas_that_only_look_like_it_say_nothing(formula: str, tmp_path: Path) -> None:
    assert told(tmp_path / "b.xlsx", linking(priced(3, formula))) == []


def test_a_formula_that_many_cells_share_is_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A formula of 8,000 letters in 100,000 cells took a minute of a file of 1.6 MB."""
    looked: list[str] = []
    numbers = elsewhere._numbers

    def counted(text: str) -> list[int]:
        looked.append(text)
        return numbers(text)

    monkeypatch.setattr(elsewhere, "_numbers", counted)
    first = priced(3, "[1]S!B2*2").replace("<f>", '<f t="shared" si="0" ref="C3:C99">')
    others = (priced(row, "").replace("<f></f>", '<f t="shared" si="0"/>') for row in range(4, 100))
    ((_, _, cells),) = told(tmp_path / "b.xlsx", linking(first + "".join(others)))
    assert cells == tuple(f"C{row}" for row in range(3, 100))
    assert looked == ["[1]S!B2*2"]


@pytest.mark.parametrize("where", ["formula", "name"])
def test_no_more_is_held_of_a_text_than_a_formula_can_have(where: str, tmp_path: Path) -> None:
    """240 MB of them, a file of 240 kB, took half a gigabyte."""
    path, endless = tmp_path / "b.xlsx", "[1]S!B2+" + "\U0001f600" * 3_500_000
    name = f'<definedName name="rent">{endless if where == "name" else "[1]S!B2"}</definedName>'
    files = linking(
        priced(3, endless if where == "formula" else "rent"),
        names=f"<definedNames>{name}</definedNames>",
    )
    pack(path, files)
    tracemalloc.start()
    try:
        assert [one.cells for one in linked_cells(path)] == [("C3",)]
        assert tracemalloc.get_traced_memory()[1] < 16_000_000  # and 14 MB of XML went by
        (formula,) = read_formulas(path)["Prices"].values()
    finally:
        tracemalloc.stop()
    assert formula.whole == (where == "name")
    assert len(formula.text) <= LONGEST


def test_a_link_that_no_cell_uses_says_nothing(tmp_path: Path) -> None:
    assert told(tmp_path / "b.xlsx", linking("")) == []


def test_names_of_files_cannot_command_a_terminal(tmp_path: Path) -> None:
    files = linking(priced(3, "[1]S!B2"), ("x%1B[2Ja%E2%80%AEb.xlsx",))
    ((_, (name,), _),) = told(tmp_path / "b.xlsx", files)
    assert name.isprintable()


def test_a_file_without_links_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.xlsx"
    pack(path, parts(sheet(price_rows(priced(3, "C2*2")))))
    monkeypatch.setattr("reportgen.workbook.elsewhere._linked", None)
    assert linked_cells(path) == ()


def test_a_damaged_part_is_named_with_its_sheet(tmp_path: Path) -> None:
    """`xl/worksheets/sheet3.xml` says nothing to an analyst."""
    found = {}
    for name, data in (
        ("dtd", sheet("").replace(HEAD, f"{HEAD}<!DOCTYPE x>").encode()),
        ("xml", sheet(price_rows())[:-20].encode()),
    ):
        path = tmp_path / f"{name}.xlsx"
        pack(path, {**parts(), SHEET: data})
        book = read_workbook(path, warm_reader())
        (issue,) = book.issues
        found[issue.code] = issue.sheet
        assert text_report(book, book.issues, "en").startswith(f"{name}.xlsx!Prices: {issue.code}")
    assert found == {"dtd-refused": "Prices", "xml-damaged": "Prices"}


def test_where_the_book_is_damaged_too_no_sheet_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    bad = sheet("").replace(HEAD, f"{HEAD}<!DOCTYPE x>").encode()
    pack(path, {**parts(), "xl/workbook.xml": b"<workbook", SHEET: bad})
    (issue,) = read_workbook(path, warm_reader()).issues
    assert (issue.code, issue.sheet) == ("dtd-refused", "")


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_no_mutant_gets_more_than_an_answer(first: int, tmp_path: Path) -> None:
    """They are read beside the caller, behind the door: seeded, by XML and by bytes."""
    path = tmp_path / "m.xlsx"
    names = '<definedNames><definedName name="BrokerRent">[1]S!$B$2</definedName></definedNames>'
    whole = linking(priced(3, "[1]S!$B$2*2") + priced(4, "BrokerRent"), names=names)
    for seed in range(first, first + 40):
        rng = random.Random(seed)
        files = dict(whole)
        for part in rng.choices(list(files), k=2):
            files[part] = mutate_xml(files[part], rng)
        data = packed(files)
        path.write_bytes(mutate_bytes(data, rng) if seed % 2 else data)
        linked_cells(path)
        sheet_of(path, SHEET)
        with contextlib.suppress(RefusedError):
            read_formulas(path)
