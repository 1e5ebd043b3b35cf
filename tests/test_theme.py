"""The theme file: one place for the look, and a message for each slip in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reportgen.cli import app
from reportgen.language import LANGS
from reportgen.render.environment import environment
from reportgen.render.resources import MissingTemplateError, template_text
from reportgen.render.theme import (
    MissingThemeError,
    ThemeError,
    load_theme,
    read_theme,
    theme_names,
)
from tests.made import small_workbook


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


# ---- a house's own --------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with a theme of its own."""
    (tmp_path / "themes").mkdir()
    text = template_text("themes/default.toml").replace("#17324d", "#123456")
    (tmp_path / "themes" / "ours.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["ours", "themes/ours.toml", "./themes/ours.toml"])
def test_a_theme_beside_the_settings_is_found(house: Path, name: str) -> None:
    theme = load_theme(name, house)
    assert theme.light["zh"].brand == "#123456"
    assert theme.digest


def test_ours_go_by_their_names_whatever_stands_beside(house: Path) -> None:
    (house / "themes" / "default.toml").write_text("broken", encoding="utf-8")
    assert load_theme("default", house) == load_theme()
    assert load_theme().digest == ""
    assert theme_names(house) == ("default", "ours")


def test_equal_themes_have_equal_digests_on_every_system(house: Path) -> None:
    one = load_theme("ours", house)
    file = house / "themes" / "ours.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_theme("ours", house) == one
    assert environment(one)["theme"] == one.digest
    assert "theme" not in environment(load_theme())


@pytest.mark.parametrize(
    "name",
    [
        "../out.toml", "themes/../../out.toml", "/etc/x.toml", "C:\\x.toml", "\\\\host\\x.toml",
        "link.toml", "themes", "none", "none.toml", "", "x\0.toml", "a" * 5000 + ".toml",
    ],
)  # fmt: skip
def test_nothing_outside_the_folder_is_a_theme(tmp_path: Path, name: str) -> None:
    text = template_text("themes/default.toml")
    (tmp_path / "out.toml").write_text(text, encoding="utf-8")
    inside = tmp_path / "house"
    inside.mkdir()
    (inside / "link.toml").symlink_to(tmp_path / "out.toml")
    with pytest.raises(ThemeError):
        load_theme(name, inside)


def test_without_a_folder_only_ours_are_themes() -> None:
    with pytest.raises(MissingThemeError, match="default"):
        load_theme("ours")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('brand = "#17324d"', "", "colours.brand"),
        ('accent = "', 'accent = "x', "colours.accent"),
        ("[fonts]", '[fonts]\nmono = ["x"]', "fonts.mono"),
        ("[sizes]", "[sizes]\nlogo = 3", "sizes.logo"),
        ("title = 19.5", "title = true", "sizes.title"),
    ],
)
def test_a_slip_names_file_and_key_in_both_languages(
    house: Path, old: str, new: str, key: str
) -> None:
    file = house / "themes" / "ours.toml"
    text = template_text("themes/default.toml")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ThemeError) as caught:
        load_theme("ours", house)
    for lang in LANGS:
        assert "themes/ours.toml" in caught.value.text[lang]
        assert key in caught.value.text[lang]
    assert re.search("[\u4e00-\u9fff]", caught.value.text.zh)


def test_a_build_takes_it_from_the_settings_and_refuses_a_broken_one(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house)
    book = small_workbook(house)
    (house / "reportgen.toml").write_text('theme = "ours"\n', encoding="utf-8")
    made = CliRunner().invoke(app, ["build", str(book), "--lang", "en", "--format", "html"])
    assert made.exit_code == 0, made.output
    (page,) = (house / "output").rglob("*-en.html")
    assert "#123456" in page.read_text(encoding="utf-8")
    (told,) = (house / "output").rglob("manifest.json")
    core = json.loads(told.read_text(encoding="utf-8"))["core"]
    assert core["options"]["theme"] == "ours"
    assert core["versions"]["theme"] == load_theme("ours", house).digest
    (house / "themes" / "ours.toml").write_text("[house]\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["build", str(book), "--format", "html"])
    assert refused.exit_code == 2
    assert "themes/ours.toml" in refused.output
    assert "house.name" in refused.output
    preview = CliRunner().invoke(app, ["preview", str(book), "--theme", "../x.toml"])
    assert preview.exit_code == 2
    assert "../x.toml" in preview.output


def test_verify_needs_the_theme_file_and_says_so(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house)
    book = small_workbook(house)
    (house / "reportgen.toml").write_text('theme = "ours"\n', encoding="utf-8")
    made = CliRunner().invoke(app, ["build", str(book), "--lang", "en", "--format", "pdf"])
    assert made.exit_code == 0, made.output
    (note,) = (house / "output").rglob("*-en.pdf")
    checked = CliRunner().invoke(app, ["verify", str(note), "--workbook", str(book)])
    assert checked.exit_code == 0, checked.output
    assert "Same bytes" in checked.output
    (house / "themes" / "ours.toml").rename(house / "themes" / "gone.toml")
    without = CliRunner().invoke(app, ["verify", str(note), "--workbook", str(book)])
    assert without.exit_code == 2
    assert "The theme ours that this note was made with is not here" in without.output
