"""The note for the screen, as quickly as it can be had from a workbook just saved.

What does not change from one save to the next is kept: the comparison's older issue, and
pictures of charts whose data is the same. Nothing is left out of the checks; what only a
finished build can say is the proof's (`reportgen.preview.proof`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from reportgen.analysis.since import Comparison
from reportgen.checking import Checked, Stages, check
from reportgen.comparing import Issued, compared, read_issue
from reportgen.issues import Issue, has_errors
from reportgen.language import Lang
from reportgen.note.build import build_note, draft_note, sourced
from reportgen.note.model import Exhibit, Note
from reportgen.note.text import as_text
from reportgen.pipeline import charted, pictures, theme_issue
from reportgen.preview.order import Order
from reportgen.render.fragments import Fragments
from reportgen.render.html import render_html
from reportgen.render.resources import MissingTemplateError
from reportgen.render.theme import Theme, ThemeError, load_theme
from reportgen.render.views import Medium
from reportgen.workbook.door import Reader


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of one look at the workbook.

    `html` is None when an error stands in the way. `speech` is the language to speak to the
    analyst in; None when the file cannot be opened and does not say. `late` says that some
    charts and cards are still those of the look before.
    """

    lang: Lang
    speech: Lang | None
    html: str | None
    issues: tuple[Issue, ...]
    sheets: tuple[str, ...] = ()
    title: str = ""
    late: bool = False


class Composer:
    """Composes the same workbook again and again, remembering what did not change.

    Its reading process ends with `close`.
    """

    def __init__(self) -> None:
        self._reader = Reader()
        self._older: tuple[tuple[object, ...], Issued] | None = None
        self._drawn: dict[tuple[object, ...], dict[str, str]] = {}
        self._latest: dict[tuple[object, ...], dict[str, str]] = {}
        self._passports: tuple[tuple[str, ...], Mapping[str, object]] = (), {}
        self._fragments = Fragments()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process."""
        self._reader.close()

    def show(self, order: Order, stage: Stages) -> tuple[Shown, Callable[[], Shown] | None]:
        """The note for the screen at once, and what finishes it.

        In the first answer a chart whose data changed shows its older picture, and the
        cards behind the numbers tell the sources as they were; both follow.
        """
        checked, changed, issues = self._checked(order, stage)
        own: Lang = "en" if checked.workbook.lang == "en" else "zh"
        speech = own if checked.workbook.opened else None
        lang = order.lang or own
        sheets = tuple(table.name for table in checked.workbook.tables.values())
        theme, problem = _theme(order)
        if problem is not None:
            issues = (*issues, problem)
        analysis = checked.analysis
        if has_errors(issues) or analysis is None or theme is None:
            told = (*issues, *checked.refused)
            return Shown(lang, speech, None, told, sheets), None
        with stage("note"):
            told = tuple(map(checked.redactor.issue, checked.issues))
            draft = draft_note(checked.printed, analysis, lang, order.edition, changed, issues=told)
        title = as_text(draft.cover.title)

        def shown(note: Note, *, late: bool) -> Shown:
            charts = self._charts(note, theme, stage, late=late)
            with stage("html"):
                html = render_html(note, charts, theme, "web", self._fragments)
            return Shown(lang, speech, html, (*issues, *checked.refused), sheets, title, late)

        def finished() -> Shown:
            with stage("sources"):
                note = sourced(draft, checked.printed, analysis, changed)
            self._passports = (lang, order.edition), note.passports
            return shown(note, late=False)

        made_for, passports = self._passports
        if made_for != (lang, order.edition):
            return finished(), None
        return shown(replace(draft, passports=passports), late=True), finished

    def pages(self, order: Order, medium: Medium, stage: Stages) -> tuple[str, Mapping[str, str]]:
        """The finished page of a note that gates refuse to build, to be looked at.

        Raises ValueError when an error stands in the way of the note itself.
        """
        checked, changed, issues = self._checked(order, stage)
        theme, _ = _theme(order)
        if has_errors(issues) or checked.analysis is None or theme is None:
            raise ValueError("there is no note to set")
        lang: Lang = order.lang or ("en" if checked.workbook.lang == "en" else "zh")
        note = _note(checked, changed, lang, order)
        charts = self._charts(note, theme, stage, late=False)
        return render_html(note, charts, theme, medium), charts | theme.parts

    def _checked(
        self, order: Order, stage: Stages
    ) -> tuple[Checked, Comparison | None, tuple[Issue, ...]]:
        path = Path(order.workbook)
        checked = check(path, stage, order.edition, self._reader)
        if not order.since or checked.analysis is None:
            return checked, None, checked.issues
        with stage("since"):
            changed, more = compared(self._old(Path(order.since)), path.name, checked)
        return checked, changed, (*checked.issues, *more)

    def _old(self, path: Path) -> Issued:
        """The issue to compare with, read again only when its file has changed."""
        try:
            seen = path.stat()
            key: tuple[object, ...] = path, seen.st_mtime_ns, seen.st_size
        except OSError:
            key = (path,)
        if self._older is None or self._older[0] != key:
            self._older = key, read_issue(path, Stages(lambda: 0.0, lambda _: None))
        return self._older[1]

    def _charts(self, note: Note, theme: Theme, stage: Stages, *, late: bool) -> dict[str, str]:
        """The pictures of a note. With `late`, older ones stand for those to be drawn."""
        shown: dict[str, str] = {}
        latest: dict[tuple[object, ...], dict[str, str]] = {}
        kept: dict[tuple[object, ...], dict[str, str]] = {}
        with stage("charts"):
            for one in charted(note):
                key = _key(one, note.lang, theme)
                look = _look(one, note.lang, theme)
                found = self._drawn.get(key)
                older = self._latest.get(look)
                if found is None and late and older is not None:
                    latest[look] = older
                else:
                    latest[look] = kept[key] = found or pictures(one, note.lang, theme)
                shown |= latest[look]
        self._drawn = self._drawn | kept if late else kept
        self._latest = latest
        return shown


def _theme(order: Order) -> tuple[Theme | None, Issue | None]:
    """The theme, or what is wrong with it."""
    try:
        folder = Path(order.theme_folder) if order.theme_folder else None
        return load_theme(order.theme, folder), None
    except (ThemeError, MissingTemplateError) as problem:
        return None, theme_issue(order.theme, problem)


def _note(checked: Checked, changed: Comparison | None, lang: Lang, order: Order) -> Note:
    if checked.analysis is None:
        raise ValueError("without an analysis there is no note")
    told = tuple(map(checked.redactor.issue, checked.issues))
    return build_note(checked.printed, checked.analysis, lang, order.edition, changed, issues=told)


def _key(exhibit: Exhibit, lang: Lang, theme: Theme) -> tuple[object, ...]:
    """Everything that a chart's picture depends on."""
    title = as_text(exhibit.title)
    return (exhibit.id, exhibit.body, exhibit.half_width, exhibit.alt, title, lang,
            theme.palette(lang))  # fmt: skip


def _look(exhibit: Exhibit, lang: Lang, theme: Theme) -> tuple[object, ...]:
    """What an older picture must share to stand in for a newer one."""
    return exhibit.id, exhibit.half_width, lang, theme.palette(lang)
