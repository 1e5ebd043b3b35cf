"""Curves: lines over true distances, ranges as error bars or a ribbon, names at the line's end."""

from __future__ import annotations

import math

from reportgen.charts.frame import (
    GAP,
    Style,
    heading,
    in_drawing_order,
    unit_suffix,
    value_label,
)
from reportgen.charts.lettering import clean, ems, shorten, tick_texts
from reportgen.charts.palette import DASHES, SHAPES, tint
from reportgen.charts.placing import (
    OPEN,
    RADIUS,
    VALUE_ROOM,
    Line,
    Place,
    Point,
    end_names,
    name_width,
    value_labels,
)
from reportgen.charts.scale import Scale, extent, round_ticks, span_of
from reportgen.charts.sketch import Dot, Item, Segment, Sketch, Trace, Whisker, Words
from reportgen.note.model import Curve, Mark

_FEW_LINES = 3  # more lines have their last values beside their names
_MANY = 24  # points from which ranges become a ribbon and dots vanish in the line
_WIDE = 450.0  # px; narrower charts are half width
_FIRST_ROOM = 8.0


def draw_curve(data: Curve, sketch: Sketch, style: Style) -> None:
    """Lay out and draw lines over positions."""
    size = style.tick
    top = heading(sketch, data.unit, (), style) + 4
    spans = [[span_of(mark) for mark in marks] for _, marks in data.series]
    values = [v for row in spans for span in row if span for v in span.known]
    low, high = extent(values, zero=data.zero, pad=0.16)
    if not data.zero and values and min(values) >= 0:
        low = max(low, 0.0)
    across = Scale(low, high, top + _height(data, sketch), top)
    ticks = round_ticks(low, high, 4)
    texts = tick_texts(ticks, style.lang, suffix=unit_suffix(data.unit))
    left = max(ems(text) * size for text in texts) + 6
    names = _names(data, sketch, style)
    crowded = any(names) and (len(names) > _FEW_LINES or len(data.at) > _MANY)
    widths = [
        _end_width(name, marks, style, with_value=crowded)
        for name, (_, marks) in zip(names, data.series, strict=True)
    ]
    right = max(widths, default=0.0)
    right = right + 2 * GAP + RADIUS if right else 8.0
    half_first, half_last = _half_widths(data, style)
    start = max(left + _FIRST_ROOM, half_first)
    along = _along(data, start, sketch.width - max(right, half_last + 1))
    place = Place()
    for tick, text in zip(ticks, texts, strict=True):
        y = across(tick)
        color = style.palette.muted if tick == 0 else style.palette.hairline
        sketch.add(Segment(left, y, along.end + 4, y, color, 0.6))
        sketch.add(Words(left - 5, y, text, size, style.palette.muted, "end", kind="const"))
        place.take(left - 5 - ems(text) * size, y - size / 2, left - 4, y + size / 2)
    _x_axis(data, sketch, along, across.start, style, left=left)
    lines = [
        Line(
            name,
            style.palette.series[number % len(style.palette.series)],
            tuple(
                None if mark is None or span is None
                else Point(mark, span, along(at), across(span.bound),
                           across(span.known[-1]), across(span.known[0]))
                for at, mark, span in zip(data.at, marks, row, strict=True)
            ),
            data.joined,
        )
        for number, (name, (_, marks), row) in enumerate(
            zip(names, data.series, spans, strict=True)
        )
    ]  # fmt: skip
    items: list[Item] = []
    for number, line in enumerate(lines):
        items += _line(line, number, style)
        place.take_line(line)
    words: list[Item] = []
    if any(names):
        words = end_names(lines, style, place, (top, across.start), with_values=crowded)
    words += value_labels(
        lines, style, place, limits=(sketch.width, across.start), sparse=_MANY, without_last=crowded
    )
    sketch.add(*in_drawing_order([*items, *words]))


def _height(data: Curve, sketch: Sketch) -> float:
    """Height of the plot, px: lower for few positions, higher for many lines."""
    base = 175.0 if sketch.width > _WIDE else 140.0
    if len(data.at) <= 4:
        base *= 0.8
    return base + 12 * max(0, len(data.series) - 2)


def _names(data: Curve, sketch: Sketch, style: Style) -> list[str]:
    """The names printed at the lines' ends, of one line alone too: no title need name it."""
    room = sketch.width * (0.26 if sketch.width > _WIDE else 0.36)
    return [shorten(clean(name), room, style.label) for name, _ in data.series]


def _end_width(
    name: str, marks: tuple[Mark | None, ...], style: Style, *, with_value: bool
) -> float:
    """Width of what stands at a line's end: its name, in a crowd with the last value."""
    known = [mark for mark in marks if mark is not None]
    width = ems(name) * style.label
    if not with_value or not known:
        return width
    value = value_label(known[-1], style, VALUE_ROOM)
    return name_width(name, style) + GAP + ems(value) * style.label


