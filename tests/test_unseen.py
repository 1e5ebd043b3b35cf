"""Characters that nobody sees change no number, no id and no word, and are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.workbook.carry import carry
from reportgen.workbook.next_issue import next_workbook, read_old
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.unseen import may_hold_unseen, seen
from tests.packages import SHEET, line, pack, parts, price_rows, sheet
from tests.sheets import flat, make_workbook, warm_reader

BOOK = """
# Note
key | value
title_zh | 租金\u200b回升
date | 2026-05-28
# Sources
id | kind | date | publish
S1 | broker | 2026-05-28 | yes
# Prices
date | model | point | unit | source | remark
2026-05-28 | H100 | '6.\u202e7\u202c | 万元/台/月 | S\u200b1 | plain
2026-05-28 | H\ufeff200 | 8 | 万元/台/月 | S1\u200b | '\u2067x
2026-05-28 | H20 | １．５ | 万元/台/月 | S1 | 👨\u200d👩\u200d👧 می\u200cخواهم
"""


def test_numbers_ids_and_names_are_read_without_them(tmp_path: Path) -> None:
    book = read_workbook(make_workbook(tmp_path / "b.xlsx", BOOK), warm_reader())
    rows = list(book["Prices"])
    assert [row.quantity and row.quantity.point for row in rows] == [6.7, 8, 1.5]
    assert [row.text("source") for row in rows] == ["S1", "S1", "S1"]
    assert rows[1].text("model") == "h200"
    assert rows[1].text("remark") == "x"
    assert rows[2].text("remark") == "👨\u200d👩\u200d👧 می\u200cخواهم"  # they join something
    assert book.setting("title_zh") == "租金回升"


def test_their_cells_and_numbers_are_named(tmp_path: Path) -> None:
    book = read_workbook(make_workbook(tmp_path / "b.xlsx", BOOK), warm_reader())
    found = [one for one in book.issues if one.code == "unseen-characters"]
    assert flat(found) == [
        ("remark", "unseen-characters", "Note", "B2"),
        ("warning", "unseen-characters", "Prices", "C2"),
        ("remark", "unseen-characters", "Prices", "E2"),
    ]
    _, turned, hidden = found
    assert turned.message.en.startswith("2 cells hold characters that turn the direction of")
    assert "(U+202E, U+202C, U+2067): C2, F3." in turned.message.en
    assert "(U+200B, U+FEFF): B3, E2:E3." in hidden.message.en
    assert "看不见的字符" in hidden.message.zh


def test_texts_that_stand_in_the_cells_themselves_too(tmp_path: Path) -> None:
    """Other programs write no table of texts; some write characters as references."""
    rows = line(3, ("2026-05-28", "H&#x202E;200", 8.0, "万元/台/月", "S1")) + line(
        4, ("2026-05-28", "H_x200B_20", 2.0, "万元/台/月", "S1")
    )
    path = tmp_path / "b.xlsx"
    pack(path, {**parts(), SHEET: sheet(price_rows(rows)).encode()})
    book = read_workbook(path, warm_reader())
    assert [row.text("model") for row in book["Prices"]] == ["h100", "h200", "h20"]
    assert flat(book.issues) == [
        ("warning", "unseen-characters", "Prices", "B3"),
        ("remark", "unseen-characters", "Prices", "B4"),
    ]


@pytest.mark.parametrize("letter", [
    *map(chr, (0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F))),
    *map(chr, (*range(0x2060, 0x2070), 0xFEFF, 0xFFF9, 0xE0041)), "\u200c", "\u200d",
])  # fmt: skip
def test_each_is_found_in_bytes_and_taken_out(letter: str) -> None:
    assert may_hold_unseen(letter.encode())
    assert seen(f"6{letter}.7") == "6.7"
    assert seen(f"{letter}租{letter}金{letter}") == "租金"


def test_what_can_be_seen_stays() -> None:
    for text in ("“租金”—6.7…", "é", "مرحبا", "שלום", "6.7 万", "①", "葛󠄀", "❤️", "a\u00a0b"):
        assert seen(text) == text


def test_the_next_issue_is_free_of_them(tmp_path: Path) -> None:
    book, grids, _ = read_old(make_workbook(tmp_path / "b.xlsx", BOOK))
    data, _ = next_workbook(book, carry(book, grids, "zh", None), "zh", "n.xlsx", None)
    (tmp_path / "n.xlsx").write_bytes(data)
    after = read_workbook(tmp_path / "n.xlsx", warm_reader())
    assert not [one for one in after.issues if one.code == "unseen-characters"]
    assert [row.quantity and row.quantity.point for row in after["Prices"]] == [6.7, 8, 1.5]
