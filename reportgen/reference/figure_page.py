"""The page of figure names, with an example of each family from the sample workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reportgen.analysis.figures import Figure
from reportgen.checking import Stages, check
from reportgen.comparing import since
from reportgen.note.formulas import formula_text
from reportgen.quantity import Combined, Derived
from reportgen.reference.families import CHAPTERS, Family, family_of
from reportgen.reference.markdown import code, page, table
from reportgen.units import PLAIN
from reportgen.wording import quantity_text

_INTRODUCTION = """
Prose on the Views sheet, titles and subtitles never hold a typed number: they ask for a figure by
its name, `[[rent.h100.1y]]`, and the note prints its value with its unit and its passport.
`reportgen figures` lists the names that your workbook has now; a wrong one is an error that
suggests the nearest right ones ([unknown-figure](issues.md#unknown-figure)). In a finished note,
`reportgen trace` says where the number comes from.
"""

_PARTS: Mapping[str, str] = {
    "`<price>`": "a row of Prices by what it states: model, then configuration, term, tenor, basis "
    "and VAT where stated: `h100.1y`, `b300.4t.spot`, `h200.cost`",
    "`<lease>`": "a model, a lease term, and how the server was bought, nothing for the original "
    "purchase: `h200.1y`, `h200.1y.spot`, `b300.5y.4t.forward`",
    "`<market>`": "`rent` or `price`",
    "`<row>`": "the id of a row, as its column Id has it: `F113`, `S1`",
    "`<cell>`": "a case, then the row and the column of its grid: `h200.1y.spot.1.4`",
    "`@<date>`": "behind any name, its value at an earlier date: `rent.h200.1y@2026-05`, "
    "`rent.h200.1y@before-2026-02-17`",
}
_FORMS: Mapping[str, str] = {
    "`range`": "the range, as without a form: 6.7–6.8",
    "`point`": "the stated value, or the middle",
    "`full`": "every digit there is, as in a table of method",
    "`成`, `tenths`": "a share in tenths: 三成, three tenths",
    "`bare`": "the number without its unit",
    "`signed`": "with its plus sign",
    "`unsigned`": "its size alone, after a word such as rose or fell: 4.2%, and 1.6–2.5% of "
    "−2.5% to −1.6%; a range across zero keeps its signs: −1% to +3%",
}
_AFTER_A_BAR = """
Behind a bar come forms and flags, in Views and titles: `[[payback.h200.1y|point]]`,
`[[claim.F004|成|bare]]`.
"""


def figures_page(workbooks: Path) -> str:
    """The page. `workbooks` has the sample workbook and the issue before it."""
    figures = sample_figures(workbooks)
    examples: dict[Family, Figure] = {}
    for figure in figures.values():
        family = family_of(figure.id)
        if family is not None and (
            family not in examples or ("@" in examples[family].id and "@" not in figure.id)
        ):
            examples[family] = figure
    parts = [
        f"## {chapter}\n\n" + table(
            ("Name", "Means", "Unit", "Formula", "For example"),
            (_row(family, examples.get(family)) for family in families),
        )
        for chapter, families in CHAPTERS.items()
    ]  # fmt: skip
    names = table(("In a name", "stands for"), _PARTS.items())
    forms = table(("Form or flag", "prints"), _FORMS.items())
    return page("Figures", _INTRODUCTION, names, _AFTER_A_BAR, forms, *parts)


def sample_figures(workbooks: Path) -> Mapping[str, Figure]:
    """Every figure of the sample workbook, the house's own and those of the comparison too."""
    path, last = workbooks / "compute-leasing.xlsx", workbooks / "compute-leasing-2026-02.xlsx"
    stage = Stages(lambda: 0.0, lambda _: None)
    found = check(path, stage, "internal")
    changed, _ = since(last, path, found, stage)
    if found.analysis is None or changed is None:
        raise LookupError("the sample workbook has errors; run reportgen check")
    return {**found.analysis.figures, **{one.id: one for one in changed.figures()}}


def _row(family: Family, figure: Figure | None) -> tuple[str, ...]:
    if figure is None:
        return code(family.pattern), family.means, "", "", ""
    quantity = figure.quantity
    zh, en = (quantity_text(quantity, lang, signed=figure.signed) for lang in ("zh", "en"))
    unit = "" if quantity.unit == PLAIN else quantity.unit.key
    return code(family.pattern), family.means, unit, _formula(figure), (
        f"{code(figure.id)} {figure.label.zh}：{zh}; {figure.label.en}: {en}"
    )  # fmt: skip


def _formula(figure: Figure) -> str:
    match figure.quantity.lineage:
        case Derived(formula=formula):
            return code(formula_text(formula, "en"))
        case Combined(rule=rule):
            return formula_text(rule, "en")
    return ""
