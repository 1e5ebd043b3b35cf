"""Messages as the source spells them, with ‹names› where a run fills something in.

For the issues that no example raises, such as a renderer that fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen.language import Text

UNTOLD = Text("（说明所遇到的问题。）", "(It says what happened.)")
"""Stands for a message that is made elsewhere."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the function that raises a code says of it: its docstring and its texts in order."""

    meaning: str
    texts: tuple[Text, ...]


def pattern(path: Path, code: str) -> Pattern:
    """The pattern of a code that the module at `path` raises. Raises LookupError."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and _names(function, code):
            sentence = (ast.get_docstring(function) or "").split("\n\n", maxsplit=1)[0]
            found = [text for text in _texts(function, code, constants) if text.en]
            return Pattern(sentence.replace("\n", " "), tuple(dict.fromkeys(found)))
    raise LookupError(f"{path.name} does not raise {code}")


def _names(node: ast.AST, code: str) -> bool:
    return any(isinstance(one, ast.Constant) and one.value == code for one in ast.walk(node))


def _texts(function: ast.FunctionDef, code: str, constants: dict[str, ast.expr]) -> Iterator[Text]:
    """The texts of the call that raises the code; of its function, for those handed to it."""
    calls = [one for one in ast.walk(function) if isinstance(one, ast.Call) and _names(one, code)]
    call = min(calls, key=lambda one: len(ast.unparse(one)), default=None)
    given = [*call.args, *(one.value for one in call.keywords)] if call is not None else []
    own = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for value in given:
        known = (own | constants).get(value.id) if isinstance(value, ast.Name) else value
        if known is None:
            continue
        inside = (_text(one) for one in ast.walk(known))
        yield from (text for text in inside if text is not None)


def _text(node: ast.AST) -> Text | None:
    match node:
        case ast.Call(func=ast.Name(id="Text"), args=[zh, en]):
            return Text(_spelt(zh), _spelt(en))
    return None


def _spelt(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_spelt, node.values))
    value = node.value if isinstance(node, ast.FormattedValue) else node
    return f"‹{_word(value)}›"


def _word(node: ast.expr) -> str:
    """One word for what is filled in."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.strip("_").replace("_", " ")
        case ast.Call(args=[first, *_]):
            return _word(first)
        case ast.Call(func=ast.Attribute(value=value)) | ast.Subscript(value=value):
            return _word(value)
        case ast.Constant(value=value):
            return str(value)
    return "…"
