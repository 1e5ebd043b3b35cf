"""Prices that stand far from the others: a slip of the unit, or news.

Nothing is corrected. The message shows what the value is in the common unit and
asks about the slip that would bring it back among the others: a card for a server
(×8), a month for a year (×12), 元 for 万元 (×10⁴), a digit too many (×10).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from reportgen.checks.making import Place, joined, places
from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text
from reportgen.quantity import Quantity, Quoted
from reportgen.units import PRICE, RENT, Unit, parse_unit
from reportgen.wording import display_shift, unit_header
from reportgen.workbook.standing import is_held_back
from reportgen.workbook.tables import Workbook

_FAR = 2.5  # terms and bases of one model stay within about 2
_FAR_FROM_OTHER_MODELS = 6.0  # models differ more: H20 rents at a fifth of B300
_FITS = 1.5  # a slip explains a value when it lands this near the others
_STILL_FAR = 10  # times; a slip that leaves a value as far off as this explains nothing
_MAGNITUDES = (1e-4, 1e4)  # the slips that even another model's price gives away
_CARDS = 8.0
_CURE = Text("请核对数值与单位；程序不作更正。", "Check value and unit; nothing was corrected.")


@dataclass(frozen=True, slots=True)
class _Slip:
    """Multiplying the value by `factor` undoes the slip; `meant` says what was meant."""

    factor: float
    meant: Text


@dataclass(frozen=True, slots=True)
class _Far:
    """A value and the level it stands far from.

    `kin` when that level is of the same model; `others` counts prices of other models.
    """

    place: Place
    quantity: Quantity
    typical: float
    kin: bool
    others: int

    @property
    def times(self) -> float:
        return self.quantity.bound / self.typical


def unit_outliers(workbook: Workbook) -> tuple[Issue, ...]:
    """Rents and prices far from the others of their model and market."""
    by_unit: dict[str, list[tuple[Place, Quantity]]] = defaultdict(list)
    for place in places(workbook, "Prices"):
        quantity = place.row.quantity
        if quantity is not None and quantity.unit in (RENT, PRICE) and quantity.bound > 0:
            by_unit[quantity.unit.key].append((place, quantity))
    issues: list[Issue] = []
    for rows in by_unit.values():
        by_model: dict[str, list[float]] = defaultdict(list)
        for place, quantity in rows:
            by_model[_model(place)].append(quantity.bound)
        medians = {model: median(values) for model, values in by_model.items()}
        for place, quantity in rows:
            model = _model(place)
            typical: float | None = medians[model]
            kin = True
            if len(by_model[model]) <= 2:
                others = [v for other, vs in by_model.items() if other != model for v in vs]
                typical, kin = _typical_of_few(quantity, by_model[model], others)
            limit = _FAR if kin else _FAR_FROM_OTHER_MODELS
            if typical and _distance(quantity.bound, typical) > math.log(limit):
                beyond = len(rows) - len(by_model[model])
                issues.append(_outlier(_Far(place, quantity, typical, kin, beyond)))
    return tuple(issues)


def _typical_of_few(
    quantity: Quantity, same: list[float], others: list[float]
) -> tuple[float | None, bool]:
    """What to hold a value of a model with one or two values against; whether it is its own model.

    With more values it is the median of the model, the value itself included, so that
    one slip among three values does not accuse the other two. With two values the one
    nearer to the other models is believed. Alone, it is held against the nearest of
    the other models.
    """
    if len(same) == 1:
        return (min(max(quantity.bound, min(others)), max(others)) if others else None), False
    partner = same[0] if same[1] == quantity.bound else same[1]
    if others and _distance(partner, median(others)) > _distance(quantity.bound, median(others)):
        return None, True
    return partner, True


def _model(place: Place) -> str:
    return place.row.text("model")


def _distance(a: float, b: float) -> float:
    return abs(math.log(a / b))


def _outlier(far: _Far) -> Issue:
    place, value = far.place, far.quantity.bound
    slips = sorted(_slips(place), key=lambda slip: _distance(value * slip.factor, far.typical))
    reach = math.log(_FITS if far.kin else _FAR_FROM_OTHER_MODELS)
    near = [slip for slip in slips if _distance(value * slip.factor, far.typical) < reach]
    left = _distance(value * slips[0].factor, far.typical)
    helps = left < min(_distance(value, far.typical), math.log(_STILL_FAR))
    fits = any(far.kin or (far.others > 1 and slip.factor in _MAGNITUDES) for slip in near)
    certain = fits and not is_held_back(place.row, place.workbook)
    column = next((key for key in ("point", "low", "high") if key in place.row.values), "unit")
    return place.issue(
        column, "unit-outlier", Severity.ERROR if certain else Severity.WARNING,
        says=Text(_message("zh", far), _message("en", far)),
        cure=joined(_question(near[:2] or slips[:helps]), _CURE),
    )  # fmt: skip


def _question(slips: list[_Slip]) -> Text:
    if not slips:
        return Text("", "")
    return Text(
        f"是否应为{'，或'.join(slip.meant.zh for slip in slips)}？",
        f"Did you mean {', or '.join(slip.meant.en for slip in slips)}?",
    )


def _message(lang: Lang, far: _Far) -> str:
    unit = far.quantity.unit
    normal, level = (_price(value, unit, lang) for value in (far.quantity.bound, far.typical))
    written, times = _as_written(far), _three(far.times)
    if lang == "zh":
        what = f"{written} 即 {normal}" if written else normal
        whose = "同型号的其他价格" if far.kin else "其他型号的价格"
        return f"{what}，是{whose}（{level}）的 {times} 倍。"
    what = f"{written} is {normal}" if written else normal
    whose = "the others of this model" if far.kin else "the other models"
    return f"{what}, {times} times {whose} ({level})."


def _price(value: float, unit: Unit, lang: Lang) -> str:
    """A level to three digits: 23.3 万元/台/月, CNY 233k per server-month."""
    number, header = _three(value * 10.0 ** display_shift(unit, lang)), unit_header(unit, lang)
    return f"{number} {header}" if lang == "zh" else header.replace("CNY ", f"CNY {number}")


def _three(value: float) -> str:
    return f"{float(f'{value:.3g}'):,.12g}"


def _as_written(far: _Far) -> str:
    """Value and unit as they stand in the cells, when that differs from the common unit."""
    unit, lineage = far.place.row.text("unit"), far.quantity.lineage
    if not isinstance(lineage, Quoted) or not lineage.steps or not unit:
        return ""
    written = lineage.as_written
    return written if unit in written else f"{written} {unit}".strip()


def _slips(place: Place) -> list[_Slip]:
    """The slips that the written unit allows, each with the factor that undoes it."""
    unit = parse_unit(place.row.text("unit"))
    parts = unit.key.split("/") if unit else ["CNY10k", "server", "month"]
    cards = place.workbook.setting("cards_per_server")
    per_server = cards if isinstance(cards, float) and cards > 0 else _CARDS
    slips = [
        _Slip(1 / 10, Text("少一位的数值", "a number with one digit fewer")),
        _Slip(10, Text("多一位的数值", "a number with one digit more")),
    ]
    if "card" in parts:
        slips.append(_Slip(1 / per_server, Text("“台”", "per server (台)")))
    else:
        slips.append(_Slip(per_server, Text("“卡”", "per card (卡)")))
    if "month" in parts:
        slips.append(_Slip(1 / 12, Text("“年”", "per year (年)")))
    if "year" in parts:
        slips.append(_Slip(12, Text("“月”", "per month (月)")))
    if parts[0] == "CNY10k":
        slips.append(_Slip(1e-4, Text("“元”", "元, not 万元")))
    if parts[0] == "CNY":
        slips.append(_Slip(1e4, Text("“万元”", "万元, not 元")))
    return slips
