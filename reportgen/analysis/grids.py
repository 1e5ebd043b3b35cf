"""Sensitivity grids: one result over two parameters, every cell a figure. Source: DOMAIN (c).

Quoted inputs keep their rows; a step along an axis is an assumption of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from reportgen.analysis import formulas
from reportgen.analysis.economics import Case
from reportgen.analysis.figures import Figure
from reportgen.analysis.parameters import Inputs
from reportgen.arithmetic import derive
from reportgen.language import Text
from reportgen.quantity import Quantity, Quoted, significant
from reportgen.units import MONTHS, PERCENT, PLAIN, Unit

Measure = Literal["margin", "break_even", "irr"]

_STEPS = (0.8, 0.9, 1.0, 1.1, 1.2)
_YEARS = (-24, -12, 0, 12)  # months added to the life
_CUTS = (5.0, 10.0, 15.0, 20.0)
_MONTHS = (3.0, 6.0, 12.0, 24.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """The values of one parameter. `base` is the place of the case's own value."""

    parameter: str
    label: Text
    unit: Unit
    values: tuple[Quantity, ...]
    base: int | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Results over two axes: `cells[i][j]` belongs to down.values[i] and across.values[j].

    A cell without a result is None.
    """

    id: str
    case: Case
    measure: Measure
    down: Axis
    across: Axis
    cells: tuple[tuple[Figure | None, ...], ...]

    def figures(self) -> Iterator[Figure]:
        """The cells that have a value."""
        yield from (cell for row in self.cells for cell in row if cell is not None)


def sensitivity_grids(
    case: Case, judged: Case | None, cut: Quantity | None, wait: Quantity | None
) -> tuple[Grid, ...]:
    """The four grids of a case; residual × life of `judged` instead where a claim needs it.

    `cut` (percent, below zero) and `wait` (months) are what the sources expect of a
    release; they mark the base cell of the grid of rent cuts.
    """
    life_case = judged or case
    grids = [
        _grid(
            "rent-capex",
            case,
            "margin",
            down=_scaled("rent", Text("月租", "Rent"), case.inputs.rent),
            across=_scaled("capex", Text("购置价", "Price"), case.inputs.capex),
            compute=lambda one, rent, capex: formulas.margin(replace(one, rent=rent, capex=capex)),
        ),
        _grid(
            "utilisation-tariff",
            case,
            "break_even",
            down=_span(
                "utilisation", Text("出租率", "Utilisation"), case.inputs.utilisation, (90, 95, 100)
            ),
            across=_span("tariff", Text("电价", "Tariff"), case.inputs.tariff, ()),
            compute=lambda one, u, tariff: formulas.break_even(
                replace(one, utilisation=u, tariff=tariff)
            ),
        ),
        _grid(
            "residual-life",
            life_case,
            "break_even",
            down=_span(
                "residual", Text("残值率", "Residual"), life_case.inputs.residual, (0, 10, 20)
            ),
            across=_lives(life_case.inputs.life),
            compute=lambda one, residual, life: formulas.break_even(
                replace(one, residual=residual, life=life)
            ),
        ),
        _grid(
            "month-cut",
            case,
            "irr",
            down=_fixed("month", Text("下调时点", "Cut after"), MONTHS, _MONTHS, wait),
            across=_fixed("cut", Text("租金下调", "Rent cut"), PERCENT, _CUTS, cut),
            compute=lambda one, month, size: formulas.irr_after_cut(one, month, size, _rate(case)),
        ),
    ]
    return tuple(grids)


def _rate(case: Case) -> Quantity | None:
    return case.net[0].rate if case.net else None


def _grid(
    grid_id: str,
    case: Case,
    measure: Measure,
    *,
    down: Axis,
    across: Axis,
    compute: Callable[[Inputs, Quantity, Quantity], Quantity],
) -> Grid:
    def cell(i: int, j: int) -> Figure | None:
        try:
            value = compute(case.inputs, down.values[i], across.values[j])
        except (ValueError, ArithmeticError):
            return None
        if value.middle is None:
            return None
        label = Text(
            f"{case.label.zh}：{down.label.zh} × {across.label.zh}",
            f"{case.label.en}: {down.label.en} × {across.label.en}",
        )
        name = f"grid.{grid_id}.{case.tail}.{i + 1}.{j + 1}"
        return Figure(name, value, label, as_of=case.pair.rent.when)

    cells = tuple(
        tuple(cell(i, j) for j in range(len(across.values))) for i in range(len(down.values))
    )
    return Grid(grid_id, case, measure, down, across, cells)


def _scaled(parameter: str, label: Text, base: Quantity) -> Axis:
    """The case's own value and steps of a tenth around it."""
    values = tuple(
        base
        if step == 1
        else derive(f"{parameter} × {step:g}", base.unit, lambda x, f: x * f,
                    {"x": base, "f": _step(parameter, step, PLAIN)})
        for step in _STEPS
    )  # fmt: skip
    return Axis(parameter, label, base.unit, values, _STEPS.index(1.0))


def _span(parameter: str, label: Text, base: Quantity, default: Sequence[float]) -> Axis:
    """The parameter's own range: its ends, its point and the middles between them."""
    ends = [value for value in (base.low, base.middle, base.high) if value is not None]
    ordered = sorted(set(ends))
    if len(ordered) < 2:
        middle = base.bound
        ordered = sorted({*default, middle})
        if len(ordered) < 2:
            ordered = [middle * step for step in _STEPS]
    else:
        halves = [(a + b) / 2 for a, b in pairwise(ordered)]
        ordered = sorted({*ordered, *halves})
    values = tuple(_at(base, value) for value in ordered)
    return Axis(parameter, label, base.unit, values, ordered.index(base.bound))


def _lives(base: Quantity) -> Axis:
    months = [base.bound + step for step in _YEARS if base.bound + step > 0]
    values = tuple(base if value == base.bound else _at(base, value) for value in months)
    return Axis("life", Text("折旧期", "Life"), MONTHS, values, months.index(base.bound))


def _fixed(
    parameter: str, label: Text, unit: Unit, values: Sequence[float], expected: Quantity | None
) -> Axis:
    """Values of ours; the base is the one nearest to what a source expects."""
    base = None
    if expected is not None:
        wanted = abs(expected.bound)
        base = min(range(len(values)), key=lambda place: abs(values[place] - wanted))
    held = tuple(_step(parameter, value, unit) for value in values)
    return Axis(parameter, label, unit, held, base)


def _at(base: Quantity, value: float) -> Quantity:
    """The same parameter held at another value."""
    if value == base.bound and base.is_single:
        return base
    decimals = max(0, len(f"{value:g}".partition(".")[2]))
    lineage = base.lineage
    if not (isinstance(lineage, Quoted) and base.low is not None and base.high is not None
            and base.low <= value <= base.high):  # fmt: skip
        lineage = Quoted("grid axis", (), f"{value:g}", kind="assumption")
    return Quantity(
        base.unit, value, value, value, lineage, max(2, significant(value, decimals)), decimals
    )


def _step(parameter: str, value: float, unit: Unit) -> Quantity:
    lineage = Quoted(f"grid axis {parameter}", (), f"{value:g}", kind="assumption")
    decimals = max(0, len(f"{value:g}".partition(".")[2]))
    return Quantity(unit, value, value, value, lineage, 15, decimals)
