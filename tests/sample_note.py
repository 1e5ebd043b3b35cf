"""A whole note in both languages, made by hand, for the tests of rendering and delivery."""

# ruff: noqa: E501 - a note reads better on long lines

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta, timezone
from functools import cache

from reportgen.language import Lang
from reportgen.note.model import (
    Bars,
    Block,
    BulletList,
    ChartData,
    Column,
    Cover,
    Curve,
    Exhibit,
    KeyFigure,
    Levels,
    Line,
    Mark,
    Moves,
    Note,
    Paragraph,
    Run,
    Section,
    Stacks,
    TableData,
    TableRow,
)
from reportgen.note.words import words

ISSUED = datetime(2026, 5, 28, 9, 30, tzinfo=timezone(timedelta(hours=8)))
_TOKEN = re.compile(r"\[\[(.+?)\|(.+?)\]\]|\b([HBA]\d{2,3}|F\d{3})\b|«(.+?)»")


def line(text: str) -> Line:
    """Text with [[figure|6.7–6.8]], model names, row ids (F004) and «quotes» as runs."""
    runs: list[Run] = []
    place = 0
    for match in _TOKEN.finditer(text):
        if match.start() > place:
            runs.append(Run(text[place : match.start()]))
        if match[1]:
            number = re.search(r"[\d.]+", match[2])
            value = float(number[0].strip(".")) if number else None
            runs.append(Run(match[2], "figure", figure=match[1], value=value))
        elif match[3]:
            runs.append(Run(match[3], "ref" if match[3].startswith("F") else "name"))
        else:
            runs.append(Run(match[4], "quote"))
        place = match.end()
    if place < len(text):
        runs.append(Run(text[place:]))
    return tuple(runs)


def para(lead: str, text: str) -> Paragraph:
    return Paragraph(line(text), lead=line(lead) if lead else ())


def fig(text: str, figure: str, mark: str = "") -> Line:
    number = re.search(r"[\d.]+", text)
    return (
        Run(text, "figure", figure=figure, value=float(number[0]) if number else None, mark=mark),
    )


def picture(name: str, width: int = 612, height: int = 230, text: str = "H100 租金") -> str:
    """A placeholder chart of the size and colours that the real ones have."""
    bars = "".join(
        f'<g id="bar{i}"><rect x="{120 + i * 80}" y="{height - 40 - 20 * (i + 1)}" width="36"'
        f' height="{20 * (i + 1)}" fill="{colour}"/></g>'
        for i, colour in enumerate(("#17324d", "#c58b3f", "#377c79", "#8fb2d0", "#ddeeff"))
        if 160 + i * 80 < width
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-labelledby="{name}-title" font-family="\'Noto Sans CJK SC\'">'
        f'<title id="{name}-title">{text}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<line x1="100" y1="{height - 40}" x2="{width}" y2="{height - 40}" stroke="#c8ced4"/>{bars}'
        f'<text x="8" y="40" font-size="10" fill="#1d2329">{text}</text></svg>'
    )


def _mark(low: float, high: float, text: str, figure: str = "") -> Mark:
    return Mark(low, (low + high) / 2, high, text, figure)


def _charts_data() -> dict[str, ChartData]:
    h100, h200 = _mark(6.7, 6.8, "6.7–6.8", "rent.h100.1y"), _mark(8, 8, "8+", "rent.h200.1y")
    return {
        "rents-by-model": Levels(("H100", "H200"), (("1y", (h100, h200)),), "万元/台/月"),
        "rent-change": Bars(("H200",), (_mark(27, 33, "+27–33%"),), "%", signed=True),
        "purchase-levels": Moves(("H200",), (h100,), (h200,), "old", "new", "万元/台"),
        "term-curve": Curve(("1y", "5y"), (12, 60), (("H100", (h100, h200)),), "万元/台/月"),
        "customer-shares": Stacks(("2026",), ("A", "B"), ((h100, h200),), "%"),
        "payback-chart": Bars(("H100",), (_mark(30, 32, "31"),), "months"),
        "inference-ratio": Curve(("2025", "2026"), (0, 1), (("x", (h100, h200)),), "x"),
        "memory-share": Bars(("H200",), (_mark(26, 42, "26–42%"),), "%"),
    }


