"""The cells of one sheet, from XML to lines of JSON, a few megabytes at a time.

Two ways lead to the same lines, the quick one (`quick.py`) and the careful one here, which
understands all XML. A cell becomes

    6.75          a number, as the file writes it        "12"    a text of the shared table
    "=text"       a text of its own                      true    yes or no
    [0, 46170]    a date          [1, "#N/A"]  an error  [2]     a formula without a value
    [3, 1.5]      a duration      [4, "..."]   ISO date  [5, "kind", "text"]  a damaged cell
    [6, 3]        three blank cells

so that no number is parsed twice and the reader's answer stays small.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Hashable, Iterable, Sequence

from reportgen.workbook.addresses import Place, address, column_number
from reportgen.workbook.parts import LONGEST_TEXT, Attributes, Style, Walk, unescaped
from reportgen.workbook.zip_guard import RefusedError

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LARGEST_AREA = 60_000_000
_MANY_COLUMNS = 256  # so wide a sheet is stretched by a cell far to the right
_BLOCK_CELLS = 20_000
_BLOCK_ROWS = 2_000
_MOST_SHUFFLED = 2_000_000
_MOST_MERGED_ROWS, _MOST_MERGED = 4_000_000, 100_000
_FIRST_BAD_DAY, _AFTER_LAST_DAY = 60, 2_958_466  # 29 February 1900; 1 January 10000

OTHER = -1
UNSAVED = b"[2]"
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
NUMBER = rb"-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?"
_PLAIN_NUMBER = re.compile(NUMBER).fullmatch


class Blocks:
    """Gathers lines into blocks of a size that the other side can take apart one at a time."""

    def __init__(self, send: Callable[[int, int, int, bytes], None]) -> None:
        self.last: Place = (0, 0)
        self.cells = 0
        self._send = send
        self._lines: list[bytes] = []
        self._first = 1
        self._weight = 0
        self._count = 0
        self._widest: Place = (0, 0)

    def add(self, row: int, line: bytes, cells: int, width: int) -> None:
        """One row that holds something, below all rows before it."""
        height, widest = self.last
        if row - height > 1 and (row - height > 1000 or not self._lines):
            self.flush()
        if not self._lines:
            self._first = row
        else:
            self._lines.extend(b"[]" for _ in range(row - height - 1))
        self._lines.append(line)
        self._weight += width + len(line) // 100
        self._count += cells
        self.cells += cells
        self.last = (row, max(widest, width))
        if width > widest:
            self._widest = (row, width)
        if row * self.last[1] > LARGEST_AREA:
            stray = self._widest if self.last[1] > _MANY_COLUMNS else (row, width)
            raise RefusedError("area-too-large", row, self.last[1], cell=address(*stray))
        if self._weight >= _BLOCK_CELLS or len(self._lines) >= _BLOCK_ROWS:
            self.flush()

    def flush(self) -> None:
        """Send what has been gathered."""
        if self._lines:
            rows = b"[" + b",".join(self._lines) + b"]"
            self._send(self._first, len(self._lines), self._count, rows)
        self._lines = []
        self._weight = self._count = 0


class Formats:
    """The number style of each column, as runs of rows: most columns have one all along."""

    def __init__(self) -> None:
        self.runs: dict[int, list[tuple[int, int]]] = {}
        self.current: dict[int, int] = {}

    def note(self, row: int, column: int, style: int) -> None:
        """From that row on the column has another style; OTHER is one without fixed decimals."""
        self.current[column] = style
        self.runs.setdefault(column, []).append((row, style))


class Cells:
    """Turns one cell's type and text into JSON; knows the book's texts, styles and epoch."""

    def __init__(self, texts: Texts, styles: Sequence[Style], *, date1904: bool) -> None:
        self.texts = texts
        self._styles = tuple(styles)
        self._date1904 = date1904
        timed = [n for n, style in enumerate(styles) if style.date or style.duration]
        self.dates = {str(n).encode(): styles[n].duration for n in timed}
        self.fixed = {str(n).encode(): n for n, style in enumerate(styles) if style.decimals >= 0}

    def depend_on(self) -> Hashable:
        """All of the workbook that a sheet's cells take part of their meaning from."""
        return self._date1904, self._styles, self.texts.count, self.texts.all_empty()

    def piece(self, kind: bytes, style: bytes, value: bytes, inline: str | None) -> bytes:
        """The JSON of a cell; empty when it holds nothing, as a saved empty text does."""
        if inline is not None:
            return _text(inline)
        match kind:
            case b"" | b"n":
                return self.number(style, value)
            case b"s":
                return self.texts.piece(value)
            case b"str" | b"inlineStr":
                return _text(value.decode())
            case b"b":
                truths = {b"1": b"true", b"true": b"true", b"0": b"false", b"false": b"false"}
                return truths.get(value.strip()) or damaged("number", value)
            case b"e":
                return b"[1,%s]" % _as_json(value.decode().strip()[:50] or "#N/A").encode()
            case b"d":
                return b"[4,%s]" % _as_json(value.decode().strip()[:50]).encode()
        return damaged("kind", kind)

    def number(self, style: bytes, value: bytes) -> bytes:
        """A number, or the date or duration that its style makes of it."""
        written = value if _PLAIN_NUMBER(value) else _odd_number(value)
        if written is None:
            return damaged("number", value)
        if style not in self.dates:
            return written
        serial = float(written)
        if self.dates[style]:
            return b"[3,%s]" % written if abs(serial) < _AFTER_LAST_DAY else damaged("date", value)
        days = serial + (1462 if self._date1904 else 0)
        if not 0 <= days < _AFTER_LAST_DAY or int(days) == _FIRST_BAD_DAY:
            return damaged("date", value)
        return b"[0,%s]" % written


