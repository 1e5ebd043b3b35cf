"""The pictures of the guide: `python -m tests.guide_pictures`, or `make guide-pictures`.

Follows docs/guide.md in a fresh folder, once a language, with the real commands; pictures
are of LibreOffice, Chromium and a terminal. Written to docs/images/guide/.
"""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pypdfium2
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooter
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.text import Text as Ansi

from reportgen.language import LANGS, Lang
from reportgen.workbook.schema import sheet
from tests.monday import fill_august, fill_july
from tests.terminals import command, environment, in_terminal

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "docs" / "images" / "guide"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
COLOURS = 96
COLUMNS = 92
_MONO = "'Noto Sans Mono CJK SC', 'DejaVu Sans Mono', monospace"


def main() -> int:
    """Take every picture anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for lang in LANGS:
            with tempfile.TemporaryDirectory() as folder:
                _monday(Path(folder), lang, browser)
        browser.close()
    sizes = [path.stat().st_size for path in FOLDER.glob("*.png")]
    sys.stdout.write(f"{len(sizes)} pictures, {sum(sizes) / 1e6:.2f} MB\n")
    return 0


def _monday(folder: Path, lang: Lang, browser: Browser) -> None:
    book = folder / "july.xlsx"
    run(folder, "new", "july.xlsx", "--lang", lang, "--date", "2026-07-06")
    _sheet(book, 0, f"guide-sheet-{lang}", folder)
    fill_july(book, lang, slips=True)
    _terminal(folder, f"check-{lang}", browser, "check", "july.xlsx")
    run(folder, "check", "july.xlsx", "--annotate", "july-issues.xlsx", expected=1)
    _sheet(folder / "july-issues.xlsx", 0, f"annotated-{lang}", folder)
    book.unlink()
    run(folder, "new", "july.xlsx", "--lang", lang, "--date", "2026-07-06")
    fill_july(book, lang)
    _sheet(book, sheet("Prices").name[lang], f"prices-{lang}", folder)
    _preview(folder, lang, browser)
    _terminal(folder, f"build-{lang}", browser, "build", "july.xlsx")
    note = folder / "output" / "compute-rents-20260706" / "client"
    _page(note / f"compute-rents-20260706-{lang}.pdf", f"note-{lang}")
    run(folder, "mail", str(note), "--recipients", "july.xlsx")
    (draft,) = note.glob(f"*-{lang}-*.eml")
    _mail(draft, f"mail-{lang}", browser)
    run(folder, "new", "august.xlsx", "--from", "july.xlsx", "--date", "2026-08-03")
    fill_august(folder / "august.xlsx", lang)
    _terminal(folder, f"diff-{lang}", browser, "diff", "july.xlsx", "august.xlsx",
              columns=170)  # fmt: skip


def run(folder: Path, *arguments: str, expected: int = 0) -> None:
    """Run reportgen there; it must end with the expected code."""
    done = subprocess.run(
        command(arguments), cwd=folder, env=_environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode != expected:
        raise RuntimeError(f"reportgen {' '.join(arguments)}\n{done.stdout}{done.stderr}")


def _environment() -> dict[str, str]:
    return environment({"PYTHONPATH": str(PROJECT)})


def _terminal(
    folder: Path, name: str, browser: Browser, *arguments: str, columns: int = COLUMNS
) -> None:
    """What a terminal shows of a command, with its colours."""
    seen = in_terminal(
        arguments, columns=columns, more={"PYTHONPATH": str(PROJECT)}, folder=folder
    ).raw
    rows = [row.rsplit("\x1b[K", maxsplit=1)[-1].rsplit("\r", maxsplit=1)[-1]
            for row in seen.replace("\r\n", "\n").split("\n")]  # fmt: skip
    console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True)
    console.print(Ansi(f"$ reportgen {' '.join(arguments)}", style="bold"))
    console.print(Ansi.from_ansi("\n".join(rows).strip()))
    body = console.export_html(inline_styles=True, code_format="{code}")
    style = (
        f"margin:0;padding:18px 22px;background:#fbfaf7;color:#1d2329;width:{columns}ch;"
        f"font:14px/1.5 {_MONO};border-left:4px solid #17324d"
    )
    shown = f'<pre id="shot" style="{style}">{body}</pre>'
    _html(shown, name, browser, "#shot", width=11 * columns)


def _html(text: str, name: str, browser: Browser, what: str, width: int = 960) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(text)
    _save(page.locator(what).screenshot(), name)
    page.close()


def _preview(folder: Path, lang: Lang, browser: Browser) -> None:
    """The preview with a number clicked: its passport stands beside the note."""
    with _previewing(folder, lang) as address:
        page = browser.new_page(viewport={"width": 1200, "height": 720}, device_scale_factor=1)
        page.goto(address)
        note = page.frame_locator("iframe").first
        number = note.locator("data.fig").nth(3)
        number.wait_for(timeout=60_000)
        page.wait_for_timeout(1_500)
        number.click()
        page.wait_for_timeout(800)
        _save(page.screenshot(), f"preview-{lang}")
        page.close()


@contextmanager
def _previewing(folder: Path, lang: Lang) -> Iterator[str]:
    arguments = command(["preview", "july.xlsx", "--lang", lang, "--no-browser", "--port", "0"])
    process = subprocess.Popen(
        arguments, cwd=folder, env=_environment(), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait()


def _mail(draft: Path, name: str, browser: Browser) -> None:
    """The draft's body with the head that a mail program shows above it."""
    message = message_from_bytes(draft.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("html",))
    assert body is not None
    text = str(body.get_content())
    for part in message.walk():
        if part["content-id"]:
            address = f"cid:{part['content-id'].strip('<>')}"
            payload = part["content-transfer-encoding"] and part.get_payload()
            data = "".join(str(payload).split())
            text = text.replace(address, f"data:{part.get_content_type()};base64,{data}")
    attached = ", ".join(str(one.get_filename()) for one in message.iter_attachments())
    head = "".join(
        f"<div><b>{label}</b> {html.escape(str(value))}</div>"
        for label, value in (("To", message["to"]), ("Subject", message["subject"]),
                             ("Attached", attached))
    )  # fmt: skip
    shown = (
        '<div id="shot" style="background:#fff"><div style="font:14px/1.6 sans-serif;padding:12px;'
        f'background:#eef1f4">{head}</div>{text}</div>'
    )
    _html(shown, name, browser, "#shot", width=760)


