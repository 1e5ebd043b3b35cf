"""The data pack: every exhibit's data and every figure's passport as one workbook.

It is one for both languages and holds nothing that the note's edition may not print,
because it is made from the note and its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from reportgen.analysis.figures import Figure
from reportgen.language import Text
from reportgen.note.model import (
    Bars,
    ChartData,
    Curve,
    Exhibit,
    Levels,
    Line,
    Mark,
    Moves,
    Note,
    Stacks,
    TableData,
)
from reportgen.note.passports import sources_of
from reportgen.note.text import as_text
from reportgen.quantity import Combined, Derived, Quantity
from reportgen.units import Unit
from reportgen.wording import unit_header
from reportgen.workbook.plain import Cell, Sheet, plain_workbook, sheet_name
from reportgen.workbook.tables import Table

_LOW, _POINT, _HIGH = "下限 low", "点值 point", "上限 high"
_FIGURE, _UNIT = "数字名 figure", "单位 unit"
_EMPTY = {"", "–", "—", "-"}
_FIGURE_COLUMNS = (
    (_FIGURE, 30), ("含义", 30), ("Meaning", 34), (_LOW, 10), (_POINT, 10), (_HIGH, 10),
    (_UNIT, 22), ("印作", 20), ("Printed as", 26), ("时点 as of", 12), ("对比期 since", 12),
    ("算法 formula", 30), ("单元格 cells", 26), ("行 rows", 16), ("原文写法 as written", 26),
    ("来源 sources", 12), ("来源日期 source dates", 14), ("可信度 confidence", 12),
    ("陈述者 speaker", 12), ("弱点 weaknesses", 20), ("原话 quotes", 60),
)  # fmt: skip
_SOURCE_COLUMNS = (
    ("来源 source", 12), ("名称", 40), ("Title", 40), ("类型 kind", 16), ("日期 date", 12),
    ("利益相关 interested", 12),
)  # fmt: skip


_Drawn = tuple[str, str, Mark]


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a sheet being made: its heading and what stands in each row."""

    title: str
    cells: list[Cell]


def data_pack(
    zh: Note,
    en: Note,
    figures: Mapping[str, Figure],
    passports: Mapping[str, Mapping[str, object]],
    sources: Table,
) -> bytes:
    """The workbook for the note in both languages. Equal notes give equal bytes."""
    names: list[str] = []

    def named(wanted: str) -> str:
        names.append(sheet_name(wanted, names))
        return names[-1]

    english = {exhibit.id: exhibit for exhibit in en.exhibits()}
    pairs = [(one, english.get(one.id, one)) for one in zh.exhibits()]
    listed = [
        _contents(named("目录 Contents"), zh, en, pairs),
        *(_exhibit(named(f"{a.number} {a.id}"), a, b, figures) for a, b in pairs),
        _figures(named("数字 Figures"), figures, passports, sources),
        _sources(named("来源 Sources"), sources),
    ]
    return plain_workbook(listed, zh.cover.house or "reportgen")


def _contents(name: str, zh: Note, en: Note, pairs: Sequence[tuple[Exhibit, Exhibit]]) -> Sheet:
    rows = tuple(
        (a.number, as_text(a.title), as_text(b.title), as_text(a.source), as_text(b.source))
        for a, b in pairs
    )
    above = (as_text(zh.cover.title), as_text(en.cover.title), zh.cover.issued_text.text)
    columns = ("图表 exhibit", "标题", "Title", "资料来源", "Source")
    return Sheet(name, above, columns, rows, (10, 60, 60, 40, 40))


def _exhibit(name: str, zh: Exhibit, en: Exhibit, figures: Mapping[str, Figure]) -> Sheet:
    above = (
        as_text(zh.title),
        as_text(en.title),
        " | ".join(dict.fromkeys(filter(None, (as_text(zh.subtitle), as_text(en.subtitle))))),
    )
    if isinstance(zh.body, TableData) and isinstance(en.body, TableData):
        columns = _table_columns(zh.body, en.body, figures)
    elif not isinstance(zh.body, TableData) and not isinstance(en.body, TableData):
        columns = _chart_columns(zh.body, en.body, figures)
    else:
        columns = []
    rows = tuple(zip(*(column.cells for column in columns), strict=True))
    widths = tuple(_width(column) for column in columns)
    return Sheet(name, above, tuple(column.title for column in columns), rows, widths)


def _width(column: _Column) -> float:
    longest = max((len(cell) for cell in column.cells if isinstance(cell, str)), default=0)
    return float(min(60, max(10, longest + 2, len(column.title) / 2 + 2)))


