"""Any text → its tree; Markdown of our own draft and bare text alike. Never fails."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.document.headings import HeadingLine, read_heading
from assistant.document.points import find_points
from assistant.document.tree import Document, Paragraph, Section, Span

MOST_TITLE = 80
_TITLE_LINES = 8
"""The title stands among so many first lines, before any heading."""

_LINE = re.compile(r"[^\r\n\u2028\u2029\x85\x0b\x0c]+")
_COMMENT = re.compile(r"\s*<!--.*-->\s*")
_GENRE_NOUN = re.compile(
    r"对照检查|检查材料|检视|剖析材料|发言提纲|汇报|报告|总结|述职|材料|提纲|清单"
)
_TITLE_MARKUP = re.compile(r"\s*(?:#+[ \t\u3000]+)?")
_SENTENCE_MARK = re.compile("[。；！？]")

_CLOSING = re.compile(
    r"以上.{0,40}(?:检查|汇报|报告|发言|不妥|不当|批评|指正)|(?:特此|专此)(?:报告|汇报)"
)
_DATE_LINE = re.compile(r"[（(]?\s*[\d〇○零一二三四五六七八九十]{2,4}年.{1,9}[日月]?\s*[）)]?")
_SIGNATURE = re.compile(
    r"[^。，；：！？]{2,30}(?:局|委|组|部|处|科|办|支部|总支|班子|公司|中心|院|校|政府)"
)


def parse(text: str) -> Document:
    """The document that `text` is; a text without headings is all lead."""
    lines = list(_lines(text))
    title = _title(text, lines)
    if title:
        lines = [line for line in lines if not title.start < line.end <= title.end]
    closing = _closing(text, lines)
    lines = lines[: len(lines) - len(closing)]
    root = _Open(0, "", "", Span(0, 0))
    path = [root]
    for line in lines:
        rest = line
        if heading := read_heading(text, line):
            while path[-1].level >= heading.level:
                path.pop()
            section = _open(heading)
            path[-1].sections.append(section)
            path.append(section)
            rest = Span(heading.rest, line.end)
        if rest.start < rest.end:
            path[-1].paragraphs.append(_paragraph(text, rest))
    done = root.close()
    return Document(
        text=text,
        title=re.sub(r"\s+", "", title.of(text)) if title else "",
        title_span=title,
        lead=done.paragraphs,
        sections=done.sections,
        closing=tuple(_paragraph(text, line) for line in closing),
    )


@dataclass
class _Open:
    """A section that is still being filled."""

    level: int
    number: str
    heading: str
    span: Span
    paragraphs: list[Paragraph] = field(default_factory=list)
    sections: list["_Open"] = field(default_factory=list)

    def close(self) -> Section:
        return Section(
            level=self.level,
            number=self.number,
            heading=self.heading,
            span=self.span,
            paragraphs=tuple(self.paragraphs),
            sections=tuple(section.close() for section in self.sections),
        )


def _open(heading: HeadingLine) -> _Open:
    return _Open(heading.level, heading.number, heading.heading, heading.span)


def _paragraph(text: str, span: Span) -> Paragraph:
    return Paragraph(span, span.of(text), find_points(text, span))


def _lines(text: str) -> Iterator[Span]:
    """The lines that hold something, without blanks at either end."""
    for match in _LINE.finditer(text):
        line = match[0]
        if line.isspace() or _COMMENT.fullmatch(line):
            continue
        start = match.start() + len(line) - len(line.lstrip())
        yield Span(start, match.start() + len(line.rstrip()))


def _title(text: str, lines: list[Span]) -> Span | None:
    """The title: the first line that names the genre, else a short first line without a stop."""
    candidates: list[Span] = []
    for line in lines[:_TITLE_LINES]:
        markup = _TITLE_MARKUP.match(text, line.start, line.end)
        assert markup
        span = Span(markup.end(), line.end)
        is_top = text[line.start : markup.end()].strip() == "#"
        if not is_top and read_heading(text, line):
            break
        if span.end - span.start > MOST_TITLE or _SENTENCE_MARK.search(span.of(text)):
            if candidates:
                break
            continue
        candidates.append(span)
    for i, span in enumerate(candidates):
        if _GENRE_NOUN.search(span.of(text)):
            first = candidates[i - 1] if i and _continues(text, candidates[i - 1], span) else span
            return Span(first.start, span.end)
    if candidates and lines[0].end == candidates[0].end and len(lines) > 1:
        return candidates[0]
    return None


def _continues(text: str, first: Span, second: Span) -> bool:
    """Whether two short lines are one title broken in two: the unit above, the genre below."""
    between = text[first.end : second.start]
    unit = first.of(text)
    return between.count("\n") <= 1 and bool(_SIGNATURE.fullmatch(unit)) and "：" not in unit


def _closing(text: str, lines: list[Span]) -> list[Span]:
    """The last lines that are formula, signature or date; the formula has to be short."""
    begin = len(lines)
    for i in range(len(lines) - 1, max(len(lines) - 5, 0), -1):
        line = lines[i].of(text)
        dated_below = i + 1 < len(lines) and begin == i + 1
        if (
            (_CLOSING.match(line) and len(line) <= 120)
            or _DATE_LINE.fullmatch(line)
            or (dated_below and _SIGNATURE.fullmatch(line))
        ):
            begin = i
        elif begin < len(lines):
            break
    return lines[begin:]
