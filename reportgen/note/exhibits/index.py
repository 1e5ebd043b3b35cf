"""Exhibits of the rent index and of rents in USD. They stand in the rents section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.conversion import Conversion, UsdRent, UsdRents
from reportgen.analysis.figures import Figure
from reportgen.analysis.index import Level, PriceIndex
from reportgen.analysis.names import config_label, model_label, term_label
from reportgen.analysis.prices import PriceKey
from reportgen.note.exhibits.base import (
    NOTHING,
    Desk,
    Draft,
    cell,
    column,
    describe,
    mark,
    shared,
    words,
)
from reportgen.note.model import Bars, Curve, Line, Mark, Run, TableData, TableRow
from reportgen.note.text import figure_run, plain, time_run
from reportgen.quantity import Quantity
from reportgen.units import HOURS_PER_MONTH, PERCENT, RENT, RENT_USD
from reportgen.wording import number_text, unit_header
from reportgen.workbook.tables import Row, Table

_CURVE_PERIODS = 4  # with fewer periods bars say it better than a line
_MONTH_LABELS = 12
_MOST_PAIRS = 8
_MOST_NAMES = 8
_STATED = "rental_price_change"
"""Survey metrics that begin so are a source's own word for the change of rents, in percent."""


def rent_index(analysis: Analysis, survey: Table, desk: Desk) -> Draft | None:
    """Chart: the matched index beside the simple mean; bars for few periods, else lines."""
    index = analysis.rent_index
    if index is None:
        return None
    stated = [row for row in survey if _is_stated(row)]
    if len(index.levels) >= _CURVE_PERIODS:
        return _curve(index, stated, desk)
    return _bars(analysis, index, stated, desk)


def usd_rents(analysis: Analysis, desk: Desk) -> Draft | None:
    """Table: each model's rent at its shortest term in USD per GPU-hour, with and without VAT."""
    usd = analysis.usd
    if usd is None:
        return None
    best: dict[tuple[str, str, str], UsdRent] = {}
    for one in usd.rents:  # they come ordered by term
        if not desk.figures[one.key.name].quantity.is_floor:
            best.setdefault((one.key.model, one.key.config, one.key.vat), one)
    shown = tuple(best.values()) or usd.rents
    figures = [usd_figure for one in shown for usd_figure in (one.stated, *one.without)]
    decimals = shared(figures, desk, more_digits=1)
    rows = tuple(_usd_row(one, usd, desk, decimals) for one in shown)
    return Draft(
        "usd-rents",
        plain(desk.say("月租折合每卡每小时美元", "Rents in USD per GPU-hour")),
        plain(
            desk.say(
                "同一报价按两种税务口径折算，便于与海外合约价对照",
                "The same quotes under each VAT rate, for comparison with contracts abroad",
            )
        ),
        TableData(
            (
                column(desk, "型号", "Model"),
                column(desk, "租期", "Term", "short"),
                column(desk, "月租", "Rent", "range", RENT),
                column(desk, "按报价", "As quoted", "range", RENT_USD),
                *(
                    column(
                        desk, f"不含税，按{vat.label.zh}", f"Ex VAT, {vat.label.en}",
                        "range", RENT_USD,
                    )
                    for vat in usd.conversion.rates
                ),
            ),
            rows,
        ),
        tuple(analysis.figures[one.key.name].quantity for one in shown),
        notes=_usd_notes(usd, desk),
    )  # fmt: skip


def _is_stated(row: Row) -> bool:
    quantity = row.quantity
    return (
        row.text("metric").startswith(_STATED)
        and row.text("speaker") != "interviewer"
        and quantity is not None
        and quantity.unit == PERCENT
        and quantity.middle is not None
    )


def _bars(analysis: Analysis, index: PriceIndex, stated: list[Row], desk: Desk) -> Draft:
    pairs = index.pairs[:_MOST_PAIRS]
    entries: list[tuple[str, Mark]] = [
        (pair.key.label[desk.lang], mark(pair.figure, desk)) for pair in pairs
    ]
    entries += [
        (desk.say("配对指数", "Matched index"), _index_mark(index.moved, desk)),
        (desk.say("简单均值", "Simple mean"), _mean_mark(index.mean_moved, desk)),
    ]
    entries += [
        (_stated_name(row, desk), mark(desk.figures[f"claim.{row.id}"], desk)) for row in stated
    ]
    title = plain(_title(index, desk))
    unit = unit_header(PERCENT, desk.lang)
    names, marks = tuple(name for name, _ in entries), tuple(one for _, one in entries)
    notes = [_mix_note(index, desk), _method_note(index, desk)]
    if any(row.text("market") in ("", "rent") for row in analysis.unread):
        notes.append(_garbled_note(desk))
    return Draft(
        "rent-index",
        title,
        _bars_subtitle(index, desk),
        Bars(names, marks, unit, signed=True),
        _rests_on(index, stated),
        tuple(notes),
        describe(desk, title, ((name, one.text) for name, one in entries), unit),
    )


