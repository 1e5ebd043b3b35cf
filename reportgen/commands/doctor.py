"""`reportgen doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportgen.commands.options import JsonOption, QuietOption, ReportLanguage
from reportgen.commands.surroundings import spoken_lang, voice, watched
from reportgen.exits import DONE, MACHINE_LACKS
from reportgen.language import Lang, Text
from reportgen.terminal import broken, padded, wide

if TYPE_CHECKING:
    from reportgen.commands.findings import Finding

_MARKS = {"good": Text("正常", "good"), "doubtful": Text("注意", "note"),
          "lacking": Text("缺少", "lacks")}  # fmt: skip
_STYLES = {
    r"(?m)(?<=^  )(?:正常|good)(?=\s)": "green",
    r"(?m)(?<=^  )(?:注意|note)(?=\s)": "yellow",
    r"(?m)(?<=^  )(?:缺少|lacks)(?=\s)": "red",
}


def doctor(
    lang: Annotated[
        ReportLanguage | None, typer.Option(help="Language; without it, the system's.")
    ] = None,
    trial: Annotated[
        bool, typer.Option("--try/--no-try", help="Typeset a page to see that it works.")
    ] = True,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what this machine has and lacks, with the cure.

    Exit code 0 when notes can be made, 3 when something needed lacks.
    """
    speaker = voice(quiet=quiet, as_json=as_json)
    spoken: Lang = lang.value if lang else spoken_lang()
    with watched(speaker) as watch:
        watch.listener("machine")
        from reportgen.commands.examining import examined  # noqa: PLC0415 - heavy
        from reportgen.commands.findings import State, findings  # noqa: PLC0415

        found = findings(examined(Path.cwd(), trial=trial))
    lacking = [one for one in found if one.state is State.LACKING]
    code = MACHINE_LACKS if lacking else DONE
    if as_json:
        speaker.document(
            "doctor", code, spoken, watch.seconds(),
            [issue for one in found if (issue := one.issue())],
            findings=[one.as_json(spoken) for one in found],
        )  # fmt: skip
    elif not quiet or lacking:
        report = told(lacking if quiet else found, spoken, speaker.out.width)
        speaker.result("\n".join(report), _STYLES)
        verdict = Text("本机不能生成完整的纪要。", "This machine cannot make whole notes.")
        if not lacking:
            verdict = Text("本机可以生成纪要。", "This machine can make notes.")
        speaker.tell(f"\n{verdict[spoken]}")
    raise typer.Exit(code)


def told(found: Sequence[Finding], lang: Lang, width: int) -> list[str]:
    """A line a finding, state, name and what was found in columns, the cure below."""
    states = [_MARKS[one.state.value][lang] for one in found]
    room = max(map(wide, states), default=0)
    names = max((wide(one.name[lang]) for one in found), default=0)
    lines: list[str] = []
    for state, one in zip(states, found, strict=True):
        margin = f"  {padded(state, room)}  {padded(one.name[lang], names)}  "
        said = [*one.found[lang].split("\n"), *filter(None, [one.cure[lang]])]
        beside = [line for text in said for line in broken(text, width - wide(margin))]
        lines.append(f"{margin}{beside[0]}")
        lines += [" " * wide(margin) + line for line in beside[1:]]
    return lines
