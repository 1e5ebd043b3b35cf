# ruff: noqa: E501 - payloads read better side by side
"""Names of files: whatever a cell says, what is written stays in its folder under a plain name."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.deliver.addresses import Mailbox
from reportgen.deliver.files import note_folder, note_name, write_all
from reportgen.deliver.mailings import draft_name
from reportgen.deliver.refusals import DeliveryError

ISSUED = date(2026, 5, 28)
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{name}{n}" for name in ("com", "lpt") for n in range(10)),
}
PATHS = [
    "../x", "..", ".", "./x", "../../etc/passwd", "..\\x", "a/../../x", "/etc/passwd", "//host/x",
    "\\\\host\\share\\x", "C:\\x", "C:x", "c:/x", "x:stream", "x.pdf:Zone.Identifier", "~/x", "~root",
    "a/b", "a\\b", "a/NUL", "CON", "con.pdf", "CON.tar.gz", "prn.", "AUX.html", "nul", "NUL.txt",
    "COM1", "com9.eml", "LPT1.pdf", "lpt0", "CONIN$", "conout$.pdf", "COM¹", "CLOCK$", "x.", "x ",
    "x. .", " x", ".x", ".reportgen-0123456789ab-new", "-x", "--out=x", "a" * 300, "a\n", "a\r\nb",
    "a\x00", "a\x00.pdf", "a\x1b[2J", "a\x7f", "a\t", "\u202efdp.x", "a\u200b", "a\u2215b", "a\uff0fb",
    "ａ.pdf", "a%2fb", "%2e%2e", "a*b", "a?b", "a|b", "a<b>", 'a"b', "算力", "é", "e\u0301", "", " ",
    "$HOME", "`id`", "$(id)", "a;b", "a&b", "a'b", "a,b", "a=b", "a@b", "desktop.ini/x",
]  # fmt: skip


def refused(folder: Path, name: str) -> bool:
    try:
        write_all(folder, {"good.pdf": b"x", name: b"y"})
    except DeliveryError:
        return True
    return False


@pytest.mark.parametrize("name", PATHS, ids=range(len(PATHS)))
def test_no_payload_names_a_file(tmp_path: Path, name: str) -> None:
    assert len(PATHS) >= 50
    folder = tmp_path / "out"
    assert refused(folder, name)
    assert list(tmp_path.rglob("*")) in ([], [folder])


@pytest.mark.parametrize("slug", PATHS, ids=range(len(PATHS)))
def test_no_payload_is_a_slug(slug: str) -> None:
    for make in (
        lambda: note_folder(Path("out"), slug, ISSUED, "client"),
        lambda: note_folder(Path("out"), "small", ISSUED, slug),
        lambda: note_name(slug, ISSUED, "zh", "pdf"),
    ):
        with pytest.raises(DeliveryError):
            make()


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=20) | st.sampled_from(PATHS))
def test_what_is_taken_as_a_slug_is_harmless_on_every_system(slug: str) -> None:
    try:
        name = note_name(slug, ISSUED, "zh", "pdf", 12)
        folder = note_folder(Path("out"), slug, ISSUED, "client", 12)
    except DeliveryError:
        return
    assert PLAIN.fullmatch(name)
    assert name == name.lower()
    assert folder.parts == ("out", f"{slug}-20260528-r12", "client")
    assert slug not in DEVICES


@pytest.mark.parametrize(
    "pair", [("a.pdf", "A.pdf"), ("x-ZH.html", "x-zh.html"), ("r.eml", "R.EML")]
)
def test_names_that_are_one_on_some_systems_are_refused(
    tmp_path: Path, pair: tuple[str, str]
) -> None:
    with pytest.raises(DeliveryError, match="differ in case"):
        write_all(tmp_path / "out", dict.fromkeys(pair, b"x"))


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=120) | st.sampled_from(PATHS),
    st.text(alphabet="abcXYZ019._+'&~-", min_size=1, max_size=64),
)
def test_the_name_of_a_draft_is_plain_and_its_own(name: str, local: str) -> None:
    taken: list[str] = []
    for to in (Mailbox(f"{local}@example.org", name), Mailbox(f"{local}@other.example", name)):
        taken.append(draft_name(f"{'s' * 60}-20260528-r12-zh.pdf", to, taken))
    for one in taken:
        assert PLAIN.fullmatch(one)
        assert one.startswith("s" * 60 + "-20260528-r12-zh-")
        assert one == one.lower()
    assert len(set(taken)) == 2


@pytest.mark.parametrize(
    ("name", "address", "end"),
    [
        ("Li Na", "x@example.org", "li-na"),
        ("李娜", "li.na@example.org", "li-na"),
        ("", "li.na@example.org", "li-na"),
        ("../../CON", "x@example.org", "con"),
        ("", "__@example.org", "reader"),
        ("A" * 300, "x@example.org", "a" * 36),
    ],
)
def test_who_a_draft_is_for_can_be_read_in_its_name(name: str, address: str, end: str) -> None:
    found = draft_name("small-20260528-zh.pdf", Mailbox(address, name), ())
    assert found == f"small-20260528-zh-{end}.eml"


def test_a_name_that_is_taken_in_another_case_is_not_used_again() -> None:
    taken = ["SMALL-20260528-ZH-A.EML", "small-20260528-zh-a-2.eml"]
    found = draft_name("small-20260528-zh.pdf", Mailbox("a@example.org"), taken)
    assert found == "small-20260528-zh-a-3.eml"
