"""Drafting mails for a finished note: who gets what, what it says, what is refused and recorded."""

from __future__ import annotations

import email
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import fast_mail_parser
import jsonschema
import pytest
from PIL import Image

from reportgen import exits, mailing, pipeline
from reportgen.checking import Stages
from reportgen.deliver import message as messages
from reportgen.deliver import readback
from reportgen.deliver.addresses import Mailbox
from reportgen.deliver.finished import finished_issue
from reportgen.deliver.manifest import MANIFEST_NAME, approved, encoded, sha256
from reportgen.mail_order import Drafted, Order
from reportgen.render.mail import Frame, mail_text
from reportgen.render.raster import PLATE
from reportgen.render.theme import load_theme
from reportgen.render.worker import PdfWorker
from tests.made import small_workbook
from tests.sheets import make_workbook
from tests.test_logo import HOUSE, house, svg

AT = datetime(2026, 5, 28, 9, 30, tzinfo=timezone(timedelta(hours=8)))
OURS = frozenset({"house.example"})
QUIET = Stages(lambda: 0.0, lambda _: None)
PEOPLE = """
# Recipients
name | address | language | edition | greeting
李娜 | li.na@fund.example | 中文 | client | 李总，早上好：
Sam Reader | sam@fund.example | en | client |
王伟 | wang.wei@house.example | zh | internal |
"""


@pytest.fixture(scope="module")
def workers() -> Iterator[dict[str, PdfWorker]]:
    with PdfWorker() as zh, PdfWorker() as en:
        yield {"zh": zh, "en": en}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, workers: dict[str, PdfWorker]) -> Path:
    """The client edition in both languages and the internal one in Chinese."""
    folder = tmp_path_factory.mktemp("built")
    workbook = small_workbook(folder)
    for edition, langs in (("client", ("zh", "en")), ("internal", ("zh",))):
        request = pipeline.Request(workbook, folder / "out", langs, edition)  # type: ignore[arg-type]
        outcome = pipeline.build(request, (), workers, QUIET)  # type: ignore[arg-type]
        assert outcome.code == exits.DONE, [str(issue) for issue in outcome.issues]
    return folder


@pytest.fixture
def desk(tmp_path: Path, built: Path) -> Path:
    """A copy of what was built, to draft in."""
    shutil.copytree(built, tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def drafted(desk: Path, workers: dict[str, PdfWorker]) -> Any:
    """Draft mails for the note in the desk's folder."""

    def do(edition: str = "client", file: str = "", **order: Any) -> Drafted:
        note = desk / "out" / "small-20260528" / edition / file
        return mailing.draft(Order(note, **order), workers["zh"], AT, QUIET)

    return do


def people(desk: Path, text: str = PEOPLE, name: str = "people.xlsx") -> Path:
    note = "# Note\nkey | value\nlanguage | zh\n"
    return make_workbook(desk / name, note + text)


def read(path: Path) -> EmailMessage:
    found = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(path: Path, kind: str) -> str:
    part = read(path).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def manifest(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / MANIFEST_NAME).read_bytes())
    return data


def codes(done: Drafted) -> list[tuple[str, str, str]]:
    return [(issue.code, issue.sheet, issue.cell) for issue in done.issues]


ZH, EN = "small-20260528-zh.pdf", "small-20260528-en.pdf"

# ---- what a draft holds ---------------------------------------------------------------------


def test_a_draft_says_page_one_and_encloses_the_note(drafted: Any, desk: Path) -> None:
    done = drafted(file=EN, to=("Sam Reader <sam@fund.example>",), terms=desk / "small.xlsx")
    assert (done.code, codes(done)) == (exits.DONE, [("note-unapproved", "", "")])
    (path,) = done.files
    assert path.name == "small-20260528-en-sam-reader.eml"
    found = read(path)
    assert str(found["To"]) == "Sam Reader <sam@fund.example>"
    assert found["Subject"] == "Sample Research: H100 rents rose within the month"
    assert found["Date"].datetime == AT
    text, html = body(path, "plain"), body(path, "html")
    for said in ("Dear Sam Reader,", "H100 rents rose within the month", "67–68", "H100 1-year"):
        assert said in text
        assert said in html
    assert "Exhibit 1" in text
    assert '<html lang="en">' in html
    pictures = [part for part in found.walk() if part.get_content_type() == "image/png"]
    assert 1 <= len(pictures) <= 2
    for picture in pictures:
        assert f"cid:{picture['Content-ID'].strip('<>')}" in html
        data = picture.get_payload(decode=True)
        assert isinstance(data, bytes)
        assert int.from_bytes(data[16:20], "big") == 1200  # the width in a PNG's header
        assert len(data) < 60_000
    (pdf,) = found.iter_attachments()
    assert pdf.get_filename() == EN
    assert pdf.get_content() == (path.parent / EN).read_bytes()


