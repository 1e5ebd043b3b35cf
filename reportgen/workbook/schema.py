"""The workbook contract as data: the reader, checker, writer and docs all come from here.

A column has a key, a heading in both languages, a type and one sentence of help.
A choice column lists its options; an option has aliases that the reader accepts.
"""

from __future__ import annotations

from reportgen.language import Text
from reportgen.workbook.columns import (
    CONDITION_COLUMN,
    CONDITION_EN_COLUMN,
    CONFIDENCE,
    CONFIDENCE_COLUMN,
    CONTRADICTS_COLUMN,
    DATE_COLUMN,
    ID_COLUMN,
    MODELS,
    PUBLISH_COLUMN,
    QUOTE_COLUMN,
    REMARK_COLUMN,
    SOURCE_COLUMN,
    SPEAKER,
    SPEAKER_COLUMN,
    TERMS,
    YES_NO,
    Choice,
    ColumnSpec,
    NoteKey,
    SheetSpec,
    low_point_high,
)

__all__ = [
    "ACCEPTED", "CONFIDENCE", "DEMAND", "ECONOMICS", "GLOSSARY", "MODELS", "NOTE", "NOTE_KEYS",
    "PRICES", "RECIPIENTS", "REDACTIONS", "SCENARIOS", "SHEETS", "SOURCES", "SPEAKER", "SURVEY",
    "VIEWS", "YES_NO", "Choice", "ColumnSpec", "NoteKey", "SheetSpec", "sheet",
]  # fmt: skip

NOTE = SheetSpec(
    "Note", Text("报告设置", "Note"),
    (
        ColumnSpec("key", Text("项目", "Key"), "text", Text("设置项。", "The setting."), needed=True, width=24),
        ColumnSpec("value", Text("内容", "Value"), "text", Text("它的内容。", "Its value."), width=70),
        ColumnSpec("help", Text("说明", "Help"), "text", Text("该项的含义。", "What it means."), width=60),
    ),
    Text("报告的标题、日期和口径。", "Title, date and conventions of the note."),
    needed=True,
)  # fmt: skip

SOURCES = SheetSpec(
    "Sources", Text("来源", "Sources"),
    (
        ColumnSpec("id", Text("编号", "Id"), "text", Text("来源编号，其他表引用它。", "The id that other sheets refer to."), needed=True, width=9),
        ColumnSpec(
            "kind", Text("类型", "Kind"), "choice", Text("来源类型。", "What kind of source it is."), needed=True,
            choices=(
                Choice("expert_call", Text("专家访谈", "expert call"), ("expert",)),
                Choice("broker", Text("券商", "broker")),
                Choice("index", Text("指数", "index")),
                Choice("press", Text("媒体", "press"), ("news", "新闻")),
                Choice("own", Text("自有", "own"), ("自研", "assumption", "假设")),
            ), width=13,
        ),
        ColumnSpec("date", Text("日期", "Date"), "date", Text("访谈或发布日期。", "Date of the call or publication."), needed=True, width=14),
        ColumnSpec("title_zh", Text("名称（中文）", "Title (zh)"), "text", Text("印在资料来源处的中文名称。", "Chinese title printed in source lines."), width=30),
        ColumnSpec("title_en", Text("名称（英文）", "Title (en)"), "text", Text("印在资料来源处的英文名称。", "English title printed in source lines."), width=34),
        ColumnSpec("role_zh", Text("身份（中文）", "Role (zh)"), "text", Text("对来源的匿名描述，如“渠道商专家”。", "An anonymous description in Chinese."), width=22),
        ColumnSpec("role_en", Text("身份（英文）", "Role (en)"), "text", Text("对来源的匿名描述（英文）。", "An anonymous description, such as \"channel expert\"."), width=26),
        ColumnSpec("interested", Text("利益相关", "Interested"), "choice", Text("来源是否从所述方向获利。", "Whether it gains if what it says is believed."), choices=YES_NO, width=10),
        ColumnSpec("interest_zh", Text("利益说明（中文）", "Interest (zh)"), "text", Text("利益何在（中文）。", "What the interest is, in Chinese."), width=34),
        ColumnSpec("interest_en", Text("利益说明（英文）", "Interest (en)"), "text", Text("利益何在（英文）。", "What the interest is, in English."), width=34),
        ColumnSpec("group", Text("独立组", "Independence group"), "text", Text("同组来源不互为佐证。", "Sources of one group do not confirm each other."), width=14),
        ColumnSpec("attestations", Text("合规确认", "Attestations"), "text", Text("无内幕信息等确认，由谁、何时。", "No-MNPI and other attestations, by whom and when."), width=44),
        ColumnSpec("cooling_off_end", Text("静默期止", "Cooling-off end"), "date", Text("此日之前不得发布。", "Not to be published before this day."), width=14),
        ColumnSpec("restricted", Text("限制名单", "Restricted"), "choice", Text("来源或主题是否在限制名单。", "Whether source or subject is on the restricted list."), choices=YES_NO, width=10),
        ColumnSpec(
            "grade", Text("等级", "Grade"), "choice", Text("A 可核验，B 可靠，C 单一来源，D 传闻。", "A verifiable, B reliable, C single source, D hearsay."),
            choices=(Choice("a", Text.same("A")), Choice("b", Text.same("B")), Choice("c", Text.same("C")), Choice("d", Text.same("D"))), width=8,
        ),
        PUBLISH_COLUMN,
        REMARK_COLUMN,
    ),
    Text("每个来源一行。", "One row a source."),
    needed=True,
)  # fmt: skip

