"""Empty talk: whether problems are shown by facts, and what is said without saying anything."""

import re

from assistant.checks.grounding import cited
from assistant.checks.phrases import either, phrases
from assistant.evaluation.scorers.scorer import Score, percent, scorer, unscored
from assistant.evaluation.scorers.subject import Subject
from assistant.text.figures import find_figures

_MARKERS = ("例如", "比如", "项目", "客户", "群众", "走访", "调研", "台账", "系统")
_PERSON = re.compile("同志|职工|干部|党员|群众|负责人|科长|主任|书记|居民|农户|村民|企业主|经办人")
_EVENT = re.compile(r"\d{1,2}月|会议|检查|抽查|测试|审计|投诉|来信|督查|通报|事故|培训|评审|验收")
_MOST_MARKERS, _MOST_GENERIC = 8, 5


@scorer("specificity", "具体程度", best="high")
def specificity(subject: Subject) -> Score:
    """Of the part of problems: distinct markers (例如, 走访, 台账 …), at most 8; +3 for persons, +3
    for events, +2 for figures, +2 for 例如 or 比如; − generic phrases, at most 5. Range −5–18, pass
    ≥ 9. Not scored without a part of problems. Source: field guide 2.2."""
    text = subject.part_text("problems")
    if not text:
        return unscored("找不到问题部分")
    known = phrases(subject.context.data).generic_claims
    generic = sorted({match[0] for match in either(known).finditer(text)})
    value = (
        min(sum(marker in text for marker in _MARKERS), _MOST_MARKERS)
        + 3 * bool(_PERSON.search(text))
        + 3 * bool(_EVENT.search(text))
        + 2 * bool(find_figures(text))
        + 2 * ("例如" in text or "比如" in text)
        - min(len(generic), _MOST_GENERIC)
    )
    return Score(value, tuple(f"套话“{phrase}”" for phrase in generic))


@scorer("grounded", "见人见事", best="high", unit="%")
def grounded(subject: Subject) -> Score:
    """100·points with a grounded fact/points, of the planned points on problems and work for which
    the unit gave facts; a point that is missing has none. Range 0–100. Source: field guide 5.1."""
    pairs = [(s, p) for s, p in subject.passages_of("problem", "work") if s.facts]
    if not pairs:
        return unscored("规格里没有可写的事实")
    bare = [slot.claim for slot, passage in pairs if not cited(passage, slot.facts)]
    return Score(
        percent(len(pairs) - len(bare), len(pairs)), tuple(f"没有事实：{claim}" for claim in bare)
    )


@scorer("empty_talk", "空话", best="low", unit="‰")
def empty_talk(subject: Subject) -> Score:
    """Empty and generic phrases and slogans per 1000 characters. Range 0 and up. Source: field
    guide 2.2, 2.3."""
    if not subject.length:
        return unscored("没有文字")
    known = phrases(subject.context.data)
    pattern = either(known.empty, known.slogans, known.generic_claims)
    found = [match[0] for match in pattern.finditer(subject.body)]
    return Score(1000 * len(found) / subject.length, tuple(f"“{words}”" for words in found))


@scorer("praise_first", "先扬后抑", best="low", unit="处")
def praise_first(subject: Subject) -> Score:
    """Findings of rules K103 and K104: merits told where only faults belong. Range 0 and up; not
    scored for reports. Source: field guide 2.2."""
    if subject.kind.genre == "report":
        return unscored("汇报可以写成绩")
    found = subject.found("K103", "K104")
    return Score(len(found), tuple(f.message for f in found))


SCORERS = (specificity, grounded, empty_talk, praise_first)