SOURCE = {
    "zh": "渠道商专家访谈（S01），2026 年 5 月 28 日；机构整理",
    "en": "Expert call with a reseller (S01), 28 May 2026; house compilation",
}
_TITLES: dict[str, tuple[str, str, str, str]] = {
    "rents-by-model": (
        "H200 租金升至 [[rent.h200.1y|8+ 万元/台/月]]，H100 一年期 [[rent.h100.1y|6.7–6.8 万元/台/月]]",
        "H200 rents at [[rent.h200.1y|CNY 80k+ per server-month]], H100 at [[rent.h100.1y|CNY 67–68k]]",
        "八卡整机月租，万元/台/月，含税口径未说明",
        "Eight-card server, CNY k per server-month, VAT basis not stated",
    ),
    "rent-change": (
        "春节以来 H200 涨 [[change.rent.h200.1y|27%–33%]]",
        "H200 rents up [[change.rent.h200.1y|27–33%]] since the New Year",
        "较 2026 年 2 月 17 日前，%",
        "Since before 17 Feb 2026, %",
    ),
    "term-curve": (
        "五年期 H100 较一年期低 [[termdiscount.h100.5y|10%–12%]]",
        "Five-year H100 leases cost [[termdiscount.h100.5y|10–12%]] less",
        "月租按租期，万元/台/月",
        "Rent by term, CNY k per server-month",
    ),
    "purchase-levels": (
        "现货整机价格自 2025 年 9 月前上行，H200 由 [[price.h200@before|220–230]] 升至 [[price.h200.spot|350 万元/台]]",
        "Spot H200 servers went from [[price.h200@before|CNY 2.2–2.3m]] to [[price.h200.spot|CNY 3.5m]]",
        "采购价，万元/台",
        "Purchase price, CNY m per server",
    ),
    "customer-shares": ("下游以互联网与模型公司为主", "Internet and model firms lead demand", "占比，%", "Share, %"),
    "payback-chart": (
        "静态回本期 [[payback.h100.1y|31 个月]]至 [[payback.h200.1y.spot|44 个月]]",
        "Gross payback runs from [[payback.h100.1y|31]] to [[payback.h200.1y.spot|44 months]]",
        "月，含税简单口径",
        "Months, simple VAT-inclusive basis",
    ),
    "inference-ratio": ("推理占比继续上升", "Inference keeps gaining on training", "推理/训练，倍", "Inference to training, x"),
    "memory-share": ("内存占整机成本上升", "Memory takes a larger part of cost", "占整机成本，%", "Share of server cost, %"),
}  # fmt: skip


def _chart(name: str, number: int, lang: Lang, *, half: bool = False) -> Exhibit:
    zh_title, en_title, zh_sub, en_sub = _TITLES[name]
    title = line(zh_title if lang == "zh" else en_title)
    return Exhibit(
        id=name,
        number=number,
        title=title,
        subtitle=line(zh_sub if lang == "zh" else en_sub),
        body=_charts_data()[name],
        source=line(SOURCE[lang]),
        notes=(
            line(
                "误差线为报价区间；空心点为较早数据。"
                if lang == "zh"
                else "Bars show quoted ranges; hollow points are older."
            ),
        )
        if not half
        else (),
        alt="".join(run.text for run in title),
        half_width=half,
    )


def _table(name: str, number: int, lang: Lang, titles: tuple[str, str], data: TableData) -> Exhibit:
    subtitle = "单位见表头" if lang == "zh" else "Units in the column heads"
    return Exhibit(
        name, number, line(titles[0] if lang == "zh" else titles[1]), line(subtitle), data,
        line(SOURCE[lang]),
        notes=(line("† 单一来源且为利益相关方。" if lang == "zh" else "† One source, an interested party."),),
    )  # fmt: skip


