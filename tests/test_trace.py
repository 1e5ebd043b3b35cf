"""`reportgen trace`: one tree from a page, a PDF or a manifest; wrong names; exit codes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from typer.testing import CliRunner

from reportgen.analysis.analyse import analyse
from reportgen.cli import app
from reportgen.deliver.trace import UntraceableError, listed, read_passports, traced
from reportgen.language import LANGS, Lang
from reportgen.note.build import build_note
from reportgen.note.cards import figures_in
from reportgen.note.passports import passports_of, sources_of
from reportgen.render.html import render_html
from reportgen.render.theme import load_theme
from reportgen.terminal import wide
from tests.test_note import whole

CHANGE = "change.rent.h200.1y"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The same note as two pages, as the core inside a PDF, and as two kinds of JSON."""
    folder = tmp_path_factory.mktemp("notes")
    tables = whole()
    analysis = analyse(tables)
    files = {name: folder / name for name in ("note-zh.html", "note-en.html", "note-zh.pdf",
             "note-en.pdf", "manifest.json", "core.json")}  # fmt: skip
    for lang in LANGS:
        note = build_note(tables, analysis, lang, "client")
        charts = {one.id: "<svg xmlns='http://www.w3.org/2000/svg'/>" for one in note.exhibits()}
        page = render_html(note, charts, load_theme())
        files[f"note-{lang}.html"].write_text(page, encoding="utf-8")
    core = {"passports": passports_of(analysis.figures), "sources": sources_of(tables["Sources"])}
    files["core.json"].write_text(json.dumps(core), encoding="utf-8")
    files["manifest.json"].write_text(json.dumps({"core": core}), encoding="utf-8")
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        with pikepdf.new() as document:
            document.Root.Lang = pikepdf.String(tag)
            attached = pikepdf.AttachedFileSpec(document, json.dumps(core).encode())
            document.attachments["core.json"] = attached
            document.save(files[f"note-{lang}.pdf"])
    return files


def tree(path: Path, figure: str, lang: Lang | None = None) -> list[str]:
    return list(traced(read_passports(path, lang), figure))


def test_a_change_is_told_down_to_the_cells(notes: Mapping[str, Path]) -> None:
    lines = tree(notes["note-zh.html"], CHANGE)
    assert lines[0] == f"{CHANGE}  H200 一年期月租变化"
    assert lines[1].startswith("+27%")
    assert any(line.startswith("算式") and "(新值 − 旧值) ÷ 旧值 × 100" in line for line in lines)
    assert any(line.startswith("├─ 新值  H200 一年期月租") for line in lines)
    assert any(line.startswith("└─ 旧值  H200 一年期月租") for line in lines)
    cells = [line for line in lines if "单元格" in line]
    assert len(cells) == 2
    assert all("Prices!" in line for line in cells)


@pytest.mark.parametrize("lang", LANGS)
def test_page_pdf_and_manifest_tell_the_same(notes: Mapping[str, Path], lang: Lang) -> None:
    page = read_passports(notes[f"note-{lang}.html"])
    printed = figures_in(build_note(whole(), analyse(whole()), lang, "client"))
    pdf = read_passports(notes[f"note-{lang}.pdf"])
    core = read_passports(notes["core.json"], lang)
    outer = read_passports(notes["manifest.json"], lang)
    assert pdf.lang == core.lang == outer.lang == lang
    assert len(printed) > 40
    for name in printed:
        told = traced(page, name)
        assert told == traced(pdf, name) == traced(core, name) == traced(outer, name)


def test_terms_line_up_in_terminal_columns(notes: Mapping[str, Path]) -> None:
    lines = tree(notes["note-zh.html"], CHANGE)
    row = [line for line in lines if line.startswith("│  ") and "─" not in line]
    ends = {wide(line[: len(line) - len(line[3:].split("  ", 1)[1].lstrip())]) for line in row}
    assert len(row) >= 3
    assert len(ends) == 1


def test_what_was_told_above_is_only_named(tmp_path: Path) -> None:
    leaf = {"label": "甲", "text": "8", "row": "r"}
    entries = {
        "leaf": leaf,
        "half": {"label": "半", "text": "4", "formula": "a ÷ 2", "inputs": [["a", "leaf"]]},
        "both": {"label": "和", "text": "12", "formula": "a + b",
                 "inputs": [["a", "leaf"], ["b", "half"]]},
    }  # fmt: skip
    block = {"entries": entries, "rows": {"r": {"kind": "quoted", "cells": ["价格!K1"]}},
             "sources": {}}  # fmt: skip
    file = tmp_path / "note.html"
    page = '<html lang="zh-CN"><script type="application/json" id="passports">'
    file.write_text(f"{page}{json.dumps(block)}</script>", encoding="utf-8")
    assert tree(file, "both") == [
        "both  和",
        "12",
        "算式  a + b",
        "├─ a  甲  8  leaf",
        "│  单元格  价格!K1",
        "└─ b  半  4  half",
        "   算式  a ÷ 2",
        "   └─ a  甲  8  leaf（见上）",
    ]


def test_figures_are_listed_without_a_name(notes: Mapping[str, Path]) -> None:
    lines = listed(read_passports(notes["note-en.html"]))
    assert any(
        line.startswith(f"{CHANGE}\t+27% to +33%\tH200 1-year rent change") for line in lines
    )
    assert not any(line.startswith("~") for line in lines)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["trace", *arguments])


def test_a_wrong_name_gets_a_suggestion_in_both_languages(notes: Mapping[str, Path]) -> None:
    done = run(str(notes["note-zh.html"]), "change.rent.h200.ly")
    assert done.exit_code == 2
    assert f"是否指 {CHANGE}" in done.stderr
    assert f"Did you mean {CHANGE}" in done.stderr
    assert "Traceback" not in done.output


def test_the_command_prints_the_tree(notes: Mapping[str, Path]) -> None:
    done = run(str(notes["manifest.json"]), CHANGE, "--lang", "en")
    assert done.exit_code == 0
    assert "(new − old) ÷ old × 100" in done.stdout
    assert run(str(notes["note-zh.html"])).stdout.count("\n") > 40


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.html", b""),
        ("page.html", b"<html lang='en'><p>nothing here</p>"),
        (
            "cut.html",
            b'<html lang="en"><script type="application/json" id="passports">{"ent</script>',
        ),
        ("other.json", b'{"figures": [1, 2]}'),
        ("broken.json", b"{"),
        ("broken.pdf", b"%PDF-1.7 nothing"),
    ],
)
def test_a_file_without_passports_says_so(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(UntraceableError, match="holds no passports"):
        read_passports(file)
    done = run(str(file), "x")
    assert done.exit_code == 2
    assert name in done.stderr


def test_a_pdf_without_the_core_and_a_missing_file_say_so(tmp_path: Path) -> None:
    plain = io.BytesIO()
    with pikepdf.new() as document:
        document.save(plain)
    file = tmp_path / "plain.pdf"
    file.write_bytes(plain.getvalue())
    assert run(str(file), "x").exit_code == 2
    done = run(str(tmp_path / "gone.pdf"), "x")
    assert done.exit_code == 2
    assert "gone.pdf" in done.stderr
