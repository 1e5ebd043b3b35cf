"""Nothing is fetched and nothing from outside gets in, whatever a text or a template asks for.

A listener counts requests and a file outside the project holds a secret. A workbook with
something hostile in every text column is built as an analyst would build it, and what came
out is read back by other programs: a browser, qpdf, openpyxl.
"""

from __future__ import annotations

import io
import json
import re
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest

from reportgen.language import LANGS, Lang
from reportgen.render.resources import template_text
from reportgen.render.theme import ThemeError, read_theme
from reportgen.render.worker import PdfWorker, WorkerError
from tests.poison import CANARY, poisoned

SECRET = "ZQ-canary-ZQ"
CHROMIUM = Path("/usr/bin/chromium")
SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'

VECTORS = {
    "img": '<img src="{url}" alt="x">',
    "srcset": '<img srcset="{url} 2x" alt="x">'
    '<picture><source srcset="{url}"><img alt="x"></picture>',
    "stylesheet": '<link rel="stylesheet" href="{url}">',
    "icon": '<link rel="icon" href="{url}"><link rel="preload" as="image" href="{url}">',
    "attachment": '<link rel="attachment" href="{url}"><a rel="attachment" href="{url}">x</a>',
    "object": '<object data="{url}"></object>',
    "embed": '<embed src="{url}"><iframe src="{url}"></iframe>',
    "import": '<style>@import url("{url}");</style>',
    "font-face": '<style>@font-face{{font-family:q;src:url("{url}")}}p{{font-family:q}}</style>'
    "<p>x</p>",
    "background": '<p style="background:url({url})">x</p>',
    "list-style": '<ul><li style="list-style:url({url})">x</ul>',
    "content": '<style>i::before{{content:url("{url}")}}</style><i>x</i>',
    "svg": f'<svg {SVG} width="9" height="9"><image href="{{url}}" width="9" height="9"/>'
    '<use xlink:href="{url}#a"/><filter id="f"><feImage href="{url}"/></filter>'
    '<rect width="9" height="9" filter="url({url}#f)" fill="url({url}#g)"/></svg>',
    "base": '<base href="{url}/"><img src="x.png" alt="x">',
}
"""Ways in which a page asks for something; {url} is what it asks for."""

ADDRESSES = ("http", "redirect", "file", "relative", "data", "part")