def _curve(index: PriceIndex, stated: list[Row], desk: Desk) -> Draft:
    whens = [level.when for level in index.levels]
    many = len(whens) > _MONTH_LABELS
    labels = tuple(f"{when.end:%Y-%m}" if many else when.text(desk.lang) for when in whens)
    lines = (
        (desk.say("配对指数", "Matched index"), _marks([one.index for one in index.levels], desk)),
        (desk.say("简单均值", "Simple mean"), _marks([one.rebased for one in index.levels], desk)),
    )
    title = plain(_title(index, desk))
    ends = [(name, drawn[-1].text) for name, drawn in lines]
    return Draft(
        "rent-index",
        title,
        (
            time_run(whens[0], desk.lang),
            Run(desk.say("为 ", " is ")),
            Run("100", "const"),
            Run(desk.say("；色带为报价区间", "; bands show the quoted ranges")),
            *_title_dates(index, desk),
        ),
        Curve(labels, tuple(float(when.end.toordinal()) for when in whens), lines, ""),
        _rests_on(index, stated),
        (_mix_note(index, desk), _method_note(index, desk), _gap_note(desk)),
        describe(desk, title, ends, ""),
    )


def _marks(figures: Sequence[Figure], desk: Desk) -> tuple[Mark, ...]:
    last = len(figures) - 1
    return tuple(
        mark(figure, desk, emphasis=place == last, text=_point_text(figure, desk))
        for place, figure in enumerate(figures)
    )


def _index_mark(figure: Figure, desk: Desk) -> Mark:
    text = number_text(figure.quantity, desk.lang, form="full", signed=True)
    return mark(figure, desk, emphasis=True, text=text)


def _mean_mark(figure: Figure, desk: Desk) -> Mark:
    """The simple mean without its range, which would lend it a weight that it lacks."""
    drawn = mark(figure, desk, hollow=True, text=_point_text(figure, desk))
    return replace(drawn, low=drawn.point, high=drawn.point)


def _point_text(figure: Figure, desk: Desk) -> str:
    return number_text(figure.quantity, desk.lang, form="point", signed=figure.signed)


def _title_dates(index: PriceIndex, desk: Desk) -> Line:
    """The dates of the change that the title is about, where the lines begin earlier."""
    if index.base is index.levels[0]:
        return ()
    first, last = index.base.when, index.levels[-1].when
    return (
        Run(desk.say("；标题所述变化自 ", "; the title compares ")),
        time_run(first, desk.lang),
        Run(desk.say("至 ", " with ")),
        time_run(last, desk.lang),
    )


def _title(index: PriceIndex, desk: Desk) -> str:
    """The finding where both directions are sure, else what is shown."""
    matched, mean = index.moved.quantity, index.mean_moved.quantity
    if matched.low is not None and matched.low > 0 and mean.bound < 0:
        return desk.say(
            "同口径月租上涨，简单均值却下降：变的是样本构成",
            "Like-for-like rents rose while the simple mean fell: the mix changed",
        )
    if matched.high is not None and matched.high < 0 and mean.bound > 0:
        return desk.say(
            "同口径月租下降，简单均值却上涨：变的是样本构成",
            "Like-for-like rents fell while the simple mean rose: the mix changed",
        )
    return desk.say("月租：配对指数与简单均值", "Rents: matched index and simple mean")


def _bars_subtitle(index: PriceIndex, desk: Desk) -> Line:
    first, last = index.base.when, index.levels[-1].when
    rest = desk.say(
        "；误差线为报价区间，空心为不可比", "; bars show quoted ranges; hollow: not comparable"
    )
    return (
        time_run(first, desk.lang),
        Run(desk.say("至 ", " to ")),
        time_run(last, desk.lang),
        Run(rest),
    )


def _mix_note(index: PriceIndex, desk: Desk) -> Line:
    """Why the simple mean misleads: what it averages at either end."""
    first, last = index.base, index.levels[-1]
    opening = desk.say(
        "简单均值取当期每个型号最短租期的报价，由 ",
        "The simple mean takes the shortest term quoted of each model. It goes from ",
    )
    return (
        Run(opening),
        *_averaged(first, desk),
        Run(desk.say("变为 ", " to ")),
        *_averaged(last, desk),
        Run(_mix(first, last, desk)),
    )


def _averaged(level: Level, desk: Desk) -> Line:
    """The simple mean and, in brackets, what it is the mean of."""
    names = [key.label[desk.lang] for key in level.quoted]
    opening, closing = desk.say("（", " ("), desk.say("）", ")")
    listed = plain(desk.say("、", ", ").join(names[:_MOST_NAMES]))
    more = desk.say("等", " and others") if len(names) > _MOST_NAMES else ""
    mean = figure_run(level.mean, desk.lang, form="point", more_digits=1)
    return (mean, Run(opening), *listed, Run(more + closing))


def _mix(first: Level, last: Level, desk: Desk) -> str:
    if set(first.quoted) == set(last.quoted):
        return desk.say("，两端构成相同。", ", with the same mix at both ends.")
    return desk.say(
        "；两端构成不同，差额主要来自型号与租期的更替。",
        "; the mix differs, and much of the difference is which models and terms were quoted.",
    )


