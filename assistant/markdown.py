"""The draft as Markdown, both ways: `#` title, `##` 一、, `###` （一）, a paragraph a point."""

import re
from collections.abc import Iterator

from assistant.checks.grounding import cited, uses
from assistant.draft import Draft, Point, Sentence, assemble
from assistant.errors import InputError
from assistant.plan import Plan, Slot
from assistant.text.sentences import split_sentences

_MARKS = re.compile(r"【待核】|【待补：[^】]*】")


def render(draft: Draft) -> str:
    """The draft as Markdown, visible marks included."""
    return "\n\n".join(_blocks(draft)) + "\n"


def _blocks(draft: Draft) -> Iterator[str]:
    yield f"# {draft.title}"
    yield draft.lead.text
    for part in draft.parts:
        yield f"## {part.number}{part.heading}"
        for section in part.sections:
            if section.heading:
                yield f"### {section.number}{section.heading}"
            if section.intro:
                yield section.intro
            yield from (point.text for point in section.points)
    yield draft.closing


def parse(text: str, plan: Plan) -> Draft:
    """The draft that a Markdown document of that plan holds.

    Raises:
        InputError: at the first block that the plan does not have in that place.
    """
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    points: dict[str, Point] = {}
    for expected in _expected(plan):
        block = blocks.pop(0) if blocks else ""
        if isinstance(expected, Slot):
            if not block or block.startswith("#"):
                begin = expected.ordinal + expected.opening
                raise InputError(f"此处应有“{begin}”一段，现为“{block[:30]}”")
            points[expected.id] = point_from_text(block, expected)
        elif block != expected:
            raise InputError(f"此处应为“{expected[:40]}”，现为“{block[:40]}”")
    if blocks:
        raise InputError(f"文末多出“{blocks[0][:30]}”")
    return assemble(plan, points)


def _expected(plan: Plan) -> Iterator[str | Slot]:
    yield f"# {plan.title}"
    yield plan.lead
    for part in plan.parts:
        yield f"## {part.number}{part.heading}"
        for section in part.sections:
            if section.heading:
                yield f"### {section.number}{section.heading}"
            if section.intro:
                yield section.intro
            yield from section.slots
    yield plan.closing


def point_from_text(text: str, slot: Slot) -> Point:
    """A written paragraph as the point of its slot, each sentence with its facts.

    Raises:
        InputError: the paragraph does not begin or end as the slot prescribes.
    """
    body = _MARKS.sub("", text).strip().removeprefix(slot.ordinal)
    if not (body.startswith(slot.opening) and body.endswith(slot.ending)):
        begin = slot.ordinal + slot.opening
        raise InputError(f"“{body[:40]}”应以“{begin}”开头、以“{slot.ending}”结尾")
    return point_from_sentences(
        tuple(Sentence(text=s, facts=cited(s, slot.facts)) for s in split_sentences(body)), slot
    )


def point_from_sentences(sentences: tuple[Sentence, ...], slot: Slot) -> Point:
    """The point of a slot; facts that the text does not give whole are told as unused."""
    body = "".join(sentence.text for sentence in sentences)
    unused = tuple(fact.id for fact in slot.facts if not uses(body, fact))
    attributed = {fact for sentence in sentences for fact in sentence.facts} | set(unused)
    lost = tuple(fact.id for fact in slot.facts if fact.id not in attributed)
    return Point(
        slot=slot.id,
        ordinal=slot.ordinal,
        sentences=tuple(
            s.model_copy(update={"facts": tuple(f for f in s.facts if f not in unused)})
            for s in sentences
        ),
        unused=unused + lost,
        gaps=slot.gaps,
    )
