"""The draft: the document's tree with provenance, which cannot be built against its plan."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from assistant.plan import PartPlan, Plan, SectionPlan, Slot
from assistant.text.sentences import count_characters


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sentence(_Frozen):
    """A sentence and the facts that it rests on."""

    text: str
    facts: tuple[str, ...] = ()
    """Ids of the slot's facts."""
    doubt: str = ""
    """Why it could not be verified; printed as 【待核】 behind the sentence."""


class Point(_Frozen):
    """A slot, written."""

    slot: str
    ordinal: str = ""
    sentences: tuple[Sentence, ...]
    unused: tuple[str, ...] = ()
    """Ids of the facts that no sentence rests on."""
    gaps: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The paragraph without ordinal and marks."""
        return "".join(sentence.text for sentence in self.sentences)

    @property
    def text(self) -> str:
        """The paragraph as printed, visible marks included."""
        marked = "".join(s.text + ("【待核】" if s.doubt else "") for s in self.sentences)
        return self.ordinal + marked + "".join(f"【待补：{gap}】" for gap in self.gaps)


class Section(_Frozen):
    """A section （一）, or the body of a part without sections."""

    number: str = ""
    heading: str = ""
    intro: str = ""
    points: tuple[Point, ...]


class DraftPart(_Frozen):
    """A part 一、."""

    role: str
    number: str
    heading: str
    sections: tuple[Section, ...]


class Draft(_Frozen):
    """A whole document, true to its plan but for what a person has changed."""

    title: str
    lead: Point
    parts: tuple[DraftPart, ...]
    closing: str
    plan: Plan
    by_hand: tuple[str, ...] = ()
    """Slots whose points a person has worked on, or nobody has written yet; they may differ from
    what the plan prescribes for them."""

    @model_validator(mode="after")
    def _true_to_plan(self) -> "Draft":
        if problem := next(deviations(self), None):
            raise ValueError(problem)
        return self

    def points(self) -> Iterator[Point]:
        """Every point in the order of the document."""
        yield self.lead
        for part in self.parts:
            for section in part.sections:
                yield from section.points

    def paragraphs(self) -> Iterator[str]:
        """Title, headings and paragraphs as printed."""
        yield self.title
        yield self.lead.text
        for part in self.parts:
            yield part.number + part.heading
            for section in part.sections:
                if section.heading:
                    yield section.number + section.heading
                if section.intro:
                    yield section.intro
                yield from (point.text for point in section.points)
        yield self.closing

    @property
    def characters(self) -> int:
        """字数 of the whole text."""
        return sum(count_characters(paragraph) for paragraph in self.paragraphs())


def deviations(draft: Draft) -> Iterator[str]:
    """Where headings, numbering, order, counts or the facts' places differ from the plan."""
    plan = draft.plan
    if (draft.title, draft.closing) != (plan.title, plan.closing):
        yield "title or closing differs from the plan"
    if len(draft.parts) != len(plan.parts):
        yield f"{len(draft.parts)} parts instead of {len(plan.parts)}"
    for part, planned in zip(draft.parts, plan.parts, strict=False):
        yield from _part_deviations(part, planned)
    for point, slot in zip(draft.points(), plan.slots(), strict=False):
        if slot.id not in draft.by_hand:
            yield from point_deviations(point, slot)
        elif (point.slot, point.ordinal) != (slot.id, slot.ordinal):
            yield _misplaced(point, slot)


def _part_deviations(part: DraftPart, plan: PartPlan) -> Iterator[str]:
    if (part.role, part.number, part.heading) != (plan.role, plan.number, plan.heading):
        yield f"part {part.number}{part.heading} instead of {plan.number}{plan.heading}"
    if len(part.sections) != len(plan.sections):
        yield f"{len(part.sections)} sections in {plan.heading} instead of {len(plan.sections)}"
    for section, planned in zip(part.sections, plan.sections, strict=False):
        yield from _section_deviations(section, planned)


def _section_deviations(section: Section, plan: SectionPlan) -> Iterator[str]:
    if (section.number, section.heading, section.intro) != (plan.number, plan.heading, plan.intro):
        yield f"section {section.number}{section.heading} instead of {plan.number}{plan.heading}"
    if len(section.points) != len(plan.slots):
        yield f"{len(section.points)} points in {plan.heading} instead of {len(plan.slots)}"


def point_deviations(point: Point, slot: Slot) -> Iterator[str]:
    """Where a point differs from what its slot prescribes."""
    if (point.slot, point.ordinal, point.gaps) != (slot.id, slot.ordinal, slot.gaps):
        yield _misplaced(point, slot)
    if not point.body.startswith(slot.opening) or not point.body.endswith(slot.ending):
        yield f"point {slot.id} does not begin and end as planned"
    used = {fact for sentence in point.sentences for fact in sentence.facts}
    planned = {fact.id for fact in slot.facts}
    if used | set(point.unused) != planned or used & set(point.unused):
        yield f"point {slot.id} does not account for each of its facts once"


def _misplaced(point: Point, slot: Slot) -> str:
    return f"point {point.slot} {point.ordinal} instead of {slot.id} {slot.ordinal}"


def assemble(plan: Plan, points: Mapping[str, Point], by_hand: Sequence[str] = ()) -> Draft:
    """The draft of a plan from its written slots, by slot id."""
    return Draft(**_tree(plan, points), plan=plan, by_hand=tuple(by_hand))


def _tree(plan: Plan, points: Mapping[str, Point]) -> dict[str, Any]:
    """What the plan prescribes, and the points by slot id."""
    return {
        "title": plan.title,
        "lead": points[plan.lead.id],
        "parts": tuple(
            DraftPart(
                role=part.role,
                number=part.number,
                heading=part.heading,
                sections=tuple(
                    Section(
                        number=section.number,
                        heading=section.heading,
                        intro=section.intro,
                        points=tuple(points[slot.id] for slot in section.slots),
                    )
                    for section in part.sections
                ),
            )
            for part in plan.parts
        ),
        "closing": plan.closing,
    }
