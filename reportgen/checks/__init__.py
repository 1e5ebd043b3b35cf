"""Plain functions from a workbook to issues, gathered in one tuple.

A new check is one function, one entry in CHECKS and one test.
"""

from __future__ import annotations

from collections.abc import Callable

from reportgen.checks.accepted import accept
from reportgen.checks.conduct import blank_publish, licence, unattested_calls
from reportgen.checks.outliers import unit_outliers
from reportgen.checks.references import dangling_contradictions, dangling_sources, duplicate_ids
from reportgen.checks.settings import baselines
from reportgen.checks.values import (
    interviewer_rows,
    rents_without_vat,
    stale_prices,
    unknown_models,
    unread_values,
)
from reportgen.checks.views import language_pairs
from reportgen.issues import Issue
from reportgen.workbook.tables import Workbook

__all__ = ["CHECKS", "Check", "accept", "run_checks"]

Check = Callable[[Workbook], tuple[Issue, ...]]

CHECKS: tuple[Check, ...] = (
    duplicate_ids,
    dangling_sources,
    dangling_contradictions,
    unit_outliers,
    unread_values,
    unknown_models,
    language_pairs,
    baselines,
    blank_publish,
    unattested_calls,
    licence,
    stale_prices,
    interviewer_rows,
    rents_without_vat,
)


def run_checks(workbook: Workbook) -> tuple[Issue, ...]:
    """Every issue of every check, those that were accepted as remarks.

    The issues met while reading are in `workbook.issues`; give them to `accept` too.
    """
    return accept((issue for check in CHECKS for issue in check(workbook)), workbook)