class Texts:
    """How many shared texts there are, and which of them are empty."""

    def __init__(self) -> None:
        self.count = 0
        self.empty: set[int] = set()
        self.pieces: dict[bytes, bytes] = {}
        self._all_empty: frozenset[int] | None = None

    def all_empty(self) -> frozenset[int]:
        """Those of a table read to its end; one set, however many sheets are kept with it."""
        if self._all_empty is None:
            self._all_empty = frozenset(self.empty)
        return self._all_empty

    def piece(self, value: bytes) -> bytes:
        """The JSON of a cell that points into the table."""
        found = self.pieces.get(value)
        if found is None:
            found = self.pieces[value] = self._look_up(value)
        return found

    def _look_up(self, value: bytes) -> bytes:
        digits = value.strip()
        if not re.fullmatch(rb"[0-9]{1,9}", digits) or int(digits) >= self.count:
            return damaged("text", value)
        index = int(digits)
        return b"" if index in self.empty else b'"%d"' % index


def damaged(kind: str, value: bytes) -> bytes:
    """A cell that holds something, which cannot be what it says it is."""
    return b"[5,%s]" % _as_json([kind, value.decode(errors="replace")[:40]])[1:-1].encode()


def _text(text: str) -> bytes:
    return _as_json("=" + unescaped(text)).encode() if text else b""


def _odd_number(value: bytes) -> bytes | None:
    """A number that JSON would not take as written: 007, .5, +1, 1E308."""
    try:
        text = value.decode("ascii").strip()
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return repr(number).encode() if math.isfinite(number) else None


# ---- the careful way ------------------------------------------------------------------------

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class UnorderedError(Exception):
    """Rows do not come in order."""


