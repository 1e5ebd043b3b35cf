"""Nobody waits for a pipe or reads a device without an end, whatever command names it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reportgen.deliver.finished import UnfinishedError, finished_issue
from reportgen.deliver.manifest import MANIFEST_NAME
from reportgen.deliver.trace import UntraceableError, read_passports
from reportgen.exits import USAGE
from reportgen.plain_files import open_plain, plain_bytes, plain_text
from reportgen.render.theme import ThemeError, read_theme
from reportgen.settings import SETTINGS_FILE, SettingsError, read_settings
from reportgen.verification import verify

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pipes or devices as files")


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def endless(path: Path) -> Path:
    path.symlink_to("/dev/zero")
    return path


ODD: tuple[Callable[[Path], Path], ...] = (pipe, endless)


@pytest.mark.parametrize("make", ODD)
def test_what_is_no_file_is_refused_at_once(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path / "odd.pdf")
    for read in (open_plain, plain_bytes, plain_text):
        with pytest.raises(OSError, match="not a plain file"):
            read(path)
    with pytest.raises(UntraceableError):
        read_passports(path)
    unused: Any = None  # it does not get so far as to render
    assert verify(path, None, None, unused, unused).code == USAGE


@pytest.mark.parametrize("make", ODD)
def test_a_manifest_that_is_none_holds_nobody_up(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    make(tmp_path / MANIFEST_NAME)
    with pytest.raises(UnfinishedError):
        finished_issue(tmp_path)


def test_a_file_without_an_end_is_not_read_to_it(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"\xef\xbb\xbfabc")
    assert (plain_bytes(path, 6), plain_text(path)) == (b"\xef\xbb\xbfabc", "abc")
    with pytest.raises(OSError, match="large"):
        plain_bytes(path, 5)
    with pytest.raises(OSError, match="not a plain file"):
        plain_bytes(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "workbook = " + "[" * 100_000,
        "workbook = " + "9" * 5_000,
        "workbook = 'a'\n" + "#" * 2_000_000,
        "workbook = '\udcff'",
    ],
    ids=["nested", "number", "huge", "bytes"],
)
def test_settings_that_cannot_be_read_are_told_in_words(text: str, tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(SettingsError) as told:
        read_settings(tmp_path)
    assert "cannot be read" in told.value.text.en or "must" in told.value.text.en


@pytest.mark.parametrize("text", ["a = " + "9" * 5_000, "a = " + "[" * 9_000], ids=["9", "["])
def test_a_theme_that_cannot_be_read_is_told_in_words(text: str) -> None:
    with pytest.raises(ThemeError, match="evil"):
        read_theme(text, "evil", lambda _: b"")
