"""Running the rules over a document."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

from assistant.checks.findings import Finding
from assistant.checks.rule import CheckContext, Rule
from assistant.text.edits import Edit, apply_edits

_MOST_ROUNDS = 8
"""A fix may uncover another; each round mends at least one place."""

_COMMENT = re.compile(r"<!--\s*check:\s*(ignore|ignore-file)\b([A-Z0-9,，、\s]*)-->")


class _Suppressions:
    """What the comments in a Markdown text keep from counting.

    A comment behind words concerns its line, one alone in a line the next line with words.
    """

    def __init__(self, text: str) -> None:
        self._comments: list[tuple[int, int]] = []
        self._in_file: set[tuple[str, ...]] = set()
        """Codes that a comment names; none means all."""
        self._in_line: dict[int, set[tuple[str, ...]]] = defaultdict(set)
        """The same by the beginning of a line."""
        self._line_ends: dict[int, int] = {}
        line = own_line = (0, 0)
        for match in _COMMENT.finditer(text):
            self._comments.append(match.span())
            if match.start() >= own_line[1]:
                own_line = line = _line(text, match.start())
                if not _COMMENT.sub("", text[slice(*own_line)]).strip():
                    words = re.compile(r"\S").search(text, own_line[1])
                    line = _line(text, words.start()) if words else (line[1], line[1])
            codes = tuple(re.findall(r"[A-Z]\d*", match[2]))
            if match[1] == "ignore-file":
                self._in_file.add(codes)
            else:
                self._in_line[line[0]].add(codes)
                self._line_ends[line[0]] = line[1]
        self._lines = sorted(self._in_line)

    def cover(self, finding: Finding) -> bool:
        place = finding.place
        if place is None:
            return False
        behind = bisect_right(self._comments, place.start, key=itemgetter(1))
        if behind < len(self._comments) and self._comments[behind][0] < place.end:
            return True  # the comment itself is no text
        told = self._in_file
        line = bisect_right(self._lines, place.start) - 1
        if line >= 0 and place.start < self._line_ends[self._lines[line]]:
            told = told | self._in_line[self._lines[line]]
        return any(not codes or finding.code.startswith(codes) for codes in told)


class _Wholes:
    """Findings within which others say nothing new."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        spans = sorted((f.place.start, f.place.end) for f in findings if f.place)
        self._starts = [start for start, _ in spans]
        self._furthest = list(accumulate((end for _, end in spans), max))

    def hold(self, finding: Finding) -> bool:
        place = finding.place
        before = bisect_right(self._starts, place.start) if place else 0
        return bool(place and before and place.end <= self._furthest[before - 1])


def check(context: CheckContext, rules: Iterable[Rule]) -> list[Finding]:
    """What the rules find, in the order of the text, without what comments suppress."""
    suppressions = _Suppressions(context.text)
    found: list[Finding] = []
    wholes = _Wholes(())
    for rule in sorted(rules, key=lambda rule: not rule.swallows):
        for finding in rule.findings(context):
            if not wholes.hold(finding) and not suppressions.cover(finding):
                found.append(finding)
        if rule.swallows:
            wholes = _Wholes(found)
    return sorted(found, key=_position)


def _position(finding: Finding) -> tuple[int, int, str]:
    place = finding.place
    return (place.start, place.end, finding.code) if place else (0, 0, finding.code)


def _line(text: str, offset: int) -> tuple[int, int]:
    end = text.find("\n", offset)
    return text.rfind("\n", 0, offset) + 1, len(text) if end < 0 else end


@dataclass(frozen=True)
class Fixed:
    """A text after its safe fixes."""

    text: str
    applied: tuple[Finding, ...]
    """The findings that are mended, in the order of mending."""


def fix(context: CheckContext, rules: Iterable[Rule]) -> Fixed:
    """Apply safe fixes until there are none left; fixing again changes nothing."""
    from dataclasses import replace

    rules = list(rules)
    applied: list[Finding] = []
    for _ in range(_MOST_ROUNDS):
        mending = [finding for finding in check(context, rules) if finding.fix]
        text, edits = apply_edits(context.text, (f.fix for f in mending if f.fix))
        if text == context.text:
            break
        done: set[Edit] = set(edits)
        applied += [finding for finding in mending if finding.fix in done]
        context = replace(context, text=text)
    return Fixed(context.text, tuple(applied))
