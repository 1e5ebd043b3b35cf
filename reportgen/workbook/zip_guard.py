"""The archive's own checks: what a package claims and what it inflates to, before its XML is read.

A workbook comes by mail from anyone. Nothing is believed: sizes are counted while
inflating, names are compared as Windows would, and entries may not share bytes
(CVE-2024-0450, which this module checks because not every Python does).

Used by the reading process (`reading.py`), which must start quickly: standard library
only, and not the slow half of it.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

MIB = 1024 * 1024


class Limits(NamedTuple):
    """What a package may cost. Real workbooks stay far below."""

    file: int = 512 * MIB
    total: int = 512 * MIB
    entries: int = 10_000
    directory: int = 8 * MIB
    ratio: int = 100
    ratio_from: int = 16 * MIB


LIMITS = Limits()
_CHUNK = MIB
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLE_KINDS = {"EncryptedPackage": "", "WordDocument": ".doc", "PowerPoint Document": ".ppt"}
_END = b"PK\x05\x06"
_END_SIZE = 22
_END64, _END64_SIZE, _END64_LOCATOR_SIZE = b"PK\x06\x06", 56, 20
_LOCAL_SIZE = 30
_LONGEST_COMMENT = 65_535
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_XML_ENDINGS = (".xml", ".rels", ".vml")


class RefusedError(Exception):
    """The file cannot be read. `code` names a function of `problems`, `values` its arguments."""

    def __init__(self, code: str, *values: str | int, sheet: str = "", cell: str = "") -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = values
        self.sheet = sheet
        self.cell = cell


def open_file(path: str) -> IO[bytes]:
    """Open a plain file for reading, without waiting for a pipe or a device to answer."""
    name = os.path.basename(path)
    if name.startswith("~$"):
        raise RefusedError("lock-file", name)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # Windows will not even open a folder
            raise RefusedError("not-a-file", name)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # it was changed meanwhile
            os.close(descriptor)
            raise RefusedError("not-a-file", name)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise RefusedError("file-missing", name) from None
    except PermissionError:
        raise RefusedError("file-denied", name) from None
    except OSError as failure:
        raise RefusedError("file-unreadable", name, failure.strerror or "") from None
    return os.fdopen(descriptor, "rb")


def sniff(stream: IO[bytes], name: str) -> None:
    """Refuse what does not begin like an .xlsx, and say what it is instead."""
    size = os.fstat(stream.fileno()).st_size
    head = stream.read(4096)
    if not head:
        raise RefusedError("empty-file")
    if size > LIMITS.file:
        raise RefusedError("package-too-large", name, LIMITS.file // MIB)
    stream.seek(0)
    if head.startswith(b"PK"):
        return
    if head.startswith(_OLE):
        raise _ole(stream)
    if not head.strip(b"\0"):
        raise RefusedError("file-incomplete")  # room was made, nothing written yet
    raise _other(head, name)


def _ole(stream: IO[bytes]) -> RefusedError:
    """An old binary file, or a workbook under a password, which is wrapped in one."""
    wanted = {word.encode("utf-16-le"): kind for word, kind in _OLE_KINDS.items()}
    tail = b""
    while chunk := stream.read(_CHUNK):
        piece = tail + chunk
        for word, kind in wanted.items():
            if word in piece:
                return (
                    RefusedError("other-format", kind)
                    if kind
                    else RefusedError("password-protected")
                )
        tail = piece[-64:]
    return RefusedError("other-format", ".xls")


def _other(head: bytes, name: str) -> RefusedError:
    lowered = head.lower().lstrip(b"\xef\xbb\xbf \t\r\n")
    if lowered.startswith(b"%pdf"):
        return RefusedError("other-format", "PDF")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in lowered:
        return RefusedError("other-format", "XML 2003")
    if b"<html" in lowered or b"<table" in lowered or lowered.startswith(b"<!doctype html"):
        return RefusedError("other-format", "HTML")
    unicode_text = head.startswith((b"\xff\xfe", b"\xfe\xff"))  # Excel's "Unicode text"
    if unicode_text or (b"\0" not in head and any(mark in head for mark in (b",", b"\t", b";"))):
        return RefusedError("other-format", "CSV")
    return RefusedError("not-a-workbook", name)


class Package:
    """An opened .xlsx whose directory has been checked. Parts are found ignoring case."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._size = os.fstat(stream.fileno()).st_size
        self._claims(stream)
        self._archive = zipfile.ZipFile(stream)
        self._infos = self._checked()
        self._no_overlap(stream)

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._infos

    def names(self) -> Iterator[str]:
        """The names of all parts."""
        return (info.filename for info in self._infos.values())

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part, a mebibyte at a time."""
        with self._archive.open(self._infos[_key(part)]) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def size(self, part: str) -> int:
        """How many bytes a part inflates to; counted, once `measure` has run."""
        return self._infos[_key(part)].file_size

    def read(self, part: str) -> bytes:
        """A whole part; for those that are small in every real workbook."""
        return b"".join(self.chunks(part))

    def measure(self) -> None:
        """Inflate every XML part once, counting: sizes, checksums, and document types.

        A document type is where entity attacks live, and Excel never writes one.
        """
        total = 0
        for key, info in self._infos.items():
            if key.endswith(_XML_ENDINGS):
                total += self._measured(info, total)
            else:  # pictures and the like, which nobody unpacks
                total += info.file_size
                if total > LIMITS.total:
                    raise RefusedError("package-too-large", info.filename, LIMITS.total // MIB)

    def _measured(self, info: zipfile.ZipInfo, before: int) -> int:
        """The size that a part really has, after `before` bytes of other parts."""
        part, packed = info.filename, max(1, info.compress_size)
        self._bounded(part, before + info.file_size, info.file_size, packed)
        size = 0
        last = b""
        try:
            for chunk in self.chunks(part):
                size += len(chunk)
                self._bounded(part, before + size, size, packed)
                seen = last + chunk if last else chunk
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise RefusedError("dtd-refused", part)
                last = chunk[-16:]
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise RefusedError("part-damaged", part) from None
        return size

    def _bounded(self, part: str, total: int, size: int, packed: int) -> None:
        """Refuse sizes, claimed or counted, that no workbook has."""
        if total > LIMITS.total:
            raise RefusedError("package-too-large", part, LIMITS.total // MIB)
        for unpacked, stored in ((size, packed), (total, self._size)):
            if unpacked > LIMITS.ratio_from and unpacked > LIMITS.ratio * stored:
                raise RefusedError("packed-too-tightly", part, unpacked // stored)

    def _claims(self, stream: IO[bytes]) -> None:
        """What the record at the end says, before the directory is loaded into memory."""
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
        tail = stream.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < _END_SIZE:
            raise RefusedError("file-incomplete")
        _, disk, _, _, entries, directory, start, _ = struct.unpack(
            "<4s4H2LH", tail[at : at + _END_SIZE]
        )
        if entries > LIMITS.entries or LIMITS.directory < directory < 0xFFFFFFFF:
            raise RefusedError("too-many-parts", entries, LIMITS.entries)
        if disk == 0 and start < 0xFFFFFFFF and start > size:
            raise RefusedError("file-incomplete")
        end = max(0, size - len(tail)) + at
        stream.seek(max(0, end - _END64_LOCATOR_SIZE - _END64_SIZE))
        record = stream.read(_END64_SIZE)
        if record.startswith(_END64) and len(record) == _END64_SIZE:  # it overrules the other
            entries, directory = struct.unpack("<2Q", record[32:48])
            if entries > LIMITS.entries or directory > LIMITS.directory:
                raise RefusedError("too-many-parts", entries, LIMITS.entries)
        stream.seek(0)

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        entries = self._archive.infolist()
        if len(entries) > LIMITS.entries:
            raise RefusedError("too-many-parts", len(entries), LIMITS.entries)
        found: dict[str, zipfile.ZipInfo] = {}
        for info in entries:
            name = info.filename
            if info.flag_bits & 0x1:
                raise RefusedError("password-protected")
            key = _key(name)
            if key.startswith("/") or ":" in key or ".." in key.split("/"):
                raise RefusedError("part-name-refused", name)
            if key in found:
                raise RefusedError("part-twice", name)
            if info.compress_type not in _METHODS:
                raise RefusedError("part-damaged", name)
            if not key.endswith("/"):  # a folder's own entry
                found[key] = info
        return found

    def _no_overlap(self, stream: IO[bytes]) -> None:
        """Every entry's bytes end before the next one's begin."""
        entries = sorted(self._archive.infolist(), key=lambda info: info.header_offset)
        ends = [info.header_offset for info in entries[1:]]
        ends.append(self._archive.start_dir)
        for info, end in zip(entries, ends, strict=False):
            stream.seek(info.header_offset)
            header = stream.read(_LOCAL_SIZE)
            if len(header) < _LOCAL_SIZE:
                raise RefusedError("part-damaged", info.filename)
            name, extra = struct.unpack("<2H", header[-4:])
            if info.header_offset + _LOCAL_SIZE + name + extra + info.compress_size > end:
                raise RefusedError("parts-overlap", info.filename)


def _key(name: str) -> str:
    """A name as packages are compared: OPC ignores case, .NET has written backslashes."""
    return name.replace("\\", "/").casefold()
