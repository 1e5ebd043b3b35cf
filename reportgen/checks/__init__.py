"""Plain functions from a workbook to issues, gathered in one tuple.

A new check is one function, one entry in CHECKS and one test.
"""

from __future__ import annotations

from collections.abc import Callable

from reportgen.checks.accepted import accept, accepted_issues, open_warnings
from reportgen.checks.bases import unlike_bases
from reportgen.checks.changes import unlike_changes
from reportgen.checks.conduct import blank_publish, licence, unattested_calls
from reportgen.checks.conflicts import conflicting_claims
from reportgen.checks.dated import prices_after_source
from reportgen.checks.evidence import interested_parties, single_source, wide_ranges
from reportgen.checks.garbled import suspect_digits
from reportgen.checks.ladders import broken_ladders, spot_against_forward
from reportgen.checks.one_month import days_of_one_month
from reportgen.checks.outliers import unit_outliers
from reportgen.checks.positive import prices_not_positive
from reportgen.checks.references import dangling_contradictions, dangling_sources, duplicate_ids
from reportgen.checks.renewal import date_carried_over, examples_left
from reportgen.checks.returns import margin_conflicts, unlike_paybacks, unusual_yields
from reportgen.checks.settings import baselines, unusable_slug
from reportgen.checks.slips import unit_slips
from reportgen.checks.sums import cards_against_servers, shares_that_miss
from reportgen.checks.values import (
    interviewer_rows,
    rents_without_vat,
    stale_claims,
    stale_prices,
    unread_values,
)
from reportgen.checks.views import language_pairs
from reportgen.issues import Issue
from reportgen.workbook.tables import Workbook

__all__ = ["CHECKS", "Check", "accept", "accepted_issues", "open_warnings", "run_checks"]

Check = Callable[[Workbook], tuple[Issue, ...]]

CHECKS: tuple[Check, ...] = (
    duplicate_ids,
    dangling_sources,
    dangling_contradictions,
    unit_outliers,
    prices_not_positive,
    unread_values,
    language_pairs,
    baselines,
    unusable_slug,
    date_carried_over,
    examples_left,
    blank_publish,
    unattested_calls,
    licence,
    suspect_digits,
    unit_slips,
    spot_against_forward,
    broken_ladders,
    unusual_yields,
    unlike_paybacks,
    margin_conflicts,
    shares_that_miss,
    cards_against_servers,
    unlike_changes,
    wide_ranges,
    conflicting_claims,
    stale_prices,
    stale_claims,
    prices_after_source,
    days_of_one_month,
    single_source,
    interested_parties,
    interviewer_rows,
    unlike_bases,
    rents_without_vat,
)


def run_checks(workbook: Workbook) -> tuple[Issue, ...]:
    """Every issue of every check, those that were accepted as remarks.

    The issues met while reading are in `workbook.issues`; give them to `accept` too.
    """
    return accept((issue for check in CHECKS for issue in check(workbook)), workbook)
