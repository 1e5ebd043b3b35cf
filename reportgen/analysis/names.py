"""Labels of the things that figures are about: models, terms, tenors, bases."""

from __future__ import annotations

import re

from reportgen.language import Text
from reportgen.workbook.schema import Choice, sheet

_MONTHS = re.compile(r"(\d+)([my])")
_PRICES = sheet("Prices")
_MODEL_ORDER = {choice.key: place for place, choice in enumerate(_PRICES.column("model").choices)}
_LABELS: dict[str, dict[str, Choice]] = {
    column.key: {choice.key: choice for choice in column.choices} for column in _PRICES.columns
}
_PARAMETERS = {choice.key: choice for choice in sheet("Economics").column("parameter").choices}
_TERMS_ZH = "零一二三四五六七八九十"


def choice_label(column: str, key: str) -> Text:
    """The label of a choice of the Prices sheet; an unlisted word labels itself."""
    known = _LABELS[column].get(key)
    return known.label if known else Text.same(key.upper())


def model_label(key: str) -> Text:
    """H100 for h100; an unlisted model in capitals."""
    return choice_label("model", key)


def model_order(key: str) -> tuple[int, str]:
    """Sort key: the schema's order of models, unlisted ones after it by name."""
    return (_MODEL_ORDER.get(key, len(_MODEL_ORDER)), key)


def term_months(key: str) -> int:
    """Months of a lease term such as 1y or 6m; 0 when it is not stated."""
    found = _MONTHS.fullmatch(key)
    return int(found[1]) * (12 if found[2] == "y" else 1) if found else 0


def term_label(key: str) -> Text:
    """一年期 / 1-year."""
    months = term_months(key)
    if not months:
        return Text(key, key)
    if months % 12 == 0:
        years = months // 12
        zh = _TERMS_ZH[years] if years <= 10 else str(years)
        return Text(f"{zh}年期", f"{years}-year")
    return Text(f"{months} 个月期", f"{months}-month")


def config_label(key: str) -> Text:
    """Memory sizes as 4TB and 141GB; `used` as 二手; anything else as written."""
    if key == "used":
        return Text("二手", "used")
    if found := re.fullmatch(r"(\d+)(t|g)b?", key):
        return Text.same(f"{found[1]}{found[2].upper()}B")
    return Text.same(key.upper())


def parameter_label(key: str) -> Text:
    """盈亏平衡租金 / break-even rent; an unlisted parameter labels itself."""
    known = _PARAMETERS.get(key)
    return known.label if known else Text.same(key)


def slug(text: str) -> str:
    """A word fit for a figure name: lower case, no spaces or dots."""
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]+", "-", text.lower()).strip("-")
