"""What is said of a workbook that was started from another one."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.language import Text, agreeing, count_of
from reportgen.workbook.addresses import spans
from reportgen.workbook.carry import Carried
from reportgen.workbook.guide_sheet import ToRenew

_NAMED = 3
_COUNTED: tuple[tuple[str, Text], ...] = (
    ("Sources", Text("来源", "sources")),
    ("Economics", Text("参数", "parameters")),
    ("Scenarios", Text("情景", "scenarios")),
    ("Views", Text("正文", "paragraphs")),
)
_HISTORY: tuple[tuple[str, Text], ...] = (
    ("Prices", Text("价格", "prices")),
    ("Survey", Text("调研", "claims")),
    ("Demand", Text("需求", "demand estimates")),
)


def carried_text(
    carried: Carried, renew: Sequence[ToRenew], old: str, *, errors: int
) -> list[Text]:
    """What came along, what wants renewing, what stayed behind; `errors` are the old one's own."""
    return [
        _kept_text(carried, old),
        *_renew_text(renew),
        *_formula_text(carried, renew),
        *_left_text(carried),
        *_wrong_text(errors, old),
    ]


def _kept_text(carried: Carried, old: str) -> Text:
    def listed(counted: tuple[tuple[str, Text], ...]) -> Text:
        found = [(len(carried.rows[key]), name) for key, name in counted if carried.rows[key]]
        return Text(
            "、".join(f"{name.zh} {count}" for count, name in found) or "无",
            ", ".join(f"{name.en} {count}" for count, name in found) or "nothing",
        )

    kept, history = listed(_COUNTED), listed(_HISTORY)
    return Text(
        f"沿用自 {old}：{kept.zh}；留作历史：{history.zh}。",
        f"Carried over from {old}: {kept.en}; kept as history: {history.en}.",
    )


def _renew_text(renew: Sequence[ToRenew]) -> list[Text]:
    """The date first, then how much else, then what has run out."""
    lines: list[Text] = []
    dated = next((one for one in renew if one.kind == "date"), None)
    if dated is not None:
        place = f"{dated.sheet}!{dated.cell}"
        lines.append(
            Text(
                f"日期仍是上期的，不作猜测：请改 {place}（或用 --date 指定）。",
                f"The date is still the last issue's and was not guessed: change {place} (or use "
                "--date).",
            )
        )
    if renew:
        lines.append(
            Text(
                f"共 {len(renew)} 处待更新，列在第一张表中；颜色在改动后消失。",
                f"{count_of(len(renew), 'place')} to renew {agreeing(len(renew), 'is', 'are')} "
                "listed on the first sheet; the colour goes when a place is changed.",
            )
        )
    out = [one for one in renew if one.kind == "accepted"]
    lines += (
        Text(f"{one.what.zh}，{one.why.zh}", f"{one.what.en}. {one.why.en}") for one in out[:_NAMED]
    )
    if len(out) > _NAMED:
        lines.append(
            Text(
                f"另有 {len(out) - _NAMED} 条已接受问题到期。",
                f"{count_of(len(out) - _NAMED, 'more accepted issue')} "
                f"{agreeing(len(out) - _NAMED, 'runs', 'run')} out.",
            )
        )
    return lines


def _formula_text(carried: Carried, renew: Sequence[ToRenew]) -> list[Text]:
    """How many formulas came along, and where only their values did."""
    lines: list[Text] = []
    count = sum(len(cells) for cells in carried.formulas.values())
    if count:
        lines.append(
            Text(
                f"公式已沿用 {count} 个，连同保存的值。",
                f"{count_of(count, 'formula')} came along, with the saved "
                f"{agreeing(count, 'value', 'values')}.",
            )
        )
    values: dict[str, list[str]] = {}
    for one in renew:
        if one.kind == "formula":
            values.setdefault(one.sheet, []).extend((one.cell, *one.also))
    lines += (
        Text(
            f"{sheet}：{len(cells)} 个公式只沿用了值（{spans(cells)}）；原公式与原因见第一张表。",
            f"{sheet}: {count_of(len(cells), 'formula')} came as "
            f"{agreeing(len(cells), 'a value', 'values')} only ({spans(cells)}); the first sheet "
            f"says what {agreeing(len(cells), 'it was', 'they were')} and why.",
        )
        for sheet, cells in values.items()
    )
    if carried.left_formulas:
        named = ", ".join(carried.left_formulas[:_NAMED])
        count = len(carried.left_formulas)
        more = Text("", "")
        if count > _NAMED:
            more = Text(f" 等 {count} 个", f" and {count - _NAMED} more")
        lines.append(
            Text(
                f"未沿用的公式（不在数据行中）：{named}{more.zh}。",
                f"Formulas outside of the rows of data were not carried over: {named}{more.en}.",
            )
        )
    return lines


def _left_text(carried: Carried) -> list[Text]:
    lines: list[Text] = []
    if carried.left:
        names = ", ".join(carried.left)
        lines.append(
            Text(
                f"未沿用的工作表（不在约定之内）：{names}。需要时请在 Excel 中“移动或复制工作表”。",
                f"Sheets that are not known were not carried over: {names}. Use Move or Copy in "
                "Excel where you need them.",
            )
        )
    if carried.dropped:
        names = ", ".join(carried.dropped)
        lines.append(Text(f"未沿用的列：{names}。", f"Columns not carried over: {names}."))
    if carried.columns:
        names = ", ".join(carried.columns)
        lines.append(Text(f"您自己的列已保留：{names}。", f"Your own columns were kept: {names}."))
    if carried.wide:
        names = ", ".join(carried.wide)
        lines.append(
            Text(
                f"横排的表已并入价格表，每格一行：{names}。",
                f"Wide sheets are now rows of Prices, one a cell: {names}.",
            )
        )
    return lines


def _wrong_text(errors: int, old: str) -> list[Text]:
    if not errors:
        return []
    return [
        Text(
            f"{old} 有 {errors} 个错误，已原样沿用；reportgen check 会逐一指出。",
            f"{old} has {count_of(errors, 'error')}, carried over unmended; reportgen check "
            f"names {agreeing(errors, 'it', 'them')}.",
        )
    ]
