"""Exhibits of evidence: every publishable row with its words, and the sources."""

from __future__ import annotations

import re

from reportgen.analysis.evidence import GRADE_LABELS, Weighed
from reportgen.analysis.names import choice_label, config_label, model_label, term_label
from reportgen.analysis.review import Review
from reportgen.note.exhibits.base import NOTHING, Desk, Draft, column, when_cell
from reportgen.note.exhibits.extent import evidence_extent, extent_note
from reportgen.note.model import Line, Run, TableData, TableRow
from reportgen.note.text import figure_run, join, plain, ref_run
from reportgen.workbook.schema import CONFIDENCE, SPEAKER, sheet
from reportgen.workbook.tables import Row, Table

_SPEAKERS = {choice.key: choice.label for choice in SPEAKER}
_CONFIDENCES = {choice.key: choice.label for choice in CONFIDENCE}
_PARAMETERS = {
    choice.key: choice.label for choice in sheet("Economics").column("parameter").choices
}
_METRICS = {choice.key: choice.label for choice in sheet("Demand").column("metric").choices}
_CHINESE = re.compile("[\u4e00-\u9fff]")
_GROUPS = (
    ("Prices", "价格", "Prices"),
    ("Survey", "调研", "Survey"),
    ("Demand", "需求", "Demand"),
    ("Economics", "经济性", "Economics"),
)


def evidence_table(tables: dict[str, Table], review: Review, desk: Desk) -> Draft | None:
    """Table: all quoted evidence, grouped by sheet; our own assumptions are in the method."""
    rows: list[TableRow] = []
    rests = []
    extent = evidence_extent(tables, desk.figures)
    for key, zh, en in _GROUPS:
        quoted = extent.rows[key]
        if not quoted:
            continue
        rows.append(TableRow((plain(desk.say(zh, en)),), group=True))
        for row in quoted:
            rows.append(_evidence_row(row, review.weighed.get(row.id), desk))
            if row.quantity is not None:
                rests.append(row.quantity)
    if not rows:
        return None
    return Draft(
        "evidence",
        plain(desk.say("证据：原文、数值与可信度", "Evidence: words, values and confidence")),
        plain(
            _quoted_how([row for found in extent.rows.values() for row in found], desk)
            + desk.say(
                "“访谈人”指提问一方的话；未注评级的为可用",
                "“interviewer” marks the questioner's words; claims are usable unless graded "
                "otherwise",
            )
        ),
        TableData(
            (
                column(desk, "编号", "Id", "short"),
                column(desk, "内容", "What it says", wide=True),
                column(desk, "数值", "Value"),
                column(desk, "时点", "As of"),
                column(desk, "原文", "Quote", wide=True),
                column(desk, "可信度，评级", "Confidence, grade"),
            ),
            tuple(rows),
            compact=True,
            entries=True,
        ),
        tuple(rests),
        extent_note(extent, desk),
    )


def _quoted_how(rows: list[Row], desk: Desk) -> str:
    """What language the quotes are in, which are never translated; nothing without any."""
    chinese = [bool(_CHINESE.search(quote)) for row in rows if (quote := row.text("quote"))]
    if not chinese:
        return ""
    if all(chinese):
        return desk.say("原文为记录逐字摘录；", "Quotes are verbatim from the Chinese record; ")
    if not any(chinese):
        return desk.say("原文为外文记录逐字摘录，不作翻译；", "Quotes are verbatim; ")
    return desk.say("原文逐字摘录，不作翻译；", "Quotes are verbatim, in their own language; ")


