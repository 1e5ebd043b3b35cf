"""Prose read against its figures: a sentence that says rose beside a figure that fell.

Precision comes first. Only four shapes are judged, each with the word and its figure
in one clause, and nothing is said where a sentence denies or supposes:

- a word of movement and a signed figure: 上涨 [[change.x]], up [[change.x]];
- a change between two dates with a word further off or behind it: rose in a month by
  [[change.x]], [[change.x]] more, 较上月高 [[change.x]];
- from one level to another: 由 [[a]] 升至 [[b]], rose from [[a]] to [[b]];
- one level against another: [[a]] 高于 [[b]], [[a]] is above [[b]].
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportgen.analysis.figures import Figure, Figures
from reportgen.issues import Issue, Severity
from reportgen.language import Text
from reportgen.numerals import clause_around
from reportgen.workbook.tables import Row, Workbook

_FIGURE = r"\[\[\s*(?P<{0}>[^\[\]|]+?)\s*(?:\|[^\[\]]*)?\]\]"
_UP_ZH = "上涨|涨幅为|涨幅达|涨了|涨|上升|升了|升高|提高|增长|增加|高出|贵出|上调"
_DOWN_ZH = "下跌|跌幅为|跌幅达|跌了|跌|下降|降幅为|降了|降低|降|减少|回落|低了|便宜|下调"
_UP_EN = "rose|risen|rises?|rising|gained|climbed|increased|grew|up|higher"
_DOWN_EN = "fell|fallen|falls?|falling|dropped|declined|decreased|lost|down|lower"
_OVER_ZH = "高于|超过|超出|大于|多于|贵于"
_UNDER_ZH = "低于|不及|小于|少于|便宜于"
_OVER_EN = "above|over|exceeds?|exceeded|higher than|more than|greater than|dearer than"
_UNDER_EN = "below|under|lower than|less than|smaller than|cheaper than"
_FILL_ZH = r"(?:了|约|近|逾|超|达|为|至多|至少|\s)*"
_FILL_EN = r"(?:\s|by|about|some|around|nearly|roughly|another|a further|at least|at most)*"
_DENIES = re.compile(
    r"若|如果|假如|倘|一旦|未必|没有|并未|并非|未能|尚未|不[再会是]|能否|是否|反推|假设|"
    r"\b(?:if|were|would|could|may|might|should|not|no|never|nor|neither|without|unless|whether)\b",
    re.IGNORECASE,
)
_RISE_EN = "rose|risen|ris(?:es?|ing)|climb(?:s|ed|ing)?|gain(?:s|ed|ing)?|grew|grow(?:s|ing)?"
_FALL_EN = "fell|fallen|fall(?:s|ing)?|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|slid(?:es?|ing)?"
_BEHIND_UP_EN = "more|higher|up|above|dearer"
_BEHIND_DOWN_EN = "less|lower|down|below|cheaper"
_ANY_EN = f"{_UP_EN}|{_DOWN_EN}|{_RISE_EN}|{_FALL_EN}|{_BEHIND_UP_EN}|{_BEHIND_DOWN_EN}"
_STOP_EN = rf"(?:{_ANY_EN}|and|but|while|whereas|as|when|than|though|although|against|from|to|or)\b"
_WHEN_EN = "in|on|over|since|within|during|this|last|again|further|sharply|slightly|steadily|only"
_WHEN_ZH = "较|比|自|在|月内|本月|环比|同比|又"
_SAYS = {"up": Text("上升", "a rise"), "down": Text("下降", "a fall")}

_OTHER = {"up": "down", "down": "up"}


def _moved(words: str, fill: str) -> re.Pattern[str]:
    edge = r"(?<![A-Za-z])" if words.isascii() else ""
    return re.compile(f"{edge}(?:{words}){fill}{_FIGURE.format('one')}", re.IGNORECASE)


def _far(zh: str, en: str) -> re.Pattern[str]:
    """The word, when it happened, then the figure."""
    one, two = _FIGURE.format("one"), _FIGURE.format("two")
    return re.compile(
        rf"(?:{zh})(?:{_WHEN_ZH})[^，。；：、（）涨跌升降高低\[\]]{{0,8}}{one}"
        rf"|(?<![A-Za-z])(?:{en})\s+(?:{_WHEN_EN})(?:\s+(?!{_STOP_EN})[\w’'-]+){{0,5}}:?\s+{two}",
        re.IGNORECASE,
    )


def _beside(before_zh: str, behind_zh: str, behind_en: str) -> re.Pattern[str]:
    """A comparing word right before or right behind the figure, with no second figure."""
    one, two = _FIGURE.format("one"), _FIGURE.format("two")
    return re.compile(
        rf"(?:{before_zh}){_FILL_ZH}{one}"
        rf"|{two}(?:\s*的?(?:{behind_zh})|\s+(?:{behind_en})(?![A-Za-z]|\s+(?:or|than\s+\[\[)))",
        re.IGNORECASE,
    )


def _from_to(zh: str, en: str) -> re.Pattern[str]:
    first, second = _FIGURE.format("one"), _FIGURE.format("two")
    third, fourth = _FIGURE.format("three"), _FIGURE.format("four")
    return re.compile(
        rf"[由从]\s*{first}[^。；\[\]]{{0,8}}?(?:{zh})[至到]\s*{second}"
        rf"|(?<![A-Za-z])(?:{en}) from {third} to {fourth}",
        re.IGNORECASE,
    )


def _against(zh: str, en: str) -> re.Pattern[str]:
    first, second = _FIGURE.format("one"), _FIGURE.format("two")
    third, fourth = _FIGURE.format("three"), _FIGURE.format("four")
    return re.compile(
        rf"{first}\s*[，,]?\s*(?:也|仍|均|略|明显|显著)?(?:{zh})[^。，；\[\]]{{0,10}}?{second}"
        rf"|{third},? (?:(?:is|was|stands?|sits?|lies?) )?(?:well |far |slightly )?(?:{en}) "
        rf"(?:the )?{fourth}",
        re.IGNORECASE,
    )


_MOVED = {
    "up": (_moved(_UP_ZH, _FILL_ZH), _moved(_UP_EN, _FILL_EN)),
    "down": (_moved(_DOWN_ZH, _FILL_ZH), _moved(_DOWN_EN, _FILL_EN)),
}
_CHANGED = {
    "up": (
        _far(_UP_ZH, _RISE_EN),
        _beside("(?<![最新更])高|涨幅|升幅|走高|上行", "涨幅|升幅|上涨|升高", _BEHIND_UP_EN),
    ),
    "down": (
        _far(_DOWN_ZH, _FALL_EN),
        _beside("(?<![最新更降减])低|跌幅|降幅|走低|下行", "跌幅|降幅|下跌|下降", _BEHIND_DOWN_EN),
    ),
}
_LEVELS = (
    ("up", _from_to("升|涨|上升|上涨|提高|增|增加", _UP_EN + "|gone up|went up")),
    ("down", _from_to("降|跌|下降|下跌|回落|减|减少", _DOWN_EN + "|gone down|went down")),
)
_COMPARED = (("up", _against(_OVER_ZH, _OVER_EN)), ("down", _against(_UNDER_ZH, _UNDER_EN)))


def contrary_words(workbook: Workbook, figures: Figures) -> tuple[Issue, ...]:
    """A warning for every sentence of Views or a title whose words its figures contradict."""
    rows = [(row, "text") for row in workbook["Views"]]
    rows += [
        (workbook.note[key], "value")
        for key in ("title_zh", "title_en", "subtitle_zh", "subtitle_en")
        if key in workbook.note
    ]
    return tuple(issue for row, column in rows for issue in _read(workbook, row, column, figures))


def _read(workbook: Workbook, row: Row, column: str, figures: Figures) -> Iterator[Issue]:
    text = row.text(column)
    for said, found, told in _contrary(text, figures):
        before = re.split(r"[。；.;]\s", text[: found.start()])[-1].rsplit("。", maxsplit=1)[-1]
        if not _DENIES.search(before) and not _DENIES.search(found[0]):
            sentence = clause_around(text, found.start(), found.end(), 160)
            sentence = sentence.replace("**", "").strip()
            yield _issue(workbook, row, column, _SAYS[said], told, sentence)


def _contrary(text: str, figures: Figures) -> Iterator[tuple[str, re.Match[str], str]]:
    """What is said (up or down), where, and the name of the figure that says otherwise."""
    yield from _contrary_changes(text, figures)
    for said, levels in _LEVELS:
        for found, first, second in _pairs(levels, text, figures):
            if _is_above(*((first, second) if said == "up" else (second, first))):
                yield said, found, second.id
    for said, compared in _COMPARED:
        for found, first, second in _pairs(compared, text, figures):
            if _is_above(*((first, second) if said == "down" else (second, first))):
                yield said, found, first.id


def _contrary_changes(text: str, figures: Figures) -> Iterator[tuple[str, re.Match[str], str]]:
    """The same of one figure with one word, each place once."""
    told: set[int] = set()
    for shapes, since in ((_MOVED, False), (_CHANGED, True)):
        for said, pattern in ((said, one) for said, them in shapes.items() for one in them):
            for found in pattern.finditer(text):
                figure = figures.get(next(filter(None, found.groups())))
                if figure is None or _sign(figure) != _OTHER[said] or found.end() in told:
                    continue
                if not since or (figure.signed and figure.since):
                    told.add(found.end())
                    yield said, found, figure.id


def _pairs(
    pattern: re.Pattern[str], text: str, figures: Figures
) -> Iterator[tuple[re.Match[str], Figure, Figure]]:
    for found in pattern.finditer(text):
        first = figures.get(found["one"] or found["three"])
        second = figures.get(found["two"] or found["four"])
        if first is not None and second is not None:
            yield found, first, second


def _sign(figure: Figure) -> str:
    """Whether a signed figure went up or down for certain; nothing for levels and open cases.

    A claim such as "fell 10%" may be kept as a plain 10, so only its minus is a sign.
    """
    ends = (figure.quantity.low, figure.quantity.point, figure.quantity.high)
    known = [value for value in ends if value is not None]
    if max(known) < 0:
        return "down"
    return "up" if figure.signed and min(known) > 0 and not figure.id.startswith("claim.") else ""


def _is_above(one: Figure, other: Figure) -> bool:
    """Whether one level is above another for certain: same unit, ranges apart."""
    if one.quantity.unit != other.quantity.unit or one.signed or other.signed:
        return False
    low, high = one.quantity.low, other.quantity.high
    low = one.quantity.point if low is None else low
    high = other.quantity.point if high is None else high
    return low is not None and high is not None and low > high


def _issue(  # noqa: PLR0917 - what is said, and where
    workbook: Workbook, row: Row, column: str, said: Text, name: str, sentence: str
) -> Issue:
    cell = row.cell(column)
    return Issue(
        "prose-contrary",
        Severity.WARNING,
        Text(
            f"文字说的是{said.zh}，数字 {name} 却相反：{sentence}",
            f"The words say {said.en}, the figure {name} says otherwise: {sentence}",
        ),
        Text("请核对措辞或数字。", "Check the wording or the figure."),
        workbook.file,
        cell.sheet if cell else row.sheet,
        cell.cell if cell else "",
        row.id,
    )
