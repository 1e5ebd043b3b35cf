"""What a workbook still has from the one it was started from: examples, and last month's date."""

from __future__ import annotations

from reportgen.checks.making import Place, places
from reportgen.dates import When
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.workbook.examples import is_example
from reportgen.workbook.schema import SHEETS
from reportgen.workbook.standing import is_labelled_sample
from reportgen.workbook.tables import Row, Workbook


def examples_left(workbook: Workbook) -> tuple[Issue, ...]:
    """Rows that `reportgen new` made up as examples.

    A warning in a note whose every page is labelled as a sample; in any other an error:
    a made-up price must not reach a reader.
    """
    labelled = is_labelled_sample(workbook)
    severity = Severity.WARNING if labelled else Severity.ERROR
    cure = Text(
        "请改写或删除；改写后去掉【示例】字样。",
        "Overwrite or delete it, and take out [EXAMPLE] when it is yours.",
    )
    why = (
        Text("这是示例，不是真实内容。", "This is an example and not real.")
        if labelled
        else Text(
            "这是示例，而“样例”一项已清空：不能作为真实内容印出。",
            "This is an example, and Sample is cleared: it must not be printed as real.",
        )
    )
    return tuple(
        place.issue(column, "example-left", severity, says=why, cure=cure)
        for place in places(workbook, *(spec.key for spec in SHEETS))
        if (column := _marked(place.row))
    )


def _marked(row: Row) -> str:
    """The first column of the row whose text has the mark of an example."""
    for key, value in row.values.items():
        if isinstance(value, str) and is_example(value):
            return key
    return ""


def date_carried_over(workbook: Workbook) -> tuple[Issue, ...]:
    """A note that is dated no later than the issue before it."""
    issued, previous = workbook.setting("date"), workbook.setting("previous_date")
    if not (isinstance(issued, When) and isinstance(previous, When)) or issued.end > previous.end:
        return ()
    place = Place(workbook, workbook["Note"], workbook.note["date"])
    return (
        place.issue(
            "value", "date-not-renewed", Severity.WARNING,
            says=Text(
                f"报告日期 {issued.key} 不晚于上期日期 {previous.key}。",
                f"The note is dated {issued.key}, no later than the issue before ({previous.key}).",
            ),
            cure=Text(
                "请改为本期日期；上期的成稿以日期命名，同日生成会落在同一文件夹。",
                "Give it this issue's date: notes are filed by date, and would share a folder.",
            ),
        ),
    )  # fmt: skip
