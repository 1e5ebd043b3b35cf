"""The manifest: its published schema, what it tells and what it keeps to itself, approvals."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reportgen.analysis.snapshot import figures_from_snapshot, issued_in_snapshot
from reportgen.deliver.manifest import MANIFEST_NAME, encoded, sha256
from reportgen.deliver.revisions import Approval
from reportgen.editions.publish import EDITIONS, Edition
from reportgen.pipeline import Outcome
from tests.made import make, small_workbook

CHEN = Approval("Chen Wei", "2026-05-28T18:00:00+08:00")


def manifest_of(outcome: Outcome) -> dict[str, Any]:
    (path,) = (path for path in outcome.files if path.name == MANIFEST_NAME)
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def folder_of(outcome: Outcome) -> str:
    return str(outcome.files[0].parent.parent.name)


@pytest.fixture(scope="module")
def sample_core(sample: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    since = project / "workbooks" / "compute-leasing-2026-02.xlsx"
    outcome = make(sample, tmp_path_factory.mktemp("out"), langs=("en",), since=since)
    return manifest_of(outcome)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The small note beside its workbook, to be read or copied."""
    folder = tmp_path_factory.mktemp("made")
    return make(small_workbook(folder), folder / "out")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The same, approved."""
    folder = tmp_path_factory.mktemp("signed")
    return make(small_workbook(folder), folder / "out", approval=CHEN)


def copied(outcome: Outcome, folder: Path) -> Outcome:
    """A copy of a note and its workbook, to be written into."""
    root = outcome.files[0].parents[3]
    shutil.copytree(root, folder, dirs_exist_ok=True)
    return replace(outcome, files=tuple(folder / path.relative_to(root) for path in outcome.files))


@pytest.fixture(scope="module")
def validator(project: Path) -> jsonschema.Draft202012Validator:
    schema = json.loads((project / "docs" / "manifest.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_sample_follows_the_published_schema(
    sample_core: Any, validator: jsonschema.Draft202012Validator
) -> None:
    for data in (sample_core, sample_core["core"]):
        assert [error.message[:200] for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_small_note_follows_the_published_schema(
    made: Outcome, tmp_path: Path, validator: jsonschema.Draft202012Validator, edition: Edition
) -> None:
    outcome = made
    if edition == "internal":
        outcome = make(small_workbook(tmp_path), tmp_path / "out", edition=edition)
    found = manifest_of(outcome)
    assert [error.message[:200] for error in validator.iter_errors(found)] == []
    assert found["core"]["note"] == {"slug": "small", "issued": "2026-05-28", "edition": edition}


def test_inputs_and_outputs_are_named_by_their_hashes(
    sample_core: Any, sample: Path, made: Outcome
) -> None:
    assert sample_core["core"]["inputs"]["workbook"]["sha256"] == sha256(sample.read_bytes())
    found = manifest_of(made)
    files = {path.name: path.read_bytes() for path in made.files if path.name != MANIFEST_NAME}
    assert found["files"] == {
        name: {"sha256": sha256(data), "bytes": len(data)} for name, data in sorted(files.items())
    }
    assert found["core_sha256"] == sha256(encoded(found["core"]))


def test_every_figure_has_its_value_and_its_cells(made: Outcome) -> None:
    passports = manifest_of(made)["core"]["passports"]
    rent = passports["rent.h100.1y"]
    assert (rent["low"], rent["point"], rent["high"]) == (6.7, None, 6.8)
    assert rent["unit"] == "CNY10k/server/month"
    assert set(rent["lineage"]["cells"]) >= {"Prices!F3", "Prices!H3"}
    assert rent["text"] == {"zh": "6.7–6.8 万元/台/月", "en": "CNY 67–68k per server-month"}
    payback = passports["payback.h200.1y"]
    assert payback["point"] == pytest.approx(331 / 8.15)
    assert [part["figure"] for part in payback["lineage"]["inputs"]] == [
        "price.h200",
        "rent.h200.1y",
    ]


def test_the_previous_issue_can_be_read_from_a_manifest_or_a_core(sample_core: Any) -> None:
    for data in (sample_core, sample_core["core"]):
        figures = figures_from_snapshot(data)
        assert figures["rent.h200.1y"].quantity.point == 8
        issued = issued_in_snapshot(data)
        assert issued is not None
        assert issued.key == "2026-06-01"
    assert not [name for name in figures if name.startswith("internal.")]


def test_a_manifest_serves_as_since(made: Outcome, tmp_path: Path) -> None:
    old = made
    later = small_workbook(
        tmp_path,
        ("| 8.15 |", "| 8.65 |"),
        ("date | @2026-05-28\nhouse", "date | @2026-06-28\nhouse"),
    )
    new = make(later, tmp_path / "new", since=old.files[-1])
    assert old.files[-1].name == MANIFEST_NAME
    assert manifest_of(new)["core"]["inputs"]["since"]["sha256"] == sha256(
        old.files[-1].read_bytes()
    )
    assert not [issue for issue in new.issues if issue.code == "since-unusable"]


def test_the_client_core_says_nothing_of_internal_rows(made: Outcome) -> None:
    text = json.dumps(manifest_of(made)["core"], ensure_ascii=False)
    for word in ("97.31", "HOUSE4", "S2", "b300", "内部询价", "Prices!G5"):
        assert word not in text
    told = {(issue["sheet"], issue["cell"]) for issue in manifest_of(made)["core"]["issues"]}
    assert not [cell for sheet, cell in told if sheet == "Prices" and cell.endswith("5")]


def test_the_core_is_the_same_for_every_language_and_form(made: Outcome, tmp_path: Path) -> None:
    path = made.files[0].parents[3] / "small.xlsx"
    zh = manifest_of(make(path, tmp_path / "a", langs=("zh",)))
    assert zh["core_sha256"] == manifest_of(made)["core_sha256"]


def test_a_second_language_joins_the_first(tmp_path: Path) -> None:
    path = small_workbook(tmp_path)
    make(path, tmp_path / "out", langs=("zh",))
    found = manifest_of(make(path, tmp_path / "out", langs=("en",)))
    assert set(found["files"]) == {
        "figures.xlsx",
        "small-20260528-en.html",
        "small-20260528-zh.html",
    }
    changed = small_workbook(tmp_path, ("| 8.15 |", "| 8.65 |"))
    found = manifest_of(make(changed, tmp_path / "out", langs=("en",)))
    assert set(found["files"]) == {"figures.xlsx", "small-20260528-en.html"}


# ---- approvals ------------------------------------------------------------------------------


def test_an_approval_names_who_when_and_which_bytes(signed: Outcome) -> None:
    found = manifest_of(signed)
    (entry,) = found["approvals"]
    assert (entry["by"], entry["at"]) == ("Chen Wei", "2026-05-28T18:00:00+08:00")
    assert entry["files"] == {name: file["sha256"] for name, file in found["files"].items()}


def test_what_was_approved_is_never_overwritten(signed: Outcome, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = copied(signed, tmp_path)
    before = {path: path.read_bytes() for path in first.files}
    changed = small_workbook(tmp_path, ("| 8.15 |", "| 8.65 |"))
    second = make(changed, out)
    assert folder_of(second) == "small-20260528-r2"
    assert "small-20260528-r2-en.html" in {path.name for path in second.files}
    assert {path: path.read_bytes() for path in first.files} == before
    assert manifest_of(second)["approvals"] == []
    again = make(changed, out, approval=CHEN)
    assert folder_of(again) == "small-20260528-r2"
    third = make(small_workbook(tmp_path, ("| 8.15 |", "| 8.95 |")), out)
    assert folder_of(third) == "small-20260528-r3"


def test_the_same_bytes_stay_where_they_are_and_can_be_approved_again(
    signed: Outcome, tmp_path: Path
) -> None:
    path, out = tmp_path / "small.xlsx", tmp_path / "out"
    first = copied(signed, tmp_path)
    stamps = {file: file.stat().st_mtime_ns for file in first.files if file.name != MANIFEST_NAME}
    second = make(path, out, approval=Approval("Li Na", "2026-05-28T19:00:00+08:00"))
    assert folder_of(second) == "small-20260528"
    assert {file: file.stat().st_mtime_ns for file in stamps} == stamps
    assert [entry["by"] for entry in manifest_of(second)["approvals"]] == ["Chen Wei", "Li Na"]


def test_the_editions_are_approved_for_themselves(signed: Outcome, tmp_path: Path) -> None:
    out = tmp_path / "out"
    copied(signed, tmp_path)
    changed = small_workbook(tmp_path, ("| 8.15 |", "| 8.65 |"))
    assert folder_of(make(changed, out, edition="internal")) == "small-20260528"
    assert folder_of(make(changed, out)) == "small-20260528-r2"


def test_mailed_files_are_kept_like_approved_ones(made: Outcome, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = copied(made, tmp_path)
    found = manifest_of(first)
    hashes = {name: entry["sha256"] for name, entry in found["files"].items()}
    found["mailings"].append({"files": hashes})
    first.files[-1].write_bytes(encoded(found))
    second = make(small_workbook(tmp_path, ("| 8.15 |", "| 8.65 |")), out)
    assert folder_of(second) == "small-20260528-r2"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"approvals": [3]}', b'{"files": 3}'])
def test_a_manifest_that_cannot_be_read_protects_its_folder(
    made: Outcome, tmp_path: Path, damage: bytes
) -> None:
    path, out = tmp_path / "small.xlsx", tmp_path / "out"
    first = copied(made, tmp_path)
    first.files[-1].write_bytes(damage)
    assert folder_of(make(path, out)) == "small-20260528-r2"
    assert first.files[-1].read_bytes() == damage
