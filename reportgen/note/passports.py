"""Passports: what a figure says, where it comes from and how far to trust it, as plain data.

`passport_of(figure)` is the form that knows no language: texts stand in both, dates
in the form that figure names use, numbers in the stored unit. The manifest, the data
pack and `reportgen trace` read it. Keys come in this order; what is empty is left out:

    {"id": "payback.h200.1y.spot", "label": {"zh": …, "en": …}, "text": {"zh": …, "en": …},
     "unit": "month", "low": 43.75, "point": 43.75, "high": 43.75,
     "as_of": "2026-05", "since": "2026-02", "weak": ["midpoint"], "previous": true,
     "lineage": LINEAGE}

`previous` says that the figure is of the previous issue, and so are its rows and sources.

LINEAGE is one of

    {"kind": "quoted" | "assumption" | "constant", "row": "F019", "cells": ["Prices!K29"],
     "written": "350 万元/台", "source": "EC1", "as_of": "2026-05", "quote": …,
     "speaker": "expert", "confidence": "high", "steps": [{"zh": …, "en": …, "factor": 8.0}]}
    {"kind": "combined", "rule": …, "parts": [VALUE, …]}
    {"kind": "derived", "formula": "C ÷ R", "inputs": [{"name": "C", VALUE}, …]}

and VALUE is either {"figure": "price.h200.spot"}, when the value is a figure itself
and `names` were given, or the keys from `text` to `lineage` above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from reportgen.analysis.figures import Figure
from reportgen.dates import When
from reportgen.language import LANGS, Text
from reportgen.quantity import Combined, Derived, Lineage, Quantity, Quoted
from reportgen.wording import quantity_text
from reportgen.workbook.tables import Table

PREVIOUS = "old."
"""How the names of figures begin that stand in the previous issue's workbook."""

_CLAIM = "claim."

WEAK = ("loose", "low", "contradicted", "stale", "interviewer", "hedged", "midpoint", "open",
        "assumption")  # fmt: skip
"""Every code of `weak`, worst first.

loose: a comparison of rows that differ in more than their date; low, contradicted,
stale, interviewer: the evidence itself, see `Quoted.weaknesses`; hedged: a hedged word was
read by convention; midpoint: a range's middle stands where one number is needed; open: an
end is not known; assumption: an assumption takes part.
"""


class Names:
    """Which quantities are figures, told by value and origin rather than by identity.

    Of several figures with one quantity the first given is its name.
    """

    def __init__(self, figures: Iterable[Figure] = ()) -> None:
        self._keys: dict[int, int] = {}
        self._kept: list[Quantity] = []  # a key by identity holds while its object lives
        self._interned: dict[tuple[object, ...], int] = {}
        self._weak: dict[int, frozenset[str]] = {}
        self._named: dict[int, str] = {}
        for figure in figures:
            self._named.setdefault(self.key(figure.quantity), figure.id)

    def of(self, quantity: Quantity) -> str:
        """The id of the figure that the quantity is, empty for none."""
        return self._named.get(self.key(quantity), "")

    def key(self, quantity: Quantity) -> int:
        """The same number for quantities of one value and one origin; linear in the lineage."""
        found = self._keys.get(id(quantity))
        if found is not None:
            return found
        shape = (
            quantity.unit.key, quantity.low, quantity.point, quantity.high,
            *self._origin(quantity.lineage),
        )  # fmt: skip
        key = self._interned.setdefault(shape, len(self._interned))
        self._keys[id(quantity)] = key
        self._kept.append(quantity)
        return key

    def weak(self, quantity: Quantity) -> frozenset[str]:
        """The codes of WEAK that hold for a quantity and for what it rests on."""
        key = self.key(quantity)
        found = self._weak.get(key)
        if found is None:
            found = self._weak[key] = frozenset(self._weaknesses(quantity))
        return found

    def _origin(self, lineage: Lineage) -> tuple[object, ...]:
        match lineage:
            case Quoted():
                return (lineage.kind, lineage.row_id, lineage.cells, lineage.as_written)
            case Combined():
                return (lineage.rule, *map(self.key, lineage.parts))
            case Derived():
                return (lineage.formula, *((name, self.key(one)) for name, one in lineage.inputs))

    def _weaknesses(self, quantity: Quantity) -> Iterator[str]:
        lineage = quantity.lineage
        if isinstance(lineage, Derived):
            for _, one in lineage.inputs:
                yield from self.weak(one)
            return
        if quantity.has_made_point:
            yield "midpoint"
        if quantity.low is None or quantity.high is None:
            yield "open"
        if isinstance(lineage, Combined):
            for part in lineage.parts:
                yield from self.weak(part) - {"midpoint", "open"}
            return
        if lineage.kind == "assumption":
            yield "assumption"
        elif lineage.kind == "quoted":
            yield from lineage.weaknesses
        if any(step.factor == 1 for step in lineage.steps):  # a reading, not a conversion
            yield "hedged"


