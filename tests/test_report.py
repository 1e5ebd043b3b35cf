"""The printed and the JSON form of a check."""

from __future__ import annotations

import json

from reportgen.checks.report import json_report, text_report
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from tests.books import book

ISSUES = (
    Issue(
        "price-stale", Severity.REMARK, Text("已是 58 天前。", "It is 58 days old."),
        Text("请补充。", "Add a newer one."), "w.xlsx", "Prices", "B4", "P3",
    ),
    Issue(
        "unit-outlier", Severity.ERROR, Text("35 万元/卡/年 即 23.3 万元/台/月。", "It is 23.3."),
        Text("是否应为“台”？", "Did you mean 台?"), "w.xlsx", "Prices", "AB12", "P9",
    ),
    Issue(
        "sheet-unknown", Severity.WARNING, Text("多余的表。", "An extra sheet."),
        Text("可删去。", "It may go."), "w.xlsx", "Memo",
    ),
    Issue(
        "file-old", Severity.WARNING, Text("旧文件。", "An old file."),
        Text("请另存。", "Save anew."), "w.xlsx",
    ),
)  # fmt: skip


def test_text_is_grouped_by_sheet_worst_first() -> None:
    assert text_report(book(), ISSUES, "en") == (
        "w.xlsx: 1 error, 2 warnings, 1 remark.\n"
        "\n"
        "The whole file\n"
        "  warning  file-old  An old file.\n"
        "                     Save anew.\n"
        "\n"
        "Prices\n"
        "  error   AB12  unit-outlier  It is 23.3.\n"
        "                              Did you mean 台?\n"
        "  remark  B4    price-stale   It is 58 days old.\n"
        "                              Add a newer one.\n"
        "\n"
        "Memo\n"
        "  warning  sheet-unknown  An extra sheet.\n"
        "                          It may go.\n"
        "\n"
        "0 rows: 0 read, 0 reported and left out."
    )


def test_chinese_characters_take_two_columns() -> None:
    lines = text_report(book(), ISSUES[:2], "zh").splitlines()
    assert lines[0] == "w.xlsx：1 个错误，1 条备注。"
    assert lines[3] == "  错误  AB12  unit-outlier  35 万元/卡/年 即 23.3 万元/台/月。"
    assert lines[4] == "                            是否应为“台”？"
    assert lines[-1] == "共 0 行：读入 0 行，因问题未读入 0 行。"


def test_long_lines_break_to_the_width_and_keep_their_words() -> None:
    words = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    long = Issue(
        "c", Severity.ERROR, Text("字" * 60 + "。", words), Text("", ""), "", "Prices", "B4"
    )
    english = text_report(book(), [long], "en", width=60).splitlines()
    assert max(map(len, english)) <= 60
    assert " ".join(english[3:-2]).split()[3:] == words.split()
    chinese = text_report(book(), [long], "zh", width=60).splitlines()
    assert max(len(line.encode("gbk")) for line in chinese) <= 62  # a full stop may hang
    assert not any(line.strip().startswith("。") for line in chinese)


def test_what_is_the_same_is_said_once() -> None:
    def issue(cell: str, message: str, cure: str = "Ask.") -> Issue:
        texts = (Text.same(message), Text.same(cure))
        return Issue("c", Severity.WARNING, *texts, "w.xlsx", "Survey", cell)

    same = [issue(f"B{row}", "Said by the interviewer.") for row in range(2, 7)]
    others = [issue("B9", "Garbled."), issue("B10", "Old.", "Renew.")]
    assert text_report(book(), [*same, *others], "en").splitlines()[3:-2] == [
        "  warning  B2, B3, B4 and 2 more  c  Said by the interviewer.",
        "  warning  B9                     c  Garbled.",
        "                                     Ask.",
        "  warning  B10                    c  Old.",
        "                                     Renew.",
    ]


def test_many_remarks_of_one_kind_are_said_by_the_first() -> None:
    def remarks(count: int) -> list[Issue]:
        texts = [(Text.same(f"F{row} is wide."), Text.same("Ask.")) for row in range(count)]
        return [
            Issue("c", Severity.REMARK, *text, "w.xlsx", "Survey", f"B{row}")
            for row, text in enumerate(texts, start=2)
        ]

    assert len(text_report(book(), remarks(5), "en").splitlines()[3:-2]) == 6
    assert text_report(book(), remarks(6), "en").splitlines()[3:-2] == [
        "  remark  B2, B3, B4 and 3 more  c  F0 is wide. The others are alike.",
        "                                    Ask.",
    ]


def test_nothing_wrong_is_said_in_a_line() -> None:
    assert text_report(book(), (), "zh").splitlines()[0] == "w.xlsx：没有问题。"


def test_json_has_every_issue_and_a_summary() -> None:
    report = json.loads(json_report(book(Sources="id\nS1"), ISSUES, "zh"))
    assert report["summary"] == {
        "errors": 1, "warnings": 2, "remarks": 1,
        "rows_present": 1, "rows_read": 1, "rows_reported": 0,
    }  # fmt: skip
    assert [issue["code"] for issue in report["issues"]] == [
        "file-old", "sheet-unknown", "unit-outlier", "price-stale",
    ]  # fmt: skip
    assert report["issues"][2] == {
        "code": "unit-outlier", "severity": "error", "file": "w.xlsx", "sheet": "Prices",
        "cell": "AB12", "row_id": "P9", "message": "35 万元/卡/年 即 23.3 万元/台/月。",
        "hint": "是否应为“台”？",
    }  # fmt: skip
