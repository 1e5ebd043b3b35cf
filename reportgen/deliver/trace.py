"""Where a number of a finished note comes from, told as a tree in the terminal.

The passports are read from the note itself: from the page of an HTML file, from the
core manifest inside a PDF, or from a manifest beside them. All three become one form,
that of the page (see `reportgen.note.cards`).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.dates import parse_when
from reportgen.deliver.finished import UnfinishedError, finished_issue
from reportgen.deliver.manifest import MANIFEST_NAME
from reportgen.language import Lang, Text
from reportgen.nearest import nearest
from reportgen.note.cards import (
    STEP,
    WEAKNESSES,
    card_words,
    confidence_text,
    kind_of,
    speaker_text,
)
from reportgen.note.formulas import (
    constant_label,
    formula_text,
    input_text,
    intermediate_label,
)
from reportgen.plain_files import plain_bytes
from reportgen.terminal import padded, wide

CORE = "core.json"
_BLOCK = re.compile(r'<script type="application/json" id="passports">(.*?)</script>', re.DOTALL)
_PAGE_LANGUAGE = re.compile(r'<html lang="([^"]*)"')


class UntraceableError(ValueError):
    """The file or the figure cannot be traced; `text` says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Told:
    """The passports of one note in one language, in the form of the page."""

    lang: Lang
    entries: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, Mapping[str, Any]]
    sources: Mapping[str, Mapping[str, Any]]

    def names(self) -> list[str]:
        """The ids of all figures."""
        return [id_ for id_ in self.entries if not id_.startswith(STEP)]


def read_passports(path: Path, lang: Lang | None = None) -> Told:
    """The passports in a note (HTML or PDF) or in a manifest (JSON). Raises UntraceableError.

    `lang` is the language to tell them in; an HTML file has only its own.
    """
    if path.is_dir():
        path = _manifest_in(path)
    try:
        content = plain_bytes(path)
    except OSError as problem:
        raise UntraceableError(
            Text(f"无法打开 {path}。请检查路径。", f"{path} cannot be opened. Check the path.")
        ) from problem
    try:
        if content.startswith(b"%PDF"):
            core, own = _core_of_pdf(content)
            return _from_core(core, lang or own)
        if content.lstrip()[:1] == b"{":
            return _from_core(json.loads(content), lang or "zh")
        return _from_page(content.decode(errors="replace"))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        if isinstance(problem, UntraceableError):
            raise
        raise UntraceableError(_no_passports(path.name)) from problem


def _manifest_in(folder: Path) -> Path:
    """The manifest of an edition's folder, or of the issue's that holds it."""
    try:
        return finished_issue(folder).folder / MANIFEST_NAME
    except UnfinishedError as problem:
        raise UntraceableError(problem.text) from problem


def traced(told: Told, figure: str) -> tuple[str, ...]:
    """The lines of a figure's tree. Raises UntraceableError for a name that is not there."""
    if figure not in told.entries or figure.startswith(STEP):
        raise UntraceableError(_unknown(figure, told.names()))
    return tuple(_Tree(told).of(figure))


def listed(told: Told) -> tuple[str, ...]:
    """Every figure of the note in a line: id, value, label."""
    names = told.names()
    return tuple(
        "\t".join((id_, told.entries[id_]["text"], told.entries[id_]["label"])) for id_ in names
    )


def passport_data(told: Told, names: Iterable[str]) -> dict[str, Any]:
    """These figures and all that stands below them, with their rows and sources, as data."""
    found: dict[str, Mapping[str, Any]] = {}
    waiting = list(names)[::-1]
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            entry = found[id_] = told.entries[id_]
            below = entry.get("inputs") or [("", part) for part in entry.get("parts", ())]
            waiting += [inner for _, inner in reversed(below)]
    rows = {entry["row"]: told.rows[entry["row"]] for entry in found.values() if "row" in entry}
    sources = {row["source"] for row in rows.values() if row.get("source") in told.sources}
    return {
        "figures": found,
        "rows": rows,
        "sources": {id_: told.sources[id_] for id_ in told.sources if id_ in sources},
    }


# ---- the tree -------------------------------------------------------------------------------


