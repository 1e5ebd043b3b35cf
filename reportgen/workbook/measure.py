"""The value cells of a row to one quantity: low, point, high and unit together.

The number is taken as written, normalised with its factors kept as steps, and
remembers how precisely it was quoted.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from reportgen.language import Text
from reportgen.numbers import HEDGES, Hedge, NotRead, Written
from reportgen.quantity import significant
from reportgen.units import (
    PERCENT,
    Conversion,
    MissingRateError,
    Rates,
    Step,
    Unit,
    normalise,
    parse_unit,
)
from reportgen.workbook import cell_problems
from reportgen.workbook.grid import NumberFormat, Raw, is_blank
from reportgen.workbook.problems import Problem
from reportgen.workbook.tables import Value
from reportgen.workbook.values import broken, number_problem, plain_text, to_written

Found = tuple[str, Problem]
"""A problem and the key of the column it stands in."""

_KEYS = ("low", "point", "high")
_LEAST_CONVERTED = 2  # digits; Excel keeps 0.90 as 0.9, and 0.9 USD is not "about 40k"
_PERCENTAGES = {"percent", "percent rate"}
_AMOUNT_SCALES = {"CNY": 1.0, "USD": 1.0, "CNY1k": 1e3, "CNY10k": 1e4, "CNY1m": 1e6, "CNY100m": 1e8}
_COMMON_UNITS = (
    "万元/台/月", "万元/台", "元/卡/小时", "USD/卡/小时", "CNY10k/server/month", "CNY10k/server",
    "USD/card/hour", "USD/GPU-hour", "万元/卡/年", "%", "倍", "个月",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueCells:
    """The raw value cells of one row by column key, blank ones absent."""

    raws: Mapping[str, Raw]
    formats: Mapping[str, NumberFormat]
    unit_heading: Text

    def percent(self, key: str) -> bool:
        """Whether the cell is a number that Excel shows with a percent sign."""
        form = self.formats.get(key)
        return form is not None and form.percent and not isinstance(self.raws[key], str)


@dataclass(frozen=True, slots=True)
class Conventions:
    """What the workbook says about reading values: FX, cards a server, hedged words."""

    rates: Rates = field(default_factory=Rates)
    hedges: tuple[Hedge, ...] = HEDGES


@dataclass(frozen=True, slots=True)
class Extent:
    """A value normalised to `unit`: all of a quantity but where it stands and who said it."""

    unit: Unit
    low: float | None
    point: float | None
    high: float | None
    digits: int
    decimals: int | None
    as_written: str
    steps: tuple[Step, ...]
    about: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """What a row's value cells say, or the text that could not be read, or why neither.

    `unit` is the unit as written, before normalising; `values` the cells' own
    values; `hedged` says which hedged words were read and how. Rows with equal cells
    share it.
    """

    extent: Extent | None = None
    unit: Unit | None = None
    unread: str = ""
    values: Mapping[str, Value] | None = None
    problems: tuple[Found, ...] = ()
    hedged: tuple[str, ...] = ()


def close_units(text: str) -> list[str]:
    """The common unit that a misspelt one probably means."""
    return difflib.get_close_matches(text, _COMMON_UNITS, 1, 0.6)


@lru_cache(maxsize=256)
def _conversion(unit: Unit, rates: Rates) -> Conversion:
    return normalise(unit, rates)


def measure(cells: ValueCells, conventions: Conventions) -> Measured:
    """Read one row's value. What comes out depends on nothing but these cells."""
    values: dict[str, Value] = {}
    problems: list[Found] = []
    unread: list[str] = []
    written = _written(cells, conventions.hedges, values, problems, unread)
    unit, unit_text = _read_unit(cells, written, values, problems)
    if unread:
        return Measured(None, unit, "；".join(unread), values, tuple(problems))
    if unit is None and written and not problems:
        problems.append(("unit", cell_problems.empty_needed_cell(cells.unit_heading)))
    if problems or unit is None or not written:
        return Measured(None, unit, "", values, tuple(problems))
    scaled: dict[str, Written] = {}
    for key, found in written.items():
        if found.unit is not None and not _agrees(found.unit, unit):
            problems.append((key, cell_problems.unit_conflict(found.as_written, unit_text)))
        try:
            scaled[key] = _in_unit(found, cells.percent(key), unit)
        except _NotPercentError as wrong:
            problems.append((key, cell_problems.unit_conflict(wrong.shown, unit_text)))
    ends = None if problems else _ends(scaled, problems)
    if ends is None:
        return Measured(None, unit, "", values, tuple(problems))
    try:
        conversion = _conversion(unit, conventions.rates)
    except MissingRateError:
        problems.append(("unit", cell_problems.missing_fx(unit_text)))
        return Measured(None, unit, "", values, tuple(problems))
    hedged = {
        hedge: key for key, found in written.items() for hedge in _used(found, conventions.hedges)
    }
    scale = _scale_factor(next(iter(written.values())).scale, unit)
    decimals = max(found.decimals for found in scaled.values())
    extent = _extent(
        ends,
        decimals,
        replace(conversion, factor=conversion.factor * scale),
        _as_written(scaled, unit_text),
        (*map(_hedge_step, hedged), *_scale_steps(scale), *conversion.steps),
    )
    if any(hedge.kind == "about" for hedge in hedged):
        extent = replace(extent, about=True)
    remarks = tuple(
        (key, cell_problems.hedged_word_read(hedge.word, hedge.reading))
        for hedge, key in hedged.items()
        if hedge.kind != "about"
    )
    readings = tuple(f"{hedge.word}: {hedge.reading.en}" for hedge in hedged)
    return Measured(extent, unit, "", values, remarks, readings)


