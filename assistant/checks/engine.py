"""Running the rules over a document."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.checks.findings import Finding
from assistant.checks.rule import CheckContext, Rule
from assistant.text.edits import Edit, apply_edits

_MOST_ROUNDS = 8
"""A fix may uncover another; each round mends at least one place."""

_COMMENT = re.compile(r"<!--\s*check:\s*(ignore|ignore-file)\b([A-Z0-9,，、\s]*)-->")


@dataclass(frozen=True)
class _Suppression:
    """A comment in a Markdown text: findings of these codes in this span do not count."""

    start: int
    end: int
    codes: tuple[str, ...]
    comment: tuple[int, int]

    def covers(self, finding: Finding) -> bool:
        place = finding.place
        if place is None:
            return False
        if place.start < self.comment[1] and place.end > self.comment[0]:
            return True  # the comment itself is no text
        inside = self.start <= place.start < self.end
        return inside and (not self.codes or finding.code.startswith(self.codes))


def check(context: CheckContext, rules: Iterable[Rule]) -> list[Finding]:
    """What the rules find, in the order of the text, without what comments suppress."""
    suppressions = _suppressions(context.text)
    found: list[Finding] = []
    swallowing: list[Finding] = []
    for rule in sorted(rules, key=lambda rule: not rule.swallows):
        for finding in rule.findings(context):
            hidden = any(_within(finding, whole) for whole in swallowing)
            if not hidden and not any(s.covers(finding) for s in suppressions):
                found.append(finding)
        if rule.swallows:
            swallowing = list(found)
    return sorted(found, key=_position)


def _within(finding: Finding, whole: Finding) -> bool:
    inner, outer = finding.place, whole.place
    if not (inner and outer) or finding.code == whole.code:
        return False
    return outer.start <= inner.start and inner.end <= outer.end


def _position(finding: Finding) -> tuple[int, int, str]:
    place = finding.place
    return (place.start, place.end, finding.code) if place else (0, 0, finding.code)


def _suppressions(text: str) -> list[_Suppression]:
    """A comment behind words concerns its line, one alone in a line the next line with words."""
    found = []
    for match in _COMMENT.finditer(text):
        codes = tuple(re.findall(r"[A-Z]\d*", match[2]))
        start, end = _line(text, match.start())
        if match[1] == "ignore-file":
            start, end = 0, len(text)
        elif not _COMMENT.sub("", text[start:end]).strip():
            words = re.compile(r"\S").search(text, end)
            start, end = _line(text, words.start()) if words else (end, end)
        found.append(_Suppression(start, end, codes, match.span()))
    return found


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
