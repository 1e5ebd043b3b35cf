"""Exhibit of the evidence section: where claims disagree, both sides in their own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reportgen.analysis.contradictions import Contradiction
from reportgen.analysis.review import Review
from reportgen.language import Text
from reportgen.note.exhibits.base import Desk, Draft, column
from reportgen.note.exhibits.evidence import claim_line, quote_cell
from reportgen.note.model import Line, Run, TableData, TableRow
from reportgen.note.text import figure_run, join, plain, ref_run
from reportgen.workbook.tables import Row

_QUOTED_A_SIDE = 2
_CONFIDENCE = {"high": 3, "medium": 2, "": 1, "low": 0}

Explain = Callable[[str], Line | None]
"""What Views says follows from the contradiction with that id, None when it says nothing."""


def contradictions_table(review: Review, desk: Desk, explain: Explain) -> Draft | None:
    """Table: topic, one side, the other side(s), what follows; the weightiest, the rest counted."""
    if not review.printed:
        return None
    rows = tuple(_row(one, desk, explain) for one in review.printed)
    measured = (row.quantity for one in review.printed for row in one.rows)
    return Draft(
        "contradictions",
        plain(desk.say("证据相互矛盾之处：两侧原话与处理", "Where the evidence disagrees")),
        plain(
            desk.say(
                "每侧列出最有分量的原话；同侧的其他条目只列编号",
                "The weightiest words of each side; other rows of a side by id only",
            )
        ),
        TableData(
            (
                column(desk, "议题", "Topic"),
                column(desk, "一侧", "One side", wide=True),
                column(desk, "另一侧", "The other side", wide=True),
                column(desk, "处理", "What follows"),
            ),
            rows,
            compact=True,
        ),
        tuple(quantity for quantity in measured if quantity is not None),
        _rest(review, desk),
    )


def _row(one: Contradiction, desk: Desk, explain: Explain) -> TableRow:
    first, *others = one.sides
    other = join([_side(side, desk) for side in others], desk.say("；", "; "))
    follows = explain(one.id) or plain(_sentence(one.what_follows, desk))
    return TableRow((plain(_sentence(one.topic, desk)), _side(first, desk), other, follows))


def _sentence(text: Text, desk: Desk) -> str:
    """The text as a line of its own: in English it begins with a capital."""
    return f"{text[desk.lang][:1].upper()}{text[desk.lang][1:]}"


def _side(side: Sequence[Row], desk: Desk) -> Line:
    ordered = sorted(side, key=_telling, reverse=True)
    told = [_said(row, desk) for row in ordered[:_QUOTED_A_SIDE]]
    rest = sorted(row.id for row in ordered[_QUOTED_A_SIDE:])
    line = join(told, desk.say("；", "; "))
    if rest:
        ids = join([(ref_run(id_),) for id_ in rest], desk.say("、", ", "))
        line = (*line, Run(desk.say("；另见 ", "; also ")), *ids)
    return line


def _said(row: Row, desk: Desk) -> Line:
    """Value, words and id; in English what the Chinese words say comes first."""
    figure = desk.figures.get(f"claim.{row.id}") if row.quantity is not None else None
    value = (figure_run(figure, desk.lang),) if figure else ()
    quote = quote_cell(row) if row.text("quote") else ()
    said = claim_line(row, desk) if desk.lang == "en" or not quote else ()
    opening, closing = ("（", "）") if desk.lang == "zh" else (" (", ")")
    id_ = (Run(opening), ref_run(row.id), Run(closing))
    return (*join((said, value, quote), desk.say("，", " ")), *id_)


def _telling(row: Row) -> tuple[bool, bool, int]:
    own_words = row.text("speaker") != "interviewer"
    return row.quantity is not None, own_words, _CONFIDENCE.get(row.text("confidence"), 1)


def _rest(review: Review, desk: Desk) -> tuple[Line, ...]:
    """How many disagreements there are, and how many are not listed."""
    rest = len(review.contradictions) - len(review.printed)
    if not rest:
        return ()
    found = desk.figures["count.contradictions"]
    left = desk.figures["count.contradictions.rest"]
    restated = desk.figures["count.contradictions.restated"]
    if desk.lang == "zh":
        line: Line = (
            Run("全部 "), figure_run(found, "zh"), Run(" 处分歧中另有 "), figure_run(left, "zh"),
            Run(" 处未列，其中 "), figure_run(restated, "zh"), Run(" 处是同一来源改口。"),
        )  # fmt: skip
    else:
        line = (
            Run("Of "), figure_run(found, "en"), Run(" disagreements "), figure_run(left, "en"),
            Run(" are not listed; in "), figure_run(restated, "en"),
            Run(" of these one source restated itself."),
        )  # fmt: skip
    return (line,)
