"""Advertisements, calls to add contacts and the furniture of web pages inside a text.

A sentence is judged by cues of three strengths. A strong cue addresses a reader of a download site
and hardly occurs in an official document. An address (请关注…, 点击…)
needs goods (范文, 网盘) beside it and no word of official business. Goods alone prove nothing:
offices have 公众号, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from assistant.text.advert_cues import (
    ADDRESS_CUE,
    GOODS_CUE,
    MERCHANDISE_CUE,
    OFFICIAL_CUE,
    SALES_WORDS,
    STRONG_CUE,
    TRIGGERS,
)
from assistant.text.contacts import find_contacts
from assistant.text.sentences import han

_UNIT = re.compile(
    r"(?:[^。！？!?\n【（(\[]+|[【（(\[](?:[^】）)\]\n]{0,60}[】）)\]])?)+(?:[。！？!?]+[”』）】]?)?"
    r"|[。！？!?]+"
)
_CLAUSE = re.compile(r"[^，,；;\n]+[，,；;]?|[，,；;]")
_BRACKETED = re.compile(r"[（(【\[][^（(【\[】）)\]\n]{2,60}[】）)\]]")
_BRACKET_LEAD = re.compile(r"(?:请|加|关注|搜索?|添加|认准|：|:|公众号|微信|客服|联系)$")
_NEXT_ITEM = re.compile(
    r"(?=[一二三四五六七八九十]{1,2}是|[（(][一二三四五六七八九十]{1,2}[)）]|[一二三四五六七八九十]{1,2}、|第[一二三四五六七八九十]，)"
)
_DECORATION = re.compile(r"[\s>＞◆●■★☆▲▼※→👉📢📌🔥◎○◇□▶►*#—\-=~～·|｜、:：（(【\[]*$")

_FEW_HAN = 6
"""Characters left of a line between advertisements that are a rest of them, not a sentence."""
_CLAUSE_HAN = 4
"""Characters before a cue that make a sentence of their own, glued to the advertisement."""


_QUOTED = re.compile(r"[“\"「《【][^“”\"「」《》【】\n]{1,16}[”\"」》】]")
"""The name of a site, which may say anything."""
_LINE_SCORE = 3
"""Weight of selling words from which a line of its own is an advertisement."""
_SENTENCE_SCORE = 5
"""The same where the line ends like a sentence, which advertisements seldom do."""
_LONGEST_LINE = 160
_HEAD = re.compile(
    r"\s*#|\s*[一二三四五六七八九十]{1,2}(?:、|是)|\s*[（(][一二三四五六七八九十\d]{1,2}[）)]"
)


@dataclass(frozen=True)
class Advert:
    """A stretch of text that advertises."""

    start: int
    end: int


class _Words(NamedTuple):
    """The words to look for in the lines of a text: those that stand in it at all."""

    triggers: list[str]
    selling: dict[str, int]
    """Words of selling with their weight."""

    @classmethod
    def of(cls, text: str) -> "_Words":
        return cls(
            [word for word in TRIGGERS if word in text],
            {word: weight for word, weight in SALES_WORDS.items() if word in text},
        )


def find_adverts(text: str) -> Iterator[Advert]:
    """Advertisements in order: whole lines, sentences, or the part of a sentence glued to it."""
    start = 0
    may_be_title = True
    words = _Words.of(text)
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        for span in _in_line(body, words, may_be_title=may_be_title):
            yield Advert(start + span[0], start + span[1])
        may_be_title = may_be_title and not body.strip()
        start += len(line)


def _in_line(line: str, words: _Words, *, may_be_title: bool) -> list[tuple[int, int]]:
    """The advertising stretches of one line."""
    if not may_be_title and _sells(line, words.selling):
        return [(0, len(line))]
    spans: list[tuple[int, int]] = []
    for unit in _UNIT.finditer(line):
        if any(map(unit[0].__contains__, words.triggers)):
            spans += ((unit.start() + a, unit.start() + b) for a, b in _in_unit(unit[0]))
    if not spans:
        return []
    rest = line
    for a, b in reversed(spans):
        rest = rest[:a] + rest[b:]
    whole = any(b - a > len(line) // 3 for a, b in spans)
    return [(0, len(line))] if whole and _is_scrap(rest) else spans


def _sells(line: str, selling: dict[str, int]) -> bool:
    """Whether every sentence of a line has words of selling and none of official business."""
    if len(line) > _LONGEST_LINE or not _score(line, selling) or _HEAD.match(line):
        return False
    line = _QUOTED.sub("", line)
    if OFFICIAL_CUE.search(line):
        return False
    if _score(line, selling) < (_SENTENCE_SCORE if line.rstrip().endswith("。") else _LINE_SCORE):
        return False
    return all(_score(unit[0], selling) for unit in _UNIT.finditer(line))


def _score(text: str, selling: dict[str, int]) -> int:
    """The weight of the words of selling in a text."""
    return sum(weight for word, weight in selling.items() if word in text)


def _is_scrap(rest: str) -> bool:
    """Whether what is left of a line belongs to the advertisements that fell out of it."""
    if MERCHANDISE_CUE.search(rest):
        return True
    if OFFICIAL_CUE.search(rest) or _NEXT_ITEM.match(rest.lstrip("# ")):
        return False
    finished = rest.rstrip().endswith(("。", "，", "；"))
    return bool(GOODS_CUE.search(rest)) or (not finished and len(han(rest)) <= _FEW_HAN)


def _in_unit(unit: str) -> list[tuple[int, int]]:
    """The advertising stretches of one sentence."""
    if not _advertises(unit):
        return []
    brackets = [m for m in _BRACKETED.finditer(unit) if _advertises(m[0])]
    if brackets:
        outside = unit
        for match in reversed(brackets):
            if _BRACKET_LEAD.search(outside[: match.start()]):
                break
            outside = outside[: match.start()] + outside[match.end() :]
        else:
            if len(han(outside)) >= _CLAUSE_HAN:
                within = [match.span() for match in brackets]
                if not _advertises(outside):
                    return within
                if between := list(_between(unit, within)):
                    return sorted(within + between)
    return _cut(unit)


def _between(unit: str, brackets: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The advertising stretches of a sentence outside its bracketed advertisements."""
    ends = [0, *(end for _, end in brackets)]
    starts = [*(start for start, _ in brackets), len(unit)]
    for a, b in zip(ends, starts, strict=True):
        if _advertises(unit[a:b]):
            yield from ((a + start, a + end) for start, end in _cut(unit[a:b]))


