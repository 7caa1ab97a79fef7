"""Searching a text for what seldom occurs."""

import re
from collections.abc import Iterator


def matches_at(
    candidate: re.Pattern[str], pattern: re.Pattern[str], text: str
) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` finds, where it can only begin at a place that `candidate` matches.

    A simple `candidate` is found much faster than a `pattern` of many alternatives.
    """
    behind = 0
    for place in candidate.finditer(text):
        if place.start() >= behind and (match := pattern.match(text, place.start())):
            yield match
            behind = match.end()
