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
    unit_fits_beside_axis,
    unit_suffix,
    value_axis,
    value_label,
)
from reportgen.charts.lettering import clean, ems, shorten
from reportgen.charts.palette import Palette, tint
from reportgen.charts.scale import Scale, Span, extent, span_of
from reportgen.charts.sketch import Box, Item, Segment, Sketch, Words
from reportgen.note.model import Bars, Mark

_PALE = 0.35
_HALF = 5.2  # half the thickness of a bar, px


def draw_bars(data: Bars, sketch: Sketch, style: Style) -> None:
    """Lay out and draw one bar a category, with the reference band behind."""
    beside = unit_fits_beside_axis(sketch, data.categories, data.unit, style)
    top = heading(sketch, "" if beside else data.unit, (), style)
    named_from = 0.0 if beside else _room_for_unit(data, style)
    if data.reference:
        text = shorten(clean(data.reference[2]), sketch.width - 2 * GAP, style.tick)
        one_line = named_from + ems(text) * style.tick <= sketch.width
        named_from = named_from if one_line else 0.0
        top = max(top, style.tick * 1.5) + (0.0 if one_line else style.tick * 1.3)
    spans = [span_of(mark) for mark in data.marks]
    heights = [row_height(len(spans))] * len(data.categories)
    rows = lay_rows(sketch, top, data.categories, heights, style)
    room = (rows.right - rows.left) * 0.6
    texts = [value_label(mark, style, room) for mark in data.marks]
    values = [v for span in spans if span for v in span.known]
    if data.reference:
        values += data.reference[:2]
    low, high = extent(values, zero=True, pad=0.02)
    labels = [
        label
        for span, text in zip(spans, texts, strict=True)
        if span
        for label in _needed(span, text, before=_is_before(span, low, high))
    ]
    scale = fit_scale(low, high, rows, labels, style.label * 1.03)
    if data.reference:
        _band(sketch, data.reference, scale, rows, style)
        _band_name(sketch, data.reference, scale, top, style, start=named_from)
    value_axis(sketch, scale, rows, style, unit=data.unit, unit_beside=beside, signed=data.signed)
    emphasis = any(mark.emphasis for mark in data.marks)
    items: list[Item] = []
    for mark, span, text, y in zip(data.marks, spans, texts, rows.middles, strict=True):
        if span is None:
            items.append(Words(scale(0) + GAP, y, text or "–", style.label, style.palette.muted))
            continue
        color = _color(data, span, style.palette)
        if emphasis and not mark.emphasis:
            color = tint(color, 0.6)
        items += _bar(mark, span, scale, y, color=color, palette=style.palette)
        own = _needed(span, text, before=_is_before(span, low, high))[0]
        x = scale(own.value) + (-own.reach if own.before else own.reach)
        items.append(label_words(mark, text, x, y, style, before=own.before))
    sketch.add(*in_drawing_order(items))


def _color(data: Bars, span: Span, palette: Palette) -> str:
    open_to_zero = span.opens_down if span.bound > 0 else span.opens_up
    spans_zero = span.known[0] <= 0 <= span.known[-1] or open_to_zero
    if not data.signed or spans_zero:
        return palette.brand
    return palette.up if span.bound > 0 else palette.down


def _is_before(span: Span, low: float, high: float) -> bool:
    """Whether a bar's label stands left of it.

    A bar below zero has it there, unless that side is short: then the label stands
    across the zero line, where the row is empty, and the bars keep their length.
    """
    return span.bound < 0 and -low > high * 0.6


def _needed(span: Span, text: str, *, before: bool) -> list[Label]:
    """Room beside a bar: its label first, then the arrows of open ends."""
    arrow_up = REACH if span.opens_up else 0.0
    arrow_down = REACH if span.opens_down else 0.0
    if before:
        own = Label(span.known[0], text, arrow_down, before=True)
    else:
        end = max(span.known[-1], 0.0)
        own = Label(end, text, arrow_up if end == span.known[-1] else 0.0)
    return [
        own,
        Label(span.known[0], "", arrow_down, before=True),
        Label(span.known[-1], "", arrow_up),
    ]


def _bar(
    mark: Mark, span: Span, scale: Scale, y: float, *, color: str, palette: Palette
) -> list[Item]:
    """The bar of one mark; an outline where it is weak, older, or only a limit."""
    low, high = span.known[0], span.known[-1]
    near = max(low, 0.0) if span.bound >= 0 else min(high, 0.0)
    limit = span.opens_up if span.bound < 0 else span.opens_down  # the true value is nearer zero
    outline = mark.hollow or limit
    items: list[Item] = []
    if span.is_range:
        pale = palette.ground if outline else tint(color, _PALE)
        items.append(
            Box(
                scale(low), y - _HALF, scale(high), y + _HALF, pale, color,
                0.8 if outline else 0.0, "dashed", mark.figure,
            )
        )  # fmt: skip
    if near or not span.is_range:
        end = scale(near or span.bound)
        items.append(
            Box(
                scale(0), y - _HALF, end, y + _HALF, palette.ground if outline else color, color,
                0.9 if outline else 0.0, "dashed" if limit else "solid", mark.figure,
            )
        )  # fmt: skip
    return [*items, *spread(span, scale, y, palette.ink, mark.figure)]


def _room_for_unit(data: Bars, style: Style) -> float:
    unit = clean(data.unit)
    return 0.0 if unit_suffix(unit) or not unit else ems(unit) * style.tick + 12


def _band(
    sketch: Sketch,
    reference: tuple[float, float, str],
    scale: Scale,
    rows: Rows,
    style: Style,
) -> None:
    """A tinted band, or a dashed line, behind the bars."""
    left, right = sorted((scale(reference[0]), scale(reference[1])))
    top, bottom = rows.edges[0], rows.edges[-1]
    accent = style.palette.accent
    if right - left < 1:
        sketch.add(Segment(left, top, left, bottom, accent, 1.0, "dashed"))
        return
    sketch.add(Box(left, top, right, bottom, tint(accent, 0.17)))
    sketch.add(Segment(left, top, right, top, accent, 1.0))


def _band_name(
    sketch: Sketch,
    reference: tuple[float, float, str],
    scale: Scale,
    top: float,
    style: Style,
    *,
    start: float,
) -> None:
    """The band's name above it, right of `start`."""
    size = style.tick
    text = shorten(clean(reference[2]), sketch.width - 2 * GAP, size)
    half = ems(text) * size / 2
    middle = (scale(reference[0]) + scale(reference[1])) / 2
    middle = min(max(middle, start + half), sketch.width - half)
    color = style.palette.text_on_ground(style.palette.accent)
    sketch.add(Words(middle, top - size * 0.8, text, size, color, "middle", kind="const"))
