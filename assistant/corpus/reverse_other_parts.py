"""Last year's rectification, the warning case and the matters to be explained, read backwards."""

import re
from collections.abc import Sequence

from assistant.corpus.reverse_facts import facts_of
from assistant.corpus.reverse_parts import Item
from assistant.spec import Case, LastYear, Matter
from assistant.text.figures import find_figures
from assistant.text.sentences import split_sentences

_FOUND = re.compile(
    r"问题\D{0,8}?(?P<behind>\d+)[个项条]|(?P<before>\d+)[个项条][^，。；\d]{0,6}问题"
)
_MENDED = re.compile(
    r"(?:整改|完成|销号|解决|办结)\D{0,6}?(\d+)[个项条]|(\d+)[个项条]\D{0,6}?(?:整改|完成|销号|解决)"
)
_OPEN = re.compile(
    r"(?:^|[。；，])(?P<what>[^。；\d]{2,60}?)(?:等\d*[个项]问题)?(?:尚未|仍未|还未|没有)(?:全部|完全)?(?:整改|完成|到位)"
)
_CASE_NAME = re.compile(
    r"(?:学习|通报|剖析|观看|研讨)(?:了|的)?(?P<name>[^，。；]{4,40}?案(?:例|件)?)(?:通报|的|[，。])"
)
_REFLECTION = re.compile(
    r"^(?:对照|以案|反观|反思|联系|审视|比照|看自身)|[，。；](?:我|本)(?:局|处|院|校|委|厅|支部|公司|街道|镇|乡|单位)|我们"
)
_TO_ONESELF = re.compile(
    r"^(?:对照(?:自身|此案|案例|检视|自己)?|以案(?:照己|为鉴|促改)?|反观(?:自身)?|联系(?:自身|实际))[，,：]"
)


def last_year_of(text: str) -> LastYear | None:
    """How many problems were found and mended; None where the text does not count them."""
    found = _FOUND.search(text)
    if not found:
        return None
    problems = int(found["behind"] or found["before"])
    mended = _MENDED.search(text, found.end())
    resolved = min(int(mended[1] or mended[2]), problems) if mended else problems
    still = _OPEN.search(text)
    counted = {problems, resolved}
    return LastYear(
        problems=problems,
        resolved=resolved,
        open=re.split("[、和]", still["what"]) if still and resolved < problems else [],
        facts=[
            fact
            for fact in facts_of(text)
            if any(f.value not in counted and f.measure != "年" for f in find_figures(fact))
        ],
    )


def case_of(text: str, heading: str) -> Case:
    """The case that was studied; named as in the text, else by the part's heading."""
    name = _CASE_NAME.search(text)
    sentences = split_sentences(text)
    at = next((i for i, s in enumerate(sentences) if i and _REFLECTION.search(s)), len(sentences))
    reflection = sentences[at] if at < len(sentences) else ""
    return Case(
        title=name["name"] if name else heading,
        facts=facts_of("".join(sentences[:at])),
        reflection=_TO_ONESELF.sub("", reflection.strip()).rstrip("。"),
    )


def matters_of(listed: Sequence[Item]) -> list[Matter]:
    """The matters to be explained, each with what was counted."""
    return [Matter(topic=item.claim, facts=facts_of(item.body)) for item in listed if item.claim]