PRICES = SheetSpec(
    "Prices", Text("价格", "Prices"),
    (
        ID_COLUMN,
        DATE_COLUMN,
        ColumnSpec(
            "market", Text("市场", "Market"), "choice", Text("租赁或采购；留空按单位判断。", "Rent or purchase; judged by the unit when blank."),
            choices=(
                Choice("rent", Text("租赁", "rent"), ("租金", "rental", "lease")),
                Choice("purchase", Text("采购", "purchase"), ("购买", "整机", "buy", "price")),
            ), width=10,
        ),
        ColumnSpec("model", Text("型号", "Model"), "choice", Text("GPU 型号；可填新型号。", "The GPU model; new models may be added."), needed=True, choices=MODELS, open=True, width=11),
        ColumnSpec("config", Text("配置", "Config"), "text", Text("内存等配置，如 4T、141G。", "Memory or other configuration: 4T, 141G."), width=10),
        ColumnSpec("term", Text("租期", "Term"), "choice", Text("租约期限。", "Length of the lease."), choices=TERMS, open=True, width=9),
        ColumnSpec(
            "tenor", Text("现货/期货", "Tenor"), "choice", Text("现货，或期货（远期订货）。", "Spot, or forward order (期货)."),
            choices=(
                Choice("spot", Text("现货", "spot")),
                Choice("forward", Text("期货", "forward"), ("远期", "期货订单", "futures")),
            ), width=11,
        ),
        ColumnSpec(
            "basis", Text("价格性质", "Basis"), "choice", Text("买价、卖价、报价、成交或成本。", "Bid, ask, list, transacted or cost."),
            choices=(
                Choice("bid", Text("买价", "bid")),
                Choice("ask", Text("卖价", "ask")),
                Choice("list", Text("报价", "list"), ("quote",)),
                Choice("transacted", Text("成交", "transacted"), ("成交价",)),
                Choice("cost", Text("成本", "cost"), ("成本价",)),
            ), width=11,
        ),
        ColumnSpec(
            "vat", Text("增值税", "VAT"), "choice", Text("含税或不含税；留空表示未说明。", "Incl or excl; blank means not stated."),
            choices=(
                Choice("incl", Text("含税", "incl"), ("included", "含")),
                Choice("excl", Text("不含税", "excl"), ("excluded", "未税", "不含")),
            ), width=9,
        ),
        *low_point_high(Text("如 万元/台/月、万元/台、元/卡/小时、USD/卡/小时。", "Such as 万元/台/月, CNY10k/server, USD/GPU-hour.")),
        ColumnSpec("weight", Text("权重", "Weight"), "number", Text("指数中的权重，如在网台数。", "Weight in an index, such as installed servers."), width=8),
        CONDITION_COLUMN,
        CONDITION_EN_COLUMN,
        SOURCE_COLUMN,
        SPEAKER_COLUMN,
        QUOTE_COLUMN,
        CONFIDENCE_COLUMN,
        CONTRADICTS_COLUMN,
        PUBLISH_COLUMN,
        REMARK_COLUMN,
    ),
    Text("每行一个价格观察值。", "One price observation a row."),
    needed=True,
)  # fmt: skip