def test_the_plain_text_says_a_charts_title_once(sample_note: Path) -> None:
    """The text alternative of a chart may begin with its title."""
    for lang, colon in (("zh", "："), ("en", ": ")):
        note = finished_issue(sample_note).note(lang)  # type: ignore[arg-type]
        assert note is not None
        text = mail_text(note.front, Frame("Hello,", note.name), load_theme("default"))
        told = " ".join(text.split())
        titles = [one.title.partition(colon)[2] for one in note.front.charts]
        assert [told.count(title) for title in titles] == [1] * len(titles)
        assert any(
            one.alt.startswith(title) for one, title in zip(note.front.charts, titles, strict=True)
        )
        assert all(one.alt.split("; ")[-1].split("；")[-1] in told for one in note.front.charts)


def test_a_second_parser_reads_the_same(drafted: Any) -> None:
    (path,) = drafted(file=ZH, to=("李娜 <li.na@fund.example>",)).files
    other = fast_mail_parser.parse_email(path.read_bytes(), strict=True)
    (to,) = other.to
    assert (to.address, to.display_name) == ("li.na@fund.example", "李娜")
    assert other.subject == "【示例研究】H100 租金月内上涨"
    assert other.text_plain[0].startswith("李娜，您好：\r\n")
    (pdf,) = (one for one in other.attachments if one.mimetype == "application/pdf")
    assert pdf.filename == f"产业调研纪要-{ZH}"
    assert bytes(pdf.content) == (path.parent / ZH).read_bytes()


def test_what_a_mail_says_comes_from_the_note_not_from_the_workbook(
    drafted: Any, desk: Path
) -> None:
    changed = small_workbook(desk, ("| 6.7 |", "| 7.7 |"), ("| 6.8 |", "| 7.8 |"))
    (path,) = drafted(file=ZH, to=("a@fund.example",), terms=changed).files
    assert "6.7–6.8" in body(path, "plain")
    assert "7.7" not in body(path, "plain")


def test_a_sender_and_a_subject_can_be_given(drafted: Any) -> None:
    order = {
        "to": ("a@fund.example",),
        "subject": "本周算力",
        "sender": "陈伟 <chen@house.example>",
    }
    (path,) = drafted(file=ZH, **order).files
    assert (read(path)["Subject"], str(read(path)["From"])) == (
        "本周算力",
        "陈伟 <chen@house.example>",
    )


@pytest.fixture(scope="module")
def branded(tmp_path_factory: pytest.TempPathFactory, workers: dict[str, PdfWorker]) -> Path:
    """The Chinese note of a house with a logo, and its draft."""
    folder = house(tmp_path_factory.mktemp("branded"), 'logo = "a.svg"', a_svg=svg())
    book = small_workbook(folder)
    request = pipeline.Request(book, folder / "out", ("zh",), theme="ours", theme_folder=folder)
    outcome = pipeline.build(request, (), workers, QUIET)  # type: ignore[arg-type]
    assert outcome.code == exits.DONE, [str(issue) for issue in outcome.issues]
    note = folder / "out" / "small-20260528" / "client"
    order = Order(note, ("a@fund.example",), terms=book, theme_folder=folder)
    done = mailing.draft(order, workers["zh"], AT, QUIET)
    assert (done.code, codes(done)) == (exits.DONE, [("note-unapproved", "", "")])
    return done.files[0]