class Listener:
    """Counts what is asked of it, and sends whoever asks for /redirect to the secret."""

    def __init__(self, secret: Path, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self._secret = secret
        self.port = self._socket.getsockname()[1]
        self.asked: list[bytes] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                with suppress(OSError):  # a browser may connect ahead of asking, and never ask
                    if question := connection.recv(1000):
                        self.asked.append(question)
                told = f"HTTP/1.0 302 Found\r\nLocation: {self._secret.as_uri()}\r\n\r\n{SECRET}"
                connection.sendall(told.encode())

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("outside") / "secret.svg"
    path.write_text(f"<svg {SVG}><text>{SECRET}</text></svg>", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def listener(secret: Path) -> Iterator[Listener]:
    opened = Listener(secret)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[PdfWorker]:
    with PdfWorker() as started:
        yield started


def address(kind: str, listener: Listener, secret: Path) -> str:
    """What a vector asks for."""
    inner = f"<svg {SVG}><image href='{secret.as_uri()}'/><text>{SECRET}</text></svg>"
    return {
        "http": f"http://127.0.0.1:{listener.port}/x.png",
        "redirect": f"http://127.0.0.1:{listener.port}/redirect",
        "file": secret.as_uri(),
        "relative": str(secret),
        "data": "data:image/svg+xml," + inner.replace("#", "%23").replace('"', "%22"),
        "part": f"part:chart/../../../../{secret}",
    }[kind]


def content(pdf: bytes) -> bytes:
    """All that a PDF holds, unpacked."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


@pytest.mark.parametrize("vector", VECTORS)
def test_an_edited_template_lets_nothing_in(
    worker: PdfWorker, listener: Listener, secret: Path, vector: str
) -> None:
    """The vector with every address in the head, a heading, a paragraph and a table cell."""
    _set_page(worker, listener, secret, vector, ADDRESSES)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ADDRESSES)
@pytest.mark.parametrize("vector", VECTORS)
def test_one_address_alone_gets_no_further(
    worker: PdfWorker, listener: Listener, secret: Path, vector: str, kind: str
) -> None:
    _set_page(worker, listener, secret, vector, (kind,))


def _set_page(
    worker: PdfWorker, listener: Listener, secret: Path, vector: str, kinds: tuple[str, ...]
) -> None:
    markup = "".join(VECTORS[vector].format(url=address(kind, listener, secret)) for kind in kinds)
    page = (
        f'<html lang="en"><head><title>x</title>{markup}</head><body><h2>{markup}x</h2>'
        f"<p>{markup}x</p><table><tr><td>{markup}x</td></tr></table></body></html>"
    )
    before = len(listener.asked)
    try:
        made = worker.render(page, {})
    except WorkerError:
        made = b""
    assert len(listener.asked) == before
    if made:  # the engine passes over what it has no use for
        assert SECRET.encode() not in content(made)


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_picture_that_asks_for_more_gets_nothing(
    worker: PdfWorker, listener: Listener, secret: Path, kind: str
) -> None:
    url = address(kind, listener, secret).replace("<", "%3C").replace(">", "%3E")
    svg = VECTORS["svg"].format(url=url).replace(
        "<rect", f"<style>@import url('{url}');rect{{fill:url('{url}')}}</style><rect", 1
    )  # fmt: skip
    before = len(listener.asked)
    page = '<html lang="en"><title>x</title><img src="part:chart/a" alt="x"></html>'
    try:
        made = worker.render(page, {"a": svg})
    except WorkerError:
        made = b""
    assert len(listener.asked) == before
    if made:
        assert SECRET.encode() not in content(made)


_VALUES = sorted(set(re.findall(r'"([^"\n]+)"', template_text("themes/default.toml"))))


@pytest.mark.parametrize("vector", VECTORS)
def test_a_themes_values_are_checked_or_text(vector: str) -> None:
    """A hostile value is refused, or is the house's name, which is text."""
    text = template_text("themes/default.toml")
    hostile = VECTORS[vector].format(url=CANARY).replace('"', "'")
    for value in _VALUES:
        try:
            theme = read_theme(text.replace(f'"{value}"', f'"{hostile}"'))
        except ThemeError:
            continue
        assert theme.house == ""  # the value stood in a comment
    named = text.replace('name = ""', f'name = "{hostile}"')
    assert read_theme(named).house == hostile
    assert len(_VALUES) > 20


# ---- hostile text in every column -----------------------------------------------------------


class Census(HTMLParser):
    """The elements and attributes of a page, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        for name, value in attrs:
            self.attributes.add(f"{tag} {name}")
            if name in {"href", "src", "xlink:href", "action", "srcset", "data"} and value:
                self.links.add(value)


@pytest.fixture(scope="module")
def hostile(
    sample: Path, secret: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Path, list[bytes]]]:
    """The folder of a hostile note, its workbook, and what was asked for while it was made."""
    out = tmp_path_factory.mktemp("hostile")
    workbook = poisoned(sample, out / "hostile.xlsx")
    try:
        ear: Listener | None = Listener(secret, 80)  # the workbook's address names no port
    except OSError:
        ear = None
    for options in (["--lang", "zh"], ["--lang", "en", "--format", "html"]):
        done = subprocess.run(
            [sys.executable, "-m", "reportgen", "build", workbook, "--out", out / "note", *options],
            cwd=out,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    (issue,) = (out / "note").iterdir()
    yield issue / "client", workbook, ear.asked if ear else []
    if ear:
        ear.close()


def test_hostile_text_changes_no_name_and_asks_for_nothing(
    hostile: tuple[Path, Path, list[bytes]], sample_note: Path
) -> None:
    folder, _, asked = hostile
    clean = {path.name for path in sample_note.iterdir() if not path.match("*-en.pdf")}
    assert {path.name for path in folder.iterdir()} == clean
    assert asked == []


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_text_is_text_in_the_page(
    hostile: tuple[Path, Path, list[bytes]], sample_note: Path, lang: str
) -> None:
    pages = [next(one.glob(f"*-{lang}.html")) for one in (hostile[0], sample_note)]
    found, clean = (Census(page.read_text(encoding="utf-8")) for page in pages)
    assert set(found.elements) <= set(clean.elements)
    for element in ("script", "style", "link", "base", "meta", "title", "img", "image"):
        assert found.elements[element] == clean.elements[element], element
    assert found.attributes - clean.attributes <= {"q lang", "span lang"}
    assert all(link.startswith("#") for link in found.links), found.links
    assert CANARY in pages[0].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_text_runs_nothing_in_a_browser(
    hostile: tuple[Path, Path, list[bytes]], browser: Any, lang: Lang
) -> None:
    path = next(hostile[0].glob(f"*-{lang}.html"))
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: said.append(f"dialog {dialog.dismiss()}"))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    for _ in range(5):  # the cards of numbers show texts too
        page.locator("data.fig").first.click()
        page.keyboard.press("Escape")
    page.wait_for_load_state("networkidle")
    assert asked == [path.as_uri()]
    assert said == []
    page.close()


def test_an_edited_page_loads_nothing_in_a_browser(
    listener: Listener, secret: Path, sample_note: Path, tmp_path: Path, browser: Any
) -> None:
    """The page's own policy holds what a template was made to ask for."""
    text = next(sample_note.glob("*-en.html")).read_text(encoding="utf-8")
    wanted = [
        markup.format(url=address(kind, listener, secret).replace('"', "%22"))
        for markup in VECTORS.values()
        for kind in ("http", "redirect")
    ]
    path = tmp_path / "edited.html"
    path.write_text(text.replace("<main", f"{''.join(wanted)}<main", 1), encoding="utf-8")
    before = len(listener.asked)
    page = browser.new_page()
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    page.close()
    assert listener.asked[before:] == []


_ACTIVE = {
    "/URI", "/Launch", "/JavaScript", "/JS", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData",
    "/AA", "/OpenAction", "/RichMedia", "/Movie", "/Sound", "/XFA", "/AcroForm",
}  # fmt: skip


def test_hostile_text_is_text_in_the_pdf(hostile: tuple[Path, Path, list[bytes]]) -> None:
    path = next(hostile[0].glob("*.pdf"))
    with pikepdf.open(path) as document:
        active = {
            f"{key}={thing.get(key)}"
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)
            for key in thing.keys()  # noqa: SIM118 - not a dict
            if key in _ACTIVE or (key == "/S" and str(thing[key]) in _ACTIVE)
        }
        assert active == set()
        assert set(document.attachments) == {"core.json", "figures.xlsx", "printed.json"}
        title = str(document.docinfo["/Title"])
        assert "<" in title
        assert not re.search("[\x00-\x1f\x7f-\x9f]", title)
        with document.open_outline() as outline:
            assert len(outline.root) > 5
    assert SECRET.encode() not in content(path.read_bytes())


def test_hostile_text_is_text_in_the_data_pack(hostile: tuple[Path, Path, list[bytes]]) -> None:
    book = openpyxl.load_workbook(hostile[0] / "figures.xlsx")
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    begin = {str(cell.value)[0] for cell in cells if cell.data_type == "s" and cell.value}
    assert begin & set("=+@-")  # they are there, as text
    unquoted = [
        cell.value
        for cell in cells
        if cell.data_type == "s"
        and str(cell.value or "")[:1] in set("=+@")
        and not cell.quotePrefix
    ]
    assert unquoted == []


def test_hostile_text_is_text_in_the_manifest(hostile: tuple[Path, Path, list[bytes]]) -> None:
    told = json.loads((hostile[0] / "manifest.json").read_bytes())
    assert set(told) == {
        "format", "version", "core_sha256", "files", "approvals", "mailings", "core",
    }  # fmt: skip
    assert not re.search(b"[\x00-\x09\x0b-\x1f\x7f]", (hostile[0] / "manifest.json").read_bytes())


_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@pytest.mark.parametrize(
    "command",
    [("check",), ("figures",)],
    ids=" ".join,
)
def test_hostile_text_is_text_on_the_terminal(
    hostile: tuple[Path, Path, list[bytes]], command: tuple[str, ...]
) -> None:
    name, *options = command
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", name, hostile[1], *options],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = (done.stdout + done.stderr).decode()
    assert _TERMINAL.findall(said) == []


def test_trace_shows_hostile_text_as_text(hostile: tuple[Path, Path, list[bytes]]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", "trace", next(hostile[0].glob("*-zh.pdf"))],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert _TERMINAL.findall(done.stdout.decode()) == []
