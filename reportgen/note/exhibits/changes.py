"""What changed since the previous issue: in short for page one, and in full as a table."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.causes import PHRASES, Cause
from reportgen.analysis.since import (
    KINDS,
    Comparison,
    Revision,
    RevisionKind,
    importance,
)
from reportgen.language import Lang, Text
from reportgen.note.exhibits.base import NOTHING, Desk, Draft, cell, column
from reportgen.note.model import Line, Paragraph, Run, TableData, TableRow
from reportgen.note.text import as_text, figure_run, join, plain, ref_run, time_run, unit_line
from reportgen.terminal import wide
from reportgen.units import PERCENT

MOST_LINES = 5  # on page one, the date of the previous issue among them
MOST_ROWS = 20
_TWO_LINES: dict[Lang, int] = {"zh": 62, "en": 74}  # what the side column holds, in columns
_ROOM: dict[RevisionKind, int] = {"reversed": 6, "revised": 12, "dropped": 4, "new": 3}
_GROUPS: dict[RevisionKind, Text] = {
    "reversed": Text("方向逆转", "Reversed"),
    "revised": Text("修订", "Revised"),
    "new": Text("新增", "New"),
    "dropped": Text("不再列示", "No longer shown"),
}


def cover_lines(compared: Comparison | None, desk: Desk) -> tuple[Line, ...]:
    """At most five short lines: the previous issue's date, then what moved most."""
    if compared is None:
        return ()
    lines: list[Line] = []
    if compared.previous is not None:
        date = time_run(compared.previous, desk.lang)
        lines.append((Run(desk.say("上期：", "Last issue: ")), date))
    room = MOST_LINES - len(lines)
    moved = [one for one in compared.revisions if one.kind in ("reversed", "revised")]
    gone, fresh = compared.of("dropped"), compared.of("new")
    said = _short(moved, desk, room - 1 if gone else room)
    said += _short(gone, desk, min(1, room - len(said)))
    said += _short(fresh, desk, room - len(said))
    if not compared.revisions and not compared.suppressed:
        said = [plain(desk.say("数字没有变化。", "No figure has changed."))]
    return (*lines, *said)


def changes_lead(compared: Comparison, desk: Desk) -> Paragraph:
    """How the two issues were compared and what came of it, in numbers."""
    date: Line = ()
    if compared.previous is not None:
        date = (time_run(compared.previous, desk.lang),)
    told = [kind for kind in KINDS if compared.count(kind).quantity.bound]
    counts = [_counted(compared, kind, desk) for kind in told]
    counts = counts or [plain(desk.say("没有变化", "nothing has changed"))]
    same = figure_run(compared.count("unchanged"), desk.lang)
    if desk.lang == "zh":
        opening = (Run("上期日期为 "), *date, Run("。")) if date else ()
        line = (
            *opening, Run("同名数字逐一对照："), *join(counts, "，"), Run("；"), same,
            Run(" 项按印出的精度没有变化。只改日期、数值未变的，不算修订。"),
        )  # fmt: skip
    else:
        opening = (Run("The last issue is dated "), *date, Run(". ")) if date else ()
        line = (
            *opening, Run("Figures of one name are set side by side: "), *join(counts, ", "),
            Run("; "), same,
            Run(" print as they did. A value that only got another date is not revised."),
        )  # fmt: skip
    return Paragraph(line)


def changes_table(compared: Comparison, desk: Desk) -> Draft | None:
    """Every kind of change, largest first, up to twenty rows; None when nothing changed."""
    shown = _shown(compared)
    if not any(shown.values()) and not compared.suppressed:
        return None
    rows = [row for kind in KINDS for row in _group(kind, shown[kind], compared, desk)]
    columns = (
        column(desk, "数字", "Figure", wide=True),
        column(desk, "上期", "Last issue", "range"),
        column(desk, "本期", "This issue", "range"),
        column(desk, "变化", "Change", "short"),
        column(desk, "原因", "Cause", wide=True),
    )
    rests_on = tuple(
        one.new.quantity for found in shown.values() for one in found if one.new is not None
    )
    return Draft(
        "changes",
        _title(compared, desk),
        plain(desk.say("与上期同名的数字，变动大的在前", "Figures of one name, largest first")),
        TableData(columns, tuple(rows), compact=True),
        rests_on,
        _notes(compared, desk),
    )


