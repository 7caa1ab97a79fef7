"""Typical claims for an aspect, read off the worked examples: words to choose from."""

import functools

from assistant.kinds import Aspect, DocumentKind
from assistant.settings import data_folder
from assistant.spec import AspectSpec
from assistant.spec_file import read_spec
from assistant.text.sentences import overlap


@functools.cache
def _told_aspects() -> tuple[AspectSpec, ...]:
    files = sorted(data_folder("fewshot").glob("*/unit.yaml"))
    return tuple(aspect for file in files for aspect in read_spec(file).aspects)


def typical_claims(kind: DocumentKind, aspect: Aspect, *, most: int = 12) -> list[str]:
    """Claims of worked examples, those of the aspects most like this one first."""
    reports = kind.genre == "report"
    likeness: dict[str, float] = {}
    for told in _told_aspects():
        alike = overlap(aspect.name, told.name) + overlap(told.name, aspect.name)
        for item in told.work if reports else told.problems:
            likeness[item.claim] = max(likeness.get(item.claim, 0.0), alike)
    ranked = sorted(likeness, key=lambda claim: (-likeness[claim], claim))
    return ranked[:most]
