"""The numbers that Word prints by itself before a paragraph: 一、 （一） 1. ①."""

import re
from dataclasses import dataclass, field

from lxml import etree

from assistant.reading.word_package import W
from assistant.text.numbering import numeral

_LEVELS = 9
_LONGEST_TEMPLATE = 40
_LARGEST = 9999
"""Above it a number is printed in plain digits."""


@dataclass(frozen=True)
class _Level:
    format: str = "decimal"
    template: str = ""
    start: int = 1
    restart: int | None = None
    """The level above whose count this one begins again; None means any of them."""
    legal: bool = False
    """Print the numbers of the levels above in Arabic digits."""


@dataclass
class Numbering:
    """The automatic numbers of one document, counted as its paragraphs go by."""

    _lists: dict[str, "_List"]
    _styles: dict[str, tuple[str | None, str | None, str | None]]
    """Style → (numId, level, style that it is based on)."""
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, paragraph: etree._Element) -> str:
        """What Word prints before this paragraph; empty for one without automatic number."""
        number_id, level_text = self._reference(paragraph)
        numbered = self._lists.get(number_id or "")
        level_number = _integer(level_text, 0)
        if numbered is None or not 0 <= level_number < _LEVELS:
            return ""
        level = numbered.levels.get(level_number, _Level())
        counts = self._counts.setdefault(numbered.shared_by, [None] * _LEVELS)
        self._advance(counts, numbered, level_number, number_id or "")
        return _print(level, numbered, counts)

    def _advance(
        self, counts: list[int | None], numbered: "_List", level_number: int, number_id: str
    ) -> None:
        override = numbered.starts.get(level_number)
        if override is not None and (number_id, level_number) not in self._begun:
            self._begun.add((number_id, level_number))
            counts[level_number] = override
        else:
            before = counts[level_number]
            start = numbered.levels.get(level_number, _Level()).start
            counts[level_number] = start if before is None else before + 1
        for deeper in range(level_number + 1, _LEVELS):
            restart = numbered.levels.get(deeper, _Level()).restart
            if restart is None or (restart and level_number < restart):
                counts[deeper] = None

    def _reference(self, paragraph: etree._Element) -> tuple[str | None, str | None]:
        own = paragraph.find(f"{W}pPr/{W}numPr")
        number_id, level = _num_pr(own)
        style_element = paragraph.find(f"{W}pPr/{W}pStyle")
        style = style_element.get(f"{W}val") if style_element is not None else None
        seen: set[str] = set()
        while style and style not in seen and (number_id is None or level is None):
            seen.add(style)
            styled_id, styled_level, based_on = self._styles.get(style, (None, None, None))
            number_id, level = number_id or styled_id, level or styled_level
            style = based_on
        return number_id, level


@dataclass(frozen=True)
class _List:
    levels: dict[int, _Level]
    starts: dict[int, int]
    """Where this list begins again."""
    shared_by: str
    """Lists of the same make count together."""


def read_numbering(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """The lists that the parts numbering.xml and styles.xml define."""
    style_table: dict[str, tuple[str | None, str | None, str | None]] = {}
    for style in () if styles is None else styles.iter(f"{W}style"):
        based_on = style.find(f"{W}basedOn")
        base = None if based_on is None else based_on.get(f"{W}val")
        style_table[style.get(f"{W}styleId") or ""] = (
            *_num_pr(style.find(f"{W}pPr/{W}numPr")),
            base,
        )
    if numbering is None:
        return Numbering({}, style_table)
    abstract = {a.get(f"{W}abstractNumId"): a for a in numbering.iter(f"{W}abstractNum")}
    by_id = {num.get(f"{W}numId"): num for num in numbering.iterchildren(f"{W}num")}
    lists: dict[str, _List] = {}
    for number_id, num in by_id.items():
        if number_id and number_id != "0":
            reference = _value(num, "abstractNumId")
            make = abstract.get(reference)
            linked = None if make is None else _value(make, "numStyleLink")
            if linked:  # defined by a list style, which names a list of its own
                other = by_id.get(style_table.get(linked, (None, None, None))[0])
                reference = reference if other is None else _value(other, "abstractNumId")
                make = abstract.get(reference)
            lists[number_id] = _list(num, make, reference or "")
    return Numbering(lists, style_table)


def _list(num: etree._Element, make: etree._Element | None, shared_by: str) -> _List:
    levels: dict[int, _Level] = {}
    starts: dict[int, int] = {}
    for lvl in () if make is None else make.iterchildren(f"{W}lvl"):
        levels[_integer(lvl.get(f"{W}ilvl"), -1)] = _level(lvl)
    for override in num.iterchildren(f"{W}lvlOverride"):
        at = _integer(override.get(f"{W}ilvl"), -1)
        lvl_element = override.find(f"{W}lvl")
        if lvl_element is not None:
            levels[at] = _level(lvl_element)
        start = _value(override, "startOverride")
        if start is not None:
            starts[at] = _integer(start, 1)
    return _List(levels, starts, shared_by)


def _level(lvl: etree._Element) -> _Level:
    restart = _value(lvl, "lvlRestart")
    legal = lvl.find(f"{W}isLgl")
    return _Level(
        format=_value(lvl, "numFmt") or "decimal",
        template=(_value(lvl, "lvlText") or "")[:_LONGEST_TEMPLATE],
        start=_integer(_value(lvl, "start"), 1),
        restart=None if restart is None else _integer(restart, 0),
        legal=legal is not None and legal.get(f"{W}val") not in ("0", "false", "off"),
    )


def _print(level: _Level, numbered: _List, counts: list[int | None]) -> str:
    if level.format == "none":
        return ""
    if level.format == "bullet":
        # Bullets mostly come from a symbol font whose characters mean nothing elsewhere.
        private = not level.template or "\ue000" <= level.template[0] <= "\uf8ff"
        return "•" if private else level.template

    def one(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        above = numbered.levels.get(at, _Level())
        count = counts[at] if counts[at] is not None else above.start
        return _format(count or 0, "decimal" if level.legal else above.format)

    text = re.sub(r"%([1-9])", one, level.template)
    return text + " " if text[-1:].isascii() and text[-1:].isalnum() else text


def _format(number: int, number_format: str) -> str:
    if not 0 < number <= _LARGEST:
        return str(number)
    match number_format:
        case (
            "chineseCounting"
            | "chineseCountingThousand"
            | "chineseLegalSimplified"
            | "japaneseCounting"
            | "taiwaneseCounting"
            | "taiwaneseCountingThousand"
            | "koreanCounting"
        ):
            return numeral(number)
        case "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand":
            return str(number).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
        case "ideographTraditional":
            return _cycle("甲乙丙丁戊己庚辛壬癸", number)
        case "ideographZodiac":
            return _cycle("子丑寅卯辰巳午未申酉戌亥", number)
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if number <= 20:
            return chr(ord("①") + number - 1)
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        case "decimalZero":
            return f"{number:02}"
        case "lowerLetter":
            return _cycle("abcdefghijklmnopqrstuvwxyz", number)
        case "upperLetter":
            return _cycle("ABCDEFGHIJKLMNOPQRSTUVWXYZ", number)
        case "lowerRoman":
            return _roman(number).lower()
        case "upperRoman":
            return _roman(number)
        case _:
            return str(number)


def _cycle(signs: str, number: int) -> str:
    return signs[(number - 1) % len(signs)]


_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _num_pr(element: etree._Element | None) -> tuple[str | None, str | None]:
    if element is None:
        return None, None
    return _value(element, "numId"), _value(element, "ilvl")


def _value(element: etree._Element, name: str) -> str | None:
    child = element.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,6}", text) else default
