"""Figures and dates against what the unit told."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.checks.rules.figures_text import figures_of
from assistant.text.figures import DATE_UNITS, Figure, FigureIndex, find_figures, same_figure
from assistant.text.sentences import pairs
from assistant.text.shares import DERIVED, find_shares

if TYPE_CHECKING:
    from assistant.spec import Measure

_SPEC = """
kind: zuzhi-2023
unit: 青溪镇机关党支部
speaker: 支部班子
date: 2023-09-10
lead: {study_sessions: 5, opinions: 32, talks: 49}
aspects:
  - name: 理论学习
    problems:
      - claim: 学习不够经常
        facts: [2023年上半年下乡调研37次，其中21次当天往返, 9名党员缺课3次以上]
        measures:
          - {do: 建立学习情况台账, owner: 组织委员, due: 2023年10月底}
          - {do: 逐村走访困难党员, owner: 党建办公室, due: 2023年12月底}
  - {name: 政治素质, problems: [{claim: 站位不高}]}
  - {name: 能力本领, problems: [{claim: 本领不强}]}
  - {name: 担当作为, problems: [{claim: 担当不够}]}
  - {name: 工作作风, problems: [{claim: 作风不实}]}
  - {name: 廉洁自律, problems: [{claim: 自律不严}]}
causes: [{claim: 宗旨意识不牢, from: [学习不够经常]}]
"""


def _told(text: str) -> Sample:
    return Sample(text, spec=_SPEC)


@dataclass(frozen=True)
class _Sources:
    """What the figures of a document are held against."""

    text: str
    """All sources, one behind the other."""
    figures: FigureIndex
    surroundings: dict["_Surroundings", list[Figure]]
    computed: frozenset[tuple[Decimal, str]]
    """Sums and differences of two figures of one source and unit, with the unit."""


def _sources(context: CheckContext) -> _Sources | None:
    return _indexed(context.known_texts) if context.known_texts else None


@lru_cache(maxsize=4)
def _indexed(texts: tuple[str, ...]) -> _Sources:
    surroundings: dict[_Surroundings, list[Figure]] = defaultdict(list)
    for text in texts:
        for figure in find_figures(text):
            if words := _surroundings(text, figure):
                surroundings[words].append(figure)
    computed = {
        (value, a.measure)
        for text in texts
        for a, b in permutations(find_figures(text), 2)
        if a.measure == b.measure
        for value in (a.value - b.value, a.value + b.value)
    }
    return _Sources("\n".join(texts), FigureIndex(texts), surroundings, frozenset(computed))


def _equal(sources: _Sources, figure: Figure) -> list[Figure]:
    """The given figures of the same value; a date's parts count for dates only."""
    return [
        given
        for given in sources.figures.equal(figure)
        if same_figure(figure, given)
        or (given.measure in DATE_UNITS) == (figure.measure in DATE_UNITS)
    ]


_VERBATIM = 4


def _given_verbatim(text: str, figure: Figure, sources: _Sources) -> bool:
    """Whether a source holds the very characters, such as the number of a hotline."""
    return text[max(0, figure.start - _VERBATIM) : figure.end + _VERBATIM] in sources.text


@rule(
    "N101",
    "数字没有依据",
    Severity.ERROR,
    why="材料里的每个数字都要有出处，编造、抄错的数字是硬伤。",
    good=(
        _told("下乡调研37次，其中21次当天往返。"),
        _told("下乡调研三十七次。落实“三会一课”制度。"),
        "下乡调研38次。",
    ),
    bad=(
        _told("下乡调研38次。"),
        _told("十二名党员缺课。"),
        _told("征求意见建议23条。"),
    ),
)
def figures_told(context: CheckContext) -> Iterator[Hit]:
    """A figure whose value the spec does not give."""
    sources = _sources(context)
    if sources is None:
        return
    for figure in figures_of(context.text):
        if _equal(sources, figure) or _computed(context.text, figure, sources):
            continue
        if not _given_verbatim(context.text, figure, sources):
            message = f"“{figure.text}”在规格里没有"
            yield Hit(figure.start, figure.end, message, "核对数字；属实的请先补进规格")