SURVEY = SheetSpec(
    "Survey", Text("调研", "Survey"),
    (
        ID_COLUMN,
        ColumnSpec("date", DATE_COLUMN.heading, "date", Text("说话的日期；留空随来源。", "When it was said; blank follows the source."), width=18),
        ColumnSpec("topic", Text("主题", "Topic"), "text", Text("如 price_change、supply、policy。", "Such as price_change, supply, policy."), needed=True, width=18),
        ColumnSpec("subject", Text("对象", "Subject"), "text", Text("说的是什么。", "What it is about."), width=30),
        ColumnSpec("metric", Text("指标", "Metric"), "text", Text("衡量什么。", "What is measured."), width=26),
        *(low_point_high(Text("如 %、倍、台、月。", "Such as %, x, server, month."))[:3]),
        ColumnSpec("unit", Text("单位", "Unit"), "unit", Text("有数值时必填，如 %、倍、台、月。", "Needed with a value: %, x, server, month."), width=14),
        ColumnSpec("as_of", Text("所指时点", "As of"), "date", Text("数值所属的时点。", "When the value holds."), width=18),
        CONDITION_COLUMN,
        CONDITION_EN_COLUMN,
        ColumnSpec("claim_zh", Text("观点（中文）", "Claim (zh)"), "text", Text("一句话中文转述。", "One sentence in Chinese."), width=44),
        ColumnSpec("claim_en", Text("观点（英文）", "Claim (en)"), "text", Text("一句话英文转述。", "One sentence in English."), width=44),
        QUOTE_COLUMN,
        SOURCE_COLUMN,
        SPEAKER_COLUMN,
        CONFIDENCE_COLUMN,
        CONTRADICTS_COLUMN,
        PUBLISH_COLUMN,
        REMARK_COLUMN,
    ),
    Text("每行一条观点。", "One claim a row."),
)  # fmt: skip

DEMAND = SheetSpec(
    "Demand", Text("需求", "Demand"),
    (
        ID_COLUMN,
        ColumnSpec("segment", Text("细分", "Segment"), "text", Text("客户类别或用途。", "Customer group or use."), needed=True, width=30),
        ColumnSpec("segment_en", Text("细分（英文）", "Segment (en)"), "text", Text("细分的英文名。", "The segment in English."), width=34),
        ColumnSpec(
            "metric", Text("指标", "Metric"), "choice", Text("衡量什么。", "What is measured."), needed=True, open=True,
            choices=(
                Choice("share", Text("份额", "share"), ("占比",)),
                Choice("inference_ratio", Text("推理训练比", "inference to training"), ("推理:训练",)),
                Choice("utilisation", Text("使用率", "utilisation"), ("utilization",)),
                Choice("growth", Text("增速", "growth")),
                Choice("order", Text("订单", "order")),
            ), width=18,
        ),
        ColumnSpec("period", Text("时期", "Period"), "date", Text("数值所属的时期。", "The period it holds for."), needed=True, width=14),
        *low_point_high(Text("如 %、倍、台。", "Such as %, x, server.")),
        ColumnSpec(
            "basis", Text("口径", "Basis"), "choice", Text("按拥有或按使用。", "By ownership or by use."),
            choices=(Choice("owned", Text("拥有", "owned"), ("持有",)), Choice("used", Text("使用", "used"))), width=9,
        ),
        CONDITION_COLUMN,
        CONDITION_EN_COLUMN,
        SOURCE_COLUMN,
        SPEAKER_COLUMN,
        QUOTE_COLUMN,
        CONFIDENCE_COLUMN,
        CONTRADICTS_COLUMN,
        PUBLISH_COLUMN,
        REMARK_COLUMN,
    ),
    Text("每行一个需求估计。", "One demand estimate a row."),
)  # fmt: skip

