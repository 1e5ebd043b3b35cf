"""The theme: one TOML file that holds every colour, font and size of a note."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.charts.palette import Palette
from reportgen.language import Lang
from reportgen.render.resources import template_text

SERIES_COLOURS = 6
SHADES = 5  # grounds of shaded table cells, light enough for text in ink on any of them
SHADE_STEP = 0.055
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FONT = re.compile(r"[\w .\-]+")
_ROLES = ("brand", "accent", "ink", "muted", "hairline", "paper", "wash")


class ThemeError(ValueError):
    """The theme file has a missing or an unusable value; the message names it."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one ground (light or dark) in one language, as #rrggbb.

    `up` and `down` follow the language: red is up in zh, green is up in en.
    """

    brand: str
    accent: str
    ink: str
    muted: str
    hairline: str
    paper: str
    wash: str
    up: str
    down: str
    series: tuple[str, ...]

    def variables(self) -> dict[str, str]:
        """The colours by the name that CSS knows them by (without the two dashes)."""
        named = {role: getattr(self, role) for role in (*_ROLES, "up", "down")}
        named |= {f"series-{i}": colour for i, colour in enumerate(self.series, 1)}
        return named | {
            f"shade-{step}": _mixed(self.brand, self.paper, step * SHADE_STEP)
            for step in range(1, SHADES + 1)
        }


@dataclass(frozen=True, slots=True)
class Theme:
    """A read theme. Sizes are points on paper; `leading` is a multiple of the body size."""

    house: str
    light: Mapping[Lang, Colours]
    dark: Mapping[Lang, Colours]
    sans: tuple[str, ...]
    serif: tuple[str, ...]
    title: float
    heading: float
    caption: float
    body: Mapping[Lang, float]
    leading: Mapping[Lang, float]

    def palette(self, lang: Lang) -> Palette:
        """The colours and fonts that charts draw with, so that a theme changes them too."""
        colours = self.light[lang]
        return Palette(
            brand=colours.brand,
            accent=colours.accent,
            series=colours.series,
            ink=colours.ink,
            muted=colours.muted,
            hairline=colours.hairline,
            ground=colours.paper,
            up=colours.up,
            down=colours.down,
            fonts=self.sans,
        )


def _mixed(colour: str, ground: str, share: float) -> str:
    """`share` of a colour in a ground, both #rrggbb."""
    pairs = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def load_theme(name: str = "default") -> Theme:
    """The theme of that name in templates/themes. Raises ThemeError or MissingTemplateError."""
    return read_theme(template_text(f"themes/{name}.toml"))


def read_theme(text: str) -> Theme:
    """A theme from the text of its TOML file. Raises ThemeError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ThemeError(f"the theme is not valid TOML: {problem}") from problem
    langs: tuple[Lang, ...] = ("zh", "en")
    return Theme(
        house=str(_at(data, "house", "name")),
        light={lang: _colours(data, "colours", "direction", lang) for lang in langs},
        dark={lang: _colours(data, "dark", "dark_direction", lang) for lang in langs},
        sans=_fonts(data, "sans"),
        serif=_fonts(data, "serif"),
        title=_size(data, "sizes", "title"),
        heading=_size(data, "sizes", "heading"),
        caption=_size(data, "sizes", "caption"),
        body={lang: _size(data, "sizes", "body", lang) for lang in langs},
        leading={lang: _size(data, "leading", lang) for lang in langs},
    )


def _at(data: Mapping[str, Any], *keys: str) -> Any:
    found: Any = data
    for key in keys:
        if not isinstance(found, Mapping) or key not in found:
            raise ThemeError(f"the theme lacks {'.'.join(keys)}")
        found = found[key]
    return found


def _colours(data: Mapping[str, Any], table: str, direction: str, lang: Lang) -> Colours:
    series = _at(data, table, "series")
    if not isinstance(series, list) or len(series) != SERIES_COLOURS:
        raise ThemeError(f"{table}.series needs {SERIES_COLOURS} colours")
    return Colours(
        **{role: _colour(_at(data, table, role), f"{table}.{role}") for role in _ROLES},
        up=_colour(_at(data, direction, lang, "up"), f"{direction}.{lang}.up"),
        down=_colour(_at(data, direction, lang, "down"), f"{direction}.{lang}.down"),
        series=tuple(_colour(value, f"{table}.series") for value in series),
    )


def _colour(value: object, name: str) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise ThemeError(f'{name} must be a colour like "#17324d", not {value!r}')
    return value.lower()


def _fonts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    names = _at(data, "fonts", key)
    if not isinstance(names, list) or not names:
        raise ThemeError(f"fonts.{key} needs a list of family names")
    for name in names:
        if not isinstance(name, str) or not _FONT.fullmatch(name):
            raise ThemeError(f"fonts.{key} has an unusable family name: {name!r}")
    return tuple(names)


def _size(data: Mapping[str, Any], *keys: str) -> float:
    value = _at(data, *keys)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 100:
        raise ThemeError(f"{'.'.join(keys)} must be a number from 0 to 100, not {value!r}")
    return float(value)