def test_a_logo_travels_in_the_message_before_the_charts(branded: Path) -> None:
    other = fast_mail_parser.parse_email(branded.read_bytes(), strict=True)
    pictures = [one for one in other.attachments if one.mimetype == "image/png"]
    assert [one.filename for one in pictures] == ["logo.png", "chart-1.png", "chart-2.png"]
    cids = [str(one.content_id).strip("<>") for one in pictures]
    assert re.findall(r'src="cid:([^"]+)"', other.text_html[0]) == cids
    (size,) = re.findall(r'<img src="cid:logo[^>]* width="(\d+)" height="(\d+)" alt="([^"]+)"',
                         other.text_html[0])  # fmt: skip
    assert size == (str(160 + 2 * PLATE), str(40 + 2 * PLATE), HOUSE)  # 40 px high, 4 times as wide
    picture = Image.open(io.BytesIO(bytes(pictures[0].content)))
    assert picture.mode == "RGB"  # no ground shines through
    assert picture.size == (3 * 172, 3 * 52)
    edge, inside = 3 * PLATE - 2, 3 * PLATE + 2
    for x, y in ((0, 0), (edge, 78), (-1 - edge, -1), (258, edge)):
        assert picture.getpixel((x % picture.width, y % picture.height)) == (255, 255, 255)
    assert picture.getpixel((inside, inside)) == (0xC0, 0, 0)
    assert other.text_html[0].index(HOUSE) < other.text_html[0].index("您好")


def test_a_logo_changes_no_word_of_the_plain_text(branded: Path, drafted: Any) -> None:
    (plain,) = drafted(file=ZH, to=("a@fund.example",)).files
    named = body(plain, "plain").replace(" 示例研究 ", f" {HOUSE} ")
    assert HOUSE in named
    assert body(branded, "plain") == named
    assert "height=" not in body(plain, "html")  # nor a house without one its mail
    assert "logo" not in body(plain, "html")


def test_a_logo_that_is_not_in_the_message_is_noticed(branded: Path) -> None:
    found = read(branded)
    parts = [one for one in found.walk() if one.get_content_type() == "image/png"]
    pictures = tuple(
        messages.Picture(one["Content-ID"].strip("<>"), str(one.get_filename()), one.get_content())
        for one in parts
    )
    (pdf,) = found.iter_attachments()
    letter = messages.Letter(
        None, Mailbox("a@fund.example", ""), str(found["Subject"]), AT, "zh",
        body(branded, "plain"), body(branded, "html"), pictures, ZH, str(pdf.get_filename()),
        pdf.get_content(),
    )  # fmt: skip
    assert messages.message(letter) == branded.read_bytes()
    assert readback.mismatches(branded.read_bytes(), letter) == ()
    without = replace(letter, pictures=pictures[1:])
    assert "pictures in the HTML" in readback.mismatches(messages.message(without), without)
    assert readback.mismatches(messages.message(without), letter)[0].startswith("parts ")


# ---- who gets what --------------------------------------------------------------------------


def test_each_on_the_sheet_gets_a_message_of_their_own(drafted: Any, desk: Path) -> None:
    done = drafted(recipients=people(desk), domains=OURS)
    assert done.code == exits.DONE
    assert [(path.parent.name, path.name) for path in done.files] == [
        ("client", "small-20260528-zh-li-na.eml"),
        ("client", "small-20260528-en-sam-reader.eml"),
        ("internal", "small-20260528-zh-wang-wei.eml"),
    ]
    opened = [body(path, "plain").splitlines()[0] for path in done.files]
    assert opened == ["李总，早上好：", "Dear Sam Reader,", "王伟，您好："]
    addresses = ["li.na@fund.example", "sam@fund.example", "wang.wei@house.example"]
    for path, own in zip(done.files, addresses, strict=True):
        found = read(path)
        assert [one.addr_spec for one in found["To"].addresses] == [own]
        whole = path.read_text("ascii") + body(path, "plain") + body(path, "html")
        for other in addresses:
            assert other == own or other not in whole
    assert "内部" in str(read(done.files[2])["Subject"])
    assert "内部版，请勿外传" in body(done.files[2], "html")


