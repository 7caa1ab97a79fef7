"""Searching a text for what seldom occurs."""

import re
from collections.abc import Iterator


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
