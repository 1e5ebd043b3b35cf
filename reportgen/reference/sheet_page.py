"""The page of sheets and columns, with examples from the sample workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reportgen.checking import Checked, Stages, check
from reportgen.dates import When, parse_when
from reportgen.numbers import HEDGES
from reportgen.reference.markdown import bullets, code, page, table
from reportgen.units import Rates, normalise, parse_unit
from reportgen.workbook.schema import NOTE_KEYS, SHEETS, Choice, ColumnSpec, NoteKey, SheetSpec
from reportgen.workbook.tables import Value

UNITS = (
    "万元/台/月", "万/月/台", "元/卡/小时", "USD/卡/小时", "万元/卡/年", "CNY 10k per server-month",
    "万元/台", "亿元/台", "USD/台", "%", "倍", "张", "台", "月", "年", "kW", "元/kWh",
    "元/kW/月", "万元/人/年", "nm", "TB", "家", "人",
)  # fmt: skip
"""Spellings of units to show; each is one that is read."""

DATES = ("2026-05-28", "2026/5/28", "2026年5月28日", "28 May 2026", "2026-05", "2026年5月", "2026",
         "2025-07 至 2025-08", "2026-02-17前", "before 2026-02-17")  # fmt: skip
"""Spellings of dates to show; each is one that is read."""

_TYPES = {
    "text": "text", "date": "date", "number": "number", "low": "number", "point": "value",
    "high": "number", "unit": "unit", "choice": "list", "source": "id of a source",
}  # fmt: skip
_LONGEST = 40
_FX = 7.0

_INTRODUCTION = """
Needed are **Prices** and **Sources**, and on **Note** a title and a date. Everything else is
optional: a missing sheet or column makes a shorter note, not an error. A sheet and a column go by
their key, their Chinese or their English heading, whatever their case, width and outer blanks; the
order of columns does not matter. Unknown columns and sheets are kept and reported. The options of a
list go by key, by either label, or by what stands in parentheses. `reportgen new` makes a workbook
with all of this in place.
"""


def sheets_page(sample: Path) -> str:
    """The page. `sample` is the workbook that examples come from: of what it prints, redacted."""
    found = check(sample, Stages(lambda: 0.0, lambda _: None))
    index = table(
        ("Sheet", "工作表", "Needed", "A row is"),
        (
            (f"[{spec.key}](#{_anchor(spec)})", spec.name.zh, "yes" if spec.needed else "",
             f"{spec.help.zh} {spec.help.en}")
            for spec in SHEETS
        ),
    )  # fmt: skip
    return page(
        "Sheets and columns",
        _INTRODUCTION,
        index,
        *(_sheet(spec, found) for spec in SHEETS),
        _values(),
        _units(),
        _dates(),
    )


def _anchor(spec: SheetSpec) -> str:
    return f"{spec.key.lower()}-{spec.name.zh}"


def _sheet(spec: SheetSpec, found: Checked) -> str:
    opening = f"## {spec.key} {spec.name.zh}\n\n{spec.help.zh} {spec.help.en}"
    if spec.key == "Note":
        rows = (_setting(setting, found) for setting in NOTE_KEYS)
        return "\n\n".join(
            (
                opening + " Each row is a setting: its name in the first column, its value in the "
                "second; further columns are not read.",
                table(("Key", "项目", "Setting", "Type", "Needed", "Help", "Example"), rows),
                _lists((one.key, one.choices, False) for one in NOTE_KEYS),
            )
        ).strip()
    rows = (_column(spec, column, found) for column in spec.columns)
    return "\n\n".join(
        (
            opening,
            table(("Key", "表头", "Heading", "Type", "Needed", "Help", "Example"), rows),
            _lists((one.key, one.choices, one.open) for one in spec.columns),
        )
    ).strip()


def _setting(setting: NoteKey, found: Checked) -> tuple[str, ...]:
    row = found.printed.note.get(setting.key)
    value = None if row is None else row.values.get("value")
    return (
        code(setting.key), setting.label.zh, setting.label.en, _TYPES[setting.type],
        "yes" if setting.needed else "", f"{setting.help.zh} {setting.help.en}",
        _shown(value, setting.choices),
    )  # fmt: skip


def _column(spec: SheetSpec, column: ColumnSpec, found: Checked) -> tuple[str, ...]:
    return (
        code(column.key), column.heading.zh, column.heading.en, _TYPES[column.type],
        "yes" if column.needed else "", f"{column.help.zh} {column.help.en}",
        _example(spec, column, found),
    )  # fmt: skip


def _example(spec: SheetSpec, column: ColumnSpec, found: Checked) -> str:
    """The first short value of that column among the rows that are printed."""
    if spec.key == "Redactions":  # what must not appear appears here neither
        return {"term": "甲公司", "replacement": "某客户", "why": "客户名"}[column.key]
    values = [row.values.get(column.key) for row in found.printed[spec.key]]
    shown = [_shown(value, column.choices) for value in values if value is not None]
    return min(shown, key=lambda text: len(text) > _LONGEST, default="")


def _shown(value: Value | None, choices: tuple[Choice, ...]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, When):
        value = value.key
    if isinstance(value, float):
        value = f"{value:g}"
    label = next((one.label for one in choices if one.key == value), None)
    if label is not None:
        return label.zh if label.zh == label.en else f"{label.zh} / {label.en}"
    text = " ".join(value.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _lists(lists: Iterable[tuple[str, tuple[Choice, ...], bool]]) -> str:
    """The options of every list, one line a list."""
    return bullets(
        f"{code(key)}: {'; '.join(map(_option, choices))}"
        + ("; or a new word" if is_open else "")
        + "."
        for key, choices, is_open in lists
        if choices
    )


def _option(choice: Choice) -> str:
    labels = dict.fromkeys((choice.label.zh, choice.label.en))
    words = " ".join((code(choice.key), *(one for one in labels if one != choice.key)))
    return f"{words} ({', '.join(choice.aliases)})" if choice.aliases else words


def _values() -> str:
    readings: dict[str, list[str]] = {}
    for hedge in HEDGES:
        readings.setdefault(f"{hedge.reading.zh} / {hedge.reading.en}", []).append(hedge.word)
    rows = (("、".join(map(code, words)), reading) for reading, words in readings.items())
    said = (
        "A value is low, point and high, or one cell: `6.7`, `6.7–6.8`, `6.7万`, `≥8`, `约4`. "
        "Only low is a floor, only high a ceiling; a number written `1,5` is refused, since it "
        "could be read two ways. A value that its cell calls about is printed so (约4, c. 4), what "
        "is computed from it is not. Garbled digits stay text and feed no figure. Hedged words "
        "have one reading each, which the Glossary sheet can change by a row of kind `hedge`:"
    )
    told = table(("Written", "读作 is read as"), rows)
    return f"## Values 数值\n\n{said}\n\n{told}"


def _units() -> str:
    rows = []
    for written in UNITS:
        unit = parse_unit(written)
        if unit is None:
            raise LookupError(f"{written} is no unit")
        conversion = normalise(unit, Rates(_FX))
        steps = " ".join(step.text.en for step in conversion.steps)
        rows.append((code(written), code(unit.key), code(conversion.unit.key), steps))
    said = (
        "A price unit is an amount {元, 千元, 万元, 百万元, 亿元, USD} per {卡, 台} and, for "
        "rents, per {hour, month, year}, in any order and in either language. Rents are "
        f"brought to 万元/台/月 and prices to 万元/台 (here with FX {_FX:g}); other units "
        "stay as they are."
    )
    told = table(("Written", "is read as", "becomes", "by"), rows)
    return f"## Units 单位\n\n{said}\n\n{told}"


def _dates() -> str:
    rows = []
    for written in DATES:
        when = parse_when(written)
        if when is None:
            raise LookupError(f"{written} is no date")
        rows.append((code(written), code(when.key), when.text("zh"), when.text("en")))
    said = (
        "A real Excel date, or text in one of these forms. The second column is how names of "
        "figures write it, behind `@`."
    )
    told = table(("Written", "in names", "中文", "English"), rows)
    return f"## Dates 日期\n\n{said}\n\n{told}"
