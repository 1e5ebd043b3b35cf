"""Where the templates live: in the source tree, or inside the installed package."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

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

    Raises MissingTemplateError for a name that is not there or leads elsewhere.
    """
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts):
        raise MissingTemplateError(f"not a template name: {name}")
    found = template_folder().joinpath(*parts)
    if not found.is_file():
        raise MissingTemplateError(f"no template named {name}")
    return found.read_text(encoding="utf-8")
