"""The example rows of a blank workbook: two a sheet, marked so that nobody takes them for facts.

Every row has the mark in one of its texts. Where a column is printed, the mark is printed too.
"""

from __future__ import annotations

from datetime import date, timedelta

from reportgen.language import Lang, Text

MARK = Text("【示例】", "[EXAMPLE]")
"""What an example has in one of its texts, in a workbook of that language."""

Rows = dict[str, list[dict[str, str]]]


def is_example(text: str) -> bool:
    """Whether a text still carries the mark of an example."""
    return MARK.zh in text or MARK.en in text


def example_rows(lang: Lang, today: date) -> Rows:
    """Rows of every sheet, in keys of the schema; dates lie shortly before `today`."""
    now = today.isoformat()
    month = f"{today:%Y-%m}"
    before = f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    own = _Own(lang)
    return {
        "Note": _note(own, now, before),
        "Sources": _sources(own, now, month),
        "Prices": _prices(own, month, before),
        "Survey": _survey(own, month),
        "Demand": _demand(own, month),
        "Economics": _economics(own, month),
        "Scenarios": _scenarios(own),
        "Views": _views(),
        "Glossary": _glossary(own),
        "Redactions": _redactions(own),
        "Recipients": _recipients(own),
        "Accepted": _accepted(own, today),
    }


