"""A finished issue as it lies in its folder, held against its manifest before it goes out."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.deliver.manifest import (
    CORE_NAME,
    MANIFEST_FORMAT,
    MANIFEST_NAME,
    VERSION,
    sha256,
)
from reportgen.editions.publish import EDITIONS, Edition
from reportgen.language import LANGS, Lang, Text
from reportgen.note.front import PageOne, read_page_one
from reportgen.plain_files import plain_bytes

_FILE = re.compile(r"(?P<stem>[a-z0-9-]+-(?P<lang>zh|en))(?:-new\d*)?\.(?P<suffix>pdf|html)")
"""A note's file; one that could not replace a file held open elsewhere has -new in its name."""
_FOLDER = re.compile(r"(.+-\d{8})(?:-r(\d+))?")
_PAGE_ONE = re.compile(r'<script type="application/json" id="page-one">(.*?)</script>', re.DOTALL)


class UnfinishedError(ValueError):
    """The folder does not hold a finished note that may go out; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class FinishedNote:
    """A note in one language: its PDF, its web page, and what stands on page one.

    `name` is what the PDF is called, `pdf_name` the file that it lies in.
    """

    lang: Lang
    name: str
    pdf_name: str
    pdf: bytes
    pdf_sha256: str
    page: str
    front: PageOne


@dataclass(frozen=True, slots=True)
class FinishedIssue:
    """An edition's folder with its manifest."""

    folder: Path
    edition: Edition
    manifest: Mapping[str, Any]

    def langs(self) -> tuple[Lang, ...]:
        """The languages that it lies there in as PDF."""
        return tuple(lang for lang in LANGS if self._named(lang, "pdf"))

    def note(self, lang: Lang) -> FinishedNote | None:
        """The note in that language, None when no PDF of it was built.

        Raises UnfinishedError for files that are not those which the build wrote.
        """
        pdf_name, page_name = self._named(lang, "pdf"), self._named(lang, "html")
        if not pdf_name:
            return None
        if not page_name:
            raise UnfinishedError(_no_page(pdf_name, lang))
        pdf, page = self._content(pdf_name), self._content(page_name).decode(errors="replace")
        self._check_core(pdf_name, pdf)
        found = _PAGE_ONE.search(page)
        try:
            front = read_page_one(found[1] if found else "")
        except ValueError as problem:
            raise UnfinishedError(_older(page_name)) from problem
        if (front.lang, front.edition) != (lang, self.edition):
            raise UnfinishedError(_changed(page_name))
        return FinishedNote(lang, _proper(pdf_name), pdf_name, pdf, sha256(pdf), page, front)

    def newer(self) -> str:
        """The folder of the next revision of the same day, empty when there is none."""
        found = _FOLDER.fullmatch(self.folder.parent.name)
        if not found:
            return ""
        following = f"{found[1]}-r{int(found[2] or 1) + 1}"
        there = self.folder.parent.parent / following / self.edition / MANIFEST_NAME
        return following if there.is_file() else ""

    def beside(self, edition: Edition) -> FinishedIssue | None:
        """The same issue in that edition, None when it was not built."""
        if edition == self.edition:
            return self
        try:
            other = finished_issue(self.folder.parent / edition)
        except UnfinishedError:
            return None
        return other if other.edition == edition else None

    def _named(self, lang: Lang, suffix: str) -> str:
        """The file's name, of two the one that stands beside an older one held open."""
        matches = map(_FILE.fullmatch, self.manifest["files"])
        mine = [one[0] for one in matches if one and (one["lang"], one["suffix"]) == (lang, suffix)]
        return max(mine, key=len, default="")

    def _content(self, name: str) -> bytes:
        try:
            content = plain_bytes(self.folder / name)
        except OSError as problem:
            raise UnfinishedError(_gone(name)) from problem
        if sha256(content) != self.manifest["files"][name].get("sha256"):
            raise UnfinishedError(_changed(name))
        return content

    def _check_core(self, name: str, pdf: bytes) -> None:
        """The edition that the manifest names must be the one that the PDF itself was made for."""
        core = _core_inside(pdf)
        try:
            edition = json.loads(core)["options"]["edition"]
        except (ValueError, KeyError, TypeError, RecursionError):
            edition = None
        if edition != self.edition or sha256(core) != self.manifest.get("core_sha256"):
            raise UnfinishedError(_changed(name))


