"""One cell to one typed value. A converter says what is wrong; the reader says where."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from reportgen.dates import When, day, month, parse_when
from reportgen.numbers import (
    HEDGES,
    LARGEST,
    Hedge,
    NotRead,
    Written,
    read_value,
    written_number,
)
from reportgen.workbook import cell_problems
from reportgen.workbook.grid import DamagedCell, ErrorCell, NumberFormat, Raw, UnsavedFormula
from reportgen.workbook.problems import Problem
from reportgen.workbook.schema import YES_NO, Choice, ColumnSpec
from reportgen.workbook.tables import Value

_EPOCH_1900 = dt.date(1899, 12, 30)
_EPOCH_1904 = dt.date(1904, 1, 1)
_SERIALS = range(25_569, 73_051)  # 1970 to 2099, counted from 1900
_YEARS = range(1990, 2100)
_LATIN_TWINS = str.maketrans({"o": "0", "l": "1", "i": "1"})  # H1OO is H100


@dataclass(frozen=True, slots=True)
class Converted:
    """A value, a problem, or a value with a remark about it."""

    value: Value | None = None
    problem: Problem | None = None


def broken(raw: Raw) -> Problem | None:
    """The problem of a cell that holds no value at all: an error or an unsaved formula."""
    if isinstance(raw, ErrorCell):
        return cell_problems.error_cell(raw.text)
    if isinstance(raw, UnsavedFormula):
        return cell_problems.formula_without_value()
    if isinstance(raw, DamagedCell):
        return cell_problems.damaged_cell(raw.kind, raw.text)
    return None


def plain_text(raw: Raw) -> str:
    """A cell as text, as the analyst sees it: 5090 not 5090.0, a date as 2026-05-28."""
    match raw:
        case str():
            return raw.strip()
        case bool():
            return "true" if raw else "false"
        case float() if raw.is_integer() and abs(raw) < 1e15:
            return str(int(raw))
        case dt.datetime():
            return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(" ")
        case dt.date():
            return raw.isoformat()
        case dt.time():
            return f"{raw:%H:%M}"
        case ErrorCell() | DamagedCell():
            return raw.text
        case UnsavedFormula():
            return ""
        case _:
            return str(raw)


def to_date(raw: Raw, *, date1904: bool = False) -> Converted:
    """A date cell, a written date, a serial number, a year or 20260528."""
    when: When | None = None
    match raw:
        case dt.datetime():
            when = day(raw.date())
        case dt.date():
            when = day(raw)
        case bool() | dt.time() | dt.timedelta():
            when = None
        case int() | float():
            when = _numeric_date(float(raw), date1904)
        case str():
            text = re.sub(r"[T\s]0{1,2}:00(:00(\.0+)?)?$", "", raw.strip())
            when = _digits_date(unicodedata.normalize("NFKC", text)) or parse_when(text)
        case _:
            when = None
    if when is None:
        return Converted(problem=cell_problems.not_a_date(plain_text(raw)))
    return Converted(when)


def _numeric_date(value: float, date1904: bool) -> When | None:
    """A serial number or digits typed as a number; 2026.1 could be January or October."""
    if not value.is_integer():
        return None
    whole = int(value)
    if found := _digits_date(str(whole)):
        return found
    if whole in _YEARS:
        return parse_when(str(whole))
    epoch = _EPOCH_1904 if date1904 else _EPOCH_1900
    serial = whole + (_EPOCH_1904 - _EPOCH_1900).days if date1904 else whole
    return day(epoch + dt.timedelta(days=whole)) if serial in _SERIALS else None


def _digits_date(text: str) -> When | None:
    """20260528 and 202605; the latter only where no serial number can be meant."""
    found = re.fullmatch(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})?", text)
    try:
        if found and found[3]:
            return day(dt.date(int(found[1]), int(found[2]), int(found[3])))
        return month(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def to_written(
    raw: Raw, form: NumberFormat | None = None, hedges: tuple[Hedge, ...] = HEDGES
) -> Written | NotRead:
    """A value cell as written. A percent-formatted 0.3 is not multiplied here."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if not abs(raw) <= LARGEST:
            return NotRead("not-a-number", plain_text(raw))
        decimals = None if form is None else form.decimals + (2 if form.percent else 0)
        return written_number(float(raw), decimals)
    if isinstance(raw, str):
        return read_value(raw, hedges)
    return NotRead("not-a-number", plain_text(raw))


