"""Where words go: a terminal that somebody watches, or a pipe that a program reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from reportgen.terminal import harmless, shortened

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 100
_LEAST_WIDTH = 38
_HANGING = 2  # columns that a full stop at the end of a full line takes


@dataclass(frozen=True, slots=True)
class Outlet:
    """One of the two standard streams, and what may be sent there.

    `terminal` means that a person reads it: columns and headings. `moves` means that a
    line can be taken back, which progress needs. `colour` means that colour is welcome.
    `width` is what text may take: a closing full stop may stand beyond it.
    """

    stream: TextIO
    terminal: bool = False
    moves: bool = False
    colour: bool = False
    width: int = _PIPE_WIDTH

    def say(self, text: str, styles: Mapping[str, str] | None = None) -> None:
        """Write lines of text. `styles` colours what its patterns find, where colour goes.

        Raises BrokenPipeError when nobody reads.
        """
        shown = harmless(text)
        if self.colour and styles:
            from rich.text import Text  # noqa: PLC0415 - only for colour

            painted = Text(shown)
            for pattern, style in styles.items():
                painted.highlight_regex(pattern, style)
            self._console().print(painted, soft_wrap=True)
        else:
            self.stream.write(f"{shown}\n")
        self.stream.flush()

    def hand_over(self, text: str) -> None:
        """Write what another program may read: as it is. Raises BrokenPipeError."""
        self.stream.write(f"{text}\n")
        self.stream.flush()

    def drawer(self) -> Callable[[str], None]:
        """What shows a line in place of the last one, and clears it for an empty text."""
        from rich.control import Control  # noqa: PLC0415 - only where somebody watches
        from rich.segment import ControlType  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        console = self._console()

        def draw(text: str) -> None:
            console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
            if text:
                line = Text(shortened(text, self.width))
                if self.colour:
                    line.highlight_regex(r" · .*", "dim")
                console.print(line, end="", soft_wrap=True)
            self.stream.flush()

        return draw

    def _console(self) -> Console:
        from rich.console import Console  # noqa: PLC0415 - only where somebody watches

        return Console(
            file=self.stream,
            force_terminal=self.terminal or self.colour,
            color_system="auto" if self.colour else None,
            no_color=not self.colour,
            width=self.width,
            highlight=False,
            markup=False,
            emoji=False,
        )


def outlet(stream: TextIO, environment: Mapping[str, str], columns: int) -> Outlet:
    """What may be sent to a stream, by what it is and what the environment asks for.

    NO_COLOR, with any value, forbids colour; FORCE_COLOR, but for 0, asks for it on a
    pipe too, where lines are still never taken back; TERM=dumb allows neither.
    """
    terminal = stream.isatty()
    dumb = environment.get("TERM", "").casefold() in ("dumb", "unknown")
    forced = environment.get("FORCE_COLOR", "") not in ("", "0")
    colour = (forced or (terminal and not dumb)) and not environment.get("NO_COLOR")
    width = max(_LEAST_WIDTH, columns - _HANGING) if terminal and columns else _PIPE_WIDTH
    return Outlet(stream, terminal, terminal and not dumb, colour, width)
