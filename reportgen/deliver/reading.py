"""A finished PDF read back: its text, its language and what travels inside it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.deliver import printed
from reportgen.deliver.manifest import CORE_FORMAT, CORE_NAME, PRINTED_NAME, VERSION
from reportgen.language import Lang, Text


class UnreadableNoteError(ValueError):
    """The file is no note of ours that can be checked; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class NotePdf:
    """A note's PDF: the words of each page, and the files inside with the two that we read."""

    content: bytes
    lang: Lang
    pages: tuple[str, ...]
    core: Mapping[str, Any]
    printed: Mapping[str, Any]
    attachments: Mapping[str, bytes]


def read_note(content: bytes) -> NotePdf:
    """The note in the bytes of a PDF. Raises UnreadableNoteError."""
    import pikepdf  # noqa: PLC0415 - heavy, and only a check of a PDF needs it

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            language = str(document.Root.get("/Lang", ""))
            attachments = {
                name: attached.get_file().read_bytes()
                for name, attached in document.attachments.items()
            }
    except pikepdf.PdfError as problem:
        raise UnreadableNoteError(
            Text(
                "文件不是 PDF，或已损坏。请指定 reportgen build 写出的 PDF。",
                "The file is no PDF, or a damaged one. Name a PDF that reportgen build wrote.",
            )
        ) from problem
    lang: Lang = "zh" if language.startswith("zh") else "en"
    core, told = checked_parts(attachments)
    return NotePdf(content, lang, page_texts(content), core, told, attachments)


def checked_parts(
    attachments: Mapping[str, bytes],
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The core and the printed numbers among the files inside. Raises UnreadableNoteError."""
    return _core(attachments), _printed(attachments)


def page_texts(content: bytes) -> tuple[str, ...]:
    """The words of each page of a PDF, in the order of its content."""
    import pypdfium2  # noqa: PLC0415

    document = pypdfium2.PdfDocument(content)
    try:
        return tuple(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def page_count(content: bytes) -> int | None:
    """How many pages a PDF has; None for what is no PDF."""
    import pypdfium2  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return None
    try:
        return len(document)
    finally:
        document.close()


def font_names(content: bytes) -> tuple[str, ...]:
    """The fonts that a PDF is set in, without the tag of a subset, in the order of pages."""
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(io.BytesIO(content)) as document:
        named = [
            str(font["/BaseFont"]).removeprefix("/").rpartition("+")[2]
            for page in document.pages
            if "/Font" in page.Resources
            for font in page.Resources["/Font"].values()
        ]
    return tuple(dict.fromkeys(named))


def _core(attachments: Mapping[str, bytes]) -> Mapping[str, Any]:
    if CORE_NAME not in attachments:
        raise UnreadableNoteError(
            Text(
                f"PDF 中没有 {CORE_NAME}：不是 reportgen 写出的，或附件已被删去，无从核对。",
                f"The PDF holds no {CORE_NAME}: reportgen did not write it, or its attachments "
                "were taken out. Nothing can be checked.",
            )
        )
    try:
        core = json.loads(attachments[CORE_NAME])
    except (ValueError, RecursionError):
        core = None
    if not isinstance(core, dict) or core.get("format") != CORE_FORMAT:
        raise UnreadableNoteError(
            Text(
                f"PDF 中的 {CORE_NAME} 已损坏或被改动，无法读取。",
                f"The {CORE_NAME} in the PDF is damaged or was changed and cannot be read.",
            )
        )
    if core.get("version") != VERSION or not _is_whole(core):
        raise UnreadableNoteError(
            Text(
                f"{CORE_NAME} 的版本为 {core.get('version')}，本程序只读完整的版本 {VERSION}。",
                f"The {CORE_NAME} has version {core.get('version')}; this program reads whole "
                f"ones of version {VERSION}.",
            )
        )
    return core


def _printed(attachments: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        told = json.loads(attachments.get(PRINTED_NAME, b""))
    except (ValueError, RecursionError):
        told = None
    if (
        not isinstance(told, dict)
        or (told.get("format"), told.get("version")) != (printed.FORMAT, printed.VERSION)
        or not _are_counts(told.get("numbers"))
        or not _all_are(told.get("figures"), _are_counts)
        or not _all_are(told.get("labels"), _are_texts)
    ):
        raise UnreadableNoteError(
            Text(
                f"PDF 中的 {PRINTED_NAME} 缺失、损坏或被改动，无法核对文字。",
                f"The {PRINTED_NAME} in the PDF is missing, damaged or was changed, so its text "
                "cannot be checked.",
            )
        )
    return told


def _all_are(entries: object, holds: Callable[[object], bool]) -> bool:
    return isinstance(entries, dict) and all(map(holds, entries.values()))


def _are_counts(entries: object) -> bool:
    return _all_are(entries, lambda times: isinstance(times, int))


def _are_texts(entries: object) -> bool:
    return isinstance(entries, list) and all(isinstance(text, str) for text in entries)


def _is_whole(core: Mapping[str, Any]) -> bool:
    """Whether the parts that a check reads are there, in their form."""
    parts = ("options", "inputs", "versions", "data", "passports")
    return (
        all(isinstance(core.get(part), dict) for part in parts)
        and all(isinstance(one, dict) for one in core["passports"].values())
        and all(isinstance(one, dict) for one in core["data"].values())
        and isinstance(core["inputs"].get("since"), dict | None)
        and isinstance(core["inputs"].get("workbook"), dict)
    )