# ---- page one -------------------------------------------------------------------------------


def _short(found: tuple[Revision, ...] | list[Revision], desk: Desk, most: int) -> list[Line]:
    """Lines for the first revisions that can be told in two lines of the side column."""
    lines: list[Line] = []
    for one in found:
        if len(lines) >= most:
            break
        ways = (
            _short_line(one, desk),
            _short_line(one, desk, with_change=False),
            _turned(one, desk),
        )
        fits = (way for way in ways if way and wide(as_text(way)) <= _TWO_LINES[desk.lang])
        line = next(fits, None)
        if line is not None:
            lines.append(line)
    return lines


def _short_line(one: Revision, desk: Desk, *, with_change: bool = True) -> Line:
    label = _label(one, desk)
    if one.kind == "dropped":
        return (*plain(desk.say("不再列示 ", "No longer shown: ")), *label)
    if one.new is None:
        return ()
    if one.kind == "new":
        return (
            *plain(desk.say("新增 ", "New: ")),
            *label,
            Run(" "),
            figure_run(one.new, desk.lang),
        )
    if one.old is None:
        return ()
    moved: Line = ()
    if one.change is not None and with_change:
        change = figure_run(one.change, desk.lang)
        moved = (Run(desk.say("（", " (")), change, Run(desk.say("）", ")")))
    turned = desk.say("逆转 ", "Reversed: ") if one.kind == "reversed" else ""
    unit = one.old.quantity.unit
    same_unit = unit == one.new.quantity.unit and unit != PERCENT
    return (
        *plain(turned), *label, Run(" "), figure_run(one.old, desk.lang, bare=same_unit),
        Run(" → "), figure_run(one.new, desk.lang), *moved,
    )  # fmt: skip


def _turned(one: Revision, desk: Desk) -> Line:
    """A reversal whose two values take too much room: what it is now."""
    if one.kind != "reversed" or one.new is None:
        return ()
    # Alone it is printed as everywhere else: a finer digit is only for three that must agree.
    now = figure_run(desk.figures.get(one.new.id, one.new), desk.lang)
    return (
        *plain(desk.say("逆转 ", "Reversed: ")), *_label(one, desk),
        Run(desk.say("，现为 ", ", now ")), now,
    )  # fmt: skip


def _label(one: Revision, desk: Desk) -> Line:
    return plain(one.label[desk.lang].rstrip("。."))


# ---- the table ------------------------------------------------------------------------------


def _shown(compared: Comparison) -> dict[RevisionKind, tuple[Revision, ...]]:
    """The rows there is room for: each kind its share, what is left over for the rest."""
    taken = {kind: min(len(compared.of(kind)), _ROOM[kind]) for kind in KINDS}
    for kind in reversed(KINDS):  # the news is least about what is gone or new
        over = sum(taken.values()) - MOST_ROWS
        if over > 0 and kind in ("new", "revised"):
            taken[kind] = max(0, taken[kind] - over)
    for kind in KINDS[:2]:
        free = MOST_ROWS - sum(taken.values())
        taken[kind] += min(free, len(compared.of(kind)) - taken[kind])
    return {kind: compared.of(kind)[: taken[kind]] for kind in KINDS}


def _group(
    kind: RevisionKind, shown: tuple[Revision, ...], compared: Comparison, desk: Desk
) -> Iterator[TableRow]:
    count = compared.count(kind)
    if not count.quantity.bound:
        return
    heading: Line = (*plain(_GROUPS[kind][desk.lang]),)
    rest = len(compared.of(kind)) - len(shown)
    whole = figure_run(count, desk.lang)
    if rest or (kind == "dropped" and compared.suppressed):
        some = Run(f"{len(shown)}", "const")
        heading = (
            (*heading, Run("（共 "), whole, Run(" 项，列出 "), some, Run(" 项）"))
            if desk.lang == "zh"
            else (*heading, Run(" ("), some, Run(" of "), whole, Run(")"))
        )
    yield TableRow((heading, (), (), (), ()), group=True)
    for one in shown:
        yield _row(one, desk)