class _Own:
    """Texts in the workbook's language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, zh: str, en: str) -> str:
        return Text(zh, en)[self.lang]

    def marked(self, zh: str, en: str) -> str:
        """The text behind the mark."""
        return f"{MARK[self.lang]}{self('', ' ')}{self(zh, en)}"

    @property
    def remark(self) -> str:
        """What stands in the Remark column of an example."""
        return self.marked("请改写或删除本行。", "Overwrite this row, or delete it.")


def _zh(text: str) -> str:
    return MARK.zh + text


def _en(text: str) -> str:
    return f"{MARK.en} {text}"


def _note(own: _Own, now: str, before: str) -> list[dict[str, str]]:
    settings = {
        "title_zh": _zh("用一句话说出本期结论"),
        "title_en": _en("State this issue's conclusion in one sentence"),
        "slug": "example",
        "date": now,
        "time": "08:30",
        "kind": "industry_memo",
        "authors": _zh("姓名") if own.lang == "zh" else _en("Name"),
        "authors_en": _en("Name"),
        "house_zh": _zh("研究机构"),
        "house_en": _en("Research house"),
        "vat_default": own("未说明", "not stated"),
        "cards_per_server": "8",
        "stale_days": "30",
        "range_limit": "15",
        "rent_baseline": before,
        "language": own.lang,
        "disclosures_zh": _zh("请换成贵机构的声明。"),
        "disclosures_en": _en("Put your house's own disclosures here."),
        "sample": own("是", "yes"),
    }
    return [{"key": key, "value": value} for key, value in settings.items()]


def _sources(own: _Own, now: str, month: str) -> list[dict[str, str]]:
    return [
        {
            "id": "S1", "kind": "expert_call", "date": month,
            "title_zh": _zh("渠道商专家访谈"), "title_en": _en("Channel-expert call"),
            "role_zh": "渠道商专家", "role_en": "Channel expert", "interested": "yes",
            "interest_zh": "从事服务器贸易与租赁，价格上涨对其有利",
            "interest_en": "Trades and leases servers; gains when prices rise",
            "group": "expert-1",
            "attestations": own.marked(
                "无内幕信息等确认：由谁、何时。", "No inside information: confirmed by whom, when."
            ),
            "restricted": "no", "grade": "c", "publish": "yes", "remark": own.remark,
        },
        {
            "id": "OWN", "kind": "own", "date": now,
            "title_zh": _zh("本机构假设与测算"), "title_en": _en("House assumptions and estimates"),
            "role_zh": "本机构", "role_en": "House", "interested": "no", "group": "house",
            "restricted": "no", "grade": "c", "publish": "yes", "remark": own.remark,
        },
    ]  # fmt: skip


def _prices(own: _Own, month: str, before: str) -> list[dict[str, str]]:
    shared = {
        "market": "rent", "model": "h100", "term": "1y", "basis": "ask", "vat": "incl",
        "unit": own("万元/台/月", "CNY10k/server/month"), "source": "S1", "speaker": "expert",
        "confidence": "medium", "publish": "yes", "remark": own.remark,
    }  # fmt: skip
    return [
        {
            "id": "P1", "date": before, "point": "6.2",
            "quote": own.marked("上个月大概六万二", "about 62 thousand last month"), **shared,
        },
        {
            "id": "P2", "date": month, "point": "6.5–6.8",
            "quote": own.marked("现在六万五到六万八", "65 to 68 thousand now"), **shared,
        },
    ]  # fmt: skip


def _survey(own: _Own, month: str) -> list[dict[str, str]]:
    shared = {
        "date": month, "as_of": month, "source": "S1", "speaker": "expert",
        "confidence": "medium", "publish": "yes", "remark": own.remark,
    }  # fmt: skip
    return [
        {
            "id": "C1", "topic": "utilisation",
            "subject": own("高端整机", "high-end servers"),
            "metric": own("出租率", "share let"), "low": "80", "high": "85", "unit": "%",
            "claim_zh": _zh("在手的高端整机大多已经租出。"),
            "claim_en": _en("Most of the high-end servers at hand are let."),
            "quote": own.marked("基本上八成到八成五都租出去了", "80 to 85 percent are let"),
            **shared,
        },
        {
            "id": "C2", "topic": "supply",
            "subject": own("新机到货", "new servers"),
            "claim_zh": _zh("新机到货慢于客户下单。"),
            "claim_en": _en("New servers arrive more slowly than customers order."),
            "quote": own.marked("到货还是跟不上", "deliveries do not keep up"), **shared,
        },
    ]  # fmt: skip


def _demand(own: _Own, month: str) -> list[dict[str, str]]:
    shared = {
        "metric": "share", "period": month, "unit": "%", "basis": "owned", "source": "S1",
        "speaker": "expert", "confidence": "medium", "publish": "yes", "remark": own.remark,
    }  # fmt: skip
    return [
        {
            "id": "D1", "segment": own("互联网大厂", "Big internet platforms"),
            "segment_en": "Big internet platforms", "point": "60",
            "quote": own.marked("大厂占六成", "the big ones have 60 percent"), **shared,
        },
        {
            "id": "D2", "segment": own("其他客户", "Other customers"),
            "segment_en": "Other customers", "point": "40",
            "quote": own.marked("剩下四成是其他客户", "the other 40 percent"), **shared,
        },
    ]  # fmt: skip


def _economics(own: _Own, month: str) -> list[dict[str, str]]:
    shared = {
        "date": month, "kind": "assumption", "source": "OWN", "publish": "yes",
        "remark": own.remark,
    }  # fmt: skip
    return [
        {
            "id": "E1", "model": "h100", "parameter": "capex", "low": "200", "high": "220",
            "unit": own("万元/台", "CNY10k/server"), **shared,
        },
        {
            "id": "E2", "parameter": "tariff", "point": "0.6",
            "unit": own("元/kWh", "CNY/kWh"), **shared,
        },
    ]  # fmt: skip


def _scenarios(own: _Own) -> list[dict[str, str]]:
    shared = {"lead_time": "3", "source": "OWN", "publish": "yes", "remark": own.remark}
    return [
        {
            "id": "X1", "name_zh": _zh("到货加快"), "name_en": _en("Deliveries speed up"),
            "supply_change": "20", "demand_change": "10", "elasticity": "2", **shared,
        },
        {
            "id": "X2", "name_zh": _zh("需求走强"), "name_en": _en("Demand strengthens"),
            "supply_change": "5", "demand_change": "20", "elasticity": "2", **shared,
        },
    ]  # fmt: skip


def _views() -> list[dict[str, str]]:
    zh = (
        f"**{MARK.zh}供给仍紧。** 在手高端整机的出租率为 [[claim.C1]]。"
        "数字不直接写，用方括号引用，数据改了它会自己更新。"
    )
    en = (
        f"**{MARK.en} Supply is still tight.** Of the high-end servers at hand, [[claim.C1]] are "
        "let. Figures are not typed but named in brackets, and renew themselves with the data."
    )
    shared = {"section": "key_points", "order": "1", "publish": "yes"}
    return [
        {"language": "zh", "text": zh, **shared},
        {"language": "en", "text": en, **shared},
    ]


def _glossary(own: _Own) -> list[dict[str, str]]:
    return [
        {
            "alias": "H 一百", "canonical_zh": "H100", "canonical_en": "NVIDIA H100",
            "kind": "chip", "remark": own.remark,
        },
        {
            "alias": "左右", "canonical_zh": "约；只取点值，不造区间",
            "canonical_en": "about; a point, no range is made", "kind": "hedge",
            "remark": own.remark,
        },
    ]  # fmt: skip


def _redactions(own: _Own) -> list[dict[str, str]]:
    return [
        {
            "term": own("示例客户甲", "Example Customer A"),
            "replacement": own("某互联网大厂", "a large platform"),
            "why": own.marked("客户名称", "a customer's name"),
        },
        {
            "term": own("示例机房乙", "Example Site B"),
            "replacement": own("某机房", "a site"),
            "why": own.marked("客户机房所在地", "where a customer's servers stand"),
        },
    ]  # fmt: skip


def _recipients(own: _Own) -> list[dict[str, str]]:
    return [
        {
            "name": own.marked("张三", "Zhang San"), "address": "zhang.san@example.com",
            "language": "zh", "edition": "client", "greeting": "张总，您好：",
        },
        {
            "name": own.marked("Jane Smith", "Jane Smith"), "address": "jane.smith@example.com",
            "language": "en", "edition": "client", "greeting": "Dear Jane,",
        },
    ]  # fmt: skip


def _accepted(own: _Own, today: date) -> list[dict[str, str]]:
    until = (today + timedelta(days=31)).isoformat()
    shared = {"by": own("何人", "who"), "until": until}
    return [
        {
            "code": "single-source", "where": "Sources",
            "reason": own.marked("为何接受", "why it is accepted"),
            "reason_en": _en("why it is accepted"), **shared,
        },
        {
            "code": "interested-party", "where": "S1",
            "reason": own.marked("为何接受", "why it is accepted"),
            "reason_en": _en("why it is accepted"), **shared,
        },
    ]  # fmt: skip