def _rent_table(lang: Lang) -> TableData:
    zh = lang == "zh"
    unit = line("万元/台/月" if zh else "CNY k per server-month")
    columns = (
        Column("机型" if zh else "Model"),
        Column("租期" if zh else "Term", "short"),
        Column("报价" if zh else "Quoted", "range", unit),
        Column("中值" if zh else "Middle", "number", unit),
        Column("春节前" if zh else "Before New Year", "range", unit),
        Column("变动" if zh else "Change", "range", line("%")),
        Column("可信度" if zh else "Confidence", "short"),
    )
    rows = []
    data = (
        ("H100", "1y", "6.7–6.8", "6.75", "—", "—", "", True),
        ("H100", "3y", "6.4–6.5", "6.45", "—", "—", "", False),
        ("H100", "5y", "6", "6", "—", "—", "", False),
        ("H200", "1y", "8+", "8", "6.0–6.3", "+27 至 +33" if zh else "+27 to +33", "up", True),
        ("H800", "1y", "6.3–6.4", "6.35", "—", "—", "", False),
        ("H20 141G", "1y", "≥4", "4", "4.2", "−5", "down", False),
        ("B300", "5y", "16–19", "17.5", "12", "+33 至 +58" if zh else "+33 to +58", "up", False),
    )
    rows.append(TableRow((line("高端训练卡" if zh else "High-end training cards"),), group=True))
    for model, term, quoted, middle, before, change, direction, base in data:
        key = f"rent.{model.lower().replace(' ', '.')}.{term}"
        rows.append(
            TableRow(
                (
                    (Run(model, "name"),),
                    (Run(term, "name"),),
                    fig(quoted, key, "†" if model == "B300" else ""),
                    fig(middle, key),
                    fig(before, f"{key}@before") if before != "—" else line(before),
                    fig(change, f"change.{key}") if change != "—" else line(change),
                    line("高" if zh else "high"),
                ),
                emphasis=base,
                direction=direction,  # type: ignore[arg-type]
            )
        )
    return TableData(columns, tuple(rows))


def _price_table(lang: Lang) -> TableData:
    zh = lang == "zh"
    unit = line("万元/台" if zh else "CNY m per server")
    columns = (
        Column("机型与配置" if zh else "Model and config"),
        Column("现货" if zh else "Spot", "range", unit),
        Column("期货" if zh else "Forward", "range", unit),
        Column("溢价" if zh else "Premium", "number", line("%")),
        Column("条件" if zh else "Condition", "text", wide=True),
    )
    scale = 1 if zh else 0.01
    rows = tuple(
        TableRow(
            (
                line(model),
                fig(spot, f"price.{i}.spot"),
                fig(forward, f"price.{i}.forward") if forward else line("—"),
                fig(premium, f"premium.{i}") if premium else line("—"),
                line(
                    "八卡整机，全配，现货提供方为渠道商"
                    if zh
                    else "Eight cards, full memory, from a reseller"
                ),
            )
        )
        for i, (model, spot, forward, premium) in enumerate(
            (
                ("B300 2T", "640–660", "", ""),
                ("B300 3T", "680", "", ""),
                ("B300 4T", "700", "520", "34.6"),
                ("H200", "350", "275", "27.3"),
                ("H100", "210", "", ""),
            )
        )
    )
    assert scale
    return TableData(columns, rows)


def _grid(lang: Lang) -> TableData:
    heads = ("200", "210", "220", "230")
    columns = (
        Column("月租＼采购价" if lang == "zh" else "Rent \\ price"),
        *(Column("", "number", (Run(head, "figure", figure=f"grid.{head}", value=float(head)),)) for head in heads),
    )  # fmt: skip
    rows = tuple(
        TableRow(
            (
                fig(f"{rent:.1f}", f"grid.rent.{rent}"),
                *(fig(f"{float(head) / rent:.1f}", f"grid.{head}.{rent}") for head in heads),
            ),
            emphasis=math.isclose(rent, 6.8),
        )
        for rent in (5.2, 6.0, 6.8, 7.6, 8.4)
    )
    return TableData(columns, rows)


def _evidence(lang: Lang) -> TableData:
    zh = lang == "zh"
    heads = (
        ("编号", "对象", "指标", "数值", "原话", "可信度", "来源")
        if zh
        else ("Row", "Subject", "Metric", "Value", "Words", "Conf.", "Source")
    )
    kinds = ("short", "text", "text", "range", "text", "short", "short")
    columns = tuple(
        Column(head, kind, wide=index == 4)  # type: ignore[arg-type]
        for index, (head, kind) in enumerate(zip(heads, kinds, strict=True))
    )
    quotes = (
        "H100 现在的租赁价格是六点七到六点八万",
        "现在涨到 8 万块钱了",
        "四 T 的话已经到 700 万了",
        "就是最少租一年",
        "你要是三年的话就能便宜点，六万四五",
    )
    values = ("6.7–6.8", "8+", "700", "1", "6.4–6.5")
    rows = tuple(
        TableRow(
            (
                (Run(f"F{number:03d}", "ref"),),
                (Run(("H100", "H200", "B300", "H100", "H100")[number % 5], "name"),),
                line("租金，一年期" if zh else "rent, one-year term"),
                fig(values[number % 5], f"claim.F{number:03d}", "†" if number % 7 == 0 else ""),
                (Run(quotes[number % 5], "quote"),),
                line(
                    ("高", "中", "低")[number % 3] if zh else ("high", "medium", "low")[number % 3]
                ),
                (Run("S01", "ref"),),
            )
        )
        for number in range(1, 61)
    )
    return TableData(columns, rows, compact=True)