def _row(one: Revision, desk: Desk) -> TableRow:
    figure = one.new or one.old
    label = _label(one, desk)
    if figure is not None:
        unit = unit_line(figure.quantity.unit, desk.lang)
        opening, closing = ("（", "）") if desk.lang == "zh" else (" (", ")")
        label = (*label, Run(opening), *unit, Run(closing)) if unit else label
    change = (figure_run(one.change, desk.lang),) if one.change else NOTHING
    cells = (label, cell(one.old, desk), cell(one.new, desk), change, cause_line(one.cause, desk))
    return TableRow(cells, direction=one.change.quantity.way if one.change else "")


def cause_line(cause: Cause, desk: Desk) -> Line:
    """新观察值（2026 年 5 月，F015）；参数调整."""
    zh = desk.lang == "zh"
    phrase = PHRASES[cause.kind][desk.lang]
    line: Line = plain(phrase[0].upper() + phrase[1:])
    if cause.other is not None:
        line = (*line, *plain(desk.say("：", ": ")), *plain(cause.other[desk.lang]))
    inside: list[Line] = []
    if cause.when is not None:
        inside.append((time_run(cause.when, desk.lang),))
    inside += [(ref_run(row),) for row in cause.rows]
    if inside:
        opening, closing = ("（", "）") if zh else (" (", ")")
        line = (*line, Run(opening), *join(inside, "，" if zh else ", "), Run(closing))
    if cause.new_source:
        line = (*line, *plain(desk.say("，来源不同", ", another source")))
    for kind in cause.also:
        line = (*line, *plain(desk.say("；", "; ")), *plain(PHRASES[kind][desk.lang]))
    return line


def _title(compared: Comparison, desk: Desk) -> Line:
    """The finding: what turned round, else the rent or price that moved most, else counts."""
    turned = compared.of("reversed")
    if turned:
        return (*plain(desk.say("方向逆转：", "Reversed: ")), *_label(turned[0], desk))
    moved = [one for one in compared.of("revised") if one.change is not None]
    quoted = [one for one in moved if importance(one) <= 1]  # a rent or a purchase price
    for one in (*quoted, *moved)[:1]:
        among = desk.say("在价格中", " among prices") if quoted else ""
        what = desk.say(f"{among}变动最大：", f" moved most{among}: ")
        change = (figure_run(one.change, desk.lang),) if one.change else ()
        return (*_label(one, desk), Run(what), *change)
    counts = [_counted(compared, kind, desk) for kind in KINDS if compared.of(kind)]
    return join(counts, desk.say("，", ", "))


def _counted(compared: Comparison, kind: RevisionKind, desk: Desk) -> Line:
    count = figure_run(compared.count(kind), desk.lang)
    if desk.lang == "zh":
        return (Run(f"{_GROUPS[kind].zh} "), count, Run(" 项"))
    return (count, Run(f" {_GROUPS[kind].en.lower()}"))


def _notes(compared: Comparison, desk: Desk) -> tuple[Line, ...]:
    note = plain(
        desk.say(
            "变化以区间两端计算；百分数之差以百分点计。原因括号内为日期与证据编号。",
            "Changes are bounded over the ranges; percentages differ by percentage points. "
            "Brackets after a cause hold its date and rows of evidence.",
        )
    )
    if not (compared.suppressed or any(one.withheld for one in compared.revisions)):
        return (note,)
    held = plain(
        desk.say(
            "上期数值的依据不再发布的，不再重印。",
            "Earlier values are not reprinted where their rows are no longer published.",
        )
    )
    return (note, held)
