"""A finished page searched for orphans: numbers that nothing accounts for.

Every digit, of any script, must stand inside an element that says what it is: a figure
with its name, a `<time>`, or a name, quote, reference, constant or legal text; a number
in words must be a figure or in a quote. Text that cannot hold elements (an attribute,
a chart's title and description) may repeat what is marked in the thing it describes, and
names and dates: a chart shortens a long name that its description has in full.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree, html

from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.note.marking import named
from reportgen.note.text import plain
from reportgen.numerals import clause_around, measures, numerals

_CLASSES = frozenset({"name", "quote", "ref", "const", "legal", "time"})
_SPEAKING = frozenset(
    {"alt", "title", "label", "placeholder", "summary", "data-running", "data-house",
     "data-reminder", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"}
)  # fmt: skip
_META = ("description", "keywords", "author")
_SILENT = frozenset({"script", "style", "template"})
_INLINE = frozenset(
    {"a", "abbr", "b", "br", "cite", "code", "data", "em", "i", "q", "small", "span", "strong",
     "sub", "sup", "time", "tspan"}
)  # fmt: skip
_DESCRIBED = "exhibit"  # the class of what a chart's words describe
_HIDDEN = "\ufffc"  # stands for a marked letter while its surroundings are searched


@dataclass(frozen=True, slots=True)
class Orphan:
    """A number without a passport: which, in what sentence, where on the page.

    `element` is the place for whoever mends a template, `section` for whoever writes.
    """

    number: str
    sentence: str
    section: str
    element: str


@dataclass(slots=True)
class _Block:
    """The text of one block: as printed, and with what is accounted for hidden."""

    printed: list[str] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)

    def add(self, text: str | None, *, marked: bool) -> None:
        if text:
            self.printed.append(text)
            self.searched.append(_HIDDEN * len(text) if marked else text)


def find_orphans(
    page: str,
    figures: Collection[str],
    pictures: Mapping[str, str] | None = None,
    screen: str | None = None,
    *,
    names: Sequence[str] = (),
) -> tuple[Orphan, ...]:
    """Every orphan of a page in HTML, in reading order.

    `figures` are the names there are; `pictures` have the SVG of the charts that stand
    outside the page, by the end of their address. Tables on paper carry no marks: give
    the page for the `screen`, and its tables account for equal ones. `names` are those
    that only the workbook knows, see `known_names`.
    """
    root = html.document_fromstring(page)
    twins = _tables(html.document_fromstring(screen)) if screen is not None else {}
    search = _Search(frozenset(figures), pictures or {}, twins, names)
    return tuple(search.walk(root))


def _tables(root: etree._Element) -> dict[str, list[str]]:
    """The texts of the cells of each exhibit's table, by the exhibit's element id."""
    return {
        figure.get("id", ""): [
            _text(cell) for table in figure.iter("table") for cell in table.iter("td", "th")
        ]
        for figure in root.iter("figure")
    }


def _text(element: etree._Element) -> str:
    """The text of an element without what only one medium shows, blanks taken out."""
    parts: list[str] = []

    def collect(part: etree._Element) -> None:
        if isinstance(part.tag, str) and "heard" not in _classes(part):
            parts.append(part.text or "")
            for child in part:
                collect(child)
                parts.append(child.tail or "")

    collect(element)
    return re.sub(r"\s+", "", "".join(parts))


def _classes(element: etree._Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


class _Search:
    """One walk over one page."""

    def __init__(
        self,
        figures: frozenset[str],
        pictures: Mapping[str, str],
        twins: Mapping[str, list[str]],
        names: Sequence[str],
    ) -> None:
        self._figures = figures
        self._pictures = pictures
        self._twins = twins
        self._names = names
        self._accounted: dict[etree._Element, frozenset[str]] = {}

    def walk(self, root: etree._Element) -> Iterator[Orphan]:
        block = _Block()
        yield from self._element(root, block)
        yield from self._flush(block, root)

    def _element(self, element: etree._Element, block: _Block) -> Iterator[Orphan]:
        if not isinstance(element.tag, str) or element.tag in _SILENT:
            return
        yield from self._attributes(element)
        if self._marks(element):
            block.add("".join(element.itertext()), marked=True)
            return
        own = element.tag not in _INLINE
        if own:
            yield from self._flush(block, element.getparent())
        if element.tag in ("desc", "title"):
            yield from self._described("".join(element.itertext()), element, element.tag)
            return
        if element.tag == "table" and self._is_accounted_table(element):
            return
        block.add(element.text, marked=False)
        for child in element:
            yield from self._element(child, block)
            block.add(child.tail, marked=False)
        if own:
            yield from self._flush(block, element)

    def _marks(self, element: etree._Element) -> bool:
        """Whether the element says what its digits are, and may."""
        named = element.get("data-figure")
        if named is not None and "fig" in _classes(element):
            return named in self._figures
        if element.tag in ("time", "q") or _CLASSES & _classes(element):
            free = element.tag == "q" or {"quote", "const", "legal", "ref"} & _classes(element)
            return bool(free) or not measures("".join(element.itertext()))
        return False

    def _flush(self, block: _Block, element: etree._Element | None) -> Iterator[Orphan]:
        """Report the numbers of the block that ends here, and begin a new one."""
        searched, printed = "".join(block.searched), "".join(block.printed)
        block.searched.clear()
        block.printed.clear()
        if element is None or not searched.strip():
            return
        for number in numerals(searched):
            sentence = clause_around(printed, number.start, number.end)
            yield Orphan(number.text, sentence, _section(element), _path(element))

    def _attributes(self, element: etree._Element) -> Iterator[Orphan]:
        for name, value in element.attrib.items():
            speaks = name in _SPEAKING or (
                element.tag == "meta" and name == "content" and element.get("name") in _META
            )
            if speaks:
                yield from self._described(str(value), element, str(name))

    def _described(self, text: str, element: etree._Element, where: str) -> Iterator[Orphan]:
        """Numbers of a text without elements that nothing in what it describes accounts for."""
        if next(numerals(text), None) is None:
            return
        runs = named(plain(text), self._names)
        searched = "".join(
            _HIDDEN * len(run.text) if run.kind in ("name", "time") else run.text for run in runs
        )
        for piece in sorted(self._marked_texts(element), key=lambda one: (-len(one), one)):
            if piece in searched:
                whole = rf"(?<![\d.,]){re.escape(piece)}(?![\d]|[.,]\d)"
                searched = re.sub(whole, _HIDDEN * len(piece), searched)
        for number in numerals(searched):
            sentence = clause_around(text, number.start, number.end)
            yield Orphan(number.text, sentence, _section(element), f"{_path(element)} @{where}")

    def _marked_texts(self, element: etree._Element) -> frozenset[str]:
        """What is marked in the exhibit around an element, else on the whole page."""
        scope = element
        while scope.getparent() is not None and _DESCRIBED not in _classes(scope):
            scope = scope.getparent()
        if scope not in self._accounted:
            found = set(self._texts_marked_in(scope))
            for image in scope.iter("img"):
                address = image.get("src") or ""
                for name, picture in self._pictures.items():
                    if address.endswith(f"/{name}"):
                        found.update(self._texts_marked_in(html.fragment_fromstring(picture)))
            self._accounted[scope] = frozenset(found)
        return self._accounted[scope]

    def _texts_marked_in(self, scope: etree._Element) -> Iterator[str]:
        for element in scope.iter():
            if isinstance(element.tag, str) and self._marks(element):
                text = "".join(element.itertext()).strip()
                if next(numerals(text), None) is not None:
                    yield text

    def _is_accounted_table(self, table: etree._Element) -> bool:
        figure = next(table.iterancestors("figure"), None)
        twin = self._twins.get(figure.get("id", "")) if figure is not None else None
        return twin is not None and twin == [_text(cell) for cell in table.iter("td", "th")]


def _section(element: etree._Element) -> str:
    """The heading that a reader would look under: an exhibit's title, else the chapter's."""
    for around in (element, *element.iterancestors()):
        if around.tag == "figure":
            title = next((p for p in around.iter("p") if "exhibit-title" in _classes(p)), None)
            if title is not None:
                return "".join(title.itertext()).strip()
        if around.tag in ("section", "aside", "nav", "footer"):
            title = next(around.iter("h2"), None)
            if title is not None:
                return "".join(title.itertext()).strip()
    return "".join(next((h.itertext() for h in element.getroottree().iter("h1")), ())).strip()


def _path(element: etree._Element) -> str:
    """Where an element stands, as a template's author would say it: section#rents > p.note."""
    chain = [part for part in (element, *element.iterancestors()) if isinstance(part.tag, str)]
    names = [
        str(part.tag)
        + (f"#{part.get('id')}" if part.get("id") else "")
        + "".join(f".{name}" for name in (part.get("class") or "").split())
        for part in chain
    ]
    stop = next((place for place, part in enumerate(chain) if part.get("id")), len(chain) - 1)
    return " > ".join(reversed(names[: stop + 1][:4]))


