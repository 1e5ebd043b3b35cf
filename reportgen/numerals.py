"""Numbers in a text, however they are written: digits of any script, and words.

A note's numbers come from figures, so prose must not spell one out either: 三成, 翻番,
一半, doubled, two thirds. What counts as a number in words is a list, kept here as data:

- a proportion or a multiple (三成, 两倍, 翻番, 一半, 三分之一; doubled, twice, a third);
- a compound of numerals (十余, 三百, 七八, 数十; thirty, hundreds, dozens);
- a numeral before a unit that this field measures in (两台, 三个月, 五家; three months).

What does not count: ordinals (第一, first), articles (一家, one of), numerals that count
the parts of an argument (两端, 两道缓冲, two reasons), names of terms and machines (一年期,
八卡整机, two-year lease), dates (上半年, first half), and words that merely contain a
numeral (一定, 十分, 万一, second-hand).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

_ONES = "一二两三四五六七八九"
_NUMERAL = f"零〇{_ONES}十百千万亿"
_LEADING = f"{_ONES}十百几数"  # 万元 and 千瓦 are units, not numbers
_MORE = "[多余来几]?"
_COUNTED = "(?:万|亿)?(?:元|块钱|美元|台|张|卡|片|颗|家|户|人|小时|千瓦|度电|个百分点)"
_SEVERAL = "(?<![台卡家人张片次天])数"  # 数家, but not 台数
_NOT_IDIOM = "(?!一一(?!十)|万[一万千]|千万(?=别|不|要)|三三两两|一五一十|十[三四五]五)"
_NOT_MACHINE = "(?!整机|服务器|机型|机器)"
_RUN = "{1,20}"  # no longer: a page of numerals must not be tried from each of them to its end
_PERIODS = "(?:个月|年|周|天)"

_CHINESE = (
    # 三成, 七八成; not 成本, 成为, 一成不变
    rf"[{_ONES}十几]{_RUN}成(?![本为功就立长员果交品份不])",
    # 两倍, 十几倍, 成倍
    rf"(?:[{_ONES}十百千几数半多]{_RUN}{_MORE}倍)(?!数)|成倍|倍增|加倍",
    rf"翻了?[{_ONES}几]?[番倍]",
    r"一半|半数|过半|近半|对半|减半|折半|腰斩|对折",
    # 三分之一, 百分之三十
    rf"[{_NUMERAL}几]{_RUN}分之[{_NUMERAL}几]+",
    # 三十, 十余, 数百, 七八; not ordinals, plans, idioms
    rf"(?<![第{_NUMERAL}]){_NOT_IDIOM}[{_ONES}十百几数][{_NUMERAL}几][{_NUMERAL}多余来]*",
    r"(?<![若])(?:十|百)[余多来几]",
    # 两台, 三家, 五万元; an article (一家) is not a count, a term (三年期) is a name
    rf"(?<![第{_NUMERAL}])(?:[二两三四五六七八九十百几]|{_SEVERAL}){_MORE}{_COUNTED}{_NOT_MACHINE}",
    rf"(?<![第上下前后同每这那])[{_ONES}十]{_MORE}{_PERIODS}(?![期约报四])",
    r"(?<![上下前后])半年(?![期报约])|半个月|个半月",
)

_SMALL = "two|three|four|five|six|seven|eight|nine|ten"
_COMPARED = "of|more|less|higher|lower|cheaper|dearer|above|below"
_PARTS = "third|quarter|fifth|sixth|seventh|eighth|ninth|tenth"
_UNITS = (
    "per ?cent|percentage points?|points?|times|fold|months?|years?|weeks?|days?|hours?|"
    "servers?|cards?|chips?|GPUs?|firms?|companies|customers?|people|yuan|dollars?"
)

_ENGLISH = (
    r"doubl(?:ed|es|ing)(?! down)|double(?![- ](?:check|count|edged|down|precision))",
    r"(?:tripl|trebl|quadrupl)(?:ed|es|ing|e)|halv(?:ed|es|ing)",
    r"(?<!first )(?<!second )half(?!-width|-hearted)",
    r"twice|thrice|(?:two|three|four|five|six|ten|hundred)fold",
    rf"(?:one|two|three|four|five|six|seven|eight|nine|ten)[ -](?:{_PARTS})s?",
    rf"a (?:{_PARTS})(?= (?:{_COMPARED})\b|\s*[.,;:)]|\s*$)",
    r"dozens?|scores of|hundreds?|thousands?|millions?|billions?",
    r"(?:eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)",
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]+)?",
    rf"(?:{_SMALL}) (?:{_UNITS})",
    r"one (?:per ?cent|percentage point|year|month|week)",
)

_WORDS = re.compile(
    "|".join(_CHINESE) + rf"|(?<![A-Za-z-])(?:{'|'.join(_ENGLISH)})(?![A-Za-z])", re.IGNORECASE
)

# A number as it is typed, every digit turned into 0, the full-width ones into ０: 6.7, 1,234.5,
# 6.7–6.8, 30%. A full-width comma closes a clause unless it stands between full-width digits.
_DECIMAL = r"[0０]+(?:,000(?!0)|，０００(?!０))*(?:[.．][0０]+)*"
_TYPED = re.compile(rf"{_DECIMAL}[%％‰]?(?: ?[-–—~～〜] ?{_DECIMAL}[%％‰]?)?")
_SHORT = 2_000  # letters of a text that is worth remembering

# What measures is no name: nothing may call a percentage, a price or a change one.
_MEASURE = re.compile(
    r"\d\s?(?:[%％‰倍]|成(?![本交])|万|亿|元|美元|个百分点|per ?cent|points?\b|x\b)"
    r"|[$¥￥€≥≤±]\s?\d|[+−]\s?\d"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: where, and whether in digits or in words."""

    kind: Literal["digits", "words"]
    text: str
    start: int
    end: int


