"""What people would use instead: the same model, asked in the usual ways.

`one_shot`      one question with all facts, as put to any chat program
`outline_shot`  one question a section; headings are printed by code
`json_sections` one question a section, answered as JSON and validated with pydantic
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from langchain_core.exceptions import OutputParserException
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import PydanticOutputParser
from pydantic import BaseModel, Field

from assistant.evaluation.task import Conversation, Task, Written
from assistant.plan import PartPlan, Plan, SectionPlan, Slot
from assistant.text.numbering import ordinal
from assistant.text.sentences import count_characters

SYSTEM = "你是机关单位的文字秘书。"
WHOLE = """\
请写一份完整的《{title}》，约{length}字。
标题和小标题照下面的提纲，事实和数字全部写进去，不要编造数字。
问题、原因、措施用一是、二是分条。
{outline}"""
SECTION = """\
正在写《{title}》。现在只写“{where}”这一节的正文，约{length}字，共{count}条。
用一是、二是分条，一条一段；事实和数字全部写进去，不要编造数字；不要写标题。
{told}"""
LEAD = """\
正在写《{title}》。现在只写开头的导语，一段，约{length}字，照抄给定的话，把数字写进去。
{told}"""
JSON_SYSTEM = f"{SYSTEM}\n{{format}}"
JSON_SECTION = """\
正在写《{title}》。现在只写“{where}”这一节，约{length}字，共{count}条，heading写“{heading}”。
事实和数字全部写进去，不要编造数字。
{told}"""
RETRY = "\n上一次的回答不合格式：{fault}\n请只输出一个合格的JSON对象。"

TEMPLATES = {
    "one-shot": SYSTEM + WHOLE,
    "outline-shot": SYSTEM + SECTION + LEAD,
    "json": JSON_SYSTEM + JSON_SECTION + LEAD + RETRY,
}
"""All that the prompts of each consist of beside the case."""

_TOKENS_PER_CHARACTER = 0.9
"""Generous: the default model needs some 0.6."""
_MOST_TOKENS = 4500
"""Of one answer; with a long one-shot prompt more would not fit into the model's context."""
_JSON_ATTEMPTS = 3


def one_shot(task: Task) -> Written:
    """One question with all facts and the outline."""
    plan = task.case.plan
    conversation = Conversation(task, expected=plan.length)
    request = WHOLE.format(title=plan.title, length=plan.length, outline=_outline(plan))
    text = conversation.ask(_messages(request), max_tokens=_tokens(plan.length))
    return conversation.written(text)


def outline_shot(task: Task) -> Written:
    """One question a section, without examples and without any check."""
    plan = task.case.plan
    conversation = Conversation(task, expected=plan.length)
    blocks = [f"# {plan.title}", _ask_lead(conversation, plan)]
    for place in _places(plan):
        blocks += place.headings
        request = SECTION.format(
            title=plan.title,
            where=place.name,
            length=place.budget,
            count=len(place.section.slots),
            told="\n".join(_told(place.section.slots)),
        )
        blocks.append(conversation.ask(_messages(request), max_tokens=_tokens(place.budget)))
    return conversation.written("\n\n".join([*blocks, plan.closing]))


class JsonPoint(BaseModel):
    """One point of a section."""

    claim: str = Field(description="the point in one phrase")
    text: str = Field(min_length=1, description="the paragraph behind the claim")


class JsonSection(BaseModel):
    """A section as the model is to answer it; keys in English, as is usual."""

    heading: str
    points: list[JsonPoint] = Field(min_length=1)


def json_sections(task: Task) -> Written:
    """One question a section, answered as JSON; an answer that does not hold is asked for again.

    A section that never holds stays empty under its heading.
    """
    plan = task.case.plan
    conversation = Conversation(task, expected=plan.length)
    blocks = [f"# {plan.title}", _ask_lead(conversation, plan)]
    for place in _places(plan):
        answer = _ask_json(conversation, plan, place)
        *above, heading = place.headings
        if answer:
            number = place.section.number or place.part.number
            heading = f"{heading.split(' ')[0]} {number}{answer.heading.removeprefix(number)}"
        blocks += [*above, heading]
        if answer:
            blocks += _points(answer.points, place.section.slots)
    return conversation.written("\n\n".join([*blocks, plan.closing]))


