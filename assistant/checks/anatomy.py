"""Which section of a document plays which part: problems, causes, measures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.document.points import lone_point
from assistant.document.tree import Document, Paragraph, Point, Section
from assistant.kinds import DocumentKind, PartRole
from assistant.text.sentences import count_characters

# In this order: 整改措施落实情况 is about last year, not a part of measures.
_ROLES: tuple[tuple[PartRole, str], ...] = (
    ("last_year", r"整改(?:措施)?(?:落实|完成)?情况$|上(?:一)?年度.*整改|整改措施落实情况"),
    ("case", r"案例"),
    ("matters", r"需?要?说明|重要事项"),
    (
        "problems",
        r"查摆问题|问题查摆|问题不足|(?:存在|主要|突出)的?(?:主要|突出)?(?:问题|不足|差距)(?!的?(?:原因|根源))",
    ),
    ("causes", r"原因|根源"),
    ("measures", r"整改|努力方向|下一?步|打算|改进措施|工作思路|今后"),
    ("problems", r"问题|不足|差距|对照检查情况|查摆"),
    ("work", r"做法|落实.*情况|成效|工作(?:开展)?情况|履行.*情况"),
)


@dataclass(frozen=True)
class DocumentPart:
    """A part 一、 and what it is for."""

    role: PartRole
    section: Section
    text: str
    """The whole document's."""

    @property
    def length(self) -> int:
        """Characters of its headings and paragraphs."""
        return sum(
            count_characters(section.number + section.heading)
            + sum(count_characters(p.text) for p in section.paragraphs)
            for section in self.section.walk()
        )

    def points(self) -> Iterator[Point]:
        """Its points in order; a paragraph that is alone in its section is one."""
        for section in self.section.walk():
            alone = len(section.paragraphs) == 1 and not section.sections
            for paragraph in section.paragraphs:
                if alone and not paragraph.points:
                    yield lone_point(self.text, paragraph.span)
                else:
                    yield from paragraph.points

    def paragraphs(self) -> Iterator[Paragraph]:
        """Its paragraphs in order."""
        return self.section.all_paragraphs()


def parts_of(document: Document, kind: DocumentKind | None = None) -> list[DocumentPart]:
    """The document's parts whose headings tell what they are for."""
    report = kind is not None and kind.genre == "report"
    parts = []
    for section in document.sections:
        if section.level == 1 and (role := _role(section.heading)):
            as_named: PartRole = "next_steps" if report and role == "measures" else role
            parts.append(DocumentPart(as_named, section, document.text))
    return parts


def _role(heading: str) -> PartRole | None:
    return next((role for role, pattern in _ROLES if re.search(pattern, heading)), None)
