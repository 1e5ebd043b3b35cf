"""What is wrong or doubtful in the input: a value with an address, never an exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reportgen.dates import When
from reportgen.language import Lang, Text


class Severity(StrEnum):
    """How much an issue matters. Only an error can stop a build."""

    ERROR = "error"
    WARNING = "warning"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Why an issue may stay: the reason, who said so, and the date until which it holds."""

    reason: Text
    by: str = ""
    until: When | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing the analyst should know, where it is and how to mend it.

    `code` is stable and kebab-case. `cell` is an Excel address ("H12", "B2:B9")
    or empty when the issue belongs to a sheet or the whole file.
    """

    code: str
    severity: Severity
    message: Text
    hint: Text
    file: str = ""
    sheet: str = ""
    cell: str = ""
    row_id: str = ""
    accepted: Acceptance | None = None

    def as_json(self, lang: Lang) -> dict[str, str]:
        """The issue as the documented JSON object."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "row_id": self.row_id,
            "message": self.message[lang],
            "hint": self.hint[lang],
        }

    def __str__(self) -> str:
        place = "!".join(part for part in (self.file, self.sheet, self.cell) if part)
        return f"{place} {self.code}: {self.message.en} {self.hint.en}".strip()


def has_errors(issues: Iterable[Issue]) -> bool:
    """Whether any issue is an error."""
    return any(issue.severity is Severity.ERROR for issue in issues)
