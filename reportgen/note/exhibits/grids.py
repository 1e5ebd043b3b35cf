"""Sensitivity grids as shaded tables, two to a row, the base case marked."""

from __future__ import annotations

import math

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.figures import Figure
from reportgen.analysis.grids import Axis, Grid
from reportgen.language import Text
from reportgen.note.exhibits.base import NOTHING, Desk, Draft, shared, words
from reportgen.note.exhibits.leasing import short_unit
from reportgen.note.model import Column, Line, Run, TableData, TableRow
from reportgen.note.text import figure_run, plain, unit_line
from reportgen.units import PERCENT, RENT, Unit
from reportgen.wording import display_shift

_FINEST = 3  # decimals on an axis at most
_MEASURES: dict[str, tuple[Text, Unit]] = {
    "margin": (Text("利润率", "margin"), PERCENT),
    "break_even": (Text("盈亏平衡月租", "break-even rent"), RENT),
    "irr": (Text("内部收益率", "IRR"), PERCENT),
}


def sensitivity(analysis: Analysis, desk: Desk) -> tuple[Draft, ...]:
    """One half-width table a grid."""
    return tuple(_draft(grid, desk) for grid in analysis.leasing.grids)


def _draft(grid: Grid, desk: Desk) -> Draft:
    measure, unit = _MEASURES[grid.measure]
    known = [figure for row in grid.cells for figure in row if figure is not None]
    decimals = shared(known, desk, more_digits=1)
    values = [figure.quantity.bound for figure in known]
    low, high = min(values, default=0.0), max(values, default=0.0)
    heads = [
        Column("", "short", (run,)) for run in _axis_runs(grid.across, desk)
    ]  # the numbers of the axis stand where a column's unit stands
    corner = f"{grid.down.label[desk.lang]} ↓  {grid.across.label[desk.lang]} →"
    rows = tuple(
        TableRow(
            (
                (head,),
                *(_cell(figure, desk, decimals) for figure in row),
            ),
            shades=(None, *(_shade(figure, low, high) for figure in row)),
            base=_base(grid, place),
        )
        for place, (head, row) in enumerate(
            zip(_axis_runs(grid.down, desk), grid.cells, strict=True)
        )
    )
    return Draft(
        f"grid-{grid.id}",
        _title(grid, desk),
        (
            *words(grid.case.label, desk),
            Run(desk.say("，", ", ")),
            *plain(measure[desk.lang]),
            Run(desk.say("，", ", ")),
            *unit_line(unit, desk.lang),
        ),
        TableData((Column(corner, "text", _axis_units(grid, desk)), *heads), rows),
        tuple(figure.quantity for figure in known[:1]),
        notes=_notes(grid, desk),
        half_width=True,
    )


def _cell(figure: Figure | None, desk: Desk, decimals: int | None) -> Line:
    if figure is None:
        return NOTHING
    return (figure_run(figure, desk.lang, form="point", bare=True, decimals=decimals),)


def _axis_runs(axis: Axis, desk: Desk) -> list[Run]:
    """The numbers of an axis, all with as many decimals as the finest needs."""
    scale = 10.0 ** display_shift(axis.unit, desk.lang)
    values = [value.bound * scale for value in axis.values]
    exact = (
        places
        for places in range(_FINEST)
        if all(math.isclose(value, round(value, places), rel_tol=1e-9) for value in values)
    )
    decimals = next(exact, _FINEST)
    return [Run(f"{value:,.{decimals}f}", "const") for value in values]


def _axis_units(grid: Grid, desk: Desk) -> Line:
    units = [_axis_unit(axis, desk) for axis in (grid.down, grid.across)]
    return plain(desk.say("；", "; ").join(dict.fromkeys(units)))


def _axis_unit(axis: Axis, desk: Desk) -> str:
    return short_unit(axis.unit, desk.lang)


def _shade(figure: Figure | None, low: float, high: float) -> float | None:
    if figure is None or high <= low:
        return None
    return (figure.quantity.bound - low) / (high - low)


def _base(grid: Grid, row: int) -> int | None:
    if grid.down.base != row or grid.across.base is None:
        return None
    return 1 + grid.across.base


def _notes(grid: Grid, desk: Desk) -> tuple[Line, ...]:
    if grid.down.base is None or grid.across.base is None:
        return (plain(desk.say("底色越浓，数值越高。", "A stronger tint is higher.")),)
    base = {
        "month-cut": desk.say(
            "框内最接近来源所述的放行时点与降幅", "framed: nearest to the release as stated"
        )
    }.get(grid.id, desk.say("框内为基准情形", "framed: the base case"))
    return (
        plain(desk.say(f"底色越浓，数值越高；{base}。", f"A stronger tint is higher; {base}.")),
    )


def _title(grid: Grid, desk: Desk) -> Line:
    """A cell off the base that says what the grid shows."""
    i, j = _telling(grid)
    figure = grid.cells[i][j]
    case = words(grid.case.short_label, desk)
    if figure is None:
        return (*case, Run(desk.say("：敏感性", ": sensitivity")))
    down, across = _axis_runs(grid.down, desk)[i], _axis_runs(grid.across, desk)[j]
    whole = figure.quantity.unit == PERCENT
    result = figure_run(figure, desk.lang, form="point", bare=not whole)
    measure = _MEASURES[grid.measure][0][desk.lang].removesuffix("月租").removesuffix(" rent")
    match grid.id:
        case "rent-capex":
            size = Run("10%", "const")
            lead = (Run(desk.say("：月租降 ", ": with rent down ")), size)
        case "utilisation-tariff":
            lead = (Run(desk.say("：出租率 ", ": at utilisation of ")), _percent(down))
        case "residual-life":
            lead = (Run(desk.say("：残值 ", ": with a residual of ")), _percent(down))
        case _:
            size = _percent(across)
            zh = (Run("：第 "), down, Run(" 个月后降租 "), size)
            en = (Run(": rent cut by "), size, Run(" after "), down, Run(" months"))
            lead = zh if desk.lang == "zh" else en  # type: ignore[assignment]
    return (*case, *lead, Run(desk.say(f"，{measure} ", f", {measure} ")), result)


def _telling(grid: Grid) -> tuple[int, int]:
    """The row and column that the title speaks of."""
    across = grid.across.base if grid.across.base is not None else len(grid.across.values) - 1
    match grid.id:
        case "rent-capex":
            return (grid.down.base or 1) - 1, across
        case "residual-life":
            return len(grid.down.values) - 1, across
        case "utilisation-tariff":
            return 0, across
        case _:
            return grid.down.base or 0, across


def _percent(number: Run) -> Run:
    return Run(f"{number.text}%", "const")
