"""Page one: title, key points, key figures, and what changed since the last note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.changes import Change
from reportgen.analysis.evidence import holds_for_all
from reportgen.analysis.figures import Figure
from reportgen.analysis.payback import at_shortest_term
from reportgen.analysis.since import Comparison
from reportgen.dates import When
from reportgen.note.exhibits.base import Desk
from reportgen.note.exhibits.changes import cover_lines
from reportgen.note.model import Cover, KeyFigure, Line, Paragraph, Run
from reportgen.note.prose import Prose, prose_line
from reportgen.note.text import figure_parts, figure_run, plain, time_run
from reportgen.workbook.standing import is_labelled_sample
from reportgen.workbook.tables import Workbook

MOST_KEY_FIGURES = 6
MOST_KEY_POINTS = 5
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})")
_FIGURE = re.compile(r"\[\[\s*([^\[\]|]+?)\s*(?:\|[^\[\]]*)?\]\]")


def build_cover(
    workbook: Workbook,
    analysis: Analysis,
    prose: Prose,
    desk: Desk,
    changed: Comparison | None,
) -> Cover:
    """Page one. The title comes from Note; key points from Views, else from the changes."""
    licence = setting(workbook, "licence")
    memo = not licence or setting(workbook, "kind") != "research_report"
    issued, issued_text = _issued(workbook, desk)
    caveat = prose.line("caveat") or _default_caveat(workbook, desk)
    points = tuple(one for one in prose.paragraphs("key_points") if isinstance(one, Paragraph))
    return Cover(
        kind=_kind(desk, memo=memo),
        standing=desk.say("不构成证券研究报告", "Not a securities research report") if memo else "",
        house=desk.house,
        title=_title(workbook, analysis, desk, "title"),
        subtitle=_title(workbook, analysis, desk, "subtitle"),
        issued=issued,
        issued_text=issued_text,
        authors=_authors(workbook, desk),
        caveat=caveat,
        key_points=(points or _computed_points(analysis, desk))[:MOST_KEY_POINTS],
        key_figures=_key_figures(workbook, analysis, desk),
        changes=cover_lines(changed, desk),
        licence=licence,
        rating="" if memo else setting(workbook, "rating"),
        sample=is_labelled_sample(workbook),
    )


def _kind(desk: Desk, *, memo: bool) -> str:
    if memo:
        return desk.say("产业调研纪要", "Industry memo")
    return desk.say("证券研究报告", "Research report")


def setting(workbook: Workbook, key: str) -> str:
    """A text of the Note sheet, empty when it is not there."""
    value = workbook.setting(key)
    return value if isinstance(value, str) else ""


def _title(workbook: Workbook, analysis: Analysis, desk: Desk, which: str) -> Line:
    text = setting(workbook, f"{which}_{desk.lang}")
    if not text and which == "title":
        text = setting(workbook, "title_zh") or setting(workbook, "title_en")
    return prose_line(text, analysis.figures, desk.lang) if text else ()


def _issued(workbook: Workbook, desk: Desk) -> tuple[datetime, Run]:
    when = workbook.setting("date")
    if not isinstance(when, When):
        raise ValueError("the Note sheet has no date; reading should have said so")
    found = _TIME.fullmatch(setting(workbook, "time").strip())
    clock = time(int(found[1]) % 24, int(found[2]) % 60) if found else time(0, 0)
    issued = datetime.combine(when.end, clock, tzinfo=UTC)
    run = time_run(when, desk.lang)
    if found:
        run = Run(f"{run.text} {clock:%H:%M}", "time", datetime=f"{when.end}T{clock:%H:%M}")
    return issued, run


def _authors(workbook: Workbook, desk: Desk) -> tuple[Line, ...]:
    written = setting(workbook, "authors_en") if desk.lang == "en" else ""
    names = [name.strip() for name in re.split(r"[;；]", written or setting(workbook, "authors"))]
    numbers = [part.strip() for part in re.split(r"[;；]", setting(workbook, "certificates"))]
    numbers += [""] * len(names)
    return tuple(
        (*plain(name), *((Run(" "), Run(number, "legal")) if number else ()))
        for name, number in zip(names, numbers, strict=False)
        if name
    )


def _default_caveat(workbook: Workbook, desk: Desk) -> Line:
    """What is true of all evidence, so that single numbers need not say it."""
    told = [text[desk.lang] for text in holds_for_all(workbook)]
    return plain(desk.say("", " ").join(told))


def _computed_points(analysis: Analysis, desk: Desk) -> tuple[Paragraph, ...]:
    """Key points for a workbook without Views: the largest matched moves, else the levels."""
    moves = sorted(
        (one for one in analysis.changes if one.matched),
        key=lambda one: -abs(one.figure.quantity.bound),
    )
    points = [_move_point(one, desk) for one in moves[: MOST_KEY_POINTS - 1]]
    for one in (*analysis.rents, *analysis.prices):
        if len(points) >= MOST_KEY_POINTS - 1:
            break
        if not any(one is move.series for move in moves):
            figure = desk.figures[one.key.name]
            points.append(
                Paragraph(
                    (*_said(figure, desk), *plain(desk.say("。", "."))),
                    _lead(figure, desk),
                )
            )
    return tuple(points)


def _move_point(change: Change, desk: Desk) -> Paragraph:
    figure = desk.figures[change.series.key.name]
    old = desk.figures[change.old_name]
    since = time_run(change.old.when, desk.lang)
    line: Line
    if desk.lang == "zh":
        line = (
            Run("由"), since, Run("的 "), figure_run(old, "zh"), Run("到 "), *_said(figure, desk),
            Run("，变化 "), figure_run(change.figure, "zh"), Run("。"),
        )  # fmt: skip
    else:
        line = (
            Run("from "), figure_run(old, "en"), Run(" ("), since, Run(") to "),
            *_said(figure, desk), Run(", a change of "), figure_run(change.figure, "en"), Run("."),
        )  # fmt: skip
    return Paragraph(line, _lead(figure, desk))


def _lead(figure: Figure, desk: Desk) -> Line:
    label = f"{figure.label[desk.lang]}{desk.say('：', ': ')}"
    return tuple(plain(label, strong=True))


def _said(figure: Figure, desk: Desk) -> Line:
    when = (time_run(figure.as_of, desk.lang),) if figure.as_of else ()
    opening, closing = ("（", "）") if desk.lang == "zh" else (" (", ")")
    dated = (Run(opening), *when, Run(closing)) if when else ()
    return (figure_run(figure, desk.lang), *dated)


def _key_figures(workbook: Workbook, analysis: Analysis, desk: Desk) -> tuple[KeyFigure, ...]:
    """The figures that Views names in `key_figures`, else the most telling ones there are."""
    named = [
        name
        for row in workbook["Views"]
        if row.text("section") == "key_figures" and row.text("language") == desk.lang
        for name in _FIGURE.findall(row.text("text"))
        if name in analysis.figures
    ]
    names = named or list(dict.fromkeys(_telling(analysis)))
    return tuple(
        _key_figure(desk.figures[name], analysis, desk) for name in names[:MOST_KEY_FIGURES]
    )


def _telling(analysis: Analysis) -> Iterable[str]:
    moved = sorted(
        (one for one in analysis.changes if one.matched and one.series.key.market == "rent"),
        key=lambda one: -abs(one.figure.quantity.bound),
    )
    yield from (one.series.key.name for one in moved[:2])
    best: dict[str, str] = {}
    for one in analysis.rents:
        best.setdefault(one.key.model, one.key.name)
    yield from list(best.values())[::-1][:3]
    yield from (one.figure.id for one in analysis.premia[:1])
    current = at_shortest_term([pair for pair in analysis.paybacks if pair.current])
    current.sort(key=lambda pair: -pair.payback.quantity.bound)
    yield from (pair.payback.id for pair in current[:1])
    newest = max((one.latest.when.end for one in analysis.prices), default=None)
    yield from (one.key.name for one in analysis.prices if one.latest.when.end == newest)


def _key_figure(figure: Figure, analysis: Analysis, desk: Desk) -> KeyFigure:
    change = next((one for one in analysis.changes if one.series.key.name == figure.id), None)
    detail: Line = ()
    if change is not None:
        since = time_run(change.old.when, desk.lang)
        moved = figure_run(change.figure, desk.lang)
        detail = (Run("较 "), since, Run(" "), moved) if desk.lang == "zh" else (
            moved, Run(" on "), since)  # fmt: skip
    elif figure.as_of is not None:
        detail = (time_run(figure.as_of, desk.lang),)
    value, unit = figure_parts(figure, desk.lang)
    return KeyFigure(
        figure.label[desk.lang],
        value,
        unit,
        detail,
        change.figure.quantity.way if change else "",
    )