_COMPUTED = re.compile("(?:未|没有|没能|尚有|还有|仅剩|剩余|其余|余下|合计|共计|总共|相差|差距)")


def _computed(text: str, figure: Figure, sources: _Sources) -> bool:
    """Whether it is the sum or the difference of two figures of one source, and says so."""
    if not _COMPUTED.search(text[max(0, figure.start - 12) : figure.end + 6]):
        return False
    return (figure.value, figure.measure) in sources.computed


@rule(
    "N102",
    "数字单位不符",
    Severity.ERROR,
    why="数字对、单位错，意思就变了：亿元与万元、户与人、百分比与百分点。",
    good=(
        _told("下乡调研37次。"),
        _told("征求意见建议32条。"),
        _told("9名党员缺课。"),
    ),
    bad=(_told("下乡调研37户。"), _told("征求意见建议32人。")),
)
def units_told(context: CheckContext) -> Iterator[Hit]:
    """A value that the spec gives with another unit only."""
    sources = _sources(context)
    if sources is None:
        return
    for figure in figures_of(context.text):
        equal = _equal(sources, figure)
        if equal and not any(same_figure(figure, given) for given in equal):
            if _computed(context.text, figure, sources):
                continue
            message = f"“{figure.text}”的单位与规格不符"
            yield Hit(figure.start, figure.end, message, f"规格里是“{equal[0].text}”")


class _Surroundings(NamedTuple):
    """The words on either side of a figure and its unit within their clause, digits hidden."""

    left: str
    right: str


_REACH = 5
_LEAST_WORDS = 4
_CLAUSE = re.compile("[，。；：、！？\n“”（）《》]")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def _surroundings(text: str, figure: Figure) -> _Surroundings | None:
    left = _CLAUSE.split(text[max(0, figure.start - 24) : figure.start])[-1]
    right = _CLAUSE.split(text[figure.end : figure.end + 24])[0]
    left = _DIGITS.sub("#", left)[-_REACH:]
    right = _DIGITS.sub("#", right)[:_REACH]
    words = len(re.sub("[^\u4e00-\u9fff]", "", left + right))
    if words < _LEAST_WORDS or not figure.measure:
        return None
    return _Surroundings(left, right)


@rule(
    "N103",
    "数字张冠李戴",
    Severity.ERROR,
    why="数字都在规格里，却放错了地方，比写错更难发现。",
    good=(
        _told("2023年上半年下乡调研37次，其中21次当天往返。"),
        _told("9名党员缺课3次以上。"),
    ),
    bad=(
        _told("2023年上半年下乡调研21次，其中37次当天往返。"),
        _told("2023年上半年下乡调研21次。"),
    ),
)
def figures_in_place(context: CheckContext) -> Iterator[Hit]:
    """Words that the spec gives with another figure."""
    sources = _sources(context)
    if sources is None:
        return
    for figure in figures_of(context.text):
        words = _surroundings(context.text, figure)
        given = sources.surroundings.get(words, []) if words else []
        if not given or any(same_figure(figure, other) for other in given):
            continue
        if sources.figures.gives(figure):
            message = f"“{figure.text}”与规格不符"
            yield Hit(figure.start, figure.end, message, f"规格里此处是“{given[0].text}”")


_SENTENCE = re.compile("[^。；！？\n]+")
_DATE = re.compile(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日|[底末]|[上中下]旬)?|[上下]半年|底|年底)?")
_LIKE_MEASURE = 0.8


