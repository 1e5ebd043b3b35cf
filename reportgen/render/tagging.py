"""Finish a PDF before it is written: identification, attachments, structure.

WeasyPrint makes the tags. What it leaves open for PDF/A-3a and PDF/UA is closed
here, on its objects while they are still plain dictionaries:

- the PDF/UA identifier beside that of PDF/A, with the description of its schema;
- the profile that colours are meant in;
- attachments with fixed dates, each listed once among the names and once in /AF;
- page headers and footers as artifacts, so that they are not read out on each page;
- the scope of table headers, tables that are set as running text, the places of
  pictures, the language of foreign words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import md5
from importlib.resources import files
from typing import Any

import pydyf

from reportgen.language import Lang, foreign_tag
from reportgen.render.attachments import Attachment

_PIXELS_TO_POINTS = 0.75
_PAGINATION = pydyf.Dictionary({"Type": "/Pagination"})
_FONT = re.compile(rb"/(\S+) \S+ Tf")
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")
_AS_TEXT = {
    "/Table": "/Div", "/THead": "/NonStruct", "/TBody": "/NonStruct", "/TFoot": "/NonStruct",
    "/TR": "/P", "/TH": "/Span", "/TD": "/Span",
}  # fmt: skip
_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema\
</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/\
</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part\
</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>\
Part of ISO 14289 that the file names</pdfaProperty:description></rdf:li></rdf:Seq>\
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def finish(document: Any, pdf: Any, lang: Lang, attachments: Iterable[Attachment]) -> None:
    """Close what WeasyPrint leaves open; `document` and `pdf` are what its finisher gets."""
    _identify(pdf)
    _intend_srgb(pdf)
    _attach(pdf, attachments)
    tree = _Tree(pdf)
    _set_pagination_apart(pdf, tree)
    _read_run_in_tables_as_text(tree)
    heights = {
        reference: page.height
        for reference, page in zip(pdf.page_references, document.pages, strict=True)
    }
    for element in tree.elements.values():
        if element.get("S") == "/TH":
            _give_scope(element, tree)
        elif element.get("S") == "/Figure":
            _place(element, heights)
    _mark_languages(document, pdf, tree, lang)


def _identify(pdf: Any) -> None:
    for thing in pdf.objects:
        extra = getattr(thing, "extra", {})
        if extra.get("Type") == "/Metadata":
            head, closing, tail = thing.stream[0].rpartition(b"</rdf:RDF>")
            thing.stream[0] = head + _UA + closing + tail
            thing.compress = False  # readable by tools that do not know PDF


def _intend_srgb(pdf: Any) -> None:
    """Colours are sRGB. The engine's own option leaves the profile's file open."""
    content = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    profile = pydyf.Stream([content], {"N": 3}, compress=True)
    pdf.add_object(profile)
    name = pydyf.String("sRGB IEC61966-2.1")
    intent = pydyf.Dictionary(
        {
            "Type": "/OutputIntent",
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": name,
            "Info": name,
            "DestOutputProfile": profile.reference,
        }
    )
    pdf.catalog["OutputIntents"] = pydyf.Array([intent])


def _attach(pdf: Any, attachments: Iterable[Attachment]) -> None:
    listed = sorted(attachments, key=lambda one: one.name)
    if not listed:
        return
    names, associated = pydyf.Array(), pydyf.Array()
    for one in listed:
        specification = _file(pdf, one)
        names += [pydyf.String(one.name), specification.reference]
        associated.append(specification.reference)
    tree = pydyf.Dictionary({"Names": names})
    pdf.add_object(tree)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
    pdf.catalog["AF"] = associated


def _file(pdf: Any, attachment: Attachment) -> Any:
    stamp = pydyf.String(f"D:{attachment.dated:%Y%m%d%H%M%S}Z")
    checksum = md5(attachment.data, usedforsecurity=False).hexdigest()  # as the format wants it
    content = pydyf.Stream(
        [attachment.data],
        {
            "Type": "/EmbeddedFile",
            "Subtype": "/" + attachment.mime.replace("/", "#2f"),
            "Params": pydyf.Dictionary(
                {
                    "CheckSum": f"<{checksum}>",
                    "Size": len(attachment.data),
                    "CreationDate": stamp,
                    "ModDate": stamp,
                }
            ),
        },
        compress=True,
    )
    pdf.add_object(content)
    specification = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(attachment.name),
            "UF": pydyf.String(attachment.name),
            "Desc": pydyf.String(attachment.description),
            "EF": pydyf.Dictionary({"F": content.reference, "UF": content.reference}),
            "AFRelationship": f"/{attachment.relationship}",
        }
    )
    pdf.add_object(specification)
    return specification


class _Tree:
    """The structure elements by reference, and which of them the document reaches."""

    def __init__(self, pdf: Any) -> None:
        dictionaries: list[Any] = [thing for thing in pdf.objects if isinstance(thing, dict)]
        self.elements: dict[bytes, Any] = {
            thing.reference: thing for thing in dictionaries if thing.get("Type") == "/StructElem"
        }
        self._roots = {
            reference for reference, one in self.elements.items() if one["S"] == "/Document"
        }

    def parent(self, element: Any) -> Any:
        """The element above, None above the document."""
        return self.elements.get(element["P"])

    def ancestors(self, element: Any) -> Iterator[Any]:
        """The elements above, the nearest first."""
        above = self.parent(element)
        while above is not None:
            yield above
            above = self.parent(above)

    def loose(self) -> list[Any]:
        """Elements that no parent lists: what stands in the margins of pages."""
        found: dict[bytes, Any] = {}
        listed = {
            reference: {kid for kid in root["K"] if isinstance(kid, bytes)}
            for reference, root in self.elements.items()
            if reference in self._roots
        }
        for reference, element in self.elements.items():  # parents come before children
            above = element["P"]
            if above in found or (above in listed and reference not in listed[above]):
                found[reference] = element
        return list(found.values())


def _set_pagination_apart(pdf: Any, tree: _Tree) -> None:
    """Running heads and page numbers become artifacts, and leave the structure."""
    pages = {reference: number for number, reference in enumerate(pdf.page_references)}
    marked: dict[int, set[int]] = {}
    for element in tree.loose():
        for kid in element["K"]:
            if isinstance(kid, int):
                marked.setdefault(pages[element["Pg"]], set()).add(kid)
        element.clear()  # an empty object is all that is left of it
        del tree.elements[element.reference]
    if not marked:
        return
    parents = _parent_arrays(pdf)
    by_number = {thing.number: thing for thing in pdf.objects}
    for page, numbers in marked.items():
        contents = by_number[int(pdf.page_references[page].split()[0])]["Contents"]
        operations = by_number[int(contents.split()[0])].stream
        for place, operand in enumerate(operations):
            if isinstance(operand, dict) and operand.get("MCID") in numbers:
                operations[place - 1 : place + 1] = ["/Artifact", _PAGINATION]
        for number in numbers:
            parents[page][number] = b"null"


def _parent_arrays(pdf: Any) -> Mapping[int, list[Any]]:
    """For each page the elements by the number of their marked content."""
    for thing in pdf.objects:
        if isinstance(thing, dict) and "Nums" in thing:
            pairs = zip(thing["Nums"][::2], thing["Nums"][1::2], strict=True)
            return {page: kids for page, kids in pairs if isinstance(kids, list)}
    return {}


def _read_run_in_tables_as_text(tree: _Tree) -> None:
    """Tables whose rows are set as running text are paragraphs to the ear as well.

    The engine tags by the element's name. It gives headers their ids while it lays a
    table out, so that a header without one was not laid out as a table.
    """
    owners = {
        reference: next((one for one in tree.ancestors(element) if one["S"] == "/Table"), None)
        for reference, element in tree.elements.items()
        if element["S"] in _AS_TEXT
    }
    run_in = {
        id(owners[reference])
        for reference, element in tree.elements.items()
        if element["S"] == "/TH" and "A" in element and "ID" not in element
    }
    inside = [
        element
        for reference, element in tree.elements.items()
        if element["S"] in _AS_TEXT
        and id(element if element["S"] == "/Table" else owners[reference]) in run_in
    ]
    for element in inside:
        element["S"] = _AS_TEXT[element["S"]]
        element.pop("A", None)


def _give_scope(header: Any, tree: _Tree) -> None:
    if "A" not in header:  # a box inside the cell, not the cell
        return
    inside_head = any(above.get("S") == "/THead" for above in tree.ancestors(header))
    header["A"]["Scope"] = "/Column" if inside_head else "/Row"


def _place(figure: Any, heights: Mapping[bytes, float]) -> None:
    """The picture's box in the page's own points, which count from the lower left corner."""
    left, top, right, bottom = (value * _PIXELS_TO_POINTS for value in figure["A"]["BBox"])
    height = heights[figure["Pg"]] * _PIXELS_TO_POINTS
    corners = (left, height - bottom, right, height - top)
    figure["A"]["BBox"] = pydyf.Array(round(value, 3) for value in corners)


def _mark_languages(document: Any, pdf: Any, tree: _Tree, lang: Lang) -> None:
    """Say so where words are in the other language than the document."""
    owners = {
        (element["Pg"], kid): element
        for element in tree.elements.values()
        for kid in element["K"]
        if isinstance(kid, int)
    }
    letters = {font.hash: font.to_unicode for font in document.fonts.values()}
    by_number = {thing.number: thing for thing in pdf.objects}
    for reference in pdf.page_references:
        contents = by_number[int(reference.split()[0])]["Contents"]
        for number, text in _texts(by_number[int(contents.split()[0])].stream, letters):
            tag = foreign_tag(text, lang)
            element = owners.get((reference, number))
            if tag and element is not None and element["S"] != "/Figure":
                element["Lang"] = pydyf.String(tag)


def _texts(
    operations: list[Any], letters: Mapping[str, Mapping[int, str]]
) -> Iterator[tuple[int, str]]:
    """The words of each marked content of a page."""
    number = -1
    font: Mapping[int, str] = {}
    pieces: list[str] = []
    for operation in operations:
        if isinstance(operation, dict):
            number, pieces = operation.get("MCID", -1), []
        elif number < 0 or not isinstance(operation, bytes):
            continue
        elif operation == b"EMC":
            yield number, "".join(pieces)
            number = -1
        elif operation.endswith(b"TJ"):
            pieces += _letters(operation, font)
        elif named := _FONT.fullmatch(operation):
            font = letters.get(named[1].decode(), {})


def _letters(shown: bytes, letters: Mapping[int, str]) -> Iterator[str]:
    for glyphs in _GLYPHS.findall(shown):
        for at in range(0, len(glyphs), 4):
            yield letters.get(int(glyphs[at : at + 4], 16), "")
