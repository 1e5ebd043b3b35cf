"""One chart from its frozen data to SVG text."""

from __future__ import annotations

from reportgen.charts.bars import draw_bars
from reportgen.charts.curve import draw_curve
from reportgen.charts.frame import PX_PER_MM, Style
from reportgen.charts.levels import draw_levels
from reportgen.charts.moves import draw_moves
from reportgen.charts.palette import Palette
from reportgen.charts.sketch import Sketch, ink, layers_of
from reportgen.charts.stacks import draw_stacks
from reportgen.charts.svg import finish
from reportgen.language import Lang
from reportgen.note.model import Bars, ChartData, Curve, Levels, Moves, Stacks

FULL_MM = 162.0
HALF_MM = 76.5


def draw_chart(
    data: ChartData,
    *,
    exhibit_id: str,
    lang: Lang,
    palette: Palette,
    width_mm: float = FULL_MM,
    alt: str,
    title: str,
) -> str:
    """The chart as one self-contained SVG with a viewBox and no fixed size.

    Letters have the palette's point sizes when the SVG is placed `width_mm` wide;
    the height follows from what there is to show. The same input gives the same
    bytes. Marks and their labels carry `class="fig"` and `data-figure`; text that
    is no figure has class "name", "time" or "const" (axis numbers).
    """
    sketch = Sketch(round(width_mm * PX_PER_MM, 2))
    style = Style(palette, lang)
    match data:
        case Levels():
            draw_levels(data, sketch, style)
        case Bars():
            draw_bars(data, sketch, style)
        case Moves():
            draw_moves(data, sketch, style)
        case Curve():
            draw_curve(data, sketch, style)
        case Stacks():
            draw_stacks(data, sketch, style)
    sketch.height = round(max(sketch.height, 10.0), 2)
    layers = layers_of(sketch.items)
    return finish(
        ink(sketch, layers),
        sketch,
        layers,
        exhibit_id=exhibit_id,
        lang=lang,
        palette=palette,
        title=title,
        alt=alt,
    )
