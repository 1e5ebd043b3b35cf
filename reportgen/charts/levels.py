"""Levels: a dot a value on a row, ranges as error bars, open ends as arrows."""

from __future__ import annotations

from reportgen.charts.frame import (
    REACH,
    KeyEntry,
    Label,
    Style,
    fit_scale,
    heading,
    in_drawing_order,
    label_words,
    lay_rows,
    row_height,
    spread,
    unit_fits_beside_axis,
    value_axis,
    value_label,
)
from reportgen.charts.palette import SHAPES
from reportgen.charts.scale import Scale, Span, extent, span_of
from reportgen.charts.sketch import Dot, Item, Segment, Sketch, Words
from reportgen.note.model import Levels, Mark

_RADIUS = 3.6
_SUB_ROW = 14.0


def draw_levels(data: Levels, sketch: Sketch, style: Style) -> None:
    """Lay out and draw levels by category, one sub-row a series."""
    palette = style.palette
    many = len(data.series) > 1
    emphasis = any(mark and mark.emphasis for _, marks in data.series for mark in marks)
    beside = unit_fits_beside_axis(sketch, data.categories, data.unit, style)
    top = heading(sketch, "" if beside else data.unit, _key(data, style) if many else (), style)
    placed = [_present(data, number) for number in range(len(data.categories))]
    heights = [
        max(row_height(len(placed)), len(marks) * _SUB_ROW + 6) if many
        else row_height(len(placed))
        for marks in placed
    ]  # fmt: skip
    rows = lay_rows(sketch, top, data.categories, heights, style)
    room = (rows.right - rows.left) * 0.5
    found = [one for marks in placed for one in marks]
    low, high = extent((v for _, _, span in found for v in span.known), zero=data.zero, pad=0.06)
    texts = {id(mark): value_label(mark, style, room) for _, mark, _ in found}
    labels = [
        Label(span.known[-1], texts[id(mark)], REACH if span.opens_up else _RADIUS)
        for _, mark, span in found
    ]
    labels += [Label(span.known[0], "", REACH, before=True) for _, _, span in found
               if span.opens_down]  # fmt: skip
    scale = fit_scale(low, high, rows, labels, style.label * 1.03)
    value_axis(sketch, scale, rows, style, unit=data.unit, unit_beside=beside)
    items: list[Item] = []
    if many:
        items += [Segment(0, edge, sketch.width, edge, palette.hairline, 0.5)
                  for edge in rows.edges[1:-1]]  # fmt: skip
    for middle, marks in zip(rows.middles, placed, strict=True):
        if not marks:
            items.append(Words(scale.start + 4, middle, "–", style.label, palette.muted))
        first = middle - (len(marks) - 1) * _SUB_ROW / 2
        for place, (series, mark, span) in enumerate(marks):
            color = palette.series[series % len(palette.series)] if many else palette.brand
            if emphasis and not many and not mark.emphasis:
                color = palette.muted
            y = first + place * _SUB_ROW
            shape = SHAPES[series % len(SHAPES)]
            items += _level(mark, span, scale, y, color=color, shape=shape, style=style)
            reach = REACH if span.opens_up else _RADIUS
            x = scale(span.known[-1]) + reach
            items.append(label_words(mark, texts[id(mark)], x, y, style))
    sketch.add(*in_drawing_order(items))


def _present(data: Levels, category: int) -> list[tuple[int, Mark, Span]]:
    """The series that have a mark in this category, with its ends."""
    found = []
    for number, (_, marks) in enumerate(data.series):
        mark = marks[category] if category < len(marks) else None
        span = span_of(mark)
        if mark is not None and span is not None:
            found.append((number, mark, span))
    return found


def _key(data: Levels, style: Style) -> list[KeyEntry]:
    entries = []
    for number, (name, marks) in enumerate(data.series):
        color = style.palette.series[number % len(style.palette.series)]
        hollow = all(mark.hollow for mark in marks if mark) and any(marks)
        fill = style.palette.ground if hollow else color
        entries.append(KeyEntry(name, fill, color, SHAPES[number % len(SHAPES)]))
    return entries


def _level(
    mark: Mark, span: Span, scale: Scale, y: float, *, color: str, shape: int, style: Style
) -> list[Item]:
    """The guide, the range and the dot of one mark."""
    palette = style.palette
    guide = scale(0) if scale.low <= 0 <= scale.high else scale.start
    fill = palette.ground if mark.hollow else color
    return [
        Segment(guide, y, scale(span.bound), y, palette.hairline, 0.7),
        *spread(span, scale, y, color, mark.figure),
        Dot(scale(span.bound), y, shape, fill, color, 2 * _RADIUS - 1, mark.figure),
    ]
