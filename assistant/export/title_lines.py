"""Breaking a title into balanced lines without splitting a word."""

import math
import re
from itertools import accumulate

_WORDS = re.compile(
    r"习近平新时代中国特色社会主义思想|党纪学习教育|党史学习教育|学习教育|主题教育|民主生活会|组织生活会"
    r"|全面从严治党|从严治党|党风廉政建设|主体责任|政治责任|意识形态|责任制|对照检查|发言提纲|述责述廉|述职"
    r"|领导班子|支部班子|班子成员|党委班子|支部委员会|党支部|党总支|党委会|党委|党组|委员会|办公室|服务中心"
    r"|专题|学习贯彻|贯彻落实|落实|深化|个人|情况|材料|报告|汇报|总结|上半年|下半年|年度|关于"
    r"|\d+年(?:年度|度|上半年|下半年)?|[A-Za-z0-9.]+"
)
_LEANS_ON_NEXT = re.compile("落实|专题|学习贯彻|关于|深化")
"""Words that a line should rather not end in."""
_PLACES = frozenset("省市县区州盟旗镇乡")
_NOT_FIRST = frozenset("）》”、，。：；的和与及暨")
_NOT_LAST = frozenset("（《“、的")

_AFTER_PLACE, _LEANING, _INSIDE_NAME, _INSIDE_WORD, _BAD_EDGE = 4.0, 20.0, 40.0, 400.0, 400.0


def title_lines(title: str, per_line: int) -> list[str]:
    """The title in as few lines of at most `per_line` Chinese characters as hold it.

    Lines are of like length; breaks fall between words, if at all possible.
    """
    least = max(1, math.ceil(_width(title) / per_line))
    for count in range(least, len(title) + 1):
        options = [_broken(title, lines, per_line) for lines in (count, count + 1)]
        if fitting := [lines for lines in options if lines]:
            return min(fitting, key=lambda lines: _split_words(lines, title))
    return [title]


def _broken(title: str, count: int, per_line: int) -> list[str]:
    """The cheapest way to break a title into `count` lines; empty if none fits."""
    costs = _break_costs(title)
    length = len(title)
    reach = [0.0, *accumulate(map(_width, title))]
    mean = reach[-1] / count
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for line in range(count):
        reached: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            for end in range(start + 1, length + 1):
                width = reach[end] - reach[start]
                if width > per_line:
                    break
                if (end == length) != (line == count - 1):
                    continue
                total = cost + (width - mean) ** 2 + (costs[end] if end < length else 0)
                if end not in reached or total < reached[end][0]:
                    reached[end] = total, start
        best.append(reached)
    if length not in best[-1]:
        return []
    lines: list[str] = []
    end = length
    for reached in reversed(best[1:]):
        start = reached[end][1]
        lines.insert(0, title[start:end])
        end = start
    return lines


def _break_costs(title: str) -> list[float]:
    """What it costs to break before each character."""
    costs = [_INSIDE_NAME] * (len(title) + 1)
    for i in range(1, len(title)):
        if title[i - 1] in _PLACES:
            costs[i] = _AFTER_PLACE
    for word in _WORDS.finditer(title):
        for i in range(word.start() + 1, word.end()):
            costs[i] = _INSIDE_WORD
        if costs[word.start()] != _LEANING:  # the word before has the say
            costs[word.start()] = 0.0
        costs[word.end()] = _LEANING if _LEANS_ON_NEXT.fullmatch(word[0]) else 0.0
    for i in range(1, len(title)):
        if title[i] in _NOT_FIRST or title[i - 1] in _NOT_LAST:
            costs[i] += _BAD_EDGE
    return costs


def _split_words(lines: list[str], title: str) -> int:
    """How many line breaks fall into a word or a name."""
    costs = _break_costs(title)
    position, split = 0, 0
    for line in lines[:-1]:
        position += len(line)
        split += costs[position] >= _INSIDE_NAME
    return split


def _width(text: str) -> float:
    """In Chinese characters; digits and Latin letters are half as wide."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)