def test_who_is_passed_over_is_named(drafted: Any, desk: Path) -> None:
    rows = PEOPLE.replace("| zh | internal", "| en | internal")
    twice = "李娜 | LI.NA@fund.example | zh | client |\n"
    done = drafted(recipients=people(desk, rows + twice), domains=OURS)
    assert done.code == exits.DONE
    assert len(done.files) == 2
    assert ("note-not-built", "Recipients", "B4") in codes(done)
    assert ("recipient-twice", "Recipients", "B5") in codes(done)
    (said,) = (issue for issue in done.issues if issue.code == "note-not-built")
    assert "reportgen build --edition internal --lang en" in said.message.en


def test_the_folder_alone_does_not_say_which_language(drafted: Any) -> None:
    assert codes(drafted(to=("a@fund.example",))) == [("which-language", "", "")]
    (path,) = drafted(to=("a@fund.example",), lang="en").files
    assert path.name == "small-20260528-en-a.eml"


def test_the_issues_folder_means_the_client_edition(drafted: Any) -> None:
    (path,) = drafted(edition="", to=("a@fund.example",), lang="zh").files
    assert path.parent.name == "client"


def test_names_that_look_alike_in_a_file_name_stay_apart(drafted: Any) -> None:
    to = ("A.B <x@one.example>", "a-b <y@two.example>", "a_b@three.example", "王 <a/b@x.example>")
    done = drafted(file=ZH, to=to[:3])
    assert [path.name for path in done.files] == [
        "small-20260528-zh-a-b.eml", "small-20260528-zh-a-b-2.eml", "small-20260528-zh-a-b-3.eml",
    ]  # fmt: skip
    assert drafted(file=ZH, to=to[3:]).code == exits.USAGE


# ---- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize("domains", [frozenset(), frozenset({*OURS, "example"})])
def test_an_internal_edition_goes_to_nobody_outside(
    drafted: Any, desk: Path, domains: frozenset[str]
) -> None:
    before = sorted(desk.rglob("*"))
    for address in ("eve@fund.example", "eve@house.example.net", "eve@mail.house.example"):
        done = drafted(edition="internal", file=ZH, to=(address,), domains=domains)
        assert (done.code, codes(done)) == (
            exits.GATE_REFUSED,
            [("internal-to-outside", "", "--to")],
        )
    assert ("own_domains" in done.issues[0].message.en) == (not domains)
    outside = people(desk, PEOPLE.replace("wang.wei@house", "wang.wei@fund"))
    done = drafted(recipients=outside, domains=domains)
    assert done.code == exits.GATE_REFUSED
    assert ("internal-to-outside", "Recipients", "B4") in codes(done)
    assert sorted(desk.rglob("*")) == sorted([*before, outside])


def test_an_internal_note_cannot_pass_for_a_clients(drafted: Any, desk: Path) -> None:
    folder = desk / "out" / "small-20260528" / "internal"
    told = (folder / MANIFEST_NAME).read_text(encoding="utf-8")
    lied = told.replace('"edition":"internal"', '"edition":"client"')
    assert lied != told
    (folder / MANIFEST_NAME).write_text(lied, encoding="utf-8")
    done = drafted(edition="internal", file=ZH, to=("eve@fund.example",), domains=OURS)
    assert (done.code, codes(done)) == (exits.USAGE, [("not-a-note", "", "")])
    assert list(folder.glob("*.eml")) == []


@pytest.mark.parametrize("suffix", ["pdf", "html"])
def test_a_file_changed_after_the_build_does_not_go_out(
    drafted: Any, desk: Path, suffix: str
) -> None:
    path = desk / "out" / "small-20260528" / "client" / f"small-20260528-zh.{suffix}"
    path.write_bytes(path.read_bytes() + b" ")
    done = drafted(file=ZH, to=("a@fund.example",))
    assert (done.code, codes(done)) == (exits.USAGE, [("not-a-note", "", "")])
    assert "changed after the build" in done.issues[0].message.en


