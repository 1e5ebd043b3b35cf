"""Curves: lines over true distances, ranges as error bars or a ribbon, names at the line's end."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from reportgen.charts.frame import (
    GAP,
    KeyEntry,
    Style,
    heading,
    in_drawing_order,
    value_label,
)
from reportgen.charts.lettering import clean, ems, shorten, tick_texts
from reportgen.charts.palette import DASHES, SHAPES, tint
from reportgen.charts.scale import Scale, Span, extent, round_ticks, span_of
from reportgen.charts.sketch import Dot, Item, Segment, Sketch, Trace, Whisker, Words
from reportgen.note.model import Curve, Mark

_RADIUS = 3.2
_MANY = 24  # points from which ranges become a ribbon and dots become small
_OPEN = 12.0
_TALL = {True: 190.0, False: 150.0}  # height of the plot, by full width or not


@dataclass(slots=True)
class Place:
    """Rectangles already taken, so that labels can keep clear of them."""

    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        """Mark a rectangle as taken."""
        self.taken.append((left, top, right, bottom))

    def is_free(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a rectangle touches nothing taken."""
        return not any(
            left < r and right > l_ and top < b and bottom > t for l_, t, r, b in self.taken
        )


@dataclass(frozen=True, slots=True)
class _Point:
    mark: Mark
    span: Span
    x: float
    y: float


def draw_curve(data: Curve, sketch: Sketch, style: Style) -> None:
    """Lay out and draw lines over positions."""
    palette, size = style.palette, style.tick
    colors = [palette.series[number % len(palette.series)] for number in range(len(data.series))]
    named_at_end = len(data.series) > 1
    names = [shorten(clean(name), sketch.width * 0.26, style.label) for name, _ in data.series]
    key = _key(data, colors) if len(data.series) > 1 and not named_at_end else []
    top = heading(sketch, data.unit, key, style) + 4
    spans = [[span_of(mark) for mark in marks] for _, marks in data.series]
    values = [v for row in spans for span in row if span for v in span.known]
    low, high = extent(values, zero=data.zero, pad=0.14)
    if not data.zero and values and min(values) >= 0:
        low = max(low, 0.0)
    tall = _TALL[sketch.width > 450] if len(data.at) > 4 else _TALL[sketch.width > 450] * 0.8
    across = Scale(low, high, top + tall, top)
    ticks = round_ticks(low, high, 4)
    texts = tick_texts(ticks, style.lang)
    left = max((ems(text) * size for text in texts), default=0) + 6
    right = 6.0
    if named_at_end:
        right = max(ems(name) * style.label for name in names) + 2 * GAP + _RADIUS
    half_first, half_last = _half_widths(data, style)
    along = _along(data, left + max(8.0, half_first - left), sketch.width - max(right, half_last))
    for tick, text in zip(ticks, texts, strict=True):
        y = across(tick)
        color = palette.muted if tick == 0 else palette.hairline
        sketch.add(Segment(left, y, along.end + 4, y, color, 0.6))
        sketch.add(Words(left - 5, y, text, size, palette.muted, "end", kind="const"))
    _x_axis(data, sketch, along, across.start, style)
    lines = [
        [
            None
            if mark is None or span is None
            else _Point(mark, span, along(at), across(span.bound))
            for at, mark, span in zip(data.at, marks, row, strict=True)
        ]
        for (_, marks), row in zip(data.series, spans, strict=True)
    ]
    place = Place()
    items: list[Item] = []
    for number, points in enumerate(lines):
        items += _line(points, across, colors[number], number, style)
        _take(place, points, across)
    words: list[Item] = []
    if named_at_end:
        words += _end_names(lines, names, colors, style, place, (top, across.start))
    words += _values(lines, across, sketch, style, place)
    sketch.add(*in_drawing_order(items), *words)


def _key(data: Curve, colors: list[str]) -> list[KeyEntry]:
    return [
        KeyEntry(name, color, color, SHAPES[number % len(SHAPES)], DASHES[number % len(DASHES)])
        for number, ((name, _), color) in enumerate(zip(data.series, colors, strict=True))
    ]


def _half_widths(data: Curve, style: Style) -> tuple[float, float]:
    """Half of the first and the last position label, which stand centred under the ends."""
    if not data.positions:
        return 0.0, 0.0
    first, last = (ems(_position(data, at, style)) * style.tick / 2 for at in (0, -1))
    return first, last


def _position(data: Curve, at: int, style: Style) -> str:
    return shorten(clean(data.positions[at]), 120.0, style.tick)


