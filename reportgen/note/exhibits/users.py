"""Exhibits of who uses compute: customers, inference and training, utilisation, domestic cards."""

from __future__ import annotations

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.endpoints import MODEL_NAMES
from reportgen.analysis.estimates import Estimate
from reportgen.analysis.figures import Figure
from reportgen.analysis.topics import metric_label, topic
from reportgen.language import Text
from reportgen.note.exhibits.base import NOTHING, Desk, Draft, column, describe, mark
from reportgen.note.exhibits.evidence import claim_line
from reportgen.note.model import Bars, Curve, Line, Run, TableData, TableRow
from reportgen.note.text import figure_run, plain, ref_run, time_run
from reportgen.units import PERCENT, TIMES
from reportgen.wording import unit_header
from reportgen.workbook.tables import Row, Table


def customer_shares(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: each customer group's share with its range; the sum is in the note below."""
    shares = analysis.shares
    if shares is None:
        return None
    parts = sorted(shares.parts, key=lambda part: -part.quantity.bound)
    others = analysis.users.other_shares
    names = tuple(part.figure.label[desk.lang] for part in (*parts, *others))
    if len(set(names)) < len(names):
        other = desk.say("（另一口径）", " (other basis)")
        names = (*names[: len(parts)], *(f"{name}{other}" for name in names[len(parts) :]))
    marks = (
        *(mark(desk.figures[part.figure.id], desk) for part in parts),
        *(mark(desk.figures[part.figure.id], desk, hollow=True) for part in others),
    )
    title = plain(desk.say("高端算力由谁持有", "Who holds high-end compute"))
    if shares.basis == "used":
        title = plain(desk.say("高端算力由谁使用", "Who uses high-end compute"))
    unit = unit_header(PERCENT, desk.lang)
    notes: list[Line] = []
    if shares.total is not None:
        notes.append(
            (
                *plain(desk.say("各组合计 ", "The groups add up to ")),
                figure_run(shares.total, desk.lang),
                *_widest(analysis, desk),
                *plain(
                    desk.say(
                        "；来源给的是约数，合计偏离整体的部分不调平。",
                        "; the source gave round numbers and the sum is not forced to the whole.",
                    )
                ),
            )
        )
    basis = desk.say(
        {"owned": "按持有量", "used": "按使用量"}.get(shares.basis, "口径未说明"),
        {"owned": "by ownership", "used": "by use"}.get(shares.basis, "basis not stated"),
    )
    subtitle = desk.say(f"{basis}，含所述区间", f"{basis}, with the stated range")
    if others:
        hollow = desk.say(
            {"owned": "空心：按使用量", "used": "空心：按持有量"}.get(
                shares.basis, "空心：另一口径"
            ),
            {"owned": "hollow: by use", "used": "hollow: by ownership"}.get(
                shares.basis, "hollow: on another basis"
            ),
        )
        subtitle = desk.say(f"{subtitle}；{hollow}", f"{subtitle}; {hollow}")
    return Draft(
        "customer-shares",
        title,
        plain(subtitle),
        Bars(names, marks, unit),
        tuple(part.quantity for part in (*parts, *others)),
        tuple(notes),
        alt=describe(desk, title, ((n, m.text) for n, m in zip(names, marks, strict=True)), unit),
        half_width=True,
    )


def _widest(analysis: Analysis, desk: Desk) -> Line:
    """The sum with the other statements of the same customers' shares, where there are any."""
    widest = analysis.users.widest_sum
    if widest is None:
        return ()
    run = figure_run(widest, desk.lang)
    if desk.lang == "zh":
        return (Run("，计入其他说法为 "), run)
    return (Run(", or "), run, Run(" with other statements in place"))


def inference_ratio(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: inference to training compute by period."""
    dated = [one for one in analysis.ratios if one.figure.as_of is not None]
    if len(dated) < 2:  # one point draws no movement
        return None
    whens = [one.figure.as_of for one in dated if one.figure.as_of is not None]
    marks = tuple(
        mark(
            desk.figures[one.figure.id],
            desk,
            emphasis=one is dated[-1],
        )
        for one in dated
    )
    labels = tuple(when.text(desk.lang) for when in whens)
    title = plain(desk.say("推理与训练算力之比", "Inference to training compute"))
    unit = unit_header(TIMES, desk.lang)
    notes = (_inference_share(dated, desk),)
    return Draft(
        "inference-ratio",
        title,
        plain(desk.say("推理算力为训练算力的倍数", "Inference compute as a multiple of training")),
        Curve(
            labels,
            tuple(float(when.end.toordinal()) for when in whens),
            (("", marks),),  # the title says what the only line is
            unit,
            zero=True,
        ),
        tuple(one.quantity for one in dated),
        notes,
        alt=describe(desk, title, zip(labels, (one.text for one in marks), strict=True), unit),
        half_width=True,
    )


def _inference_share(ratios: list[Estimate], desk: Desk) -> Line:
    """Inference as a share of all compute, period by period; training is the rest."""
    told: list[Run] = []
    for one in ratios:
        suffix = one.figure.id.removeprefix("inference.ratio")
        figure, when = desk.figures[f"inference.share{suffix}"], one.figure.as_of
        if told:
            told.append(Run(desk.say("，", ", ")))
        told.append(figure_run(figure, desk.lang))
        if when:
            opening, closing = desk.say("（", " ("), desk.say("）", ")")
            told += [Run(opening), time_run(when, desk.lang), Run(closing)]
    return (
        Run(desk.say("折合推理占全部算力 ", "Inference is then ")),
        *told,
        Run(desk.say("，其余为训练。", " of all compute, the rest training.")),
    )


def utilisation(analysis: Analysis, demand: Table, survey: Table, desk: Desk) -> Draft | None:
    """Table: what sources say of utilisation, occupied and running kept apart, and what follows."""
    rows = [row for row in demand if row.text("metric") == "utilisation"]
    rows += [row for row in survey if topic(row) == "utilisation"]
    several = len(rows) + len(analysis.users.utilisation) > 1  # nothing to tell apart else
    return _claims(
        "utilisation",
        plain(
            desk.say("占用率不等于运行率", "Occupied is not the same as running")
            if several
            else desk.say("算力利用率", "Utilisation of compute")
        ),
        plain(
            desk.say("占用与运行分列；末行为计算", "Occupied and running; computed rows last")
            if several
            else desk.say("来源所述", "As stated")
        ),
        rows,
        analysis.users.utilisation,
        desk,
    )


def domestic(analysis: Analysis, survey: Table, desk: Desk) -> Draft | None:
    """Table: domestic accelerators against NVIDIA, and performance for the same money."""
    rows = [row for row in survey if row.text("topic") == "domestic_gpu" and row.quantity]
    return _claims(
        "domestic",
        plain(desk.say("国产卡与英伟达的对比", "Domestic cards against NVIDIA")),
        plain(
            desk.say(
                "受访者所述，未经核验；末行为计算", "As stated, unverified; computed rows last"
            )
        ),
        rows,
        analysis.users.domestic,
        desk,
    )


def token_economics(analysis: Analysis, survey: Table, desk: Desk) -> Draft | None:
    """Table: margins beside mark-ups, and token prices against overseas."""
    measures = ("margin", "markup", "price_ratio")
    rows = [
        row
        for row in survey
        if row.text("topic") == "token_economics" and row.quantity
        if any(measure in row.text("metric") for measure in measures)
    ]
    computed = [one for one in analysis.users.tokens if one.id != "token.price.ratio"]
    return _claims(
        "token-economics",
        plain(
            desk.say("加价率不是利润率", "A mark-up is not a margin")
            if any("markup" in row.text("metric") for row in rows)
            else desk.say("Token 的价格与利润率", "Token prices and margins")
        ),
        plain(
            desk.say(
                "Token 的价格、利润率与加价率；末行为计算",
                "Token prices, margins and mark-ups; computed rows last",
            )
        ),
        rows,
        tuple(computed),
        desk,
    )


def lead_times(analysis: Analysis, survey: Table, desk: Desk) -> Draft | None:
    """Table: how long leases, orders, releases and generations take."""
    rows = [row for row in survey if row.text("topic") == "lead_time" and row.quantity]
    several = sum(row.text("metric") == "time_to_arrive" for row in rows) > 1
    arrival = analysis.users.arrival
    return _claims(
        "lead-times",
        plain(desk.say("租约、等待与到货的周期", "Leases, waits and arrivals")),
        plain(desk.say("来源所述的时长", "Durations as stated")),
        rows,
        (arrival,) if arrival and several else (),
        desk,
    )


def _claims(  # noqa: PLR0917 - the parts of an exhibit
    exhibit_id: str,
    title: Line,
    subtitle: Line,
    rows: list[Row],
    computed: tuple[Figure, ...],
    desk: Desk,
) -> Draft | None:
    """A half-width table of claims with their row ids, computed figures behind them."""
    if not rows:
        return None
    said = [
        TableRow((_what(row, desk), _value_cell(row, desk), (ref_run(row.id),))) for row in rows
    ]
    worked = [
        TableRow(
            (
                plain(_sentence(figure.label, desk)),
                (figure_run(desk.figures[figure.id], desk.lang),),
                plain(desk.say("计算", "computed")),
            ),
            emphasis=True,
        )
        for figure in computed
    ]
    return Draft(
        exhibit_id,
        title,
        subtitle,
        TableData(
            (
                column(desk, "内容", "What", wide=True),
                column(desk, "数值", "Value", "short"),
                column(desk, "条目", "Row", "short"),
            ),
            (*said, *worked),
        ),
        tuple(row.quantity for row in rows if row.quantity),
        half_width=True,
    )


def _what(row: Row, desk: Desk) -> Line:
    """What a row measures, with the models it names; a claim without a value in full."""
    if row.quantity is None or row.text("segment"):
        return claim_line(row, desk)
    label = _sentence(metric_label(row), desk)
    said = " ".join(row.text(key) for key in ("subject", "condition"))
    models = "/".join(dict.fromkeys(name.upper() for name in MODEL_NAMES.findall(said)))
    if not models or models in label:
        return plain(label)
    return plain(f"{label}（{models}）" if desk.lang == "zh" else f"{label} ({models})")


def _sentence(label: Text, desk: Desk) -> str:
    """The label as a line of its own: in English it begins with a capital."""
    text = label[desk.lang]
    return f"{text[:1].upper()}{text[1:]}"


def _value_cell(row: Row, desk: Desk) -> Line:
    """A row's value with its unit; a dash for none."""
    if row.quantity is None or f"claim.{row.id}" not in desk.figures:
        return NOTHING
    return (figure_run(desk.figures[f"claim.{row.id}"], desk.lang),)
