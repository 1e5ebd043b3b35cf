"""The last look at what is about to be written: no redacted term may be in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from reportgen.editions.redact import Redactor
from reportgen.editions.search import Leak, leaks
from reportgen.issues import Issue, Severity
from reportgen.language import Text


def leak_issues(
    files: Mapping[str, bytes],
    redactor: Redactor,
    pages: Mapping[str, str] | None = None,
    searched: Collection[bytes] = (),
) -> tuple[Issue, ...]:
    """An error for every redacted term in a finished file, or in its name or path.

    `pages` are the HTML that PDFs were made from, by the PDF's name. They are searched in
    the PDF's stead for terms with blanks inside, which on a page may be two cells.
    Attachments whose bytes are among `searched` are not searched again.
    """
    found: dict[Issue, None] = {}
    for name, content in files.items():
        page = (pages or {}).get(name)
        for leak in _leaks(name, content, page, redactor.terms, searched):
            found[_issue(name, leak)] = None
    return tuple(found)


def _leaks(
    name: str,
    content: bytes,
    page: str | None,
    terms: tuple[str, ...],
    searched: Collection[bytes],
) -> Iterator[Leak]:
    yield from (Leak(leak.term, "name", name) for leak in leaks(name, terms))
    yield from (leak for leak in leaks(content, terms, searched) if page is None or not leak.apart)
    if page is not None:
        yield from leaks(page, terms)


_PLACES = {
    "text": "文字", "source": "源文件", "address": "链接地址", "name": "文件名",
    "metadata": "元数据", "embedded": "内嵌内容", "embeddedfile": "附件",
}  # fmt: skip


def _place(where: str) -> str:
    """A place that a search names, in Chinese: 第 3 页; a part of a file by its own name."""
    if where.startswith("page "):
        return f"第 {where.removeprefix('page ')} 页"
    return "的".join(_PLACES.get(word, word) for word in where.split())


def _issue(name: str, leak: Leak) -> Issue:
    return Issue(
        "redacted-term",
        Severity.ERROR,
        Text(
            f"{name} 的{_place(leak.where)}中仍有应脱敏的词“{leak.term}”：…{leak.context}…",
            f"{name} still holds the redacted term “{leak.term}” in its {leak.where}: "
            f"…{leak.context}…",
        ),
        Text(
            "请在工作簿中改写该处；未写入任何文件。",
            "Reword it in the workbook; nothing was written.",
        ),
        name,
    )
