"""Shares told in words (不到三分之一, 过半, 六成以上) and what they say in numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.text.numbering import numeral_value

_BELOW = "不到|不足|未到|未达|低于|少于"
_NEAR = "接近|将近|近|约|大约|差不多"
_ABOVE = "超过|超|逾|高于|多于|大于|占到|达到|达"
_PERCENT = r"\d+(?:\.\d+)?[%％]|百分之[一二三四五六七八九十百零点]+"
_WORDS = {
    "过半": (0.5, 1.0),
    "超半数": (0.5, 1.0),
    "大半": (0.5, 1.0),
    "小半": (0.0, 0.5),
    "绝大多数": (0.65, 1.0),
    "绝大部分": (0.65, 1.0),
    "大多数": (0.5, 1.0),
    "大部分": (0.5, 1.0),
    "多数": (0.5, 1.0),
    "少数": (0.0, 0.5),
    "极少数": (0.0, 0.25),
}
_SHARE = re.compile(
    r"(?=[\d一二三四五六七八九十两半百比不未低少接将近约大差超逾高多占达绝极过小])"
    rf"(?:(?P<sense>{_BELOW}|{_NEAR}|{_ABOVE})?"
    r"(?:(?<!百)(?P<parts>[二三四五六七八九十两]{1,2})分之(?P<part>[一二三四五六七八九十]{1,2})"
    r"|(?P<tenths>[一二三四五六七八九])成(?P<half>半)?(?!立|为|果|效|长|员|本|就|熟|绩|分|功|交|型|套)"
    r"|(?P<even>一半|半数)"
    rf"|(?<=占)(?:比)?(?P<percent>{_PERCENT}))"
    r"(?P<more>以上|多|左右|不到(?!位))?"
    rf"|(?<!极)(?P<word>绝大多数|绝大部分|极少数|大多数|大部分|过半|超半数|大半|小半))"
)


@dataclass(frozen=True)
class Share:
    """A share told in a text: it lies between `low` and `high`, 0 to 1."""

    start: int
    end: int
    low: float
    high: float


def find_shares(text: str) -> Iterator[Share]:
    """The shares told in `text`; a plain percentage counts only behind 占."""
    for match in _SHARE.finditer(text):
        if word := match["word"]:
            yield Share(*match.span(), *_WORDS[word])
            continue
        try:
            value, slack = _value(match)
        except (ValueError, ZeroDivisionError):  # 百分之百百, 零分之一
            continue
        yield Share(*match.span(), *_bounds(match["sense"] or "", match["more"], value, slack))


def _value(match: re.Match[str]) -> tuple[float, float]:
    """The share named, and how far an exact one may be off."""
    if match["parts"]:
        return _number(match["part"]) / _number(match["parts"]), 0.04
    if match["tenths"]:
        return _number(match["tenths"]) / 10 + (0.05 if match["half"] else 0), 0.04
    if match["even"]:
        return 0.5, 0.03
    percent = match["percent"].rstrip("%％").removeprefix("百分之")
    decimals = len(percent.partition(".")[2])
    number = float(percent) if percent[0].isdigit() else _number(percent)
    return number / 100, 0.0051 if decimals == 0 else 0.0006


def _number(numeral: str) -> float:
    return float(numeral_value(numeral))


def _bounds(sense: str, more: str | None, value: float, slack: float) -> tuple[float, float]:
    if sense in _BELOW.split("|") or more == "不到":
        return 0.0, value
    if sense in _ABOVE.split("|")[:5] or more in ("以上", "多"):
        return value, 1.0
    if sense in _NEAR.split("|") or more == "左右":
        return value - 0.09, value + 0.05
    return value - slack, value + slack


DERIVED = re.compile(
    r"近?一半|过半|超半数|半数|大半|[一二三四五六七八九]成(?!立|为|果|效|长|员|本|就|熟|绩|分)|翻[了一]?番|成倍"
    r"|绝大部分|绝大多数|大多数|多数"
    r"|全[省市县区国]第[一二三]|[全省市县]+(?:领先|首位|前列|倒数)|历史(?:最高|新高)|首次|第一次"
)
"""Shares, multiples and ranks that somebody has worked out."""
