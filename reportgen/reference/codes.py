"""Every issue code that the program can raise, collected from its source.

A function that hands one of its parameters on as a code is a maker, as `Issue` itself is;
whoever calls a maker with a literal raises that code. A code that is computed in some
other way raises UncollectableError: nobody could look it up.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FIRST_MAKERS = {"Issue": 0, "Problem": 0}
_ORDER = ("error", "warning", "remark")
_EVERYWHERE, _METHOD = "", "."


class UncollectableError(ValueError):
    """A code is computed in a way that this module does not understand."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A code, how severe it can be, and the modules that raise it."""

    code: str
    severities: tuple[str, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """One call in the source, with the function that it stands in."""

    module: str
    function: ast.FunctionDef | None
    node: ast.Call

    @property
    def name(self) -> str:
        """What is called, without what it belongs to."""
        target = self.node.func
        if isinstance(target, ast.Attribute):
            return target.attr
        return target.id if isinstance(target, ast.Name) else ""


@dataclass(frozen=True, slots=True)
class _Maker:
    """A function that takes a code: at which place, and how severe it says the issue is.

    `takes` and `needs` are the names of its parameters, all and those without a default;
    None for what takes anything.
    """

    place: int
    name: str
    severities: frozenset[str]
    takes: tuple[str, ...] | None = None
    needs: frozenset[str] = frozenset()

    def fits(self, call: ast.Call) -> bool:
        """Whether the call could be one of this function, of several with one name."""
        named = {one.arg for one in call.keywords}
        if self.takes is None or None in named:
            return True
        given = {*self.takes[: len(call.args)], *named}
        return len(call.args) <= len(self.takes) and given <= {*self.takes} and self.needs <= given


_Makers = dict[tuple[str, str], set[_Maker]]


def raised_codes(package: Path) -> dict[str, Raised]:
    """Every code by name. `package` is the folder of the sources. Raises UncollectableError."""
    every = (call for path in sorted(package.rglob("*.py")) for call in _calls(path, package))
    calls = [call for call in every if call.node.args or call.node.keywords]
    makers: _Makers = defaultdict(set)
    for name, place in _FIRST_MAKERS.items():
        makers[_EVERYWHERE, name].add(_Maker(place, "code", frozenset()))
    while True:
        more = {found for call in calls for found in _new_makers(call, makers)}
        if all(maker in makers[key] for key, maker in more):
            break
        for key, maker in more:
            makers[key].add(maker)
    severities: dict[str, set[str]] = defaultdict(set)
    modules: dict[str, set[str]] = defaultdict(set)
    for call in calls:
        for code, kinds in _raised(call, makers):
            severities[code] |= kinds
            modules[code].add(call.module)
    return {
        code: Raised(
            code,
            tuple(one for one in _ORDER if one in severities[code]),
            tuple(sorted(modules[code])),
        )
        for code in sorted(severities)
    }


def _calls(path: Path, package: Path) -> Iterator[_Call]:
    """Every call of a module, with the innermost function around it."""
    module = path.relative_to(package).as_posix()
    left: list[tuple[ast.AST, ast.FunctionDef | None]] = [
        (ast.parse(path.read_text(encoding="utf-8")), None)
    ]
    while left:
        node, function = left.pop()
        if isinstance(node, ast.Call):
            yield _Call(module, function, node)
        inside = node if isinstance(node, ast.FunctionDef) else function
        left.extend((child, inside) for child in ast.iter_child_nodes(node))


def _maker(call: _Call, makers: _Makers) -> _Maker | None:
    """The maker that is called: a method, a private one of the same module, or a public one."""
    method = isinstance(call.node.func, ast.Attribute)
    scopes = (_METHOD, _EVERYWHERE) if method else (call.module, _EVERYWHERE)
    known = (maker for scope in scopes for maker in makers.get((scope, call.name), ()))
    return next((maker for maker in known if maker.fits(call.node)), None)


def _code_given(call: _Call, maker: _Maker) -> ast.expr | None:
    if len(call.node.args) > maker.place:
        return call.node.args[maker.place]
    return next((one.value for one in call.node.keywords if one.arg == maker.name), None)


def _new_makers(call: _Call, makers: _Makers) -> Iterator[tuple[tuple[str, str], _Maker]]:
    """The function around a call, when it hands a parameter of its own on as the code."""
    maker, function = _maker(call, makers), call.function
    code = _code_given(call, maker) if maker else None
    if not isinstance(code, ast.Name) or function is None or maker is None:
        return
    arguments = function.args
    parameters = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    is_method = parameters[:1] == ["self"]
    parameters = parameters[is_method:]
    if code.id not in parameters:
        return
    kinds = frozenset(_literal_severities(call.node) | maker.severities)
    keywords = [one.arg for one in arguments.kwonlyargs]
    optional = {
        *parameters[len(parameters) - len(arguments.defaults) :],
        *(one for one, value in zip(keywords, arguments.kw_defaults, strict=True) if value),
    }
    scope = call.module if function.name.startswith("_") else _EVERYWHERE
    takes = (*parameters, *keywords)
    yield (
        (_METHOD if is_method else scope, function.name),
        _Maker(parameters.index(code.id), code.id, kinds, takes, frozenset({*takes} - optional)),
    )


def _raised(call: _Call, makers: _Makers) -> Iterator[tuple[str, frozenset[str]]]:
    """The codes that a call raises, with how severe each can be."""
    maker = _maker(call, makers)
    code = _code_given(call, maker) if maker else None
    if maker is None or code is None:
        return
    for value in (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,):
        if isinstance(value, ast.Constant):
            kinds = _literal_severities(call.node) or maker.severities
            if not kinds and call.function is not None:  # a severity worked out above the call
                kinds = _literal_severities(call.function)
            yield str(value.value), frozenset(kinds)
        elif not _hands_on(value):
            raise UncollectableError(f"{call.module}:{call.node.lineno}: {ast.unparse(value)}")


def _hands_on(value: ast.expr) -> bool:
    """A name that its function was given, or the code of an issue that is there already."""
    return isinstance(value, ast.Name) or (
        isinstance(value, ast.Attribute) and value.attr == "code"
    )


def _literal_severities(node: ast.AST) -> frozenset[str]:
    return frozenset(
        part.attr.lower()
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == "Severity"
    )
