"""Moves: from an old to a new value, a dumbbell a row, ranges as thin bars."""

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
from reportgen.charts.palette import tint
from reportgen.charts.scale import Scale, Span, extent, span_of
from reportgen.charts.sketch import Box, Dot, Item, Segment, Sketch, Words
from reportgen.note.model import Mark, Moves

_RADIUS = 3.6
_THIN = 2.2  # half the height of a range bar
_CIRCLE = 21


def draw_moves(data: Moves, sketch: Sketch, style: Style) -> None:
    """Lay out and draw old and new values with the way between them."""
    palette = style.palette
    key = (
        KeyEntry(data.old_name, palette.ground, palette.muted, _CIRCLE),
        KeyEntry(data.new_name, palette.brand, palette.brand, _CIRCLE),
    )
    beside = unit_fits_beside_axis(sketch, data.categories, data.unit, style)
    top = heading(sketch, "" if beside else data.unit, key, style)
    heights = [row_height(len(data.categories))] * len(data.categories)
    rows = lay_rows(sketch, top, data.categories, heights, style)
    room = (rows.right - rows.left) * 0.3
    pairs = [
        [(mark, span, value_label(mark, style, room), is_new)
         for mark, is_new in ((old, False), (new, True))
         if (span := span_of(mark)) is not None]
        for old, new in zip(data.old, data.new, strict=True)
    ]  # fmt: skip
    for pair in pairs:
        pair.sort(key=lambda one: one[1].bound)
    values = (v for pair in pairs for _, span, _, _ in pair for v in span.known)
    low, high = extent(values, zero=False, pad=0.04)
    labels = []
    for pair in pairs:
        for place, (_, span, text, _) in enumerate(pair):
            before = place == 0 and len(pair) > 1
            labels.append(_side(span, text, before=before))
    scale = fit_scale(low, high, rows, labels, style.label * 1.03)
    value_axis(sketch, scale, rows, style, unit=data.unit, unit_beside=beside)
    items: list[Item] = []
    for pair, y in zip(pairs, rows.middles, strict=True):
        items.append(Segment(scale.start, y, scale.end, y, palette.hairline, 0.5, "dotted"))
        items += _way(pair, scale, y, style)
        for mark, span, _, is_new in sorted(pair, key=lambda one: one[3]):  # the new in front
            items += _end(mark, span, scale, y, color=palette.brand if is_new else palette.muted,
                          hollow=mark.hollow or not is_new, ground=palette.ground)  # fmt: skip
        for place, (mark, span, text, _) in enumerate(pair):
            before = place == 0 and len(pair) > 1
            side = _side(span, text, before=before)
            x = scale(side.value) + (-side.reach if before else side.reach)
            items.append(label_words(mark, text, x, y, style, before=before))
        if not pair:
            items.append(Words(scale.start + 4, y, "–", style.label, palette.muted))
    sketch.add(*in_drawing_order(items))


def _side(span: Span, text: str, *, before: bool) -> Label:
    opens = span.opens_down if before else span.opens_up
    value = span.known[0] if before else span.known[-1]
    return Label(value, text, REACH if opens else _RADIUS, before)


def _way(
    pair: list[tuple[Mark, Span, str, bool]], scale: Scale, y: float, style: Style
) -> list[Item]:
    """The arrow from the old to the new value, in its direction's colour; none if ranges meet."""
    if len(pair) < 2:
        return []
    old, new = sorted(pair, key=lambda one: one[3])
    start, end = scale(old[1].bound), scale(new[1].bound)
    step = 1 if end > start else -1
    meet = old[1].known[0] <= new[1].known[-1] and new[1].known[0] <= old[1].known[-1]
    if meet or abs(end - start) < 4 * _RADIUS:
        return []
    color = style.palette.up if step > 0 else style.palette.down
    return [
        Segment(start + step * _RADIUS, y, end - step * (_RADIUS + 1), y, color, 1.3, head=True)
    ]


def _end(
    mark: Mark, span: Span, scale: Scale, y: float, *, color: str, hollow: bool, ground: str
) -> list[Item]:
    """One end of a move: a thin bar for its range, arrows for open ends, its dot."""
    items: list[Item] = []
    if span.is_range:
        items.append(
            Box(scale(span.known[0]), y - _THIN, scale(span.known[-1]), y + _THIN,
                tint(color, 0.35), figure=mark.figure)
        )  # fmt: skip
    items += [item for item in spread(span, scale, y, color, mark.figure)
              if isinstance(item, Segment) and item.head]  # fmt: skip
    fill = ground if hollow else color
    items.append(Dot(scale(span.bound), y, _CIRCLE, fill, color, 2 * _RADIUS - 1, mark.figure))
    return items
