"""The words of the page around the note, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.language import LANGS, Text

_WORDS: Mapping[str, Text] = {
    "preview": Text("预览", "Preview"),
    "skip": Text("跳到纪要", "Skip to the note"),
    "view": Text("显示方式", "View"),
    "web": Text("网页", "Web"),
    "pages": Text("分页", "Pages"),
    "lang": Text("语言", "Language"),
    "edition": Text("版本", "Edition"),
    "client": Text("客户版", "Client"),
    "internal": Text("内部版", "Internal"),
    "theme": Text("主题", "Theme"),
    "note": Text("纪要", "The note"),
    "issues": Text("问题", "Issues"),
    "number": Text("数字出处", "Number"),
    "starting": Text("正在读取工作簿…", "Reading the workbook…"),
    "working": Text("正在更新…", "Updating…"),
    "not_updated": Text("未更新", "Not updated"),
    "updated": Text("{at} 已更新", "Updated {at}"),
    "redrawing": Text("图表重绘中", "charts being redrawn"),
    "changed": Text("{count} 处数字有变", "{count} numbers changed"),
    "changed_one": Text("1 处数字有变", "1 number changed"),
    "next_change": Text("下一处", "Next"),
    "proving": Text("排版与复核中…", "Setting and searching the pages…"),
    "ready": Text(
        "没有错误，可以生成（{lang}，{edition}）",
        "No errors, ready to build ({lang}, {edition})",
    ),
    "ready_html": Text(
        "网页版没有错误；本机无法排版 PDF",
        "The web page has no errors; this machine cannot set PDFs",
    ),
    "refused": Text("尚不能生成：见“问题”", "Not ready to build: see Issues"),
    "failed": Text("未能得出结论：见“问题”", "No verdict: see Issues"),
    "broken": Text(
        "工作簿有 {count} 个错误，未能更新；现在显示的是 {at} 的最后可用版本。",
        "The workbook has {count} errors and was not shown; this is the last good version, "
        "of {at}.",
    ),
    "broken_one": Text(
        "工作簿有 1 个错误，未能更新；现在显示的是 {at} 的最后可用版本。",
        "The workbook has 1 error and was not shown; this is the last good version, of {at}.",
    ),
    "broken_first": Text(
        "工作簿有 {count} 个错误，尚无可显示的版本。",
        "The workbook has {count} errors; there is no version to show yet.",
    ),
    "broken_first_one": Text(
        "工作簿有 1 个错误，尚无可显示的版本。",
        "The workbook has 1 error; there is no version to show yet.",
    ),
    "other_choice": Text(
        "显示的是{lang}{edition}，工作簿修好后才会切换。",
        "It is the {lang} {edition} edition; the switch waits until the workbook is mended.",
    ),
    "see_issues": Text("查看问题", "See issues"),
    "waiting_half": Text(
        "工作簿没有写完整：是否仍在保存？已等待 2 秒，写完后会自动更新。",
        "The workbook is not whole: still being saved? Waited 2 s; it updates once it is.",
    ),
    "waiting_locked": Text(
        "工作簿被其他程序占用：是否仍在保存？已等待 2 秒，放开后会自动更新。",
        "Another program holds the workbook: still being saved? Waited 2 s; it updates once "
        "it is free.",
    ),
    "waiting_missing": Text(
        "找不到工作簿 {file}：是否仍在保存，或已移走、改名？它再出现时会自动更新。",
        "{file} is not there: still being saved, or moved or renamed? It updates once the "
        "file is back.",
    ),
    "gone": Text(
        "预览已停止，或连接中断。请在终端重新运行 reportgen preview。",
        "The preview has stopped, or the connection is broken. Run reportgen preview again.",
    ),
    "of": Text("{at} 的版本", "as of {at}"),
    "page_alt": Text("第 {number} 页，共 {count} 页", "Page {number} of {count}"),
    "page_numbers": Text("第 {number} 页的数字", "Numbers of page {number}"),
    "pages_hint": Text(
        "点按数字看出处，方向键到下一个数字",
        "click a number to see where it comes from; arrow keys go to the next",
    ),
    "page_count": Text("{count} 页", "{count} pages"),
    "pages_working": Text("正在排版，几秒后显示…", "Setting the pages; a few seconds…"),
    "pages_lacking": Text(
        "本机无法排版 PDF，原因见“问题”。",
        "This machine cannot set PDFs; Issues says why.",
    ),
    "pages_none": Text("尚无可显示的页面。", "There are no pages to show yet."),
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "remark": Text("备注", "remark"),
    "errors": Text("错误", "Errors"),
    "warnings": Text("警告", "Warnings"),
    "remarks": Text("备注", "Remarks"),
    "whole_file": Text("整个文件", "The whole file"),
    "no_issues": Text("没有问题。", "Nothing to report."),
    "none_chosen": Text(
        "所选类别没有问题；点上方其他类别可查看。",
        "None of the kinds chosen. Press another kind above to see it.",
    ),
    "copied": Text(
        "已复制 {address}：在 Excel 名称框中粘贴并回车，即跳到该处",
        "Copied {address}: paste it into Excel's name box and press Enter to go there",
    ),
    "not_copied": Text("未能复制 {address}", "Could not copy {address}"),
    "copy": Text("复制地址 {address}", "Copy the address {address}"),
    "in_note": Text("纪要中 {count} 处", "{count} in the note"),
    "go_to": Text("到纪要中的数字", "Go to the number in the note"),
    "hint": Text(
        "点按纪要中的任一数字，这里显示它的数值、算式、输入、行、单元格与原话。",
        "Click any number of the note: here stand its value, formula, inputs, row, cells and "
        "quote.",
    ),
    "back": Text("返回", "Back"),
    "colon": Text("：", ": "),
    "places": Text("在纪要中", "In the note"),
    "place": Text("第 {number} 处，共 {count} 处", "{number} of {count}"),
    "previous": Text("上一处", "Previous"),
    "next": Text("下一处", "Next"),
    "no_place": Text("未直接印出", "Not printed itself"),
    "its_issues": Text("相关问题", "Issues of these cells"),
    "lost_number": Text(
        "这个数字已不在纪要中。", "This number is no longer in the note."
    ),
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
}  # fmt: skip

WORDS: Mapping[str, Mapping[str, str]] = {
    lang: {name: text[lang] for name, text in _WORDS.items()} for lang in LANGS
}
"""All words by language and name; {braces} hold what the page fills in."""
