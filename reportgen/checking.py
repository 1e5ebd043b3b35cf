"""A workbook read, checked, cut down to what may be printed, and analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reportgen.analysis.analyse import Analysis, analyse
from reportgen.analysis.house import with_house
from reportgen.checks import accept, run_checks
from reportgen.checks.references import with_distinct_ids
from reportgen.cycles import without_cycle_search
from reportgen.deliver.recipients import unusable_recipients
from reportgen.editions.gates import gates, redacted_names
from reportgen.editions.publish import Edition, internal_only, publishable
from reportgen.editions.redact import Redactor, redactions
from reportgen.issues import Issue, has_errors
from reportgen.note.direction import contrary_words
from reportgen.note.prose import check_figures
from reportgen.note.typed import typed_numbers
from reportgen.note.unplaced import unplaced_views
from reportgen.workbook.door import Reader
from reportgen.workbook.reader import read_workbook
from reportgen.workbook.tables import Workbook


class Stages:
    """Times the stages of one run, and tells a listener when one begins."""

    def __init__(self, tick: Callable[[], float], listener: Callable[[str], None]) -> None:
        self._tick = tick
        self._listener = listener
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """One stage; stages of the same name add up."""
        self._listener(name)
        start = self._tick()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self._tick() - start


@dataclass(frozen=True, slots=True)
class Checked:
    """A workbook read, checked and cut down to what may be printed, with its figures.

    `refused` is what the gates of that edition say.
    """

    workbook: Workbook
    printed: Workbook
    issues: tuple[Issue, ...]
    redactor: Redactor
    analysis: Analysis | None
    refused: tuple[Issue, ...] = ()


@without_cycle_search()
def check(
    path: Path, stage: Stages, edition: Edition = "client", reader: Reader | None = None
) -> Checked:
    """Read and check a workbook. `analysis` is None when an error stands in its way.

    `reader` is a reading process that runs already; see `read_workbook`.
    """
    with stage("read"):
        workbook = read_workbook(path, reader)
    with stage("check"):
        issues = (*accept(workbook.issues, workbook), *run_checks(workbook))
        issues = (*issues, *unusable_recipients(workbook))
        redactor = Redactor(redactions(workbook))
        printed = redactor.workbook(publishable(workbook, edition))
        refused = (*gates(workbook, edition), *redacted_names(workbook, edition, redactor))
        issues = _without_followers(issues, refused, workbook)
    prose = {workbook["Views"].name, workbook["Note"].name}
    doubled = [issue for issue in issues if issue.code == "duplicate-id"]
    twice = has_errors(doubled)
    if has_errors(issue for issue in issues if issue.sheet not in prose and issue not in doubled):
        return Checked(workbook, printed, issues, redactor, None, refused)
    with stage("analyse"):  # wrong prose does not stand in its way, and is then told in full
        # Rows of one id stand apart meanwhile, so that what else is wrong is told at once.
        apart = with_distinct_ids(printed) if twice else printed
        analysis = analyse(apart)
        if edition == "internal":
            house = redactor.workbook(internal_only(workbook))
            analysis = with_house(analysis, with_distinct_ids(house) if twice else house)
        issues = (
            *issues,
            *check_figures(printed, analysis.figures),
            *typed_numbers(printed),
            *contrary_words(printed, analysis.figures),
            *unplaced_views(printed, workbook),
        )
    return Checked(workbook, printed, issues, redactor, None if twice else analysis, refused)


def _without_followers(
    issues: Iterable[Issue], refused: Iterable[Issue], workbook: Workbook
) -> tuple[Issue, ...]:
    """The issues but those that say the same again.

    They are doubts about a cell that a gate refuses, and what a Note sheet lacks that is missing
    as a whole.
    """
    gated = {(issue.sheet, issue.cell) for issue in refused if issue.code == "gate-call-unattested"}
    return tuple(
        issue for issue in issues
        if (issue.code != "expert-call-unattested" or (issue.sheet, issue.cell) not in gated)
        and (issue.code != "baseline-missing" or workbook.note)
    )  # fmt: skip
