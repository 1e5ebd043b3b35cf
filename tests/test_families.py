"""Results told together in the sources of figures: one measure, or the same cases."""

from __future__ import annotations

from reportgen.note.families import Result, Series, cases_of, families_of, measure_of


def series(formula: str, *results: tuple[str, str, str]) -> Series:
    """Results as (label, value, rows)."""
    made = (
        Result(f"{formula}-{place}", label, text, tuple(rows.split()))
        for place, (label, text, rows) in enumerate(results)
    )
    return Series(formula, tuple(made))


MARGIN = series(
    "m",
    ("H100, used: margin", "30%", "A1 A4 F1 F2"),
    ("H200, spot: margin", "10%", "A2 A4 F3 F4"),
    ("B300, spot: margin", "20%", "A3 A4 F5 F6"),
    ("B300, spot: margin", "12%", "A3 A4 F7 F8"),
)
PAYBACK = series(
    "p",
    ("H100, used: payback", "31 months", "A1 F1 F2"),
    ("H200, spot: payback", "44 months", "A2 F3 F4"),
    ("B300, spot: payback", "45 months", "A3 F7 F8"),
)
OTHER = series("o", ("H100 rent", "7", "F1"), ("H200 rent", "8", "F3"))


def test_a_measure_stands_behind_the_colon() -> None:
    assert measure_of("H200, spot: margin") == "margin"
    assert measure_of("H200 现货：利润率") == "利润率"
    assert measure_of("H200 rent") == ""


def test_a_series_knows_what_all_its_labels_say() -> None:
    assert (MARGIN.what, PAYBACK.what, PAYBACK.unit) == ("margin", "payback", " months")
    assert MARGIN.cases == {"H100, used", "H200, spot", "B300, spot"}
    assert MARGIN.common == {"A4"}


def test_series_of_the_same_cases_are_a_family() -> None:
    assert families_of([MARGIN, OTHER, PAYBACK]) == [[MARGIN, PAYBACK]]
    assert families_of([MARGIN, OTHER]) == []


def test_results_of_one_label_are_told_apart_by_their_rows() -> None:
    told = [
        (case, [(number, one.text) for number, one in found])
        for case, found in cases_of([MARGIN, PAYBACK])
    ]
    assert told == [
        ("H100, used", [(1, "30%"), (2, "31 months")]),
        ("H200, spot", [(1, "10%"), (2, "44 months")]),
        ("B300, spot", [(1, "20%")]),
        ("B300, spot", [(1, "12%"), (2, "45 months")]),
    ]
