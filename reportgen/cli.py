"""The command line: gathers the commands, and turns an unforeseen fault into one sentence."""

from __future__ import annotations

import os
import re
import signal
import sys

import typer
from typer.exceptions import TyperException

from reportgen import __version__
from reportgen.commands.build import build
from reportgen.commands.check import check
from reportgen.commands.diff import diff
from reportgen.commands.doctor import doctor
from reportgen.commands.examples import epilog
from reportgen.commands.figures import figures
from reportgen.commands.mail import mail
from reportgen.commands.new import new
from reportgen.commands.preview import preview
from reportgen.commands.trace import trace
from reportgen.commands.verify import verify
from reportgen.exits import DONE, INTERNAL_FAULT, STOPPED
from reportgen.terminal import harmless

DEBUG = "REPORTGEN_DEBUG"

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help loads in half the time and is read by every terminal
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn an analyst's workbook on compute leasing into a typeset research note.",
    epilog="\b\nStart with:\n"
    "  reportgen doctor           can this machine make notes?\n"
    "  reportgen new BOOK.xlsx    a workbook to fill in\n"
    "  reportgen check BOOK.xlsx  is the workbook right?\n"
    "  reportgen build BOOK.xlsx  write the note to output/\n"
    "\n\b\nExit codes: 0 done, 1 errors in the workbook (verify: differs), 2 wrong usage,\n"
    "3 this machine lacks something, 4 a gate refused, 5 another build is writing there.",
)
for command in (new, check, preview, build, mail, figures, diff, trace, verify, doctor):
    app.command(epilog=epilog(command.__name__))(command)


def main() -> None:
    """Run the command line. An unforeseen fault is one sentence, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Chinese on a Windows console
    try:
        code = app(prog_name="reportgen", standalone_mode=False)
    except TyperException as problem:
        typer.echo(_usage(problem), err=True)
        raise SystemExit(problem.exit_code) from None
    except BrokenPipeError:  # nobody reads; there is nobody to tell either
        raise SystemExit(STOPPED) from None
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
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
    if code == STOPPED:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second time while we are leaving
        typer.echo("已中止；已有文件没有改动。/ Stopped; no earlier file was changed.", err=True)
    raise SystemExit(code if isinstance(code, int) else DONE)


def _usage(problem: TyperException) -> str:
    """What is wrong with the command line, in a line, and where to read on."""
    message = problem.format_message()
    if message.startswith("Usage:"):  # no command at all: the help itself
        return message
    message = message.replace("Value error, ", "")
    message = re.sub(r"\(Possible options: (.*)\)$", r"Did you mean \1?", message)
    context = getattr(problem, "ctx", None)
    asked = context.command_path if context is not None else "reportgen"
    return harmless(f"用法有误 / wrong usage: {message}\n帮助 / help: {asked} --help")
