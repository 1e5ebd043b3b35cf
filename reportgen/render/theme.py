"""The theme: one TOML file that holds every colour, font and size of a note."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from reportgen.charts.palette import Palette
from reportgen.language import LANGS, Lang, Text
from reportgen.render.logo import LARGEST_FILE, LOGO_ADDRESS, Logo, LogoError, read_logo
from reportgen.render.resources import MissingTemplateError, template_folder, template_text

SERIES_COLOURS = 6
SHADES = 5  # grounds of shaded table cells, light enough for text in ink on any of them
SHADE_STEP = 0.055
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FONT = re.compile(r"[\w .\-]+")
_ROLES = ("brand", "accent", "ink", "muted", "hairline", "paper", "wash")


_KEYS: Mapping[str, Any] = {
    "house": {"name": {}, "logo": {}, "logo_dark": {}},
    **{ground: {key: {} for key in (*_ROLES, "series")} for ground in ("colours", "dark")},
    **{
        ground: {lang: {"up": {}, "down": {}} for lang in LANGS}
        for ground in ("direction", "dark_direction")
    },
    "fonts": {"sans": {}, "serif": {}},
    "sizes": {"title": {}, "heading": {}, "caption": {}, "body": {"zh": {}, "en": {}}},
    "leading": {"zh": {}, "en": {}},
}
"""Every key of a theme, table by table. All but the two logos must be there."""
OWN_THEMES = "themes"
_NAME = re.compile(r"[\w-]{1,60}")
_LARGEST = 100_000


class ThemeError(ValueError):
    """A theme cannot be used; `text` names its file and the key."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class MissingThemeError(ThemeError):
    """There is no such theme here."""


class _SlipError(ValueError):
    """What is wrong in a theme's file."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


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
    """A read theme. Sizes are points on paper; `leading` is a multiple of the body size.

    `digest` is of a house's own files; ours are among the templates and need none.
    """

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
    logo: Logo | None = None
    logo_dark: Logo | None = None
    digest: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """What a page on paper shows beside its charts, by address."""
        return {LOGO_ADDRESS: self.logo.address} if self.logo else {}

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


def theme_names(folder: Path | None = None) -> tuple[str, ...]:
    """The themes there are, the default first: ours, and those in the house's folder."""
    ours = {one.name for one in template_folder().joinpath(OWN_THEMES).iterdir()}
    own = folder / OWN_THEMES if folder is not None else None
    theirs = {one.name for one in own.iterdir()} if own is not None and own.is_dir() else set()
    names = {name.removesuffix(".toml") for name in ours | theirs if name.endswith(".toml")}
    return tuple(sorted(filter(_NAME.fullmatch, names), key=lambda name: (name != "default", name)))


def load_theme(name: str = "default", folder: Path | None = None) -> Theme:
    """A theme by its name, or by a path that ends in .toml. Raises ThemeError.

    A name is one of ours in templates/themes, else of a file in the house's `folder`/themes.
    A path begins in that folder, which is the one that reportgen.toml stands in, and must
    stay there.
    """
    if _NAME.fullmatch(name):
        try:
            return read_theme(template_text(f"{OWN_THEMES}/{name}.toml"), f"{name}.toml")
        except MissingTemplateError:
            path = f"{OWN_THEMES}/{name}.toml"
    elif name.endswith(".toml"):
        path = name
    else:
        raise _missing(name, folder)
    return _own_theme(path, folder, name)


def _own_theme(path: str, folder: Path | None, name: str) -> Theme:
    """The theme of a file in the house's folder."""
    if folder is None:
        raise _missing(name, folder)
    try:
        file = (folder / path).resolve()
        absolute = PurePosixPath(path).is_absolute() or PureWindowsPath(path).anchor
        if absolute or not file.is_relative_to(folder.resolve()):
            raise ThemeError(
                Text(
                    f"{path} 不在 reportgen.toml 所在的文件夹内",
                    f"{path} is not inside the folder of reportgen.toml",
                )
            )
        if not file.is_file():
            raise _missing(name, folder)
        if file.stat().st_size > _LARGEST:
            raise ThemeError(Text(f"{path} 过大", f"{path} is too large for a theme"))
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as problem:
        if isinstance(problem, ThemeError):
            raise
        reason = getattr(problem, "strerror", None) or type(problem).__name__
        raise ThemeError(
            Text(f"{path} 无法读取（{reason}）", f"{path} cannot be read ({reason})")
        ) from problem
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode())

    def picture(name: str) -> bytes:
        data = _beside(name, file, folder)
        digest.update(data)
        return data

    theme = read_theme(text, path, picture)
    return replace(theme, digest=digest.hexdigest())


def _beside(name: str, file: Path, folder: Path) -> bytes:
    """The bytes of a picture that a theme's file names: beside it, else in the folder themes."""
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor:
        raise _outside()
    for place in (file.parent, folder / OWN_THEMES):
        try:
            found = (place / name).resolve()
            if not found.is_relative_to(folder.resolve()):
                raise _outside()
            if found.is_file():
                with found.open("rb") as opened:
                    return opened.read(LARGEST_FILE + 1)
        except (OSError, ValueError) as problem:
            if isinstance(problem, LogoError):
                raise
            reason = getattr(problem, "strerror", None) or type(problem).__name__
            raise LogoError(
                Text(
                    f"无法读取（{reason}）；请检查该文件", f"cannot be read ({reason}); look at it"
                )
            ) from problem
    raise LogoError(
        Text("不存在；请放在主题文件旁", "is not there; put it beside the theme's file")
    )


def _outside() -> LogoError:
    return LogoError(
        Text(
            "不在 reportgen.toml 所在的文件夹内；请放在主题文件旁",
            "is not inside the folder of reportgen.toml; put it beside the theme's file",
        )
    )


