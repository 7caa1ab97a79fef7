"""The Chinese characters of a text, with the places where they stood."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

_HAN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class HanText:
    """A text without anything but its Chinese characters."""

    text: str
    runs: Sequence[int]
    """Where each run of neighbouring characters begins in `text`."""
    places: Sequence[int]
    """Where it stood in the whole text."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the whole text of the characters `start` up to `end`, which are some."""
        return self._place(start), self._place(end - 1) + 1

    def _place(self, character: int) -> int:
        run = bisect_right(self.runs, character) - 1
        return self.places[run] + character - self.runs[run]


@lru_cache(maxsize=2)
def han_text(text: str) -> HanText:
    """The Chinese characters of `text`, found once for all rules."""
    runs = list(_HAN.finditer(text))
    words = [run[0] for run in runs]
    begins = list(accumulate(map(len, words), initial=0))
    return HanText("".join(words), begins[:-1], [run.start() for run in runs])
