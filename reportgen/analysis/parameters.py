"""Parameters of leasing economics: the Economics row that holds for a model and a case.

Defaults, ranges and their sources: DOMAIN (c), table of parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reportgen.analysis.names import slug
from reportgen.arithmetic import derive
from reportgen.quantity import Quantity, constant
from reportgen.units import MONTHS, PERCENT, YEARS
from reportgen.workbook.tables import Row, Table

NEEDED = ("peak_power", "load", "pue", "tariff", "colocation", "staff", "spares", "life")
"""Without one of these nothing can be said about a case."""

_DIMENSIONS = {
    "peak_power": "power",
    "load": "percent",
    "pue": "ratio",
    "tariff": "tariff",
    "colocation": "colocation",
    "staff": "rent",
    "spares": "percent",
    "life": "duration",
    "network": "percent",
    "residual": "percent",
    "utilisation": "percent",
    "debt_cost": "percent",
    "vat": "percent",
}
_NEUTRAL = {"network": 0.0, "residual": 0.0, "utilisation": 100.0}
"""What a parameter is when no row gives it: nothing added, nothing left, always leased."""

_CONFIDENCE = {"high": 3, "medium": 2, "": 1, "low": 0}
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one case is computed from. Rates are in percent, `life` in months, money in 万元.

    `capex` is the price of a server, `rent` its monthly rent, both with VAT.
    `network` is an adder in percent of capex. `debt_cost` is None when not given.
    `known` holds what was computed from it already; see `formulas.once`.
    """

    capex: Quantity
    rent: Quantity
    peak_power: Quantity
    load: Quantity
    pue: Quantity
    tariff: Quantity
    colocation: Quantity
    staff: Quantity
    spares: Quantity
    life: Quantity
    network: Quantity
    residual: Quantity
    utilisation: Quantity
    debt_cost: Quantity | None
    known: dict[str, Quantity] = field(default_factory=dict, init=False, compare=False, repr=False)


class Parameters:
    """The rows of Economics that can be used, found by parameter, model and case.

    A row with a model or a case goes before a general one, the case before the
    model. Of equal rows a quoted one goes before an assumption, then the later
    date, then the more confident, then the later row. A row of another
    dimension than its parameter's is not used.
    """

    def __init__(self, economics: Table) -> None:
        self._best: dict[tuple[str, str, str], Row] = {}
        self._vat: dict[float, Row] = {}
        for row in economics:
            name, quantity = row.text("parameter"), row.quantity
            if quantity is None or quantity.unit.dimension != _DIMENSIONS.get(name):
                continue
            if quantity.middle is None or (quantity.unit.dimension == "duration" and
                                           quantity.unit not in (MONTHS, YEARS)):  # fmt: skip
                continue
            if name == "vat":
                self._vat.setdefault(quantity.middle, row)
                continue
            key = (name, row.text("model"), slug(row.text("case")))
            held = self._best.get(key)
            if held is None or _weight(row) >= _weight(held):
                self._best[key] = row

    def __bool__(self) -> bool:
        """Whether any parameter of running costs is known at all."""
        return any(name in NEEDED and name != "life" for name, _, _ in self._best)

    @property
    def output_vat(self) -> tuple[Quantity, ...]:
        """The rates of output VAT to compute with, lowest first."""
        rows = (self._vat[rate] for rate in sorted(self._vat))
        return tuple(row.quantity for row in rows if row.quantity is not None)

    def find(self, name: str, model: str, cases: Iterable[str]) -> Quantity | None:
        """The value for a model in a case; `cases` are the words that may name it."""
        words = [slug(case) for case in cases if case]
        for key in ((name, wanted, case) for case in (*words, "") for wanted in (model, "")):
            row = self._best.get(key)
            if row is not None and row.quantity is not None:
                return row.quantity
        neutral = _NEUTRAL.get(name)
        return None if neutral is None else constant(name, neutral, PERCENT)

    def missing(self, model: str, cases: Iterable[str]) -> tuple[str, ...]:
        """The needed parameters that no row gives."""
        listed = tuple(cases)
        return tuple(name for name in NEEDED if self.find(name, model, listed) is None)

    def inputs(
        self, capex: Quantity, rent: Quantity, model: str, cases: Iterable[str]
    ) -> Inputs | None:
        """Everything that a case is computed from; None when a needed parameter is missing."""
        listed = tuple(cases)
        found = {name: self.find(name, model, listed) for name in _DIMENSIONS if name != "vat"}
        debt_cost = found.pop("debt_cost")
        known = {name: value for name, value in found.items() if value is not None}
        if len(known) < len(found):
            return None
        known["life"] = in_months(known["life"])
        return Inputs(capex=capex, rent=rent, debt_cost=debt_cost, **known)


def in_months(duration: Quantity) -> Quantity:
    """Years as months; months as they are."""
    if duration.unit != YEARS:
        return duration
    return derive("N × 12", MONTHS, lambda N: N * _MONTHS_A_YEAR, {"N": duration})  # noqa: N803


def _weight(row: Row) -> tuple[bool, int, int]:
    when = row.when()
    quoted = row.text("kind") != "assumption"
    return (quoted, when.end.toordinal() if when else 0, _CONFIDENCE.get(row.text("confidence"), 1))
