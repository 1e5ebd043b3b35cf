"""Formulas in words: what a reader sees of a formula, its inputs and its constants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from reportgen.language import Lang, Text

_WORDS: Mapping[str, str] = {
    "as the IRR without VAT, with R (1 − x) after month m":
        "同不含税内部收益率，第 m 个月后租金为 R (1 − x)",
    "envelope of independent sources, point of the best grade":
        "独立来源的包络区间，点值取评级最高者",
    "cards per server": "每台卡数",
    "price ratio": "价格比",
    "performance": "性能",
    "idle share": "闲置占比",
    "occupied": "占用率",
    "mark-up": "加价率",
    "opex net of VAT": "不含税运营成本",
    "depreciation": "折旧",
    "colocation": "托管",
    "interest": "利息",
    "servers": "台数",
    "spares": "备件",
    "tariff": "电价",
    "capex": "购置价",
    "cards": "卡数",
    "hours": "小时数",
    "share": "占比",
    "power": "电费",
    "staff": "人员",
    "rent": "租金",
    "opex": "运营成本",
    "load": "负载率",
    "new": "新值",
    "old": "旧值",
    "fee": "托管单价",
}  # fmt: skip
_WORD = re.compile(
    "|".join(rf"(?<![A-Za-z_]){re.escape(word)}(?![A-Za-z_])" for word in _WORDS), re.ASCII
)
_INPUTS: Mapping[str, str] = {
    "per": "每台卡数", "peak_power": "峰值功率", "pue": "PUE", "network": "组网加成",
    "residual": "残值率", "life": "年限", "debt_cost": "资金成本", "grid axis": "网格取值",
}  # fmt: skip
_CONSTANTS: Mapping[str, Text] = {
    "cards_per_server": Text("每台服务器卡数", "Cards per server"),
    "fx": Text("汇率", "Exchange rate"),
    "hours": Text("每月小时数", "Hours a month"),
    "vat": Text("增值税税率", "VAT rate"),
    "input VAT on goods and power": Text("货物与电力进项税率", "Input VAT on goods and power"),
    "input VAT on services": Text("服务进项税率", "Input VAT on services"),
    "grid axis": Text("敏感性网格取值", "Value of the sensitivity grid"),
    "grid axis capex": Text("敏感性网格：购置价倍数", "Sensitivity grid: multiple of the price"),
    "grid axis rent": Text("敏感性网格：租金倍数", "Sensitivity grid: multiple of the rent"),
    "grid axis month": Text("敏感性网格：降租月份", "Sensitivity grid: month of the cut"),
    "grid axis cut": Text("敏感性网格：降租幅度", "Sensitivity grid: size of the cut"),
}
_INTERMEDIATE = Text("中间结果", "Intermediate value")


@lru_cache(maxsize=4096)  # an index names the same inputs at every date
def formula_text(formula: str, lang: Lang) -> str:
    """A formula or rule with its words in that language; symbols stay."""
    return _WORD.sub(lambda found: _WORDS[found[0]], formula) if lang == "zh" else formula


def input_text(name: str, lang: Lang) -> str:
    """The name that an input has in its formula, in that language."""
    if lang == "zh" and name in _INPUTS:
        return _INPUTS[name]
    return formula_text(name.replace("_", " "), lang)


def constant_label(name: str) -> Text:
    """What a value is called that is no figure; its name where nothing better is known."""
    return _CONSTANTS.get(name) or Text.same(name)


def intermediate_label() -> Text:
    """What a step of a formula is called."""
    return _INTERMEDIATE
