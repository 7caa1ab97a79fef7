"""Figures in Chinese text: Arabic and Chinese numerals, their units and their values."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from assistant.text.numbering import numeral_value

UNITS = (  # noqa: SIM905
    "个百分点 百分点 平方公里 平方米 立方米 公里 千米 公顷 小时 分钟 工作日 个工作日 "
    "个月 月底 月份 "
    "人次 户次 场次 批次 件次 亩 吨 米 斤 公斤 千克 元 块 "
    "个 项 次 人 名 户 件 条 家 村 天 年 月 日 号 处 起 份 场 期 批 倍 成 位 篇 台 辆 座 宗 类 "
    "级 轮 所 支 段 届 章 节 册 套 栋 间 路 步 组 笔 张 周 季 课 "
    "岁 例 桩 门 样 本 幅 盏 棵 株 口 眼 片 块 头 只 车 % ‰ ％"
).split()
DATE_UNITS = frozenset(("年", "月", "月底", "月份", "日", "号"))
"""Units of the parts of a date."""

_UNIT = "|".join(sorted(map(re.escape, set(UNITS)), key=len, reverse=True))
_SCALE = r"(?:余|多)?(?:万亿|亿|万|千|百)?(?:余|多)?"
_ARABIC = re.compile(rf"(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<unit>{_SCALE}(?:{_UNIT})?)")

_NUMERAL = "零一二三四五六七八九十百千万亿两〇"
# Behind a Chinese numeral these mostly belong to a word: 一路, 一样, 十成.
_UNCOUNTED = frozenset("%‰％年级路步样成节头口本片期类课位")
_COUNTED = "|".join(sorted(map(re.escape, set(UNITS) - _UNCOUNTED), key=len, reverse=True))
_CHINESE = re.compile(
    rf"百分之(?P<percent>[{_NUMERAL}]+(?:点[{_NUMERAL}]+)?)"
    rf"|(?P<parts>[{_NUMERAL}]+)分之(?P<share>[{_NUMERAL}]+)"
    rf"|(?<![第\d余多{_NUMERAL}“])(?P<number>[零一二三四五六七八九十两〇][{_NUMERAL}]*)"
    rf"(?P<unit>余?(?:{_COUNTED}))"
)
_PHRASES = re.compile(
    r"第?[一二三四五六七]个(?:方面|环节|层面|确立|维护|意识|自信|带头)|[一二三四]方面|四个(?:全面|自我)"
    r"|一[件个项次条名位场批天年月日份起处期轮]|三会一课|三重一大|一岗双责|千家万户|万人|一人|三令五申|五花八门"
    r"|一周|一季|一组|两面|千方百计|百年|一笔|一路|一支"
)


@dataclass(frozen=True)
class Figure:
    """A figure as it stands in a text."""

    text: str
    number: str
    """The digits, or the Chinese numeral."""
    unit: str
    """Scale and unit behind it, such as 余万元; may be empty."""
    value: Decimal
    """The number's value, scale included; a percentage counts in hundredths."""
    start: int
    end: int

    @cached_property
    def measure(self) -> str:
        """The unit without its scale."""
        return re.sub(rf"^{_SCALE}", "", self.unit)


def find_figures(text: str, *, chinese: bool = True) -> list[Figure]:
    """The figures of `text` in order; with `chinese`, numerals in Chinese characters too.

    Chinese numerals count only before a measure word, and not in fixed phrases (三会一课).
    """
    figures = [_arabic(match) for match in _ARABIC.finditer(text)]
    if chinese:
        fixed = [match.span() for match in _PHRASES.finditer(text)]
        for match in _CHINESE.finditer(text):
            before = bisect_right(fixed, (match.start(), len(text)))
            if not before or match.start() >= fixed[before - 1][1]:
                figures.append(_chinese(match))
    return sorted(figures, key=lambda figure: figure.start)


_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "万亿": 10**12}


def _arabic(match: re.Match[str]) -> Figure:
    value = Decimal(match["number"].replace(",", ""))
    scale = re.search("万亿|亿|万|千|百", re.match(_SCALE, match["unit"])[0])  # type: ignore[index]
    if scale:
        value *= _SCALES[scale[0]]
    return _figure(match, match["number"], match["unit"], value)


def _chinese(match: re.Match[str]) -> Figure:
    if match["percent"]:
        return _figure(match, match["percent"], "%", _value(match["percent"]))
    if match["parts"]:
        parts, share = _value(match["parts"]), _value(match["share"])
        return _figure(match, match[0], "分之", share / parts if parts else share)
    return _figure(match, match["number"], match["unit"], _value(match["number"]))


def _value(numeral: str) -> Decimal:
    try:
        return numeral_value(numeral)
    except ValueError:
        return Decimal(-1)


def _figure(match: re.Match[str], number: str, unit: str, value: Decimal) -> Figure:
    return Figure(match[0], number, unit, value, match.start(), match.end())


def same_figure(a: Figure, b: Figure) -> bool:
    """Whether two figures say the same: equal value and units that do not contradict."""
    if a.value != b.value:
        return False
    return not a.measure or not b.measure or _unit_key(a.measure) == _unit_key(b.measure)


def _unit_key(measure: str) -> str:
    return {"％": "%", "百分点": "个百分点", "月底": "月", "月份": "月", "工作日": "个工作日"}.get(
        measure, measure
    )


class FigureIndex:
    """The figures that some sources give."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._by_value: dict[Decimal, dict[str, Figure]] = defaultdict(dict)
        for source in sources:
            for figure in find_figures(source):
                self._by_value[figure.value].setdefault(figure.measure, figure)

    def equal(self, figure: Figure) -> list[Figure]:
        """The given figures of the same value, one for each unit."""
        return list(self._by_value.get(figure.value, {}).values())

    def gives(self, figure: Figure) -> bool:
        """Whether a source says the same."""
        return any(same_figure(figure, given) for given in self.equal(figure))


def unsupported(text: str, sources: Iterable[str]) -> list[Figure]:
    """Figures of `text` that no source gives."""
    index = FigureIndex(sources)
    return [figure for figure in find_figures(text) if not index.gives(figure)]
