"""What this machine lacks for making PDFs, and how to get it; without loading the engine."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Literal, Protocol

from reportgen.issues import Issue, Severity
from reportgen.language import Text

System = Literal["linux", "fedora", "arch", "macos", "windows"]
"""The systems whose cures differ; "linux" is Debian, its kin, and any that we do not know."""

# The names under which WeasyPrint itself looks for the libraries.
_PANGO = {
    "libpango-1.0-0", "libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib",
    "libpango-1.0-0.dll",
}  # fmt: skip
_SUBSET = {
    "libharfbuzz-subset-0", "libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib",
    "libharfbuzz-subset-0.dll",
}  # fmt: skip
_HARFBUZZ = {
    "libharfbuzz-0", "libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll",
}  # fmt: skip
_FONTCONFIG = {"libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"}
_CURES: Mapping[str, Mapping[System, Text]] = {
    "pango-missing": {
        "linux": Text(
            "请运行 sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0。",
            "Run sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0.",
        ),
        "fedora": Text("请运行 sudo dnf install pango。", "Run sudo dnf install pango."),
        "arch": Text("请运行 sudo pacman -S pango。", "Run sudo pacman -S pango."),
        "macos": Text("请运行 brew install pango。", "Run brew install pango."),
        "windows": Text(
            "请安装 MSYS2，并在其中运行 pacman -S mingw-w64-ucrt-x86_64-pango。",
            "Install MSYS2 and run pacman -S mingw-w64-ucrt-x86_64-pango in it.",
        ),
    },
    "cjk-font-missing": {
        "linux": Text(
            "请运行 sudo apt install fonts-noto-cjk。", "Run sudo apt install fonts-noto-cjk."
        ),
        "fedora": Text(
            "请运行 sudo dnf install google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts。",
            "Run sudo dnf install google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts.",
        ),
        "arch": Text(
            "请运行 sudo pacman -S noto-fonts-cjk。", "Run sudo pacman -S noto-fonts-cjk."
        ),
        "macos": Text(
            "请运行 brew install --cask font-noto-sans-cjk-sc font-noto-serif-cjk-sc。",
            "Run brew install --cask font-noto-sans-cjk-sc font-noto-serif-cjk-sc.",
        ),
        "windows": Text(
            "请在“设置 > 可选功能”中添加“简体中文补充字体”。",
            "Add “Chinese (Simplified) Supplemental Fonts” under Settings > Optional features.",
        ),
    },
    "harfbuzz-subset-missing": {
        "linux": Text(
            "请运行 sudo apt install libharfbuzz-subset0。",
            "Run sudo apt install libharfbuzz-subset0.",
        ),
        "fedora": Text("请运行 sudo dnf install harfbuzz。", "Run sudo dnf install harfbuzz."),
        "arch": Text("请运行 sudo pacman -S harfbuzz。", "Run sudo pacman -S harfbuzz."),
        "macos": Text("请运行 brew install harfbuzz。", "Run brew install harfbuzz."),
        "windows": Text(
            "请在 MSYS2 中运行 pacman -S mingw-w64-ucrt-x86_64-harfbuzz。",
            "Run pacman -S mingw-w64-ucrt-x86_64-harfbuzz in MSYS2.",
        ),
    },
}  # fmt: skip
_MESSAGES: Mapping[str, Text] = {
    "pango-missing": Text(
        "本机没有 Pango，无法生成 PDF（HTML 不受影响，可用 --format html）。",
        "This machine has no Pango, so no PDF can be made (HTML still can: --format html).",
    ),
    "cjk-font-missing": Text(
        "本机没有中文字体，PDF 中的汉字会成为空框（HTML 不受影响，可用 --format html）。",
        "This machine has no Chinese font, so Chinese in a PDF would print as boxes "
        "(HTML still can be made: --format html).",
    ),
    "harfbuzz-subset-missing": Text(
        "本机没有 harfbuzz-subset，PDF 仍可生成，但会慢好几倍。",
        "This machine has no harfbuzz-subset: PDFs can be made, but several times slower.",
    ),
}


class Probe(Protocol):
    """Asks the machine."""

    def has_library(self, names: set[str]) -> bool:
        """Whether one of the shared libraries loads."""

    def has_chinese_font(self) -> bool:
        """Whether some installed font covers simplified Chinese."""


class ThisMachine:
    """The machine that we run on."""

    def __init__(self, system: System) -> None:
        if system == "windows" and sys.platform == "win32":
            _add_msys2_folders()

    def has_library(self, names: set[str]) -> bool:
        """Whether one of the shared libraries loads."""
        return _load(names) is not None

    def has_chinese_font(self) -> bool:
        """Whether fontconfig, which the engine asks too, knows a font for zh-cn."""
        library = _load(_FONTCONFIG)
        return library is None or _count_fonts(library, b":lang=zh-cn") > 0


def machine_problems(system: System, probe: Probe) -> tuple[Issue, ...]:
    """What is missing: an error each for Pango and the Chinese font, a warning for the subsetter.

    An error here is exit code 3, and concerns PDFs only.
    """
    if not probe.has_library(_PANGO):
        return (_problem("pango-missing", system, Severity.ERROR),)
    found: list[Issue] = []
    if not probe.has_chinese_font():
        found.append(_problem("cjk-font-missing", system, Severity.ERROR))
    if not probe.has_library(_SUBSET):
        found.append(_problem("harfbuzz-subset-missing", system, Severity.WARNING))
    return tuple(found)


def library_versions() -> dict[str, str]:
    """The versions of the libraries that set and subset letters; empty for one that is missing."""
    asked = {
        "pango": (_PANGO, "pango_version_string"),
        "harfbuzz": (_HARFBUZZ, "hb_version_string"),
        "harfbuzz-subset": (_SUBSET, ""),
    }
    found: dict[str, str] = {}
    for name, (names, function) in asked.items():
        library = _load(names)
        found[name] = "" if library is None else "present"
        if library is not None and function:
            say = getattr(library, function)
            say.restype = ctypes.c_char_p
            found[name] = say().decode("ascii", "replace")
    return found


def font_versions(families: Iterable[str]) -> dict[str, int]:
    """Which of the font families are installed, each with the highest version of its files."""
    library = _load(_FONTCONFIG)
    if library is None:
        return {}
    found = {family: _font_version(library, family) for family in dict.fromkeys(families)}
    return {family: number for family, number in found.items() if number >= 0}


def _problem(code: str, system: System, severity: Severity) -> Issue:
    return Issue(code, severity, _MESSAGES[code], _CURES[code][system])


def _load(names: set[str]) -> ctypes.CDLL | None:
    for name in sorted(names):
        with suppress(OSError):
            return ctypes.CDLL(name)
    return None


def _add_msys2_folders() -> None:
    for folder in (r"C:\msys64\ucrt64\bin", r"C:\msys64\mingw64\bin"):
        with suppress(AttributeError, OSError):
            os.add_dll_directory(folder)  # type: ignore[attr-defined, unused-ignore]


class _FontSet(ctypes.Structure):
    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.c_void_p))


def _count_fonts(library: ctypes.CDLL, pattern: bytes) -> int:
    """The number of fonts that match a fontconfig pattern."""
    return len(_fonts(library, pattern))


def _font_version(library: ctypes.CDLL, family: str) -> int:
    """The highest version of the family's files, -1 when it is not installed."""
    escaped = "".join(f"\\{letter}" if letter in "\\-:,=" else letter for letter in family)
    return max(_fonts(library, escaped.encode()), default=-1)


