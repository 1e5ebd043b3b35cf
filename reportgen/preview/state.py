"""What the preview knows at this moment, and what of it the page is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reportgen.language import Lang
from reportgen.preview.order import Order
from reportgen.preview.parts import changed_parts, parts_of

Status = Literal["starting", "working", "shown", "broken"]
ProofStatus = Literal["none", "working", "ready", "refused", "failed"]
_REMEMBERED = 16
"""Changes kept for pages that missed some."""


@dataclass(frozen=True, slots=True)
class LastGood:
    """The note on the screen: what it is and when it was composed."""

    order: Order
    lang: Lang
    title: str
    at: str


@dataclass(slots=True)
class Proof:
    """What the build said of the newest save."""

    status: ProofStatus = "none"
    issues: list[dict[str, str]] = field(default_factory=list)
    lacking: bool = False


@dataclass(slots=True)
class State:
    """Everything that is shown. `version` counts notes, `tick` counts anything new.

    `heard` says that a workbook has told which language its analyst reads.
    """

    order: Order
    file: str
    speech: Lang = "zh"
    heard: bool = False
    status: Status = "starting"
    waiting: str = ""
    version: int = 0
    tick: int = 0
    late: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    good: LastGood | None = None
    issues: list[dict[str, str]] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    seconds: Mapping[str, float] = field(default_factory=dict)
    proof: Proof = field(default_factory=Proof)
    pages_version: int = 0
    pages_at: str = ""
    page_sizes: list[tuple[float, float]] = field(default_factory=list)
    _changes: deque[tuple[int, dict[str, str] | None]] = field(
        default_factory=lambda: deque(maxlen=_REMEMBERED)
    )

    def put_page(self, page: str) -> None:
        """A newer note for the screen."""
        parts = parts_of(page)
        if parts == self.parts:
            return
        self._changes.append((self.version + 1, changed_parts(self.parts, parts)))
        self.version += 1
        self.parts = parts

    @property
    def page(self) -> str:
        """The note on the screen, whole."""
        return "".join(self.parts.values())

    def since(self, version: int) -> dict[str, str] | None:
        """The parts that changed after that version; None when the whole is to be loaded."""
        if version == self.version:
            return {}
        if not 0 < version < self.version:
            return None
        wanted = [changed for number, changed in self._changes if number > version]
        if len(wanted) != self.version - version:
            return None
        names: dict[str, None] = {}
        for changed in wanted:
            if changed is None:
                return None
            names |= dict.fromkeys(changed)
        return {name: self.parts[name] for name in names}

    def all_issues(self) -> list[dict[str, str]]:
        """Those of the look at the workbook, then those that only the build found."""
        known = {tuple(sorted(issue.items())) for issue in self.issues}
        more = [one for one in self.proof.issues if tuple(sorted(one.items())) not in known]
        return [*self.issues, *more]

    def told(self, themes: tuple[str, ...]) -> dict[str, Any]:
        """What the page shows around the note."""
        good = self.good
        return {
            "file": self.file,
            "speech": self.speech,
            "status": self.status,
            "waiting": self.waiting,
            "late": self.late,
            "version": self.version,
            "choices": {
                "lang": self.order.lang or (good.lang if good else self.speech),
                "edition": self.order.edition,
                "theme": self.order.theme,
                "themes": list(themes),
            },
            "good": None
            if good is None
            else {"at": good.at, "lang": good.lang, "edition": good.order.edition,
                  "theme": good.order.theme, "title": good.title},
            "issues": self.all_issues(),
            "sheets": self.sheets,
            "seconds": dict(self.seconds),
            "proof": {"status": self.proof.status, "lacking": self.proof.lacking},
            "pages": {"version": self.pages_version, "sizes": self.page_sizes, "at": self.pages_at},
        }  # fmt: skip
