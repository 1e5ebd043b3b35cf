"""Stacks: parts of a whole as one bar a category, each part labelled where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from reportgen.charts.frame import KeyEntry, Style, heading, lay_rows, value_label
from reportgen.charts.lettering import clean, ems
from reportgen.charts.levels import draw_levels
from reportgen.charts.palette import tint
from reportgen.charts.placing import spaced
from reportgen.charts.scale import Scale, span_of
from reportgen.charts.sketch import Box, Segment, Sketch, TextKind, Words
from reportgen.note.model import Levels, Mark, Stacks

_BAR = 20.0
_BETWEEN = 9.0
_SLACK = 0.12  # quoted shares may sum to this much more than the whole


@dataclass(frozen=True, slots=True)
class _Part:
    """One segment: where it begins and ends, its mark, colour, name and label."""

    start: float
    end: float
    mark: Mark
    color: str
    name: str
    text: str

    def fits(self, text: str, size: float) -> bool:
        return ems(text) * size + 6 <= self.end - self.start

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def draw_stacks(data: Stacks, sketch: Sketch, style: Style) -> None:
    """Lay out and draw parts of a whole; parts that make no whole are drawn as levels."""
    if not is_whole(data):
        draw_levels(_as_levels(data), sketch, style)
        return
    palette, size = style.palette, style.label
    heights = [_BAR + _BETWEEN] * len(data.categories)
    probe = lay_rows(Sketch(sketch.width), 0.0, data.categories, heights, style)
    end = max(data.total, *(sum(_sizes(marks)) for marks in data.marks))
    scale = Scale(0.0, end, probe.left, probe.right)
    stacks = [_parts(data, marks, scale, style) for marks in data.marks]
    direct = all(part.fits(part.name, size) for part in stacks[0])
    key = [] if direct else _key(data, style)
    top = heading(sketch, data.unit, key, style)
    if direct:
        top += size * 1.2
    outside = [[part for part in parts if not part.fits(part.text, size)] for parts in stacks]
    below = [size * 1.4 if parts else 0.0 for parts in outside]
    rows = lay_rows(sketch, top, data.categories, heights, style, below=below)
    for parts, left_out, middle in zip(stacks, outside, rows.middles, strict=True):
        _draw(sketch, parts, left_out, middle, scale, style=style)
    if direct:
        for part in stacks[0]:
            sketch.add(Words(part.middle, top - size * 0.35, part.name, size,
                             palette.ink, "middle"))  # fmt: skip
    sketch.height = rows.edges[-1] + 1


def is_whole(data: Stacks) -> bool:
    """Whether every category's parts are positive and sum to no more than the whole."""
    if not data.categories or not data.names or data.total <= 0:
        return False
    for marks in data.marks:
        sizes = _sizes(marks)
        if min(sizes) < 0 or not 0 < sum(sizes) <= data.total * (1 + _SLACK):
            return False
    return True


def _sizes(marks: tuple[Mark, ...]) -> list[float]:
    """The drawn size of each part; nothing for a mark without a number."""
    return [span.bound if (span := span_of(mark)) else 0.0 for mark in marks]


def _colors(count: int, style: Style) -> list[str]:
    """A colour a part; beyond six the same again, paler."""
    series = style.palette.series
    return [
        series[number % len(series)] if number < len(series)
        else tint(series[number % len(series)], 0.5)
        for number in range(count)
    ]  # fmt: skip


def _key(data: Stacks, style: Style) -> list[KeyEntry]:
    """Swatches of the parts; a part that is hollow everywhere has a hollow swatch."""
    ground, muted = style.palette.ground, style.palette.muted
    entries = []
    for number, color in enumerate(_colors(len(data.names), style)):
        hollow = all(marks[number].hollow for marks in data.marks)
        look = (ground, muted) if hollow else (color, ground)
        entries.append(KeyEntry(data.names[number], *look))
    return entries


def _parts(data: Stacks, marks: tuple[Mark, ...], scale: Scale, style: Style) -> list[_Part]:
    sizes = _sizes(marks)
    ends = list(accumulate(sizes))
    colors = _colors(len(data.names), style)
    return [
        _Part(scale(end - size), scale(end), mark, color, clean(name),
              value_label(mark, style, 110.0))
        for size, end, mark, color, name in zip(sizes, ends, marks, colors, data.names, strict=True)
        if size > 0
    ]  # fmt: skip


def _draw(
    sketch: Sketch,
    parts: list[_Part],
    outside: list[_Part],
    middle: float,
    scale: Scale,
    *,
    style: Style,
) -> None:
    palette, size = style.palette, style.label
    top, bottom = middle - _BAR / 2, middle + _BAR / 2
    for part in parts:
        hollow = part.mark.hollow
        fill = palette.ground if hollow else part.color
        sketch.add(Box(part.start, top, part.end, bottom, fill,
                       palette.muted if hollow else palette.ground, 1.0,
                       figure=part.mark.figure))  # fmt: skip
    last = parts[-1].end
    if scale.end - last > 1:
        sketch.add(Box(last, top, scale.end, bottom, palette.ground, palette.muted, 0.7, "dashed"))
    for part in parts:
        if part not in outside:
            on = palette.ground if part.mark.hollow else part.color
            sketch.add(_label(part, part.middle, middle, palette.text_on(on), style))
    y = bottom + size * 0.95
    for part, x in zip(outside, _side_by_side(outside, sketch.width, size), strict=True):
        sketch.add(Segment(part.middle, bottom, x, bottom + 3.5, palette.muted, 0.7))
        sketch.add(_label(part, x, y, palette.ink, style))


def _label(part: _Part, x: float, y: float, color: str, style: Style) -> Words:
    figure = part.mark.figure
    kind: TextKind = "fig" if figure else "const"
    return Words(x, y, part.text, style.label, color, "middle", part.mark.emphasis, kind, figure)


def _side_by_side(parts: list[_Part], width: float, size: float) -> list[float]:
    """Middles of labels under their parts, pushed apart where they would touch."""
    if not parts:
        return []
    pitch = max(ems(part.text) for part in parts) * size + 5
    return spaced([part.middle for part in parts], pitch, pitch / 2, width - pitch / 2)


def _as_levels(data: Stacks) -> Levels:
    series = tuple(
        (name, tuple(marks[number] for marks in data.marks))
        for number, name in enumerate(data.names)
    )
    return Levels(data.categories, series, data.unit)
