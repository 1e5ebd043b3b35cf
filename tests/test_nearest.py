"""Which names are offered for a wrong one."""

from __future__ import annotations

import pytest

from reportgen.nearest import nearest

KNOWN = (
    "rent.h100.1y", "rent.h100.1y@2026-05", "rent.h100.3y", "rent.h200.1y", "rent.b300.5y",
    "price.b300.4t.spot", "price.b300.spot", "usd.rent.h100.1y", "index.rent",
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("rent.h200.ly", "rent.h200.1y"),  # a letter for a digit
        ("h100.rent.1y", "rent.h100.1y"),  # another order
        ("rent.h100", "rent.h100.1y"),  # a part left out
        ("[[ Rent.H100.1Y ]]", "rent.h100.1y"),  # with its brackets, in capitals
        ("ｒｅｎｔ．ｈ１００．１ｙ", "rent.h100.1y"),  # typed with a Chinese keyboard
        ("price.b300.spot.4t", "price.b300.4t.spot"),
        ("rents.b300.5y", "rent.b300.5y"),
        ("rent.h100.1y@2026", "rent.h100.1y@2026-05"),  # history, since history was asked for
    ],
)
def test_the_likeliest_name_comes_first(wanted: str, first: str) -> None:
    assert nearest(wanted, KNOWN)[0] == first


def test_past_values_are_not_offered_for_present_ones() -> None:
    assert not any("@" in name for name in nearest("rent.h100.1x", KNOWN))


@pytest.mark.parametrize("wanted", ["", "   ", "[[]]", "zzz", "月租", "@"])
def test_nothing_is_offered_where_nothing_is_near(wanted: str) -> None:
    assert nearest(wanted, KNOWN) == ()


def test_no_more_than_asked_for() -> None:
    assert len(nearest("rent.h100", KNOWN, 1)) == 1
