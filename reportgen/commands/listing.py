"""The figures of a workbook as a list: chosen, grouped by family, and set for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from reportgen.analysis.figures import Figure
from reportgen.language import Lang, Text
from reportgen.terminal import padded, shortened, wide
from reportgen.wording import quantity_text

HISTORY = "@"
"""Stands in the id of a past value, before its date."""

FAMILIES: Mapping[str, Text] = {
    "rent": Text("月租", "rents"),
    "price": Text("采购价", "purchase prices"),
    "change": Text("变化", "changes"),
    "compare": Text("不同口径的比较", "comparisons of unlike rows"),
    "premium": Text("现货溢价", "spot premiums"),
    "termdiscount": Text("长租折让", "discounts for longer terms"),
    "index": Text("配对指数", "matched index"),
    "mean": Text("简单均值", "simple means"),
    "pair": Text("配对变化", "changes of pairs"),
    "usd": Text("折美元", "in US dollars"),
    "yield": Text("月租收益率", "monthly yields"),
    "payback": Text("回收期", "payback"),
    "cashpayback": Text("现金回收期", "cash payback"),
    "breakeven": Text("盈亏平衡月租", "break-even rents"),
    "margin": Text("利润率", "margins"),
    "irr": Text("内部收益率", "internal rates of return"),
    "npv": Text("净现值", "net present values"),
    "depreciation": Text("月折旧", "depreciation"),
    "power": Text("电费", "electricity"),
    "interest": Text("利息", "interest"),
    "opex": Text("运维", "operations"),
    "colocation": Text("托管", "colocation"),
    "spares": Text("备件", "spares"),
    "residual": Text("残值", "residual values"),
    "scenario": Text("情景", "scenarios"),
    "elasticity": Text("弹性", "elasticities"),
    "grid": Text("敏感性表", "sensitivity grids"),
    "share": Text("份额", "shares"),
    "demand": Text("需求", "demand"),
    "supply": Text("供给", "supply"),
    "utilisation": Text("利用率", "utilisation"),
    "count": Text("计数", "counts"),
    "check": Text("复算", "claims computed again"),
    "claim": Text("逐条证据", "single claims"),
    "internal": Text("仅限内部版", "internal edition only"),
}
"""What a family of figures is about, by the first part of their ids."""

_MARGIN = "  "
_VALUE_COLUMNS = 26
_LEAST_LABEL = 16


@dataclass(frozen=True, slots=True)
class Listed:
    """A figure in one language."""

    figure: Figure
    value: str
    label: str

    @property
    def id(self) -> str:
        """Its name."""
        return self.figure.id

    @property
    def paste(self) -> str:
        """What to write in Views."""
        return f"[[{self.id}]]"

    @property
    def family(self) -> str:
        """The first part of its name."""
        return self.id.partition(".")[0]

    @property
    def is_past(self) -> bool:
        """Whether it is a value of an earlier date."""
        return HISTORY in self.id

    @property
    def tabbed(self) -> str:
        """The line for other programs: id, value, label with tabs between them."""
        return f"{self.id}\t{self.value}\t{self.label}"

    def as_json(self) -> dict[str, Any]:
        """The figure as the documented JSON object. Numbers are in the stored unit."""
        figure, quantity = self.figure, self.figure.quantity
        return {
            "id": self.id,
            "paste": self.paste,
            "family": self.family,
            "label": self.label,
            "text": self.value,
            "low": quantity.low,
            "point": quantity.point,
            "high": quantity.high,
            "unit": quantity.unit.key,
            "as_of": figure.as_of.key if figure.as_of else None,
            "since": figure.since.key if figure.since else None,
            "past": self.is_past,
        }


def listed(figures: Iterable[Figure], lang: Lang) -> list[Listed]:
    """The figures with the text of their value."""
    return [
        Listed(one, quantity_text(one.quantity, lang, signed=one.signed), one.label[lang])
        for one in figures
    ]


def matching(figures: Iterable[Figure], pattern: str) -> list[Figure]:
    """The figures whose id or label has the pattern, in either language; * and ? as in a shell.

    Square brackets around it do not count, so what stands in Views can be pasted.
    """
    plain = pattern.strip().removeprefix("[[").removesuffix("]]").strip().casefold()
    wild = plain if set("*?") & set(plain) else f"*{_literal(plain)}*"
    return [
        one
        for one in figures
        if any(fnmatchcase(text.casefold(), wild) for text in (one.id, one.label.zh, one.label.en))
    ]


def grouped(figures: Sequence[Listed], lang: Lang, width: int) -> str:
    """A heading a family, and a line a figure: what to paste, value, label, in columns."""
    families: dict[str, list[Listed]] = {}
    for one in figures:
        families.setdefault(one.family, []).append(one)
    lines: list[str] = []
    for family, members in families.items():
        about = FAMILIES.get(family)
        lines += ["", f"{family}  {about[lang]}" if about else family]
        lines += _columns(members, width)
    return "\n".join(lines[1:])


def _columns(members: Sequence[Listed], width: int) -> list[str]:
    pasted = max(wide(one.paste) for one in members)
    valued = min(_VALUE_COLUMNS, max(wide(one.value) for one in members))
    room = width - len(_MARGIN) - pasted - valued - 4
    lines: list[str] = []
    for one in members:
        if room >= _LEAST_LABEL:
            start = f"{_MARGIN}{padded(one.paste, pasted)}  {padded(one.value, valued)}"
            lines.append(f"{start}  {shortened(one.label, room)}".rstrip())
        else:  # too narrow for three columns: the rest goes below
            below = f"{padded(one.value, valued)}  {one.label}"
            lines += [
                f"{_MARGIN}{one.paste}",
                f"{_MARGIN * 2}{shortened(below, width - 2 * len(_MARGIN))}",
            ]
    return lines


def _literal(text: str) -> str:
    """The text as a pattern that means itself."""
    return text.replace("[", "[[]")
