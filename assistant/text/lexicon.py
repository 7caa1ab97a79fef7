"""A closed vocabulary: which characters of a text neither its words nor given texts explain."""

import re
from collections.abc import Iterable
from functools import cached_property

_HAN = re.compile(r"[\u4e00-\u9fff]+")


class Lexicon:
    """Words that may be written anywhere."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._longest = max(map(len, self.words), default=0)

    @cached_property
    def _infixes(self) -> frozenset[str]:
        return frozenset(part for word in self.words for part in _parts(word))

    def uncovered(self, text: str, own: frozenset[str]) -> list[str]:
        """Runs of Han characters that are made of neither words nor `own` parts."""
        return [gap for run in _HAN.findall(text) for gap in self._gaps(run, own)]

    def _gaps(self, run: str, own: frozenset[str]) -> list[str]:
        # best[i]: fewest characters left unexplained in run[i:], and how long the first piece is
        best: list[tuple[int, int]] = [(0, 0)] * (len(run) + 1)
        for i in range(len(run) - 1, -1, -1):
            best[i] = (best[i + 1][0] + 1, 0)
            for size in range(1, min(max(self._longest, _LONGEST_PART), len(run) - i) + 1):
                piece = run[i : i + size]
                if (piece in self.words or piece in own) and best[i + size][0] < best[i][0]:
                    best[i] = (best[i + size][0], size)
        gaps: list[str] = []
        i, fresh = 0, True
        while i < len(run):
            size = best[i][1]
            if size:
                fresh = True
            elif fresh:
                gaps.append(run[i])
                fresh = False
            else:
                gaps[-1] += run[i]
            i += size or 1
        return gaps

    def may_spell(self, piece: str, own: frozenset[str]) -> bool:
        """Whether `piece` is part of a word or of an `own` text, or made of whole words."""
        if piece in self._infixes or piece in own:
            return True
        reach = {0}
        for i in range(len(piece)):
            if i in reach:
                reach |= {j for j in range(i + 1, len(piece) + 1) if piece[i:j] in self.words}
                reach |= {j for j in range(i + 2, len(piece) + 1) if piece[i:j] in own}
        return len(piece) in reach


_LONGEST_PART = 8


def parts(texts: Iterable[str]) -> frozenset[str]:
    """All runs of two to eight Han characters of some texts, and those that stand alone there."""
    return frozenset(
        part
        for text in texts
        for run in _HAN.findall(text)
        for part in (run, *(part for part in _parts(run) if len(part) > 1))
    )


def _parts(text: str) -> set[str]:
    return {
        run[i:j]
        for run in _HAN.findall(text)
        for i in range(len(run))
        for j in range(i + 1, min(i + _LONGEST_PART, len(run)) + 1)
    }
