"""Runs of Chinese characters that stand in two texts, wordings that everybody uses left out."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from assistant.text.sentences import han

RUN = 13
"""Characters in a row that two texts do not share by chance."""
_LEAST_OWN = 7
"""Of a run so many characters must be nobody's formula."""
_EXEMPT_RUN = 6
_MOST_SOURCES = 40
"""Texts that are looked at run by run; those with most in common."""


@dataclass(frozen=True)
class Copied:
    """A run of characters that stands in two texts."""

    start: int
    """Place among the Chinese characters of the text examined."""
    length: int
    name: str
    """The text it stands in, too."""
    line: int
    """Where it stands there."""


@dataclass(frozen=True)
class Source:
    """A text from which another may have copied."""

    name: str
    characters: str
    """Its Chinese characters."""
    lines: Sequence[int]
    """For each line how many of them stand before it."""

    def runs(self) -> Iterator[str]:
        """Every run of `RUN`, in order."""
        text = self.characters
        return (text[i : i + RUN] for i in range(len(text) - RUN + 1))


def source(name: str, text: str) -> Source:
    """The source that `text` is."""
    lengths = [len(han(line)) for line in text.split("\n")]
    return Source(name, han(text), [0, *accumulate(lengths[:-1])])


class Sources:
    """A few texts from which another may have copied."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.texts = tuple(sources)
        self.common: set[str] = set()
        """Runs that stand in two of the texts or more: the genre's own, nobody's."""
        self._holders: dict[str, tuple[int, ...]] = {}
        """For each run the texts that hold it."""
        for i, text in enumerate(self.texts):
            alone = (i,)
            for run in text.runs():
                holders = self._holders.setdefault(run, alone)
                if holders[-1] != i:
                    self._holders[run] = (*holders, i)
                    self.common.add(run)

    def copied(self, characters: str, wanted: Sequence[bool]) -> Iterator[Copied]:
        """The longest runs shared with any text, as far as they begin at `wanted` places.

        `wanted` says for each run of `RUN` of the Chinese `characters` whether it counts.
        """
        met = {
            start: run
            for start, counts in enumerate(wanted)
            if counts and (run := characters[start : start + RUN]) in self._holders
        }
        places: list[list[int]] = [[] for _ in self.texts]
        for start, run in met.items():
            for i in self._holders[run]:
                places[i].append(start)
        shared = list(zip(self.texts, places, strict=True))
        shared.sort(key=lambda each: -len({met[start] for start in each[1]}))
        for text, starts in shared[:_MOST_SOURCES]:
            for start, count in stretches(starts):
                line = bisect_right(text.lines, text.characters.find(met[start]))
                yield Copied(start, count + RUN - 1, text.name, line)


def stretches(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Start and length of each stretch of neighbours among sorted places."""
    if not places:
        return
    breaks = [i for i, (a, b) in enumerate(pairwise(places), 1) if b != a + 1]
    for begin, end in pairwise((0, *breaks, len(places))):
        yield places[begin], end - begin


@lru_cache(maxsize=4)
def sources_of(texts: tuple[tuple[str, str], ...]) -> Sources:
    """The sources that texts given as name and text are, made once for the same texts."""
    return Sources(source(name, text) for name, text in texts)


def exempt_stretches(texts: Iterable[str]) -> frozenset[str]:
    """The shortest stretches of exempt texts that are exempt by themselves."""
    return frozenset(
        only[i : i + _EXEMPT_RUN]
        for only in map(han, texts)
        for i in range(len(only) - _EXEMPT_RUN + 1)
    )


class Exempt:
    """Wordings that everybody uses: formulations, headings, the unit's own facts."""

    def __init__(
        self, texts: Iterable[str], runs: Iterable[str] = (), known: Set[str] = frozenset()
    ) -> None:
        """`texts` are exempt in stretches, which may be `known` already; `runs` are so whole."""
        self._stretches = known | exempt_stretches(texts)
        self._short = {characters for text in runs if (characters := han(text))}

    def covered(self, characters: str) -> Sequence[int]:
        """For each character whether it belongs to an exempt wording: 1 or 0."""
        covered = bytearray(len(characters))
        known, length = self._stretches, _EXEMPT_RUN
        starts = range(len(characters) - length + 1)
        for i in [i for i in starts if characters[i : i + length] in known]:
            covered[i : i + length] = b"\1" * length
        short = sorted((run for run in self._short if run in characters), key=len, reverse=True)
        for match in re.finditer("|".join(short) or "(?!)", characters):
            covered[match.start() : match.end()] = b"\1" * len(match[0])
        return covered


def counting(covered: Sequence[int]) -> list[bool]:
    """For each run of `RUN` whether enough of its characters belong to no exempt wording."""
    before = [0, *accumulate(covered)]
    most = RUN - _LEAST_OWN
    return [behind - begin <= most for begin, behind in zip(before, before[RUN:], strict=False)]