def _missing(name: str, folder: Path | None) -> ThemeError:
    known = theme_names(folder)
    return MissingThemeError(
        Text(
            f"没有这个主题；可用的有：{'、'.join(known)}，也可写 themes 文件夹中的 .toml 文件",
            f"there is no theme {name}; there are: {', '.join(known)}, or name a .toml file in "
            "the folder themes",
        )
    )


def read_theme(
    text: str, file: str = "theme.toml", picture: Callable[[str], bytes] | None = None
) -> Theme:
    """A theme from the text of its TOML file, which messages call `file`. Raises ThemeError.

    `picture` gives the bytes of a file by its name, or raises LogoError; without it a theme
    cannot have a logo.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:  # a number of 5,000 digits, too
        raise ThemeError(
            Text(f"{file} 不是有效的 TOML（{problem}）", f"{file} is not valid TOML: {problem}")
        ) from problem
    langs: tuple[Lang, ...] = ("zh", "en")
    try:
        _known_keys(data, _KEYS)
        return Theme(
            house=_text(data, "house", "name"),
            light={lang: _colours(data, "colours", "direction", lang) for lang in langs},
            dark={lang: _colours(data, "dark", "dark_direction", lang) for lang in langs},
            sans=_fonts(data, "sans"),
            serif=_fonts(data, "serif"),
            title=_size(data, "sizes", "title"),
            heading=_size(data, "sizes", "heading"),
            caption=_size(data, "sizes", "caption"),
            body={lang: _size(data, "sizes", "body", lang) for lang in langs},
            leading={lang: _size(data, "leading", lang) for lang in langs},
            logo=_logo(data, "logo", picture),
            logo_dark=_logo(data, "logo_dark", picture),
        )
    except _SlipError as slip:
        raise ThemeError(Text(f"{file}：{slip.text.zh}", f"{file}: {slip.text.en}")) from slip


def _known_keys(data: Mapping[str, Any], known: Mapping[str, Any], at: str = "") -> None:
    """Refuse keys that mean nothing: they are misspelt, or do not do what somebody hoped."""
    for key, value in data.items():
        name = f"{at}{key}"
        if key not in known:
            raise _SlipError(Text(f"没有 {name} 这一项", f"there is no key {name}"))
        if known[key] and isinstance(value, Mapping):
            _known_keys(value, known[key], f"{name}.")


def _at(data: Mapping[str, Any], *keys: str) -> Any:
    found: Any = data
    for key in keys:
        if not isinstance(found, Mapping) or key not in found:
            name = ".".join(keys)
            raise _SlipError(Text(f"缺少 {name}", f"lacks {name}"))
        found = found[key]
    return found


def _text(data: Mapping[str, Any], *keys: str) -> str:
    value = _at(data, *keys)
    if not isinstance(value, str):
        name = ".".join(keys)
        raise _SlipError(Text(f"{name} 须为文字", f"{name} must be a text, not {value!r}"))
    return value


def _logo(data: Mapping[str, Any], key: str, picture: Callable[[str], bytes] | None) -> Logo | None:
    name = _text(data, "house", key) if key in data["house"] else ""
    if not name:
        return None
    shown = f'house.{key} = "{name[:80]}"'
    if key != "logo" and not data["house"].get("logo"):
        raise _SlipError(
            Text(f"{shown} 须与 house.logo 同用", f"{shown} needs house.logo beside it")
        )
    if picture is None:
        raise _SlipError(
            Text(
                f"{shown}：只有自己的主题可有标志", f"{shown}: only a theme of your own has a logo"
            )
        )
    try:
        return read_logo(picture(name))
    except LogoError as problem:
        raise _SlipError(
            Text(f"{shown}：该文件{problem.text.zh}", f"{shown}: the file {problem.text.en}")
        ) from problem


def _colours(data: Mapping[str, Any], table: str, direction: str, lang: Lang) -> Colours:
    series = _at(data, table, "series")
    if not isinstance(series, list) or len(series) != SERIES_COLOURS:
        raise _SlipError(
            Text(
                f"{table}.series 须有 {SERIES_COLOURS} 种颜色",
                f"{table}.series needs {SERIES_COLOURS} colours",
            )
        )
    return Colours(
        **{role: _colour(_at(data, table, role), f"{table}.{role}") for role in _ROLES},
        up=_colour(_at(data, direction, lang, "up"), f"{direction}.{lang}.up"),
        down=_colour(_at(data, direction, lang, "down"), f"{direction}.{lang}.down"),
        series=tuple(_colour(value, f"{table}.series") for value in series),
    )


def _colour(value: object, name: str) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise _SlipError(
            Text(
                f'{name} 须为 "#17324d" 这样的颜色，不能是 {value!r}',
                f'{name} must be a colour like "#17324d", not {value!r}',
            )
        )
    return value.lower()


def _fonts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    names = _at(data, "fonts", key)
    if not isinstance(names, list) or not names:
        raise _SlipError(
            Text(f"fonts.{key} 须列出字体", f"fonts.{key} needs a list of family names")
        )
    for name in names:
        if not isinstance(name, str) or not _FONT.fullmatch(name):
            raise _SlipError(
                Text(
                    f"fonts.{key} 中的字体名 {name!r} 无法使用",
                    f"fonts.{key} has an unusable family name: {name!r}",
                )
            )
    return tuple(names)


def _size(data: Mapping[str, Any], *keys: str) -> float:
    value = _at(data, *keys)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 100:
        name = ".".join(keys)
        raise _SlipError(
            Text(
                f"{name} 须为大于 0、不超过 100 的数，不能是 {value!r}",
                f"{name} must be a number from 0 to 100, not {value!r}",
            )
        )
    return float(value)
