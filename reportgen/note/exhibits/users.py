"""Exhibits of who uses compute: customers, inference and training, utilisation, domestic cards."""

from __future__ import annotations

from reportgen.analysis.analyse import Analysis
from reportgen.note.exhibits.base import (
    NOTHING,
    Desk,
    Draft,
    column,
    describe,
    mark,
    when_cell,
)
from reportgen.note.exhibits.evidence import claim_line, quote_cell, speaker_cell
from reportgen.note.model import Bars, Curve, Line, TableData, TableRow
from reportgen.note.text import figure_run, plain
from reportgen.units import PERCENT, TIMES
from reportgen.wording import unit_header
from reportgen.workbook.tables import Row, Table


def customer_shares(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: each customer group's share with its range; the sum is in the note below."""
    shares = analysis.shares
    if shares is None:
        return None
    parts = sorted(shares.parts, key=lambda part: -part.quantity.bound)
    names = tuple(part.figure.label[desk.lang] for part in parts)
    marks = tuple(mark(desk.figures[part.figure.id], desk) for part in parts)
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
    return Draft(
        "customer-shares",
        title,
        plain(desk.say(f"{basis}，含所述区间", f"{basis}, with the stated range")),
        Bars(names, marks, unit),
        tuple(part.quantity for part in parts),
        tuple(notes),
        alt=describe(title, ((n, m.text) for n, m in zip(names, marks, strict=True)), unit),
        half_width=True,
    )


def inference_ratio(analysis: Analysis, desk: Desk) -> Draft | None:
    """Chart: inference to training compute by period."""
    dated = [one for one in analysis.ratios if one.figure.as_of is not None]
    if not dated:
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
    notes: tuple[Line, ...] = ()
    if "inference.share" in desk.figures:
        notes = (
            (
                *plain(desk.say("折合推理占全部算力 ", "Inference is then ")),
                figure_run(desk.figures["inference.share"], desk.lang),
                *plain(desk.say("。", " of all compute.")),
            ),
        )
    return Draft(
        "inference-ratio",
        title,
        plain(desk.say("推理算力为训练算力的倍数", "Inference compute as a multiple of training")),
        Curve(
            labels,
            tuple(float(when.end.toordinal()) for when in whens),
            ((desk.say("推理:训练", "inference : training"), marks),),
            unit,
            zero=True,
        ),
        tuple(one.quantity for one in dated),
        notes,
        alt=describe(title, zip(labels, (one.text for one in marks), strict=True), unit),
        half_width=True,
    )


def utilisation(demand: Table, survey: Table, desk: Desk) -> Draft | None:
    """Table: what sources say of utilisation, occupied and running kept apart."""
    rows = [row for row in demand if row.text("metric") == "utilisation"]
    rows += [row for row in survey if row.text("topic") == "utilization"]
    rows += [row for row in survey if row.text("topic") == "utilisation"]
    if not rows:
        return None
    return Draft(
        "utilisation",
        plain(desk.say("占用率不等于运行率", "Occupied is not the same as running")),
        plain(desk.say("来源所述使用率及其范围", "Utilisation as stated, and of what")),
        _claims_table(rows, desk),
        tuple(row.quantity for row in rows if row.quantity),
    )


def domestic(survey: Table, desk: Desk) -> Draft | None:
    """Table: domestic accelerators against NVIDIA, claim by claim."""
    rows = [row for row in survey if row.text("topic") == "domestic_gpu" and row.quantity]
    if not rows:
        return None
    return Draft(
        "domestic",
        plain(desk.say("国产卡与英伟达的对比", "Domestic cards against NVIDIA")),
        plain(desk.say("受访者所述，未经核验", "As stated, not verified")),
        _claims_table(rows, desk),
        tuple(row.quantity for row in rows if row.quantity),
    )


def _claims_table(rows: list[Row], desk: Desk) -> TableData:
    return TableData(
        (
            column(desk, "所述", "Claim", wide=True),
            column(desk, "数值", "Value", "short"),
            column(desk, "时点", "As of", "short"),
            column(desk, "原文", "Quote", wide=True),
            column(desk, "说话人", "Speaker", "short"),
        ),
        tuple(
            TableRow(
                (
                    claim_line(row, desk),
                    _value_cell(row, desk),
                    when_cell(row.when("as_of") or row.when("period") or row.when("date"), desk),
                    quote_cell(row),
                    speaker_cell(row, desk),
                )
            )
            for row in rows
        ),
    )


def _value_cell(row: Row, desk: Desk) -> Line:
    """A row's value with its unit; a dash for none."""
    if row.quantity is None or f"claim.{row.id}" not in desk.figures:
        return NOTHING
    return (figure_run(desk.figures[f"claim.{row.id}"], desk.lang),)
