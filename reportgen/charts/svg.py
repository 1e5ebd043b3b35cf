"""From lets-plot's SVG to ours: the same shapes, with stable ids, passports and plain attributes.

lets-plot's SVG carries random ids, a style sheet that would leak into the page,
clip paths and placeholders for labels. Of all that only the shapes are kept.
Presentation is written as attributes, which Chromium and WeasyPrint read alike.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from reportgen.charts.lettering import clean
from reportgen.charts.palette import Palette
from reportgen.charts.sketch import Dot, Item, Layer, Segment, Sketch, Trace, Whisker, Words
from reportgen.language import Lang

_SVG = "{http://www.w3.org/2000/svg}"
_LAYER = f".//{_SVG}g[@buffered-rendering='static']"
_KEPT = (
    "x", "y", "width", "height", "x1", "y1", "x2", "y2", "cx", "cy", "r", "d", "fill",
    "stroke", "stroke-width", "stroke-dasharray",
)  # fmt: skip
_RGB = re.compile(r"rgb\((\d+),(\d+),(\d+)\)")
_BASELINE = 0.35  # lets-plot centres text by putting its baseline this many ems lower
_TOLERANCE = 0.4  # px; it rounds letter sizes
_NUMBER = re.compile(r"-?\d+\.\d+(?:[eE]-?\d+)?")


def finish(
    drawn: str,
    sketch: Sketch,
    layers: Sequence[Layer],
    *,
    exhibit_id: str,
    lang: Lang,
    palette: Palette,
    title: str,
    alt: str,
) -> str:
    """One self-contained SVG: `drawn` is lets-plot's picture of `layers`."""
    root = ET.fromstring(drawn)  # noqa: S314 lets-plot's own output; it never saw workbook text
    groups = root.findall(_LAYER)
    if len(groups) != len(layers):
        raise RuntimeError(f"lets-plot drew {len(groups)} layers of {len(layers)}")
    name = element_id(exhibit_id)
    width, height = _short(sketch.width), _short(sketch.height)
    out = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "id": name,
            "class": "chart",
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
            "lang": "zh-CN" if lang == "zh" else "en",
            "font-family": palette.font_family,
        },
    )
    ET.SubElement(out, "title", {"id": f"{name}-title"}).text = clean(title)
    ET.SubElement(out, "desc", {"id": f"{name}-desc"}).text = clean(alt)
    ET.SubElement(
        out,
        "rect",
        {"class": "ground", "width": width, "height": height, "fill": palette.ground},
    )
    for number, (group, layer) in enumerate(zip(groups, layers, strict=True), start=1):
        layer_out = ET.SubElement(out, "g", {"id": f"{name}-{number}"})
        elements = list(_item_elements(group, layer.items[0]))
        if len(elements) != len(layer.items):
            raise RuntimeError(f"lets-plot drew {len(elements)} marks of {len(layer.items)}")
        for element, item in zip(elements, layer.items, strict=True):
            layer_out.append(_finished(element, item))
    return ET.tostring(out, encoding="unicode")


def element_id(exhibit_id: str) -> str:
    """The id of an exhibit's chart, safe as an id in HTML and CSS."""
    return "chart-" + re.sub(r"[^A-Za-z0-9_-]+", "-", exhibit_id).strip("-")


def _item_elements(group: ET.Element, first: Item) -> Iterator[ET.Element]:
    """lets-plot's element of each item of a layer, in order."""
    match first:
        case Dot():
            yield from group.findall(f"{_SVG}g/{_SVG}g/*")
        case Trace():
            yield from group.findall(f"{_SVG}g/*")
        case Words():
            yield from group.findall(f"{_SVG}g/{_SVG}g")
        case Whisker() | Segment(head=True):
            yield from group.findall(f"{_SVG}g")
        case _:
            yield from group


def _finished(element: ET.Element, item: Item) -> ET.Element:
    if isinstance(item, Words):
        out = _text(element, item)
    elif len(element):
        out = ET.Element("g")
        for child in element:
            out.append(_shape(child))
    else:
        out = _shape(element)
    if item.figure:
        out.set("class", "fig")
        out.set("data-figure", clean(item.figure))
    elif isinstance(item, Words):
        out.set("class", item.kind)
    return out


def _text(element: ET.Element, item: Words) -> ET.Element:
    x, y = (float(part) for part in _NUMBER.findall(element.get("transform", "")))
    if abs(x - item.x) > _TOLERANCE or abs(y - item.y - _BASELINE * item.size) > _TOLERANCE:
        raise RuntimeError(f"lets-plot moved a label from {item.x}, {item.y} to {x}, {y}")
    out = ET.Element(
        "text",
        {
            "x": _short(x),
            "y": _short(y),
            "font-size": _short(item.size),
            "fill": item.color,
        },
    )
    if item.anchor != "start":
        out.set("text-anchor", item.anchor)
    if item.bold:
        out.set("font-weight", "600")
    out.text = item.text
    return out


def _shape(element: ET.Element) -> ET.Element:
    out = ET.Element(element.tag.removeprefix(_SVG))
    for key in _KEPT:
        value = element.get(key)
        if value is None:
            continue
        if key in {"fill", "stroke"}:
            value = "none" if element.get(f"{key}-opacity") == "0.0" else _hex(value)
        else:
            value = _NUMBER.sub(lambda found: _short(float(found[0])), value).strip()
        out.set(key, value)
    if out.get("stroke") == "none" or out.get("stroke-width") == "0":
        for key in ("stroke", "stroke-width", "stroke-dasharray"):
            out.attrib.pop(key, None)
    return out


def _hex(colour: str) -> str:
    found = _RGB.fullmatch(colour)
    return "#" + "".join(f"{int(part):02x}" for part in found.groups()) if found else colour


def _short(number: float) -> str:
    """Two decimals: a hundredth of a pixel, the same on every machine."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