# ---- tables ---------------------------------------------------------------------------------


def _table_columns(zh: TableData, en: TableData, figures: Mapping[str, Figure]) -> list[_Column]:
    alike = len(zh.rows) == len(en.rows) and len(zh.columns) == len(en.columns)
    other = en if alike else zh
    columns: list[_Column] = []
    named: list[list[str]] = [[] for _ in zh.rows]
    for place, (a, b) in enumerate(zip(zh.columns, other.columns, strict=True)):
        lines = [
            (_line_at(one.cells, place), _line_at(two.cells, place))
            for one, two in zip(zh.rows, other.rows, strict=True)
        ]
        title = Text(a.title or as_text(a.unit), b.title or as_text(b.unit))
        columns += _words(title, lines)
        held = [[run.figure for run in line if run.kind == "figure"] for line, _ in lines]
        for slot in range(max(map(len, held), default=0)):
            ids = [ids[slot] if slot < len(ids) else "" for ids in held]
            columns += _values(_both(title.zh, title.en), [_quantity(i, figures) for i in ids])
        for row, ids in enumerate(held):
            named[row] += ids
    return [*columns, _Column(_FIGURE, [" ".join(filter(None, ids)) for ids in named])]


def _line_at(cells: Sequence[Line], place: int) -> Line:
    return cells[place] if place < len(cells) else ()


def _words(title: Text, lines: Sequence[tuple[Line, Line]]) -> Iterator[_Column]:
    """What a column says beside its figures; one column when both languages say the same."""
    zh, en = ([_without_figures(pair[side]) for pair in lines] for side in (0, 1))
    yield from _named(title, zh, en)


def _named(title: Text, zh: Sequence[str], en: Sequence[str]) -> Iterator[_Column]:
    """Words in both languages; one column when they are the same, none when there are none."""
    if not any((*zh, *en)):
        return
    if zh == en:
        yield _Column(_both(title.zh, title.en), list(zh))
    else:
        yield _Column(title.zh, list(zh))
        yield _Column(title.en, list(en))


def _without_figures(line: Line) -> str:
    """The words of a cell without figures; of one with figures nothing: they are told apart."""
    if any(run.kind == "figure" for run in line):
        return ""
    text = as_text(line)
    return "" if text.strip() in _EMPTY else text


def _values(title: str, quantities: Sequence[Quantity | None]) -> list[_Column]:
    """The ends of one figure a row; one column when none of them is a range."""
    present = [one for one in quantities if one is not None]
    units = list(dict.fromkeys(one.unit for one in present))
    unit = f", {_unit(units[0])}" if len(units) == 1 and units[0].key else ""
    parts: list[tuple[str, Callable[[Quantity], float | None]]] = [
        (_LOW, lambda one: one.low),
        (_POINT, lambda one: one.point),
        (_HIGH, lambda one: one.high),
    ]
    if all(one.is_single for one in present):
        parts = [("", lambda one: one.point)]
    columns = [
        _Column(
            f"{title}{f' {name}' if name else ''}{unit}",
            [None if one is None else _number(value(one)) for one in quantities],
        )
        for name, value in parts
    ]
    if len(units) > 1:
        shown: list[Cell] = [_unit(one.unit) if one else None for one in quantities]
        columns.append(_Column(f"{title} {_UNIT}", shown))
    return columns


# ---- charts ---------------------------------------------------------------------------------


def _chart_columns(zh: ChartData, en: ChartData, figures: Mapping[str, Figure]) -> list[_Column]:
    drawn, other = list(_marks(zh)), list(_marks(en))
    if len(drawn) != len(other):
        other = drawn
    columns: list[_Column] = []
    columns += _named(Text("类别", "Category"), [a for a, _, _ in drawn], [a for a, _, _ in other])
    columns += _named(Text("系列", "Series"), [b for _, b, _ in drawn], [b for _, b, _ in other])
    marks = [mark for _, _, mark in drawn]
    known = [_quantity(mark.figure, figures) for mark in marks]
    for name in ("low", "point", "high"):
        values: list[Cell] = [
            _number(getattr(mark if one is None else one, name))
            for mark, one in zip(marks, known, strict=True)
        ]
        columns.append(_Column({"low": _LOW, "point": _POINT, "high": _HIGH}[name], values))
    axis = _both(zh.unit, en.unit)
    units: list[Cell] = [axis if one is None else _unit(one.unit) for one in known]
    return [*columns, _Column(_UNIT, units), _Column(_FIGURE, [mark.figure for mark in marks])]


