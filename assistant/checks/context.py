"""What the rules look at: a document and everything known about it."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import filterfalse
from typing import TYPE_CHECKING

from assistant.checks.data import RuleData
from assistant.checks.findings import Place
from assistant.text.adverts import Advert, find_adverts
from assistant.text.contacts import Contact, find_contacts

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.checks.anatomy import DocumentPart
    from assistant.document.tree import Document
    from assistant.kinds import DocumentKind
    from assistant.reading.layout import WordLayout
    from assistant.spec import UnitSpec
    from assistant.text.entities import Entity

_LEAST_CONFIDENCE = 0.5
_YEAR = re.compile(r"(20\d\d)年(上半年)?(度)?")


@dataclass(frozen=True)
class OtherText:
    """A text that the document is compared with."""

    name: str
    text: str


@dataclass(frozen=True)
class CheckContext:
    """A document to be checked. What rules share is worked out once, when first asked for."""

    text: str
    given_kind: "DocumentKind | None" = None
    """The kind that the user named."""
    spec: "UnitSpec | None" = None
    """What the unit told; its kind and date then hold for the document."""
    day: date | None = None
    """The day that the user named."""
    others: tuple[OtherText, ...] = ()
    """Texts from which the document should not copy."""
    index: "Path | None" = None
    """Folder of a saved index of more such texts."""
    data: RuleData = field(default_factory=RuleData)
    layout: "WordLayout | None" = None
    """How the text is laid out, where it was read from a Word file."""

    @cached_property
    def document(self) -> "Document":
        """The text parsed into headings, paragraphs and points."""
        from assistant.document.parse import parse

        return parse(self.text)

    @cached_property
    def adverts(self) -> tuple[Advert, ...]:
        """The advertisements in the text."""
        return tuple(find_adverts(self.text))

    @cached_property
    def entities(self) -> "tuple[Entity, ...]":
        """The names in the text, kind by kind."""
        from assistant.text.entities import find_entities

        return tuple(find_entities(self.text))

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """Contact data and numbers of persons in the text, those of advertisements left out."""
        starts = [advert.start for advert in self.adverts]

        def advertised(contact: Contact) -> bool:
            before = bisect_right(starts, contact.start)
            return before > 0 and contact.start < self.adverts[before - 1].end

        return tuple(filterfalse(advertised, find_contacts(self.text)))

    @cached_property
    def kind(self) -> "DocumentKind | None":
        """The kind named by the user or the spec; otherwise recognised, where that is sure."""
        from assistant.kinds import all_kinds

        if self.given_kind:
            return self.given_kind
        if self.spec:
            return all_kinds()[self.spec.kind]
        from assistant.document.recognise import recognise

        recognition = recognise(self.document)
        sure = recognition.confidence >= _LEAST_CONFIDENCE
        return all_kinds().get(recognition.kind) if sure else None

    @cached_property
    def known_texts(self) -> tuple[str, ...]:
        """Every text that the unit, the kind or code gives; none without a spec."""
        if self.spec is None or self.kind is None:
            return ()
        from assistant.checks.sources import known_texts

        return known_texts(self.spec, self.kind)

    @cached_property
    def all_parts(self) -> "tuple[DocumentPart, ...]":
        """The document's parts whose headings tell what they are for."""
        from assistant.checks.anatomy import parts_of

        return tuple(parts_of(self.document, self.kind))

    def parts(self, *roles: str) -> "list[DocumentPart]":
        """The parts of these roles."""
        return [part for part in self.all_parts if part.role in roles]

    @cached_property
    def examines_itself(self) -> bool:
        """Whether the document is a self-examination, by its kind or else by its title."""
        if self.kind:
            return self.kind.genre == "self_examination"
        return bool(re.search("对照检查|检视剖析|对照检视|发言提纲", self.document.title))

    @cached_property
    def date(self) -> "date | None":
        """The document's day: named by user or spec, or the end of the year in the title."""
        if self.day:
            return self.day
        if self.spec:
            return self.spec.date
        year = _YEAR.search(self.document.title)
        if not year:
            return None
        return date(int(year[1]), 6, 30) if year[2] else date(int(year[1]), 12, 31)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", self.text))]

    def place(self, start: int, end: int) -> Place:
        """The place of a span, with its line and column."""
        line = bisect_right(self._line_starts, start)
        return Place(start, end, line, start - self._line_starts[line - 1] + 1)
