"""What to type: the examples at the end of each command's help."""

from __future__ import annotations

from collections.abc import Mapping

_EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "new": (
        "reportgen new july.xlsx            a blank one with examples and a guide",
        "reportgen new july.xlsx --lang en  with English headings and lists",
        "reportgen new --from june.xlsx     the next issue, beside the last",
        "reportgen new july.xlsx --from june.xlsx --date 2026-07-01",
    ),
    "build": (
        "reportgen build                                   the usual workbook",
        "reportgen build BOOK.xlsx --lang zh --format pdf  one file",
        "reportgen build BOOK.xlsx --since LAST.xlsx       with what changed",
        "reportgen build --json | jq -r '.files[].path'    for a script",
    ),
    "check": (
        "reportgen check BOOK.xlsx",
        "reportgen check BOOK.xlsx --annotate ISSUES.xlsx",
        "reportgen check -q BOOK.xlsx && reportgen build BOOK.xlsx",
        "reportgen check --json | jq '.issues.error'",
    ),
    "figures": (
        "reportgen figures                  all of the usual workbook",
        "reportgen figures rent.h100        those with rent.h100 in their name",
        "reportgen figures 'payback.*spot'  * and ? as in a shell",
        "reportgen figures BOOK.xlsx 回收期  by their label",
        "reportgen figures | cut -f1        names only",
    ),
    "diff": (
        "reportgen diff LAST.xlsx BOOK.xlsx",
        "reportgen diff output/NOTE/client/manifest.json BOOK.xlsx --lang en",
    ),
    "trace": (
        "reportgen trace NOTE.html                      all figures of the note",
        "reportgen trace NOTE.pdf payback.h200.1y.spot  where this one comes from",
        "reportgen trace manifest.json rent.h100.1y --lang en",
    ),
    "verify": (
        "reportgen verify NOTE.pdf                       is it consistent?",
        "reportgen verify NOTE.pdf --workbook BOOK.xlsx  is it from this workbook?",
    ),
    "mail": (
        "reportgen mail NOTE.pdf --to li.na@fund.example      a draft for one reader",
        "reportgen mail NOTE.pdf --to 'Li Na <li.na@x.example>' --to sam@y.example",
        "reportgen mail output/NOTE/client --recipients BOOK.xlsx",
    ),
    "preview": (
        "reportgen preview                       the usual workbook",
        "reportgen preview BOOK.xlsx --lang en   English to begin with",
        "reportgen preview --no-browser          only the address",
    ),
    "doctor": (
        "reportgen doctor           what is there, what lacks, and the cure",
        "reportgen doctor -q        only what lacks",
        "reportgen doctor --no-try  without typesetting a page",
    ),
}


def epilog(command: str) -> str | None:
    """The examples of a command as the end of its help; None for one that has none."""
    examples = _EXAMPLES.get(command)
    if examples is None:
        return None
    return "\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples)
