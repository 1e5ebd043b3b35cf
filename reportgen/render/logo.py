"""A house's logo: a picture file that is looked through before it goes into a note.

A drawing (SVG) keeps shapes and flat colours; what could run, fetch or hide something is
refused, what only other programs read is left out. Letters are refused too, for they need
fonts, and gradients and masks, which not every reader of PDFs draws as a browser does. A
bitmap (PNG) is decoded and packed anew, so that nothing but its pixels travels. What a file
is, its bytes say, not its name.
"""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from reportgen.language import Text

if TYPE_CHECKING:
    from lxml import etree

LARGEST_FILE = 500_000
"""Bytes; every page holds the logo whole."""
MOST_SHAPES = 3_000
_MOST_DEPTH = 40
_MOST_SIDE = 4_000  # px of a bitmap
_MOST_PIXELS = 4_000_000
_WIDEST, _TALLEST = 12.0, 3.0  # sides of a picture that can still be made out in a masthead

Kind = Literal["svg", "png"]
_TYPES: dict[Kind, str] = {"svg": "image/svg+xml", "png": "image/png"}
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_SHAPES = frozenset(
    {"svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline",
     "polygon", "clipPath", "style"}
)  # fmt: skip
_SILENT = frozenset({"title", "desc", "metadata"})  # say nothing that a reader sees
_LETTERS = frozenset({"text", "tspan", "textPath"})
_SHADES = frozenset(
    {"linearGradient", "radialGradient", "meshgradient", "pattern", "filter", "mask"}
)
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_SIZE = re.compile(rf"\s*({_NUMBER})\s*(?:px|pt|mm|cm|in)?\s*")
_REFERENCE = re.compile(r"url\(\s*(['\"]?)#[\w.-]+\1\s*\)")
_OWN = re.compile(r"#[\w.-]+")
# Escapes could spell what is searched for otherwise; rules that begin with @ load files.
_LOADS = re.compile(
    r"[@\\]|url\s*\(|expression\s*\(|javascript\s*:|image-set|src\s*\(|/\*", re.IGNORECASE
)

LOGO_ADDRESS = "part:logo"
"""The name of a logo among a page's pictures, and its address on paper."""
SVG_CURE = Text(
    "请在绘图软件中另存为“纯 SVG”（文字转为轮廓、颜色为纯色），或改用 PNG",
    "save it as plain SVG, letters as outlines and colours flat, or use a PNG",
)


class LogoError(ValueError):
    """A picture cannot be a logo; `text` says why and what to do, as the end of a sentence."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo that was looked through. `ratio` is its width over its height."""

    kind: Kind
    data: bytes
    ratio: float

    @property
    def address(self) -> str:
        """The whole picture as an address, which loads nothing."""
        return f"data:{_TYPES[self.kind]};base64,{base64.b64encode(self.data).decode()}"


def decoded(address: str) -> tuple[str, bytes]:
    """The media type and the bytes of a `Logo.address`."""
    head, _, data = address.removeprefix("data:").partition(";base64,")
    return head, base64.b64decode(data)


@lru_cache(maxsize=8)  # the preview reads a theme at every save
def read_logo(data: bytes) -> Logo:
    """The logo in the bytes of an SVG or PNG file. Raises LogoError."""
    if len(data) > LARGEST_FILE:
        raise _too_large()
    if data.startswith(_PNG):
        return _bitmap(data)
    if b"<svg" in data or b":svg" in data:
        return _drawing(data)
    raise LogoError(
        Text(
            "不是 SVG 或 PNG 图片；请从绘图软件导出为其中一种",
            "is neither an SVG nor a PNG; export it as one of the two",
        )
    )


def _too_large() -> LogoError:
    return LogoError(
        Text(
            f"文件超过 {LARGEST_FILE // 1000} kB；请缩小或简化",
            f"is larger than {LARGEST_FILE // 1000} kB; make it smaller or simpler",
        )
    )


# ---- bitmaps --------------------------------------------------------------------------------


