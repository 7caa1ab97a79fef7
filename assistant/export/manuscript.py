"""What is exported: title, headings and paragraphs in order, each sentence with its facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.document.tree import Document
from assistant.document.tree import Section as DocumentSection
from assistant.draft import Draft, Point
from assistant.text.sentences import split_sentences

MARK = re.compile(r"【待核】|【待补(?:：[^】]*)?】")
"""A place that a person still has to fill in or verify."""


@dataclass(frozen=True)
class SourceFact:
    """A fact that the unit told, as the legend lists it."""

    number: int
    text: str
    used: bool


@dataclass(frozen=True)
class Passage:
    """A sentence, with the marks behind it, or a mark that stands alone."""

    text: str
    facts: tuple[int, ...] = ()
    """Numbers of the facts that it rests on."""
    doubt: str = ""
    """Why it could not be verified."""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (一、) to 4 (（1）)."""

    level: int
    number: str
    text: str

    @property
    def plain(self) -> str:
        """As printed."""
        return self.number + self.text


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    passages: tuple[Passage, ...]
    facts: tuple[int, ...] = ()
    """Numbers of the facts that it was to be written from."""
    heading: Heading | None = None
    """A heading that stands in the same line; its text ends with the mark behind it."""

    @property
    def plain(self) -> str:
        """As printed."""
        heading = self.heading.plain if self.heading else ""
        return heading + "".join(passage.text for passage in self.passages)


Block = Heading | Paragraph


@dataclass(frozen=True)
class Manuscript:
    """A document ready to be laid out."""

    title: str
    blocks: tuple[Block, ...]
    unit: str = ""
    facts: tuple[SourceFact, ...] = ()

    @property
    def plain(self) -> str:
        """The whole text, a block a line."""
        return "\n".join([self.title, *(block.plain for block in self.blocks)])

    @property
    def unfinished(self) -> list[str]:
        """The marks that still stand in it, in order."""
        return MARK.findall(self.plain)


def from_draft(draft: Draft) -> Manuscript:
    """The manuscript of a draft, its facts numbered in the order of the document."""
    planned = [fact for slot in draft.plan.slots() for fact in slot.facts]
    numbers = {fact.id: number for number, fact in enumerate(planned, 1)}
    unused = {fact_id for point in draft.points() for fact_id in point.unused}
    slot_facts = {
        slot.id: tuple(numbers[fact.id] for fact in slot.facts) for slot in draft.plan.slots()
    }

    def paragraph(point: Point) -> Paragraph:
        return Paragraph(tuple(_passages(point, numbers)), slot_facts[point.slot])

    def blocks() -> Iterator[Block]:
        yield paragraph(draft.lead)
        for part in draft.parts:
            yield Heading(1, part.number, part.heading)
            for section in part.sections:
                if section.heading:
                    yield Heading(2, section.number, section.heading)
                if section.intro:
                    yield Paragraph((Passage(section.intro),))
                yield from map(paragraph, section.points)
        if draft.closing:
            yield Paragraph((Passage(draft.closing),))

    return Manuscript(
        title=draft.title,
        blocks=tuple(blocks()),
        unit=draft.plan.unit,
        facts=tuple(SourceFact(numbers[f.id], f.text, f.id not in unused) for f in planned),
    )


def _passages(point: Point, numbers: dict[str, int]) -> Iterator[Passage]:
    ordinal = point.ordinal
    for sentence in point.sentences:
        mark = "【待核】" if sentence.doubt else ""
        facts = tuple(numbers[fact] for fact in sentence.facts)
        yield Passage(ordinal + sentence.text + mark, facts, sentence.doubt)
        ordinal = ""
    for gap in point.gaps:
        yield Passage(f"{ordinal}【待补：{gap}】")
        ordinal = ""


def from_document(document: Document) -> Manuscript:
    """The manuscript of a text that was read and parsed; it knows no facts."""

    def blocks() -> Iterator[Block]:
        yield from (_plain_paragraph(p.text) for p in document.lead)
        for section in document.walk():
            yield from _section_blocks(document.text, section)
        yield from (_plain_paragraph(p.text) for p in document.closing)

    return Manuscript(title=document.title, blocks=tuple(blocks()))


def _section_blocks(text: str, section: DocumentSection) -> Iterator[Block]:
    paragraphs = [paragraph.text for paragraph in section.paragraphs]
    heading = Heading(section.level, section.number, section.heading)
    if section.paragraphs:
        between = text[section.span.end : section.paragraphs[0].span.start]
        if "\n" not in between:
            run_in = Heading(section.level, section.number, section.heading + between.strip())
            yield _plain_paragraph(paragraphs.pop(0), run_in)
            yield from map(_plain_paragraph, paragraphs)
            return
    yield heading
    yield from map(_plain_paragraph, paragraphs)


def _plain_paragraph(text: str, heading: Heading | None = None) -> Paragraph:
    return Paragraph(tuple(Passage(s) for s in split_sentences(text)), heading=heading)
