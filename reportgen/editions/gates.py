"""Gates: what stops an edition, whatever else is in order. Each names the cell to change.

A gate cannot be accepted with a reason; the cell must say that the condition is met.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from reportgen.dates import When
from reportgen.editions.publish import Edition, internal_only, publishable
from reportgen.editions.redact import Redactor
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.workbook.standing import standing
from reportgen.workbook.tables import Row, Workbook

_EVIDENCE = ("Prices", "Survey", "Demand", "Economics", "Scenarios")
_INTERNAL = re.compile(r"\[\[\s*(internal\.[^\]|]*?)\s*(?:\|[^\]]*)?\]\]")
_TITLES = ("title_zh", "title_en", "subtitle_zh", "subtitle_en")
_MOST_NAMED = 3


def gates(workbook: Workbook, edition: Edition) -> tuple[Issue, ...]:
    """Every reason not to make that edition of the whole, unfiltered `workbook`.

    A sentence for clients may not ask for an internal figure in either edition; the
    other gates are for what leaves the house.
    """
    found = [*_internal_figures(workbook)]
    if edition == "client":
        found += [*_sources(workbook), *_licence(workbook)]
    return tuple(found)


def _issue(workbook: Workbook, row: Row, column: str, code: str, says: Text, cure: Text) -> Issue:  # noqa: PLR0917 - one call a gate, in this order
    cell = row.cell(column)
    sheet = cell.sheet if cell else workbook[row.sheet].name
    place = cell.cell if cell else f"A{row.number}"
    return Issue(code, Severity.ERROR, says, cure, workbook.file, sheet, place, row.id)


# ---- sources --------------------------------------------------------------------------------


def _sources(workbook: Workbook) -> Iterator[Issue]:
    """Sources of printed rows that compliance has not cleared."""
    used = _printed_rows(workbook)
    issued = workbook.setting("date")
    for source in workbook["Sources"]:
        rows = used.get(source.id)
        if rows is None:
            continue
        if source.text("publish") == "never":
            yield _never(workbook, source, rows)
        if _is_yes(source, "restricted"):
            yield _restricted(workbook, source, rows)
        if source.text("kind") != "expert_call":
            continue
        if not source.text("attestations").strip():
            yield _unattested(workbook, source, rows)
        if "cooling_off_end" in source.values:
            end = source.when("cooling_off_end")
            if end is None or not isinstance(issued, When) or issued.start < end.end:
                yield _cooling(workbook, source, rows)


def _printed_rows(workbook: Workbook) -> Mapping[str, list[str]]:
    """The rows of the client edition by the source that they rest on."""
    printed = publishable(workbook, "client")
    rows: dict[str, list[str]] = defaultdict(list)
    for key in _EVIDENCE:
        for row in printed[key]:
            rows[row.text("source")].append(row.id)
    return rows


def _is_yes(row: Row, column: str) -> bool:
    return row.flag(column) is True or row.text(column) == "yes"


def _listed(rows: list[str]) -> Text:
    named = rows[:_MOST_NAMED]
    more = len(rows) > len(named)
    return Text(
        f"{'、'.join(named)}{f' 等 {len(rows)} 行' if more else ''}",
        f"{', '.join(named)}{f' and {len(rows) - len(named)} more' if more else ''}",
    )


def _never(workbook: Workbook, source: Row, rows: list[str]) -> Issue:
    listed = _listed(rows)
    return _issue(
        workbook, source, "publish", "gate-source-never",
        Text(
            f"来源 {source.id} 标为禁止发布，但 {listed.zh} 标为公开。",
            f"Source {source.id} is marked never, yet {listed.en} would be printed.",
        ),
        Text("请改这些行的“发布”，或改此格。", "Change publish on the rows, or change this cell."),
    )  # fmt: skip


def _restricted(workbook: Workbook, source: Row, rows: list[str]) -> Issue:
    listed = _listed(rows)
    return _issue(
        workbook, source, "restricted", "gate-source-restricted",
        Text(
            f"来源 {source.id} 在限制名单上，{listed.zh} 不得对外发布。",
            f"Source {source.id} is on the restricted list; {listed.en} may not leave the house.",
        ),
        Text(
            "名单解除后请改此格，或把这些行标为内部。",
            "Change this cell once it is off the list, or mark the rows internal.",
        ),
    )  # fmt: skip


def _unattested(workbook: Workbook, source: Row, rows: list[str]) -> Issue:
    listed = _listed(rows)
    return _issue(
        workbook, source, "attestations", "gate-call-unattested",
        Text(
            f"专家访谈 {source.id} 没有合规确认，{listed.zh} 不得对外发布。",
            f"Expert call {source.id} has no attestations, so {listed.en} may not leave the house.",
        ),
        Text(
            "请在此格记录无内幕信息等确认：由谁、何时；或把这些行标为内部。",
            "Record the no-MNPI and other attestations here, by whom and when, or mark the rows "
            "internal.",
        ),
    )  # fmt: skip


def _cooling(workbook: Workbook, source: Row, rows: list[str]) -> Issue:
    end = source.when("cooling_off_end")
    written = source.text("cooling_off_end")
    until = Text(end.text("zh"), end.text("en")) if end else Text.same(written)
    listed = _listed(rows)
    return _issue(
        workbook, source, "cooling_off_end", "gate-call-cooling-off",
        Text(
            f"专家访谈 {source.id} 的静默期至 {until.zh}，报告日期在此之前；{listed.zh} 不得外发。",
            f"Expert call {source.id} is in its cooling-off period until {until.en}, and the note "
            f"is dated before; {listed.en} may not leave the house.",
        ),
        Text(
            "请在静默期后发布（改报告日期），或核对此格。",
            "Publish after it (change the note's date), or check this cell.",
        ),
    )  # fmt: skip


# ---- the house ------------------------------------------------------------------------------


def _licence(workbook: Workbook) -> Iterator[Issue]:
    """A rating, or the name of a research report, without the licence for it."""
    if workbook.setting("licence"):
        return
    if workbook.setting("rating"):
        yield _issue(
            workbook, workbook.note["rating"], "value", "rating-without-licence",
            Text("未填业务资格，不得给出评级。", "A rating may not be given without a licence."),
            Text("请填写业务资格，或删去评级。", "Fill in licence, or remove the rating."),
        )  # fmt: skip
    if workbook.setting("kind") == "research_report":
        yield _issue(
            workbook, workbook.note["kind"], "value", "report-without-licence",
            Text(
                "未填业务资格，不得称为证券研究报告。",
                "Without a licence this may not be called a research report.",
            ),
            Text(
                "请填写业务资格，或把文件性质改为产业调研纪要。",
                "Fill in licence, or set kind to industry memo.",
            ),
        )  # fmt: skip


# ---- prose ----------------------------------------------------------------------------------


def _internal_figures(workbook: Workbook) -> Iterator[Issue]:
    """Sentences for everybody that ask for a figure of the house alone."""
    sources = workbook["Sources"].by_id()
    asked = [
        (row, "text") for row in workbook["Views"] if standing(row, sources) == "yes"
    ] + [(workbook.note[key], "value") for key in _TITLES if key in workbook.note]  # fmt: skip
    for row, column in asked:
        for name in dict.fromkeys(_INTERNAL.findall(row.text(column))):
            yield _issue(
                workbook, row, column, "gate-internal-figure",
                Text(
                    f"对外的文字用了内部数字 {name}。",
                    f"A sentence for clients asks for the internal figure {name}.",
                ),
                Text(
                    "请删去该数字，或把这一段的“发布”改为内部。",
                    "Remove the figure, or set publish of this paragraph to internal.",
                ),
            )  # fmt: skip


# ---- names that cannot be reworded ----------------------------------------------------------

_SEARCHED = ("Prices", "Survey", "Demand", "Economics", "Scenarios", "Sources", "Views")


def redacted_names(workbook: Workbook, edition: Edition, redactor: Redactor) -> tuple[Issue, ...]:
    """Redacted terms in what names things: ids, models, units, the files themselves.

    Prose is replaced without a word, unless the term is in codes (&#28070;). A name goes
    into figures' names and file names, where a replacement would break what refers to it;
    so the cell must be changed.
    """
    if not redactor.terms:
        return ()
    found: list[Issue] = []
    for printed in (publishable(workbook, edition), *_house(workbook, edition)):
        for key in _SEARCHED:
            for row in printed[key]:
                for column, value in row.values.items():
                    if not isinstance(value, str):
                        continue
                    if not redactor.replaces(key, column):
                        found += _redacted(workbook, row, column, value, redactor)
                    elif (plain := _decoded(value)) != value:
                        found += _redacted(workbook, row, column, plain, redactor)
    if "slug" in workbook.note:
        row = workbook.note["slug"]
        found += _redacted(workbook, row, "value", row.text("value"), redactor)
    for row in workbook["Redactions"]:
        found += _redacted(workbook, row, "replacement", row.text("replacement"), redactor)
    return (*dict.fromkeys(found), *_file_name(workbook, redactor))


def _decoded(text: str) -> str:
    """Text with entities and percent codes undone, as a page or an address would show it."""
    return unquote(html.unescape(text)) if "&" in text or "%" in text else text


def _house(workbook: Workbook, edition: Edition) -> tuple[Workbook, ...]:
    return (internal_only(workbook),) if edition == "internal" else ()


def _redacted(
    workbook: Workbook, row: Row, column: str, text: str, redactor: Redactor
) -> Iterator[Issue]:
    for term in redactor.terms_in(text):
        yield _issue(
            workbook, row, column, "redacted-name",
            Text(
                f"“{text}”含应脱敏的词“{term}”，此处不能自动替换。",
                f"“{text}” holds the redacted term “{term}”, which cannot be replaced here.",
            ),
            Text("请改写此格。", "Reword this cell."),
        )  # fmt: skip


def _file_name(workbook: Workbook, redactor: Redactor) -> Iterator[Issue]:
    for term in redactor.terms_in(workbook.file):
        yield Issue(
            "redacted-name",
            Severity.ERROR,
            Text(
                f"工作簿的文件名含应脱敏的词“{term}”，它会写入清单。",
                f"The workbook's file name holds the redacted term “{term}” and would be listed.",
            ),
            Text("请改文件名。", "Rename the file."),
            workbook.file,
        )
