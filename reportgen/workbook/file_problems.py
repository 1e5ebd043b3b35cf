"""What can be wrong with a file as a whole, and with reading it: one function a code.

Each ends in the cure. What can be wrong inside the file is in `package_problems`. The
reading process refuses a file by its code; `door` has the sentence from here.
"""

from __future__ import annotations

from reportgen.language import Text
from reportgen.workbook.problems import Problem, error

REPAIR = Text(
    "请在 Excel 中用“打开并修复”打开，另存为新的 .xlsx；或使用备份。",
    "Open it with Open and Repair in Excel and save a new .xlsx; or use a copy.",
)
"""The cure for a file that Excel may be able to mend."""
SAVE_ANEW = Text("请在 Excel 中打开并另存为新的 .xlsx。", "Open it in Excel and save a new .xlsx.")
"""The cure for one that Excel reads and we do not."""


def file_missing(name: str) -> Problem:
    """There is no file at that path."""
    return error(
        "file-missing",
        Text(f"找不到文件 {name}。", f"There is no file {name}."),
        Text("请检查路径和文件名。", "Check the path and the name."),
    )


def file_unreadable(name: str, why: str = "") -> Problem:
    """The system cannot open or read the file: a drive that went away, a circle of links."""
    reason = f" ({why})" if why else ""
    return error(
        "file-unreadable",
        Text(f"无法打开 {name}{reason}。", f"{name} cannot be opened{reason}."),
        Text(
            "请检查路径、磁盘和网络连接；或把文件复制到本机后再试。",
            "Check the path, the drive and the network; or copy the file to this machine and "
            "try again.",
        ),
    )


def file_denied(name: str) -> Problem:
    """The system does not let us read the file, or another program keeps it to itself."""
    return error(
        "file-denied",
        Text(f"没有读取 {name} 的权限，或它被其他程序占用。", f"{name} may not be read."),
        Text(
            "请确认您有读取权限，并在其他程序中关闭它。",
            "Check that you may read it, and close it in other programs.",
        ),
    )


def not_a_file(name: str) -> Problem:
    """The path leads to a folder, a pipe or a device."""
    return error(
        "not-a-file",
        Text(
            f"{name} 不是文件（是文件夹、管道或设备）。",
            f"{name} is no file but a folder, a pipe or a device.",
        ),
        Text("请给出 .xlsx 文件的路径。", "Give the path of an .xlsx file."),
    )


def lock_file(name: str) -> Problem:
    """A `~$` file is Excel's own mark that a workbook is open, not a workbook."""
    return error(
        "lock-file",
        Text(f"{name} 是 Excel 的临时锁文件。", f"{name} is a lock file of Excel."),
        Text(
            f"请改用 {name.removeprefix('~$')}，并先在 Excel 中保存。",
            f"Use {name.removeprefix('~$')} instead, and save it in Excel first.",
        ),
    )


def empty_file() -> Problem:
    """The file has no bytes."""
    return error(
        "empty-file",
        Text("文件是空的（0 字节）。", "The file is empty (0 bytes)."),
        Text(
            "请从备份恢复，或重新另存为 .xlsx。",
            "Restore it from a copy, or save it again as .xlsx.",
        ),
    )


def damaged_file() -> Problem:
    """The archive that a workbook is cannot be opened."""
    return error(
        "damaged-file",
        Text("文件已损坏。", "The file is damaged."),
        REPAIR,
    )


def file_incomplete() -> Problem:
    """The end of the file is missing: it is being saved, copied or downloaded."""
    return error(
        "file-incomplete",
        Text(
            "文件不完整，可能仍在保存、同步或下载。",
            "The file is incomplete. Is it still being saved, synced or downloaded?",
        ),
        Text(
            "请稍候再试；若仍如此，请从 Excel 重新另存，或重新取得该文件。",
            "Wait and try again; else save it again from Excel, or get the file anew.",
        ),
    )


def password_protected() -> Problem:
    """The workbook is encrypted."""
    return error(
        "password-protected",
        Text("工作簿有打开密码。", "The workbook is protected by a password."),
        Text("请另存一份不带密码的副本。", "Save a copy without a password."),
    )


def other_format(name: str) -> Problem:
    """The file is of another format, whatever its name says."""
    return error(
        "other-format",
        Text(f"文件内容是 {name}，不是 .xlsx。", f"The file holds {name}, not .xlsx."),
        Text("请在 Excel 中打开并另存为 .xlsx。", "Open it in Excel and save it as .xlsx."),
    )


def not_a_workbook(name: str) -> Problem:
    """The file is not a spreadsheet."""
    return error(
        "not-a-workbook",
        Text(f"{name} 不是 Excel 工作簿。", f"{name} is not an Excel workbook."),
        Text("请选择 .xlsx 文件。", "Choose an .xlsx file."),
    )


def reader_failed(kind: str = "") -> Problem:
    """The reading process met something that nobody foresaw."""
    shown = f" ({kind})" if kind else ""
    return error(
        "reader-failed",
        Text(f"无法读取该文件的内容{shown}。", f"The contents cannot be read{shown}."),
        SAVE_ANEW,
    )


def reading_stopped(part: str) -> Problem:
    """The reading process ended of itself: a fault in it, or the system stopped it."""
    at = (f"（读到 {part}）", f" (at {part})") if part else ("", "")
    return error(
        "reading-stopped",
        Text(f"读取该文件的进程意外结束{at[0]}。", f"The process reading the file ended{at[1]}."),
        SAVE_ANEW,
    )


def reading_too_slow(part: str, seconds: int) -> Problem:
    """Reading was stopped after its time limit."""
    at = (f"（读到 {part}）", f" (at {part})") if part else ("", "")
    return error(
        "reading-too-slow",
        Text(
            f"读取超过 {seconds} 秒，已中止{at[0]}。",
            f"Reading took more than {seconds} seconds and was stopped{at[1]}.",
        ),
        Text(
            "若文件在网络盘上，请复制到本机再试；否则在 Excel 中另存为新的 .xlsx。",
            "Copy a file on a network drive to this machine and try again; else save it in Excel "
            "as a new .xlsx.",
        ),
    )


def reading_too_large() -> Problem:
    """Reading needs more memory than a workbook may take."""
    return error(
        "reading-too-large",
        Text("读取该文件所需内存过大，已中止。", "The file takes too much memory to read."),
        Text(
            "请删除不用的工作表和空白格式行，或把历史数据另存为别的文件。",
            "Delete unused sheets and formatted blank rows, or keep old data in another file.",
        ),
    )
