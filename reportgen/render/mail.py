"""A mail's words: what its template shows, and as plain text that says the same."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.language import TAGS, Lang, Text
from reportgen.note.front import PageOne, Picture
from reportgen.note.words import words
from reportgen.render.theme import Theme

TEMPLATE = "mail/note.html.j2"
_ROOM = 608  # pixels between the margins of a window that is wide enough
_LARGEST = 1.6  # how much larger than on paper a chart may be shown
_LINE = 76
_ARROWS = {"": "", "up": "▲ ", "down": "▼ "}
_MAIL_FONTS = "Helvetica,Arial"
_CLOCK = re.compile(r" \d{2}:\d{2}$")


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the mail: the id that the HTML asks for, and its size in CSS pixels.

    Without a height it is as high as its width makes it.
    """

    cid: str
    width: int
    height: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around page one in a mail: who is greeted, what is attached, whose logo."""

    greeting: str
    pdf_title: str
    logo: Shown | None = None


def shown_width(drawn: float) -> int:
    """The width to show a chart at that was drawn for so many pixels of paper."""
    return min(_ROOM, round(drawn * _LARGEST))


def house_of(front: PageOne, theme: Theme) -> str:
    """The house that the mail comes from, as the note names it."""
    return theme.house or front.house


def subject_of(front: PageOne, theme: Theme) -> str:
    """House and title; what is internal or a sample says so first."""
    house = house_of(front, theme)
    before = {"zh": f"【{house}】" if house else "", "en": f"{house}: " if house else ""}
    marks = [
        Text("【内部】", "[Internal] ")[front.lang] if front.edition == "internal" else "",
        Text("【样例】", "[Sample] ")[front.lang] if front.sample else "",
    ]
    return "".join((*marks, before[front.lang], front.title))


def greeting_of(name: str, lang: Lang) -> str:
    """How a mail opens when the workbook does not say."""
    if not name:
        return Text("您好：", "Hello,")[lang]
    return Text(f"{name}，您好：", f"Dear {name},")[lang]


def template_values(
    front: PageOne, frame: Frame, pictures: Mapping[str, Shown], theme: Theme
) -> dict[str, object]:
    """What the template of the HTML is given; `reportgen.render.mail_page` renders it."""
    colours = theme.light[front.lang]
    return {
        "front": front,
        "greeting": frame.greeting,
        "opening": _opening(front),
        "attached": _attached(front, frame),
        "closing": list(_closing(front)),
        "warnings": list(_warnings(front)),
        "house": house_of(front, theme),
        "logo": frame.logo,
        "words": words(front.lang),
        "language": TAGS[front.lang],
        "gap": "" if front.lang == "zh" else " ",
        "charts": [(one, pictures[one.id]) for one in front.charts if one.id in pictures],
        "fonts": _fonts(theme, front.lang),
        "brand": colours.brand,
        "accent": colours.accent,
        "ink": colours.ink,
        "muted": colours.muted,
        "hairline": colours.hairline,
        "wash": colours.wash,
        "up": colours.up,
        "down": colours.down,
    }


def mail_text(front: PageOne, frame: Frame, theme: Theme) -> str:
    """The plain text: everything that the HTML says, charts in their text alternatives."""
    return "\n".join(line for block in _blocks(front, frame, theme) for line in (*block, ""))


def _blocks(front: PageOne, frame: Frame, theme: Theme) -> Iterator[Sequence[str]]:
    said = words(front.lang)
    colon = said["colon"]
    yield [frame.greeting]
    yield _wrapped(_opening(front))
    facts = (front.kind, front.standing, _rating(front), house_of(front, theme), front.issued)
    yield [" · ".join(filter(None, facts)), *_warnings(front)]
    yield [*_wrapped(front.title), *_wrapped(front.subtitle)]
    if front.caveat:
        yield [_heading(said["caveat"]), *_wrapped(front.caveat)]
    if front.points:
        yield [_heading(said["key_points"])]
        gap = "" if front.lang == "zh" else " "
        for point in front.points:
            yield _wrapped(f"{point.lead}{gap}{point.text}".strip(), "- ")
    if front.numbers:
        yield [
            _heading(said["key_figures"]),
            *(
                line
                for one in front.numbers
                for line in _wrapped(
                    f"{one.label}{colon}{_ARROWS[one.direction]}{one.value}"
                    f"{'' if one.unit in ('', '%') else ' '}{one.unit}"
                    + (_brackets(front.lang).format(one.detail) if one.detail else ""),
                    "- ",
                )
            ),
        ]
    if front.changes:
        yield [
            _heading(said["changes"]),
            *(line for change in front.changes for line in _wrapped(change, "- ")),
        ]
    for chart in front.charts:
        yield [
            *_caption(chart, colon),
            *_wrapped(f"{said['source']}{colon}{chart.source}" if chart.source else ""),
        ]
    yield _wrapped(_attached(front, frame))
    yield [line for one in _closing(front) for line in _wrapped(one)]


def _caption(chart: Picture, colon: str) -> Iterator[str]:
    """A chart's title and what it shows; a title that its description begins with stands once."""
    number, mark, title = chart.title.partition(colon)
    if title and chart.alt.startswith(title):
        yield from _wrapped(f"{number}{mark}{chart.alt}")
    else:
        yield from (*_wrapped(chart.title), *_wrapped(chart.alt))


