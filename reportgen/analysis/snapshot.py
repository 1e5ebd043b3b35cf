"""Figures as plain data, so that the next issue can be compared with this one without Excel.

The form knows no language but that of the labels, which are kept in both. A
snapshot is a JSON object:

    {"format": "reportgen-figures", "version": 1, "issued": "2026-06-01",
     "rows": [{"row": "F015", "source": "EC1", "as_of": "2026-05", "low": 8.0, …}],
     "figures": [{"id": "rent.h200.1y", "low": 8.0, "point": 8.0, "high": 8.0,
                  "unit": "CNY10k/server/month", "label": {"zh": …, "en": …},
                  "as_of": "2026-05", "rows": [0]}, …]}

Numbers are in the stored unit, dates in the form that figure names use. `rows` of a
figure are places in the list of rows: what it rests on, through every formula.
A computed figure keeps its formula as text (`formula`; `rule` for an envelope of
sources): it can be read and compared, not recomputed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.analysis.figures import Figure, Figures
from reportgen.dates import When, parse_when
from reportgen.language import Text
from reportgen.quantity import WEAKNESSES, CellRef, Combined, Derived, Kind, Quantity, Quoted
from reportgen.units import Step, Unit, unit_of

FORMAT = "reportgen-figures"
VERSION = 1
_KINDS: tuple[Kind, ...] = ("quoted", "assumption", "constant")


class SnapshotError(ValueError):
    """The data are no snapshot that this version can read; `text` says what is wrong."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def quoted_leaves(quantity: Quantity) -> Iterator[Quantity]:
    """The quantities that stand in the workbook, through formulas and envelopes."""
    lineage = quantity.lineage
    if isinstance(lineage, Derived):
        for _, child in lineage.inputs:
            yield from quoted_leaves(child)
    elif isinstance(lineage, Combined):
        for part in lineage.parts:
            yield from quoted_leaves(part)
    else:
        yield quantity


def snapshot(figures: Mapping[str, Figure], issued: When | None = None) -> dict[str, Any]:
    """The figures as data for JSON; `issued` is the date of their note."""
    places: dict[Quantity, int] = {}
    listed = [_figure_data(figure, places) for figure in figures.values()]
    data: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    if issued is not None:
        data["issued"] = issued.key
    return data | {"rows": [_row_data(leaf) for leaf in places], "figures": listed}


def figures_from_snapshot(data: object) -> Figures:
    """The figures of a snapshot, or of a manifest that holds one under `snapshot`.

    A computed figure comes back with its stored value over the rows behind it, its
    formula for reading only. Raises SnapshotError.
    """
    found = _snapshot_in(data)
    try:
        rows = [_row(row) for row in found["rows"]]
        return Figures(_figure(entry, rows) for entry in found["figures"])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as problem:
        raise SnapshotError(
            Text(
                f"数据不完整（{type(problem).__name__}：{problem}）。",
                f"It is incomplete ({type(problem).__name__}: {problem}).",
            )
        ) from problem


def issued_in_snapshot(data: object) -> When | None:
    """The date of the note that a snapshot was taken from, None when it does not say."""
    return _when(_snapshot_in(data).get("issued"))


def _snapshot_in(data: object) -> Mapping[str, Any]:
    core = data.get("core", data) if isinstance(data, dict) else data
    inner = core.get("snapshot", core) if isinstance(core, dict) else core
    if not isinstance(inner, dict) or inner.get("format") != FORMAT:
        raise SnapshotError(Text("其中没有数字快照。", "It holds no snapshot of figures."))
    if inner.get("version") != VERSION:
        raise SnapshotError(
            Text(
                f"快照版本为 {inner.get('version')}，本程序只读版本 {VERSION}。",
                f"The snapshot has version {inner.get('version')}; this program reads {VERSION}.",
            )
        )
    return inner


# ---- writing --------------------------------------------------------------------------------