def _half_widths(data: Curve, style: Style) -> tuple[float, float]:
    """Half of the widest text that stands centred on the first and on the last position."""
    if not data.positions:
        return 0.0, 0.0
    halves = []
    for at in (0, -1):
        texts = [shorten(clean(mark.text), 130.0, style.label)
                 for _, marks in data.series if (mark := marks[at]) is not None]  # fmt: skip
        widths = [ems(text) * style.label / 2 for text in texts]
        halves.append(max([*widths, ems(_position(data, at, style)) * style.tick / 2]))
    return halves[0], halves[1]


def _position(data: Curve, at: int, style: Style) -> str:
    return shorten(clean(data.positions[at]), 120.0, style.tick)


def _along(data: Curve, start: float, end: float) -> Scale:
    if not data.at or min(data.at) == max(data.at):
        middle = data.at[0] if data.at else 0.0
        return Scale(middle - 1, middle + 1, start, end)
    return Scale(min(data.at), max(data.at), start, end)


def _x_axis(
    data: Curve, sketch: Sketch, along: Scale, bottom: float, style: Style, *, left: float
) -> None:
    """As many position labels as fit: the last, the first, then evenly from left to right."""
    palette, size = style.palette, style.tick
    sketch.height = bottom + 5 + size * 1.3
    sketch.add(Segment(left, bottom, along.end + 4, bottom, palette.muted, 0.8))
    labels = [(along(at), _position(data, number, style)) for number, at in enumerate(data.at)]
    step = _even_step(labels, size)
    last = len(labels) - 1
    shown: list[tuple[float, float]] = []
    for number in dict.fromkeys((last, 0, *range(0, last, step)) if labels else ()):
        x, text = labels[number]
        half = ems(text) * size / 2
        at = min(max(x, half), sketch.width - half)
        if any(at - half - 5 < r and at + half + 5 > l_ for l_, r in shown):
            continue
        shown.append((at - half, at + half))
        sketch.add(Segment(x, bottom, x, bottom + 3, palette.muted, 0.7))
        sketch.add(
            Words(at, bottom + 5 + size * 0.6, text, size, palette.muted, "middle", kind="time")
        )


def _even_step(labels: list[tuple[float, str]], size: float) -> int:
    """Every how many positions a label fits, so that a long axis is labelled evenly."""
    if len(labels) <= _MANY:
        return 1
    widest = max(ems(text) * size for _, text in labels) + 12
    length = abs(labels[-1][0] - labels[0][0])
    return math.ceil(len(labels) * widest / max(length, 1.0))


def _line(line: Line, number: int, style: Style) -> list[Item]:
    """One series: its line, broken where a mark is missing, its ranges and its points."""
    color = line.color
    many = len(line.known) > _MANY
    items: list[Item] = []
    for run in line.runs():
        if many and any(point.span.is_range for point in run):
            upper = [(point.x, point.top) for point in run]
            lower = [(point.x, point.bottom) for point in reversed(run)]
            items.append(Trace((*upper, *lower), tint(color, 0.25), fill=True))
        if len(run) > 1:
            # a dash breaks up where points stand closer than it is long
            dash = "solid" if many else DASHES[number % len(DASHES)]
            items.append(Trace(tuple((point.x, point.y) for point in run), color, 1.5, dash))
    for point in line.known:
        full = not many or point.mark.emphasis or point == line.known[-1]
        if full:
            items += _range(point, color)
        fill = style.palette.ground if point.mark.hollow and full else color
        shape = SHAPES[number % len(SHAPES)] if full else SHAPES[0]
        diameter = 2 * RADIUS - 0.8 if full else 0.4
        items.append(Dot(point.x, point.y, shape, fill, color, diameter, point.mark.figure))
    return items


def _range(point: Point, color: str) -> list[Item]:
    span, figure, x = point.span, point.mark.figure, point.x
    items: list[Item] = []
    if span.is_range and not (span.opens_up or span.opens_down):
        items.append(Whisker(point.bottom, point.top, x, color, upright=True, figure=figure))
    elif span.is_range:
        items.append(Segment(x, point.bottom, x, point.top, color, figure=figure))
    if span.opens_up:
        start, end = point.top - RADIUS, point.top - OPEN
        items.append(Segment(x, start, x, end, color, head=True, figure=figure))
    if span.opens_down:
        start, end = point.bottom + RADIUS, point.bottom + OPEN
        items.append(Segment(x, start, x, end, color, head=True, figure=figure))
    return items
