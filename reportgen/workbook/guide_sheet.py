"""The guide: the first sheet of a workbook that is to be filled in.

It says what each sheet is for, how things are written, what the colours mean and which
command comes next. It holds no data, and the reader passes over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from openpyxl import Workbook as ExcelBook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.language import Lang, Text
from reportgen.workbook.aids import (
    EXAMPLE_COLOUR,
    HISTORY_COLOUR,
    MISSING_COLOUR,
    RENEW_COLOUR,
)
from reportgen.workbook.examples import MARK
from reportgen.workbook.guide_sign import GUIDE, SIGN
from reportgen.workbook.guide_words import COLOURS, STEPS, USES, WRITING
from reportgen.workbook.heights import height_for
from reportgen.workbook.schema import SHEETS, SheetSpec
from reportgen.workbook.writer import BRAND, BRAND_LIGHT, FONTS, HAIRLINE, NEEDED, set_printing

_MARGIN, _NAME, _TEXT, _MORE = "A", "B", "C", "D"
_WIDTHS = {_MARGIN: 2.5, _NAME: 24, _TEXT: 64, _MORE: 58}
_LEADING = 3  # points
_MONO = "Consolas"
_GREY = "5B6573"
_LINK = "1F5FA8"


@dataclass(frozen=True, slots=True)
class ToRenew:
    """A place that was carried over and wants a look: a cell, or a sheet as a whole.

    `also` are further cells of the sheet that are meant.
    """

    sheet: str
    cell: str
    what: Text
    why: Text
    kind: Literal["date", "setting", "house", "sheet", "accepted", "formula"] = "setting"
    also: tuple[str, ...] = ()


def write_guide(
    book: ExcelBook, lang: Lang, file: str, renew: Sequence[ToRenew] = (), old: str = ""
) -> None:
    """Put the guide before the other sheets and open the workbook there.

    `renew` lists what was carried over from the workbook `old` and wants renewing.
    """
    sheet = book.create_sheet(GUIDE[lang], 0)
    page = _Page(sheet, lang)
    page.title(Text("使用指南", "How to use this workbook"), _SUBTITLE)
    if old:
        page.section(_renew_title(old), _RENEW_HEADS)
        for item in renew:
            page.line(
                item.what[lang],
                item.why[lang],
                _where(item, lang),
                link=(item.sheet, item.cell or "A2"),
                swatch=RENEW_COLOUR if item.cell else "",
            )
    page.section(Text("一步一步", "Step by step"), _STEP_HEADS)
    quoted = f'"{file}"' if " " in file else file
    for step in STEPS:
        page.line(step.name[lang], step.text[lang], step.command.replace("FILE", quoted), mono=True)
    page.section(Text("各表", "The sheets"), _SHEET_HEADS)
    for spec in SHEETS:
        needed = NEEDED[lang] if spec.needed else ""
        page.line(
            spec.name[lang],
            f"{needed}{spec.help[lang]}{'' if lang == 'zh' else ' '}{USES[spec.key][lang]}",
            _needed_columns(spec, lang),
            link=(spec.name[lang], "A2"),
            bold=spec.needed,
        )
    page.section(Text("怎么写", "How things are written"), _WRITING_HEADS)
    for rule in WRITING:
        page.line(rule.name[lang], rule.text[lang], rule.example[lang])
    page.section(Text("颜色", "Colours"))
    for key, name, text in COLOURS:
        if old or key not in ("renew", "history"):
            page.colour(key, name[lang], text[lang].replace("MARK", MARK[lang]))
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = EXAMPLE_COLOUR
    set_printing(sheet, lang)
    sheet.page_setup.orientation = "portrait"
    book.active = 0
    sheet.sheet_view.tabSelected = True


_SUBTITLE = Text(
    "一份工作簿，生成中文与英文的研究报告（PDF 与网页）。只有三张表必填：报告设置、来源、价格。",
    "One workbook becomes a research note in Chinese and in English, as PDF and web page. Only "
    "three sheets are needed: Note, Sources and Prices.",
)
_RENEW_HEADS = (Text("内容", "What"), Text("为何", "Why"), Text("在哪里", "Where"))
_STEP_HEADS = (Text("步骤", "Step"), Text("做什么", "What to do"), Text("命令", "Command"))
_SHEET_HEADS = (
    Text("表", "Sheet"),
    Text("用途", "What for"),
    Text("必填列", "Needed columns"),
)
_WRITING_HEADS = (Text("内容", "What"), Text("规则", "Rule"), Text("例子", "Examples"))


def _where(item: ToRenew, lang: Lang) -> str:
    if not item.cell:
        return item.sheet
    more = Text(f" 等 {len(item.also) + 1} 处", f" and {len(item.also)} more")[lang]
    return f"{item.sheet}!{item.cell}{more if item.also else ''}"


def _renew_title(old: str) -> Text:
    return Text(f"待更新（沿用自 {old}）", f"To renew (carried over from {old})")


def _needed_columns(spec: SheetSpec, lang: Lang) -> str:
    """The headings that must be filled in; a measured sheet needs a value in one of three."""
    if spec.key == "Note":
        return Text("标题（中文）、日期", "Title (zh), Date")[lang]
    names: list[str] = []
    for column in spec.columns:
        if column.key == "low" and spec.column("unit").needed:
            names.append(Text("下限/数值/上限之一", "Low/Value/High (one)")[lang])
        if column.needed:
            names.append(column.heading[lang])
    return Text("、", ", ")[lang].join(names)


class _Page:
    """Writes down the sheet, line below line."""

    def __init__(self, sheet: Worksheet, lang: Lang) -> None:
        self._sheet = sheet
        self._lang: Lang = lang
        self._row = 1
        self._name = FONTS[lang]
        for letter, width in _WIDTHS.items():
            sheet.column_dimensions[letter].width = width

    def title(self, title: Text, subtitle: Text) -> None:
        """The sign by which the guide is known, its title and what it is about."""
        self._put(_MARGIN, SIGN, Font(name=self._name, size=8, color=_GREY))
        self._row += 1
        self._put(_NAME, title[self._lang], Font(name=self._name, size=18, bold=True, color=BRAND))
        self._sheet.row_dimensions[self._row].height = 30
        self._row += 1
        self._put(_NAME, subtitle[self._lang], Font(name=self._name, size=10, color=_GREY))
        self._row += 1

    def section(self, title: Text, heads: Sequence[Text] = ()) -> None:
        """A heading with a rule below it, and the heads of the columns at its right."""
        self._row += 1
        grey = Font(name=self._name, size=9, color=_GREY)
        heading = Font(name=self._name, size=12, bold=True, color=BRAND)
        self._put(_NAME, title[self._lang], heading)
        self._sheet.row_dimensions[self._row].height = 22
        if heads:
            self._row += 1
            for letter, head in zip((_NAME, _TEXT, _MORE), heads, strict=True):
                self._put(letter, head[self._lang], grey)
        for letter in (_NAME, _TEXT, _MORE):
            cell = self._cell(letter)
            cell.border = Border(bottom=Side("thin", color=BRAND))
            cell.alignment = Alignment(vertical="bottom")
        self._row += 1

    def line(
        self,
        name: str,
        text: str,
        more: str,
        *,
        link: tuple[str, str] | None = None,
        mono: bool = False,
        bold: bool = False,
        swatch: str = "",
    ) -> None:
        """A line of three cells; with `link`, its place is a click away."""
        body = Font(name=self._name, size=10)
        first = Font(name=self._name, size=10, bold=True, color=BRAND)
        self._put(_NAME, name, first if link is None or bold else body)
        self._put(_TEXT, text, body)
        self._put(_MORE, more, Font(name=_MONO if mono else self._name, size=10))
        if link is not None:
            sheet, cell = link
            target = self._cell(_MORE if "!" in more or more == sheet else _NAME)
            target.hyperlink = Hyperlink(
                target.coordinate, location=f"{quote_sheetname(sheet)}!{cell}"
            )
            weight = target.column_letter == _NAME and bold
            target.font = Font(
                name=self._name, size=10, color=_LINK, underline="single", bold=weight
            )
        if swatch:
            self._cell(_NAME).fill = PatternFill("solid", fgColor=swatch)
        self._rule()
        self._row += 1

    def colour(self, key: str, name: str, text: str) -> None:
        """A line of the legend: the first cell looks as the cells it speaks of."""
        cell = self._put(_NAME, name, Font(name=self._name, size=10))
        self._put(_TEXT, text, Font(name=self._name, size=10))
        match key:
            case "needed":
                cell.fill = PatternFill("solid", fgColor=BRAND)
                cell.font = Font(name=self._name, size=10, bold=True, color="FFFFFF")
            case "optional":
                cell.fill = PatternFill("solid", fgColor=BRAND_LIGHT)
                cell.font = Font(name=self._name, size=10, bold=True, color=BRAND)
            case "missing":
                cell.fill = PatternFill("solid", fgColor=MISSING_COLOUR)
            case "example":
                cell.font = Font(name=self._name, size=10, italic=True, color=EXAMPLE_COLOUR)
            case "renew":
                cell.fill = PatternFill("solid", fgColor=RENEW_COLOUR)
            case "history":
                cell.font = Font(name=self._name, size=10, color=HISTORY_COLOUR)
        self._rule()
        self._row += 1

    def _put(self, letter: str, text: str, font: Font) -> Cell:
        cell = self._cell(letter)
        cell.value = text
        cell.data_type = "s"
        cell.font = font
        return cell

    def _rule(self) -> None:
        """A hairline below the line, and room for its texts."""
        texts: list[tuple[str, float]] = []
        for letter in (_NAME, _TEXT, _MORE):
            cell = self._cell(letter)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.border = Border(bottom=Side("hair", color=HAIRLINE))
            texts.append((str(cell.value or ""), _WIDTHS[letter]))
        self._sheet.row_dimensions[self._row].height = height_for(texts) + _LEADING

    def _cell(self, letter: str) -> Cell:
        return cast("Cell", self._sheet[f"{letter}{self._row}"])  # we merge nothing
