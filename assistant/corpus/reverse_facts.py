"""The facts in a paragraph: what was counted, dated or told as an instance, without the comment."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.text.figures import Figure, find_figures
from assistant.text.sentences import split_sentences

_CLAUSE = re.compile(r"(?:[“《（][^”》）]*[”》）]|[^，,：“《（]|[“《（])+[，,：]?")
"""Commas within quotes, titles and brackets do not part clauses."""
_UNIT = re.compile(r"[^；;]+")

_DATES = frozenset("年月日号届")
_DATE = re.compile(
    r"\d{4}年(?:以来|度|上半年|下半年)?(?:\d{1,2}月(?:份|底|末|初|[上中下]旬|\d{1,2}日)?)?(?:至\d{1,2}月)?"
    r"|\d{1,2}月(?:份|底|末|初|[上中下]旬|\d{1,2}日)?"
)
_PARTY_COUNT = re.compile(
    r"党的[一二三四五六七八九十]+[大届]|[一二三四五六七]中全会|第[一二三四五六七八九十\d]+"
)
_LEAST_CHINESE = 4
"""Smaller Chinese numerals are mostly a manner of speaking: 两张皮, 一件小事."""

_MOST_BEFORE = 2
"""So many clauses before a figure may belong to it."""

_INSTANCE = re.compile(r"^\s*(?:例如|比如|譬如)")
_CONNECTIVE = re.compile(
    r"^(?:例如|比如|譬如|同时|此外|为此|另外|其间|期间|但是?|而且|并且|目前)[，,：:]?"
)

_COMMENT = re.compile(
    "认为|以为|觉得|满足于|习惯于?|当作|当成|看作|看成|视为|作为|看重|看轻|重视|坚持|要求|必须|应当|缺少|缺乏|不足|不够"
    "|意识|自觉|心态|念头|思想|作风|劲头|紧迫感|责任感|敬畏|懈怠|松懈|担当|魄力|态度|暴露|反映出|折射|说明|体现|根子|根源|症结"
    "|容易|难以|便难|无从|势必|可能|就会|就成|便成|算不上|打了折扣|失去|损害|影响|实质|归根到底|说到底|防止|不能|不搞|不让|不准|不允许"
    "|才能|怕|图省事|心里|底气|上下功夫|抓在手上|放在首位|落到实处|走过场|往前移|不留|不放过|谁分管|贯穿|留给"
)
"""Words of somebody who judges or wills; a clause with a figure counts as told in spite of them."""
_GOES_ON = re.compile(
    "^(?:其中|到|至|截至|只|仅|仍|其余|剩余|才|已|但|而|并|均|都|共|合计|总计|占|涉及|惠及|实际|完成|还|折合|同比|环比|比|较|多为|超过|未|没有|却|最|晚于|由|平均"
    "|有\\d|\\d)"
)
"""How a clause begins that belongs to the fact before it."""


def facts_of(text: str, claim: str = "") -> list[str]:
    """The facts told in `text`, each a phrase without a full stop, in the order of the text.

    A clause is a fact when it holds a figure, a date or a document's title that was not told
    before it, or begins an instance (例如); what continues it without judging belongs to it. What
    the claim says is not told again.
    """
    told: set[tuple[Decimal, str]] = {_key(figure) for figure in find_figures(claim)}
    facts: list[str] = []
    for sentence in split_sentences(text):
        units = [_CLAUSE.findall(unit[0]) for unit in _UNIT.finditer(sentence)]
        if not any(_tells(clause, told) for unit in units for clause in unit):
            continue
        begun = False
        for unit in units:
            begun = begun or any(_tells(clause, told) for clause in unit)
            kept = _told_part(unit, told) if begun else []
            facts += _parted(kept)
            told |= {_key(figure) for clause in kept for figure in _figures(clause)}
    return facts


def _told_part(unit: list[str], told: set[tuple[Decimal, str]]) -> list[str]:
    """The clauses of a unit (between semicolons) that tell something, comments left out."""
    instance = next((i for i, clause in enumerate(unit) if _INSTANCE.match(clause)), None)
    unit = unit[instance or 0 :]
    tells = [_tells(clause, told) for clause in unit]
    judges = [bool(_COMMENT.search(clause)) for clause in unit]
    if not any(tells):
        # It shares its sentence with a fact, and so is told like it unless it judges.
        return [] if judges[:1] == [True] else unit
    first = tells.index(True)
    for _ in range(min(first, _MOST_BEFORE)):
        if judges[first - 1]:
            break
        first -= 1
    last = len(tells) - 1 - tells[::-1].index(True)
    end = len(unit)
    if instance is not None:  # a story goes on until its moral
        while end > last + 1 and judges[end - 1]:
            end -= 1
        return unit[first:end]
    end = next((i for i in range(last + 1, end) if judges[i]), end)
    return [unit[i] for i in range(first, end) if tells[i] or not judges[i]]


def _parted(clauses: list[str]) -> Iterator[str]:
    """Facts of about two figures each; a clause that goes on is never parted from its subject."""
    fact, figures = "", 0
    for clause in clauses:
        counts = _counted(clause)
        full = figures >= 2 or (figures and _DATE.match(clause))
        if full and counts and not _GOES_ON.match(clause):
            yield from _phrase(fact)
            fact, figures = "", 0
        fact += clause
        figures += counts
    yield from _phrase(fact)


def _phrase(fact: str) -> Iterator[str]:
    phrase = _CONNECTIVE.sub("", fact.strip()).strip(" \t\u3000，,：:。；;！!？?")
    if phrase:
        yield phrase


def _tells(clause: str, told: set[tuple[Decimal, str]]) -> bool:
    return (
        any(_key(figure) not in told for figure in _figures(clause))
        or bool(_DATE.search(clause))
        or "《" in clause
        or bool(_INSTANCE.match(clause))
    )


def _counted(clause: str) -> int:
    """How many figures count something and are no date."""
    return sum(figure.measure not in _DATES for figure in _figures(_DATE.sub("", clause)))


def _figures(text: str) -> Iterator[Figure]:
    """The figures that count something; no manner of speaking, no congress."""
    spoken = [match.span() for match in _PARTY_COUNT.finditer(text)]
    for figure in find_figures(text):
        if any(a <= figure.start < b for a, b in spoken):
            continue
        if figure.number[0].isdigit() or figure.value >= _LEAST_CHINESE or "分之" in figure.text:
            yield figure


def _key(figure: Figure) -> tuple[Decimal, str]:
    return figure.value, figure.measure