ECONOMICS = SheetSpec(
    "Economics", Text("经济性", "Economics"),
    (
        ID_COLUMN,
        ColumnSpec("case", Text("情形", "Case"), "text", Text("测算情形；留空适用于全部。", "The case; blank applies to all."), width=20),
        ColumnSpec("model", Text("型号", "Model"), "choice", Text("留空适用于全部型号。", "Blank applies to every model."), choices=MODELS, open=True, width=11),
        ColumnSpec(
            "parameter", Text("参数", "Parameter"), "choice", Text("参数名。", "The parameter."), needed=True, open=True,
            choices=(
                Choice("capex", Text("购置价", "capex")),
                Choice("rent", Text("租金", "rent")),
                Choice("peak_power", Text("峰值功率", "peak power")),
                Choice("load", Text("负载率", "load")),
                Choice("pue", Text.same("PUE")),
                Choice("tariff", Text("电价", "tariff")),
                Choice("colocation", Text("托管费", "colocation")),
                Choice("staff", Text("人工", "staff")),
                Choice("spares", Text("备件率", "spares")),
                Choice("life", Text("折旧年限", "life")),
                Choice("residual", Text("残值率", "residual")),
                Choice("utilisation", Text("出租率", "utilisation"), ("utilization",)),
                Choice("debt_cost", Text("融资成本", "debt cost")),
                Choice("vat", Text("增值税率", "VAT rate")),
                Choice("network", Text("网络与存储加价", "network and storage adder")),
                Choice("payback", Text("回本周期", "payback")),
                Choice("margin", Text("利润率", "margin")),
                Choice("break_even_rent", Text("盈亏平衡租金", "break-even rent")),
                Choice("memory_share", Text("内存成本占比", "memory share of cost")),
            ), width=20,
        ),
        *low_point_high(Text("如 万元/台、kW、元/kWh、%。", "Such as CNY10k/server, kW, CNY/kWh, %.")),
        ColumnSpec("date", DATE_COLUMN.heading, "date", DATE_COLUMN.help, width=18),
        ColumnSpec(
            "kind", Text("性质", "Kind"), "choice", Text("来源所述，或我方假设。", "Quoted from a source, or assumed by us."), needed=True,
            choices=(Choice("quoted", Text("引述", "quoted")), Choice("assumption", Text("假设", "assumption"))), width=11,
        ),
        CONDITION_COLUMN,
        CONDITION_EN_COLUMN,
        SOURCE_COLUMN,
        SPEAKER_COLUMN,
        QUOTE_COLUMN,
        CONFIDENCE_COLUMN,
        CONTRADICTS_COLUMN,
        PUBLISH_COLUMN,
        REMARK_COLUMN,
    ),
    Text("每行一个经济性参数。", "One parameter of leasing economics a row."),
)  # fmt: skip

