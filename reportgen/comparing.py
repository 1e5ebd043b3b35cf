"""Two issues side by side: the last one and this one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from reportgen.analysis.figures import Figures
from reportgen.analysis.house import shared
from reportgen.analysis.since import Comparison, compare
from reportgen.analysis.snapshot import SnapshotError, figures_from_snapshot, issued_in_snapshot
from reportgen.checking import Checked, Stages, check
from reportgen.dates import When
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.note.unrenewed import LastIssue, unrenewed
from reportgen.plain_files import plain_text
from reportgen.quantity import Quantity
from reportgen.workbook.door import Reader
from reportgen.workbook.tables import Workbook


@dataclass(frozen=True, slots=True)
class Issued:
    """One of two issues to compare. `figures` is None when an error stands in the way.

    `held` are the values of rows that stand in the workbook and are not for print.
    """

    file: str
    figures: Figures | None
    date: When | None
    issues: tuple[Issue, ...] = ()
    held: tuple[Quantity, ...] = ()
    workbook: Workbook | None = None


def read_issue(path: Path, stage: Stages, reader: Reader | None = None) -> Issued:
    """An issue to compare with another: a workbook, or the snapshot that a note was sent with.

    What is wrong with it comes back as issues; `figures` is None when it cannot be used.
    """
    if path.suffix.casefold() == ".json":
        return _read_snapshot(path)
    return _issued(check(path, stage, reader=reader), path.name)


def _issued(checked: Checked, name: str) -> Issued:
    """The workbook as one of two issues, with the values that stand in it but not in print."""
    printed = {
        (row.sheet, row.number, row.id)
        for table in checked.printed.tables.values()
        for row in table
    }
    held = tuple(
        row.quantity
        for table in checked.workbook.tables.values()
        for row in table
        if row.quantity is not None and (row.sheet, row.number, row.id) not in printed
    )
    date = checked.workbook.setting("date")
    return Issued(
        name,
        shared(checked.analysis.figures) if checked.analysis else None,
        date if isinstance(date, When) else None,
        checked.issues,
        held,
        checked.workbook,
    )


def _read_snapshot(path: Path) -> Issued:
    try:
        data = json.loads(plain_text(path))
        return Issued(path.name, figures_from_snapshot(data), issued_in_snapshot(data))
    except SnapshotError as problem:
        why = problem.text
    except (OSError, ValueError, RecursionError) as problem:
        why = Text(f"{type(problem).__name__}。", f"{type(problem).__name__}.")
    message = Text(f"{path.name} 不能作为数字快照读取：{why.zh}",
                   f"{path.name} cannot be read as a snapshot of figures: {why.en}")  # fmt: skip
    hint = Text(
        "请改用上期的工作簿（.xlsx），或该期纪要旁的 manifest.json。",
        "Give the last issue's workbook (.xlsx), or the manifest.json beside its note.",
    )
    issue = Issue("snapshot-unreadable", Severity.ERROR, message, hint, path.name)
    return Issued(path.name, None, None, (issue,))


def diff(old: Path, new: Path, stage: Stages) -> tuple[Issued, Issued, Comparison | None]:
    """Two issues side by side; no comparison when one of them cannot be used."""
    with Reader() as reader:
        then, now = read_issue(old, stage, reader), read_issue(new, stage, reader)
    if then.figures is None or now.figures is None:
        return then, now, None
    with stage("since"):
        return then, now, compare(then.figures, now.figures, previous=then.date, held=now.held)


def since(
    path: Path | None,
    workbook: Path,
    checked: Checked,
    stage: Stages,
    reader: Reader | None = None,
) -> tuple[Comparison | None, tuple[Issue, ...]]:
    """What changed since the previous issue; its own problems become warnings here."""
    if path is None or checked.analysis is None:
        return None, ()
    with stage("since"):
        old = read_issue(path, Stages(lambda: 0.0, lambda _: None), reader)
        return compared(old, workbook.name, checked)


def compared(
    old: Issued, name: str, checked: Checked
) -> tuple[Comparison | None, tuple[Issue, ...]]:
    """What changed since `old` in the workbook called `name`; see `since`."""
    new = _issued(checked, name)
    if old.figures is None:
        return None, (_since_unusable(old),)
    if new.figures is None:
        return None, ()
    reword = checked.redactor.text
    changed = compare(old.figures, new.figures, previous=old.date, held=new.held, reword=reword)
    if old.date and new.date and old.date.end > new.date.end:
        return changed, (_since_newer(old),)
    return changed, _unrenewed(old, checked, new.figures, changed)


def _unrenewed(
    old: Issued, checked: Checked, figures: Figures, changed: Comparison
) -> tuple[Issue, ...]:
    """Prose that stands as it stood; a snapshot has none to hold it against."""
    if old.workbook is None or old.figures is None:
        return ()
    withheld = [one.id for one in changed.revisions if one.withheld]
    last = LastIssue(old.workbook, old.figures, old.date, withheld)
    return unrenewed(last, checked.printed, figures)


def _since_unusable(old: Issued) -> Issue:
    first = next(issue for issue in old.issues if issue.severity is Severity.ERROR)
    message = Text(
        f"上期文件 {old.file} 无法使用，未作对比：{first.message.zh}",
        f"The last issue's file {old.file} cannot be used, so nothing is compared: "
        f"{first.message.en}",
    )
    hint = first.hint
    if old.workbook is not None:
        hint = Text(
            f"请运行 reportgen check {old.file} 查看，或用 --since 指定另一文件。",
            f"Run reportgen check {old.file} to see why, or name another file with --since.",
        )
    return Issue("since-unusable", Severity.WARNING, message, hint, old.file)


def _since_newer(old: Issued) -> Issue:
    message = Text(
        f"上期文件 {old.file} 的日期晚于本期。",
        f"The last issue's file {old.file} is dated after this one.",
    )
    hint = Text(
        "请核对两份工作簿“报告设置”中的日期，或用 --since 指定另一文件。",
        "Check the dates on both Note sheets, or name another file with --since.",
    )
    return Issue("since-newer", Severity.WARNING, message, hint, old.file)