class CarefulSheet:
    """Reads any sheet, every element of it. With `shuffled` rows may come in any order."""

    def __init__(self, cells: Cells, blocks: Blocks, part: str, *, shuffled: bool = False) -> None:
        self.formats = Formats()
        self.merged: list[str] = []
        self.present = 0
        self._cells = cells
        self._blocks = blocks
        self._shuffled: dict[int, dict[int, tuple[bytes, bytes]]] | None = {} if shuffled else None
        self._line: dict[int, tuple[bytes, bytes]] = {}
        self._part = part
        self._walk = Walk(part, self._start, self._end, self._text)
        self._row = self._column = self._kept = 0
        self._kind = self._style = b""
        self._formula = self._value = self._inline = self._in_cell = False
        self._reading = 0
        self._into: list[str] | None = None
        self._values: list[str] = []
        self._texts: list[str] = []
        self._size = 0

    def run(self, chunks: Iterable[bytes]) -> None:
        """Read the sheet. Raises RefusedError, or UnorderedError."""
        self._walk.run(chunks)
        self._row_done()
        for row, line in sorted((self._shuffled or {}).items()):
            self._emit(row, line)

    def _start(self, tag: str, attributes: Attributes) -> None:
        match tag:
            case "row":
                self._row_done()
                self._new_row(attributes.get("r"))
            case "c":
                self._cell(attributes)
            case "v" if self._in_cell:
                self._value = True
                self._into = self._values
            case "f" if self._in_cell:
                self._formula = True
            case "is" if self._in_cell:
                self._inline = True
            case "t" if self._inline and not self._reading:
                self._into = self._texts
            case "rPh":
                self._reading += 1
            case "mergeCell":
                self.merged.append(attributes.get("ref", ""))

    def _new_row(self, written: str | None) -> None:
        row = self._row + 1 if written is None else _whole(written)
        if not 1 <= row <= LAST_ROW:
            raise RefusedError("off-the-grid", written or str(row))
        self._move(row)
        self._column = 0

    def _move(self, row: int) -> None:
        if row < self._row and self._shuffled is None:
            raise UnorderedError
        if row != self._row:
            self._row_done()
        self._row = row

    def _cell(self, attributes: Attributes) -> None:
        if self._in_cell:  # a cell inside a cell: what belongs to which?
            raise RefusedError("xml-damaged", self._part, self._walk.line)
        written = attributes.get("r")
        if written is None:
            place = (max(1, self._row), self._column + 1)
        else:
            found = _ADDRESS.fullmatch(written.replace("$", ""))
            place = (int(found[2]), column_number(found[1])) if found else (0, 0)
        if not (1 <= place[0] <= LAST_ROW and 1 <= place[1] <= LAST_COLUMN):
            shown = (written or address(*place))[:20]
            raise RefusedError("off-the-grid", shown)
        self._move(place[0])
        self._column = place[1]
        self._kind = attributes.get("t", "").encode(errors="replace")
        self._style = attributes.get("s", "").encode(errors="replace")
        self._formula = self._value = self._inline = False
        self._in_cell = True
        self._values.clear()
        self._texts.clear()
        self._size = 0

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._size += len(text)
            if self._size > LONGEST_TEXT:
                cell = address(self._row, self._column)
                raise RefusedError("text-too-long", cell, cell=cell)
            self._into.append(text)

    def _end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._into = None
        elif tag == "rPh":
            self._reading -= 1
        elif tag == "c" and self._in_cell:
            self._in_cell = False
            self._cell_done()

    def _cell_done(self) -> None:
        value, inline = "".join(self._values), "".join(self._texts)
        if inline:
            piece = self._cells.piece(self._kind, self._style, b"", inline)
        elif value:
            piece = self._cells.piece(self._kind, self._style, value.encode(), None)
        elif self._kind == b"e":
            piece = self._cells.piece(b"e", b"", b"#N/A", None)
        elif self._formula and not (self._value and self._kind == b"str"):
            piece = UNSAVED
        else:
            piece = b""
        if not piece:
            return
        self.present += 1
        if self._column in self._line:
            piece = damaged("twice", value.encode()[:40])
            self.present -= 1
        self._line[self._column] = (piece, self._style)

    def _row_done(self) -> None:
        line, self._line = self._line, {}
        if not line:
            return
        if self._shuffled is None:
            self._emit(self._row, line)
            return
        self._kept += len(line)
        if self._kept > _MOST_SHUFFLED:
            raise RefusedError("rows-shuffled")
        known = self._shuffled.setdefault(self._row, line)
        if known is not line:
            for column, cell in line.items():
                twice = column in known
                known[column] = (damaged("twice", b""), b"") if twice else cell
                self.present -= twice

    def _emit(self, row: int, cells: dict[int, tuple[bytes, bytes]]) -> None:
        line: list[bytes] = []
        width = 0
        for column, (piece, style) in sorted(cells.items()):
            if column > width + 1:
                line.append(b"[6,%d]" % (column - width - 1))
            width = column
            line.append(piece)
            form = self._cells.fixed.get(style, OTHER)
            if self.formats.current.get(column, OTHER) != form:
                self.formats.note(row, column, form)
        if row <= self._blocks.last[0]:
            raise UnorderedError
        self._blocks.add(row, b"[" + b",".join(line) + b"]", len(cells), width)


def _whole(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


# ---- merged cells ---------------------------------------------------------------------------


def merged_ranges(refs: Iterable[str], last: Place) -> list[list[int]]:
    """Merged ranges as row, column, row, column; those outside the data do not matter."""
    found: list[list[int]] = []
    rows = 0
    for ref in refs:
        first, _, end = ref.replace("$", "").partition(":")
        corners = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(end or first)
        if corners[0] is None or corners[1] is None:
            continue
        top, left = int(corners[0][2]), column_number(corners[0][1])
        bottom, right = int(corners[1][2]), column_number(corners[1][1])
        if (top, left) == (bottom, right) or top > last[0]:
            continue
        rows += min(bottom, last[0]) - top + 1
        if rows > _MOST_MERGED_ROWS or len(found) >= _MOST_MERGED:
            raise RefusedError("merged-too-much", ref[:40], cell=ref[:40])
        found.append([top, left, bottom, right])
    return found
