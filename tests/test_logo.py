"""A house's logo: real files, kind ones and hostile ones, and where a good one is shown."""

from __future__ import annotations

import io
import random
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, PngImagePlugin

from reportgen.language import LANGS
from reportgen.render.environment import environment
from reportgen.render.html import render_html
from reportgen.render.logo import LARGEST_FILE, LogoError, read_logo
from reportgen.render.orphans import find_orphans
from reportgen.render.resources import template_text
from reportgen.render.theme import Theme, ThemeError, load_theme
from reportgen.render.worker import PdfWorker
from tests.sample_note import sample_charts, sample_note

HOUSE = "我家 360 研究 Our House"
SHAPES = '<rect width="240" height="60" fill="#c00000"/>'


def svg(inside: str = SHAPES, box: str = 'viewBox="0 0 240 60"', before: str = "") -> bytes:
    opening = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"{before}{opening} {box}>{inside}</svg>".encode()


def png(width: int = 480, height: int = 120, **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (width, height), "#00c000").save(out, "PNG", **more)
    return out.getvalue()


def house(folder: Path, keys: str, **files: bytes) -> Path:
    """A folder with a theme called ours and files beside it; `_` stands for a dot in names."""
    themes = folder / "themes"
    themes.mkdir(exist_ok=True)
    for name, data in files.items():
        (themes / name.replace("_", ".")).write_bytes(data)
    text = template_text("themes/default.toml")
    assert 'name = "" ' in text
    text = text.replace('name = "" ', f'name = "{HOUSE}"\n{keys}\n', 1)
    (themes / "ours.toml").write_text(text, encoding="utf-8")
    return folder


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))


# ---- kind files -----------------------------------------------------------------------------


def test_a_drawing_keeps_its_shapes_and_loses_what_only_other_programs_read() -> None:
    exported = svg(
        "<metadata>drawn by somebody</metadata><title>T</title><style>.a{fill:#17324d}</style>"
        '<defs><clipPath id="c"><rect width="9" height="9"/></clipPath>'
        '<path id="p" d="M0 0h9"/></defs>'
        '<i:private xmlns:i="http://ns.adobe.com/x"><i:script/></i:private>'
        '<g i:label="L" xmlns:i="http://ns.adobe.com/x" clip-path="url(#c)">'
        '<use xlink:href="#p"/></g>'
        '<rect class="a" width="240" height="60" data-name="x"/>',
        before='<?xml version="1.0"?><!-- Generator --><!DOCTYPE svg PUBLIC '
        '"-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    )
    logo = read_logo(exported)
    text = logo.data.decode()
    assert (logo.kind, logo.ratio) == ("svg", 4.0)
    assert [word for word in ("somebody", "Generator", "DOCTYPE", "private", "label", "script",
                              "<title") if word in text] == []  # fmt: skip
    assert all(part in text for part in (".a{fill", "url(#c)", 'href="#p"', 'viewBox="0 0 240 60"'))


def test_a_drawing_without_a_viewbox_gets_one_from_its_size() -> None:
    assert read_logo(svg(box='width="30mm" height="10mm"')).ratio == 3.0


@pytest.mark.parametrize(
    ("box", "ratio"), [("0 0 1.5 .5", 3), ("0,0,1E2,5e+1", 2), ("-.5-.5 4. +1", 4)]
)
def test_a_drawings_numbers_are_read_in_every_form(box: str, ratio: float) -> None:
    assert read_logo(svg(box=f'viewBox="{box}"')).ratio == ratio


def test_a_bitmap_is_packed_anew_without_words_and_further_frames() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "somebody")
    told = png(pnginfo=words, icc_profile=b"profile") + b"<script>after the end</script>"
    assert b"somebody" in told
    logo = read_logo(told)
    assert (logo.kind, logo.ratio) == ("png", 4.0)
    assert not any(word in logo.data for word in (b"somebody", b"profile", b"iCCP", b"script"))
    assert Image.open(io.BytesIO(logo.data)).getpixel((0, 0)) == (0, 0xC0, 0, 255)
    assert read_logo(png()) == read_logo(png())