@cache
def is_digit(letter: str) -> bool:
    """Whether a character is a digit or a number in any script: 7, ７, ², ٣, Ⅷ, ①, ½."""
    return unicodedata.category(letter)[0] == "N"


def numerals(text: str) -> Iterator[Numeral]:
    """Every number of a text, digits first, then words."""
    return iter(_remembered(text) if len(text) <= _SHORT else tuple(_searched(text)))


@lru_cache(maxsize=8192)
def _remembered(text: str) -> tuple[Numeral, ...]:
    """The same, remembered: a note asks several times about each of its texts."""
    return tuple(_searched(text))


def _searched(text: str) -> Iterator[Numeral]:
    digits = {
        ord(letter): "０" if "０" <= letter <= "９" else "0"
        for letter in set(text)
        if is_digit(letter)
    }
    if digits:
        for run in _TYPED.finditer(text.translate(digits)):
            yield Numeral("digits", text[run.start() : run.end()], run.start(), run.end())
    for found in _WORDS.finditer(text):
        yield Numeral("words", found[0], found.start(), found.end())


def measures(text: str) -> bool:
    """Whether a text states a measured number: 30%, 8 万, $2, +5. A name must not."""
    return _MEASURE.search(text) is not None


def clause_around(text: str, start: int, end: int, most: int = 90) -> str:
    """The sentence that a place of a text stands in, cut to `most` characters around it."""
    left = max(text.rfind(mark, 0, start) for mark in "。！？；\n") + 1
    before = [
        place + 2 for mark in (". ", "! ", "? ") if (place := text.rfind(mark, 0, start)) >= 0
    ]
    left = max(left, *before, 0)
    ends = [
        place
        for mark in ("。", "！", "？", "；", ". ", "\n")
        if (place := text.find(mark, end)) >= 0
    ]
    right = min(ends, default=len(text) - 1) + 1
    if right - left > most:
        left, right = max(left, start - most // 2), min(right, end + most // 2)
    return text[left:right].strip()
