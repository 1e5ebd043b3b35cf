"""The reading process: opens workbooks that nobody vouches for, so that its death harms nobody.

    python -P -m reportgen.workbook.reading

`door.Reader` starts it. A request is one frame, {"path": ..., "seconds": ...}; the answer is a
row of frames, each a length in eight bytes, one letter and that many bytes of JSON:

    P  what is being read now: [part, sheet]      T  shared texts, in batches
    H  a sheet begins: [name, hidden, marked]     B  rows of it: [first, rows, cells] and, after
    A  the sheet begins anew                         a line break, a list of rows (see cells.py)
    E  the sheet ends: last cell, merged ranges, number styles, count of cells
    D  done: the epoch and the styles             R  refused: code, values, sheet, cell
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import posixpath
import sys
import zipfile
import zlib
from collections.abc import Callable, Hashable
from typing import IO, NamedTuple

from reportgen.workbook.cells import (
    Blocks,
    CarefulSheet,
    Cells,
    Formats,
    Texts,
    UnorderedError,
    merged_ranges,
)
from reportgen.workbook.kept import LARGEST_PART, Frame, Kept
from reportgen.workbook.parts import SheetEntry, book, relations, shared_texts, styles
from reportgen.workbook.quick import IrregularError, QuickSheet
from reportgen.workbook.zip_guard import MIB, Package, RefusedError, open_file, sniff

LENGTH = 8
MEMORY = 768 * MIB
_LONGEST_NAME = 100
_ROOT = "_rels/.rels"
_TYPES = "[Content_Types].xml"


class Answer:
    """Writes frames to the pipe. `tape` takes them down where somebody asks for that."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self.tape: list[Frame] | None = None

    def send(self, kind: bytes, data: bytes) -> None:
        """One frame."""
        if self.tape is not None:
            self.tape.append((kind, data))
        self._pipe.write(len(data).to_bytes(LENGTH, "big") + kind + data)
        if kind in b"PDR":
            self._pipe.flush()

    def tell(self, kind: bytes, *values: object) -> None:
        """One frame of plain values."""
        self.send(kind, json.dumps(values).encode())


def read_file(path: str, answer: Answer, kept: Kept | None = None) -> None:
    """Read a workbook and send what it holds. Raises RefusedError.

    `kept` has the parts of the workbook before, where one process reads several.
    """
    kept = kept or Kept()
    kept.begin()
    answer.tape = None
    name = os.path.basename(path)
    answer.tell(b"P", "", "")
    with open_file(path) as stream:
        try:
            sniff(stream, name)
            package = Package(stream)
            package.measure()
            _read_package(_Work(package, answer, kept))
            kept.end()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise RefusedError("damaged-file") from None
        except BrokenPipeError:  # nobody waits for the answer any more
            raise
        except OSError as failure:
            if failure.errno == errno.EINVAL:  # a place before the file's beginning
                raise RefusedError("damaged-file") from None
            raise RefusedError("file-unreadable", name, failure.strerror or "") from None


def _read_package(work: _Work) -> None:
    package, answer, _ = work
    if _TYPES not in package:
        raise RefusedError("other-format", _other_kind(package))
    main = [target for kind, target in relations(package, _ROOT, "").values()
            if kind == "officeDocument"]  # fmt: skip
    part = main[0] if main else "xl/workbook.xml"
    if part.endswith(".bin"):
        raise RefusedError("other-format", ".xlsb")
    if part.startswith(("word/", "ppt/")):
        raise RefusedError("other-format", "Word" if part.startswith("word/") else "PowerPoint")
    if part not in package:
        raise RefusedError("part-missing", part)
    folder, file = posixpath.split(part)
    targets = relations(package, f"{folder}/_rels/{file}.rels".lstrip("/"), folder)
    date1904, entries = book(package, part)
    if not entries:
        raise RefusedError("no-sheets")
    known = styles(package, _one(targets, "styles"))
    texts = Texts()
    if (table := _one(targets, "sharedStrings")) in package:
        texts = _once(work, table, (), lambda: _read_texts(work, table)) or texts
    cells = Cells(texts, known, date1904=date1904)
    read = 0
    seen: set[str] = set()
    for entry in entries:
        try:
            _, held = targets.get(entry.relation, ("", ""))
            if held.casefold() in seen:
                raise RefusedError("part-shared", held)
            seen.add(held.casefold())
            read += _read_entry(work, entry, targets, cells)
        except RefusedError as refused:
            refused.sheet = entry.name
            raise
    if not read:
        raise RefusedError("no-sheets")
    answer.tell(b"D", date1904, [[style.decimals, style.percent] for style in known])


def _other_kind(package: Package) -> str:
    if "content.xml" in package:
        return "OpenDocument (.ods)"
    if "index/document.iwa" in package or "index.zip" in package:
        return "Numbers"
    return "zip"


def _one(targets: dict[str, tuple[str, str]], kind: str) -> str:
    return next((target for found, target in targets.values() if found == kind), "")


class _Work(NamedTuple):
    """A workbook being read: where from, where to, and what of it is known from before."""

    package: Package
    answer: Answer
    kept: Kept


