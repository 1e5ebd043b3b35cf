"""Issues as the analyst reads them: text grouped by sheet, or JSON for other programs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from reportgen.issues import Issue, Severity
from reportgen.language import LANGS, Lang, Text, count_of
from reportgen.terminal import broken, padded, wide
from reportgen.workbook.tables import Workbook

_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.REMARK)
_NAMES = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.REMARK: Text("备注", "remark"),
}
_PLURALS = {
    Severity.ERROR: Text("个错误", "errors"),
    Severity.WARNING: Text("个警告", "warnings"),
    Severity.REMARK: Text("条备注", "remarks"),
}
_WHOLE_FILE = Text("整个文件", "The whole file")
_NOTHING = Text("没有问题。", "Nothing to report.")
_CELLS_NAMED = 3
_LEAST_ROOM, _BELOW = 30, 6
"""Columns that words need beside a cell and its code, and their indent where there are fewer."""
_SPELLED_OUT = {Severity.REMARK: 5, Severity.WARNING: 20}
"""Issues of one kind in a sheet that are spelled out; more are said by the first of them."""
_AND_SO_ON = Text("其余同类。", " The others are alike.")
_CELL = re.compile(r"([A-Z]+)(\d+)")


def text_report(workbook: Workbook, issues: Iterable[Issue], lang: Lang, width: int = 100) -> str:
    """The issues grouped by sheet, worst first, each with its cell and its cure.

    `width` is that of the terminal; lines are broken to fit it.
    """
    found = list(issues)
    if not workbook.opened:
        return "\n".join(_in_both(workbook.file, found, width))
    lines = [_headline(workbook, found, lang)]
    for sheet in _sheets_in_order(workbook, found):
        mine = sorted((issue for issue in found if issue.sheet == sheet), key=_order)
        lines += ["", sheet or _WHOLE_FILE[lang], *_aligned(mine, lang, width)]
    lines += ["", _row_count(workbook)[lang]]
    return "\n".join(lines)


def _in_both(file: str, issues: Iterable[Issue], width: int) -> Iterator[str]:
    """Why a file cannot be read, in both languages: it does not say which the analyst reads."""
    for issue in issues:
        place = "!".join(part for part in (file, issue.sheet, issue.cell) if part)
        yield f"{place}: {issue.code}"
        for lang in LANGS:
            gap = " " * (lang == "en")
            said = f"{issue.message[lang]}{gap}{issue.hint[lang]}"
            yield from (f"  {line}" for line in broken(said, max(_LEAST_ROOM, width - 2)))


def json_report(workbook: Workbook, issues: Iterable[Issue], lang: Lang) -> str:
    """The issues as a JSON list under `issues`, with a `summary` of counts and rows."""
    found = sorted(issues, key=lambda issue: (issue.sheet, _order(issue)))
    counts = Counter(issue.severity for issue in found)
    summary = {severity.value + "s": counts[severity] for severity in _SEVERITIES} | {
        f"rows_{part}": count for part, count in row_counts(workbook).items()
    }
    report = {
        "file": workbook.file,
        "summary": summary,
        "issues": [issue.as_json(lang) for issue in found],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def row_counts(workbook: Workbook) -> dict[str, int]:
    """How many rows there are, how many of them were read, and how many reported instead."""
    return {
        "present": workbook.rows_present,
        "read": workbook.rows_read,
        "reported": workbook.rows_reported,
    }


def counted(issues: Iterable[Issue], lang: Lang) -> str:
    """How many there are of each severity, as "2 errors, 1 warning"; empty for none."""
    counts = Counter(issue.severity for issue in issues)
    return ("，" if lang == "zh" else ", ").join(
        f"{counts[severity]} "
        + (_NAMES if lang == "en" and counts[severity] == 1 else _PLURALS)[severity][lang]
        for severity in _SEVERITIES
        if counts[severity]
    )


def _headline(workbook: Workbook, issues: Sequence[Issue], lang: Lang) -> str:
    colon, stop = ("：", "。") if lang == "zh" else (": ", ".")
    told = counted(issues, lang)
    return f"{workbook.file}{colon}{told + stop if told else _NOTHING[lang]}"


def _row_count(workbook: Workbook) -> Text:
    present, read, told = workbook.rows_present, workbook.rows_read, workbook.rows_reported
    return Text(
        f"共 {present} 行：读入 {read} 行，因问题未读入 {told} 行。",
        f"{count_of(present, 'row')}: {read} read, {told} reported and left out.",
    )


def _sheets_in_order(workbook: Workbook, issues: Iterable[Issue]) -> list[str]:
    """What concerns the whole file, then the sheets in the schema's order, then others."""
    seen = dict.fromkeys(issue.sheet for issue in issues)
    known = ["", *(table.name for table in workbook.tables.values())]
    return [name for name in known if name in seen] + [name for name in seen if name not in known]


def _order(issue: Issue) -> tuple[int, str, int, int, str]:
    """Worst first, then what is of one kind, down the sheet and across it."""
    found = _CELL.match(issue.cell)
    column, row = (found[1], int(found[2])) if found else ("", 0)
    return (_SEVERITIES.index(issue.severity), issue.code, row, len(column), column)


def _aligned(issues: Sequence[Issue], lang: Lang, width: int) -> list[str]:
    """Severity, cell and code in columns; message and cure below one another beside them.

    Issues that say the same are said once, with all their cells, and so are warnings and
    remarks of one kind when there are many; a cure shared by neighbours stands after the
    last of them when they are of one kind.
    """
    said: dict[tuple[str, str, str, str], list[str]] = {}
    alike: dict[tuple[str, Text], dict[str, None]] = {}
    for issue in issues:
        alike.setdefault((issue.code, issue.hint), {})[issue.message[lang]] = None
    for issue in issues:
        severity, message = _NAMES[issue.severity][lang], issue.message[lang]
        messages = alike[issue.code, issue.hint]
        if len(messages) > _SPELLED_OUT.get(issue.severity, len(messages)):
            message = f"{next(iter(messages))}{_AND_SO_ON[lang]}"
        key = (severity, issue.code, message, issue.hint[lang])
        said.setdefault(key, []).append(issue.cell)
    rows = [(severity, _cells(cells, lang), code) for (severity, code, *_), cells in said.items()]
    widths = [max(map(wide, column)) for column in zip(*rows, strict=True)]
    texts = [key[2:] for key in said]
    lines: list[str] = []
    for number, (row, (message, hint)) in enumerate(zip(rows, texts, strict=True)):
        cells = [padded(text, size) for text, size in zip(row, widths, strict=True) if size]
        margin = "  " + "  ".join(cells) + "  "
        indent = wide(margin) if width - wide(margin) >= _LEAST_ROOM else _BELOW
        room = max(_LEAST_ROOM, width - indent)
        again = number + 1 < len(texts) and (texts[number + 1][1], rows[number + 1][2]) == (
            hint, row[2]
        )  # fmt: skip
        words = [*broken(message, room), *([] if again else broken(hint, room))]
        if indent == _BELOW:  # no room beside: the words go below
            lines.append(margin.rstrip())
        else:
            lines.append((margin + words.pop(0)).rstrip())
        lines += [" " * indent + text for text in words]
    return lines


def _cells(cells: Sequence[str], lang: Lang) -> str:
    """The cells of issues that say the same, the first few by name."""
    if len(cells) <= _CELLS_NAMED:
        return ", ".join(cells)
    more = Text(f"等 {len(cells)} 处", f"and {len(cells) - _CELLS_NAMED} more")[lang]
    return f"{', '.join(cells[:_CELLS_NAMED])} {more}"
