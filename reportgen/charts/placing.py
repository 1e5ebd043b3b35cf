"""Where the labels of a curve stand: clear of lines, of points and of one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from reportgen.charts.frame import GAP, Style, value_label
from reportgen.charts.lettering import ems
from reportgen.charts.scale import Span
from reportgen.charts.sketch import Box, Item, Segment, TextKind, Words
from reportgen.note.model import Mark

RADIUS = 3.2  # of a point, px
OPEN = 12.0  # how far the arrow of an open end reaches, px
VALUE_ROOM = 130.0  # the most that a value's label may take, px
_AIR = 1.5


@dataclass(frozen=True, slots=True)
class Point:
    """A mark at its place; `top` and `bottom` are the ends of its range."""

    mark: Mark
    span: Span
    x: float
    y: float
    top: float
    bottom: float

    @property
    def reach(self) -> tuple[float, float]:
        """Top and bottom of what is drawn for the point, arrows included."""
        return (
            self.top - (OPEN if self.span.opens_up else RADIUS),
            self.bottom + (OPEN if self.span.opens_down else RADIUS),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A series: the name to print at its end (may be empty), colour and points."""

    name: str
    color: str
    points: tuple[Point | None, ...]
    joined: bool = False

    @property
    def known(self) -> list[Point]:
        """The points there are."""
        return [point for point in self.points if point]

    def runs(self) -> list[list[Point]]:
        """Stretches without a missing point; all points where the line is joined."""
        if self.joined:
            return [self.known] if self.known else []
        runs: list[list[Point]] = [[]]
        for point in self.points:
            if point is None:
                runs.append([])
            else:
                runs[-1].append(point)
        return [run for run in runs if run]


