"""What the sheets of the contract are made of: columns, lists of choices, what several share.

The sheets themselves are declared in `schema`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reportgen.language import Text

ColumnType = Literal["text", "date", "number", "low", "point", "high", "unit", "choice", "source"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a controlled list. `aliases` are further accepted spellings."""

    key: str
    label: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column. `needed`: the column and a value in each row must be there.

    `open`: a choice column that also accepts words outside its list (with a remark).
    `width` is the Excel column width in characters.
    """

    key: str
    heading: Text
    type: ColumnType
    help: Text
    needed: bool = False
    choices: tuple[Choice, ...] = ()
    open: bool = False
    width: float = 12


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet. `needed`: a workbook without it makes no note."""

    key: str
    name: Text
    columns: tuple[ColumnSpec, ...]
    help: Text
    needed: bool = False

    def column(self, key: str) -> ColumnSpec:
        """The column with that key. KeyError when there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    @property
    def measured(self) -> bool:
        """Whether rows carry a value with low, point and high."""
        return any(column.type == "point" for column in self.columns)


@dataclass(frozen=True, slots=True)
class NoteKey:
    """One setting of the Note sheet."""

    key: str
    label: Text
    type: Literal["text", "date", "number", "choice"]
    help: Text
    needed: bool = False
    choices: tuple[Choice, ...] = ()


YES_NO = (
    Choice("yes", Text("是", "yes"), ("y", "true", "1", "√", "有")),
    Choice("no", Text("否", "no"), ("n", "false", "0", "×", "无")),
)
PUBLISH = (
    Choice("yes", Text("公开", "yes"), ("是", "y", "可发布", "publish")),
    Choice("internal", Text("内部", "internal"), ("仅内部", "内")),
    Choice("never", Text("禁止", "never"), ("否", "no", "不可发布", "n")),
)
CONFIDENCE = (
    Choice("high", Text("高", "high")),
    Choice("medium", Text("中", "medium"), ("med",)),
    Choice("low", Text("低", "low")),
)
SPEAKER = (
    Choice("expert", Text("专家", "expert")),
    Choice("interviewer", Text("访谈人", "interviewer"), ("提问人", "采访人")),
)
MODELS = (
    Choice("h20", Text.same("H20")),
    Choice("a100", Text.same("A100")),
    Choice("a800", Text.same("A800")),
    Choice("h800", Text.same("H800")),
    Choice("h100", Text.same("H100")),
    Choice("h200", Text.same("H200")),
    Choice("b200", Text.same("B200")),
    Choice("b300", Text.same("B300")),
    Choice("gb200", Text.same("GB200")),
    Choice("gb300", Text.same("GB300")),
    Choice("5090", Text.same("RTX 5090"), ("rtx5090",)),
    Choice("4090", Text.same("RTX 4090"), ("rtx4090",)),
    Choice("910b", Text("昇腾 910B", "Ascend 910B"), ("ascend910b",)),
    Choice("910c", Text("昇腾 910C", "Ascend 910C"), ("ascend910c",)),
)
TERMS = (
    Choice("1m", Text("1 月", "1 month"), ("1个月", "一个月", "1month")),
    Choice("6m", Text("6 月", "6 months"), ("6个月", "半年", "6months")),
    Choice("1y", Text("1 年", "1 year"), ("一年", "1年期", "12m", "1year", "12个月")),
    Choice("2y", Text("2 年", "2 years"), ("两年", "2年期", "24m", "2years")),
    Choice("3y", Text("3 年", "3 years"), ("三年", "3年期", "36m", "3years")),
    Choice("5y", Text("5 年", "5 years"), ("五年", "5年期", "60m", "5years")),
)


def low_point_high(unit_help: Text) -> tuple[ColumnSpec, ...]:
    """The columns of a measured value: both ends, the value and the unit."""
    return (
        ColumnSpec(
            "low", Text("下限", "Low"), "low",
            Text("区间下限；只填下限表示“不低于”。", "Lower end; alone it means \"at least\"."), width=9,
        ),
        ColumnSpec(
            "point", Text("数值", "Value"), "point",
            Text(
                "单一数值；也可直接写区间，如 6.7–6.8、≥8、约4。",
                "A single value; a range may be written here too: 6.7–6.8, ≥8, 约4.",
            ), width=11,
        ),
        ColumnSpec(
            "high", Text("上限", "High"), "high",
            Text("区间上限；只填上限表示“不高于”。", "Upper end; alone it means \"at most\"."), width=9,
        ),
        ColumnSpec("unit", Text("单位", "Unit"), "unit", unit_help, needed=True, width=14),
    )  # fmt: skip


ID_COLUMN = ColumnSpec(
    "id", Text("编号", "Id"), "text",
    Text("行的固定编号；留空则自动编号。", "A stable row id; filled in when blank."), width=9,
)  # fmt: skip
DATE_COLUMN = ColumnSpec(
    "date", Text("日期", "Date"), "date",
    Text(
        "数值所属的时点：日、月，或“2026-02-17前”。",
        "When the value holds: a day, a month, or \"before 2026-02-17\".",
    ), needed=True, width=18,
)  # fmt: skip
CONDITION_COLUMN = ColumnSpec(
    "condition", Text("条件", "Condition"), "text",
    Text("数值成立的条件，会印在表注中。", "What the value depends on; printed in the notes."), width=24,
)  # fmt: skip
CONDITION_EN_COLUMN = ColumnSpec(
    "condition_en", Text("条件（英文）", "Condition (en)"), "text",
    Text("条件的英文；留空则英文版不印。", "The condition in English; blank leaves it out of the English note."), width=24,
)  # fmt: skip
SOURCE_COLUMN = ColumnSpec(
    "source", Text("来源", "Source"), "source",
    Text("“来源”表中的编号。", "An id from the Sources sheet."), needed=True, width=9,
)  # fmt: skip
SPEAKER_COLUMN = ColumnSpec(
    "speaker", Text("说话人", "Speaker"), "choice",
    Text("谁说的；访谈人的话会单独标明。", "Who said it; an interviewer's words are marked."),
    choices=SPEAKER, width=12,
)  # fmt: skip
QUOTE_COLUMN = ColumnSpec(
    "quote", Text("原文", "Quote"), "text",
    Text("原文逐字摘录。", "The exact words of the source."), width=44,
)  # fmt: skip
CONFIDENCE_COLUMN = ColumnSpec(
    "confidence", Text("可信度", "Confidence"), "choice",
    Text("高、中或低。", "High, medium or low."), choices=CONFIDENCE, width=11,
)  # fmt: skip
CONTRADICTS_COLUMN = ColumnSpec(
    "contradicts", Text("矛盾于", "Contradicts"), "text",
    Text("与之矛盾的行编号，用分号隔开。", "Ids of rows it contradicts, separated by semicolons."), width=14,
)  # fmt: skip
PUBLISH_COLUMN = ColumnSpec(
    "publish", Text("发布", "Publish"), "choice",
    Text("公开、内部或禁止；留空随来源，否则视为内部。", "yes, internal or never; blank follows the source, else internal."),
    choices=PUBLISH, width=10,
)  # fmt: skip
REMARK_COLUMN = ColumnSpec(
    "remark", Text("备注", "Remark"), "text",
    Text("给同事看的说明，不印出。", "A note to colleagues; never printed."), width=40,
)  # fmt: skip
