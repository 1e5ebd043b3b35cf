"""The command line: gathers the commands, and turns an unforeseen fault into one sentence."""

from __future__ import annotations

import os
import sys

import typer

from reportgen import __version__
from reportgen.commands.build import build
from reportgen.commands.check import check
from reportgen.commands.diff import diff
from reportgen.commands.figures import figures
from reportgen.commands.trace import trace
from reportgen.commands.verify import verify
from reportgen.exits import INTERNAL_FAULT, STOPPED

DEBUG = "REPORTGEN_DEBUG"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Turn an analyst's workbook on compute leasing into a typeset research note.",
)
for command in (build, check, figures, diff, trace, verify):
    app.command()(command)


def main() -> None:
    """Run the command line. An unforeseen fault is one sentence, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Chinese on a Windows console
    try:
        app()
    except (KeyboardInterrupt, BrokenPipeError):
        raise SystemExit(STOPPED) from None
    except Exception as fault:
        if os.environ.get(DEBUG):
            raise
        typer.echo(
            f"reportgen {__version__} 内部错误，未写入任何文件 / internal fault, nothing written: "
            f"{type(fault).__name__}: {fault}\n"
            f"请将此行与工作簿发给维护者 / send this line and the workbook to the maintainers "
            f"({DEBUG}=1 shows more).",
            err=True,
        )
        raise SystemExit(INTERNAL_FAULT) from None


if __name__ == "__main__":
    main()