def _advertises(unit: str) -> bool:
    """Whether a sentence holds an advertisement."""
    if STRONG_CUE.search(unit):
        return True
    if ADDRESS_CUE.search(unit) and GOODS_CUE.search(unit):
        return not OFFICIAL_CUE.search(unit)
    if any(contact.kind in ("mobile", "messenger", "link") for contact in find_contacts(unit)):
        return bool(MERCHANDISE_CUE.search(unit))
    return False


def _cut(unit: str) -> list[tuple[int, int]]:
    """The part of an advertising sentence that advertises; what is glued to it stays."""
    items = [m.start() for m in _NEXT_ITEM.finditer(unit) if m.start()]
    if items:
        pieces = [0, *items, len(unit)]
        stretches = pairwise(pieces)
        return [
            (a + start, a + end)
            for a, b in stretches
            if _advertises(unit[a:b])
            for start, end in _cut_one(unit[a:b])
        ]
    return _cut_one(unit)


def _cut_one(unit: str) -> list[tuple[int, int]]:
    clauses = list(_CLAUSE.finditer(unit))
    marked = [_cue_start(clause[0]) for clause in clauses]
    hits = [i for i, cue in enumerate(marked) if cue is not None]
    if not hits:  # the cue spans several clauses
        cue = STRONG_CUE.search(unit)
        return [(cue.start() if cue else 0, len(unit))]
    first, last = hits[0], hits[-1]
    cue_start = marked[first] or 0
    before = clauses[first][0][:cue_start]
    is_glued = len(han(before)) >= _CLAUSE_HAN and (
        OFFICIAL_CUE.search(before) or not GOODS_CUE.search(before)
    )
    if is_glued:
        start = clauses[first].start() + cue_start
        start -= len(unit[:start]) - len(_DECORATION.sub("", unit[:start]))
    else:
        while first and _belongs(clauses[first - 1][0]):
            first -= 1
        start = clauses[first].start()
    while last + 1 < len(clauses) and not _is_body(clauses[last + 1][0]):
        last += 1
    return [(start, clauses[last].end())]


def _cue_start(clause: str) -> int | None:
    """Where the first cue of a clause stands."""
    starts = [m.start() for m in (STRONG_CUE.search(clause), ADDRESS_CUE.search(clause)) if m]
    if not starts and not OFFICIAL_CUE.search(clause) and (goods := GOODS_CUE.search(clause)):
        starts = [goods.start()]
    return min(starts, default=None)


def _belongs(clause: str) -> bool:
    """Whether a clause before an advertisement is part of it."""
    if MERCHANDISE_CUE.search(clause):
        return True
    small = GOODS_CUE.search(clause) or len(han(clause)) < _CLAUSE_HAN
    return bool(small) and not OFFICIAL_CUE.search(clause)


def _is_body(clause: str) -> bool:
    return bool(OFFICIAL_CUE.search(clause)) and len(han(clause)) >= _CLAUSE_HAN
