"""The PDF's structure, read back: what a screen reader meets, and what PDF/A-3 asks for.

The file is identified as PDF/A-3a and PDF/UA-1. These tests look at the structure;
they are no proof of conformance.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reportgen.deliver.manifest import sha256
from reportgen.language import LANGS, TAGS, Lang

HEADINGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")
PAINTS = set("S s f F f* B B* b b* sh Do Tj TJ ' \" BI".split())  # noqa: SIM905 - operators


class Structure:
    """A PDF's structure tree with the words of each marked content."""

    def __init__(self, content: bytes) -> None:
        self.document = pikepdf.open(io.BytesIO(content))
        self.root: Any = self.document.Root
        self.tree: Any = self.root.StructTreeRoot

    def walk(self) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """Every element in reading order, with the kinds of those above it."""
        pending: list[tuple[Any, tuple[str, ...]]] = [(self.tree.K[0], ())]
        while pending:
            element, above = pending.pop()
            yield element, above
            below = (*above, str(element.S))
            pending += [(kid, below) for kid in reversed(self.kids(element))]

    def of(self, *kinds: str) -> list[Any]:
        """The elements of these kinds, in reading order."""
        return [element for element, _ in self.walk() if str(element.S) in kinds]

    @staticmethod
    def entries(element: Any) -> list[Any]:
        kids = element.get("/K", [])
        return list(kids) if isinstance(kids, pikepdf.Array) else [kids]

    def kids(self, element: Any) -> list[Any]:
        return [
            kid
            for kid in self.entries(element)
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid
        ]

    def text(self, element: Any) -> str:
        """The words of an element and of all below it, without blanks: lines end without."""
        return re.sub(r"\s+", "", self._text(element))

    def _text(self, element: Any) -> str:
        pieces: list[str] = []
        for kid in self.entries(element):
            if isinstance(kid, int):
                pieces.append(self.words.get((element.Pg.objgen, int(kid)), ""))
            elif isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                pieces.append(self._text(kid))
        return "".join(pieces)

    @cached_property
    def marked(self) -> tuple[dict[tuple[tuple[int, int], int], str], list[str]]:
        """The words by page and number, and what is painted outside of all marks."""
        words: dict[tuple[tuple[int, int], int], str] = {}
        unmarked: list[str] = []
        for page in self.document.pages:
            fonts: Any = page.resources.get("/Font", {})
            letters = {name: to_unicode(font) for name, font in fonts.items()}
            marks: list[int | None] = []
            font = ""
            for instruction in pikepdf.parse_content_stream(page):
                operator, operands = str(instruction.operator), list(instruction.operands)
                if operator in ("BDC", "BMC"):
                    properties: Any = operands[1] if len(operands) > 1 else {}
                    marks.append(int(properties["/MCID"]) if "/MCID" in properties else None)
                elif operator == "EMC":
                    marks.pop()
                elif operator == "Tf":
                    font = str(operands[0])
                if operator in PAINTS and not marks:
                    unmarked.append(f"{operator} {operands}"[:80])
                if operator == "TJ" and marks:
                    number = next((mark for mark in reversed(marks) if mark is not None), None)
                    if number is not None:
                        key = (page.obj.objgen, number)
                        words[key] = words.get(key, "") + shown(operands[0], letters[font])
            assert not marks
        return words, unmarked

    @property
    def words(self) -> dict[tuple[tuple[int, int], int], str]:
        return self.marked[0]


def to_unicode(font: Any) -> dict[bytes, str]:
    """What each glyph of a font says."""
    found: dict[bytes, str] = {}
    pairs = re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", font.ToUnicode.read_bytes())
    for code, letters in pairs:
        found[bytes.fromhex(code.decode())] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return found


def shown(parts: Any, letters: dict[bytes, str]) -> str:
    text = ""
    for part in parts:
        if isinstance(part, pikepdf.String):
            glyphs = bytes(part)
            text += "".join(letters[glyphs[at : at + 2]] for at in range(0, len(glyphs), 2))
    return text


