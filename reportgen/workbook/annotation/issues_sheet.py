"""The sheet of issues: one a row, worst first, each with a link to its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text
from reportgen.terminal import wide
from reportgen.workbook.annotation.marks import SHADES
from reportgen.workbook.annotation.styles import Styles
from reportgen.workbook.annotation.tags import quoted
from reportgen.workbook.plain import xml_text

COLUMNS = "A:F"
HEAD_ROW = 4
SEVERITIES: Mapping[Severity, Text] = {
    Severity.ERROR: Text("错误", "Error"),
    Severity.WARNING: Text("警告", "Warning"),
    Severity.REMARK: Text("备注", "Remark"),
}
_COUNTS: Mapping[Severity, Text] = {
    Severity.ERROR: Text("个错误", "errors"),
    Severity.WARNING: Text("个警告", "warnings"),
    Severity.REMARK: Text("条备注", "remarks"),
}
_TITLE = Text("问题清单", "Issues")
_NONE = Text("没有问题。", "Nothing to report.")
_ABOUT = Text(
    "由 reportgen check 加入本副本；点单元格地址可跳转。请在原工作簿中修改。",
    "Put into this copy by reportgen check; click an address to go there. "
    "Please correct the original workbook.",
)
_HEADINGS = (
    Text("级别", "Severity"), Text("工作表", "Sheet"), Text("单元格", "Cell"),
    Text("问题", "What is wrong"), Text("怎样处理", "What to do"), Text("代码", "Code"),
)  # fmt: skip
_WIDTHS = (11, 15, 13, 64, 66, 26)
_INDENT = 2  # of a column's width, on its left
_WHOLE_FILE = Text("整个文件", "whole file")
_WHOLE_SHEET = Text("整张表", "whole sheet")
_HIDDEN = Text("（隐藏）", " (hidden)")
_FONTS: Mapping[Lang, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
_BRAND = "FF1F3A5F"
_QUIET = "FF5B6673"
_TEXT_LIMIT = 32_000
_LINES: Mapping[Lang, int] = {"zh": 16, "en": 14}  # points, of those fonts at ten points
_TALLEST = 400  # Excel's rows end at 409
_MOST_LINKS = 65_000  # Excel mends, that is drops, a sheet with more than 65,530


@dataclass(frozen=True, slots=True)
class Line:
    """An issue as the sheet shows it. `target` is where its link leads, if anywhere."""

    issue: Issue
    target: str = ""
    hidden: bool = False
    remark: str = ""


def sheet_xml(
    lines: Sequence[Line], file: str, lang: Lang, styles: Styles, *, main: str, views: int
) -> str:
    """The sheet's part; its styles are added to those of the workbook."""
    look = _Look(styles, lang)
    rows = [
        _row(1, [(look.title, _TITLE[lang])], height=24),
        _row(2, [(look.summary, f"{file}{_summary(lines, lang)}")]),
        _row(3, [(look.quiet, _ABOUT[lang])]),
        _row(HEAD_ROW, [(look.head, heading[lang]) for heading in _HEADINGS], height=22),
    ]
    links: list[str] = []
    for number, line in enumerate(lines, start=HEAD_ROW + 1):
        issue = line.issue
        sheet = (issue.sheet or _WHOLE_FILE[lang]) + (_HIDDEN[lang] if line.hidden else "")
        cell = issue.cell or (_WHOLE_SHEET[lang] if issue.sheet else "")
        linked = bool(line.target) and len(links) < _MOST_LINKS
        if linked:
            links.append(f'<hyperlink ref="C{number}" location="{quoted(line.target)}"/>')
        told = f"{issue.hint[lang].strip()} {line.remark}".strip()
        rows.append(
            _row(
                number,
                [
                    (look.severities[issue.severity], SEVERITIES[issue.severity][lang]),
                    (look.body, sheet),
                    (look.link if linked else look.body, cell),
                    (look.body, issue.message[lang].strip()),
                    (look.body, told),
                    (look.code, issue.code),
                ],
                height=_height((sheet, issue.message[lang], told, issue.code), lang),
            )
        )
    last = max(HEAD_ROW + 1, HEAD_ROW + len(lines))
    first, end = COLUMNS.split(":")
    return (
        f'<worksheet xmlns="{main}"><sheetPr><tabColor rgb="{_tab(lines)}"/>'
        '<pageSetUpPr fitToPage="1"/></sheetPr>'
        f"<sheetViews>{''.join(_view(number) for number in range(views))}</sheetViews>"
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{_columns()}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="{first}{HEAD_ROW}:{end}{last}"/>'
        f"{'<hyperlinks>' + ''.join(links) + '</hyperlinks>' if links else ''}"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;F&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
        "</worksheet>"
    )


