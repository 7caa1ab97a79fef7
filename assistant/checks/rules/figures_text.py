"""A text's figures, sentence by sentence, read once for all rules."""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.text.figures import DATE_UNITS, Figure, find_figures

_SENTENCE = re.compile("[^。！？\n]+")


@dataclass(frozen=True)
class CountedSentence:
    """A sentence and the figures in it that count something; parts of dates do not."""

    start: int
    """Where it begins in the text; the figures' places are the text's, too."""
    text: str
    figures: tuple[Figure, ...]


@lru_cache(maxsize=4)
def figures_of(text: str) -> tuple[Figure, ...]:
    """All figures of a text in order."""
    return tuple(find_figures(text))


@lru_cache(maxsize=4)
def counted_sentences(text: str) -> tuple[CountedSentence, ...]:
    """The sentences in which something is counted."""
    counted = [f for f in figures_of(text) if f.measure and f.measure not in DATE_UNITS]
    found: list[CountedSentence] = []
    position = 0
    for sentence in _SENTENCE.finditer(text):
        inside: list[Figure] = []
        while position < len(counted) and counted[position].start < sentence.end():
            inside.append(counted[position])
            position += 1
        if inside:
            found.append(CountedSentence(sentence.start(), sentence[0], tuple(inside)))
    return tuple(found)
