"""Headings: the number that begins a line, how deep it stands, where the heading ends."""

import re
from dataclasses import dataclass

from assistant.document.tree import Span

MOST_HEADING = 70
"""Longer runs without a mark are text; the longest prescribed aspect has about fifty."""

_HAN = "一二三四五六七八九十"
_NUMBERS: tuple[tuple[int, str], ...] = (
    # A bracket may be of the wrong kind, lack its numeral or its left half.
    (
        2,
        rf"[（(〔【﹙\[]\s*[{_HAN}]{{0,3}}\s*[）)〕】﹚\]][、.．]?|[{_HAN}]{{1,3}}\s*[）)]|[㈠-㈩]",
    ),
    (1, rf"第[{_HAN}]{{1,3}}(?:部分|章)[：:、]?"),
    # Not 二、三级医院, nor 一、二、三.
    (1, rf"[{_HAN}]{{1,3}}\s?[、.．](?!\s*[{_HAN}]+[、，。级类是年月日个项次条])"),
    (4, r"[（(]\s*\d{1,2}\s*[）)]|\d{1,2}\s*[）)]|[①-⑳]"),
    # Not 1.5万元, 3、4月份, 2023.1.
    (3, r"\d{1,2}\s?[.．、](?!\s*\d)"),
)
_NUMBERED = re.compile("|".join(f"(?P<l{i}>{pattern})" for i, (_, pattern) in enumerate(_NUMBERS)))
_DAMAGED_NUMBER = re.compile(r"[、．.]")
"""What is left of 一、 when its numeral is lost."""

_MARKUP = re.compile(r"[ \t\u3000\xa0]*(?P<hashes>#{1,6}(?=[ \t\u3000]))?[ \t\u3000\xa0]*(?:\*\*)?")
_CLOSING_MARKS = "。：:；;！!？?．.*＊ \t\u3000\xa0\r"
_HEADING_END = re.compile(
    r"[。！？：；!?;]|:(?!\d)|[ \u3000]{2,}|\u3000"
    r"|(?<=方面)[，,](?=.{40})|(?<=[方面不够严实深强足])(?=一是)"
)

_PART_NAME = re.compile(
    r"(?:存在|查摆|主要|突出|反面|典型|产生|原因|问题|根源|整改|努力|今后|下一?步|改进|需要?说明|上年度|\d{4}年度)"
    r".{0,24}(?:问题|不足|原因|剖析|分析|根源|措施|方向|打算|安排|思路|事项|情况|查摆)"
)
"""What parts are called; recognised even where the number before them is lost."""
_ASPECT_NAME = re.compile(r"(?:在|带头)?.{2,60}(?<![几个些列下])方面")
"""Not 主要表现在以下几个方面, which announces the points."""


@dataclass(frozen=True)
class HeadingLine:
    """How a line begins as a heading, and where the text behind it starts."""

    level: int
    number: str
    heading: str
    span: Span
    rest: int


def read_heading(text: str, line: Span) -> HeadingLine | None:
    """The heading that begins the line; `line` is free of blanks at its end."""
    markup = _MARKUP.match(text, line.start, line.end)
    assert markup
    start = markup.end()
    hashes = markup["hashes"] or ""
    numbered = _NUMBERED.match(text, start, line.end)
    if numbered:
        level = _NUMBERS[int(str(numbered.lastgroup)[1:])][0]
        return _numbered(text, Span(start, line.end), numbered.end(), level)
    if hashes:
        return _bare(text, Span(start, line.end), max(1, len(hashes) - 1))
    if damaged := _DAMAGED_NUMBER.match(text, start, line.end):
        start = damaged.end()
    name = text[start : line.end].strip(_CLOSING_MARKS)
    if _PART_NAME.fullmatch(name):
        return _bare(text, Span(start, line.end), 1)
    if _ASPECT_NAME.fullmatch(name) and not re.search("[。；！？]", name):
        return _bare(text, Span(start, line.end), 2)
    return None


def _numbered(text: str, line: Span, number_end: int, level: int) -> HeadingLine:
    number = text[line.start : number_end]
    start = number_end
    while start < line.end and text[start] in " \t\u3000\xa0":
        start += 1
    end = _heading_end(text, Span(start, line.end))
    if end - start > MOST_HEADING:  # a numbered paragraph
        return HeadingLine(level, number, "", Span(line.start, number_end), start)
    return _ending(text, Span(line.start, end), level, number, start, line.end)


def _bare(text: str, line: Span, level: int) -> HeadingLine:
    end = _heading_end(text, line)
    return _ending(text, Span(line.start, end), level, "", line.start, line.end)


def _ending(
    text: str, span: Span, level: int, number: str, start: int, line_end: int
) -> HeadingLine:
    heading = text[start : span.end].rstrip(_CLOSING_MARKS)
    rest = span.end
    while rest < line_end and text[rest] in _CLOSING_MARKS + "，,":
        rest += 1
    end = start + len(heading) if heading else span.start + len(number)
    # A blank between number and heading belongs to neither.
    return HeadingLine(level, number, heading, Span(span.start, end), rest)


def _heading_end(text: str, line: Span) -> int:
    found = _HEADING_END.search(text, line.start + 1, line.end)
    return found.start() if found else line.end
