"""Draw every kind of chart in both languages to a folder: one HTML page and one PDF to look at.

Run: python tests/gallery.py FOLDER
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from pathlib import Path

from weasyprint import HTML

from reportgen.charts.draw import FULL_MM, HALF_MM, draw_chart
from reportgen.charts.palette import Palette
from reportgen.language import LANGS, Lang
from reportgen.note.model import Bars, ChartData, Curve, Levels, Mark, Moves, Stacks


def mark(
    low: float | None,
    high: float | None = None,
    text: str = "",
    figure: str = "",
    *,
    point: float | None = None,
    hollow: bool = False,
    emphasis: bool = False,
) -> Mark:
    """A mark; a range gets its middle as point, as the analysis gives it."""
    if point is None and low is not None and high is not None:
        point = (low + high) / 2
    return Mark(low, point, high, text, figure, hollow, emphasis)


def rents(lang: Lang) -> Levels:
    marks = (
        mark(4, None, "4+", "rent.h20.1y", point=4),
        mark(6.3, 6.4, "6.3–6.4", "rent.h800.1y"),
        mark(6.7, 6.8, "6.7–6.8", "rent.h100.1y"),
        mark(8, 8, "8", "rent.h200.1y"),
        mark(16, 19, "16–19", "rent.b300.5y"),
    )
    names = ("H20", "H800", "H100", "H200")
    last = "B300（五年期）" if lang == "zh" else "B300 (5-year)"
    unit = "万元/台/月" if lang == "zh" else "CNY 10k per server-month"
    return Levels((*names, last), (("", marks),), unit)


def purchases(lang: Lang) -> Levels:
    zh = lang == "zh"
    spot = (
        mark(640, 660, "640–660", "price.b300.2t.spot"),
        mark(680, 680, "680", "price.b300.3t.spot"),
        mark(700, 700, "700", "price.b300.4t.spot"),
        mark(350, 350, "350", "price.h200.spot"),
    )
    forward = (None, None, mark(520, 520, "520", "price.b300.4t.forward"), None)
    past = (
        None,
        None,
        mark(450, 460, "450–460", "price.b300.4t.forward@2025-11", hollow=True),
        None,
    )
    cost = (None, None, None, mark(270, 280, "270–280", "price.h200.cost"))
    names = ("现货", "期货", "期货（2025 年 11 月）", "拿货成本")
    if not zh:
        names = ("Spot", "Forward", "Forward, Nov 2025", "Cost")
    categories = ("B300 2T", "B300 3T", "B300 4T", "H200")
    unit = "万元/台" if zh else "CNY 10k per server"
    return Levels(categories, tuple(zip(names, (spot, forward, past, cost), strict=True)), unit)


def changes(lang: Lang) -> Bars:
    zh = lang == "zh"
    marks = (
        mark(27, 33, "+27% 至 +33%" if zh else "+27% to +33%", "change.rent.h200.1y", point=31),
        mark(33, 58, "+33% 至 +58%" if zh else "+33% to +58%", "change.rent.b300.5y"),
        mark(-15, -10, "−15% 至 −10%" if zh else "−15% to −10%", "change.x"),
        mark(31, None, "31%+", "change.y"),
    )
    names = ("H200 一年期", "B300 五年期", "放量情形", "矩阵指数")
    if not zh:
        names = ("H200, 1-year", "B300, 5-year", "Release scenario", "Matched index")
    return Bars(names, marks, "%", signed=True)


def paybacks(lang: Lang) -> Bars:
    zh = lang == "zh"
    marks = (
        mark(30.9, 31.3, "31", "payback.h100.1y"),
        mark(43.75, 43.75, "44", "payback.h200.1y.spot", emphasis=True),
        mark(33.8, 35, "34–35", "payback.h200.1y.cost"),
        mark(35.8, 42.5, "36–43", "payback.b300.5y.3t.spot"),
        mark(27.4, 32.5, "27–33", "payback.b300.5y.4t.forward"),
    )
    names = ("H100 一年期", "H200 一年期·现货价", "H200 一年期·成本价", "B300 五年期·3T 现货",
             "B300 五年期·4T 期货") if zh else (
        "H100, 1-year", "H200, 1-year, spot", "H200, 1-year, cost", "B300 5-year, 3T spot",
        "B300 5-year, 4T forward")  # fmt: skip
    text = "渠道商所称 36–60 个月" if zh else "36–60 months as stated by the reseller"
    return Bars(names, marks, "月" if zh else "months", reference=(36, 60, text))


def shares(lang: Lang) -> Bars:
    zh = lang == "zh"
    marks = (
        mark(60, 65, "60–65%", "s.a"),
        mark(15, 15, "15%", "s.b"),
        mark(20, 30, "20–30%", "s.c"),
    )
    names = ("头部互联网公司", "大模型创业公司", "政企及其他") if zh else (
        "Large internet companies", "Model start-ups", "Government and others")  # fmt: skip
    return Bars(names, marks, "%")


def moves(lang: Lang) -> Moves:
    zh = lang == "zh"
    return Moves(
        ("H200 一年期", "B300 五年期", "H100 五年期") if zh else (
            "H200, 1-year", "B300, 5-year", "H100, 5-year"),
        (mark(6, 6.2, "6.0–6.2", "r.a@0"), mark(12, 12, "12", "r.b@0"),
         mark(6.4, 6.5, "6.4–6.5", "r.c@0")),
        (mark(8, None, "8+", "r.a", point=8), mark(16, 19, "16–19", "r.b"),
         mark(6, 6, "6.0", "r.c")),
        "春节前" if zh else "Before Chinese New Year",
        "2026 年 5 月" if zh else "May 2026",
        "万元/台/月" if zh else "CNY 10k per server-month",
    )  # fmt: skip


def terms(lang: Lang) -> Curve:
    zh = lang == "zh"
    h100 = (mark(6.7, 6.8, "6.7–6.8", "t.1"), mark(6.4, 6.5, "6.4–6.5", "t.3"),
            mark(6, None, "6+", "t.5", point=6))  # fmt: skip
    positions = ("1 年", "3 年", "5 年") if zh else ("1 year", "3 years", "5 years")
    unit = "万元/台/月" if zh else "CNY 10k per server-month"
    return Curve(positions, (12, 36, 60), (("H100", h100),), unit)


def terms_many(lang: Lang) -> Curve:
    one = terms(lang)
    h800 = (mark(6.3, 6.4, "6.3–6.4", "u.1"), mark(6.1, 6.2, "6.1–6.2", "u.3"), None)
    h200 = (
        mark(8, 8, "8", "v.1"),
        mark(7.5, 7.7, "7.5–7.7", "v.3"),
        mark(7, 7.2, "7.0–7.2", "v.5"),
    )
    h20 = (
        mark(4, None, "4+", "w.1", point=4),
        mark(3.9, 3.9, "3.9", "w.3"),
        mark(3.8, 3.8, "3.8", "w.5", hollow=True),
    )
    h20b = (mark(4.1, 4.1, "4.1", "z.1"), mark(4, 4, "4.0", "z.3"), mark(3.85, 3.85, "3.85", "z.5"))
    return Curve(one.positions, one.at, (*one.series, ("H800", h800), ("H200", h200),
                 ("H20 141G", h20), ("H20 96G", h20b)), one.unit)  # fmt: skip


def ratio(lang: Lang) -> Curve:
    zh = lang == "zh"
    marks = (mark(1.5, 2, "1.5–2", "i@2025"), mark(3, 4, "3–4", "i", emphasis=True))
    positions = ("2025 年", "2026 年 5 月") if zh else ("2025", "May 2026")
    return Curve(positions, (0, 12), (("", marks),), "倍" if zh else "x", zero=True)


def daily(lang: Lang) -> Curve:
    at = tuple(float(day) for day in range(300))
    positions = tuple(f"2025-{1 + day // 30:02d}-{1 + day % 30:02d}" for day in range(300))

    def path(start: float, slope: float, wide: float) -> tuple[Mark | None, ...]:
        found: list[Mark | None] = []
        for day in range(300):
            value = start + slope * day + ((day * 37) % 17 - 8) * 0.01
            missing = 120 <= day < 140
            found.append(
                None if missing else mark(value - wide, value + wide, f"{value:.2f}", f"d{day}")
            )
        return tuple(found)

    names = (
        ("H100 一年期合约", "H200 现货")
        if lang == "zh"
        else ("H100 1-year contract", "H200 on demand")
    )
    unit = "美元/卡/小时" if lang == "zh" else "USD per GPU-hour"
    series = ((names[0], path(1.7, 0.002, 0.08)), (names[1], path(2.4, 0.003, 0)))
    return Curve(positions, at, series, unit)


def memory(lang: Lang) -> Stacks:
    zh = lang == "zh"
    return Stacks(
        ("2025 年 9 月前", "2026 年 5 月") if zh else ("Before Sep 2025", "May 2026"),
        ("内存", "其他") if zh else ("Memory", "Other"),
        ((mark(10, 10, "10%", "m@0"), mark(90, 90, "90%", "o@0")),
         (mark(30, 40, "30–40%", "m"), mark(60, 70, "60–70%", "o"))),
        "%",
    )  # fmt: skip


def customers(lang: Lang) -> Stacks:
    zh = lang == "zh"
    return Stacks(
        ("",),
        ("头部互联网公司", "大模型创业公司", "政企及其他") if zh else (
            "Large internet companies", "Model start-ups", "Government and others"),
        ((mark(60, 65, "60–65%", "c.a"), mark(15, 15, "15%", "c.b"),
          mark(20, 30, "20–30%", "c.c")),),
        "%",
    )  # fmt: skip


def six(lang: Lang) -> Stacks:
    names = ("整机", "内存", "网络", "电力", "托管", "人工") if lang == "zh" else (
        "Server", "Memory", "Network", "Power", "Colocation", "Staff")  # fmt: skip
    rows = ((50, 25, 12, 8, 4, 1), (40, 35, 10, 9, 4, 2))
    marks = tuple(
        tuple(mark(v, v, f"{v}%", f"p{row}{n}") for n, v in enumerate(values))
        for row, values in enumerate(rows)
    )
    return Stacks(("H100", "H200"), names, marks, "%")


def thirty(lang: Lang) -> Levels:
    names = tuple(
        f"{'型号' if lang == 'zh' else 'Model'} {n}" if n % 5 else
        ("华东某大型智算中心二期扩容项目八卡整机裸金属租赁（含网络与存储）" if lang == "zh"
         else "Bare-metal eight-card servers of a large computing centre in East China")
        for n in range(30)
    )  # fmt: skip
    marks = tuple(
        None
        if n % 7 == 3
        else mark(n * 1.3, n * 1.3 + n % 4, f"{n * 1.3:.1f}", f"k{n}", hollow=n % 6 == 1)
        for n in range(30)
    )
    return Levels(
        names, (("", marks),), "万元/台/月" if lang == "zh" else "CNY 10k per server-month"
    )


def sixfold(lang: Lang) -> Levels:
    series = tuple(
        (f"{'来源' if lang == 'zh' else 'Source'} {s + 1}",
         tuple(mark(5 + s + c, 5.5 + s + c, f"{5 + s + c}", f"q{s}{c}") for c in range(2)))
        for s in range(6)
    )  # fmt: skip
    return Levels(("H100", "H200"), series, "万元/台/月", zero=False)


def single(lang: Lang) -> Bars:
    return Bars(("H200",), (mark(31, 31, "+31%", "one"),), "%", signed=True)


def ceilings(lang: Lang) -> Bars:
    marks = (mark(None, 30, "≤30", "b.a"), mark(20, None, "≥20", "b.b"),
             mark(-5, 10, "−5–10", "b.c"),
             mark(None, None, "n/a"), mark(0, 0, "0", "b.d"), mark(-40, None, "≥−40", "b.e"),
             mark(10, 14, "10–14", "b.f", hollow=True))  # fmt: skip
    return Bars(tuple("ABCDEFG"), marks, "%", signed=False)


CHARTS = (rents, purchases, changes, paybacks, shares, moves, terms, terms_many, ratio, daily,
          memory, customers, six, thirty, sixfold, single, ceilings)  # fmt: skip


def gallery(lang: Lang, *, grey: bool = False) -> str:
    """One HTML page with every chart at full and at half width."""
    blocks = []
    for chart in CHARTS:
        data: ChartData = chart(lang)
        for width in (FULL_MM, HALF_MM):
            name = f"{chart.__name__}-{width:.0f}"
            svg = draw_chart(data, exhibit_id=name, lang=lang, palette=Palette(), width_mm=width,
                             alt="alt", title=name)  # fmt: skip
            blocks.append(f'<figure style="width:{width}mm"><b>{name}</b>{svg}</figure>')
    filters = "filter:grayscale(1);" if grey else ""
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>charts</title>'
        "<style>@page{size:A4;margin:15mm}body{margin:0;font:9pt 'Noto Sans CJK SC';"
        f"{filters}}}figure{{margin:0 0 6mm;break-inside:avoid}}svg,img{{display:block;width:100%}}"
        f"b{{color:#999;font-weight:400}}</style>{''.join(blocks)}"
    )


def main() -> None:
    """Write the gallery to the folder given."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for lang in LANGS:
        page = gallery(lang)
        (folder / f"{lang}.html").write_text(page, encoding="utf-8")
        as_images = re.sub(
            r"(?s)<svg.*?</svg>",
            lambda found: (
                f'<img src="data:image/svg+xml;base64,{b64encode(found[0].encode()).decode()}">'
            ),
            page,
        )
        HTML(string=as_images).write_pdf(folder / f"{lang}.pdf")
    (folder / "grey.html").write_text(gallery("zh", grey=True), encoding="utf-8")


if __name__ == "__main__":
    main()
