"""Dates as analysts write them: a day, a month, a span of months, or "before a day"."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from reportgen.language import Lang

Precision = Literal["day", "month", "year", "span", "before"]

_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """A date with the precision it was given in.

    `start` and `end` are the first and last day it can mean. For "before D",
    `end` is the day before D and `start` equals `end`: how far back is unknown.
    """

    start: date
    end: date
    precision: Precision

    @property
    def key(self) -> str:
        """The stable form used in figure names: 2026-05-28, 2026-05, before-2026-02-17."""
        match self.precision:
            case "day":
                return self.end.isoformat()
            case "month":
                return f"{self.end:%Y-%m}"
            case "year":
                return f"{self.end:%Y}"
            case "span":
                return f"{self.start:%Y-%m}..{self.end:%Y-%m}"
            case "before":
                return f"before-{(self.end + timedelta(days=1)).isoformat()}"

    @property
    def order(self) -> tuple[date, date]:
        """Sort key: the later of two dates is the one that ends later."""
        return (self.end, self.start)

    def text(self, lang: Lang) -> str:
        """The date as a reader of that language expects it."""
        match self.precision:
            case "day":
                return _day_text(self.end, lang)
            case "month":
                return _month_text(self.end, lang)
            case "year":
                return f"{self.end.year} 年" if lang == "zh" else f"{self.end.year}"
            case "span":
                if lang == "zh" and self.start.year == self.end.year:
                    return f"{self.start.year} 年 {self.start.month}–{self.end.month} 月"
                if self.start.year == self.end.year and lang == "en":
                    return f"{_MONTHS[self.start.month - 1]}–{_month_text(self.end, lang)}"
                return f"{_month_text(self.start, lang)}–{_month_text(self.end, lang)}"
            case "before":
                after = self.end + timedelta(days=1)
                whole_month = after.day == 1
                text = _month_text(after, lang) if whole_month else _day_text(after, lang)
                return f"{text}前" if lang == "zh" else f"before {text}"

    def age_days(self, today: date) -> int:
        """Days from the last day this date can mean to `today`."""
        return (today - self.end).days


def day(value: date) -> When:
    """A single day."""
    plain = value.date() if isinstance(value, datetime) else value
    return When(plain, plain, "day")


def month(year: int, number: int) -> When:
    """A calendar month."""
    return When(date(year, number, 1), _last_day(year, number), "month")


def before(value: date) -> When:
    """Some time before a day, how long before is unknown."""
    end = value - timedelta(days=1)
    return When(end, end, "before")


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_YEAR = re.compile(r"(\d{4})年?")
_NAMED = re.compile(
    r"(?:(\d{1,2})\s+)?(" + "|".join(_MONTHS) + r")[a-z]*\.?\s*(?:(\d{1,2}),)?\s*(\d{4})",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:before|prior to|<)[\s-]*(.+)|(.+?)(?:以前|之前|前)", re.IGNORECASE)
_SPAN = re.compile(r"(.+?)\s*(?:\.\.|~|—|–|至|到|\bto\b)\s*(.+)", re.IGNORECASE)


_LONGEST = 100  # characters


def parse_when(text: str) -> When | None:
    """Read a written date; None when it is not one of the documented forms.

    Forms: 2026-05-28, 2026/5/28, 2026年5月28日, 2026-05, 2026年5月, 2026,
    28 May 2026, May 28, 2026, May 2026, "2025-07 to 2025-08", "2025-07..2025-08",
    "before 2026-02-17", "before-2026-02-17", "2026-02-17前".
    Full-width digits are read as digits. A long text is prose and no date.
    """
    if len(text) > _LONGEST:
        return None
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    plain = re.sub(r"(?<=[\d年月])\s+(?=[\d年月日前])", "", plain)
    try:
        return _parse(plain)
    except ValueError:  # a month 13 or a day 31 in June
        return None


def _parse(plain: str) -> When | None:
    if found := _DAY.fullmatch(plain):
        return day(date(*(int(part) for part in found.groups())))
    if found := _MONTH.fullmatch(plain):
        return month(int(found[1]), int(found[2]))
    if found := _YEAR.fullmatch(plain):
        year = int(found[1])
        return When(date(year, 1, 1), date(year, 12, 31), "year")
    if found := _NAMED.fullmatch(plain):
        return _named(found)
    if found := _BEFORE.fullmatch(plain):
        edge = _parse((found[1] or found[2]).strip())
        return before(edge.start) if edge and edge.precision != "before" else None
    if found := _SPAN.fullmatch(plain):
        first, last = _parse(found[1].strip()), _parse(found[2].strip())
        if first and last and first.start <= last.end:
            return When(first.start, last.end, "span")
    return None


def _named(found: re.Match[str]) -> When | None:
    """A date with an English month name."""
    number = _MONTHS.index(found[2][:3].title()) + 1
    days = [int(part) for part in (found[1], found[3]) if part]
    if not days:
        return month(int(found[4]), number)
    return day(date(int(found[4]), number, days[0])) if len(days) == 1 else None


def _last_day(year: int, number: int) -> date:
    return date(year, number, calendar.monthrange(year, number)[1])


def _day_text(value: date, lang: Lang) -> str:
    if lang == "zh":
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _month_text(value: date, lang: Lang) -> str:
    if lang == "zh":
        return f"{value.year} 年 {value.month} 月"
    return f"{_MONTHS[value.month - 1]} {value.year}"
