"""Cleaning a raw document: rules edit it one after another, and every edit is kept with its place.

The text goes through all rules again and again until none finds anything; so a text that was
cleaned once is left as it is. Every rule takes noise away or puts a clean form in its place and
none brings noise back, which is why this comes to an end.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.text.edits import Edit

MOST_ROUNDS = 12
"""Rounds after which cleaning stops in any case; real documents need two or three."""

_EXCERPT = 200
"""Characters of a removed stretch that a change shows."""


@dataclass(frozen=True)
class CleaningRule:
    """One kind of noise: what it is called and where it stands in a text."""

    id: str
    name: str
    """In Chinese, as the report shows it."""
    find: Callable[[str], Iterable[Edit]]
    """The edits that take this noise out of a text, in order and without overlap."""


@dataclass(frozen=True)
class Change:
    """An edit that was made, with its place in the original text."""

    rule: str
    """Id of the rule."""
    start: int
    end: int
    line: int
    """Line of the original text, from 1."""
    before: str
    """What stood there when the rule came to it; the beginning of a long stretch."""
    after: str
    """Empty where it was removed."""


@dataclass(frozen=True)
class Cleaned:
    """A cleaned text and everything that was done to it."""

    original: str
    text: str
    changes: tuple[Change, ...]
    starts: Sequence[int]
    """Where each character of `text` comes from: the first original character."""
    ends: Sequence[int]
    """The same, behind the last one; a character that was put in stands for several."""


def clean(text: str, rules: Sequence[CleaningRule]) -> Cleaned:
    """The text without the noise that `rules` find; cleaning it again changes nothing."""
    tracked = _Tracked(text)
    for _ in range(MOST_ROUNDS):
        before = len(tracked.changes)
        for rule in rules:
            tracked.apply(rule)
        if len(tracked.changes) == before:
            break
    return tracked.result()


class _Tracked:
    """A text under edit that knows where each of its characters comes from."""

    def __init__(self, text: str) -> None:
        self._original = text
        self._text = text
        self._starts = array("I", range(len(text)))
        self._ends = array("I", range(1, len(text) + 1))
        self._line_ends = array("I", (i for i, char in enumerate(text) if char == "\n"))
        self.changes: list[Change] = []

    def apply(self, rule: CleaningRule) -> None:
        """Make the edits of one rule."""
        pieces: list[str] = []
        starts, ends = array("I"), array("I")
        behind = 0
        for edit in rule.find(self._text):
            old = self._text[edit.start : edit.end]
            if old == edit.new or edit.start < behind:
                continue
            first, last = self._place(edit)
            self.changes.append(
                Change(rule.id, first, last, self._line(first), old[:_EXCERPT], edit.new)
            )
            pieces += self._text[behind : edit.start], edit.new
            starts += self._starts[behind : edit.start]
            ends += self._ends[behind : edit.start]
            starts.extend([first] * len(edit.new))
            ends.extend([last] * len(edit.new))
            behind = edit.end
        if not pieces:
            return
        self._text = "".join(pieces) + self._text[behind:]
        self._starts = starts + self._starts[behind:]
        self._ends = ends + self._ends[behind:]

    def _place(self, edit: Edit) -> tuple[int, int]:
        """Where an edit of the current text stands in the original."""
        if edit.start < edit.end:
            return self._starts[edit.start], self._ends[edit.end - 1]
        here = self._starts[edit.start] if edit.start < len(self._text) else len(self._original)
        return here, here

    def _line(self, offset: int) -> int:
        return bisect_left(self._line_ends, offset) + 1

    def result(self) -> Cleaned:
        return Cleaned(self._original, self._text, tuple(self.changes), self._starts, self._ends)
