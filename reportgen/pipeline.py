"""The whole flow, from a workbook to finished files, as one readable function."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.figures import Figure
from reportgen.analysis.since import Comparison
from reportgen.checking import Stages, check
from reportgen.comparing import since
from reportgen.cycles import without_cycle_search
from reportgen.deliver.files import note_name, tidy
from reportgen.deliver.manifest import CORE_NAME, DATA_NAME, Making
from reportgen.deliver.parcel import Parcel, make_parcel
from reportgen.deliver.printed import Printed, printed
from reportgen.deliver.refusals import BusyError, DeliveryError
from reportgen.deliver.revisions import Approval, Identity, deliver
from reportgen.editions.leaks import leak_issues
from reportgen.editions.publish import Edition
from reportgen.exits import BUSY, DONE, GATE_REFUSED, MACHINE_LACKS, USAGE, WORKBOOK_ERRORS
from reportgen.issues import Issue, Severity, has_errors
from reportgen.language import LANGS, Lang, Text
from reportgen.note.build import build_note
from reportgen.note.model import Exhibit, Note, TableData
from reportgen.render.environment import environment
from reportgen.render.orphans import orphan_issues
from reportgen.render.resources import MissingTemplateError
from reportgen.render.theme import Theme, ThemeError, load_theme
from reportgen.render.views import MEDIA, narrow_name
from reportgen.render.worker import PdfWorker, WorkerError
from reportgen.workbook.door import Reader
from reportgen.workbook.tables import Workbook

GATES: Mapping[Edition, tuple[str, ...]] = {
    "client": (
        "publish", "redactions", "internal-figures", "expert-calls", "licence", "orphans", "leaks",
    ),
    "internal": ("publish", "redactions", "internal-figures", "orphans", "leaks"),
}  # fmt: skip
"""What every finished note of an edition has passed, as its manifest says."""

_NO_HINT = Text("", "")  # the sentence says what to do


@dataclass(frozen=True, slots=True)
class Request:
    """What to build, and where to. `must_compare`: not without the file in `since`."""

    workbook: Path
    out: Path
    langs: tuple[Lang, ...] = ("zh", "en")
    edition: Edition = "client"
    formats: frozenset[str] = frozenset({"pdf", "html"})
    since: Path | None = None
    theme: str = "default"
    theme_folder: Path | None = None
    approval: Approval | None = None
    must_compare: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished issue that is not written yet: its files by language and suffix."""

    lang: Lang
    issues: tuple[Issue, ...]
    workbook: Workbook
    notes: Mapping[Lang, Note]
    files: Mapping[tuple[Lang, str], bytes]
    parcel: Parcel
    printed: Mapping[Lang, Printed]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the exit code, the files written and the issues met.

    `lang` is the language to speak to the analyst in. `seconds` has the time of each stage.
    """

    code: int
    lang: Lang
    issues: tuple[Issue, ...]
    files: tuple[Path, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    workbook: Workbook | None = None


def build(
    request: Request,
    lacking: tuple[Issue, ...],
    workers: Mapping[Lang, PdfWorker],
    stage: Stages,
    reader: Reader | None = None,
) -> Outcome:
    """Build every language and format asked for; either all files are written or none.

    For the other parameters see `compose`.
    """
    tidy(request.out)  # also when this build comes to nothing
    made = compose(request, lacking, workers, stage, reader)
    if isinstance(made, Outcome):
        return made
    with stage("write"):
        note = made.notes[request.langs[0]]
        identity = Identity(note.slug, note.cover.issued.date(), request.edition)
        waiting = partial(stage, "wait")
        try:
            found = deliver(
                request.out, identity, made.files, made.parcel, request.approval, waiting=waiting
            )
        except BusyError as problem:
            issues = (*made.issues, Issue("busy", Severity.ERROR, problem.text, _NO_HINT))
            return Outcome(BUSY, made.lang, issues, seconds=stage.seconds)
        except DeliveryError as problem:
            issues = (*made.issues, Issue("not-written", Severity.ERROR, problem.text, _NO_HINT))
            return Outcome(MACHINE_LACKS, made.lang, issues, seconds=stage.seconds)
    held = tuple(_held_issue(name, other) for name, other in found.beside.items())
    return Outcome(
        DONE, made.lang, (*made.issues, *held), found.files, stage.seconds, made.workbook
    )


def compose(
    request: Request,
    lacking: tuple[Issue, ...],
    workers: Mapping[Lang, PdfWorker],
    stage: Stages,
    reader: Reader | None = None,
) -> Composed | Outcome:
    """Make every file of an issue in memory, or say why not.

    `lacking` is what the machine lacks for PDFs and `workers` has a started renderer
    for each language that is wanted as PDF; `reader` is a reading process, if one runs
    already. The caller closes them.
    """
    if "pdf" not in request.formats:
        with PdfWorker(engine=False) as pager:  # starts while the workbook is read
            return _compose(request, lacking, dict.fromkeys(request.langs, pager), stage, reader)
    if has_errors(lacking):
        return Outcome(MACHINE_LACKS, request.langs[0], lacking, seconds=stage.seconds)
    return _compose(request, lacking, workers, stage, reader)


def _compose(
    request: Request,
    lacking: tuple[Issue, ...],
    workers: Mapping[Lang, PdfWorker],
    stage: Stages,
    reader: Reader | None,
) -> Composed | Outcome:
    wants_pdf = "pdf" in request.formats
    checked = check(request.workbook, stage, request.edition, reader)
    lang: Lang = "en" if checked.workbook.lang == "en" else "zh"
    changed, more = since(request.since, request.workbook, checked, stage, reader)
    if request.must_compare:
        more = tuple(map(_as_error, more))
    issues = (*lacking, *checked.issues, *more)
    if has_errors(issues) or checked.analysis is None:
        return Outcome(
            WORKBOOK_ERRORS, lang, issues, seconds=stage.seconds, workbook=checked.workbook
        )
    if checked.refused:
        issues = (*issues, *checked.refused)
        return Outcome(GATE_REFUSED, lang, issues, (), stage.seconds, checked.workbook)
    try:
        theme = load_theme(request.theme, request.theme_folder)
    except (ThemeError, MissingTemplateError) as problem:
        issues = (*issues, theme_issue(request.theme, problem))
        return Outcome(USAGE, lang, issues, seconds=stage.seconds)
    told = tuple(map(checked.redactor.issue, checked.issues))
    both = _notes(request, checked.printed, checked.analysis, changed, stage, issues=told)
    notes = tuple(both[lang] for lang in request.langs)
    drawn = {note.lang: _charts(note, theme, stage) for note in notes}
    if wants_pdf:  # the pages are made, and then set, while we go on
        for note in notes:
            workers[note.lang].typeset(note, drawn[note.lang], theme, MEDIA, paper=True)
    figures = {**checked.analysis.figures, **_compared(changed)}
    with stage("manifest"):
        parcel = make_parcel(
            _making(request, theme),
            both,
            figures=figures,
            printed_rows=checked.printed,
            issues=told,
            gates=GATES[request.edition],
        )
    try:
        screens, pages = _pages(notes, drawn, theme, workers, stage, paper=wants_pdf)
    except WorkerError as problem:
        issues = (*issues, Issue("page-failed", Severity.ERROR, problem.text, _NO_HINT))
        return Outcome(MACHINE_LACKS, lang, issues, seconds=stage.seconds)
    with stage("manifest"):
        told_by = {
            lang: printed(both[lang], page, [drawn[lang][one.id] for one in charted(both[lang])])
            for lang, page in pages.items()
        }
    for note_lang, said in told_by.items():
        workers[note_lang].attach(parcel.attachments(said))
    files = {
        (note.lang, "html"): screens[note.lang].encode()
        for note in notes
        if "html" in request.formats
    }
    with stage("search"):
        named = {_name(note, "html"): files[note.lang, "html"] for note in notes if files}
        beside = {DATA_NAME: parcel.data, CORE_NAME: parcel.core_bytes}
        found = [
            *_orphans(notes, figures, drawn, screens, pages),
            *leak_issues(named | beside, checked.redactor),
        ]
    if wants_pdf:
        try:
            for note in notes:  # one is searched while the other is still being set
                name, page = _name(note, "pdf"), pages[note.lang]
                with stage("pdf"):
                    paper = files[note.lang, "pdf"] = workers[note.lang].result()
                with stage("search"):
                    searched = tuple(beside.values())
                    found += leak_issues({name: paper}, checked.redactor, {name: page}, searched)
        except WorkerError as problem:
            issues = (*issues, _render_issue(problem.text))
            return Outcome(MACHINE_LACKS, lang, issues, seconds=stage.seconds)
    if found:
        return Outcome(GATE_REFUSED, lang, (*issues, *found), (), stage.seconds)
    return Composed(lang, issues, checked.workbook, both, files, parcel, told_by)


def _pages(
    notes: tuple[Note, ...],
    drawn: Mapping[Lang, Mapping[str, str]],
    theme: Theme,
    workers: Mapping[Lang, PdfWorker],
    stage: Stages,
    *,
    paper: bool,
) -> tuple[dict[Lang, str], dict[Lang, str]]:
    """The notes as HTML for the screen and, with `paper`, for print. Raises WorkerError.

    Those for paper have been handed over already.
    """
    screens: dict[Lang, str] = {}
    pages: dict[Lang, str] = {}
    for note in notes:
        with stage("html"):
            worker = workers[note.lang]
            if not paper:
                worker.typeset(note, drawn[note.lang], theme, ("web",))
            made = worker.pages()
        screens[note.lang] = made["web"]
        if paper:
            pages[note.lang] = made["print"]
    return screens, pages


def _compared(changed: Comparison | None) -> dict[str, Figure]:
    """The figures that only the comparison with the last issue knows."""
    return {one.id: one for one in (changed.figures() if changed else ())}


def _making(request: Request, theme: Theme) -> Making:
    since = request.since.read_bytes() if request.since and request.since.is_file() else None
    versions = environment(theme)
    return Making(request.workbook.read_bytes(), since, request.edition, request.theme, versions)


def _orphans(
    notes: tuple[Note, ...],
    known: Collection[str],
    drawn: Mapping[Lang, Mapping[str, str]],
    screens: Mapping[Lang, str],
    pages: Mapping[Lang, str],
) -> Iterator[Issue]:
    """Numbers without an origin in the finished pages, those on paper included."""
    for note in notes:
        screen, pictures = screens[note.lang], drawn[note.lang]
        name = _name(note, "html")
        yield from orphan_issues(name, screen, known, pictures, names=note.names)
        if note.lang in pages:
            page = pages[note.lang]
            name = _name(note, "pdf")
            yield from orphan_issues(name, page, known, pictures, screen, names=note.names)


def _notes(
    request: Request,
    printed: Workbook,
    analysis: Analysis,
    changed: Comparison | None,
    stage: Stages,
    *,
    issues: tuple[Issue, ...],
) -> dict[Lang, Note]:
    """The note in both languages, whichever are wanted: the manifest tells of both."""
    with stage("note"), without_cycle_search():
        return {
            lang: build_note(printed, analysis, lang, request.edition, changed, issues=issues)
            for lang in LANGS
        }


def _name(note: Note, suffix: str) -> str:
    return note_name(note.slug, note.cover.issued.date(), note.lang, suffix)


def _charts(note: Note, theme: Theme, stage: Stages) -> dict[str, str]:
    with stage("charts"):
        found = theme.parts
        for exhibit in charted(note):
            found |= pictures(exhibit, note.lang, theme)
        return found


def charted(note: Note) -> list[Exhibit]:
    """The exhibits of a note that are charts."""
    return [one for one in note.exhibits() if not isinstance(one.body, TableData)]


def pictures(exhibit: Exhibit, lang: Lang, theme: Theme) -> dict[str, str]:
    """The picture of a chart exhibit and, of a wide one, a second for narrow screens, by name."""
    from reportgen.charts.draw import FULL_MM, HALF_MM, draw_chart  # noqa: PLC0415 - only for charts
    from reportgen.note.text import as_text  # noqa: PLC0415

    if isinstance(exhibit.body, TableData):
        raise TypeError("a table is not drawn")
    draw = partial(
        draw_chart,
        exhibit.body,
        exhibit_id=exhibit.id,
        lang=lang,
        palette=theme.palette(lang),
        alt=exhibit.alt,
        title=as_text(exhibit.title),
    )
    if exhibit.half_width:
        return {exhibit.id: draw(width_mm=HALF_MM)}
    return {exhibit.id: draw(width_mm=FULL_MM), narrow_name(exhibit.id): draw(width_mm=HALF_MM)}


def theme_issue(name: str, problem: ThemeError | MissingTemplateError) -> Issue:
    """Why a theme cannot be used."""
    why = problem.text if isinstance(problem, ThemeError) else Text.same(str(problem))
    message = Text(f"主题 {name} 无法使用：{why.zh}。", f"Theme {name} is unusable: {why.en}.")
    hint = Text(
        "请改正该文件，或在 reportgen.toml 中换一个主题。",
        "Mend that file, or choose another theme in reportgen.toml.",
    )
    return Issue("theme-unusable", Severity.ERROR, message, hint)


def _as_error(issue: Issue) -> Issue:
    """The last issue's file was asked for: a note without the comparison is not what was meant."""
    if issue.code != "since-unusable":
        return issue
    return replace(issue, severity=Severity.ERROR)


def _render_issue(text: Text) -> Issue:
    hint = Text(
        "已有文件未改动；可先用 --format html。",
        "Existing files are untouched; --format html still works.",
    )
    return Issue("pdf-failed", Severity.ERROR, text, hint)


def _held_issue(name: str, other: str) -> Issue:
    message = Text(
        f"{name} 无法替换（正被其他程序打开，或没有写入权限），仍是旧版本；"
        f"新版本已另存为 {other}。",
        f"{name} cannot be replaced (another program has it open, or writing is not allowed) and "
        f"is still the old version; the new one is {other}.",
    )
    hint = Text(
        "请关闭该文件或取得写入权限，然后重新生成。",
        "Close it, or get the right to write it, and build again.",
    )
    return Issue("file-held", Severity.WARNING, message, hint)
