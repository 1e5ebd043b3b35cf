"""Bars: solid up to the near end of the range, pale along it, with an error bar on top."""

from __future__ import annotations

from reportgen.charts.frame import (
    GAP,
    REACH,
    Label,
    Rows,
    Style,
    fit_scale,
    heading,
    in_drawing_order,
    label_words,
    lay_rows,
    row_height,
    spread,
    value_axis,
    value_label,
)
from reportgen.charts.lettering import clean, ems, shorten
from reportgen.charts.palette import tint
from reportgen.charts.scale import Scale, Span, extent, span_of
from reportgen.charts.sketch import Box, Item, Segment, Sketch, Words
from reportgen.note.model import Bars, Mark

_PALE = 0.35
_THICK = 0.52  # of a row


def draw_bars(data: Bars, sketch: Sketch, style: Style) -> None:
    """Lay out and draw one bar a category, with the reference band behind."""
    top = heading(sketch, data.unit, (), style)
    if data.reference:
        top += style.tick * 1.3
    spans = [span_of(mark) for mark in data.marks]
    rows = lay_rows(
        sketch, top, data.categories, [row_height(len(spans))] * len(data.categories), style
    )
    room = (rows.right - rows.left) * 0.45
    texts = [value_label(mark, style, room) for mark in data.marks]
    values = [v for span in spans if span for v in span.known]
    if data.reference:
        values += data.reference[:2]
    low, high = extent(values, zero=True, pad=0.02)
    labels = []
    for span, text in zip(spans, texts, strict=True):
        if span:
            labels += _needed(span, text)
    scale = fit_scale(low, high, rows, labels, style.label * 1.03)
    if data.reference:
        _reference(sketch, data.reference, scale, rows, style)
    value_axis(sketch, scale, rows, style, signed=data.signed)
    emphasis = any(mark.emphasis for mark in data.marks)
    items: list[Item] = []
    for mark, span, text, y in zip(data.marks, spans, texts, rows.middles, strict=True):
        if span is None:
            items.append(Words(scale(0) + 4, y, text or "–", style.label, style.palette.muted))
            continue
        color = _color(data, mark, span, style, faint=emphasis and not mark.emphasis)
        items += _bar(mark, span, scale, y, color, style)
        items.append(_label(mark, span, text, scale, y, style))
    sketch.add(*in_drawing_order(items))


def _color(data: Bars, mark: Mark, span: Span, style: Style, *, faint: bool) -> str:
    palette = style.palette
    color = palette.brand
    if data.signed and span.bound:
        color = palette.up if span.bound > 0 else palette.down
    return tint(color, 0.6) if faint else color


def _needed(span: Span, text: str) -> list[Label]:
    """Room beside a bar: its label outside the far end, and arrows of open ends."""
    below = span.bound < 0
    labels = [
        Label(span.known[0] if below else span.known[-1], text, _reach(span, below=below), below)
    ]
    if span.opens_down and not below:
        labels.append(Label(span.known[0], "", REACH, before=True))
    if span.opens_up and below:
        labels.append(Label(span.known[-1], "", REACH))
    return labels


def _reach(span: Span, *, below: bool) -> float:
    return REACH if (span.opens_down if below else span.opens_up) else 0.0


def _label(mark: Mark, span: Span, text: str, scale: Scale, y: float, style: Style) -> Words:
    below = span.bound < 0
    reach = _reach(span, below=below)
    x = scale(span.known[0]) - reach if below else scale(span.known[-1]) + reach
    return label_words(mark, text, x, y, style, before=below)


def _bar(mark: Mark, span: Span, scale: Scale, y: float, color: str, style: Style) -> list[Item]:
    """The bar of one mark; a weak or older one is an outline."""
    palette = style.palette
    half = row_height(0) * _THICK / 2
    low, high = span.known[0], span.known[-1]
    near = max(low, 0.0) if span.bound >= 0 else min(high, 0.0)
    ceiling = span.opens_down and not span.is_range and span.bound > 0
    fill = palette.ground if mark.hollow or ceiling else color
    items: list[Item] = []
    if span.is_range:
        items.append(
            Box(scale(low), y - half, scale(high), y + half,
                palette.ground if mark.hollow else tint(color, _PALE),
                color, 0.8 if mark.hollow else 0.0, "dashed", figure=mark.figure)
        )  # fmt: skip
    if near or not span.is_range:
        items.append(
            Box(scale(0), y - half, scale(near or span.bound), y + half, fill, color,
                0.9 if fill == palette.ground else 0.0, "dashed" if ceiling else "solid",
                figure=mark.figure)
        )  # fmt: skip
    return [*items, *spread(span, scale, y, palette.ink, mark.figure, clear=1.0)]


def _reference(
    sketch: Sketch,
    reference: tuple[float, float, str],
    scale: Scale,
    rows: Rows,
    style: Style,
) -> None:
    """A band or a line behind the bars, named above them."""
    palette, size = style.palette, style.tick
    left, right = sorted((scale(reference[0]), scale(reference[1])))
    top, bottom = rows.edges[0], rows.edges[-1]
    if right - left < 1:
        sketch.add(Segment(left, top, left, bottom, palette.accent, 1.0, "dashed"))
    else:
        sketch.add(Box(left, top, right, bottom, tint(palette.accent, 0.16)))
        sketch.add(*(Segment(x, top, x, bottom, palette.accent, 0.6, "dashed")
                     for x in (left, right)))  # fmt: skip
    text = shorten(clean(reference[2]), sketch.width - 2 * GAP, size)
    half = ems(text) * size / 2
    middle = min(max((left + right) / 2, half), sketch.width - half)
    color = palette.text_on_ground(palette.accent)
    sketch.add(Words(middle, top - size * 0.75, text, size, color, "middle", kind="const"))