SCENARIOS = SheetSpec(
    "Scenarios", Text("情景", "Scenarios"),
    (
        ID_COLUMN,
        ColumnSpec("name_zh", Text("名称（中文）", "Name (zh)"), "text", Text("情景名称。", "The scenario's Chinese name."), needed=True, width=24),
        ColumnSpec("name_en", Text("名称（英文）", "Name (en)"), "text", Text("情景英文名称。", "The scenario's English name."), width=28),
        ColumnSpec("supply_change", Text("供给变化%", "Supply change %"), "number", Text("占存量的百分比。", "Percent of the installed stock."), width=12),
        ColumnSpec("demand_change", Text("需求变化%", "Demand change %"), "number", Text("需求变化百分比。", "Change of demand in percent."), width=12),
        ColumnSpec("elasticity", Text("弹性", "Elasticity"), "number", Text("价格弹性。", "Price elasticity."), width=10),
        ColumnSpec("lead_time", Text("到货月数", "Lead time, months"), "number", Text("到货所需月数。", "Months until supply arrives."), width=12),
        ColumnSpec("probability", Text("概率%", "Probability %"), "number", Text("主观概率，可留空。", "A subjective probability; may be blank."), width=12),
        CONDITION_COLUMN,
        CONDITION_EN_COLUMN,
        SOURCE_COLUMN,
        PUBLISH_COLUMN,
        REMARK_COLUMN,
    ),
    Text("每行一个情景。", "One scenario a row."),
)  # fmt: skip

VIEWS = SheetSpec(
    "Views", Text("观点", "Views"),
    (
        ColumnSpec("section", Text("章节", "Section"), "text", Text(
            "key_points、key_figures、caveat、rents、purchases、economics、supply、users、evidence、changes、risks、"
            "method；章节标题写 rents.title，图表标题写 exhibit.<编号>.title。",
            "key_points, key_figures, caveat, rents, purchases, economics, supply, users, evidence, changes, "
            "risks or method; rents.title for a heading, exhibit.<id>.title for an exhibit's.",
        ), needed=True, width=30),
        ColumnSpec("order", Text("顺序", "Order"), "number", Text("章节内的顺序。", "Order within the section."), width=8),
        ColumnSpec(
            "language", Text("语言", "Language"), "choice", Text("中文或英文。", "Chinese or English."), needed=True,
            choices=(Choice("zh", Text("中文", "zh"), ("chinese", "cn")), Choice("en", Text("英文", "en"), ("english",))), width=10,
        ),
        ColumnSpec("text", Text("正文", "Text"), "text", Text("数字写作 [[figure]]。", "Write numbers as [[figure]]."), needed=True, width=100),
        PUBLISH_COLUMN,
    ),
    Text("每行一段正文，两种语言使用相同的数字。", "One paragraph a row; both languages use the same figures."),
)  # fmt: skip

GLOSSARY = SheetSpec(
    "Glossary", Text("词表", "Glossary"),
    (
        ColumnSpec("alias", Text("别名", "Alias"), "text", Text("原文中的写法。", "As written or heard."), needed=True, width=24),
        ColumnSpec("canonical_zh", Text("规范（中文）", "Canonical (zh)"), "text", Text("规范中文名。", "The proper Chinese form."), needed=True, width=34),
        ColumnSpec("canonical_en", Text("规范（英文）", "Canonical (en)"), "text", Text("规范英文名。", "The proper English form."), width=36),
        ColumnSpec("kind", Text("类别", "Kind"), "text", Text("company、chip、number、term 等；hedge 为模糊语。", "company, chip, number, term …; hedge for hedged words."), width=12),
        REMARK_COLUMN,
    ),
    Text("别名与规范写法。", "Aliases and their proper forms."),
)  # fmt: skip

REDACTIONS = SheetSpec(
    "Redactions", Text("脱敏", "Redactions"),
    (
        ColumnSpec("term", Text("词语", "Term"), "text", Text("不得出现的词。", "What must not appear."), needed=True, width=24),
        ColumnSpec("replacement", Text("替换为", "Replacement"), "text", Text("印出的替代词；留空为“某”。", "Printed instead; 某 when blank."), width=24),
        ColumnSpec("why", Text("原因", "Why"), "text", Text("脱敏原因。", "Why it is redacted."), width=40),
    ),
    Text("任何输出中都不得出现的词。", "Words that must not appear in any output."),
)  # fmt: skip

