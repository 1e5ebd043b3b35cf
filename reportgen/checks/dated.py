"""Prices that are dated later than the source that is said to have quoted them."""

from __future__ import annotations

from collections import defaultdict

from reportgen.checks.making import Place, places
from reportgen.dates import When
from reportgen.issues import Issue, Severity
from reportgen.language import Text, agreeing, count_of
from reportgen.workbook.tables import Workbook

_GOES_ON = frozenset({"own", "index"})
"""Kinds of sources that are kept up: their date is not the day of all their prices."""
_MOST_NAMED = 6


def prices_after_source(workbook: Workbook) -> tuple[Issue, ...]:
    """Prices of a day after their source's, said once a source, at the source's date.

    A call of May does not quote the price of June: the price was carried over with its
    source, or the source's date was not renewed.
    """
    late: dict[str, list[tuple[Place, When]]] = defaultdict(list)
    dates = {
        row.id: when
        for row in workbook["Sources"]
        if row.text("kind") not in _GOES_ON and (when := row.when()) is not None
    }
    for place in places(workbook, "Prices"):
        source, when = dates.get(place.row.text("source")), place.row.when()
        if source is not None and when is not None and when.start > source.end:
            late[place.row.text("source")].append((place, when))
    by_id = {place.row.id: place for place in reversed([*places(workbook, "Sources")])}
    return tuple(_issue(by_id[source], dates[source], found) for source, found in late.items())


def _issue(source: Place, dated: When, late: list[tuple[Place, When]]) -> Issue:
    ids = [place.row.id for place, _ in late]
    named, rest = ", ".join(ids[:_MOST_NAMED]), len(ids) - _MOST_NAMED
    more = Text(f" 等 {len(ids)} 行", f" and {rest} more") if rest > 0 else Text("", "")
    newest = max((when for _, when in late), key=lambda when: when.order)
    return source.issue(
        "date", "price-after-source", Severity.WARNING,
        says=Text(
            f"来源 {source.row.id} 的日期为 {dated.text('zh')}，但有 {len(ids)} 个报价晚于它"
            f"（最晚 {newest.text('zh')}）：{named}{more.zh}。",
            f"Source {source.row.id} is dated {dated.text('en')}, but "
            f"{count_of(len(ids), 'price')} of it {agreeing(len(ids), 'is', 'are')} dated after "
            f"that (up to {newest.text('en')}): {named}{more.en}.",
        ),
        cure=Text(
            "请改正报价或来源的日期；若是新的访谈，请另立一个来源。",
            "Correct the date of the prices or of the source; give a new call a source of its own.",
        ),
    )  # fmt: skip
