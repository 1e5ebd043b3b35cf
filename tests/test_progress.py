"""The running stage in one line, and what a stream may be sent."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from reportgen.commands import doctor, findings, progress
from reportgen.commands.outlet import Outlet, outlet
from reportgen.commands.progress import Progress, line
from reportgen.commands.summary import Written, size_text, summary
from reportgen.commands.voice import REPORT_STYLES, Voice, written
from reportgen.exits import STOPPED
from reportgen.language import LANGS
from reportgen.terminal import wide
from tests.terminals import screen


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Screen(io.StringIO):
    """A terminal to write on."""

    def isatty(self) -> bool:
        return True


def test_a_stage_shows_after_half_a_second_and_goes_with_the_next() -> None:
    clock, drawn = Clock(), list[str]()
    shown = Progress(drawn.append, clock)
    shown("read")
    clock.now += 0.4
    shown.beat()
    shown("check")  # each stage has its own half second
    clock.now += 0.4
    shown.beat()
    assert drawn == []
    clock.now += 0.1
    shown.beat()
    shown.beat()
    clock.now += 2.0
    shown.beat()
    shown("analyse")
    assert drawn == ["检查 · checking …", "检查 · checking … 2 s", ""]


def test_nothing_shows_before_the_first_stage() -> None:
    clock, drawn = Clock(), list[str]()
    shown = Progress(drawn.append, clock)
    clock.now += 9.0
    shown.beat()
    assert drawn == []


def test_the_line_is_cleared_in_the_end_even_after_a_fault() -> None:
    drawn: list[str] = []
    clock = Clock()

    def fail() -> None:
        with Progress(drawn.append, clock) as shown:
            shown("pdf")
            clock.now += 1.0
            shown.beat()
            raise ValueError("fault")

    with pytest.raises(ValueError, match="fault"):
        fail()
    assert drawn == ["排版 · typesetting … 1 s", ""]


def test_a_stage_that_has_no_words_is_told_by_name() -> None:
    assert line("something", 0.6) == "something …"


def test_the_drawn_line_leaves_nothing_behind() -> None:
    stream = Screen()
    draw = Outlet(stream, terminal=True, moves=True, width=20).drawer()
    draw("排版 · typesetting the pages … 12 s")
    (shown,) = screen(stream.getvalue())
    assert shown == "排版 · typesetting …"  # cut, or it would wrap and could not be cleared
    assert wide(shown) <= 20
    draw("")
    assert screen(stream.getvalue()) == [""]
    assert "\x1b[3" not in stream.getvalue()


@pytest.mark.parametrize(
    ("tells", "terminal", "moves", "colour"),
    [
        ({}, True, True, True),
        ({}, False, False, False),
        ({"NO_COLOR": "1"}, True, True, False),
        ({"NO_COLOR": ""}, True, True, True),
        ({"TERM": "dumb"}, True, False, False),
        ({"FORCE_COLOR": "1"}, False, False, True),  # coloured, yet no line is taken back
        ({"FORCE_COLOR": "0"}, False, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, True, False),
    ],
)
def test_what_a_stream_may_be_sent(
    tells: Mapping[str, str], terminal: bool, moves: bool, colour: bool
) -> None:
    stream = Screen() if terminal else io.StringIO()
    found = outlet(stream, tells, 72)
    assert (found.terminal, found.moves, found.colour) == (terminal, moves, colour)
    assert found.width == (70 if terminal else 100)  # a full stop may hang over


def test_colour_is_for_the_severity_alone() -> None:
    stream = Screen()
    Outlet(stream, terminal=True, moves=True, colour=True).say(
        "  错误  A1  code  错误在此\n  error  A1  an error", REPORT_STYLES
    )
    assert stream.getvalue() == (
        "  \x1b[31m错误\x1b[0m  A1  code  错误在此\n  \x1b[31merror\x1b[0m  A1  an error\n"
    )


@pytest.mark.parametrize("colour", [True, False])
def test_a_hostile_text_gives_a_terminal_no_orders(colour: bool) -> None:
    stream = Screen()
    Outlet(stream, terminal=True, colour=colour).say(
        "  error  \x1b[2J\x9b2J\x07 [red]x[/red] :bomb:", REPORT_STYLES
    )
    shown = stream.getvalue().replace("\x1b[31m", "").replace("\x1b[0m", "")
    assert shown == "  error  \\x1b[2J\\x9b2J\\x07 [red]x[/red] :bomb:\n"


def test_json_escapes_what_a_terminal_would_obey() -> None:
    text = written({"a": "\x1b[2J \x9b2J 租金 \u2028"})
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert "\\u001b[2J \\u009b2J 租金 \\u2028" in text


class Broken(io.StringIO):
    """A pipe that nobody reads."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_broken_pipe_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportgen.commands.voice._let_go", lambda: None)
    errors = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        Voice(Outlet(Broken()), Outlet(errors)).result("a line")
    assert ended.value.code == STOPPED
    assert errors.getvalue() == ""


FILES = [
    Written("output/n-20260601/client/n-20260601-zh.pdf", "zh", "pdf", 1_234_567, 15),
    Written("output/n-20260601/client/n-20260601-en.html", "en", "html", 9_800),
    Written("output/n-20260601/client/figures.xlsx", None, "xlsx", 999),
]


def test_the_summary_has_names_languages_pages_and_sizes_in_columns() -> None:
    assert summary(FILES, "zh", 80).split("\n") == [
        "已写入 output/n-20260601/client/",
        "",
        "  n-20260601-zh.pdf   中文  15 页  1.2 MB",
        "  n-20260601-en.html  英文          10 kB",
        "  figures.xlsx        数据          999 B",
    ]
    assert summary(FILES[:1], "en", 80).split("\n")[-1] == (
        "  n-20260601-zh.pdf  Chinese  15 pages  1.2 MB"
    )


def test_a_narrow_terminal_puts_the_rest_below_the_name() -> None:
    lines = summary(FILES, "zh", 40).split("\n")
    assert lines[2:4] == ["  n-20260601-zh.pdf", "    中文  15 页  1.2 MB"]


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (999_499, "999 kB"), (999_500, "1.0 MB")]
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text


def test_what_must_be_read_can_be_shown_by_a_chinese_windows_console() -> None:
    """Its code page is GBK, which has neither dingbats nor braille spinners."""
    said = [line(stage, 2.0) for stage in progress._WORDS]
    said += [summary(FILES, lang, width) for lang in LANGS for width in (40, 80)]
    said += [mark[lang] for mark in doctor._MARKS.values() for lang in LANGS]
    said += [str(value) for value in vars(findings).values() if isinstance(value, str)]
    for text in said:
        text.encode("gbk")