# ---- hostile files --------------------------------------------------------------------------

_BILLION = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "script": (svg("<script>alert(1)</script>"), "script"),
    "event": (svg('<rect onload="alert(1)"/>'), "onload"),
    "event on the root": (svg(box='viewBox="0 0 4 1" onload="x()"'), "onload"),
    "foreign object": (svg("<foreignObject><p/></foreignObject>"), "foreignObject"),
    "picture outside": (svg('<image href="http://a.example/x.png"/>'), "image"),
    "picture inside": (svg('<image href="data:image/png;base64,AAAA"/>'), "image"),
    "use of a file": (svg('<use href="file:///etc/passwd#x"/>'), "points outside"),
    "use of another site": (svg('<use xlink:href="//a.example/x.svg#x"/>'), "points outside"),
    "script as a link": (svg('<a href="javascript:alert(1)"><rect/></a>'), "has a a element"),
    "fill from outside": (svg('<rect fill="url(http://a.example/#x)"/>'), "fill"),
    "style from outside": (svg('<rect style="fill:URL( \'//a.example\' )"/>'), "style"),
    "imported sheet": (svg("<style>@import 'http://a.example/x.css';</style>"), "style"),
    "font in a sheet": (svg("<style>@font-face{src:url(x)}</style>"), "style"),
    "escaped sheet": (svg("<style>.a{fill:\\75rl(//a.example)}</style>"), "style"),
    "animation": (svg('<rect><animate attributeName="x"/></rect>'), "animate"),
    "set": (svg('<set attributeName="href" to="javascript:1"/>'), "set"),
    "entities": (svg("<title>&b;</title>", before=_BILLION), "entities"),
    "file as entity": (
        svg("&x;", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "entities",
    ),
    "own document type": (svg(before="<!DOCTYPE svg [<!ATTLIST g x CDATA 'y'>]>"), "document type"),
    "sheet by instruction": (
        svg(before='<?xml-stylesheet href="http://a.example/x.css"?>'), "processing",
    ),
    "instruction inside": (svg("<?php echo 1 ?>"), "processing"),
    "uses of uses": (
        svg('<g id="a"><rect/></g><g id="b"><use href="#a"/><use href="#a"/></g><use href="#b"/>'),
        "use others",
    ),
    "use of itself": (svg('<g id="a"><use href="#a"/></g>'), "use others"),
    "clip of itself": (
        svg('<clipPath id="c"><rect clip-path="url(#c)" width="9" height="9"/></clipPath>'),
        "clipped",
    ),
    "clip of itself by a sheet": (
        svg('<style>.a{clip-path:url(#c)}</style><clipPath id="c"><rect class="a"/></clipPath>'),
        "clipped",
    ),
    "many uses": (
        svg('<g id="a">' + "<rect/>" * 900 + "</g>" + '<use href="#a"/>' * 900),
        "too often",
    ),
    "many shapes": (svg("<rect/>" * 4000), "shapes"),
    "deep": (svg("<g>" * 60 + "</g>" * 60), "deep"),
    "very deep": (svg("<g>" * 6000 + "</g>" * 6000), "XML|deep|shapes"),
    "letters": (svg("<text>2026</text>"), "letters"),
    "gradient": (svg('<linearGradient id="g"/>'), "linearGradient"),
    "mask": (svg('<mask id="m"/>'), "mask"),
    "no size": (svg(box=""), "viewBox"),
    "nothing wide": (svg(box='viewBox="0 0 0 9"'), "no size"),
    "endless": (svg(box='viewBox="0 0 1e999 1e999"'), "nan|inf"),
    "no number": (svg(box='width="1.2.3" height="1"'), "viewBox"),
    "a dot": (svg(box='width="." height="1"'), "viewBox"),
    "sheet in two pieces": (svg("<style>.a{fill:u<g/>rl(http://a.example)}</style>"), "style"),
    "document type in other letters": (
        (b'<?xml version="1.0" encoding="UTF-7"?><!--<svg--><!DOCTYPE svg +AFs-+ADwAIQ-ENTITY a "b"'
        b'+AD4-+AF0-+AD4-+ADw-svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"+AD4-'
        b'+ADw-rect id="+ACY-a;"/+AD4-+ADw-/svg+AD4-'),
        "document type|XML",
    ),
    "a line": (svg(box='viewBox="0 0 900 9"'), "times as wide"),
    "not closed": (svg()[:-8], "XML"),
    "another root": (b'<x xmlns:svg="http://www.w3.org/2000/svg"><svg:svg/></x>', "root"),
    "page": (b"<html><svg></svg></html>", "root"),
    "large": (svg("<!--" + "x" * LARGEST_FILE + "-->"), "larger"),
    "gif": (b"GIF89a" + bytes(40), "neither"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(40), "neither"),
    "nothing": (b"", "neither"),
    "torn bitmap": (png()[:90], "broken"),
    "bitmap without an end": (png()[:-12], "broken"),
    "changed bitmap": (png().replace(b"IDAT", b"IDAX"), "broken"),
    "signature alone": (b"\x89PNG\r\n\x1a\n", "broken"),
    "bitmap in name": (b"\x89PNG\r\n\x1a\n" + svg(), "broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_with_a_cure(name: str) -> None:
    data, told = HOSTILE[name]
    with pytest.raises(LogoError, match=told) as refused:
        read_logo(data)
    assert all(refused.value.text[lang] for lang in LANGS)
    assert re.search("save|export|use a PNG|crop|smaller", refused.value.text.en)
    assert re.search("请", refused.value.text.zh)


def test_a_bitmap_that_would_unpack_to_gigabytes_is_refused_unread() -> None:
    body = chunk(b"IDAT", zlib.compress(bytes(10_000_000))) + chunk(b"IEND", b"")
    bomb = b"\x89PNG\r\n\x1a\n" + header(60_000, 60_000) + body
    assert len(bomb) < LARGEST_FILE
    with pytest.raises(LogoError, match="pixels"):
        read_logo(bomb)
    # The second header is the one that Pillow goes by: 13,000 pixels square took 685 MB.
    twice = b"\x89PNG\r\n\x1a\n" + header(400, 100) + header(8_000, 8_000) + body
    with pytest.raises(LogoError, match="broken"):
        read_logo(twice)


def test_a_bitmap_may_not_grow_when_it_is_packed_anew() -> None:
    noise = Image.frombytes("1", (1900, 1900), random.Random(1).randbytes(1900 * 238))
    out = io.BytesIO()
    noise.save(out, "PNG")
    assert len(out.getvalue()) < LARGEST_FILE  # and 1 MB with eight bits a colour
    with pytest.raises(LogoError, match="larger"):
        read_logo(out.getvalue())


# ---- in a theme -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('logo = "no.svg"', 'themes/ours.toml: house.logo = "no.svg": the file is not there'),
        ('logo = "../../out.svg"', "not inside the folder"),
        ('logo = "/etc/passwd"', "not inside the folder"),
        ('logo = "C:\\\\x.svg"', "not inside the folder"),
        ('logo = "link.svg"', "not inside the folder"),
        ('logo = "x\\u0000.svg"', "cannot be read"),
        ('logo = "bad.svg"', "has a script element"),
        ('logo = "good.svg"\nlogo_dark = "bad.svg"', "house.logo_dark"),
        ('logo_dark = "good.svg"', "needs house.logo"),
        ("logo = 7", "house.logo must be a text"),
        ('logos = "good.svg"', "no key house.logos"),
    ],
)
def test_a_slip_names_file_key_and_cure(tmp_path: Path, keys: str, told: str) -> None:
    inside = tmp_path / "house"
    inside.mkdir()
    (tmp_path / "out.svg").write_bytes(svg())
    house(inside, keys, good_svg=svg(), bad_svg=svg("<script/>"))
    (inside / "themes" / "link.svg").symlink_to(tmp_path / "out.svg")
    with pytest.raises(ThemeError) as refused:
        load_theme("ours", inside)
    assert told in refused.value.text.en
    assert "themes/ours.toml" in refused.value.text.zh


