"""Which formulas the next issue keeps, and how they read there.

History must not move. A formula is kept only where it must give what it gave: it speaks of
cells of its own sheet that come along unchanged, by functions of their arguments alone. Of
every other formula the saved value is kept, and the cell is named: next month's rate on the
Note sheet would otherwise change last month's prices.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError

from reportgen.language import Text
from reportgen.workbook.addresses import Place, address, column_letters, column_number
from reportgen.workbook.formula_cells import Formula
from reportgen.workbook.grid import Grid, Raw
from reportgen.workbook.packing import CellFormula
from reportgen.workbook.schema import ColumnSpec
from reportgen.workbook.writer import FORMULA_STARTS, Content, Kept

_PURE = frozenset({
    "ABS", "AND", "AVERAGE", "CEILING", "CONCATENATE", "COUNT", "COUNTA", "DATE", "DAY", "EDATE",
    "EOMONTH", "EXP", "FALSE", "FLOOR", "FV", "IF", "IFERROR", "INT", "IRR", "ISBLANK", "ISNUMBER",
    "LEFT", "LEN", "LN", "LOG", "LOG10", "LOWER", "MAX", "MEDIAN", "MID", "MIN", "MOD", "MONTH",
    "NOT", "NPV", "OR", "PMT", "POWER", "PRODUCT", "PV", "RATE", "RIGHT", "ROUND", "ROUNDDOWN",
    "ROUNDUP", "SIGN", "SQRT", "SUBSTITUTE", "SUM", "SUMPRODUCT", "TRIM", "TRUE", "TRUNC", "UPPER",
    "YEAR",
})  # fmt: skip
"""Functions that depend on nothing but their arguments: no clock, no place, no locale."""
_CELL = r"(\$?)([A-Z]{1,3})(\$?)([1-9][0-9]{0,6})"
_RANGE = re.compile(rf"(?:('(?:[^']|'')+'|[^'!:\[\]]+)!)?{_CELL}(?::{_CELL})?", re.IGNORECASE)
_LARGEST_RANGE = 20_000
_MOST_LETTERS, _MOST_CELLS = 1_000_000, 2_000_000
"""What is looked at for one sheet's formulas: their letters, and the cells of their ranges.

A small file can make much work: a formula of 8,000 letters shared by 20,000 cells has 160
million, running totals of 20,000 rows speak of 200 million cells. Each is some 4 µs of it.
"""

_ARRAY = Text("是数组公式或数据表", "it is an array formula or a data table")
_OTHER_SHEET = Text(
    "引用了其他表、其他文件或名称", "it refers to another sheet, another file or a name"
)
_NAMES_A_ROW = ("id", "where")
_NAME = Text("是编号或位置，不应随行变动", "it names a row, and must not move with its own")
_WIDE = Text("横排的表已并入价格表", "the wide sheet is now rows of Prices")
_NOT_CARRIED = Text(
    "引用了未原样沿用的单元格", "it refers to cells that did not come along as they were"
)
_RESULT = Text("结果的写法有变", "its result is now written in another way")
_NOT_UNDERSTOOD = Text("写法无法识别", "it is not understood")
_SETTING = Text("是报告设置", "it is a setting of the note")
_TOO_MANY = Text("公式过多，未逐一核对", "there are too many formulas to look at each")
_EPOCH = Text("工作簿的日期自 1904 年起算", "the workbook counts its dates from 1904")


@dataclass(frozen=True, slots=True)
class ValueOnly:
    """A formula of which only the value came along: its new cell, what it read, and why."""

    key: str
    cell: str
    text: str
    why: Text


@dataclass(frozen=True, slots=True)
class Target:
    """Where a cell of the old sheet stands in the new one, and what is written there."""

    place: Place
    column: ColumnSpec
    content: Content


Targets = Mapping[Place, Target]


class _UnsafeError(Exception):
    """The formula might give something else in the new workbook."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def carry_formulas(
    key: str, formulas: Mapping[Place, Formula], targets: Targets, grid: Grid, *, own_sheet: bool
) -> tuple[dict[str, CellFormula], list[ValueOnly], list[Place]]:
    """The formulas of one sheet: those kept, by new address; the values only; the others.

    `targets` says where its carried cells stand. The others belong to cells that were not
    carried at all. `own_sheet` is False for a wide sheet, whose cells are rows of Prices now.
    """
    kept: dict[str, CellFormula] = {}
    lost: list[ValueOnly] = []
    left: list[Place] = []
    safe = _Safe(targets, grid)
    reading = Reading()
    for place, formula in sorted(formulas.items()):
        target = targets.get(place)
        if target is None:
            left.append(place)
            continue
        where = address(*target.place)
        text = reading.here(formula, place)
        try:
            if reading.is_over:
                raise _UnsafeError(_TOO_MANY)
            if not own_sheet:
                raise _UnsafeError(_WIDE)
            if not formula.whole:
                raise _UnsafeError(_ARRAY)
            kept[where] = safe.formula(text, place)
        except _UnsafeError as unsafe:
            lost.append(ValueOnly(key, where, text, unsafe.why))
    return kept, lost, left


def setting_value(cell: str, formula: Formula, place: Place, reading: Reading) -> ValueOnly:
    """A formula of the Note sheet: each issue has its settings typed."""
    return ValueOnly("Note", cell, reading.here(formula, place), _SETTING)


class Reading:
    """How the formulas of a sheet read in their cells, until that is too much work."""

    def __init__(self) -> None:
        self._letters = 0

    @property
    def is_over(self) -> bool:
        """Whether formulas now come as they read in the first cell that has them."""
        return self._letters > _MOST_LETTERS

    def here(self, formula: Formula, place: Place) -> str:
        """The formula of that cell, without its equals sign."""
        self._letters += len(formula.text)
        return formula.text if self.is_over else _here(formula, place)