def _figure_data(figure: Figure, places: dict[Quantity, int]) -> dict[str, Any]:
    quantity = figure.quantity
    rows = [places.setdefault(leaf, len(places)) for leaf in quoted_leaves(quantity)]
    lineage = quantity.lineage
    extra: dict[str, Any] = {
        "about": figure.about,
        "as_of": figure.as_of.key if figure.as_of else "",
        "since": figure.since.key if figure.since else "",
        "signed": figure.signed,
        "loose": figure.loose,
    }
    if isinstance(lineage, Derived):
        extra["formula"] = lineage.formula
    elif isinstance(lineage, Combined):
        extra["rule"] = lineage.rule
    return {
        "id": figure.id,
        "label": {"zh": figure.label.zh, "en": figure.label.en},
        **_value_data(quantity),
        "rows": list(dict.fromkeys(rows)),
        **{key: value for key, value in extra.items() if value},
    }


def _row_data(leaf: Quantity) -> dict[str, Any]:
    quoted = leaf.lineage
    if not isinstance(quoted, Quoted):
        raise TypeError("a row's value is quoted")
    extra: dict[str, Any] = {
        "source": quoted.source_id,
        "as_of": quoted.as_of.key if quoted.as_of else "",
        "confidence": quoted.confidence,
        "speaker": quoted.speaker,
        "weaknesses": list(quoted.weaknesses),
        "cells": [[ref.sheet, ref.cell] for ref in quoted.cells],
        "steps": [[step.text.zh, step.text.en, step.factor] for step in quoted.steps],
    }
    return {
        "row": quoted.row_id,
        "written": quoted.as_written,
        "kind": quoted.kind,
        **_value_data(leaf),
        **{key: value for key, value in extra.items() if value},
    }


def _value_data(quantity: Quantity) -> dict[str, Any]:
    return {
        "low": quantity.low,
        "point": quantity.point,
        "high": quantity.high,
        "unit": quantity.unit.key,
        "digits": quantity.digits,
        "decimals": quantity.decimals,
    }


# ---- reading --------------------------------------------------------------------------------


def _figure(entry: Mapping[str, Any], rows: Sequence[Quantity]) -> Figure:
    leaves = tuple(rows[_whole(place)] for place in entry["rows"])
    lineage: Quoted | Combined | Derived = Combined(str(entry.get("rule", "")), leaves)
    if "formula" in entry:
        formula = str(entry["formula"])
        stored = _quantity(entry, Combined(formula, leaves))
        lineage = Derived(formula, (("stored", stored),), lambda stored: stored)
    elif "rule" not in entry and len(leaves) == 1:
        lineage = leaves[0].lineage
    return Figure(
        str(entry["id"]),
        _quantity(entry, lineage),
        Text(str(entry["label"]["zh"]), str(entry["label"]["en"])),
        as_of=_when(entry.get("as_of")),
        since=_when(entry.get("since")),
        signed=bool(entry.get("signed", False)),
        loose=bool(entry.get("loose", False)),
        about=str(entry.get("about", "")),
    )


def _row(entry: Mapping[str, Any]) -> Quantity:
    kind = _KINDS[_KINDS.index(entry["kind"])]
    quoted = Quoted(
        str(entry["row"]),
        tuple(CellRef(str(sheet), str(cell)) for sheet, cell in entry.get("cells", ())),
        str(entry["written"]),
        source_id=str(entry.get("source", "")),
        as_of=_when(entry.get("as_of")),
        confidence=str(entry.get("confidence", "")),
        speaker=str(entry.get("speaker", "")),
        kind=kind,
        weaknesses=tuple(one for one in WEAKNESSES if one in entry.get("weaknesses", ())),
        steps=tuple(
            Step(Text(str(zh), str(en)), float(factor)) for zh, en, factor in entry.get("steps", ())
        ),
    )
    return _quantity(entry, quoted)


def _quantity(entry: Mapping[str, Any], lineage: Quoted | Combined | Derived) -> Quantity:
    low, point, high = (_number(entry[key]) for key in ("low", "point", "high"))
    decimals = entry["decimals"]
    return Quantity(
        _unit(str(entry["unit"])),
        low,
        point,
        high,
        lineage,
        _whole(entry["digits"]),
        None if decimals is None else _whole(decimals),
    )


def _unit(key: str) -> Unit:
    try:
        return unit_of(key)
    except KeyError:
        return Unit(key, key)  # of another version: comparable with itself only


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _when(value: object) -> When | None:
    return parse_when(value) if isinstance(value, str) and value else None
