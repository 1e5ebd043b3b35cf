"""What charts of rows share: heading line, category column, value axis, open ends, labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reportgen.charts.lettering import clean, ems, shorten, tick_texts, wrap
from reportgen.charts.palette import Palette
from reportgen.charts.scale import Scale, Span, round_ticks
from reportgen.charts.sketch import Box, Dot, Item, Segment, Sketch, TextKind, Trace, Whisker, Words
from reportgen.language import Lang
from reportgen.note.model import Mark

PX_PER_PT = 96 / 72
PX_PER_MM = 96 / 25.4
GAP = 5.0  # between a mark and its label
REACH = 15.0  # length of the arrow of an open end
_EDGE = 1.0
_COLUMN_GAP = 10.0  # between category names and the values
_UNIT_GAP = 20.0  # the same for the unit, clear of the first axis number
_CLEAR = 3.0  # an arrow begins outside the dot
_LEADING = 1.18


@dataclass(frozen=True, slots=True)
class Style:
    """Palette, language and the letter sizes in px."""

    palette: Palette
    lang: Lang

    @property
    def label(self) -> float:
        """Size of category names and value labels, px."""
        return self.palette.label_pt * PX_PER_PT

    @property
    def tick(self) -> float:
        """Size of axis numbers, units and keys, px."""
        return self.palette.tick_pt * PX_PER_PT


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One entry of a key: a name and the mark it explains."""

    name: str
    fill: str
    stroke: str
    shape: int = 0  # 0 is a swatch
    dash: str = ""  # a line through the mark


def unit_suffix(unit: str) -> str:
    """What axis numbers carry: a short unit needs no place of its own."""
    return clean(unit) if clean(unit) in {"%", "x", "倍"} else ""


def unit_fits_beside_axis(
    sketch: Sketch, categories: Sequence[str], unit: str, style: Style
) -> bool:
    """Whether the unit can stand under the category names, in line with the axis numbers."""
    column = _column(_wrapped(categories, sketch.width, style), style.label)
    return 0 < ems(clean(unit)) * style.tick <= column - _UNIT_GAP + _COLUMN_GAP


def _wrapped(categories: Sequence[str], width: float, style: Style) -> list[tuple[str, ...]]:
    return [wrap(clean(name), width * 0.34, style.label) for name in categories]


def _column(wrapped: Sequence[tuple[str, ...]], size: float) -> float:
    return max((ems(line) * size for lines in wrapped for line in lines), default=0.0)


def heading(sketch: Sketch, unit: str, entries: Sequence[KeyEntry], style: Style) -> float:
    """The unit and the key above a chart; returns where the chart may begin."""
    size, palette = style.tick, style.palette
    unit = "" if unit_suffix(unit) else shorten(clean(unit), sketch.width * 0.5, size)
    x, y = 0.0, size * 0.65
    if unit:
        sketch.add(Words(0, y, unit, size, palette.muted))
        x = ems(unit) * size + 16
    for entry in entries:
        mark = 18.0 if entry.dash else 9.0
        name = shorten(clean(entry.name), sketch.width * 0.45, size)
        needed = mark + 4 + ems(name) * size
        if x and x + needed > sketch.width:
            x, y = 0.0, y + size * 1.45
        sketch.add(*_key_mark(entry, x, y, mark))
        sketch.add(Words(x + mark + 4, y, name, size, palette.ink))
        x += needed + 14
    return y + size * 0.65 + 5 if unit or entries else 1.0


def _key_mark(entry: KeyEntry, x: float, y: float, width: float) -> list[Item]:
    if not entry.shape:
        return [Box(x, y - 4, x + width, y + 4, entry.fill, entry.stroke, 0.8)]
    items: list[Item] = []
    if entry.dash:
        items.append(Segment(x, y, x + width, y, entry.stroke, 1.4, entry.dash))
    items.append(Dot(x + width / 2, y, entry.shape, entry.fill, entry.stroke))
    return items


