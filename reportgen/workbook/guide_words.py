"""What the guide says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.language import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the work; FILE in the command stands for the workbook."""

    name: Text
    text: Text
    command: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of thing is written."""

    name: Text
    text: Text
    example: Text


STEPS: tuple[Step, ...] = (
    Step(
        Text("1 填写", "1 Fill in"),
        Text(
            "先填“报告设置”“来源”“价格”，其余各表可留空。点选单元格即显示该列的说明。"
            "斜体行是示例：改写或整行删除。示例都没有了，再清空“报告设置”里的“样例”。",
            "Begin with Note, Sources and Prices; the other sheets may stay empty. Select a cell "
            "to see what its column is for. Rows in italics are examples: overwrite or delete "
            "them. When none is left, clear “Sample” on the Note sheet.",
        ),
        "",
    ),
    Step(
        Text("2 检查", "2 Check"),
        Text(
            "保存后运行。每个问题都指明表、单元格和改法；错误必须改，警告可以在"
            "“已接受问题”中写明理由。",
            "Save, then run it. Every problem names sheet, cell and cure; errors must be mended, "
            "warnings may be accepted with a reason on the Accepted sheet.",
        ),
        "reportgen check FILE",
    ),
    Step(
        Text("3 预览", "3 Preview"),
        Text(
            "在浏览器中看报告；每次保存工作簿，页面随之更新。",
            "See the note in your browser; it follows each time you save the workbook.",
        ),
        "reportgen preview FILE",
    ),
    Step(
        Text("4 生成", "4 Build"),
        Text(
            "写出 PDF 与网页。加 --since 上期.xlsx 可写明与上期相比的变化。",
            "Write the PDF and the web page. Add --since LAST.xlsx to say what has changed.",
        ),
        "reportgen build FILE",
    ),
    Step(
        Text("5 发送", "5 Send"),
        Text(
            "为“收件人”表的每位读者起草一封邮件；只起草，不发送。",
            "Draft one mail for each reader on the Recipients sheet; nothing is sent.",
        ),
        "reportgen mail output/… --recipients FILE",
    ),
    Step(
        Text("6 下一期", "6 Next issue"),
        Text(
            "由本期工作簿开始下一期：来源、参数与正文沿用，观察值留作历史。",
            "Start the next issue from this one: sources, parameters and prose are carried over, "
            "observations are kept as history.",
        ),
        "reportgen new --from FILE",
    ),
)

USES: Mapping[str, Text] = {
    "Note": Text("先改标题和日期。", "Begin with the title and the date."),
    "Sources": Text("其他各表用编号引用。", "Other sheets refer to its id."),
    "Prices": Text(
        "旧价格不要覆盖，新价格另起一行：涨跌由此算出。",
        "Leave old prices and add new ones below: changes are computed from them.",
    ),
    "Survey": Text("数值之外的判断也记在这里。", "Claims without a number belong here too."),
    "Demand": Text("谁在用算力，占多少。", "Who uses compute, and how much."),
    "Economics": Text("回本与利润率的测算参数。", "What payback and margins are computed from."),
    "Scenarios": Text(
        "供给与需求如果变化，租金怎样。", "What rents do if supply or demand changes."
    ),
    "Views": Text("留空则正文由数据自动写成。", "Left empty, the text is written from the data."),
    "Glossary": Text("口语、简称和模糊语怎么读。", "How spoken forms and vague words are read."),
    "Redactions": Text(
        "生成时替换，成稿再搜一遍，出现即停止。",
        "Replaced when building; finished files are searched and stopped if one is found.",
    ),
    "Recipients": Text("供起草邮件使用。", "Used to draft mails."),
    "Accepted": Text(
        "写明理由，问题便不再阻挡。", "With a reason given, they no longer stand in the way."
    ),
}

WRITING: tuple[Rule, ...] = (
    Rule(
        Text("数值与区间", "Values and ranges"),
        Text(
            "一个数写在“数值”；区间写在“下限”“上限”，或整个写在“数值”。只填下限表示不低于。"
            "“6-7”会被 Excel 改成日期，请用 ~ 或 至。",
            "A single number goes into Value; a range into Low and High, or as a whole into Value. "
            "Low alone means at least. Excel turns 6-7 into a date: write 6~7 or 6 to 7.",
        ),
        Text("6.8　6.7~6.8　≥8　约4　6万出头", "6.8   6.7~6.8   ≥8   about 4   6 to 7"),
    ),
    Rule(
        Text("日期", "Dates"),
        Text(
            "可写到日，也可只写到月，或“某日之前”。",
            "A day, a month alone, or before a day.",
        ),
        Text("2026-05-28　2026-05　2026-02-17前", "2026-05-28   2026-05   before 2026-02-17"),
    ),
    Rule(
        Text("单位", "Units"),
        Text(
            "写金额/每什么/多久。中英文均可，程序换算并印出换算过程。",
            "Money, per what, per how long. Either language will do; conversions are printed.",
        ),
        Text(
            "万元/台/月　万元/台　元/卡/小时　USD/卡/小时　%　倍",
            "CNY10k/server/month   CNY10k/server   USD/GPU-hour   %   x",
        ),
    ),
    Rule(
        Text("发布", "Publish"),
        Text(
            "公开：可以印给客户。内部：只在内部版中出现。禁止：都不出现。留空随来源，"
            "来源也留空则视为内部。",
            "yes: may be printed for clients. internal: in the internal edition only. never: in "
            "neither. Blank follows the source; when that is blank too, internal.",
        ),
        Text("公开　内部　禁止", "yes   internal   never"),
    ),
    Rule(
        Text("编号", "Ids"),
        Text(
            "来源须有编号；其他行留空会自动编号。已被引用的编号不要改。",
            "Sources need an id; other rows are numbered when blank. Keep an id that is referred "
            "to as it is.",
        ),
        Text("S1　P12", "S1   P12"),
    ),
    Rule(
        Text("正文中的数字", "Numbers in text"),
        Text(
            "标题和“观点”里不直接写数字，写双方括号和数字名，数据改了它跟着改。"
            "reportgen figures 列出全部名称。",
            "Titles and Views hold no typed numbers but names in double brackets, which follow "
            "the data. reportgen figures lists all names.",
        ),
        Text("[[rent.h100.1y]]　[[claim.C1]]", "[[rent.h100.1y]]   [[claim.C1]]"),
    ),
    Rule(
        Text("听不清的", "What was garbled"),
        Text(
            "照原样写，不要猜。它会被标出，不参与计算。",
            "Write it as it was heard and do not guess: it is marked and used in no figure.",
        ),
        Text("5万到5万", "5万到5万"),
    ),
)

COLOURS: tuple[tuple[str, Text, Text], ...] = (
    ("needed", Text("必填列", "Needed column"), Text("每一行都要填。", "Every row needs it.")),
    ("optional", Text("可选列", "Optional column"), Text("可以留空。", "May be left blank.")),
    (
        "missing",
        Text("缺少内容", "Something lacks"),
        Text(
            "这一行已动笔，但必填的格子还空着；填上后颜色消失。",
            "The row is begun but a needed cell is blank; the colour goes when it is filled.",
        ),
    ),
    (
        "example",
        Text("示例行", "Example row"),
        Text(
            "文字中带有 MARK；删去它，这一行就是您的了。还有示例时 check 会提醒；“样例”已清空而"
            "仍有示例，则不能生成。",
            "Its text carries MARK; take that out and the row is yours. check warns while there "
            "are examples, and with “Sample” cleared they stop a build.",
        ),
    ),
    (
        "history",
        Text("历史观察值", "History"),
        Text(
            "上期及以前的观察值，留着不改；新的写在下面。",
            "Observations of earlier issues: leave them and write new ones below.",
        ),
    ),
    (
        "renew",
        Text("沿用，待更新", "Carried over"),
        Text(
            "仍是上期的内容；改动后颜色消失。",
            "Still as in the last issue; the colour goes when it is changed.",
        ),
    ),
)
