"""The note assembled: page one, sections with prose and exhibits, disclosures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reportgen.analysis.analyse import Analysis
from reportgen.analysis.names import model_label
from reportgen.analysis.review import EXPLAINED
from reportgen.analysis.since import Comparison
from reportgen.issues import Issue
from reportgen.language import Lang, Text
from reportgen.note.appendix import with_origins
from reportgen.note.cards import with_passports
from reportgen.note.cover import build_cover, setting
from reportgen.note.exhibits import (
    changes,
    claims,
    contradictions,
    economics,
    evidence,
    grids,
    index,
    internal,
    leasing,
    outlook,
    purchases,
    rents,
    supply,
    users,
)
from reportgen.note.exhibits import issues as findings
from reportgen.note.exhibits.base import Desk, Draft, source_line
from reportgen.note.exhibits.length import shortened
from reportgen.note.marking import known_names, mark_names
from reportgen.note.method import method_paragraphs
from reportgen.note.model import Block, BulletList, Exhibit, Note, Paragraph, Section
from reportgen.note.prose import Prose, read_prose
from reportgen.note.signs import explain_signs, with_legend
from reportgen.note.text import plain
from reportgen.note.words import words
from reportgen.workbook.tables import Table, Workbook

SECTIONS: tuple[tuple[str, Text], ...] = (
    ("rents", Text("租金", "Rents")),
    ("purchases", Text("采购价", "Purchase prices")),
    ("economics", Text("租赁经济性", "Leasing economics")),
    ("supply", Text("供给与情景", "Supply and scenarios")),
    ("users", Text("谁在用算力", "Who uses compute")),
    ("evidence", Text("证据与分歧", "Evidence and where it disagrees")),
    ("changes", Text("与上期相比", "What changed")),
    ("risks", Text("风险提示", "Risks")),
    ("method", Text("方法与口径", "Method")),
)
_EVIDENCE = ("Prices", "Survey", "Demand", "Economics")
_DEFAULT_DISCLOSURE = Text(
    "本文件依据所列来源整理，仅供参考，不构成任何投资建议。来源陈述未经独立核验，可能存在错误或遗漏。",
    "This document is compiled from the sources listed, for information only, and is not "
    "investment advice. Statements of sources are unverified and may be wrong or incomplete.",
)


def build_note(
    workbook: Workbook,
    analysis: Analysis,
    lang: Lang,
    edition: str,
    changed: Comparison | None = None,
    *,
    issues: tuple[Issue, ...] = (),
) -> Note:
    """The note in one language, with the sources of its figures, told on the page and on paper.

    Sections without prose and exhibits are left out. `issues` are those of the checks,
    redacted; the method section lists them.
    """
    note = draft_note(workbook, analysis, lang, edition, changed, issues=issues)
    return with_origins(sourced(note, workbook, analysis, changed))


def sourced(
    note: Note, workbook: Workbook, analysis: Analysis, changed: Comparison | None = None
) -> Note:
    """A draft with the passports of its figures."""
    more = changed.figures() if changed is not None else ()
    return with_passports(note, analysis.figures, workbook["Sources"], more)


def draft_note(
    workbook: Workbook,
    analysis: Analysis,
    lang: Lang,
    edition: str,
    changed: Comparison | None = None,
    *,
    issues: tuple[Issue, ...] = (),
) -> Note:
    """The note as `build_note` makes it, but for the sources of its figures."""
    house = setting(workbook, f"house_{lang}") or setting(workbook, "house_zh")
    glossary = {
        row.text("alias"): Text(row.text("canonical_zh"), row.text("canonical_en"))
        for row in workbook["Glossary"]
    }
    desk = Desk(lang, analysis.figures, workbook["Sources"], house, glossary)
    prose = read_prose(workbook, analysis.figures, lang)
    drafts = {
        "changes": _present(changes.changes_table(changed, desk)) if changed else (),
        "rents": _rents(analysis, workbook["Survey"], desk),
        "purchases": _purchases(analysis, workbook, desk),
        "economics": _economics(analysis, workbook, desk),
        "supply": _supply(analysis, workbook, desk),
        "users": _users(analysis, workbook, desk),
        "evidence": _evidence(workbook, analysis, prose, desk),
        "method": _present(
            findings.accepted_table(issues, workbook, desk),
            findings.open_issues(issues, workbook, desk),
        ),
    }
    own = {"method": method_paragraphs(workbook, analysis, desk)}
    if changed is not None:
        own["changes"] = (changes.changes_lead(changed, desk),)
    sections: list[Section] = []
    number = 1
    for section_id, title in SECTIONS:
        found = drafts.get(section_id, ())
        exhibits = tuple(
            _exhibit(shortened(draft, desk), number + place, prose, desk)
            for place, draft in enumerate(_pair_halves(found))
        )
        number += len(exhibits)
        blocks = _interleave((*prose.paragraphs(section_id), *own.get(section_id, ())), exhibits)
        if blocks and (section_id != "changes" or changed is not None):
            heading = prose.line(f"{section_id}.title")
            shown = "".join(run.text for run in heading) if heading else title[lang]
            sections.append(Section(section_id, shown, blocks))
    note = Note(
        lang,
        edition,
        setting(workbook, "slug") or "compute-leasing",
        with_legend(build_cover(workbook, analysis, prose, desk, changed), lang),
        tuple(sections),
        words(lang),
        _disclosures(workbook, lang),
        _keywords(analysis, lang),
    )
    return mark_names(note, known_names(workbook))


def _rents(analysis: Analysis, survey: Table, desk: Desk) -> tuple[Draft, ...]:
    indexed = index.rent_index(analysis, survey, desk)
    return _present(
        rents.rents_by_model(analysis, desk),
        rents.term_curve(analysis, desk),
        rents.rent_history(analysis, desk),
        # The index draws every matched pair; without one the pairs have a chart of their own.
        indexed if indexed is not None else rents.rent_change(analysis, desk),
        rents.rent_table(analysis, desk),
        index.usd_rents(analysis, desk),
    )


def _purchases(analysis: Analysis, workbook: Workbook, desk: Desk) -> tuple[Draft, ...]:
    return _present(
        purchases.purchase_levels(analysis, desk),
        purchases.purchase_table(analysis, workbook["Survey"], desk),
        purchases.purchase_change(analysis, desk),
        purchases.premium_table(analysis, workbook["Survey"], desk),
    )


def _economics(analysis: Analysis, workbook: Workbook, desk: Desk) -> tuple[Draft, ...]:
    return _present(
        economics.payback_chart(analysis, workbook["Economics"], desk),
        economics.memory_share(analysis, desk),
        leasing.unit_economics(analysis, desk),
        None if leasing.covers_paybacks(analysis) else economics.payback_table(analysis, desk),
        claims.claims_check(analysis, desk),
        *grids.sensitivity(analysis, desk),
    )


def _supply(analysis: Analysis, workbook: Workbook, desk: Desk) -> tuple[Draft, ...]:
    return _present(
        supply.release_supply(analysis, workbook["Survey"], desk),
        supply.scenarios(analysis, desk),
        outlook.scenario_rents(analysis, desk),
        outlook.who_loses(analysis, desk),
    )


def _users(analysis: Analysis, workbook: Workbook, desk: Desk) -> tuple[Draft, ...]:
    return _present(
        users.customer_shares(analysis, desk),
        users.inference_ratio(analysis, desk),
        users.utilisation(analysis, workbook["Demand"], workbook["Survey"], desk),
        users.domestic(analysis, workbook["Survey"], desk),
        users.token_economics(analysis, workbook["Survey"], desk),
        users.lead_times(analysis, workbook["Survey"], desk),
    )


def _evidence(
    workbook: Workbook, analysis: Analysis, prose: Prose, desk: Desk
) -> tuple[Draft, ...]:
    tables: dict[str, Table] = {key: workbook[key] for key in _EVIDENCE}
    return _present(
        evidence.sources_table(workbook["Sources"], tables, desk),
        contradictions.contradictions_table(
            analysis.review, desk, lambda id_: prose.line(f"{EXPLAINED}{id_}")
        ),
        evidence.evidence_table(tables, analysis.review, desk),
        internal.internal_table(analysis.house, desk),
    )


def _present(*drafts: Draft | None) -> tuple[Draft, ...]:
    return tuple(draft for draft in drafts if draft is not None)


def _pair_halves(drafts: tuple[Draft, ...]) -> Iterator[Draft]:
    """Half-width exhibits stand in pairs; one left alone takes the full width."""
    place = 0
    while place < len(drafts):
        pair = drafts[place : place + 2]
        if len(pair) == 2 and all(draft.half_width for draft in pair):
            yield from pair
            place += 2
        else:
            yield replace(drafts[place], half_width=False)
            place += 1


def _exhibit(draft: Draft, number: int, prose: Prose, desk: Desk) -> Exhibit:
    title = prose.line(f"exhibit.{draft.id}.title") or draft.title
    exhibit = Exhibit(
        draft.id,
        number,
        title,
        draft.subtitle,
        draft.body,
        source_line(desk, draft.rests_on),
        draft.notes,
        draft.alt,
        draft.half_width,
    )
    return explain_signs(exhibit, desk.figures, desk.lang)


def _interleave(
    texts: tuple[Paragraph | BulletList, ...], exhibits: tuple[Exhibit, ...]
) -> tuple[Block, ...]:
    """Text and exhibits in turn, text first, pairs of half-width exhibits kept together."""
    groups: list[tuple[Exhibit, ...]] = []
    for exhibit in exhibits:
        open_pair = groups and groups[-1][0].half_width and len(groups[-1]) == 1
        if exhibit.half_width and open_pair:
            groups[-1] = (*groups[-1], exhibit)
        else:
            groups.append((exhibit,))
    blocks: list[Block] = []
    for place in range(max(len(texts), len(groups))):
        blocks += texts[place : place + 1]
        if place < len(groups):
            blocks += groups[place]
    return tuple(blocks)


def _disclosures(workbook: Workbook, lang: Lang) -> tuple[Paragraph, ...]:
    text = setting(workbook, f"disclosures_{lang}") or _DEFAULT_DISCLOSURE[lang]
    parts = (part.strip() for part in text.replace("\r", "").split("\n"))
    return tuple(Paragraph(plain(part)) for part in parts if part)


def _keywords(analysis: Analysis, lang: Lang) -> tuple[str, ...]:
    topic: Mapping[Lang, tuple[str, ...]] = {
        "zh": ("算力租赁", "GPU 服务器", "租金"),
        "en": ("compute leasing", "GPU servers", "rents"),
    }
    models = dict.fromkeys(model_label(one.key.model)[lang] for one in analysis.series)
    return (*topic[lang], *models)