@pytest.fixture(scope="module")
def made(sample_note: Path) -> dict[Lang, bytes]:
    """The sample note's PDFs, compared with the issue before it."""
    paths = {path.stem[-2:]: path for path in sample_note.glob("*.pdf")}
    return {lang: paths[lang].read_bytes() for lang in LANGS}


@pytest.fixture(scope="module")
def structures(made: dict[Lang, bytes]) -> dict[Lang, Structure]:
    return {lang: Structure(content) for lang, content in made.items()}


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return "zh" if request.param == "zh" else "en"


@pytest.fixture
def pdf(structures: dict[Lang, Structure], lang: Lang) -> Structure:
    return structures[lang]


# ---- identification and attachments -----------------------------------------------------------


def test_it_names_both_standards_and_describes_the_second(pdf: Structure) -> None:
    with pdf.document.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
    packet = pdf.root.Metadata.read_bytes()
    assert "/Filter" not in pdf.root.Metadata
    assert packet.count(b"<rdf:RDF") == 1
    assert b"http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>" in packet


def test_language_title_and_colours_are_declared(pdf: Structure, lang: Lang) -> None:
    assert str(pdf.root.Lang) == TAGS[lang]
    assert bool(pdf.root.MarkInfo.Marked)
    assert bool(pdf.root.ViewerPreferences.DisplayDocTitle)
    assert str(pdf.document.docinfo["/Title"])
    (intent,) = pdf.root.OutputIntents
    assert str(intent.S) == "/GTS_PDFA1"
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
    assert len(pdf.document.trailer.ID) == 2
    assert not pdf.document.is_encrypted


