"""Passports for a reader: what the page's cards, the appendix and `trace` tell, in one language.

    {"entries": {id: ENTRY}, "rows": {key: ROW}, "sources": {id: SOURCE}, "words": {…}}

An ENTRY is a figure, or a step between figures, whose id then begins with "~":

    {"label": …, "text": "44 个月", "ends": …, "as_of": …, "since": …, "weak": [code, …],
     and one of  "row": key   |   "formula": …, "inputs": [[name, id], …]   |   "rule": …, "parts": [id, …]}

A ROW is a value as it stands in the workbook, told once however many figures rest on it:

    {"id": "F019", "kind": "quoted", "cells": ["价格!K29"], "written": …, "source": id,
     "as_of": …, "quote": …, "speaker": …, "confidence": …, "steps": […], "previous": true}

`ends` is a range that rounding prints as one number. Everything that is empty is left out, and every text is ready to be read.
"""  # noqa: E501 - the entry's form on one line

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from reportgen.analysis.figures import Figure
from reportgen.dates import When
from reportgen.language import Lang, Text
from reportgen.note.formulas import (
    constant_label,
    formula_text,
    input_text,
    intermediate_label,
)
from reportgen.note.model import Mark, Note, Run
from reportgen.note.passports import PREVIOUS, WEAK, Names, by_preference, value_text
from reportgen.quantity import Combined, Derived, Quantity, Quoted
from reportgen.wording import full_range
from reportgen.workbook.tables import Row, Table

STEP = "~"
"""How the ids of entries begin that are no figures."""

WEAKNESSES: Mapping[str, Text] = {
    "loose": Text("非严格同口径的比较", "not a like-for-like comparison"),
    "low": Text("可信度低", "low confidence"),
    "contradicted": Text("另有相反说法", "disputed within the evidence"),
    "stale": Text("已过期，无更新的报价", "out of date, nothing newer known"),
    "interviewer": Text("出自访谈人，非专家所述", "said by the interviewer, not the expert"),
    "hedged": Text("模糊表述，按约定读数", "hedged words, read by convention"),
    "midpoint": Text(
        "来源只给区间，需要单一数值处取中点",
        "the source gave a range; its middle is ours where one number is needed",
    ),
    "open": Text("一端未知", "one end is not known"),
    "assumption": Text("含本机构假设", "an assumption takes part"),
}
_SPEAKERS = {
    "expert": Text("专家", "expert"),
    "interviewer": Text("访谈人", "interviewer"),
}
_CONFIDENCE = {
    "high": Text("高", "high"),
    "medium": Text("中", "medium"),
    "low": Text("低", "low"),
}
_CARD: Mapping[str, Text] = {
    "as_of": Text("时点", "As of"),
    "against": Text("另一时点", "other date"),
    "assumption": Text("假设", "Assumption"),
    "back": Text("返回", "Back"),
    "bracketed": Text("（*）", " (*)"),
    "cells": Text("单元格", "Cells"),
    "close": Text("关闭", "Close"),
    "colon": Text("：", ": "),
    "comma": Text("、", ", "),
    "confidence": Text("可信度", "Confidence"),
    "constant": Text("常数", "Constant"),
    "counted": Text("由程序计数", "Counted by the program"),
    "ends": Text("区间", "Range"),
    "formula": Text("算式", "Formula"),
    "hint": Text(
        "回车查看出处，方向键移到下一个数字", "Enter shows the source, arrow keys move on"
    ),
    "inputs": Text("输入", "Inputs"),
    "kind": Text("性质", "Kind"),
    "lead": Text(
        "点按任一数字，可看它的出处、算式与单元格。",
        "Click or tap any number to see its source, formula and cells.",
    ),
    "interested": Text("利益相关方", "interested party"),
    "parts": Text("各来源", "Sources combined"),
    "previous": Text("出自上期工作簿", "from the previous issue's workbook"),
    "quote": Text("原话", "Quote"),
    "quoted": Text("引述", "Quoted"),
    "row": Text("行", "Row"),
    "rule": Text("取法", "Rule"),
    "semicolon": Text("；", "; "),
    "source": Text("来源", "Source"),
    "speaker": Text("说话人", "Speaker"),
    "steps": Text("换算", "Conversion"),
    "weak": Text("注意", "Note"),
    "written": Text("原文", "As written"),
}