def _written(
    cells: ValueCells,
    hedges: tuple[Hedge, ...],
    values: dict[str, Value],
    problems: list[Found],
    unread: list[str],
) -> dict[str, Written]:
    """The value cells that are there, as written; what cannot be read is noted."""
    found: dict[str, Written] = {}
    for key in _KEYS:
        if key not in cells.raws:
            continue
        raw = cells.raws[key]
        if problem := broken(raw):
            problems.append((key, problem))
            continue
        value = to_written(raw, cells.formats.get(key), hedges)
        if isinstance(value, NotRead):
            problems.append((key, number_problem(value)))
            if value.why == "garbled":
                unread.append(value.as_written)
            continue
        if key != "point" and not _is_end(key, value):
            problems.append((key, cell_problems.single_number_needed(value.as_written)))
            continue
        single = value.low if value.low == value.high else None
        values[key] = value.as_written if single is None else single
        found[key] = value
    return found


def _is_end(key: str, value: Written) -> bool:
    """A plain number, or ≥8 in Low and ≤9 in High."""
    if value.low == value.high:
        return True
    return value.high is None if key == "low" else value.low is None


def _read_unit(
    cells: ValueCells,
    written: Mapping[str, Written],
    values: dict[str, Value],
    problems: list[Found],
) -> tuple[Unit | None, str]:
    """The unit of the Unit column, else the one written behind the number or its % format."""
    raw = cells.raws.get("unit", "")
    if problem := broken(raw):
        problems.append(("unit", problem))
        return None, ""
    if not is_blank(raw):
        text = plain_text(raw)
        values["unit"] = text
        unit = parse_unit(text)
        if unit is None:
            problems.append(("unit", cell_problems.unknown_unit(text, close_units(text))))
        return unit, text
    for found in written.values():
        if found.unit is not None:
            return found.unit, ""
    if any(form.percent for key, form in cells.formats.items() if key in written):
        return PERCENT, "%"
    return None, ""


class _NotPercentError(Exception):
    """A percent-formatted cell in a row whose unit is no percentage."""

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self.shown = shown


def _in_unit(found: Written, percent: bool, unit: Unit) -> Written:
    """The value in the row's unit: a cell that shows 30% holds 0.3. 150% is 1.5 times."""
    if not percent or unit.dimension == "ratio" or found.low is None:
        return found
    value = round(found.low * 100, 10)
    decimals = max(0, found.decimals - 2)
    text = f"{value:.{decimals}f}"
    if unit.dimension not in _PERCENTAGES:
        raise _NotPercentError(f"{text}%")
    return replace(found, low=value, point=value, high=value, decimals=decimals, as_written=text)


def _agrees(cell: Unit, column: Unit) -> bool:
    """Whether a unit written in the value cell says nothing else than the Unit column."""
    if cell == column:
        return True
    return cell.dimension == "amount" and column.key.split("/")[0] == cell.key


