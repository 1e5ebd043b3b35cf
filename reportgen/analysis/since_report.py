"""What changed between two issues, for a terminal and as JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from reportgen.analysis.causes import PHRASES, Cause
from reportgen.analysis.figures import Figure
from reportgen.analysis.since import KIND_NAMES, KINDS, Comparison, Revision
from reportgen.dates import When
from reportgen.language import Lang, Text, agreeing
from reportgen.terminal import aligned, broken, padded, shortened, wide
from reportgen.wording import quantity_text

_HEADINGS = (
    Text("名称", "figure"), Text("含义", "meaning"), Text("上期", "before"), Text("本期", "now"),
    Text("变化", "change"), Text("原因", "cause"),
)  # fmt: skip
_MEANING, _CAUSE = 1, 5
_LABEL_COLUMNS = 34
_LEAST_LABEL, _LEAST_CAUSE = 16, 22
"""Columns that words need beside the values; where there are fewer they go below."""
_GAP, _BELOW = "  ", "    "

Side = tuple[str, When | None]
"""An issue: its file and its date."""


def text_report(
    compared: Comparison, old: Side, new: Side, lang: Lang, width: int | None = None
) -> str:
    """The comparison in aligned columns, a block a kind, largest first.

    With the `width` of a terminal no line is longer: words are broken within their columns
    or go below. Without it every change is one line, whatever its length.
    """
    opening = [f"{_side(old, lang)} → {_side(new, lang)}", _summary(compared, lang)]
    lines = [part for line in opening for part in _at_most(line, width)]
    for kind in KINDS:
        found = compared.of(kind)
        if found:
            rows = [[heading[lang] for heading in _HEADINGS]]
            rows += [_row(one, lang) for one in found]
            block = aligned(_filled(_short(rows))) if width is None else _fitted(rows, width)
            lines += ["", f"{KIND_NAMES[kind][lang]} {len(found)}", *block]
    if gone := compared.suppressed:
        more = Text(
            f"另有 {gone} 项因依据不再发布而不再列示。",
            f"{gone} more {agreeing(gone, 'is', 'are')} gone because "
            f"{agreeing(gone, 'its rows', 'their rows')} are no longer published.",
        )
        lines += ["", *_at_most(more[lang], width)]
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
    counts = [(KIND_NAMES[kind], len(compared.of(kind))) for kind in KINDS]
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
        one.label[lang].rstrip("。."),
        _value(one.old, lang),
        _value(one.new, lang),
        _value(one.change, lang),
        cause_text(one.cause, lang),
    ]


def _short(rows: list[list[str]]) -> list[list[str]]:
    return [
        [shortened(cell, _LABEL_COLUMNS) if place == _MEANING else cell
         for place, cell in enumerate(row)]
        for row in rows
    ]  # fmt: skip


def _filled(rows: list[list[str]]) -> Iterable[list[str]]:
    """The rows without the columns that hold nothing, such as the change of new figures."""
    kept = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    return [[row[place] for place in kept] for row in rows]


def _fitted(rows: list[list[str]], width: int) -> list[str]:
    """The rows in columns of a terminal, words broken within theirs; else words below values."""
    widths = [max(wide(row[place]) for row in rows) if any(row[place] for row in rows[1:]) else 0
              for place in range(len(rows[0]))]  # fmt: skip
    taken = [size for place, size in enumerate(widths) if size and place not in (_MEANING, _CAUSE)]
    room = width - sum(taken) - len(_GAP) * (len(taken) + 2)
    label = min(widths[_MEANING], max(_LEAST_LABEL, min(_LABEL_COLUMNS, room - widths[_CAUSE])))
    if room - label < min(widths[_CAUSE], _LEAST_CAUSE):
        return [line for row in rows[1:] for line in _below(row, widths[0], width)]
    widths[_MEANING], widths[_CAUSE] = label, room - label
    return [line for row in rows for line in _beside(row, widths)]


def _beside(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """A row in columns, each cell broken into lines of its column."""
    cells = [_at_most(cell, size) for cell, size in zip(row, widths, strict=True) if size]
    sizes = [size for size in widths if size]
    for parts in zip_longest(*cells, fillvalue=""):
        yield (_GAP + _GAP.join(map(padded, parts, sizes))).rstrip()


def _below(row: Sequence[str], named: int, width: int) -> Iterator[str]:
    """A row without room for columns: name and values, and the words below them."""
    name, label, before, now, change, cause = row
    values = " → ".join(filter(None, (before, now))) + (f"  {change}" if change else "")
    line = f"{_GAP}{padded(name, named)}{_GAP}{values}"
    said = f"{label} · {cause}"
    texts = [said] if wide(said) <= width - len(_BELOW) else [label, cause]
    if wide(line) <= width:
        yield line
    else:
        yield from (_GAP + part for part in _at_most(name, width - len(_GAP)))
        texts = [values, *texts]
    for text in texts:
        yield from (_BELOW + part for part in _at_most(text, width - len(_BELOW)))


def _at_most(text: str, room: int | None) -> list[str]:
    """The text in lines that take at most `room` columns, words longer than that cut."""
    if room is None or wide(text) <= room:
        return [text]
    lines: list[str] = []
    for line in broken(text, room - 2):  # a closing mark may stand beyond what `broken` is given
        rest = line
        while wide(rest) > room:
            cut = next(at for at in range(1, len(rest)) if wide(rest[: at + 1]) > room)
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return lines


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
