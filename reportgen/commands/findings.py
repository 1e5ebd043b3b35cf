"""What the facts about a machine mean: what is there, what lacks, and the cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reportgen.issues import Issue, Severity
from reportgen.language import Lang, Text

_MEGABYTE = 1_000_000
_DISK_NEEDED, _DISK_WISHED = 50 * _MEGABYTE, 500 * _MEGABYTE
_BUILD_TAKES, _MEMORY_WISHED = 900 * _MEGABYTE, 1_200 * _MEGABYTE
_SLOW_SECONDS = 10.0
_CONDITION = re.compile(r"(>=|<=|==|!=|~=|<|>)\s*([\d.]+)")


NO_CURE = Text("", "")


class State(StrEnum):
    """How a part of the machine is."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the machine: its state, what was found, and the cure where one is needed."""

    code: str
    state: State
    name: Text
    found: Text
    cure: Text = NO_CURE

    def as_json(self, lang: Lang) -> dict[str, str]:
        """The finding as the documented JSON object."""
        return {
            "code": self.code,
            "state": self.state.value,
            "name": self.name[lang],
            "found": self.found[lang],
            "cure": self.cure[lang],
        }

    def issue(self) -> Issue | None:
        """The finding as an issue; None when nothing is wrong."""
        severity = {State.DOUBTFUL: Severity.WARNING, State.LACKING: Severity.ERROR}
        if self.state not in severity:
            return None
        said = Text(f"{self.name.zh}：{self.found.zh}", f"{self.name.en}: {self.found.en}")
        return Issue(self.code, severity[self.state], said, self.cure)


