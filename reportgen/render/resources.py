"""Where the templates live: in the source tree, or inside the installed package."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_FOLDER = "templates"
_PACKAGED = "_templates"


class MissingTemplateError(FileNotFoundError):
    """The installation lacks a template file."""


def template_folder() -> Traversable:
    """The folder of templates: reportgen/_templates in a wheel, templates/ in a checkout."""
    package = files("reportgen")
    packaged = package.joinpath(_PACKAGED)
    if packaged.is_dir():
        return packaged
    # A checkout keeps them beside the package, which importlib.resources cannot climb to.
    beside = files("reportgen").joinpath("..").joinpath(_FOLDER)
    if beside.is_dir():
        return beside
    raise MissingTemplateError("reportgen was installed without its templates; install it again")


def template_text(name: str) -> str:
    """The text of a template by its path below the folder, such as "css/web.css".

    Raises MissingTemplateError for a name that is not there or leads elsewhere, also
    through a link.
    """
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts):
        raise MissingTemplateError(f"not a template name: {name}")
    folder = template_folder()
    found = folder.joinpath(*parts)
    if not found.is_file():
        raise MissingTemplateError(f"no template named {name}")
    if _leads_out(found, folder):
        raise MissingTemplateError(f"{name} leads out of the folder of templates")
    return found.read_text(encoding="utf-8")


def template_names() -> tuple[str, ...]:
    """The names of all templates that make pages."""
    folder = template_folder()
    blocks = (f"blocks/{one.name}" for one in folder.joinpath("blocks").iterdir())
    names = (*(one.name for one in folder.iterdir()), *blocks)
    return tuple(name for name in sorted(names) if name.endswith(".html.j2"))


def template_stamp() -> tuple[tuple[object, ...], ...]:
    """Something that is equal as long as no template for pages has been saved again."""
    folder = template_folder()
    found = (*folder.iterdir(), *folder.joinpath("blocks").iterdir())
    return tuple(
        (one.name, seen.st_mtime_ns, seen.st_size)
        for one in found
        if isinstance(one, Path) and (seen := one.stat())  # one in an archive does not change
    )


def _leads_out(found: Traversable, folder: Traversable) -> bool:
    """Whether a link leads out of the folder; a package in an archive has no links."""
    if not isinstance(found, Path) or not isinstance(folder, Path):
        return False
    return not found.resolve().is_relative_to(folder.resolve())
