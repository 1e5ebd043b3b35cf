"""The theme file: one place for the look, and a message for each slip in it."""

from __future__ import annotations

import pytest

from reportgen.render.resources import MissingTemplateError, template_text
from reportgen.render.theme import ThemeError, load_theme, read_theme


def test_red_is_up_in_chinese_and_green_in_english() -> None:
    theme = load_theme()
    assert theme.light["zh"].up == theme.light["en"].down == "#b3261e"
    assert theme.light["en"].up == theme.light["zh"].down
    assert theme.palette("zh").up == theme.light["zh"].up
    assert theme.palette("en").series == theme.light["en"].series


def test_the_palette_of_charts_follows_the_theme() -> None:
    text = template_text("themes/default.toml").replace("#17324d", "#123456")
    palette = read_theme(text).palette("zh")
    assert palette.brand == palette.series[0] == "#123456"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('brand = "#17324d"', 'brand = "blue"', "colours.brand"),
        ('brand = "#17324d"', "", "lacks colours.brand"),
        ("title = 19.5", "title = 0", "sizes.title"),
        ('"PingFang SC"', '"x; } body {"', "fonts.sans"),
        ('"#a7aaa8"]', "]", "six|6 colours"),
        ("[fonts]", "[fonts", "TOML"),
    ],
)
def test_a_slip_is_named(old: str, new: str, told: str) -> None:
    text = template_text("themes/default.toml")
    assert old in text
    with pytest.raises(ThemeError, match=told):
        read_theme(text.replace(old, new, 1))


@pytest.mark.parametrize(
    "name", ["../pyproject.toml", "css/../../x", "/etc/passwd", "none.css", ""]
)
def test_only_templates_are_read(name: str) -> None:
    with pytest.raises(MissingTemplateError):
        template_text(name)