RECIPIENTS = SheetSpec(
    "Recipients", Text("收件人", "Recipients"),
    (
        ColumnSpec("name", Text("姓名", "Name"), "text", Text("收件人。", "The reader."), needed=True, width=18),
        ColumnSpec("address", Text("邮箱", "Address"), "text", Text("邮箱地址。", "The e-mail address."), needed=True, width=30),
        ColumnSpec("language", Text("语言", "Language"), "choice", Text("中文或英文。", "Chinese or English."), choices=VIEWS.column("language").choices, width=10),
        ColumnSpec(
            "edition", Text("版本", "Edition"), "choice", Text("客户版或内部版。", "client or internal."),
            choices=(Choice("client", Text("客户", "client")), Choice("internal", Text("内部", "internal"))), width=10,
        ),
        ColumnSpec("greeting", Text("称呼", "Greeting"), "text", Text("邮件开头的称呼。", "How the mail opens."), width=24),
    ),
    Text("每行一位收件人。", "One reader a row."),
)  # fmt: skip

ACCEPTED = SheetSpec(
    "Accepted", Text("已接受问题", "Accepted"),
    (
        ColumnSpec("code", Text("问题代码", "Issue code"), "text", Text("check 给出的代码。", "The code that check prints."), needed=True, width=24),
        ColumnSpec("where", Text("行或单元格", "Row or cell"), "text", Text("行编号或单元格，如 价格!H12。", "A row id or a cell such as Prices!H12."), needed=True, width=18),
        ColumnSpec("reason", Text("理由", "Reason"), "text", Text("为何接受。", "Why it is accepted."), needed=True, width=50),
        ColumnSpec("reason_en", Text("理由（英文）", "Reason (en)"), "text", Text("理由的英文；留空则英文版不印。", "The reason in English; blank leaves it out of the English note."), width=50),
        ColumnSpec("by", Text("何人", "By"), "text", Text("谁接受的。", "Who accepted it."), width=14),
        ColumnSpec("until", Text("有效至", "Until"), "date", Text("到期日；留空长期有效。", "When it ends; blank for no end."), width=14),
    ),
    Text("分析师确认接受的问题。", "Issues an analyst has accepted."),
)  # fmt: skip

SHEETS: tuple[SheetSpec, ...] = (
    NOTE, SOURCES, PRICES, SURVEY, DEMAND, ECONOMICS, SCENARIOS, VIEWS, GLOSSARY, REDACTIONS,
    RECIPIENTS, ACCEPTED,
)  # fmt: skip

_KIND = (
    Choice("research_report", Text("证券研究报告", "research report"), ("研究报告",)),
    Choice("industry_memo", Text("产业调研纪要", "industry memo"), ("memo", "调研纪要")),
)