def _ask_json(conversation: Conversation, plan: Plan, place: "_Place") -> JsonSection | None:
    parser = PydanticOutputParser[JsonSection](pydantic_object=JsonSection)
    request = JSON_SECTION.format(
        title=plan.title,
        where=place.name,
        heading=place.section.heading or place.part.heading,
        length=place.budget,
        count=len(place.section.slots),
        told="\n".join(_told(place.section.slots)),
    )
    # In the system message, as LangChain shows it; so it is read once and not for each section.
    system = JSON_SYSTEM.format(format=parser.get_format_instructions())
    fault = ""
    for _ in range(_JSON_ATTEMPTS):
        asked = request + (RETRY.format(fault=fault) if fault else "")
        answer = conversation.ask(_messages(asked, system), max_tokens=_tokens(place.budget) + 100)
        try:
            section: JsonSection = parser.parse(answer)
        except OutputParserException as error:
            fault = str(error)[-300:]
            conversation.mark_unusable(fault)
        else:
            return section
    return None


def _points(points: Sequence[JsonPoint], slots: Sequence[Slot]) -> Iterator[str]:
    """The points with the ordinals that the plan has in this section."""
    numbered = any(slot.ordinal for slot in slots)
    for number, point in enumerate(points, 1):
        claim = point.claim.rstrip("。")
        said = "" if point.text.startswith(claim) else f"{claim}。"
        yield (ordinal(number) if numbered else "") + "".join((said + point.text).split())


def _ask_lead(conversation: Conversation, plan: Plan) -> str:
    lead = plan.lead
    request = LEAD.format(title=plan.title, length=lead.budget, told=_lead(lead))
    return conversation.ask(_messages(request), max_tokens=_tokens(lead.budget))


def _messages(request: str, system: str = SYSTEM) -> list[BaseMessage]:
    return [SystemMessage(system), HumanMessage(request)]


def _tokens(characters: int) -> int:
    return min(round(characters * _TOKENS_PER_CHARACTER) + 100, _MOST_TOKENS)


@dataclass(frozen=True)
class _Place:
    """A section in its part, with the headings to be printed above it."""

    part: PartPlan
    section: SectionPlan
    headings: tuple[str, ...]

    @property
    def name(self) -> str:
        own = f"{self.section.number}{self.section.heading}"
        return f"{self.part.number}{self.part.heading}{own}"

    @property
    def budget(self) -> int:
        return sum(slot.budget for slot in self.section.slots)


def _places(plan: Plan) -> Iterator[_Place]:
    for part in plan.parts:
        above = [f"## {part.number}{part.heading}"]
        for section in part.sections:
            if section.heading:
                above.append(f"### {section.number}{section.heading}")
            yield _Place(part, section, tuple(above))
            above = []


def _outline(plan: Plan) -> str:
    lines = [f"导语：{_lead(plan.lead)}"]
    for part in plan.parts:
        lines.append(part.number + part.heading)
        for section in part.sections:
            if section.heading:
                lines.append(section.number + section.heading)
            lines += _told(section.slots)
    return "\n".join([*lines, f"结尾：{plan.closing}"])


def _lead(lead: Slot) -> str:
    return f"{lead.opening}（{'，'.join(fact.text for fact in lead.facts)}）{lead.ending}"


def _told(slots: Sequence[Slot]) -> Iterator[str]:
    for slot in slots:
        told = "；".join([*(fact.text for fact in slot.facts), *slot.context])
        yield f"- {slot.claim}：{told}" if count_characters(slot.claim) else f"- {told}"
