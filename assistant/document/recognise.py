"""Which kind a document is, by its title and headings."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from assistant.document.tree import Document
from assistant.kinds import DocumentKind, all_kinds
from assistant.text.sentences import han

_TITLE, _ASPECTS, _PARTS = 0.35, 0.5, 0.15
_WRONG_PERIOD = 0.5
"""What is left of a title's likeness when it names another year than the kind's, or half a year."""
_CLEAR_LEAD = 0.1
"""A kind that leads the next by so much is not doubted on its account."""

_LONG = 0.7
"""Of a name's length: headings as long may hold the name within them."""

_YEAR = re.compile(r"20\d\d")


@dataclass(frozen=True)
class Recognition:
    """The kind that fits best, and how far to trust it."""

    kind: str
    """The kind's id."""
    confidence: float
    """0 to 1: how much of the kind's title and headings is there, less when another fits as well.

    Real and worked documents of a kind reach 0.5 and more, other writing stays below.
    """


def recognise(document: Document) -> Recognition:
    """The kind that the document's title and headings fit best."""
    headings = [han(section.heading) for section in document.walk() if section.heading]
    found = {name: _found(name, headings) for name in _names()}
    scores = {
        kind.id: _TITLE * _title_likeness(document.title, kind)
        + _ASPECTS * _mean([found[name] for name in _aspect_names(kind)])
        + _PARTS * _mean([found[name] for name in _part_names(kind)])
        for kind in all_kinds().values()
    }
    best, second = sorted(scores, key=lambda kind: -scores[kind])[:2]
    lead = scores[best] - scores[second]
    return Recognition(best, scores[best] * (0.5 + 0.5 * min(1.0, lead / _CLEAR_LEAD)))


@cache
def _names() -> frozenset[str]:
    """What parts and aspects are called in any kind."""
    kinds = all_kinds().values()
    return frozenset(name for kind in kinds for name in (*_aspect_names(kind), *_part_names(kind)))


def _aspect_names(kind: DocumentKind) -> list[str]:
    return [han(aspect.name) for aspect in kind.aspects]


def _part_names(kind: DocumentKind) -> list[str]:
    return [han(part.heading) for part in kind.parts if not part.optional]


def _title_likeness(title: str, kind: DocumentKind) -> float:
    if not title:
        return 0.0
    year = _YEAR.search(title)
    wording = kind.title.format(unit="", speaker="", year=year[0] if year else "")
    likeness = fuzz.partial_ratio(wording, title) / 100
    kinds_year = _YEAR.search(wording)
    wrong = (year and kinds_year and year[0] != kinds_year[0]) or (
        ("半年" in title) != ("半年" in wording)
    )
    return likeness * (_WRONG_PERIOD if wrong else 1.0)


def _found(name: str, headings: list[str]) -> float:
    """How much of the name some heading holds, 0 to 1; half the wording is as good as nothing."""
    # Partial likeness would find any short heading within a long name.
    long = [heading for heading in headings if len(heading) >= _LONG * len(name)]
    short = [heading for heading in headings if len(heading) < _LONG * len(name)]
    best = max(
        _best(name, long, fuzz.partial_ratio),
        _best(name, short, fuzz.ratio),
    )
    return max(0.0, 2 * best - 1)


def _best(name: str, headings: list[str], likeness: Callable[..., float]) -> float:
    """The greatest likeness to a heading, 0 to 1; 0 below a half."""
    best = process.extractOne(name, headings, scorer=likeness, score_cutoff=50)
    return best[1] / 100 if best else 0.0


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
