"""Spreads between prices of one date: spot over forward, long terms under short ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reportgen.analysis.figures import Figure
from reportgen.analysis.names import config_label, model_label, term_label, term_months
from reportgen.analysis.prices import PriceSeries
from reportgen.arithmetic import relative_change
from reportgen.language import Text


@dataclass(frozen=True, slots=True)
class Premium:
    """Spot against a forward order of the same model and configuration."""

    spot: PriceSeries
    forward: PriceSeries
    figure: Figure


@dataclass(frozen=True, slots=True)
class TermDiscount:
    """A longer lease against the shortest one of the same model."""

    short: PriceSeries
    long: PriceSeries
    figure: Figure


def forward_premia(series: tuple[PriceSeries, ...]) -> tuple[Premium, ...]:
    """(spot - forward) / forward in percent, for pairs that differ in tenor alone."""
    by_key = {one.key: one for one in series}
    found = []
    for spot in series:
        forward = by_key.get(replace(spot.key, tenor="forward"))
        if spot.key.market != "purchase" or spot.key.tenor != "spot" or forward is None:
            continue
        rest = (spot.key.config, spot.key.basis, spot.key.vat)
        model, config = model_label(spot.key.model), config_label(spot.key.config)
        found.append(
            Premium(
                spot,
                forward,
                Figure(
                    ".".join(("premium", spot.key.model, *(part for part in rest if part))),
                    relative_change(spot.latest.quantity, forward.latest.quantity),
                    Text(
                        f"{model.zh} {config.zh} 现货较期货溢价".replace("  ", " "),
                        f"{model.en} {config.en} spot premium over forward".replace("  ", " "),
                    ),
                    as_of=spot.latest.when,
                    signed=True,
                ),
            )
        )
    return tuple(found)


def term_discounts(series: tuple[PriceSeries, ...]) -> tuple[TermDiscount, ...]:
    """(long - shortest) / shortest in percent, for rents that differ in term alone."""
    families: dict[object, list[PriceSeries]] = {}
    for one in series:
        if one.key.market == "rent" and one.key.term:
            families.setdefault(replace(one.key, term=""), []).append(one)
    found = []
    for members in families.values():
        short, *longer = sorted(members, key=lambda one: term_months(one.key.term))
        for long in longer:
            name = ".".join(("termdiscount", long.key.model, *long.key.parts))
            what, term = model_label(long.key.model), term_label(long.key.term)
            short_term = term_label(short.key.term)
            found.append(
                TermDiscount(
                    short,
                    long,
                    Figure(
                        name,
                        relative_change(long.latest.quantity, short.latest.quantity),
                        Text(
                            f"{what.zh} {term.zh}较{short_term.zh}",
                            f"{what.en} {term.en} against {short_term.en}",
                        ),
                        as_of=long.latest.when,
                        signed=True,
                    ),
                )
            )
    return tuple(found)
