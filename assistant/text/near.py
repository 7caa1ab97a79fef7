"""Finding fixed wordings in which a character or two went wrong."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from assistant.text.scan import Beginnings

_SEED = 3
_EDGE = 2
"""Characters at either end that must be right: a wording may be cut short, not bent."""
_LONG = 8
"""In wordings as long one other character at either end is a slip, too."""
_CHARACTERS_PER_SLIP = 6


class Damaged(NamedTuple):
    """Where a wording stands damaged."""

    wording: str
    start: int
    end: int


class NearIndex:
    """Fixed wordings of Chinese characters, to be looked for in damaged form."""

    def __init__(self, wordings: Mapping[str, tuple[str, ...]]) -> None:
        """`wordings`: each wording with the other forms of it that are right, too."""
        self._right = {wording: (wording, *others) for wording, others in wordings.items()}
        self._seeds: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for wording in wordings:
            for i in range(len(wording) - _SEED + 1):
                self._seeds[wording[i : i + _SEED]].append((wording, i))

    @cached_property
    def _beginnings(self) -> Beginnings:
        return Beginnings(self._seeds, _SEED)

    def damaged(self, text: str) -> Iterator[Damaged]:
        """Each wording that stands damaged in a text of Chinese characters."""
        seeds: dict[tuple[str, int], int] = defaultdict(int)
        for place in self._beginnings.places(text):
            for wording, offset in self._seeds[text[place : place + _SEED]]:
                seeds[wording, place - offset] += 1
        found: set[Damaged] = set()
        for (wording, start), count in seeds.items():
            whole = count == len(wording) - _SEED + 1
            slip = None if whole else self._slip(text, wording, start)
            if slip and slip not in found:
                found.add(slip)
                yield slip

    def _slip(self, text: str, wording: str, start: int) -> Damaged | None:
        most = max(1, len(wording) // _CHARACTERS_PER_SLIP)
        begin = max(0, start - most)
        window = text[begin : start + len(wording) + most]
        if not _may_end_alike(wording, window):
            return None
        if any(right in window for right in self._right[wording]):
            return None
        alignment = fuzz.partial_ratio_alignment(wording, window, score_cutoff=70)
        if alignment is None:
            return None
        # The alignment is as long as the wording; the damaged form may be longer or shorter.
        first, last = alignment.dest_start, alignment.dest_end
        for left in range(max(0, first - most), first + most + 1):
            for right in range(last - most, min(len(window), last + most) + 1):
                part = window[left:right]
                if _ends_alike(wording, part) and Levenshtein.distance(wording, part) <= most:
                    return Damaged(wording, begin + left, begin + right)
        return None


def _may_end_alike(wording: str, window: str) -> bool:
    """Whether any part of the window can end as the wording does: soon told, and seldom so."""
    ends = (wording[:_EDGE] in window) + (wording[-_EDGE:] in window)
    return ends == 2 or (ends == 1 and len(wording) >= _LONG)


def _ends_alike(wording: str, part: str) -> bool:
    if part[:_EDGE] == wording[:_EDGE] and part[-_EDGE:] == wording[-_EDGE:]:
        return True
    if len(part) != len(wording) or len(wording) < _LONG:
        return False
    return sum(a != b for a, b in zip(wording, part, strict=True)) == 1