def _along(data: Curve, start: float, end: float) -> Scale:
    if not data.at or min(data.at) == max(data.at):
        middle = data.at[0] if data.at else 0.0
        return Scale(middle - 1, middle + 1, start, end)
    return Scale(min(data.at), max(data.at), start, end)


def _x_axis(data: Curve, sketch: Sketch, along: Scale, bottom: float, style: Style) -> None:
    """As many position labels as fit: the last, the first, then from left to right."""
    palette, size = style.palette, style.tick
    sketch.add(Segment(along.start - 6, bottom, along.end + 4, bottom, palette.muted, 0.8))
    labels = [(along(at), _position(data, number, style)) for number, at in enumerate(data.at)]
    shown: list[tuple[float, float]] = []
    order = [len(labels) - 1, 0, *range(1, len(labels) - 1)] if len(labels) > 1 else [0]
    step = _even_step(labels, size)
    for number in order[: len(labels)]:
        x, text = labels[number]
        half = ems(text) * size / 2
        if number % step and number not in (0, len(labels) - 1):
            continue
        if any(x - half - 5 < r and x + half + 5 > l_ for l_, r in shown):
            continue
        shown.append((x - half, x + half))
        at = min(max(x, half), sketch.width - half)
        sketch.add(Segment(x, bottom, x, bottom + 3, palette.muted, 0.7))
        sketch.add(
            Words(at, bottom + 5 + size * 0.6, text, size, palette.muted, "middle", kind="time")
        )
    sketch.height = bottom + 5 + size * 1.3