def _fonts(library: ctypes.CDLL, pattern: bytes) -> list[int]:
    """The versions of the font files that match a fontconfig pattern."""
    library.FcNameParse.restype = ctypes.c_void_p
    library.FcNameParse.argtypes = (ctypes.c_char_p,)
    library.FcObjectSetCreate.restype = ctypes.c_void_p
    library.FcObjectSetAdd.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    library.FcFontList.restype = ctypes.POINTER(_FontSet)
    library.FcFontList.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    library.FcPatternGetInteger.argtypes = (
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int),
    )  # fmt: skip
    library.FcFontSetDestroy.argtypes = (ctypes.POINTER(_FontSet),)
    library.FcObjectSetDestroy.argtypes = (ctypes.c_void_p,)
    library.FcPatternDestroy.argtypes = (ctypes.c_void_p,)
    wanted = library.FcNameParse(pattern)
    properties = library.FcObjectSetCreate()
    for name in (b"family", b"fontversion", b"file"):  # fonts alike in all of these count once
        library.FcObjectSetAdd(properties, name)
    listed = library.FcFontList(None, wanted, properties)
    versions: list[int] = []
    if listed:
        fonts = ctypes.cast(listed.contents.fonts, ctypes.POINTER(ctypes.c_void_p))
        for place in range(listed.contents.count):
            number = ctypes.c_int(0)
            library.FcPatternGetInteger(fonts[place], b"fontversion", 0, ctypes.byref(number))
            versions.append(number.value)
        library.FcFontSetDestroy(listed)
    library.FcObjectSetDestroy(properties)
    library.FcPatternDestroy(wanted)
    return versions
