"""What can be wrong with a cell: one function a code, each ending in the cure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportgen.language import Text, agreeing, count_of
from reportgen.workbook.problems import Problem, did_you_mean, error, remark, warning
from reportgen.workbook.schema import Choice, ColumnSpec

_LONGEST = 40


def shown(value: object) -> str:
    """A cell's value as messages quote it: short, on one line."""
    text = " ".join(f"{value:g}".split() if isinstance(value, float) else str(value).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def empty_needed_cell(heading: Text) -> Problem:
    """A cell that every row needs is blank."""
    return error(
        "empty-needed-cell",
        Text(f"“{heading.zh}”不能为空。", f"{heading.en} must not be blank."),
        Text(f"请填写“{heading.zh}”，或删除整行。", f"Fill in {heading.en}, or delete the row."),
    )


def error_cell(value: str) -> Problem:
    """The cell holds an Excel error such as #N/A."""
    return error(
        "error-cell",
        Text(f"单元格是 Excel 错误 {value}。", f"The cell holds the Excel error {value}."),
        Text(
            "请改正公式，或改填数值；没有数据则清空。",
            "Mend the formula or type the value; clear the cell if there is none.",
        ),
    )


def formula_without_value() -> Problem:
    """The cell holds a formula whose result the file does not keep."""
    return error(
        "formula-without-value",
        Text("公式没有保存计算结果。", "The formula has no saved value."),
        Text(
            "请在 Excel 中打开并保存，或改填数值。",
            "Open and save the file in Excel, or type the value.",
        ),
    )


def value_from_elsewhere(count: int, cells: str, files: Sequence[str]) -> Problem:
    """Cells of a sheet take their values from another file, as it was when they last saw it."""
    named = ", ".join(files)
    return warning(
        "value-from-elsewhere",
        Text(
            f"{count} 个单元格的值取自另一个文件 {named}：{cells}。读到的是上次更新链接时的值，可能"
            "已经过时。",
            f"{count_of(count, 'cell')} {agreeing(count, 'takes its value', 'take their values')} "
            f"from another file, {named}: {cells}. What was read is what it held when the link was "
            "last updated.",
        ),
        Text(
            "请在 Excel 中打开该文件并更新链接后保存；或把这些单元格粘贴为数值。",
            "Open that file in Excel, update the links and save; or paste the cells as values.",
        ),
    )


def unseen_characters(count: int, cells: str, codes: Sequence[str], *, turns: bool) -> Problem:
    """Cells of a sheet hold characters that nobody sees; they were taken out when reading."""
    named = ", ".join(codes)
    if turns:
        return warning(
            "unseen-characters",
            Text(
                f"{count} 个单元格含有改变阅读方向的字符（{named}）：{cells}。屏幕上的次序可能与"
                "存储的不同；读取时已去掉，按存储的次序读。",
                f"{count_of(count, 'cell')} {agreeing(count, 'holds', 'hold')} characters that "
                f"turn the direction of reading ({named}): {cells}. What you see may stand in "
                "another order than what is stored; they were left out, and the stored order read.",
            ),
            Text(
                "请重新输入这些单元格，并核对其中的数字。",
                "Type these cells again, and look at their numbers.",
            ),
        )
    return remark(
        "unseen-characters",
        Text(
            f"{count} 个单元格含有看不见的字符（{named}）：{cells}。读取时已去掉。",
            f"{count_of(count, 'cell')} {agreeing(count, 'holds', 'hold')} characters that cannot "
            f"be seen ({named}): {cells}. They were left out.",
        ),
        Text(
            "多由粘贴带入，无需处理。",
            "They mostly come with a paste; nothing is needed.",
        ),
    )


def damaged_cell(kind: str, text: str) -> Problem:
    """The cell says one thing of itself and holds another, as no program writes it."""
    quoted = shown(text)
    told = {
        "number": Text(
            f"单元格标为数值，内容却是“{quoted}”。", f"The cell claims a number and holds {quoted}."
        ),
        "date": Text(
            f"单元格标为日期，但没有序号为 {quoted} 的日期。",
            f"The cell claims a date, but no date has the number {quoted}.",
        ),
        "text": Text(
            f"单元格引用的第 {quoted} 条文本不在文件中。",
            f"The cell's text, number {quoted} of the file's table, is not there.",
        ),
        "twice": Text("文件中这个单元格出现了两次。", "The file holds this cell twice."),
    }
    unknown = Text(f"单元格类型“{quoted}”未知。", f"The cell is of an unknown kind, {quoted}.")
    return error(
        "damaged-cell",
        told.get(kind, unknown),
        Text("请重新输入该单元格并保存。", "Type the cell again and save."),
    )


def not_a_number(value: object) -> Problem:
    """Text where a number belongs."""
    return error(
        "not-a-number",
        Text(f"“{shown(value)}”不是数值。", f"{shown(value)} is not a number."),
        Text(
            "请填数字、区间（6.7–6.8）或 ≥8；没有数据则清空。",
            "Write a number, a range (6.7–6.8) or ≥8; clear the cell if there is none.",
        ),
    )


def ambiguous_number(value: object) -> Problem:
    """A number that can be read in more than one way, such as 1,5."""
    return error(
        "ambiguous-number",
        Text(
            f"“{shown(value)}”可以有不止一种读法。",
            f"{shown(value)} can be read in more than one way.",
        ),
        Text(
            "请用小数点和千位逗号，如 1.5 或 1,500。",
            "Write a decimal point, and commas for thousands only: 1.5 or 1,500.",
        ),
    )


def value_unread(value: object) -> Problem:
    """A garbled value: kept as text, shown as such, used in no figure."""
    return warning(
        "value-unread",
        Text(
            f"“{shown(value)}”读不出唯一的数值，保留原文，不参与计算。",
            f"{shown(value)} has no single reading; kept as text, used in no figure.",
        ),
        Text(
            "请删去数字之间的空格（多为网页粘贴带来）；若疑有缺字，请向来源核实。",
            "Take out the blank between digits, as of a web page; ask the source if one is lost.",
        )
        if re.search(r"\d\s+\d", str(value))
        else Text(
            "请向来源核实后改填数字；核实不了则可保留。",
            "Ask the source and type the number; leave it if that is not possible.",
        ),
    )


def single_number_needed(value: object) -> Problem:
    """A range or an open end where one plain number belongs."""
    return error(
        "single-number-needed",
        Text(
            f"此处只能填一个数，“{shown(value)}”不是。",
            f"One plain number belongs here, {shown(value)} is not one.",
        ),
        Text(
            "请只填一个数；区间请写在“数值”列。",
            "Write one number; a range belongs in the column Value.",
        ),
    )


def low_above_high(low: object, high: object) -> Problem:
    """The lower end of a range is above the upper."""
    return error(
        "low-above-high",
        Text(
            f"下限 {shown(low)} 高于上限 {shown(high)}。",
            f"The low {shown(low)} is above the high {shown(high)}.",
        ),
        Text("请对调或改正两个数值。", "Swap the two or correct them."),
    )


def range_backwards(value: object) -> Problem:
    """A range in one cell runs from high to low."""
    return error(
        "range-backwards",
        Text(
            f"区间“{shown(value)}”的下限高于上限。",
            f"The range {shown(value)} runs from high to low.",
        ),
        Text("请把小的数写在前面。", "Write the smaller number first."),
    )


def point_outside_range(point: object, low: object, high: object) -> Problem:
    """The stated value lies outside its own range."""
    ends = f"{shown(low)}–{shown(high)}"
    return error(
        "point-outside-range",
        Text(
            f"数值 {shown(point)} 不在区间 {ends} 之内。",
            f"The value {shown(point)} lies outside {ends}.",
        ),
        Text("请改正数值或上下限。", "Correct the value or the ends."),
    )


def range_stated_twice(value: object) -> Problem:
    """The Value cell holds a range that differs from Low and High."""
    return error(
        "range-stated-twice",
        Text(
            f"“{shown(value)}”与下限、上限列不一致。",
            f"{shown(value)} disagrees with Low and High.",
        ),
        Text("请只在一处写区间。", "State the range in one place only."),
    )


def unknown_unit(value: object, meant: list[str]) -> Problem:
    """A unit that is not known."""
    guess = did_you_mean(meant)
    return error(
        "unknown-unit",
        Text(f"单位“{shown(value)}”无法识别。", f"The unit {shown(value)} is not known."),
        Text(
            guess.zh + "请写如 万元/台/月、万元/台、元/卡/小时、USD/卡/小时、%。",
            guess.en + "Write one such as CNY10k/server/month, CNY10k/server, USD/card/hour, %.",
        ),
    )


def unit_conflict(value: object, unit: object) -> Problem:
    """The value cell states another unit than the Unit column."""
    return error(
        "unit-conflict",
        Text(
            f"数值“{shown(value)}”与单位列“{shown(unit)}”不一致。",
            f"{shown(value)} and the unit {shown(unit)} disagree.",
        ),
        Text(
            "请只在单位列写单位，数值列只写数字。",
            "Write the unit in the column Unit only, and the bare number here.",
        ),
    )


def not_a_price_unit(unit: object) -> Problem:
    """A price in a unit that measures no price."""
    return error(
        "not-a-price-unit",
        Text(f"“{shown(unit)}”不是价格单位。", f"{shown(unit)} is not a unit of price."),
        Text(
            "请写如 万元/台/月（租金）或 万元/台（采购）。",
            "Write one such as CNY10k/server/month (rent) or CNY10k/server (purchase).",
        ),
    )


def unit_against_market(unit: object, market: Text) -> Problem:
    """A rent without a time, or a purchase price per month."""
    return error(
        "unit-against-market",
        Text(
            f"单位“{shown(unit)}”与市场“{market.zh}”不符。",
            f"The unit {shown(unit)} does not fit the market {market.en}.",
        ),
        Text(
            "租金按时间计（万元/台/月），采购价不按时间计（万元/台）；请改正其一。",
            "Rents are per time (CNY10k/server/month), purchase prices are not (CNY10k/server); "
            "correct one.",
        ),
    )


def missing_fx(unit: object) -> Problem:
    """A USD price, and the Note sheet gives no FX rate."""
    return error(
        "missing-fx",
        Text(
            f"单位“{shown(unit)}”是美元，但报告设置没有汇率。",
            f"{shown(unit)} is in USD and the Note sheet gives no FX rate.",
        ),
        Text(
            "请在“报告设置”中填写“汇率”（1 美元兑人民币）及日期。",
            "Fill in FX (CNY per USD) and its date in the Note sheet.",
        ),
    )


def hedged_word_read(word: str, reading: Text) -> Problem:
    """A hedged word was read as its documented reading says."""
    return remark(
        "hedged-word-read",
        Text(f"“{word}”按约定读作 {reading.zh}。", f"{word} is read as {reading.en}."),
        Text(
            "如需别的读法，请在词表加一行，类别填 hedge。",
            "Add a Glossary row of kind hedge for another reading.",
        ),
        once=True,
    )


def hedge_not_understood(word: object, reading: object) -> Problem:
    """A Glossary row of kind hedge whose reading is not in a documented form."""
    return warning(
        "hedge-not-understood",
        Text(
            f"“{shown(word)}”的读法“{shown(reading)}”无法识别，仍用内置读法。",
            f"The reading {shown(reading)} of {shown(word)} is not understood; not used.",
        ),
        Text(
            "请写成 约、不低于、不高于、+0% 至 +5%、+0 至 +1 末位 或 11 至 19。",
            "Write about, at least, at most, +0% to +5%, +0 to +1 of the last digit, or 11 to 19.",
        ),
    )


def not_a_date(value: object) -> Problem:
    """A text that is no date in a documented form."""
    return error(
        "not-a-date",
        Text(f"“{shown(value)}”不是可识别的日期。", f"{shown(value)} is not a date that is known."),
        Text(
            "请写如 2026-05-28、2026-05、2026-02-17前。",
            "Write one such as 2026-05-28, 2026-05 or before 2026-02-17.",
        ),
    )


def unknown_choice(value: object, column: ColumnSpec, meant: list[str]) -> Problem:
    """A word outside a controlled list."""
    guess = did_you_mean(meant)
    return error(
        "unknown-choice",
        Text(
            f"“{shown(value)}”不是“{column.heading.zh}”的选项。",
            f"{shown(value)} is not an option of {column.heading.en}.",
        ),
        Text(
            guess.zh + f"可选：{'、'.join(choice.label.zh for choice in column.choices)}。",
            guess.en + f"Options: {', '.join(choice.label.en for choice in column.choices)}.",
        ),
    )


def new_word(value: object, column: ColumnSpec) -> Problem:
    """A word that an open list does not have yet; it is used as it is."""
    return remark(
        "new-word",
        Text(
            f"“{shown(value)}”是“{column.heading.zh}”的新词，按原样使用。",
            f"{shown(value)} is new in {column.heading.en} and used as it is.",
        ),
        Text(
            "若写错了，请改正；否则无需处理。",
            "Correct it if it is misspelt; else nothing is needed.",
        ),
        once=True,
    )


def misspelt_word(value: object, column: ColumnSpec, near: Choice) -> Problem:
    """A word in an open list that looks like a misspelt known one."""
    return warning(
        "misspelt-word",
        Text(
            f"“{shown(value)}”在“{column.heading.zh}”中是新词，但很像 {near.label.zh}。",
            f"{shown(value)} is new in {column.heading.en}, yet close to {near.label.en}.",
        ),
        Text(
            f"是否想写“{near.label.zh}”？若是新词，无需处理。",
            f"Did you mean {near.label.en}? If it is new, nothing is needed.",
        ),
    )
