"""The command line as a whole: in a terminal, on a pipe, for a program, and when stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from reportgen.cli import app
from reportgen.commands.examples import epilog
from reportgen.deliver.trace import read_passports
from reportgen.terminal import wide
from tests.sheets import NOTE, PRICES, SOURCES, make_workbook
from tests.terminals import Shown, command, environment, in_terminal, interrupt

STAMP = "compute-leasing-20260601"
BROKEN = "# Prices\nDate|Model|Point|Unit|Source\n2026-05|H100|面议|万元/台/月|\n"


def piped(*arguments: str | Path, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run reportgen with its output on pipes."""
    return subprocess.run(
        command(arguments), capture_output=True, text=True, encoding="utf-8", check=False,
        env=environment(more), cwd=folder,
    )  # fmt: skip


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


# ---- in a terminal --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shown]:
    """A page built in a terminal of 80 columns, and the folder it was built from."""
    folder = tmp_path_factory.mktemp("desk")
    shown = in_terminal(
        ["build", sample, "--format", "html", "--lang", "zh", "--out", "out"],
        folder=folder, columns=80,
    )  # fmt: skip
    assert shown.code == 0, shown.raw
    return folder, shown


def test_a_build_ends_with_the_files_the_issues_and_the_time(
    built: tuple[Path, Shown],
) -> None:
    folder, shown = built
    lines = [line for line in shown.lines if line]
    assert lines[0] == f"已写入 out/{STAMP}/client/"
    names = [line.split()[0] for line in lines[1:-1]]
    assert names == [f"{STAMP}-zh.html", "figures.xlsx", "manifest.json"]
    assert sorted(names) == sorted(path.name for path in (folder / "out" / STAMP).glob("*/*"))
    assert lines[-1].startswith("36 个警告，65 条备注（reportgen check 可查看），")
    assert lines[-1].endswith(" 秒")
    assert max(map(wide, lines)) <= 80


def test_progress_showed_only_what_lasted_and_is_gone(built: tuple[Path, Shown]) -> None:
    _, shown = built
    assert "启动" in shown.raw  # loading lasts more than half a second
    assert not any("…" in line for line in shown.lines)
    assert "写入 · writing" not in shown.raw  # writing three files does not last
    assert "\x1b[?25l" not in shown.raw  # the cursor is never hidden, so it need not come back


def test_no_colour_where_none_is_wanted(sample: Path, tmp_path: Path) -> None:
    shown = in_terminal(["check", sample], folder=tmp_path, columns=60, more={"NO_COLOR": "1"})
    assert shown.code == 0
    assert shown.colours == []
    assert shown.lines[0] == "compute-leasing.xlsx：36 个警告，65 条备注。"
    assert sum(wide(line) > 60 for line in shown.lines) < 3  # two stops at the end of a line


def test_a_dumb_terminal_gets_no_control_codes_at_all(tmp_path: Path) -> None:
    shown = in_terminal(["doctor", "--no-try"], folder=tmp_path, more={"TERM": "dumb"})
    assert shown.code == 0
    assert "This machine can make notes." in shown.lines
    assert "\x1b" not in shown.raw


