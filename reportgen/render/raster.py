"""A finished page's charts, and its house's logo, as PNG pictures for mails.

Mail programs show no SVG. The engine that prints the notes draws the pictures too, so they
look as they do on paper.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.language import TAGS, Lang
from reportgen.render.svg import plain_colours
from reportgen.render.theme import Theme
from reportgen.render.views import CHART_ADDRESS
from reportgen.render.worker import PdfWorker

if TYPE_CHECKING:
    from PIL import Image

WIDTH = 1200  # twice what a mail shows, for fine screens
_COLOURS = 64  # a chart has a dozen and their shades at the edges of letters
_LOGO_HIGH, _LOGO_WIDE = 40, 224  # CSS pixels at most, as in the web page's masthead
_LOGO_SHARP = 3  # pixels a CSS pixel: a logo is small, and phones have that many
PLATE = 6
"""CSS pixels of white around a logo, which a program's dark mode cannot darken: it is picture."""
_BOX = re.compile(r'<svg[^>]*\sviewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture as a PNG. `width` and `height` are the CSS pixels that it was drawn for."""

    data: bytes
    width: float
    height: float


class NoChartError(ValueError):
    """The page has no chart for that exhibit."""


def chart_in(page: str, exhibit: str) -> str:
    """The SVG of an exhibit of a finished web page. Raises NoChartError."""
    start = page.find(f'<figure id="exhibit-{html.escape(exhibit)}"')
    end = page.find("</figure>", start)
    opening = page.find("<svg", start, end)
    closing = page.find("</svg>", opening, end)
    if min(start, end, opening, closing) < 0:
        raise NoChartError(exhibit)
    return plain_colours(page[opening : closing + len("</svg>")])


def rasters(charts: Mapping[str, str], lang: Lang, worker: PdfWorker) -> dict[str, Raster]:
    """The charts by their names, WIDTH pixels wide on white. Raises WorkerError."""
    if not charts:
        return {}
    import pypdfium2  # noqa: PLC0415 - heavy, and only pictures for mails need it

    document = pypdfium2.PdfDocument(worker.render(_sheet(charts, lang), charts))
    try:
        return {
            name: Raster(_png(page), *_size(svg))
            for (name, svg), page in zip(charts.items(), document, strict=True)
        }
    finally:
        document.close()


def logo_raster(theme: Theme, worker: PdfWorker) -> Raster | None:
    """The house's logo on a white plate, None for a house without one. Raises WorkerError."""
    if theme.logo is None:
        return None
    import pypdfium2  # noqa: PLC0415 - as above

    high = min(_LOGO_HIGH, _LOGO_WIDE / theme.logo.ratio)
    wide, tall = round(high * theme.logo.ratio) + 2 * PLATE, round(high) + 2 * PLATE
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>-</title><style>'
        f"@page{{size:{wide}px {tall}px;margin:0}}body{{margin:0}}"
        f"img{{display:block;margin:{PLATE}px;width:{wide - 2 * PLATE}px;"
        f"height:{tall - 2 * PLATE}px}}</style></head>"
        f'<body><img src="{next(iter(theme.parts))}" alt="-"></body></html>'
    )
    document = pypdfium2.PdfDocument(worker.render(page, theme.parts))
    try:
        drawn = document[0].render(scale=_LOGO_SHARP * wide / document[0].get_width()).to_pil()
    finally:
        document.close()
    return Raster(_packed(drawn.convert("RGB")), wide, tall)


def _sheet(charts: Mapping[str, str], lang: Lang) -> str:
    """A page for each chart, as large as the chart."""
    rules, pictures = ["@page{margin:0}body{margin:0}img{display:block;width:100%}"], []
    for number, (name, svg) in enumerate(charts.items()):
        width, height = _size(svg)
        rules.append(f"@page c{number}{{size:{width}px {height}px}}.c{number}{{page:c{number}}}")
        pictures.append(f'<img class="c{number}" src="{CHART_ADDRESS}{name}" alt="{name}">')
    return (
        f'<!DOCTYPE html><html lang="{TAGS[lang]}"><head><meta charset="utf-8"><title>-</title>'
        f"<style>{''.join(rules)}</style></head><body>{''.join(pictures)}</body></html>"
    )


def _size(svg: str) -> tuple[float, float]:
    found = _BOX.search(svg)
    if not found:
        raise NoChartError("the chart does not say how large it is")
    return float(found[1]), float(found[2])


def _png(page: object) -> bytes:
    """A page as a small PNG: few colours, no date inside, equal pages give equal bytes."""
    from PIL import Image  # noqa: PLC0415 - as above

    drawn = page.render(scale=WIDTH / page.get_width()).to_pil()  # type: ignore[attr-defined]
    return _packed(
        drawn.convert("RGB").quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    )


def _packed(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
