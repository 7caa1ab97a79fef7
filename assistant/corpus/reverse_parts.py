"""Which part of a kind each section of a document is, and the items that it lists."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.document.points import claim_and_body
from assistant.document.tree import Document, Paragraph, Point, Section
from assistant.kinds import Aspect, DocumentKind, PartRole
from assistant.text.sentences import han, overlap

_NAMES: tuple[tuple[PartRole, str], ...] = (
    (
        "last_year",
        r"(?:上年度|上一年度|上次|20\d\d年?度?).*整改|整改.*(?:落实|完成)情况|整改措施落实",
    ),
    ("case", "案例|以案"),
    ("matters", "需要?说明|说明的(?:事项|问题)|个人有关事项|其他.*事项"),
    ("causes", "原因|根源|症结"),
    ("measures", r"措施|努力方向|整改方向|下一?步|打算|今后|工作安排|工作思路|改进"),
    ("problems", "问题|不足|查摆|差距|对照检查情况"),
    ("work", "做法|成效|开展情况|履行.*情况|落实.*情况|工作情况|主要工作"),
)
"""The order matters: 整改措施落实情况 is no part of measures, 产生问题的原因 none of problems."""

LIKE_ASPECT = 0.6
"""Likeness, 0 to 1, from which a heading is taken to name an aspect."""

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９％", "0123456789%")
_FULL_WIDTH_POINT = re.compile(r"(?<=\d)．(?=\d)")


@dataclass(frozen=True)
class Item:
    """Something that a part lists, as a spec may write it."""

    claim: str
    body: str
    """What is said about the claim; a line for each paragraph."""


def item(claim: str, body: str) -> Item:
    """A point, a numbered section or a paragraph as an item."""
    return Item(
        spec_text(claim).strip("，,。；;：: "),
        "\n".join(spec_text(line) for line in body.splitlines()),
    )


def spec_text(text: str) -> str:
    """Text as a spec may hold it: on one line, figures in half width."""
    text = _UNWRITABLE.sub("", text).translate(_HALF_WIDTH)
    return _FULL_WIDTH_POINT.sub(".", text).strip()


def part_role(heading: str, kind: DocumentKind) -> PartRole | None:
    """What part of the kind a heading announces."""
    for role, pattern in _NAMES:
        if role == "measures" and kind.genre == "report":
            role = "next_steps"
        if kind.part(role) and re.search(pattern, heading):
            return role
    return None


def parts_of(document: Document, kind: DocumentKind) -> dict[PartRole, list[Section]]:
    """The sections of each part.

    A document may begin with its aspects at once, without a heading over them: then sections
    that no part's name fits are the aspects.
    """
    parts: dict[PartRole, list[Section]] = {}
    unnamed: list[Section] = []
    for section in document.sections:
        if role := part_role(section.heading, kind):
            parts.setdefault(role, []).append(section)
        else:
            unnamed.append(section)
    by_aspect: PartRole = "work" if kind.genre == "report" else "problems"
    if unnamed and by_aspect not in parts:
        parts[by_aspect] = unnamed
    return parts


def aspect_sections(sections: Sequence[Section], kind: DocumentKind) -> list[Section]:
    """The sections that treat an aspect each: those of a part, or the parts themselves."""
    below = [inner for section in sections for inner in section.sections]
    likeness = [
        max((best_aspect(s.heading, kind.aspects)[1] for s in level), default=0.0)
        for level in (sections, below)
    ]
    return list(sections) if likeness[0] > likeness[1] or not below else below


def match_aspects(sections: Sequence[Section], kind: DocumentKind) -> list[Aspect]:
    """The aspect of each section: by the heading, the likeliest pairs first, else by the text."""
    pairs = sorted(
        (
            (-aspect_likeness(section.heading, aspect), i, j)
            for i, section in enumerate(sections)
            for j, aspect in enumerate(kind.aspects)
        ),
    )
    chosen: dict[int, int] = {}
    for negative, i, j in pairs:
        if -negative >= LIKE_ASPECT and i not in chosen and j not in chosen.values():
            chosen[i] = j
    for i, section in enumerate(sections):
        if i not in chosen:
            unused = [j for j in range(len(kind.aspects)) if j not in chosen.values()]
            text = section.heading + text_of(section)
            chosen[i] = max(
                unused or range(len(kind.aspects)), key=lambda j: _treats(text, kind.aspects[j])
            )
    return [kind.aspects[chosen[i]] for i in range(len(sections))]


def _treats(text: str, aspect: Aspect) -> float:
    """How much of what an aspect is about the text mentions, 0 to 1."""
    return overlap(aspect.name + aspect.heading + aspect.direction + aspect.ask, text)


def best_aspect(heading: str, aspects: Sequence[Aspect]) -> tuple[Aspect, float]:
    """The aspect that a heading is most like, and how much, 0 to 1."""
    return max(
        ((aspect, aspect_likeness(heading, aspect)) for aspect in aspects), key=lambda pair: pair[1]
    )


def aspect_likeness(heading: str, aspect: Aspect) -> float:
    """How like a heading is to an aspect's name or to the direction that answers it."""
    written = han(heading)
    names = (han(aspect.name), han(aspect.heading), han(aspect.direction))
    return max(
        fuzz.ratio(written, name) / 100
        if len(written) < len(name)
        else fuzz.partial_ratio(name, written) / 100
        for name in names
        if name
    )


def items(section: Section, *, sections_first: bool = False) -> list[Item]:
    """What a section lists: its points, else its sections, else its paragraphs.

    With `sections_first` a section below is one item together with its points.
    """
    listed = [*_pointed(section.paragraphs)]
    if section.sections and (sections_first or not listed):
        for inner in section.sections:
            listed += [_whole(inner)] if sections_first else _listed_below(inner)
    return listed or [
        item(*claim_and_body(paragraph.text))
        for paragraph in section.paragraphs
        if not paragraph.text.endswith(("：", ":"))
    ]


def text_of(section: Section) -> str:
    """All the text under a heading, a line each paragraph."""
    return "\n".join(paragraph.text for paragraph in section.all_paragraphs())


def _listed_below(section: Section) -> list[Item]:
    pointed = [*_pointed(section.all_paragraphs())]
    return pointed or [_whole(section)]


def _whole(section: Section) -> Item:
    text = text_of(section)
    return item(section.heading, text) if section.heading else item(*claim_and_body(text))


def _pointed(paragraphs: Iterable[Paragraph]) -> Iterator[Item]:
    """The points, each with the plain paragraphs that follow it."""
    point: Point | None = None
    body = ""
    for paragraph in paragraphs:
        for following in paragraph.points:
            if point:
                yield item(point.claim, body)
            point, body = following, following.body
        if point and not paragraph.points:
            body += f"\n{paragraph.text}"
    if point:
        yield item(point.claim, body)