def _cover(lang: Lang) -> Cover:
    zh = lang == "zh"
    if zh:
        return Cover(
            kind="产业调研纪要",
            standing="不构成证券研究报告",
            house="示例研究所",
            title=line("算力租赁：H200 月租升至 [[rent.h200.1y|8+ 万元]]，现货进场者回本仍需 [[payback.h200.1y.spot|44 个月]]"),
            subtitle=line("专家访谈纪要：高端整机一卡难求，租金与采购价同涨，现货溢价扩大"),
            issued=ISSUED,
            issued_text=Run("2026 年 5 月 28 日 09:30", "time", datetime="2026-05-28T09:30+08:00"),
            authors=(line("研究员甲"), (Run("证书编号 "), Run("S0000000000001", "legal"))),
            licence="无证券投资咨询业务资格",
            caveat=line("全部证据来自[[count.sources|一]]位渠道商专家，其出售所评价的整机，属利益相关方；所有租金均未说明是否含税。凡与其他来源冲突之处，文中标注 †。"),
            key_points=(
                para("租金全面上行，供给仍紧。", "春节以来 H200 涨 [[change.rent.h200.1y|27%–33%]]，H100 一年期报 [[rent.h100.1y|6.7–6.8 万元/台/月]]；渠道称「一卡难求」，最短租期一年，不存在周租。"),
                para("期限越长越便宜，但折扣有限。", "H100 五年期较一年期低 [[termdiscount.h100.5y|10%–12%]]，闭口合同不再调价，说明出租方并不预期租金大幅回落。"),
                para("采购价涨得更快。", "H200 现货 [[price.h200.spot|350 万元/台]]，较内存涨价前高 [[change.price.h200|52%–59%]]，快于同期租金；B300 四 T 现货较期货溢价 [[premium.b300.4t|35%]]。"),
                para("回本期取决于进场成本。", "H100 静态回本 [[payback.h100.1y|31 个月]]，H200 按现货 [[payback.h200.1y.spot|44 个月]]，按成本 [[payback.h200.1y.cost|34 个月]]；现货进场者承担放货风险。"),
                para("推理接棒训练。", "推理与训练之比由 [[inference.ratio@2025|0.8]] 升至 [[inference.ratio|1.5–2.3 倍]]，需求结构转向推理，但专家未能给出需求总量。"),
            ),
            key_figures=(
                KeyFigure("H100 一年期月租", Run("6.7–6.8", "figure", "rent.h100.1y", 6.75), line("万元/台/月"), line("五年期 [[rent.h100.5y|6]]")),
                KeyFigure("H200 一年期月租", Run("8+", "figure", "rent.h200.1y", 8), line("万元/台/月"), line("较春节前 [[change.rent.h200.1y|+27% 至 +33%]]"), "up"),
                KeyFigure("B300 四 T 现货", Run("700", "figure", "price.b300.4t.spot", 700), line("万元/台"), line("期货 [[price.b300.4t.forward|520]]"), "up"),
                KeyFigure("现货溢价", Run("35%", "figure", "premium.b300.4t", 34.6), (), line("B300 四 T，现货对期货")),
                KeyFigure("H200 现货静态回本", Run("44", "figure", "payback.h200.1y.spot", 43.75), line("个月")),
                KeyFigure("推理/训练", Run("1.5–2.3", "figure", "inference.ratio", 1.9, mark="†"), line("倍")),
            ),
            changes=(
                line("H200 月租 [[rent.h200.1y@before|6.0–6.3]] → [[rent.h200.1y|8+ 万元/台/月]]"),
                line("B300 期货 [[price.b300.4t.forward@2025-11|450–460]] → [[price.b300.4t.forward|520 万元/台]]"),
                line("新增：H20 141G 报价"),
            ),
            sample=True,
        )  # fmt: skip
    return Cover(
        kind="Industry call memo",
        standing="Not a securities research report",
        house="Sample Research",
        title=line("Compute leasing: H200 rents reach [[rent.h200.1y|CNY 80k+ per server-month]], yet spot buyers wait [[payback.h200.1y.spot|44 months]] for payback"),
        subtitle=line("Notes from an expert call: high-end servers are hard to find, rents and purchase prices climb together, and the spot premium widens"),
        issued=ISSUED,
        issued_text=Run("28 May 2026, 09:30", "time", datetime="2026-05-28T09:30+08:00"),
        authors=(line("Analyst A"), (Run("Certificate "), Run("S0000000000001", "legal"))),
        licence="Not licensed for securities advice",
        caveat=line("All evidence comes from [[count.sources|one]] reseller who sells what he praises; no rent states its VAT basis. Where he conflicts with another source the number carries †."),
        key_points=(
            para("Rents are up across the board.", "H200 rents rose [[change.rent.h200.1y|27–33%]] since before the New Year and one-year H100 leases stand at [[rent.h100.1y|CNY 67–68k per server-month]]; no lease is shorter than a year."),
            para("Longer terms are cheaper, but not by much.", "Five-year H100 leases cost [[termdiscount.h100.5y|10–12%]] less than one-year leases, at a closed price, so lessors do not expect rents to collapse."),
            para("Purchase prices rise faster.", "A spot H200 server costs [[price.h200.spot|CNY 3.5m per server]], [[change.price.h200|52–59%]] more than before memory went up; the spot premium on a full B300 is [[premium.b300.4t|35%]]."),
            para("Payback depends on the entry price.", "H100 pays back in [[payback.h100.1y|31 months]], H200 in [[payback.h200.1y.spot|44 months]] at spot and [[payback.h200.1y.cost|34 months]] at cost. Spot buyers carry the risk that supply is released."),
            para("Inference takes over.", "The ratio of inference to training went from [[inference.ratio@2025|0.8x]] to [[inference.ratio|1.5–2.3x]], though the expert could not size demand."),
        ),
        key_figures=(
            KeyFigure("H100 one-year rent", Run("67–68", "figure", "rent.h100.1y", 6.75), line("CNY k per server-month"), line("five years [[rent.h100.5y|60]]")),
            KeyFigure("H200 one-year rent", Run("80+", "figure", "rent.h200.1y", 8), line("CNY k per server-month"), line("[[change.rent.h200.1y|+27% to +33%]] since before New Year"), "up"),
            KeyFigure("B300 full memory, spot", Run("7.00", "figure", "price.b300.4t.spot", 700), line("CNY m per server"), line("forward [[price.b300.4t.forward|5.20]]"), "up"),
            KeyFigure("Spot premium", Run("35%", "figure", "premium.b300.4t", 34.6), (), line("B300, spot over forward")),
            KeyFigure("H200 payback at spot", Run("44", "figure", "payback.h200.1y.spot", 43.75), line("months")),
            KeyFigure("Inference to training", Run("1.5–2.3x", "figure", "inference.ratio", 1.9, mark="†"), ()),
        ),
        changes=(
            line("H200 rent [[rent.h200.1y@before|60–63]] → [[rent.h200.1y|CNY 80k+]]"),
            line("B300 forward [[price.b300.4t.forward@2025-11|4.5–4.6]] → [[price.b300.4t.forward|CNY 5.2m]]"),
            line("New: H20 with more memory"),
        ),
        sample=True,
    )  # fmt: skip


