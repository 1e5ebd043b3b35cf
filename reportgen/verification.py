"""Is this PDF really from that workbook? The whole check, as one readable function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.checking import Stages
from reportgen.deliver.finished import UnfinishedError, finished_issue
from reportgen.deliver.manifest import sha256
from reportgen.deliver.reading import NotePdf, UnreadableNoteError, page_texts, read_note
from reportgen.deliver.verify import (
    Difference,
    figure_differences,
    first_few,
    inconsistencies,
    neighbours,
    number_differences,
    text_differences,
)
from reportgen.editions.publish import EDITIONS, Edition
from reportgen.exits import DONE, USAGE, WORKBOOK_ERRORS
from reportgen.issues import Issue
from reportgen.language import Lang, Text
from reportgen.pipeline import Composed, Outcome, Request, compose
from reportgen.plain_files import plain_bytes
from reportgen.render.environment import differing
from reportgen.render.theme import MissingThemeError, ThemeError, load_theme
from reportgen.render.worker import PdfWorker

DIFFERS = 1
Renderers = Callable[[Lang], tuple[tuple[Issue, ...], Mapping[Lang, PdfWorker]]]
"""Starts what renders a language, and says what the machine lacks for it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: the exit code, the language to say it in, and the lines to say.

    `issues` are those of a workbook that could not be built again, to be said in both
    languages when it could not even be opened. The lines tell the first few of the differences.
    """

    code: int
    lang: Lang
    lines: tuple[str, ...]
    issues: tuple[Issue, ...] = ()
    differences: tuple[Difference, ...] = ()
    in_both: bool = False


def verify(
    note_path: Path,
    workbook: Path | None,
    since: Path | None,
    renderers: Renderers,
    stage: Stages,
    *,
    theme_folder: Path | None = None,
) -> Verdict:
    """Hold a note against its workbook, or against itself when there is none.

    "Same bytes" and "consistent" are exit code 0, any difference is 1, and a file that
    cannot be checked is 2. Without the workbook nothing is ever called authentic.
    """
    try:
        if note_path.is_dir():
            note_path = _pdf_in(note_path)
        note = read_note(plain_bytes(note_path))
    except OSError as problem:
        return _unusable(_unreadable(note_path, problem))
    except UnreadableNoteError as problem:
        return _unusable(problem.text)
    if workbook is None:
        return _alone(note, note_path)
    for path in (workbook, since):
        if path is not None and not path.is_file():
            return _unusable(_missing(path))
    if _edition(note) is None:
        return _unusable(_UNKNOWN_OPTIONS)
    if note.core["inputs"].get("since") and since is None:
        return _unusable(_needs_since(note, workbook))
    try:
        load_theme(_theme(note), theme_folder)
    except MissingThemeError:
        return _unusable(_without_theme(_theme(note)))
    except ThemeError as problem:
        return _unusable(problem.text)
    return _again(note, workbook, since, renderers, stage, theme_folder=theme_folder)


def _alone(note: NotePdf, path: Path) -> Verdict:
    found = (*inconsistencies(note), *neighbours(path, note.content))
    if found:
        return _verdict(DIFFERS, note, _INCONSISTENT, found)
    return _verdict(DONE, note, _CONSISTENT, ())


def _again(
    note: NotePdf,
    workbook: Path,
    since: Path | None,
    renderers: Renderers,
    stage: Stages,
    *,
    theme_folder: Path | None,
) -> Verdict:
    """Make the note again and compare: bytes where versions agree, figures in any case."""
    lacking, workers = renderers(note.lang)
    request = Request(
        workbook=workbook,
        out=Path(),
        langs=(note.lang,),
        edition=_edition(note) or "client",
        formats=frozenset({"pdf"}),
        since=since if note.core["inputs"].get("since") else None,
        theme=_theme(note),
        theme_folder=theme_folder,
    )
    made = compose(request, lacking, workers, stage)
    if isinstance(made, Outcome):
        code = DIFFERS if made.code == WORKBOOK_ERRORS else made.code
        opened = made.workbook is None or made.workbook.opened
        lines = (_NOT_BUILT[note.lang],) if opened else (_NOT_BUILT.zh, _NOT_BUILT.en)
        return Verdict(code, note.lang, lines, made.issues, in_both=not opened)
    return _compared(note, made, _other_inputs(note, workbook, since))


def _compared(note: NotePdf, made: Composed, others: tuple[Text, ...]) -> Verdict:
    again = made.files[note.lang, "pdf"]
    core: Mapping[str, Any] = made.parcel.core
    if again == note.content:
        return _verdict(DONE, note, _SAME_BYTES, ())
    versions = differing(note.core["versions"], core["versions"])
    if versions:
        others = (*others, _versions(versions))
    found = figure_differences(note.core, core)
    told, passports = made.printed[note.lang].as_json(), core["passports"]
    if not found and versions:
        found = number_differences(note, told, passports)
    elif not found:
        found = text_differences(note, page_texts(again), told, passports)
    found = (*found, *_changed_inside(note))
    if found:
        return _verdict(DIFFERS, note, _DIFFERENT, found, others)
    if others:
        return _verdict(DONE, note, _SAME_FIGURES, (), others)
    return _verdict(DIFFERS, note, _OTHER_BYTES, ())


def _changed_inside(note: NotePdf) -> tuple[Difference, ...]:
    """Attachments that are not what the core names, whatever the workbook says."""
    return tuple(one for one in inconsistencies(note) if not one.figure and not one.cells)


def _theme(note: NotePdf) -> str:
    return str(note.core["options"].get("theme", "default"))


def _without_theme(name: str) -> Text:
    return Text(
        f"这份纪要所用的主题 {name} 不在这里，因此无法重新生成。请在放有该主题文件的文件夹中运行，"
        "或去掉 --workbook。",
        f"The theme {name} that this note was made with is not here, so the note cannot be made "
        "again. Run this in the folder that has its file, or leave out --workbook.",
    )


def _edition(note: NotePdf) -> Edition | None:
    named = note.core["options"].get("edition")
    return next((edition for edition in EDITIONS if edition == named), None)


def _other_inputs(note: NotePdf, workbook: Path, since: Path | None) -> tuple[Text, ...]:
    """A sentence for each input file that is not the recorded one."""
    told: list[Text] = []
    inputs = note.core["inputs"]
    if sha256(plain_bytes(workbook)) != inputs["workbook"].get("sha256"):
        told.append(
            Text(
                f"{workbook.name} 不是当时所用的文件（哈希不同），因此只比较数字与文字。",
                f"{workbook.name} is not the file that was used (its hash differs), so figures "
                "and text are compared instead of bytes.",
            )
        )
    recorded = inputs.get("since")
    if since is not None and recorded and sha256(plain_bytes(since)) != recorded.get("sha256"):
        told.append(
            Text(
                f"上期文件 {since.name} 不是当时所用的文件。",
                f"The previous issue's file {since.name} is not the one that was used.",
            )
        )
    return tuple(told)


def _verdict(
    code: int,
    note: NotePdf,
    says: Text,
    found: tuple[Difference, ...],
    notes: tuple[Text, ...] = (),
) -> Verdict:
    lines = (says[note.lang], *(f"  {one[note.lang]}" for one in notes))
    told = (*lines, *(f"  {line}" for line in first_few(found, note.lang)))
    return Verdict(code, note.lang, told, differences=found)


def _unusable(text: Text) -> Verdict:
    return Verdict(USAGE, "zh", (text.zh, text.en))


_SAME_BYTES = Text(
    "字节完全相同：这份 PDF 就是由该工作簿、同样的选项与版本写出的。",
    "Same bytes: this PDF is what the workbook gives with the recorded options and versions.",
)
_SAME_FIGURES = Text(
    "数字相同：PDF 中的每个数字都与工作簿重算所得一致；字节未作比较，因为：",
    "Same figures: every number in the PDF is what the workbook gives. Bytes were not compared, "
    "because:",
)
_DIFFERENT = Text("不一致：", "Differs:")
_OTHER_BYTES = Text(
    "不一致：数字与文字相同，但字节不同，PDF 的其他部分（如图形、元数据）被改过。",
    "Differs: figures and text are the same but the bytes are not; something else in the PDF "
    "(pictures, metadata) was changed.",
)
_CONSISTENT = Text(
    "自洽：PDF 的文字和附件与其内的清单一致。这不证明来源；请加 --workbook 重算核对。",
    "Consistent: the PDF's text and attachments agree with the manifest inside it. This does "
    "not prove where it comes from; give --workbook to make it again.",
)
_INCONSISTENT = Text("不自洽：", "Not consistent:")
_NOT_BUILT = Text(
    "无法由该工作簿重新生成，因此不能说它们一致：",
    "The note cannot be made again from this workbook, so they do not agree:",
)
_UNKNOWN_OPTIONS = Text(
    "清单所记的版本（client/internal）无法识别，不能重新生成；不带 --workbook 仍可核对。",
    "The manifest names an edition that is not known, so the note cannot be made again; "
    "without --workbook it can still be checked.",
)


def _versions(differences: tuple[str, ...]) -> Text:
    listed = ", ".join(differences)
    return Text(f"程序、字体或模板的版本不同：{listed}", f"Other versions: {listed}")


def _pdf_in(folder: Path) -> Path:
    """The PDF of an edition's folder. Raises UnreadableNoteError where it has not just one."""
    try:
        home = finished_issue(folder).folder
    except UnfinishedError as problem:
        raise UnreadableNoteError(problem.text) from problem
    found = sorted(home.glob("*.pdf"))
    if len(found) == 1:
        return found[0]
    names = [path.name for path in found]
    raise UnreadableNoteError(
        Text(
            f"{home} 中有 {len(names)} 份 PDF，请指定其一：{'、'.join(names)}。"
            if names
            else f"{home} 中没有 PDF。请指定 reportgen build 写出的 PDF。",
            f"{home} holds {len(names)} PDFs; name one: {', '.join(names)}."
            if names
            else f"{home} holds no PDF. Name a PDF that reportgen build wrote.",
        )
    )


def _needs_since(note: NotePdf, workbook: Path) -> Text:
    """The previous issue is wanted too; another workbook than the recorded one is told first."""
    other = Text("", "")
    if sha256(plain_bytes(workbook)) != note.core["inputs"]["workbook"].get("sha256"):
        other = Text(
            f"{workbook.name} 不是这份纪要当时所用的工作簿（哈希不同），请核对是否选错。",
            f"{workbook.name} is not the workbook that this note was made from (its hash "
            "differs): is it the right one? ",
        )
    return Text(
        f"{other.zh}这份纪要与上期作过对比。请用 --since 指定当时的上期文件。",
        f"{other.en}This note was compared with the previous issue. Give that issue's file with "
        "--since.",
    )


def _missing(path: Path) -> Text:
    return Text(f"找不到文件 {path}。请检查路径。", f"There is no file {path}. Check the path.")


def _unreadable(path: Path, problem: OSError) -> Text:
    reason = problem.strerror or type(problem).__name__
    return Text(
        f"无法读取 {path}（{reason}）。请检查路径。",
        f"Cannot read {path} ({reason}). Check the path.",
    )