def test_only_a_house_has_a_logo_and_its_bytes_count(tmp_path: Path) -> None:
    assert load_theme().logo is None
    one = load_theme("ours", house(tmp_path, 'logo = "a.svg"', a_svg=svg()))
    house(tmp_path, 'logo = "a.svg"', a_svg=svg().replace(b"c00000", b"00c000"))
    other = load_theme("ours", tmp_path)
    assert one.logo is not None
    assert environment(one)["theme"] != environment(other)["theme"]
    empty = load_theme("ours", house(tmp_path, 'logo = ""'))
    assert empty.logo is None


@pytest.fixture(scope="module")
def themes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Theme]:
    """A house with a drawing, and one with bitmaps for light and dark screens."""
    drawn, painted = (tmp_path_factory.mktemp(name) for name in ("drawn", "painted"))
    house(drawn, 'logo = "a.svg"', a_svg=svg())
    house(painted, 'logo = "a.png"\nlogo_dark = "b.png"', a_png=png(), b_png=png(240, 60))
    return {"drawn": load_theme("ours", drawn), "painted": load_theme("ours", painted)}


@pytest.mark.parametrize("kind", ["drawn", "painted"])
def test_the_web_page_shows_it_by_the_houses_name_and_loads_nothing(
    themes: dict[str, Theme], kind: str
) -> None:
    theme = themes[kind]
    page = render_html(sample_note("zh"), sample_charts(), theme)
    shown = re.findall(r'<img class="([^"]*)" src="(data:[^"]+)" alt="([^"]*)">', page)
    assert [alt for _, _, alt in shown] == [HOUSE]
    assert theme.logo is not None
    assert shown[0][1] == theme.logo.address
    assert ("plate" in shown[0][0]) == (kind == "drawn")  # dark ink needs light ground
    assert page.count("<source ") == (kind == "painted")
    assert "img-src data:" in page
    assert "img-src" not in render_html(sample_note("zh"), sample_charts(), load_theme())
    for number in find_orphans(page, ()):
        assert "360" not in number.sentence  # the house's name is one, in words and in the picture


