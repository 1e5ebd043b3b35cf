"""What can be wrong inside a file: its parts, their sizes and markup, its sheets and cells.

One function a code, each ending in the cure, as in `file_problems`.
"""

from __future__ import annotations

from reportgen.language import Text
from reportgen.workbook.file_problems import REPAIR, SAVE_ANEW
from reportgen.workbook.problems import Problem, error

_DISTRUST = Text(
    "Excel 不会写出这样的文件。请向发件人核实来源，并重新取得 .xlsx。",
    "Excel writes no such file. Ask its sender where it comes from, and get the .xlsx anew.",
)


def part_damaged(part: str) -> Problem:
    """A part of the package does not inflate or its checksum is wrong."""
    return error(
        "part-damaged",
        Text(f"文件内的 {part} 已损坏。", f"{part} inside the file is damaged."),
        REPAIR,
    )


def xml_damaged(part: str, line: int) -> Problem:
    """A part of the package is no XML."""
    return error(
        "xml-damaged",
        Text(
            f"文件内的 {part} 第 {line} 行不是有效的 XML。",
            f"Line {line} of {part} inside the file is not valid XML.",
        ),
        REPAIR,
    )


def part_missing(part: str) -> Problem:
    """The book names a part that is not there."""
    return error(
        "part-missing",
        Text(f"文件内缺少 {part}。", f"{part} is missing inside the file."),
        REPAIR,
    )


def no_sheets() -> Problem:
    """The workbook has no sheet of cells."""
    return error(
        "no-sheets",
        Text("工作簿中没有任何工作表。", "The workbook has no sheet of cells."),
        Text(
            "请在 Excel 中打开，确认数据所在的工作表后另存为 .xlsx。",
            "Open it in Excel, look for the sheets with the data, and save it as .xlsx.",
        ),
    )


def package_too_large(part: str, mib: int) -> Problem:
    """The file is, or unpacks to, more than any workbook needs."""
    return error(
        "package-too-large",
        Text(
            f"解压后的内容超过 {mib} MiB（读到 {part} 为止），已拒绝读取。",
            f"Unpacked, the contents pass {mib} MiB (at {part}); refused.",
        ),
        Text(
            "请删除不用的工作表、图片和空白格式行后另存；若文件来历不明，请勿打开。",
            "Delete unused sheets, pictures and formatted blank rows and save a copy; do not open "
            "a file of unknown origin.",
        ),
    )


def packed_too_tightly(part: str, ratio: int) -> Problem:
    """A part unpacks to a hundred times its size and more, as bombs do."""
    return error(
        "packed-too-tightly",
        Text(
            f"{part} 解压后膨胀到 {ratio} 倍，像是压缩炸弹，已拒绝读取。",
            f"{part} unpacks to {ratio} times its size, as a zip bomb does; refused.",
        ),
        Text(
            "请在 Excel 中清除大片相同的空白格式后另存；若文件来历不明，请勿打开。",
            "Clear large areas of blank formatting in Excel and save a copy; do not open a file of "
            "unknown origin.",
        ),
    )


def too_many_parts(count: int, most: int) -> Problem:
    """The archive lists more parts than any workbook has."""
    return error(
        "too-many-parts",
        Text(
            f"文件由 {count} 个部件组成，超过上限 {most}，已拒绝读取。",
            f"The file consists of {count} parts, more than {most}; refused.",
        ),
        _DISTRUST,
    )


def too_many_sheets(count: int, most: int) -> Problem:
    """The book lists more sheets than anybody keeps."""
    return error(
        "too-many-sheets",
        Text(
            f"工作簿有 {count} 张工作表，超过上限 {most}，已拒绝读取。",
            f"The workbook has {count} sheets, more than {most}; refused.",
        ),
        Text(
            "请把报告所需的工作表另存为一个工作簿。",
            "Save the sheets that the note needs as a workbook of their own.",
        ),
    )


def parts_overlap(part: str) -> Problem:
    """Two parts of the archive share bytes, which only bombs do."""
    return error(
        "parts-overlap",
        Text(
            f"文件内的 {part} 与其他部件重叠，已拒绝读取。",
            f"{part} overlaps another part of the file; refused.",
        ),
        _DISTRUST,
    )


