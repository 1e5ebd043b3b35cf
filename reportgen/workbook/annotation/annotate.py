"""The copy of a workbook with its issues: a sheet of them first, then colours and comments.

Only the parts concerned are changed, tag by tag; every other part is copied byte for
byte. What an earlier annotation left is taken out first, so that nothing piles up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text
from reportgen.workbook.addresses import Place, parse_address, range_address
from reportgen.workbook.annotation.book import (
    SheetEntry,
    our_part,
    our_sheets,
    put_first,
    saved_by,
    sheet_entries,
    take_out,
    views,
)
from reportgen.workbook.annotation.cells import Restyle, restyle
from reportgen.workbook.annotation.comments import add_notes, remove_notes
from reportgen.workbook.annotation.issues_sheet import (
    COLUMNS,
    HEAD_ROW,
    SEVERITIES,
    Line,
    sheet_xml,
)
from reportgen.workbook.annotation.marks import SHEET_NAME, block
from reportgen.workbook.annotation.parts import FAULTS, TYPES, Package
from reportgen.workbook.annotation.styles import Styles
from reportgen.workbook.annotation.tags import Edits, Outline, is_sound, outline, tags
from reportgen.workbook.plain import sheet_name

Area = tuple[Place, Place]

_RANKS = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LARGEST_COPY = 500_000_000  # bytes of a file that is looked at before it is replaced
_LARGEST_PART = 50_000_000
_MOST_CELLS = 500_000  # coloured in all; beyond them only the first cell of each issue
_NOTE_LIMIT = 8_000  # letters of a comment; Excel takes 32,767 and shows far fewer
_NO_SECOND_COLOUR = "Calc"  # LibreOffice writes a colour of its own as a fill's second one
_MORE = Text("…… 另有 {} 条，见“{}”表。", "… {} more: see the sheet {}.")
_TALK = Text(
    "（该单元格有对话批注，故只着色。）",
    "(The cell has a conversation, so it was coloured only.)",
)
_SPLIT = re.compile(r"[,\s]+")


class AnnotationError(Exception):
    """No copy can be made; `text` says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(slots=True)
class _Marks:
    """What one sheet's cells are to show."""

    areas: list[tuple[Area, Severity]] = field(default_factory=list)
    notes: dict[Place, list[Issue]] = field(default_factory=dict)


def annotated(path: Path, issues: Iterable[Issue], lang: Lang) -> bytes:
    """A copy of the workbook, with these issues in it, as bytes. The file is only read.

    Raises AnnotationError when the file's parts cannot be understood well enough.
    """
    package: Package | None = None
    try:
        package = Package(path)
        _clean(package)
        _annotate(package, sorted_issues(package, issues), path.name, lang)
        for name, data in package.changed().items():
            if name.endswith((".xml", ".rels")) and not is_sound(data):
                raise AnnotationError(_not_understood(name))
        return package.packed()
    except (OSError, *FAULTS) as fault:
        where = package.latest if package is not None else path.name
        raise AnnotationError(_not_understood(where)) from fault


def is_annotated(path: Path) -> bool:
    """Whether a file is a copy that `annotated` made and no other program has saved since."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_COPY:
            return False
        package = Package(path, largest=_LARGEST_PART)
        ours = {sheet_entries(package)[place].part for place in our_sheets(package)}
    except (OSError, *FAULTS):
        return False
    return our_part(package) in ours


def sorted_issues(package: Package, issues: Iterable[Issue]) -> list[Issue]:
    """Worst first, then by sheet in the workbook's order, down and across."""
    order = {entry.name: number for number, entry in enumerate(sheet_entries(package))}

    def key(issue: Issue) -> tuple[int, int, Place, str]:
        areas = _areas(issue.cell)
        place = areas[0][0] if areas else (0, 0)
        return (_RANKS[issue.severity], order.get(issue.sheet, -1), place, issue.code)

    return sorted(issues, key=key)


def _clean(package: Package) -> None:
    """Take out what an earlier annotation put in."""
    ours = our_sheets(package)
    if not ours:
        return
    for place in reversed(ours):
        take_out(package, place)
    for part in _parts(sheet_entries(package)):
        remove_notes(package, part)
    sheet = package.related(package.book, "styles")
    if sheet:
        styles = Styles(package.xml(sheet), package.main)
        styles.restore(kept=saved_by(package) != _NO_SECOND_COLOUR)
        package.put(sheet, styles.result())