def _page(pdf: Path, name: str) -> None:
    """The first two pages side by side."""
    document = pypdfium2.PdfDocument(pdf)
    first, second = (document[place].render(scale=1.0).to_pil() for place in (0, 1))
    both = Image.new("RGB", (first.width + second.width + 4, first.height), "#c8ced4")
    both.paste(first, (0, 0))
    both.paste(second, (first.width + 4, 0))
    _save_image(both, name)
    document.close()


def _sheet(book: Path, which: int | str, name: str, folder: Path) -> None:
    """A sheet as LibreOffice draws it on a page as wide as it is."""
    copy = folder / f"{name}.xlsx"
    opened = openpyxl.load_workbook(book)
    wanted = opened.worksheets[which] if isinstance(which, int) else opened[which]
    for other in opened.worksheets:
        if other is not wanted:
            other.sheet_state = "hidden"
    opened.active = opened.worksheets.index(wanted)
    for place, column in enumerate(wanted.iter_cols(), start=1):
        if all(cell.value is None for cell in column[1:]):  # what is empty only makes it small
            wanted.column_dimensions[get_column_letter(place)].hidden = True
    wanted.page_setup.orientation = "landscape"
    wanted.page_setup.fitToWidth, wanted.page_setup.fitToHeight = 1, 0
    wanted.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    wanted.print_options.headings = True
    wanted.HeaderFooter = HeaderFooter()
    opened.save(copy)
    profile = folder / "office"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to",
         "pdf", "--outdir", str(folder), str(copy)],
        check=True, capture_output=True,
    )  # fmt: skip
    document = pypdfium2.PdfDocument(folder / f"{name}.pdf")
    _save_image(_trimmed(document[0].render(scale=2.0).to_pil()), name)
    document.close()


def _trimmed(picture: Image.Image) -> Image.Image:
    """The picture without its white margins."""
    grey = picture.convert("L").point(lambda value: 255 if value < 250 else 0)
    box = grey.getbbox()
    return picture.crop(box) if box else picture


def _save(data: bytes, name: str) -> None:
    _save_image(Image.open(io.BytesIO(data)), name)


def _save_image(picture: Image.Image, name: str) -> None:
    """Few colours, and small: what a page of docs needs."""
    widest = 1200
    if picture.width > widest:
        height = round(picture.height * widest / picture.width)
        picture = picture.resize((widest, height), Image.Resampling.LANCZOS)
    few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