class _Tree:
    """Lines of a tree. What was told in full above is only named the second time."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._words = card_words(told.lang)
        self._seen: set[str] = set()

    def of(self, id_: str) -> Iterator[str]:
        entry = self._told.entries[id_]
        yield f"{id_}  {entry['label']}"
        yield entry["text"]
        yield from self._body(id_, "")

    def _body(self, id_: str, indent: str) -> Iterator[str]:
        self._seen.add(id_)
        entry = self._told.entries[id_]
        facts = list(self._facts(entry))
        room = max((wide(term) for term, _ in facts), default=0)
        for term, said in facts:
            yield f"{indent}{padded(term, room)}  {said}"
        inputs = entry.get("inputs") or [("", part) for part in entry.get("parts", ())]
        width = max((wide(name) for name, _ in inputs), default=0)
        for place, (name, below) in enumerate(inputs, start=1):
            last = place == len(inputs)
            yield f"{indent}{'└─' if last else '├─'} {self._head(name, below, width)}"
            if below not in self._seen:
                yield from self._body(below, f"{indent}{'   ' if last else '│  '}")

    def _head(self, name: str, id_: str, width: int) -> str:
        entry = self._told.entries[id_]
        symbol = f"{padded(name, width)}  " if width else ""
        named = "" if id_.startswith(STEP) else f"  {id_}"
        above = {"zh": "（见上）", "en": " (above)"}[self._told.lang] if id_ in self._seen else ""
        return f"{symbol}{entry['label']}  {entry['text']}{named}{above}"

    def _facts(self, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        words = self._words
        row = self._told.rows[entry["row"]] if "row" in entry else {}
        as_of = entry.get("as_of") or row.get("as_of")
        if as_of:
            since = entry.get("since")
            yield (
                words["as_of"],
                as_of + (self._bracketed(f"{words['against']} {since}") if since else ""),
            )
        if entry.get("weak"):
            said = (WEAKNESSES[code][self._told.lang] for code in entry["weak"])
            yield words["weak"], words["semicolon"].join(said)
        if "formula" in entry:
            yield words["formula"], entry["formula"]
        if "rule" in entry:
            yield words["rule"], entry["rule"]
        yield from self._row(row)

    def _row(self, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        words, comma = self._words, self._words["comma"]
        source = self._told.sources.get(row.get("source", ""))
        if row.get("previous"):
            yield words["source"], words["previous"]
        elif source:
            more = [
                part
                for part in (source.get("date"), source.get("interested") and words["interested"])
                if part
            ]
            yield (
                words["source"],
                source["title"] + (self._bracketed(comma.join(more)) if more else ""),
            )
        if row.get("quote"):
            speaker = f" — {row['speaker']}" if row.get("speaker") else ""
            yield words["quote"], f"“{row['quote']}”{speaker}"
        if row.get("written"):
            yield words["written"], row["written"]
        if row.get("steps"):
            yield words["steps"], comma.join(row["steps"])
        if row.get("cells"):
            yield words["cells"], comma.join(row["cells"])
        if row.get("id"):
            yield words["row"], row["id"]
        if row and row["kind"] != "quoted":
            yield words["kind"], words[row["kind"]]
        if row.get("confidence"):
            yield words["confidence"], row["confidence"]

    def _bracketed(self, text: str) -> str:
        return self._words["bracketed"].replace("*", text)


# ---- reading --------------------------------------------------------------------------------


def _from_page(page: str) -> Told:
    block = _BLOCK.search(page)
    tag = _PAGE_LANGUAGE.search(page)
    if block is None or tag is None:
        raise KeyError("passports")
    data = json.loads(block[1])
    lang: Lang = "zh" if tag[1].startswith("zh") else "en"
    return Told(lang, data["entries"], data["rows"], data["sources"])


def _core_of_pdf(content: bytes) -> tuple[Mapping[str, Any], Lang]:
    """The core manifest that travels in a PDF, and the PDF's language."""
    import pikepdf  # noqa: PLC0415 - heavy, and other files do not need it

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            lang: Lang = "zh" if str(document.Root.get("/Lang", "")).startswith("zh") else "en"
            return json.loads(document.attachments[CORE].get_file().read_bytes()), lang
    except pikepdf.PdfError as problem:
        raise KeyError(CORE) from problem


