"""Estimates of the Demand, Economics and Survey sheets: one chosen row a subject and period."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from reportgen.analysis.figures import Figure
from reportgen.analysis.names import model_label, parameter_label, slug
from reportgen.arithmetic import derive, ratio, total
from reportgen.dates import When
from reportgen.language import Text
from reportgen.quantity import Quantity
from reportgen.units import PERCENT, SERVERS, TIMES
from reportgen.workbook.tables import Row, Table

_CONFIDENCE = {"high": 3, "medium": 2, "": 1, "low": 0}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A chosen row with its value and the figure that names it."""

    row: Row
    quantity: Quantity
    figure: Figure


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a whole of one basis and period, with their sum. `total` is None for one part."""

    basis: str
    period: When | None
    parts: tuple[Estimate, ...]
    total: Figure | None


@dataclass(frozen=True, slots=True)
class MemoryCost:
    """What a server's price would imply if memory made the whole rise since `base`."""

    name: str
    figure: Figure


def customer_shares(demand: Table) -> Shares | None:
    """Shares of the latest period, of the basis that has most segments, and their sum."""
    rows = [row for row in demand if row.text("metric") == "share" and _is(row, PERCENT)]
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        period = row.when("period")
        groups.setdefault((period.key if period else "", row.text("basis")), []).append(row)
    if not groups:
        return None
    best = max(groups.values(), key=lambda group: (len(_chosen(group, _segment)), _latest(group)))
    parts = tuple(
        _estimate(row, f"share.{row.id}", Text(row.text("segment"), _english(row)))
        for row in _chosen(best, _segment)
    )
    when = best[0].when("period")
    whole = None
    if len(parts) > 1:
        inputs = {f"s{place}": part.quantity for place, part in enumerate(parts, start=1)}
        whole = Figure("share.sum", total(inputs), Text("份额合计", "Sum of shares"), as_of=when)
    return Shares(best[0].text("basis"), when, parts, whole)


def inference_ratios(demand: Table) -> tuple[Estimate, ...]:
    """Inference to training compute by period, oldest first; the last is the figure."""
    rows = [row for row in demand if row.text("metric") == "inference_ratio" and _is(row, TIMES)]
    ordered = _by_period(rows, "period")
    return _history(
        ordered, "period", "inference.ratio", Text("推理与训练算力之比", "Inference to training")
    )


def inference_shares(ratios: tuple[Estimate, ...]) -> tuple[Figure, ...]:
    """Inference as a share of all compute, r / (1 + r), a figure for each ratio."""
    found = []
    for estimate in ratios:
        share = derive(
            "r ÷ (1 + r) × 100", PERCENT, lambda r: r / (1 + r) * 100, {"r": estimate.quantity}
        )
        suffix = estimate.figure.id.removeprefix("inference.ratio")
        label = Text("推理算力占比", "Inference share of compute")
        found.append(Figure(f"inference.share{suffix}", share, label, as_of=estimate.figure.as_of))
    return tuple(found)


def memory_shares(economics: Table) -> tuple[Estimate, ...]:
    """Memory's stated share of a server's cost by date, oldest first."""
    rows = [
        row for row in economics if row.text("parameter") == "memory_share" and _is(row, PERCENT)
    ]
    ordered = _by_period(rows, "date")
    return _history(
        ordered, "date", "memory.share", Text("内存占整机成本", "Memory share of server cost")
    )


def implied_memory(
    shares: tuple[Estimate, ...], old: Quantity, new: Quantity, name: str, label: Text
) -> Figure | None:
    """Memory's share of `new` if it made the whole rise from `old`: (new - old + m·old) / new.

    `m` is the earliest stated share. None without a stated share. The prices must
    be of one unit. Source: DOMAIN (c), finding 3.
    """
    if not shares:
        return None
    value = derive(
        "(new − old + m × old) ÷ new × 100",
        PERCENT,
        lambda new, old, m: (new - old + m / 100 * old) / new * 100,
        {"new": new, "old": old, "m": shares[0].quantity},
    )
    return Figure(f"memory.implied.{name}", value, label, as_of=shares[-1].figure.as_of)


def released_servers(survey: Table, cards_per_server: Quantity) -> tuple[Estimate, Figure] | None:
    """Cards of a release as servers: chips_total / cards per server."""
    rows = [row for row in survey if row.text("metric") == "chips_total" and row.quantity]
    if not rows:
        return None
    row = _chosen(rows, lambda _: "")[0]
    cards = _estimate(row, "supply.cards", Text("放开总量", "Cards released"))
    servers = derive(
        "cards ÷ cards per server",
        SERVERS,
        lambda cards, per: cards / per,
        {"cards": cards.quantity, "per": cards_per_server},
    )
    label = Text("折合 8 卡整机", "As 8-GPU servers")
    return cards, Figure("supply.servers", servers, label, as_of=cards.figure.as_of)