def _even_step(labels: list[tuple[float, str]], size: float) -> int:
    """Every how many labels one fits, so that a long axis is labelled evenly."""
    if len(labels) < 3:
        return 1
    widest = max(ems(text) * size for _, text in labels) + 12
    length = abs(labels[-1][0] - labels[0][0])
    return max(1, -(-len(labels) * widest // max(length, 1.0)).__int__())


def _line(
    points: list[_Point | None], across: Scale, color: str, number: int, style: Style
) -> list[Item]:
    """One series: its line, broken where a mark is missing, its ranges and its points."""
    ground = style.palette.ground
    known = [point for point in points if point]
    many = len(known) > _MANY
    items: list[Item] = []
    for run in _runs(points):
        if many and any(point.span.is_range for point in run) and len(run) > 1:
            upper = [(point.x, across(point.span.known[-1])) for point in run]
            lower = [(point.x, across(point.span.known[0])) for point in reversed(run)]
            items.append(Trace((*upper, *lower), tint(color, 0.25), fill=True))
        if len(run) > 1:
            trace = tuple((point.x, point.y) for point in run)
            items.append(Trace(trace, color, 1.5, DASHES[number % len(DASHES)]))
    shape = SHAPES[number % len(SHAPES)]
    for place, point in enumerate(known):
        figure, span = point.mark.figure, point.span
        if not many:
            items += _range(point, across, color)
        small = many and not point.mark.emphasis and place < len(known) - 1
        fill = ground if point.mark.hollow else color
        diameter = 1.0 if small else 2 * _RADIUS - 0.8
        items.append(Dot(point.x, point.y, shape, fill, color, diameter, figure=figure))
        if many and (span.opens_up or span.opens_down) and not small:
            items += _range(point, across, color)
    return items


def _range(point: _Point, across: Scale, color: str) -> list[Item]:
    span, figure, x = point.span, point.mark.figure, point.x
    items: list[Item] = []
    bottom, top = across(span.known[0]), across(span.known[-1])
    if span.is_range and not (span.opens_up or span.opens_down):
        items.append(Whisker(bottom, top, x, color, upright=True, figure=figure))
    elif span.is_range:
        items.append(Segment(x, bottom, x, top, color, figure=figure))
    if span.opens_up:
        items.append(Segment(x, top - _RADIUS, x, top - _OPEN, color, head=True, figure=figure))
    if span.opens_down:
        items.append(
            Segment(x, bottom + _RADIUS, x, bottom + _OPEN, color, head=True, figure=figure)
        )
    return items


def _runs(points: list[_Point | None]) -> list[list[_Point]]:
    runs: list[list[_Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _take(place: Place, points: list[_Point | None], across: Scale) -> None:
    """Keep labels off points, ranges and lines."""
    for point in points:
        if point:
            top, bottom = _reach(point, across)
            place.take(point.x - _RADIUS, top, point.x + _RADIUS, bottom)
    for run in _runs(points):
        for one, other in pairwise(run):
            pieces = max(1, min(40, int(abs(other.x - one.x) / 6)))
            for piece in range(1, pieces):
                x = one.x + (other.x - one.x) * piece / pieces
                y = one.y + (other.y - one.y) * piece / pieces
                place.take(x - 1, y - 1, x + 1, y + 1)


def _reach(point: _Point, across: Scale) -> tuple[float, float]:
    """Top and bottom of what is drawn for a point."""
    top, bottom = across(point.span.known[-1]), across(point.span.known[0])
    return (
        top - (_OPEN if point.span.opens_up else _RADIUS),
        bottom + (_OPEN if point.span.opens_down else _RADIUS),
    )


def _end_names(
    lines: list[list[_Point | None]],
    names: list[str],
    colors: list[str],
    style: Style,
    place: Place,
    limits: tuple[float, float],
) -> list[Item]:
    """The series' names right of their last points, pushed apart where they would touch."""
    pitch = style.label * 1.2
    ends = [
        (points_known[-1], number)
        for number, points in enumerate(lines)
        if (points_known := [point for point in points if point])
    ]
    ends.sort(key=lambda end: (end[0].y, end[1]))
    heights = spaced([end.y for end, _ in ends], pitch, *limits)
    words: list[Item] = []
    far = max((end.x for end, _ in ends), default=0.0)
    for (end, number), y in zip(ends, heights, strict=True):
        x = far + _RADIUS + GAP
        color = style.palette.text_on_ground(colors[number])
        if far - end.x > 2 or abs(y - end.y) > 2:
            words.append(Segment(end.x + _RADIUS + 1, end.y, x - 2, y, style.palette.hairline, 0.7))
        words.append(Words(x, y, names[number], style.label, color, bold=True))
        place.take(x, y - pitch / 2, x + ems(names[number]) * style.label, y + pitch / 2)
    return words


def spaced(wanted: list[float], pitch: float, low: float, high: float) -> list[float]:
    """Sorted heights moved as little as needed to stand `pitch` apart within low..high."""
    heights: list[float] = []
    for value in wanted:
        heights.append(max(value, heights[-1] + pitch) if heights else max(value, low))
    over = heights[-1] - high if heights else 0.0
    limit = high
    if over > 0:
        for number in range(len(heights) - 1, -1, -1):
            heights[number] = min(heights[number], limit)
            limit = heights[number] - pitch
    return heights


def _values(
    lines: list[list[_Point | None]], across: Scale, sketch: Sketch, style: Style, place: Place
) -> list[Item]:
    """Direct labels: newest and marked values first, then the rest where there is room."""
    size = style.label
    waiting: list[tuple[int, int, int, _Point]] = []
    for number, points in enumerate(lines):
        known = [point for point in points if point]
        for at, point in enumerate(known):
            end = at in (0, len(known) - 1)
            if len(known) > _MANY and not (end or point.mark.emphasis):
                continue
            first = 0 if point.mark.emphasis or at == len(known) - 1 else 1 if end else 2
            waiting.append((first, number, at, point))
    words: list[Item] = []
    for _, _, _, point in sorted(waiting, key=lambda one: one[:3]):
        text = value_label(point.mark, style, 130.0)
        if not text:
            continue
        width = ems(text) * size * (1.04 if point.mark.emphasis else 1.0)
        top, bottom = _reach(point, across)
        for x, y in _candidates(point.x, top, bottom, width, size, sketch.width):
            box = (x - width / 2, y - size * 0.55, x + width / 2, y + size * 0.55)
            if box[1] < 0 or box[3] > across.start or not place.is_free(*box):
                continue
            place.take(*box)
            figure = point.mark.figure
            color = style.palette.muted if point.mark.hollow else style.palette.ink
            words.append(
                Words(x, y, text, size, color, "middle", bold=point.mark.emphasis,
                      kind="fig" if figure else "const", figure=figure)
            )  # fmt: skip
            break
    return words


def _candidates(
    x: float, top: float, bottom: float, width: float, size: float, limit: float
) -> list[tuple[float, float]]:
    """Where a label may stand, best first: above, below, then shifted sideways."""
    above, below = top - size * 0.65, bottom + size * 0.7
    middle = (top + bottom) / 2
    places = []
    for shift in (0.0, 0.3, -0.3, 0.5, -0.5):
        places += [(x + shift * width, above), (x + shift * width, below)]
    places += [
        (x + width / 2 + _RADIUS + 3, middle),
        (x - width / 2 - _RADIUS - 3, middle),
        (x, above - size * 1.1),
        (x, below + size * 1.1),
    ]
    half = width / 2
    return [(min(max(at, half), limit - half), y) for at, y in places]
