"""A workbook with something hostile in every text column that a note may print."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.workbook.schema import NOTE_KEYS, SHEETS, ColumnSpec

CANARY = "http://localhost/canary"
"""No digits in it: a number in prose needs an origin."""

PAYLOADS = (
    f'<img src="{CANARY}" onerror="alert(document.domain)">',
    f"\"><script>fetch('{CANARY}')</script>",
    f"</script><script src={CANARY}></script>",
    f"</style><link rel=stylesheet href={CANARY}>",
    f"</title><base href={CANARY}/>",
    f'<svg onload=alert(document.domain)><image href="{CANARY}"/></svg>',
    f"<link rel=attachment href=file:///etc/hostname><object data={CANARY}>",
    f"<p style=background:url({CANARY})>@import url({CANARY});",
    f"![x]({CANARY}) [x](javascript:alert) <{CANARY}>",
    f"]]><!-- --><iframe srcdoc='<script src={CANARY}>'>",
    f'=HYPERLINK("{CANARY}","x")',
    "+cmd|' /C calc'!A",
    "@SUM(A:A)",
    "-x=y",
    "{{ note.__class__ }}{% for x in y %}{# z #}",
    "\x9b[Jred\x9b[m\x85\x7f",
    "\u202egpj.exe\u202c\u2028\u2066x\u2069",
    "&lt;script&gt;alert(document.domain)&lt;/script&gt;",
    r"\(x\) $x$ %s %n ${jndi:ldap://localhost/x} `id` $(id)",
    "(x) Tj ET << /S /URI /URI (http://localhost/canary) >> endstream",
)
"""Markup, scripts, formulas, templates, terminal codes, writing directions, PDF operators."""

_ROWS = 5
_STRUCTURE = {
    "id", "contradicts", "section", "key", "code", "where", "address", "term", "attestations",
    "help",
}  # fmt: skip
"""Columns that are names for other cells: what they may hold is checked elsewhere."""

_SETTINGS = {
    "slug", "time", "language", "sample", "vat_default", "rent_baseline", "purchase_baseline",
    "certificates", "licence", "rating",
}  # fmt: skip


def poisoned(sample: Path, path: Path) -> Path:
    """The sample workbook with a hostile row more in each sheet, and hostile settings."""
    book = openpyxl.load_workbook(sample)
    payloads = cycle(PAYLOADS)
    for spec in SHEETS:
        if spec.name.zh not in book.sheetnames:
            continue
        page = book[spec.name.zh]
        columns = {column.heading.zh: column for column in spec.columns}
        headings = [str(cell.value) for cell in page[1]]
        if spec.key == "Note":
            _poison_settings(page, payloads)
        elif spec.key == "Views":
            _poison_views(page, [columns[heading].key for heading in headings])
        elif spec.key not in {"Redactions", "Accepted", "Recipients", "Glossary"}:
            known = [columns.get(heading) for heading in headings]
            for number in range(_ROWS):
                _poison_row(page, known, number, payloads)
    book.save(path)
    return path


def _poison_settings(page: Worksheet, payloads: cycle[str]) -> None:
    keys = {key.label.zh: key for key in NOTE_KEYS}
    for row in page.iter_rows(min_row=2):
        key = keys.get(str(row[0].value))
        if key is not None and key.type == "text" and key.key not in _SETTINGS:
            row[1].value = f"{row[1].value or ''} {next(payloads)}"
            row[1].data_type = "s"


def _poison_views(page: Worksheet, keys: list[str]) -> None:
    for payload in PAYLOADS:
        for lang in ("zh", "en"):
            row = {"section": "rents", "order": 90, "language": lang, "text": payload}
            page.append([row.get(key, "公开" if key == "publish" else "") for key in keys])
            page.cell(page.max_row, keys.index("text") + 1).data_type = "s"


def _poison_row(
    page: Worksheet, columns: list[ColumnSpec | None], number: int, payloads: cycle[str]
) -> None:
    """A copy of a row further up, with something hostile in its text."""
    page.append([cell.value for cell in page[2]])
    for place, column in enumerate(columns, 1):
        cell = page.cell(page.max_row, place)
        if column is None:
            continue
        if column.key == "id":
            cell.value = f"X{page.title}{chr(65 + number)}"
        elif column.key == "publish":
            cell.value = "公开"
        elif column.key == "contradicts":
            cell.value = None
        elif column.type == "text" and column.key not in _STRUCTURE:
            cell.value = f"{cell.value or ''}{next(payloads)}" if number % 2 else next(payloads)
            cell.data_type = "s"