def part_twice(part: str) -> Problem:
    """Two parts of the archive have one name, so that readers disagree on what it holds."""
    return error(
        "part-twice",
        Text(
            f"文件内有两个名为 {part} 的部件，已拒绝读取。",
            f"The file holds two parts named {part}; refused.",
        ),
        _DISTRUST,
    )


def part_shared(part: str) -> Problem:
    """Two sheets of the book are held by one part, so that a small file is a large book."""
    return error(
        "part-shared",
        Text(
            f"文件内有多张工作表共用部件 {part}，已拒绝读取。",
            f"Several sheets of the file are held by one part, {part}; refused.",
        ),
        _DISTRUST,
    )


def part_name_refused(part: str) -> Problem:
    """A part's name leads out of the archive."""
    return error(
        "part-name-refused",
        Text(
            f"文件内的部件名 {part} 指向文件之外，已拒绝读取。",
            f"The part name {part} leads out of the file; refused.",
        ),
        _DISTRUST,
    )


def dtd_refused(part: str) -> Problem:
    """A part declares a document type, which Excel never writes and attacks need."""
    return error(
        "dtd-refused",
        Text(
            f"文件的 {part} 含有文档类型声明，已拒绝读取。",
            f"{part} declares a document type; refused.",
        ),
        _DISTRUST,
    )


def markup_too_large(part: str) -> Problem:
    """A part nests its elements too deeply, or has a tag or a list without an end."""
    return error(
        "markup-too-large",
        Text(
            f"文件内的 {part} 嵌套过深、标记过长或条目过多，已拒绝读取。",
            f"{part} nests its elements too deeply or has an endless tag or list; refused.",
        ),
        _DISTRUST,
    )


def text_too_long(where: str) -> Problem:
    """One text is longer than 100,000 characters; Excel itself stops at 32,767."""
    return error(
        "text-too-long",
        Text(
            f"{where} 的文本超过十万字符，已拒绝读取。",
            f"A text in {where} passes 100,000 characters; refused.",
        ),
        Text(
            "请缩短该文本（Excel 单元格上限为 32,767 字符）后保存。",
            "Shorten it (Excel allows 32,767 characters a cell) and save.",
        ),
    )


def area_too_large(rows: int, columns: int) -> Problem:
    """One stray cell stretches a sheet over more cells than a machine can hold."""
    return error(
        "area-too-large",
        Text(
            f"零散单元格把使用区域拉到 {rows} 行 × {columns} 列。",
            f"A stray cell stretches the used area to {rows} rows × {columns} columns.",
        ),
        Text(
            "请删除数据区以外的零散单元格（Ctrl+End 可定位）后保存。",
            "Delete the stray cells outside the data (Ctrl+End finds them) and save.",
        ),
    )


def off_the_grid(where: str) -> Problem:
    """A cell or row stands outside Excel's grid."""
    return error(
        "off-the-grid",
        Text(
            f"文件写有不存在的单元格或行 {where}（最大为 XFD1048576）。",
            f"The file names a cell or row {where}, which no sheet has (XFD1048576 is the last).",
        ),
        REPAIR,
    )


def rows_shuffled() -> Problem:
    """A large sheet whose rows do not come in order."""
    return error(
        "rows-shuffled",
        Text("工作表过大且行的顺序错乱。", "The sheet is large and its rows are out of order."),
        SAVE_ANEW,
    )


def merged_too_much(where: str) -> Problem:
    """A hundred thousand merged ranges, or ranges that cover four million rows of the data."""
    return error(
        "merged-too-much",
        Text(
            f"合并单元格过多（读到 {where} 为止），超过十万处或四百万行。",
            f"Too many merged cells up to {where}: over 100,000 ranges or four million rows.",
        ),
        Text("请取消数据区中的合并后保存。", "Unmerge the cells of the data and save."),
    )


def cells_lost(present: int, read: int) -> Problem:
    """Not every cell of a sheet arrived; a note made of the rest would be wrong."""
    return error(
        "cells-lost",
        Text(
            f"该表有 {present} 个有值单元格，只读到 {read} 个。",
            f"The sheet holds {present} cells with values; {read} were read.",
        ),
        SAVE_ANEW,
    )