def sources_table(sources: Table, tables: dict[str, Table], desk: Desk) -> Draft | None:
    """Table: each source with its role, interest and grade."""
    if not len(sources):
        return None
    used = {row.text("source") for table in tables.values() for row in table}
    rows = []
    for row in sources:
        if row.id not in used:
            continue
        interest = row.text(f"interest_{desk.lang}")
        interested = row.flag("interested")
        if interested is None and row.text("interested"):
            interested = row.text("interested") == "yes"
        said = desk.say("是", "yes") if interested else desk.say("否", "no")
        if interested is None:
            said = desk.say("未说明", "not stated")
        rows.append(
            TableRow(
                (
                    (ref_run(row.id),),
                    plain(row.text(f"title_{desk.lang}") or row.text("title_zh")),
                    when_cell(row.when("date"), desk),
                    plain(row.text(f"role_{desk.lang}")) or NOTHING,
                    plain(f"{said}{desk.say('：', ': ')}{interest}" if interest else said),
                    plain(row.text("grade").upper()) or NOTHING,
                )
            )
        )
    if not rows:
        return None
    return Draft(
        "sources",
        plain(desk.say("资料来源一览", "Sources")),
        plain(
            desk.say(
                "等级：A 可核验，B 可靠，C 单一来源，D 传闻",
                "Grades: A verifiable, B reliable, C single source, D hearsay",
            )
        ),
        TableData(
            (
                column(desk, "编号", "Id", "short"),
                column(desk, "来源", "Source", wide=True),
                column(desk, "日期", "Date", "short"),
                column(desk, "身份", "Role"),
                column(desk, "利益相关", "Interested party", wide=True),
                column(desk, "等级", "Grade", "short"),
            ),
            tuple(rows),
        ),
        (),
    )


def claim_line(row: Row, desk: Desk) -> Line:
    """What a row says, in the desk's language."""
    claim = row.text(f"claim_{desk.lang}")
    if claim:
        return plain(claim)
    if row.text("market"):
        return _price_line(row, desk)
    if row.text("segment"):
        segment = row.text("segment_en") if desk.lang == "en" else ""
        metric = row.text("metric")
        label = _METRICS[metric][desk.lang] if metric in _METRICS else desk.translate(metric)
        parts = (segment or row.text("segment"), label)
        return plain(desk.say("：", ": ").join(part for part in parts if part))
    parameter = row.text("parameter")
    label = _PARAMETERS[parameter][desk.lang] if parameter in _PARAMETERS else parameter
    model = row.text("model")
    return join((plain(model_label(model)[desk.lang] if model else ""), plain(label)), " ")


def quote_cell(row: Row) -> Line:
    """The exact words, or a dash."""
    quote = row.text("quote")
    return (Run(quote, "quote"),) if quote else NOTHING


def speaker_cell(row: Row, desk: Desk) -> Line:
    """Expert or interviewer, or a dash."""
    label = _SPEAKERS.get(row.text("speaker"))
    return plain(label[desk.lang]) if label else NOTHING


def _evidence_row(row: Row, weighed: Weighed | None, desk: Desk) -> TableRow:
    figure = desk.figures.get(f"claim.{row.id}") if row.quantity is not None else None
    if figure is not None:
        value: Line = (figure_run(figure, desk.lang),)
    elif row.unread:
        value = plain(desk.say("无法辨认", "unreadable"))
    else:
        value = NOTHING
    confidence = _CONFIDENCES.get(row.text("confidence"))
    rated = plain(confidence[desk.lang]) if confidence else ()
    graded = weighed is not None and weighed.grade != "usable"
    grade = plain(GRADE_LABELS[weighed.grade][desk.lang]) if weighed and graded else ()
    speaker = speaker_cell(row, desk) if row.text("speaker") == "interviewer" else ()
    when = row.when("as_of") or row.when("period") or row.when("date")
    return TableRow(
        (
            (ref_run(row.id),),
            claim_line(row, desk),
            value,
            when_cell(when, desk),
            quote_cell(row),
            join((speaker, rated, grade), desk.say("，", ", ")),
        )
    )


def _price_line(row: Row, desk: Desk) -> Line:
    words = [model_label(row.text("model"))[desk.lang]]
    if row.text("config"):
        words.append(config_label(row.text("config").lower())[desk.lang])
    if row.text("term"):
        words.append(term_label(row.text("term"))[desk.lang])
    stated = [key for key in ("tenor", "basis") if row.text(key)]
    words += [choice_label(key, row.text(key))[desk.lang] for key in stated]
    rent = row.text("market") == "rent"
    words.append(desk.say("月租", "rent") if rent else desk.say("整机价格", "server price"))
    return plain(" ".join(words))