def _here(formula: Formula, place: Place) -> str:
    """How a formula that several cells share reads in one of them."""
    if formula.origin == place:
        return formula.text
    try:
        copied = Translator(f"={formula.text}", address(*formula.origin))
        return str(copied.translate_formula(address(*place)))[1:]
    except (TokenizerError, TranslatorError, IndexError, ValueError):
        return ""


class _Safe:
    """Rewrites the formulas of a sheet for the new one, or refuses to."""

    def __init__(self, targets: Targets, grid: Grid) -> None:
        self._targets = targets
        self._grid = grid
        self._looked_at = 0  # cells of ranges

    def formula(self, text: str, place: Place) -> CellFormula:
        """The formula of that cell as it reads in the new workbook. Raises _UnsafeError."""
        target = self._targets[place]
        raw = self._grid.at(place[0] - 1, place[1] - 1)
        if target.column.key in _NAMES_A_ROW:
            raise _UnsafeError(_NAME)
        if self._grid.date1904:
            raise _UnsafeError(_EPOCH)
        if not _unchanged(raw, target) or (isinstance(raw, str) and raw.startswith(FORMULA_STARTS)):
            raise _UnsafeError(_RESULT)
        try:
            tokens = Tokenizer(f"={text}").items
        except (TokenizerError, IndexError, ValueError):
            raise _UnsafeError(_NOT_UNDERSTOOD) from None
        tokens = [token for token in tokens if token.type != Token.WSPACE]
        if not _is_sound(tokens):
            raise _UnsafeError(_NOT_UNDERSTOOD)
        pieces = [self._piece(token) for token in tokens]
        return CellFormula("".join(pieces), raw if isinstance(raw, str) else None)

    def _piece(self, token: Token) -> str:
        value = str(token.value)
        match token.type:
            case Token.FUNC if token.subtype == Token.OPEN:
                if (name := value.rstrip("(").upper()) not in _PURE:
                    why = Text(f"使用了函数 {name}", f"it uses the function {name}")
                    raise _UnsafeError(why)
            case Token.OPERAND if token.subtype == Token.RANGE:
                return self._range(value)
            case Token.ARRAY:
                raise _UnsafeError(_ARRAY)
            case Token.OP_IN if value == ",":  # a union of ranges
                raise _UnsafeError(_NOT_UNDERSTOOD)
        return value

    def _range(self, text: str) -> str:
        found = _RANGE.fullmatch(text)
        if found is None:
            raise _UnsafeError(_OTHER_SHEET)
        sheet = (found[1] or "").removeprefix("'").removesuffix("'").replace("''", "'")
        if sheet and sheet.casefold() != self._grid.name.casefold():
            raise _UnsafeError(_OTHER_SHEET)
        first = (int(found[5]), column_number(found[3].upper()))
        if not found[9]:
            return _marked(self._target(first).place, found[2], found[4])
        last = (int(found[9]), column_number(found[7].upper()))
        top, bottom = sorted((first[0], last[0]))
        left, right = sorted((first[1], last[1]))
        size = (bottom - top + 1) * (right - left + 1)
        if size > _LARGEST_RANGE:
            raise _UnsafeError(_NOT_CARRIED)
        self._looked_at += size
        if self._looked_at > _MOST_CELLS:
            raise _UnsafeError(_TOO_MANY)
        shifts = {
            (there[0] - row, there[1] - column)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            for there in (self._target((row, column)).place,)
        }
        if len(shifts) > 1:  # its cells stand apart now
            raise _UnsafeError(_NOT_CARRIED)
        ends = (self._targets[first].place, found[2], found[4]), (
            self._targets[last].place, found[6], found[8],
        )  # fmt: skip
        return ":".join(_marked(*end) for end in ends)

    def _target(self, place: Place) -> Target:
        """Where a cell that a formula speaks of stands now, as it was."""
        target = self._targets.get(place)
        raw = self._grid.at(place[0] - 1, place[1] - 1)
        if target is None or not _unchanged(raw, target):
            raise _UnsafeError(_NOT_CARRIED)
        return target


def _is_sound(tokens: Sequence[Token]) -> bool:
    """Whether values and operators alternate and brackets pair: Excel refuses a file else.

    Two values in a row would be the cells that two ranges share, which is not understood here.
    """
    depth, after_value, wants_value = 0, False, False
    for token in tokens:
        opens = token.subtype == Token.OPEN
        closes = token.subtype == Token.CLOSE
        begins = opens or token.type in {Token.OPERAND, Token.OP_PRE}
        if begins == after_value and not closes and token.type != Token.SEP:
            return False
        if (closes or token.type == Token.SEP) and (wants_value or not depth):
            return False
        depth += opens - closes
        after_value = closes or token.type in {Token.OPERAND, Token.OP_POST}
        wants_value = token.type in {Token.OP_PRE, Token.OP_IN} or (opens and token.value == "(")
    return after_value and not depth


def _marked(place: Place, column: str, row: str) -> str:
    """An address with its dollar signs."""
    return f"{column}{column_letters(place[1])}{row}{place[0]}"


def _unchanged(raw: Raw, target: Target) -> bool:
    """Whether the new cell holds what the old one held, of the same kind."""
    content, kind = target.content, target.column.type
    match raw:
        case bool() | dt.datetime():
            return False
        case int() | float():
            return isinstance(content, Kept) and content.number == raw
        case dt.date():
            return kind == "date" and content == raw.isoformat()
        case "":
            return content == ""
        case str() if kind in {"date", "choice"}:  # may be written as a date, or in other words
            return False
        case str():
            return content == raw and not _looks_like_number(raw)
    return False


def _looks_like_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9.]+", text) is not None
