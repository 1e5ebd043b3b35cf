"""`reportgen verify`: same bytes, consistent, and every way of being neither."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pikepdf
import pytest
import weasyprint
from typer.testing import CliRunner, Result

from reportgen import verification
from reportgen.checking import Stages
from reportgen.cli import app
from reportgen.commands import verify as command
from reportgen.deliver.manifest import encoded
from reportgen.deliver.moves import UNDO_NAME
from reportgen.deliver.reading import (
    UnreadableNoteError,
    checked_parts,
    page_texts,
    read_note,
)
from reportgen.deliver.verify import (
    cells_of,
    figure_differences,
    first_few,
    inconsistencies,
    neighbours,
    number_differences,
)
from reportgen.issues import Issue
from reportgen.language import Lang
from reportgen.pipeline import Composed, Outcome, Request, compose
from reportgen.render.environment import differing
from reportgen.render.worker import PdfWorker
from tests.made import make, small_workbook

PDF = frozenset({"pdf"})


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


@pytest.fixture(scope="module", autouse=True)
def _made_again_once() -> Iterator[None]:
    """Make a note again once for all tests that hold a forgery against the same workbook.

    Forgeries are of the PDF, which making again never sees. One process sets all of them.
    """
    found: dict[tuple[str, bytes], Composed | Outcome] = {}
    started: dict[Lang, PdfWorker] = {}

    def once(
        request: Request, lacking: tuple[Issue, ...], workers: dict[Lang, PdfWorker], stage: Stages
    ) -> Composed | Outcome:
        content = request.workbook.read_bytes()
        key = (repr(request), content)
        if key not in found:
            found[key] = compose(request, lacking, workers, stage)
        return found[key]

    def warm(
        langs: tuple[Lang, ...], stack: ExitStack
    ) -> tuple[tuple[Issue, ...], dict[Lang, PdfWorker]]:
        for lang in langs:
            started.setdefault(lang, PdfWorker())
        return (), started

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verification, "compose", once)
        patch.setattr(command, "renderers", warm)
        yield
    for worker in started.values():
        worker.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small note in English with the workbook it was made from."""
    place = tmp_path_factory.mktemp("verify")
    outcome = make(small_workbook(place), place / "out", langs=("en",), formats=PDF)
    (pdf,) = (path for path in outcome.files if path.suffix == ".pdf")
    shutil.copy(pdf, place / "note.pdf")
    return place


def edited(folder: Path, path: Path, edit: Callable[[pikepdf.Pdf], None]) -> Path:
    """A copy of the note, changed by another program."""
    with pikepdf.open(folder / "note.pdf") as document:
        edit(document)
        document.save(path)
    return path