def figures_in(note: object) -> tuple[str, ...]:
    """The id of every figure that a note (or a part of it) prints or draws, in order, once."""
    found: dict[str, None] = {}
    _collect(note, found)
    return tuple(found)


def _collect(part: object, found: dict[str, None]) -> None:
    if isinstance(part, Run | Mark):
        if part.figure:
            found[part.figure] = None
    elif isinstance(part, tuple):
        for one in part:
            _collect(one, found)
    elif is_dataclass(part):
        for name in _field_names(type(part)):  # type: ignore[arg-type] # classes can be hashed
            _collect(getattr(part, name), found)


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def with_passports(
    note: Note, figures: Mapping[str, Figure], sources: Table, more: Iterable[Figure] = ()
) -> Note:
    """The note with the passports of all it prints, see `page_passports`."""
    return replace(note, passports=page_passports(note, figures, sources, more))


def page_passports(
    note: Note, figures: Mapping[str, Figure], sources: Table, more: Iterable[Figure] = ()
) -> dict[str, Any]:
    """The passports of a note's figures and of all that they rest on, see the module's head.

    `more` are figures that the analysis does not have, such as those of the previous issue.
    """
    known = dict(figures)
    for figure in more:
        known.setdefault(figure.id, figure)
    shown = [known[id_] for id_ in figures_in(note) if id_ in known]
    desk = _Registry(known, Names(by_preference(known.values())), note.lang)
    for figure in shown:
        desk.figure(figure.id)
    rows = desk.rows.values()
    cited = {str(row["source"]) for row in rows if "source" in row}
    return {
        "entries": desk.entries,
        "rows": desk.rows,
        "sources": {row.id: _source(row, note.lang) for row in sources if row.id in cited},
        "words": _words(desk.entries.values(), note.lang),
    }


