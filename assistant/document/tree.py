"""A parsed document: parts, paragraphs and points as places in the original text.

Nothing is copied out of its place: every node carries the span of its characters, so that a
finding can name it and an edit can replace it. `leaves` cuts the whole text along the tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.text.sentences import split_sentences


@dataclass(frozen=True, order=True)
class Span:
    """Characters `start` up to, not including, `end` of the document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """What stands there."""
        return text[self.start : self.end]


@dataclass(frozen=True)
class Sentence:
    """A sentence with its closing mark."""

    span: Span
    text: str


@dataclass(frozen=True)
class Point:
    """One item of an enumeration (一是…): what it claims and what it says about it."""

    ordinal: str
    """As written: 一是, 第一，, 1., ①."""
    number: int
    """What the ordinal counts, from 1."""
    claim: str
    """The first sentence, or its first clause where the sentence is long; without its mark."""
    body: str
    """What follows the claim and its mark; may be empty."""
    span: Span
    claim_span: Span
    body_span: Span


@dataclass(frozen=True)
class Paragraph:
    """A line of running text; of a line that a heading begins, what follows the heading."""

    span: Span
    text: str
    points: tuple[Point, ...] = ()

    @property
    def before_points(self) -> str:
        """The text in front of the first point; all of it where there is none."""
        if not self.points:
            return self.text
        return self.text[: self.points[0].span.start - self.span.start]

    def sentences(self) -> Iterator[Sentence]:
        """The sentences in order."""
        start = self.span.start
        for text in split_sentences(self.text):
            yield Sentence(Span(start, start + len(text)), text)
            start += len(text)


@dataclass(frozen=True)
class Section:
    """A heading with all that stands under it."""

    level: int
    """1 for 一、 and ##; 2 for （一） and ###; 3 for 1. and ####; 4 for （1） and ①."""
    number: str
    """As written, such as （一）; empty where the heading has none."""
    heading: str
    """Without number and closing mark; empty where only a number begins the paragraph."""
    span: Span
    """Number and heading."""
    paragraphs: tuple[Paragraph, ...] = ()
    sections: tuple["Section", ...] = ()

    @property
    def heading_span(self) -> Span:
        """The heading without its number."""
        return Span(self.span.end - len(self.heading), self.span.end)

    @property
    def extent(self) -> Span:
        """The heading and all that stands under it."""
        below = (self.span, *(p.span for p in self.paragraphs), *(s.extent for s in self.sections))
        return Span(self.span.start, max(span.end for span in below))

    def walk(self) -> Iterator["Section"]:
        """This section and all below it, in order."""
        yield self
        for section in self.sections:
            yield from section.walk()

    def all_paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs of this section and of all below it, in order."""
        for section in self.walk():
            yield from section.paragraphs


@dataclass(frozen=True)
class Document:
    """A document as read from its text."""

    text: str
    title: str
    """Empty where none was found; a title of two lines is joined."""
    title_span: Span | None
    lead: tuple[Paragraph, ...]
    """What stands before the first heading, the title left out."""
    sections: tuple[Section, ...]
    closing: tuple[Paragraph, ...] = ()
    """The formula, signature and date at the end; they belong to no section."""

    def walk(self) -> Iterator[Section]:
        """Every section at every level, in order."""
        for section in self.sections:
            yield from section.walk()

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph in order."""
        yield from self.lead
        for section in self.sections:
            yield from section.all_paragraphs()
        yield from self.closing

    def points(self) -> Iterator[Point]:
        """Every point in order."""
        for paragraph in self.paragraphs():
            yield from paragraph.points


LeafRole = Literal["title", "number", "heading", "text", "ordinal", "claim", "body", "gap"]


@dataclass(frozen=True)
class Leaf:
    """A stretch of the text that is not divided any further."""

    role: LeafRole
    """`gap`: blanks, line ends, Markdown marks and the marks between two leaves."""
    span: Span


def leaves(document: Document) -> list[Leaf]:
    """The whole text cut along the tree; joined the leaves give the text again."""
    cut: list[Leaf] = []
    position = 0
    for leaf in sorted(_named_leaves(document), key=lambda leaf: leaf.span):
        if leaf.span.start > position:
            cut.append(Leaf("gap", Span(position, leaf.span.start)))
        cut.append(leaf)
        position = leaf.span.end
    if position < len(document.text):
        cut.append(Leaf("gap", Span(position, len(document.text))))
    return cut


def _named_leaves(document: Document) -> Iterator[Leaf]:
    if document.title_span:
        yield Leaf("title", document.title_span)
    for section in document.walk():
        if section.number:
            start = section.span.start
            yield Leaf("number", Span(start, start + len(section.number)))
        if section.heading:
            yield Leaf("heading", section.heading_span)
    for paragraph in document.paragraphs():
        yield from _paragraph_leaves(paragraph)


def _paragraph_leaves(paragraph: Paragraph) -> Iterator[Leaf]:
    before = len(paragraph.before_points)
    if before:
        yield Leaf("text", Span(paragraph.span.start, paragraph.span.start + before))
    for point in paragraph.points:
        yield Leaf("ordinal", Span(point.span.start, point.span.start + len(point.ordinal)))
        if point.claim:
            yield Leaf("claim", point.claim_span)
        if point.body:
            yield Leaf("body", point.body_span)