def test_ctrl_c_leaves_the_last_note_and_says_one_line(sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / STAMP / "client"
    out.mkdir(parents=True)
    (out / f"{STAMP}-zh.html").write_text("the last note")
    stopped: list[float] = []

    def stop(raw: str, process: subprocess.Popen[bytes]) -> None:
        if "启动" in raw and not stopped:
            stopped.append(time.monotonic())
            interrupt(process)

    shown = in_terminal(["build", sample, "--out", "out"], folder=tmp_path, watch=stop)
    assert time.monotonic() - stopped[0] < 20  # it does not finish first, nor wait for ever
    assert shown.code == 130
    lines = [line for line in shown.lines if line]
    assert lines == ["已中止；已有文件没有改动。/ Stopped; no earlier file was changed."]
    assert (out / f"{STAMP}-zh.html").read_text() == "the last note"
    assert [path.name for path in out.iterdir()] == [f"{STAMP}-zh.html"]


# ---- on a pipe ------------------------------------------------------------------------------


def small(folder: Path) -> tuple[str | Path, ...]:
    """What to type to build a page from two sheets, for the internal edition."""
    book = make_workbook(folder / "book.xlsx", NOTE + SOURCES + PRICES)
    return "build", book, "--format", "html", "--lang", "en", "--edition", "internal"


def test_a_pipe_gets_paths_one_a_line_and_no_control_codes(tmp_path: Path) -> None:
    done = piped(*small(tmp_path), "--out", "out", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    paths = done.stdout.splitlines()
    assert len(paths) == 3
    assert all((tmp_path / path).is_file() and not os.path.isabs(path) for path in paths)
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("1 warning, 3 remarks (see: reportgen check), ")
    for text in (done.stdout, done.stderr):
        assert all(letter.isprintable() or letter == "\n" for letter in text)


def test_colour_on_a_pipe_only_when_forced_and_progress_never(tmp_path: Path) -> None:
    done = piped("doctor", "--no-try", "--lang", "zh", folder=tmp_path, FORCE_COLOR="1")
    assert "\x1b[33m注意\x1b[0m" in done.stdout
    assert "\r" not in done.stdout + done.stderr


@pytest.mark.parametrize("encoding", ["gbk", "cp437", "ascii"])
def test_a_legacy_code_page_breaks_nothing(tmp_path: Path, encoding: str) -> None:
    done = piped("trace", "没有.html", folder=tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 2
    assert "无法打开 没有.html" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_who_leaves_is_no_fault(tmp_path: Path) -> None:
    with subprocess.Popen(
        command(["doctor", "--no-try"]), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(), cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()  # before there is anything to read
        assert process.wait(60) == 130
        assert process.stderr.read() == b""


# ---- for a program --------------------------------------------------------------------------

COMMON = ["command", "exit_code", "lang", "seconds", "files", "issues"]


def document(result: Result) -> dict[str, Any]:
    """The one document on standard output, with nothing beside it."""
    assert result.stderr == "", result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    assert list(found)[: len(COMMON)] == COMMON
    assert list(found["issues"]) == ["error", "warning", "remark"]
    assert found["exit_code"] == result.exit_code
    assert found["seconds"] >= 0
    return found


def test_build_tells_a_program_what_it_wrote(tmp_path: Path) -> None:
    told = document(run(*small(tmp_path), "--out", tmp_path, "--json"))
    assert told["command"] == "build"
    page, data, manifest = told["files"]
    assert page == {
        "path": page["path"], "lang": "en", "form": "html",
        "bytes": Path(page["path"]).stat().st_size, "pages": None,
    }  # fmt: skip
    assert [data["form"], manifest["form"]] == ["xlsx", "json"]
    assert [len(told["issues"][kind]) for kind in ("error", "warning", "remark")] == [0, 1, 3]
    first = told["issues"]["warning"][0]
    assert first.keys() >= {"code", "severity", "file", "sheet", "cell", "message", "hint"}
    assert told["stages"].keys() >= {"read", "check", "analyse", "note", "charts", "html"}


def test_the_pages_of_a_pdf_are_counted(sample_note: Path, sample: Path) -> None:
    from reportgen.commands.summary import written_files  # noqa: PLC0415 - only here

    pdf = sample_note / f"{STAMP}-zh.pdf"
    (told,) = written_files([(pdf, "shown")])
    assert (told.path, told.lang, told.form) == ("shown", "zh", "pdf")
    assert told.pages == 15
    assert written_files([(sample_note / "gone.pdf", "gone")]) == []


def test_every_command_has_the_same_document(
    sample: Path, project: Path, sample_note: Path, tmp_path: Path
) -> None:
    pdf = sample_note / f"{STAMP}-en.pdf"
    checked = document(run("check", sample, "--json"))
    assert checked["rows"]["present"] == checked["rows"]["read"] > 400
    told = document(run("verify", pdf, "--json"))
    assert (told["exit_code"], told["differences"]) == (0, [])
    assert told["verdict"][0].startswith("Consistent")
    traced = document(run("trace", sample_note / "manifest.json", "rent.h100.1y", "--json"))
    assert "rent.h100.1y" in traced["figures"]
    assert all(figure["row"] in traced["rows"] for figure in traced["figures"].values()
               if "row" in figure)  # fmt: skip
    core = sample_note / "manifest.json"
    compared = document(run("diff", core, core, "--json"))
    assert compared["comparison"]["counts"]["revised"] == 0


def test_errors_come_in_the_document_too(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "broken.xlsx", BROKEN)
    commands: list[list[str | Path]] = [
        ["build", path, "--format", "html"], ["check", path], ["figures", path],
        ["diff", path, path],
    ]  # fmt: skip
    for arguments in commands:
        told = document(run(*arguments, "--json"))
        assert told["exit_code"] == 1, arguments
        assert told["issues"]["error"], arguments
    told = document(run("trace", tmp_path / "gone.html", "x", "--json"))
    assert (told["exit_code"], told["issues"]["error"][0]["code"]) == (2, "untraceable")
    told = document(run("build", path, "--approve", " ", "--json"))
    assert told["exit_code"] == 2


def test_quiet_leaves_errors_alone(tmp_path: Path, sample: Path) -> None:
    done = run("check", sample, "-q")
    assert (done.exit_code, done.output) == (0, "")
    path = make_workbook(tmp_path / "broken.xlsx", BROKEN)
    done = run("check", path, "--quiet")
    assert done.exit_code == 1
    assert "警告" not in done.stdout
    assert "错误" in done.stdout or "error" in done.stdout


# ---- wrong usage ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says", "help_of"),
    [
        (["bild"], "No such command 'bild'. Did you mean 'build'?", "reportgen"),
        (["build", "--frmat", "pdf"], "Did you mean --format?", "reportgen build"),
        (["build", "--lang", "cn"], "'cn' is not one of 'zh', 'en', 'all'.", "reportgen build"),
        (["diff"], "Missing argument 'OLD'.", "reportgen diff"),
        (["check", "a", "\x1b[2J"], "unexpected extra argument(s) (\\x1b[2J)", "reportgen check"),
    ],
)
def test_wrong_usage_is_two_lines(
    tmp_path: Path, arguments: list[str], says: str, help_of: str
) -> None:
    done = piped(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    first, second = done.stderr.splitlines()
    assert says in first
    assert second == f"帮助 / help: {help_of} --help"
    assert "\x1b" not in done.stderr


# ---- help and completion ----------------------------------------------------------------------

COMMANDS = sorted(getattr(typer.main.get_command(app), "commands", {}))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_and_keeps_to_80_columns(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"]).output
    assert epilog(name) is not None, f"commands/examples.py has nothing for {name}"
    assert "Examples:" in shown
    assert f"reportgen {name}" in shown.split("Examples:")[1]
    assert max(map(wide, shown.splitlines())) <= 80


def test_the_list_of_commands_says_each_in_a_line() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert "..." not in shown.split("Commands:")[1]


def test_help_loads_no_more_than_it_shows() -> None:
    script = (
        "import sys\nsys.argv = ['reportgen', '--help']\nfrom reportgen.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    loaded = {module.split(".")[0] for module in done.stderr.split()}
    assert not loaded & {"rich", "pygments", "markdown_it", "asyncio"}


def completed(folder: Path, *words: str) -> list[str]:
    """What bash is offered after these words, the last of which is being typed."""
    done = piped(
        folder=folder, _REPORTGEN_COMPLETE="complete_bash", COMP_WORDS=" ".join(words),
        COMP_CWORD=str(len(words) - 1),
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.slow
def test_tab_offers_commands_options_workbooks_and_figures(
    tmp_path: Path, sample_note: Path
) -> None:
    (tmp_path / "workbooks").mkdir()
    for name in ("workbooks/may.xlsx", "workbooks/~$may.xlsx", "june.xlsx", "july 2.xlsx", "a.txt"):
        (tmp_path / name).touch()
    assert completed(tmp_path, "reportgen", "ch") == ["check"]
    assert "--format" in completed(tmp_path, "reportgen", "build", "--fo")
    assert completed(tmp_path, "reportgen", "build", "--lang", "") == ["zh", "en", "all"]
    assert completed(tmp_path, "reportgen", "build", "") == ["june.xlsx", "workbooks/may.xlsx"]
    assert completed(tmp_path, "reportgen", "check", "wo") == ["workbooks/may.xlsx"]
    assert completed(tmp_path, "reportgen", "check", "gone/") == []
    page = sample_note / f"{STAMP}-zh.html"
    names = completed(tmp_path, "reportgen", "trace", str(page), "rent.h100")
    assert names[:1] == ["rent.h100.1y"]
    assert not any("@" in name for name in names)
    assert set(names) <= set(read_passports(page).names())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell", "pwsh"])
def test_every_shell_has_a_script(tmp_path: Path, shell: str) -> None:
    done = piped(folder=tmp_path, _REPORTGEN_COMPLETE=f"source_{shell}")
    assert done.returncode == 0
    assert "_REPORTGEN_COMPLETE" in done.stdout