def _core_inside(pdf: bytes) -> bytes:
    """The core of the manifest as it travels in a PDF; nothing when there is none."""
    import pikepdf  # noqa: PLC0415 - heavy, and only a look into a PDF needs it

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return bytes(document.attachments[CORE_NAME].get_file().read_bytes())
    except (pikepdf.PdfError, KeyError):
        return b""


def finished_issue(path: Path) -> FinishedIssue:
    """The issue that a file or a folder belongs to. Raises UnfinishedError."""
    folder = path if path.is_dir() else path.parent
    if not path.exists():
        raise UnfinishedError(
            Text(f"找不到 {path}。请检查路径。", f"{path} is not there. Check the path.")
        )
    if path.is_dir() and not (folder / MANIFEST_NAME).exists():
        folder = folder / EDITIONS[0]  # the issue's folder, which holds those of its editions
    try:
        data = json.loads(plain_bytes(folder / MANIFEST_NAME))
        edition = data["core"]["note"]["edition"]
        good = (
            data["format"] == MANIFEST_FORMAT
            and data["version"] == VERSION
            and edition in EDITIONS
            and all(isinstance(entry, dict) for entry in data["files"].values())
            and all(isinstance(entry["files"], dict) for entry in data["mailings"])
            and all(isinstance(entry["files"], dict) for entry in data["approvals"])
            and isinstance(data["core"]["inputs"]["workbook"], dict)
            and isinstance(data["core"]["options"], dict)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise UnfinishedError(_no_manifest(path)) from problem
    if not good:
        raise UnfinishedError(_no_manifest(path))
    return FinishedIssue(folder, edition, data)


def _proper(name: str) -> str:
    found = _FILE.fullmatch(name)
    return f"{found['stem']}.{found['suffix']}" if found else name


def lang_of(path: Path) -> Lang | None:
    """The language in a note's file name; None for a folder."""
    found = _FILE.fullmatch(path.name)
    if not found:
        return None
    return "zh" if found["lang"] == "zh" else "en"


def _no_manifest(path: Path) -> Text:
    return Text(
        f"{path} 旁没有可读的 {MANIFEST_NAME}，无法确认它是哪一版。"
        "请指定 reportgen build 写出的 PDF、HTML 或其文件夹。",
        f"{path} has no readable {MANIFEST_NAME} beside it, so nobody knows which edition it is. "
        "Name the PDF, the HTML or the folder that reportgen build wrote.",
    )


def _no_page(name: str, lang: Lang) -> Text:
    return Text(
        f"{name} 旁没有网页版，邮件的要点与图表取自网页版。"
        f"请运行 reportgen build --lang {lang} --format all。",
        f"{name} has no web page beside it, from which a mail takes key points and charts. "
        f"Run reportgen build --lang {lang} --format all.",
    )


def _older(name: str) -> Text:
    return Text(
        f"{name} 由较早版本写出，没有邮件所需的首页内容。请重新运行 reportgen build。",
        f"{name} was written by an earlier version and lacks what a mail needs of page one. "
        "Run reportgen build again.",
    )


def _gone(name: str) -> Text:
    return Text(
        f"找不到 {name}。请重新运行 reportgen build。",
        f"{name} cannot be read. Run reportgen build again.",
    )


def _changed(name: str) -> Text:
    return Text(
        f"{name} 与 {MANIFEST_NAME} 所记不符：生成后被改动过，不能寄出。"
        "请重新运行 reportgen build。",
        f"{name} is not the file that {MANIFEST_NAME} names: it was changed after the build and "
        "cannot go out. Run reportgen build again.",
    )