def test_each_attachment_is_listed_once_with_kind_date_and_checksum(pdf: Structure) -> None:
    associated = {str(one.UF): one for one in pdf.root.AF}
    names = list(pdf.root.Names.EmbeddedFiles.Names)
    assert len(pdf.root.AF) == len(associated) == len(names) // 2
    assert [str(name) for name in names[::2]] == ["core.json", "figures.xlsx", "printed.json"]
    assert {one.objgen for one in names[1::2]} == {one.objgen for one in pdf.root.AF}
    specifications = [
        thing
        for thing in pdf.document.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Filespec"
    ]
    assert len(specifications) == len(associated)
    for name, one in associated.items():
        data = one.EF.F.read_bytes()
        assert str(one.F) == name
        assert str(one.AFRelationship) in ("/Data", "/Supplement")
        assert str(one.EF.F.Subtype).strip("/") == (
            "application/json"
            if name.endswith(".json")
            else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        params = one.EF.F.Params
        assert bytes(params.CheckSum) == hashlib.md5(data, usedforsecurity=False).digest()
        assert int(params.Size) == len(data)
        assert str(params.ModDate).startswith("D:20260601")
        assert str(params.CreationDate) == str(params.ModDate)


def test_the_core_names_the_data_pack_inside(pdf: Structure) -> None:
    inside = {str(one.UF): one.EF.F.read_bytes() for one in pdf.root.AF}
    core = json.loads(inside["core.json"])
    assert core["data"]["figures.xlsx"]["sha256"] == sha256(inside["figures.xlsx"])
    assert len(core["passports"]) > 300


def test_it_stays_below_two_megabytes(made: dict[Lang, bytes]) -> None:
    assert {lang: len(content) for lang, content in made.items() if len(content) > 2_000_000} == {}


# ---- structure ------------------------------------------------------------------------------


def title_of(pdf: Structure) -> str:
    return re.sub(r"\s+", "", str(pdf.document.docinfo["/Title"]))


def test_headings_begin_with_the_title_and_skip_no_level(pdf: Structure) -> None:
    headings = pdf.of(*HEADINGS)
    levels = [HEADINGS.index(str(one.S)) for one in headings]
    assert levels[0] == 0
    assert levels.count(0) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert pdf.text(headings[0]) == title_of(pdf)
    assert all(pdf.text(one).strip() for one in headings)


def test_sections_follow_in_the_order_of_the_bookmarks(pdf: Structure) -> None:
    with pdf.document.open_outline() as outline:
        marks = [re.sub(r"\s+", "", item.title) for item in outline.root]
    headings = [pdf.text(one) for one in pdf.of("/H2")]
    # Page one has a label of the same words as a section: the last one is the section's.
    last = {title: place for place, title in enumerate(headings)}
    places = [last[title] for title in marks if title in last]
    assert len(places) >= len(marks) - 1
    assert places == sorted(places)


def test_exhibits_are_read_in_their_order(pdf: Structure, lang: Lang) -> None:
    captions = [pdf.text(one) for one in pdf.of("/Caption")]
    word = {"zh": "图表", "en": "Exhibit"}[lang]
    numbers = [int(found[1]) for text in captions if (found := re.match(rf"{word}\s*(\d+)", text))]
    assert len(numbers) > 15
    assert numbers == sorted(numbers)


def test_the_first_page_is_read_from_the_title_down(pdf: Structure) -> None:
    whole = pdf.text(pdf.tree.K[0])
    title = title_of(pdf)
    headings = [pdf.text(one) for one in pdf.of("/H2")]
    places = [whole.index(title), *(whole.index(text, whole.index(title)) for text in headings[:3])]
    assert places == sorted(places)


def test_table_headers_have_a_scope_and_cells_know_their_headers(pdf: Structure) -> None:
    tables = pdf.of("/Table")
    assert len(tables) > 5
    for table in tables:
        cells = list(below(pdf, table))
        headers = {str(one.ID) for one in cells if str(one.S) == "/TH" and "/A" in one}
        assert headers
        for cell in cells:
            if str(cell.S) == "/TH" and "/A" in cell:
                assert str(cell.A.Scope) in ("/Row", "/Column")
                assert str(cell.A.O) == "/Table"
            elif str(cell.S) == "/TD" and "/A" in cell:
                assert {str(name) for name in cell.A.get("/Headers", [])} <= headers
        scopes = Counter(str(one.A.Scope) for one in cells if "/A" in one and "/Scope" in one.A)
        assert scopes["/Column"] >= 1


def below(pdf: Structure, element: Any) -> Iterator[Any]:
    for kid in pdf.kids(element):
        yield kid
        yield from below(pdf, kid)


def test_table_rows_have_as_many_cells_as_there_are_columns(pdf: Structure) -> None:
    for table in pdf.of("/Table"):
        rows = [one for one in below(pdf, table) if str(one.S) == "/TR"]
        widths = {
            sum(int(cell.get("/A", {}).get("/ColSpan", 1)) for cell in pdf.kids(row))
            for row in rows
        }
        assert len(widths) == 1, pdf.text(table)[:80]


def test_evidence_that_is_set_as_running_text_is_read_as_paragraphs(
    pdf: Structure, lang: Lang
) -> None:
    rows = [text for one in pdf.of("/P") if (text := pdf.text(one)).startswith("F012")]
    assert len(rows) == 1
    assert len(rows[0]) > 40


def test_pictures_have_words_and_a_place_on_their_page(pdf: Structure, lang: Lang) -> None:
    figures = pdf.of("/Figure")
    assert len(figures) > 8
    for figure in figures:
        assert len(str(figure.Alt)) > 20
        left, low, right, high = (float(value) for value in figure.A.BBox)
        _, _, width, height = (float(value) for value in figure.Pg.MediaBox)
        assert 0 <= left < right <= width
        assert 0 <= low < high <= height
    chinese = [re.search(r"[\u4e00-\u9fff]", str(figure.Alt)) for figure in figures]
    assert all(chinese) if lang == "zh" else not any(chinese)


def test_words_in_the_other_language_say_so(pdf: Structure, lang: Lang) -> None:
    marked = [element for element, _ in pdf.walk() if "/Lang" in element]
    if lang == "zh":
        assert not [one for one in marked if str(one.Lang) != "en"]
        return
    assert {str(one.Lang) for one in marked} == {"zh-CN"}
    unmarked = [
        pdf.text(element)
        for element, _ in pdf.walk()
        if "/Lang" not in element
        and any(isinstance(kid, int) for kid in pdf.entries(element))
        and len(re.findall(r"[\u4e00-\u9fff]", pdf.text(element))) > 3
    ]
    assert unmarked == []


def test_running_heads_are_left_out_of_the_reading(pdf: Structure) -> None:
    whole = pdf.text(pdf.tree.K[0])
    assert whole.count(title_of(pdf)) == 1
    assert not re.search(r"Page ?\d+ ?of ?\d+|第\d+页，共", whole)


def test_everything_painted_is_marked(pdf: Structure) -> None:
    assert pdf.marked[1] == []


def test_every_mark_belongs_to_an_element_of_the_tree(pdf: Structure) -> None:
    reached: set[tuple[tuple[int, int], int]] = set()
    for element, _ in pdf.walk():
        for kid in pdf.entries(element):
            if isinstance(kid, int):
                assert (element.Pg.objgen, int(kid)) not in reached
                reached.add((element.Pg.objgen, int(kid)))
    assert set(pdf.words) <= reached
    numbers = pdf.tree.ParentTree.Nums
    parents = dict(zip([int(one) for one in numbers[::2]], numbers[1::2], strict=True))
    for page in pdf.document.pages:
        owners = parents[int(page.obj.StructParents)]
        for number in (number for at, number in reached if at == page.obj.objgen):
            assert number in [
                int(kid) for kid in pdf.entries(owners[number]) if isinstance(kid, int)
            ]


def test_links_have_words_are_printed_and_stand_in_the_tree(pdf: Structure) -> None:
    listed = {
        kid.Obj.objgen
        for element, _ in pdf.walk()
        for kid in pdf.entries(element)
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
    }
    links = [link for page in pdf.document.pages for link in page.obj.get("/Annots", [])]
    assert len(links) > 20
    for link in links:
        assert str(link.Subtype) == "/Link"
        assert int(link.F) & 4
        assert str(link.Contents)
        assert link.objgen in listed
    assert {str(page.obj.get("/Tabs", "/S")) for page in pdf.document.pages} == {"/S"}


# ---- what PDF/A-3 forbids ---------------------------------------------------------------------


def test_all_fonts_are_inside_with_their_letters(pdf: Structure) -> None:
    fonts = [
        thing
        for thing in pdf.document.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"
    ]
    top = [font for font in fonts if str(font.Subtype) == "/Type0"]
    assert top
    for font in top:
        assert to_unicode(font)
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())
    assert {str(font.Subtype) for font in fonts} <= {
        "/Type0",
        "/CIDFontType0",
        "/CIDFontType2",
    }


