"""The points of a paragraph: 一是…二是…, 第一，…, 1.…2.…, ①…②…."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.document.tree import Point, Span
from assistant.text.numbering import number_of

MOST_CLAIM = 36
"""A first sentence longer than this claims only what its first clause says."""

_HAN = "一二三四五六七八九十"
_FORMS = (
    ("是", rf"(?P<n0>[{_HAN}]{{1,3}})是"),
    ("第", rf"第(?P<n1>[{_HAN}]{{1,3}})[，,、：:]"),
    ("其", r"其(?P<n2>[一二三四五六])[，,、：:]"),
    ("要", rf"(?P<n3>[{_HAN}]{{1,3}})要"),
    ("1.", r"(?P<n4>\d{1,2})[.．、](?!\d)"),
    ("(1)", r"[（(](?P<n5>\d{1,2})[）)]"),
    ("①", r"(?P<n6>[①-⑳])"),
)
_ORDINAL = re.compile(
    rf"(?<![^\s。；：！？，;:!?,”）)])(?:{'|'.join(pattern for _, pattern in _FORMS)})"
)
_SURE = frozenset("是第")
"""Forms that begin a point wherever they begin a paragraph, even alone."""

_SENTENCE_END = re.compile(r"[。！？；!?;]")
_CLAUSE_END = re.compile(r"[，,：:]")
_CIRCUMSTANCE = re.compile(r"(?:在|对|对于|面对|从|就).{0,30}(?:上|方面|中|里|时|下|后|看|言)$")
"""A first clause that only says where; what is claimed follows it."""


@dataclass(frozen=True)
class _Ordinal:
    form: str
    number: int
    span: Span


def find_points(text: str, paragraph: Span) -> tuple[Point, ...]:
    """The points of the paragraph that stands at that span of `text`."""
    ordinals = list(_enumeration(text, paragraph))
    ends = [*(ordinal.span.start for ordinal in ordinals), paragraph.end]
    return tuple(_point(text, o, end) for o, end in zip(ordinals, ends[1:], strict=True))


def lone_point(text: str, paragraph: Span) -> Point:
    """A paragraph that is the only point of its section and has no ordinal."""
    return _point(text, _Ordinal("", 1, Span(paragraph.start, paragraph.start)), paragraph.end)


def claim_and_body(text: str) -> tuple[str, str]:
    """What a paragraph without an ordinal claims, and what it says about it."""
    whole = _trimmed(text, 0, len(text))
    stop = _claim_end(text, whole)
    return text[whole.start : stop], _trimmed(text, stop + 1, whole.end).of(text)


def _enumeration(text: str, paragraph: Span) -> Iterator[_Ordinal]:
    """The ordinals that count on: from 1, or from any number at the paragraph's beginning.

    All are of the form that comes first; what is counted in another way stays in the bodies.
    """
    # What stands in front of the paragraph, such as its heading, does not matter.
    found = _ORDINAL.finditer(paragraph.of(text))
    candidates = [_ordinal(match, paragraph.start) for match in found]
    last_second = {c.form: c.span.start for c in candidates if c.number == 2}

    def begins(ordinal: _Ordinal) -> bool:
        """Whether an enumeration starts here; within a line a lone 一是 starts none."""
        if ordinal.span.start == paragraph.start and ordinal.form in _SURE:
            return True
        return ordinal.number == 1 and last_second.get(ordinal.form, -1) > ordinal.span.start

    form = next((c.form for c in candidates if begins(c)), None)
    last = 0
    for candidate in candidates:
        if candidate.form == form and (
            begins(candidate) or (last and last <= candidate.number <= last + 2)
        ):
            last = candidate.number
            yield candidate


def _ordinal(match: re.Match[str], offset: int) -> _Ordinal:
    group = str(match.lastgroup)
    form = _FORMS[int(group[1:])][0]
    span = Span(offset + match.start(), offset + match.end())
    return _Ordinal(form, number_of(match[group]), span)


def _point(text: str, ordinal: _Ordinal, end: int) -> Point:
    whole = _trimmed(text, ordinal.span.start, end)
    claim = _trimmed(text, ordinal.span.end, whole.end)
    stop = _claim_end(text, claim)
    claim = Span(claim.start, stop)
    body = _trimmed(text, stop + 1, whole.end)
    return Point(
        ordinal=ordinal.span.of(text),
        number=ordinal.number,
        claim=claim.of(text),
        body=body.of(text),
        span=whole,
        claim_span=claim,
        body_span=body,
    )


def _claim_end(text: str, point: Span) -> int:
    sentence = _SENTENCE_END.search(text, point.start, point.end)
    stop = sentence.start() if sentence else point.end
    while stop > point.start and text[stop - 1] in "，,、":
        stop -= 1
    if stop - point.start <= MOST_CLAIM:
        return stop
    for clause in _CLAUSE_END.finditer(text, point.start, stop):
        if not _CIRCUMSTANCE.match(text, point.start, clause.start()):
            return clause.start()
    return stop


def _trimmed(text: str, start: int, end: int) -> Span:
    """The span without blanks at either end; empty spans stay within bounds."""
    start = min(start, end)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
