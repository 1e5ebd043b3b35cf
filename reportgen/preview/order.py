"""What is to be shown: the workbook and the choices made on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from reportgen.editions.publish import Edition
from reportgen.language import LANGS, Lang
from reportgen.render.resources import template_folder

EDITIONS: tuple[Edition, ...] = ("client", "internal")
_THEME = re.compile(r"[\w-]{1,60}")


@dataclass(frozen=True, slots=True)
class Order:
    """One note to show. `lang` is None for the workbook's own."""

    workbook: str
    lang: Lang | None = None
    edition: Edition = "client"
    theme: str = "default"
    since: str = ""

    def as_json(self) -> dict[str, Any]:
        """The order as a message."""
        return asdict(self)

    def with_choice(self, name: str, value: str) -> Order | None:
        """The order with one choice made otherwise; None for what cannot be chosen."""
        if name == "lang":
            chosen = next((lang for lang in LANGS if lang == value), None)
            return None if chosen is None else replace(self, lang=chosen)
        if name == "edition":
            edition = next((one for one in EDITIONS if one == value), None)
            return None if edition is None else replace(self, edition=edition)
        if name == "theme" and value in themes():
            return replace(self, theme=value)
        return None


def order_from(message: Mapping[str, Any]) -> Order:
    """The order that `as_json` made a message of."""
    return Order(**message)


def themes() -> tuple[str, ...]:
    """The names of the themes there are, the default first."""
    folder = template_folder().joinpath("themes")
    names = {entry.name.removesuffix(".toml") for entry in folder.iterdir()
             if entry.name.endswith(".toml")}  # fmt: skip
    found = sorted(name for name in names if _THEME.fullmatch(name))
    return tuple(sorted(found, key=lambda name: name != "default"))
