"""The Note sheet: baselines that changes are measured from, and the name of the files."""

from __future__ import annotations

from reportgen.checks.making import Place
from reportgen.checks.values import baseline
from reportgen.dates import When
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.units import PRICE, RENT, Unit
from reportgen.workbook.schema import NOTE_KEYS
from reportgen.workbook.slugs import LONGEST_SLUG, is_slug, nearest_slug
from reportgen.workbook.tables import Workbook

_BASELINES = (
    ("rent_baseline", RENT, Text("租金", "rents")),
    ("purchase_baseline", PRICE, Text("采购价", "purchase prices")),
)
_MOST_DATES = 8


def baselines(workbook: Workbook) -> tuple[Issue, ...]:
    """Markets with a history but no readable baseline, or one that all prices come after."""
    issues: list[Issue] = []
    for key, unit, market in _BASELINES:
        dates = _dates(workbook, unit)
        declared = baseline(workbook, key)
        if declared is not None:
            if dates and all(when.end > declared.end for when in dates.values()):
                issues.append(_unmatched(workbook, key, market, sorted(dates)))
        elif workbook.setting(key) is not None:
            issues.append(_unreadable(workbook, key))
        elif len(dates) > 1:
            issues.append(_missing(workbook, key, market, sorted(dates)))
    return tuple(issues)


def unusable_slug(workbook: Workbook) -> tuple[Issue, ...]:
    """A slug that no file can be named by: told by check, before a build fails at its end."""
    said = workbook.setting("slug")
    if not isinstance(said, str) or is_slug(said):
        return ()
    near = nearest_slug(said)
    return (
        Place(workbook, workbook["Note"], workbook.note["slug"]).issue(
            "value", "slug-unusable", Severity.ERROR,
            says=Text(
                f"文件名“{said}”不能用来命名文件。",
                f"Files cannot be named by the slug {said}.",
            ),
            cure=Text(
                (f"请写成 {near}：" if near else "请改写，如 compute-rents：")
                + f"只用小写字母、数字和连字符，最多 {LONGEST_SLUG} 个字符。",
                (f"Write {near}: " if near else "Write one such as compute-rents: ")
                + f"small letters, digits and hyphens only, at most {LONGEST_SLUG}.",
            ),
        ),
    )  # fmt: skip


def _dates(workbook: Workbook, unit: Unit) -> dict[str, When]:
    return {
        when.key: when
        for row in workbook["Prices"]
        if row.quantity is not None
        and row.quantity.unit == unit
        and (when := row.when()) is not None
    }


def _listed(dates: list[str]) -> str:
    """The dates, of very many the first and the last."""
    if len(dates) > _MOST_DATES:
        dates = [*dates[: _MOST_DATES // 2], "…", *dates[-_MOST_DATES // 2 :]]
    return ", ".join(dates)


def _missing(workbook: Workbook, key: str, market: Text, dates: list[str]) -> Issue:
    listed = _listed(dates)
    label = next(setting.label for setting in NOTE_KEYS if setting.key == key)
    cell = workbook.note[key].cell("value") if key in workbook.note else None
    return Issue(
        "baseline-missing",
        Severity.WARNING,
        Text(
            f"{market.zh}有多个时点，但未设基准时点，涨跌从各自最早的时点算起。",
            f"There are {market.en} of several dates but no baseline, so each change runs from "
            "the first date of its own.",
        ),
        Text(
            f"请在 {workbook['Note'].name} 中填写“{label.zh}”；可用：{listed}。",
            f"Set {label.en} on the {workbook['Note'].name} sheet to one of: {listed}.",
        ),
        workbook.file,
        workbook["Note"].name,
        cell.cell if cell else "",
    )


def _unmatched(workbook: Workbook, key: str, market: Text, dates: list[str]) -> Issue:
    listed = _listed(dates)
    return Place(workbook, workbook["Note"], workbook.note[key]).issue(
        "value",
        "baseline-unmatched",
        Severity.WARNING,
        says=Text(
            f"没有{market.zh}的日期在该基准时点或其之前，因此不计算涨跌。",
            f"None of the {market.en} is of this date or before, so no change is computed.",
        ),
        cure=Text(f"可用的日期：{listed}。", f"Dates that would work: {listed}."),
    )


def _unreadable(workbook: Workbook, key: str) -> Issue:
    return Place(workbook, workbook["Note"], workbook.note[key]).issue(
        "value",
        "baseline-unreadable",
        Severity.WARNING,
        says=Text("基准时点读不出日期。", "The baseline is not a date that can be read."),
        cure=Text(
            "请写成 2026-02、2026-02-16 或 2026-02-17前。",
            "Write 2026-02, 2026-02-16 or before 2026-02-17.",
        ),
    )