def _marks(chart: ChartData) -> Iterator[_Drawn]:
    """Category, series and value of everything that is drawn, in order."""
    match chart:
        case Levels(categories=categories, series=series):
            yield from _in_series(categories, series)
        case Curve(positions=positions, series=series):
            yield from _in_series(positions, series)
        case Bars(categories=categories, marks=bars):
            yield from ((name, "", mark) for name, mark in zip(categories, bars, strict=True))
        case Moves(categories=categories, old=old, new=new):
            yield from _in_series(categories, ((chart.old_name, old), (chart.new_name, new)))
        case Stacks(categories=categories, names=names, marks=rows):
            for category, row in zip(categories, rows, strict=True):
                yield from ((category, name, one) for name, one in zip(names, row, strict=True))
        case _:  # a kind of chart that is younger than this: its values, without their names
            for field in fields(chart):
                yield from (("", "", mark) for mark in _marks_in(getattr(chart, field.name)))


def _in_series(
    categories: Sequence[str], series: Sequence[tuple[str, Sequence[Mark | None]]]
) -> Iterator[_Drawn]:
    for name, marks in series:
        for category, mark in zip(categories, marks, strict=True):
            if mark is not None:
                yield category, name, mark


def _marks_in(thing: object) -> Iterator[Mark]:
    if isinstance(thing, Mark):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from _marks_in(part)


# ---- figures and sources ----------------------------------------------------------------------


def _figures(
    name: str,
    figures: Mapping[str, Figure],
    passports: Mapping[str, Mapping[str, object]],
    sources: Table,
) -> Sheet:
    dates = {row.id: when.key for row in sources if (when := row.when("date"))}
    rows = tuple(_figure_row(one, passports[one.id], dates) for one in figures.values())
    above = (
        "每个数字及其护照 Every figure and its passport",
        "单元格为本期工作簿中的位置 Cells are places in this issue's workbook",
    )
    titles, widths = zip(*_FIGURE_COLUMNS, strict=True)
    return Sheet(name, above, titles, rows, widths)


def _figure_row(
    figure: Figure, passport: Mapping[str, object], dates: Mapping[str, str]
) -> tuple[Cell, ...]:
    quantity, lineage = figure.quantity, figure.quantity.lineage
    quotes = [quote for quote in quantity.quotes() if quote.kind != "constant"]
    formula = ""
    if isinstance(lineage, Derived):
        formula = lineage.formula
    elif isinstance(lineage, Combined):
        formula = lineage.rule
    printed = passport.get("text")
    weak = passport.get("weak")
    return (
        figure.id, figure.label.zh, figure.label.en,
        _number(quantity.low), _number(quantity.point), _number(quantity.high),
        _unit(quantity.unit),
        *((printed["zh"], printed["en"]) if isinstance(printed, dict) else ("", "")),
        figure.as_of.key if figure.as_of else "", figure.since.key if figure.since else "",
        formula,
        _once(str(cell) for quote in quotes for cell in quote.cells),
        _once(quote.row_id for quote in quotes),
        _once((quote.as_written for quote in quotes), "; "),
        _once(quote.source_id for quote in quotes),
        _once(dates.get(quote.source_id, "") for quote in quotes),
        _once(quote.confidence for quote in quotes),
        _once(quote.speaker for quote in quotes),
        _once(map(str, weak)) if isinstance(weak, list) else "",
        _once((quote.quote for quote in quotes), " / "),
    )  # fmt: skip


def _sources(name: str, sources: Table) -> Sheet:
    rows = tuple(
        (
            id_, told["title"]["zh"], told["title"]["en"], told.get("kind", ""),
            told.get("date", ""), "是 yes" if told.get("interested") else "",
        )
        for id_, told in sources_of(sources).items()
    )  # fmt: skip
    titles, widths = zip(*_SOURCE_COLUMNS, strict=True)
    return Sheet(name, ("来源 Sources",), titles, rows, widths)


def _quantity(figure_id: str, figures: Mapping[str, Figure]) -> Quantity | None:
    figure = figures.get(figure_id)
    return figure.quantity if figure else None


def _number(value: float | None) -> float | int | None:
    """Twelve digits: the last bit of a computed number is noise."""
    if value is None:
        return None
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def _unit(unit: Unit) -> str:
    return _both(unit_header(unit, "zh"), unit.key)


def _both(zh: str, en: str) -> str:
    return zh if zh == en or not en else f"{zh} {en}".strip()


def _once(parts: Iterator[str], separator: str = ", ") -> str:
    return separator.join(dict.fromkeys(part for part in parts if part))