def _from_core(core: Mapping[str, Any], lang: Lang) -> Told:
    """The page's form of the passports in a core manifest, or in the outer one around it."""
    core = core.get("core", core)
    found = core.get("passports") or core["figures"]
    told = _Retold(found, lang)
    for passport in found.values():
        told.figure(passport)
    sources = {
        id_: {
            "title": source["title"][lang],
            "date": _date(source.get("date", ""), lang),
            "interested": source.get("interested", False),
        }
        for id_, source in core.get("sources", {}).items()
    }
    return Told(lang, told.entries, told.rows, sources)


class _Retold:
    """Passports that know no language (reportgen.note.passports) told in one."""

    def __init__(self, passports: Mapping[str, Mapping[str, Any]], lang: Lang) -> None:
        self.entries: dict[str, dict[str, Any]] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self._passports = passports
        self._lang = lang
        self._steps = 0

    def figure(self, passport: Mapping[str, Any]) -> None:
        """Enter a figure and the steps below it."""
        label = passport["label"][self._lang] or passport["id"]
        self._entry(passport["id"], label, passport, old=passport.get("previous", False))

    def _entry(self, id_: str, label: str, value: Mapping[str, Any], *, old: bool) -> str:
        lineage = value["lineage"]
        entry = self.entries[id_] = {
            "label": label,
            "text": value["text"][self._lang],
            "as_of": _date(value.get("as_of", ""), self._lang),
            "since": _date(value.get("since", ""), self._lang),
            "weak": value.get("weak", ()),
        }
        if lineage["kind"] == "derived":
            entry["formula"] = formula_text(lineage["formula"], self._lang)
            entry["inputs"] = [
                (self._symbol(one), self._below(one, old=old)) for one in lineage["inputs"]
            ]
        elif lineage["kind"] == "combined":
            entry["rule"] = formula_text(lineage["rule"], self._lang)
            entry["parts"] = [self._below(part, old=old) for part in lineage["parts"]]
        else:
            entry["row"] = self._row(lineage, old=old)
        return id_

    def _symbol(self, given: Mapping[str, Any]) -> str:
        """An input's name in the formula; none where it is the figure's own name."""
        name = given["name"]
        return "" if "." in name or name == given.get("figure") else input_text(name, self._lang)

    def _below(self, value: Mapping[str, Any], *, old: bool) -> str:
        if "figure" in value:
            return str(value["figure"])
        self._steps += 1
        row = value["lineage"].get("row")
        claim = self._passports.get(f"claim.{row}")
        if claim is not None:
            label = str(claim["label"][self._lang]) or row
        else:
            label = (constant_label(row) if row else intermediate_label())[self._lang]
        return self._entry(f"{STEP}{self._steps}", label, value, old=old)

    def _row(self, lineage: Mapping[str, Any], *, old: bool) -> str:
        key = f"{len(self.rows) + 1}"
        lang = self._lang
        self.rows[key] = {
            "id": constant_label(lineage["row"])[lang] if lineage.get("cells") else "",
            "kind": kind_of(lineage["kind"], lineage.get("written", "")),
            "cells": lineage.get("cells", ()),
            "written": lineage.get("written", ""),
            "source": lineage.get("source", ""),
            "as_of": _date(lineage.get("as_of", ""), lang),
            "quote": lineage.get("quote", ""),
            "speaker": speaker_text(lineage.get("speaker", ""), lang),
            "confidence": confidence_text(lineage.get("confidence", ""), lang),
            "steps": [step[lang] for step in lineage.get("steps", ())],
            "previous": old,
        }
        return key


def _date(key: str, lang: Lang) -> str:
    when = parse_when(key) if key else None
    return when.text(lang) if when else key


# ---- what can go wrong ------------------------------------------------------------------------


def _no_passports(name: str) -> Text:
    return Text(
        f"{name} 中没有数字的出处。请指定 reportgen build 写出的 HTML、PDF 或 manifest.json。",
        f"{name} holds no passports. Name an HTML, a PDF or a manifest.json that "
        "reportgen build wrote.",
    )


def _unknown(figure: str, names: list[str]) -> Text:
    near = nearest(figure, names)
    if near:
        return Text(
            f"这份纪要中没有名为 {figure} 的数字。是否指 {'、'.join(near)}？",
            f"This note has no figure named {figure}. Did you mean {', '.join(near)}?",
        )
    return Text(
        f"这份纪要中没有名为 {figure} 的数字。不写数字名称可列出全部。",
        f"This note has no figure named {figure}. Leave the name out to list them all.",
    )