@dataclass(frozen=True, slots=True)
class Label:
    """A label that must fit beside a value: to its right, or with `before` to its left."""

    value: float
    text: str
    reach: float
    before: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a chart: the middle of each, their edges, and where values begin."""

    middles: tuple[float, ...]
    edges: tuple[float, ...]
    left: float
    right: float


def lay_rows(
    sketch: Sketch,
    top: float,
    categories: Sequence[str],
    heights: Sequence[float],
    style: Style,
    *,
    below: Sequence[float] = (),
) -> Rows:
    """Print the category names, wrapped, and give each row the height it needs.

    `below` is extra room under each row, which does not move its middle.
    """
    size = style.label
    wrapped = _wrapped(categories, sketch.width, style)
    column = _column(wrapped, size)
    y = top
    edges, middles = [top], []
    extra = below or [0.0] * len(categories)
    for lines, wanted, under in zip(wrapped, heights, extra, strict=True):
        height = max(wanted, len(lines) * size * _LEADING + 5)
        middle = y + height / 2
        first = middle - (len(lines) - 1) * size * _LEADING / 2
        for number, line in enumerate(lines):
            at = first + number * size * _LEADING
            sketch.add(Words(column, at, line, size, style.palette.ink, "end"))
        middles.append(middle)
        y += height + under
        edges.append(y)
    left = column + _COLUMN_GAP if column else 2.0
    return Rows(tuple(middles), tuple(edges), left, sketch.width - _EDGE)


def row_height(rows: int) -> float:
    """The pitch of a row: airy for a few, tight for many, px."""
    return 20.0 if rows <= 6 else 17.5 if rows <= 14 else 15.0


def fit_scale(low: float, high: float, rows: Rows, labels: Iterable[Label], size: float) -> Scale:
    """The widest scale on which every label stays inside the chart."""
    start, end = rows.left, rows.right
    wanted = [
        ((label.value - low) / (high - low), label.reach + GAP + ems(label.text) * size, label)
        for label in labels
    ]
    for _ in range(12):
        for share, width, label in wanted:
            if label.before and share < 1:
                start = max(start, (rows.left + width - share * end) / (1 - share))
            elif not label.before and share > 0:
                end = min(end, start + (rows.right - start - width) / share)
        start = min(start, rows.right - 60)
        end = max(end, start + 40)
    return Scale(low, high, start, end)


def value_axis(
    sketch: Sketch,
    scale: Scale,
    rows: Rows,
    style: Style,
    *,
    unit: str,
    unit_beside: bool = False,
    signed: bool = False,
) -> None:
    """Round numbers under the rows, a hairline above them, and the line of zero."""
    palette, size = style.palette, style.tick
    top, bottom = rows.edges[0], rows.edges[-1]
    sketch.add(Segment(scale.start, bottom, scale.end, bottom, palette.hairline, 0.7))
    if scale.low <= 0 <= scale.high:
        zero = scale(0)
        sketch.add(Segment(zero, top, zero, bottom, palette.muted, 0.8))
    for tick, text in _fitting_ticks(scale, style, suffix=unit_suffix(unit), signed=signed):
        x, half = scale(tick), ems(text) * size / 2
        at = min(max(x, half), sketch.width - half)
        sketch.add(Segment(x, bottom, x, bottom + 2.5, palette.muted, 0.7))
        sketch.add(
            Words(at, bottom + 5 + size * 0.5, text, size, palette.muted, "middle", kind="const")
        )
    if unit_beside and not unit_suffix(unit):
        x = rows.left - _UNIT_GAP
        sketch.add(Words(x, bottom + 5 + size * 0.5, clean(unit), size, palette.muted, "end"))
    sketch.height = bottom + 5 + size + 2


def _fitting_ticks(
    scale: Scale, style: Style, *, suffix: str, signed: bool
) -> list[tuple[float, str]]:
    """Up to eight round numbers with their texts, as many as stand clear of one another."""
    found: list[tuple[float, str]] = []
    for wanted in (5, 4, 3, 2, 1):
        ticks = round_ticks(scale.low, scale.high, wanted)
        texts = tick_texts(ticks, style.lang, signed=signed, suffix=suffix)
        found = list(zip(ticks, texts, strict=True))
        widths = [ems(text) * style.tick for text in texts]
        clear = [
            scale(b) - scale(a) > (one + other) / 2 + 8
            for (a, b), (one, other) in zip(pairwise(ticks), pairwise(widths), strict=True)
        ]
        if len(ticks) <= 8 and all(clear):
            return found
    return found[:1]


def spread(span: Span, scale: Scale, y: float, color: str, figure: str) -> tuple[Item, ...]:
    """The range of a mark on a row: an error bar, or an arrow where the end is open."""
    items: list[Item] = []
    low, high = span.known[0], span.known[-1]
    left, right = scale(low), scale(high)
    if span.is_range:
        if span.opens_up or span.opens_down:
            items.append(Segment(left, y, right, y, color, figure=figure))
        else:
            items.append(Whisker(left, right, y, color, figure=figure))
    if span.opens_up:
        items.append(Segment(right + _CLEAR, y, right + REACH, y, color, head=True, figure=figure))
    if span.opens_down:
        items.append(Segment(left - _CLEAR, y, left - REACH, y, color, head=True, figure=figure))
    return tuple(items)


def value_label(mark: Mark, style: Style, room: float) -> str:
    """The mark's text, cleaned and cut to the room there is."""
    return shorten(clean(mark.text), room, style.label * 1.03 if mark.emphasis else style.label)


def label_words(
    mark: Mark, text: str, x: float, y: float, style: Style, *, before: bool = False
) -> Words:
    """A direct label beside a mark."""
    palette = style.palette
    kind: TextKind = "fig" if mark.figure else "const"
    return Words(
        x - GAP if before else x + GAP,
        y,
        text,
        style.label,
        palette.muted if mark.hollow else palette.ink,
        "end" if before else "start",
        bold=mark.emphasis,
        kind=kind,
        figure=mark.figure,
    )


def in_drawing_order(items: Iterable[Item]) -> list[Item]:
    """Items with boxes behind lines, lines behind dots, and text in front: few layers."""
    return sorted(items, key=lambda item: _DEPTH[type(item)])


_DEPTH: dict[type, int] = {Box: 0, Trace: 1, Segment: 2, Whisker: 3, Dot: 4, Words: 5}