def orphan_issues(
    name: str,
    page: str,
    figures: Collection[str],
    pictures: Mapping[str, str] | None = None,
    screen: str | None = None,
    *,
    names: Sequence[str] = (),
) -> tuple[Issue, ...]:
    """An error for every orphan of the page called `name`; see `find_orphans`.

    Numbers typed into the workbook were refused before, so the fault is in a template or
    in our own words, and the message is for whoever keeps those.
    """
    together: dict[tuple[str, str, str], list[str]] = {}
    for one in find_orphans(page, figures, pictures, screen, names=names):
        together.setdefault((one.section, one.sentence, one.element), []).append(one.number)
    return tuple(
        Issue(
            "orphan-number",
            Severity.ERROR,
            Text(
                f"“{section}”中的“{'、'.join(numbers)}”没有出处：{sentence}（{element}）",
                f"“{', '.join(numbers)}” under “{section}” has no origin: {sentence} ({element})",
            ),
            Text(
                "请在模板中标明它是什么（fig、time、name、quote、ref、const、legal），或改用数字；"
                "未写入任何文件。",
                "Mark in the template what it is (fig, time, name, quote, ref, const, legal), or "
                "use a figure; nothing was written.",
            ),
            name,
        )
        for (section, sentence, element), numbers in together.items()
    )
