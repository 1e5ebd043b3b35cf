"""A client and an internal edition of one workbook agree on every number they share."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from reportgen import checking, pipeline
from reportgen.analysis.house import INTERNAL, shared
from reportgen.checking import Checked, Stages
from reportgen.editions.publish import Edition
from reportgen.exits import DONE
from reportgen.language import LANGS
from reportgen.pipeline import Request
from reportgen.wording import quantity_text


@cache
def checked(path: Path, edition: Edition) -> Checked:
    return checking.check(path, Stages(lambda: 0.0, lambda _: None), edition)


@pytest.fixture(scope="module")
def workbook(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with an internal price that would move figures, and prose that asks for it."""
    path = tmp_path_factory.mktemp("editions") / "w.xlsx"
    book = openpyxl.load_workbook(sample)
    prices = book["价格"]
    columns = {str(cell.value): place for place, cell in enumerate(prices[1], start=1)}
    row = prices.max_row + 1
    added: dict[str, str | float] = {
        "编号": "X1", "日期": "2026-05", "市场": "租赁", "型号": "H200", "租期": "1年",
        "数值": 97.31, "单位": "万元/台/月", "来源": "EC1", "可信度": "高", "发布": "内部",
        "原文": "内部才说的话",
    }  # fmt: skip
    for heading, value in added.items():
        prices.cell(row, columns[heading]).value = value
    book["观点"].append(["rents", 9, "zh", "内部另有报价 [[internal.claim.X1]]。", "内部"])
    book["观点"].append(["rents", 9, "en", "Inside: [[internal.claim.X1]].", "内部"])
    book.save(path)
    return path


def test_every_shared_figure_is_the_same_in_both(workbook: Path) -> None:
    client, internal = checked(workbook, "client"), checked(workbook, "internal")
    assert client.analysis is not None
    assert internal.analysis is not None
    ours, theirs = client.analysis.figures, shared(internal.analysis.figures)
    assert list(ours) == list(theirs)
    assert len(ours) > 100
    for name, figure in ours.items():
        for lang in LANGS:
            assert quantity_text(figure.quantity, lang) == quantity_text(
                theirs[name].quantity, lang
            ), name
        assert figure.quantity.bound == theirs[name].quantity.bound, name


def test_internal_rows_give_figures_to_the_internal_edition_alone(workbook: Path) -> None:
    client, internal = checked(workbook, "client"), checked(workbook, "internal")
    assert client.analysis is not None
    assert internal.analysis is not None
    assert not [name for name in client.analysis.figures if name.startswith(INTERNAL)]
    assert internal.analysis.figures["internal.claim.X1"].quantity.bound == 97.31
    never = {
        row.id
        for key in ("Prices", "Survey", "Demand", "Economics")
        for row in internal.workbook[key]
        if row.text("publish") == "never"
    }
    assert never
    assert not never & {name.rpartition(".")[2] for name in internal.analysis.figures}


def pages(workbook: Path, out: Path, edition: Edition) -> dict[str, str]:
    request = Request(workbook, out, edition=edition, formats=frozenset({"html"}))
    outcome = pipeline.build(request, (), {}, Stages(lambda: 0.0, lambda _: None))
    assert outcome.code == DONE, [str(issue) for issue in outcome.issues]
    return {
        path.stem[-2:]: path.read_text(encoding="utf-8")
        for path in outcome.files
        if path.suffix == ".html"
    }


_MARKED = re.compile(r'<data class="fig" value="([^"]*)" data-figure="([^"]*)"')


def test_the_pages_agree_and_only_the_internal_one_shows_internal_rows(
    workbook: Path, tmp_path: Path
) -> None:
    client = pages(workbook, tmp_path, "client")
    internal = pages(workbook, tmp_path, "internal")
    for lang in LANGS:
        ours = {name: value for value, name in _MARKED.findall(client[lang])}
        theirs = {name: value for value, name in _MARKED.findall(internal[lang])}
        assert {name: theirs[name] for name in ours} == ours
        assert "exhibit-internal-evidence" in internal[lang]
        assert "内部才说的话" in internal[lang]
        assert "internal.claim.X1" in internal[lang]
        for held in ("内部才说的话", "internal.claim", "97.31", "X1"):
            assert held not in re.sub(r"<svg.*?</svg>", "", client[lang], flags=re.DOTALL), held
