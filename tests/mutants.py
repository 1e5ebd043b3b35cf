"""Mutants of real workbooks, at three levels: bytes, entries of the archive, XML of a part.

The same seed and number make the same mutant.
"""

from __future__ import annotations

import random
import re
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile import KINDS
from tests.packages import archive, deflated, honest, packed, parts
from tests.sheets import NOTE, PRICES, SOURCES, make_workbook

PROJECT = Path(__file__).resolve().parents[1]

VALUES: tuple[bytes, ...] = (
    b"", b"0", b"-1", b"1", b"2", b"1048576", b"1048577", b"4294967295", b"99999999999999999999",
    b"1e308", b"1e999", b"NaN", b"A1", b"A0", b"XFD1048576", b"XFE1", b"$B$2", b"s", b"str",
    b"inlineStr", b"b", b"e", b"d", b"n", b"zz", b"&amp;", b"&#0;", b"&#x10FFFF;", b"&lol;",
    b"_x000D_", b"_x0000_", b"_xD800_", b"]]>", b"<!-- -->", b"<![CDATA[1]]>", b"\xff\xfe",
    b"\xef\xbf\xbf", b"\0", "万元".encode(), b" ", b"true", b"2026-05-28", b"60", b"2958466",
    b"-0", b"007", b"1_000", b"0x10", b"+1", b"1,5", b"\r\n", b"xl/workbook.xml", b"../x", b"rId1",
    b"x" * 40_000,
)  # fmt: skip
TAGS = (b"c", b"v", b"is", b"t", b"row", b"f", b"si", b"sheet", b"mergeCell", b"xf", b"rPh", b"r")


def mutate_bytes(data: bytes, rng: random.Random) -> bytes:
    """Bytes changed, cut out, doubled or put elsewhere."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not found:
            break
        at = rng.randrange(len(found))
        match rng.randrange(6):
            case 0:
                found[at] ^= 1 << rng.randrange(8)
            case 1:
                found[at] = rng.choice((0, 0xFF, 0x7F, 0x80, rng.randrange(256)))
            case 2:
                del found[at : at + rng.choice((1, 4, 64, 4096))]
            case 3:
                piece = found[at : at + rng.choice((1, 4, 64, 512))]
                found[at:at] = piece
            case 4:
                found[at : at + 4] = struct.pack(
                    "<L", rng.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, len(data)))
                )
            case _:
                del found[at:]
    return bytes(found)


Span = tuple[int, int]


def mutate_xml(data: bytes, rng: random.Random) -> bytes:
    """Attributes, texts and tags changed, taken away, doubled, nested."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        tags = [found.span() for found in re.finditer(rb"<[^<>]*>", data)]
        if not tags:
            return data
        change = rng.choice(XML_CHANGES)
        data = change(data, rng.choice(tags), rng.choice(tags), rng)[: 4 * 2**20]
    return data


def _other_value(data: bytes, tag: Span, _: Span, rng: random.Random) -> bytes:
    values = [found.span(1) for found in re.finditer(rb'"([^"]*)"', data[slice(*tag)])]
    if not values:
        return data
    first, last = rng.choice(values)
    return data[: tag[0] + first] + rng.choice(VALUES) + data[tag[0] + last :]


def _other_text(data: bytes, tag: Span, _: Span, rng: random.Random) -> bytes:
    stop = data.find(b"<", tag[1])
    return data[: tag[1]] + rng.choice(VALUES) + data[stop if stop > 0 else tag[1] :]


def _no_tag(data: bytes, tag: Span, _: Span, __: random.Random) -> bytes:
    return data[: tag[0]] + data[tag[1] :]


def _tag_again(data: bytes, tag: Span, _: Span, rng: random.Random) -> bytes:
    return data[: tag[1]] + data[slice(*tag)] * rng.choice((1, 3, 300)) + data[tag[1] :]


def _no_attribute(data: bytes, tag: Span, _: Span, __: random.Random) -> bytes:
    less = re.sub(rb' [\w:]+="[^"]*"', b"", data[slice(*tag)], count=1)
    return data[: tag[0]] + less + data[tag[1] :]


def _other_name(data: bytes, tag: Span, _: Span, rng: random.Random) -> bytes:
    name = re.match(rb"</?[\w:]+", data[slice(*tag)])
    if name is None:
        return data
    slash = b"/" if name[0].startswith(b"</") else b""
    return data[: tag[0]] + b"<" + slash + rng.choice(TAGS) + data[tag[0] + name.end() :]


def _exchange(data: bytes, tag: Span, other: Span, __: random.Random) -> bytes:
    one, two = sorted((tag, other))
    if one == two:
        return data
    return (
        data[: one[0]] + data[slice(*two)] + data[one[1] : two[0]] + data[slice(*one)]
        + data[two[1] :]
    )  # fmt: skip


