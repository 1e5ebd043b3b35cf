"""The page of issue codes: what each means, how severe it is, what it says and its cure."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen.checking import Stages, check
from reportgen.issues import Issue
from reportgen.language import Text
from reportgen.reference import check_examples, problem_examples
from reportgen.reference.check_examples import Example
from reportgen.reference.codes import Raised, raised_codes
from reportgen.reference.markdown import page, table
from reportgen.reference.other_examples import MEANINGS, TOLD_ELSEWHERE, other_issues
from reportgen.reference.patterns import UNTOLD, pattern
from reportgen.workbook import cell_problems, file_problems, package_problems, problems
from reportgen.workbook.door import Reader
from reportgen.workbook.problems import Problem

PACKAGE = Path(__file__).resolve().parents[1]
EXAMPLE_NAME = "example.xlsx"

_INTRODUCTION = """
An issue says what is wrong or doubtful in the input, where, and how to mend it. **error**: no note
is made and nothing is written. **warning** and **remark**: the note is made, and says what a reader
must know. Where a code has two severities, it is an error only if the value would be printed.

`reportgen check` prints them in the workbook's language; `--format json` gives each as an object
with `code`, `severity`, `file`, `sheet`, `cell`, `row_id`, `message` and `hint`. The codes are
stable. On the sheet Accepted 已接受问题 an issue can be accepted by its code and row id, with a
reason: it then becomes a remark, and the note lists it. Gates (`gate-…`, and the two about the
licence) cannot be accepted. The numbers' own checks are explained in [checks.md](../checks.md).
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page says of one code."""

    raised: Raised
    meaning: str
    says: Text
    cure: Text


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a code: by its example, or else by its source."""

    chapter: str
    meaning: str
    says: Text
    cure: Text


CHAPTERS = (
    "The file", "Sheets, headings and settings", "Cells", "Rows", "Numbers against one another",
    "Prose", "Compliance", "Mail", "This machine, the last issue and the finished files",
)  # fmt: skip


def issues_page() -> str:
    """The page, from the code and its examples."""
    chapters: dict[str, list[Entry]] = {name: [] for name in CHAPTERS}
    for chapter, entry in entries():
        chapters[chapter].append(entry)
    parts = [f"## {name}\n\n{_told(found)}" for name, found in chapters.items() if found]
    return page("Issue codes", _INTRODUCTION, _index(chapters), *parts)


def entries() -> Iterator[tuple[str, Entry]]:
    """Every code that the program can raise, with its chapter."""
    known = _known()
    for raised in raised_codes(PACKAGE).values():
        found = known.get(raised.code) or _from_source(raised)
        yield found.chapter, Entry(raised, found.meaning, found.says, found.cure)


def example_issues(examples: Iterable[Example]) -> Iterator[tuple[Example, Issue]]:
    """The issue that each example is for, from a real workbook that was really checked.

    Raises LookupError when the workbook does not raise it.
    """
    with tempfile.TemporaryDirectory() as folder, Reader() as reader:
        path = Path(folder) / EXAMPLE_NAME
        for example in examples:
            path.write_bytes(example.workbook())
            found = check(path, Stages(lambda: 0.0, lambda _: None), reader=reader)
            issues = (*found.issues, *found.refused)
            first = next((one for one in issues if one.code == example.code), None)
            if first is None:
                raise LookupError(f"the example of {example.code} does not raise it")
            yield example, first


def _known() -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    problems_by_chapter = zip(
        CHAPTERS,
        (problem_examples.FILES, problem_examples.SHEETS, problem_examples.CELLS),
        strict=False,
    )
    for chapter, found in problems_by_chapter:
        for problem in found:
            known[problem.code] = _Known(
                chapter, _docstring(problem), problem.message, problem.hint
            )
    examples = {
        "Rows": check_examples.ROWS,
        "Numbers against one another": check_examples.NUMBERS,
        "Prose": check_examples.PROSE,
        "Compliance": check_examples.CONDUCT,
    }
    for chapter, listed in examples.items():
        for example, issue in example_issues(listed):
            known[example.code] = _Known(chapter, example.meaning, issue.message, issue.hint)
    with tempfile.TemporaryDirectory() as folder:
        for issue in other_issues(Path(folder)):
            known[issue.code] = _Known(
                CHAPTERS[-1], MEANINGS[issue.code], issue.message, issue.hint
            )
    return known


def _docstring(problem: Problem) -> str:
    """The sentence of the function that made it: the code is its name with dashes."""
    name = problem.code.replace("-", "_")
    modules = (problems, file_problems, package_problems, cell_problems)
    maker = next(getattr(module, name) for module in modules if hasattr(module, name))
    return (inspect.getdoc(maker) or "").split("\n\n")[0].replace("\n", " ")


def _from_source(raised: Raised) -> _Known:
    """A code that no example raises: what its source says."""
    module = raised.modules[0]
    found = pattern(PACKAGE / module, raised.code)
    says, *cures = found.texts or (UNTOLD,)
    cure = Text("".join(one.zh for one in cures), " ".join(one.en for one in cures))
    if raised.code in TOLD_ELSEWHERE:  # its first text is the cure
        says, cure = UNTOLD, found.texts[0] if found.texts else Text("", "")
    means = MEANINGS.get(raised.code) or found.meaning or says.en
    return _Known(_chapter(module), means, says, cure)


def _chapter(module: str) -> str:
    files = {
        "workbook/cell_problems.py": "Cells",
        "workbook/problems.py": "Sheets, headings and settings",
        "checks/conduct.py": "Compliance",
        "editions/gates.py": "Compliance",
        "checks/views.py": "Prose",
        "workbook/file_problems.py": "The file",
        "workbook/package_problems.py": "The file",
        "mailing.py": "Mail",
        "mail_readers.py": "Mail",
        "deliver/mail_issues.py": "Mail",
        "deliver/recipients.py": "Mail",
    }
    room = module.split("/", maxsplit=1)[0]
    return files.get(module) or {"checks": "Rows", "note": "Prose"}.get(room, CHAPTERS[-1])


def _index(chapters: dict[str, list[Entry]]) -> str:
    return table(
        ("Code", "Severity", "Code", "Severity"),
        _in_pairs(sorted(one.raised.code for found in chapters.values() for one in found),
                  {one.raised.code: one for found in chapters.values() for one in found}),
    )  # fmt: skip


def _in_pairs(codes: list[str], by_code: dict[str, Entry]) -> Iterator[tuple[str, ...]]:
    half = -(-len(codes) // 2)
    for left, right in zip(codes[:half], [*codes[half:], ""][:half], strict=True):
        yield (*_link(left, by_code), *_link(right, by_code))


def _link(name: str, by_code: dict[str, Entry]) -> tuple[str, str]:
    if not name:
        return "", ""
    return f"[`{name}`](#{name})", ", ".join(by_code[name].raised.severities)


def _told(found: list[Entry]) -> str:
    return "\n\n".join(
        f"### {one.raised.code}\n\n"
        f"*{' or '.join(one.raised.severities)}.* {one.meaning}\n\n"
        f"> {_quoted(one.says.zh + one.cure.zh)}\n>\n"
        f"> {_quoted(f'{one.says.en} {one.cure.en}')}"
        for one in found
    )


def _quoted(text: str) -> str:
    """A message as it stands in Markdown: nothing in it is markup."""
    plain = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "[]<>|*_`" else letter for letter in plain)
