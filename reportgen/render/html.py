"""A note as HTML: one page that loads nothing for the screen, one for the printing engine."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, nodes, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reportgen.language import TAGS, Lang, Text, foreign_tag
from reportgen.note.front import page_one
from reportgen.note.marking import named
from reportgen.note.model import Note
from reportgen.note.text import plain as plain_runs
from reportgen.render.fragments import Fragments
from reportgen.render.resources import template_names, template_stamp, template_text
from reportgen.render.svg import colours_in, mixed_variables
from reportgen.render.theme import Theme
from reportgen.render.typography import (
    after_lead,
    balanced,
    breakable,
    carried,
    clauses,
    ends_in_unit,
    fixed_and_loose,
    gap_after,
    trim_pairs,
    trim_signs,
    trimmed,
    uncarried,
)
from reportgen.render.views import MEDIA, Item, Medium, RowView, chapters, plain
from reportgen.render.whereabouts import TEMPLATE_MARK, in_templates, suspended

LANGUAGE_TAGS = TAGS
_SCRIPT = "js/cards.js"
_PASSPORTS = "passports"
LARGEST_PAGE = 50_000_000  # letters; the sample's web page has half a million
_GENERIC = {"serif", "sans-serif", "monospace"}


class PageTooLargeError(ValueError):
    """A page came out far larger than it can be; `place` is the line that went too far."""

    def __init__(self, place: Text | None, most: int) -> None:
        super().__init__(f"> {most // 1_000_000} MB")
        self.place = place


def render_html(
    note: Note,
    charts: Mapping[str, str],
    theme: Theme,
    medium: Medium = "web",
    fragments: Fragments | None = None,
) -> str:
    """The note as one HTML text.

    `charts` has an SVG for the id of each chart exhibit. For "web" the pictures,
    the CSS and the passports are inside and nothing is loaded; for "print" a
    picture is an address that only `reportgen.render.pdf` resolves.
    `fragments` has the pieces of this page as it was rendered before.
    Raises MissingChartError when a picture is missing, PageTooLargeError, and whatever a
    wrong template makes Jinja2 raise; `reportgen.render.worker` turns that into messages.
    """
    script = template_text(_SCRIPT) if medium == "web" else ""
    variables = theme.light[note.lang].variables()
    kept = fragments or Fragments()
    kept.begin((medium, note.lang, note.names, theme, template_stamp()))
    mixed = frozenset[str]().union(*map(colours_in, charts.values())) - set(variables.values())
    pieces = (
        _environment(medium)
        .get_template(f"{medium}.html.j2")
        .generate(
            note=note,
            house=theme.house or note.cover.house,
            logos=_logos(theme, medium),
            words=note.words,
            language=LANGUAGE_TAGS[note.lang],
            authors=[plain(author) for author in note.cover.authors] or [note.cover.house],
            issued=_machine_date(note),
            css=Markup(_css(theme, note.lang, medium)),  # noqa: S704 - the theme is validated, the rest is ours
            mixes=Markup(_dark_rule(mixed_variables(mixed))),  # noqa: S704 - as above
            chapters=chapters(note, charts, variables, medium),
            once=partial(_once, kept),
            passports=kept.piece(
                _PASSPORTS, _in_order(note.passports), lambda: _script_json(note.passports)
            ),
            page_one=_script_json(page_one(note).as_json()) if medium == "web" else "",
            script=Markup(script),  # noqa: S704 - ours, and holds no closing tag
            script_digest=_digest(script),
        )
    )
    return "".join(measured(pieces))


def _once(
    kept: Fragments, render: Callable[..., Markup], view: Item | RowView, *rest: object
) -> Markup:
    """What a macro makes of an item or a row, or what it made of the same before."""
    return kept.piece(view.name, (view, *rest), lambda: render(view, *rest))


def _in_order(passports: Mapping[str, object]) -> list[object]:
    """The passports as pairs: dictionaries are equal whatever order they are written in."""
    return [
        (name, list(part.items()) if isinstance(part, Mapping) else part)
        for name, part in passports.items()
    ]


def measured(pieces: Iterator[str], most: int = LARGEST_PAGE) -> Iterator[str]:
    """The pieces of a page, as long as they make no more than `most` letters."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise PageTooLargeError(in_templates(suspended(pieces)), most)
        yield piece


