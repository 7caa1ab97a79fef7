"""Closure against the spec: every problem, cause and measure that the unit told is there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.checks.rules.closure import SAME, likeness, stated_problems
from assistant.text.sentences import han

if TYPE_CHECKING:
    from assistant.spec import Measure

_SPEC = """
kind: zhuti-zeren-half
unit: 云岭市水务局
date: 2023-07-10
lead: {meetings: 3}
aspects:
  - {name: 政治建设, work: [{claim: 压实责任, facts: [召开党组会3次]}]}
  - {name: 思想建设, work: [{claim: 抓实学习, facts: [集中学习6次]}]}
  - {name: 组织建设, work: [{claim: 建强支部, facts: [整顿支部2个]}]}
  - {name: 作风建设, work: [{claim: 精文减会, facts: [发文减少8份]}]}
  - {name: 纪律建设, work: [{claim: 抓实警示, facts: [警示教育2场]}]}
  - {name: 业务融合, work: [{claim: 服务大局, facts: [整治河道5条]}]}
problems:
  - claim: 供水保障不够有力
    facts: [停水超过24小时的村有17个]
    measures: [{do: 完成17个村管网改造, owner: 农村水利科, due: 2023年9月底}]
  - claim: 河道巡查不够经常
    facts: [5条河道没有巡查记录]
    measures: [{do: 推行巡河打卡, owner: 河湖科, due: 2023年8月底}]
"""
_SPEC_OF_ONE = _SPEC.split("  - claim: 河道巡查不够经常")[0]
_ASPECT_PROBLEMS = "".join(
    f"  - {{name: {aspect}, problems: [{{claim: {aspect}有差距, facts: [缺课3人], "
    f"measures: [{{do: 补课}}]}}]}}\n"
    for aspect in ("理论学习", "政治素质", "能力本领", "担当作为", "工作作风", "廉洁自律")
)
_SPEC_WITH_CAUSES = f"""
kind: zuzhi-2023
unit: 某局机关党支部
date: 2023-08-30
aspects:
{_ASPECT_PROBLEMS}
causes:
  - {{claim: 理论武装抓得不实, from: [理论学习有差距]}}
  - {{claim: 宗旨意识树得不牢, from: [工作作风有差距]}}
"""
_FIRST = "一是供水保障不够有力。停水超过24小时的村有17个。\n"
_SECOND = "二是河道巡查不够经常。5条河道没有巡查记录。\n"
_MEND_FIRST = "一是针对供水保障不够有力的问题，2023年9月底前由农村水利科完成17个村管网改造。\n"
_MEND_SECOND = "二是针对河道巡查不够经常的问题，2023年8月底前由河湖科推行巡河打卡。\n"


def _report(problems: str, measures: str, spec: str = _SPEC) -> Sample:
    text = f"某局半年汇报\n\n一、存在的主要问题\n{problems}\n二、下一步打算\n{measures}"
    return Sample(text, kind="zhuti-zeren-half", spec=spec)


def _causes(text: str) -> Sample:
    return Sample(f"某支部对照检查材料\n\n二、产生问题的原因\n{text}", spec=_SPEC_WITH_CAUSES)


_CLOSED = _report(_FIRST + _SECOND, _MEND_FIRST + _MEND_SECOND)


def _sections_text(context: CheckContext, *roles: str) -> str:
    return "\n".join(
        paragraph.text for part in context.parts(*roles) for paragraph in part.paragraphs()
    )


def _part_place(context: CheckContext, *roles: str) -> tuple[int, int]:
    for part in context.parts(*roles):
        return part.section.span.start, part.section.span.end
    return 0, min(len(context.text), 20)


def _spec_problems(context: CheckContext) -> "Iterator[tuple[str, list[Measure]]]":
    if context.spec is None:
        return
    from assistant.spec import problems_of

    for _, problem in problems_of(context.spec):
        yield problem.claim, problem.measures


@rule(
    "B201",
    "规格里的问题没有写",
    Severity.ERROR,
    why="规格里查摆的问题，材料里都要写到。",
    good=(
        _CLOSED,
        _report(_FIRST, _MEND_FIRST, spec=""),
        # A lone point has no ordinal.
        _report(_FIRST.removeprefix("一是"), _MEND_FIRST, spec=_SPEC_OF_ONE),
    ),
    bad=(
        _report(_FIRST, _MEND_FIRST),
        _report(_SECOND, _MEND_SECOND),
    ),
)
def spec_problem_missing(context: CheckContext) -> Iterator[Hit]:
    """A problem of the spec that no point states."""
    problems = stated_problems(context)
    for claim, _ in _spec_problems(context):
        if not any(likeness(claim, problem.text) >= SAME for problem in problems):
            place = _part_place(context, "problems")
            yield Hit(*place, f"规格里的问题“{claim}”没有写", "补写这一条")


@rule(
    "B202",
    "规格里的措施没有写",
    Severity.ERROR,
    why="规格里的每条措施，责任人和时限都要写进材料。",
    good=(_CLOSED, _report(_FIRST, _MEND_FIRST, spec="")),
    bad=(
        _report(_FIRST + _SECOND, _MEND_FIRST),
        _report(
            _FIRST + _SECOND,
            _MEND_FIRST.replace("农村水利科", "办公室") + _MEND_SECOND,
        ),
        _report(
            _FIRST + _SECOND,
            _MEND_FIRST + _MEND_SECOND.replace("2023年8月底", "2023年10月底"),
        ),
    ),
)
def spec_measure_missing(context: CheckContext) -> Iterator[Hit]:
    """A measure of the spec whose action, owner or date the document does not give."""
    paragraphs = [
        paragraph
        for part in context.parts("measures", "next_steps")
        for paragraph in part.paragraphs()
    ]
    for claim, measures in _spec_problems(context):
        answering = [p for p in paragraphs if _mentions(p.text, claim)]
        scope = answering or paragraphs
        text = "\n".join(paragraph.text for paragraph in scope)
        place = (
            (answering[0].span.start, min(answering[0].span.end, answering[0].span.start + 20))
            if answering
            else _part_place(context, "measures", "next_steps")
        )
        for measure in measures:
            for what, wanted in (
                ("措施", measure.do),
                ("责任人", measure.owner),
                ("时限", measure.due),
            ):
                if wanted and not _mentions(text, wanted):
                    yield Hit(*place, f"“{claim}”的{what}“{wanted}”没有写", "按规格补上")


def _mentions(text: str, wanted: str) -> bool:
    """Whether the text says it: in these words, or nearly so where they are many."""
    if wanted in text:
        return True
    return len(han(wanted)) >= 6 and fuzz.partial_ratio(han(wanted), han(text)) >= 80


@rule(
    "B203",
    "规格里的原因没有写",
    Severity.ERROR,
    why="规格里剖析的每条原因，材料里都要写到。",
    good=(_CLOSED, _causes("一是理论武装抓得不实。\n二是宗旨意识树得不牢。\n")),
    bad=(_causes("一是理论武装抓得不实。\n"), _causes("一是担当不足。\n二是宗旨意识树得不牢。\n")),
)
def spec_cause_missing(context: CheckContext) -> Iterator[Hit]:
    """A cause of the spec that the document does not give."""
    text = _sections_text(context, "causes")
    for cause in context.spec.causes if context.spec else ():
        if not _mentions(text, cause.claim):
            place = _part_place(context, "causes")
            yield Hit(*place, f"规格里的原因“{cause.claim}”没有写", "补写这一条")


RULES = (spec_problem_missing, spec_measure_missing, spec_cause_missing)
