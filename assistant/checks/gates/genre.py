"""What a paragraph of its role says, and what it must not: no praise, no remedies, no blame."""

import re
from collections.abc import Iterator

from assistant.checks.data import RuleData
from assistant.checks.findings import Finding
from assistant.checks.gates.context import GateContext, error, warning
from assistant.checks.phrases import either, phrases
from assistant.text.sentences import pairs, split_sentences


def no_praise(text: str, context: GateContext) -> Iterator[Finding]:
    """No praise where the unit examines itself, neither first nor last."""
    if not context.self_critical:
        return
    data = phrases(RuleData())
    for pattern in (either(data.praise_first), either(data.praise, data.slogans)):
        for match in pattern.finditer(text):
            if match[0] not in context.given:
                yield error("praise", f"“{match[0]}”有先扬后抑或讲成绩之嫌，只写问题", match[0])


_REMEDY = re.compile(
    r"(?:需要?|应当?|必须|要|亟[待需]|有待)(?:进一步|继续|切实|不断|持续)?"
    r"(?:加强|加大|提高|提升|完善|改进|强化|优化|引起|关注|推动|落实|采取|建立|健全|重视)"
    r"|(?<=[，。；组子们部门位室会])要(?!求|么|害|点|闻|紧|道|素|件|不|是|强)[一-鿿]{2}|不能只|应(?:主动|及时|加强|认真|严格|更|切实|把|从|定期|首先|聚焦|坚持|做到)"
    r"|(?<=[局组子们部门位室会])将(?!就|其|信|心)[一-鿿]{2}|只有这样|才能(?:真正|更好|有效|确保)"
    r"|整改(?:要求|措施|成效|方案|工作)|要(?:加快|定期|深入|从|在|把|做到|切实|及时|认真|坚持|以)"
    r"|[还既仅更](?:要|应)(?!求|么|害|点|闻|紧|道|素|件|不|是|强)[一-鿿]{2}"
    r"|必须(?!的)|进一步|加以改进|尽快|下决心|下一步|今后|我们将|将(?:进一步|继续|加大|加强|采取|持续)|建议|希望|以便|为了?确保|努力(?:提高|做到)"
)


def no_remedy(text: str, context: GateContext) -> Iterator[Finding]:
    """Problems and causes are stated; what to do about them stands in another part."""
    if not context.self_critical:
        return
    for match in _REMEDY.finditer(text):
        if match[0] not in context.given:
            yield error("remedy", f"“{match[0]}”是整改要求，这里只写问题", match[0])


def no_excuse(text: str, context: GateContext) -> Iterator[Finding]:
    """Causes are found in oneself, not in workload, staff or money."""
    if context.slot.role != "cause":
        return
    for match in either(phrases(RuleData()).excuses).finditer(text):
        if match[0] not in context.given:
            yield error("excuse", f"“{match[0]}”是客观原因，要从思想上找原因", match[0])


_BLAME = re.compile(
    r"(?:基层单位|基层干部|基层党组织|基层支部|下级|下属|科室|处室|站所|各单位|各支部|干部职工|中队长?|队员"
    r"|工作人员|办案人员|负责人|经办人)[^，。；]{0,8}"
    r"(?:没有|未|敷衍|怕得罪|滞后|应付|不主动|不重视|不到位|不扎实|不够|不实|不力)"
    r"|推给[^，。；]{1,6}|(?:而|也|并|就)不是(?:局|县|市|区|镇|乡|街道|支部|班子|党)[^，。；]{0,6}"
)


def no_blame(text: str, context: GateContext) -> Iterator[Finding]:
    """The body examines itself, not those below it, of whom the facts say nothing of the kind."""
    if not context.self_critical:
        return
    for match in _BLAME.finditer(text):
        if match[0] not in context.given:
            yield error("blame", f"“{match[0]}”是在说别人，只写班子自己", match[0])


_RESTATED = 0.6


def claim_not_restated(text: str, context: GateContext) -> Iterator[Finding]:
    """A sentence that says little but the claim again adds nothing."""
    claim = pairs(context.slot.claim)
    added = text.removeprefix(context.slot.stated)
    for sentence in split_sentences(added) if added != text else ():
        turn = next((turn for turn in context.turns if sentence.startswith(turn)), "")
        said = pairs(sentence.removeprefix(turn).replace(context.speaker, ""))
        if claim and len(said & claim) >= _RESTATED * len(said) > 0:
            yield error("restated", "只是把问题又说了一遍", sentence)


_HALF_NEGATED = re.compile("没有(?:真正)?把[^，。；]+，把[^，。；]+")


def negation_carried_on(text: str, context: GateContext) -> Iterator[Finding]:
    """没有把甲做好，把乙做好 says the contrary of what is meant in its second half."""
    for match in _HALF_NEGATED.finditer(text.removeprefix(context.slot.opening)):
        yield error("negation", f"“{match[0]}”后半句漏了“没有”", match[0])


_MOST_WEIGHED = 2
_WEIGHED = re.compile("重([^轻，。、；]{2,6})[、，]?(?:轻|[而却]?不重视?)([^，。、；]{2,6})")
_CARRYING_OUT = frozenset({"落实", "贯彻", "执行", "推进", "推动"})


def weighed_rightly(text: str, context: GateContext) -> Iterator[Finding]:
    """What is told as weighed too much was not neglected, and what weighed less is named."""
    if not context.self_critical:
        return
    claim = pairs(context.slot.claim)
    for sentence in split_sentences(text.removeprefix(context.slot.opening)):
        weighed = list(_WEIGHED.finditer(sentence))
        contrary = (m for m in weighed if claim & pairs(m[1]) and not _neglected(m[2], claim))
        if match := next(contrary, None):
            yield error("weight", f"“{match[0]}”与查摆的问题相反", match[0])
        if len(weighed) > _MOST_WEIGHED:
            yield error("weight", "“重…轻…”连用过多", sentence)
        turn = next((turn for turn in context.turns if sentence.startswith(turn)), "")
        if turn.endswith("重") and (not weighed or weighed[0].start() >= len(turn)):
            yield error("weight", "“重”后要说“轻”什么", sentence)


def _neglected(aim: str, claim: frozenset[str]) -> bool:
    """Whether what is weighed less is what the claim complains of, in these or in like words."""
    meant = pairs(aim)
    return bool(claim & meant) or bool(claim & _CARRYING_OUT and meant & _CARRYING_OUT)


def not_empty_talk(text: str, context: GateContext) -> Iterator[Finding]:
    """Phrases that say nothing weigh against a candidate."""
    pattern = either(phrases(RuleData()).empty)
    for match in pattern.finditer(text.removeprefix(context.slot.opening)):
        if match[0] not in context.given:
            yield warning("empty", f"“{match[0]}”是空话", match[0])
