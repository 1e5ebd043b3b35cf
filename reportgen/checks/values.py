"""Values that cannot be used as they stand, or that weigh less than they seem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from reportgen.checks.making import EVIDENCE, Place, places, value_column
from reportgen.checks.pairing import IDENTITY
from reportgen.dates import When, parse_when
from reportgen.issues import Issue, Severity
from reportgen.language import Text, agreeing, count_of
from reportgen.units import PRICE, RENT
from reportgen.workbook.tables import Workbook

STALE_DAYS = 30.0
"""Age in days beyond which the newest value of a thing is stale; `stale_days` on Note sets it."""

_CLAIMS = {
    "Survey": ("as_of", ("subject", "metric")),
    "Demand": ("period", ("segment", "metric", "basis")),
    "Economics": ("date", ("case", "model", "parameter")),
}
"""Of each sheet of claims, the column of its date and what makes two rows one thing."""


_NEWER = Text(
    "请补充新的观察值，或在“报告设置”中调整过期天数。",
    "Add a newer observation, or raise “Stale days” on the Note sheet.",
)


def unread_values(workbook: Workbook) -> tuple[Issue, ...]:
    """Values that stayed text: flagged, kept as evidence, never guessed."""
    return tuple(
        place.issue(
            value_column(place.row), "value-unread", Severity.WARNING,
            says=Text(
                f"“{_short(place.row.unread)}”读不出数值，按原文保留，不参与计算。",
                f"“{_short(place.row.unread)}” could not be read as a value; "
                "it stays as text and feeds no figure.",
            ),
            cure=Text(
                "若能向来源核实，请改写为数值或区间，如 6.7–6.8。",
                "If the source confirms it, write a value or a range such as 6.7–6.8.",
            ),
        )
        for place in places(workbook, *EVIDENCE)
        if place.row.unread and not _already_said(place)
    )  # fmt: skip


def stale_prices(workbook: Workbook) -> tuple[Issue, ...]:
    """Newest prices of their kind older than the Note allows; baselines are exempt."""
    issued, days = _issued(workbook)
    baselines = {when.key for when in baseline_dates(workbook)}
    return tuple(
        _stale(place, when, issued.end)
        for place, when in _newest(workbook)
        if issued and when.age_days(issued.end) > days and when.key not in baselines
    )


def stale_claims(workbook: Workbook) -> tuple[Issue, ...]:
    """Newest values of Survey, Demand and Economics older than that; our assumptions are exempt."""
    issued, days = _issued(workbook)
    baselines = {when.key for when in baseline_dates(workbook)}
    issues: list[Issue] = []
    for key, (column, same) in _CLAIMS.items():
        latest: dict[tuple[str, ...], When] = {}
        dated: list[tuple[Place, When, tuple[str, ...]]] = []
        for place in places(workbook, key):
            when, row = place.row.when(column), place.row
            if when is None or row.quantity is None or row.text("kind") == "assumption":
                continue
            thing = tuple(row.text(part) for part in same)
            dated.append((place, when, thing))
            if thing not in latest or latest[thing].order < when.order:
                latest[thing] = when
        issues += [
            place.issue(
                column, "claim-stale", Severity.REMARK,
                says=Text(
                    f"该项最新的数值已是 {when.age_days(issued.end)} 天前（{when.text('zh')}）。",
                    f"The newest value of this is {count_of(when.age_days(issued.end), 'day')} old "
                    f"({when.text('en')}).",
                ),
                cure=_NEWER,
            )
            for place, when, thing in dated
            if when.order == latest[thing].order
            and issued and when.age_days(issued.end) > days and when.key not in baselines
        ]  # fmt: skip
    return tuple(issues)


def _issued(workbook: Workbook) -> tuple[When | None, float]:
    """The date of the note, and how many days make a value stale."""
    issued, limit = workbook.setting("date"), workbook.setting("stale_days")
    return (
        issued if isinstance(issued, When) else None,
        limit if isinstance(limit, float) else STALE_DAYS,
    )


def _newest(workbook: Workbook) -> Iterator[tuple[Place, When]]:
    """Of each thing priced, the rows with the latest date."""
    latest: dict[tuple[str, ...], When] = {}
    dated: list[tuple[Place, When, tuple[str, ...]]] = []
    for place in places(workbook, "Prices"):
        when, quantity = place.row.when(), place.row.quantity
        if when is None or quantity is None:
            continue
        identity = (quantity.unit.key, *(place.row.text(key) for key in IDENTITY))
        dated.append((place, when, identity))
        if identity not in latest or latest[identity].order < when.order:
            latest[identity] = when
    return ((place, when) for place, when, what in dated if when.order == latest[what].order)


def _stale(place: Place, when: When, issued: date) -> Issue:
    age = when.age_days(issued)
    return place.issue(
        "date", "price-stale", Severity.REMARK,
        says=Text(
            f"最新的报价已是 {age} 天前（{when.text('zh')}）。",
            f"The newest quote is {count_of(age, 'day')} old ({when.text('en')}).",
        ),
        cure=_NEWER,
    )  # fmt: skip


def baseline_dates(workbook: Workbook) -> tuple[When, ...]:
    """The dates that the Note sheet declares as baselines, those that can be read."""
    found = (baseline(workbook, key) for key in ("rent_baseline", "purchase_baseline"))
    return tuple(when for when in found if when is not None)


def baseline(workbook: Workbook, key: str) -> When | None:
    """One declared baseline: rent_baseline or purchase_baseline."""
    value = workbook.setting(key)
    if isinstance(value, When):
        return value
    return parse_when(value) if isinstance(value, str) else None


def interviewer_rows(workbook: Workbook) -> tuple[Issue, ...]:
    """Words of the interviewer: not evidence of the source."""
    return tuple(
        place.issue(
            "speaker", "interviewer-sourced", Severity.REMARK,
            says=Text(
                "这是访谈人的话，不是来源所述。",
                "The interviewer said this, not the source.",
            ),
            cure=Text(
                "会单独标明；如专家已确认，请把说话人改为专家。",
                "It is marked as such; if the expert confirmed it, name the expert.",
            ),
        )
        for place in places(workbook, *EVIDENCE)
        if place.row.text("speaker") == "interviewer"
    )  # fmt: skip


def rents_without_vat(workbook: Workbook) -> tuple[Issue, ...]:
    """One remark on how many prices do not say whether VAT is in them."""
    table = workbook["Prices"]
    priced = [
        row for row in table if row.quantity is not None and row.quantity.unit in (RENT, PRICE)
    ]
    silent = [row for row in priced if not row.text("vat")]
    if not silent:
        return ()
    rents = sum(row.quantity is not None and row.quantity.unit == RENT for row in silent)
    cell = silent[0].cell("vat")
    return (
        Issue(
            "vat-unstated", Severity.REMARK,
            Text(
                f"{len(priced)} 个价格中有 {len(silent)} 个未说明是否含税（其中租金 {rents} 个）。",
                f"{len(silent)} of {count_of(len(priced), 'price')} "
                f"{agreeing(len(silent), 'does', 'do')} not say whether VAT is included "
                f"({rents} of them {agreeing(rents, 'a rent', 'rents')}).",
            ),
            Text(
                "能确认的请填“含税”或“不含税”；报告会注明其余未说明。",
                "Fill in incl or excl where you know; the note says that the rest is unstated.",
            ),
            workbook.file, table.name, cell.cell if cell else "",
        ),
    )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _already_said(place: Place, *columns: str) -> bool:
    """Whether the reader has said something about that cell already."""
    cells = {place.cell(column) for column in columns or ("low", "point", "high", "unit")}
    return any(
        issue.sheet == place.table.name and issue.cell in cells for issue in place.workbook.issues
    )
