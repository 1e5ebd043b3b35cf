"""Everything about leasing economics and a release: cases, claims checked, grids, who loses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from reportgen.analysis.changes import Change
from reportgen.analysis.economics import Case, Economics, leasing_economics, main_cases
from reportgen.analysis.estimates import Estimate
from reportgen.analysis.figures import Figure
from reportgen.analysis.grids import Grid, sensitivity_grids
from reportgen.analysis.payback import Payback
from reportgen.analysis.response import Response, release_response
from reportgen.analysis.verdicts import Check, check_claims, judged_case
from reportgen.workbook.tables import Workbook


@dataclass(frozen=True, slots=True)
class Leasing:
    """The parts; all empty for a workbook without Economics and Survey."""

    economics: Economics = field(default_factory=Economics)
    response: Response = field(default_factory=Response)
    checks: tuple[Check, ...] = ()
    grids: tuple[Grid, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """Every figure of every part."""
        yield from self.economics.figures()
        yield from self.response.figures()
        for check in self.checks:
            yield from check.figures()
        for grid in self.grids:
            yield from grid.figures()


def analyse_leasing(
    workbook: Workbook,
    pairs: tuple[Payback, ...],
    ratios: tuple[Estimate, ...],
    changes: tuple[Change, ...],
) -> Leasing:
    """The economics of all pairs, and what follows from them."""
    economics = leasing_economics(workbook["Economics"], pairs)
    cases = economics.cases
    response = release_response(workbook["Survey"], ratios, cases)
    checks = check_claims(workbook["Economics"], workbook["Survey"], cases, changes)
    case = marginal_case(cases)
    if case is None:
        return Leasing(economics, response, checks)
    cut = response.rent_change.quantity if response.rent_change else None
    grids = sensitivity_grids(case, judged_case(checks, cases), cut, response.wait)
    return Leasing(economics, response, checks, grids)


def marginal_case(cases: tuple[Case, ...]) -> Case | None:
    """The purchase of today with the lowest margin: whoever enters last. None without one."""
    entering = [case for case in main_cases(cases) if case.pair.current and case.margin]
    return min(entering, key=_margin, default=None)


def _margin(case: Case) -> float:
    return case.margin.quantity.bound if case.margin else 0.0