class _Look:
    """The numbers of our styles."""

    def __init__(self, styles: Styles, lang: Lang) -> None:
        def font(colour: str, size: int = 10, kind: str = "") -> str:
            return f'{kind}<sz val="{size}"/><color rgb="{colour}"/><name val="{_FONTS[lang]}"/>'

        def ground(colour: str) -> str:
            return (
                f'<patternFill patternType="solid"><fgColor rgb="{colour}"/>'
                '<bgColor indexed="64"/></patternFill>'
            )

        line = (
            '<left/><right/><top/><bottom style="hair"><color rgb="FFC9D1DB"/></bottom><diagonal/>'
        )
        wrapped = '<alignment horizontal="left" vertical="top" wrapText="1" indent="1"/>'
        middle = '<alignment horizontal="left" vertical="center" indent="1"/>'
        ink = "FF1F2933"
        self.title = styles.own(font(_BRAND, 16, "<b/>"), alignment=middle)
        self.summary = styles.own(font(ink, 10), alignment=middle)
        self.quiet = styles.own(font(_QUIET, 9), alignment=middle)
        self.head = styles.own(font("FFFFFFFF", 10, "<b/>"), ground(_BRAND), alignment=middle)
        self.body = styles.own(font(ink), border=line, alignment=wrapped)
        self.code = styles.own(font(_QUIET, 9), border=line, alignment=wrapped)
        self.link = styles.own(font("FF0B5CAD", 10, "<u/>"), border=line, alignment=wrapped)
        self.severities = {
            severity: styles.own(
                font(shade.ink, 10, "<b/>"), ground(_paler(shade.pale)), line, wrapped
            )
            for severity, shade in SHADES.items()
        }


def _paler(colour: str) -> str:
    """One step beside a mark's colour, so that nobody takes this for a coloured cell."""
    return f"{colour[:-2]}{int(colour[-2:], 16) - 1:02X}"


def _view(number: int) -> str:
    return (
        f'<sheetView showGridLines="0" tabSelected="1" workbookViewId="{number}">'
        f'<pane ySplit="{HEAD_ROW}" topLeftCell="A{HEAD_ROW + 1}" activePane="bottomLeft" '
        f'state="frozen"/><selection pane="bottomLeft" activeCell="A{HEAD_ROW + 1}" '
        f'sqref="A{HEAD_ROW + 1}"/></sheetView>'
    )


def _columns() -> str:
    return "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(_WIDTHS, start=1)
    )


def _height(texts: Sequence[str], lang: Lang) -> int:
    """A row's height in points, for programs that do not reckon it when they open the file."""
    widths = (_WIDTHS[1], *_WIDTHS[3:])
    lines = (
        sum(max(1, -(-wide(line) // (width - _INDENT))) for line in text.strip().split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    return min(_TALLEST, max(lines) * _LINES[lang] + 3)


def _row(number: int, cells: Sequence[tuple[int, str]], height: int = 0) -> str:
    said = f' ht="{height}"' if height else ""
    written = "".join(
        f'<c r="{chr(ord("A") + place)}{number}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{xml_text(text[:_TEXT_LIMIT])}</t></is></c>'
        for place, (style, text) in enumerate(cells)
    )
    return f'<row r="{number}"{said}>{written}</row>'


def _summary(lines: Sequence[Line], lang: Lang) -> str:
    counts = Counter(line.issue.severity for line in lines)
    colon, comma, stop = ("：", "，", "。") if lang == "zh" else (": ", ", ", ".")
    parts = [
        f"{counts[severity]} "
        + (
            SEVERITIES[severity].en.lower()
            if lang == "en" and counts[severity] == 1
            else word[lang]
        )
        for severity, word in _COUNTS.items()
        if counts[severity]
    ]
    return f"{colon}{comma.join(parts) + stop if parts else _NONE[lang]}"


def _tab(lines: Sequence[Line]) -> str:
    """The tab in the colour of the worst issue."""
    present = {line.issue.severity for line in lines}
    worst = next((severity for severity in SHADES if severity in present), Severity.REMARK)
    return SHADES[worst].ink
