"""What changed between two issues, for a terminal and as JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from reportgen.analysis.causes import PHRASES, Cause
from reportgen.analysis.figures import Figure
from reportgen.analysis.since import KINDS, Comparison, Revision, RevisionKind
from reportgen.dates import When
from reportgen.language import Lang, Text
from reportgen.terminal import aligned, shortened
from reportgen.wording import quantity_text

_NAMES: dict[RevisionKind, Text] = {
    "reversed": Text("方向逆转", "reversed"),
    "revised": Text("修订", "revised"),
    "new": Text("新增", "new"),
    "dropped": Text("不再列示", "no longer shown"),
}
_HEADINGS = (
    Text("名称", "figure"), Text("含义", "meaning"), Text("上期", "before"), Text("本期", "now"),
    Text("变化", "change"), Text("原因", "cause"),
)  # fmt: skip
_LABEL_COLUMNS = 34

Side = tuple[str, When | None]
"""An issue: its file and its date."""


def text_report(compared: Comparison, old: Side, new: Side, lang: Lang) -> str:
    """The comparison in aligned columns, a block a kind, largest first."""
    lines = [f"{_side(old, lang)} → {_side(new, lang)}", _summary(compared, lang)]
    for kind in KINDS:
        found = compared.of(kind)
        if found:
            rows = [[heading[lang] for heading in _HEADINGS]]
            rows += [_row(one, lang) for one in found]
            lines += ["", f"{_NAMES[kind][lang]} {len(found)}", *aligned(_filled(rows))]
    if compared.suppressed:
        more = Text(
            f"另有 {compared.suppressed} 项因依据不再发布而不再列示。",
            f"{compared.suppressed} more are gone because their rows are no longer published.",
        )
        lines += ["", more[lang]]
    return "\n".join(lines)


def json_report(compared: Comparison, old: Side, new: Side, lang: Lang) -> str:
    """The comparison as a JSON object: `old`, `new`, `counts` and a list of `changes`.

    Numbers are in the stored unit; `text` is what `lang` prints.
    """
    report = {
        "old": {"file": old[0], "date": old[1].key if old[1] else None},
        "new": {"file": new[0], "date": new[1].key if new[1] else None},
        "counts": {kind: len(compared.of(kind)) for kind in KINDS}
        | {"unchanged": compared.unchanged, "suppressed": compared.suppressed},
        "changes": [_change_data(one, lang) for one in compared.revisions],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def cause_text(cause: Cause, lang: Lang) -> str:
    """The cause in one line: 新观察值（2026 年 5 月，F015）；参数调整."""
    comma, semicolon = ("，", "；") if lang == "zh" else (", ", "; ")
    text = PHRASES[cause.kind][lang]
    if cause.other is not None:
        text += f"{'：' if lang == 'zh' else ': '}{cause.other[lang]}"
    inside = [cause.when.text(lang)] if cause.when else []
    inside += cause.rows
    if inside:
        text += f"（{comma.join(inside)}）" if lang == "zh" else f" ({comma.join(inside)})"
    if cause.new_source:
        text += comma + Text("来源不同", "another source")[lang]
    return semicolon.join([text, *(PHRASES[kind][lang] for kind in cause.also)])


def _side(side: Side, lang: Lang) -> str:
    file, date = side
    if date is None:
        return file
    return f"{file}（{date.text(lang)}）" if lang == "zh" else f"{file} ({date.text(lang)})"


def _summary(compared: Comparison, lang: Lang) -> str:
    counts = [(_NAMES[kind], len(compared.of(kind))) for kind in KINDS]
    told = [
        f"{name.zh} {count} 项" if lang == "zh" else f"{count} {name.en}"
        for name, count in counts
        if count
    ]
    same = Text(f"{compared.unchanged} 项没有变化", f"{compared.unchanged} unchanged")[lang]
    return ("，" if lang == "zh" else ", ").join([*told, same]) + ("。" if lang == "zh" else ".")


def _row(one: Revision, lang: Lang) -> list[str]:
    return [
        one.id,
        shortened(one.label[lang].rstrip("。."), _LABEL_COLUMNS),
        _value(one.old, lang),
        _value(one.new, lang),
        _value(one.change, lang),
        cause_text(one.cause, lang),
    ]


def _filled(rows: list[list[str]]) -> Iterable[list[str]]:
    """The rows without the columns that hold nothing, such as the change of new figures."""
    kept = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    return [[row[place] for place in kept] for row in rows]


def _value(figure: Figure | None, lang: Lang) -> str:
    return quantity_text(figure.quantity, lang, signed=figure.signed) if figure else ""


def _change_data(one: Revision, lang: Lang) -> dict[str, Any]:
    cause = one.cause
    data: dict[str, Any] = {
        "figure": one.id,
        "kind": one.kind,
        "label": one.label[lang],
        "old": _figure_data(one.old, lang),
        "new": _figure_data(one.new, lang),
        "change": _figure_data(one.change, lang),
        "cause": {
            "code": cause.kind,
            "text": cause_text(cause, lang),
            "date": cause.when.key if cause.when else None,
            "rows": list(cause.rows),
            "also": list(cause.also),
        },
    }
    if one.old is not None and one.old.id != f"old.{one.id}":
        data["old_figure"] = one.old.id.removeprefix("old.")
    return data | ({"withheld": True} if one.withheld else {})


def _figure_data(figure: Figure | None, lang: Lang) -> dict[str, Any] | None:
    if figure is None:
        return None
    quantity = figure.quantity
    return {
        "low": quantity.low,
        "point": quantity.point,
        "high": quantity.high,
        "unit": quantity.unit.key,
        "as_of": figure.as_of.key if figure.as_of else None,
        "text": _value(figure, lang),
    }