def test_what_is_no_finished_note_is_said(drafted: Any, desk: Path) -> None:
    for file in ("nothing.pdf", "../../../small.xlsx"):
        done = drafted(file=file, to=("a@fund.example",))
        assert (done.code, codes(done)) == (exits.USAGE, [("not-a-note", "", "")])
    folder = desk / "out" / "small-20260528" / "client"
    for damage in (b"", b"{", b"[]", b"3", b'{"files":3}', b"\xff", b"[" * 100_000):
        (folder / MANIFEST_NAME).write_bytes(damage)
        assert drafted(file=ZH, to=("a@fund.example",)).code == exits.USAGE


def test_a_note_without_its_web_page_asks_for_one(drafted: Any, desk: Path) -> None:
    folder = desk / "out" / "small-20260528" / "client"
    data = manifest(folder)
    del data["files"]["small-20260528-zh.html"]
    (folder / MANIFEST_NAME).write_bytes(encoded(data))
    done = drafted(file=ZH, to=("a@fund.example",))
    assert "--format all" in done.issues[0].message.en


def test_rows_that_cannot_be_used_name_their_cells_and_nothing_is_written(
    drafted: Any, desk: Path
) -> None:
    rows = """
# Recipients
name | address | language | edition | greeting
Sam | sam@fund.example | en | client |
A | a@x.example, b@x.example | zh | client |
A | =?UTF-8?Q?=0A?=@x.example | zh | client |
A <b@x.example> | a@x.example | zh | client |
A 💩 =?UTF-8?Q?=0A?=Bcc: x@y | a@x.example | zh | client |
A | a@x.example | zh | client | 您好 =?UTF-8?Q?=0A?=
A | a@x.example | french | client |
A | a@x.example | zh | clients |
A | | zh | client |
A | a@exаmple.org | zh | client |
"""
    done = drafted(recipients=people(desk, rows))
    assert done.code == exits.WORKBOOK_ERRORS
    assert {(sheet, cell) for _, sheet, cell in codes(done)} == {
        ("Recipients", cell) for cell in ("B3", "B4", "A5", "A6", "E7", "C8", "D9", "B10", "B11")
    }
    assert done.files == ()
    assert list(desk.rglob("*.eml")) == []


def test_a_workbook_without_readers_is_said(drafted: Any, desk: Path) -> None:
    done = drafted(recipients=desk / "small.xlsx")
    assert done.code == exits.WORKBOOK_ERRORS
    assert "no-recipients" in [code for code, _, _ in codes(done)]
    assert not done.in_both
    done = drafted(recipients=desk / "gone.xlsx")
    assert done.code == exits.WORKBOOK_ERRORS
    assert [code for code, _, _ in codes(done)] == ["file-missing"]  # not that it names nobody
    assert done.in_both  # it does not say which language the analyst reads