@pytest.mark.parametrize(("kind", "colour"), [("drawn", (0xC0, 0, 0)), ("painted", (0, 0xC0, 0))])
def test_paper_shows_it_with_its_words_in_the_masthead(
    themes: dict[str, Theme], kind: str, colour: tuple[int, int, int]
) -> None:
    theme, charts = themes[kind], sample_charts()
    page = render_html(sample_note("zh"), charts, theme, "print")
    assert "data:" not in page
    with PdfWorker() as worker:
        data = worker.render(page, charts | theme.parts)
    first = pypdfium2.PdfDocument(data)[0]
    scale = 100 / 72
    picture = first.render(scale=scale).to_pil().convert("RGB")
    wide, high = 25.4 / 100, 25.4 / 100  # mm a pixel
    found = [
        (x, y)
        for x in range(picture.width)
        for y in range(picture.height // 4)
        if max(abs(a - b) for a, b in zip(picture.getpixel((x, y)), colour, strict=True)) < 8
    ]
    width = (max(x for x, _ in found) - min(x for x, _ in found)) * wide
    height = (max(y for _, y in found) - min(y for _, y in found)) * high
    assert height == pytest.approx(8, abs=0.6)
    assert width == pytest.approx(32, abs=0.6)
    with pikepdf.open(io.BytesIO(data)) as document:
        alternatives = [
            str(one.get("/Alt", ""))
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    assert HOUSE in alternatives