NOTE_KEYS: tuple[NoteKey, ...] = (
    NoteKey("title_zh", Text("标题（中文）", "Title (zh)"), "text", Text("说出结论的标题；数字写作 [[figure]]。", "A title that states the conclusion; numbers as [[figure]]."), needed=True),
    NoteKey("title_en", Text("标题（英文）", "Title (en)"), "text", Text("英文标题。", "The English title.")),
    NoteKey("subtitle_zh", Text("副标题（中文）", "Subtitle (zh)"), "text", Text("中文副标题。", "The Chinese subtitle.")),
    NoteKey("subtitle_en", Text("副标题（英文）", "Subtitle (en)"), "text", Text("英文副标题。", "The English subtitle.")),
    NoteKey("slug", Text("文件名", "Slug"), "text", Text("输出文件名，如 compute-leasing。", "Name of the output files, such as compute-leasing.")),
    NoteKey("date", Text("日期", "Date"), "date", Text("报告日期。", "Date of the note."), needed=True),
    NoteKey("time", Text("时间", "Time"), "text", Text("发布时间，如 08:30。", "Time of issue, such as 08:30.")),
    NoteKey("kind", Text("文件性质", "Kind"), "choice", Text("证券研究报告或产业调研纪要。", "research report or industry memo."), choices=_KIND),
    NoteKey("authors", Text("作者", "Authors"), "text", Text("作者，用分号隔开。", "Authors, separated by semicolons.")),
    NoteKey("authors_en", Text("作者（英文）", "Authors (en)"), "text", Text("英文版的作者；留空则同中文。", "Authors as the English note prints them; blank uses the same.")),
    NoteKey("certificates", Text("执业证书编号", "Certificate numbers"), "text", Text("与作者一一对应。", "One an author, in the same order.")),
    NoteKey("house_zh", Text("机构（中文）", "House (zh)"), "text", Text("机构名称。", "The house's Chinese name.")),
    NoteKey("house_en", Text("机构（英文）", "House (en)"), "text", Text("机构英文名称。", "The house's English name.")),
    NoteKey("licence", Text("业务资格", "Licence"), "text", Text("证券投资咨询业务资格；没有则留空。", "Licence statement; blank when there is none.")),
    NoteKey("rating", Text("评级", "Rating"), "text", Text("行业评级；仅持牌机构可用。", "Industry rating; licensed houses only.")),
    NoteKey("fx", Text("汇率", "FX"), "number", Text("1 美元兑人民币。", "CNY per USD.")),
    NoteKey("fx_date", Text("汇率日期", "FX date"), "date", Text("汇率日期。", "Date of the rate.")),
    NoteKey("fx_source", Text("汇率来源", "FX source"), "text", Text("汇率来源。", "Where the rate comes from.")),
    NoteKey("vat_default", Text("增值税口径", "VAT default"), "text", Text("价格未说明时的处理说明，如“未说明”。", "How prices without VAT basis are read.")),
    NoteKey("cards_per_server", Text("每台卡数", "Cards per server"), "number", Text("默认 8。", "8 by default.")),
    NoteKey("stale_days", Text("过期天数", "Stale days"), "number", Text("默认 30。", "30 by default.")),
    NoteKey("range_limit", Text("区间宽度上限%", "Range limit %"), "number", Text("区间宽于中值的百分之几即提示，默认 15。", "Ranges wider than this percent of their middle are remarked on; 15 by default.")),
    NoteKey("rent_baseline", Text("租金基准时点", "Rent baseline"), "text", Text("租金变化从何时算起，如 2026-02-17前。", "When rent changes start: before 2026-02-17.")),
    NoteKey("purchase_baseline", Text("采购基准时点", "Purchase baseline"), "text", Text("采购价变化从何时算起。", "When purchase-price changes start.")),
    NoteKey("language", Text("工作簿语言", "Workbook language"), "text", Text("提示信息的语言：zh 或 en。", "Language of messages: zh or en.")),
    NoteKey("disclosures_zh", Text("声明（中文）", "Disclosures (zh)"), "text", Text("免责声明，空行分段。", "Disclosures; blank lines separate paragraphs.")),
    NoteKey("disclosures_en", Text("声明（英文）", "Disclosures (en)"), "text", Text("英文免责声明。", "Disclosures in English.")),
    NoteKey("sample", Text("样例", "Sample"), "text", Text("填“是”则每页标注样例。", "Say yes and every page is labelled as a sample.")),
    NoteKey("previous_date", Text("上期日期", "Previous date"), "date", Text("上一期报告的日期；本期日期须晚于它。", "Date of the issue before; this one's is later.")),
)  # fmt: skip


def sheet(key: str) -> SheetSpec:
    """The sheet with that key. KeyError when there is none."""
    for spec in SHEETS:
        if spec.key == key:
            return spec
    raise KeyError(key)