@pytest.mark.parametrize(
    ("option", "place"),
    [
        ({"subject": "a\nBcc: eve@x.example"}, "--subject"),
        ({"subject": "x" * 201}, "--subject"),
        ({"sender": "a@x.example\r\n"}, "--from, mail_from"),
        ({"to": ("a@x.example\n",)}, "--to"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(
    drafted: Any, option: dict[str, Any], place: str
) -> None:
    done = drafted(file=ZH, **({"to": ("a@x.example",)} | option))
    assert (done.code, codes(done)) == (exits.USAGE, [("mail-words", "", place)])


def test_redacted_words_stay_in(drafted: Any, desk: Path) -> None:
    secret = "# Redactions\nterm | replacement\n冯冠儒 | 某\n"
    book = make_workbook(desk / "terms.xlsx", "# Note\nkey | value\nlanguage | zh\n" + secret)
    order = {"file": ZH, "to": ("a@fund.example",), "terms": book}
    for told in ({"subject": "冯 冠儒说"}, {"sender": "馮冠儒 <f@house.example>"}):
        done = drafted(**order, **told)
        assert (done.code, done.files) == (exits.GATE_REFUSED, ())
        assert codes(done)[0][0] == "redacted-term"
    greeted = people(desk, PEOPLE.replace("李总，早上好：", "冯冠儒嘱转：") + secret)
    assert drafted(recipients=greeted, domains=OURS).code == exits.GATE_REFUSED
    assert list(desk.rglob("*.eml")) == []


def test_a_redacted_word_inside_the_pdf_stays_in_too(drafted: Any, desk: Path) -> None:
    secret = "# Redactions\nterm | replacement\n经纪商报价 | 某\n"
    book = make_workbook(desk / "terms.xlsx", "# Note\nkey | value\nlanguage | zh\n" + secret)
    done = drafted(file=ZH, to=("a@fund.example",), terms=book)
    assert done.code == exits.GATE_REFUSED
    assert any("PDF" in str(issue) or ZH in str(issue) for issue in done.issues)


def test_without_a_workbook_it_is_said_that_nothing_was_searched(drafted: Any) -> None:
    done = drafted(file=ZH, to=("a@fund.example",))
    assert codes(done)[0] == ("not-searched", "", "")


# ---- what is recorded -----------------------------------------------------------------------


def test_a_workbook_that_cannot_be_read_is_not_taken_for_one_without_terms(
    drafted: Any, desk: Path
) -> None:
    (desk / "small.xlsx").write_bytes(b"no workbook")
    done = drafted(file=ZH, to=("wang@fund.example",), terms=desk / "small.xlsx")
    assert done.code == exits.DONE
    assert "not-searched" in [code for code, _, _ in codes(done)]


def test_what_was_drafted_for_whom_is_recorded(drafted: Any, project: Path) -> None:
    (path,) = drafted(file=ZH, to=("李娜 <li.na@fund.example>",)).files
    found = manifest(path.parent)
    assert found["mailings"] == [
        {
            "at": "2026-05-28T09:30:00+08:00",
            "to": "li.na@fund.example",
            "lang": "zh",
            "approved": False,
            "sample": False,
            "files": {
                ZH: sha256((path.parent / ZH).read_bytes()),
                path.name: sha256(path.read_bytes()),
            },
        }
    ]
    schema = json.loads((project / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)


def test_what_nobody_approved_and_a_sample_are_said_and_recorded(drafted: Any, desk: Path) -> None:
    folder = desk / "out" / "small-20260528" / "client"
    page = folder / ZH.replace(".pdf", ".html")
    text = page.read_text(encoding="utf-8").replace('"sample":false', '"sample":true')
    page.write_text(text, encoding="utf-8")
    kept = manifest(folder)
    kept["files"][page.name] = {"sha256": sha256(page.read_bytes()), "bytes": 1}
    (folder / MANIFEST_NAME).write_bytes(encoded(kept))
    order = {"to": ("a@b.example", "c@b.example")}
    done = drafted(file=ZH, **order)
    assert done.code == exits.DONE
    said = [code for code, _, _ in codes(done)]
    assert said == ["not-searched", "note-sample", "note-unapproved"]  # once a note
    told = done.issues[1:]
    assert all(ZH in issue.message.zh and ZH in issue.message.en for issue in told)
    assert [(one["approved"], one["sample"]) for one in manifest(folder)["mailings"]] == [
        (False, True)
    ] * 2
    kept = manifest(folder)
    other = approved(kept | {"files": {ZH: {"sha256": "0" * 64}}}, "Li", AT.isoformat())
    (folder / MANIFEST_NAME).write_bytes(encoded(kept | {"approvals": other["approvals"]}))
    done = drafted(file=ZH, again=True, **order)  # other bytes of that name were approved
    assert "note-unapproved" in [code for code, _, _ in codes(done)]
    kept = manifest(folder)
    (folder / MANIFEST_NAME).write_bytes(encoded(approved(kept, "Li", AT.isoformat())))
    done = drafted(file=ZH, again=True, **order)
    assert [code for code, _, _ in codes(done)] == ["not-searched", "note-sample"]
    assert manifest(folder)["mailings"][-1]["approved"] is True


def test_an_internal_note_needs_no_approval(drafted: Any) -> None:
    done = drafted("internal", ZH, to=("wang@house.example",), domains=OURS)
    assert (done.code, codes(done)) == (exits.DONE, [("not-searched", "", "")])


def test_a_drafted_note_is_never_overwritten(
    drafted: Any, desk: Path, workers: dict[str, PdfWorker]
) -> None:
    (path,) = drafted(file=ZH, to=("a@fund.example",)).files
    before = {one: one.read_bytes() for one in path.parent.iterdir()}
    changed = small_workbook(desk, ("| 8.15 |", "| 8.65 |"), name="changed.xlsx")
    request = pipeline.Request(changed, desk / "out", ("zh",))
    outcome = pipeline.build(request, (), workers, QUIET)  # type: ignore[arg-type]
    assert {file.parent.parent.name for file in outcome.files} == {"small-20260528-r2"}
    assert {one: one.read_bytes() for one in path.parent.iterdir()} == before
    again = drafted(file=ZH, to=("b@fund.example",))
    assert ("newer-revision", "", "") in codes(again)
    newer = desk / "out" / "small-20260528-r2" / "client" / "small-20260528-r2-zh.html"
    done = mailing.draft(Order(newer, ("a@fund.example",)), workers["zh"], AT, QUIET)
    assert [one.name for one in done.files] == ["small-20260528-r2-zh-a.eml"]


def test_nobody_gets_the_same_note_twice_unasked(drafted: Any, desk: Path) -> None:
    (first,) = drafted(file=ZH, to=("a@fund.example",)).files
    kept = first.read_bytes()
    again = drafted(file=ZH, to=("A@fund.example", "b@fund.example"))
    assert [path.name for path in again.files] == ["small-20260528-zh-b.eml"]
    assert ("drafted-already", "", "--to") in codes(again)
    alone = drafted(file=ZH, to=("a@fund.example",))
    assert (alone.code, alone.files) == (exits.DONE, ())
    (second,) = drafted(file=ZH, to=("a@fund.example",), again=True).files
    assert second.name == "small-20260528-zh-a-2.eml"
    assert first.read_bytes() == kept
    assert len(manifest(first.parent)["mailings"]) == 3


def test_a_note_rebuilt_meanwhile_is_not_mailed(
    drafted: Any, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk / "out" / "small-20260528" / "client"
    real = readback.mismatches

    def meanwhile(*args: Any) -> Any:
        data = manifest(folder)
        data["files"][ZH]["sha256"] = "0" * 64
        (folder / MANIFEST_NAME).write_bytes(encoded(data))
        return real(*args)

    monkeypatch.setattr(mailing, "mismatches", meanwhile)
    done = drafted(file=ZH, to=("a@fund.example",))
    assert (done.code, done.files) == (exits.BUSY, ())
    assert list(folder.glob("*.eml")) == []


def test_a_message_that_reads_otherwise_is_given_up(
    drafted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = messages.message

    def with_a_guest(letter: Any) -> bytes:
        return real(replace(letter, subject=letter.subject + "!"))

    monkeypatch.setattr(mailing, "message", with_a_guest)
    done = drafted(file=ZH, to=("a@fund.example",))
    assert (done.code, done.files) == (exits.INTERNAL_FAULT, ())
    assert "Subject" in done.issues[-1].message.en


# ---- the command ----------------------------------------------------------------------------


def run(desk: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reportgen", "mail", *arguments],
        cwd=desk, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_command_takes_sender_domains_and_workbook_from_the_settings(desk: Path) -> None:
    (desk / "reportgen.toml").write_text(
        'workbook = "small.xlsx"\nown_domains = "house.example"\n'
        'mail_from = "陈伟 <chen@house.example>"\n',
        encoding="utf-8",
    )
    note = f"out/small-20260528/internal/{ZH}"
    done = run(desk, note, "--to", "wang.wei@house.example", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"], told["issues"]["warning"]) == (0, 0, [])
    (path,) = (desk / file["path"] for file in told["files"])
    assert str(read(path)["From"]) == "陈伟 <chen@house.example>"
    assert read(path)["Date"].datetime.tzinfo is not None
    refused = run(desk, note, "--to", "eve@fund.example")
    assert (refused.returncode, refused.stdout) == (exits.GATE_REFUSED, "")
    assert "eve@fund.example" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_without_a_reader_the_command_says_how_to_name_one(desk: Path) -> None:
    done = run(desk, "out")
    assert (done.returncode, done.stdout) == (exits.USAGE, "")
    assert "--recipients" in done.stderr