class _Unfolded(CodeGenerator):
    """Leaves constant expressions to be worked out when a template runs, within its limits."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)


_DATA = {str, tuple, bool, float}


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, asked once about each attribute of a type: its answer hangs on nothing else.

    A note asks 48,000 times; remembering the answers takes a third off the time.
    """

    code_generator_class = _Unfolded

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._answers: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may look at that attribute."""
        asked = type(obj), attr
        if asked not in self._answers:
            self._answers[asked] = super().is_safe_attribute(obj, attr, value)
        return self._answers[asked]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What a template looks at; by a shorter way where that is data found safe before."""
        if self._answers.get((type(obj), attribute)):
            value = getattr(obj, attribute, None)
            if type(value) in _DATA:
                return value
        return super().getattr(obj, attribute)


def sandbox() -> ImmutableSandboxedEnvironment:
    """Where templates run: text is escaped, and what is not defined is an error."""
    return _Sandbox(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        optimized=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _environment(medium: Medium) -> ImmutableSandboxedEnvironment:
    """The templates, compiled once a process and again when their text has changed."""
    environment = sandbox()
    environment.filters["runs"] = _runs
    environment.filters["plain"] = plain
    environment.filters["plain_number"] = _plain_number
    environment.filters["fixed_and_loose"] = fixed_and_loose
    environment.filters["gap_after"] = gap_after
    environment.filters["after_lead"] = after_lead
    environment.filters["carried"] = carried if medium == "print" else uncarried
    environment.filters["clauses"] = balanced if medium == "print" else clauses
    environment.filters["trimmed"] = trimmed
    environment.tests["breakable"] = breakable
    environment.tests["unit_ended"] = ends_in_unit
    environment.filters["trim_pairs"] = trim_pairs if medium == "print" else trim_signs
    environment.filters["foreign"] = foreign_tag
    environment.globals["medium"] = medium
    return environment


def _template(name: str) -> tuple[str, str | None, Callable[[], bool]]:
    text = template_text(name)
    return text, f"{TEMPLATE_MARK}{name}", lambda: template_text(name) == text


def compile_all() -> None:
    """Compile every template now; one that cannot be says so when it is used."""
    for medium in MEDIA:
        for name in template_names():
            with suppress(Exception):
                _environment(medium).get_template(name)


def compiled(name: str) -> Template:
    """A template by its name, to ask it about its lines."""
    return _environment("web").get_template(name)


@pass_context
def _runs(context: Context, text: str) -> object:
    """A plain text as runs, the names that the note knows marked."""
    return named(plain_runs(text), context["note"].names)


def _css(theme: Theme, lang: Lang, medium: Medium) -> str:
    sizes = {
        "sans": _families(theme.sans),
        "serif": _families(theme.serif),
        "title": f"{theme.title:g}pt",
        "heading": f"{theme.heading:g}pt",
        "caption": f"{theme.caption:g}pt",
        "body": f"{theme.body[lang]:g}pt",
        "leading": f"{theme.leading[lang]:g}",
    }
    root = _rule(":root", sizes | theme.light[lang].variables())
    if medium == "print":
        return root + template_text("css/print.css")
    dark = _dark_rule(theme.dark[lang].variables())
    return f"{root}{dark}\n{template_text('css/web.css')}"


def _dark_rule(variables: Mapping[str, str]) -> str:
    return f"@media screen and (prefers-color-scheme: dark){{{_rule(':root', variables)}}}"


def _rule(selector: str, values: Mapping[str, str]) -> str:
    return f"{selector}{{{''.join(f'--{name}:{value};' for name, value in values.items())}}}\n"


def _families(names: tuple[str, ...]) -> str:
    return ",".join(name if name in _GENERIC else f'"{name}"' for name in names)


def _logos(theme: Theme, medium: Medium) -> tuple[str, str]:
    """The addresses of the logo and of the one for dark screens; empty where there is none."""
    if theme.logo is None or medium == "print":
        return next(iter(theme.parts), ""), ""
    return theme.logo.address, theme.logo_dark.address if theme.logo_dark else ""


def _machine_date(note: Note) -> str:
    issued = note.cover.issued
    # The metadata form wants a zone with a time; without one the day is what we know.
    return issued.isoformat(timespec="minutes") if issued.tzinfo else issued.date().isoformat()


def _plain_number(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def _digest(script: str) -> str:
    """The one script that the page's own policy lets run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _script_json(value: object) -> Markup:
    """JSON that cannot close the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_as_mapping)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - cannot close its element


def _as_mapping(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a passport holds a {type(value).__name__}, which JSON cannot say")
