"""What a machine lacks, and the cure for each system."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from reportgen.issues import Severity
from reportgen.render.machine import System, ThisMachine, machine_problems


@dataclass
class Machine:
    pango: bool = True
    subset: bool = True
    font: bool = True

    def has_library(self, names: set[str]) -> bool:
        return self.subset if any("subset" in name for name in names) else self.pango

    def has_chinese_font(self) -> bool:
        return self.font


def found(machine: Machine, system: System = "linux") -> list[tuple[str, Severity]]:
    return [(issue.code, issue.severity) for issue in machine_problems(system, machine)]


def test_a_complete_machine_has_no_problems() -> None:
    assert found(Machine()) == []


def test_pango_is_needed_and_the_rest_is_not_asked_without_it() -> None:
    lacking = Machine(pango=False, font=False)
    assert found(lacking) == [("pango-missing", Severity.ERROR)]


def test_a_chinese_font_is_needed_and_the_subsetter_is_wished_for() -> None:
    assert found(Machine(subset=False, font=False)) == [
        ("cjk-font-missing", Severity.ERROR),
        ("harfbuzz-subset-missing", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    ("system", "cure"), [("linux", "apt install"), ("macos", "brew install"), ("windows", "MSYS2")]
)
def test_the_cure_is_one_sentence_for_each_system(system: System, cure: str) -> None:
    (issue,) = machine_problems(system, Machine(pango=False))
    for text in (issue.hint.zh, issue.hint.en):
        assert cure in text
        assert text.count("。") + text.count(". ") <= 1


def test_this_machine_can_make_pdfs() -> None:
    errors = [i for i in machine_problems("linux", ThisMachine("linux")) if i.severity == "error"]
    assert errors == []


def test_a_library_that_is_nowhere_is_missing() -> None:
    assert not ThisMachine("linux").has_library({"libno-such-thing.so.9"})