def _bitmap(data: bytes) -> Logo:
    """The pixels of a PNG, without its dates, words, profiles and further frames."""
    if data[12:16] != b"IHDR" or not _is_whole(data):
        raise _broken_png()
    width, height = struct.unpack(">II", data[16:24])
    if not (0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE):
        raise _too_many_pixels(width, height)
    if width * height > _MOST_PIXELS:
        raise _too_many_pixels(width, height)
    _shaped(width / height)
    from PIL import Image  # noqa: PLC0415 - only a house with a bitmap needs it

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
            if opened.size != (width, height):  # a second header says otherwise
                raise _broken_png()
            opened.load()
            pixels = opened.convert("RGBA")
    except Exception as problem:  # Pillow raises many kinds on broken files
        raise _broken_png() from problem
    pixels.info.clear()
    out = io.BytesIO()
    pixels.save(out, "PNG")
    if len(out.getvalue()) > LARGEST_FILE:
        raise _too_large()
    return Logo("png", out.getvalue(), width / height)


def _is_whole(data: bytes) -> bool:
    """Whether every chunk is there and as it was written; Pillow can be told not to mind."""
    at = len(_PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        body, end = data[at + 4 : at + 8 + length], at + 12 + length
        if data[end - 4 : end] != struct.pack(">I", zlib.crc32(body)):
            return False
        if body == b"IEND":
            return True
        at = end
    return False


def _broken_png() -> LogoError:
    return LogoError(Text("PNG 已损坏；请重新导出", "is a broken PNG; export it again"))


def _too_many_pixels(width: int, height: int) -> LogoError:
    return LogoError(
        Text(
            f"为 {width} × {height} 像素；请缩小到 {_MOST_PIXELS:,} 像素以内",
            f"has {width} × {height} pixels; make it smaller than {_MOST_PIXELS:,} in all",
        )
    )


# ---- drawings -------------------------------------------------------------------------------


def _drawing(data: bytes) -> Logo:
    """The shapes of an SVG, written anew. Refuses what is more than a still drawing."""
    from lxml import etree  # noqa: PLC0415 - only a house with a drawing needs it

    if b"<!ENTITY" in data.upper():
        raise _refused("声明了实体（ENTITY）", "declares entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise _refused("不是有效的 XML", "is not valid XML") from problem
    if root.tag != f"{_SVG}svg":
        raise _refused("根元素不是 svg", "has no svg as its root")
    declared = root.getroottree().docinfo.internalDTD
    # Bytes may spell it in another encoding, and the tree does not have all kinds of it.
    if declared is not None and (
        b"[" in _doctype(data) or [*declared.iterentities(), *declared.iterelements()]
    ):
        raise _refused("带有自定义的文档类型", "declares a document type of its own")
    if any(next(root.itersiblings(preceding=way), None) is not None for way in (True, False)):
        raise _refused("带有处理指令", "has processing instructions")
    shapes = list(root.iter())
    if len(shapes) > MOST_SHAPES:
        raise _refused(f"有 {len(shapes):,} 个图形，过于复杂", f"has {len(shapes):,} shapes")
    for shape in shapes:
        _look(shape)
    for shape in shapes:
        if shape.getparent() is not None and not _is_kept(shape):
            shape.getparent().remove(shape)
    _still(root)
    ratio = _sized(root)
    etree.cleanup_namespaces(root)
    return Logo("svg", etree.tostring(root, encoding="utf-8"), ratio)


def _refused(zh: str, en: str) -> LogoError:
    return LogoError(Text(f"{zh}；{SVG_CURE.zh}", f"{en}; {SVG_CURE.en}"))


def _doctype(data: bytes) -> bytes:
    start = data.upper().find(b"<!DOCTYPE")
    return data[start : data.find(b"<svg", start)] if start >= 0 else b""


def _name(shape: etree._Element) -> str:
    """The name of an SVG element; empty for those of other programs."""
    tag = shape.tag
    return tag.removeprefix(_SVG) if isinstance(tag, str) and tag.startswith(_SVG) else ""


def _is_kept(shape: etree._Element) -> bool:
    return _name(shape) in _SHAPES


def _look(shape: etree._Element) -> None:
    """Refuse an element that is more than a shape; take what only other programs read off it."""
    if not isinstance(shape.tag, str):
        raise _refused("带有处理指令或实体", "has processing instructions or entities")
    name = _name(shape)
    if name in _LETTERS:
        raise _refused("含有文字，字体因机器而异", "has letters, which need a font")
    if name in _SHADES:
        raise _refused(
            f"含有 {name}，不是每个阅读器都能显示", f"has a {name}, which some readers drop"
        )
    if name and name not in _SHAPES | _SILENT:
        raise _refused(f"含有 {name} 元素", f"has a {name} element")
    if sum(1 for _ in shape.iterancestors()) > _MOST_DEPTH:
        raise _refused("嵌套过深", "is nested too deep")
    if name == "style" and (len(shape) or _may_load(shape.text or "")):
        raise _refused("样式引用了文件以外的内容", "has a style that points outside")
    for key, value in list(shape.attrib.items()):
        _look_at(shape, str(key), str(value))


def _look_at(shape: etree._Element, key: str, value: str) -> None:
    local = key.rpartition("}")[2].lower()
    if local.startswith("on"):
        raise _refused(f"含有脚本（{local}）", f"has a script ({local})")
    if local in ("href", "src"):
        if not _OWN.fullmatch(value):
            raise _refused("引用了文件以外的内容", "points outside itself")
        if key not in ("href", _XLINK):
            raise _refused(f"含有 {local} 属性", f"has an attribute {local}")
    elif key.startswith("{"):
        del shape.attrib[key]
    elif _may_load(value):
        raise _refused(f"属性 {local} 引用了文件以外的内容", f"has a {local} that points outside")


def _may_load(style: str) -> bool:
    return bool(_LOADS.search(_REFERENCE.sub("", style)))


def _still(root: etree._Element) -> None:
    """Refuse what could go in circles, or double at every turn.

    A shape used again must be a plain one, and what clips a shape must not be clipped itself.
    """
    sheets = "".join(one.text or "" for one in root.iter(f"{_SVG}style"))
    for clip in root.iter(f"{_SVG}clipPath"):
        for one in clip.iter():
            rules = one.get("style", "") + (sheets if one.get("class") else "")
            if one.get("clip-path") or "clip" in rules:
                raise _refused("剪切路径自身又被剪切", "has a clipping path that is clipped")
    named = {one.get("id"): one for one in root.iter() if one.get("id")}
    uses = list(root.iter(f"{_SVG}use"))
    for use in uses:
        target = named.get((use.get("href") or use.get(_XLINK) or "#")[1:])
        nested = target is not None and next(target.iter(f"{_SVG}use"), None) is not None
        if nested or any(one is target for one in use.iterancestors()):
            raise _refused("重复引用了自身的图形", "uses shapes that use others")
        size = 0 if target is None else sum(1 for _ in target.iter())
        if size * len(uses) > MOST_SHAPES:
            raise _refused("重复引用的图形过多", "repeats its shapes too often")


def _sized(root: etree._Element) -> float:
    """Give the drawing a viewBox and no size of its own; returns width over height."""
    box = [float(one) for one in re.findall(_NUMBER, root.get("viewBox", ""))]
    if len(box) != 4:
        sides = [_SIZE.fullmatch(root.get(side, "")) for side in ("width", "height")]
        if None in sides:
            raise _refused("没有 viewBox", "has no viewBox")
        box = [0.0, 0.0, *(float(side[1]) for side in sides if side)]
        root.set("viewBox", " ".join(f"{one:g}" for one in box))
    width, height = box[2:]
    if not (width > 0 and height > 0):
        raise _refused("没有大小", "has no size")
    _shaped(width / height)
    # Both media shrink it to its place; so it only needs to be larger than that.
    root.set("width", f"{1000 * min(1.0, width / height):g}")
    root.set("height", f"{1000 * min(1.0, height / width):g}")
    root.attrib.pop("preserveAspectRatio", None)
    return width / height


def _shaped(ratio: float) -> None:
    """Refuse a picture that would be a line in the masthead."""
    if not 1 / _TALLEST <= ratio <= _WIDEST:
        raise LogoError(
            Text(
                f"宽高比为 {ratio:.2g}，须在 1:{_TALLEST:g} 与 {_WIDEST:g}:1 之间；请裁掉空白",
                f"is {ratio:.2g} times as wide as high, which must be between 1:{_TALLEST:g} and "
                f"{_WIDEST:g}:1; crop it",
            )
        )
