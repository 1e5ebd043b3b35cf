"""Sentences for a rendering that failed, was stopped or died: where, why and what to do."""

from __future__ import annotations

from contextlib import suppress

from reportgen.language import Text
from reportgen.render.whereabouts import PAPER, in_dump, template_line

_GIB = 1 << 30


def pages_overdue(seconds: float, place: Text | None) -> Text:
    """The templates did not end."""
    where = place or Text("templates/", "templates/")
    return Text(
        f"模板运行超过 {seconds:g} 秒，已在 {where.zh} 中止。请检查该处的循环。",
        f"The templates ran for more than {seconds:g} seconds and were stopped at {where.en}. "
        "Look at the loop there.",
    )


def paper_overdue(seconds: float, place: Text) -> Text:
    """The layout did not end."""
    return Text(
        f"PDF 排版超过 {seconds:g} 秒，已中止：{place.zh}。"
        "请检查模板中最近的改动，或缩短该处内容。",
        f"Making the PDF took more than {seconds:g} seconds and was stopped at {place.en}. Look "
        "at the latest change in these templates, or shorten what stands there.",
    )


def page_wrong(place: Text | None, why: str) -> Text:
    """A template is wrong."""
    where = place or Text("templates/", "templates/")
    return Text(
        f"模板出错：{where.zh}：{why}。请改正该处后重新运行。",
        f"A template is wrong: {where.en}: {why}. Mend it there and run again.",
    )


def paper_wrong(place: Text, why: str) -> Text:
    """The printing engine failed."""
    return Text(
        f"排版引擎出错（{why}）：{place.zh}。请检查模板中最近的改动。",
        f"The printing engine failed ({why}) at {place.en}. Look at the latest change in these "
        "templates.",
    )


def too_much_memory(size: int, place: Text) -> Text:
    """More memory was asked for than there may be."""
    return Text(
        f"生成页面所需内存超过 {size / _GIB:.1f} GiB，已中止：{place.zh}。"
        "请检查该处的重复内容或过长的表格。",
        f"Making the page took more than {size / _GIB:.1f} GiB of memory and was stopped at "
        f"{place.en}. Look for something repeated there, or a table that is too long.",
    )


def ending(code: int | None, last_words: str, seconds: float, memory: int, *, paper: bool) -> Text:
    """Why a process gave no answer, from its exit code and what it wrote before its end.

    `seconds` is the limit of what it was doing: making the `paper`, or pages.
    """
    if code is None or "Timeout (" in last_words:
        found = in_dump(last_words)
        if paper:
            return paper_overdue(seconds, PAPER)
        return pages_overdue(seconds, _in_source(*found) if found else None)
    if code < 0 and ("memory" in last_words.casefold() or "alloc" in last_words.casefold()):
        return too_much_memory(memory, PAPER)
    return Text(
        "PDF 排版进程意外结束。请重新运行；若再次出现，请运行 reportgen doctor。",
        "The PDF process stopped unexpectedly. Run again; if it happens twice, run "
        "reportgen doctor.",
    )


def _in_source(name: str, line: int) -> Text:
    """A compiled template's line as the line of its source."""
    from reportgen.render.html import compiled  # noqa: PLC0415 - only after a failure

    with suppress(Exception):  # the template was changed meanwhile: its line is near enough
        line = compiled(name).get_corresponding_lineno(line)
    return template_line(name, line)
