"""Both languages of a paragraph must rest on the same figures."""

from __future__ import annotations

import re
from collections import defaultdict

from reportgen.checks.making import Place, places
from reportgen.issues import Issue, Severity
from reportgen.language import LANGS, Lang, Text
from reportgen.workbook.standing import is_held_back
from reportgen.workbook.tables import Workbook

_FIGURE = re.compile(r"\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]")
_NAMES: dict[Lang, Text] = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
_CURE = Text("请在两种语言中使用相同的数字。", "Use the same figures in both languages.")


def figures_in(text: str) -> frozenset[str]:
    """The names of the figures a text refers to, without their forms."""
    return frozenset(found[1].strip() for found in _FIGURE.finditer(text))


def language_pairs(workbook: Workbook) -> tuple[Issue, ...]:
    """Sections of Views, and titles of Note, whose languages use different figures."""
    sections: dict[str, dict[Lang, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in places(workbook, "Views"):
        lang = place.row.text("language")
        for known in LANGS:
            if lang == known and not is_held_back(place.row, workbook):
                sections[place.row.text("section")][known].append(place)
    issues: list[Issue] = []
    for section, by_lang in sections.items():
        if len(by_lang) == 1:
            issues.append(_one_language(section, by_lang))
        else:
            issues.extend(_differences(section, by_lang, "text"))
    for key in ("title", "subtitle"):
        titles: dict[Lang, list[Place]] = {
            lang: [Place(workbook, workbook["Note"], workbook.note[f"{key}_{lang}"])]
            for lang in LANGS
            if isinstance(workbook.setting(f"{key}_{lang}"), str)
        }
        if len(titles) > 1:
            issues.extend(_differences(key, titles, "value"))
    return tuple(issues)


def _one_language(section: str, by_lang: dict[Lang, list[Place]]) -> Issue:
    (lang,) = by_lang
    missing = _NAMES["en" if lang == "zh" else "zh"]
    return by_lang[lang][0].issue(
        "text", "view-one-language", Severity.WARNING,
        says=Text(
            f"{section} 只有{_NAMES[lang].zh}，没有{missing.zh}。",
            f"{section} is in {_NAMES[lang].en} only.",
        ),
        cure=Text(f"请补上{missing.zh}段落。", f"Add the paragraph in {missing.en}."),
    )  # fmt: skip


def _differences(what: str, by_lang: dict[Lang, list[Place]], column: str) -> list[Issue]:
    used = {
        lang: frozenset[str]().union(
            *(figures_in(place.row.text(column)) for place in by_lang[lang])
        )
        for lang in LANGS
    }
    issues: list[Issue] = []
    for lang, other in (LANGS, LANGS[::-1]):
        lacking = used[other] - used[lang]
        if lacking:
            names = ", ".join(sorted(lacking))
            issues.append(
                _lacking(by_lang[lang], by_lang[other], lacking, column).issue(
                    column, "view-figures-differ", Severity.ERROR,
                    says=Text(
                        f"{what} 的{_NAMES[lang].zh}缺少{_NAMES[other].zh}所用的数字：{names}。",
                        f"{what} in {_NAMES[lang].en} lacks figures used in "
                        f"{_NAMES[other].en}: {names}.",
                    ),
                    cure=_CURE,
                )
            )  # fmt: skip
    return issues


def _lacking(mine: list[Place], others: list[Place], figures: frozenset[str], column: str) -> Place:
    """The paragraph that answers to the other language's first one with such a figure.

    They answer to one another by their order, else by their place in the section.
    """
    number, there = next(
        (number, place)
        for number, place in enumerate(others)
        if figures & figures_in(place.row.text(column))
    )
    order = there.row.values.get("order")
    alike = [place for place in mine if place.row.values.get("order") == order]
    return alike[0] if alike and order is not None else mine[min(number, len(mine) - 1)]
