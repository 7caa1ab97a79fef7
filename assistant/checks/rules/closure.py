"""Closure: every problem has a cause and a measure, every measure a problem."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.document.tree import Span
from assistant.text.sentences import han

_FIRST = "一是供水保障不够有力。停水超过24小时的村有17个。\n"
_SECOND = "二是河道巡查不够经常。5条河道没有巡查记录。\n"
_MEND_FIRST = "一是针对供水保障不够有力的问题，2023年9月底前由农村水利科完成17个村管网改造。\n"
_MEND_SECOND = "二是针对河道巡查不够经常的问题，2023年8月底前由河湖科推行巡河打卡。\n"


def _report(problems: str, measures: str) -> Sample:
    text = f"某局半年汇报\n\n一、存在的主要问题\n{problems}\n二、下一步打算\n{measures}"
    return Sample(text, kind="zhuti-zeren-half")


_CLOSED = _report(_FIRST + _SECOND, _MEND_FIRST + _MEND_SECOND)


@dataclass(frozen=True)
class Claim:
    """A problem as the document states it."""

    text: str
    span: Span


def stated_problems(context: CheckContext) -> list[Claim]:
    """The problems that the document states, in order."""
    return [
        Claim(point.claim, Span(point.span.start, point.claim_span.end))
        for part in context.parts("problems")
        for point in part.points()
    ]


_ANSWERS = re.compile(r"(?:针对|对于?|围绕|聚焦)([^，。；]{2,60})的(?:问题|短板|不足)(?=，)")
SAME = 70.0
"""Likeness, 0 to 100, from which two wordings name the same problem."""


def _answered(context: CheckContext) -> list[Claim]:
    """The problems that measures name: 针对…的问题."""
    return [
        Claim(
            match[1], Span(paragraph.span.start + match.start(), paragraph.span.start + match.end())
        )
        for part in context.parts("measures", "next_steps")
        for paragraph in part.paragraphs()
        for match in re.finditer(rf"(?:^|[是。；]){_ANSWERS.pattern}", paragraph.text)
    ]


def likeness(a: str, b: str) -> float:
    """How alike two wordings are, 0 to 100, by their Chinese characters."""
    return fuzz.ratio(han(a), han(b))


def _namesstated_problems(answered: list[Claim], problems: list[Claim]) -> bool:
    """Whether measures take up the problems by name; where few do, none can be missed."""
    return len(answered) >= 2 and len(answered) * 2 >= len(problems)


@rule(
    "B101",
    "问题没有措施",
    Severity.ERROR,
    why="件件有着落：查摆的每个问题都要有整改措施。",
    good=(_CLOSED, _report(_FIRST + _SECOND, "加强供水保障和巡查。\n")),
    bad=(
        _report(
            _FIRST + _SECOND + "三是取水监管不够严格。有2户无证取水。\n", _MEND_FIRST + _MEND_SECOND
        ),
        _report(
            _FIRST + "二是审批服务不够便捷。超期办件6件。\n三是河道巡查不够经常。\n",
            _MEND_FIRST + _MEND_SECOND,
        ),
    ),
)
def unanswered_problem(context: CheckContext) -> Iterator[Hit]:
    """A problem that no measure names, where measures go by name."""
    problems, answered = stated_problems(context), _answered(context)
    if not _namesstated_problems(answered, problems):
        return
    for problem in problems:
        if not any(likeness(problem.text, measure.text) >= SAME for measure in answered):
            yield Hit(
                problem.span.start,
                problem.span.end,
                f"“{problem.text[:20]}”没有对应的整改措施",
                "在整改措施里补上：针对什么、由谁、何时、做什么",
            )


@rule(
    "B102",
    "措施没有对应问题",
    Severity.ERROR,
    why="整改措施说“针对…的问题”，前面就要查摆过这个问题。",
    good=(_CLOSED, _report(_FIRST + _SECOND, "针对群众反映强烈的问题，逐件回访。\n")),
    bad=(
        _report(_FIRST, _MEND_FIRST + "二是针对干部培训不够经常的问题，由人事科于9月底前补训。\n"),
        _report(_SECOND, "一是针对会议费用偏高的问题，由办公室压减。\n" + _MEND_SECOND),
    ),
)
def unfounded_measure(context: CheckContext) -> Iterator[Hit]:
    """A measure against a problem that the document does not state."""
    problems, answered = stated_problems(context), _answered(context)
    if not problems or not _namesstated_problems(answered, problems):
        return
    for measure in answered:
        if not any(likeness(problem.text, measure.text) >= SAME for problem in problems):
            yield Hit(
                measure.span.start,
                measure.span.end,
                f"前面没有查摆“{measure.text[:20]}”这个问题",
                "改成查摆过的问题，或在问题部分补写",
            )


_CONTENT = re.compile(r"[不够还有的是在不存未没与和]|欠缺|不足|不强|方面|问题|工作|情况")


def _topics(text: str) -> set[str]:
    """Pairs of characters that say what a text is about."""
    words = _CONTENT.split("，".join(re.findall(r"[\u4e00-\u9fff]+", text)))
    return {
        piece[i : i + 2]
        for word in words
        for piece in word.split("，")
        for i in range(len(piece) - 1)
    }


@rule(
    "B103",
    "方面没有措施",
    Severity.WARNING,
    why="每个方面的问题，整改措施里都要有回应。",
    good=(
        _CLOSED,
        Sample(
            "某局对照检查材料\n\n一、存在的问题\n（一）理论学习方面\n一是学习不够深。\n（二）工作作风方面\n"
            "一是调研不够实。\n二、整改措施\n（一）深化理论学习\n抓好学习。\n（二）改进作风\n做实调研。\n",
            kind="zuzhi-2023",
        ),
    ),
    bad=(
        Sample(
            "某局对照检查材料\n\n一、存在的问题\n（一）理论学习方面\n一是学习不够深。\n（二）廉洁自律方面\n"
            "一是公车管理不够严。\n二、整改措施\n（一）深化理论学习\n抓好学习。\n（二）改进作风\n做实调研。\n",
            kind="zuzhi-2023",
        ),
        Sample(
            "某局对照检查材料\n\n一、存在的问题\n（一）能力本领方面\n一是业务培训不够经常。\n（二）廉洁自律方面\n"
            "一是公车管理不够严。\n二、整改措施\n（一）严守纪律，廉洁用权\n管好公车。\n",
            kind="zuzhi-2023",
        ),
    ),
)
def unanswered_aspect(context: CheckContext) -> Iterator[Hit]:
    """An aspect of whose heading and claims the measures do not say a word."""
    measures = "".join(
        section.heading + "".join(paragraph.text for paragraph in section.paragraphs)
        for part in context.parts("measures", "next_steps")
        for section in part.section.walk()
    )
    if not measures:
        return
    known = _topics(measures)
    for part in context.parts("problems"):
        for section in part.section.sections:
            claims = [point.claim for paragraph in section.paragraphs for point in paragraph.points]
            topics = _topics("，".join([section.heading, *claims]))
            if topics and not topics & known:
                yield Hit(
                    section.span.start,
                    section.span.end,
                    f"“{section.heading[:20]}”的问题没有整改措施回应",
                    "补写相应的整改措施",
                )


RULES = (unanswered_problem, unfounded_measure, unanswered_aspect)