_PROSE = {
    "zh": (
        "渠道商专家称，春节之后高端整机的租赁价格随采购价格抬升，H100 一年期 [[rent.h100.1y|6.7–6.8 万元/台/月]]，H200 在 [[rent.h200.1y|8+ 万元/台/月]]（原话：«现在涨到 8 万块钱了»，F015）。同一机型内，租期越长单价越低；H100 三年期 [[rent.h100.3y|6.4–6.5]]，五年期 [[rent.h100.5y|6 万元/台/月]]。价格未说明是否含税，本文不作调整。",
        "专家认为价格仍会上涨（F038），而访谈者认为「已有所企稳」（F002）；二者冲突，我们不作取舍，仅提示专家出售所评价的整机。按可比样本，H200 与 B300 两个可比对的涨幅为 [[index.matched|31%–46%]]，高于专家所述的 [[claim.F004|30%]]。",
    ),
    "en": (
        "According to the reseller, rents for high-end servers followed purchase prices up after the New Year: one-year H100 leases are quoted at [[rent.h100.1y|CNY 67–68k per server-month]] and H200 at [[rent.h200.1y|CNY 80k+ per server-month]] (his words: «现在涨到 8 万块钱了», F015). Within a model, longer terms are cheaper: three years at [[rent.h100.3y|CNY 64–65k]], five at [[rent.h100.5y|CNY 60k]]. The VAT basis is not stated and we do not adjust for it.",
        "The expert expects further rises (F038), while the interviewer thought that prices had steadied (F002). The two conflict; we do not choose, but note that the expert sells the servers he speaks of. On matched pairs, H200 and B300 rose [[index.matched|31–46%]], more than the [[claim.F004|30%]] he states.",
    ),
}  # fmt: skip
_SECTIONS: dict[str, tuple[str, str]] = {
    "rents": ("租金：全面上行", "Rents: up across the board"),
    "purchases": ("采购价：现货溢价扩大", "Purchase prices: a wider spot premium"),
    "economics": ("租赁经济性：进场成本决定回本", "Leasing economics: entry price decides"),
    "users": ("谁在用算力", "Who uses compute"),
    "evidence": ("证据与分歧", "Evidence and contradictions"),
    "risks": ("风险提示", "Risks"),
    "method": ("方法", "Method"),
}