def to_number(
    raw: Raw, form: NumberFormat | None, hedges: tuple[Hedge, ...], *, percent: bool
) -> Converted:
    """One plain number; `percent`: the column holds percentages, so that 30% is 30."""
    found = to_written(raw, form, hedges)
    if isinstance(found, NotRead):
        return Converted(problem=number_problem(found))
    if found.low is None or found.low != found.high:
        return Converted(problem=cell_problems.single_number_needed(found.as_written))
    value = found.low * found.scale
    if form is not None and form.percent and percent:
        value = round(value * 100, 10)
    if found.unit is not None and found.unit.key == "%" and not percent:
        value = round(value / 100, 10)
    return Converted(value)


def number_problem(found: NotRead) -> Problem:
    """Why a text is not read as a number."""
    match found.why:
        case "ambiguous":
            return cell_problems.ambiguous_number(found.as_written)
        case "garbled":
            return cell_problems.value_unread(found.as_written)
        case "low-above-high":
            return cell_problems.range_backwards(found.as_written)
        case "not-a-number":
            return cell_problems.not_a_number(found.as_written)


# ---- controlled lists -----------------------------------------------------------------------


def plain_word(text: str) -> str:
    """A word as options are compared: no case, width, spaces, hyphens or underscores."""
    return re.sub(r"[\s_‐-―-]+", "", unicodedata.normalize("NFKC", text).casefold())


def slug(text: str) -> str:
    """A new word as a key: lower case, parts joined by hyphens; dots separate figure names."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w]+|_+", "-", plain).strip("-")


@cache
def _options(choices: tuple[Choice, ...]) -> Mapping[str, Choice]:
    found: dict[str, Choice] = {}
    for choice in choices:
        for word in (choice.key, choice.label.zh, choice.label.en, *choice.aliases):
            found.setdefault(plain_word(word), choice)
    return found


def to_choice(raw: Raw, column: ColumnSpec) -> Converted:
    """An option by key, label or alias in either language; yes/no lists give a bool."""
    text = plain_text(raw)
    options = _options(column.choices)
    found = options.get(plain_word(text))
    if found is not None:
        return Converted(found.key == "yes" if column.choices is YES_NO else found.key)
    if not column.open:
        close = difflib.get_close_matches(plain_word(text), list(options), 1, 0.6)
        meant = [options[word].label.en for word in close]
        return Converted(problem=cell_problems.unknown_choice(text, column, meant))
    near = _near(plain_word(text), options) if column.key == "model" else None
    if near is not None:
        return Converted(slug(text), cell_problems.misspelt_word(text, column, near))
    return Converted(slug(text), cell_problems.new_word(text, column))


def _near(word: str, options: Mapping[str, Choice]) -> Choice | None:
    """The known model that a new word is a slip of: H1OO, H1000, H010, NVIDIA H100.

    One changed digit is no slip: B400 beside B300 is simply a new model.
    """
    twin = word.translate(_LATIN_TWINS)
    for known, choice in options.items():
        if twin == known.translate(_LATIN_TWINS) or sorted(word) == sorted(known):
            return choice
    for known, choice in options.items():
        if _lacks_one(word, known) or _lacks_one(known, word):
            return choice
    held = max((known for known in options if known in word), key=len, default=None)
    return options[held] if held else None


def _lacks_one(short: str, long: str) -> bool:
    """Whether `short` is `long` with one character left out."""
    if len(short) + 1 != len(long):
        return False
    return any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