@rule(
    "N104",
    "措施时限责任不符",
    Severity.ERROR,
    why="整改措施的时限和责任单位要与规格一致，否则没法对账销号。",
    good=(
        _told("由组织委员牵头，2023年10月底前建立学习情况台账。"),
        _told("组织委员2023年10月底前建立学习情况台账；党建办公室2023年12月底前逐村走访困难党员。"),
    ),
    bad=(
        _told("由组织委员牵头，2023年12月底前建立学习情况台账。"),
        _told("由党建办公室牵头，2023年10月底前建立学习情况台账。"),
    ),
)
def measures_as_told(context: CheckContext) -> Iterator[Hit]:
    """A measure with another deadline or owner than the spec's."""
    if context.spec is None:
        return
    from assistant.spec import problems_of

    measures = [measure for _, problem in problems_of(context.spec) for measure in problem.measures]
    owners = {measure.owner for measure in measures if measure.owner}
    words = [pairs(measure.do) for measure in measures]
    for sentence in _SENTENCE.finditer(context.text):
        if not _DATE.search(sentence[0]) and "由" not in sentence[0]:
            continue
        present = pairs(sentence[0])
        told = [
            measure
            for measure, wanted in zip(measures, words, strict=True)
            if len(wanted & present) >= _LIKE_MEASURE * len(wanted)
        ]
        yield from _other_deadline(sentence, told)
        yield from _other_owner(sentence, told, owners)


def _other_deadline(sentence: re.Match[str], told: "list[Measure]") -> Iterator[Hit]:
    due = {measure.due for measure in told if measure.due}
    for measure in told:
        dates = list(_DATE.finditer(sentence[0]))
        if not measure.due or not dates or measure.due in sentence[0]:
            continue
        wrong = [date for date in dates if not any(date[0] in other for other in due)]
        if wrong and _DATE.search(measure.due):
            start = sentence.start() + wrong[0].start()
            message = f"“{measure.do}”的时限与规格不符"
            yield Hit(start, start + len(wrong[0][0]), message, f"规格里是“{measure.due}”")


def _other_owner(sentence: re.Match[str], told: "list[Measure]", owners: set[str]) -> Iterator[Hit]:
    right = {measure.owner for measure in told if measure.owner}
    if not right or any(owner in sentence[0] for owner in right):
        return
    measure = next(measure for measure in told if measure.owner)
    behind = max(sentence[0].find(measure.do), 0) or len(sentence[0])
    places = {sentence[0].rfind(owner, 0, behind): owner for owner in sorted(owners - right)}
    nearest = max(places, default=-1)
    if nearest >= 0:
        start = sentence.start() + nearest
        message = f"“{measure.do}”的责任单位与规格不符"
        end = start + len(places[nearest])
        yield Hit(start, end, message, f"规格里是“{'、'.join(sorted(right))}”")


@rule(
    "N105",
    "推算没有依据",
    Severity.WARNING,
    why="“大多数”“全市第一”“首次”这类说法，要么算得出来，要么规格里有。",
    good=(
        _told("下乡调研37次，其中21次当天往返，过半走马观花。"),
        "大多数党员缺课。",
    ),
    bad=(_told("大多数党员缺课。"), _told("这项工作排在全市第一。")),
)
def derived_told(context: CheckContext) -> Iterator[Hit]:
    """A share or rank that neither the spec gives nor figures beside it bear out."""
    sources = _sources(context)
    if sources is None:
        return
    for sentence in _SENTENCE.finditer(context.text):
        for match in DERIVED.finditer(sentence[0]):
            if match[0] in sources.text:
                continue
            if any(share.start <= match.start() < share.end for share in find_shares(sentence[0])):
                figures = [f for f in find_figures(sentence[0]) if f.measure]
                if any(a.measure == b.measure for a in figures for b in figures if a is not b):
                    continue  # whether it is right, rule N201 computes
            start = sentence.start() + match.start()
            yield Hit(
                start, start + len(match[0]), f"“{match[0]}”在规格里没有依据", "删去，或补上数字"
            )


RULES = (figures_told, units_told, figures_in_place, measures_as_told, derived_told)