def _once(
    work: _Work, part: str, hangs_on: Hashable, read: Callable[[], Texts | None]
) -> Texts | None:
    """What `read` sends and gives; sent again as it was where nothing has changed since.

    `hangs_on` is what the frames depend on besides the part itself.
    """
    package, answer, kept = work
    size = package.size(part)
    if size > LARGEST_PART:
        return read()
    key = (part, package.read(part), hangs_on)
    sent = kept.find(key)
    if sent is None:
        tape: list[Frame] = []
        answer.tape = tape
        try:
            sent = (tape, read())
        finally:  # nothing of a refused part is held until the next workbook
            answer.tape = None
    else:
        for frame in sent[0]:
            answer.send(*frame)
    kept.keep(key, sent, size)
    return sent[1]


def _read_texts(work: _Work, table: str) -> Texts:
    package, answer, _ = work
    answer.tell(b"P", table, "")
    texts = Texts()

    def send(batch: list[str]) -> None:
        texts.empty.update(n for n, text in enumerate(batch, start=texts.count) if not text)
        texts.count += len(batch)
        answer.send(b"T", json.dumps(batch, ensure_ascii=False).encode())

    shared_texts(package, table, send)
    return texts


def _read_entry(
    work: _Work, entry: SheetEntry, targets: dict[str, tuple[str, str]], cells: Cells
) -> bool:
    """Whether that entry is a sheet of cells; charts and dialogs have sheets of their own."""
    kind, part = targets.get(entry.relation, ("", ""))
    if kind and kind != "worksheet":
        return False
    if part not in work.package:
        raise RefusedError("part-missing", part or entry.relation)
    hangs_on = (entry, cells.depend_on())
    _once(work, part, hangs_on, lambda: _read_sheet(work, part, entry, cells))
    return True


def _read_sheet(work: _Work, part: str, entry: SheetEntry, cells: Cells) -> None:
    package, answer, _ = work
    answer.tell(b"P", part, entry.name)
    answer.tell(b"H", entry.name, entry.hidden, entry.marked)

    def send(first: int, rows: int, count: int, data: bytes) -> None:
        answer.send(b"B", b"[%d,%d,%d]\n" % (first, rows, count) + data)

    for way in (_quickly, _carefully, _in_any_order):
        try:
            blocks = Blocks(send)
            found = way(package, part, cells, blocks)
            break
        except (IrregularError, UnorderedError):
            answer.tell(b"A")
    blocks.flush()
    ranges = merged_ranges(found.merged, blocks.last)
    answer.tell(b"E", blocks.last, ranges, list(found.formats.runs.items()), found.present)


class _Sheet(NamedTuple):
    """What a sheet has besides its rows, and how many cells it should have given."""

    formats: Formats
    merged: list[str]
    present: int


def _quickly(package: Package, part: str, cells: Cells, blocks: Blocks) -> _Sheet:
    quick = QuickSheet(cells, blocks)
    rest = quick.run(package.chunks(part))
    around = CarefulSheet(cells, Blocks(lambda *_: None), part)
    around.run([rest])
    if around.present:  # cells outside of what should hold them all
        raise IrregularError
    return _Sheet(quick.formats, around.merged, quick.present)


def _carefully(package: Package, part: str, cells: Cells, blocks: Blocks) -> _Sheet:
    return _walked(CarefulSheet(cells, blocks, part), package, part)


def _in_any_order(package: Package, part: str, cells: Cells, blocks: Blocks) -> _Sheet:
    return _walked(CarefulSheet(cells, blocks, part, shuffled=True), package, part)


def _walked(sheet: CarefulSheet, package: Package, part: str) -> _Sheet:
    sheet.run(package.chunks(part))
    return _Sheet(sheet.formats, sheet.merged, sheet.present)


# ---- the process ----------------------------------------------------------------------------


def limit_memory() -> None:
    """Limit this process to MEMORY, and let it leave no image of itself when it dies."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def limit_time(seconds: float) -> None:
    """So much processor time from now on, then the system ends the process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + seconds) + 1
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _answer(request: bytes, answer: Answer, kept: Kept) -> None:
    asked = json.loads(request)
    limit_time(asked["seconds"])
    try:
        read_file(asked["path"], answer, kept)
    except RefusedError as refused:
        values = [shown(value) for value in refused.values]
        answer.tell(b"R", refused.code, values, refused.sheet, refused.cell)
    except MemoryError:
        answer.tell(b"R", "reading-too-large", [], "", "")
    except BrokenPipeError:
        raise
    except Exception as failure:  # whatever it is becomes a message, not a traceback
        answer.tell(b"R", "reader-failed", [type(failure).__name__], "", "")


def shown(value: str | int) -> str | int:
    """A name out of the file as messages show it: short, and nothing that a terminal obeys."""
    if isinstance(value, int):
        return value
    text = "".join(letter if letter.isprintable() else "?" for letter in value[: _LONGEST_NAME + 1])
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"


def serve() -> None:
    """The process's whole life: answer until the pipe closes."""
    limit_memory()
    pipe = os.fdopen(os.dup(1), "wb", buffering=MIB)
    os.dup2(2, 1)  # whatever is printed does not reach the pipe
    answer, kept = Answer(pipe), Kept()
    questions = sys.stdin.buffer
    with contextlib.suppress(OSError, KeyboardInterrupt):
        while len(head := questions.read(LENGTH)) == LENGTH:
            _answer(questions.read(int.from_bytes(head, "big")), answer, kept)
    os._exit(0)  # nothing is left to say


if __name__ == "__main__":
    serve()