def passport_of(figure: Figure, names: Names | None = None) -> dict[str, Any]:
    """The figure's passport, see the head of this module.

    With `names`, inputs that are figures themselves are told by their id; without,
    everything is told in full down to the cells.
    """
    known = names or Names()
    weak = known.weak(figure.quantity) | ({"loose"} if figure.loose else set())
    return {
        "id": figure.id,
        "label": {lang: figure.label[lang] for lang in LANGS},
        **_value(figure.quantity, known, figure, weak),
    }


def passports_of(figures: Mapping[str, Figure]) -> dict[str, dict[str, Any]]:
    """The passports of all figures by id, each telling the others by name."""
    names = Names(by_preference(figures.values()))
    return {figure.id: passport_of(figure, names) for figure in figures.values()}


def by_preference(figures: Iterable[Figure]) -> list[Figure]:
    """Figures in the order in which they give one quantity its name.

    What a price is called says more than the claim that states it, and a value that
    this issue shares with the previous one has the name it has in this one.
    """
    return sorted(figures, key=lambda one: (one.id.startswith(PREVIOUS), one.id.startswith(_CLAIM)))


def sources_of(sources: Table) -> dict[str, dict[str, Any]]:
    """What may be said of each source, by id: title, kind, date, whether it has an interest."""
    return {
        row.id: _filled(
            {
                "title": {lang: _title(row.text, lang) for lang in LANGS},
                "kind": row.text("kind"),
                "date": _day(row.when("date")),
                "interested": row.text("interested") == "yes" or bool(row.flag("interested")),
            }
        )
        for row in sources
    }


def value_text(quantity: Quantity, *, signed: bool = False) -> Text:
    """The quantity with its unit in both languages; a constant as it is written."""
    lineage = quantity.lineage
    if isinstance(lineage, Quoted) and lineage.kind == "constant" and quantity.decimals is None:
        places = len(f"{quantity.bound:.12g}".partition(".")[2])
        quantity = replace(quantity, decimals=places)
    zh, en = (quantity_text(quantity, lang, signed=signed) for lang in LANGS)
    return Text(zh, en)


def _title(text: Any, lang: str) -> str:
    return str(text(f"title_{lang}") or text("title_zh") or text("title_en"))


def _value(
    quantity: Quantity, names: Names, figure: Figure | None, weak: frozenset[str]
) -> dict[str, Any]:
    text = value_text(quantity, signed=figure.signed if figure else False)
    return {
        "text": {lang: text[lang] for lang in LANGS},
        "unit": quantity.unit.key,
        "low": _number(quantity.low),
        "point": _number(quantity.point),
        "high": _number(quantity.high),
        **_filled(
            {
                "as_of": _day(figure.as_of) if figure else "",
                "since": _day(figure.since) if figure else "",
                "weak": [code for code in WEAK if code in weak],
                "previous": figure is not None and figure.id.startswith(PREVIOUS),
            }
        ),
        "lineage": _lineage(quantity.lineage, names),
    }


def _lineage(lineage: Lineage, names: Names) -> dict[str, Any]:
    match lineage:
        case Quoted():
            return {
                "kind": lineage.kind,
                "row": lineage.row_id,
                **_filled(
                    {
                        "cells": [str(cell) for cell in lineage.cells],
                        "written": lineage.as_written,
                        "source": lineage.source_id,
                        "as_of": _day(lineage.as_of),
                        "quote": lineage.quote,
                        "speaker": lineage.speaker,
                        "confidence": lineage.confidence,
                        "steps": [
                            {**{lang: step.text[lang] for lang in LANGS}, "factor": step.factor}
                            for step in lineage.steps
                        ],
                    }
                ),
            }
        case Combined():
            parts = [_input(part, names) for part in lineage.parts]
            return {"kind": "combined", "rule": lineage.rule, "parts": parts}
        case Derived():
            inputs = [{"name": name, **_input(one, names)} for name, one in lineage.inputs]
            return {"kind": "derived", "formula": lineage.formula, "inputs": inputs}


def _input(quantity: Quantity, names: Names) -> dict[str, Any]:
    name = names.of(quantity)
    return {"figure": name} if name else _value(quantity, names, None, names.weak(quantity))


def _number(value: float | None) -> float | None:
    """Twelve digits: what a formula's last bit is, differs between machines."""
    return None if value is None else float(f"{value:.12g}")


def _day(when: When | None) -> str:
    return when.key if when else ""


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}
