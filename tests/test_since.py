"""What changed since the last issue: kinds, causes, sizes, and what is not said again."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reportgen import checking
from reportgen.analysis.analyse import analyse
from reportgen.analysis.figures import Figure, Figures
from reportgen.analysis.moves import move
from reportgen.analysis.since import Comparison, Revision, compare
from reportgen.analysis.snapshot import (
    SnapshotError,
    figures_from_snapshot,
    issued_in_snapshot,
    snapshot,
)
from reportgen.arithmetic import derive
from reportgen.checking import Stages
from reportgen.dates import parse_when
from reportgen.language import LANGS, Lang, Text
from reportgen.note.build import build_note
from reportgen.note.exhibits.changes import MOST_LINES, MOST_ROWS
from reportgen.note.model import Exhibit, Note, Paragraph, TableData
from reportgen.note.text import as_text
from reportgen.quantity import Quantity, Quoted, single
from reportgen.terminal import wide
from reportgen.units import MONTHS, PERCENT, PRICE, RENT
from reportgen.workbook.tables import Workbook
from tests.books import book
from tests.test_analysis import NOTE, SOURCES
from tests.test_note import lines_of

RENTS = "id | date | market | model | term | low | point | high | unit | source | confidence\n"
PURCHASES = "id | date | market | model | config | tenor | point | unit | source\n"
H100 = "A | 2026-05 | rent | h100 | 1y | | 7 | | 万元/台/月 | EC1 | high\n"


def figures(prices: str, **sheets: str) -> Figures:
    return analyse(book("en", (), Note=NOTE, Sources=SOURCES, Prices=prices, **sheets)).figures


def rent(id_: str, date: str, value: str, source: str = "EC1", confidence: str = "high") -> str:
    return (
        f"{id_} | {date} | rent | h200 | 1y | | {value} | | 万元/台/月 | {source} | {confidence}\n"
    )


def rents(*rows: str) -> Figures:
    return figures(RENTS + "".join(rows))


def only(found: Comparison) -> Revision:
    (one,) = (one for one in found.revisions if not one.id.startswith("index."))
    return one


def ends(figure: Figure | None) -> tuple[float, ...]:
    assert figure is not None
    quantity = figure.quantity
    return tuple(
        round(value, 1)
        for value in (quantity.low, quantity.middle, quantity.high)
        if value is not None
    )


# ---- the sample against February ------------------------------------------------------------


def checked(path: Path) -> checking.Checked:
    found = checking.check(path, Stages(lambda: 0.0, lambda _: None))
    assert found.analysis is not None
    return found


@pytest.fixture(scope="module")
def issues(project: Path) -> tuple[Figures, Figures]:
    """February's figures and June's."""
    names = ("compute-leasing-2026-02.xlsx", "compute-leasing.xlsx")
    old, new = (checked(project / "workbooks" / name).analysis for name in names)
    assert old is not None
    assert new is not None
    return old.figures, new.figures


def test_the_sample_against_february(issues: tuple[Figures, Figures]) -> None:
    found = compare(*issues)
    assert found.of("reversed") == ()
    assert found.of("dropped") == ()
    assert {one.id: ends(one.change) for one in found.of("revised")} == {
        "inference.ratio": (50.0, 100.0, 166.7),  # 3–4 on 1.5–2.0
        "rent.b300.5y": (33.3, 45.8, 58.3),  # 16–19 on 12
        "rent.h200.1y": (27.0, 31.1, 33.3),  # 8 on 6.0–6.3, point 6.1
        "memory.share": (20.0, 25.0, 30.0),  # 30–40% on 10%, in points
        "payback.b300.5y.4t.forward": (-28.6, -21.6, -13.3),  # 520 ÷ 16–19 on 450–460 ÷ 12
        "margin.b300.5y.4t.forward": (11.7, 18.1, 23.7),  # DOMAIN: 39% on 21%
        "claim.F120": (10.0, 15.0, 20.0),  # 30% on F119's 10–20%
        "price.b300.4t.forward": (13.0, 14.3, 15.6),  # 520 on 450–460
    }
    assert {one.cause.kind for one in found.of("revised")} == {"newer"}
    rent_b300 = next(one for one in found.revisions if one.id == "rent.b300.5y")
    assert rent_b300.cause.rows == ("F121",)
    assert rent_b300.cause.when == parse_when("2026-05")
    fresh = {one.id: one.cause.kind for one in found.of("new")}
    assert fresh["rent.h100.1y"] == "first"
    assert fresh["premium.b300.4t"] == "computable"
    assert next(iter(fresh)).startswith("rent.")  # rents first, claims last
    assert list(fresh)[-1].startswith("claim.")


def test_what_follows_from_another_figure_is_not_told_twice(
    issues: tuple[Figures, Figures],
) -> None:
    found = {one.id for one in compare(*issues).revisions}
    assert not [name for name in found if name.startswith(("yield.", "change.", "npv.", "grid."))]
    assert "payback.h200.1y" not in found  # a price of 2025 paired with a rent of today
    assert "claim.F027" not in found  # it is rent.h100.1y
    assert "claim.F081" not in found  # superseded by F078, which is inference.ratio
    assert not [name for name in found if "@" in name]


def test_an_issue_is_the_same_as_its_own_snapshot(issues: tuple[Figures, Figures]) -> None:
    for one in issues:
        kept = figures_from_snapshot(json.loads(json.dumps(snapshot(one))))
        assert list(kept) == list(one)
        assert compare(kept, one).revisions == ()
        assert compare(one, kept).revisions == ()
        assert snapshot(kept)["figures"] == snapshot(one)["figures"]


def test_a_snapshot_tells_the_same_news_as_its_workbook(issues: tuple[Figures, Figures]) -> None:
    old, new = issues
    kept = figures_from_snapshot(json.loads(json.dumps(snapshot(old))))
    told = [(one.kind, one.id, one.cause.kind) for one in compare(old, new).revisions]
    again = [(one.kind, one.id, one.cause.kind) for one in compare(kept, new).revisions]
    assert sorted(again) == sorted(told)


def test_figures_of_an_earlier_comparison_change_nothing(issues: tuple[Figures, Figures]) -> None:
    old, new = issues
    told = Figures([*new.values(), *compare(old, new).figures()])  # as a manifest holds them
    kept = figures_from_snapshot(json.loads(json.dumps(snapshot(told))))
    assert compare(kept, new).revisions == ()
    assert len(compare(old, kept).revisions) == len(compare(old, new).revisions)


# ---- causes ---------------------------------------------------------------------------------


def test_a_later_observation() -> None:
    one = only(compare(rents(rent("A", "2026-04", "6")), rents(rent("B", "2026-05", "6.6"))))
    assert (one.kind, one.id, one.cause.kind) == ("revised", "rent.h200.1y", "newer")
    assert ends(one.change) == (10.0, 10.0, 10.0)
    assert not one.cause.new_source


def test_a_later_observation_of_another_source_says_so() -> None:
    new = rents(rent("A", "2026-04", "6"), rent("B", "2026-05", "6.6", "BR1"))
    one = only(compare(rents(rent("A", "2026-04", "6")), new))
    assert (one.cause.kind, one.cause.rows, one.cause.new_source) == ("newer", ("B",), True)


def test_the_same_row_with_another_value_is_restated_once() -> None:
    one = only(compare(rents(rent("A", "2026-05", "6")), rents(rent("A", "2026-05", "6.6"))))
    assert (one.id, one.cause.kind) == ("rent.h200.1y", "restated")


def test_a_restated_past_is_told_by_its_date() -> None:
    now = rent("B", "2026-05", "8")
    old, new = rents(rent("A", "2026-02", "6"), now), rents(rent("A", "2026-02", "6.6"), now)
    one = only(compare(old, new))
    assert (one.id, one.cause.kind) == ("rent.h200.1y@2026-02", "restated")


@pytest.mark.parametrize("date", ["before 2026-02-17", "2026-03"])
def test_the_same_value_under_another_date_is_no_change(date: str) -> None:
    found = compare(rents(rent("A", "before 2026-02-13", "6")), rents(rent("A", date, "6")))
    assert found.revisions == ()
    assert found.unchanged == 1


def test_a_vague_date_moved_with_its_value_is_a_restatement() -> None:
    old = rents(rent("A", "before 2026-02-13", "6"))
    one = only(compare(old, rents(rent("A", "before 2026-02-17", "6.6"))))
    assert one.cause.kind == "restated"


def test_another_source_of_the_same_date() -> None:
    new = rents(rent("B", "2026-05", "6.6", "BR1"))
    kept = rents(rent("A", "2026-05", "6"), rent("B", "2026-05", "6.6", "BR1"))
    assert only(compare(rents(rent("A", "2026-05", "6")), new)).cause.kind == "source"
    added = only(compare(rents(rent("A", "2026-05", "6")), kept))
    assert (added.cause.kind, ends(added.new)) == ("added", (6.0, 6.6, 6.6))


def test_a_row_that_went_leaves_the_earlier_one() -> None:
    early, late = rent("A", "2026-04", "6"), rent("B", "2026-05", "6.6")
    one = only(compare(rents(early, late), rents(early)))
    assert (one.kind, one.cause.kind) == ("revised", "withdrawn")


def test_confidence_that_changed_puts_another_row_first() -> None:
    rows = rent("A", "2026-05", "6"), rent("B", "2026-05", "6.6", confidence="low")
    again = rent("A", "2026-05", "6", confidence="low"), rent("B", "2026-05", "6.6")
    assert only(compare(rents(*rows), rents(*again))).cause.kind == "confidence"


def test_a_parameter_that_changed() -> None:
    def assumed(tariff: str) -> Figures:
        return figures(RENTS + H100, Economics=f"""
            id | parameter | point | unit | date | kind | source
            A1 | tariff | {tariff} | 元/kWh | 2026-05 | assumption | EC1
        """)  # fmt: skip

    one = only(compare(assumed("0.6"), assumed("0.9")))
    assert (one.kind, one.id, one.cause.kind) == ("revised", "claim.A1", "parameter")
    assert ends(one.change) == (50.0, 50.0, 50.0)


def test_another_unit_has_no_change_in_percent() -> None:
    def stated(value: str, unit: str) -> Figures:
        return figures(RENTS + H100, Economics=f"""
            id | parameter | point | unit | date | kind | source
            P | payback | {value} | {unit} | 2026-05 | quoted | EC1
        """)  # fmt: skip

    one = only(compare(stated("3", "年"), stated("36", "月")))
    assert (one.cause.kind, one.change) == ("unit", None)


def test_a_row_filed_under_another_basis_names_the_other() -> None:
    row = "A | 2026-05 | purchase | h200 | | {} | 350 | 万元/台 | EC1\n"
    old = figures(PURCHASES + row.format(""))
    found = compare(old, figures(PURCHASES + row.format("spot")))
    fresh, gone = found.revisions
    assert (fresh.kind, fresh.id, fresh.cause.kind) == ("new", "price.h200.spot", "basis")
    assert (gone.kind, gone.id, gone.cause.kind) == ("dropped", "price.h200", "basis")
    assert fresh.cause.other == old["price.h200"].label


def test_dropped_figures_name_the_rows_that_went() -> None:
    one = only(compare(rents(H100, rent("B", "2026-05", "8")), rents(H100)))
    assert (one.kind, one.id, one.cause.kind) == ("dropped", "rent.h200.1y", "withdrawn")
    assert one.cause.rows == ("B",)


# ---- reversals ------------------------------------------------------------------------------


def spot_and_forward(spot: str, forward: str) -> Figures:
    return figures(
        PURCHASES + f"S | 2026-05 | purchase | b300 | 4T | spot | {spot} | 万元/台 | EC1\n"
        f"F | 2026-05 | purchase | b300 | 4T | forward | {forward} | 万元/台 | EC1\n"
    )


def test_a_premium_that_became_a_discount_comes_first() -> None:
    found = compare(spot_and_forward("700", "520"), spot_and_forward("468", "520"))
    first, second = found.revisions
    assert (first.kind, first.id) == ("reversed", "premium.b300.4t")
    assert ends(first.change) == (-44.6, -44.6, -44.6)  # +34.6% to −10%, in points
    assert first.change is not None
    assert first.change.quantity.unit.key == "pp"
    assert (second.kind, second.id) == ("revised", "price.b300.4t.spot")


def test_a_pair_that_says_what_the_change_says_is_no_second_reversal() -> None:
    """Two dates: the change since the baseline and the matched pair are one number."""
    first = rent("A", "2026-01", "7")
    found = compare(
        rents(first, rent("B", "2026-05", "8")), rents(first, rent("B", "2026-05", "6"))
    )
    assert [one.id for one in found.of("reversed")][:1] == ["change.rent.h200.1y"]
    assert "pair.rent.h200.1y" not in [one.id for one in found.revisions]


@pytest.mark.parametrize("lang", LANGS)
def test_page_one_tells_a_reversal_whose_two_values_are_too_long(lang: Lang) -> None:
    told = {
        date: Figure(
            "change.rent.h200.1y",
            Quantity(PERCENT, low, None, high, Quoted(date, (), ""), 2, 1),
            Text("H200 一年期 卖价月租变化（含税）", "H200 1-year ask rent change, incl VAT"),
            signed=True,
        )
        for date, low, high in (("old", 5.4, 9.5), ("new", -7.4, -1.3))
    }
    changed = compare(Figures([told["old"]]), Figures([told["new"]]))
    line = as_text(note_with(lang, changed).cover.changes[-1])
    assert (
        line
        == {
            "zh": "逆转 H200 一年期 卖价月租变化（含税），现为 −7.4% 至 −1.3%",
            "en": "Reversed: H200 1-year ask rent change, incl VAT, now −7.4% to −1.3%",
        }[lang]
    )


def test_a_reversal_told_alone_is_printed_as_the_rest_of_page_one_prints_it() -> None:
    label = Text("H200 一年期 卖价月租变化（含税）", "H200 1-year ask rent change, incl VAT")
    told = [
        Figure(
            "rent.h100.1y",
            Quantity(PERCENT, low, None, high, Quoted(date, (), ""), 2, 1),
            label,
            signed=True,
        )
        for date, low, high in (("old", 5.43, 9.51), ("new", -7.43, -1.31))
    ]
    changed = compare(Figures(told[:1]), Figures(told[1:]))
    assert changed.of("reversed")[0].new is not None
    line = as_text(note_with("zh", changed).cover.changes[-1])
    assert line.startswith("逆转 ")
    assert line.endswith("，现为 7 万元/台/月")  # as the note itself has that figure


def survey(*rows: str) -> Figures:
    head = "id | topic | subject | metric | low | point | high | unit | as_of | source\n"
    return figures(RENTS + H100, Survey=head + "".join(rows))


def test_a_later_claim_on_the_same_thing_that_turned() -> None:
    fall = "C1 | price_change | 租金 | rent_change | -15 | | -10 | % | 2026-05 | EC1\n"
    rise = "C2 | price_change | 租金 | rent_change | 5 | | 10 | % | 2026-07 | EC1\n"
    one = only(compare(survey(fall), survey(fall, rise)))
    assert (one.kind, one.id, one.cause.kind) == ("reversed", "claim.C2", "newer")
    assert one.old is not None
    assert one.old.id == "old.claim.C1"
    assert ends(one.change) == (15.0, 20.0, 25.0)


def test_a_reworded_claim_is_found_by_its_row() -> None:
    found = compare(
        survey("C | price_change | 租金 | rent_change | | 10 | | % | 2026-05 | EC1\n"),
        survey("C | price_change | 整机租金 | rent_change | | 20 | | % | 2026-05 | EC1\n"),
    )
    assert (only(found).kind, only(found).id) == ("revised", "claim.C")


def test_what_prints_alike_is_unchanged() -> None:
    old = figures(RENTS + H100, Survey="")
    payback = old["rent.h100.1y"].quantity

    def computed(value: float) -> Figures:
        found = derive("x", MONTHS, lambda R: value + 0 * R, {"R": payback})
        return Figures([Figure("payback.x", found, Text.same("x"))])

    assert compare(computed(31.11), computed(31.3)).revisions == ()
    assert len(compare(computed(31.11), computed(33.3)).revisions) == 1


# ---- rows that may not be printed -----------------------------------------------------------


def test_a_value_whose_row_is_now_held_back_is_not_shown_again() -> None:
    row = rent("B", "2026-04", "6.6")
    old = rents(H100, row)
    held = [old["claim.B"].quantity]
    found = compare(old, rents(H100), held=held)
    assert found.revisions == ()
    assert found.suppressed == 1
    assert ends(found.count("dropped")) == (1.0, 1.0, 1.0)
    revised = only(compare(old, rents(H100, rent("C", "2026-05", "8")), held=held))
    assert (revised.kind, revised.withheld, revised.old, revised.change) == (
        "revised", True, None, None,
    )  # fmt: skip


def test_a_held_row_is_known_by_its_words_when_its_id_moved() -> None:
    old, other = rents(rent("B3", "2026-04", "6.6")), rents(rent("B9", "2026-04", "6.6"))
    assert compare(old, rents(H100), held=[other["claim.B9"].quantity]).suppressed == 1
    elsewhere = rents(rent("B9", "2026-03", "6.6"))
    assert compare(old, rents(H100), held=[elsewhere["claim.B9"].quantity]).suppressed == 0


# ---- how far it moved -----------------------------------------------------------------------


def quoted(row_id: str, low: float, high: float, unit: Any, cell: str = "A1") -> Quantity:
    return Quantity(unit, low, None, high, Quoted(row_id, (), f"{low}–{high}", quote=cell), 3, 1)


def test_the_range_of_a_move_holds_every_sampled_move_and_no_more() -> None:
    price, again = quoted("C", 220, 230, PRICE), quoted("C", 220, 230, PRICE, "moved in the sheet")
    then, now = quoted("R1", 6.0, 6.3, RENT), quoted("R2", 7.8, 8.2, RENT)

    def payback(cost: Quantity, monthly: Quantity) -> Figure:
        months = derive("C ÷ R", MONTHS, lambda C, R: C / R, {"C": cost, "R": monthly})
        return Figure("payback.h200", months, Text.same("payback"))

    moved = move(payback(price, then), payback(again, now))
    assert moved is not None
    draw = random.Random(7)
    sampled = [
        ((cost / draw.choice([7.8, draw.uniform(7.8, 8.2), 8.2]))
         / (cost / draw.choice([6.0, draw.uniform(6.0, 6.3), 6.3])) - 1) * 100
        for cost in (draw.uniform(220, 230) for _ in range(4000))
    ]  # fmt: skip
    assert moved.quantity.low == pytest.approx(min(sampled), abs=1e-9)
    assert moved.quantity.high == pytest.approx(max(sampled), abs=1e-9)
    assert moved.quantity.low == pytest.approx((6.0 / 8.2 - 1) * 100)  # the price cancels


def test_five_thousand_figures_take_moments() -> None:
    def many(step: float) -> Figures:
        return Figures(
            Figure(
                f"rent.m{place}.1y",
                single(5 + step + place, RENT, Quoted(f"R{place}", (), f"{place}")),
                Text.same("m"),
                as_of=parse_when("2026-05"),
            )
            for place in range(5000)
        )

    start = time.process_time()
    old, new = many(0), many(1)
    kept = figures_from_snapshot(json.loads(json.dumps(snapshot(old))))
    assert len(compare(kept, new).revisions) == 5000
    assert time.process_time() - start < 10  # 0.9 s on the machine it was written on


# ---- snapshots ------------------------------------------------------------------------------


def test_a_snapshot_keeps_its_date_and_stands_inside_a_manifest() -> None:
    data = snapshot(rents(H100), parse_when("2026-06-01"))
    assert issued_in_snapshot({"name": "note", "snapshot": data}) == parse_when("2026-06-01")
    assert list(figures_from_snapshot({"snapshot": data})) == list(rents(H100))


def broken(edit: Mapping[str, Any]) -> object:
    data = copy.deepcopy(snapshot(rents(H100)))
    for path, value in edit.items():
        *way, last = path.split(".")
        place: Any = data
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        place[last] = value
    return data


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"format": "else"}, {"snapshot": []},
        broken({"version": 2}), broken({"figures": None}), broken({"rows": [1]}),
        broken({"figures.0.rows": [99]}), broken({"figures.0.low": "7"}),
        broken({"figures.0.low": float("nan")}), broken({"figures.0.low": 9}),
        broken({"figures.0.digits": -1}), broken({"figures.0.label": "x"}),
        broken({"rows.0.kind": "guessed"}), broken({"rows.0.cells": [1]}),
    ],
)  # fmt: skip
def test_what_is_no_snapshot_is_refused_in_words(data: object) -> None:
    with pytest.raises(SnapshotError) as refused:
        figures_from_snapshot(data)
    assert refused.value.text.zh
    assert refused.value.text.en


# ---- in the note ----------------------------------------------------------------------------


def note_with(
    lang: Lang, changed: Comparison | None, prices: str = RENTS + H100, views: str = ""
) -> Note:
    tables: Workbook = book(Note=NOTE, Sources=SOURCES, Prices=prices, Views=views)
    return build_note(tables, analyse(tables), lang, "client", changed)


@pytest.mark.parametrize("lang", LANGS)
def test_the_note_tells_the_news_in_short_and_in_full(
    project: Path, issues: tuple[Figures, Figures], lang: Lang
) -> None:
    new = checked(project / "workbooks" / "compute-leasing.xlsx")
    changed = compare(*issues, previous=parse_when("2026-02-13"))
    assert new.analysis is not None
    note = build_note(new.printed, new.analysis, lang, "client", changed)
    assert 3 <= len(note.cover.changes) <= MOST_LINES
    assert all(wide(as_text(line)) <= 76 for line in note.cover.changes)
    table = next(one for one in note.exhibits() if one.id == "changes")
    assert isinstance(table.body, TableData)
    rows = [row for row in table.body.rows if not row.group]
    assert len(rows) == 11  # eight revised, and three of the new
    assert len(rows) <= MOST_ROWS
    groups = [as_text(row.cells[0]) for row in table.body.rows if row.group]
    count = len(changed.of("new"))
    assert any(str(count) in group and "3" in group for group in groups)
    loose = [
        as_text(line)
        for line in lines_of(note)
        for run in line
        if run.kind == "text" and any(letter.isdigit() for letter in run.text)
    ]
    assert loose == []
    known = set(new.analysis.figures) | {figure.id for figure in changed.figures()}
    named = {run.figure for line in lines_of(note) for run in line if run.kind == "figure"}
    assert named <= known
    assert "old.rent.h200.1y" in named


@pytest.mark.parametrize("lang", LANGS)
def test_without_an_earlier_issue_nothing_is_said(lang: Lang) -> None:
    views = """
        section | order | language | text
        changes | 1 | zh | 一段话。
        changes | 1 | en | A paragraph.
    """
    note = note_with(lang, None, views=views)
    assert note.cover.changes == ()
    assert "changes" not in [section.id for section in note.sections]


@pytest.mark.parametrize("lang", LANGS)
def test_an_issue_without_news_says_so_in_a_sentence(lang: Lang) -> None:
    note = note_with(lang, compare(rents(H100), rents(H100), previous=parse_when("2026-05-01")))
    section = next(one for one in note.sections if one.id == "changes")
    assert [type(block) for block in section.blocks] == [Paragraph]
    assert len(note.cover.changes) == 2


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_groups_reversed_before_revised_and_counts_what_it_leaves_out(lang: Lang) -> None:
    old = Figures([*spot_and_forward("700", "520").values(), *many_rents(30, 0.0).values()])
    new = Figures([*spot_and_forward("468", "520").values(), *many_rents(30, 1.0).values()])
    note = note_with(lang, compare(old, new))
    section = next(one for one in note.sections if one.id == "changes")
    table = next(block for block in section.blocks if isinstance(block, Exhibit))
    assert isinstance(table.body, TableData)
    groups = [as_text(row.cells[0]) for row in table.body.rows if row.group]
    assert groups[0] == ("方向逆转" if lang == "zh" else "Reversed")
    assert groups[1] == ("修订（共 31 项，列出 19 项）" if lang == "zh" else "Revised (19 of 31)")
    assert len([row for row in table.body.rows if not row.group]) == MOST_ROWS


def many_rents(count: int, step: float) -> Figures:
    return Figures(
        Figure(
            f"rent.m{place}.1y",
            single(5 + step + place, RENT, Quoted(f"R{place}", (), f"{5 + step + place}")),
            Text.same("m"),
        )
        for place in range(count)
    )
