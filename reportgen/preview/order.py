"""What is to be shown: the workbook and the choices made on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from reportgen.editions.publish import Edition
from reportgen.language import LANGS, Lang
from reportgen.render.theme import theme_names

EDITIONS: tuple[Edition, ...] = ("client", "internal")


@dataclass(frozen=True, slots=True)
class Order:
    """One note to show. `lang` is None for the workbook's own."""

    workbook: str
    lang: Lang | None = None
    edition: Edition = "client"
    theme: str = "default"
    since: str = ""
    theme_folder: str = ""

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
        if name == "theme" and value in self.themes():
            return replace(self, theme=value)
        return None

    def themes(self) -> tuple[str, ...]:
        """The names that may be chosen: the themes there are, and the present one."""
        folder = Path(self.theme_folder) if self.theme_folder else None
        return tuple(dict.fromkeys((*theme_names(folder), self.theme)))


def order_from(message: Mapping[str, Any]) -> Order:
    """The order that `as_json` made a message of."""
    return Order(**message)
