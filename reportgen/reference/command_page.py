"""The page of commands: arguments, options, defaults, exit codes and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from reportgen import exits
from reportgen.cli import app
from reportgen.reference.markdown import code, page, table

EXITS: Mapping[int, str] = {
    exits.DONE: "Done.",
    exits.WORKBOOK_ERRORS: "The workbook has errors; nothing was written and earlier notes are "
    "untouched. `verify`: the note differs.",
    exits.USAGE: "Wrong usage; the message says what is right.",
    exits.MACHINE_LACKS: "This machine lacks something, such as Pango or a Chinese font; the "
    "message has the cure.",
    exits.GATE_REFUSED: "A gate refused: compliance, licence, a redacted word, a number without an "
    "origin, or an internal note to an outside address.",
    exits.BUSY: "Another build is writing there; wait for it.",
    exits.INTERNAL_FAULT: "A fault of ours, told in one sentence; nothing was written.",
    exits.STOPPED: "Stopped from the keyboard, or nobody reads the output.",
}
"""What each exit code means."""

_INTRODUCTION = """
Without a workbook, a command takes the one that `reportgen.toml` in the current folder names
([settings](settings.md)), else the only one in `workbooks/`, else it lists the choices. Results go
to standard output, everything else to standard error. `reportgen COMMAND --help` says the same in
the terminal.
"""


def commands_page() -> str:
    """The page, from the command line itself."""
    parts = [_command(name, found) for name, found in commands().items()]
    codes = table(("Exit code", "means"), ((str(number), said) for number, said in EXITS.items()))
    return page("Commands", _INTRODUCTION, f"## Exit codes\n\n{codes}", *parts)


def commands() -> Mapping[str, Any]:
    """The commands by name, as the command line has them."""
    group: Any = typer.main.get_command(app)
    return {name: found for name, found in group.commands.items() if not found.hidden}


def _command(name: str, command: Any) -> str:
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    usage = " ".join(("reportgen", name, *map(_placeholder, arguments), "[OPTIONS]"))
    parts = [f"## {name}", (command.help or "").strip(), f"```sh\n{usage}\n```"]
    if shown:
        parts.append(table(("Option", "takes", "Default", "What it does"), _rows(shown)))
    if command.epilog:
        parts.append(f"```sh\n{_examples(command.epilog)}\n```")
    return "\n\n".join(parts)


def _placeholder(argument: Any) -> str:
    name = _called(argument) + (" …" if argument.nargs != 1 else "")
    return name if argument.required else f"[{name}]"


def _called(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper()).strip("{}[]")


def _rows(parameters: list[Any]) -> Iterator[tuple[str, ...]]:
    for one in parameters:
        if one.param_type_name == "argument":
            names = code(_called(one))
        else:
            names = ", ".join(code(name) for name in (*one.opts, *one.secondary_opts))
        yield names, _takes(one), _default(one.default), getattr(one, "help", None) or ""


def _takes(parameter: Any) -> str:
    kind = parameter.type_descriptor.annotation
    words: dict[Any, str] = {Path: "a path", str: "text", int: "a number", float: "a number"}
    if isinstance(kind, type) and issubclass(kind, Enum):
        taken = ", ".join(code(str(one.value)) for one in kind)
    else:
        taken = words.get(kind, "")
    return f"{taken}, may be repeated" if getattr(parameter, "multiple", False) else taken


def _default(value: Any) -> str:
    if value is None or value is False or callable(value) or value in ("", (), []):
        return ""
    return code(str(value.value if isinstance(value, Enum) else value))


def _examples(epilog: str) -> str:
    """The examples at the end of a command's help, what each does behind a `#`."""
    lines = [line.strip() for line in epilog.splitlines() if line.strip().startswith("reportgen")]
    split = [line.partition("  ") for line in lines]
    width = max(len(first) for first, _, _ in split)
    return "\n".join(
        f"{first:{width}}  # {said.strip()}" if said.strip() else first for first, _, said in split
    )