def _method_note(index: PriceIndex, desk: Desk) -> Line:
    weights = desk.say("等权", "equal weights")
    if index.levels[-1].weighted:
        weights = desk.say("按所给权重", "the weights given")
    scope = desk.say(
        "），只比较前后两期都有报价的同一型号、配置、租期与口径；最近一期配对数为 ",
        ") over prices of one model, memory, term and basis quoted in both periods. "
        "Pairs in the latest link: ",
    )
    return (
        Run(
            desk.say("配对指数为链式几何平均（", "The matched index is a chained geometric mean (")
        ),
        Run(f"{weights}{scope}"),
        figure_run(index.count, desk.lang),
        Run(desk.say("。只有下限的报价不入指数。", ". Bare floors take no part.")),
    )


def _garbled_note(desk: Desk) -> Line:
    return plain(
        desk.say(
            "转写含混的基期报价不入指数；由来源自称的涨幅倒推基期再算涨幅，只是循环论证。",
            "Garbled baseline quotes stay out. Working one back from the source's own stated "
            "rise would only return that rise.",
        )
    )


def _gap_note(desk: Desk) -> Line:
    return plain(
        desk.say(
            "按自然月取每格报价的几何平均。缺报的月份不沿用旧价，恢复报价时与按指数推得的价格相比；"
            "新型号自第二期起影响指数。",
            "Each cell is its geometric mean of the calendar month. A missing month is not filled "
            "with the old price: on its return a price is compared with the one the index implies. "
            "New models count from their second period.",
        )
    )


def _stated_name(row: Row, desk: Desk) -> str:
    said = {
        "expert": desk.say("受访者所述", "As the expert put it"),
        "": desk.say("来源所述", "As the source put it"),
    }
    return said.get(row.text("speaker"), said[""])


def _rests_on(index: PriceIndex, stated: list[Row]) -> tuple[Quantity, ...]:
    rests = [index.moved.quantity, index.mean_moved.quantity]
    return (*rests, *(row.quantity for row in stated if row.quantity is not None))


def _usd_row(one: UsdRent, usd: UsdRents, desk: Desk, decimals: int | None) -> TableRow:
    key = one.key
    without: tuple[Line, ...] = tuple(
        cell(figure, desk, decimals=decimals) for figure in one.without
    )
    missing = len(usd.conversion.rates) - len(without)
    return TableRow(
        (
            plain(_model(key, desk)),
            words(term_label(key.term), desk) if key.term else NOTHING,
            cell(desk.figures[key.name], desk),
            cell(one.stated, desk, decimals=decimals),
            *without,
            *[NOTHING] * missing,
        )
    )  # fmt: skip


def _model(key: PriceKey, desk: Desk) -> str:
    bare = PriceKey(key.market, key.model, basis=key.basis, vat=key.vat)
    name = bare.label[desk.lang]
    head = model_label(key.model)[desk.lang]
    config = f" {config_label(key.config)[desk.lang]}" if key.config else ""
    return f"{head}{config}{name[len(head) :]}"


def _usd_notes(usd: UsdRents, desk: Desk) -> tuple[Line, ...]:
    notes = [_formula_note(usd.conversion, desk), _rates_note(usd.conversion, desk)]
    if any(not one.key.vat for one in usd.rents):
        notes.append(
            plain(
                desk.say(
                    "未说明税务口径的报价按含税读；折算多保留一位有效数字，以便换回原值。",
                    "Quotes without a stated VAT basis are read as including it. Conversions keep "
                    "one more digit than their input, so that they can be reversed.",
                )
            )
        )
    return tuple(notes)


def _formula_note(conversion: Conversion, desk: Desk) -> Line:
    """The conversion with all that it rests on."""
    source: list[Run] = []
    if conversion.fx_source:
        source += plain(conversion.fx_source)
    if conversion.fx_date:
        source += [Run(desk.say("，", ", "))] if source else []
        source.append(time_run(conversion.fx_date, desk.lang))
    return (
        Run(desk.say("换算：月租 × ", "Conversion: rent × ")),
        Run("10,000", "const"),
        Run(desk.say(" ÷ （一加增值税率）÷（", " ÷ (one plus VAT) ÷ (")),
        Run(f"{conversion.cards.bound:g}", "const"),
        Run(desk.say(" 卡 × ", " GPUs × ")),
        Run(f"{HOURS_PER_MONTH}", "const"),
        Run(desk.say(" 小时）÷ 汇率 ", " hours) ÷ exchange rate ")),
        figure_run(desk.figures["fx"], desk.lang),
        *((Run(desk.say("（", " (")), *source, Run(desk.say("）", ")"))) if source else ()),
        Run(desk.say("。", ".")),
    )


def _rates_note(conversion: Conversion, desk: Desk) -> Line:
    runs: list[Run] = [Run(desk.say("增值税率：", "VAT: "))]
    for place, vat in enumerate(conversion.rates):
        runs += [Run(desk.say("，", ", "))] if place else []
        runs += [
            *plain(vat.label[desk.lang]),
            Run(" "),
            Run(f"{vat.rate.bound:g}%", "const"),
        ]
    return (*runs, Run(desk.say("。", ".")))