def with_core(folder: Path, path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy of the note with another core inside."""

    def edit(document: pikepdf.Pdf) -> None:
        core = json.loads(document.attachments["core.json"].get_file().read_bytes())
        change(core)
        specification = pikepdf.AttachedFileSpec(document, encoded(core), filename="core.json")
        document.attachments["core.json"] = specification

    return edited(folder, path, edit)


def swap_digit(document: pikepdf.Pdf) -> None:
    """Print the glyph of 9 in the place of a 5: on paper 8.15 becomes 8.19."""
    for page in document.pages:
        for number, instruction in enumerate(
            operations := list(pikepdf.parse_content_stream(page))
        ):
            if str(instruction.operator) != "TJ":
                continue
            shown = b"".join(
                bytes(part) for part in instruction.operands[0] if isinstance(part, pikepdf.String)
            )
            codes = [shown[at : at + 2] for at in range(0, len(shown), 2)]
            font = _font_before(operations, number)
            letters = _letters(page, font)
            text = "".join(letters.get(code, "?") for code in codes)
            nine = next((code for code, letter in letters.items() if letter == "9"), None)
            if text.strip() in ("81.5", "82") and nine is not None:
                codes[1] = nine
                operations[number] = pikepdf.ContentStreamInstruction(
                    [pikepdf.Array([pikepdf.String(b"".join(codes))])], instruction.operator
                )
                page.Contents = document.make_stream(pikepdf.unparse_content_stream(operations))
                return
    raise AssertionError("the note prints no 81.5 that can be changed")


def _font_before(operations: list[Any], number: int) -> str:
    return next(
        str(one.operands[0]) for one in reversed(operations[:number]) if str(one.operator) == "Tf"
    )


def _letters(page: pikepdf.Page, font: str) -> dict[bytes, str]:
    """What each glyph of a font says, from its map to Unicode."""
    found: dict[bytes, str] = {}
    cmap = page.resources["/Font"][font]["/ToUnicode"].read_bytes().decode()
    for line in cmap.splitlines():
        parts = line.strip().split()
        if len(parts) == 2 and all(part.startswith("<") and part.endswith(">") for part in parts):
            code, letter = (bytes.fromhex(part.strip("<>")) for part in parts)
            if len(code) == 2 and len(letter) == 2:
                found[code] = letter.decode("utf-16-be")
    return found


def test_an_untouched_note_is_the_same_bytes(folder: Path) -> None:
    result = run(folder / "note.pdf", "--workbook", folder / "small.xlsx")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Same bytes")


def test_without_the_workbook_it_is_consistent_and_never_more(folder: Path) -> None:
    result = run(folder / "note.pdf")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Consistent")
    assert "authentic" not in result.output.casefold()
    assert "does not prove" in " ".join(result.output.split())


def test_a_changed_digit_is_found_with_its_figure_and_cells(folder: Path, tmp_path: Path) -> None:
    forged = edited(folder, tmp_path / "forged.pdf", swap_digit)
    told = run(forged, "--workbook", folder / "small.xlsx")
    assert told.exit_code == 1
    assert told.output.startswith("Differs")
    assert "rent.h200.1y" in told.output
    assert "Prices!G4" in told.output
    alone = run(forged)
    assert alone.exit_code == 1, alone.output
    assert alone.output.startswith("Not consistent")


def test_another_value_in_the_workbook_is_found_with_its_cells(
    folder: Path, tmp_path: Path
) -> None:
    other = small_workbook(tmp_path, ("| 8.15 |", "| 8.65 |"))
    result = run(folder / "note.pdf", "--workbook", other)
    assert result.exit_code == 1
    text = " ".join(result.output.split())
    assert "not the file that was used" in text
    assert (
        "rent.h200.1y: the PDF has CNY 81.5k per server-month, the workbook gives "
        "CNY 86.5k per server-month [" in text
    )
    assert "Prices!G4" in text
    assert "payback.h200.1y" in text
    assert "rent.h100.1y:" not in text


def test_the_same_rows_in_another_file_are_the_same_figures(folder: Path, tmp_path: Path) -> None:
    other = small_workbook(tmp_path)
    with (tmp_path / "small.xlsx").open("rb") as file:
        assert file.read() != (folder / "small.xlsx").read_bytes()  # openpyxl stamps the time
    result = run(folder / "note.pdf", "--workbook", other)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Same figures")
    assert "hash differs" in result.output


def test_other_versions_compare_figures_and_say_so(folder: Path, tmp_path: Path) -> None:
    def older(core: dict[str, Any]) -> None:
        core["versions"]["packages"]["weasyprint"] = "69.0"

    path = with_core(folder, tmp_path / "older.pdf", older)
    result = run(path, "--workbook", folder / "small.xlsx")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Same figures")
    assert "weasyprint 69.0 → 70.0" in result.output


def test_other_versions_do_not_hide_a_changed_digit(folder: Path, tmp_path: Path) -> None:
    def older(core: dict[str, Any]) -> None:
        core["versions"]["fonts"] = {}

    path = with_core(folder, tmp_path / "older.pdf", older)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        swap_digit(document)
        document.save(path)
    result = run(path, "--workbook", folder / "small.xlsx")
    assert result.exit_code == 1, result.output
    assert "rent.h200.1y" in result.output


def test_a_forged_core_is_found_with_the_workbook(folder: Path, tmp_path: Path) -> None:
    def forge(core: dict[str, Any]) -> None:
        core["passports"]["rent.h200.1y"]["point"] = 9.15

    path = with_core(folder, tmp_path / "forged.pdf", forge)
    result = run(path, "--workbook", folder / "small.xlsx")
    assert result.exit_code == 1
    assert "rent.h200.1y" in result.output


def test_a_change_that_no_text_shows_is_told(folder: Path, tmp_path: Path) -> None:
    def edit(document: pikepdf.Pdf) -> None:
        document.docinfo["/Author"] = "Somebody Else"

    path = edited(folder, tmp_path / "edited.pdf", edit)
    result = run(path, "--workbook", folder / "small.xlsx")
    assert result.exit_code == 1
    assert "something else in the PDF" in result.output


def test_attachments_that_were_changed_added_or_taken_are_told(
    folder: Path, tmp_path: Path
) -> None:
    def change(document: pikepdf.Pdf) -> None:
        specification = pikepdf.AttachedFileSpec(document, b"x", filename="figures.xlsx")
        document.attachments["figures.xlsx"] = specification
        document.attachments["more.txt"] = pikepdf.AttachedFileSpec(document, b"x")

    result = run(edited(folder, tmp_path / "a.pdf", change))
    assert result.exit_code == 1
    assert "figures.xlsx is not the one" in result.output
    assert "more.txt is not listed" in result.output

    def take(document: pikepdf.Pdf) -> None:
        del document.attachments["figures.xlsx"]

    assert "figures.xlsx is gone" in run(edited(folder, tmp_path / "b.pdf", take)).output


def test_files_that_cannot_be_checked_are_a_usage_error(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "text.pdf").write_text("not a PDF")

    def bare(document: pikepdf.Pdf) -> None:
        for name in list(document.attachments):
            del document.attachments[name]

    stripped = edited(folder, tmp_path / "stripped.pdf", bare)
    for arguments in (
        (tmp_path / "missing.pdf",),
        (tmp_path / "text.pdf",),
        (stripped,),
        (folder / "note.pdf", "--workbook", tmp_path / "missing.xlsx"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in result.output)
        assert chinese
        assert any(letter.isascii() for letter in result.output)


@pytest.mark.parametrize(
    "damage",
    [
        {"format": "x"},
        {"version": 2},
        {"passports": 3},
        {"inputs": {}},
        {"passports": {"a": 3}},
    ],
)
def test_a_damaged_core_is_refused_not_trusted(
    folder: Path, tmp_path: Path, damage: dict[str, Any]
) -> None:
    path = with_core(folder, tmp_path / "damaged.pdf", lambda core: core.update(damage))
    with pytest.raises(UnreadableNoteError):
        read_note(path.read_bytes())


def test_what_is_printed_follows_the_published_schema(folder: Path, project: Path) -> None:
    schema = json.loads((project / "docs" / "manifest.schema.json").read_bytes())
    note = read_note((folder / "note.pdf").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(note.printed)
    assert note.printed["figures"]["rent.h100.1y"]["CNY 67–68k per server-month"] >= 1
    assert note.printed["numbers"]["81.5"] > sum(
        times
        for texts in note.printed["figures"].values()
        for text, times in texts.items()
        if "81.5" in text
    )  # the chart says it too


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"format": "reportgen-printed", "version": 1}'])
def test_damaged_words_are_refused(folder: Path, tmp_path: Path, damage: bytes) -> None:
    def edit(document: pikepdf.Pdf) -> None:
        specification = pikepdf.AttachedFileSpec(document, damage, filename="printed.json")
        document.attachments["printed.json"] = specification

    with pytest.raises(UnreadableNoteError):
        read_note(edited(folder, tmp_path / "damaged.pdf", edit).read_bytes())


def test_a_workbook_with_errors_is_told_with_its_cells(folder: Path, tmp_path: Path) -> None:
    broken = small_workbook(tmp_path, ("date | @2026-05-28\nhouse", "date | some day\nhouse"))
    result = run(folder / "note.pdf", "--workbook", broken)
    assert result.exit_code == 1
    assert "cannot be made again" in result.output
    assert "Note!B5" in result.output


def test_a_workbook_that_cannot_be_opened_is_told_in_both_languages(
    folder: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "small.xlsx"
    broken.write_bytes(b"no workbook at all")
    result = run(folder / "note.pdf", "--workbook", broken)
    assert result.exit_code == 1
    for words in ("cannot be made again", "无法由该工作簿重新生成", "不是 Excel 工作簿",
                  "is not an Excel workbook"):  # fmt: skip
        assert words in result.output


def test_a_note_with_a_previous_issue_needs_that_issue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # away from the settings, which name a previous issue
    old = small_workbook(tmp_path, ("| 8.15 |", "| 7.95 |"), name="old.xlsx")
    new = small_workbook(tmp_path)
    outcome = make(new, tmp_path / "out", langs=("zh",), formats=PDF, since=old)
    (pdf,) = (path for path in outcome.files if path.suffix == ".pdf")
    without = run(pdf, "--workbook", new)
    assert without.exit_code == 2
    assert "--since" in without.output
    assert "is it the right one" not in without.output
    another = run(pdf, "--workbook", old)
    assert another.exit_code == 2
    assert "old.xlsx is not the workbook that this note was made from" in another.output
    result = run(pdf, "--workbook", new, "--since", old)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("字节完全相同")


def test_the_text_of_pages_is_read_in_order(folder: Path) -> None:
    pages = page_texts((folder / "note.pdf").read_bytes())
    assert "H100 rents rose" in " ".join(pages[0].split())


def test_no_core_however_odd_ends_in_a_fault(folder: Path) -> None:
    whole = read_note((folder / "note.pdf").read_bytes())
    for part in ("core", "printed"):
        for path in paths(getattr(whole, part), 4):
            for odd in (None, 3, "x", [], {}, [3], {"a": 3}):
                changed = json.loads(json.dumps(getattr(whole, part)))
                put(changed, path, odd)
                attachments = dict(whole.attachments) | {f"{part}.json": encoded(changed)}
                try:
                    core, printed = checked_parts(attachments)
                except UnreadableNoteError:
                    continue
                note = replace(whole, core=core, printed=printed, attachments=attachments)
                list(first_few(inconsistencies(note), "zh"))
                list(first_few(figure_differences(note.core, whole.core), "en"))
                list(
                    first_few(number_differences(note, note.printed, whole.core["passports"]), "en")
                )
                differing(note.core["versions"], whole.core["versions"])


def paths(data: object, depth: int) -> list[tuple[str, ...]]:
    """The places inside nested dictionaries, of long ones the first few."""
    found: list[tuple[str, ...]] = []
    if isinstance(data, dict) and depth:
        for key in list(data) if depth > 3 else list(data)[:3]:
            found += [(key,), *((key, *rest) for rest in paths(data[key], depth - 1))]
    return found


def put(data: Any, path: tuple[str, ...], value: object) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


def test_cells_are_followed_through_other_figures() -> None:
    passports: dict[str, dict[str, Any]] = {
        "a": {"lineage": {"inputs": [{"figure": "b"}, {"lineage": {"cells": ["S!A1"]}}]}},
        "b": {"lineage": {"cells": ["S!B2", "S!A1"], "inputs": [{"figure": "a"}]}},
    }
    assert set(cells_of("a", passports)) == {"S!A1", "S!B2"}
    assert cells_of("missing", passports) == ()


def test_reading_does_not_change_the_bytes(folder: Path) -> None:
    content = (folder / "note.pdf").read_bytes()
    note = read_note(content)
    assert note.content == content
    assert set(note.attachments) == {"core.json", "figures.xlsx", "printed.json"}
    assert len(list(pikepdf.open(io.BytesIO(content)).pages)) == len(note.pages)


def test_a_manifest_beside_it_that_tells_of_other_bytes_is_told(
    folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(next((folder / "out").glob("*/client")), tmp_path / "note")
    path = next((tmp_path / "note").glob("*.pdf"))
    manifest = path.parent / "manifest.json"
    told = json.loads(manifest.read_bytes())
    told["files"][path.name]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(told), encoding="utf-8")
    content = path.read_bytes()
    assert "records other bytes" in neighbours(path, content)[0].message.en
    result = run(path)
    assert result.exit_code == 1
    assert "manifest.json" in result.output
    (path.parent / UNDO_NAME).write_text("{}", encoding="utf-8")
    assert "cut short" in neighbours(path, content)[0].message.en


@pytest.mark.parametrize("said", ["CNY 77k per server-month", "CNY 77k per infor\u00admation"])
def test_a_line_that_breaks_at_a_hyphen_is_no_difference(folder: Path, said: str) -> None:
    paper = weasyprint.HTML(string=f"<p style='width: 9em'>aaaaa bbbbb cccc {said}</p>").write_pdf()
    pages = page_texts(paper)
    assert said not in pages[0]  # the line breaks there
    whole = read_note((folder / "note.pdf").read_bytes())
    printed = {"figures": {"rent": {said: 1}}, "labels": {}, "numbers": {}}
    note = replace(whole, pages=pages, printed=printed)
    assert inconsistencies(note) == ()
    wrong = {"figures": {"rent": {said.replace("77", "78"): 1}}, "labels": {}, "numbers": {}}
    assert len(inconsistencies(replace(note, printed=wrong))) == 1