@dataclass(frozen=True, slots=True)
class Package:
    """A Python package: the versions that are allowed, and the one that is there."""

    name: str
    allowed: str
    version: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A page that was typeset to try it: how long it took, in which fonts, or why it failed."""

    seconds: float
    fonts: tuple[str, ...] = ()
    whole: bool = True
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was asked of a machine. None is what could not be found out."""

    python: str
    python_allowed: str
    packages: tuple[Package, ...] | None
    libraries: Mapping[str, str]
    problems: tuple[Issue, ...]
    fonts: tuple[str, ...]
    folder: str
    unwritable: Text | None = None
    disk: int | None = None
    memory: int | None = None
    templates: Text | None = None
    settings: Text | None = None
    workbook: str = ""
    workbook_problem: Text | None = None
    pip: str = "pip"
    trial: Trial | None = field(default=None)


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Every part in order: programs, libraries and fonts, folders, the trial."""
    return (
        _python(facts),
        _packages(facts),
        *_libraries(facts),
        _fonts(facts),
        _templates(facts),
        _settings(facts),
        _workbook(facts),
        _folder(facts),
        *_room(facts),
        *_trial(facts),
    )


def satisfies(version: str, allowed: str) -> bool:
    """Whether a version is within a range such as ">=70,<71". An unknown version is not."""
    have = _numbers(version)
    if not have:
        return False
    return all(_holds(have, sign, _numbers(bound)) for sign, bound in _CONDITION.findall(allowed))


def _holds(have: tuple[int, ...], sign: str, bound: tuple[int, ...]) -> bool:
    size = max(len(have), len(bound))
    one, other = (part + (0,) * (size - len(part)) for part in (have, bound))
    if sign == "~=":
        return one >= other and have[: len(bound) - 1] == bound[:-1]
    return {
        ">=": one >= other, "<=": one <= other, "==": one == other, "!=": one != other,
        "<": one < other, ">": one > other,
    }[sign]  # fmt: skip


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _python(facts: Facts) -> Finding:
    name = Text.same("Python")
    if satisfies(facts.python, facts.python_allowed):
        return Finding("python", State.GOOD, name, Text.same(facts.python))
    found = Text(
        f"{facts.python}，需要 {facts.python_allowed}",
        f"{facts.python}, and {facts.python_allowed} is needed",
    )
    cure = Text(
        "请安装较新的 Python 并重建虚拟环境。",
        "Install a newer Python and make the virtual environment again.",
    )
    return Finding("python", State.LACKING, name, found, cure)


def _packages(facts: Facts) -> Finding:
    name, code = Text("Python 包", "Packages"), "packages"
    if facts.packages is None:
        found = Text(
            "不知道所需版本：reportgen 未以包的形式安装",
            "the versions needed are unknown: reportgen is not installed as a package",
        )
        cure = Text(
            f"请在项目文件夹中运行 {facts.pip} install -e .。",
            f"Run {facts.pip} install -e . in the project's folder.",
        )
        return Finding(code, State.DOUBTFUL, name, found, cure)
    wrong = [one for one in facts.packages if not satisfies(one.version, one.allowed or ">=0")]
    if not wrong:
        count = len(facts.packages)
        said = Text(f"{count} 个，版本都合适", f"{count}, all in the range needed")
        return Finding(code, State.GOOD, name, said)
    told = [(f"{one.name} {one.version}".rstrip(), one) for one in wrong]
    zh = "；".join(
        f"{said}（需要 {one.allowed or '任一版本'}）" if one.version else f"缺 {one.name}"
        for said, one in told
    )
    en = "; ".join(
        f"{said} ({one.allowed or 'any version'} is needed)" if one.version
        else f"{one.name} is missing"
        for said, one in told
    )  # fmt: skip
    wanted = " ".join(f'"{one.name}{one.allowed}"' for one in wrong)
    cure = Text(f"请运行 {facts.pip} install {wanted}。", f"Run {facts.pip} install {wanted}.")
    return Finding(code, State.LACKING, name, Text(zh, en), cure)


def _libraries(facts: Facts) -> Iterator[Finding]:
    problems = {issue.code: issue for issue in facts.problems}
    for code, name, library in (
        ("pango-missing", "Pango", "pango"),
        ("harfbuzz-subset-missing", "harfbuzz-subset", "harfbuzz-subset"),
    ):
        if code in problems:
            yield _of_issue(problems[code], Text.same(name))
        else:
            version = facts.libraries.get(library, "")
            said = Text("有", "present") if version in ("", "present") else Text.same(version)
            yield Finding(code.removesuffix("-missing"), State.GOOD, Text.same(name), said)


def _of_issue(issue: Issue, name: Text) -> Finding:
    state = State.LACKING if issue.severity is Severity.ERROR else State.DOUBTFUL
    plain = Text(issue.message.zh.rstrip("。"), issue.message.en.rstrip("."))
    return Finding(issue.code, state, name, plain, issue.hint)


def _fonts(facts: Facts) -> Finding:
    name, code = Text("中文字体", "Chinese font"), "cjk-font"
    missing = next((one for one in facts.problems if one.code == "cjk-font-missing"), None)
    if missing is not None:
        return _of_issue(missing, name)
    if facts.trial is not None and facts.trial.fonts:
        return Finding(code, State.GOOD, name, Text.same(", ".join(facts.trial.fonts)))
    if facts.fonts:
        return Finding(code, State.GOOD, name, Text.same(", ".join(facts.fonts)))
    found = Text("有，但不是模板所列的字体", "present, but none that the templates name")
    return Finding(code, State.GOOD, name, found)


def _templates(facts: Facts) -> Finding:
    name = Text("模板", "Templates")
    if facts.templates is None:
        return Finding("templates", State.GOOD, name, Text("齐全", "complete"))
    cure = Text(
        "请恢复 templates 文件夹，或重新安装 reportgen。",
        "Put the folder templates back, or install reportgen again.",
    )
    return Finding("templates", State.LACKING, name, facts.templates, cure)


def _settings(facts: Facts) -> Finding:
    name = Text.same("reportgen.toml")
    if facts.settings is None:
        return Finding("settings", State.GOOD, name, Text("可用", "usable"))
    return Finding("settings", State.LACKING, name, facts.settings)


def _workbook(facts: Facts) -> Finding:
    name = Text("工作簿", "Workbook")
    if facts.workbook_problem is None:
        return Finding("workbook", State.GOOD, name, Text.same(facts.workbook))
    return Finding("workbook", State.DOUBTFUL, name, facts.workbook_problem)


def _folder(facts: Facts) -> Finding:
    name = Text("输出文件夹", "Output folder")
    if facts.unwritable is None:
        found = Text(f"{facts.folder} 可写入", f"{facts.folder} can be written")
        return Finding("output", State.GOOD, name, found)
    cure = Text(
        "请检查该文件夹的权限，或用 build --out 另选。",
        "Check the permissions of the folder, or choose another with build --out.",
    )
    return Finding("output", State.LACKING, name, facts.unwritable, cure)


def _room(facts: Facts) -> Iterator[Finding]:
    for code, name, free, needed, wished, cure in (
        (
            "disk", Text("磁盘空间", "Disk space"), facts.disk, _DISK_NEEDED, _DISK_WISHED,
            Text("请腾出一些磁盘空间。", "Free some disk space."),
        ),
        (
            "memory", Text("可用内存", "Free memory"), facts.memory, 0, _MEMORY_WISHED,
            Text(
                f"请关闭一些程序；一次完整生成约需 {_BUILD_TAKES // _MEGABYTE} MB。",
                f"Close some programs; a whole build takes about "
                f"{_BUILD_TAKES // _MEGABYTE} MB.",
            ),
        ),
    ):  # fmt: skip
        if free is None:
            continue
        gigabytes = free / 1e9
        said = Text(f"剩余 {gigabytes:.1f} GB", f"{gigabytes:.1f} GB free")
        if free < needed:
            yield Finding(code, State.LACKING, name, said, cure)
        elif free < wished:
            yield Finding(code, State.DOUBTFUL, name, said, cure)
        else:
            yield Finding(code, State.GOOD, name, said)


def _trial(facts: Facts) -> Iterator[Finding]:
    trial = facts.trial
    if trial is None:
        return
    name, code = Text("试排一页", "A trial page"), "trial"
    if trial.problem is not None:
        plain = Text(trial.problem.zh.rstrip("。"), trial.problem.en.rstrip("."))
        yield Finding(code, State.LACKING, name, plain)
        return
    time = Text(f"{trial.seconds:.1f} 秒", f"{trial.seconds:.1f} s")
    if not trial.whole:
        found = Text(
            "排好了，但读回的文字不全", "was set, but not all of its words can be read back"
        )
        cure = Text("请换一种中文字体后再试。", "Try again with another Chinese font installed.")
        yield Finding(code, State.LACKING, name, found, cure)
    elif trial.seconds > _SLOW_SECONDS:
        found = Text(f"中英文字形齐全，但用了 {time.zh}", f"no letter lacks, but it took {time.en}")
        cure = Text(
            "首次运行要建立字体缓存；再运行一次看看。",
            "The first run makes a cache of fonts; run it once more.",
        )
        yield Finding(code, State.DOUBTFUL, name, found, cure)
    else:
        said = Text(f"中英文字形齐全，{time.zh}", f"no letter lacks, {time.en}")
        yield Finding(code, State.GOOD, name, said)
