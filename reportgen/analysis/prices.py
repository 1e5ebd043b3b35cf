"""Which observation is the figure: price rows grouped into series by what they price."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reportgen.analysis.figures import Figure
from reportgen.analysis.names import (
    choice_label,
    config_label,
    model_label,
    model_order,
    slug,
    term_label,
    term_months,
)
from reportgen.arithmetic import combine
from reportgen.dates import When
from reportgen.language import Text
from reportgen.quantity import Quantity
from reportgen.workbook.tables import Row, Table

_CONFIDENCE = {"high": 3, "medium": 2, "": 1, "low": 0}
_GRADE = {"a": 4, "b": 3, "c": 2, "d": 1, "": 0}
_IDENTITY = ("market", "model", "config", "term", "tenor", "basis", "vat")


_VAT = {"incl": Text("含税", "incl VAT"), "excl": Text("不含税", "excl VAT")}


@dataclass(frozen=True, slots=True)
class PriceKey:
    """What a price is the price of. Blank parts were not stated."""

    market: str
    model: str
    config: str = ""
    term: str = ""
    tenor: str = ""
    basis: str = ""
    vat: str = ""

    @property
    def name(self) -> str:
        """The figure's name: rent.h100.1y, price.b300.4t.spot."""
        return ".".join(("rent" if self.market == "rent" else "price", self.model, *self.parts))

    @property
    def parts(self) -> tuple[str, ...]:
        """The stated parts beyond the model, in name order."""
        parts = (self.config, self.term, self.tenor, self.basis, self.vat)
        return tuple(part for part in parts if part)

    @property
    def order(self) -> tuple[object, ...]:
        """Sort key: market, model, term, tenor, configuration."""
        tenor = {"spot": 0, "forward": 1}.get(self.tenor, 2)
        return (
            self.market != "rent", model_order(self.model), term_months(self.term), tenor,
            self.config, self.basis, self.vat,
        )  # fmt: skip

    def called(self, noun: Text) -> Text:
        """The price's figure by name: H200 一年期月租（含税） / H200 1-year rent, incl VAT."""
        what, vat = self.untaxed, _VAT.get(self.vat)
        return Text(
            f"{what.zh}{noun.zh}" + (f"（{vat.zh}）" if vat else ""),
            f"{what.en} {noun.en}" + (f", {vat.en}" if vat else ""),
        )

    @property
    def label(self) -> Text:
        """The same without a noun: H200 一年期（含税）, H200 1-year incl VAT."""
        what, vat = self.untaxed, _VAT.get(self.vat)
        return Text(f"{what.zh}（{vat.zh}）", f"{what.en} {vat.en}") if vat else what

    @property
    def untaxed(self) -> Text:
        """Without a word on VAT: H100 一年期 / H100 1-year; B300 4TB 现货 / B300 4TB spot."""
        zh, en = [model_label(self.model).zh], [model_label(self.model).en]
        extra: list[Text] = []
        if self.config:
            extra.append(config_label(self.config))
        if self.term:
            extra.append(term_label(self.term))
        extra.extend(
            choice_label(column, key)
            for column, key in (("tenor", self.tenor), ("basis", self.basis))
            if key
        )
        zh.extend(text.zh for text in extra)
        en.extend(text.en for text in extra)
        return Text(" ".join(zh), " ".join(en))


@dataclass(frozen=True, slots=True)
class Observed:
    """The chosen value of a series at one date, and the rows it rests on."""

    when: When
    quantity: Quantity
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """All dates of one price, oldest first; never empty."""

    key: PriceKey
    points: tuple[Observed, ...]

    @property
    def latest(self) -> Observed:
        """The newest point, the one that is the figure."""
        return self.points[-1]

    def at_or_before(self, edge: When) -> Observed | None:
        """The newest point that is not later than `edge`."""
        found = [point for point in self.points if point.when.end <= edge.end]
        return found[-1] if found else None


def collect_series(prices: Table, sources: Table) -> tuple[PriceSeries, ...]:
    """Price rows as series. Rows without a readable value or a date take no part.

    Of several rows of one independence group at one date, a closed value goes
    before a floor or ceiling, then the more confident row, then the later one.
    Independent groups form their envelope, with the point of the best grade.
    """
    usable = [row for row in prices if row.quantity is not None and row.when() is not None]
    if not usable:
        return ()
    frame = _frame(usable, sources)
    chosen = _one_a_group(frame)
    points: dict[PriceKey, list[Observed]] = {}
    numbers, grades = chosen["row"].tolist(), chosen["grade"].tolist()
    for places in chosen.groupby(["cell", "when"], sort=False).indices.values():
        best_first = sorted(places, key=lambda place: -grades[place])
        rows = tuple(usable[numbers[place]] for place in best_first)
        points.setdefault(_key(rows[0]), []).append(_observed(rows))
    series = (
        PriceSeries(key, tuple(sorted(found, key=lambda point: point.when.order)))
        for key, found in points.items()
    )
    return tuple(sorted(series, key=lambda one: one.key.order))


def figure_of(series: PriceSeries, point: Observed, *, dated: bool) -> Figure:
    """The figure of one point: the plain name for the latest, name@date for history."""
    name = f"{series.key.name}@{point.when.key}" if dated else series.key.name
    noun = Text("月租", "rent") if series.key.market == "rent" else Text("价格", "price")
    return Figure(name, point.quantity, series.key.called(noun), as_of=point.when)


def _key(row: Row) -> PriceKey:
    values = {column: row.text(column) for column in _IDENTITY}
    return PriceKey(**{name: slug(value) for name, value in values.items()})


def _frame(rows: list[Row], sources: Table) -> pd.DataFrame:
    known = sources.by_id()
    records = []
    for place, row in enumerate(rows):
        source = known.get(row.text("source"))
        when, quantity = row.when(), row.quantity
        if when is None or quantity is None:  # left out above; said again for the type checker
            continue
        records.append(
            (
                place,
                "\x1f".join(slug(row.text(column)) for column in _IDENTITY),
                when.key,
                (source.text("group") if source else "") or row.text("source"),
                not (quantity.is_floor or quantity.is_ceiling),
                _CONFIDENCE.get(row.text("confidence"), 1),
                _GRADE.get(source.text("grade") if source else "", 0),
            )
        )
    columns = ["row", "cell", "when", "group", "closed", "confidence", "grade"]
    return pd.DataFrame.from_records(records, columns=columns)


def _one_a_group(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a cell, date and independence group; floors only where nothing closed is known."""
    ranked = frame.sort_values(["closed", "confidence", "row"], kind="stable")
    picked = ranked.drop_duplicates(["cell", "when", "group"], keep="last")
    has_closed = picked.groupby(["cell", "when"])["closed"].transform("any")
    return picked[picked["closed"] | ~has_closed].sort_values("row", kind="stable")


def _observed(rows: tuple[Row, ...]) -> Observed:
    when = rows[0].when()
    quantities = tuple(row.quantity for row in rows if row.quantity is not None)
    if when is None or not quantities:
        raise ValueError("an observation needs a date and a value")
    if len(quantities) == 1:
        return Observed(when, quantities[0], rows)
    rule = "envelope of independent sources, point of the best grade"
    return Observed(when, combine(quantities, quantities[0], rule), rows)
