"""The fixed words of the page furniture, in both languages."""

from __future__ import annotations

from reportgen.language import Lang, Text
from reportgen.note.model import Words
from reportgen.note.signs import MEANINGS

_WORDS: dict[str, Text] = {
    "caveat": Text("证据说明", "Read this first"),
    "certificate": Text("执业证书编号", "Certificate"),
    "changes": Text("与上期相比", "What changed"),
    "chart": Text("图", "Chart"),
    "colon": Text("：", ": "),
    "contents": Text("目录", "Contents"),
    "disclaimer": Text(
        "请务必阅读正文之后的免责条款", "Please read the disclosures at the end of this note"
    ),
    "disclosures": Text("声明与免责条款", "Disclosures"),
    "down": Text("下降", "down"),
    "exhibit": Text("图表", "Exhibit"),
    "exhibits": Text("图表目录", "Exhibits"),
    "internal": Text("内部版，请勿外传", "Internal edition: not for distribution"),
    "issued": Text("发布时间", "Issued"),
    "key_figures": Text("关键数据", "Key figures"),
    "key_points": Text("核心观点", "Key points"),
    "licence": Text("业务资格", "Licence"),
    "after sentence": Text("", " "),
    "after note": Text("；", "; "),
    "notes": Text("注", "Notes"),
    "authors": Text("作者", "Authors"),
    "of": Text("/", "/"),
    "origins": Text("数据来源索引", "Sources of figures"),
    "origins_computed": Text("计算所得", "Computed"),
    "origins_note": Text(
        "先按图表列出引述的行与单元格，每行只列一次；再按算式列出计算结果，箭头后为所依据的行。"
        "带 ′ 的行出自上期工作簿。各行原话与来源见证据表；网页版点按数字可看全部出处。",
        "First the rows and cells that each exhibit quotes, each row once; then results by "
        "formula, with the rows they rest on behind the arrow. A row with ′ stands in the last "
        "issue's workbook. The evidence table has each row's words and source; in the web page "
        "every number shows its own.",
    ),
    "origins_quoted": Text("引述", "Quoted"),
    "origins_see": Text("另见", "also"),
    "origins_with": Text("共同依据", "all on"),
    "page": Text("第", "Page"),
    "rating": Text("行业评级", "Industry rating"),
    "sample": Text("样例。", "Sample."),
    "sample_label": Text(
        "认证、签核与机构信息为示例，不得对外使用",
        "Attestations, sign-offs and house details are examples, not for use",
    ),
    "scroll": Text("可横向滚动", "scrolls sideways"),
    "skip": Text("跳到正文", "Skip to the text"),
    "source": Text("资料来源", "Source"),
    "unit": Text("单位", "Unit"),
    "up": Text("上升", "up"),
}


def words(lang: Lang) -> Words:
    """The furniture's words in that language, by key."""
    said = {key: text[lang] for key, text in _WORDS.items()}
    return Words(said | {f"sign {sign}": text[lang] for sign, text in MEANINGS.items()})
