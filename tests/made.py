"""Notes made for tests: small workbooks built in this process, without reading any clock."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path

from reportgen import exits, pipeline
from reportgen.checking import Stages
from reportgen.deliver.revisions import Approval
from reportgen.editions.publish import Edition
from reportgen.language import LANGS, Lang
from reportgen.pipeline import Outcome, Request
from reportgen.render.worker import PdfWorker
from tests.sheets import make_workbook

SMALL = """
# Note
key | value
title_zh | H100 租金月内上涨
title_en | H100 rents rose within the month
slug | small
date | @2026-05-28
house_zh | 示例研究
house_en | Sample Research
# Sources
id | kind | date | title_zh | title_en | publish
S1 | broker | @2026-05-28 | 经纪商报价 | Broker quotes | yes
S2 | broker | @2026-05-20 | 内部询价 | House enquiries | internal
# Prices
id | date | market | model | term | low | point | high | unit | source | publish
P1 | @2026-04-28 | rent | H100 | 1y | | 6.25 | | 万元/台/月 | S1 |
P2 | @2026-05-28 | rent | H100 | 1y | 6.7 | | 6.8 | 万元/台/月 | S1 |
P3 | @2026-05-28 | rent | H200 | 1y | | 8.15 | | 万元/台/月 | S1 |
HOUSE4 | @2026-05-20 | rent | B300 | 1y | | 97.31 | | 万元/台/月 | S2 |
P5 | @2026-05-28 | purchase | H200 | | | 331 | | 万元/台 | S1 |
"""


def small_workbook(folder: Path, *changes: tuple[str, str], name: str = "small.xlsx") -> Path:
    """A workbook of two sources and five prices, one of them for the house alone."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return make_workbook(folder / name, text)


def make(
    workbook: Path,
    out: Path,
    *,
    langs: tuple[Lang, ...] = LANGS,
    formats: frozenset[str] = frozenset({"html"}),
    edition: Edition = "client",
    since: Path | None = None,
    approval: Approval | None = None,
) -> Outcome:
    """Build and write a note."""
    request = Request(workbook, out, langs, edition, formats, since, approval=approval)
    with ExitStack() as stack:
        workers = {lang: stack.enter_context(PdfWorker()) for lang in langs if "pdf" in formats}
        outcome = pipeline.build(request, (), workers, Stages(lambda: 0.0, lambda _: None))
    assert outcome.code == exits.DONE, [str(issue) for issue in outcome.issues]
    return outcome


def copied_program(project: Path, folder: Path) -> Path:
    """A copy of the program and its templates, to be spoilt; gives the folder back.

    What is compiled comes along: it holds by the source's time and size, which a copy keeps.
    """
    for name in ("reportgen", "templates"):
        ignored = shutil.ignore_patterns("_templates")
        shutil.copytree(project / name, folder / name, ignore=ignored)
    return folder