def _one_more_attribute(data: bytes, tag: Span, _: Span, rng: random.Random) -> bytes:
    name = rng.choice((b"r", b"s", b"t", b"ref", b"xml:space"))
    end = tag[1] - (2 if data[slice(*tag)].endswith(b"/>") else 1)
    return data[:end] + b" " + name + b'="' + rng.choice(VALUES) + b'"' + data[end:]


def _piece_again(data: bytes, tag: Span, other: Span, _: random.Random) -> bytes:
    first, last = sorted((tag[0], other[0]))
    return data[:last] + data[first:last] + data[last:]


def _no_piece(data: bytes, tag: Span, other: Span, _: random.Random) -> bytes:
    first, last = sorted((tag[0], other[0]))
    return data[:first] + data[last:]


XML_CHANGES = (
    _other_value, _other_text, _no_tag, _tag_again, _no_attribute, _other_name, _exchange,
    _one_more_attribute, _piece_again, _no_piece,
)  # fmt: skip


def mutate_archive(files: dict[str, bytes], rng: random.Random) -> bytes:
    """Parts taken away, doubled, exchanged, renamed; sizes, checksums and bytes that lie."""
    files = dict(files)
    names = list(files)
    name, other = rng.choice(names), rng.choice(names)
    match rng.randrange(8):
        case 0:
            files.pop(name)
        case 1:
            files[name], files[other] = files[other], files[name]
        case 2:
            names = [name.upper(), f"../{name}", f"/{name}", f"{name}/", "?"]
            files[rng.choice(names)] = files[name]
        case 3:
            files = {key.replace("/", "\\"): data for key, data in files.items()}
        case 4:
            files[name] = b""
        case 5:
            files[f"xl/more{rng.randrange(9)}.xml"] = files[name]
        case _:
            entries = honest(files)
            at = rng.randrange(len(entries))
            key, data, size, checksum = entries[at]
            entries[at] = rng.choice((
                (key, data, rng.choice((0, 1, size + 1, 0x7FFFFFFF)), checksum),
                (key, data, size, checksum ^ 1),
                (key, mutate_bytes(data, rng), size, checksum),
                (key, deflated(b""), size, checksum),
            ))  # fmt: skip
            return archive(entries)
    return packed(files)


@dataclass(frozen=True)
class Origin:
    """A real workbook that mutants are made of."""

    name: str
    data: bytes
    files: dict[str, bytes]


def mutant(origins: Sequence[Origin], seed: int, number: int) -> tuple[str, str, bytes]:
    """The mutant of that number: its origin, how it was made, and its bytes."""
    rng = random.Random(f"{seed}/{number}")
    origin = rng.choice(origins)
    level = rng.choices(("bytes", "archive", "xml"), (2, 2, 6))[0]
    if level == "bytes":
        return origin.name, level, mutate_bytes(origin.data, rng)
    if level == "archive":
        return origin.name, level, mutate_archive(origin.files, rng)
    files = dict(origin.files)
    weights = [6 if "sheet" in name or "Strings" in name else 1 for name in files]
    part = rng.choices(list(files), weights)[0]
    files[part] = mutate_xml(files[part], rng)
    return origin.name, f"xml {part}", packed(files)


def origins(folder: Path) -> list[Origin]:
    """The workbooks that mutants are made of, small ones oftener than the sample."""
    made = [
        make_workbook(folder / "typed.xlsx", NOTE + SOURCES + PRICES + _TYPED, merged=_MERGED),
        make_workbook(folder / "wide.xlsx", NOTE + SOURCES + _WIDE),
    ]
    for name in ("rows in falling order", "strict OOXML", "sheet in UTF-16", "error cell"):
        path = folder / f"{name}.xlsx"
        KINDS[name].make(path)
        made.append(path)
    made.append(PROJECT / "workbooks" / "compute-leasing.xlsx")
    return [Origin("parts", packed(parts()), parts()), *map(_origin, made)]


def _origin(path: Path) -> Origin:
    with zipfile.ZipFile(path) as package:
        files = {name: package.read(name) for name in package.namelist()}
    return Origin(path.stem, path.read_bytes(), files)


_TYPED = """
# Survey
date | topic | claim_zh | low | high | unit | source
@2026-05-28 | supply | '6.7 | 6.0[0.0] | 0.3[0.0%] | % | S1
#N/A | demand | 涨价 | =1+1 | 8 | 万元/台/月 | S1
"""
_MERGED = {"Survey": ["A5:B6", "C2:C3"]}
_WIDE = """
# Prices
单位：万元/台/月 | 来源：S1
型号 | @2026-03-01 | @2026-04-01
H100 | 6.5 | 6.7
H200 | 8 | #REF!
"""
