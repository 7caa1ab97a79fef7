"""How true a finished text is to its plan, counted in the text alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from assistant.checks.grounding import uses
from assistant.kinds import PartRole, get_kind
from assistant.plan import Fact, Plan
from assistant.text.figures import unsupported
from assistant.text.sentences import count_characters

_MARKDOWN = re.compile(
    r"^[#*\-\s]*(?:\d{1,2}[.、)）](?!\d))?[*\s]*|[*\s]+$|【待核】|【待补：[^】]*】"
)
"""What is no text of the document: signs of Markdown, its numbered lists, our visible marks."""
_FIRST_CHARACTERS = 12
"""A claim counts as present when a paragraph gives it whole, or this much of it."""


@dataclass(frozen=True)
class Scores:
    """Counts of what should be there and what is; ratios are left to the reader."""

    headings: int
    headings_right: int
    """Headings that stand in the text, exact and in order."""
    problems: int
    problems_present: int
    facts: int
    facts_used: int
    measures: int
    measures_present: int
    """Measures given with what, who and by when."""
    unsupported: tuple[str, ...]
    """Figures that neither the unit nor the kind gives."""
    characters: int
    length: int
    """Characters asked for."""


def score(text: str, plan: Plan) -> Scores:
    """The scores of a text, Markdown or plain, that should follow `plan`."""
    paragraphs = [p for line in text.splitlines() if (p := _MARKDOWN.sub("", line))]
    headings = list(_headings(plan))
    slots = list(plan.slots())
    problems = [slot.claim for slot in slots if slot.role == "problem"]
    measures = [f for s in slots if s.role in ("measure", "next_step") for f in s.facts]
    facts = [f for s in slots if s.role not in ("measure", "next_step") for f in s.facts]
    stated = "".join(_under(paragraphs, plan, "problems"))
    promised = _under(paragraphs, plan, "measures", "next_steps")
    return Scores(
        headings=len(headings),
        headings_right=LCSseq.similarity(headings, [p.rstrip("。：:") for p in paragraphs]),
        problems=len(problems),
        problems_present=sum(claim[:_FIRST_CHARACTERS] in stated for claim in problems),
        facts=len(facts),
        facts_used=_used(facts, paragraphs),
        measures=len(measures),
        measures_present=_used(measures, promised),
        unsupported=tuple(
            figure.text for figure in unsupported("\n".join(paragraphs), list(_sources(plan)))
        ),
        characters=sum(count_characters(paragraph) for paragraph in paragraphs),
        length=plan.length,
    )


def _headings(plan: Plan) -> Iterator[str]:
    yield plan.title
    for part in plan.parts:
        yield part.number + part.heading
        for section in part.sections:
            if section.heading:
                yield section.number + section.heading


def _sources(plan: Plan) -> Iterator[str]:
    """What the unit and the kind say."""
    yield from _headings(plan)
    yield plan.closing
    yield from get_kind(plan.kind).terms
    yield from (section.intro for part in plan.parts for section in part.sections)
    for slot in plan.slots():
        yield from (slot.claim, slot.opening, slot.ending, *(fact.text for fact in slot.facts))


def _under(paragraphs: list[str], plan: Plan, *roles: PartRole) -> list[str]:
    """The paragraphs of the parts of these roles; all where the text has no such heading."""
    headings = {part.number + part.heading: part.role in roles for part in plan.parts}
    found: list[str] = []
    inside = False
    for paragraph in paragraphs:
        inside = headings.get(paragraph.rstrip("。：:"), inside)
        if inside:
            found.append(paragraph)
    return found or paragraphs


def _used(facts: list[Fact], paragraphs: list[str]) -> int:
    return sum(any(uses(paragraph, fact) for paragraph in paragraphs) for fact in facts)