def _wrapped(text: str, bullet: str = "") -> list[str]:
    """Lines of a length that plain text is read at; Chinese is left to the reader's window."""
    if not text.isascii() and any("\u3000" <= letter <= "\u9fff" for letter in text):
        return [f"{bullet}{text}"]
    return textwrap.wrap(
        text,
        _LINE,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _brackets(lang: Lang) -> str:
    return Text("（{}）", " ({})")[lang]


def _heading(text: str) -> str:
    return f"== {text} =="


def _opening(front: PageOne) -> str:
    day = _CLOCK.sub("", front.issued)  # the line below the greeting has the time of day
    return Text(
        f"附上{front.kind}（{day}），要点如下。",
        f"Our {_lowered(front.kind)} of {day} is attached as a PDF. In short:",
    )[front.lang]


def _lowered(kind: str) -> str:
    return kind[:1].lower() + kind[1:]


def _attached(front: PageOne, frame: Frame) -> str:
    return Text(
        f"全文见附件：{frame.pdf_title}",
        f"The whole note is attached: {frame.pdf_title}",
    )[front.lang]


def _warnings(front: PageOne) -> Iterator[str]:
    said = words(front.lang)
    if front.edition == "internal":
        yield said["internal"]
    if front.sample:
        gap = "" if front.lang == "zh" else " "
        yield f"{said['sample']}{gap}{said['sample_label']}"


def _closing(front: PageOne) -> Iterator[str]:
    """What must be said below: signs, licence, and where the disclosures are."""
    said = words(front.lang)
    if front.signs:
        yield Text("；", "; ")[front.lang].join(front.signs)
    if front.licence:
        yield f"{said['licence']}{said['colon']}{front.licence}"
    yield Text(
        "本邮件仅供收件人参阅。完整声明与免责条款见附件。",
        "This mail is for its recipient. The attached note has the full disclosures.",
    )[front.lang]


def _rating(front: PageOne) -> str:
    said = words(front.lang)
    return f"{said['rating']}{said['colon']}{front.rating}" if front.rating else ""


def _fonts(theme: Theme, lang: Lang) -> str:
    """Families for an inline style: the theme's and those that every machine has.

    Single quotes, because the style stands in double ones.
    """
    named = [f"'{name}'" if " " in name else name for name in theme.sans if name != "sans-serif"]
    if lang == "en":  # signs such as † are as wide as a Chinese character in Chinese fonts
        return ",".join((_MAIL_FONTS, *named, "sans-serif"))
    return ",".join((*named, _MAIL_FONTS, "sans-serif"))
