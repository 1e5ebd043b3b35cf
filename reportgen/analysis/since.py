"""What changed since the previous note: figures of two analyses side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reportgen.analysis.figures import Figure, Figures
from reportgen.quantity import Quantity, relative_change

Kind = Literal["new", "revised", "dropped"]
_HEADLINE = ("rent.", "price.")


@dataclass(frozen=True, slots=True)
class Revision:
    """One price figure in the old and the new note. `change` (percent) only for revised ones."""

    kind: Kind
    id: str
    old: Figure | None
    new: Figure | None
    change: Figure | None = None


def revisions(old: Figures, new: Figures) -> tuple[Revision, ...]:
    """Rents and purchase prices that are new, revised or gone; revised first, largest first."""
    old_names = [name for name in old if _is_headline(name)]
    new_names = [name for name in new if _is_headline(name)]
    revised = []
    for name in new_names:
        if name in old and not _same(old[name].quantity, new[name].quantity):
            moved = relative_change(new[name].quantity, old[name].quantity)
            figure = Figure(
                f"since.{name}",
                moved,
                new[name].label,
                as_of=new[name].as_of,
                since=old[name].as_of,
                signed=True,
            )
            revised.append(Revision("revised", name, old[name], new[name], figure))
    revised.sort(key=_size, reverse=True)
    fresh = [Revision("new", name, None, new[name]) for name in new_names if name not in old]
    gone = [Revision("dropped", name, old[name], None) for name in old_names if name not in new]
    return (*revised, *fresh, *gone)


def _is_headline(name: str) -> bool:
    return name.startswith(_HEADLINE) and "@" not in name


def _same(a: Quantity, b: Quantity) -> bool:
    return (a.low, a.point, a.high, a.unit) == (b.low, b.point, b.high, b.unit)


def _size(revision: Revision) -> float:
    return abs(revision.change.quantity.bound) if revision.change else 0.0
