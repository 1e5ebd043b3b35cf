"""Runs: text that knows what each piece of it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from functools import lru_cache

from reportgen.analysis.figures import Figure
from reportgen.dates import When, parse_when
from reportgen.language import Lang
from reportgen.note.model import Line, Mark, Run
from reportgen.note.signs import signs_of
from reportgen.units import Unit
from reportgen.wording import Form, number_text, quantity_text, unit_header, without_sign

_NAME = re.compile(
    r"(?:NVIDIA |RTX |GeForce )?(?:GB|[A-Z])\d{2,4}[A-Z]?(?![\dA-Za-z])|RTX \d{4}|\b[45]090\b"
    r"|\b\d{1,2}-(?:year|month|GPU)\b|\b\d{1,2}(?= 卡整机)|\b\d{1,2} 个月期"
    r"|\b\d{1,4}[TG]B?\b|910[BC]|ChatGPT-\d|GPT-\d|V\d\b|\bC2C\b|\bB2[BC]\b|\bTo[BC]\b"
)
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_YEAR = r"(?<!\d)(?:19|20)\d{2}"
_DATE = re.compile(
    rf"{_YEAR} ?年(?: ?\d{{1,2}} ?月(?: ?\d{{1,2}} ?日)?)?|{_YEAR}-\d{{2}}(?:-\d{{2}})?(?!\d)"
    rf"|(?<!\d)\d{{1,2}} ?月 ?\d{{1,2}} ?[日号]"
    rf"|(?:\b\d{{1,2}} )?{_MONTH} (?:\d{{1,2}}, )?{_YEAR}(?!\d)"
    rf"|{_YEAR} ?[QH][1-4](?!\d)|\b[QH][1-4] {_YEAR}(?!\d)"
    rf"|(?:(?<=\bin )|(?<=since )|(?<=from )|(?<=late )|(?<=early )|(?<=before )|(?<=after )"
    rf"|(?<=until )){_YEAR}(?![\d%]|[.,]\d| [a-z]+s\b)"
)
_UNIT_WORDS = re.compile(r"(.*\d\S*) (\D+)")


_SHORT = 2_000  # letters of a text that is worth remembering


def plain(text: str, *, strong: bool = False) -> Line:
    """Text as runs, with product names and dates marked so that their digits are accounted for."""
    return _remembered(text, strong) if len(text) <= _SHORT else tuple(_runs(text, strong))


@lru_cache(maxsize=8192)
def _remembered(text: str, strong: bool) -> Line:
    """The same, remembered: checks, note and page all ask about the same texts."""
    return tuple(_runs(text, strong))


def _runs(text: str, strong: bool) -> list[Run]:
    dates = {found.span(): found[0] for found in _DATE.finditer(text)}
    taken = [*dates, *(
        name.span() for name in _NAME.finditer(text)
        if not any(start < name.end() and name.start() < end for start, end in dates)
    )]  # fmt: skip
    runs: list[Run] = []
    place = 0
    for start, end in sorted(taken):
        if start > place:
            runs.append(Run(text[place:start], strong=strong))
        if (start, end) in dates:
            when = parse_when(text[start:end])
            machine = _machine(when) if when else ""
            runs.append(Run(text[start:end], "time", strong=strong, datetime=machine))
        else:
            runs.append(Run(text[start:end], "name", strong=strong))
        place = end
    if place < len(text):
        runs.append(Run(text[place:], strong=strong))
    return runs


def figure_run(
    figure: Figure,
    lang: Lang,
    *,
    form: Form = "range",
    bare: bool = False,
    signed: bool | None = None,
    more_digits: int = 0,
    decimals: int | None = None,
    strong: bool = False,
) -> Run:
    """A figure as one run; `bare` leaves the unit out. Signed figures print their sign.

    Told to print no sign, a fall prints its size, and a range across zero keeps its signs.

    `more_digits` and `decimals` are for bare numbers in tables, see reportgen.wording.
    """
    sign = figure.signed if signed is None else signed
    quantity = figure.quantity
    if signed is False:
        size = without_sign(quantity)
        sign, quantity = size is None, size or quantity
    if bare:
        text = number_text(
            quantity,
            lang,
            form=form,
            signed=sign,
            more_digits=more_digits,
            decimals=decimals,
        )
    else:
        text = quantity_text(quantity, lang, form=form, signed=sign, more_digits=more_digits)
    bound = figure.quantity.bound
    return Run(text, "figure", figure.id, bound, strong=strong, mark=signs_of(figure))


def figure_parts(figure: Figure, lang: Lang) -> tuple[Run, Line]:
    """A figure as prose has it, cut before the words of its unit.

    CNY 78.3k | per server-month; 6.7 | 万元/台/月; +13% stays whole.
    """
    run = figure_run(figure, lang)
    found = _UNIT_WORDS.fullmatch(run.text)
    if found is None:
        return run, ()
    return replace(run, text=found[1]), plain(found[2])


def time_run(when: When, lang: Lang) -> Run:
    """A date as a run with its machine form."""
    return Run(when.text(lang), "time", datetime=_machine(when))


def _machine(when: When) -> str:
    match when.precision:
        case "day":
            return when.end.isoformat()
        case "month":
            return f"{when.end:%Y-%m}"
        case "year":
            return f"{when.end:%Y}"
        case "span":
            return f"{when.start:%Y-%m}"
        case "before":
            return (when.end + timedelta(days=1)).isoformat()


def unit_line(unit: Unit, lang: Lang) -> Line:
    """The unit as it stands above a column."""
    return plain(unit_header(unit, lang))


def join(parts: Iterable[Line], separator: str) -> Line:
    """Lines in a row, with a separator between them."""
    runs: list[Run] = []
    for place, part in enumerate(part for part in parts if part):
        if place:
            runs.append(Run(separator))
        runs.extend(part)
    return tuple(runs)


def strong(line: Line) -> Line:
    """The same line in bold."""
    return tuple(replace(run, strong=True) for run in line)


def as_text(line: Line) -> str:
    """The line without its marking, for alternatives and titles."""
    return "".join(run.text for run in line)


def ref_run(text: str) -> Run:
    """A row id or a cell address."""
    return Run(text, "ref")


def pieces(thing: object) -> Iterator[Run | Mark]:
    """Every run and every drawn value of a part of the note, in order."""
    if isinstance(thing, Run | Mark):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from pieces(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from pieces(getattr(thing, field.name))
