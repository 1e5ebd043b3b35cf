"""What can be wrong with a file or a sheet: one function a code, each ending in the cure.

A Problem says what; whoever reads the sheet says where and makes an Issue of it.
The code is the function's name with dashes, its docstring the line in the docs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reportgen.issues import Issue, Severity
from reportgen.language import Text, count_of
from reportgen.workbook.schema import NOTE_KEYS, SheetSpec


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and how to mend it, without an address.

    `once`: said for the first cell only, however often it occurs in a sheet.
    """

    code: str
    severity: Severity
    message: Text
    hint: Text
    once: bool = False

    def at(self, file: str, sheet: str = "", cell: str = "", row_id: str = "") -> Issue:
        """The problem with its address."""
        return Issue(self.code, self.severity, self.message, self.hint, file, sheet, cell, row_id)


def error(code: str, message: Text, hint: Text) -> Problem:
    """A problem that stops a build."""
    return Problem(code, Severity.ERROR, message, hint)


def warning(code: str, message: Text, hint: Text, *, once: bool = False) -> Problem:
    """A problem that is printed and does not stop a build."""
    return Problem(code, Severity.WARNING, message, hint, once)


def remark(code: str, message: Text, hint: Text, *, once: bool = False) -> Problem:
    """Something the analyst may want to know."""
    return Problem(code, Severity.REMARK, message, hint, once)


def did_you_mean(words: tuple[str, ...] | list[str]) -> Text:
    """The sentence that suggests what was meant; empty without suggestions."""
    if not words:
        return Text("", "")
    return Text(f"是否想写“{'”或“'.join(words)}”？", f"Did you mean {' or '.join(words)}? ")


# ---- sheets and headings --------------------------------------------------------------------


def missing_sheet(spec: SheetSpec, meant: list[str]) -> Problem:
    """A needed sheet is not there."""
    guess = did_you_mean(meant)
    needed = _needed(spec)
    zh = (
        f"把该表改名为“{spec.name.zh}”"
        if meant
        else f"新增名为“{spec.name.zh}”的工作表，须有{needed.zh}"
    )
    en = (
        f"Rename that sheet {spec.key}."
        if meant
        else f"Add a sheet named {spec.key}. It needs {needed.en}."
    )
    return error(
        "missing-sheet",
        Text(
            f"缺少必需的工作表“{spec.name.zh}”（{spec.key}）。", f"The sheet {spec.key} is missing."
        ),
        Text(f"{guess.zh}请{zh}。", guess.en + en),
    )


def _needed(spec: SheetSpec) -> Text:
    """The columns, and of the Note sheet the rows, that cannot be left out."""
    if spec.key != "Note":
        columns = _named(column.heading for column in spec.columns if column.needed)
        return Text(f"列：{columns.zh}", f"the columns {columns.en}")
    columns = _named(column.heading for column in spec.columns if column.key in ("key", "value"))
    rows = _named(key.label for key in NOTE_KEYS if key.needed)
    return Text(
        f"列：{columns.zh}；行：{rows.zh}", f"the columns {columns.en} and the rows {rows.en}"
    )


def _named(headings: Iterable[Text]) -> Text:
    found = tuple(headings)
    return Text(
        "、".join(f"“{one.zh}”" for one in found), ", ".join(f"“{one.en}”" for one in found)
    )


def empty_sheet(spec: SheetSpec) -> Problem:
    """A needed sheet has its headings and no row."""
    return error(
        "empty-sheet",
        Text(
            f"“{spec.name.zh}”表只有表头，一行数据也没有。",
            f"The sheet {spec.key} has headings and not one row.",
        ),
        Text(
            "请从表头下一行起填写；若数据在别的表，请移到这里。",
            "Fill in rows below the headings; move them here if they stand on another sheet.",
        ),
    )


def unknown_sheet(name: str, specs: list[SheetSpec]) -> Problem:
    """A sheet that is no part of the contract; it is left as it is."""
    guess = Text(
        did_you_mean([spec.name.zh for spec in specs]).zh,
        did_you_mean([spec.key for spec in specs]).en,
    )
    return remark(
        "unknown-sheet",
        Text(
            f"工作表“{name}”不在约定之内，未读取。",
            f"The sheet {name} is not known and was not read.",
        ),
        Text(
            guess.zh + "若其中有数据，请改用约定的表名；否则无需处理。",
            guess.en + "If it holds data, give it a known name; else nothing is needed.",
        ),
    )


def duplicate_sheet(name: str, first: str) -> Problem:
    """Two sheets have names that mean the same."""
    return error(
        "duplicate-sheet",
        Text(
            f"“{name}”与“{first}”是同一张表的两个名称，未读取。",
            f"{name} means the same sheet as {first}; not read.",
        ),
        Text("请合并为一张，或把其中一张改名。", "Merge the two, or rename one of them."),
    )


def hidden_sheet(name: str) -> Problem:
    """A hidden sheet is read like any other."""
    return remark(
        "hidden-sheet",
        Text(f"工作表“{name}”是隐藏的，已照常读取。", f"The sheet {name} is hidden; it was read."),
        Text("若不应使用，请删除该表。", "Delete the sheet if it should not count."),
    )


