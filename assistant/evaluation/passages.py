"""Which passage of a document answers which slot of a plan, whoever wrote the document."""

from collections.abc import Iterator

from rapidfuzz import fuzz

from assistant.document.tree import Document, Paragraph, Section
from assistant.plan import PartPlan, Plan, Slot
from assistant.text.sentences import han, overlap

_SAME_HEADING = 75
"""Likeness in hundredths from which a heading is the planned one."""
_LEAST_LIKENESS = 0.6
_CLAIM_REACH = 40
"""Characters behind the claim's own length within which a passage must say what it is about."""
_LOW = 3
"""Level from which a heading stands for a point: 1. and （1）."""


def find_passages(plan: Plan, document: Document) -> dict[str, str]:
    """By slot id the passage that answers it; a slot without one is left out.

    A passage is looked for under the heading of its part, or in the whole document where there
    is no such heading; none answers two slots of one part.
    """
    found: dict[str, str] = {}
    if document.lead:
        found[plan.lead.id] = "".join(paragraph.text for paragraph in document.lead)
    everywhere = list(_passages(document.sections, document.lead))
    for part in plan.parts:
        own = match_part(part, document)
        passages = list(_passages((own,))) if own else everywhere
        if part.role in ("last_year", "case"):
            if own:
                text = "".join(paragraph.text for paragraph in own.all_paragraphs())
                found |= {slot.id: text for s in part.sections for slot in s.slots if text}
            continue
        slots = [slot for section in part.sections for slot in section.slots]
        found |= _assign(slots, passages)
    return found


def match_part(part: PartPlan, document: Document) -> Section | None:
    """The document's section with the heading of a planned part."""
    likeness = [
        (fuzz.ratio(han(part.heading), han(section.heading)), section)
        for section in document.sections
    ]
    best = max(likeness, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= _SAME_HEADING else None


def _assign(slots: list[Slot], passages: list[str]) -> dict[str, str]:
    """The likest pairs first, of equals the earlier passage; none is used twice."""
    pairs = [
        (-likeness, place, slot.id)
        for place, passage in enumerate(passages)
        for slot in slots
        if (likeness := _likeness(slot, passage)) >= _LEAST_LIKENESS
    ]
    found: dict[str, str] = {}
    used: set[int] = set()
    for _, place, slot_id in sorted(pairs):
        if slot_id not in found and place not in used:
            found[slot_id] = passages[place]
            used.add(place)
    return found


def _likeness(slot: Slot, passage: str) -> float:
    """How much of the claim stands where a passage says what it is about; 2 for all of it."""
    claim = han(slot.claim)
    begin = han(passage)[: len(claim) + _CLAIM_REACH]
    return 2.0 if claim in begin else overlap(claim, begin)


def _passages(
    sections: tuple[Section, ...], paragraphs: tuple[Paragraph, ...] = ()
) -> Iterator[str]:
    """Points, paragraphs without points, and low headings with what stands under them."""
    for paragraph in paragraphs:
        yield from _of_paragraph(paragraph)
    for section in sections:
        if section.level >= _LOW:
            below = "".join(paragraph.text for paragraph in section.all_paragraphs())
            yield f"{section.heading}。{below}"
        yield from _passages(section.sections, section.paragraphs)


def _of_paragraph(paragraph: Paragraph) -> Iterator[str]:
    if not paragraph.points:
        yield paragraph.text
    for point in paragraph.points:
        start = paragraph.span.start
        yield paragraph.text[point.span.start - start : point.span.end - start]
