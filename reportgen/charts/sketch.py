"""A drawing as a list of items in print pixels (1/96 inch, y downwards), inked by lets-plot.

The charts decide where things go, because lets-plot can neither measure Chinese
text nor keep labels apart. lets-plot draws them: runs of equal items become one
geom layer each, in order. Labels reach it as placeholders only, so that nothing
a workbook says can become a link or a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from lets_plot import (
    aes,
    arrow,
    geom_errorbar,
    geom_path,
    geom_point,
    geom_polygon,
    geom_rect,
    geom_segment,
    geom_text,
    ggplot,
    ggsize,
    scale_color_identity,
    scale_fill_identity,
    scale_linetype_identity,
    scale_shape_identity,
    scale_size_identity,
    scale_x_continuous,
    scale_y_continuous,
    theme,
    theme_void,
)

Anchor = Literal["start", "middle", "end"]
TextKind = Literal["fig", "name", "time", "const"]
_LINE = 2.2  # px that lets-plot draws for a line of size 1
_CLEAR = "#00000000"
_LEAST = 100.0  # lets-plot draws nothing lower than 50 px; a low chart uses the top of more


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight line; with `head` an open arrow stands at its end."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: str
    width: float = 1.0
    dash: str = "solid"
    head: bool = False
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Whisker:
    """An error bar from `low` to `high` along one axis, at `at` on the other."""

    low: float
    high: float
    at: float
    color: str
    upright: bool = False
    cap: float = 5.0
    width: float = 1.0
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle. `stroke` is its outline, none by default."""

    left: float
    top: float
    right: float
    bottom: float
    fill: str
    stroke: str = _CLEAR
    width: float = 0.0
    dash: str = "solid"
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point mark; `shape` is one of lets-plot's filled shapes, `size` its diameter."""

    x: float
    y: float
    shape: int
    fill: str
    stroke: str
    size: float = 6.0
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """A line through points, or with `fill` a closed area without outline."""

    points: tuple[tuple[float, float], ...]
    color: str
    width: float = 1.4
    dash: str = "solid"
    fill: bool = False
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text. `y` is the middle of its capitals' height, `size` in px.

    `kind` says what its digits are: a figure, a name, a time or the axis's own.
    """

    x: float
    y: float
    text: str
    size: float
    color: str
    anchor: Anchor = "start"
    bold: bool = False
    kind: TextKind = "name"
    figure: str = ""


Item = Segment | Whisker | Box | Dot | Trace | Words


@dataclass(slots=True)
class Sketch:
    """What a chart collects: its size and its items, back to front."""

    width: float
    height: float = 0.0
    items: list[Item] = field(default_factory=list)

    def add(self, *items: Item) -> None:
        """Put items in front of those there are."""
        self.items.extend(items)


@dataclass(frozen=True, slots=True)
class Layer:
    """Items that one geom draws."""

    items: tuple[Item, ...]


def layers_of(items: Iterable[Item]) -> tuple[Layer, ...]:
    """Runs of items that one geom can draw, in drawing order."""
    return tuple(Layer(tuple(run)) for _, run in groupby(items, key=_geom_key))


def ink(sketch: Sketch, layers: Sequence[Layer]) -> str:
    """lets-plot's own SVG of the layers. RuntimeError with its words if it could not draw."""
    width, height = sketch.width, max(sketch.height, _LEAST)
    plot = ggplot()
    for layer in layers:
        plot += _GEOMS[type(layer.items[0])](layer.items, height)
    for scale in (
        scale_color_identity,
        scale_fill_identity,
        scale_linetype_identity,
        scale_shape_identity,
        scale_size_identity,
    ):
        plot += scale()
    plot += scale_x_continuous(limits=[0, width], expand=[0, 0])
    plot += scale_y_continuous(limits=[0, height], expand=[0, 0])
    plot += theme_void() + theme(plot_margin=0, plot_inset=0) + ggsize(width, height)
    svg = str(plot.to_svg())
    if "generateSvg() - Exception" in svg:  # lets-plot draws its errors
        raise RuntimeError(f"lets-plot could not draw the chart: {svg}")
    return svg


