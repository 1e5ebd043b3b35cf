"""How one run of a command speaks: results on standard output, all else on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import typer

from reportgen.commands.outlet import Outlet
from reportgen.exits import MACHINE_LACKS, STOPPED
from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text

REPORT_STYLES: Mapping[str, str] = {
    r"(?m)(?<=^  )(?:错误|errors?)(?=\s)": "red",
    r"(?m)(?<=^  )(?:警告|warnings?)(?=\s)": "yellow",
    r"(?m)(?<=^  )(?:备注|remarks?)(?=\s)": "dim",
}
"""The colours of a report of issues: the severity at the beginning of a line, nothing else."""

_UNESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Voice:
    """The two streams, and whether errors alone are to be heard, or JSON.

    `lang` is the language that was asked for, where one was.
    """

    out: Outlet
    err: Outlet
    quiet: bool = False
    as_json: bool = False
    lang: Lang | None = None

    @property
    def watched(self) -> bool:
        """Whether progress has anybody to see it."""
        return self.err.moves and not self.quiet

    def result(self, text: str, styles: Mapping[str, str] | None = None) -> None:
        """What was asked for, to be read by a person where one reads, else by a program."""
        try:
            if self.out.terminal or styles:
                self.out.say(text, styles)
            else:
                self.out.hand_over(text)
        except BrokenPipeError:
            _let_go()
            raise SystemExit(STOPPED) from None
        except OSError as problem:  # what was asked for is done; only its telling failed
            _let_go()
            reason = problem.strerror or type(problem).__name__
            self.warn(f"无法写到标准输出：{reason}。\nStandard output cannot be written: {reason}.")
            raise SystemExit(MACHINE_LACKS) from None

    def tell(self, text: str, styles: Mapping[str, str] | None = None) -> None:
        """What is said beside the result: not when quiet, not beside JSON."""
        if not (self.quiet or self.as_json):
            self.warn(text, styles)

    def warn(self, text: str, styles: Mapping[str, str] | None = None) -> None:
        """What must be said: an error."""
        self.err.say(text, styles)

    def refuse(self, text: Text, code: int, command: str, name: str = "usage") -> typer.Exit:
        """Say why the command does nothing, in both languages or the one that was asked for.

        Raise what comes back.
        """
        if self.as_json:
            issue = Issue(name, Severity.ERROR, text, Text("", ""))
            self.document(command, code, self.lang or "en", 0.0, (issue,))
        else:
            self.warn(text[self.lang] if self.lang else f"{text.zh}\n{text.en}")
        return typer.Exit(code)

    def document(
        self,
        command: str,
        code: int,
        lang: Lang,
        seconds: float,
        issues: Iterable[Issue] = (),
        files: Iterable[Mapping[str, Any]] = (),
        **more: Any,
    ) -> None:
        """The one JSON document of a command; `more` is what that command alone has."""
        told = list(issues)
        self.result(
            written(
                {
                    "command": command,
                    "exit_code": code,
                    "lang": lang,
                    "seconds": round(seconds, 3),
                    "files": list(files),
                    "issues": {
                        severity.value: [
                            one.as_json(lang) for one in told if one.severity is severity
                        ]
                        for severity in Severity
                    },
                    **more,
                }
            )
        )


def written(data: Any) -> str:
    """Data as JSON that is safe in a terminal: every control character is escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    """The seconds of each stage, to the millisecond."""
    return {stage: round(time, 3) for stage, time in seconds.items()}


def _let_go() -> None:
    """Nobody reads standard output any more: what is still to be flushed goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