def missing_header(spec: SheetSpec) -> Problem:
    """A sheet's first rows hold no known heading."""
    needed = [column for column in spec.columns if column.needed]
    return error(
        "missing-header",
        Text("前十行中没有可识别的表头。", "No known heading in the first ten rows."),
        Text(
            f"请在首行写上表头，至少包括：{'、'.join(column.heading.zh for column in needed)}。",
            f"Write the headings in row 1, at least: {', '.join(c.heading.en for c in needed)}.",
        ),
    )


def missing_column(heading: Text, meant: list[str], unread: list[str]) -> Problem:
    """A needed column is not there.

    `unread` are the headings that are not known: one may be it.
    """
    guess = did_you_mean(meant)
    zh = f"请把该列表头改为“{heading.zh}”。" if meant else f"请新增“{heading.zh}”列。"
    en = f"Change that heading to {heading.en}." if meant else f"Add a column {heading.en}."
    if unread and not meant:
        zh += (
            f"若它就是{'、'.join(f'“{name}”' for name in unread)}列，请把该表头改为“{heading.zh}”。"
        )
        en += f" If it is the column {' or '.join(unread)}, change that heading to {heading.en}."
    return error(
        "missing-column",
        Text(f"缺少必需的列“{heading.zh}”。", f"The column {heading.en} is missing."),
        Text(guess.zh + zh, guess.en + en),
    )


def unknown_column(name: str, meant: list[str]) -> Problem:
    """A column that is no part of the contract; its cells are kept, not used."""
    guess = did_you_mean(meant)
    message = Text(
        f"列“{name}”不在约定之内，保留但不使用。",
        f"The column {name} is not known; kept, not used.",
    )
    hint = Text(
        guess.zh + ("若是，请改表头。" if meant else "若只是您自己的说明，无需处理。"),
        guess.en + ("If so, change the heading." if meant else "If it is your own note, fine."),
    )
    if meant:
        return warning("unknown-column", message, hint)
    return remark("unknown-column", message, hint)


def duplicate_column(heading: Text, first: str) -> Problem:
    """Two columns have headings that mean the same; the first is read."""
    return error(
        "duplicate-column",
        Text(
            f"“{heading.zh}”列重复，第一个在 {first}。",
            f"{heading.en} occurs twice; the first is {first}.",
        ),
        Text("请删除其中一列，或改掉它的表头。", "Delete one of the two, or change its heading."),
    )


def merged_header(where: str) -> Problem:
    """A heading is merged over several columns."""
    return error(
        "merged-header",
        Text(
            f"表头 {where} 是合并单元格，无法对应各列。",
            f"The heading {where} is merged over several cells.",
        ),
        Text(
            "请取消合并，给每一列各写一个表头。",
            "Unmerge it and give every column its own heading.",
        ),
    )


def merged_cells(where: str) -> Problem:
    """Merged data cells: only the first holds a value, the rows below it are not read."""
    return error(
        "merged-cells",
        Text(
            f"{where} 是合并单元格，只有左上角有值。",
            f"{where} is merged; only its first cell holds a value.",
        ),
        Text("请取消合并，并在每一行填上数值。", "Unmerge it and fill in every row."),
    )


def missing_setting(label: Text) -> Problem:
    """The Note sheet lacks a needed setting."""
    return error(
        "missing-setting",
        Text(f"报告设置中缺少“{label.zh}”。", f"The Note sheet lacks {label.en}."),
        Text(f"请新增一行“{label.zh}”并填写内容。", f"Add a row {label.en} with its value."),
    )


def unknown_setting(name: str, meant: list[str]) -> Problem:
    """A setting of the Note sheet that nothing uses."""
    guess = did_you_mean(meant)
    return remark(
        "unknown-setting",
        Text(f"设置项“{name}”未知，未使用。", f"The setting {name} is not known and not used."),
        Text(guess.zh + "若写错了，请改正。", guess.en + "Correct it if it is misspelt."),
    )


def duplicate_setting(label: Text, first: str) -> Problem:
    """A setting stands twice in the Note sheet; the first counts."""
    return error(
        "duplicate-setting",
        Text(f"“{label.zh}”已在 {first} 设置过。", f"{label.en} is already set in {first}."),
        Text("请删除其中一行。", "Delete one of the two rows."),
    )


# ---- a pasted wide sheet --------------------------------------------------------------------


def wide_sheet_read(count: int) -> Problem:
    """A sheet with dates across and models down was read as price observations."""
    return remark(
        "wide-sheet-read",
        Text(
            f"按宽表识别，读出 {count} 个价格观察值。",
            f"Recognised as a wide sheet: {count_of(count, 'price observation')}.",
        ),
        Text(
            "请核对型号、日期和单位；若非价格表，请移到别的文件。",
            "Check models, dates and units; move the sheet elsewhere if it holds no prices.",
        ),
    )


def wide_without_unit() -> Problem:
    """A wide sheet nowhere says its unit."""
    return error(
        "wide-without-unit",
        Text("宽表没有写单位。", "The wide sheet does not say its unit."),
        Text(
            "请加一列“单位”，或在标题处写“单位：万元/台/月”。",
            "Add a column Unit, or write Unit: CNY10k/server/month above the table.",
        ),
    )


def wide_without_source() -> Problem:
    """A wide sheet nowhere says its source."""
    return error(
        "wide-without-source",
        Text("宽表没有写来源。", "The wide sheet does not say its source."),
        Text(
            "请加一列“来源”，或在标题处写“来源：S1”。",
            "Add a column Source, or write Source: S1 above the table.",
        ),
    )