def _geom_key(item: Item) -> tuple[object, ...]:
    match item:
        case Segment():
            return (Segment, item.head)
        case Whisker():
            return (Whisker, item.upright, item.cap)
        case Dot():
            return (Dot, item.shape)  # lets-plot groups points by shape
        case Trace():
            return (Trace, item.fill)
        case _:
            return (type(item),)


def _columns(items: Sequence[Any], **columns: Callable[[Any], Any]) -> dict[str, list[Any]]:
    return {name: [value(item) for item in items] for name, value in columns.items()}


def _segments(items: Sequence[Segment], height: float) -> Any:
    data = _columns(
        items,
        x=lambda i: i.x1,
        y=lambda i: height - i.y1,
        xend=lambda i: i.x2,
        yend=lambda i: height - i.y2,
        color=lambda i: i.color,
        size=lambda i: i.width / _LINE,
        linetype=lambda i: i.dash,
    )
    head = arrow(type="open", length=4, angle=32) if items[0].head else None
    return geom_segment(_all(data), data=data, arrow=head, sampling="none")


def _whiskers(items: Sequence[Whisker], height: float) -> Any:
    upright = items[0].upright
    data = _columns(
        items,
        at=lambda i: i.at if upright else height - i.at,
        low=lambda i: height - i.low if upright else i.low,
        high=lambda i: height - i.high if upright else i.high,
        color=lambda i: i.color,
        size=lambda i: i.width / _LINE,
    )
    ends = {"x": "at", "ymin": "low", "ymax": "high"}
    if not upright:
        ends = {"y": "at", "xmin": "low", "xmax": "high"}
    return geom_errorbar(
        aes(color="color", size="size", **ends),
        data=data,
        width=items[0].cap,
        width_unit="px",
        sampling="none",
    )


def _boxes(items: Sequence[Box], height: float) -> Any:
    data = _columns(
        items,
        xmin=lambda i: min(i.left, i.right),
        xmax=lambda i: max(i.left, i.right),
        ymin=lambda i: height - i.bottom,
        ymax=lambda i: height - i.top,
        fill=lambda i: i.fill,
        color=lambda i: i.stroke,
        size=lambda i: i.width / _LINE,
        linetype=lambda i: i.dash,
    )
    return geom_rect(_all(data), data=data, sampling="none")


def _dots(items: Sequence[Dot], height: float) -> Any:
    data = _columns(
        items,
        x=lambda i: i.x,
        y=lambda i: height - i.y,
        fill=lambda i: i.fill,
        color=lambda i: i.stroke,
        size=lambda i: i.size / _LINE,
    )
    return geom_point(_all(data), data=data, shape=items[0].shape, stroke=0.5, sampling="none")


def _traces(items: Sequence[Trace], height: float) -> Any:
    rows = [(number, item, point) for number, item in enumerate(items) for point in item.points]
    data: dict[str, list[Any]] = {
        "x": [point[0] for _, _, point in rows],
        "y": [height - point[1] for _, _, point in rows],
        "group": [number for number, _, _ in rows],
        "size": [item.width / _LINE for _, item, _ in rows],
    }
    if items[0].fill:
        data["fill"] = [item.color for _, item, _ in rows]
        mapping = aes(x="x", y="y", group="group", fill="fill")
        return geom_polygon(mapping, data=data, size=0, color=_CLEAR, sampling="none")
    data["color"] = [item.color for _, item, _ in rows]
    data["linetype"] = [item.dash for _, item, _ in rows]
    return geom_path(_all(data), data=data, sampling="none")


def _words(items: Sequence[Words], height: float) -> Any:
    data = _columns(items, x=lambda i: i.x, y=lambda i: height - i.y, size=lambda i: i.size / 2)
    data["label"] = [f"t{number}" for number in range(len(items))]
    return geom_text(_all(data), data=data, sampling="none")


def _all(data: dict[str, list[Any]]) -> Any:
    return aes(**{name: name for name in data})


_GEOMS: dict[type, Callable[[Sequence[Any], float], Any]] = {
    Segment: _segments,
    Whisker: _whiskers,
    Box: _boxes,
    Dot: _dots,
    Trace: _traces,
    Words: _words,
}
