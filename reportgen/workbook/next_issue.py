"""Next month's workbook: what was carried over, with everything that wants renewing marked.

A mark is a colour that a rule keeps for as long as the cell is as it was, so that it goes
away by itself. The guide lists the marked cells, and what no colour can mark.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from openpyxl import Workbook as ExcelBook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.dates import When
from reportgen.issues import Issue
from reportgen.language import Lang, Text, count_of
from reportgen.workbook.addresses import spans
from reportgen.workbook.aids import HISTORY_COLOUR, add_aids, mark_until_changed
from reportgen.workbook.aside import AsideError, formulas_of
from reportgen.workbook.carry import Carried
from reportgen.workbook.carry_formulas import ValueOnly
from reportgen.workbook.door import Reader
from reportgen.workbook.formula_cells import Formulas
from reportgen.workbook.grid import Grid
from reportgen.workbook.guide_sheet import ToRenew, write_guide
from reportgen.workbook.packing import packed
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.schema import NOTE_KEYS, sheet
from reportgen.workbook.styles import set_style, style_of
from reportgen.workbook.tables import Workbook
from reportgen.workbook.writer import FONTS, make_book

HISTORY = ("Prices", "Survey", "Demand")
"""The sheets of observations: what they hold is history now."""

_TITLES = ("title_zh", "title_en", "subtitle_zh", "subtitle_en")
_BASELINES = ("rent_baseline", "purchase_baseline")
_LEFT_IN_VIEW = 8  # rows of history above the first blank row when the sheet is opened
_COMPARED = 100  # characters of a text; Excel allows 255 in a rule
_MANY = 5
_MOST_MARKED = 300  # cells of one item; each is a rule of its own, which Excel works out anew
_LONGEST_FORMULA = 60  # characters shown
_A_MONTH = dt.timedelta(days=31)


def read_old(path: Path) -> tuple[Workbook, tuple[Grid, ...], Formulas]:
    """A workbook as the contract reads it, its raw cells and formulas.

    There are none where it cannot be read.
    """
    with Reader() as reader:
        book = read_workbook(path, reader)
        reading = reader.read(path)
    if not book.opened:
        return book, reading.grids, {}
    if reading.refusal is not None:  # it changed under our hands
        return _unread(book, reading.refusal.at(path.name, reading.sheet, reading.cell)), (), {}
    try:
        return book, reading.grids, formulas_of(path)
    except AsideError as why:
        return _unread(book, why.problem.at(path.name, why.sheet, why.cell)), (), {}


def _unread(book: Workbook, issue: Issue) -> Workbook:
    return replace(book, issues=(*book.issues, issue), opened=False)


def next_workbook(
    old: Workbook, carried: Carried, lang: Lang, file: str, issued: When | None
) -> tuple[bytes, tuple[ToRenew, ...]]:
    """The workbook that follows `old`, as bytes, and what in it is to be renewed.

    `issued` is its date; without one the old date stays, marked like the rest.
    """
    book = make_book(carried.rows, lang, carried.specs)
    add_aids(book, carried.specs, lang)
    for key in HISTORY:
        _set_as_history(_page(book, key, lang), len(carried.rows[key]), lang)
    renew = (*_to_renew(old, book, lang, issued), *_values_only(carried.values_only, lang))
    for item in renew:
        for place in (item.cell, *item.also)[:_MOST_MARKED] if item.cell else ():
            page = book[item.sheet]
            mark_until_changed(page, place, _as_it_is(page[place]))
    write_guide(book, lang, file, renew, old.file)
    formulas = {sheet(key).name[lang]: cells for key, cells in carried.formulas.items()}
    return packed(book, compressed=True, formulas=formulas), renew


def _page(book: ExcelBook, key: str, lang: Lang) -> Worksheet:
    return cast("Worksheet", book[sheet(key).name[lang]])


def _set_as_history(page: Worksheet, rows: int, lang: Lang) -> None:
    """Set what is there in grey, and open the sheet where the new rows go."""
    if not rows:
        return
    grey = Font(name=FONTS[lang], size=10, color=HISTORY_COLOUR)
    grey_of: dict[tuple[int, ...], StyleArray] = {}  # cells share a few styles
    for line in page.iter_rows(min_row=2, max_row=rows + 1):
        for cell in line:
            style = style_of(cell)
            grey_style = grey_of.get(tuple(style))
            if grey_style is None:
                cell.font = grey
                grey_of[tuple(style)] = style_of(cell)
            else:
                set_style(cell, grey_style)
    first = rows + 2
    view = page.sheet_view
    if view.pane is not None:
        view.pane.topLeftCell = f"B{max(2, first - _LEFT_IN_VIEW)}"  # the id stays in sight
    for selection in view.selection:
        if selection.pane == "bottomRight":
            selection.activeCell = selection.sqref = f"B{first}"


def _as_it_is(cell: Cell) -> str:
    """The rule that holds while a cell is as it is now."""
    place, value = f"${cell.column_letter}${cell.row}", cell.value
    if isinstance(value, dt.date):
        return f"{place}=DATE({value.year},{value.month},{value.day})"
    if isinstance(value, (int, float)):
        return f"{place}={value!r}"
    text = str(value).splitlines()[0][:_COMPARED]
    quoted = text.replace('"', '""')
    return f'LEFT({place},{len(text)})="{quoted}"'


# ---- what wants renewing --------------------------------------------------------------------


def _to_renew(old: Workbook, book: ExcelBook, lang: Lang, issued: When | None) -> Iterator[ToRenew]:
    yield from _settings(book, lang, issued)
    yield from _house_dates(old, lang)
    yield from _source_dates(old, lang)
    if len(old["Scenarios"]):
        yield ToRenew(
            sheet("Scenarios").name[lang], "",
            Text(
                f"情景：{len(old['Scenarios'])} 行",
                f"Scenarios: {count_of(len(old['Scenarios']), 'row')}",
            ),
            Text("变化与概率是上期的判断。", "Changes and probabilities are last issue's view."),
            "sheet",
        )  # fmt: skip
    if len(old["Views"]):
        yield ToRenew(
            sheet("Views").name[lang], "",
            Text(f"正文：{len(old['Views'])} 段", f"Prose: {len(old['Views'])} paragraphs"),
            Text(
                "数字会自己更新，措辞不会：请逐段重读。",
                "Figures renew themselves, words do not: reread every paragraph.",
            ),
            "sheet",
        )  # fmt: skip
    yield from _acceptances(old, lang, issued)


def _settings(book: ExcelBook, lang: Lang, issued: When | None) -> Iterator[ToRenew]:
    why = {
        "date": Text(
            "上期的日期；新日期不作猜测。", "The last issue's date; a new one is not guessed."
        ),
        "fx": Text("上期的汇率。", "The last issue's rate."),
        "fx_date": Text("上期汇率的日期。", "The date of that rate."),
        **dict.fromkeys(
            _BASELINES,
            Text("涨跌从这一时点算起。", "Changes are measured from this date."),
        ),
        **dict.fromkeys(
            _TITLES, Text("说的是上期的结论。", "It states the last issue's conclusion.")
        ),
    }
    name = sheet("Note").name[lang]
    for number, setting in enumerate(NOTE_KEYS, start=2):
        blank = book[name][f"B{number}"].value in (None, "")
        if setting.key not in why or blank or (setting.key == "date" and issued is not None):
            continue
        kind: Literal["date", "setting"] = "date" if setting.key == "date" else "setting"
        yield ToRenew(name, f"B{number}", setting.label, why[setting.key], kind)


def _house_dates(old: Workbook, lang: Lang) -> Iterator[ToRenew]:
    """The dates of what the house itself assumes; those of others' words are history."""
    for key, kind, label in (
        ("Sources", "own", Text("来源", "Sources")),
        ("Economics", "assumption", Text("假设", "Assumptions")),
    ):
        found = [
            (f"{_letter(key, 'date')}{number}", row.id)
            for number, row in enumerate(old[key], start=2)
            if row.text("kind") == kind and row.when() is not None
        ]
        if found:
            cells, ids = zip(*found, strict=True)
            yield ToRenew(
                sheet(key).name[lang], cells[0],
                Text(f"{label.zh}的日期：{_span(ids)}", f"{label.en}, dates: {_span(ids)}"),
                Text("仍然成立的，请改为新日期。", "If it still holds, give it the new date."),
                "house", cells[1:],
            )  # fmt: skip