def _annotate(package: Package, issues: Sequence[Issue], file: str, lang: Lang) -> None:
    entries = sheet_entries(package)
    name = sheet_name(SHEET_NAME[lang], [entry.name for entry in entries])
    sheet = package.related(package.book, "styles")
    styles = Styles(package.xml(sheet) if sheet else b"", package.main)
    by_name = {entry.name: entry for entry in entries if entry.kind == "worksheet" and entry.part}
    marks: dict[str, _Marks] = {}
    lines: list[Line] = []
    budget = _MOST_CELLS
    for issue in issues:
        entry = by_name.get(issue.sheet)
        areas = _areas(issue.cell) if entry else []
        lines.append(Line(issue, _target(entry, areas), entry is not None and entry.hidden))
        if entry is None or not areas:
            continue
        mine = marks.setdefault(entry.part, _Marks())
        mine.notes.setdefault(areas[0][0], []).append(issue)
        for first, last in areas:
            size = (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
            whole = size <= budget
            budget -= size if whole else 1
            mine.areas.append(((first, last if whole else first), issue.severity))
    silent: set[tuple[str, Place]] = set()
    for part, mine in marks.items():
        left = _mark(package, part, mine, styles, name=name, lang=lang)
        silent |= {(part, place) for place in left}
    for number, line in enumerate(lines):
        entry, areas = by_name.get(line.issue.sheet), _areas(line.issue.cell)
        if entry and areas and (entry.part, areas[0][0]) in silent:
            lines[number] = Line(line.issue, line.target, line.hidden, _TALK[lang])
    written = sheet_xml(lines, file, lang, styles, main=package.main, views=views(package))
    put_first(package, name, written, HEAD_ROW + max(1, len(lines)), COLUMNS)
    if sheet:
        package.put(sheet, styles.result())
    else:
        usual = "xl/styles.xml"  # some readers look nowhere else
        sheet = package.free_name("xl/styles{}.xml") if package.has(usual) else usual
        package.add(sheet, styles.result(), f"{TYPES}.styles+xml")
        package.relate(package.book, "styles", sheet)


def _mark(
    package: Package, part: str, mine: _Marks, styles: Styles, *, name: str, lang: Lang
) -> frozenset[Place]:
    """Colour the cells of one sheet and give them notes; the cells that got no note."""
    data = package.xml(part)
    sheet = outline(data)
    edits = Edits(data)
    anchors = _anchors(data, sheet, mine.notes)
    wanted: dict[int, dict[int, Severity]] = {}
    for (first, last), severity in mine.areas:
        corner = anchors.get(first, first) if first == last else first
        for row in range(corner[0], max(corner[0], last[0]) + 1):
            cells = wanted.setdefault(row, {})
            for column in range(corner[1], max(corner[1], last[1]) + 1):
                former = cells.get(column, severity)
                cells[column] = min(severity, former, key=_RANKS.__getitem__)
    changes: dict[Severity, Restyle] = {
        severity: partial(styles.coloured, severity=severity) for severity in SEVERITIES
    }
    restyle(
        edits,
        sheet,
        {
            row: {column: changes[severity] for column, severity in cells.items()}
            for row, cells in wanted.items()
        },
    )
    told: dict[Place, list[Issue]] = {}
    for place, issues in mine.notes.items():
        told.setdefault(anchors.get(place, place), []).extend(issues)
    notes = {place: block(_note(issues, name, lang)) for place, issues in told.items()}
    left = add_notes(package, part, sheet, edits, notes)
    package.put(part, edits.result())
    return frozenset(place for place in mine.notes if anchors.get(place, place) in left)


def _note(issues: Sequence[Issue], name: str, lang: Lang) -> str:
    """What a comment says: each issue with its cure, as many as there is room for."""
    said: list[str] = []
    size = 0
    for number, issue in enumerate(issues):
        opening = f"{SEVERITIES[issue.severity][lang]} · {issue.code}"
        text = f"{opening}\n{issue.message[lang].strip()}\n{issue.hint[lang].strip()}".strip()
        size += len(text)
        if size > _NOTE_LIMIT:
            said.append(text[:_NOTE_LIMIT] if not said else "")
            said.append(_MORE[lang].format(len(issues) - max(1, number), name))
            break
        said.append(text)
    return "\n\n".join(text for text in said if text)


def _anchors(data: bytes, sheet: Outline, places: Mapping[Place, object]) -> dict[Place, Place]:
    """For places that a merged cell covers, the corner that shows its style and its note."""
    listed = sheet.child("mergeCells")
    if listed is None:
        return {}
    found: dict[Place, Place] = {}
    for tag in tags(data, "mergeCell", start=listed.inside, end=listed.until):
        for first, last in _areas(tag.get("ref")):
            height, width = last[0] - first[0] + 1, last[1] - first[1] + 1
            inside: Iterable[Place] = places
            if height * width < len(places):
                inside = (
                    (row, column)
                    for row in range(first[0], last[0] + 1)
                    for column in range(first[1], last[1] + 1)
                )
            for place in inside:
                if first[0] <= place[0] <= last[0] and first[1] <= place[1] <= last[1]:
                    found[place] = first
    return found


def _areas(cell: str) -> list[Area]:
    """The areas an address names: B7, A2:C9, or several of them."""
    found: list[Area] = []
    for piece in _SPLIT.split(cell):
        start, _, end = piece.partition(":")
        first, last = parse_address(start), parse_address(end or start)
        if first and last and _on_grid(first) and _on_grid(last):
            rows, columns = sorted((first[0], last[0])), sorted((first[1], last[1]))
            found.append(((rows[0], columns[0]), (rows[1], columns[1])))
    return found


def _on_grid(place: Place) -> bool:
    return 1 <= place[0] <= _LAST_ROW and 1 <= place[1] <= _LAST_COLUMN


def _target(entry: SheetEntry | None, areas: Sequence[Area]) -> str:
    if entry is None:
        return ""
    where = range_address(*areas[0]) if areas else "A1"
    name = entry.name.replace("'", "''")
    return f"'{name}'!{where}"


def _parts(entries: Iterable[SheetEntry]) -> list[str]:
    kept = (entry.part for entry in entries if entry.kind == "worksheet" and entry.part)
    return list(dict.fromkeys(kept))


def _not_understood(what: str) -> Text:
    return Text(
        f"无法制作标注副本：文件中的 {what} 无法识别。"
        "请在 Excel 中打开并另存为新的 .xlsx 后重试；未写入任何文件。",
        f"No annotated copy: {what} in the file is not understood. "
        "Open it in Excel, save a new .xlsx and run again; nothing was written.",
    )
