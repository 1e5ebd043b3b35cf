"""The two languages of a note, and text that exists in both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
TAGS: Mapping[Lang, str] = {"zh": "zh-CN", "en": "en"}
"""The languages' names on the web and in PDFs."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ENGLISH_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]?[a-z]+(?![A-Za-z])")
_SENTENCE_WORDS = 3  # fewer may well be a product's name


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; `text[lang]` picks one."""

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    @classmethod
    def same(cls, text: str) -> Text:
        """A text that reads the same in both languages, such as a model name."""
        return cls(text, text)


def foreign_tag(text: str, lang: Lang) -> str:
    """The tag of the language that the text is in when that is not `lang`, else nothing.

    Chinese is what has more Chinese characters than English words; a few English
    words in a Chinese note are names and count as Chinese.
    """
    chinese = len(_CHINESE.findall(text))
    words = len(_ENGLISH_WORD.findall(text))
    if lang == "en":
        return TAGS["zh"] if chinese > words else ""
    return TAGS["en"] if words >= _SENTENCE_WORDS and not chinese else ""


def count_of(number: int, noun: str, plural: str = "") -> str:
    """A count in an English sentence: 1 price, 2 prices; `plural` where an s does not do."""
    return f"{number} {agreeing(number, noun, plural or f'{noun}s')}"


def agreeing(number: int, one: str, many: str) -> str:
    """The English word that goes with a count: 1 row leaves, 2 rows leave."""
    return one if number == 1 else many
