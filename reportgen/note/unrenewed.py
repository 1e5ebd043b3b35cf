"""Prose that came over from the last issue word for word, while what it speaks of moved.

Figures in a text renew themselves, its words do not. Nothing here is wrong for certain:
"H200 leads" may well hold at the new price. So these are remarks, one a paragraph, and
only for sentences that say something: a label with its number is right by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.figures import Figure
from reportgen.analysis.since import prints_alike
from reportgen.dates import When
from reportgen.issues import Issue, Severity
from reportgen.language import LANGS, Lang, Text, count_of
from reportgen.wording import quantity_text
from reportgen.workbook.tables import Row, Workbook

_FIGURE = re.compile(r"\[\[\s*([^\[\]|]+?)\s*(?:\|[^\[\]]*)?\]\]")
_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z][A-Za-z’'-]+")
_LEAST = {"zh": 8, "en": 6}
"""Characters and words besides the figures from which on a sentence says something."""
_TITLES = ("title", "subtitle")
_COUNTS = re.compile(r"count\.|since\.|fx$")  # they change with every issue and carry no view
_NAMED = 2
_SHOWN = 60  # characters of a sentence
_MARKETS = {"rents": "rent", "purchases": "purchase"}
_RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "rents": ("Prices",),
    "purchases": ("Prices",),
    "economics": ("Prices",),
    "supply": ("Survey",),
    "users": ("Survey",),
    **dict.fromkeys(("key_points", "changes", *_TITLES), ("Prices", "Survey")),
}
"""The evidence that a section judges. Risks, method and disclosures may stand for years."""
_REREAD = Text(
    "请重读：这句话现在还成立吗？成立则无需处理。",
    "Reread it: is it still true? If it is, nothing is needed.",
)


@dataclass(frozen=True, slots=True)
class LastIssue:
    """What prose is held against: the last workbook, its figures and its date.

    The old values of figures named in `withheld` are not said again.
    """

    workbook: Workbook
    figures: Mapping[str, Figure]
    date: When | None
    withheld: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Paragraph:
    row: Row
    column: str
    section: str
    lang: Lang
    sheet: str

    @property
    def text(self) -> str:
        return self.row.text(self.column)

    @property
    def sentences(self) -> list[str]:
        return [one for part in _SENTENCE.split(self.text) if (one := part.strip())]


def unrenewed(
    last: LastIssue, workbook: Workbook, figures: Mapping[str, Figure]
) -> tuple[Issue, ...]:
    """Remarks on paragraphs and titles of `workbook` that stand as they stood in the last issue.

    `workbook` is what gets printed. Of the two languages of a paragraph one is named, that
    of the workbook first.
    """
    before: dict[Lang, set[str]] = {lang: set() for lang in LANGS}
    for paragraph in _paragraphs(last.workbook):
        before[paragraph.lang].update(map(_plain, paragraph.sentences))
    said: set[tuple[object, ...]] = set()
    issues: list[Issue] = []
    for paragraph in sorted(_paragraphs(workbook), key=lambda one: one.lang != workbook.lang):
        old = [one for one in paragraph.sentences if _plain(one) in before[paragraph.lang]]
        issue = _moved(paragraph, old, last, workbook, figures) or (
            _overtaken(paragraph, last, workbook)
            if old and len(old) == len(paragraph.sentences)
            else None
        )
        place = (paragraph.section, paragraph.row.values.get("order"), issue and issue.code)
        if issue is not None and place not in said:
            said.add(place)
            issues.append(issue)
    return tuple(issues)


def _paragraphs(workbook: Workbook) -> Iterator[_Paragraph]:
    for row in workbook["Views"]:
        for lang in LANGS:
            if row.text("language") == lang:
                sheet = workbook["Views"].name
                yield _Paragraph(row, "text", row.text("section"), lang, sheet)
    for title in _TITLES:
        for lang in LANGS:
            found = workbook.note.get(f"{title}_{lang}")
            if found is not None:
                yield _Paragraph(found, "value", title, lang, workbook["Note"].name)


def _plain(sentence: str) -> str:
    """A sentence as it is compared: blanks and emphasis aside."""
    return re.sub(r"[\s*_]+", "", sentence)


# ---- figures that moved ---------------------------------------------------------------------


def _moved(
    paragraph: _Paragraph,
    sentences: Sequence[str],
    last: LastIssue,
    workbook: Workbook,
    figures: Mapping[str, Figure],
) -> Issue | None:
    """The first old sentence that speaks of figures which print otherwise now."""
    for sentence in sentences:
        if not _says_something(sentence, paragraph.lang):
            continue
        names = dict.fromkeys(_FIGURE.findall(sentence))
        moved = [
            name
            for name in names
            if not _COUNTS.match(name)
            and name in figures
            and name in last.figures
            and not prints_alike(last.figures[name], figures[name])
        ]
        if moved:
            told = [_told(name, last, figures) for name in moved[:_NAMED]]
            more = len(moved) - len(told)
            zh, en = "、".join(one.zh for one in told), ", ".join(one.en for one in told)
            says = Text(
                f"与上期一字不差，而 {zh}{f' 等 {len(moved)} 个数字' * (more > 0)}有变："
                f"“{_short(sentence)}”",
                f"Word for word the last issue's, while {en}"
                f"{f' and {more} more' * (more > 0)} changed: “{_short(sentence)}”",
            )
            return _issue(paragraph, workbook, "prose-unchanged", says)
    return None


def _says_something(sentence: str, lang: Lang) -> bool:
    words = _FIGURE.sub(" ", sentence)
    found = (_CHINESE if lang == "zh" else _WORD).findall(words)
    return len(found) >= _LEAST[lang]


def _told(name: str, last: LastIssue, figures: Mapping[str, Figure]) -> Text:
    if name in last.withheld:
        return Text.same(name)
    old, new = (
        {lang: quantity_text(one.quantity, lang, signed=one.signed) for lang in LANGS}
        for one in (last.figures[name], figures[name])
    )
    return Text(f"{name}（{old['zh']} → {new['zh']}）", f"{name} ({old['en']} → {new['en']})")


def _short(sentence: str) -> str:
    said = sentence.replace("**", "").strip()
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"


# ---- evidence that is newer -----------------------------------------------------------------


def _overtaken(paragraph: _Paragraph, last: LastIssue, workbook: Workbook) -> Issue | None:
    """A paragraph without figures, all of it old, where its evidence is newer than it."""
    if last.date is None or _FIGURE.search(paragraph.text):
        return None
    market = _MARKETS.get(paragraph.section)
    newer = [
        (row.id, when)
        for key in _RESTS_ON.get(paragraph.section, ())
        for row in workbook[key]
        if (when := row.when()) is not None and when.start > last.date.end
        and market in (None, row.text("market"))
    ]  # fmt: skip
    if not newer:
        return None
    row_id, newest = max(newer, key=lambda one: one[1].order)
    says = Text(
        f"与上期（{last.date.text('zh')}）一字不差，而此后又有 {len(newer)} 行证据，最新为 "
        f"{row_id}（{newest.text('zh')}）：“{_short(paragraph.text)}”",
        f"Word for word the last issue's of {last.date.text('en')}, before "
        f"{count_of(len(newer), 'row')} of evidence, the latest {row_id} of "
        f"{newest.text('en')}: “{_short(paragraph.text)}”",
    )
    return _issue(paragraph, workbook, "prose-before-evidence", says)


def _issue(paragraph: _Paragraph, workbook: Workbook, code: str, says: Text) -> Issue:
    cell = paragraph.row.cell(paragraph.column)
    return Issue(
        code, Severity.REMARK, says, _REREAD,
        workbook.file, paragraph.sheet, cell.cell if cell else "", paragraph.row.id,
    )  # fmt: skip
