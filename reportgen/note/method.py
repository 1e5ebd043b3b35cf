"""The method section's own paragraphs: how values were read, chosen and rounded."""

from __future__ import annotations

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.evidence import GRADE_LABELS, GRADES
from reportgen.dates import When
from reportgen.note.exhibits.base import Desk
from reportgen.note.model import Line, Paragraph, Run
from reportgen.note.signs import MEANINGS, legend
from reportgen.note.text import figure_run, plain, time_run
from reportgen.units import HOURS_PER_MONTH
from reportgen.workbook.tables import Workbook


def method_paragraphs(workbook: Workbook, analysis: Analysis, desk: Desk) -> tuple[Paragraph, ...]:
    """What holds for every number of the note."""
    found = [_choice(desk), _ranges(desk)]
    if baselines := _baselines(workbook, desk):
        found.append(baselines)
    if vat := _vat(analysis, desk):
        found.append(vat)
    if fx := _fx(workbook, desk):
        found.append(fx)
    if analysis.unread:
        found.append(_unread(desk))
    found += [_grades(desk), _signs(desk)]
    return tuple(found)


def _paragraph(lead: str, line: Line) -> Paragraph:
    return Paragraph(line, tuple(plain(lead, strong=True)))


def _choice(desk: Desk) -> Paragraph:
    return _paragraph(
        desk.say("取数。", "Which value. "),
        plain(
            desk.say(
                "同一型号、配置、租期与现期货取最新日期的记录；同一来源有多条时取可信度较高者，"
                "只有下限的记录在有完整数值时不进入平均；相互独立的来源并列时取其区间，"
                "中值取等级最高的来源。变化只计口径完全相同的配对。",
                "The latest record of a model, configuration, term and tenor; of several from one "
                "source the more confident, and a bare floor only where nothing fuller exists. "
                "Independent sources form a range with the point of the best grade. "
                "Changes are of strictly matched pairs.",
            )
        ),
    )


def _ranges(desk: Desk) -> Paragraph:
    return _paragraph(
        desk.say("区间与舍入。", "Ranges and rounding. "),
        plain(
            desk.say(
                "来源给出区间的按区间印出，计算结果的区间由各引述值的上下限同时推得；"
                "假设参数取中值。数值只在印出时舍入一次，有效位数不超过精度最低的引述值（至少两位）。"
                "“+”表示来源称不止于此。",
                "Ranges stay ranges; computed ones come from the ends of all quoted inputs at "
                "once, assumptions being held at their middle. Numbers are rounded once, when "
                "printed, to the digits of the least precise input (two at least). "
                "A plus sign means that the source said “or more”.",
            )
        ),
    )


def _baselines(workbook: Workbook, desk: Desk) -> Paragraph | None:
    parts: list[Run] = []
    for key, zh, en in (
        ("rent_baseline", "租金自", "rents from "),
        ("purchase_baseline", "采购价自", "purchase prices from "),
    ):
        value = workbook.setting(key)
        if isinstance(value, When):
            if parts:
                parts.append(Run(desk.say("，", "; ")))
            parts += [Run(desk.say(zh, en)), time_run(value, desk.lang)]
    if not parts:
        return None
    closing = desk.say(
        "或此前最近一次报价起算；两者起点不同，不宜直接相减。",
        " or the last quote before it. The two start at different dates and must not be netted.",
    )
    return _paragraph(desk.say("基准。", "Baselines. "), (*parts, Run(closing)))


