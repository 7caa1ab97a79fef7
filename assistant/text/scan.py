"""Searching a text for what seldom occurs."""

import re
from collections.abc import Collection, Iterable, Iterator


def matches_at(candidate: re.Pattern[str], pattern: str, text: str) -> Iterator[re.Match[str]]:
    """What `re.finditer` finds, where `pattern` can only match at a place that `candidate` matches.

    A simple `candidate` is found much faster than a `pattern` of many alternatives, which need not
    even be compiled for most texts.
    """
    behind = 0
    for place in candidate.finditer(text):
        if place.start() < behind:
            continue
        if match := re.compile(pattern).match(text, place.start()):
            yield match
            behind = match.end()


def next_is(words: Iterable[str]) -> str:
    """A pattern that looks whether the next character begins one of the words.

    In front of a pattern of many alternatives it spares most places the trying of them all.
    """
    return f"(?={_any_of(word[0] for word in words)})"


def _any_of(characters: Iterable[str]) -> str:
    return f"[{re.escape(''.join(sorted(set(characters))))}]"


class Beginnings:
    """Places where words of a list may begin."""

    def __init__(self, words: Collection[str], length: int) -> None:
        """`words` are known by their first `length` characters; shorter ones are not found."""
        self._known = frozenset(word[:length] for word in words if len(word) >= length)
        self._length = length
        first, *others = map(_any_of, zip(*self._known, strict=True)) if self._known else ["(?!)"]
        self._may_begin = re.compile(f"{first}(?={''.join(others)})")

    def places(self, text: str) -> Iterator[int]:
        """Where the first characters of a word stand, in order."""
        for match in self._may_begin.finditer(text):
            start = match.start()
            if text[start : start + self._length] in self._known:
                yield start
