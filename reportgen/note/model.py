"""The note as data: everything that will be printed, nothing of how it will look.

A Note is in one language: every number is already text, and every run of text
knows what it is, so that templates add looks only and a later stage can account
for each digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from reportgen.language import Lang

RunKind = Literal["text", "figure", "name", "quote", "ref", "time", "const", "legal"]
"""What a run is. Digits may stand in every kind but "text"."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line. `figure` is the figure's id, `value` its plain number (both for figures).

    `mark` is a short sign of weakness ("†") printed after a figure; `datetime` is
    the machine form of a "time" run.
    """

    text: str
    kind: RunKind = "text"
    figure: str = ""
    value: float | None = None
    strong: bool = False
    mark: str = ""
    datetime: str = ""


Line = tuple[Run, ...]
"""One line or paragraph of runs."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `lead` is the bold opening of a key point."""

    line: Line
    lead: Line = ()


@dataclass(frozen=True, slots=True)
class BulletList:
    """A bulleted list."""

    items: tuple[Line, ...]


# ---- exhibits -------------------------------------------------------------------------------

ColumnKind = Literal["text", "number", "range", "short"]


@dataclass(frozen=True, slots=True)
class Column:
    """A table column. `unit` stands once, under the heading. `wide` asks for more room.

    kind "number" lines up on the decimal point; "range" on the dash; "short" is
    centred text that never wraps; "text" wraps.
    """

    title: str
    kind: ColumnKind = "text"
    unit: Line = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of lines, one a column. `group` rows are sub-headings that span the table.

    `shades` are the grounds of the cells from 0 (lightest) to 1, None for none;
    `base` is the place of the cell that holds the base case.
    """

    cells: tuple[Line, ...]
    emphasis: bool = False
    group: bool = False
    direction: Literal["", "up", "down"] = ""
    shades: tuple[float | None, ...] = ()
    base: int | None = None


@dataclass(frozen=True, slots=True)
class TableData:
    """The body of a table exhibit.

    `compact` is for wide tables in small type. `entries` is for long lists of
    evidence: on paper each row is set as one run-in entry, in two columns.
    """

    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    compact: bool = False
    entries: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawn value. Numbers are in the scale that the axis prints (see `unit`).

    An open end is None. `text` is the direct label; `figure` the figure's id.
    `hollow` draws a weak or older value, `emphasis` the newest or base value.
    """

    low: float | None
    point: float | None
    high: float | None
    text: str
    figure: str = ""
    hollow: bool = False
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """Values by category with ranges as error bars (rents by model, prices by config).

    One or more series share the categories; a missing mark is None.
    """

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[Mark | None, ...]], ...]
    unit: str
    zero: bool = True


@dataclass(frozen=True, slots=True)
class Bars:
    """One horizontal bar a category, with its range; `reference` draws a band or a line.

    Used for changes (signed), paybacks, premia, shares.
    """

    categories: tuple[str, ...]
    marks: tuple[Mark, ...]
    unit: str
    signed: bool = False
    reference: tuple[float, float, str] | None = None


@dataclass(frozen=True, slots=True)
class Moves:
    """From an old to a new value, one row a category (dumbbell)."""

    categories: tuple[str, ...]
    old: tuple[Mark, ...]
    new: tuple[Mark, ...]
    old_name: str
    new_name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One or more lines over ordered positions: terms (1y, 3y, 5y), years, dates.

    `positions` are the x labels in order; `at` their numeric places (months,
    ordinal days), so that distances are true. A missing mark is None: the line breaks
    there, or passes over it where lines are `joined`.
    """

    positions: tuple[str, ...]
    at: tuple[float, ...]
    series: tuple[tuple[str, tuple[Mark | None, ...]], ...]
    unit: str
    zero: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Stacks:
    """Parts of a whole, one stacked horizontal bar a category (cost structure, training share).

    `parts[i]` belongs to `names[i]`; each category has one mark a part, drawn by
    its middle, labelled by its text. `total` is where the whole ends (100 for %).
    """

    categories: tuple[str, ...]
    names: tuple[str, ...]
    marks: tuple[tuple[Mark, ...], ...]
    unit: str
    total: float = 100


ChartData = Levels | Bars | Moves | Curve | Stacks


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A numbered table or chart.

    `id` is stable ("rents-by-model"), `number` its place in the one series.
    `title` states the finding, `subtitle` the measure and unit, `source` the
    sources, `notes` the method. `alt` is the text alternative of a chart.
    """

    id: str
    number: int
    title: Line
    subtitle: Line
    body: TableData | ChartData
    source: Line
    notes: tuple[Line, ...] = ()
    alt: str = ""
    half_width: bool = False


Block = Paragraph | BulletList | Exhibit


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the note: `id` is stable and becomes the anchor."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    contents: bool = True


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number of the side column on page one."""

    label: str
    value: Run
    unit: Line
    detail: Line = ()
    direction: Literal["", "up", "down"] = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """Page one. `kind` is what the document is (产业调研纪要), `standing` what it is not."""

    kind: str
    standing: str
    house: str
    title: Line
    subtitle: Line
    issued: datetime
    issued_text: Run
    authors: tuple[Line, ...]
    caveat: Line
    key_points: tuple[Paragraph, ...]
    key_figures: tuple[KeyFigure, ...]
    changes: tuple[Line, ...] = ()
    licence: str = ""
    rating: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of the page furniture in the note's language, by key."""

    by_key: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.by_key[key]


@dataclass(frozen=True, slots=True)
class Origin:
    """One row with its cells, or one result with its rows; `anchor` is where links lead."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class OriginGroup:
    """The rows that an exhibit quotes, or the results of one formula.

    `common` are rows told elsewhere: in the rows of another exhibit, or what every
    result of the formula rests on.
    """

    title: str
    entries: tuple[Origin, ...]
    anchor: str = ""
    common: str = ""


@dataclass(frozen=True, slots=True)
class Origins:
    """The sources of figures: an appendix on paper. `anchors` has the place of each figure."""

    quoted: tuple[OriginGroup, ...] = ()
    computed: tuple[OriginGroup, ...] = ()
    anchors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """The whole document in one language and edition."""

    lang: Lang
    edition: str
    slug: str
    cover: Cover
    sections: tuple[Section, ...]
    words: Words
    disclosures: tuple[Paragraph, ...] = ()
    keywords: tuple[str, ...] = ()
    passports: Mapping[str, object] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    origins: Origins = Origins()

    def exhibits(self) -> tuple[Exhibit, ...]:
        """Every exhibit in order."""
        return tuple(
            block
            for section in self.sections
            for block in section.blocks
            if isinstance(block, Exhibit)
        )