def _blocks(lang: Lang) -> dict[str, tuple[Block, ...]]:
    first, second = (Paragraph(line(text)) for text in _PROSE[lang])
    zh = lang == "zh"
    return {
        "rents": (
            first,
            _chart("rents-by-model", 1, lang),
            second,
            _table("rent-table", 2, lang, ("各机型租金一览", "Rents by model"), _rent_table(lang)),
            _chart("rent-change", 3, lang, half=True),
            _chart("term-curve", 4, lang, half=True),
        ),
        "purchases": (
            first,
            _chart("purchase-levels", 5, lang),
            _table("purchase-table", 6, lang, ("现货与期货采购价", "Spot and forward prices"), _price_table(lang)),
            _chart("memory-share", 7, lang, half=True),
            _chart("inference-ratio", 8, lang, half=True),
        ),
        "economics": (
            second,
            _chart("payback-chart", 9, lang),
            first,
            _table("payback-table", 10, lang, ("H100 静态回本期敏感性（月）", "H100 gross payback, months"), _grid(lang)),
        ),
        "users": (first, _chart("customer-shares", 11, lang), second),
        "evidence": (
            second,
            _table("evidence", 12, lang, ("全部证据与原话", "All evidence, with the words used"), _evidence(lang)),
        ),
        "risks": (
            BulletList(
                tuple(
                    line(text)
                    for text in (
                        ("供给放松：若暂停的 H200 放货，现货价格可能回落。", "需求不及预期：专家未能给出需求总量。", "单一来源：渠道商为利益相关方。")
                        if zh
                        else ("Supply: paused H200 shipments may be released.", "Demand: the expert could not size it.", "One source, an interested party.")
                    )
                )
            ),
        ),
        "method": (first,),
    }  # fmt: skip


@cache
def sample_note(lang: Lang) -> Note:
    """The note in that language."""
    blocks = _blocks(lang)
    legal = Run("《发布证券研究报告暂行规定》（2010）第 28 号", "legal")
    return Note(
        lang=lang,
        edition="client",
        slug="compute-leasing",
        cover=_cover(lang),
        sections=tuple(
            Section(name, titles[0] if lang == "zh" else titles[1], blocks[name])
            for name, titles in _SECTIONS.items()
        ),
        words=words(lang),
        disclosures=(
            Paragraph((Run("本纪要不构成证券研究报告，依据"), legal, Run("，不含评级。")))
            if lang == "zh"
            else Paragraph((Run("This memo is not a research report under "), legal, Run("."))),
            para("", "本机构与受访者无持股关系。" if lang == "zh" else "The house holds no interest in the expert’s firm."),
        ),
        keywords=("算力租赁", "H200") if lang == "zh" else ("compute leasing", "H200"),
        passports={"rent.h100.1y": {"cells": ["Prices!I3"], "text": "</script><b>6.7–6.8</b>"}},
    )  # fmt: skip


@cache
def sample_charts() -> dict[str, str]:
    """A picture for each chart exhibit."""
    halves = {"rent-change", "term-curve", "memory-share", "inference-ratio"}
    return {
        name: picture(name, 289 if name in halves else 612, 180 if name in halves else 230)
        for name in _charts_data()
    }


def runs_of(thing: object) -> Iterator[Run]:
    """Every run of a note or of a part of one."""
    if isinstance(thing, Run):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from runs_of(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from runs_of(getattr(thing, field.name))