@dataclass(slots=True)
class Place:
    """Rectangles already taken (left, top, right, bottom)."""

    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        """Mark a rectangle as taken."""
        self.taken.append((left, top, right, bottom))

    def take_line(self, line: Line) -> None:
        """Keep labels off a line, its points and ranges."""
        for point in line.known:
            top, bottom = point.reach
            self.take(point.x - RADIUS, top, point.x + RADIUS, bottom)
        for run in line.runs():
            for one, other in pairwise(run):
                pieces = max(1, min(60, int(abs(other.x - one.x) / 5)))
                for piece in range(1, pieces):
                    x = one.x + (other.x - one.x) * piece / pieces
                    y = one.y + (other.y - one.y) * piece / pieces
                    self.take(x - 2, y - 1, x + 2, y + 1)

    def is_free(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a rectangle touches nothing taken."""
        return not any(
            left < r and right > l_ and top < b and bottom > t for l_, t, r, b in self.taken
        )


def spaced(wanted: list[float], pitch: float, low: float, high: float) -> list[float]:
    """Sorted places moved as little as needed to stand `pitch` apart within low..high."""
    if not wanted:
        return []
    pitch = min(pitch, (high - low) / max(1, len(wanted) - 1))
    groups = [[value, 1.0] for value in wanted]  # the middle of a group and its size
    merged = True
    while merged:
        merged = False
        for at in range(len(groups) - 1):
            (one, many), (other, more) = groups[at], groups[at + 1]
            if other - one < pitch * (many + more) / 2 - 1e-9:
                middle = (one * many + other * more) / (many + more)
                groups[at : at + 2] = [[middle, many + more]]
                merged = True
                break
        for group in groups:
            half = pitch * (group[1] - 1) / 2
            group[0] = min(max(group[0], low + half), high - half)
    return [
        middle + pitch * (place - (size - 1) / 2)
        for middle, size in groups
        for place in range(int(size))
    ]


def end_names(
    lines: list[Line],
    style: Style,
    place: Place,
    limits: tuple[float, float],
    *,
    with_values: bool = False,
) -> list[Item]:
    """The series' names right of their last points, pushed apart where they would touch.

    `with_values` prints the last value after the name, so that none can go missing.
    """
    pitch = style.label * 1.2
    ends = sorted(
        ((line.known[-1], line) for line in lines if line.known),
        key=lambda end: (end[0].y, end[0].x, end[1].name),
    )
    far = max((end.x for end, _ in ends), default=0.0)
    at_end = [(end, line) for end, line in ends if far - end.x < 2]
    items: list[Item] = []
    heights = spaced([end.y for end, _ in at_end], pitch, *limits)
    placed = [*zip(at_end, heights, strict=True),
              *(((end, line), end.y) for end, line in ends if far - end.x >= 2)]  # fmt: skip
    for (end, line), y in placed:
        x = end.x + RADIUS + GAP
        if abs(y - end.y) > 3:
            items.append(Segment(end.x + RADIUS, end.y, x - 1.5, y, style.palette.hairline, 0.7))
        color = style.palette.text_on_ground(line.color)
        items.append(Words(x, y, line.name, style.label, color, bold=True))
        width = name_width(line.name, style)
        if with_values and (text := value_label(end.mark, style, VALUE_ROOM)):
            kind: TextKind = "fig" if end.mark.figure else "const"
            ink = style.palette.muted if end.mark.hollow else style.palette.ink
            items.append(
                Words(x + width + GAP, y, text, style.label, ink, kind=kind, figure=end.mark.figure)
            )
            width += GAP + ems(text) * style.label
        place.take(x - 2, y - pitch / 2, x + width, y + pitch / 2)
    return items


def name_width(name: str, style: Style) -> float:
    """Width of a series' name at its line's end, px."""
    return ems(name) * style.label * 1.04


def value_labels(
    lines: list[Line],
    style: Style,
    place: Place,
    *,
    limits: tuple[float, float],
    sparse: int,
    without_last: bool = False,
) -> list[Item]:
    """Direct labels: newest and marked values first, then the rest where there is room.

    `limits` are the right and the lower edge. A line of more than `sparse` points
    is labelled at its ends and where a mark stands out; `without_last` leaves out the
    last point, whose value stands with the name.
    """
    waiting: list[tuple[int, int, int, Point]] = []
    for number, line in enumerate(lines):
        known = line.known
        for at, point in enumerate(known):
            is_end = at in {0, len(known) - 1}
            if len(known) > sparse and not (is_end or point.mark.emphasis):
                continue
            if without_last and at == len(known) - 1:
                continue
            newest = point.mark.emphasis or at == len(known) - 1
            waiting.append((0 if newest else 1 if is_end else 2, number, at, point))
    words: list[Item] = []
    for *_, point in sorted(waiting, key=lambda one: one[:3]):
        words += _free_place(point, style, place, limits)
    return words


def _free_place(
    point: Point, style: Style, place: Place, limits: tuple[float, float]
) -> list[Item]:
    """The label of a point at the best place that is free; nothing when there is none.

    A patch of the ground under it interrupts the hairlines.
    """
    size, mark = style.label, point.mark
    text = value_label(mark, style, VALUE_ROOM)
    if not text:
        return []
    width = ems(text) * size * (1.04 if mark.emphasis else 1.0)
    half, tall = width / 2 + _AIR, size * 0.55
    for wanted, y in _candidates(point, width, size):
        x = min(max(wanted, half), limits[0] - half)
        box = (x - half, y - tall, x + half, y + tall)
        if box[1] < 0 or box[3] > limits[1] or not place.is_free(*box):
            continue
        place.take(*box)
        color = style.palette.muted if mark.hollow else style.palette.ink
        kind: TextKind = "fig" if mark.figure else "const"
        return [
            Box(box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1, style.palette.ground),
            Words(x, y, text, size, color, "middle", mark.emphasis, kind, mark.figure),
        ]
    return []


def _candidates(point: Point, width: float, size: float) -> list[tuple[float, float]]:
    """Where a label may stand, best first: above, below, shifted, beside, further out."""
    top, bottom = point.reach
    above, below = top - size * 0.62, bottom + size * 0.66
    middle = (point.top + point.bottom) / 2
    places = [
        (point.x + shift * width, y)
        for shift in (0.0, 0.3, -0.3, 0.5, -0.5)
        for y in (above, below)
    ]
    beside = width / 2 + RADIUS + 4
    places += [(point.x + beside, middle), (point.x - beside, middle)]
    places += [(point.x, above - size * 1.1), (point.x, below + size * 1.1)]
    return places
