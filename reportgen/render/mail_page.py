"""A mail's HTML from its template. Runs in the rendering process, within its limits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.note.front import PageOne
from reportgen.render.html import measured, sandbox
from reportgen.render.mail import TEMPLATE, Frame, Shown, template_values
from reportgen.render.theme import Theme

LARGEST_MAIL = 2_000_000  # letters; the sample's has 20,000, and Gmail hides what follows 102,000


def mail_html(front: PageOne, frame: Frame, pictures: Mapping[str, Shown], theme: Theme) -> str:
    """The HTML body; `pictures` has the picture of each chart that is to be shown.

    Raises PageTooLargeError, and whatever a wrong template makes Jinja2 raise;
    `reportgen.render.worker` turns that into messages.
    """
    values = template_values(front, frame, pictures, theme)
    pieces = _environment().get_template(TEMPLATE).generate(values)
    return "".join(measured(pieces, LARGEST_MAIL))


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """The template, compiled with the first mail."""
    return sandbox()
