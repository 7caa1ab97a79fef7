"""Wrong characters and words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.checks.data import DataSection
from assistant.checks.rule import CheckContext, Hit, Severity, rule
from assistant.text.edits import Edit
from assistant.text.scan import Beginnings, next_is


class Typos(DataSection):
    """Wrong spellings that right prose does not contain."""

    pairs: dict[str, str]
    """Wrong to right."""
    unless: dict[str, list[str]]
    """By wrong spelling: longer words that hold it rightly."""


@rule(
    "T201",
    "错别字",
    Severity.ERROR,
    why="公文常见错字；只查在正确的文字里不会出现的写法。",
    good=("工作部署要融会贯通。", "自己经手的事。", "按排名先后发言。"),
    bad=("工作布署要具体。", "把理论融汇贯通。", "不能各自为阵。", "制定了帐目管理办法。"),
)
def typo(context: CheckContext) -> Iterator[Hit]:
    """Spellings of the curated list."""
    text = context.text
    typos = context.data.section("typos", Typos)
    index = _index(tuple(typos.pairs))
    for start in index.beginnings.places(text):
        for wrong in index.by_beginning[text[start : start + 2]]:
            end = start + len(wrong)
            if text.startswith(wrong, start) and not _rightly(
                text, start, end, typos.unless.get(wrong, [])
            ):
                right = typos.pairs[wrong]
                yield Hit(start, end, f"“{wrong}”应为“{right}”", f"改为“{right}”", right)


@dataclass(frozen=True)
class _Index:
    """Words by their first two characters."""

    by_beginning: dict[str, list[str]]
    beginnings: Beginnings


@lru_cache(maxsize=8)
def _index(words: tuple[str, ...]) -> _Index:
    by_beginning: dict[str, list[str]] = {}
    for word in words:
        by_beginning.setdefault(word[:2], []).append(word)
    return _Index(by_beginning, Beginnings(words, 2))


def _rightly(text: str, start: int, end: int, words: list[str]) -> bool:
    """Whether a longer word around the span holds it rightly."""
    return any(
        text.startswith(word, at)
        for word in words
        for at in range(max(end - len(word), 0), start + 1)
    )


_UNTIL = re.compile(
    r"截止(?=(?:到)?(?:目前|现在|今年|去年|今日|当前|年底|月底|\d{4}年|\d{1,2}月)(?!.{0,12}(?:报名|受理|申报)))"
    r"(到?)"
)


@rule(
    "T202",
    "截止与截至",
    Severity.ERROR,
    why="后面带时间用“截至”；“截止”后面不带时间。",
    good=("截至目前，整改完成8项。", "报名于6月底截止。", "截至2024年6月底，完成8项。"),
    bad=("截止目前，整改完成8项。", "截止2024年6月底，完成8项。"),
)
def until(context: CheckContext) -> Iterator[Hit]:
    """截止 in front of a time."""
    for match in _UNTIL.finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”应为“截至”", "改为“截至”", "截至")


_COMPLEMENT = re.compile(
    r"(?:抓|做|学|管|办|落实|执行|贯彻|研究|思考|解决|掌握|理解|把握|发挥|推进|开展|联系|学习|监督|剖析|结合|重视|履行)"
    r"(?P<de>的)(?:还|也|都)?不(?:够|是很|太|大)?"
    r"(?:紧密|紧|深入|深刻|深|扎实|充分|全面|及时|到位|理想|严格|严|实|细|牢|透|好|多|够|彻底|经常)"
    r"(?:不[深透实细牢紧严够]){0,2}(?=[，。；、！？]|$)",
    re.MULTILINE,
)


@rule(
    "T203",
    "“的”“得”误用",
    Severity.WARNING,
    why="动词后面补充说明程度、结果的用“得”。",
    good=("责任落实得不够。", "落实的不够的地方要补上。", "制度抓得不紧。"),
    bad=("责任落实的不够。", "对干部教育抓的不紧，管理松散。", "理解的不深，把握不准。"),
)
def complement(context: CheckContext) -> Iterator[Hit]:
    """的 between a verb and what it comes to."""
    for match in _COMPLEMENT.finditer(context.text):
        start = match.start("de")
        right = match[0].replace("的", "得", 1)
        yield Hit(*match.span(), f"“{match[0]}”应为“{right}”", fix=Edit(start, start + 1, "得"))


_DOUBLED_PARTICLE = re.compile(
    r"(?=[的了和与及被把在是])(?:(?<!目)的的(?!确)|(?<![不一])了了(?!之|然|解|断|却|事|结)|和和(?!气|美|睦)|与与|及及(?!其)|被被|把把(?!关)|(?<!实)在在(?!全|场|座)"
    r"|(?<![是非])是是(?!非|否))"
)
# Two characters may repeat by chance (问责主责主业), so pairs count only where they are words.
_OFTEN_DOUBLED = (
    "不断|切实|积极|深入|认真|全面|加强|推动|落实|工作|进行|以及|通过|对于"
    "|关于|我们|群众|干部|问题|存在|没有|需要|提高|完善|坚持|开展|组织|要求|情况|整改|责任|党组|班子|但是|因此|由于"
)
_DOUBLED_WORD = re.compile(
    rf"([\u4e00-\u9fff]{{3,8}})\1|{next_is(_OFTEN_DOUBLED.split('|'))}({_OFTEN_DOUBLED})\2"
)
_ONE_BY_ONE = re.compile(r"[一逐].*|(.)\1.*")


@rule(
    "T204",
    "字词重复",
    Severity.ERROR,
    why="同一个字或词连写两遍，多半是删改时留下的。",
    good=("是是非非要分清。", "一项一项抓落实。", "遇事多研究研究。", "此事不了了之。"),
    bad=("推动工作的的开展。", "进一步进一步压实责任。", "完成了了整改。"),
)
def doubled_word(context: CheckContext) -> Iterator[Hit]:
    """A particle or a word written twice."""
    for match in _DOUBLED_PARTICLE.finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”重复", f"只留一个“{match[0][0]}”", match[0][0])
    for match in _DOUBLED_WORD.finditer(context.text):
        word = match[1] or match[2]
        if not _ONE_BY_ONE.fullmatch(word):
            yield Hit(*match.span(), f"“{word}”连写了两遍", "只留一个")


class Redundancies(DataSection):
    """Words that say one thing twice."""

    pairs: dict[str, str]
    """Redundant to plain."""


@rule(
    "T205",
    "语义重复",
    Severity.HINT,
    why="同一个意思说了两遍，去掉一半更简练。",
    good=("涉及12个村。", "目前有12个村未通水。"),
    bad=("涉及到12个村。", "目前现状是12个村未通水。"),
)
def redundant(context: CheckContext) -> Iterator[Hit]:
    """Pleonasms of the list."""
    pairs = context.data.section("redundancies", Redundancies).pairs
    for match in _any_of(tuple(pairs)).finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”语义重复", f"可写作“{pairs[match[0]]}”")


@lru_cache(maxsize=8)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)) or "(?!)")


RULES = (typo, until, complement, doubled_word, redundant)