def _scale_factor(scale: float, unit: Unit) -> float:
    """What 万 behind the number is worth: nothing more where the unit itself is in 万."""
    return 1.0 if scale == 1 else scale / _AMOUNT_SCALES.get(unit.key.split("/")[0], 1.0)


def _scale_steps(factor: float) -> tuple[Step, ...]:
    if factor == 1:
        return ()
    return (
        Step(Text(f"× {factor:g}（数值后的量级词）", f"× {factor:g} (written as a word)"), factor),
    )


def _ends(
    scaled: Mapping[str, Written], problems: list[Found]
) -> tuple[float | None, float | None, float | None] | None:
    """Low, point and high of the row in the written unit; None when they do not fit."""
    if len({found.scale for found in scaled.values()}) > 1:
        first = next(iter(scaled))
        problems.append((first, cell_problems.range_stated_twice(scaled[first].as_written)))
        return None
    low = scaled["low"].low if "low" in scaled else None
    high = scaled["high"].high if "high" in scaled else None
    point: float | None = None
    if "point" in scaled:
        value = scaled["point"]
        point = value.point
        if point is None:  # a range or an open end in the Value cell
            if low not in {None, value.low} or high not in {None, value.high}:
                problems.append(("point", cell_problems.range_stated_twice(value.as_written)))
                return None
            low, high = value.low, value.high
        elif low is None and high is None:
            low = high = point
    if low is not None and high is not None and low > high:
        problems.append(("low", cell_problems.low_above_high(low, high)))
        return None
    below = point is not None and low is not None and point < low
    above = point is not None and high is not None and point > high
    if below or above:
        ends = ("" if low is None else low, "" if high is None else high)
        problems.append(("point", cell_problems.point_outside_range(point, *ends)))
        return None
    if low == high:
        point = low
    return low, point, high


def _extent(
    ends: tuple[float | None, float | None, float | None],
    decimals: int,
    conversion: Conversion,
    as_written: str,
    steps: tuple[Step, ...],
) -> Extent:
    """The normalised value. A value ×8 or ÷12 keeps its significant digits, no decimals.

    It is computed, so it has at least two of them, like every computed value.
    """
    digits = min(significant(value, decimals) for value in ends if value is not None)
    unit, factor = conversion.unit, conversion.factor
    if factor == 1:
        return Extent(unit, *ends, digits, decimals, as_written, steps)
    digits = max(_LEAST_CONVERTED, digits)
    low, point, high = (
        None if value is None else float(f"{value * factor:.12g}") for value in ends
    )
    shift = round(math.log10(factor))
    kept: int | None = None
    if math.isclose(factor, 10.0**shift):  # 元 → 万元 only moves the point
        known = [value for value in (low, point, high) if value is not None]
        kept = max(0, decimals - shift)
        while kept > 0 and all(math.isclose(v, round(v, kept - 1), abs_tol=1e-9) for v in known):
            kept -= 1
    return Extent(unit, low, point, high, digits, kept, as_written, steps)


def _as_written(scaled: Mapping[str, Written], unit_text: str) -> str:
    """The value in the workbook's own words, with its unit once."""
    low, point, high = (scaled[key].as_written if key in scaled else "" for key in _KEYS)
    if low and high:
        text = low if low == high else f"{low}–{high}"
    elif low or high:
        text = f"≥{low.lstrip('≥')}" if low else f"≤{high.lstrip('≤')}"
    else:
        text = ""
    if point:
        text = f"{point} ({text})" if text else point
    if any(found.unit is not None for found in scaled.values()) or not unit_text:
        return text
    return f"{text}%" if unit_text == "%" else f"{text} {unit_text}"


def _used(found: Written, hedges: tuple[Hedge, ...]) -> list[Hedge]:
    if not found.hedge:
        return []
    words = found.hedge.split("、")
    known = {hedge.word: hedge for hedge in hedges}
    return [known[word] for word in words if known[word].kind not in {"floor", "ceiling"}]


def _hedge_step(hedge: Hedge) -> Step:
    if hedge.kind == "about":
        return Step(
            Text(f"“{hedge.word}”视为近似，数值照录", f"“{hedge.word}” taken as approximate"),
            1.0,
        )
    return Step(
        Text(
            f"“{hedge.word}”按约定读作 {hedge.reading.zh}",
            f"“{hedge.word}” read by convention as {hedge.reading.en}",
        ),
        1.0,
    )
