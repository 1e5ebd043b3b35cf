"""The internal edition's own exhibit: the rows that are not for clients."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.analysis.house import INTERNAL
from reportgen.note.exhibits.base import NOTHING, Desk, Draft, column, when_cell
from reportgen.note.exhibits.evidence import claim_line, quote_cell, speaker_cell
from reportgen.note.model import Line, TableData, TableRow
from reportgen.note.text import as_text, figure_run, plain, ref_run
from reportgen.numerals import numerals
from reportgen.workbook.tables import Row, Table


def internal_table(house: Mapping[str, Table], desk: Desk) -> Draft | None:
    """Table: every internal row with its words and value. Rows marked never are not in it."""
    found = [row for table in house.values() for row in table if _says_something(row)]
    if not found:
        return None
    return Draft(
        "internal-evidence",
        plain(desk.say("内部证据：不得外传", "Internal evidence: not for distribution")),
        plain(
            desk.say(
                "标为内部的行；不进入任何共享的数字、图与平均",
                "Rows marked internal; they enter no shared figure, chart or average",
            )
        ),
        TableData(
            (
                column(desk, "编号", "Id", "short"),
                column(desk, "内容", "What it says", wide=True),
                column(desk, "数值", "Value"),
                column(desk, "时点", "As of"),
                column(desk, "原文", "Quote", wide=True),
                column(desk, "说话人", "Speaker", "short"),
            ),
            tuple(_row(row, desk) for row in found),
            compact=True,
        ),
        tuple(row.quantity for row in found if row.quantity is not None),
    )


def _says_something(row: Row) -> bool:
    return row.quantity is not None or bool(row.text("quote") or row.text("claim_zh"))


def _row(row: Row, desk: Desk) -> TableRow:
    figure = desk.figures.get(f"{INTERNAL}claim.{row.id}")
    value: Line = (figure_run(figure, desk.lang),) if figure is not None else NOTHING
    when = row.when("as_of") or row.when("period") or row.when("date")
    cells = (
        (ref_run(row.id),),
        _words(row, desk),
        value,
        when_cell(when, desk),
        quote_cell(row),
        speaker_cell(row, desk),
    )
    return TableRow(cells)


def _words(row: Row, desk: Desk) -> Line:
    """What the row says; a dash where it spells out numbers, which its quote has anyway."""
    line = claim_line(row, desk)
    loose = "".join(run.text for run in line if run.kind == "text")
    return line if as_text(line).strip() and not any(numerals(loose)) else NOTHING