def implied_stock(servers: Quantity, share: Quantity) -> Quantity:
    """The installed stock that makes `servers` that share of it: servers / share."""
    return derive(
        "servers ÷ share × 100",
        SERVERS,
        lambda servers, share: servers / share * 100,
        {"servers": servers, "share": share},
    )


def multiple(new: Quantity, old: Quantity) -> Quantity:
    """How many times `new` is of `old`."""
    return ratio(new, old)


def claim_figures(tables: Iterable[Table]) -> tuple[Figure, ...]:
    """claim.<row id> for every row that has a value, so that prose can quote any of them."""
    found = []
    for table in tables:
        for row in table:
            if row.quantity is None:
                continue
            label = _claim_label(row)
            when = row.when("as_of") or row.when("period") or row.when("date")
            signed = row.quantity.unit == PERCENT and "change" in row.text("metric")
            found.append(
                Figure(
                    f"claim.{row.id}", row.quantity, label,
                    as_of=when, signed=signed, about=_about(table.key, row),
                )
            )  # fmt: skip
    return tuple(found)


_ABOUT = {
    "Survey": ("metric", "subject", "condition"),
    "Demand": ("metric", "segment", "basis"),
    "Economics": ("parameter", "model", "case", "kind"),
}  # a price is named by its own figure


def _about(sheet: str, row: Row) -> str:
    columns = _ABOUT.get(sheet)
    if columns is None:
        return ""
    return "|".join((sheet.lower(), *(slug(row.text(column)) for column in columns)))


_STATED = Text("所述", "as stated")


def _claim_label(row: Row) -> Text:
    if row.text("parameter"):
        what, model = parameter_label(row.text("parameter")), row.text("model")
        whose = model_label(model) if model else Text.same("")
        told = Text("假设", "assumed") if row.text("kind") == "assumption" else _STATED
        en = f"{whose.en} {what.en}".strip()
        return Text(f"{whose.zh} {told.zh}{what.zh}".strip(), f"{en[0].upper()}{en[1:]}, {told.en}")
    zh = row.text("claim_zh") or row.text("segment") or row.text("subject")
    en = row.text("claim_en") or row.text("segment_en") or zh
    if not zh:
        zh = en = " ".join(
            row.text(key) for key in ("model", "config", "term", "tenor") if row.text(key)
        )
    return Text(zh, en)


def _is(row: Row, unit: object) -> bool:
    return row.quantity is not None and row.quantity.unit == unit


def _segment(row: Row) -> str:
    return row.text("segment")


def _english(row: Row) -> str:
    return row.text("segment_en") or row.text("segment")


def _latest(rows: list[Row]) -> tuple[int, ...]:
    period = rows[0].when("period")
    return (period.end.toordinal(),) if period else (0,)


def _chosen(rows: list[Row], subject: Callable[[Row], Hashable]) -> list[Row]:
    """One row a subject: the more confident, of equals the later; in order of first mention."""
    best: dict[Hashable, Row] = {}
    for row in rows:
        held = best.get(subject(row))
        if held is None or _weight(row) >= _weight(held):
            best[subject(row)] = row
    return list(best.values())


def _weight(row: Row) -> int:
    return _CONFIDENCE.get(row.text("confidence"), 1)


def _by_period(rows: list[Row], column: str) -> list[Row]:
    dated = [row for row in rows if row.when(column) is not None]
    return sorted(
        _chosen(dated, lambda row: _key(row, column)), key=lambda row: _order(row, column)
    )


def _key(row: Row, column: str) -> str:
    when = row.when(column)
    return when.key if when else ""


def _order(row: Row, column: str) -> tuple[int, int]:
    when = row.when(column)
    return (when.end.toordinal(), when.start.toordinal()) if when else (0, 0)


def _history(rows: list[Row], column: str, name: str, label: Text) -> tuple[Estimate, ...]:
    last = len(rows) - 1
    return tuple(
        _estimate(
            row, name if place == last else f"{name}@{_key(row, column)}", label, row.when(column)
        )
        for place, row in enumerate(rows)
    )


def _estimate(row: Row, figure_id: str, label: Text, when: When | None = None) -> Estimate:
    if row.quantity is None:
        raise ValueError(f"row {row.id} has no value")
    as_of = when or row.when("period") or row.when("as_of") or row.when("date")
    return Estimate(row, row.quantity, Figure(figure_id, row.quantity, label, as_of=as_of))