def _vat(analysis: Analysis, desk: Desk) -> Paragraph | None:
    """How many prices do not say whether VAT is in them, and how those are read."""
    quoted = [(one.key.vat, len(point.rows)) for one in analysis.series for point in one.points]
    every, unsaid = sum(n for _, n in quoted), sum(n for vat, n in quoted if not vat)
    if not unsaid:
        return None
    read = desk.say(
        "按原样印出，不作调整，按含税读；与其他口径比较前应先确认。",
        "printed as quoted, unadjusted, and read as including it; settle the basis before "
        "comparing with other series.",
    )
    if unsaid == every:
        opening: Line = plain(
            desk.say("来源未说明价格是否含税，均", "No price says whether VAT is in it. All are ")
        )
    else:
        some, of_all = Run(f"{unsaid:,}", "const"), Run(f"{every:,}", "const")
        say, are = ("does", "It is ") if unsaid == 1 else ("do", "They are ")
        opening = (
            (of_all, Run(" 条价格中有 "), some, Run(" 条未说明是否含税，"))
            if desk.lang == "zh"
            else (
                some,
                Run(" of "),
                of_all,
                Run(f" prices {say} not say whether VAT is in them. {are}"),
            )
        )
    return _paragraph(desk.say("增值税。", "VAT. "), (*opening, *plain(read)))


def _fx(workbook: Workbook, desk: Desk) -> Paragraph | None:
    row = workbook.note.get("fx")
    rate = row.number_of("value") if row else None
    if rate is None:
        return None
    when = workbook.setting("fx_date")
    source = workbook.setting("fx_source")
    cards = workbook.setting("cards_per_server")
    per = f"{cards:g}" if isinstance(cards, float) else "8"
    factors = f"× 10,000 ÷ ({per} × {HOURS_PER_MONTH}) ÷ {rate:g}"
    formula = desk.say(
        f"美元/卡/小时 = 万元/台/月 {factors}",
        f"USD per GPU-hour = (CNY 10k per server-month) {factors}",
    )
    dated: list[Run] = [Run(desk.say("（汇率 ", " (rate of "))]
    if isinstance(when, When):
        dated.append(time_run(when, desk.lang))
    if isinstance(source, str):
        dated += plain(f"{desk.say('，', ', ')}{source}")
    dated.append(Run(desk.say("），含税与否从原价。", "), VAT as in the price quoted.")))
    return _paragraph(desk.say("换算。", "Conversion. "), (Run(formula, "const"), *dated))


def _unread(desk: Desk) -> Paragraph:
    return _paragraph(
        desk.say("无法辨认的记录。", "Garbled records. "),
        plain(
            desk.say(
                "语音转写中无法复原的数字保留原文、单列标注，不推算、不入图、不参与计算。",
                "Numbers that the transcript garbled are kept as text and listed; they are neither "
                "guessed nor back-solved, drawn or computed with.",
            )
        ),
    )


def _grades(desk: Desk) -> Paragraph:
    """How claims are weighed, and how many came out how."""
    counts = [desk.figures[f"count.{grade}"] for grade in GRADES]
    labels = [GRADE_LABELS[grade][desk.lang] for grade in GRADES]
    told: list[Run] = []
    for place, (label, figure) in enumerate(zip(labels, counts, strict=True)):
        told += [*plain(f"{desk.say('，', ', ') if place else ''}{label} ")]
        told.append(figure_run(figure, desk.lang))
    rule = desk.say(
        "逐条看来源等级、有无独立佐证、是否顺着来源的利益、说话人、时效、可信度与相反说法；"
        "有一项不利即为较弱，来源可靠或有独立佐证且无保留方为较强，其余可用。不作打分。本期 ",
        "Each claim is judged by its source, independent confirmation, interest, speaker, age, "
        "confidence and contradictions. One reason against makes it weak; a reliable or confirmed "
        "source with no reservation makes it strong; the rest is usable. Nothing is scored. Here: ",
    )
    return _paragraph(
        desk.say("证据评级。", "Grades of evidence. "), (Run(rule), *told, Run(desk.say("。", ".")))
    )


def _signs(desk: Desk) -> Paragraph:
    rule = desk.say(
        "只标在比其余证据更弱的数字后，计算结果沿用所依据引述值的符号：",
        "Only numbers weaker than the rest carry a sign; a computed one inherits those of its "
        "quoted inputs: ",
    )
    told = legend(MEANINGS, desk.lang)
    return _paragraph(desk.say("符号。", "Signs. "), (Run(rule), *told, Run(desk.say("。", "."))))