class _Registry:
    """Collects entries and rows, each once, following every input down to the workbook."""

    def __init__(self, figures: Mapping[str, Figure], names: Names, lang: Lang) -> None:
        self.entries: dict[str, dict[str, Any]] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self._figures = figures
        self._names = names
        self._lang = lang
        self._steps: dict[tuple[int, bool], str] = {}
        self._row_keys: dict[tuple[object, ...], str] = {}

    def figure(self, id_: str) -> str:
        """Enter a figure with everything it rests on; gives its id back."""
        if id_ in self.entries:
            return id_
        figure = self._figures[id_]
        quantity = figure.quantity
        weak = self._names.weak(quantity) | ({"loose"} if figure.loose else set())
        entry = self.entries[id_] = {
            "label": figure.label[self._lang] or id_,
            "text": value_text(quantity, signed=figure.signed)[self._lang],
            **self._ends(quantity, signed=figure.signed),
            **self._dates(figure.as_of, figure.since),
            **self._weak(weak),
        }
        entry.update(self._origin(quantity, old=id_.startswith(PREVIOUS)))
        return id_

    def _value(self, quantity: Quantity, *, old: bool) -> str:
        """Enter an input: under its name when it is a figure, else as a step."""
        name = self._names.of(quantity)
        if name:
            return self.figure(name)
        key = self._names.key(quantity), old
        if key not in self._steps:
            self._steps[key] = id_ = f"{STEP}{len(self._steps) + 1}"
            entry = self.entries[id_] = {
                "label": self._step_label(quantity),
                "text": value_text(quantity)[self._lang],
                **self._ends(quantity),
                **self._weak(self._names.weak(quantity)),
            }
            entry.update(self._origin(quantity, old=old))
        return self._steps[key]

    def _step_label(self, quantity: Quantity) -> str:
        lineage = quantity.lineage
        if isinstance(lineage, Quoted):
            claim = self._figures.get(f"claim.{lineage.row_id}")
            label = claim.label if claim else constant_label(lineage.row_id)
            return label[self._lang] or lineage.row_id
        return intermediate_label()[self._lang]

    def _origin(self, quantity: Quantity, *, old: bool) -> dict[str, Any]:
        match quantity.lineage:
            case Quoted() as quoted:
                return {"row": self._row(quoted, old=old)}
            case Combined() as combined:
                parts = [self._value(part, old=old) for part in combined.parts]
                return {"rule": formula_text(combined.rule, self._lang), "parts": parts}
            case Derived() as derived:
                inputs = [
                    [self._input(name), self._value(one, old=old)] for name, one in derived.inputs
                ]
                return {"formula": formula_text(derived.formula, self._lang), "inputs": inputs}

    def _input(self, name: str) -> str:
        """An input's name in the formula; none where it is only the figure's own name."""
        return "" if name in self._figures else input_text(name, self._lang)

    def _row(self, quoted: Quoted, *, old: bool) -> str:
        known = quoted.row_id, quoted.cells, quoted.as_written, old
        if known in self._row_keys:
            return self._row_keys[known]
        key = f"{PREVIOUS}{quoted.row_id}" if old else quoted.row_id
        place = 1
        while (free := key if place == 1 else f"{key}~{place}") in self.rows:
            place += 1
        self._row_keys[known] = free
        lang = self._lang
        told = {
            "id": constant_label(quoted.row_id)[lang] if quoted.cells else "",
            "kind": kind_of(quoted.kind, quoted.as_written),
            "cells": [str(cell) for cell in quoted.cells],
            "written": quoted.as_written,
            "source": "" if old else quoted.source_id,
            "as_of": quoted.as_of.text(lang) if quoted.as_of else "",
            "quote": quoted.quote,
            "speaker": speaker_text(quoted.speaker, lang),
            "confidence": confidence_text(quoted.confidence, lang),
            "steps": [step.text[lang] for step in quoted.steps],
            "previous": old,
        }
        self.rows[free] = {name: value for name, value in told.items() if value}
        return free

    def _ends(self, quantity: Quantity, *, signed: bool = False) -> dict[str, str]:
        """The ends of a range that rounding prints as one number."""
        ends = full_range(quantity, self._lang, signed=signed)
        return {"ends": ends} if ends else {}

    def _dates(self, as_of: When | None, since: When | None) -> dict[str, str]:
        told = {"as_of": as_of, "since": since}
        return {name: when.text(self._lang) for name, when in told.items() if when}

    def _weak(self, codes: Iterable[str]) -> dict[str, list[str]]:
        found = set(codes)
        return {"weak": [code for code in WEAK if code in found]} if found else {}


def kind_of(kind: str, written: str) -> str:
    """The word for a row's kind: a constant that nobody wrote down was counted."""
    return "counted" if kind == "constant" and not written else kind


def speaker_text(key: str, lang: Lang) -> str:
    """专家 for expert; an unlisted word says itself."""
    return _SPEAKERS[key][lang] if key in _SPEAKERS else key


def confidence_text(key: str, lang: Lang) -> str:
    """高 for high; an unlisted word says itself."""
    return _CONFIDENCE[key][lang] if key in _CONFIDENCE else key


def card_words(lang: Lang) -> dict[str, str]:
    """The words between the facts of a card, by key."""
    return {name: text[lang] for name, text in _CARD.items()}


def _source(row: Row, lang: Lang) -> dict[str, Any]:
    when = row.when("date")
    told = {
        "title": row.text(f"title_{lang}") or row.text("title_zh") or row.text("title_en"),
        "date": when.text(lang) if when else "",
        "interested": row.text("interested") == "yes" or bool(row.flag("interested")),
    }
    return {name: value for name, value in told.items() if value}


def _words(entries: Iterable[Mapping[str, Any]], lang: Lang) -> dict[str, Any]:
    used = {code for entry in entries for code in entry.get("weak", ())}
    return card_words(lang) | {
        "codes": {code: WEAKNESSES[code][lang] for code in WEAK if code in used}
    }
