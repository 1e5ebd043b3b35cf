"""Print HTML to PDF with WeasyPrint, which sees our own parts and nothing else.

Import this module only where a PDF is made: WeasyPrint takes most of a second.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reportgen.language import Lang, Text
from reportgen.render.attachments import Attachment
from reportgen.render.logo import LOGO_ADDRESS, decoded
from reportgen.render.tagging import finish
from reportgen.render.views import CHART_ADDRESS

_VARIANT = "pdf/a-3a"
_OUR_INTENT = "tagging"  # any name that the engine does not know; see reportgen.render.tagging
_LOGGER = "weasyprint"


class PdfError(RuntimeError):
    """The page could not be made into a PDF; `text` says why in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Refusal(Exception):  # noqa: N818 - it is an answer to the engine, which catches it
    """An address that is not one of ours."""

    url: str

    def __str__(self) -> str:
        return f"not a part of the note: {self.url}"


class PartFetcher(URLFetcher):  # type: ignore[misc]
    """Answers for the note's own pictures and refuses every other address.

    No address reaches urllib: neither network, nor files, nor data URLs.
    """

    def __init__(self, charts: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._charts = charts
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """The picture behind one of our addresses; a Refusal for anything else."""
        del headers
        if url == LOGO_ADDRESS and url in self._charts:
            kind, data = decoded(self._charts[url])
            return URLFetcherResponse(url, data, {"Content-Type": kind})
        name = url.removeprefix(CHART_ADDRESS)
        if url.startswith(CHART_ADDRESS) and name in self._charts:
            return URLFetcherResponse(
                url, self._charts[name].encode(), {"Content-Type": "image/svg+xml"}
            )
        self.refused.append(url)
        raise Refusal(url)


class _Complaints(logging.Handler):
    """Collects what WeasyPrint has to say."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def render_pdf(
    html: str,
    charts: Mapping[str, str],
    attachments: Callable[[], Sequence[Attachment]] = tuple,
) -> bytes:
    """A tagged PDF of print HTML, identified as PDF/A-3a and PDF/UA-1.

    Equal input gives equal bytes. The attachments are asked for when the pages are
    set, so that they can be made meanwhile. Raises PdfError for anything that the
    reader would miss: a letter that no font has, a picture that could not be drawn,
    an address outside the note, a style that the engine does not know.
    """
    fetcher = PartFetcher(charts)
    complaints = _Complaints()
    logger = logging.getLogger(_LOGGER)
    logger.addHandler(complaints)
    try:
        fonts = FontConfiguration()
        document = HTML(string=html, url_fetcher=fetcher).render(font_config=fonts)
        lang: Lang = "zh" if (document.metadata.lang or "").startswith("zh") else "en"
        files = attachments()
        data: bytes = document.write_pdf(
            finisher=lambda pages, pdf: finish(pages, pdf, lang, files),
            pdf_variant=_VARIANT,
            output_intent=_OUR_INTENT,
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
        )
    finally:
        logger.removeHandler(complaints)
    if fetcher.refused:
        raise PdfError(_outside(fetcher.refused[0]))
    if complaints.messages:
        raise PdfError(_explained(complaints.messages))
    return data


def _outside(url: str) -> Text:
    return Text(
        f"版面引用了纪要以外的地址 {url}，已拒绝读取。请从模板中删去该引用。",
        f"The page asks for {url}, which is not a part of the note, and was refused. "
        "Take the reference out of the template.",
    )


def _shown(letters: str) -> str:
    """Letters that a font lacks; those that show nothing by their numbers."""
    return "".join(one if one.isprintable() else f"U+{ord(one):04X}" for one in letters)


def _explained(messages: list[str]) -> Text:
    glyphs = sorted({message for message in messages if message.startswith(".notdef")})
    if glyphs:
        found = [message.split('"')[1] for message in glyphs if '"' in message]
        letters = "、".join(map(_shown, found))
        return Text(
            f"没有字体含有这些字符：{letters}。请安装含有它们的字体，或在工作簿中改用其他写法。",
            f"No font has these letters: {letters}. Install a font that has them, or write "
            "them otherwise in the workbook.",
        )
    first = messages[0]
    return Text(
        f"排版引擎未能完整处理版面：{first}。请检查 templates 中最近的改动。",
        f"The printing engine could not use part of the page: {first}. "
        "Look at the latest change in templates.",
    )
