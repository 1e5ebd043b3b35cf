"""The looks that charts take from the theme: colours, letter sizes, and marks that survive grey."""

from __future__ import annotations

from dataclasses import dataclass

SIX = 6


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb and one list of font families, best first.

    `series` holds six colours that differ in lightness as well as in hue, so that
    they stay apart in black and white. `up` and `down` follow the language's
    custom (red is up in Chinese, green in English); the theme decides. Sizes are
    in points at print size.
    """

    brand: str = "#16365c"
    accent: str = "#b3541e"
    series: tuple[str, ...] = ("#16365c", "#c08a2b", "#2e7f7a", "#8ab6d6", "#8a3a22", "#cdbf9e")
    ink: str = "#1c2126"
    muted: str = "#5f6972"
    hairline: str = "#d3d8dd"
    ground: str = "#ffffff"
    up: str = "#b3262e"
    down: str = "#2c7a4b"
    fonts: tuple[str, ...] = (
        "Noto Sans CJK SC",
        "Source Han Sans SC",
        "PingFang SC",
        "Microsoft YaHei",
        "sans-serif",
    )
    label_pt: float = 7.5
    tick_pt: float = 7.0

    def __post_init__(self) -> None:
        if len(self.series) != SIX:
            raise ValueError(f"a palette has six series colours, not {len(self.series)}")
        for colour in (self.brand, self.accent, self.ink, self.muted, self.hairline, *self.series):
            luminance(colour)

    @property
    def font_family(self) -> str:
        """The families as an SVG attribute wants them."""
        return ", ".join(f"'{name}'" if " " in name else name for name in self.fonts)

    def text_on_ground(self, colour: str) -> str:
        """`colour` itself where it reads well as small type on the ground, else the ink."""
        return colour if contrast(colour, self.ground) >= _READABLE else self.ink

    def text_on(self, fill: str) -> str:
        """Ground or ink, whichever reads better on `fill`."""
        return max((self.ground, self.ink), key=lambda colour: contrast(colour, fill))


_READABLE = 4.5  # WCAG AA for small type

SHAPES = (21, 22, 24, 23, 25, 22)
"""lets-plot's filled circle, square, triangle, diamond, triangle down; then square again."""

DASHES = ("solid", "dashed", "dotted", "longdash", "dotdash", "twodash")


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, of #rrggbb. ValueError for anything else."""
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"a colour is written #rrggbb, not {colour!r}")
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tint(colour: str, share: float) -> str:
    """`colour` mixed with white; `share` is what is left of it (1 is the colour itself)."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)
