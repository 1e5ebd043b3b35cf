"""What every exhibit needs: a draft to fill, cells, marks and source lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.figures import Figure, Figures
from reportgen.dates import When
from reportgen.language import Lang, Text
from reportgen.note.model import ChartData, Column, Line, Mark, Run, TableData
from reportgen.note.signs import signs_of
from reportgen.note.text import as_text, figure_run, join, plain, time_run, unit_line
from reportgen.quantity import Quantity
from reportgen.units import Unit, parse_unit
from reportgen.wording import display_shift, number_text, shared_decimals
from reportgen.workbook.tables import Row, Table

NOTHING: Line = (Run("–"),)
MOST_HALF = 10  # categories that a chart of half the width has room for
FEWEST_DRAWN = 2  # a single number that stands in the table beside is not worth a chart


@dataclass(frozen=True, slots=True)
class Desk:
    """The language, the figures, and whom to thank for them."""

    lang: Lang
    figures: Figures
    sources: Table
    house: str
    glossary: Mapping[str, Text]

    def say(self, zh: str, en: str) -> str:
        """The sentence of the desk's language."""
        return zh if self.lang == "zh" else en

    def condition(self, row: Row) -> str:
        """What the row's value depends on, in the desk's language; empty when not given in it."""
        text = row.text("condition" if self.lang == "zh" else "condition_en")
        return text or self.translate(row.text("condition"))

    def translate(self, text: str) -> str:
        """Workbook text in the desk's language.

        Text of the other script is looked up in the Glossary; what is not there is
        left out rather than printed in the wrong language.
        """
        if text in self.glossary:
            return self.glossary[text][self.lang]
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in text)
        return text if chinese == (self.lang == "zh") or not text else ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An exhibit before it has a number: `rests_on` are the quantities its sources come from."""

    id: str
    title: Line
    subtitle: Line
    body: TableData | ChartData
    rests_on: tuple[Quantity, ...]
    notes: tuple[Line, ...] = ()
    alt: str = ""
    half_width: bool = False


def cell(figure: Figure | None, desk: Desk, *, decimals: int | None = None) -> Line:
    """A figure in a table, without the unit that its column states; a dash for none.

    `decimals` come from `shared` over the column.
    """
    if figure is None:
        return NOTHING
    return (figure_run(figure, desk.lang, bare=True, decimals=decimals),)


def shared(figures: Iterable[Figure | None], desk: Desk, *, more_digits: int = 0) -> int | None:
    """The decimals that all computed numbers of a column can show."""
    present = (figure.quantity for figure in figures if figure is not None)
    return shared_decimals(present, desk.lang, more_digits=more_digits)


def when_cell(when: When | None, desk: Desk) -> Line:
    """A date in a table; a dash for none."""
    return (time_run(when, desk.lang),) if when else NOTHING


def words(text: Text, desk: Desk) -> Line:
    """A label in the desk's language."""
    return plain(text[desk.lang])


def column(
    desk: Desk,
    zh: str,
    en: str,
    kind: str = "text",
    unit: Unit | None = None,
    *,
    wide: bool = False,
) -> Column:
    """A table column, with its unit once under the heading."""
    line = unit_line(unit, desk.lang) if unit else ()
    kinds = {"text": "text", "number": "number", "range": "range", "short": "short"}
    return Column(desk.say(zh, en), kinds[kind], line, wide)  # type: ignore[arg-type]


def mark(
    figure: Figure,
    desk: Desk,
    *,
    hollow: bool = False,
    emphasis: bool = False,
    text: str | None = None,
) -> Mark:
    """A figure as a drawn value, in the scale of its unit's header."""
    quantity = figure.quantity
    scale = 10.0 ** display_shift(quantity.unit, desk.lang)
    low, point, high = (
        None if value is None else value * scale
        for value in (quantity.low, quantity.point, quantity.high)
    )
    label = text
    if label is None:
        label = number_text(quantity, desk.lang, signed=figure.signed)
    label += signs_of(figure)
    return Mark(low, point, high, label, figure.id, hollow=hollow, emphasis=emphasis)


def describe(desk: Desk, title: Line, rows: Iterable[tuple[str, str]], unit: str) -> str:
    """The text alternative of a chart: its title, then each category with its values."""
    listed = desk.say("；", "; ").join(f"{name} {value}" for name, value in rows)
    measured = desk.say(f"（{unit}）", f" ({unit})") if unit else ""
    return f"{as_text(title)}{measured}{desk.say('：', ': ')}{listed}"


def source_line(desk: Desk, rests_on: Sequence[Quantity]) -> Line:
    """The sources of an exhibit, each once with its date, then the house."""
    known = desk.sources.by_id()
    wanted = dict.fromkeys(
        quote.source_id for quantity in rests_on for quote in quantity.quotes() if quote.source_id
    )
    parts: list[Line] = []
    for source_id in wanted:
        row = known.get(source_id)
        if row is None or row.text("kind") == "own":
            continue
        title = row.text(f"title_{desk.lang}") or row.text("title_zh") or row.text("title_en")
        when = row.when("date")
        dated: tuple[Run, ...] = ()
        if when:
            opening, closing = ("（", "）") if desk.lang == "zh" else (" (", ")")
            dated = (Run(opening), time_run(when, desk.lang), Run(closing))
        parts.append((*plain(title or source_id), *dated))
    if desk.house:
        suffix = desk.say("整理", "") if parts else desk.say("测算", " estimates")
        parts.append(plain(f"{desk.house}{suffix}"))
    return join(parts, desk.say("，", "; "))


def conditions(desk: Desk, quantities: Iterable[tuple[str, Quantity]]) -> tuple[Line, ...]:
    """One note on how printed values were converted: rows with their values as written.

    Rows that were converted alike stand before their factors, which are told once.
    """
    found: dict[str, dict[str, None]] = {}
    for name, quantity in quantities:
        for quote in quantity.quotes():
            if quote.steps:
                factors = " ".join(step.text[desk.lang] for step in quote.steps)
                written = f"{name} {_as_written(quote.as_written, desk.lang)}"
                found.setdefault(factors, {})[written] = None
    if not found:
        return ()
    gap, colon, stop = desk.say("、", "; "), desk.say("：", ": "), desk.say("。", ". ")
    told = stop.join(f"{gap.join(rows)}{colon}{factors}" for factors, rows in found.items())
    lead = desk.say("原值及换算：", "As written, and converted: ")
    return ((*plain(lead), Run(f"{told}{stop.strip()}", "const")),)


def _as_written(written: str, lang: Lang) -> str:
    """The workbook's own words; an English reader gets a Chinese unit by its English name."""
    number, _, unit = written.rpartition(" ")
    if lang == "zh" or unit.isascii():
        return written
    known = parse_unit(unit)
    return f"{number} {known}" if number and known else written