def test_nothing_runs_reaches_out_or_stays_hidden(pdf: Structure) -> None:
    names = set(pdf.root.Names.keys())
    assert not names & {"/JavaScript", "/AlternatePresentations"}
    assert not {"/AA", "/OpenAction", "/OCProperties", "/AcroForm", "/Requirements"} & set(
        pdf.root.keys()
    )
    for thing in pdf.document.objects:
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            continue
        assert "/AA" not in thing
        assert str(thing.get("/S", "")) not in ("/Launch", "/JavaScript", "/URI", "/SubmitForm")
        if isinstance(thing, pikepdf.Stream):
            assert "/F" not in thing  # content in another file
            assert str(thing.get("/Filter", "")) not in ("/LZWDecode", "/Crypt")
            assert not {"/OPI", "/PS", "/Ref", "/Alternates"} & set(thing.keys())


def test_transparency_is_plain(pdf: Structure) -> None:
    for thing in pdf.document.objects:
        if isinstance(thing, pikepdf.Dictionary) and {"/BM", "/CA", "/ca"} & set(thing.keys()):
            assert str(thing.get("/BM", "/Normal")) in ("/Normal", "/Compatible")
            assert "/TR" not in thing
            assert "/HTP" not in thing
            assert 0 <= float(thing.get("/ca", 1)) <= 1
            assert 0 <= float(thing.get("/CA", 1)) <= 1
