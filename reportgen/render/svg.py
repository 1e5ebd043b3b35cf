"""Charts inside a page: ids that cannot clash, colours that follow the screen's ground."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping

_PROLOGUE = re.compile(r"^\s*(?:<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--.*?-->|\s)*", re.DOTALL)
_ROOT = re.compile(r"<svg\b([^>]*)>")
_ID = re.compile(r'(?<=\sid=)(["\'])([^"\']+)\1')
_SIZE = re.compile(r'\s(width|height)="([\d.]+)(?:px)?"')
_LABELS = re.compile(r'(aria-(?:labelledby|describedby))="([^"]*)"')
# Only inside an attribute or a style rule: the text of a label is not a colour.
_COLOUR = re.compile(
    r"(?<=[\"':\s])(?:#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}|"
    r"rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\))(?=[\"';\s}])"
)
_VARIABLE = re.compile(r"var\(--[\w-]+,(#[0-9a-fA-F]{6})\)")
_DARKEST, _LIGHTEST = 0.09, 0.92  # lightness of paper and ink on a dark screen


def unique_ids(svg: str, prefix: str) -> str:
    """The SVG with `prefix` before every id and every reference to one."""
    ids = {match[2] for match in _ID.finditer(svg)}
    if not ids:
        return svg
    names = "|".join(re.escape(name) for name in sorted(ids, key=len, reverse=True))
    reference = re.compile(rf"#({names})(?=[\"')\s{{.,:>])")
    renamed = _ID.sub(lambda match: f"{match[1]}{prefix}{match[2]}{match[1]}", svg)
    renamed = reference.sub(lambda match: f"#{prefix}{match[1]}", renamed)

    def relabel(match: re.Match[str]) -> str:
        targets = (prefix + name if name in ids else name for name in match[2].split())
        return f'{match[1]}="{" ".join(targets)}"'

    return _LABELS.sub(relabel, renamed)


def colours_in(svg: str) -> frozenset[str]:
    """Every colour of the SVG as #rrggbb."""
    return frozenset(_as_hex(match) for match in _COLOUR.finditer(svg))


def recoloured(svg: str, variables: Mapping[str, str]) -> str:
    """The SVG with each colour as a CSS variable, the colour itself being the fallback.

    `variables` names the theme's colours (name to #rrggbb); a colour that the theme
    does not have becomes `--x-rrggbb`, for which `mixed_variables` has a dark value.
    """
    names: dict[str, str] = {}
    for name, colour in variables.items():
        names.setdefault(colour.lower(), name)

    def as_variable(match: re.Match[str]) -> str:
        colour = _as_hex(match)
        return f"var(--{names.get(colour, _mixed_name(colour))},{colour})"

    return _COLOUR.sub(as_variable, svg)


def mixed_variables(colours: Iterable[str]) -> dict[str, str]:
    """For colours mixed by the charts (tints): their variable's value on a dark ground."""
    return {_mixed_name(colour): _turned(colour) for colour in sorted(colours)}


def inline(svg: str) -> str:
    """The SVG without prologue and with a viewBox, so that it can scale inside a page."""
    bare = _PROLOGUE.sub("", svg, count=1)
    found = _ROOT.search(bare)
    if not found or "viewBox" in found[1]:
        return bare
    sizes = {match[1]: match[2] for match in _SIZE.finditer(found[1])}
    if len(sizes) < 2:
        return bare
    box = f' viewBox="0 0 {sizes["width"]} {sizes["height"]}"'
    return f"{bare[: found.end() - 1]}{box}{bare[found.end() - 1 :]}"


def _as_hex(match: re.Match[str]) -> str:
    colour = match[0].lower()
    if colour.startswith("rgb"):
        return "#" + "".join(f"{min(255, int(part)):02x}" for part in match.groups())
    if len(colour) == 4:
        return "#" + "".join(letter * 2 for letter in colour[1:])
    return colour


def _mixed_name(colour: str) -> str:
    return f"x-{colour[1:]}"


def _turned(colour: str) -> str:
    """The colour with its lightness turned over, from the light ground's scale to the dark's."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    turned = _DARKEST + (1 - lightness) * (_LIGHTEST - _DARKEST)
    parts = colorsys.hls_to_rgb(hue, turned, saturation * 0.8)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def plain_colours(svg: str) -> str:
    """The SVG with its colours written out: what `recoloured` did, undone."""
    return _VARIABLE.sub(lambda found: found[1], svg)