def _source_dates(old: Workbook, lang: Lang) -> Iterator[ToRenew]:
    """Others' words are history, so that no cell is marked; but nobody quotes after they spoke."""
    ids = [row.id for row in old["Sources"] if row.text("kind") != "own" and row.when() is not None]
    if ids:
        yield ToRenew(
            sheet("Sources").name[lang], "",
            Text(f"来源的日期：{_span(ids)}", f"Sources, dates: {_span(ids)}"),
            Text(
                "新的访谈另立来源；持续更新的来源请改日期。",
                "Give a new call a source of its own; redate sources that are kept up.",
            ),
            "sheet",
        )  # fmt: skip


def _letter(key: str, column: str) -> str:
    keys = [one.key for one in sheet(key).columns]
    return get_column_letter(keys.index(column) + 1)


def _span(ids: Sequence[str]) -> str:
    """The ids, of many the first and the last."""
    return ", ".join(ids) if len(ids) < _MANY else f"{ids[0]} … {ids[-1]}"


def _values_only(found: Sequence[ValueOnly], lang: Lang) -> Iterator[ToRenew]:
    """Cells whose formula stayed behind, by sheet and reason."""
    groups: dict[tuple[str, Text], list[ValueOnly]] = {}
    for one in found:
        groups.setdefault((one.key, one.why), []).append(one)
    for (key, why), cells in groups.items():
        where = spans([one.cell for one in cells])
        example = cells[0].text
        if len(example) > _LONGEST_FORMULA:
            example = f"{example[:_LONGEST_FORMULA]}…"
        yield ToRenew(
            sheet(key).name[lang], cells[0].cell,
            Text(f"只沿用了公式的值：{where}", f"Formulas, now values: {where}"),
            Text(
                f"上期为 ={example}：{why.zh}。需要继续计算时请重写公式。",
                f"It was ={example}: {why.en}. Type it again if it is to go on computing.",
            ),
            "formula", tuple(one.cell for one in cells[1:]),
        )  # fmt: skip


def _acceptances(old: Workbook, lang: Lang, issued: When | None) -> Iterator[ToRenew]:
    """Accepted issues that run out before the new date, or within a month where none is known."""
    dated = old.setting("date")
    if issued is not None:
        limit = issued.end
    elif isinstance(dated, When):
        limit = dated.end + _A_MONTH
    else:
        return
    for number, row in enumerate(old["Accepted"], start=2):
        until = row.when("until")
        if until is not None and until.end < limit:
            where = f"{row.text('code')} {row.text('where')}"
            yield ToRenew(
                sheet("Accepted").name[lang], f"{_letter('Accepted', 'until')}{number}",
                Text(f"已接受：{where}", f"Accepted: {where}"),
                Text(
                    f"有效至 {until.key}：到期后该问题重新出现。请延期或删去。",
                    f"Holds until {until.key}; after that the issue is back. Extend or delete it.",
                ),
                "accepted",
            )  # fmt: skip
