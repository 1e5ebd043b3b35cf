"""The signs of weakness that stand behind a number, and the line that explains them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reportgen.analysis.figures import Figure, Figures
from reportgen.language import Lang, Text
from reportgen.note.model import (
    Bars,
    ChartData,
    Cover,
    Curve,
    Exhibit,
    Levels,
    Line,
    Mark,
    Moves,
    Run,
    Stacks,
    TableData,
)
from reportgen.quantity import Weakness

LOOSE_MARK = "†"
SIGNS: Mapping[Weakness, str] = {
    "low": "*",
    "contradicted": "‡",
    "stale": "§",
    "interviewer": "¶",
}
MEANINGS: Mapping[str, Text] = {
    "*": Text("可信度低", "low confidence"),
    LOOSE_MARK: Text("非严格同口径", "not a like-for-like comparison"),
    "‡": Text("另有相反说法", "disputed within the evidence"),
    "§": Text("已过期，无更新的报价", "out of date, nothing newer known"),
    "¶": Text("出自访谈人", "said by the interviewer"),
}

_ENOUGH = 4  # numbers in a table before one sentence serves better than a sign at each


def signs_of(figure: Figure) -> str:
    """The signs of a figure, in the order of MEANINGS; empty for most."""
    found = {SIGNS[weakness] for weakness in figure.quantity.weaknesses}
    if figure.loose:
        found.add(LOOSE_MARK)
    return "".join(sign for sign in MEANINGS if sign in found)


def legend(signs: Iterable[str], lang: Lang) -> Line:
    """What the signs mean, each once; empty without any."""
    used = set("".join(signs))
    told = [f"{sign} {text[lang]}" for sign, text in MEANINGS.items() if sign in used]
    return (Run(("；" if lang == "zh" else "; ").join(told)),) if told else ()


def signs_in(lines: Iterable[Line]) -> Iterator[str]:
    """The signs that stand in lines."""
    yield from (run.mark for line in lines for run in line if run.mark)


def explain_signs(exhibit: Exhibit, figures: Figures, lang: Lang) -> Exhibit:
    """The exhibit with its signs explained below it.

    A sign that every number of a table would bear is said once instead of at each.
    """
    body, shared = exhibit.body, ""
    if isinstance(body, TableData):
        body, shared = _said_once(body)
    title = tuple(_without(run, shared) for run in exhibit.title)
    used = [*signs_in((title, exhibit.subtitle, *exhibit.notes)), *_signs_in_body(body, figures)]
    told = [line] if (line := legend(used, lang)) else []
    if shared:
        told.insert(
            0, (Run("全部数字：" if lang == "zh" else "All numbers: "), *legend(shared, lang))
        )
    return replace(exhibit, title=title, body=body, notes=(*exhibit.notes, *told))


def _said_once(body: TableData) -> tuple[TableData, str]:
    """The table without the signs that all its numbers share, and these signs."""
    lines = [cell for row in body.rows for cell in row.cells]
    marks = [set(run.mark) for line in lines for run in line if run.kind == "figure"]
    if len(marks) < _ENOUGH or not (shared := set.intersection(*marks)):
        return body, ""
    signs = "".join(sign for sign in MEANINGS if sign in shared)
    rows = tuple(
        replace(row, cells=tuple(tuple(_without(run, signs) for run in cell) for cell in row.cells))
        for row in body.rows
    )
    return replace(body, rows=rows), signs


def _without(run: Run, signs: str) -> Run:
    left = "".join(sign for sign in run.mark if sign not in signs)
    return run if left == run.mark else replace(run, mark=left)


def _signs_in_body(body: TableData | ChartData, figures: Figures) -> Iterator[str]:
    """The signs that stand in a table's cells or behind a chart's labels."""
    if isinstance(body, TableData):
        yield from signs_in(cell for row in body.rows for cell in row.cells)
        return
    for mark in _drawn(body):
        if mark.figure in figures:
            yield signs_of(figures[mark.figure])


def with_legend(cover: Cover, lang: Lang) -> Cover:
    """Page one with the signs it uses explained behind its caveat.

    Without a caveat it stays as it is: a legend is no warning, and the method has it.
    """
    if not cover.caveat:
        return cover
    lines: list[Line] = [cover.title, cover.subtitle, *cover.changes]
    for point in cover.key_points:
        lines += [point.lead, point.line]
    for key in cover.key_figures:
        lines += [(key.value,), key.detail]
    told = legend(signs_in(lines), lang)
    if not told:
        return cover
    opening = "符号：" if lang == "zh" else " Signs: "
    return replace(
        cover, caveat=(*cover.caveat, Run(opening), *told, Run("。" if lang == "zh" else "."))
    )


def _drawn(body: ChartData) -> Iterator[Mark]:
    if isinstance(body, Bars):
        yield from body.marks
    elif isinstance(body, Moves):
        yield from (*body.old, *body.new)
    elif isinstance(body, Levels | Curve):
        yield from (mark for _, marks in body.series for mark in marks if mark)
    elif isinstance(body, Stacks):
        yield from (mark for marks in body.marks for mark in marks)
